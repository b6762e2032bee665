"""Refusals and warnings of scikit-learn's logistic regression, by its solvers' names."""

from collections.abc import Mapping
from math import isinf
from typing import Any

import numpy as np

from groundup.core.exceptions import warn
from groundup.core.rows import Samples
from groundup.core.types import Array

SMOOTH_ONLY = ("newton", "newton-cg", "newton-cholesky", "lbfgs", "gd", "sag")  # Solvers for smooth penalties only.
PRIMAL_ONLY = ("newton-cg", "newton-cholesky", "lbfgs", "sag", "saga")  # Names that scikit-learn has with dual=False.
LARGEST = 1e30  # Largest entry of X that scikit-learn's "liblinear" accepts.
# How scikit-learn's warnings begin; "{}" is the number of iterations.
ADVICE: Mapping[str, str] = {
    "lbfgs": "lbfgs failed to converge. ",
    "liblinear": "Liblinear failed to converge, increase the number of iterations. ",
    "newton-cg": "newton-cg failed to converge. Increase the number of iterations. ",
    "newton-cholesky": "Newton solver did not converge after {} iterations. ",
    "sag": "The max_iter was reached which means the coef_ did not converge. ",
    "saga": "The max_iter was reached which means the coef_ did not converge. ",
}


def refused(solver: str, C: float, l1_ratio: float, dual: bool) -> str:
    """Return why a solver does not fit a penalty, in scikit-learn's words; "" if it does."""
    bare = isinf(C)
    l1 = 0.0 if bare else l1_ratio
    penalty = "l1" if l1 == 1 else "elasticnet"
    if solver in SMOOTH_ONLY and l1 > 0:
        return f"Solver {solver} supports only 'l2' or None penalties, got {penalty} penalty"
    if solver in PRIMAL_ONLY and dual:
        return f"Solver {solver} supports only dual=False, got dual={dual}"
    if solver == "liblinear" and 0 < l1 < 1:
        return f"Only 'saga' solver supports elasticnet penalty, got solver={solver}"
    if solver == "liblinear" and bare:
        return "C=np.inf as well as penalty=None is not supported for the liblinear solver"
    return ""


def require_liblinear(K: int, rows: Samples) -> None:
    """Raise ValueError for data that scikit-learn's "liblinear" does not fit: K classes, or large entries."""
    if K > 2:
        raise ValueError(
            "The 'liblinear' solver does not support multiclass classification (n_classes >= 3). Use another solver, "
            "such as 'auto', or wrap the estimator in scikit-learn's OneVsRestClassifier."
        )
    if max(rows.map(_largest)) > LARGEST:
        raise ValueError(
            "Using the 'liblinear' solver while X contains a maximum value > 1e30 results in a frozen fit. Please "
            "choose another solver or rescale the input X."
        )


def warn_of_older_parameters(model: Any) -> None:
    """Say, as scikit-learn does, what older parameters mean."""
    if model.n_jobs is not None:
        warn(
            "'n_jobs' has no effect since version 1.8 of scikit-learn, nor here, where matrix products use all "
            f"cores: leave it out, got n_jobs={model.n_jobs}.",
            FutureWarning,
        )
    if model.penalty == "deprecated":
        if model.l1_ratio is None:
            warn("'l1_ratio=None' was deprecated in version 1.8 of scikit-learn: use l1_ratio=0.", FutureWarning)
        return
    warn(
        "'penalty' was deprecated in version 1.8 of scikit-learn: use l1_ratio=0 instead of penalty='l2', "
        "l1_ratio=1 instead of penalty='l1', l1_ratio between 0 and 1 instead of penalty='elasticnet', and "
        "C=np.inf instead of penalty=None.",
        FutureWarning,
    )
    if model.penalty is None and model.C != 1.0:
        warn("Setting penalty=None will ignore the C and l1_ratio parameters", UserWarning)
    if model.penalty != "elasticnet" and model.l1_ratio is not None and 0 < model.l1_ratio < 1:
        warn(
            f"l1_ratio parameter is only used when penalty is 'elasticnet'. Got (penalty={model.penalty})",
            UserWarning,
        )
    elif model.penalty in ("l1", "l2") and model.l1_ratio != (model.penalty == "l1"):
        warn(
            f"Inconsistent values: penalty={model.penalty} with l1_ratio={model.l1_ratio}; the penalty is taken. "
            "Please use l1_ratio only.",
            UserWarning,
        )


def _largest(X: Array, y: Array, weight: Array | None) -> float:
    entries = X if isinstance(X, np.ndarray) else X.data  # of sparse rows
    return float(np.max(entries, initial=0.0))
