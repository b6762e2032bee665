"""Contracts about data: what is refused and with which words, sparse rows, data frames."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.utils import get_tags

from contracts.cases import CASES, FIRST, answers, assert_close, cases, classes, first_output, outputs

SPARSE_ROUNDING = 1e-10  # Sums over the entries that are not zero add up in another order.
NAMES = ["length", "width", "height", "mass"]


def with_entry(X, value):
    """A copy of X with one entry replaced."""
    changed = X.astype(np.result_type(X, type(value)) if isinstance(value, (float, complex)) else object)
    changed[2, 1] = value
    return changed


WRONG_ROWS = {  # How rows are spoilt, and what the error must say: the argument, what came, what is allowed.
    "NaN": (lambda X: with_entry(X, np.nan), r"X contains NaN at row 2, column 1.*only finite numbers are allowed"),
    "infinity": (lambda X: with_entry(X, np.inf), r"X contains infinity at row 2, column 1.*only finite numbers"),
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
    accepts = case.estimator.accepts
    if (wrong == "NaN" and accepts.missing) or (wrong in ("three dimensions", "ragged") and accepts.sequences):
        return
    X, y = case.data()
    spoil, message = WRONG_ROWS[wrong]
    spoilt = spoil(X.astype(int) if wrong == "dates" else X)
    with pytest.raises((ValueError, TypeError), match=f"(?s){message}"):
        case.model().fit(spoilt, y)
    for name in outputs(case.usual, X):
        with pytest.raises((ValueError, TypeError), match=f"(?s){message}"):
            getattr(case.usual, name)(spoilt)


@classes()
@pytest.mark.parametrize("columns", [3, 5])
def test_rows_with_other_columns_are_refused(case, columns):
    """Catches more columns than fitted, broadcast in silence."""
    model = case.usual
    for name in outputs(model, case.data()[0]):
        with pytest.raises(ValueError, match=f"X has {columns} features, but {case.name} is expecting 4 features"):
            getattr(model, name)(np.ones((2, columns)))


NULLABLE = {  # Columns of pandas whose missing entries are neither None nor NaN.
    "Float64": lambda values: pd.array(np.where(np.arange(len(values)) == 4, None, values), dtype="Float64"),
    "Int64": lambda values: pd.array([None if k == 4 else k for k in range(len(values))], dtype="Int64"),
    "boolean": lambda values: pd.array([None if k == 4 else k % 2 == 0 for k in range(len(values))], dtype="boolean"),
    "objects": lambda values: np.array([pd.NA if k == 4 else v for k, v in enumerate(values)], dtype=object),
}


@classes()
@pytest.mark.parametrize("kind", NULLABLE)
def test_missing_entries_of_nullable_columns_are_named(case, kind):
    """Catches pandas' NA in arithmetic and comparisons, where it ends in an error that names no row."""
    X, y = case.data()
    frame = pd.DataFrame(X, columns=NAMES)
    frame["width"] = NULLABLE[kind](X[:, 1])
    if case.estimator.accepts.missing:
        assert len(first_output(case.model().fit(frame, y), frame)) == len(X)
    else:
        with pytest.raises(ValueError, match=r"X contains NaN at row 4, column 1.*only finite numbers are allowed"):
            case.model().fit(frame, y)
        with pytest.raises(ValueError, match="X contains NaN at row 4"):
            first_output(case.usual, frame)
    with pytest.raises(ValueError, match="sample_weight contains NaN at row 4"):
        case.model().fit(X, y, NULLABLE[kind](np.arange(1.0, len(X) + 1)))
    if case.estimator.kind == "regressor":
        target = pd.DataFrame({k: NULLABLE[kind](column) for k, column in enumerate(y.T)}) if y.ndim > 1 else None
        with pytest.raises(ValueError, match="y contains NaN at row 4"):
            case.model().fit(X, NULLABLE[kind](y) if target is None else target)


NULLABLE_LABELS = {
    "string": lambda labels: pd.array(labels.astype(str), dtype="string"),
    "boolean": lambda labels: pd.array(labels == np.unique(labels)[-1], dtype="boolean"),
    "Int64": lambda labels: pd.array(np.unique(labels, return_inverse=True)[1], dtype="Int64"),
    "Float64": lambda labels: pd.array(np.unique(labels, return_inverse=True)[1] * 1.0, dtype="Float64"),
    "category": lambda labels: pd.Series(labels.astype(str)).astype("category").array,
    "objects": lambda labels: pd.array(labels.astype(object), dtype=object),
}


def certainty(model, X):
    """How sure a classifier is, whatever the order of its classes."""
    if hasattr(model, "decision_function"):
        return np.abs(model.decision_function(X))
    return np.sort(model.predict_proba(X), axis=1)


@pytest.mark.parametrize("name", [name for name, case in FIRST.items() if case.estimator.kind == "classifier"])
@pytest.mark.parametrize("kind", NULLABLE_LABELS)
@pytest.mark.parametrize("as_series", [False, True])
def test_missing_labels_of_nullable_columns_are_named(name, kind, as_series):
    """Catches pandas' NA compared label by label, and complete columns of these types refused."""
    case = FIRST[name]
    X, y = case.data()
    labels = NULLABLE_LABELS[kind](y)
    expected = case.fit(case.model(), X, np.unique(y, return_inverse=True)[1])
    if kind != "boolean" or len(np.unique(y)) == 2:
        found = case.fit(case.model(), X, pd.Series(labels) if as_series else labels)
        assert_close({"": certainty(expected, X)}, {"": certainty(found, X)}, 1e-9)
    labels[3] = None
    with pytest.raises(ValueError, match=r"y contains NaN( or None)? at row 3"):
        case.model().fit(X, pd.Series(labels) if as_series else labels)


def skipped(case, contract):
    """The mark of a test of a contract that a class does not keep, with its reason."""
    reason = case.example.skip.get(contract)
    return () if reason is None else pytest.mark.skip(reason=reason)


WRONG_TARGETS = {
    "none": (lambda y: None, "{name} requires y to be passed, but the target y is None"),
    "too few": (lambda y: y[:-1], r"inconsistent numbers of samples: \[40, 39\]. X and y must have as many rows"),
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
    pytest.param(case, spoil, message, id=f"{case.name}-{wrong}", marks=skipped(case, wrong))
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

SPARSE_ANSWERS = (
    "cluster_centers_",
    "coef_",
    "feature_log_prob_",
    "explained_variance_",
    "eigenvalues_",
    "support_vectors_",
    "normalization_",
    "random_weights_",
)
TOLD = "RidgeCV-svd"  # of sparse rows it warns that it takes "eigen"; tests of RidgeCV look at that
TAKES_SPARSE = {key: get_tags(case.model()).input_tags.sparse for key, case in CASES.items()}  # some solvers refuse
SPARSE = [
    pytest.param(case, id=key)
    for key, case in CASES.items()
    if TAKES_SPARSE[key] and key != TOLD and "sparse" not in {**case.example.skip, **case.variant.skip}
]
DENSE = [pytest.param(case, id=key) for key, case in CASES.items() if not TAKES_SPARSE[key]]
FORMATS = ("csr_array", "csc_array", "coo_array", "csr_matrix")


@pytest.mark.parametrize("case", DENSE)
def test_sparse_rows_are_refused_where_they_are_not_accepted(case):
    """Catches sparse data made dense in silence, or an error that does not say how to go on."""
    X, y = case.data()
    sparse = scipy.sparse.csr_array(X)
    with pytest.raises(TypeError, match=r"Sparse data was passed for X.*X\.toarray\(\)"):
        case.model().fit(sparse, y)
    for name in outputs(case.usual, X):
        with pytest.raises(TypeError, match=r"Sparse data was passed for X"):
            getattr(case.usual, name)(sparse)


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


def assert_equal_to_dense(case, forms, dense, y, weight=None):
    """Compare fits to sparse rows, and their predictions for them, with those for the same rows, dense."""
    expected = case.fit(case.model(), dense, y, weight)
    for name, sparse in forms.items():
        model = case.fit(case.model(), sparse, y, weight)
        assert_close(answers(case, expected, dense), answers(case, model, sparse), SPARSE_ROUNDING, name)
        if hasattr(model, "score"):
            assert model.score(sparse, y) == pytest.approx(expected.score(dense, y), rel=1e-9)
        assert model.n_features_in_ == dense.shape[1]
        assert hasattr(model, "certificate_") == hasattr(expected, "certificate_")
        if hasattr(expected, "certificate_"):
            assert model.certificate_.holds == expected.certificate_.holds


@pytest.mark.parametrize("case", SPARSE)
def test_sparse_rows_give_the_answer_of_dense_ones(case, never_dense):
    """Catches centring that forgets the zeros, weights or columns that are lost, and rows made dense."""
    X, y = case.data()
    dense = zeros_among(X)
    forms = {kind: getattr(scipy.sparse, kind)(dense) for kind in FORMATS}
    assert_equal_to_dense(case, forms, dense, y)
    assert_equal_to_dense(case, {"weighted": forms["csr_array"]}, dense, y, case.weights(len(X)))


@pytest.mark.parametrize("case", SPARSE)
def test_any_form_of_sparse_rows(case, never_dense):
    """Catches indices of 64 bits, stored zeros, and indices in no order, that are read in another manner."""
    X, y = case.data()
    dense = zeros_among(X)
    rows = scipy.sparse.csr_array(dense)
    wide, stored, backwards = rows.copy(), scipy.sparse.csr_array(np.ones_like(X)), rows.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    stored.data = dense.ravel().copy()
    assert stored.nnz == X.size  # Every entry is stored, zeros too.
    for row in range(len(X)):
        place = slice(*rows.indptr[row : row + 2])
        backwards.indices[place], backwards.data[place] = rows.indices[place][::-1], rows.data[place][::-1]
    forms = {"64 bits": wide, "stored zeros": stored, "backwards": backwards}
    assert_equal_to_dense(case, forms, dense, y)
    whole = scipy.sparse.csr_array(np.round(dense).astype(np.int64))
    assert_equal_to_dense(case, {"whole numbers": whole}, np.round(dense), y)


@pytest.mark.parametrize("case", SPARSE)
def test_sparse_rows_of_single_precision(case, never_dense):
    """Catches single precision in sums, and double precision in the answer."""
    X, y = case.data()
    dense = zeros_among(X).astype(np.float32)
    model = case.fit(case.model(), scipy.sparse.csr_array(dense), y)
    expected = case.fit(case.model(), dense.astype(float), y)
    for name in [name for name in SPARSE_ANSWERS if hasattr(model, name)][:1]:
        found, wanted = (getattr(one, name) for one in (model, expected))
        if scipy.sparse.issparse(found):
            found, wanted = found.data, wanted[wanted != 0]
        assert found.dtype == (np.float64 if name == "feature_log_prob_" else np.float32)  # counts may be large
        assert_close({name: wanted}, {name: found}, 1e-6)
    if not any(hasattr(model, name) for name in SPARSE_ANSWERS):  # trees
        single = scipy.sparse.csr_array(dense)
        assert_close(outputs(expected, single.astype(float)), outputs(model, single), 1e-5)


@pytest.mark.parametrize("case", [p for p in SPARSE if p.id.endswith("default")])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1j])
def test_sparse_rows_with_wrong_entries_are_refused(case, value):
    """Catches entries that only the dense check sees."""
    X, y = case.data()
    sparse = scipy.sparse.csr_array(with_entry(X, value))
    with pytest.raises(ValueError, match=r"X contains (NaN|infinity) at row 2, column 1|Complex data not supported: X"):
        case.model().fit(sparse, y)
    with pytest.raises(ValueError, match=r"X: found array with 0 sample\(s\)"):
        case.model().fit(scipy.sparse.csr_array(X[:0]), None if y is None else y[:0])


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
    assert_close(answers(case, case.usual, X), answers(case, model, frame), case.variant.rounding)


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
    with pytest.warns(UserWarning, match=f"X has feature names, but {case.name} was fitted without"):
        first_output(case.usual, frame)
    with pytest.raises(TypeError, match="only supported if all input features have string names"):
        case.model().fit(frame.rename(columns={"width": 1}), y)
    numbered = case.fit(case.model(), pd.DataFrame(X), y)
    assert not hasattr(numbered, "feature_names_in_")
