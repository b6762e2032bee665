"""Parity with scikit-learn on easy, hard and degenerate data, dense and sparse, whole and in batches."""

import warnings

import numpy as np
import pytest
import scipy.sparse
import sklearn.naive_bayes
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits, load_iris

import groundup

DISCRETE = ("MultinomialNB", "ComplementNB", "BernoulliNB", "CategoricalNB")
LINEAR = DISCRETE[:3]
ATTRIBUTES = (
    "class_count_",
    "class_log_prior_",
    "feature_count_",
    "feature_all_",
    "n_categories_",
    "feature_log_prob_",
)
METHODS = ("predict_joint_log_proba", "predict_log_proba", "predict_proba")


def documents(n=300, d=40, K=3, seed=0):
    """Counts of words by a Zipf law, other frequent words in each class; one row and one column are empty."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % K)
    rates = 4 / (1 + np.argsort(rng.random((K, d)), axis=1))
    X = rng.poisson(rates[y]).astype(float)
    X[3], X[:, 5] = 0, 0
    return X, y


def few():
    """As many classes as rows."""
    return np.eye(4)[[0, 1, 2, 3]] * [1, 2, 3, 4], np.arange(4)


def one_class():
    X, y = documents(20)
    return X, np.ones_like(y)


def rare():
    """Twenty classes, of which some have one row, and many words that are seen once."""
    X, y = documents(200, 400, 20)
    return X, np.where(np.arange(200) % 9 == 0, y, y // 4)


def named():
    X, y = documents()
    return X, np.array(["spam", "other", "list"], dtype=object)[y]


DATA = {"easy": documents, "few": few, "one class": one_class, "rare": rare, "named": named}
SETTINGS = {
    "default": {},
    "little smoothing": {"alpha": 1e-3},
    "equal priors": {"fit_prior": False, "alpha": 0.3},
}


def assert_same_model(ours, theirs, X, other=None):
    """Attributes, and what the methods make of X; `other` is X as ours gets it."""
    assert_array_equal(ours.classes_, theirs.classes_)
    for name in ATTRIBUTES:
        if hasattr(theirs, name):
            found, expected = getattr(ours, name), getattr(theirs, name)
            for a, b in zip(found, expected, strict=True):
                assert_allclose(a, b, rtol=1e-12, atol=1e-12, err_msg=name)
    other = X if other is None else other
    for name in METHODS:
        expected = getattr(theirs, name)(X)
        size = np.abs(expected).max(initial=0.0, where=np.isfinite(expected))
        assert_allclose(getattr(ours, name)(other), expected, rtol=1e-12, atol=1e-12 * size)
    assert_array_equal(ours.predict(other), theirs.predict(X))


def pair(name, **parameters):
    return getattr(groundup, name)(**parameters), getattr(sklearn.naive_bayes, name)(**parameters)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_models(name, data, setting):
    # a forgotten prior, weights that count rows, classes in another order, smoothing of the wrong sum
    X, y = DATA[data]()
    for weight in (None, np.random.default_rng(1).random(len(X))):
        ours, theirs = pair(name, **SETTINGS[setting])
        assert_same_model(ours.fit(X, y, weight), theirs.fit(X, y, weight), X)


@pytest.mark.parametrize("form", ["csr_matrix", "csc_array"])
@pytest.mark.parametrize("data", ["easy", "rare", "few"])
@pytest.mark.parametrize("name", LINEAR)
def test_sparse_rows(name, data, form):
    # entries counted for the neighbouring class, empty rows that shift all others, columns taken for rows
    X, y = DATA[data]()
    sparse = getattr(scipy.sparse, form)(X)
    for weight in (None, np.random.default_rng(1).random(len(X))):
        ours, theirs = pair(name)
        assert_same_model(ours.fit(sparse, y, weight), theirs.fit(X, y, weight), X, sparse)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("MultinomialNB", {"alpha": np.linspace(0.1, 2, 40)}),
        ("MultinomialNB", {"class_prior": [0.2, 0.3, 0.5]}),
        ("ComplementNB", {"norm": True}),
        ("ComplementNB", {"alpha": np.linspace(0.1, 2, 40), "norm": True}),
        ("BernoulliNB", {"binarize": 2.0}),
        ("BernoulliNB", {"class_prior": (0.2, 0.3, 0.5)}),
        ("CategoricalNB", {"min_categories": 30, "alpha": 0.1}),
        ("CategoricalNB", {"min_categories": list(range(10, 50))}),
    ],
)
def test_parameters(name, parameters):
    # an alpha by column that is added to the wrong columns, a threshold that counts as there, priors that are ignored
    X, y = documents()
    ours, theirs = pair(name, **parameters)
    assert_same_model(ours.fit(X, y), theirs.fit(X, y), X)


def test_binarize_none_takes_entries_as_they_are():
    # zeros and ones that are compared with a threshold all the same
    X, y = documents()
    B = (X > 0).astype(float)
    ours, theirs = pair("BernoulliNB", binarize=None)
    assert_same_model(ours.fit(B, y), theirs.fit(B, y), B)
    assert_allclose(ours.fit(scipy.sparse.csr_array(B), y).predict_proba(B), theirs.predict_proba(B), rtol=1e-12)


@pytest.mark.parametrize("name", DISCRETE)
def test_batches(name):
    # counts that begin again with each batch, classes that the first batch lacks, a prior of the last batch
    X, y = documents()
    order = np.argsort(y, kind="stable")  # the first batch has one class
    X, y = X[order], y[order]
    X[0] = X.max(axis=0)  # scikit-learn sees the categories of the last batch only
    ours, theirs = pair(name)
    for rows in (slice(0, 60), slice(60, 61), slice(61, None)):
        batch = np.vstack([X[:1], X[rows]]), np.append(y[:1], y[rows])
        ours.partial_fit(*batch, classes=[0, 1, 2])
        theirs.partial_fit(*batch, classes=[0, 1, 2])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert_same_model(ours, theirs, X)
    assert_allclose(ours.fit(X, y).predict_joint_log_proba(X), theirs.fit(X, y).predict_joint_log_proba(X), rtol=1e-12)


@pytest.mark.parametrize("load", [load_digits, load_iris])
@pytest.mark.parametrize("smoothing", [1e-9, 1e-2])
def test_gaussian(load, smoothing):
    # logarithms of densities that have underflowed (NaN on digits), variances divided by n − 1
    X, y = load(return_X_y=True)
    ours, theirs = pair("GaussianNB", var_smoothing=smoothing)
    ours.fit(X, y)
    theirs.fit(X, y)
    for name in ("class_count_", "class_prior_", "theta_", "var_", "epsilon_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-11, atol=1e-300, err_msg=name)
    joint = theirs.predict_joint_log_proba(X)
    assert np.isfinite(ours.predict_joint_log_proba(X)).all()
    assert_allclose(ours.predict_joint_log_proba(X), joint, rtol=1e-10, atol=1e-12)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-7)  # differences of numbers up to 1e9
    assert_array_equal(ours.predict(X), theirs.predict(X))


def test_gaussian_with_weights():
    # weights in the means and not in the variances; the floor is ours, in which rows have their weights, too
    X, y = load_iris(return_X_y=True)
    weight = np.random.default_rng(0).random(len(X))
    ours, theirs = pair("GaussianNB", priors=[0.5, 0.3, 0.2])
    ours.fit(X, y, weight)
    theirs.fit(X, y, weight)
    assert_allclose(ours.theta_, theirs.theta_, rtol=1e-12)
    assert_allclose(ours.var_ - ours.epsilon_, theirs.var_ - theirs.epsilon_, rtol=1e-11)
    mean = np.average(X, axis=0, weights=weight)
    largest = np.average((X - mean) ** 2, axis=0, weights=weight).max()
    assert ours.epsilon_ == pytest.approx(1e-9 * largest, rel=1e-12)
    assert_allclose(ours.class_prior_, [0.5, 0.3, 0.2])
    assert_allclose(ours.predict_joint_log_proba(X), theirs.predict_joint_log_proba(X), rtol=1e-7)


@pytest.mark.parametrize("name", [*DISCRETE, "GaussianNB"])
def test_pieces_give_the_whole(name):
    # a batch that is weighted by its number of rows, a floor or categories of the last batch only
    X, y = documents()
    weight = np.random.default_rng(1).random(len(X))
    whole = getattr(groundup, name)().fit(X, y, weight)
    model = getattr(groundup, name)()
    for rows in (slice(0, 7), slice(7, 100), slice(100, None)):
        model.partial_fit(X[rows], y[rows], np.unique(y), weight[rows])
    for found in METHODS:
        expected = getattr(whole, found)(X)
        assert_allclose(getattr(model, found)(X), expected, rtol=1e-11, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("name", [*DISCRETE, "GaussianNB"])
def test_a_fit_goes_on_with_batches(name):
    # a partial_fit that begins again after a fit, though scikit-learn's goes on
    X, y = documents()
    model = getattr(groundup, name)().fit(X[:150], y[:150]).partial_fit(X[150:], y[150:])
    whole = getattr(groundup, name)().fit(X, y)
    assert_allclose(model.class_count_, whole.class_count_)
    assert_allclose(model.predict_joint_log_proba(X), whole.predict_joint_log_proba(X), rtol=1e-11)
