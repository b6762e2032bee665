"""Sparse rows answer like the dense matrix that they stand for."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.checks.inputs import as_csr, is_sparse, require_squares
from groundup.core.containers.csr import Csr
from groundup.core.rows import Rows, Samples


def pair(n=13, d=5, density=0.4, seed=0):
    """A dense matrix with empty rows and columns, and the same as Csr."""
    rng = np.random.default_rng(seed)
    dense = rng.normal(size=(n, d)) * (rng.random((n, d)) < density)
    dense[[2, n - 1]] = 0
    dense[:, 1] = 0
    return dense, as_csr(scipy.sparse.csr_matrix(dense))


def densified(X):
    return X @ np.eye(X.shape[1])


def test_products_from_both_sides():
    # would catch: sums that go wrong at an empty row, a transposed factor, one target where there are two
    dense, X = pair()
    rng = np.random.default_rng(1)
    for W in (rng.normal(size=5), rng.normal(size=(5, 3)), np.zeros((5, 0))):
        assert_allclose(X @ W, dense @ W, atol=1e-14)
        assert_allclose(W.T @ X.T, W.T @ dense.T, atol=1e-14)
    for V in (rng.normal(size=13), rng.normal(size=(13, 3)), np.zeros((13, 0))):
        assert_allclose(X.T @ V, dense.T @ V, atol=1e-14)
        assert_allclose(V.T @ X, V.T @ dense, atol=1e-14)


@pytest.mark.parametrize(
    "rows",
    [slice(3, 9), slice(None), slice(9, 3), slice(0, None, 4), np.array([5, 2, 2, 12]), np.arange(13) % 2 == 0, []],
    ids=str,
)
def test_rows_by_slice_number_and_mask(rows):
    # would catch: pointers that are not moved to the first entry, a step that is ignored, a row twice that counts once
    dense, X = pair()
    chosen = np.array(rows, dtype=int) if isinstance(rows, list) else rows
    assert_allclose(densified(X[chosen]), dense[chosen])
    assert len(X[chosen]) == len(dense[chosen])


def test_one_row_is_an_array():
    # would catch: a row as a matrix, which the classifiers' centre would broadcast
    dense, X = pair()
    assert_array_equal(X[4], dense[4])
    assert_array_equal(X[np.int64(2)], np.zeros(5))


def test_columns_keep_the_order_asked_for():
    # would catch: columns in their old order, entries of other columns left in
    dense, X = pair()
    assert_allclose(densified(X.columns(np.array([4, 0]))), dense[:, [4, 0]])


def test_gram_and_sums_with_weights():
    # would catch: weights squared, pairs counted once, an entry paired with another row's
    dense, X = pair()
    weight = np.random.default_rng(2).uniform(0, 3, 13)
    assert_allclose(X.gram(), dense.T @ dense, atol=1e-13)
    assert_allclose(X.gram(weight), dense.T @ (weight[:, None] * dense), atol=1e-13)
    assert_allclose(X.column_sums(), dense.sum(0), atol=1e-14)
    assert_allclose(X.column_sums(weight), weight @ dense, atol=1e-13)


def test_stored_zeros_and_repeated_entries_are_sums():
    # would catch: a format that must be canonical without saying so
    X = Csr(np.array([1.0, 2.0, 0.0]), np.array([0, 0, 1]), np.array([0, 2, 3]), (2, 2))
    assert_array_equal(densified(X), [[3.0, 0.0], [0.0, 0.0]])
    assert_array_equal(X.gram(), [[9.0, 0.0], [0.0, 0.0]])


def test_rows_in_blocks_give_the_same_sums():
    # would catch: rows that cannot be sliced, block sizes from the shape instead of the entries
    dense, X = pair(n=40)
    y = np.arange(40.0)[:, None]

    def product(X, y, weight):
        return X.T @ y

    whole = Samples(X, y, block_rows=40).sum(product)
    assert_allclose(Samples(X, y, block_rows=7).sum(product), whole, atol=1e-12)
    assert_allclose(whole, dense.T @ y, atol=1e-12)
    assert Samples(X, y).sparse
    assert not Samples(dense, y).sparse
    assert_allclose(densified(Samples(X, y).take(np.array([3, 1])).X), dense[[3, 1]])
    assert Rows(X).block_rows > 40


@pytest.mark.parametrize("kind", ["csr_matrix", "csc_matrix", "coo_matrix", "csr_array", "lil_matrix"])
def test_every_scipy_format_is_read(kind):
    # would catch: columns read as rows
    dense, _ = pair()
    assert_array_equal(densified(as_csr(getattr(scipy.sparse, kind)(dense))), dense)


def test_types_of_values_and_indices():
    # would catch: float32 made float64, integers left as they are, 64-bit indices refused
    dense, _ = pair()
    single = scipy.sparse.csr_matrix(dense.astype(np.float32))
    assert as_csr(single).dtype == np.float32
    assert as_csr(scipy.sparse.csr_matrix(np.eye(2, dtype=int))).dtype == np.float64
    long = scipy.sparse.csr_matrix(dense)
    long.indices, long.indptr = long.indices.astype(np.int64), long.indptr.astype(np.int64)
    assert_array_equal(densified(as_csr(long)), dense)


def test_memory_is_shared_with_the_callers_matrix():
    # would catch: a copy of the entries
    matrix = scipy.sparse.csr_matrix(np.eye(3))
    X = as_csr(matrix)
    assert np.shares_memory(X.data, matrix.data)
    assert np.shares_memory(X.indices, matrix.indices)


def test_what_is_refused_is_named():
    # would catch: NaN that reaches the sums, an empty matrix, a place counted in entries
    dense, _ = pair()
    dense[6, 3] = np.nan
    with pytest.raises(ValueError, match=r"Input X contains NaN at row 6, column 3"):
        as_csr(scipy.sparse.csr_matrix(dense))
    with pytest.raises(ValueError, match=r"0 sample\(s\) \(shape=\(0, 4\)\) while a minimum of 1 is required by Ridge"):
        as_csr(scipy.sparse.csr_matrix((0, 4)), owner="Ridge")
    with pytest.raises(ValueError, match="Complex data not supported"):
        as_csr(scipy.sparse.csr_matrix(1j * np.eye(2)))
    with pytest.raises(ValueError, match="column 1 has entries of size 1e\\+200"):
        require_squares(as_csr(scipy.sparse.csr_matrix([[1.0, 0.0], [0.0, 1e200]])), "X")
    assert is_sparse(scipy.sparse.csr_matrix(np.eye(2)))
    assert not is_sparse(np.eye(2))
