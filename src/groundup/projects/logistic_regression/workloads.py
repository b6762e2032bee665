"""The benchmark's tasks, a tall and a wide table, and the number of features from which L-BFGS is the faster method."""

from groundup.projects.common.crossover import Way, ratio_turns, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.common.linear_classifiers import (
    CHOLESKY_SOLVER,
    REFERENCE_SOLVERS,
    drawn_classes,
    penalized_cross_entropy,
    rows_of,
)
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

FEATURES = (5, 10, 20, 40, 80, 160)  # Numbers of features between which the crossover is looked for,
ROWS = 2000  # rows of each,
ROUNDS = 9  # and how often each is fitted.


def crossover() -> float:
    """Return the number of features from which L-BFGS is faster than Newton's method, for 2000 rows.

    The ratio of the times is measured at several numbers; on logarithmic scales it is interpolated between them.
    """

    def ways(d: int) -> tuple[Way, Way]:
        X, y = drawn_classes(ROWS, d, 1)
        newton, quasi = (LogisticRegression(solver=solver) for solver in ("newton", "lbfgs"))
        return lambda: newton.fit(X, y), lambda: quasi.fit(X, y)

    return ratio_turns(FEATURES, side_by_side(FEATURES, ways, ROUNDS))


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
