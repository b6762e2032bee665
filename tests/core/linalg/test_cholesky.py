"""Triangles and positive definite systems."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.linalg.cholesky import factor, invert_upper, solve_lower, solve_upper


@pytest.mark.parametrize("d", [1, 63, 64, 65, 200])
def test_triangles_are_solved_across_tiles(d):
    """Bug caught: the last, shorter tile dropped, or a tile's rows not taken off the rows below."""
    rng = np.random.default_rng(d)
    L = np.tril(rng.normal(size=(d, d)) / d) + np.eye(d)
    x = rng.normal(size=(d, 3))
    assert_allclose(solve_lower(L, L @ x), x, atol=1e-12)
    assert_allclose(solve_upper(L.T, L.T @ x), x, atol=1e-12)
    assert_allclose(invert_upper(L.T) @ L.T, np.eye(d), atol=1e-12)
    assert_allclose(np.tril(invert_upper(L.T), -1), 0, atol=0)


@pytest.mark.parametrize("d", [5, 150])
def test_a_factor_solves_whatever_the_units(d):
    """Bug caught: the scale applied on one side only, or multiplied instead of divided."""
    rng = np.random.default_rng(0)
    B = rng.normal(size=(2 * d, d)) * 10.0 ** rng.integers(-6, 6, d)
    A, b = B.T @ B, rng.normal(size=(d, 2))
    F = factor(A)
    unit = np.sqrt(np.diag(A))[:, None]
    assert_allclose(F.solve(b) * unit, np.linalg.solve(A / unit / unit.T, b / unit), rtol=1e-9, atol=1e-9)
    assert_allclose((F.half(b) ** 2).sum(0), (b * F.solve(b)).sum(0), rtol=1e-10)
    assert F.inflation < 1e4


def test_near_dependence_is_told():
    """Bug caught: an estimate of the condition from the largest pivot, or that depends on units."""
    rng = np.random.default_rng(0)
    B = rng.normal(size=(50, 3))
    B = np.column_stack([B, (B[:, 0] + 1e-4 * rng.normal(size=50)) * 1e5])
    F = factor(B.T @ B)
    condition = np.linalg.cond(F.L) ** 2
    assert condition / 100 < F.inflation <= condition
    with pytest.raises(np.linalg.LinAlgError):
        factor(np.zeros((2, 2)))
    with pytest.raises(np.linalg.LinAlgError):
        factor(np.array([[1.0, 2.0], [2.0, 1.0]]))
