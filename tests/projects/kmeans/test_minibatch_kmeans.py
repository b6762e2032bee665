"""Mini-batch k-means: the update, the stopping rules, invariances, and what it learns."""

import warnings

import numpy as np
import pytest
import sklearn.cluster
from sklearn.datasets import make_blobs

from groundup import KMeans, MiniBatchKMeans


def blobs(n=4000, d=4, K=6, seed=0):
    return make_blobs(n, d, centers=K, random_state=seed)[0]


def test_partial_fit_is_scikit_learns_step_by_step():
    """Catches a learning rate from the batch instead of from all rows learned so far, and forgotten weights."""
    X, start = blobs(), blobs()[:6]
    weight = np.random.default_rng(0).uniform(0.5, 2, len(X))
    ours = MiniBatchKMeans(6, init=start, reassignment_ratio=0)
    theirs = sklearn.cluster.MiniBatchKMeans(6, init=start, reassignment_ratio=0, n_init=1)
    for batch in np.array_split(np.arange(len(X)), 9):
        ours.partial_fit(X[batch], sample_weight=weight[batch])
        theirs.partial_fit(X[batch], sample_weight=weight[batch])
        np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-10)
        np.testing.assert_array_equal(ours.labels_, theirs.labels_)
        assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-10)
    assert ours.n_steps_ == theirs.n_steps_ == 9


def test_centres_are_means_of_all_that_they_learned_from():
    """Catches a rate that decays too fast or too slowly: with one cluster the answer is the running mean."""
    X, weight = blobs(), np.random.default_rng(0).uniform(0, 2, 4000)
    model = MiniBatchKMeans(1)
    for batch in np.array_split(np.arange(len(X)), 7):
        model.partial_fit(X[batch], sample_weight=weight[batch])
    np.testing.assert_allclose(model.cluster_centers_[0], weight @ X / weight.sum(), rtol=1e-12)


def test_every_batch_is_another():
    """Catches the same rows drawn in every step: with one cluster the centre must approach the mean of all rows."""
    X = np.random.default_rng(0).normal(size=(2000, 2))
    model = MiniBatchKMeans(1, batch_size=20, max_iter=10, max_no_improvement=None, random_state=0).fit(X)
    np.testing.assert_allclose(model.cluster_centers_[0], X.mean(axis=0), atol=0.03)  # 1/√20000, four times


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_nearly_as_good_as_all_rows(init):
    """Catches any gross slip: batches, seeding, reassignment."""
    # random starts end in bad local minima where groups are far apart, with all rows as with batches
    X = blobs(20_000, 6, 10, seed=1) if init == "k-means++" else np.random.default_rng(0).random((10_000, 3))
    full = KMeans(10, n_init=5, random_state=0).fit(X)
    inertias = [MiniBatchKMeans(10, init=init, n_init=3, random_state=seed).fit(X).inertia_ for seed in range(6)]
    assert np.median(inertias) < 1.05 * full.inertia_
    assert min(inertias) >= full.inertia_ * (1 - 1e-9)


@pytest.mark.parametrize("n_init", [1, 3])
def test_weight_two_is_the_row_twice_and_order_is_nothing(n_init):
    """Catches counts of rows where weights should count, and draws that depend on the order of rows."""
    generator = np.random.default_rng(1)
    X = blobs(700, 3)
    weight = generator.integers(0, 4, len(X))
    repeated = generator.permutation(X.repeat(weight, axis=0))
    options = {"n_clusters": 5, "batch_size": 64, "n_init": n_init, "random_state": 2}
    one = MiniBatchKMeans(**options).fit(X, sample_weight=weight)
    two = MiniBatchKMeans(**options).fit(repeated)
    np.testing.assert_allclose(one.cluster_centers_, two.cluster_centers_, rtol=1e-9)
    assert (one.n_steps_, one.n_iter_) == (two.n_steps_, two.n_iter_)
    assert one.inertia_ == pytest.approx(two.inertia_, rel=1e-10)


def test_idle_centres_start_again():
    """Catches centres that are left where no row ever is."""
    X = blobs()
    start = np.vstack([X[:5], np.full(4, 1e4)])
    model = MiniBatchKMeans(6, init=start, random_state=0).fit(X)
    assert np.abs(model.cluster_centers_).max() < 50
    left = MiniBatchKMeans(6, init=start, random_state=0, reassignment_ratio=0).fit(X)
    np.testing.assert_array_equal(left.cluster_centers_[5], np.full(4, 1e4))


def test_reassigned_centres_come_from_the_batch_with_the_least_count():
    """Catches a count of 0, which makes the next row the centre, and rows of weight 0 as centres."""
    X = np.vstack([blobs(100, 2, 1), [[500.0, 500.0]]])
    weight = np.append(np.ones(100), 0)
    start = np.vstack([X[:3], np.full((1, 2), -1e4)])
    for seed in range(10):
        model = MiniBatchKMeans(4, init=start, random_state=seed).partial_fit(X, sample_weight=weight)
        state = model._state
        assert (X[:100] == model.cluster_centers_[3]).all(axis=1).any() or np.isclose(
            X[:100], model.cluster_centers_[3]
        ).all(axis=1).any()
        assert state.count[3] == state.count[:3].min() > 0


def test_stops_when_the_inertia_no_longer_falls():
    """Catches patience that is not reset, or that counts the first step."""
    X = blobs()
    patient = MiniBatchKMeans(6, random_state=0, batch_size=256, max_no_improvement=20).fit(X)
    hasty = MiniBatchKMeans(6, random_state=0, batch_size=256, max_no_improvement=1).fit(X)
    assert hasty.n_steps_ < patient.n_steps_
    smoothed = patient.history_["smoothed"][1:]
    stale = patient.history_["stale"]
    assert stale[-1] == 20
    assert (stale[1:] == [i - smoothed[: i + 1].argmin() for i in range(len(smoothed))]).all()


def test_stops_when_the_centres_stand_still():
    """Catches a tolerance that is absolute."""
    X = blobs()
    for scale in (1, 1000):
        model = MiniBatchKMeans(6, random_state=0, tol=1e-4, max_no_improvement=None).fit(X * scale)
        shift = model.history_["shift"] / (X * scale).var(axis=0).mean()
        assert shift[-1] <= 1e-4 < shift[1:-1].min(initial=1)


def test_runs_to_the_end_without_a_rule():
    """Catches a warning where nothing was asked for, and a pass that is not the data's size."""
    X = blobs(1000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = MiniBatchKMeans(6, max_iter=3, batch_size=100, max_no_improvement=None, random_state=0).fit(X)
    assert (model.n_steps_, model.n_iter_) == (30, 3)
    with pytest.warns(UserWarning, match="increase max_iter"):
        MiniBatchKMeans(6, max_iter=1, batch_size=100, max_no_improvement=500, random_state=0).fit(X)


def test_partial_fit_goes_on_after_fit():
    """Catches counts that are forgotten between the two."""
    X = blobs()
    model = MiniBatchKMeans(6, random_state=0, batch_size=100).fit(X)
    before = model.cluster_centers_.copy()
    model.partial_fit(X[:50] + 1)
    assert 0 < np.abs(model.cluster_centers_ - before).max() < 0.5


def test_without_labels_nothing_is_read_again():
    """Catches labels that were not asked for; the inertia is then an estimate."""
    X = blobs(20_000)
    model = MiniBatchKMeans(6, compute_labels=False, random_state=0).fit(X)
    full = MiniBatchKMeans(6, random_state=0).fit(X)
    assert not hasattr(model, "labels_")
    assert model.inertia_ == pytest.approx(full.inertia_, rel=0.2)
    assert full.certificate_.holds


def test_certificate_fails_after_one_step():
    """Catches a certificate that always holds."""
    X = blobs()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = X.mean(axis=0) + np.eye(6, 4)
        model = MiniBatchKMeans(6, init=start, max_iter=1, batch_size=4000, random_state=0).fit(X)
    assert not model.certificate_.holds


def test_far_from_the_origin():
    """Catches batches that are not centred."""
    X = blobs()
    near, far = (MiniBatchKMeans(6, random_state=0).fit(X + c) for c in (0, 1e7))
    assert far.inertia_ == pytest.approx(near.inertia_, rel=0.05)


def test_first_batch_must_have_enough_rows():
    """Catches centres made from nothing; later batches may be of any size."""
    X = blobs()
    with pytest.raises(ValueError, match="n_samples=3 should be >= n_clusters=6"):
        MiniBatchKMeans(6).partial_fit(X[:3])
    MiniBatchKMeans(6).partial_fit(X[:30]).partial_fit(X[:1])
