"""Base class of the estimators: fitting by states.

An algorithm subclasses `Estimator`, declares its hyper-parameters and the data it accepts, and implements three pure
methods: `_prepare` validates and arranges the data, `_iterate` yields states, `_finish` returns the fitted attributes
for the last state. Fitting, history and checkpoints are implemented here for all algorithms; tags and printing in
`Model`.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Self, TypeVar

from groundup.core.estimator.callbacks import Observable, observed
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.history import History
from groundup.core.estimator.model import Model
from groundup.core.estimator.parameters import fitted
from groundup.core.estimator.training import State, Trainable, Training, scalars
from groundup.core.types import Array, ArrayLike

S = TypeVar("S", bound=State)  # The state that a model's `_iterate` yields: a type checker reads it there.


class Estimator(Model, Observable):
    """Base class of every algorithm.

    Attributes of a fitted model
    ----------------------------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (d,)
        Names of the columns, if X had names.
    history_ : History
        A dict of arrays: every scalar field of the states, over the iterations.
    certificate_ : Certificate
        Bound of the suboptimality of the fitted model.
    """

    n_features_in_: int = fitted()
    feature_names_in_: Array = fitted("d", kinds="UO", required=False)
    certificate_: Certificate = fitted(required=False)
    history_: History = fitted()

    _poor_score: ClassVar[bool] = False  # scikit-learn's tag of models that do not suit the data of its checks.
    watched: ClassVar[str] = "loss"  # Field of the states that progress, learning curve and report show.
    _proves: ClassVar[bool] = False  # Whether a certificate that holds makes more iterations needless: no search does.

    # --- implemented by each algorithm ----------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Any:
        """Validate and arrange the data, quickly and without changing the model."""
        raise NotImplementedError

    def _iterate(self, data: Any, start: Any) -> Iterator[Any]:
        """Yield the states from `start` (None: the beginning) until convergence."""
        raise NotImplementedError

    def _finish(self, data: Any, state: Any) -> dict[str, Any]:
        """Return the fitted attributes for the last state, by name."""
        raise NotImplementedError

    def _advice(self, state: Any) -> str:
        """Return a warning and its remedy for iterations that ended before convergence."""
        return f"{type(self).__name__} stopped before it converged: increase max_iter or scale the features."

    def most_states(self) -> int | None:
        """Return the largest possible number of states of a fit, None if unknown."""
        return getattr(self, "max_iter", None)

    # --- fitting --------------------------------------------------------------------------------------------------

    def fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Self:
        """Fit the model: run the algorithm to its last state.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows are samples. A memory map of floats is read block by block; other numbers are first converted to
            floats in memory.
        y : array-like of shape (n,) or (n, n_targets)
            Targets; ignored by unsupervised models.
        sample_weight : array-like of shape (n,), optional
            A weight of 2 equals the row twice, a weight of 0 its absence.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError
            For a hyper-parameter that is not allowed.
        TypeError
            For data that are not numbers.
        ValueError
            For data of the wrong shape, and for missing or infinite entries. The model is then unchanged.

        Warns
        -----
        ConvergenceWarning
            As `Training.finish`.
        """
        return self._trained(Training(self, X, y, sample_weight), X, y, sample_weight)

    def _trained(self, training: Training[Self], X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Self:
        """Return the model after all states of a training, which its callbacks may watch."""
        if not getattr(self, "_skl_callbacks", None):
            return self._finished(training, iter(training))
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        return observed(self, training, {"X": X, "y": y, "metadata": metadata}, partial(self._finished, training))

    def _finished(self, training: Training[Self], states: Iterator[Any]) -> Self:
        for state in states:
            if getattr(self, "verbose", 0):
                print(self._told(state))
        return training.finish()

    def _told(self, state: Any) -> str:
        """Return what a fit with `verbose` prints of a state."""
        known = {name: value for name, value in scalars(state).items() if value == value}  # NaN: not measured
        numbers = ", ".join(f"{name} {value:.6g}" for name, value in known.items())
        return f"{type(self).__name__}: {numbers}"

    def steps(
        self: Trainable[S],
        X: ArrayLike,
        y: ArrayLike = None,
        sample_weight: ArrayLike = None,
        start: S | None = None,
    ) -> Iterator[S]:
        """Yield one state for each iteration, without changing the model.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`; validated at once.
        start : State, optional
            A state yielded earlier for the same data, to resume from.

        Yields
        ------
        State
            A frozen dataclass; `fit` uses the last one.

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `fit`.
        """
        return iter(Training(self, X, y, sample_weight, start))
