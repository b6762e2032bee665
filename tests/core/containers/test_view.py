"""Views: rows of a table less an origin, read in parts."""

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.containers.view import View, rows_of

TABLE = np.arange(20.0).reshape(5, 4) ** 2


def test_a_view_reads_like_the_table_that_it_stands_for():
    """Catches rows taken in another order, an origin of all columns applied to some, and a mask read as numbers."""
    index, origin = np.array([4, 0, 0, 2]), np.array([1.0, 0.0, -2.0, 1e6])
    whole = TABLE[index] - origin
    view = View(TABLE, index, origin)
    assert (len(view), view.shape, view.ndim, view.dtype) == (4, (4, 4), 2, np.float64)
    keys = (slice(1, 3), slice(None, None, 2), np.array([3, 1]), np.array([True, False, False, True]), 2)
    for key in (*keys, (slice(None), np.array([3, 0])), (slice(0, 2), 1), (1, slice(None))):
        np.testing.assert_array_equal(view[key], whole[key])
    np.testing.assert_array_equal(view.rows(np.array([1, 3]))[:], whole[[1, 3]])
    np.testing.assert_array_equal(View(TABLE)[1:], TABLE[1:])
    np.testing.assert_array_equal(View(TABLE).rows(np.array([3, 1]))[:], TABLE[[3, 1]])


def test_differences_from_an_entry_are_exact():
    """Catches single precision, in which the differences of large numbers would be rounded."""
    table = (np.arange(6.0)[:, None] * 0.125 + 1e15) * np.ones((1, 2))
    np.testing.assert_array_equal(View(table, None, table[0])[:], np.arange(6.0)[:, None] * [0.125, 0.125])
    single = View(table.astype(np.float32), None, np.array([1e15, 0.0]))
    assert single.dtype == np.float32  # what results are stored in
    assert single[:].dtype == np.float64


def test_consecutive_rows_are_not_copied():
    """Catches a copy of every part of a large sparse matrix, which doubles the time of a pass over it."""
    sparse = Csr(np.arange(1.0, 6.0), np.array([0, 2, 1, 0, 3]), np.array([0, 2, 2, 4, 5]), (4, 4))
    for X, stored in ((TABLE, lambda part: part), (sparse, lambda part: part.data)):
        assert np.shares_memory(stored(rows_of(X, np.arange(1, 4))), stored(X))
        assert not np.shares_memory(stored(rows_of(X, np.array([0, 2]))), stored(X))
    assert [rows_of(sparse, np.arange(2, 4))[i].tolist() for i in (0, 1)] == [[4, 3, 0, 0], [0, 0, 0, 5]]
