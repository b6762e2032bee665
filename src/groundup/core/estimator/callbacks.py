"""scikit-learn's callbacks, such as its progress bar: called before and after each iteration of a fit.

They are scikit-learn's objects, so it is imported only here, and only where somebody sets them.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Self

from groundup.core.estimator.training import Training


class Observable:
    """Mixed into estimators, whose fits may call callbacks."""

    _skl_callbacks: Any  # scikit-learn's name: its clone and its meta-estimators look for it.

    def set_callbacks(self, *callbacks: Any) -> Self:
        """Set scikit-learn's callbacks, which `fit` calls before and after each iteration.

        Parameters
        ----------
        *callbacks : object
            For example ``sklearn.callback.ProgressBar()``; none to remove them.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            For what is no callback.
        """
        from sklearn.callback import CallbackSupportMixin

        CallbackSupportMixin.set_callbacks(self, *callbacks)
        return self


def observed(model: Any, training: Training[Any], given: dict[str, Any], run: Callable[[Iterator[Any]], Any]) -> Any:
    """Return what `run` makes of the states of a training, between the set-up and the end of the model's callbacks.

    Parameters
    ----------
    model : Estimator
        Which has callbacks.
    training : Training
        Its training.
    given : dict of str to object
        X, y and metadata, for the callbacks.
    run : callable
        Takes the states.
    """
    from sklearn.callback import with_callbacks

    return with_callbacks(lambda model: run(_announced(model, training, given)))(model)


def _announced(model: Any, training: Training[Any], given: dict[str, Any]) -> Iterator[Any]:
    """Yield the states; each task goes from one to the next, and the last ends without one."""
    from sklearn.callback import CallbackSupportMixin

    most, about = model.most_states(), {"estimator": model, **given}
    whole = CallbackSupportMixin._init_callback_context(model, max_subtasks=None if most is None else most + 1)
    whole.call_on_fit_task_begin(**about)
    task = None
    for state in training:
        at = about | {"reconstruction_attributes": partial(training.fitted_at, state)}
        stop = task is not None and task.call_on_fit_task_end(**at)
        task = None if stop else whole.subcontext(task_name="iteration").call_on_fit_task_begin(**at)
        yield state
        if stop:
            break
    if task is not None:
        task.call_on_fit_task_end(estimator=model)
    whole.call_on_fit_task_end(**about, reconstruction_attributes=partial(training.fitted_at, training.state))
