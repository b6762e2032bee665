"""K-means against its textbook: the same centres, labels and inertia after every iteration."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import KMeans, MiniBatchKMeans
from groundup.projects.kmeans import textbook

ALGORITHMS = ["lloyd", "elkan", "hamerly", "auto"]


def data(n=120, d=3):
    """Overlapping groups away from the origin."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, d)) + 3 * rng.integers(3, size=(n, 1)) + 5


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_takes_the_textbooks_steps(algorithm):
    # a bound that keeps a sample too long, a centre divided by the wrong count
    X = data()
    C = X[:6]
    states = list(KMeans(6, init=C, n_init=1, algorithm=algorithm, tol=0.0).steps(X))
    assert len(states) > 5
    ours = list(textbook.lloyd(X, C, steps=len(states)))
    for state, (centers, _, J) in zip(states, ours, strict=True):
        assert_allclose(state.centers, centers, rtol=1e-13)
        assert_allclose(state.inertia, J, rtol=1e-12)
    model = KMeans(6, init=C, n_init=1, algorithm=algorithm, tol=0.0).fit(X)
    centers, labels, J = ours[-1]
    assert_array_equal(model.labels_, labels)
    assert_allclose(model.inertia_, textbook.inertia(X, centers, labels), rtol=1e-13)
    assert textbook.inertia(X, centers, labels) == J
    assert_array_equal(model.predict(X), textbook.assign(X, model.cluster_centers_))
    assert_allclose(model.transform(X) ** 2, textbook.squared_distances(X, model.cluster_centers_), rtol=1e-11)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_empty_clusters_are_given_the_farthest_samples(algorithm):
    # NaN centres; the farthest from any centre instead of from its own; two empty clusters with one sample
    X = data()
    C = np.vstack([X[:2], X[:2] + 1000.0])
    states = list(KMeans(4, init=C, n_init=1, algorithm=algorithm, tol=0.0).steps(X))
    first = textbook.relocate(X, C, textbook.assign(X, C))
    assert sorted(np.bincount(first))[:2] == [1, 1]
    for state, (centers, _, J) in zip(states, textbook.lloyd(X, C, steps=len(states)), strict=True):
        assert_allclose(state.centers, centers, rtol=1e-12)
        assert_allclose(state.inertia, J, rtol=1e-12)


def test_equally_near_centres_give_the_first():
    # a tie that goes to the last, or to none
    X, C = np.array([[0.0, 0], [1, 0], [0.5, 2]]), np.array([[1.0, 0], [0, 0]])
    assert textbook.assign(X, C).tolist() == [1, 0, 0]
    assert KMeans(2, init=C, n_init=1).fit(X).predict([[0.5, 7.0]]).tolist() == [0]


def test_update_leaves_a_centre_without_samples():
    # a mean of nothing: NaN, which then spreads
    X, C = np.array([[0.0], [2]]), np.array([[0.0], [9]])
    assert textbook.update(X, C, np.array([0, 0])).tolist() == [[1.0], [9.0]]
    assert textbook.relocate(np.zeros((2, 1)), np.zeros((2, 1)), np.array([0, 0])).tolist() == [0, 0]


def test_seeding_draws_by_squared_distance():
    # distances that are not squared; a copy of a centre drawn again
    X = np.array([[0.0], [0.0], [1.0], [3.0]])
    assert_allclose(textbook.chances(X, X[:1]), [0, 0, 0.1, 0.9])
    rng = np.random.default_rng(0)
    drawn = [tuple(textbook.kmeans_plus_plus(X, 3, rng)[:, 0]) for _ in range(50)]
    assert {tuple(sorted(C)) for C in drawn} == {(0, 1, 3)}
    assert 15 <= sum(C[0] == 0 for C in drawn) <= 35  # half of the samples are at 0


def test_the_best_candidate_leaves_the_least_inertia():
    # the farthest candidate, which is an outlier here, instead of the one in the group
    X = np.array([[0.0], [8.0], [8.5], [9.0], [10.5]])
    candidates = np.array([4, 2])
    assert textbook.best_candidate(X, X[:1], candidates) == 2
    costs = [textbook.inertia(X, C, textbook.assign(X, C)) for C in (X[[0, 4]], X[[0, 2]])]
    assert costs[1] < costs[0]


def test_library_starts_are_among_those_of_the_textbook():
    # greedy seeding that keeps the worst candidate: its mean inertia is far higher
    X = data()
    rng = np.random.default_rng(0)
    ours = [
        textbook.inertia(X, C, textbook.assign(X, C))
        for C in (textbook.kmeans_plus_plus(X, 6, rng) for _ in range(200))
    ]
    theirs = []
    for seed in range(200):
        C = next(iter(KMeans(6, n_init=1, random_state=seed).steps(X))).initial
        theirs.append(textbook.inertia(X, C, textbook.assign(X, C)))
    error = np.hypot(np.std(ours), np.std(theirs)) / np.sqrt(200)
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * error


def test_minibatches_make_running_means():
    # a rate that is not 1/N; the batch's mean in place of the mean of all
    X, C = data(), data()[:4]
    counts = np.zeros(4)
    model = MiniBatchKMeans(4, init=C, n_init=1, reassignment_ratio=0.0)
    for batch in np.split(X, 6):
        C, counts = textbook.minibatch_step(batch, C, counts)
        model.partial_fit(batch)
        assert_allclose(model.cluster_centers_, C, rtol=1e-12)
    assert counts.sum() == len(X)


def test_spectral_bound_is_below_every_clustering():
    # eigenvalues counted from the wrong end
    X = data()
    total = ((X - X.mean(axis=0)) ** 2).sum()
    assert_allclose(textbook.spectral_bound(X, 1), total, rtol=1e-12)
    for K in (1, 2, 3):
        *_, (_, _, J) = textbook.lloyd(X, X[:K], steps=30)
        assert 0 < textbook.spectral_bound(X, K) <= J * (1 + 1e-12)


def test_input_is_not_changed():
    # a reader's array that an exercise's check would find spoilt
    X = data()
    C, kept = X[:4].copy(), X.copy()
    list(textbook.lloyd(X, C, steps=3))
    textbook.minibatch_step(X, C, np.zeros(4))
    assert_array_equal(X, kept)
    assert_array_equal(C, kept[:4])
