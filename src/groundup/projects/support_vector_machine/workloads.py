"""The benchmark's tasks: kernel machines of several sizes, ten classes by pairs, and linear machines on many rows."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.bundled import digits
from groundup.data.dataset import Dataset
from groundup.data.synthetic import regression
from groundup.projects.common.crossover import Way, powers_meet, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.support_vector_machine import measures
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC
from groundup.projects.support_vector_machine.models.nystroem import Nystroem
from groundup.projects.support_vector_machine.models.svc import SVC

TOL = 1e-3  # Of all kernel machines: the default of both sides.
LINEAR_TOL = 1e-4
SIZES = (500, 1000, 2000, 4000)  # Numbers of rows between which the crossover is looked for.
FEATURES = 300  # Columns that stand for the radial kernel there.
ROUNDS = 5


def folded(n: int, d: int = 20) -> tuple[Array, Array]:
    """Return normal rows of two classes that a curved surface divides, with one row in twenty on the wrong side."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d))
    surface = X[:, 0] + X[:, 1] * X[:, 2] + np.sin(2 * X[:, 3]) + 0.5 * rng.normal(size=n)
    return X, ((surface > 0) ^ (rng.random(n) < 0.05)).astype(int)


def waves(n: int) -> tuple[Array, Array]:
    """Return uniform rows of ten columns and Friedman's curved target with noise."""
    return regression.friedman_rows(np.random.default_rng(0), n, 10)


def many_digits(n: int) -> tuple[Array, Array]:
    """Return as many images of digits; beyond the 1,797 there are they come again, with noise."""
    data = digits(0)
    rng = np.random.default_rng(0)
    rows = np.arange(n) % len(data.X)
    noise = np.where(np.arange(n) < len(data.X), 0.0, 1.0)[:, None]
    return data.X[rows] + noise * rng.normal(size=(n, data.X.shape[1])), np.asarray(data.y)[rows]


def straight(n: int, d: int = 50) -> tuple[Array, Array]:
    """Return normal rows of two classes that overlap on both sides of a plane."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d))
    return X, (X @ rng.normal(size=d) / np.sqrt(d) + 0.5 * rng.normal(size=n) > 0).astype(int)


def of_rows(compute: Callable[[Any, Dataset], float]) -> Callable[[Any, Array, Array | None], float]:
    """Return an objective of a data set as one of arrays."""
    return lambda model, X, y: compute(model, Dataset("rows", "", X, y, ()))


def given(**parameters: Any) -> Callable[[Array, Array | None], Mapping[str, Any]]:
    """Return parameters that do not depend on the data."""
    return lambda X, y: parameters


def radial(n: int, C: float, target: float) -> Workload:
    """Return the row of a machine with the radial kernel."""
    return Workload(
        name=f"SVC, radial kernel, {n:,} × 20, C = {C:g}",
        data=folded,
        objective=of_rows(measures.price_of_classes),
        n=n,
        tolerance=1e-3,
        target=target,
        single_target=1.0,
        parameters=given(C=C, tol=TOL),
    )


def crossover() -> float:
    """Return the number of rows from which a linear machine on Nyström features is fitted faster than `SVC`.

    Both times grow like powers of the number of rows, up to their noise: lines are fitted to logarithms, intersected.
    """

    def ways(n: int) -> tuple[Way, Way]:
        X, y = folded(n)
        features = Nystroem(n_components=FEATURES, gamma=1 / X.shape[1], random_state=0)
        return lambda: SVC().fit(X, y), lambda: LinearSVC().fit(features.fit_transform(X), y)

    return powers_meet(SIZES, side_by_side(SIZES, ways, ROUNDS))


WORKLOADS = (
    radial(5000, 1.0, 1.5),
    radial(5000, 10.0, 1.0),
    Workload(
        name="SVC, radial kernel, digits, 45 pairs",
        data=many_digits,
        objective=of_rows(measures.price_of_classes),
        n=1797,
        tolerance=1e-3,
        target=1.0,
        parameters=given(tol=TOL),
    ),
    Workload(
        name="SVR, radial kernel, 2,000 × 10",
        model="SVR",
        data=waves,
        objective=of_rows(measures.price_of_errors),
        n=2000,
        tolerance=1e-3,
        target=1.0,
        parameters=given(C=10.0, epsilon=0.5, tol=TOL),
    ),
    Workload(
        name="LinearSVC, squared hinge, 50k × 50",
        model="LinearSVC",
        data=straight,
        objective=of_rows(measures.linear_price_of_classes),
        n=50_000,
        tolerance=1e-6,
        target=5.0,
        parameters=given(tol=LINEAR_TOL),
        reference_solvers={"primal": {"dual": False}, "primal, tol=1e-5": {"dual": False, "tol": 1e-5}},
    ),
    Workload(
        name="LinearSVC, hinge, 50k × 50",
        model="LinearSVC",
        data=straight,
        objective=of_rows(measures.linear_price_of_classes),
        n=50_000,
        tolerance=1e-3,
        target=1.0,
        parameters=given(loss="hinge", tol=LINEAR_TOL),
        reference_solvers={
            f"dual, tol={tol:g}": {"dual": True, "tol": tol, "max_iter": 10_000} for tol in (1e-2, 1e-3)
        },
    ),
)
