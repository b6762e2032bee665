"""Sequences of different lengths in one flat array."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from groundup.core.containers.sequences import Sequences
from groundup.core.rows import Rows


def ragged():
    return [np.arange(6.0).reshape(2, 3), np.arange(3.0).reshape(1, 3), np.arange(12.0).reshape(4, 3)]


def parts(X):
    return [X.values[a:b] for a, b in zip(X.starts[:-1], X.starts[1:], strict=True)]


def test_a_list_of_arrays_is_kept_sequence_by_sequence():
    # would catch: padding that counts as data, starts off by one
    X = Sequences.of(ragged())
    assert (len(X), X.shape) == (3, (3, 4, 3))
    assert X.lengths.tolist() == [2, 1, 4]
    for mine, theirs in zip(parts(X), ragged(), strict=True):
        assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    "rows", [slice(1, None), slice(0, 3, 2), np.array([2, 0, 2]), np.array([True, False, True])], ids=str
)
def test_sequences_by_slice_number_and_mask(rows):
    # would catch: values of a sequence that was left out, starts that are not moved
    chosen = [ragged()[i] for i in np.arange(3)[rows]]
    for mine, theirs in zip(parts(Sequences.of(ragged())[rows]), chosen, strict=True):
        assert_array_equal(mine, theirs)


def test_rows_slices_sequences():
    # would catch: a container that Rows cannot cut into blocks
    X = Sequences.of(ragged())
    sums = list(Rows(X, block_rows=2).map(lambda block: (len(block), block.values.sum())))
    assert sums == [(2, 18.0), (1, 66.0)]


def test_arrays_and_tables_are_sequences_too():
    # would catch: a table of scalars read as one sequence
    assert Sequences.of(np.zeros((4, 5, 2))).shape == (4, 5, 2)
    assert Sequences.of(np.zeros((4, 5))).shape == (4, 5, 1)
    assert Sequences.of([[1, 2, 3], [4]]).lengths.tolist() == [3, 1]
    assert Sequences.of(np.zeros((2, 3, 1), dtype=np.float32)).dtype == np.float32
    X = Sequences.of(ragged())
    assert Sequences.of(X) is X


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([], ValueError, "X has 0 sequences; RNN needs at least one"),
        ([np.zeros((2, 3)), np.zeros((2, 4))], ValueError, r"as many features, got \[3, 4\]"),
        ([np.zeros((2, 3)), np.zeros((0, 3))], ValueError, r"sequence 1 has shape \(0, 3\)"),
        ([["a", "b"]], TypeError, "sequence 0 has dtype <U1"),
        ([np.zeros((2, 1)), np.array([[0.0], [np.nan]])], ValueError, "NaN or infinity in sequence 1 at step 1"),
        (np.zeros((2, 2, 2, 2)), ValueError, r"sequence 0 has shape \(2, 2, 2\)"),
    ],
)
def test_what_is_refused_is_named(X, error, message):
    # would catch: NumPy's own error about inhomogeneous shapes
    with pytest.raises(error, match=message):
        Sequences.of(X, "RNN")
