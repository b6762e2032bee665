"""K-means: parity with scikit-learn, invariances, hard cases, certificates."""

import re
import warnings

import numpy as np
import pytest
import scipy.sparse
import sklearn.cluster
from sklearn.datasets import load_iris, make_blobs
from sklearn.exceptions import ConvergenceWarning

from groundup import KMeans, MiniBatchKMeans
from groundup.core.estimator.training import Training
from groundup.core.rows import Rows
from groundup.projects.kmeans import certificate
from groundup.projects.kmeans.solvers import expiring_bounds, seeding
from groundup.projects.kmeans.solvers.centered_rows import pick, prepare_rows

ALGORITHMS = ("auto", "lloyd", "elkan", "hamerly")
one_cluster = pytest.mark.filterwarnings("ignore:algorithm=.* doesn't make sense for a single cluster")


def blobs(n=3000, d=5, K=7, seed=0, spread=2.0):
    return make_blobs(n, d, centers=K, cluster_std=spread, random_state=seed)[0]


def rows_of(X, K, seed=0):
    """K different rows of X, to start from."""
    distinct = np.unique(X, axis=0)
    return distinct[np.random.default_rng(seed).choice(len(distinct), K, replace=False)]


def uniform(n=2000, d=3):
    return np.random.default_rng(3).random((n, d))


DATA = {
    "blobs": (blobs(), 7),
    "too many clusters": (blobs(), 40),
    "iris": (load_iris().data, 3),
    "uniform": (uniform(), 12),
    "duplicates": (np.repeat(blobs(200, 2, 4), 5, axis=0), 6),
    "one column": (uniform(500, 1), 5),
    "one cluster": (uniform(300, 4), 1),
    "wide": (np.random.default_rng(5).normal(size=(60, 200)), 4),
}


@one_cluster
@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_same_answer_as_scikit_learn_from_the_same_start(name, algorithm):
    """Catches any slip in assignment, update, bounds, stopping rule or count of iterations."""
    X, K = DATA[name]
    start = rows_of(X, K)
    ours = KMeans(K, init=start, algorithm=algorithm).fit(X)
    theirs = sklearn.cluster.KMeans(K, init=start, n_init=1).fit(X)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-10, atol=1e-12)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-12)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_allclose(ours.transform(X[:50]), theirs.transform(X[:50]), rtol=1e-8, atol=1e-7)
    np.testing.assert_array_equal(ours.predict(X[:50]), theirs.predict(X[:50]))
    assert ours.score(X[:50]) == pytest.approx(theirs.score(X[:50]), rel=1e-10)


@pytest.mark.parametrize("tol", [0.0, 1e-4, 1e-2])
@pytest.mark.parametrize("max_iter", [1, 4, 300])
def test_stopping_rule_is_scikit_learns(tol, max_iter):
    """Catches a tolerance that is absolute, not squared, or summed over rows; an iteration too many or too few."""
    X, start = uniform(), rows_of(uniform(), 12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        ours = KMeans(12, init=start, tol=tol, max_iter=max_iter).fit(X)
    theirs = sklearn.cluster.KMeans(12, init=start, tol=tol, max_iter=max_iter).fit(X)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-10)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)  # of the final centres, not of those before


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("blocks", [64, 1 << 20])
def test_all_algorithms_take_the_same_steps(weighted, blocks, monkeypatch):
    """Catches bounds that are too tight in some iteration even where the end is right; block boundaries."""
    monkeypatch.setattr("groundup.core.rows.BLOCK_BYTES", blocks * 40)
    X = blobs(1500, 5, 9)
    weight = np.random.default_rng(1).uniform(0, 3, len(X)) * (np.arange(len(X)) % 4 > 0) if weighted else None
    start = rows_of(X, 15)
    paths = [list(KMeans(15, init=start, tol=0, algorithm=name).steps(X, sample_weight=weight)) for name in ALGORITHMS]
    assert len({len(path) for path in paths}) == 1
    for states in zip(*paths, strict=True):
        for state in states[1:]:
            np.testing.assert_allclose(state.centers, states[0].centers, rtol=1e-9, atol=1e-10)
            assert state.inertia == pytest.approx(states[0].inertia, rel=1e-10)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_ties_go_to_the_first_centre(algorithm):
    """Catches bounds that skip a row exactly half way between two centres, which the textbook moves to the first."""
    X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    state = next(KMeans(2, init=[[1.0], [3.0]], algorithm=algorithm).steps(X))
    np.testing.assert_allclose(state.centers, [[1.0], [3.5]])
    swapped = next(KMeans(2, init=[[3.0], [1.0]], algorithm=algorithm).steps(X))
    np.testing.assert_allclose(swapped.centers, [[3.0], [0.5]])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_inertia_is_that_of_the_centres_and_never_increases(algorithm):
    """Catches an inertia of the centres before the move, and any step that makes things worse."""
    X = blobs(800, 3, 5)
    X_mean = X - X.mean(axis=0)
    states = list(KMeans(9, init=rows_of(X, 9), tol=0, algorithm=algorithm).steps(X))
    inertia = np.array([state.inertia for state in states])
    assert len(states) > 5
    assert (np.diff(inertia) <= 1e-12 * (X_mean**2).sum()).all()
    final = KMeans(9, init=states[-1].centers, tol=0).fit(X)
    assert inertia[-1] == pytest.approx(final.inertia_, rel=1e-11)
    distance = ((X[:, None] - states[3].centers) ** 2).sum(axis=2)
    assert states[3].inertia >= distance.min(axis=1).sum() > states[4].inertia


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("init", ["k-means++", "random", "array"])
def test_weight_two_is_the_row_twice_and_order_is_nothing(algorithm, init):
    """Catches forgotten weights in update, seeding, tolerance or inertia; draws that depend on the order of rows."""
    generator = np.random.default_rng(4)
    X = blobs(150, 3, 4)
    weight = generator.integers(0, 4, len(X))
    repeated = X.repeat(weight, axis=0)
    order = generator.permutation(len(repeated))
    start = rows_of(X, 6) if init == "array" else init
    one = KMeans(6, init=start, random_state=3, algorithm=algorithm).fit(X, sample_weight=weight)
    two = KMeans(6, init=start, random_state=3, algorithm=algorithm).fit(repeated[order])
    np.testing.assert_allclose(one.cluster_centers_, two.cluster_centers_, rtol=1e-10)
    np.testing.assert_array_equal(one.labels_, two.predict(X))
    assert one.inertia_ == pytest.approx(two.inertia_, rel=1e-12)
    assert one.n_iter_ == two.n_iter_
    assert one.inertia_lower_bound_ == pytest.approx(two.inertia_lower_bound_, rel=1e-10)
    scaled = KMeans(6, init=start, random_state=3, algorithm=algorithm).fit(X, sample_weight=weight * 0.37)
    np.testing.assert_allclose(one.cluster_centers_, scaled.cluster_centers_, rtol=1e-10)
    assert one.score(X, sample_weight=weight) == pytest.approx(-one.inertia_, rel=1e-12)


def test_weighted_fit_is_scikit_learns():
    """Catches a weighted mean with the wrong denominator."""
    X, start = blobs(500, 4, 4), rows_of(blobs(500, 4, 4), 5)
    weight = np.random.default_rng(0).uniform(0.1, 5, len(X))
    ours = KMeans(5, init=start, tol=0).fit(X, sample_weight=weight)
    theirs = sklearn.cluster.KMeans(5, init=start, n_init=1, tol=0).fit(X, sample_weight=weight)
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-10)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-11)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_light_rows_keep_their_digits_when_a_heavy_one_leaves(algorithm):
    """Catches sums that are updated by differences: 1e9 in and out again leaves 1e-7 behind."""
    X = np.array([[0.0], [0.5], [10.0], [4.9], [11.0]])
    weight = np.array([1e-6, 1e-6, 1.0, 1e9, 1.0])
    model = KMeans(2, init=[[0.0], [9.9]], algorithm=algorithm, tol=0).fit(X, sample_weight=weight)
    reference = KMeans(2, init=[[0.0], [9.9]], algorithm="lloyd", tol=0).fit(X, sample_weight=weight)
    np.testing.assert_allclose(model.cluster_centers_, reference.cluster_centers_, rtol=1e-14)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("empties", [1, 3])
def test_empty_clusters_get_the_farthest_rows(algorithm, empties):
    """Catches 0/0 in the mean of an empty cluster, and centres that are left to die far away."""
    X = blobs(300, 2, 4, seed=2)
    far = 1e3 + np.arange(empties * 2.0).reshape(empties, 2)
    start = np.vstack([X[:3], far])
    ours = KMeans(3 + empties, init=start, algorithm=algorithm, tol=0)
    state = next(ours.steps(X))
    distance = ((X[:, None] - X[:3]) ** 2).sum(axis=2).min(axis=1)
    farthest = X[np.argsort(-distance)[:empties]]
    np.testing.assert_allclose(state.centers[3:], farthest, atol=1e-12)
    ours.fit(X)
    assert len(np.unique(ours.labels_)) == 3 + empties
    assert np.isfinite(ours.cluster_centers_).all()
    if empties == 1:  # with several, scikit-learn hands them out in another order
        theirs = sklearn.cluster.KMeans(4, init=start, n_init=1, tol=0).fit(X)
        np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-10)
        assert ours.n_iter_ == theirs.n_iter_


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_more_clusters_than_distinct_rows(algorithm):
    """Catches NaN centres, endless relocation and a silent wrong number of clusters."""
    X = np.repeat([[0.0, 0.0], [1.0, 1.0], [5.0, 5.0]], 20, axis=0)
    with pytest.warns(ConvergenceWarning, match=r"distinct clusters \(3\) found smaller than n_clusters \(5\)"):
        model = KMeans(5, random_state=0, algorithm=algorithm).fit(X)
    assert model.inertia_ == 0
    assert model.optimality_gap_ == 0
    assert len(np.unique(model.cluster_centers_, axis=0)) == 3
    assert model.certificate_.holds


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_as_many_clusters_as_rows(algorithm, init):
    """Catches seeding that draws a row twice: every row must be its own centre."""
    X = np.random.default_rng(0).normal(size=(12, 3))
    model = KMeans(12, init=init, random_state=1, algorithm=algorithm).fit(X)
    assert model.inertia_ == pytest.approx(0, abs=1e-25)
    assert sorted(model.labels_) == list(range(12))


@one_cluster
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_constant_rows(algorithm):
    """Catches division by a variance or a scale of zero."""
    model = KMeans(1, algorithm=algorithm).fit(np.full((10, 3), 7.0))
    np.testing.assert_array_equal(model.cluster_centers_, [[7, 7, 7]])
    assert model.certificate_.holds


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_far_from_the_origin(algorithm):
    """Catches ‖x‖² − 2xc + ‖c‖² on raw numbers: at 1e8 it has no digits left."""
    X = blobs(600, 3, 4)
    start = rows_of(X, 4)
    near = KMeans(4, init=start, algorithm=algorithm).fit(X)
    far = KMeans(4, init=start + 1e8, algorithm=algorithm).fit(X + 1e8)
    np.testing.assert_array_equal(near.labels_, far.labels_)
    assert far.inertia_ == pytest.approx(near.inertia_, rel=1e-6)
    assert far.n_iter_ == near.n_iter_
    assert far.certificate_.holds
    np.testing.assert_array_equal(far.predict(X + 1e8), far.labels_)
    np.testing.assert_allclose(far.transform(X[:9] + 1e8), near.transform(X[:9]), rtol=1e-6)


@pytest.mark.parametrize("scale", [1e-150, 1e-30, 1e30, 1e120])
def test_extreme_units(scale):
    """Catches single precision that overflows or underflows in the fast algorithm."""
    X, start = blobs(400, 3, 4), rows_of(blobs(400, 3, 4), 4)
    one = KMeans(4, init=start).fit(X)
    other = KMeans(4, init=start * scale).fit(X * scale)
    np.testing.assert_array_equal(one.labels_, other.labels_)
    np.testing.assert_allclose(other.cluster_centers_ / scale, one.cluster_centers_, rtol=1e-10)


def test_one_outlier_does_not_blind_single_precision():
    """Catches a scale or an error bound that lets the fast algorithm accept labels it cannot know."""
    X = np.vstack([blobs(500, 3, 4), [[1e12, 0, 0]]])
    start = np.vstack([rows_of(X[:-1], 4), X[-1]])
    fast, slow = (KMeans(5, init=start, algorithm=name, tol=0).fit(X) for name in ("auto", "lloyd"))
    np.testing.assert_array_equal(fast.labels_, slow.labels_)
    assert fast.n_iter_ == slow.n_iter_


@pytest.mark.parametrize("offset", [0.0, 30.0])
def test_single_precision_never_promises_too_much(offset):
    """Catches an error bound that is too small: every label must be right, and expire before it can be wrong."""
    generator = np.random.default_rng(0)
    near_the_wall = 10.0 ** -generator.uniform(1, 10, 2000) * generator.choice([-1, 1], 2000)
    rows = np.column_stack([near_the_wall, generator.normal(size=(2000, 3)) + offset])
    X = np.vstack([rows, generator.normal(size=(2000, 4)) - offset])
    problem = prepare_rows(X, None, 3)
    centers = np.array([[1.0, 0, 0, 0], [-1, 0, 0, 0], [0, 0, -40, 0]]) - problem.origin
    memory = expiring_bounds.ExpiringBounds(problem)
    index, label = memory.assign(np.zeros(len(X), np.intp), centers)
    distance = np.sqrt(((problem.block(slice(None))[:, None] - centers) ** 2).sum(axis=2))
    ordered = np.sort(distance, axis=1)
    np.testing.assert_array_equal(index, np.arange(len(X)))
    np.testing.assert_array_equal(label, distance.argmin(axis=1))
    assert (memory.expiry * problem.scale <= ordered[:, 1] - ordered[:, 0] + 1e-14).all()
    assert (memory.expiry > 0).mean() > 0.95


def test_overflow_is_an_error():
    """Catches an inertia of infinity, or NaN centres, in silence."""
    with pytest.raises(ValueError, match="overflow double precision; scale the features"):
        KMeans(2).fit([[1e200, 0], [-1e200, 1], [0, 2]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
@pytest.mark.parametrize("model", [KMeans, MiniBatchKMeans])
def test_distances_of_short_numbers_are_exact_to_their_precision(model, offset, dtype):
    """Catches ‖x‖² − 2 x·c + ‖c‖² in single precision: a thousand away it has no digit of a distance of 1."""
    X = (blobs(500, 5, 4, spread=0.5) + offset).astype(dtype)
    fitted = model(4, random_state=0).fit(X)
    kind = np.float32 if dtype == np.float32 else np.float64  # as in scikit-learn
    assert fitted.cluster_centers_.dtype == fitted.transform(X).dtype == kind
    exact = np.linalg.norm(X[:, None].astype(float) - fitted.cluster_centers_.astype(float), axis=2)
    np.testing.assert_allclose(fitted.transform(X), exact, rtol=2**-22)
    np.testing.assert_array_equal(fitted.predict(X), exact.argmin(axis=1))
    sparse = scipy.sparse.csr_array(X.astype(kind))
    np.testing.assert_allclose(fitted.transform(sparse), exact, rtol=2**-22)
    np.testing.assert_array_equal(fitted.predict(sparse), fitted.labels_)


def test_single_precision_in_and_out():
    """Catches double precision results for single precision data, or data made coarse on the way."""
    X = blobs(600, 3, 4).astype(np.float32)
    start = rows_of(X, 4)
    model = KMeans(4, init=start).fit(X)
    double = KMeans(4, init=start).fit(X.astype(np.float64))
    assert model.cluster_centers_.dtype == model.transform(X).dtype == np.float32
    assert model.labels_.dtype == np.int32
    np.testing.assert_array_equal(model.labels_, double.labels_)
    np.testing.assert_allclose(model.cluster_centers_, double.cluster_centers_, rtol=1e-6)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_memory_map_is_read_in_blocks(algorithm, tmp_path, monkeypatch):
    """Catches an algorithm that makes rows × columns of temporaries: only numbers by row may be kept."""
    import tracemalloc

    monkeypatch.setattr(
        "groundup.projects.kmeans.solvers.centered_rows.FLOAT32_CACHE_BYTES", 0
    )  # as for data beyond that size
    monkeypatch.setattr("groundup.core.rows.BLOCK_BYTES", 1 << 17)
    X = np.random.default_rng(0).normal(size=(40_000, 64)) + 3.0 * np.arange(40_000)[:, None] % 5
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    model = KMeans(4, init=X[:4], max_iter=3, algorithm=algorithm, tol=1.0)
    tracemalloc.start()
    model.fit(mapped)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 4
    np.testing.assert_array_equal(model.labels_, KMeans(4, init=X[:4], max_iter=3, tol=1.0).fit(X).labels_)


@pytest.mark.parametrize("cache", [0, 1 << 27])
def test_single_precision_rows_may_be_kept_or_made_anew(cache, monkeypatch):
    """Catches a difference between the two ways in which the fast algorithm reads its rows."""
    monkeypatch.setattr("groundup.projects.kmeans.solvers.centered_rows.FLOAT32_CACHE_BYTES", cache)
    X, start = blobs(), rows_of(blobs(), 12)
    model, reference = (KMeans(12, init=start, algorithm=name).fit(X) for name in ("auto", "lloyd"))
    np.testing.assert_array_equal(model.labels_, reference.labels_)
    assert model.n_iter_ == reference.n_iter_


def test_best_of_several_runs():
    """Catches keeping the last run, or the first."""
    X = blobs(400, 2, 8, spread=0.5)
    model = KMeans(8, init="random", n_init=12, random_state=0).fit(X)
    last = np.flatnonzero(np.diff(np.append(model.history_["run"], np.inf)))
    ends = model.history_["inertia"][last]
    assert ends.max() > 1.2 * ends.min()
    assert model.inertia_ == pytest.approx(ends.min(), rel=1e-3)
    assert ends.argmin() not in (0, 11)
    best = np.flatnonzero(ends <= ends.min() * (1 + 1e-12))[0]  # several runs may end in the same clusters
    assert model.n_iter_ == model.history_["iteration"][last][best]


@pytest.mark.parametrize(
    ("init", "n_init", "expected"),
    [
        ("k-means++", "auto", 1),
        ("random", "auto", 10),
        ("random", 2, 2),
        (lambda X, K, random_state: X[:K], "auto", 10),
    ],
)
def test_number_of_runs(init, n_init, expected):
    """Catches a default number of starts that is not scikit-learn's."""
    model = KMeans(3, init=init, n_init=n_init, random_state=0).fit(blobs(100))
    assert model.history_["run"].max() == expected - 1


def test_given_centres_make_one_run():
    """Catches ten equal runs from the same array."""
    X = blobs(100)
    with pytest.warns(RuntimeWarning, match="n_init=4"):
        model = KMeans(3, init=X[:3], n_init=4).fit(X)
    assert model.history_["run"].max() == 0


@pytest.mark.parametrize("algorithm", ["elkan", "hamerly"])
def test_bounds_make_no_sense_for_one_cluster(algorithm):
    """Catches a warning that scikit-learn's users filter, and an answer that differs."""
    X = uniform(50)
    with pytest.warns(RuntimeWarning, match=f"algorithm='{algorithm}' doesn't make sense for a single cluster"):
        model = KMeans(1, algorithm=algorithm).fit(X)
    np.testing.assert_allclose(model.cluster_centers_[0], X.mean(axis=0), rtol=1e-12)


@pytest.mark.parametrize(("tol", "rule"), [(0.0, "strict convergence"), (1e-2, "center shift .* within tolerance")])
def test_verbose_says_why_a_run_ended(tol, rule, capsys):
    """Catches lines without the words that scikit-learn's users search for, and an end that is not told."""
    model = KMeans(3, random_state=0, tol=tol, n_init=1, verbose=1).fit(uniform(200))
    lines = capsys.readouterr().out.splitlines()
    assert "Initialization complete" in lines[0]
    assert ["Converged" in line for line in lines] == [False] * (model.n_iter_ - 1) + [True]
    assert re.search(rf"Iteration {model.n_iter_}, inertia .*\. Converged: {rule}", lines[-1])


def test_callable_gets_what_scikit_learns_gets():
    """Catches another signature, or another kind of random state."""

    def init(X, n_clusters, random_state):
        return X[random_state.randint(len(X), size=n_clusters)]

    X = blobs(100)
    one, two = (KMeans(3, init=init, n_init=2, random_state=5).fit(X) for _ in range(2))
    np.testing.assert_array_equal(one.cluster_centers_, two.cluster_centers_)
    assert np.isclose(one.initial_centers_[:, None], X).all(axis=2).any(axis=1).all()


def test_first_seed_is_drawn_by_weight():
    """Catches a uniform first draw."""
    X, weight = np.arange(4.0)[:, None], np.array([1.0, 2, 3, 4])
    problem = prepare_rows(X, weight, 4)
    pool = seeding.distinct(problem)
    drawn = pool.draw(np.random.default_rng(0), 20_000)
    observed = np.bincount(drawn, minlength=4)
    expected = 20_000 * weight / 10
    assert ((observed - expected) ** 2 / expected).sum() < 16.3  # chi-square, 3 degrees of freedom, 0.1 %


@pytest.mark.parametrize("single", [True, False])
def test_later_seeds_are_drawn_by_squared_distance(single):
    """Catches D instead of D², a forgotten weight, and a row drawn that is a centre already."""
    X, weight = np.array([[0.0], [1], [2], [4], [4]]), np.array([1.0, 2, 3, 1, 1])
    problem = prepare_rows(X, weight, 4)
    pool = seeding.distinct(problem)
    closest = seeding.distances_to(problem, np.array([0]), single)[0]
    drawn = pool.draw(np.random.default_rng(1), 20_000, closest[pool.row])
    observed = np.array([(X[drawn, 0] == value).sum() for value in (0, 1, 2, 4)])
    expected = 20_000 * np.array([0, 2 * 1, 3 * 4, 2 * 16]) / 46
    assert observed[0] == 0
    assert ((observed - expected)[1:] ** 2 / expected[1:]).sum() < 13.8  # 2 degrees of freedom, 0.1 %


def test_greedy_k_means_plus_plus_has_its_exact_distribution():
    """Catches D instead of D², one candidate or three instead of two, a forgotten weight, the worse candidate kept."""
    X, weight = np.array([0.0, 1.0, 2.5, 4.0, 7.0]), np.array([1.0, 2.0, 3.0, 1.0, 0.5])
    square = (X[:, None] - X) ** 2
    expected = np.zeros((5, 5))
    for i in range(5):
        chance = weight * square[i] / (weight @ square[i])
        potential = np.minimum(square, square[i]) @ weight
        for j, k in np.ndindex(5, 5):
            expected[i, j if potential[j] <= potential[k] else k] += weight[i] / weight.sum() * chance[j] * chance[k]
    problem = prepare_rows(X[:, None], weight, 2)
    pool, runs = seeding.distinct(problem), 4000
    observed = np.zeros((5, 5))
    for seed in range(runs):
        first, second = seeding.plus_plus(problem, pool, 2, np.random.default_rng(seed))
        observed[first, second] += 1
    likely = runs * expected > 5
    difference = (observed - runs * expected)[likely] ** 2 / (runs * expected)[likely]
    assert difference.sum() < 1.9 * likely.sum() + 15  # beyond the 0.1 % point of chi-square
    assert observed[expected == 0].sum() == 0


def test_greedy_choice_takes_the_candidate_that_helps_most():
    """Catches the worst candidate, or the first, being kept: seeds of separated groups must hit all of them."""
    X = blobs(500, 2, 12, seed=5, spread=0.05)
    hits = [KMeans(12, max_iter=1, random_state=seed, tol=1e9).fit(X).inertia_ < 10 for seed in range(40)]
    assert np.mean(hits) > 0.8


def test_seeding_sees_structure_far_below_single_precision():
    """Catches distances whose errors drown the small groups: two pairs, 0.01 wide, a thousand apart."""
    X = np.array([[0.0], [0.01], [1000.0], [1000.01]]).repeat(25, axis=0)
    for seed in range(10):
        start = KMeans(4, random_state=seed, max_iter=1, tol=1e9).fit(X).initial_centers_
        np.testing.assert_allclose(np.sort(start[:, 0]), X[::25, 0], rtol=0, atol=1e-9)


def test_random_start_is_rows_drawn_without_replacement():
    """Catches centres drawn twice, at random places, or from rows of weight 0."""
    X = np.repeat(np.arange(6.0)[:, None], 3, axis=0)
    weight = np.where(X[:, 0] == 5, 0, 1)
    for seed in range(20):
        start = KMeans(5, init="random", n_init=1, random_state=seed).fit(X, sample_weight=weight).initial_centers_
        np.testing.assert_allclose(np.sort(start[:, 0]), np.arange(5), atol=1e-12)


@pytest.mark.parametrize("rows", [[5, 3, 7], [2, 2, 4], [4, 6, 6, 7], [1, 2, 3], [3, 2, 1], [7], []])
def test_rows_are_picked_in_the_order_asked_for(rows):
    """Catches drawn rows 5, 3, 7 taken for 5, 6, 7: their ends are as far apart as those of consecutive rows."""
    X = np.arange(20.0).reshape(10, 2)
    np.testing.assert_array_equal(pick(X, np.array(rows, int)), X[np.array(rows, int)])


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_few_rows_does_not_matter(seed):
    """Catches other rows measured than those that were drawn, which shows where rows are few."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(int(rng.integers(6, 25)), 1))
    for init in ("k-means++", "random"):
        one = KMeans(3, init=init, n_init=1, random_state=seed).fit(X)
        other = KMeans(3, init=init, n_init=1, random_state=seed).fit(X[rng.permutation(len(X))])
        np.testing.assert_allclose(other.initial_centers_, one.initial_centers_, rtol=1e-12)
        assert other.inertia_ == pytest.approx(one.inertia_, rel=1e-9)


def test_seed_decides():
    """Catches a random state that is ignored, or not repeatable."""
    X = uniform(300)
    make = lambda seed: KMeans(9, random_state=seed).fit(X).cluster_centers_  # noqa: E731
    np.testing.assert_array_equal(make(1), make(1))
    assert not np.array_equal(make(1), make(2))
    generator = np.random.default_rng(0)
    assert not np.array_equal(make(generator), make(generator))  # drawn from, as scikit-learn does


def test_certificate_holds_only_for_a_fixed_point():
    """Catches a certificate that cannot fail."""
    X = blobs(500, 3, 4)
    model = KMeans(4, random_state=0, tol=0).fit(X)
    problem = prepare_rows(X, None, 4)
    centers = model.cluster_centers_ - problem.origin
    assert model.certificate_.holds
    assert model.certificate_.value < 1e-20
    wrong = model.labels_.copy()
    wrong[0] = (wrong[0] + 1) % 4
    evaluate = certificate.evaluate
    assert certificate.fixed_point(problem, evaluate(problem, centers, model.labels_), 0.0).holds
    assert not certificate.fixed_point(problem, evaluate(problem, centers, wrong), 0.0).holds
    assert not certificate.fixed_point(problem, evaluate(problem, centers + 1e-3), 0.0).holds
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        early = KMeans(4, init=X[:4], max_iter=1, tol=0).fit(X)
    assert not early.certificate_.holds
    again = KMeans(4, init=early.cluster_centers_, max_iter=1, tol=1e9).fit(X)
    unit = X.var(axis=0).mean() * len(X)
    assert early.certificate_.value == pytest.approx(
        (early.inertia_ - next(KMeans(4, init=early.cluster_centers_).steps(X)).inertia) / unit, rel=1e-9
    )
    assert again.inertia_ < early.inertia_


def test_a_run_cut_short_is_certified_by_rounding():
    """Catches a fit that was stopped early, by the clock or by max_iter, certified by a tolerance it never met."""
    X = blobs(2000, 3, 8)
    training = Training(KMeans(8, init=X[:8]), X)
    states = [state for state in training if not state.converged]
    assert training.finish().certificate_.tolerance == 1e-4
    assert training.model.certificate_.claim.endswith("up to the tolerance of the stopping rule.")
    values = []
    for count in range(1, len(states) + 1):
        with pytest.warns(ConvergenceWarning):
            model = KMeans(8, init=X[:8], max_iter=count).fit(X)
        assert model.certificate_.tolerance < 1e-9
        assert model.certificate_.claim.endswith("up to rounding.")
        assert not model.certificate_.holds
        values.append(model.certificate_.value)
    assert 1e-9 < min(values) < 1e-4  # by the stopping rule's tolerance it would have held


def test_certificate_sees_a_row_with_the_wrong_centre():
    """Catches a check of the means alone: here they are right, and the third row would save 9 - 1.25**2."""
    X, label = np.array([[0.0], [5.5], [6.0], [9.0]]), np.array([0, 1, 0, 1])
    problem = prepare_rows(X, None, 2)
    centers = np.array([[3.0], [7.25]]) - problem.origin
    assert certificate.evaluate(problem, centers, label).saving == pytest.approx(9 - 1.25**2)
    assert not certificate.fixed_point(problem, certificate.evaluate(problem, centers, label), 1e-4).holds


def partitions(n, K):
    """All ways to label n rows with at most K labels, each grouping once."""
    if n == 0:
        yield ()
        return
    for head in partitions(n - 1, K):
        for label in range(min(max(head, default=-1) + 2, K)):
            yield (*head, label)


@pytest.mark.parametrize("K", [2, 3])
def test_spectral_bound_is_below_the_optimum(K):
    """Catches an eigenvalue too few or too many, and the smallest for the largest; found by trying all groupings."""
    generator = np.random.default_rng(K)
    for _ in range(5):
        X, weight = generator.normal(size=(8, 5)), generator.uniform(0.5, 2, 8)
        optimum = np.inf
        for label in map(np.array, partitions(8, K)):
            member = np.eye(K)[label] * weight[:, None]
            mean = member.T @ X / np.maximum(member.sum(axis=0), 1e-300)[:, None]
            optimum = min(optimum, weight @ ((X - mean[label]) ** 2).sum(axis=1))
        model = KMeans(K, init="random", n_init=200, random_state=0).fit(X, sample_weight=weight)
        assert model.inertia_ == pytest.approx(optimum, rel=1e-12)
        assert 0.25 * optimum < model.inertia_lower_bound_ <= optimum
        assert model.optimality_gap_ == pytest.approx(1 - model.inertia_lower_bound_ / optimum)


def test_spectral_bound_is_tight_for_separated_groups_in_many_columns():
    """Catches a bound that forgets the weights, or the centring."""
    X = blobs(400, 50, 3, spread=0.5) + 100
    for rows in (X, X[:, :] * np.ones(50)):
        assert KMeans(3, n_init=5, random_state=0).fit(rows).optimality_gap_ < 0.1
    wide = np.random.default_rng(0).normal(size=(20, 1500))
    matrix = np.linalg.eigvalsh(np.cov(wide.T, bias=True) * 20)[::-1]
    assert KMeans(4, random_state=0).fit(wide).inertia_lower_bound_ == pytest.approx(matrix[3:].sum(), rel=1e-9)
    assert KMeans(4, random_state=0).fit(uniform()).inertia_lower_bound_ == 0  # three columns: says nothing


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_inputs_are_not_modified(algorithm):
    """Catches centring in place."""
    X, weight, start = blobs(200), np.ones(200), blobs(200)[:5].copy()
    copies = X.copy(), weight.copy(), start.copy()
    KMeans(5, init=start, algorithm=algorithm).fit(X, sample_weight=weight).transform(X)
    for array, copy in zip((X, weight, start), copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("layout", ["columns", "strided", "list", "integers"])
def test_any_layout_of_the_rows(layout):
    """Catches code that assumes rows to lie one after the other."""
    X = np.round(blobs(300, 4, 4))
    given = {
        "columns": np.asfortranarray(X),
        "strided": np.repeat(X, 2, axis=1)[:, ::2],
        "list": X.tolist(),
        "integers": X.astype(int),
    }[layout]
    np.testing.assert_array_equal(
        KMeans(4, random_state=0).fit(given).labels_, KMeans(4, random_state=0).fit(X).labels_
    )


@pytest.mark.parametrize(
    ("parameters", "X", "message"),
    [
        ({"n_clusters": 0}, blobs(9), "n_clusters=0 is not allowed; it must be an integer of at least 1"),
        ({"n_clusters": 10}, blobs(9), r"n_samples=9 should be >= n_clusters=10"),
        ({"init": "best"}, blobs(9), "init='best' is not allowed; it must be 'k-means\\+\\+' or 'random'"),
        ({"n_clusters": 2, "init": np.zeros((3, 5))}, blobs(9), r"shape of the initial centers \(3, 5\).*\(2, 5\)"),
        ({"n_clusters": 2, "init": [[0, np.inf, 0, 0, 0]] * 2}, blobs(9), "init contains infinity at row 0, column 1"),
        ({"n_init": 0}, blobs(9), "n_init=0"),
        ({"algorithm": "full"}, blobs(9), "'auto' or 'lloyd' or 'elkan' or 'hamerly'"),
        ({"tol": -1}, blobs(9), "tol=-1 is not allowed; it must be a number of at least 0"),
    ],
)
def test_errors_name_the_argument(parameters, X, message):
    """Catches errors from deep inside NumPy."""
    with pytest.raises(ValueError, match=message):
        KMeans(**{"n_clusters": 3} | parameters).fit(X)


def test_rows_of_weight_zero_do_not_count():
    """Catches clusters asked for from rows that are absent."""
    with pytest.raises(ValueError, match="n_samples=2 of positive weight should be >= n_clusters=3"):
        KMeans(3).fit(blobs(9), sample_weight=[1, 1, 0, 0, 0, 0, 0, 0, 0])


def test_state_survives_a_checkpoint(tmp_path):
    """Catches a state with fields that a checkpoint cannot hold."""
    from groundup.saving import load_state, save_state

    X, model = blobs(200), KMeans(5, n_init=2, random_state=0, tol=0)
    states = list(model.steps(X))
    save_state(states[2], tmp_path / "state.npz", model)
    start, _ = load_state(tmp_path / "state.npz", model)
    *_, last = model.steps(X, start=start)
    np.testing.assert_allclose(last.best.centers, states[-1].best.centers, rtol=1e-12)


@pytest.mark.parametrize("algorithm", ["auto", "lloyd", "elkan", "hamerly"])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_run_resumed_anywhere_is_the_run_to_the_bit(algorithm, weighted):
    """Bug caught: sums that a state lacks, and centres to which the origin was added and subtracted again."""
    for seed in range(25):
        rng = np.random.default_rng(seed)
        X = np.round(rng.normal(size=(int(rng.integers(5, 30)), 1 + seed % 3)), 1) + (0.0, 999.7, 1e7)[seed % 3]
        weight = 0.1 + rng.random(len(X)) if weighted else None
        model = KMeans(3, tol=(0.0, 1e-4)[seed % 2], n_init=2, init="random", random_state=seed, algorithm=algorithm)
        states = list(model.steps(X, sample_weight=weight))
        for k, state in enumerate(states):
            rest = list(model.steps(X, sample_weight=weight, start=state))
            assert len(rest) == len(states) - k - 1, (seed, k)
            for one, other in zip(states[k + 1 :], rest, strict=True):
                assert one.relative.tobytes() == other.relative.tobytes(), (seed, k)
                assert (one.inertia, one.shift, one.iteration) == (other.inertia, other.shift, other.iteration)


def test_frames_and_names():
    """Catches lost column names and containers."""
    import pandas as pd

    frame = pd.DataFrame(blobs(50, 2, 3), columns=["length in cm", "width in cm"], index=np.arange(50) + 7)
    model = KMeans(3, random_state=0).set_output(transform="pandas").fit(frame)
    out = model.transform(frame)
    assert list(out.columns) == ["kmeans0", "kmeans1", "kmeans2"]
    assert list(out.index) == list(frame.index)
    assert list(model.feature_names_in_) == list(frame.columns)


def test_history_has_the_scalars_of_every_state():
    """Catches a history of the best run only, or with arrays in it."""
    model = KMeans(4, n_init=3, random_state=0).fit(blobs(200))
    assert set(model.history_) == {"inertia", "shift", "run", "iteration"}
    assert len({len(values) for values in model.history_.values()}) == 1


def test_blocks_do_not_change_the_answer():
    """Catches rows lost at block boundaries."""
    assert Rows(np.zeros((10, 2)), block_rows=3).block_rows == 3
    X, start = blobs(1001), rows_of(blobs(1001), 6)
    problem = prepare_rows(X, None, 4)
    assert problem.scatter == pytest.approx(((X - X.mean(axis=0)) ** 2).sum(), rel=1e-12)
    assert KMeans(6, init=start, max_iter=300).fit(X).inertia_ == pytest.approx(
        sklearn.cluster.KMeans(6, init=start, n_init=1).fit(X).inertia_, rel=1e-12
    )


@pytest.mark.parametrize("algorithm", ["auto", "lloyd", "elkan", "hamerly"])
def test_fewer_distinct_rows_than_centers_ends_for_rows_that_are_not_round(algorithm):
    """Bug caught: a mean of copies that rounding moves off them, so that an empty cluster is moved for ever."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(3, 4))[rng.integers(0, 3, 60)]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = KMeans(6, random_state=seed, algorithm=algorithm).fit(X)
        assert model.n_iter_ < 10
        assert not any("increase max_iter" in str(warning.message) for warning in caught)


@pytest.mark.parametrize("far", [1e12, 1e25, 1e200])
def test_centers_that_start_absurdly_far_away_are_refused(far):
    """Bug caught: distances that overflow single precision, and a worse clustering without a word."""
    X = np.random.default_rng(0).normal(size=(100, 2))
    with pytest.raises(ValueError, match="units of X"):
        KMeans(3, init=np.vstack([X[:2], [[far, far]]]), n_init=1).fit(X)
    near = KMeans(3, init=np.vstack([X[:2], [[1e6, 1e6]]]), n_init=1)
    exact = KMeans(3, init=np.vstack([X[:2], [[1e6, 1e6]]]), n_init=1, algorithm="lloyd")
    assert near.fit(X).inertia_ == pytest.approx(exact.fit(X).inertia_, rel=1e-12)
