"""Normal equations of float32 rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup import ElasticNet, Ridge
from groundup.core.containers.csr import Csr
from groundup.core.linalg.normal_equations import normal_equations
from groundup.core.linalg.single_precision import corrected, single_equations
from groundup.core.rows import Samples


def rows(n=4000, d=8, mean=0.0, correlation=0.3, weighted=False, scale=1.0):
    rng = np.random.default_rng(0)
    X = np.sqrt(1 - correlation) * rng.normal(size=(n, d)) + np.sqrt(correlation) * rng.normal(size=(n, 1)) + mean
    X = (scale * X).astype("f4")
    y = (X @ rng.normal(size=(d, 2)) / scale + rng.normal(size=(n, 2)) + mean).astype("f4").astype("f8")
    return Samples(X, y, rng.uniform(0.1, 3, n) if weighted else None)


def slopes(normal):
    return np.linalg.solve(normal.gram, normal.product)


@pytest.mark.parametrize("mean", [0.0, 0.5, 30.0, 1e4])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
def test_one_pass_corrects_the_products(mean, weighted, intercept):
    """Bug caught: blocks added up in float32; products that cancel far from zero; a correction about other means."""
    samples = rows(mean=mean if intercept else min(mean, 1.0), weighted=weighted)
    exact, single = normal_equations(samples, intercept), single_equations(samples, intercept)
    size = np.sqrt(np.diag(exact.gram))
    assert_allclose(single.gram / np.outer(size, size), exact.gram / np.outer(size, size), atol=1e-6)
    assert_allclose(slopes(single), slopes(exact), atol=1e-5)
    once = corrected(single, samples, intercept, slopes(single))
    assert_allclose(slopes(once), slopes(exact), atol=2e-7)  # three roundings of the largest slope in float32
    assert_allclose(once.y_mean - once.x_mean @ slopes(once), exact.y_mean - exact.x_mean @ slopes(exact), rtol=1e-5)
    assert_allclose(once.total, exact.total, rtol=1e-5)


def test_who_is_refused():
    """Bug caught: products that overflow or underflow in float32; float64 rows multiplied in float32."""
    assert single_equations(rows(scale=1e-18), True) is None
    assert single_equations(rows(scale=1e18), True) is None
    samples = rows()
    assert single_equations(Samples(samples.X.astype("f8"), samples.y, None), True) is None
    sparse = Csr(samples.X.ravel(), np.tile(np.arange(8), 4000), np.arange(0, 32001, 8), (4000, 8))
    assert single_equations(Samples(sparse, samples.y, None), True) is None


@pytest.mark.parametrize("correlation", [0.0, 0.9, 0.999])
@pytest.mark.parametrize("model", [Ridge(0.1), ElasticNet(0.01, precompute=True)])
def test_models_of_float32_rows_are_those_of_float64_rows(model, correlation):
    """Bug caught: float32 products used for columns that depend on each other, where they have no digits left."""
    samples = rows(correlation=correlation)
    single, double = (model.fit(X, samples.y[:, 0]).coef_ for X in (samples.X, samples.X.astype("f8")))
    assert single.dtype == np.float32
    assert_allclose(single, double, atol=2e-5 * np.abs(double).max())
