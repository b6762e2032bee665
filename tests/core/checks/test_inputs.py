"""Arrays and tables in, clean arrays or clear errors out; the caller's data is never touched."""

import datetime
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from groundup.core.checks.inputs import as_matrix, as_target, as_weight, check_features, feature_names, require_finite
from groundup.core.checks.labels import as_labels
from groundup.core.constants import BLOCK_BYTES
from groundup.core.seeds import as_generator

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ([[1, 2], [3, 4]], np.float64),
        (np.float32([[1, 2]]), np.float32),
        (np.float16([[1, 2]]), np.float64),
        (np.array([[True, False]]), np.float64),
        (np.array([[1, 2]], dtype=np.uint8), np.float64),
        (np.array([[1.5, 2]], dtype=object), np.float64),
        (np.array([[1.5, 2]], dtype=">f8"), np.float64),
        (pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}), np.float64),
        (pd.DataFrame({"a": pd.array([1, 2], dtype="Int64")}), np.float64),
    ],
)
def test_numbers_in_any_container_become_floats(given, dtype):
    # would catch: float32 widened, foreign byte order or extension types let through
    array = as_matrix(given)
    assert array.dtype == dtype
    assert array.dtype.isnative
    assert np.array_equal(array, np.asarray(given, dtype=float))


def test_floats_are_not_copied():
    # would catch: a copy of the caller's array, and with it twice the memory
    X = np.zeros((5, 2))
    assert as_matrix(X) is X
    assert np.shares_memory(as_matrix(X[::2]), X)


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (np.zeros(3), ValueError, r"Expected 2D array for X, got 1D array instead \(shape \(3,\)\).*reshape"),
        (np.zeros((2, 2, 2)), ValueError, "got 3D array"),
        (5.0, ValueError, "got 0D array"),
        (np.zeros((0, 3)), ValueError, r"0 sample\(s\) \(shape=\(0, 3\)\) while a minimum of 1 is required by Ridge"),
        (np.zeros((3, 0)), ValueError, r"0 feature\(s\).*required by Ridge"),
        ([[1, 2], [3]], ValueError, "X must be rows of equal length"),
        ([["a", "b"]], ValueError, "numbers only.*one-hot"),
        (np.array([[1, {"a": 1}]], dtype=object), TypeError, "numbers only"),
        (np.array([[1, 1j]]), ValueError, "Complex data not supported"),
        (np.array([[1, 1j]], dtype=object), (TypeError, ValueError), "X"),
        (np.array([["2020-01-01"]], dtype="M8[D]"), TypeError, "dates or durations"),
        (np.array([[datetime.date(2020, 1, 1)]], dtype=object), TypeError, "numbers only"),
        (pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}), (TypeError, ValueError), "X"),
        (np.ma.masked_array([[1.0, 2.0]], mask=[[False, True]]), ValueError, "masked"),
        ([[1, 10**400]], ValueError, "X has a number beyond the range of float64"),
        ([[1, 2], [NAN, 4]], ValueError, "X contains NaN at row 1, column 0"),
        ([[1, 2], [3, -INF]], ValueError, "X contains infinity at row 1, column 1"),
    ],
)
def test_what_is_no_matrix_is_told(given, kind, message):
    # would catch: bad data that becomes NaN in silence, a mask that is ignored, a message without the place
    with pytest.raises(kind, match=message):
        as_matrix(given, owner="Ridge")


def test_sparse_data_is_refused_with_the_remedy():
    # would catch: a sparse matrix taken for a 0-d object array
    from scipy.sparse import csr_array

    with pytest.raises(TypeError, match=r"Sparse.*toarray"):
        as_matrix(csr_array(np.eye(2)))


def test_a_fully_valid_masked_array_is_its_data():
    # would catch: all masked arrays refused
    assert np.array_equal(as_matrix(np.ma.masked_array([[1.0, 2.0]])), [[1.0, 2.0]])


def test_enough_rows_are_asked_for():
    # would catch: an off-by-one in the least number of rows
    assert len(as_matrix(np.zeros((2, 1)), min_rows=2)) == 2
    with pytest.raises(ValueError, match="minimum of 3"):
        as_matrix(np.zeros((2, 1)), min_rows=3)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_the_first_bad_entry_is_found_in_any_block(dtype, bad):
    # would catch: only the first block searched, a row counted from its block's start
    X = np.zeros((300_000, 2), dtype)
    X[299_999, 1] = bad
    with pytest.raises(ValueError, match="row 299999, column 1"):
        require_finite(X, "X")
    X[200_000, 0] = bad
    with pytest.raises(ValueError, match="row 200000, column 0"):
        require_finite(X, "X")


def test_large_finite_numbers_are_finite():
    # would catch: an overflowing sum taken for an infinity; a warning from it
    require_finite(np.full((10, 2), 1e308), "X")
    require_finite(np.full((10, 2), 3e38, np.float32), "X")
    require_finite(np.array([[1e308, -1e308, 1e308]] * 9), "X")


def test_the_search_for_bad_entries_needs_no_second_array():
    # would catch: isfinite over the whole array
    X = np.zeros((1 << 19, 8))
    tracemalloc.start()
    require_finite(X, "X")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * BLOCK_BYTES


def test_targets():
    # would catch: an integer target left integer, shapes changed, rows of other number accepted
    assert as_target([1, 2, 3], 3).dtype == np.float64
    assert as_target(np.zeros((3, 1)), 3).shape == (3, 1)
    assert as_target(np.float32([1, 2]), 2, dtype=np.float32).dtype == np.float32
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        as_target([1, 2], 3)
    with pytest.raises(ValueError, match="Ridge requires y to be passed"):
        as_target(None, 3, owner="Ridge")
    with pytest.raises(ValueError, match="y contains NaN at row 1"):
        as_target([1, NAN], 2)
    with pytest.raises(ValueError, match=r"shape \(n,\) or \(n, n_targets\)"):
        as_target(np.zeros((2, 2, 2)), 2)
    with pytest.raises(ValueError, match=r"y must have .* at least one row and one target, got \(2, 0\)"):
        as_target(np.zeros((2, 0)), 2)
    with pytest.raises(ValueError, match="numbers only"):
        as_target(["a", "b"], 2)


def test_weights():
    # would catch: negative, missing or all-zero weights let through; a number not repeated
    assert as_weight(None, 3) is None
    assert np.array_equal(as_weight(2, 3), [2.0, 2.0, 2.0])
    assert np.array_equal(as_weight([0, 1], 2), [0.0, 1.0])
    for bad, message in [
        ([1, -2], "must not be negative, got -2 at row 1"),
        ([0, 0], "all weights are zero"),
        ([1, 1, 1], r"shape \(2,\).*got \(3,\)"),
        ([[1], [1]], r"shape \(2,\)"),
        ([1, NAN], "NaN at row 1"),
        ([1, 10**400], "sample_weight has a number beyond the range"),
    ]:
        with pytest.raises(ValueError, match=message):
            as_weight(bad, 2)


def test_feature_names():
    # would catch: names invented for arrays, integer columns taken for names
    assert list(feature_names(pd.DataFrame({"a": [1], "b": [2]}))) == ["a", "b"]
    assert feature_names(pd.DataFrame({"a": [1]})).dtype == object
    assert feature_names(pd.DataFrame([[1, 2]])) is None
    assert feature_names(np.zeros((1, 2))) is None
    with pytest.raises(TypeError, match="X mixes types"):
        feature_names(pd.DataFrame([[1, 2]], columns=["a", 1]))


class Fitted:
    n_features_in_ = 2
    feature_names_in_ = np.array(["a", "b"], dtype=object)


class Nameless:
    n_features_in_ = 2


def test_new_rows_must_have_the_columns_of_the_fit():
    # would catch: columns in another order accepted, a missing column not named
    check_features(Fitted(), pd.DataFrame({"a": [1], "b": [2]}), 2)
    for columns, message in [
        (["b", "a"], "must be in the same order"),
        (["a", "c"], "unseen at fit time:\n- c\nFeature names seen at fit time, yet now missing:\n- b"),
        (["a"], "yet now missing:\n- b"),
    ]:
        with pytest.raises(ValueError, match=message):
            check_features(Fitted(), pd.DataFrame([[1.0] * len(columns)], columns=columns), len(columns))
    with pytest.raises(ValueError, match="X has 3 features, but Nameless is expecting 2 features"):
        check_features(Nameless(), np.zeros((1, 3)), 3)
    with pytest.warns(UserWarning, match="does not have valid feature names, but Fitted"):
        check_features(Fitted(), np.zeros((1, 2)), 2)
    with pytest.warns(UserWarning, match="Nameless was fitted without feature names"):
        check_features(Nameless(), pd.DataFrame({"a": [1], "b": [2]}), 2)


def test_generators():
    # would catch: a Generator copied instead of used, a RandomState that is not advanced
    generator = np.random.default_rng(3)
    assert as_generator(generator) is generator
    assert as_generator(3).random() == np.random.default_rng(3).random()
    state = np.random.RandomState(0)
    assert as_generator(state).random() != as_generator(state).random()
    assert as_generator(np.random.RandomState(0)).random() == as_generator(np.random.RandomState(0)).random()
    assert as_generator(None).random() != as_generator(None).random()


def test_nothing_given_is_modified():
    # would catch: imputing or casting in place
    X = np.arange(6.0).reshape(3, 2)
    X.flags.writeable = False
    as_matrix(X)
    as_target(X[:, 0], 3)
    as_weight(X[:, 1], 3)
    frame = pd.DataFrame({"a": [1, 2]})
    as_matrix(frame)
    assert frame["a"].dtype == np.int64


@pytest.mark.parametrize(
    "y", [[0, 1, 1], [True, False, True], ["a", "b", "a"], np.array(["a", "b", "a"], dtype=object), [1.0, 2.0, 1.0]]
)
def test_labels_come_back_as_they_are(y):
    # would catch: classes turned into codes, strings cut short, truth values into numbers
    labels = as_labels(y, 3)
    assert labels.tolist() == list(y)


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (None, ValueError, "the target y is None"),
        ([0, 1], ValueError, r"inconsistent numbers of samples: \[3, 2\]. X and y must have as many rows"),
        ([[0, 1], [1, 0], [1, 1]], ValueError, r"bad input shape \(3, 2\)"),
        ([0.5, 1.0, 2.0], ValueError, "Unknown label type: continuous. y must hold classes, but is 0.5 at row 0"),
        ([0.0, np.nan, 1.0], ValueError, "Input y contains NaN at row 1"),
        (np.array(["a", None, "b"], dtype=object), ValueError, "NaN or None at row 1"),
        (np.array(["a", 1, "b"], dtype=object), TypeError, "y mixes strings with other classes"),
        ([1 + 2j, 1, 0], ValueError, "Complex data not supported"),
    ],
)
def test_what_are_no_labels_is_refused(y, error, message):
    # would catch: a regression target taken for thousands of classes; a missing class taken for a class of its own
    with pytest.raises(error, match=message):
        as_labels(y, 3)


def test_a_column_of_labels_is_taken_with_a_warning():
    # would catch: a silent ravel, and one of several columns
    with pytest.warns(UserWarning, match="column-vector y"):
        assert as_labels([[0], [1]], 2).tolist() == [0, 1]
