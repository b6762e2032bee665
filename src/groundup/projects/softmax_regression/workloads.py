"""The benchmark's task: ten classes."""

from groundup.projects.common.declaration import Workload
from groundup.projects.common.linear_classifiers import (
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
    ),
)
