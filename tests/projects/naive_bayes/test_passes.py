"""One pass over the rows: states, stopping and resuming, memory maps, sparse rows, certificates."""

import tracemalloc
import warnings
from itertools import islice

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from groundup import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from groundup.core.estimator.training import Training
from groundup.core.exceptions import ConvergenceWarning
from groundup.core.rows import Samples
from groundup.projects.naive_bayes.certificate import certify_normal, certify_shares, stationarity
from groundup.projects.naive_bayes.solvers import counting

MODELS = (MultinomialNB, ComplementNB, BernoulliNB, CategoricalNB, GaussianNB)
ROWS, COLUMNS = 20_000, 60
LARGEST_SHARE = 0.3  # Of the bytes of the map.
MOST_COPIES = 5  # Of the stored entries: those by rows, the place of each in a table, its weighted value.


def counts(n=200, d=6, K=3):
    """Counts and classes."""
    return np.random.default_rng(0).poisson(2.0, size=(n, d)).astype(float), np.arange(n) % K


@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array])
@pytest.mark.parametrize("kind", MODELS)
def test_a_pass_in_parts(kind, form, monkeypatch):
    # a part read twice or not at all, a pass that says too early that it is done, a resumed pass that begins again
    X, y = counts()
    if form is not np.asarray and not kind.accepts.sparse:
        form = np.asarray
    weight = np.arange(len(X)) % 4 * 0.5
    whole = kind().fit(form(X), y, weight)
    monkeypatch.setattr(counting, "PART_BYTES", 40 * X[0].nbytes)
    states = list(kind().steps(form(X), y, weight))
    assert len(states) >= 4
    assert [state.iteration for state in states] == list(range(1, len(states) + 1))
    assert [state.converged for state in states] == [False] * (len(states) - 1) + [True]
    model = kind().fit(form(X), y, weight)
    assert_allclose(model.predict_joint_log_proba(X), whole.predict_joint_log_proba(X), rtol=1e-11)
    assert model.history_["loss"][-1] == pytest.approx(whole.history_["loss"][-1], rel=1e-11)
    resumed = kind()
    training = Training(resumed, form(X), y, weight, start=states[1])
    assert len(list(training)) == len(states) - 2
    assert_array_equal(training.finish().predict_joint_log_proba(X), model.predict_joint_log_proba(X))


def test_a_pass_that_is_stopped_says_so(monkeypatch):
    # a model of the first rows taken for one of all
    X, y = counts()
    monkeypatch.setattr(counting, "PART_BYTES", 50 * X[0].nbytes)
    training = Training(MultinomialNB(), X, y)
    for _ in islice(training, 2):
        pass
    with pytest.warns(ConvergenceWarning, match="before it had read all rows"):
        model = training.finish()
    assert_array_equal(model.feature_count_, MultinomialNB().fit(X[:100], y[:100]).feature_count_)


def test_the_loss_is_the_penalised_likelihood():
    # a loss that is not what the probabilities minimise
    X, y = counts()
    model = MultinomialNB(alpha=0.5).fit(X, y)
    expected = -((model.feature_count_ + 0.5) * model.feature_log_prob_).sum() / len(X)
    assert model.history_["loss"].tolist() == [pytest.approx(expected, rel=1e-13)]
    bare = MultinomialNB(alpha=0.0).fit([[0.5, 0.5, 0], [0, 1, 3]], [0, 1])  # zero times −∞ is zero
    assert bare.history_["loss"][0] == pytest.approx(-(np.log(0.5) + np.log(0.25) + 3 * np.log(0.75)) / 2, rel=1e-14)
    normal = GaussianNB(var_smoothing=0.0).fit(X, y)
    own = normal.predict_joint_log_proba(X)[np.arange(len(X)), y] - np.log(normal.class_prior_[y])
    assert normal.history_["loss"][0] == pytest.approx(-own.mean(), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", MODELS)
def test_a_memory_map_is_not_copied(kind, dtype, tmp_path, monkeypatch):
    # a whole table of zeros and ones, of whole numbers, of squares, or in double precision
    monkeypatch.setattr("groundup.core.rows.BLOCK_BYTES", 2**14)
    monkeypatch.setattr("groundup.projects.naive_bayes.solvers.probabilities.BLOCK_BYTES", 2**14)
    X = np.random.default_rng(0).integers(5, size=(ROWS, COLUMNS)).astype(dtype)
    np.save(tmp_path / "X.npy", X)
    mapped, y = np.load(tmp_path / "X.npy", mmap_mode="r"), np.arange(ROWS) % 3
    for weight in (None, np.arange(ROWS) % 4 * 1.0):
        tracemalloc.start()
        model = kind().fit(mapped, y, weight)
        model.predict(mapped)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < LARGEST_SHARE * X.nbytes * (8 / X.itemsize)
    assert_allclose(model.predict_log_proba(X[:50]), kind().fit(X, y, weight).predict_log_proba(X[:50]), rtol=1e-12)


@pytest.mark.parametrize("form", ["csr", "csc"])
@pytest.mark.parametrize("kind", MODELS[:3])
def test_sparse_rows_are_never_made_dense(kind, form):
    # 20,000 × 50,000 numbers, which would be 8 GB
    rng = np.random.default_rng(0)
    column = np.sort(rng.integers(50_000, size=(ROWS, 50)), axis=1).ravel()
    X = scipy.sparse.csr_array((rng.random(len(column)), column, np.arange(0, len(column) + 1, 50)), (ROWS, 50_000))
    X = X.asformat(form)
    y, table = np.arange(ROWS) % 3, 3 * 50_000 * 8
    tracemalloc.start()
    model = kind().fit(X, y, np.arange(ROWS) % 3 + 0.5)
    model.predict_proba(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST_COPIES * (X.data.nbytes + X.indices.nbytes) + 8 * table


def test_blocks_are_large_next_to_their_sums():
    # a K × d table added up for each small block, which takes longer than reading the rows
    wide = Samples(np.broadcast_to(1.0, (3000, 20_000)), np.zeros(3000, int))
    assert counting.in_large_blocks(wide, 50).block_rows == 400
    assert counting.in_large_blocks(wide, 500).block_rows == 3000
    narrow = Samples(np.ones((3000, 10)), np.zeros(3000, int))
    assert counting.in_large_blocks(narrow, 5).block_rows == narrow.block_rows
    for filled, rows in ((1 / 5000, 5000), (1.0, 12)):
        table = scipy.sparse.random_array((5000, 100), density=filled, format="csr", random_state=0)
        sparse = Samples(MultinomialNB()._input(table), np.zeros(5000, int), block_rows=10)
        assert counting.in_large_blocks(sparse, 6).block_rows == rows


def test_single_precision_is_summed_in_double():
    # counts above 2^24, at which single precision stops
    X = np.full((3, 1), 2**24, np.float32)
    X[1] = 1
    assert MultinomialNB().fit(X, [0, 0, 1]).feature_count_.tolist() == [[2**24 + 1], [2**24]]


# --- certificates -----------------------------------------------------------------------------------------------------


def test_the_gradient_of_the_likelihood():
    # a certificate that looks at sums of probabilities only, or at their ratios only
    N = np.array([[1.0, 2, 3], [4, 0, 1]])
    with np.errstate(divide="ignore"):
        log_theta = np.log(N / N.sum(axis=1, keepdims=True))
    assert stationarity(N, log_theta) < 1e-15
    assert stationarity(N, log_theta + 1e-6) == pytest.approx(1e-6, rel=1e-3)
    swapped = np.log([[2 / 6, 1 / 6, 3 / 6], [0.8, 1e-300, 0.2]])
    assert stationarity(N, swapped) == pytest.approx(1.0)
    impossible = log_theta.copy()
    impossible[1] = np.log([0.79, 0.01, 0.2])
    assert stationarity(N, impossible) == pytest.approx(0.05)  # λ θ of an event that was never seen
    step = 1e-6 * np.array([1.0, -2, 1])  # along which the sum stays one: the likelihood falls to second order
    gain = N[0] @ np.log(np.exp(log_theta[0]) + step) - N[0] @ log_theta[0]
    assert -1e-10 < gain < 0


def test_priors_are_certified_too():
    # wrong shares of the classes, certified since the words are right
    X, y = counts()
    model = MultinomialNB()
    training = Training(model, X, y)
    state = next(iter(training))
    assert model._finish(training.data, state)["certificate_"].holds
    model._priors = lambda class_count: np.log([0.5, 0.3, 0.2])
    assert not model._finish(training.data, state)["certificate_"].holds


@pytest.mark.parametrize("parameters", [{"class_prior": [0.5, 0.3, 0.2]}, {"fit_prior": False}])
def test_priors_that_are_given_are_not_estimates(parameters):
    # a warning that known priors are not the shares of the rows
    X, y = counts()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = MultinomialNB(**parameters).fit(X[:97], y[:97])
    assert model.certificate_.holds


def test_words_of_certificates():
    # a penalty that is claimed where there is none
    assert "Dirichlet" in certify_shares([0.0], True).claim
    assert "Dirichlet" not in certify_shares([0.0], False).claim
    normal = certify_normal(np.array([[-0.2, 0.1]]), np.array([[0.0, 0.05]]), 1e-3)
    assert (normal.value, normal.tolerance, normal.holds) == (0.2, 1e-3, False)
    assert certify_normal(np.zeros((1, 1)), np.array([[-0.3]]), 0.0).value == 0.3


@pytest.mark.parametrize("dtype", [np.float64, np.float32, bool])
@pytest.mark.parametrize("weighted", [False, True])
def test_long_rows_add_up_to_the_same(dtype, weighted):
    # a row added to another class's sum, a weight forgotten, sums rounded to the type of the rows
    rng = np.random.default_rng(3)
    X = rng.poisson(0.7, (30, counting.LONG_ROW)).astype(dtype)
    codes, weight = np.arange(30) % 4, rng.integers(1, 9, 30) / 4 if weighted else None
    each = X.astype(np.float64) * (1.0 if weight is None else weight[:, None])
    expected = [each[codes == k].sum(axis=0) for k in range(4)]
    found = counting.dense_sums(X, codes, weight, 5)
    assert found.dtype == np.float64
    assert_allclose(found[:4], expected, rtol=1e-13, atol=1e-13)
    assert not found[4].any()
    short = X[:, : counting.LONG_ROW - 1]
    assert_allclose(counting.dense_sums(short, codes, weight, 5), found[:, :-1], rtol=1e-13, atol=1e-13)
