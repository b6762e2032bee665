"""The solver by decomposition: the same minima as SMO, however the problem is scaled."""

from itertools import pairwise

import numpy as np
import pytest

from groundup.core.containers.csr import sparse_rows
from groundup.core.kernels import Kernel
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual import kernel_rows, working_set
from groundup.projects.support_vector_machine.solvers.dual.fast import fast, leap
from groundup.projects.support_vector_machine.solvers.dual.kernel_rows import KernelRows
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState
from groundup.projects.support_vector_machine.solvers.dual.smo import smo

MEMORY = 2**24
RADIAL = Kernel("rbf", 0.5)


def rows(n: int, d: int, seed: int = 0) -> tuple[Array, Array]:
    """Return rows of two overlapping classes, and the class of each as a sign."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, d))
    return X, np.where(np.sin(2 * X[:, 0]) + X[:, 1] ** 2 + 0.5 * random.normal(size=n) > 1, 1.0, -1.0)


def classification(X: Array, sign: Array, C: float, kernel: Kernel, memory: float = MEMORY) -> Dual:
    n = len(X)
    return Dual(KernelRows(X, kernel, memory), sign, -np.ones(n), np.full(n, C), np.zeros(n))


def machines(n: int = 60, d: int = 3, kernel: Kernel = RADIAL) -> dict[str, Dual]:
    """Return a problem of each machine."""
    X, sign = rows(n, d)
    values = KernelRows(X, kernel, MEMORY)
    twice = (np.repeat([1.0, -1.0], n), np.concatenate([0.1 - X[:, 0], 0.1 + X[:, 0]]), np.full(2 * n, 2.0))
    number = np.tile(np.arange(n), 2)
    tube = np.where(np.arange(2 * n) % n < n // 4, 2.0, 0.0)
    halves = np.zeros(n)
    for side in (sign > 0, sign < 0):
        halves[np.flatnonzero(side)[:10]] = 1.0
    sizes = np.random.default_rng(1).uniform(0.01, 3.0, n)
    return {
        "SVC": classification(X, sign, 1.0, kernel),
        "weighted SVC": Dual(values, sign, -np.ones(n), sizes, np.zeros(n)),
        "SVR": Dual(values, *twice, np.zeros(2 * n), False, number),
        "NuSVR": Dual(values, twice[0], np.concatenate([-X[:, 0], X[:, 0]]), twice[2], tube, True, number),
        "NuSVC": Dual(values, sign, np.zeros(n), np.ones(n), halves, True),
        "OneClassSVM": Dual(values, np.ones(n), np.zeros(n), np.ones(n), (np.arange(n) < 15) * 1.0),
    }


def last(problem: Dual, tol: float, solver: object = fast) -> DualState:
    *_, state = solver(problem, tol, -1, None)  # type: ignore[operator]
    return state


def assert_optimal(problem: Dual, state: DualState, tol: float) -> None:
    """Hold a state to the constraints and to the optimality conditions, with the gradient computed again."""
    gradient = problem.gradient(state.alpha)
    assert state.converged
    assert problem.violation(state.alpha, gradient) <= tol
    assert ((state.alpha >= 0) & (state.alpha <= problem.upper)).all()
    for group in problem.groups:
        sums = (problem.sign * state.alpha)[group].sum(), (problem.sign * problem.start)[group].sum()
        assert sums[0] == pytest.approx(sums[1], abs=1e-12 * problem.upper.sum())


@pytest.mark.parametrize("small", [30, 2000])
@pytest.mark.parametrize("machine", machines())
def test_minimum_is_that_of_smo(machine: str, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Would catch a pair of different sums, a bound of another variable, a gradient that misses some who moved."""
    monkeypatch.setattr(working_set, "SIZE", small)
    problem = machines()[machine]
    found, expected = last(problem, 1e-6), last(problem, 1e-7, smo)
    assert_optimal(problem, found, 1e-6)
    assert found.objective == pytest.approx(expected.objective, rel=1e-6)


def test_the_level_is_the_mean_over_all_free_variables() -> None:
    """Catches the first free variable's score in its place, and that of variables at a bound."""
    X, sign = rows(20, 2)
    problem = classification(X, sign, 1.0, RADIAL)
    alpha, gradient = np.linspace(0.0, 1.0, 20), np.arange(20.0)
    assert problem.levels(alpha, gradient) == pytest.approx(((-sign * gradient)[1:-1].mean(),))


@pytest.mark.parametrize("machine", machines())
def test_leap_to_the_minimum(machine: str) -> None:
    """Catches sums of zero where ν gives others, bounds of the largest variable, and rows of the other side."""
    problem = machines(kernel=Kernel("linear"))[machine]
    found, expected = leap(problem, problem.first(1e-3), 1e-3), last(problem, 1e-8, smo)
    assert found is not None
    assert_optimal(problem, found, 1e-3)
    assert found.objective == pytest.approx(expected.objective, rel=1e-8)


VALUES = (RADIAL, Kernel("linear"), Kernel("poly", 0.5, 2.0, 1.0), Kernel("sigmoid", 0.1, 3.0, -1.0))


@pytest.mark.parametrize("kernel", VALUES, ids=lambda kernel: kernel.name)
@pytest.mark.parametrize("form", [np.asarray, sparse_rows], ids=["dense", "sparse"])
def test_kernel_values_in_every_form(kernel: Kernel, form: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a diagonal of another kernel, and sums of the last block of rows only."""
    monkeypatch.setattr(kernel_rows, "BLOCK_BYTES", 8 * 50 * 7)
    X, coef = rows(50, 3)
    values, table = KernelRows(form(X), kernel, MEMORY), kernel.table(X, X)  # type: ignore[operator]
    np.testing.assert_allclose(values.diagonal, np.diagonal(table), rtol=1e-12)
    np.testing.assert_allclose(values.products(coef), table @ coef, atol=1e-11)
    np.testing.assert_allclose(values.block(np.arange(5, 45)), table[5:45], atol=1e-13)


@pytest.mark.parametrize("C", [1e-6, 1e-2, 1.0, 1e2, 1e4, 1e6])
@pytest.mark.parametrize("d", [2, 10])
def test_any_bound(C: float, d: int) -> None:
    """Would catch single precision where the coefficients are too large for it, and steps past the minimum."""
    X, sign = rows(150, d)
    problem = classification(X, sign, C, Kernel("rbf", 1 / d))
    assert_optimal(problem, last(problem, 1e-3), 1e-3)


@pytest.mark.parametrize(
    ("kernel", "scale", "shift"),
    [
        (Kernel("linear"), 1.0, 0.0),
        (Kernel("poly", 0.5, 3.0, 1.0), 1.0, 0.0),
        (Kernel("rbf", 0.5), 1.0, 1e8),
        (Kernel("rbf", 0.5e-16), 1e8, 0.0),
        (Kernel("rbf", 1.0), 1e8, 0.0),
        (Kernel("rbf", 0.5e60), 1e-30, 0.0),
        (Kernel("linear"), 1e4, 0.0),
        (Kernel("linear"), 1e-20, 0.0),
    ],
)
def test_any_scale(kernel: Kernel, scale: float, shift: float) -> None:
    """Would catch distances that lose their digits far from zero, and values beyond single precision."""
    X, sign = rows(100, 4)
    problem = classification(X * scale + shift, sign, 1.0, kernel)
    assert_optimal(problem, last(problem, 1e-3), 1e-3)


def test_kernel_that_is_not_semidefinite() -> None:
    """Would catch a division by a negative curvature: pairs then go to a bound."""
    X, sign = rows(100, 4)
    problem = classification(X, sign, 1.0, Kernel("sigmoid", 1.0, 3.0, -1.0))
    assert_optimal(problem, last(problem, 1e-3), 1e-3)


def test_equal_rows() -> None:
    """Would catch a curvature of zero, and a singular system of Newton's step."""
    X, sign = rows(60, 2)
    X[30:], sign[::7] = X[:30], -sign[::7]
    problem = classification(X, sign, 1e3, Kernel("rbf", 2.0))
    assert_optimal(problem, last(problem, 1e-3), 1e-3)


def test_nothing_to_do() -> None:
    """Would catch a search for a pair where there is none: one class, or a start that is optimal."""
    X, _ = rows(20, 2)
    (state,) = fast(classification(X, np.ones(20), 1.0, Kernel("rbf")), 1e-3, -1)
    assert (state.converged, state.iteration) == (True, 0)


def test_objective_falls_and_states_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    """Would catch a memory outside of the states, and a step that single precision takes too far."""
    monkeypatch.setattr(working_set, "SIZE", 40)
    X, sign = rows(400, 3)
    problem = classification(X, sign, 10.0, Kernel("rbf", 0.5))
    states = list(fast(problem, 1e-4, -1))
    assert len(states) > 5
    assert all(before.objective > after.objective for before, after in pairwise(states))
    for expected, found in zip(states[4:], fast(problem, 1e-4, -1, states[3]), strict=True):
        np.testing.assert_array_equal(found.alpha, expected.alpha)
        np.testing.assert_array_equal(found.gradient, expected.gradient)


def test_number_of_pairs_is_bounded() -> None:
    """Would catch a limit that a small problem does not see."""
    X, sign = rows(200, 3)
    problem = classification(X, sign, 10.0, Kernel("rbf", 0.5))
    states = list(fast(problem, 1e-3, 7))
    assert (states[-1].iteration, states[-1].converged) == (7, False)
    (first,) = fast(problem, 1e-3, 0)
    assert first.iteration == 0


def test_small_problems_fit_the_memory() -> None:
    """Would catch tables larger than the memory for kernel values."""
    X, sign = rows(300, 3)
    problem = classification(X, sign, 1.0, Kernel("rbf", 0.5), 8.0 * 25**2)
    chosen = np.concatenate(working_set.working_set(problem, problem.first(1e-3), 1e-3))
    assert len(chosen) <= 27
    assert_optimal(problem, last(problem, 1e-3), 1e-3)
