"""What the figures show: numbers of the worked example, norms back through time, and what is inside a cell."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup import CharRNN, RNNClassifier, RNNRegressor, projects
from groundup.core.exceptions import ConvergenceWarning
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, Target
from groundup.projects.recurrent_network import textbook
from groundup.projects.recurrent_network.animation import training
from groundup.projects.recurrent_network.figures.graph import graph
from groundup.projects.recurrent_network.figures.states import gates, states
from groundup.projects.recurrent_network.figures.through_time import (
    clipping,
    gradient_norms,
    last_loss,
    led_back,
    non_normal,
)
from groundup.projects.recurrent_network.reading import inside, sequence, slowest_first
from groundup.projects.recurrent_network.reading import states as states_of
from groundup.projects.recurrent_network.replay import snapshots
from groundup.workbench.run.request import Asked, open_data

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(12, 6, 2)), RNG.normal(size=12)
DATA = Dataset("rows", "Sequences.", X, Y, ("a", "b"), "sum", kind="sequences")


def trained(cell, **options):
    """A regressor after two epochs."""
    model = RNNRegressor((4,), cell, max_iter=2, random_state=0, n_iter_no_change=np.inf, **options)
    with pytest.warns(ConvergenceWarning):
        return model.fit(X, Y)


def words(figure):
    """All texts of a figure that needs no model."""
    drawn = figure.render(None, None)
    return [text.get_text() for axes in drawn.axes for text in axes.texts]


def test_graph_has_the_numbers_of_the_example():
    # a derivative at the wrong node, or of another hour
    shown = words(graph)
    for expected in ("0.462", "0.227", "0.805", "0.5\n(0)", "0.5\n(−0.0303)", "0.5\n(−0.0052)", "0.5 (−0.0357)",
                     "0.5 (0)", "0.5 (−0.0456)", "by h: −0.0454\nby z: −0.0357", "by h: −0.0691\nby z: −0.0655",
                     "by h: −0.0649\nby z: −0.0228", "(h − 0.4)² / 6"):  # fmt: skip
        assert expected in shown


def test_norms_fall_and_rise_by_the_radius():
    # curves of another matrix, or scaled by the norm
    left, right = gradient_norms.render(None, None).axes
    for line, radius in zip(left.lines[::2], (0.8, 1.0, 1.2)):
        lengths = line.get_ydata()
        assert (lengths[60] / lengths[20]) ** (1 / 40) == pytest.approx(radius, abs=0.02)
    assert all(line.get_ydata()[-1] < 1e-5 for line in right.lines)


def test_derivatives_led_back_are_those_of_the_textbook():
    # U for its transpose, or a state of the wrong time
    U, x = RNG.normal(size=(3, 3)), RNG.normal(size=(4, 3))
    H, d = textbook.forward(x, np.zeros(3), np.eye(3), U, np.zeros(3)), RNG.normal(size=3)
    D = np.zeros((4, 3))
    D[-1] = d
    by_bias_of_first = [textbook.backward(x[k:], H[k:], U, D[k:])[2] for k in range(5 - 1)]
    first = by_bias_of_first[0] - by_bias_of_first[1]  # delta of the first step alone
    assert led_back(d, H, U)[-1] == pytest.approx(np.linalg.norm(U @ first), rel=1e-10)


def test_the_matrix_grows_first():
    # the marked points of the curve
    assert "7.77 at k = 9" in words(non_normal)
    assert "below 1 from k = 44 on" in words(non_normal)


def test_the_cliff_is_steep():
    # a derivative that is not that of the loss drawn
    shown = words(clipping)
    slope = (last_loss(0.002 + 1e-6)[0] - last_loss(0.002 - 1e-6)[0]) / 2e-6
    assert f"slope {slope:.0f}" in shown
    assert any("clipped by its norm" in text for text in shown)


def test_gates_are_those_of_the_textbook():
    # blocks in another order; a memory of the wrong time
    model = trained("lstm")
    network, p = model._bound()
    found = inside(model, sequence(DATA, 3))
    h = c = np.zeros(4)
    for t, x in enumerate(X[3]):
        h, c, (i, f, g, o) = textbook.lstm_step(x, h, c, p["0"]["W"], p["0"]["U"], p["0"]["b"])
        for name, value in {"input gate": i, "forget gate": f, "candidate": g, "output gate": o, "memory": c,
                            "state": h}.items():  # fmt: skip
            assert_allclose(found[name][:, t], value, atol=1e-12, err_msg=name)
    assert_allclose(states_of(model, sequence(DATA, 3)), found["state"])
    assert len(network.layers) == 3


def test_inside_a_gru():
    # sums in the place of the candidate
    model = trained("gru")
    found = inside(model, sequence(DATA, 0))
    before = np.column_stack([np.zeros(4), found["state"][:, :-1]])
    u = found["update gate"]
    assert_allclose(found["state"], u * before + (1 - u) * found["candidate"], atol=1e-12)


def test_both_directions_and_two_layers_are_read():
    # the first layer taken for the last one
    model = trained("lstm", bidirectional=True)
    assert inside(model, sequence(DATA, 0))["state"].shape == (4, 6)
    assert states_of(model, sequence(DATA, 0)).shape == (8, 6)


def test_figures_of_states_and_gates():
    # a picture with units and steps exchanged; a plain cell that is said to have gates
    model = trained("rnn")
    image = states.render(model, DATA).axes[2].images[0].get_array()
    assert image.shape == (4, 6)
    values = states_of(model, sequence(DATA, 0))
    assert_allclose(image, values[slowest_first(values)])
    with pytest.raises(NotApplicable, match="no gates"):
        gates.render(model, DATA)
    gru = trained("gru")
    drawn, found = gates.render(gru, DATA).axes[:5], inside(gru, sequence(DATA, 0))
    names = [axes.get_title("left") for axes in drawn]
    assert names == ["sequence 1", "state", "reset gate", "update gate", "candidate"]
    order = slowest_first(found["state"])
    for axes, name in zip(drawn[1:], names[1:], strict=True):
        assert_allclose(axes.images[0].get_array(), found[name][order])


def test_a_unit_that_holds_is_slower():
    # an order by size
    assert slowest_first(np.array([[0, 1, 0, 1.0], [5, 5, 5, 5.0], [0, 0, 1, 1.0]])).tolist() == [1, 2, 0]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_animation_ends_at_the_reported_model(cell):
    # a last frame with other weights than the model's; units that jump about
    model = trained(cell)
    taken = list(training.frames(model, DATA))
    assert len(taken) == 3
    assert taken[-1].snapshot.model is model
    assert "the reported model" in taken[-1].words
    assert_allclose(taken[-2].snapshot.model.predict(X), model.predict(X))
    assert {tuple(frame.units) for frame in taken} == {tuple(taken[0].units)}
    assert [len(frame.curve) for frame in taken] == [1, 2, 2]


def test_animation_of_classes():
    # probabilities of other classes than the true ones
    labels = np.array(["up", "down"])[(Y > 0).astype(int)]
    with pytest.warns(ConvergenceWarning):
        model = RNNClassifier((4,), max_iter=2, random_state=0, n_iter_no_change=np.inf).fit(X, labels)
    data = Dataset("rows", "Sequences.", X, labels, ("a", "b"), "way", kind="sequences")
    *taken, last = training.frames(model, data)
    assert [training.target(frame, data) for frame in taken] == [
        Target(2, epoch, loss, free="y") for epoch, loss in last.curve
    ]
    assert training.target(last, data) is None
    assert f"{np.mean(model.predict(X) == labels):.0%}".replace("%", " %") in last.words


def test_the_forecast_of_one_time_is_predicted():
    # a forecast of another window or another time, in the unit of the network
    data = open_data(Asked(projects.load("recurrent_network"), data="sines").settle())
    with pytest.warns(ConvergenceWarning):
        model = RNNRegressor((3,), max_iter=3, random_state=0).fit(data.X, data.y)
    *taken, _ = training.frames(model, data)
    points = [training.target(frame, data) for frame in taken]
    rows = data.held_out
    origin = int(rows.row_numbers[0]) - 1
    step = list(rows.series.times).index(points[0].x) - origin
    for frame, point in zip(taken, points, strict=True):
        said = frame.snapshot.model.predict(rows.X[:1]).reshape(1, -1)
        assert point.y == pytest.approx(rows.series.measured(said, np.array([origin]))[0, step])
        assert point.x == points[0].x
    plain, fast = (list(frames(model, data)) for frames in training.perturbed.values())
    assert plain[0].snapshot.model.cell == "rnn"
    assert fast[0].snapshot.model.learning_rate_init == pytest.approx(10 * model.learning_rate_init)
    assert len(snapshots(model, data)) == 3  # those of the model are still kept


def test_characters_are_read():
    # the mark before the text drawn as a character
    text = "the rain in the river, " * 12
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = CharRNN((5,), "lstm", max_iter=1, window=16, batch_size=4, random_state=0).fit(text)
    data = Dataset("text", "A text.", text, None, ("character",), kind="text")
    read = sequence(data, 0)
    assert "".join(read.words).startswith("the␣rain␣in")
    found = inside(model, read)
    assert found["state"].shape == found["forget gate"].shape == (5, len(read.X))
    assert_allclose(found["state"], states_of(model, read), atol=1e-6)
    for figure in (states, gates):
        figure.render(model, data)
    *_, last = training.frames(model, data)
    assert last.snapshot.model is model
