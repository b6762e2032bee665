"""The worked example of the chapter: three samples on a line, one of each class."""

import numpy as np

from groundup.core.functions import softmax
from groundup.projects.common.tex import row
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

X = np.array([[-1.0], [0.0], [1.0]])
y = np.array([0, 1, 2])
PRECISE = 1e-6  # Tolerance: the objective is then right to twelve digits.
ZERO = 1e-6  # Numbers below this size are zero up to rounding.


def three_samples() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_first_steps(), **_minimum(), **_variations()}


def _first_steps() -> dict[str, float | int | str]:
    begin, bohning = list(SoftmaxRegression(solver="lbfgs").steps(X, y))[:2]  # from the bound of the Hessian
    newton = list(SoftmaxRegression(solver="newton").steps(X, y))[1]
    return {
        "loss_0": begin.loss,
        "gradient_0": row(begin.iterate.gradient[0], ZERO),
        "w_1": row(bohning.coef[0], ZERO),
        "p_1": row(softmax(bohning.coef[0]), ZERO),
        "loss_1": bohning.loss,
        "newton_1": row(newton.coef[0], ZERO),
        "newton_loss_1": newton.loss,
        "cold": row(softmax(bohning.coef[0] / 0.5), ZERO),
        "warm": row(softmax(bohning.coef[0] / 2), ZERO),
    }


def _minimum() -> dict[str, float | int | str]:
    model = SoftmaxRegression(tol=PRECISE)
    last = list(model.steps(X, y))[-1]
    model.fit(X, y)
    return {
        "w": row(model.coef_[:, 0], ZERO),
        "b": row(model.intercept_, ZERO),
        "loss": last.loss,
        "middle": float(model.predict_proba(X)[1, 1]),
    }


def _variations() -> dict[str, float | int | str]:
    smoothed = SoftmaxRegression(label_smoothing=0.3, tol=PRECISE).fit(X, y)
    two = SoftmaxRegression(tol=PRECISE).fit(X[[0, 2]], y[[0, 2]])
    return {"smoothed": row(smoothed.coef_[:, 0], ZERO), "two": float(two.coef_[1, 0] - two.coef_[0, 0])}
