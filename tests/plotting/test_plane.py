"""The plane that rows are drawn in: what it shows of linear scores must be true of them."""

import numpy as np
import pytest

from groundup.data.dataset import Dataset
from groundup.plotting.plane import bounds, draw_rows, principal_plane, score_plane, set_frame
from groundup.plotting.regions import draw_regions
from groundup.plotting.style import canvas
from groundup.plotting.thinning import some_points, some_states


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


# --- data of any size -------------------------------------------------------------------------------------------------


def test_the_axes_of_very_many_columns_come_from_some_rows():
    """Bug caught: minutes for the products of all pairs of columns; another direction than the widest."""
    rng = np.random.default_rng(0)
    direction = rng.normal(size=700) / np.sqrt(700)
    X = rng.normal(size=(900, 1)) * 50 * direction + rng.normal(size=(900, 700))
    plane = principal_plane(Dataset("t", "", X, None, tuple(f"c{j}" for j in range(700))))
    along = plane.axes[:, 0] @ direction / np.linalg.norm(direction)
    assert abs(along) > 0.99
    np.testing.assert_allclose(plane.axes.T @ plane.axes, np.eye(2), atol=1e-9)
    few = principal_plane(Dataset("t", "", X[:1], None, tuple(f"c{j}" for j in range(700))))
    assert few(X).shape == (900, 2)


def test_regions_of_very_many_columns_are_coarser():
    """Bug caught: the memory of a machine for the rows at which a classifier is asked."""
    asked = []

    def proba(rows):
        asked.append(rows.size)
        return np.column_stack([rows[:, 0] > 5, rows[:, 0] <= 5]).astype(float)

    for d in (3, 5000):
        data = table(d, 20)
        plane = score_plane(data, np.eye(1, d))
        draw_regions(canvas(1, 1, (3, 3))[1], proba, plane, *bounds(plane(data.X)))
    assert asked[0] == 160 * 160 * 3
    assert asked[1] <= 8_000_000


@pytest.mark.parametrize(("count", "drawn"), [(1, 1), (7, 7), (1000, 1000), (10**6, 1000)])
def test_a_curve_of_very_many_points_keeps_its_ends(count, drawn):
    """Bug caught: a figure of a million points, or a curve that ends before its end."""
    points = some_points(count)
    assert len(points) == drawn
    assert (points[0], points[-1]) == (0, count - 1)
    assert (np.diff(points) > 0).all()
