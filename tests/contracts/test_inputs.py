"""Contracts about data: what is refused and with which words, sparse rows, data frames."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from contracts.cases import CASES, FIRST, answers, assert_close, cases, classes, outputs

SPARSE_ROUNDING = 1e-10  # Sums over the entries that are not zero add up in another order.
NAMES = ["length", "width", "height", "mass"]


def with_entry(X, value):
    """A copy of X with one entry replaced."""
    changed = X.astype(np.result_type(X, type(value)) if isinstance(value, (float, complex)) else object)
    changed[2, 1] = value
    return changed


WRONG_ROWS = {  # How rows are spoilt, and what the error must say: the argument, what came, what is allowed.
    "NaN": (lambda X: with_entry(X, np.nan), r"X contains NaN at row 2, column 1.*only finite numbers are allowed"),
    "infinity": (lambda X: with_entry(X, np.inf), r"X contains infinity at row 2, column 1.*no inf"),
    "complex": (lambda X: with_entry(X, 1j), "Complex data not supported: X has dtype complex128"),
    "text": (lambda X: with_entry(X, "tall"), "X must hold numbers only: .*'tall'.*Encode text as numbers"),
    "an object": (lambda X: with_entry(X, {}), "X must hold numbers only"),
    "dates": (lambda X: X.astype("M8[D]"), r"X has dates or durations .*turn them into numbers"),
    "masked": (lambda X: np.ma.masked_less(X, X.mean()), "X has masked entries; fill them first"),
    "three dimensions": (lambda X: X[:, :, None], r"Expected 2D array for X, got 3D array instead .*\(-1|shape"),
    "one dimension": (lambda X: X[:, 0], r"Expected 2D array for X, got 1D array instead .*reshape\(-1, 1\)"),
    "no rows": (lambda X: X[:0], r"X: found array with 0 sample\(s\) .* a minimum of \d+ is required by"),
    "no columns": (lambda X: X[:, :0], r"X: found array with 0 feature\(s\) .* a minimum of 1 is required by"),
    "ragged": (lambda X: [*X.tolist()[1:], [1.0]], "X must be rows of equal length"),
    "a number": (lambda X: 3.0, "Expected 2D array for X, got 0D array"),
    "beyond float64": (lambda X: [[10**400] * X.shape[1]] * len(X), "X has a number beyond the range of float64"),
}


@classes()
@pytest.mark.parametrize("wrong", WRONG_ROWS)
def test_rows_that_are_no_table_of_numbers_are_refused(case, wrong):
    """Catches rows that get through, and errors from deep inside NumPy, in a fit and in predictions."""
    X, y = case.data()
    spoil, message = WRONG_ROWS[wrong]
    spoilt = spoil(X.astype(int) if wrong == "dates" else X)
    with pytest.raises((ValueError, TypeError), match=f"(?s){message}"):
        case.model().fit(spoilt, y)
    model = case.fit(case.model(), X, y)
    for name in outputs(model, X):
        with pytest.raises((ValueError, TypeError), match=f"(?s){message}"):
            getattr(model, name)(spoilt)


@classes()
@pytest.mark.parametrize("columns", [3, 5])
def test_rows_with_other_columns_are_refused(case, columns):
    """Catches more columns than fitted, broadcast in silence."""
    X, y = case.data()
    model = case.fit(case.model(), X, y)
    for name in outputs(model, X):
        with pytest.raises(ValueError, match=f"X has {columns} features, but {case.name} is expecting 4 features"):
            getattr(model, name)(np.ones((2, columns)))


WRONG_TARGETS = {
    "none": (lambda y: None, "{name} requires y to be passed, but the target y is None"),
    "too few": (lambda y: y[:-1], "X and y must have as many rows as each other, got 40 and 39"),
    "NaN": (lambda y: np.where(np.arange(len(y)) == 3, np.nan, y.T).T, "y contains NaN at row 3"),
    "infinity": (lambda y: np.where(np.arange(len(y)) == 3, -np.inf, y.T).T, "y contains infinity at row 3"),
    "complex": (lambda y: y + 1j, "Complex data not supported: y"),
    "text": (lambda y: np.full(y.shape, "tall"), "y must hold numbers only: .*'tall'"),
    "three dimensions": (lambda y: y.reshape(len(y), -1, 1), "y must have shape .*, got"),
    "sparse": (lambda y: scipy.sparse.csr_array(y.reshape(len(y), -1)), "Sparse data was passed for y"),
}
WRONG_CLASSES = {
    "none": WRONG_TARGETS["none"],
    "too few": WRONG_TARGETS["too few"],
    "missing": (lambda y: np.where(np.arange(len(y)) == 3, None, y), "y contains NaN or None at row 3"),
    "NaN": (lambda y: np.where(np.arange(len(y)) == 3, np.nan, 1.0), "y contains NaN at row 3"),
    "fractions": (lambda y: np.linspace(0, 1, len(y)), "continuous. y must hold classes, but is 0.025.* at row 1"),
    "mixed": (lambda y: np.where(np.arange(len(y)) == 3, 1, y.astype(object).astype(str).astype(object)), "mixes"),
    "columns": (lambda y: np.stack([y, y], axis=1), r"bad input shape \(40, 2\); it must be \(n,\)"),
    "one class": (lambda y: y[:1].repeat(len(y)), "{name} needs rows of at least 2 classes.* only one class: "),
    "sparse": (lambda y: scipy.sparse.csr_array(np.ones((len(y), 1))), "Sparse data was passed for y"),
}
SUPERVISED = [
    pytest.param(case, spoil, message, id=f"{case.name}-{wrong}")
    for case in FIRST.values()
    if case.estimator.kind in ("regressor", "classifier")
    for wrong, (spoil, message) in (WRONG_TARGETS if case.estimator.kind == "regressor" else WRONG_CLASSES).items()
]


@pytest.mark.parametrize(("case", "spoil", "message"), SUPERVISED)
def test_targets_that_are_none_are_refused(case, spoil, message):
    """Catches targets that get through, and errors that do not name y."""
    X, y = case.data()
    with pytest.raises((ValueError, TypeError), match=f"(?s){message.format(name=case.name)}"):
        case.model().fit(X, spoil(y))


WRONG_WEIGHTS = {
    "negative": (lambda w: -w, "sample_weight must not be negative, got -3"),
    "NaN": (lambda w: w + np.nan, "sample_weight contains NaN at row 0"),
    "zero": (lambda w: 0 * w, "sample_weight: all weights are zero"),
    "too few": (lambda w: w[:-1], r"sample_weight must have shape \(40,\), one for each row of X, got \(39,\)"),
    "text": (lambda w: ["heavy"] * len(w), "sample_weight must hold numbers only"),
    "columns": (lambda w: np.stack([w, w], axis=1), r"sample_weight must have shape \(40,\)"),
    "complex": (lambda w: w + 1j, "Complex data not supported: sample_weight"),
}


@classes()
@pytest.mark.parametrize("wrong", WRONG_WEIGHTS)
def test_weights_that_are_none_are_refused(case, wrong):
    """Catches weights that turn sums negative or NaN in silence."""
    X, y = case.data()
    spoil, message = WRONG_WEIGHTS[wrong]
    with pytest.raises((ValueError, TypeError), match=message):
        case.model().fit(X, y, spoil(case.weights(len(X))))


# --- sparse rows ----------------------------------------------------------------------------------------------------

SPARSE = [pytest.param(case, id=key) for key, case in CASES.items() if case.estimator.accepts.sparse]
DENSE = [pytest.param(case, id=key) for key, case in CASES.items() if not case.estimator.accepts.sparse]
FORMATS = ("csr_array", "csc_array", "coo_array", "csr_matrix")


@pytest.mark.parametrize("case", DENSE)
def test_sparse_rows_are_refused_where_they_are_not_accepted(case):
    """Catches sparse data made dense in silence, or an error that does not say how to go on."""
    X, y = case.data()
    sparse = scipy.sparse.csr_array(X)
    with pytest.raises(TypeError, match=r"Sparse data was passed for X.*X\.toarray\(\)"):
        case.model().fit(sparse, y)
    model = case.fit(case.model(), X, y)
    for name in outputs(model, X):
        with pytest.raises(TypeError, match=r"Sparse data was passed for X"):
            getattr(model, name)(sparse)


@pytest.fixture
def never_dense(monkeypatch):
    """Make it an error that SciPy's matrices are made dense."""

    def refuse(*args, **kwargs):
        raise AssertionError("a sparse matrix was made dense")

    for kind in FORMATS:
        for method in ("toarray", "todense", "__array__"):
            monkeypatch.setattr(getattr(scipy.sparse, kind), method, refuse, raising=False)


def zeros_among(X):
    """X with two thirds of its entries zero, and an empty row and column."""
    thinned = np.where(np.arange(X.size).reshape(X.shape) * 7 % 3 == 0, X, 0.0)
    thinned[5] = 0
    return thinned


def assert_equal_to_dense(case, sparse, dense, y, weight=None):
    """Compare a fit to sparse rows, and its predictions for them, with those for the same rows, dense."""
    expected, model = case.fit(case.model(), dense, y, weight), case.fit(case.model(), sparse, y, weight)
    found, wanted = answers(case, model, sparse), answers(case, expected, dense)
    assert_close(wanted, found, SPARSE_ROUNDING)
    assert model.score(sparse, y) == pytest.approx(expected.score(dense, y), rel=1e-9)
    assert model.n_features_in_ == dense.shape[1]
    assert model.certificate_.holds == expected.certificate_.holds


@pytest.mark.parametrize("case", SPARSE)
@pytest.mark.parametrize("kind", FORMATS)
def test_sparse_rows_give_the_answer_of_dense_ones(case, kind, never_dense):
    """Catches centring that forgets the zeros, weights or columns that are lost, and rows made dense."""
    X, y = case.data()
    dense = zeros_among(X)
    assert_equal_to_dense(case, getattr(scipy.sparse, kind)(dense), dense, y)
    assert_equal_to_dense(case, getattr(scipy.sparse, kind)(dense), dense, y, case.weights(len(X)))


@pytest.mark.parametrize("case", SPARSE)
def test_any_form_of_sparse_rows(case, never_dense):
    """Catches indices of 64 bits, stored zeros, and indices in no order, that are read in another manner."""
    X, y = case.data()
    dense = zeros_among(X)
    rows = scipy.sparse.csr_array(dense)
    wide = rows.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    stored = scipy.sparse.csr_array(X)
    stored.data = dense.ravel().copy()  # Every entry is stored, zeros too.
    assert stored.nnz == X.size
    reversed_ = rows.copy()
    for row in range(len(X)):
        place = slice(*rows.indptr[row : row + 2])
        reversed_.indices[place], reversed_.data[place] = rows.indices[place][::-1], rows.data[place][::-1]
    whole = scipy.sparse.csr_array(np.round(dense).astype(np.int64))
    for sparse in (wide, stored, reversed_):
        assert_equal_to_dense(case, sparse, dense, y)
    assert_equal_to_dense(case, whole, np.round(dense), y)


@pytest.mark.parametrize("case", SPARSE)
def test_sparse_rows_of_single_precision(case, never_dense):
    """Catches single precision in sums, and double precision in the answer."""
    X, y = case.data()
    dense = zeros_among(X).astype(np.float32)
    model = case.fit(case.model(), scipy.sparse.csr_array(dense), y)
    expected = case.fit(case.model(), dense.astype(float), y)
    assert model.coef_.dtype == np.float32
    assert_close({"coef_": expected.coef_}, {"coef_": model.coef_}, 1e-6)


@pytest.mark.parametrize("case", [p for p in SPARSE if p.id.endswith("default")])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1j])
def test_sparse_rows_with_wrong_entries_are_refused(case, value):
    """Catches entries that only the dense check sees."""
    X, y = case.data()
    sparse = scipy.sparse.csr_array(with_entry(X, value))
    with pytest.raises(ValueError, match=r"X contains (NaN|infinity) at row 2, column 1|Complex data not supported: X"):
        case.model().fit(sparse, y)
    with pytest.raises(ValueError, match=r"X: found array with 0 sample\(s\)"):
        case.model().fit(scipy.sparse.csr_array(X[:0]), y[:0])


# --- data frames ----------------------------------------------------------------------------------------------------


@cases()
def test_a_frame_gives_the_answer_of_its_array(case):
    """Catches names or an index that get in the way of the numbers."""
    X, y = case.data()
    frame = pd.DataFrame(X, columns=[f"column {k}" for k in range(X.shape[1])], index=np.arange(len(X))[::-1])
    target = y
    if y is not None:
        target = pd.DataFrame(y, index=frame.index) if y.ndim > 1 else pd.Series(y, index=frame.index)
    model = case.fit(case.model(), frame, target)
    assert list(model.feature_names_in_) == list(frame.columns)
    assert model.feature_names_in_.dtype == object
    expected = answers(case, case.fit(case.model(), X, y), X)
    assert_close(expected, answers(case, model, frame), case.variant.rounding)


@classes()
def test_frames_must_have_the_names_of_the_fit(case):
    """Catches columns in another order, or others of the same number, taken for those of the fit."""
    X, y = case.data()
    frame = pd.DataFrame(X, columns=NAMES)
    model = case.fit(case.model(), frame, y)
    for name in outputs(model, frame):
        method = getattr(model, name)
        with pytest.raises(ValueError, match=r"(?s)feature names should match.*same order as they were in fit"):
            method(frame[NAMES[::-1]])
        with pytest.raises(ValueError, match=r"(?s)unseen at fit time:\n- age\n.*now missing:\n- width\n"):
            method(frame.rename(columns={"width": "age"}))
        with pytest.warns(UserWarning, match=f"X does not have valid feature names, but {case.name} was fitted with"):
            method(X)
    plain = case.fit(case.model(), X, y)
    with pytest.warns(UserWarning, match=f"X has feature names, but {case.name} was fitted without"):
        plain.predict(frame)
    with pytest.raises(TypeError, match="only supported if all input features have string names"):
        case.model().fit(frame.rename(columns={"width": 1}), y)
    numbered = case.fit(case.model(), pd.DataFrame(X), y)
    assert not hasattr(numbered, "feature_names_in_")
