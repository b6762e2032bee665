"""Where boosting starts: the best constant, zero, or what another model predicts."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Rule
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.class_losses import Binomial, Multinomial
from groundup.projects.gradient_boosting.solvers.loss import Loss


@dataclass(frozen=True)
class Initial(Rule):
    """None, "zero", or a model with a method `asks` for predictions."""

    asks: str

    def allows(self, value: Any) -> bool:
        """Whether `value` is one of these."""
        model = hasattr(value, "fit") and hasattr(value, self.asks) and not isinstance(value, type)
        return value is None or (isinstance(value, str) and value == "zero") or model

    def __str__(self) -> str:
        return f"None, 'zero', or an object with the methods fit and {self.asks}"


@record
class Constant:
    """The same scores for every row.

    Parameters
    ----------
    scores : ndarray of shape (K,)
        Best constants of the loss.
    """

    scores: Array


def fitted_initial(init: Any, loss: Loss, samples: Samples) -> Any:
    """Return what a model's `init_` is: a constant, "zero", or a fitted copy of another model.

    Raises
    ------
    ValueError
        For a model that cannot learn from weighted rows, if there are weights.
    """
    if init is None:
        return Constant(loss.start(samples.y, samples.weight))
    if isinstance(init, str):
        return init
    model = copy.deepcopy(init)
    if samples.weight is None:
        return model.fit(samples.X, samples.y)
    try:
        return model.fit(samples.X, samples.y, sample_weight=samples.weight)
    except (TypeError, ValueError) as error:
        told = str(error)
        if "unexpected keyword argument 'sample_weight'" in told or "stepname__parameter" in told:
            name = type(init).__name__
            raise ValueError(f"The initial estimator {name} does not support sample weights.") from error
        raise


def initial_scores(init: Any, loss: Loss, X: Array) -> Array:
    """Return the scores of rows from which boosting starts, of shape (K, n)."""
    if isinstance(init, Constant):
        return np.repeat(init.scores[:, None], len(X), axis=1)
    if isinstance(init, str):
        return np.zeros((loss.K, len(X)))
    classifies = isinstance(loss, (Binomial, Multinomial))
    return loss.link(np.asarray(init.predict_proba(X) if classifies else init.predict(X)))
