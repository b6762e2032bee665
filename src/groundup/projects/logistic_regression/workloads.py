"""The benchmark's tasks: a tall and a wide table."""

from groundup.projects.common.declaration import Workload
from groundup.projects.common.linear_classifiers import (
    CHOLESKY_SOLVER,
    REFERENCE_SOLVERS,
    penalized_cross_entropy,
    rows_of,
)
from groundup.projects.logistic_regression.figures import thresholds as thresholds

WORKLOADS = (
    Workload(
        name="logistic regression, 50k × 50",
        data=rows_of(50, 1),
        objective=penalized_cross_entropy,
        n=50_000,
        tolerance=1e-6,
        target=2.0,
        single_target=1.0,
        reference_solvers={**REFERENCE_SOLVERS, **CHOLESKY_SOLVER},
    ),
    Workload(
        name="logistic regression, 1000 × 2000",
        data=rows_of(2000, 1),
        objective=penalized_cross_entropy,
        n=1000,
        tolerance=1e-6,
        target=1.0,
        reference_solvers=REFERENCE_SOLVERS,
    ),
)
