"""Contracts about rows: their weights, their order, their number at a time, and how they lie in memory."""

import numpy as np
import pytest

from contracts.cases import FIRST, answers, assert_close, assert_same, attributes, cases, outputs

ROUNDING_OF_A_ROW = 1e-12  # A product with one row and one with many add up in another order.


@cases("weights")
def test_a_weight_of_two_is_the_row_twice(case):
    """Catches weights forgotten in a mean, a bound, a tolerance, a seed or a loss."""
    X, y = case.data()
    weight = case.weights(len(X))
    index = np.repeat(np.arange(len(X)), weight.astype(int))
    weighted = case.fit(case.model(), X, y, weight)
    repeated = case.fit(case.model(**case.for_rows(index)), X[index], None if y is None else y[index])
    assert_close(answers(case, repeated, X), answers(case, weighted, X), case.variant.rounding)
    if y is not None:
        assert weighted.score(X, y, weight) == pytest.approx(weighted.score(X[index], y[index]), rel=1e-9)


@cases()
def test_a_weight_of_zero_is_absence(case):
    """Catches rows that still count, by their number or their place."""
    X, y = case.data()
    weight = case.weights(len(X))
    kept = np.flatnonzero(weight > 0)
    fewer = case.fit(case.model(**case.for_rows(kept)), X[kept], None if y is None else y[kept], weight[kept])
    model = case.fit(case.model(), X, y, weight)
    assert_close(answers(case, fewer, X), answers(case, model, X), case.variant.rounding)


ABSENT = 3  # Number of rows of weight zero that are put before and after the others.


@cases()
@pytest.mark.parametrize("size", [1e6, 1e10, 1e100, 1e300])
def test_entries_of_absent_rows_may_be_anything(case, size):
    """Catches shifts, ranges, scales, folds, first centres and batches that see rows of weight zero."""
    X, y = case.data()
    weight = case.weights(len(X)) + 0.5
    expected = case.fit(case.model(), X, y, weight)
    signs = np.where(np.arange(ABSENT * X.shape[1]).reshape(ABSENT, -1) % 2, 1.0, -1.0)
    rows = np.vstack([size * signs, X, -size * signs])
    if case.estimator.accepts.non_negative or case.estimator.accepts.categories:
        rows = np.abs(rows)
    target = y
    if y is not None:
        target = np.concatenate([y[:ABSENT], y, y[-ABSENT:]])
        if y.dtype.kind == "f":
            target[:ABSENT], target[-ABSENT:] = size, -size
    index = np.concatenate([np.full(ABSENT, -1), np.arange(len(X)), np.full(ABSENT, -1)])
    shares = np.where(index < 0, 0.0, weight[index])
    model = case.fit(case.model(**case.for_rows(index)), rows, target, shares)
    assert_close(answers(case, expected, X), answers(case, model, X), 1e-10)
    for name in case.example.of_rows:
        if hasattr(expected, name):
            found = getattr(model, name)  # of all rows, or of those of positive weight
            found = found[index >= 0] if len(found) == len(index) else found
            assert_close({name: getattr(expected, name)}, {name: found}, 1e-10)
    if hasattr(expected, "certificate_"):
        assert model.certificate_.holds == expected.certificate_.holds
    if (
        hasattr(model, "score") and not case.estimator.accepts.categories
    ):  # what is no category of the fit has no probability
        assert model.score(rows, target, shares) == pytest.approx(expected.score(X, y, weight), rel=1e-10, abs=1e-12)


CLASSIFIERS = [pytest.param(case, id=name) for name, case in FIRST.items() if case.estimator.kind == "classifier"]


@pytest.mark.parametrize("case", CLASSIFIERS)
def test_a_class_that_only_absent_rows_have_is_no_class(case):
    """Catches classes found before the weights are looked at."""
    X, y = case.data()
    strange = np.where(np.arange(len(y)) == 1, "other", y.astype(object).astype(str))
    weighted = {"class_weight": dict.fromkeys(np.unique(y).astype(str), 2.0) | {"other": 3.0}}
    for changes in ({}, weighted if "class_weight" in case.estimator._declared else {}):
        model = case.fit(case.model(**changes), X, strange, np.arange(len(y)) != 1)
        assert model.classes_.tolist() == sorted(np.unique(y).astype(str))


@cases("unit")
@pytest.mark.parametrize("factor", [1e-6, 3.0, 1e12])
def test_the_unit_of_the_weights_does_not_matter(case, factor):
    """Catches passes, tolerances, smoothing, ranks and stopping rules measured in weight instead of in rows."""
    X, y = case.data()
    weight = case.weights(len(X)) + 0.5
    light = case.model(**case.example.heavier(case.variant.parameters, 1.0))
    heavy = case.model(**case.example.heavier(case.variant.parameters, factor))
    one, other = case.fit(light, X, y, weight), case.fit(heavy, X, y, factor * weight)
    assert_close(outputs(one, X), outputs(other, X), case.variant.rounding)
    for name in ("cluster_centers_", "n_steps_", "n_iter_"):
        if hasattr(one, name) and name not in case.example.by_rounding:
            np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-12, err_msg=name)
    if hasattr(one, "certificate_"):
        assert other.certificate_.holds == one.certificate_.holds


@pytest.mark.parametrize("name", ["LinearRegression", "MiniBatchKMeans", "GaussianNB"])
@pytest.mark.parametrize("factor", [1e-6, 3.0, 1e12])
def test_the_unit_of_the_weights_does_not_matter_in_batches(name, factor):
    """Catches a rank or a search for idle centres that the size of the weights decides."""
    case = FIRST[name]
    X, y = case.data()
    weight = case.weights(len(X)) + 0.5
    one, other = case.model(), case.model()
    for rows in (slice(0, 15), slice(15, 30), slice(30, None)):
        target = {} if y is None else {"y": y[rows]}
        if case.estimator.kind == "classifier":
            target["classes"] = np.unique(y)
        one.partial_fit(X[rows], **target, sample_weight=weight[rows])
        other.partial_fit(X[rows], **target, sample_weight=factor * weight[rows])
    assert_close(outputs(one, X), outputs(other, X), case.variant.rounding)


@cases()
def test_weights_of_one_are_no_weights(case):
    """Catches another formula, or another scale, for weighted rows."""
    X, y = case.data()
    plain = answers(case, case.usual, X)
    assert_close(plain, answers(case, case.fit(case.model(), X, y, np.ones(len(X))), X), case.variant.rounding)
    assert_close(plain, answers(case, case.fit(case.model(), X, y, 1.0), X), case.variant.rounding)


@cases("order")
def test_the_order_of_rows_does_not_matter(case):
    """Catches draws by row number, and blocks or folds that are not given by the rows themselves."""
    X, y = case.data()
    index = np.random.default_rng(1).permutation(len(X))
    one = case.usual
    other = case.fit(case.model(**case.for_rows(index)), X[index], None if y is None else y[index])
    assert_close(answers(case, one, X), answers(case, other, X), case.variant.rounding)
    for name in case.example.of_rows:
        if hasattr(one, name):
            assert_close({name: getattr(one, name)[index]}, {name: getattr(other, name)}, case.variant.rounding)


@cases()
def test_a_row_is_predicted_alone_as_in_a_batch(case):
    """Catches predictions that depend on other rows, and on where a block ends."""
    X, _ = case.data()
    model = case.usual
    batch = outputs(model, X)
    for size in (1, 7):
        parts = [outputs(model, X[k : k + size]) for k in range(0, len(X), size)]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in batch}
        assert_close(batch, joined, ROUNDING_OF_A_ROW)


@cases()
def test_the_size_of_blocks_does_not_matter(case, monkeypatch):
    """Catches rows lost at block boundaries, and the first block's mean taken for that of all."""
    X, y = case.data()
    weight = case.weights(len(X)) + 0.5
    whole = answers(case, case.fit(case.model(), X, y, weight), X)
    for rows in (1, 7):
        monkeypatch.setattr("groundup.core.rows.BLOCK_BYTES", rows * X[0].nbytes)
        found = answers(case, case.fit(case.model(), X, y, weight), X)
        assert_close(whole, found, case.variant.rounding, f"blocks of {rows} rows")


# --- how rows lie in memory ---------------------------------------------------------------------------------------


@cases()
def test_inputs_are_not_modified(case):
    """Catches centring or scaling in place, in data, weights or parameters; here writing is an error."""
    X, y = case.data()
    weight = case.weights(len(X))
    given = [array for array in (X, y, weight) if array is not None]
    before = [array.copy() for array in given]
    for array in given:
        array.flags.writeable = False
    model = case.model()
    parameters = model.get_params()
    outputs(case.fit(model, X, y, weight), X)
    if y is not None:
        model.score(X, y, weight)
    for array, copy in zip(given, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert all(value is parameters[name] for name, value in model.get_params().items())


def strided(array):
    """Every second row and column of a larger array."""
    return np.repeat(np.repeat(array, 2, axis=0), 2, axis=1)[::2, ::2]


LAYOUTS = {
    "columns": np.asfortranarray,
    "strided": strided,
    "reversed": lambda array: array[::-1, ::-1].copy()[::-1, ::-1],
    "list": lambda array: array.tolist(),
    "tuple": lambda array: tuple(map(tuple, array.tolist())),
}


@cases()
def test_any_layout_of_the_rows(case):
    """Catches code that takes rows to lie one after another, and attributes asked of a list."""
    X, y = case.data()
    expected = answers(case, case.usual, X)
    for name, layout in LAYOUTS.items():
        target = y if y is None or name not in ("list", "tuple") else y.tolist()
        model = case.fit(case.model(), layout(X), target)
        assert_close(expected, answers(case, model, layout(X)), case.variant.rounding, name)


@cases()
def test_whole_numbers_are_numbers(case):
    """Catches arithmetic in the type of the data, where whole numbers overflow or are divided down."""
    X, y = case.data()
    whole = np.round(X * 3) + 0.0  # No negative zero, which integers lack.
    for dtype in (np.int8, object, bool):
        rows = whole > 0 if dtype is bool else whole
        expected = case.fit(case.model(), rows.astype(float), y)
        model = case.fit(case.model(), rows.astype(dtype), y)
        found = answers(case, model, rows.astype(dtype))
        assert_close(answers(case, expected, rows.astype(float)), found, case.variant.rounding, str(dtype))


@cases()
def test_a_memory_map_gives_the_answer_of_the_array(case, tmp_path):
    """Catches an answer that depends on where the rows are, to the last bit."""
    X, y = case.data()
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    model = case.fit(case.model(), mapped, y)
    assert_same(attributes(case.usual), attributes(model))
    assert_same(outputs(case.usual, X), outputs(model, mapped))


@cases("single")
def test_single_precision_in_and_out(case):
    """Catches double precision results for single precision data, and digits lost on the way there."""
    X, y = case.data()
    single = X.astype(np.float32)
    model = case.fit(case.model(), single, y)
    double = case.fit(case.model(), single.astype(float), y)
    found = {**vars(model), **outputs(model, single)}
    for name in {*case.example.single} - {*case.example.of_rows} | {*case.example.single} & found.keys():
        if name != "intercept_" or model.get_params().get("fit_intercept", True):
            assert (found[name] if name in found else getattr(model, name)).dtype == np.float32, name
    expected = outputs(double, single.astype(float))
    assert_close(expected, outputs(model, single), 2e-6)
    for name in ("coef_", "intercept_", "cluster_centers_"):
        if hasattr(double, name):
            assert_close({name: getattr(double, name)}, {name: getattr(model, name)}, 1e-6)
