"""The benchmark's tasks: ten classes, many classes in the plane, many classes, and many columns."""

from groundup.projects.common.declaration import Workload
from groundup.projects.common.linear_classifiers import (
    REFERENCE_SOLVERS,
    clouds,
    penalized_cross_entropy,
    rows_of,
)

WORKLOADS = (
    Workload(
        name="softmax regression, 20k × 64 × 10",
        data=rows_of(64, 10),
        objective=penalized_cross_entropy,
        n=20_000,
        tolerance=1e-6,
        target=2.0,
        single_target=1.0,
        reference_solvers=REFERENCE_SOLVERS,
    ),
    Workload(
        name="softmax regression, 3000 × 2 × 56",
        data=clouds(2, 56),
        objective=penalized_cross_entropy,
        n=3000,
        tolerance=1e-6,
        target=1.0,
        reference_solvers=REFERENCE_SOLVERS,
    ),
    Workload(
        name="softmax regression, 5000 × 10 × 200",
        data=rows_of(10, 200),
        objective=penalized_cross_entropy,
        n=5000,
        tolerance=1e-6,
        target=1.0,
        reference_solvers=REFERENCE_SOLVERS,
    ),
    Workload(
        name="softmax regression, 2000 × 1000 × 10",
        data=rows_of(1000, 10),
        objective=penalized_cross_entropy,
        n=2000,
        tolerance=1e-6,
        target=1.0,
        reference_solvers=REFERENCE_SOLVERS,
    ),
)
