"""What is searched, by us and by scikit-learn, and the benchmark's tasks: a search, and the area of many scores."""

from typing import Any

import numpy as np

from groundup.core.metrics import roc_auc_score
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.classification_pipeline import textbook
from groundup.projects.common.crossover import Way, ratio_turns, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.common.linear_classifiers import penalized_cross_entropy, rows_of

FOLDS = 5
SIZES, ROUNDS = (
    (50, 100, 200, 400, 800, 1600, 3200),
    31,
)  # Rows, and repetitions of each, in which a crossover is sought.
EXACT = {"solver": "newton-cholesky", "tol": 1e-8, "max_iter": 1000}  # scikit-learn's solver with the same answer.


def search(data: Dataset) -> dict[str, Any]:
    """Return parameters of a search by the probabilities themselves, a proper score, in as many folds as rows allow."""
    _, size = np.unique(np.asarray(data.y), return_counts=True)
    folds = max(2, min(FOLDS, int(size.max())))
    return {"l1_ratios": (0.0,), "scoring": "neg_log_loss", "use_legacy_attributes": False, "cv": folds}


def same_search(model: Any, data: Dataset) -> dict[str, Any]:
    """Return parameters with which scikit-learn searches the same candidates by the same score."""
    names = ("Cs", "l1_ratios", "cv", "scoring", "fit_intercept", "class_weight", "use_legacy_attributes")
    return {name: getattr(model, name) for name in names} | EXACT


def five_folds(X: Array, y: Any) -> dict[str, Any]:
    """Return parameters of a search of ten strengths in five folds."""
    return {"l1_ratios": (0.0,), "scoring": "neg_log_loss", "use_legacy_attributes": False, "cv": FOLDS}


def scored(n: int) -> tuple[Array, Array]:
    """Return n scores, higher on average for class 1, and the classes."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, n)
    return y + rng.normal(size=n), y


def our_area(s: Array, y: Any) -> float:
    """Return the area under the ROC curve by our function."""
    return roc_auc_score(y, s)


def their_area(s: Array, y: Any) -> float:
    """Return the area under the ROC curve by scikit-learn's function."""
    from sklearn import metrics

    return float(metrics.roc_auc_score(y, s))


def found_area(area: float, s: Array, y: Any) -> float:
    """Return the area: both sides have to find the same one."""
    return area


def crossover() -> float:
    """Return the number of rows from which the area is found faster by sorting than by comparing all pairs.

    The ratio of the times is measured at several sizes; on logarithmic scales it is interpolated between them.
    """

    def ways(n: int) -> tuple[Way, Way]:
        s, y = scored(n)
        return lambda: textbook.area(y, s), lambda: roc_auc_score(y, s)

    return ratio_turns(SIZES, side_by_side(SIZES, ways, ROUNDS))


WORKLOADS = (
    Workload(
        name="logistic regression, search of 10 strengths in 5 folds, 10k × 30",
        data=rows_of(30, 1),
        objective=penalized_cross_entropy,
        n=10_000,
        tolerance=1e-6,
        target=1.0,
        single_target=0.7,
        parameters=five_folds,
        reference_solvers={
            "newton-cholesky": EXACT,
            "lbfgs, tol=1e-06": {"solver": "lbfgs", "tol": 1e-6, "max_iter": 1000},
        },
    ),
    Workload(
        name="area under the ROC curve, 1M rows",
        data=scored,
        objective=found_area,
        n=1_000_000,
        tolerance=1e-12,
        target=1.0,
        fits=(our_area, their_area),
    ),
)
