"""Kernels against their formulas, in both precisions, for dense and sparse rows."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from sklearn.metrics.pairwise import pairwise_kernels

from groundup.core import kernels
from groundup.core.checks.inputs import as_csr
from groundup.core.kernels import Kernel

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(9, 4)), RNG.normal(size=(5, 4))
PARAMETERS = {
    "linear": {},
    "poly": {"gamma": 0.3, "degree": 2, "coef0": 0.7},
    "rbf": {"gamma": 0.3},
    "sigmoid": {"gamma": 0.3, "coef0": 0.7},
    "cosine": {},
}


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("block_bytes", [1 << 20, 64])
def test_values_of_scikit_learn(name, block_bytes, monkeypatch):
    # a constant forgotten, rows lost where a block ends
    monkeypatch.setattr(kernels, "BLOCK_BYTES", block_bytes)
    kernel = Kernel(name, **PARAMETERS[name])
    expected = pairwise_kernels(X, Y, metric=name, **PARAMETERS[name])
    np.testing.assert_allclose(kernel.table(X, Y), expected, rtol=1e-12)
    sparse = [as_csr(scipy.sparse.csr_array(rows)) for rows in (X, Y)]
    np.testing.assert_allclose(kernel.table(*sparse), expected, rtol=1e-12)
    single = kernel.table(X.astype(np.float32), Y.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, expected, atol=1e-5)


def test_distances_far_from_zero():
    # squares of large numbers, of which the difference is taken
    shift = 2.0**30
    near, far = Kernel("rbf", gamma=0.3).table(X, Y), Kernel("rbf", gamma=0.3).table(X + shift, Y + shift)
    np.testing.assert_allclose(far, near, atol=1e-6)
    assert (np.diag(Kernel("rbf", gamma=1e6).table(X, X)) > 0.99).all()


def test_functions_and_tables():
    # arguments that are not passed, a table that is computed again
    found = Kernel(lambda x, y, power: float(x @ y) ** power, parameters={"power": 3}).table(X, Y)
    np.testing.assert_allclose(found, (X @ Y.T) ** 3)
    np.testing.assert_array_equal(Kernel("precomputed").table(X, X), X)


def test_a_row_of_zeros_has_no_direction():
    # a division by its length
    assert Kernel("cosine").table(np.zeros((1, 4)), Y).tolist() == [[0.0] * 5]


@pytest.mark.parametrize("name", PARAMETERS)
def test_rows_with_few_entries_are_not_made_dense(name):
    # 32 MB for a table of 200 by 20000 numbers, of which 4000 are stored
    rows = scipy.sparse.random_array((200, 20000), density=0.001, rng=np.random.default_rng(0), format="csr")
    sparse, dense = as_csr(rows), rows.toarray()
    kernel = Kernel(name, **PARAMETERS[name])
    expected = pairwise_kernels(dense, metric=name, **PARAMETERS[name])
    np.testing.assert_allclose(kernel.table(sparse, sparse), expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(kernel.table(dense[:3], sparse), expected[:3], rtol=1e-10, atol=1e-12)
    tracemalloc.start()
    kernel.table(sparse, sparse)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8e6
