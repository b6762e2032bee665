"""Normal equations and centred rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.linalg.normal_equations import centered, normal_equations
from groundup.core.rows import Samples


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("far", [0, 2, 1e8])  # within a standard deviation of zero, within three, and far
def test_products_about_the_means(intercept, weighted, far):
    """Bug caught: weights squared, plain means for weighted ones, products that cancel far from the origin."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 4)) + far, rng.normal(size=(300, 2)) + far
    weight = rng.integers(0, 4, 300).astype(float) if weighted else None
    rows = Samples(X, y, weight, block_rows=37)
    repeat = np.ones(300, int) if weight is None else weight.astype(int)
    Xr, yr = X.repeat(repeat, 0), y.repeat(repeat, 0)
    x_mean, y_mean = (Xr.mean(0), yr.mean(0)) if intercept else (np.zeros(4), np.zeros(2))
    Xc, yc = Xr - x_mean, yr - y_mean
    for found in (normal_equations(rows, intercept), centered(rows, intercept)):
        gram, product = (
            (found.gram, found.product) if hasattr(found, "gram") else (found.X.T @ found.X, found.X.T @ found.y)
        )
        size = np.abs(Xc.T @ Xc).max()
        assert_allclose(gram, Xc.T @ Xc, atol=1e-7 * size if far > 2 else 1e-13 * size)
        assert_allclose(product, Xc.T @ yc, atol=1e-7 * size if far > 2 else 1e-13 * size)
        assert_allclose(found.x_mean, x_mean, rtol=3e-15, atol=1e-15)
        assert_allclose(found.y_mean, y_mean, rtol=3e-15, atol=1e-15)
        assert_allclose(found.total, (yc**2).sum(0), rtol=1e-7)
        assert found.weight == len(Xr)


def test_constant_columns_are_zero():
    """Bug caught: what rounding leaves of a constant taken for a column."""
    X = np.column_stack([np.arange(50.0), np.full(50, 1 / 3), np.full(50, 1e8 / 3), np.full(50, 0.1)])
    for weight in (None, np.random.default_rng(0).uniform(0.1, 3, 50)):
        rows = Samples(X, np.arange(50.0)[:, None], weight)
        normal = normal_equations(rows, True)
        assert (np.diag(normal.gram) > 0).tolist() == [True, False, False, False]
        assert not normal.gram[1:].any()
        assert not normal.product[1:].any()
        assert not centered(rows, True).X[:, 1:].any()
