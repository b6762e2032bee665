"""The findings of k-means: how much a better clustering could save."""

import numpy as np

from groundup import KMeans
from groundup.data.dataset import Dataset
from groundup.projects.kmeans.findings import room_for_improvement


def test_room_for_improvement():
    """Catches the share that is kept in place of the share that could be saved, and a bound of 0 sold as one."""
    X = np.random.default_rng(0).normal(size=(60, 4))
    data = Dataset("t", "", X, None, ("c0", "c1", "c2", "c3"))
    model = KMeans(2, random_state=0).fit(data.X)
    (found,) = room_for_improvement(model, data)
    assert [row[1] for row in found.rows] == [model.inertia_, model.inertia_lower_bound_]
    share = float(found.note.removeprefix("At most ").partition(" ")[0])
    assert 0 <= share - 100 * (1 - model.inertia_lower_bound_ / model.inertia_) <= 0.1 + 1e-9
    (found,) = room_for_improvement(KMeans(5, random_state=0).fit(data.X), data)
    assert found.note == "The bound says nothing: more clusters than columns."
    flat = data.X * [1, 0, 0, 0]
    (found,) = room_for_improvement(KMeans(3, random_state=0).fit(flat), data)
    assert "fewer directions" in found.note
