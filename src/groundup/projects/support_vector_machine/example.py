"""The worked example of the chapter: three bolts on a line, small enough for a pencil."""

from fractions import Fraction

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import row
from groundup.projects.support_vector_machine import textbook

X = np.array([[0.0], [2.0], [3.0]])  # tenths of a millimetre too long
Y = np.array([-1.0, 1.0, 1.0])
NEW = np.array([[1.2]])
SOFT = 0.25  # The smaller C, at which no support vector is free.
FAR = 2.0**26  # Shift at which expanded distances are wrong.
FRACTIONS = 99  # Largest denominator of the printed fractions.


def three_bolts() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_hard(), **_steps(), **_gap(), **_soft(), **_probabilities(), **_indefinite(), **_far()}


def _hard() -> dict[str, float | int | str]:
    K = textbook.linear(X, X)
    *_, (alpha, F) = textbook.smo(K, Y, 1.0, tol=1e-12, steps=100)
    w, b = X.T @ (alpha * Y), textbook.bias(alpha, Y, F, 1.0)
    return {
        "x": row(X[:, 0]),
        "table": matrix(K),
        "alpha": row(alpha),
        "w": float(w[0]),
        "dual": float(textbook.dual_objective(alpha, Y, K)),
        "score": row(F),
        "b": float(b),
        "margin": float(1 / np.linalg.norm(w)),
        "primal": float(textbook.primal_objective(w, b, X, Y, 1.0)),
        "new": float(textbook.decide(textbook.linear(NEW, X), alpha, Y, b)[0]),
    }


def after_the_far_pair() -> tuple[Array, Array]:
    """Return multipliers and scores after one step with the third bolt and the first, for C = 1."""
    K, alpha = textbook.linear(X, X), np.zeros(3)
    t = textbook.step_length(alpha, Y, Y, K, 1.0, 2, 0)
    alpha[[2, 0]] = t
    return alpha, textbook.scores(alpha, Y, K)


def _steps() -> dict[str, float | int | str]:
    K, alpha, pair = textbook.linear(X, X), np.zeros(3), (2, 0)
    numbers: dict[str, float | int | str] = {}
    for number in range(1, 5):
        F = textbook.scores(alpha, Y, K)
        violation = textbook.violation(alpha, Y, F, 1.0)
        cells = [fractions(alpha), fractions(F), fraction(violation), fraction(textbook.dual_objective(alpha, Y, K))]
        if violation <= 1e-12:
            numbers[f"step_{number}"] = " & ".join([*cells, "", "", ""])
            break
        i, j = pair if number == 1 else textbook.choose_pair(alpha, Y, F, K, 1.0)
        t = textbook.step_length(alpha, Y, F, K, 1.0, i, j)
        peak = (F[i] - F[j]) / (K[i, i] + K[j, j] - 2 * K[i, j])
        numbers[f"step_{number}"] = " & ".join([*cells, rf"${i + 1},{j + 1}$", fraction(peak), fraction(t)])
        alpha[i] += Y[i] * t
        alpha[j] -= Y[j] * t
    return numbers


def _gap() -> dict[str, float | int | str]:
    alpha, F = after_the_far_pair()
    K = textbook.linear(X, X)
    w, b = X.T @ (alpha * Y), textbook.bias(alpha, Y, F, 1.0)
    primal, dual = textbook.primal_objective(w, b, X, Y, 1.0), textbook.dual_objective(alpha, Y, K)
    return {
        "far_w": fraction(w[0]),
        "far_b": float(round(b, 12)),
        "far_margins": fractions(Y * textbook.decide(K, alpha, Y, b)),
        "far_primal": fraction(primal),
        "far_dual": fraction(dual),
        "far_gap": fraction(primal - dual),
    }


def _soft() -> dict[str, float | int | str]:
    K = textbook.linear(X, X)
    *_, (alpha, F) = textbook.smo(K, Y, SOFT, tol=1e-12, steps=100)
    w, b = X.T @ (alpha * Y), textbook.bias(alpha, Y, F, SOFT)
    up, down = textbook.movable(alpha, Y, SOFT)
    return {
        "soft_alpha": row(alpha),
        "soft_w": float(w[0]),
        "soft_score": row(F),
        "soft_interval": rf"\ensuremath{{[{F[up].max():.4g},\,{F[down].min():.4g}]}}",
        "soft_b": float(b),
        "soft_slack": row(np.maximum(0, 1 - Y * textbook.decide(K, alpha, Y, b))),
        "soft_primal": float(textbook.primal_objective(w, b, X, Y, SOFT)),
    }


def _probabilities() -> dict[str, float | int | str]:
    f, target = np.array([-1.0, 1.0, 2.0]), textbook.targets(Y)
    start = np.log(2 / 3)
    p = 1 / (1 + np.exp(start))
    fitted = list(textbook.platt(f, Y, 100))
    A, B = fitted[-1]
    return {
        "decisions": row(f),
        "sigmoid_start": float(start),
        "sigmoid_gradient": row(np.array([f @ (target - p), (target - p).sum()])),
        "sigmoid_1": row(fitted[0]),
        "sigmoid_end": row(fitted[-1]),
        "sigmoid_new": float(1 / (1 + np.exp(A * 0.2 + B))),
    }


def _indefinite() -> dict[str, float | int | str]:
    values = np.tanh(np.outer([1.0, 2.0], [1.0, 2.0]))
    return {"tanh": matrix(values), "tanh_eigenvalue": float(np.linalg.eigvalsh(values)[0])}


def _far() -> dict[str, float | int | str]:
    squares = expanded_squares(X + FAR)
    table = np.exp(-squares / 2)
    return {
        "far_squares": row(squares[[0, 0, 1], [1, 2, 2]]),
        "far_eigenvalue": float(np.linalg.eigvalsh(table)[0]),
    }


def expanded_squares(Z: Array) -> Array:
    """Return squared distances between rows from lengths and products, which cancel far from the origin."""
    lengths = (Z**2).sum(axis=1)
    squares: Array = lengths[:, None] + lengths - 2 * Z @ Z.T
    return squares


def fraction(value: float) -> str:
    """Return a number as a fraction."""
    exact = Fraction(float(value)).limit_denominator(FRACTIONS)
    sign = "-" if exact < 0 else ""
    if exact.denominator == 1:
        return rf"\ensuremath{{{exact}}}"
    return rf"\ensuremath{{{sign}\tfrac{{{abs(exact.numerator)}}}{{{exact.denominator}}}}}"


def fractions(values: Array) -> str:
    """Return numbers as fractions, in brackets."""
    return r"\ensuremath{(" + r",\,".join(fraction(value) for value in values) + ")}"


def matrix(values: Array) -> str:
    """Return a small matrix."""
    rows = r"\\".join("&".join(f"{value:.4g}" for value in line) for line in values)
    return rf"\ensuremath{{\bigl(\begin{{smallmatrix}}{rows}\end{{smallmatrix}}\bigr)}}"
