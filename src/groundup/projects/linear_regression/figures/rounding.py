"""How many digits of the coefficients the direct solvers leave."""

from fractions import Fraction
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, VERMILION
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

MOST = 16.0  # Correct digits that double precision can show.
DEGREES = range(1, 11)  # Of the polynomials.


@figure(size=(8.4, 2.6))
def lost_digits(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """The normal equations lose twice the digits, whatever the data of this run

    Correct digits of the coefficients, by the length of their error, when a polynomial is fitted to the exponential
    function at 21 points. The dotted lines are 16 less the digits of the condition number of the columns, and 16 less
    twice as many. QR keeps to the first, the normal equations to the second; corrections bring all digits back.
    """
    counted = np.array([correct_digits(degree) for degree in DEGREES])
    condition = np.log10([np.linalg.cond(polynomial(degree)[0]) for degree in DEGREES])
    for digits, label, colour, marker in zip(
        counted.T,
        ("QR, then corrected", "QR", "normal equations, Cholesky"),
        (GREEN, BLUE, VERMILION),
        ("^", "s", "o"),
        strict=True,
    ):
        axes.plot(DEGREES, digits, color=colour, marker=marker, linestyle="-", label=label)
    axes.plot(DEGREES, MOST - condition, color=BLACK, linestyle=":", linewidth=1)
    axes.plot(DEGREES, MOST - 2 * condition, color=BLACK, linestyle=":", linewidth=1)
    axes.set(xlabel="degree of the polynomial", ylabel="correct digits", ylim=(-0.5, 17), xticks=list(DEGREES),
             yticks=range(0, 17, 4))  # fmt: skip
    axes.legend(loc="lower left")


def polynomial(degree: int) -> tuple[Array, Array]:
    """Return the powers of 21 points between 0 and 1, one a column, and the exponential function there."""
    x = np.arange(21) / 20
    return np.vander(x, degree + 1, increasing=True), np.exp(x)


def correct_digits(degree: int) -> tuple[float, float, float]:
    """Return the correct digits of the coefficients: QR corrected by residuals, QR, normal equations."""
    X, y = polynomial(degree)
    exact = rational_least_squares(X, y)
    Q, R = np.linalg.qr(X)
    try:
        L = np.linalg.cholesky(X.T @ X)
        normal = np.linalg.solve(L.T, np.linalg.solve(L, X.T @ y))
    except np.linalg.LinAlgError:  # rounding left a matrix that is not positive definite
        normal = np.zeros(len(exact))
    corrected = LinearRegression(fit_intercept=False).fit(X, y).coef_
    found = (corrected, np.linalg.solve(R, Q.T @ y), normal)
    best, middle, worst = (float(agreement(w, exact)) for w in found)
    return best, middle, worst


def agreement(w: Array, exact: Array) -> Any:
    """Return to how many decimal digits two vectors agree, by the length of their difference: from none to 16."""
    difference = np.linalg.norm(w - exact) / np.linalg.norm(exact)
    return np.clip(-np.log10(np.maximum(difference, 10.0**-MOST)), 0, MOST)


def rational_least_squares(X: Array, y: Array) -> Array:
    """Solve the normal equations in fractions, without rounding.  eq. linear_regression:normal"""
    table = [[Fraction(v) for v in row] for row in np.column_stack([X, y]).tolist()]  # the target comes last
    p, zero = len(X[0]), Fraction(0)
    rows = [[sum((row[j] * row[k] for row in table), zero) for k in range(p + 1)] for j in range(p)]
    for c in range(p):  # elimination, also above the diagonal
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for r in range(p):
            if r != c:
                rows[r] = [v - rows[r][c] * u for v, u in zip(rows[r], rows[c], strict=True)]
    return np.array([float(row[p]) for row in rows])
