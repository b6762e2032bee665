"""The worked example of the chapter: three samples on a line, one of each class."""

import numpy as np

from groundup.core.functions import softmax
from groundup.core.types import Array
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

X = np.array([[-1.0], [0.0], [1.0]])
y = np.array([0, 1, 2])
PRECISE = 1e-6  # tolerance: the objective is then right to twelve digits


def three_samples() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_first_steps(), **_minimum(), **_variations()}


def _first_steps() -> dict[str, float | int | str]:
    begin, bohning = list(SoftmaxRegression(solver="lbfgs").steps(X, y))[:2]  # from the bound of the Hessian
    newton = list(SoftmaxRegression(solver="newton").steps(X, y))[1]
    return {
        "loss_0": begin.loss,
        "gradient_0": _row(begin.iterate.gradient[0]),
        "w_1": _row(bohning.coef[0]),
        "p_1": _row(softmax(bohning.coef[0])),
        "loss_1": bohning.loss,
        "newton_1": _row(newton.coef[0]),
        "newton_loss_1": newton.loss,
        "cold": _row(softmax(bohning.coef[0] / 0.5)),
        "warm": _row(softmax(bohning.coef[0] / 2)),
    }


def _minimum() -> dict[str, float | int | str]:
    model = SoftmaxRegression(tol=PRECISE)
    last = list(model.steps(X, y))[-1]
    model.fit(X, y)
    return {
        "w": _row(model.coef_[:, 0]),
        "b": _row(model.intercept_),
        "loss": last.loss,
        "middle": float(model.predict_proba(X)[1, 1]),
    }


def _variations() -> dict[str, float | int | str]:
    smoothed = SoftmaxRegression(label_smoothing=0.3, tol=PRECISE).fit(X, y)
    two = SoftmaxRegression(tol=PRECISE).fit(X[[0, 2]], y[[0, 2]])
    return {"smoothed": _row(smoothed.coef_[:, 0]), "two": float(two.coef_[1, 0] - two.coef_[0, 0])}


def _row(values: Array) -> str:
    """Numbers in TeX, in brackets; what is zero up to rounding is zero."""
    shown = np.where(np.abs(values) < 1e-6, 0.0, values)
    return "\\ensuremath{(" + r",\allowbreak\ ".join(f"{value:.4g}" for value in shown) + ")}"
