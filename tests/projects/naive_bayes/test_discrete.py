"""Models of counts where numbers run out: long documents, no smoothing, one class, data that are none."""

import warnings

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import DataConversionWarning

from groundup import BernoulliNB, CategoricalNB, ComplementNB, MultinomialNB
from groundup.core.constants import BLOCK_BYTES
from groundup.projects.naive_bayes.solvers import categories, counting

MESSAGES = np.array([[2.0, 1, 0, 0], [1, 2, 0, 0], [0, 0, 2, 1], [1, 0, 1, 0]])
LABELS = np.array(["spam", "spam", "other", "other"])


def test_four_messages_by_hand():
    # a pencil contradicts
    model = MultinomialNB().fit(MESSAGES, LABELS)
    assert model.classes_.tolist() == ["other", "spam"]
    assert_allclose(np.exp(model.feature_log_prob_) * 10, [[2 * 10 / 9, 10 / 9, 4 * 10 / 9, 2 * 10 / 9], [4, 4, 1, 1]])
    odds = model.predict_joint_log_proba([[1.0, 1, 0, 0]]) @ [-1, 1]
    assert odds == pytest.approx(np.log(0.4 * 0.4 / (2 / 9 * 1 / 9)))


# --- long documents ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array])
@pytest.mark.parametrize("kind", [MultinomialNB, ComplementNB])
def test_a_document_of_a_million_words(kind, form):
    # a product of probabilities, which underflows from 324 factors of a tenth on
    model = kind().fit(MESSAGES, LABELS)
    long = form(np.array([[500_000.0, 499_999, 1, 0], [1, 0, 500_000, 499_999]]))
    joint, log_proba = model.predict_joint_log_proba(long), model.predict_log_proba(long)
    assert np.isfinite(joint).all()
    assert np.isfinite(log_proba).all()
    assert np.abs(joint).min() > 1e5
    assert log_proba.min() < -1e5
    assert_array_equal(model.predict_proba(long), [[0, 1], [1, 0]])
    explanation = model.explain(long[[0]])
    assert_allclose(explanation.contributions.sum(axis=0) + explanation.prior, joint[0], rtol=1e-14)


def test_a_million_different_words():
    # sums of probabilities over the vocabulary that lose digits, a certificate that the size of d spoils
    d = 1_000_000
    words = scipy.sparse.csr_array((np.ones(2 * d), (np.repeat([0, 1], d), np.tile(np.arange(d), 2))), shape=(2, d))
    words.data[0] = 3.0
    model = MultinomialNB().fit(words, [0, 1])
    assert model.certificate_.holds
    assert_allclose(np.exp(model.feature_log_prob_).sum(axis=1), 1, rtol=1e-11)
    joint = model.predict_joint_log_proba(words)
    assert np.isfinite(joint).all()
    assert joint[1, 1] == pytest.approx(d * np.log(2 / (2 * d)) - np.log(2), rel=1e-12)


# --- without smoothing ------------------------------------------------------------------------------------------------

UNSMOOTHED = {
    "multinomial": (MultinomialNB(alpha=0.0), MultinomialNB(alpha=1e-12)),
    "bernoulli": (BernoulliNB(alpha=0.0), BernoulliNB(alpha=1e-12)),
    "categorical": (CategoricalNB(alpha=0.0, min_categories=9), CategoricalNB(alpha=1e-12, min_categories=9)),
    "complement": (ComplementNB(alpha=0.0), ComplementNB(alpha=1e-12)),
}


def sparse_counts(n=60, d=5, seed=3):
    """Counts of which many are zero: classes lack some words, have one of their own, or have one in each document."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 4
    X = rng.poisson(0.8, size=(n, d)) * (rng.random((4, d)) < 0.6)[y] * 1.0
    X[y == 1, 0] += 1
    X[y == 1, 1] += 1
    X[y == 3, 2] += 1
    X[:, 4] *= y == 2
    X[::9, 4] += (y == 2)[::9]
    return X, y


@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array])
@pytest.mark.parametrize("name", UNSMOOTHED)
def test_without_smoothing_the_limit_is_taken(name, form):
    # 0 · ∞ = NaN, −∞ + ∞ = NaN, the first class for every row that is impossible in all
    bare, smoothed = UNSMOOTHED[name]
    X, y = sparse_counts()
    bare.fit(X, y)
    smoothed.fit(X, y)
    rows = np.vstack([X, np.random.default_rng(1).integers(0, 3, size=(200, X.shape[1])), np.zeros((1, X.shape[1]))])
    given = form(rows) if bare.accepts.sparse else rows
    joint = bare.predict_joint_log_proba(given)
    assert not np.isnan(joint).any()
    if name != "complement":
        assert np.isneginf(joint).all(axis=1).sum() > 5
    else:
        assert np.isposinf(joint).sum() > 5
    proba = bare.predict_proba(given)
    assert_allclose(proba.sum(axis=1), 1, rtol=1e-12)
    assert_allclose(proba, smoothed.predict_proba(rows), atol=1e-9)
    chosen = np.searchsorted(bare.classes_, bare.predict(given))
    assert_allclose(proba[np.arange(len(rows)), chosen], proba.max(axis=1), rtol=1e-9)
    possible = np.isfinite(joint)
    assert_allclose(joint[possible], smoothed.predict_joint_log_proba(rows)[possible], rtol=1e-9)
    assert bare.certificate_.holds


def test_an_unseen_word_by_hand():
    # a word that is unseen in both classes told apart by the wrong number of words
    model = MultinomialNB(alpha=0.0).fit([[2.0, 0, 0], [0, 3, 0]], [0, 1])
    joint = model.predict_joint_log_proba([[1.0, 0, 0], [0, 0, 1], [1, 1, 0], [2, 1, 0]])
    assert_allclose(joint, [[np.log(0.5), -np.inf], [-np.inf, -np.inf], [-np.inf, -np.inf], [-np.inf, -np.inf]])
    proba = model.predict_proba([[1.0, 0, 0], [0, 0, 1], [1, 1, 0], [2, 1, 0]])
    assert_allclose(proba, [[1, 0], [0.6, 0.4], [0.6, 0.4], [1, 0]])  # 1/2 : 1/3 for one unseen word; fewer unseen
    assert model.predict([[0, 0, 1.0]]).tolist() == [0]


def test_explanations_without_smoothing():
    # NaN where a word is impossible in both classes, and a rest of the words that is ∞ − ∞
    model = MultinomialNB(alpha=0.0).fit([[2.0, 0, 0], [0, 3, 0]], ["a", "b"])
    explanation = model.explain([1.0, 0, 1.0])
    assert explanation.contributions.tolist() == [[0.0, -np.inf], [-np.inf, -np.inf]]
    assert explanation.log_odds("a", "b")[0] == np.inf
    assert explanation.log_odds("a", "b")[1] == pytest.approx(np.log(3 / 2))  # ε / 2 and ε / 3
    assert "nan" not in str(explanation).lower()
    both = model.explain([1.0, 1.0, 1.0])
    assert both.log_odds("a", "b")[:2].tolist() == [np.inf, -np.inf]
    assert both.table(0)[0][2] == pytest.approx(np.log(1 / (1 / 3)) - np.log(1 / (1 / 2)) + np.log(3 / 2))


@pytest.mark.parametrize("name", UNSMOOTHED)
def test_the_sum_of_an_explanation_gives_the_probability(name):
    # a sum of zero, or NaN, printed next to a probability of 0.99, where classes are impossible
    X, y = sparse_counts()
    model = UNSMOOTHED[name][0].fit(X, y)
    infinite = 0
    for row in np.random.default_rng(1).integers(0, 3, size=(60, X.shape[1])):
        explanation = model.explain(row.astype(float))
        log_p = np.sort(explanation.log_posterior)[::-1]
        infinite += np.isinf(explanation.joint).any()
        *parts, (_, _, total) = explanation.table()
        assert total == pytest.approx(log_p[0] - log_p[1], rel=1e-9, abs=1e-12)
        if np.isfinite([odds for _, _, odds in parts]).all():
            assert sum(odds for _, _, odds in parts) == pytest.approx(total, abs=1e-9)
    assert infinite > 5


@pytest.mark.parametrize(("kind", "limit"), [(MultinomialNB, 1e-30), (ComplementNB, 1e-30)])
def test_fractions_of_events_are_counted_up_to_rounding(kind, limit):
    # 0.1 + 0.2 > 0.3: the class with one word that it has never had preferred to that with two halves of one
    model = kind(alpha=0.0).fit([[0, 0, 1.0], [1, 1, 0]], [0, 1])
    smoothed = kind(alpha=limit).fit([[0, 0, 1.0], [1, 1, 0]], [0, 1])
    whole, tenths = np.array([[1.0, 2, 3], [3, 3, 6], [3, 1, 3], [1, 1, 3]]), np.array([[0.1, 0.2, 0.3]])
    assert_array_equal(
        model.predict(np.vstack([whole, whole / 10, tenths])), model.predict(np.vstack([whole] * 2 + [whole[:1]]))
    )
    assert_allclose(model.predict_proba(tenths), smoothed.predict_proba(tenths), rtol=1e-12)
    assert model.explain(tenths).table()[-1][2] == pytest.approx(np.abs(np.diff(model.predict_log_proba(tenths)[0]))[0])
    # an event that is rare, but not rounding: the class that lacks it is impossible
    assert_array_equal(MultinomialNB(alpha=0.0).fit([[0, 1.0], [1, 1]], [0, 1]).predict_proba([[1e-14, 1]]), [[0, 1]])


@pytest.mark.parametrize("kind", [MultinomialNB, ComplementNB, BernoulliNB, CategoricalNB])
def test_alpha_is_raised_unless_it_is_forced(kind):
    # a warning without a deed, and a deed without a warning
    X, y = sparse_counts()
    with pytest.warns(UserWarning, match=r"setting alpha = 1.0e-10. Use `force_alpha=True`"):
        raised = kind(alpha=0.0, force_alpha=False).fit(X, y)
    same = kind(alpha=1e-10).fit(X, y)
    assert_array_equal(raised.predict_log_proba(X), same.predict_log_proba(X))


def test_each_alpha_is_raised_for_itself():
    # a warning only if all are too small, or the large ones raised as well
    X, y = sparse_counts()
    alpha = np.array([1, 0, 2, 0, 1])
    with pytest.warns(UserWarning, match="setting alpha"):
        raised = MultinomialNB(alpha=alpha, force_alpha=False).fit(X, y)
    same = MultinomialNB(alpha=np.maximum(alpha, 1e-10)).fit(X, y)
    assert_array_equal(raised.feature_log_prob_, same.feature_log_prob_)


def test_a_class_without_words_has_equal_probabilities():
    # 0 / 0
    for size in (1.0, 0.1):  # a sum below one is not none
        model = MultinomialNB(alpha=0.0).fit([[0.0, 0, 0], [size, size, 2 * size]], [0, 1])
        assert_allclose(np.exp(model.feature_log_prob_), [[1 / 3] * 3, [0.25, 0.25, 0.5]])
        assert np.isfinite(model.predict_proba([[0.0, 0, 0], [1, 0, 0]])).all()


# --- alpha, priors, classes -------------------------------------------------------------------------------------------


def test_an_alpha_for_each_column():
    # scikit-learn cannot: it adds the alphas of columns to the counts of classes
    X, y = sparse_counts()
    alpha = np.linspace(0.1, 2, 5)
    model = BernoulliNB(alpha=alpha).fit(X, y)
    for j in range(5):
        alone = BernoulliNB(alpha=alpha[j]).fit(X[:, [j]], y)
        assert_allclose(model.feature_log_prob_[:, [j]], alone.feature_log_prob_, rtol=1e-14)
    for kind in (MultinomialNB, BernoulliNB, ComplementNB):
        with pytest.raises(ValueError, match=r"should contains `n_features`. Got 2 elements instead of 5"):
            kind(alpha=[1.0, 2.0]).fit(X, y)


@pytest.mark.parametrize("kind", [MultinomialNB, ComplementNB, BernoulliNB, CategoricalNB])
def test_wrong_priors(kind):
    # priors of another number of classes, broadcast in silence
    X, y = sparse_counts()
    with pytest.raises(ValueError, match="Number of priors must match number of classes: there are 4, got 2"):
        kind(class_prior=[0.5, 0.5]).fit(X, y)
    with pytest.raises(ValueError, match="must not all be zero"):
        kind(class_prior=[0.0, 0, 0, 0]).fit(X, y)
    with pytest.raises(ValueError, match=r"class_prior\[1\] == -0.5, must be >= 0.0"):
        kind(class_prior=[0.5, -0.5, 0.5, 0.5]).fit(X, y)


def test_a_class_of_prior_zero_is_never_predicted():
    # NaN in the posterior; a class that cannot be, preferred because its words are not impossible
    model = MultinomialNB(alpha=0.0, class_prior=[0.0, 1.0]).fit([[2.0, 0], [0, 3]], [0, 1])
    assert_array_equal(model.predict_proba([[1.0, 0], [0, 1], [0, 0]]), [[0, 1]] * 3)
    smoothed = MultinomialNB(class_prior=[0.0, 1.0]).fit([[2.0, 0], [0, 3]], [0, 1])
    assert_array_equal(smoothed.predict_proba([[1.0, 0]]), [[0, 1]])


@pytest.mark.parametrize("kind", [MultinomialNB, ComplementNB, BernoulliNB, CategoricalNB])
def test_classes_that_have_no_rows_so_far(kind):
    # log 0 warned of, NaN for a class that the first batches lack
    X, y = sparse_counts()
    model = kind(alpha=0.0).partial_fit(X[y == 1], y[y == 1], classes=[0, 1, 2, 3])
    assert model.class_count_.tolist() == [0, 15, 0, 0]
    if kind is not CategoricalNB:  # of whose categories the other classes' rows may have new ones
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            explanation = model.explain(X[0])
        assert not np.isnan(explanation.log_odds(0, 2)).any()
        assert not np.isnan([odds for _, _, odds in explanation.table()]).any()
        if kind is not ComplementNB:
            assert explanation.total.log_odds(0, 2).tolist() == [0.0]
            assert explanation.total.log_odds(1, 2).tolist() == [np.inf]
    proba = model.predict_proba(np.minimum(X, X[y == 1].max(axis=0)))
    assert np.isfinite(proba).all()
    if kind is not ComplementNB:
        assert_array_equal(proba, np.tile([0, 1, 0, 0], (60, 1)))


def test_classes_must_be_those_of_the_first_batch():
    # a class named twice, a label that nobody declared
    X, y = sparse_counts()
    model = MultinomialNB().partial_fit(X, y, classes=[3, 2, 1, 0])
    for wrong in ([0, 1, 2], [0, 1, 2, 3, 3], [0, 1, 2, 4]):
        with pytest.raises(ValueError, match="is not the same as on last call to partial_fit"):
            model.partial_fit(X, y, classes=wrong)
    with pytest.raises(
        ValueError, match=r"label\(s\) \[7, 9\] in y do not exist in the initial classes \[0, 1, 2, 3\]"
    ):
        model.partial_fit(X[:2], [9, 7])
    with pytest.raises(ValueError, match="at least 1, got only no class"):
        MultinomialNB().partial_fit(X, y, classes=[])


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [MultinomialNB, ComplementNB])
@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array])
def test_negative_counts_are_refused(kind, form):
    # logarithms of negative numbers, in a fit and in predictions
    model = kind().fit(MESSAGES, LABELS)
    wrong = form(np.where(np.arange(16).reshape(4, 4) == 6, -2.0, MESSAGES))
    for function in (
        lambda: kind().fit(wrong, LABELS),
        lambda: model.predict(wrong),
        lambda: model.explain(wrong[[1]]),
    ):
        with pytest.raises(ValueError, match=rf"Negative values in data passed to {kind.__name__} \(input X\).*got -2"):
            function()


@pytest.mark.parametrize("kind", [MultinomialNB, ComplementNB])
def test_counts_that_overflow_are_refused(kind):
    # infinite counts, whose shares are NaN
    with pytest.raises(ValueError, match="the sum of its entries overflows"):
        kind().fit(MESSAGES * 5e307, LABELS)


@pytest.mark.parametrize("entry", [-0.5, 1.5])
def test_entries_that_are_no_degrees_are_refused(entry):
    # probabilities above one, and logarithms of negative numbers
    X = np.array([[0.0, 1], [1, 0.25]])
    model = BernoulliNB(binarize=None).fit(X, [0, 1])
    assert_allclose(np.exp(model.feature_log_prob_), [[1 / 3, 2 / 3], [2 / 3, 1.25 / 3]])
    X[0, 0] = entry
    for rows in (X, scipy.sparse.csr_array(X)):
        with pytest.raises(ValueError, match=f"binarize=None .* from {min(0.25, entry):g} to {max(1, entry):g}"):
            BernoulliNB(binarize=None).fit(rows, [0, 1])
        with pytest.raises(ValueError, match="binarize=None"):
            model.predict(rows)


def test_a_rounded_remainder_is_none():
    # a word of every document that is absent from a tiny part of one: log q = −37 instead of −∞
    weight = np.array([0.1, 0.2, 0.3, 0.7, 0.15])
    X = np.ones((5, 2))
    X[4, 1] = 0
    model = BernoulliNB(alpha=0.0).fit(X, [0, 0, 0, 0, 1], weight)
    assert_array_equal(np.isneginf(model._absent_log_prob), [[True, True], [True, False]])
    assert counting.remainder(np.array([0.3]), np.array([0.1 + 0.2])).tolist() == [0.0]


# --- categories -------------------------------------------------------------------------------------------------------


def test_unknown_categories_are_named():
    # an IndexError, or the last category taken for all others
    model = CategoricalNB().fit([[0, 1], [1, 0], [1, 2]], [0, 1, 1])
    assert model.n_categories_.tolist() == [2, 3]
    assert model.n_categories_.dtype == np.int64
    with pytest.raises(ValueError, match=r"category 3 at row 1, column 1, .* had 3 categories, from 0 to 2.*min_categ"):
        model.predict([[0, 0], [1, 3]])
    rows = np.zeros((BLOCK_BYTES // 8, 2))
    rows[-1, 0] = 2
    with pytest.raises(ValueError, match=f"category 2 at row {len(rows) - 1}, column 0"):
        model.predict(rows)
    assert CategoricalNB(min_categories=4).fit([[0, 1], [1, 0]], [0, 1]).predict([[0, 3]]) == [0]


def test_fractions_are_cut_down_with_a_warning():
    # 1.9 rounded up, fractions cut in silence, whole numbers warned of
    with pytest.warns(DataConversionWarning, match="fractions"):
        model = CategoricalNB().fit([[0.2, 1.9], [1.0, 0.0]], [0, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole = CategoricalNB().fit([[0, 1], [1, 0]], [0, 1])
    assert [table.tolist() for table in model.category_count_] == [table.tolist() for table in whole.category_count_]
    assert_array_equal(model.predict_proba([[0.7, 1.5]]), whole.predict_proba([[0, 1]]))


@pytest.mark.parametrize(
    ("least", "message"),
    [
        ([2, 3, 4], r"'min_categories' should have shape \(2,\) .* Got \(3,\)"),
        ([[3, 2], [2, 4]], r"'min_categories' should have shape \(2,\)"),
        ([1.5, 2.0], "'min_categories' should have integral type. Got float64"),
        ([True, True], "'min_categories' should have integral type. Got bool"),
        ([3, -2], "'min_categories' must be from 0 to 16,777,216, got -2 to 3"),
        (10**13, "'min_categories' must be from 0 to 16,777,216, got 10000000000000"),
        (-1, "min_categories=-1 is not allowed"),
        (True, "min_categories=True is not allowed"),
    ],
)
def test_wrong_numbers_of_categories(least, message):
    # numbers for other columns, fractions
    with pytest.raises(ValueError, match=message):
        CategoricalNB(min_categories=least).fit([[0, 1], [1, 0]], [0, 1])


def test_numbers_that_are_no_categories_are_refused():
    # a table with a column for each number up to 1e12
    with pytest.raises(ValueError, match="column 1 has the category 1e\\+12, but categories are counted from 0"):
        CategoricalNB().fit([[0, 1e12], [1, 0]], [0, 1])


def test_categories_of_later_batches():
    # counts of earlier batches put under other categories when a column gets wider
    rows = np.array([[0, 1, 0], [1, 0, 0], [2, 4, 1], [0, 3, 0], [3, 0, 5]])
    y = [0, 1, 0, 1, 1]
    whole, model = CategoricalNB().fit(rows, y), CategoricalNB()
    for k in range(5):
        model.partial_fit(rows[[k]], y[k : k + 1], classes=[0, 1])
    assert_array_equal(model.n_categories_, whole.n_categories_)
    for found, expected in zip(model.category_count_, whole.category_count_, strict=True):
        assert_array_equal(found, expected)
    assert categories.widened(np.array([[1.0, 2, 3]]), np.array([1, 2]), np.array([2, 2])).tolist() == [[1, 0, 2, 3]]
