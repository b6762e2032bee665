"""The triangle of the data and its inverse."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.linalg.triangular_factor import TriangularFactor, inverse


def triangle(condition, d, seed=0):
    """A triangle with singular values from 1 to 1/condition."""
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(2))
    R = np.linalg.qr(U * np.geomspace(1, 1 / condition, d) @ V.T, mode="r")
    zero = np.zeros(d)
    return TriangularFactor(R, np.zeros((d, 1)), zero, zero[:1], zero[:1], float(d))


@pytest.mark.parametrize("condition", [1.0, 30.0, 1e3, 1e5])
@pytest.mark.parametrize("d", [20, 300])
def test_the_condition_of_many_columns_is_estimated(condition, d):
    """Bug caught: an estimate of one extreme singular value only, its square, or one of the columns before scaling."""
    data = triangle(condition, d)
    scaled = data.R / np.sqrt((data.R**2).sum(0))
    found = inverse(data, 1000)
    assert found.rank == d
    assert 0.75 * np.linalg.cond(scaled) <= found.condition <= (1 + 1e-9) * np.linalg.cond(scaled)
    assert_allclose(found.P @ data.R, np.eye(d), atol=1e-13 * condition)
    columns = np.geomspace(1e-9, 1e9, d)
    assert inverse(TriangularFactor(data.R * columns, *list(vars(data).values())[1:]), 1000).condition == pytest.approx(
        found.condition, rel=1e-6
    )


def test_dependent_ones_among_many_columns_are_found():
    """Bug caught: a pivot of rounding size taken for the triangle of independent columns."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 200))
    X[:, 150] = X[:, :150] @ rng.normal(size=150)
    X[:, 199] = 0
    data = triangle(1.0, 200)
    found = inverse(TriangularFactor(np.linalg.qr(X, mode="r"), *list(vars(data).values())[1:]), 500)
    assert found.rank == 198
    assert_allclose(found.P @ np.linalg.qr(X, mode="r"), np.linalg.pinv(X) @ X, atol=1e-10)


@pytest.mark.parametrize("unit", [1e-80, 1.0, 1e80])
def test_wide_data_of_many_rows(unit):
    """Bug caught: the inverse of the transposed triangle in the wrong space, fourth powers that leave the range."""
    X = unit * np.random.default_rng(0).normal(size=(200, 500))
    data = triangle(1.0, 200)
    found = inverse(TriangularFactor(X, *list(vars(data).values())[1:]), 200)
    assert found.rank == 200
    assert_allclose(found.P, np.linalg.pinv(X), atol=1e-13 / unit)
