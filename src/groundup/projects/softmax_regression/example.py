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
    return {**_first_steps(), **_second_step(), **_minimum(), **_variations()}


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


def _second_step() -> dict[str, float | int | str]:
    """Newton's second step in the two unknowns w and c that symmetry leaves; the parameters are the solver's."""
    states = list(SoftmaxRegression(solver="newton", tol=PRECISE).steps(X, y))
    first, second, last = states[1], states[2], states[-1]
    p, q = softmax(first.coef[0] + first.intercept), softmax(first.intercept)  # at x = 1 and at x = 0
    slope = np.array([2 * (p[2] - p[0] - 1) + 2 * first.coef[0, 2], 3 * (2 * p[1] + q[1] - 1)])
    mixed = -6 * p[1] * (p[2] - p[0])
    curvature = np.array(
        [
            [2 * (p[0] + p[2] - (p[2] - p[0]) ** 2) + 2, mixed],
            [mixed, 18 * p[1] * (1 - p[1]) + 9 * q[1] * (1 - q[1])],
        ]
    )
    step = -np.linalg.solve(curvature, slope)
    return {
        "p_newton": row(p, ZERO),
        "slope_w": slope[0],
        "slope_c": slope[1],
        "curve_ww": curvature[0, 0],
        "curve_wc": mixed,
        "curve_cc": curvature[1, 1],
        "step_w": step[0],
        "step_c": step[1],
        "newton_w_2": second.coef[0, 2],
        "newton_c_2": second.intercept[1] / 2,
        "excess_1": first.loss - last.loss,
        "excess_2": second.loss - last.loss,
    }


def _minimum() -> dict[str, float | int | str]:
    model = SoftmaxRegression(tol=PRECISE)
    last = list(model.steps(X, y))[-1]
    model.fit(X, y)
    slope = float(model.coef_[2, 0])
    nats = (last.loss - slope**2) / 3  # the penalty is half of two equal squares
    return {
        "w": row(model.coef_[:, 0], ZERO),
        "b": row(model.intercept_, ZERO),
        "loss": last.loss,
        "middle": float(model.predict_proba(X)[1, 1]),
        "odds": float(np.exp(2 * slope)),
        "nats": nats,
        "geometric": float(np.exp(-nats)),
    }


def _variations() -> dict[str, float | int | str]:
    smoothed = SoftmaxRegression(label_smoothing=0.3, tol=PRECISE).fit(X, y)
    two = SoftmaxRegression(tol=PRECISE).fit(X[[0, 2]], y[[0, 2]])
    return {"smoothed": row(smoothed.coef_[:, 0], ZERO), "two": float(two.coef_[1, 0] - two.coef_[0, 0])}
