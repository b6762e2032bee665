"""Inference for logistic models: Wald tests, odds ratios, deviance.

All of it holds only at the maximum of the likelihood: a penalty biases the coefficients and reduces their variance.

Sources: Wald (1943); Wilks (1938) for the likelihood ratio; McFadden (1974) for the pseudo-R².
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

from groundup.core.display import Printed
from groundup.core.linear.objective import ScoreObjective
from groundup.core.statistics.distributions import chi2_tail, normal_quantile, normal_tail
from groundup.core.storage import record
from groundup.core.types import Array

SINGULAR = 1e-10  # An eigenvalue of the scaled information below this counts as zero.


@record
class Evidence:
    """Results of a fit without a penalty that inference needs.

    Parameters
    ----------
    information : ndarray of shape (p, p)
        Fisher's information about the slopes and the intercept at the centre.
    center : ndarray of shape (d,), or None
        Point at which the intercept was measured; None without one.
    log_likelihood, null : float
        Logarithms of the likelihood of the fit, and of the model without features.
    n : float
        Sum of the weights.
    """

    information: Array
    center: Array | None
    log_likelihood: float
    null: float
    n: float

    def __post_init__(self) -> None:
        """Raise ValueError unless the shapes fit each other: a file is not believed."""
        found, p = np.shape(self.information), len(self.information)
        if found != (p, p) or (self.center is not None and np.shape(self.center) != (p - 1,)):
            raise ValueError(f"the results of a fit have shapes that do not fit each other: {found}.")


@dataclass(frozen=True, repr=False)
class Summary(Printed):
    """Inference about the coefficients.

    Arrays have one entry for each coefficient, the intercept (where there is one) first.

    Parameters
    ----------
    names : tuple of str
        Names of the coefficients.
    confidence : float
        Level of the intervals.
    coef, std_error, z, p : ndarray of shape (p,)
        Estimates, standard errors, Wald's z and two-sided p values.
    lower, upper : ndarray of shape (p,)
        Confidence interval of each coefficient.
    odds_ratio, odds_lower, odds_upper : ndarray of shape (p,)
        Factor of the odds for one more unit of the feature, with its interval.
    n : float
        Sum of the weights.
    log_likelihood, null_log_likelihood : float
        Log-likelihood of the fit, and of the model without features.
    deviance, null_deviance : float
        Minus twice these.
    pseudo_r_squared : float
        McFadden's.
    likelihood_ratio, likelihood_ratio_p : float
        Fall of the deviance, and the probability of a larger one if no feature mattered.
    aic, bic : float
        Information criteria.
    covariance : ndarray of shape (p, p)
        Estimated covariance of the coefficients.
    """

    names: tuple[str, ...]
    confidence: float
    coef: Array
    std_error: Array
    z: Array
    p: Array
    lower: Array
    upper: Array
    odds_ratio: Array
    odds_lower: Array
    odds_upper: Array
    n: float
    log_likelihood: float
    null_log_likelihood: float
    deviance: float
    null_deviance: float
    pseudo_r_squared: float
    likelihood_ratio: float
    likelihood_ratio_p: float
    aic: float
    bic: float
    covariance: Array

    def __str__(self) -> str:
        width = max(12, *(len(name) for name in self.names))
        level = f"{100 * self.confidence:g}%"
        head = f"{'':{width}} {'estimate':>12} {'std error':>12} {'z':>9} {'p':>9} {'odds ratio':>12}   {level} of it"
        columns = (self.names, self.coef, self.std_error, self.z, self.p)
        odds = (self.odds_ratio, self.odds_lower, self.odds_upper)
        lines = [
            f"{name:{width}} {b:12.6g} {e:12.6g} {z:9.3f} {p:9.3g} {o:12.6g}   [{low:.6g}, {high:.6g}]"
            for name, b, e, z, p, o, low, high in zip(*columns, *odds, strict=True)
        ]
        fit = (
            f"n = {self.n:g}, deviance = {self.deviance:.6g} (without features {self.null_deviance:.6g}), "
            f"pseudo-R² = {self.pseudo_r_squared:.6g}\n"
            f"likelihood ratio = {self.likelihood_ratio:.6g} (p = {self.likelihood_ratio_p:.3g}), "
            f"log-likelihood = {self.log_likelihood:.6g}, AIC = {self.aic:.6g}, BIC = {self.bic:.6g}"
        )
        return "\n".join([head, *lines, "", fit])


def gather(objective: ScoreObjective, theta: Array) -> Evidence:
    """Return the evidence at the maximum of the likelihood."""
    return Evidence(
        objective.hessian(theta),  # of minus the log-likelihood
        objective.center,
        -float(objective(theta)[0]),
        _null(objective),
        objective.total,
    )


def _null(objective: ScoreObjective) -> float:
    """Return the log-likelihood without features.

    Every row has the weighted share of its class or, without an intercept, ½.
    """
    y, weight = objective.rows.y, objective.rows.weight
    size = np.bincount(y, weights=weight, minlength=2).astype(np.float64)
    share = size / size.sum() if objective.center is not None else np.full(2, 0.5)
    return float((size * np.log(share)).sum())


def summarize(evidence: Evidence, coef: Array, intercept: float, names: Sequence[str], confidence: float) -> Summary:
    """Return the summary of a fit without a penalty.

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
    """
    if not (isinstance(confidence, Real) and 0 < confidence < 1):
        raise ValueError(f"confidence={confidence!r} is not allowed; it must lie between 0 and 1.")
    constants, slopes = int(evidence.center is not None), len(coef)
    covariance = _covariance(evidence)
    coef = np.append(np.full(constants, intercept), coef)
    std_error = np.sqrt(np.diag(covariance))
    z = coef / std_error  # eq. logistic_regression:wald
    half = float(normal_quantile((1 + confidence) / 2)) * std_error
    lower, upper = coef - half, coef + half
    parameters = len(coef)
    deviance, null_deviance = -2 * evidence.log_likelihood, -2 * evidence.null  # eq. logistic_regression:deviance
    ratio = max(0.0, null_deviance - deviance)
    with np.errstate(over="ignore"):
        odds = np.exp(coef), np.exp(lower), np.exp(upper)  # eq. logistic_regression:odds-ratio
    return Summary(
        (*["intercept"] * constants, *names),
        confidence,
        coef,
        std_error,
        z,
        normal_tail(z),
        lower,
        upper,
        *odds,
        n=evidence.n,
        log_likelihood=evidence.log_likelihood,
        null_log_likelihood=evidence.null,
        deviance=deviance,
        null_deviance=null_deviance,
        pseudo_r_squared=1 - evidence.log_likelihood / evidence.null,  # eq. logistic_regression:pseudo-r-squared
        likelihood_ratio=ratio,
        likelihood_ratio_p=chi2_tail(ratio, slopes),  # eq. logistic_regression:likelihood-ratio
        aic=2 * parameters + deviance,
        bic=math.log(evidence.n) * parameters + deviance,
        covariance=covariance,
    )


def _covariance(evidence: Evidence) -> Array:
    """Return the covariance of the intercept at zero and the slopes, in this order.

    eq. logistic_regression:covariance
    """
    information = evidence.information
    scale = np.sqrt(np.diag(information))
    if not (scale > 0).all() or np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < SINGULAR:
        raise ValueError("the columns are dependent: single coefficients are not estimable.")
    inverse = np.linalg.inv(information / np.outer(scale, scale)) / np.outer(scale, scale)
    if evidence.center is None:
        return inverse
    d = len(evidence.center)
    move = np.zeros((d + 1, d + 1))  # from (slopes, score at the centre) to (intercept, slopes)
    move[0, :d], move[0, d] = -evidence.center, 1
    move[1:, :d] = np.eye(d)
    return move @ inverse @ move.T
