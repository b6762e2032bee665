"""The plane that rows are drawn in: what it shows of linear scores must be true of them."""

import numpy as np
import pytest

from groundup.data.dataset import Dataset
from groundup.plotting.plane import bounds, draw_rows, principal_plane, score_plane, set_frame
from groundup.plotting.regions import draw_regions
from groundup.plotting.style import canvas
from groundup.plotting.thinning import some_states


def table(d, n=50):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) * np.geomspace(1, 1e3, d) + 5
    return Dataset("t", "", X, None, tuple(f"c{j}" for j in range(d)))


@pytest.mark.parametrize(("d", "t"), [(1, 1), (2, 1), (2, 4), (5, 1), (5, 3), (5, 2)])
def test_scores_are_those_of_the_rows_themselves(d, t):
    """Bug caught: regions drawn of other scores than the rows among them have; axes not in standard units."""
    data, coef = table(d), np.random.default_rng(1).normal(size=(t, d)) / np.geomspace(1, 1e3, d)
    plane = score_plane(data, coef)
    assert plane.exact
    scores, drawn = data.X @ coef.T, plane.rows(plane(data.X)) @ coef.T
    shift = (drawn - scores).mean(axis=1, keepdims=True) if t > 1 else 0  # which changes no probability
    np.testing.assert_allclose(drawn - shift, scores, rtol=1e-9, atol=1e-9)


def test_more_scores_than_the_plane_holds():
    """Bug caught: regions of ten classes drawn in a plane that does not determine them."""
    assert not score_plane(table(5), np.random.default_rng(1).normal(size=(5, 5))).exact
    assert not principal_plane(table(5)).exact


def test_axes_point_up_and_are_standard():
    """Bug caught: a direction with the sign of chance; one unit that is not a standard deviation."""
    data, coef = table(4), np.array([[1.0, 0.0, 0.0, 0.0]])
    first = score_plane(data, coef)(data.X)[:, 0]
    np.testing.assert_allclose(first, (data.X[:, 0] - data.X[:, 0].mean()) / data.X[:, 0].std())
    second = score_plane(data, coef)(data.X)[:, 1]
    assert abs(np.corrcoef(first, second)[0, 1]) < 1


def test_scores_that_are_all_zero_have_a_plane():
    """Bug caught: an L1 penalty that removes every slope ends the report."""
    assert score_plane(table(4), np.zeros((1, 4)))(table(4).X).shape == (50, 2)
    assert score_plane(table(4), np.zeros((3, 4))).exact


def test_regions_are_shaded_by_the_surest_class():
    """Bug caught: colours of the wrong class, columns and rows of the grid exchanged, a pale place that is certain."""
    data = table(2)
    fig, axes = canvas(1, 1, (4, 3))
    corners = np.zeros(2), np.ones(2)

    def proba(X):
        p = np.where(X[:, 0] > 0.5, 0.95, 0.05)
        return np.column_stack([1 - p, p])

    draw_regions(axes, proba, score_plane(data, np.eye(2)), *corners)
    image = np.asarray(axes.images[0].get_array())
    left, right = image[80, 10], image[80, -10]
    assert left[2] > left[0]  # blue
    assert right[0] > right[2]  # orange
    np.testing.assert_allclose(image[5, 10], left)
    draw_rows(axes, np.array([[0.2, 0.5], [0.8, 0.5]]), np.array([0, 1]), ("low", "high"))
    assert [text.get_text() for text in axes.legend().get_texts()] == ["low", "high"]
    set_frame(axes, score_plane(data, np.eye(2)), np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert axes.get_xlabel() == "c0"
    assert bounds(np.array([[0.0, 0.0], [1.0, 1.0]]))[1][0] == pytest.approx(1.06)
    fig.draw_without_rendering()


def test_states_are_thinned_towards_the_end():
    """Catches the first iterations, where all happens, being left out."""
    assert some_states(10, 17) == list(range(10))
    chosen = some_states(300, 17)
    assert chosen[:3] == [0, 1, 2] or chosen[0] == 0
    assert len(chosen) <= 17
    assert chosen[-1] == 299
