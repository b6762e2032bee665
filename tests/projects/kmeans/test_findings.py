"""The findings of k-means: sizes, profiles, what separates the clusters, and what a better clustering could save."""

from dataclasses import replace

import numpy as np
import pytest

from groundup import KMeans, projects
from groundup.core.metrics import silhouette_score
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.projects.kmeans.findings import answer, clusters, room_for_improvement, separated
from groundup.workbench.run.measures import measure


def test_room_for_improvement():
    """Catches the share that is kept in place of the share that could be saved, and a bound of 0 sold as one."""
    X = np.random.default_rng(0).normal(size=(60, 4))
    data = Dataset("t", "", X, None, ("c0", "c1", "c2", "c3"))
    model = KMeans(2, random_state=0).fit(data.X)
    found = room_for_improvement(model)
    assert [row[1] for row in found.rows] == [model.inertia_, model.inertia_lower_bound_]
    share = float(found.note.removeprefix("At most ").partition(" ")[0])
    assert 0 <= share - 100 * (1 - model.inertia_lower_bound_ / model.inertia_) <= 0.1 + 1e-9
    for useless in (KMeans(5, random_state=0).fit(X), KMeans(3, random_state=0).fit(X * [1, 0, 0, 0])):
        assert len(clusters(useless, data)) == 2  # a bound of 0 says nothing, and is not shown
    assert len(clusters(model, data)) == 3


def shops():
    """Three kinds of customers: young and frequent, old and rare, and those in between."""
    rng = np.random.default_rng(4)
    kind = np.repeat([0, 1, 2], [60, 30, 10])
    X = np.column_stack([
        np.array([25.0, 60.0, 40.0])[kind] + rng.normal(0, 2, 100),
        np.array([9.0, 1.0, 5.0])[kind] + rng.normal(0, 0.5, 100),
        rng.normal(3, 1, 100),
    ])  # fmt: skip
    return Dataset("shops", "", X, None, ("age", "visits", "luck")), kind


def scores(model, data):
    project = projects.load("kmeans")
    return measure(project.metrics, model, data)


def test_each_cluster_has_its_size_and_its_means_in_the_users_units():
    """Catches a profile in standard units, sizes of other clusters, and marks on the wrong side."""
    plain, _ = shops()
    scale = Scale.of(plain.X)
    data = replace(plain, X=scale.apply(plain.X), scale=scale)
    model = KMeans(3, random_state=0).fit(data.X)
    table, ranking = clusters(model, data)[:2]
    assert table.head == ("", "rows", "share", "age", "visits", "luck")
    everyone, *rows = table.rows
    assert everyone[1:4] == (100, "100 %", f"{plain.X[:, 0].mean():.4g}")
    for k, row in enumerate(rows):
        own = plain.X[model.labels_ == k]
        assert row[:3] == (f"cluster {k}", len(own), f"{len(own)} %")
        assert [float(entry.split()[0]) for entry in row[3:]] == pytest.approx(own.mean(axis=0), rel=1e-3)
        far = (own.mean(axis=0) - plain.X.mean(axis=0)) / plain.X.std(axis=0)
        marks = ["↑" if value >= 1 else "↓" if value <= -1 else "" for value in far]
        assert [entry.partition(" ")[2] for entry in row[3:]] == marks
    assert {entry[-1] for row in rows for entry in row[3:]} >= {"↑", "↓"}
    assert [row[0] for row in ranking.rows][-1] == "luck"


def test_the_share_of_a_column_between_the_clusters():
    """Catches the variance within in place of that between, and clusters that are not weighted by their rows."""
    data, _ = shops()
    model = KMeans(3, random_state=0).fit(data.X)
    within = np.mean((data.X - model.cluster_centers_[model.labels_]) ** 2, axis=0)
    assert separated(model, data) == pytest.approx(1 - within / data.X.var(axis=0))


def test_one_column_that_decides_is_named():
    """Catches clusters that are slices of the column with the largest unit, without a word."""
    data, _ = shops()
    income = replace(data, X=data.X * [1, 1, 1e4], feature_names=("age", "visits", "income"))
    model = KMeans(3, random_state=0).fit(income.X)
    words = " ".join(answer(model, income, scores(model, income)))
    assert "income has 99.9 % of the total variance" in words
    assert "--standardize" in words
    scale = Scale.of(data.X)
    fair = replace(data, X=scale.apply(data.X), scale=scale)
    model = KMeans(3, random_state=0).fit(fair.X)
    assert "total variance" not in " ".join(answer(model, fair, scores(model, fair)))


def test_the_answer_says_whether_the_number_was_chosen():
    """Catches a default of eight clusters that looks like a result."""
    data, _ = shops()
    model = KMeans(random_state=0).fit(data.X)
    words = " ".join(answer(model, data, scores(model, data)))
    assert words.startswith("8 clusters of 100 rows")
    assert "K = 8 is the default, not a choice" in words
    value = silhouette_score(data.X, KMeans(3, n_init=4, random_state=0).fit(data.X).labels_)
    assert f"{value:.2f} for 3" in words
    model = KMeans(3, random_state=0).fit(data.X)
    words = " ".join(answer(model, data, scores(model, data)))
    assert "default" not in words
    assert float(words.partition("high age (")[2].partition(")")[0]) == pytest.approx(60, abs=1.5)
