"""Recurrent layers: derivatives through time, PyTorch's values, sequences of different lengths, carried states."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.containers.sequences import Sequences
from groundup.core.containers.steps import Steps, Timeline
from groundup.core.nn.activations import Tanh
from groundup.core.nn.dense import Dense
from groundup.core.nn.embedding import Embedding
from groundup.core.nn.layer import Layer
from groundup.core.nn.losses import SquaredError
from groundup.core.nn.network import Network
from groundup.core.nn.objective import NetworkObjective
from groundup.core.nn.parameters import views
from groundup.core.nn.recurrent import GRUCell, LSTMCell, Recurrent, RNNCell
from groundup.core.nn.sequence_layers import AllSteps, Bidirectional, EachStep, LastState, forward_carrying
from support.derivatives import errors, random_parameters

TOLERANCE = 1e-7
CELLS = {
    "tanh": RNNCell(2, 3),
    "relu": RNNCell(2, 3, "relu"),
    "identity": RNNCell(2, 3, "identity"),
    "lstm": LSTMCell(2, 3),
    "gru": GRUCell(2, 3),
}
LENGTHS = {
    "equal": [4, 4, 4],
    "ragged": [2, 5, 1, 2],
    "rising": [1, 2, 3],
    "one step": [1, 1],
    "one": [6],
    "long": [40],
}
RNG = np.random.default_rng(0)


def sequences(lengths, d=2, seed=0):
    rng = np.random.default_rng(seed)
    return Sequences.of([rng.normal(size=(length, d)) for length in lengths])


class OnSteps(Layer):
    """A layer of sequences as one of arrays, so that `errors` can check it."""

    def __init__(self, layer, lengths):
        self.layer, self.timeline = layer, Timeline.of(np.array(lengths))

    @property
    def shapes(self):
        return self.layer.shapes

    def initialize(self, p, place):
        self.layer.initialize(p, place)

    def forward(self, p, x, place=None):
        y, memory = self.layer.forward(p, Steps(x, self.timeline), place)
        self.steps = isinstance(y, Steps)
        return (y.values if self.steps else y), memory

    def backward(self, p, memory, dy, g):
        dx = self.layer.backward(p, memory, Steps(dy, self.timeline) if self.steps else dy, g)
        return None if dx is None else dx.values


def flat(found):
    """All errors in one list: those of a layer of layers are nested."""
    return [one for value in found.values() for one in (flat(value) if isinstance(value, dict) else [value])]


# --- derivatives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reverse", [False, True], ids=["ahead", "back"])
@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize("cell", CELLS)
def test_derivatives_through_time(cell, lengths, reverse):
    # the slope of tanh at the activation, a state of the wrong time, a gate that gets no derivative, a sequence that
    # goes on after its end, derivatives of one direction handed to the other
    x = RNG.normal(size=(2, sum(LENGTHS[lengths])))
    found = errors(OnSteps(Recurrent(CELLS[cell], reverse), LENGTHS[lengths]), x)
    assert {"x", *CELLS[cell].shapes} == found.keys()
    assert max(found.values()) < TOLERANCE, found


class Named(Layer):
    """A network with its parameters in one vector."""

    def __init__(self, network):
        self.network, self.inside = network, network.shapes

    @property
    def shapes(self):
        return {"w": (Network((self.network,)).initial((0,), float)[0].size,)}

    def forward(self, p, x, place=None):
        return self.network.forward(views(self.inside, p["w"]), x, place)

    def backward(self, p, memory, dy, g):
        return self.network.backward(views(self.inside, p["w"]), memory, dy, views(self.inside, g["w"]))


STACKS = {
    "last of two layers": (Recurrent(LSTMCell(2, 3)), Recurrent(RNNCell(3, 2)), LastState(), Dense(2, 2)),
    "last of both directions": (
        Bidirectional(Recurrent(GRUCell(2, 3)), Recurrent(GRUCell(2, 2), reverse=True)), LastState(back=2), Dense(5, 2),
    ),
    "every step of both directions": (
        Bidirectional(Recurrent(RNNCell(2, 2)), Recurrent(LSTMCell(2, 3), reverse=True)), EachStep(Dense(5, 4)),
        EachStep(Tanh()), AllSteps(), Dense(4, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("lengths", ["equal", "ragged", "one step"])
@pytest.mark.parametrize("stack", STACKS)
def test_derivatives_of_stacks(stack, lengths):
    # the last padded step for the last one, columns in the order of lengths, halves of the two directions exchanged
    x = RNG.normal(size=(2, sum(LENGTHS[lengths])))
    found = errors(OnSteps(Named(Network(STACKS[stack])), LENGTHS[lengths]), x)
    assert found.keys() == {"x", "w"}
    assert max(found.values()) < TOLERANCE, found


def test_derivatives_of_words():
    # a vector of a word whose derivatives reach another place in time
    network = Network((EachStep(Embedding(4, 2)), Recurrent(GRUCell(2, 3)), LastState()))
    found = errors(OnSteps(Named(network), [3, 2]), np.array([0, 3, 3, 1, 0]))
    assert found.keys() == {"w"}
    assert max(found.values()) < TOLERANCE, found


def test_a_first_layer_leaves_the_input_alone():
    # a third of the work done for nothing; weights' derivatives lost with it
    X = sequences([3, 2]).T
    for layer in (Recurrent(LSTMCell(2, 3)), Recurrent(LSTMCell(2, 3), reverse=True)):
        _, w, _ = random_parameters(layer)
        p, gradients = views(layer.shapes, w), []
        for one in (layer, Recurrent(layer.cell, layer.reverse, first=True)):
            y, memory = one.forward(p, X)
            g = views(layer.shapes, np.full_like(w, np.nan))
            dx = one.backward(p, memory, y, g)
            assert (dx is None) == one.first
            gradients.append(np.concatenate([part.ravel() for part in g.values()]))
        assert_array_equal(*gradients)


# --- PyTorch's values ------------------------------------------------------------------------------------------------

REFERENCE = np.load(Path(__file__).with_name("reference") / "recurrent.npz")
KINDS = {"rnn": RNNCell(2, 3), "lstm": LSTMCell(2, 3), "gru": GRUCell(2, 3)}


def reference(kind, direction):
    start = f"{kind}.{direction}."
    return {name[len(start) :]: REFERENCE[name] for name in REFERENCE.files if name.startswith(start)}


def ours(cell, r, suffix, slopes=""):
    """PyTorch's weights, or its derivatives, as ours: transposed, with one bias where it has two."""
    names = {"W": "weight_ih", "U": "weight_hh"}
    p = {name: r[f"{slopes}{theirs}_l0{suffix}"].T.copy() for name, theirs in names.items()}
    first, second = (r[f"{slopes}bias_{kind}_l0{suffix}"] for kind in ("ih", "hh"))
    p["b"] = first.copy() if slopes else first + second
    if isinstance(cell, GRUCell):
        p["c"] = second[2 * cell.units :].copy()
        if not slopes:
            p["b"][2 * cell.units :] = first[2 * cell.units :]
    return p


@pytest.mark.parametrize("direction", ["ahead", "both"])
@pytest.mark.parametrize("kind", KINDS)
def test_pytorch_computes_the_same(kind, direction):
    # gates in another order, a reset gate before the product, a state that padding changes, a forgotten bias
    r, cell = reference(kind, direction), KINDS[kind]
    ahead, back = Recurrent(cell), Recurrent(cell, reverse=True)
    both = direction == "both"
    layer = Bidirectional(ahead, back) if both else ahead
    p = {"ahead": ours(cell, r, ""), "back": ours(cell, r, "_reverse")} if both else ours(cell, r, "")
    right = (
        {"ahead": ours(cell, r, "", "d"), "back": ours(cell, r, "_reverse", "d")} if both else ours(cell, r, "", "d")
    )
    lengths = REFERENCE["lengths"]
    X = Sequences(r["x"], np.concatenate([[0], np.cumsum(lengths)])).T
    y, memory = layer.forward(p, X)
    assert_allclose(y.in_order().T, r["y"], rtol=0, atol=1e-14)
    _, _, final = ahead.run(p["ahead"] if both else p, X)
    for state, name in zip(final, "hc"):
        assert_allclose(state.T, r[name][0], rtol=0, atol=1e-14)
    _, w, _ = random_parameters(layer)
    g = views(layer.shapes, np.full_like(w, np.nan))
    dx = layer.backward(p, memory, y.with_values(r["dy"].T[:, X.timeline.rows]), g)
    assert_allclose(dx.in_order().T, r["dx"], rtol=0, atol=1e-13)
    for part, wanted in zip((g["ahead"], g["back"]) if both else (g,), right.values() if both else (right,)):
        for name in wanted:
            assert_allclose(part[name], wanted[name], rtol=0, atol=1e-13, err_msg=name)


def test_the_committed_values_are_pytorchs():
    # values of another release, or of a script that has changed since
    pytest.importorskip("torch", reason="PyPI's build of PyTorch takes 5 GB: its values are committed")
    case = runpy.run_path(str(Path(__file__).with_name("reference") / "make.py"))["case"]
    for kind in KINDS:
        for direction in ("ahead", "both"):
            found = case(kind, direction == "both")
            for name, array in reference(kind, direction).items():
                assert_allclose(found[name], array, rtol=0, atol=1e-13, err_msg=name)


# --- sequences of different lengths ----------------------------------------------------------------------------------


def test_steps_hold_each_sequence():
    # steps of two sequences exchanged, an order that is no inverse of the other one
    X = sequences([2, 5, 1, 2], d=3)
    steps = X.T
    assert steps.values.shape == (3, 10)
    assert steps.timeline.counts.tolist() == [4, 3, 1, 1, 1]
    assert_array_equal(steps.in_order().T, X.values)
    first = np.array([X.values[start] for start in X.starts[:-1]])
    last = np.array([X.values[end - 1] for end in X.starts[1:]])
    assert_array_equal(steps.values[:, steps.timeline.ranks].T, first)
    assert_array_equal(steps.values[:, steps.timeline.last].T, last)
    turned = steps.values[:, steps.timeline.reversal]
    wanted = Sequences.of([X[i : i + 1].values[::-1] for i in range(4)])
    assert_array_equal(turned, wanted.T.values)


@pytest.mark.parametrize("cell", CELLS)
def test_neighbours_never_change_an_answer(cell):
    # padding that counts as data, a state that goes on after the end, a sequence that takes another one's state
    X = sequences([2, 5, 1, 2])
    layer = Bidirectional(Recurrent(CELLS[cell]), Recurrent(CELLS[cell], reverse=True))
    network = Network((layer, LastState(back=3)))
    _, w, _ = random_parameters(network)
    p = views(network.shapes, w)
    together = network.forward(p, X.T)[0]
    for i in range(len(X)):
        assert_allclose(network.forward(p, X[i : i + 1].T)[0][:, 0], together[:, i], rtol=1e-13)


@pytest.mark.parametrize("cell", CELLS)
def test_backwards_is_forwards_on_the_turned_sequence(cell):
    # a direction that only turns its outputs
    X = sequences([2, 5, 1, 2])
    turned = Sequences.of([X[i : i + 1].values[::-1] for i in range(4)])
    _, w, _ = random_parameters(Recurrent(CELLS[cell]))
    p = views(CELLS[cell].shapes, w)
    back = Recurrent(CELLS[cell], reverse=True).forward(p, X.T)[0]
    ahead = Recurrent(CELLS[cell]).forward(p, turned.T)[0]
    assert_allclose(back.values[:, back.timeline.reversal], ahead.values, rtol=1e-13)


@pytest.mark.parametrize("cell", CELLS)
def test_a_carried_state_equals_the_unbroken_sequence(cell):
    # a state that is lost at a border, one of two layers that starts from zero, states in the order of lengths
    layers = (Recurrent(CELLS[cell]), EachStep(Dense(3, 2)), Recurrent(GRUCell(2, 2)), AllSteps())
    network = Network(layers)
    _, w, _ = random_parameters(network)
    p = views(network.shapes, w)
    X = sequences([5, 9, 5])
    head = Sequences.of([X[i : i + 1].values[: 2 + i] for i in range(3)])
    tail = Sequences.of([X[i : i + 1].values[2 + i :] for i in range(3)])
    whole = Sequences(network.forward(p, X.T)[0].T, X.starts)
    first, _, states = forward_carrying(network, p, head.T, {})
    second, _, _ = forward_carrying(network, p, tail.T, states)
    for i in range(3):
        pieces = [Sequences(y.T, Y.starts)[i : i + 1].values for y, Y in ((first, head), (second, tail))]
        assert_allclose(np.concatenate(pieces), whole[i : i + 1].values, rtol=1e-12)


def test_a_truncated_gradient_ends_at_the_border():
    # derivatives that leak through the carried state: the second piece alone must give them
    network = Network((Recurrent(LSTMCell(2, 3), first=True), AllSteps()))
    _, w, _ = random_parameters(network)
    p = views(network.shapes, w)
    X = sequences([6])
    head, tail = Sequences.of([X.values[:4]]), Sequences.of([X.values[4:]])
    _, _, states = forward_carrying(network, p, head.T, {})
    y, memories, _ = forward_carrying(network, p, tail.T, states)
    g = views(network.shapes, np.zeros_like(w))
    network.backward(p, memories, np.ones_like(y), g)

    def value(b):
        q = {"0": {name: part.astype(complex) for name, part in p["0"].items()} | {"b": b}, "1": {}}
        return forward_carrying(network, q, tail.T, states)[0].sum()

    steps = 1e-20j * np.eye(12)
    assert_allclose(g["0"]["b"], [value(p["0"]["b"] + step).imag / 1e-20 for step in steps], rtol=1e-12)


def test_the_objective_takes_sequences():
    # a batch of sequences that `NetworkObjective` cannot turn round
    network = Network((Recurrent(RNNCell(2, 3), first=True), LastState(), Dense(3, 1)))
    w, s = network.initial((0,), np.float64)
    objective, X, y = NetworkObjective(network, SquaredError()), sequences([3, 1, 2]), np.array([[1.0], [0.0], [2.0]])
    g = views(network.shapes, np.zeros_like(w))
    whole = objective.summed(network.bound(w, s), g, X, y, None, None)
    parts = [objective.summed(network.bound(w, s), g, X[i : i + 1], y[i : i + 1], None, None) for i in range(3)]
    assert_allclose(whole, sum(parts), rtol=1e-13)


@pytest.mark.parametrize("cell", CELLS)
def test_single_precision_stays_single(cell):
    # a constant of double precision that slows every step down
    layer = Recurrent(CELLS[cell])
    w = random_parameters(layer)[1].astype(np.float32)
    p, X = views(layer.shapes, w), sequences([3, 2])
    X = Sequences(X.values.astype(np.float32), X.starts).T
    y, memory, final = layer.run(p, X)
    g = views(layer.shapes, np.zeros_like(w))
    dx = layer.backward(p, memory, y, g)
    assert {y.dtype, dx.dtype, *(part.dtype for part in final)} == {np.dtype(np.float32)}


def test_gates_of_huge_sums_do_not_overflow():
    # exp(1000) in a logistic function
    for cell in (LSTMCell(1, 2), GRUCell(1, 2)):
        layer = Recurrent(cell)
        p = views(layer.shapes, np.full(sum(np.prod(shape) for shape in layer.shapes.values()), 1.0))
        y, memory = layer.forward(p, Sequences.of([[1e4, -1e4, 1e300]]).T)
        g = views(layer.shapes, np.zeros(sum(np.prod(shape) for shape in layer.shapes.values())))
        assert np.isfinite(y.values).all()
        assert np.isfinite(layer.backward(p, memory, y, g).values).all()


def test_initial_weights():
    # a forget gate that begins half closed; weights of the state that shrink or stretch it
    layer = Recurrent(LSTMCell(2, 3))
    w, s = Network((layer,)).initial((0,), np.float64)
    p = Network((layer,)).bound(w, s)["0"]
    assert_array_equal(p["b"], np.repeat([0.0, 1.0, 0.0, 0.0], 3))
    for k in range(4):
        block = p["U"][:, 3 * k : 3 * k + 3]
        assert_allclose(block.T @ block, np.eye(3), atol=1e-14)
