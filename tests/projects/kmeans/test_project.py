"""The declaration of k-means: data, metrics, twin, figures, frames."""

import re

import numpy as np
import pytest

from groundup.core.metrics import adjusted_rand_score
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering
from groundup.plotting.figure import NotApplicable
from groundup.projects.kmeans.figures import clusters, geometry, number, rounding, steps
from groundup.projects.kmeans.models.kmeans import KMeans
from groundup.projects.kmeans.project import PROJECT

MODEL = PROJECT.models[0]


def fitted(name, rows=None):
    data = PROJECT.data[name](0)
    return data, KMeans(random_state=0, **MODEL.parameters(data)).fit(data.X[:rows])


@pytest.mark.parametrize("name", PROJECT.data)
def test_reference_finds_the_same_from_the_same_start(name):
    """Catches a twin that solves another problem."""
    from sklearn.cluster import KMeans as Reference

    data, model = fitted(name)
    reference = Reference(**MODEL.twin(model, data)).fit(data.X)
    many_ties = name == "photograph"  # colours are whole numbers: scikit-learn breaks ties by rounding errors
    for metric in PROJECT.metrics:
        theirs = metric.compute(reference, data)
        rel = 1e-2 if many_ties else 1e-9
        assert metric.compute(model, data) == pytest.approx(theirs, rel=rel, nan_ok=True), metric.name
    assert np.mean(model.labels_ != reference.labels_) <= (0.02 if many_ties else 0)


@pytest.mark.parametrize("name", PROJECT.data)
def test_frames_show_half_steps(name):
    """Catches rows coloured by centres that they do not see yet, and too many frames for a page."""
    data, model = fitted(name)
    frames = list(PROJECT.animation.frames(model, data))
    assert 3 <= len(frames) <= 40
    assert frames[0].label is None
    values = [value for _, value in frames[-1].inertia]
    assert (np.diff(values) <= 1e-9 * values[0]).all()
    assert len(frames[2].paths) == len(frames[1].paths) + 1  # the centres move while the colours stay
    np.testing.assert_array_equal(frames[2].label, frames[1].label)
    np.testing.assert_array_equal(frames[-1].paths[-1], model.cluster_centers_)
    np.testing.assert_array_equal(frames[-1].label, model.labels_)


def test_frames_tell_the_local_minimum():
    """Catches a run that ends where the report does, or says nothing of where it ends; captions with the result."""
    data, model = fitted("blobs")
    *run, reported = PROJECT.animation.frames(model, data)
    assert "local minimum, 3.06 times" in run[-1].words
    assert f"{model.inertia_:,.6g}" in reported.words
    assert reported.marked is None
    for frame, after in zip(run[1:-1:2], run[2::2], strict=True):  # the mean is a sum over a number, to be worked out
        x, y, n = (float(v.replace(",", "")) for v in re.search(r"\(([^ ]*), ([^ ]*)\) / (\d+)", frame.words).groups())
        target = PROJECT.animation.target(after, data)
        np.testing.assert_allclose([x / n, y / n], [target.x, target.y], rtol=1e-3)


def test_recordings_of_other_starts():
    """Catches a recording that changes nothing, an empty cluster that is not filled, and too many frames."""
    data, model = fitted("blobs")
    recordings = {change: list(frames(model, data)) for change, frames in PROJECT.animation.perturbed.items()}
    assert all(3 <= len(frames) <= 10 for frames in recordings.values())
    assert "the reported model has the same" in recordings["another start"][-1].words
    assert len(recordings["half of the clusters"][-1].paths[-1]) == 3
    empty = recordings["a centre far from all rows"]
    assert 0 not in empty[1].label
    assert "0/0" in empty[1].words
    assert (empty[2].label == 0).sum() == 1
    for frames in recordings.values():
        values = [value for _, value in frames[-1].inertia]
        assert (np.diff(values) <= 1e-9 * values[0]).all()


def test_one_column_has_no_picture():
    """Catches an error from deep inside a drawing function."""
    data = Dataset("line", "", np.arange(20.0)[:, None], None, ("x",))
    model = KMeans(2, random_state=0).fit(data.X)
    with pytest.raises(NotApplicable, match="two columns"):
        clusters.voronoi.render(model, data)


def test_blobs_are_found():
    """Catches a default data set that does not show what the chapter says."""
    data, model = fitted("blobs")
    assert adjusted_rand_score(data.y, model.labels_) > 0.9
    random, greedy = (clusters.final_inertias(data.X, 6, init) for init in ("random", "k-means++"))
    assert np.mean(random > 1.5 * random.min()) > 0.4
    assert np.mean(greedy > 1.5 * greedy.min()) < 0.2


def test_failures_fail():
    """Catches examples of failure in which k-means succeeds, or fails because of a bad start."""
    for data in (clustering.moons(0), clustering.unequal(0)):
        K = int(data.y.max()) + 1
        model = KMeans(K, n_init=10, random_state=0).fit(data.X)
        true = sum(((data.X[data.y == k] - data.X[data.y == k].mean(axis=0)) ** 2).sum() for k in range(K))
        assert model.inertia_ < true
        assert adjusted_rand_score(data.y, model.labels_) < 0.5


def test_expected_minimum():
    """Catches an expectation that is not that of drawing again and again."""
    values = np.array([1.0, 2.0, 6.0])
    assert clusters.expected_minimum(values, np.array([1]))[0] == pytest.approx(3)
    pairs = np.minimum(values[:, None], values)
    assert clusters.expected_minimum(values, np.array([2]))[0] == pytest.approx(pairs.mean())


@pytest.mark.parametrize("n_clusters", [1, 2, 19, 20])
def test_figures_of_extreme_numbers_of_clusters(n_clusters):
    """Bug caught: a silhouette or a ratio asked for where it is not defined, and a traceback instead of a report."""
    iris = PROJECT.data["iris"](0)
    data = Dataset("few", "Twenty rows.", iris.X[::7][:20], None, iris.feature_names)
    model = MODEL.estimator(n_clusters=n_clusters, random_state=0).fit(data.X)
    refused = {
        1: {"silhouettes": "one cluster", "empty_cluster": "single cluster", "saved_distances": "single cluster"},
        20: {"seeding": "every row on a centre", "silhouettes": "one a row"},
    }.get(n_clusters, {})
    for drawing in (
        clusters.voronoi, clusters.seeding, number.how_many, number.silhouettes, steps.iterations, steps.empty_cluster,
        geometry.saved_distances, rounding.far_from_origin,
    ):  # fmt: skip
        if drawing.name in refused:
            with pytest.raises(NotApplicable, match=refused[drawing.name]):
                drawing.render(model, data)
        else:
            drawing.render(model, data)


def test_figures_bound_their_work(monkeypatch):
    """Catches a long fit repeated for a figure, and a million rows clustered again for every frame."""
    from groundup.projects.kmeans import animation

    data, model = fitted("blobs")
    whole = clusters.path_of_centers(model, data.X)
    assert len(whole) == model.n_iter_ + 1
    monkeypatch.setattr(clusters, "MOST_WORK", 1)
    monkeypatch.setattr(KMeans, "steps", lambda *_: pytest.fail("the fit was repeated"))
    ends = clusters.path_of_centers(model, data.X)
    assert [np.array_equal(a, b) for a, b in zip(ends, (whole[0], model.cluster_centers_), strict=True)] == [True, True]
    monkeypatch.undo()
    assert len(animation.clustered_rows(data, 3, animation.NUMBERS)) == len(data.X)
    monkeypatch.setattr(animation, "NUMBERS", 100)
    frames = list(animation.half_step_frames(model, data))
    assert all(frame.label is None or len(frame.label) == 50 for frame in frames)
    assert "50 rows" in frames[0].words
    wide = Dataset("wide", "", np.zeros((900, 5000)), None, ())
    assert len(clusters.fitted_rows(wide)) == 50
    assert len(clusters.fitted_rows(data)) == min(1000, len(data.X))
