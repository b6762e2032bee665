"""Sparse rows: the answers of the same rows, dense; ties, digits, and what functions of the user get."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.exceptions import ConvergenceWarning

from groundup import KMeans, MiniBatchKMeans
from groundup.core.linalg import sparse_gram
from groundup.projects.kmeans.solvers import seeding
from groundup.projects.kmeans.solvers.centered_rows import prepare_rows
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows

MODELS = {
    "lloyd": KMeans(5, algorithm="lloyd", random_state=0),
    "auto": KMeans(5, random_state=0),
    "elkan": KMeans(5, algorithm="elkan", random_state=0),
    "random starts": KMeans(5, init="random", n_init=3, random_state=0),
    "mini-batches": MiniBatchKMeans(5, batch_size=64, random_state=0),
}


def counts(n=400, d=12, filled=0.4, seed=0):
    """Rows of mostly zeros, in groups; one row and one column are empty."""
    rng = np.random.default_rng(seed)
    X = rng.gamma(2.0, 1 + 3 * rng.random((4, d))[np.arange(n) % 4]) * (rng.random((n, d)) < filled)
    X[7 % n], X[:, 3 % d] = 0, 0
    return X


def assert_same_model(sparse, dense, X, rtol=1e-10):
    """Compare centres, labels, inertia, steps and predictions."""
    size = np.abs(dense.cluster_centers_).max()
    np.testing.assert_allclose(sparse.cluster_centers_, dense.cluster_centers_, rtol=rtol, atol=rtol * size)
    np.testing.assert_array_equal(sparse.labels_, dense.labels_)
    assert sparse.inertia_ == pytest.approx(dense.inertia_, rel=rtol)
    assert sparse.n_iter_ == dense.n_iter_
    S = scipy.sparse.csc_array(X)
    np.testing.assert_array_equal(sparse.predict(S), dense.predict(X))
    np.testing.assert_allclose(sparse.transform(S), dense.transform(X), rtol=rtol, atol=rtol)
    assert sparse.score(S) == pytest.approx(dense.score(X), rel=rtol)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_seed_gives_the_answer_of_dense_rows(model, weighted):
    """Catches other draws, moments that forget the zeros, rows of weight zero that are labelled in another order."""
    X = counts()
    weight = np.arange(400) * 7 % 5 / 2 if weighted else None
    dense = model.fit(X, sample_weight=weight)
    states = vars(dense).copy()
    sparse = model.fit(scipy.sparse.csr_array(X), sample_weight=weight)
    dense = type(model)(5)
    vars(dense).update(states)
    assert_same_model(sparse, dense, X)
    assert sparse.inertia_lower_bound_ == pytest.approx(dense.inertia_lower_bound_, rel=1e-9)


def test_blocks_do_not_change_the_answer(monkeypatch):
    """Catches sums of a block that are those of the first one, and centres moved twice."""
    X = scipy.sparse.csr_array(counts())
    whole = KMeans(5, random_state=0).fit(X)
    monkeypatch.setattr(SparseRows, "fewest_rows", 1)
    monkeypatch.setattr("groundup.core.rows.BLOCK_BYTES", 512)
    np.testing.assert_allclose(KMeans(5, random_state=0).fit(X).cluster_centers_, whole.cluster_centers_, rtol=1e-12)


def test_batches_are_those_of_dense_rows():
    """Catches a batch about the mean of all rows."""
    X = counts()
    dense, sparse = (MiniBatchKMeans(5, init=X[:5], reassignment_ratio=0.2, random_state=0) for _ in range(2))
    for part in np.array_split(np.arange(400), 7):
        dense.partial_fit(X[part])
        sparse.partial_fit(scipy.sparse.csr_array(X[part]))
        np.testing.assert_allclose(sparse.cluster_centers_, dense.cluster_centers_, rtol=1e-10, atol=1e-12)
        assert sparse.inertia_ == pytest.approx(dense.inertia_, rel=1e-10)


@pytest.mark.parametrize("offset", [1e4, 1e8])
def test_full_columns_far_from_zero(offset):
    """Catches ‖x‖² − 2 x·c + ‖c‖² about zero, which loses all digits at 1e8; a column that is full in some clusters."""
    X = counts()
    X[:, :2] += offset
    X[:200, 5] = 1e3
    assert_same_model(
        KMeans(5, init=X[:5]).fit(scipy.sparse.csr_array(X)), KMeans(5, init=X[:5], algorithm="lloyd").fit(X), X, 1e-9
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_the_inertia_of_tight_clusters_keeps_its_digits(weighted):
    """Catches Σ‖x‖² − Σ‖c‖², which rounds to 1e-16 of the norms: here the inertia is 1e-13 of them."""
    rng = np.random.default_rng(0)
    X = 10 * np.eye(6)[np.arange(300) % 3] * (1 + 1e-7 * rng.normal(size=(300, 6)))
    weight = rng.uniform(0.5, 2, 300) if weighted else None
    sparse, dense = (KMeans(3, init=X[:3]).fit(Z, sample_weight=weight) for Z in (scipy.sparse.csr_array(X), X))
    assert sparse.inertia_ == pytest.approx(dense.inertia_, rel=1e-9)
    assert sparse.score(scipy.sparse.csr_array(X), sample_weight=weight) == pytest.approx(-dense.inertia_, rel=1e-9)
    assert sparse.certificate_.holds


def test_entries_that_stand_twice_count_as_their_sum():
    """Catches squares of parts: 1² + 2² for (1 + 2)²."""
    X = counts(60)
    full = scipy.sparse.coo_array(X)
    row, column = (np.tile(part, 2) for part in full.coords)
    order = np.lexsort((-column, row))
    pointers = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=60))])
    halves = scipy.sparse.csr_array((np.tile(full.data / 2, 2)[order], column[order], pointers), X.shape)
    assert_same_model(KMeans(3, init=X[:3]).fit(halves), KMeans(3, init=X[:3]).fit(X), X)


def test_ties_go_to_the_first_centre():
    """Catches rounding that decides: rows that share no column with the centres, and rows half way between two."""
    rng = np.random.default_rng(0)
    X = np.zeros((200, 60))
    X[:, :30] = rng.random((200, 30)) * (rng.random((200, 30)) < 0.2) + 1e-9
    X /= np.linalg.norm(X, axis=1)[:, None]
    start = np.zeros((4, 60))
    for k in range(4):  # of the same length, so that they are equally far from every row
        start[k, 30 + 7 * k : 37 + 7 * k] = rng.random(7)
    start /= np.linalg.norm(start, axis=1)[:, None]
    model = KMeans(4, init=start)
    model.cluster_centers_, model.n_features_in_ = start, 60
    assert (model.predict(scipy.sparse.csr_array(X)) == 0).all()
    line = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    state = next(KMeans(2, init=[[3.0], [1.0]]).steps(scipy.sparse.csr_array(line)))
    np.testing.assert_allclose(state.centers, [[3.0], [0.5]])


def test_centres_closer_than_rounding_are_told_apart():
    """Catches distances of 1e-8 decided by ‖y‖² − 2 y·a + ‖a‖², whose rounding is larger than their squares."""
    X = 10 * np.ones((2, 4)) * [[1, 1, 0, 1], [1, 1, 0, 1 + 1e-9]]
    model = KMeans(2, init=X).fit(np.eye(4))
    model.cluster_centers_ = X
    np.testing.assert_array_equal(model.predict(scipy.sparse.csr_array(X)), [0, 1])
    np.testing.assert_array_equal(model.predict(X), [0, 1])


def test_more_clusters_than_distinct_rows():
    """Catches an empty cluster that becomes NaN, and copies at a distance of 1e-8 that are drawn again."""
    X = np.repeat(counts(4), 5, axis=0)
    with pytest.warns(ConvergenceWarning, match="Number of distinct clusters"):
        model = KMeans(6, random_state=0).fit(scipy.sparse.csr_array(X))
    assert model.inertia_ == pytest.approx(0, abs=1e-24)
    assert len(np.unique(model.labels_)) == 4


def test_distances_of_a_row_on_a_centre_are_zero():
    """Catches 1e-8 of cancellation in `transform`, near a centre and far from zero."""
    X = counts()
    X[:, 0] += 1e6
    model = KMeans(5, random_state=0).fit(X)
    sparse = scipy.sparse.csr_array(model.cluster_centers_)
    found = model.transform(sparse)
    np.testing.assert_array_equal(found.diagonal(), 0)
    np.testing.assert_allclose(found, model.transform(model.cluster_centers_), rtol=1e-9)
    close = model.cluster_centers_ + 1e-5 * (model.cluster_centers_ != 0)
    exact = np.linalg.norm(close - model.cluster_centers_, axis=1)
    np.testing.assert_allclose(model.transform(scipy.sparse.csr_array(close)).diagonal(), exact, rtol=1e-9)


@pytest.mark.parametrize("form", ["csr_array", "csr_matrix", "csc_array", "coo_matrix"])
@pytest.mark.parametrize("model", [KMeans, MiniBatchKMeans])
def test_a_callable_gets_scipys_rows(model, form):
    """Catches rows of a class that the user's function does not know, or in double precision."""

    def init(X, n_clusters, random_state):
        assert scipy.sparse.issparse(X)
        assert (X.format, X.dtype) == ("csr", np.float32)
        return X[random_state.randint(X.shape[0], size=n_clusters)].toarray()

    X = counts().astype(np.float32)
    fitted = model(3, init=init, n_init=1, random_state=0).fit(getattr(scipy.sparse, form)(X))
    assert fitted.cluster_centers_.dtype == np.float32


@pytest.mark.parametrize("pair_cost", [0, 1e9], ids=["pairs of entries", "dense blocks"])
@pytest.mark.parametrize("shape", [(300, 12), (9, 40)], ids=["tall", "wide"])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_spectrum_is_that_of_dense_rows(shape, weighted, pair_cost, monkeypatch):
    """Catches a mean that is not taken off, weights without their root, and blocks left out."""
    monkeypatch.setattr(sparse_gram, "PAIR_COST", pair_cost)
    monkeypatch.setattr(sparse_gram, "BLOCK_BYTES", 256)
    X = counts(*shape)
    weight = np.random.default_rng(1).uniform(0.5, 2, len(X)) if weighted else None
    monkeypatch.setattr("groundup.projects.kmeans.solvers.centered_rows.SPECTRUM_LIMIT", 12)
    rows = scipy.sparse.csr_array(X)
    ours = prepare_rows(KMeans(2)._input(rows), weight, 2).spectrum()
    dense = prepare_rows(X, weight, 2).spectrum()
    np.testing.assert_allclose(ours, dense, atol=1e-12 * dense[0])


@pytest.mark.parametrize("far", [0.0, 1e9])
def test_rows_are_in_the_order_of_single_precision(far):
    """Catches draws that depend on the precision, and different rows that count as copies since they round alike."""
    X = counts(200, 3, 0.9)
    X[20:40] = X[:20]
    double = prepare_rows(X + far, None, 2)
    pool = seeding.distinct(double)
    assert len(pool.row) == len(np.unique(X + far, axis=0))
    assert pool.mass.sum() == 200
    sparse = seeding.distinct(prepare_rows(KMeans(2)._input(scipy.sparse.csr_array(X + far)), None, 2))
    np.testing.assert_array_equal(X[sparse.row], X[pool.row])
    if not far:
        single = seeding.distinct(prepare_rows(X.astype(np.float32), None, 2))
        np.testing.assert_array_equal(X[single.row], X[pool.row])


@pytest.mark.parametrize("weighted", [False, True])
def test_bounds_take_the_steps_of_lloyd(weighted):
    """Catches bounds that are too tight in some iteration even where the end is right, and sums that drift."""
    X = scipy.sparse.csr_array(counts(1500, seed=2))
    weight = np.random.default_rng(1).uniform(0, 3, 1500) * (np.arange(1500) % 4 > 0) if weighted else None
    start = counts(1500, seed=2)[100:112]
    models = [KMeans(12, init=start, tol=0, algorithm=name) for name in ("lloyd", "auto", "hamerly")]
    paths = [list(model.steps(X, sample_weight=weight)) for model in models]
    assert len({len(path) for path in paths}) == 1
    for states in zip(*paths, strict=True):
        for state in states[1:]:
            np.testing.assert_allclose(state.centers, states[0].centers, rtol=1e-9, atol=1e-10)
            assert state.inertia == pytest.approx(states[0].inertia, rel=1e-10)


def test_a_run_resumed_is_the_run_to_the_bit():
    """Catches sums by differences that are not carried from step to step."""
    X, start = scipy.sparse.csr_array(counts(600)), counts(600)[50:60]
    model = KMeans(10, init=start, tol=0)
    states = list(model.steps(X))
    resumed = list(model.steps(X, start=states[2]))
    assert len(resumed) == len(states) - 3
    np.testing.assert_array_equal(resumed[-1].centers, states[-1].centers)
