"""The benchmark's tasks: ten classes, many classes in the plane, many classes, and many columns; and a crossover."""

from groundup.projects.common.crossover import Way, powers_meet, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.common.linear_classifiers import (
    REFERENCE_SOLVERS,
    clouds,
    penalized_cross_entropy,
    rows_of,
)
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

CLASSES = (2, 3, 5, 8, 12)  # Numbers of classes between which the crossover is looked for.
ROUNDS = 5


def crossover() -> float:
    """Return the number of classes from which L-BFGS fits 2000 rows of four features faster than Newton's method.

    Both times grow like powers of the number of classes: lines are fitted to logarithms, and intersected.
    """

    def ways(K: int) -> tuple[Way, Way]:
        X, y = rows_of(4, K)(2000)
        newton, quasi = (SoftmaxRegression(solver=solver) for solver in ("newton", "lbfgs"))
        return lambda: newton.fit(X, y), lambda: quasi.fit(X, y)

    return powers_meet(CLASSES, side_by_side(CLASSES, ways, ROUNDS))


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
