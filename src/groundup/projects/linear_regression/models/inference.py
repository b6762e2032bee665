"""Inference for linear models: standard errors, tests, intervals, influence.

All of it follows from the triangle of the data: with its pseudo-inverse P, ``(XᵀX)⁻¹ = P Pᵀ``.

Sources: Gauss (1823) and Student (1908) for the sampling theory; R. D. Cook, Technometrics 19 (1977).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

from groundup.core.constants import EPS
from groundup.core.display import Printed, shown
from groundup.core.linalg.least_squares import centered_product
from groundup.core.linalg.triangular_factor import TriangularFactor
from groundup.core.rows import Samples
from groundup.core.statistics.distributions import f_tail, t_quantile, t_tail
from groundup.core.storage import record
from groundup.core.types import Array

ROBUST = {"HC0": 0, "HC1": 0, "HC2": 1, "HC3": 2}  # Power of 1 − leverage that a squared residual is divided by.
INESTIMABLE = 1e-6  # Distance from 1 of a diagonal entry of P R from which a slope is not determined by the data.


@record
class Evidence:
    """Results of a fit that inference needs.

    Parameters
    ----------
    triangle : TriangularFactor
        Triangular factor of the data.
    P : ndarray of shape (d, k)
        Pseudo-inverse of its R.
    rank : int
        Numerical rank of R.
    residual : ndarray of shape (t,)
        Weighted sum of squared residuals of each target.
    n : int
        Samples of positive weight.
    log_weight : float
        Sum of the logarithms of these weights.
    intercept, positive : bool
        Whether the model had an intercept, and a sign constraint, when it was fitted.
    """

    triangle: TriangularFactor
    P: Array
    rank: int
    residual: Array
    n: int
    log_weight: float
    intercept: bool
    positive: bool

    def __post_init__(self) -> None:
        """Raise ValueError unless the shapes fit each other: a file is not believed."""
        factor = self.triangle
        (k, d), t = np.shape(factor.R), np.shape(factor.c)[1:]
        found = [np.shape(a) for a in (factor.c, factor.x_mean, factor.y_mean, factor.total, self.P, self.residual)]
        if found != [(k, *t), (d,), t, t, (d, k), t]:
            raise ValueError(f"the results of a fit have shapes that do not fit each other: {found}.")


@dataclass(frozen=True, repr=False)
class Summary(Printed):
    """Inference for one target.

    Arrays have one entry a coefficient, the intercept (where there is one) first.

    Parameters
    ----------
    names : tuple of str
        Names of the coefficients.
    coef, std_error, t, p : ndarray of shape (p,)
        Estimates, standard errors, t statistics and two-sided p values.
    lower, upper : ndarray of shape (p,)
        Confidence interval at the level `confidence`.
    n : float
        Observations. ``df_residual = n − rank`` and ``df_model`` are the degrees of freedom.
    residual_std_error : float
        Estimate of the noise's standard deviation, in the unit of y.
    r_squared, adjusted_r_squared : float
        Coefficient of determination (without an intercept about zero instead of the mean).
    f, f_p : float
        Statistic and p value of the test that all slopes are zero.
    log_likelihood, aic, bic : float
        Gaussian log-likelihood at its maximum and the information criteria from it.
    condition : float
        Condition number of the weighted design, with its column of ones.
    covariance : ndarray of shape (p, p)
        Estimated covariance of the coefficients.
    """

    names: tuple[str, ...]
    confidence: float
    coef: Array
    std_error: Array
    t: Array
    p: Array
    lower: Array
    upper: Array
    n: float
    df_residual: float
    df_model: float
    residual_std_error: float
    r_squared: float
    adjusted_r_squared: float
    f: float
    f_p: float
    log_likelihood: float
    aic: float
    bic: float
    condition: float
    covariance: Array

    def __str__(self) -> str:
        width = max(12, *(len(name) for name in self.names))
        level = f"{100 * self.confidence:g}%"
        head = f"{'':{width}} {'estimate':>12} {'std error':>12} {'t':>9} {'p':>9}   {level} confidence interval"
        columns = (self.names, self.coef, self.std_error, self.t, self.p, self.lower, self.upper)
        lines = [
            f"{name:{width}} {b:12.6g} {e:12.6g} {t:9.3f} {p:9.3g}   [{low:.6g}, {high:.6g}]"
            for name, b, e, t, p, low, high in zip(*columns, strict=True)
        ]
        fit = (
            f"n = {self.n:g}, residual degrees of freedom = {self.df_residual:g}, "
            f"residual standard error = {self.residual_std_error:.6g}\n"
            f"R² = {self.r_squared:.6g}, adjusted R² = {self.adjusted_r_squared:.6g}, "
            f"F = {self.f:.6g} (p = {self.f_p:.3g})\n"
            f"log-likelihood = {self.log_likelihood:.6g}, AIC = {self.aic:.6g}, BIC = {self.bic:.6g}, "
            f"condition number = {self.condition:.3g}"
        )
        slopes = len(self.names) - int(self.names[0] == "intercept")
        if self.df_model < slopes:
            fit += (
                f"\ncolumns are dependent (rank {self.df_model:g} of {slopes}): "
                "single coefficients are not estimable, predictions are"
            )
        return "\n".join([head, *lines, "", fit])


@dataclass(frozen=True)
@shown
class Influence:
    """Diagnostics of every row, each of shape (n,).

    Parameters
    ----------
    leverage : ndarray
        Derivative of a row's prediction by its own target, between 0 and 1.
    residual : ndarray
        Weighted residual ``√weight · (y − ŷ)``.
    studentized : ndarray
        Residual divided by its own estimated standard deviation.
    deleted : ndarray
        The same with the noise estimated without the row: distributed as Student's t.
    cook : ndarray
        Cook's distance: the squared move of all predictions when the row is left out, over the sum of their
        estimated variances.
    """

    leverage: Array
    residual: Array
    studentized: Array
    deleted: Array
    cook: Array


@dataclass(frozen=True)
@shown
class Interval:
    """Predictions with their lower and upper bounds, each of shape (n,)."""

    prediction: Array
    lower: Array
    upper: Array


def noise(evidence: Evidence, weights: str = "precision") -> tuple[float, float, float]:
    """Return observations, degrees of freedom, and the noise variance.

    The variance is that of an observation of unit weight.
    """
    if weights not in ("precision", "frequency"):
        raise ValueError(f"weights={weights!r} is not allowed; it must be 'precision' or 'frequency'.")
    if (targets := len(evidence.residual)) > 1:
        raise ValueError(f"inference is for one target, the model has {targets}: fit them one by one.")
    if evidence.positive:
        raise ValueError("inference is not defined under positive=True: the estimate is not normally distributed.")
    n = evidence.n if weights == "precision" else evidence.triangle.weight
    df = n - evidence.rank - int(evidence.intercept)
    if df <= 0:
        raise ValueError(f"inference needs more rows than coefficients, got {n:g} rows for {n - df:g} coefficients.")
    return n, df, float(evidence.residual[0]) / df


def summarize(
    evidence: Evidence, coef: Array, intercept: float, names: Sequence[str], confidence: float, weights: str
) -> Summary:
    """Return the summary of a fit.

    Parameters
    ----------
    evidence : Evidence
        Results of the fit.
    coef : ndarray of shape (d,)
        Slopes.
    intercept : float
        Constant term.
    names : sequence of str
        Names of the d features.
    confidence : float
        Level of the intervals.
    weights : {"precision", "frequency"}
        Meaning of the sample weights.
    """
    n, df, variance = noise(evidence, weights)
    triangle, constants = evidence.triangle, int(evidence.intercept)
    residual, total = float(evidence.residual[0]), float(triangle.total[0])
    unscaled = evidence.P @ evidence.P.T
    if constants:
        cross = -unscaled @ triangle.x_mean
        first = 1 / triangle.weight - triangle.x_mean @ cross
        unscaled = np.block([[np.array([[first]]), cross[None, :]], [cross[:, None], unscaled]])
        coef = np.append(intercept, coef)
    covariance = variance * unscaled  # eq. linear_regression:covariance
    std_error = np.sqrt(np.diag(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = coef / std_error  # eq. linear_regression:t-statistic
    half = t_quantile(1 - _level(confidence), df) * std_error  # eq. linear_regression:interval
    explained, df_model = total - residual, evidence.rank
    f = (
        explained / df_model / variance if variance > 0 and df_model > 0 else math.inf
    )  # eq. linear_regression:f-statistic
    r_squared = explained / total if total > 0 else math.nan  # eq. linear_regression:r-squared
    log_weight = evidence.log_weight if weights == "precision" else 0.0
    spread = math.log(2 * math.pi * residual / n) if residual > 0 else -math.inf
    log_likelihood = -n / 2 * (spread + 1) + log_weight / 2  # eq. linear_regression:likelihood
    return Summary(
        (*["intercept"] * constants, *names),
        confidence,
        coef,
        std_error,
        t,
        t_tail(t, df),
        coef - half,
        coef + half,
        n,
        df,
        df_model,
        math.sqrt(variance),
        r_squared,
        1 - (1 - r_squared) * (n - constants) / df,
        f,
        float(f_tail(f, df_model, df)) if df_model > 0 else math.nan,
        log_likelihood,
        aic=2 * (df_model + constants) - 2 * log_likelihood,
        bic=math.log(n) * (df_model + constants) - 2 * log_likelihood,
        condition=_condition(evidence),
        covariance=covariance,
    )


def influence(evidence: Evidence, coef: Array, intercept: float, rows: Samples) -> Influence:
    """Return the influence of the rows that were fitted."""
    n, df, variance = noise(evidence)
    diagnostics = rows.map(_row_diagnostics, evidence, coef, intercept)
    leverage, residual = np.concatenate(list(diagnostics), axis=1)
    p, rest = n - df, np.maximum(1 - leverage, EPS)
    with np.errstate(invalid="ignore"):  # 0 / 0 where the model fits every row
        studentized = residual / np.sqrt(variance * rest)
    without = np.maximum((df * variance - residual**2 / rest) / (df - 1), 0) if df > 1 else np.full(len(rest), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        deleted = residual / np.sqrt(without * rest)
    return Influence(
        leverage, residual, studentized, deleted, studentized**2 * leverage / rest / p
    )  # eq. linear_regression:cook


def robust_std_error(evidence: Evidence, coef: Array, intercept: float, rows: Samples, kind: str) -> Array:
    """Return standard errors that hold also where the noise is not of one size; the intercept's first.

    Sources: White, Econometrica 48 (1980) for HC0; MacKinnon and White, Journal of Econometrics 29 (1985) for the rest
    (HC3 is essentially their jackknife).
    """
    if kind not in ROBUST:
        raise ValueError(f"kind={kind!r} is not allowed; it must be one of {', '.join(map(repr, ROBUST))}.")
    n, df, _ = noise(evidence)
    variance: Array = sum(rows.map(_robust_block, evidence, coef, intercept, ROBUST[kind]))
    return np.asarray(np.sqrt(variance * (n / df if kind == "HC1" else 1.0)))


def _robust_block(
    X: Array, y: Array, weight: Array | None, evidence: Evidence, coef: Array, intercept: float, power: int
) -> Array:
    """Return the rows' part of the variances: the square of each coefficient's change with a row's residual."""
    leverage, residual = _row_diagnostics(X, y, weight, evidence, coef, intercept)
    slopes = centered_product(X, evidence.triangle.x_mean, evidence.P) @ evidence.P.T  # (n, d)
    if evidence.intercept:
        constant = 1 / evidence.triangle.weight - slopes @ evidence.triangle.x_mean
        slopes = np.column_stack([constant, slopes])
    w = 1.0 if weight is None else weight
    part: Array = (w * residual**2 / np.maximum(1 - leverage, EPS) ** power) @ slopes**2
    return part


def variance_inflation(evidence: Evidence) -> Array:
    """Return the factor by which each slope's variance grows because the other columns resemble its own, (d,).

    It is ``1 / (1 − R²)``, with R² that of the column explained by the others; infinite for a column that is one of
    their combinations, whose slope cannot be estimated.
    """
    R, P = evidence.triangle.R, evidence.P
    estimable = np.abs(np.einsum("jk,kj->j", P, R) - 1) < INESTIMABLE
    return np.where(estimable, (P**2).sum(axis=1) * (R**2).sum(axis=0), np.inf)


def _row_diagnostics(
    X: Array, y: Array, weight: Array | None, evidence: Evidence, coef: Array, intercept: float
) -> Array:
    w = 1.0 if weight is None else weight
    residual = np.sqrt(w) * (y[:, 0] - X @ coef - intercept)
    return np.stack([w * _prediction_variance(evidence, X), residual])


def _prediction_variance(evidence: Evidence, X: Array) -> Array:
    """Return the variance of a prediction over that of the noise: ``xᵀ(XᵀX)⁻¹x``.  eq. linear_regression:leverage"""
    triangle = evidence.triangle
    constant = 1 / triangle.weight if evidence.intercept else 0.0
    return constant + (centered_product(X, triangle.x_mean, evidence.P) ** 2).sum(1)


def interval(evidence: Evidence, X: Array, prediction: Array, confidence: float, kind: str, weights: str) -> Interval:
    """Return intervals of the mean response or of new observations.  eq. linear_regression:interval"""
    if kind not in ("prediction", "mean"):
        raise ValueError(f"kind={kind!r} is not allowed; it must be 'prediction' or 'mean'.")
    _, df, variance = noise(evidence, weights)
    spread = _prediction_variance(evidence, X) + (1.0 if kind == "prediction" else 0.0)
    half = t_quantile(1 - _level(confidence), df) * np.sqrt(variance * spread)
    return Interval(prediction, prediction - half, prediction + half)


def _level(confidence: float) -> float:
    if not (isinstance(confidence, Real) and 0 < confidence < 1):
        raise ValueError(f"confidence={confidence!r} is not allowed; it must lie between 0 and 1.")
    return confidence


def _condition(evidence: Evidence) -> float:
    """Return the condition number of the design.

    The triangle of [1, X] is R with the means above it.
    """
    triangle = evidence.triangle
    design = triangle.R
    if evidence.intercept:
        root = math.sqrt(triangle.weight)
        top = np.concatenate([[root], root * triangle.x_mean])
        design = np.vstack([top, np.hstack([np.zeros((len(design), 1)), design])])
    values = np.linalg.svd(design, compute_uv=False)[: design.shape[1]]
    return float(values[0] / values[-1]) if values[-1] > 0 else math.inf
