"""What a model accepts is declared once, and the declaration decides what is refused."""

import numpy as np
import pytest
import scipy.sparse

from groundup.core.checks.accepts import Accepts
from groundup.core.containers.csr import Csr
from groundup.core.containers.sequences import Sequences


def test_kinds_of_data_in_their_forms():
    # would catch: a declaration that changes nothing
    assert Accepts().validated([[1, 2]], "M").dtype == np.float64
    assert isinstance(Accepts(sparse=True).validated(scipy.sparse.csr_matrix(np.eye(2)), "M"), Csr)
    assert isinstance(Accepts("sequences").validated([[1.0, 2.0], [3.0]], "M"), Sequences)
    assert Accepts("text").validated(np.array(["a b", "c"], dtype=object), "M") == ["a b", "c"]
    assert np.isnan(Accepts(missing=True).validated([[np.nan, 1.0]], "M")).any()


@pytest.mark.parametrize(
    ("accepts", "X", "error", "message"),
    [
        (Accepts(), scipy.sparse.csr_matrix(np.eye(2)), TypeError, "Sparse data was passed for X"),
        (Accepts(), [[np.nan, 1.0]], ValueError, "Input X contains NaN at row 0, column 0"),
        (Accepts(missing=True), [[np.nan, np.inf]], ValueError, "Input X contains infinity at row 0, column 1"),
        (
            Accepts(non_negative=True),
            [[0.0, -2.0]],
            ValueError,
            r"passed to M \(input X\): entries must not be negative, got -2",
        ),
        (
            Accepts(sparse=True, non_negative=True),
            scipy.sparse.csr_matrix([[-1.0]]),
            ValueError,
            "must not be negative, got -1",
        ),
        (Accepts(categories=True), [[0.0, -1.0]], ValueError, "must not be negative, got -1"),
        (Accepts(pairwise=True), [[1.0, 2.0]], ValueError, r"X must be square.*shape \(1, 2\)"),
        (Accepts("text"), "one text", ValueError, r"put it in a list: \[text\]"),
        (Accepts("text"), ["a", 3], TypeError, r"row 1 is 3 \(int\)"),
        (Accepts("text"), [], ValueError, "0 documents; M needs at least one"),
        (Accepts(), np.zeros((2, 3, 4)), ValueError, r"got 3D array.*\.reshape\(2, -1\)"),
        (Accepts(), [1.0, 2.0], ValueError, r"\.reshape\(-1, 1\)"),
    ],
)
def test_what_is_not_accepted_is_refused(accepts, X, error, message):
    # would catch: advice for another mistake, a flag that is read nowhere
    with pytest.raises(error, match=message):
        accepts.validated(X, "M")


def test_the_declaration_can_be_read():
    # would catch: a flag that a report would not mention
    assert str(Accepts()) == "a table of numbers"
    assert str(Accepts(sparse=True, missing=True)) == "a table of numbers (sparse ones too, NaN for a missing entry)"
    assert str(Accepts(categories=True)) == "a table of numbers (categories, numbered from 0)"
    assert str(Accepts("text")) == "documents"
