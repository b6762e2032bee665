"""The worked example of the chapter: six students, the hours they studied and whether they passed."""

from math import inf

import numpy as np

from groundup.core.functions import sigmoid
from groundup.core.linear.solvers import ScoreState
from groundup.core.metrics import roc_auc_score
from groundup.core.types import Array
from groundup.projects.common.tex import number, row
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

X = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]])  # hours
y = np.array([0, 0, 1, 0, 1, 1])  # passed
PRECISE = 1e-6  # Tolerance: the objective is then right to twelve digits.


def six_students() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_steps(), **_inference(), **_penalties()}


def _steps() -> dict[str, float | int | str]:
    model = LogisticRegression(C=inf, solver="newton", tol=PRECISE)
    states = list(model.steps(X, y))
    first, second, last = states[1], states[2], states[-1]
    p = _probability(first)
    doubled = 2 * X[:, 0] - 7  # hours from their mean, in halves of an hour
    decrement, longest = np.transpose([_decrement(state) for state in states])
    slope, curvature = float(doubled @ (p - y)), float(doubled**2 @ (p * (1 - p)))
    return {
        "slope_0": float(doubled @ (0.5 - y)),
        "curvature_0": float(doubled**2 @ np.full(6, 0.25)),
        "w_1": float(first.coef[0, 0]),
        "b_1": float(first.intercept[0]),
        "loss_0": states[0].loss,
        "loss_1": first.loss,
        "p_1": row(p),
        "slope_1": slope,
        "curvature_1": curvature,
        "omega_step": -slope / curvature,
        "w_2": float(second.coef[0, 0]),
        "b_2": float(second.intercept[0]),
        "loss_2": second.loss,
        "w": float(last.coef[0, 0]),
        "b": float(last.intercept[0]),
        "p": row(_probability(last)),
        "steepest": float(last.coef[0, 0] / 4),
        "digits": r",\ ".join(number(round(_digits(state, last), 1)) for state in states[1:6]),
        "information": float(doubled**2 @ (_probability(last) * (1 - _probability(last)))),
        "loss": last.loss,
        "excess_1": first.loss - last.loss,
        "half_nu2_1": float(decrement[1] ** 2 / 2),
        "u_1": float(longest[1] * decrement[1]),
        "bound_1": float(decrement[1] ** 2 / 2 * (1 + longest[1] * decrement[1])),
        "u": r",\ ".join(number(u) for u in (longest * decrement)[:6]),
    }


def _inference() -> dict[str, float | int | str]:
    model = LogisticRegression(C=inf, tol=PRECISE).fit(X, y)
    summary = model.summary()
    p = model.predict_proba(X)[:, 1]
    score_error = float(np.sqrt(np.array([1, 3.5]) @ summary.covariance @ np.array([1, 3.5])))  # after 3.5 hours
    low, high = sigmoid(np.array([-1.96, 1.96]) * score_error)
    return {
        "w_error": float(summary.std_error[1]),
        "w_z": float(summary.z[1]),
        "w_p": float(summary.p[1]),
        "odds": float(summary.odds_ratio[1]),
        "odds_low": float(summary.odds_lower[1]),
        "odds_high": float(summary.odds_upper[1]),
        "deviance": summary.deviance,
        "null_deviance": summary.null_deviance,
        "pseudo_r2": summary.pseudo_r_squared,
        "lr": summary.likelihood_ratio,
        "lr_p": summary.likelihood_ratio_p,
        "scatter": float((p * (1 - p)).sum()),
        "score_error": score_error,
        "chance_low": float(low),
        "chance_high": float(high),
        "auc": roc_auc_score(y, model.decision_function(X)),
        "expected_passes": float(p.sum()),
    }


def _penalties() -> dict[str, float | int | str]:
    slopes = {
        "w_l2": LogisticRegression(tol=PRECISE),
        "w_l1_before": LogisticRegression(C=0.28, l1_ratio=1, tol=PRECISE),
        "w_l1_after": LogisticRegression(C=0.29, l1_ratio=1, tol=PRECISE),
    }
    return {name: float(model.fit(X, y).coef_[0, 0]) for name, model in slopes.items()}


def _decrement(state: ScoreState) -> tuple[float, float]:
    """Newton's decrement, and the length of the longest sample in the metric of the Hessian."""
    p = _probability(state)
    ones = np.hstack([X, np.ones_like(X)])
    gradient = ones.T @ (p - y)
    inverse = np.linalg.inv(ones.T * (p * (1 - p)) @ ones)
    return float(np.sqrt(gradient @ inverse @ gradient)), float(np.sqrt(np.diag(ones @ inverse @ ones.T).max()))


def _digits(state: ScoreState, last: ScoreState) -> float:
    """Right digits of the slope."""
    return float(-np.log10(abs(state.coef[0, 0] / last.coef[0, 0] - 1)))


def _probability(state: ScoreState) -> Array:
    """Chance of each student to pass."""
    return np.asarray(1 / (1 + np.exp(-(X[:, 0] * state.coef[0, 0] + state.intercept[0]))))
