"""Every derived derivative of a layer is the derivative of its forward pass."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.containers.csr import sparse_rows
from groundup.core.nn.activations import Elu, Gelu, Identity, LeakyRelu, Relu, Sigmoid, Softmax, Softplus, Tanh
from groundup.core.nn.dense import Dense
from groundup.core.nn.dropout import Dropout
from groundup.core.nn.embedding import Embedding
from groundup.core.nn.layer import Layer
from groundup.core.nn.network import Network
from groundup.core.nn.normalization import BatchNorm, LayerNorm
from groundup.core.nn.parameters import in_matrices, size, views
from support.derivatives import PLACE, error, errors, random_parameters

ACTIVATIONS = [Identity(), Relu(), LeakyRelu(0.1), Elu(0.7), Gelu(), Tanh(), Sigmoid(), Softplus(), Softmax()]
LAYERS = [*ACTIVATIONS, Dense(3, 4), Dropout(0.4), LayerNorm(3), BatchNorm(3)]
NOT_ANALYTIC = (Sigmoid, Softplus)  # they take absolute values, so that nothing overflows
TOLERANCE = 1e-7


def named(layer):
    """The name of a layer: its repr has the address of a function, which differs between processes."""
    return type(layer).__name__


def away_from_zero(rng, shape):
    """Entries of both signs, none near the bend of relu."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.1, 3, shape)


RNG = np.random.default_rng(0)
INPUTS = {
    "a batch": away_from_zero(RNG, (3, 5)),
    "a batch of one": away_from_zero(RNG, (3, 1)),
    "an axis of time": away_from_zero(RNG, (3, 2, 4)),
    "tiny": 1e-3 * away_from_zero(RNG, (3, 4)),
    "large": 30 * away_from_zero(RNG, (3, 4)),
    "equal": np.full((3, 4), 0.7),
    "equal features": np.tile(away_from_zero(RNG, (1, 4)), (3, 1)),
    "equal samples": np.tile(away_from_zero(RNG, (3, 1)), (1, 4)),
    "one far away": np.array([[0.5, 400.0, -0.5], [0.3, -400.0, 2.0], [1.0, 0.2, 0.1]]),
}


@pytest.mark.parametrize("points", INPUTS)
@pytest.mark.parametrize("layer", LAYERS, ids=named)
def test_derivatives(layer, points):
    # a sign, a factor, the value of relu for its slope, a mean over the wrong axis, a parameter that is left out
    found = errors(layer, INPUTS[points], analytic=not isinstance(layer, NOT_ANALYTIC))
    assert {"x": 0.0, **layer.shapes}.keys() == found.keys()
    assert max(found.values()) < TOLERANCE, found


@pytest.mark.parametrize("layer", [BatchNorm(3), Dropout(0.4)], ids=named)
def test_derivatives_after_training(layer):
    # derivatives through mean and variance of the batch where these are constants; zeros drawn in predictions
    assert max(errors(layer, INPUTS["a batch"], place=None).values()) < TOLERANCE


def test_derivatives_of_embedding():
    # a word that occurs twice, in a batch or in a sequence, and gets the derivatives of one place only
    for x in (np.array([0, 2, 2, 3]), np.array([[0, 2], [2, 1]]), np.array([1])):
        found = errors(Embedding(4, 3), x)
        assert found.keys() == {"E"}
        assert found["E"] < TOLERANCE


class Recurrent(Layer):
    """A layer with a state, as the recurrent network will have it: (d, T, n) to (h, T, n)."""

    def __init__(self, d, h):
        self.d, self.h = d, h

    @property
    def shapes(self):
        return {"W": (self.d, self.h), "U": (self.h, self.h), "b": (self.h,)}

    def forward(self, p, x, place=None):
        states = [np.zeros((self.h, x.shape[-1]))]
        for t in range(x.shape[1]):
            states.append(np.tanh(p["W"].T @ x[:, t] + p["U"].T @ states[-1] + p["b"][:, None]))
        return np.stack(states[1:], axis=1), (x, states)

    def backward(self, p, memory, dy, g):
        x, states = memory
        dx, carried = np.empty_like(x), 0.0
        for part in g.values():
            part[...] = 0
        for t in reversed(range(x.shape[1])):
            dz = (dy[:, t] + carried) * (1 - states[t + 1] ** 2)
            g["W"][...] += x[:, t] @ dz.T
            g["U"][...] += states[t] @ dz.T
            g["b"][...] += dz.sum(1)
            dx[:, t], carried = p["W"] @ dz, p["U"] @ dz
        return dx


def test_recurrent_layers_fit_in():
    # a chain that knows only two axes, or layers after a recurrent one that mix up times and samples
    network = Network((Recurrent(3, 4), LayerNorm(4), Dense(4, 2), Dropout(0.3)))
    _, w, _ = random_parameters(network)
    assert w.shape == (3 * 4 + 4 * 4 + 4 + 8 + 8 + 2,)
    found = errors(Flat(network), INPUTS["an axis of time"])
    assert max(found.values()) < TOLERANCE


class Flat(Layer):
    """A network as a layer with one vector of parameters."""

    def __init__(self, network):
        self.network, self.shapes_inside = network, network.shapes

    @property
    def shapes(self):
        return {"w": (size(self.shapes_inside),)}

    def forward(self, p, x, place=None):
        return self.network.forward(views(self.shapes_inside, p["w"]), x, place)

    def backward(self, p, memory, dy, g):
        return self.network.backward(views(self.shapes_inside, p["w"]), memory, dy, views(self.shapes_inside, g["w"]))


def test_a_deep_network():
    # memories handed to the wrong layer, an order that is not reversed
    network = Network((Dense(3, 4), LayerNorm(4), Tanh(), Dense(4, 4), Gelu(), Dropout(0.2), Dense(4, 2), Softmax()))
    for points in ("a batch", "a batch of one", "large"):
        assert max(errors(Flat(network), INPUTS[points]).values()) < TOLERANCE


# --- the checks themselves -------------------------------------------------------------------------------------------


class ReluByValue(Relu):
    def backward(self, p, y, dy, g):
        return dy * y


class TanhAtOutput(Tanh):
    def backward(self, p, y, dy, g):
        return dy * (1 - np.tanh(y) ** 2)


class SameForAll(Dense):
    def backward(self, p, x, dz, g):
        return super().backward(p, x, np.broadcast_to(dz.mean(0), dz.shape), g)


class MeanOfBatch(Dense):
    def backward(self, p, x, dz, g):
        dx = super().backward(p, x, dz, g)
        g["b"] /= dz.shape[-1]
        return dx


class VarianceConstant(BatchNorm):
    def backward(self, p, memory, dy, g):
        return super().backward(p, (*memory[:2], False), dy, g)


class SoftmaxDiagonal(Softmax):
    def backward(self, p, y, dy, g):
        return y * (1 - y) * dy


class OtherZeros(Dropout):
    def backward(self, p, factor, dy, g):
        return dy * factor[..., ::-1]


@pytest.mark.parametrize(
    "wrong",
    [ReluByValue(), TanhAtOutput(), SameForAll(3, 4), MeanOfBatch(3, 4), VarianceConstant(3), SoftmaxDiagonal(),
     OtherZeros(0.4)],
    ids=named,
)  # fmt: skip
def test_published_mistakes_are_found(wrong):
    # a check that passes everything
    assert max(errors(wrong, INPUTS["a batch"]).values()) > 1e-2


# --- values ----------------------------------------------------------------------------------------------------------


def test_values_of_activations():
    # a definition that is wrong in the same manner as its derivative
    x = np.array([[-2.0, 0.0, 1.5]])
    right = {
        Identity(): [-2, 0, 1.5],
        Relu(): [0, 0, 1.5],
        LeakyRelu(0.1): [-0.2, 0, 1.5],
        Elu(0.7): [0.7 * math.expm1(-2), 0, 1.5],
        Tanh(): [math.tanh(-2), 0, math.tanh(1.5)],
        Sigmoid(): [1 / (1 + math.exp(2)), 0.5, 1 / (1 + math.exp(-1.5))],
        Softplus(): [math.log1p(math.exp(-2)), math.log(2), math.log1p(math.exp(1.5))],
        Softmax(): [1, 1, 1],  # of one class
    }
    for layer, values in right.items():
        assert_allclose(layer.forward({}, x)[0], [values], rtol=1e-15, atol=1e-300, err_msg=repr(layer))
    gelu = [v * math.erfc(-v / math.sqrt(2)) / 2 for v in x[0]]
    assert_allclose(Gelu().forward({}, x)[0], [gelu], atol=5e-4)  # the error of the approximation by tanh
    assert_allclose(Softmax().forward({}, np.log([[1.0], [2.0], [5.0]]))[0], [[0.125], [0.25], [0.625]], rtol=1e-15)


def test_nothing_overflows():
    # exp(1000) in elu, softplus, sigmoid, softmax (RuntimeWarning is an error here)
    x = np.array([[-1e3, 1e3], [1e3, -1e3]])
    for layer in ACTIVATIONS:
        y, memory = layer.forward({}, x)
        assert np.isfinite(y).all()
        assert np.isfinite(layer.backward({}, memory, np.ones_like(x), {})).all()


@pytest.mark.parametrize("kind", [Relu, Tanh])
def test_activations_in_place(kind):
    # derivatives of the overwritten input; an array of its own after all
    x, dy = INPUTS["a batch"].copy(), away_from_zero(RNG, (3, 5))
    expected, memory = kind().forward({}, x)
    slopes = kind().backward({}, memory, dy, {})
    y, memory = kind(inplace=True).forward({}, x)
    assert y is x
    assert_array_equal(y, expected)
    assert kind(inplace=True).backward({}, memory, dy, {}) is dy
    assert_array_equal(dy, slopes)


def test_relu_has_no_slope_at_zero():
    # a subgradient other than 0 at the tie
    for layer, slope in ((Relu(), 0.0), (LeakyRelu(0.1), 0.1), (Elu(0.7), 0.7)):
        _, memory = layer.forward({}, np.zeros((1, 1)))
        assert layer.backward({}, memory, np.ones((1, 1)), {}) == slope


def test_batch_norm_standardizes_and_averages():
    # unbiased or biased variance in the wrong place, averages of the wrong weight, a batch that predictions look at
    layer = BatchNorm(1, decay=0.75, epsilon=1e-30)
    network = Network((layer,))
    w, s = network.initial((0,), np.float64)
    p = network.bound(w, s)
    x = np.array([[0.0, 4.0]])
    assert_allclose(network.forward(p, x, PLACE)[0], [[-1, 1]], rtol=1e-15)
    assert_allclose(s, [0.25 * 2, 0.75 * 1 + 0.25 * 8])  # mean 2; variance 4 of the batch, 8 of the data
    assert_allclose(network.apply(p, x), (x - 0.5) / np.sqrt(2.75))
    assert_allclose(network.apply(p, x[:, :1]), network.apply(p, x)[:, :1])  # a row alone and in a batch
    assert_array_equal(s, [0.5, 2.75])  # predictions teach nothing
    network.forward(p, np.array([[2.5]]), PLACE)
    assert_allclose(s, [1.0, 2.75])  # one sample has no variance


def test_layer_norm_standardizes_each_sample():
    # statistics over the batch
    layer = LayerNorm(2, epsilon=0.0)
    p = {"gamma": np.array([2.0, 1.0]), "beta": np.array([0.0, 5.0])}
    assert_allclose(layer.forward(p, np.array([[1.0, 4.0], [3.0, 2.0]]))[0], [[-2, 2], [6, 4]], rtol=1e-15)


def test_normalization_begins_with_the_standardized_features():
    # a scale or shift that is drawn, or left at zero
    network = Network((LayerNorm(2), BatchNorm(2)))
    w, s = network.initial((0,), np.float64)
    assert_array_equal(w, [1, 1, 0, 0, 1, 1, 0, 0])
    assert_array_equal(s, [0, 0, 1, 1])


def test_dropout_keeps_the_mean():
    # zeros at the wrong rate, kept entries that are not scaled, other zeros in the backward pass, zeros that repeat
    x = np.ones((40, 500))
    layer = Dropout(0.25)
    y, factor = layer.forward({}, x, (1, 2))
    assert set(np.unique(y)) == {0.0, 1 / 0.75}
    assert abs((y == 0).mean() - 0.25) < 0.01  # 3 standard deviations
    assert_array_equal(layer.backward({}, factor, x, {}), y)
    assert_array_equal(layer.forward({}, x, (1, 2))[0], y)
    assert 0.3 < (layer.forward({}, x, (1, 3))[0] != y).mean() < 0.45  # 2 · 0.25 · 0.75 of the entries differ
    assert layer.forward({}, x)[0] is x
    chain = Network((layer, layer))
    twice = chain.forward(views(chain.shapes, np.zeros(0)), x, (1,))[0]
    assert abs((twice == 0).mean() - (1 - 0.75**2)) < 0.02  # the second layer draws zeros of its own


def test_embedding_is_a_product_with_indicators():
    # rows and columns of the table mixed up
    E = np.arange(12.0).reshape(4, 3)
    words = np.array([[0, 3], [3, 1]])
    y, _ = Embedding(4, 3).forward({"E": E}, words)
    assert_array_equal(y, np.einsum("tnw,wk->ktn", np.eye(4)[words], E))


def test_words_begin_with_different_vectors():
    # one draw for all entries
    network = Network((Embedding(50, 4),))
    w, _ = network.initial((0,), np.float64)
    assert len(np.unique(w)) == 200
    assert 0.8 < w.std() < 1.2


def test_sparse_rows_in_the_first_layer():
    # a product with the transpose, derivatives of a dense copy, a float64 result from float32 weights
    rng = np.random.default_rng(3)
    X = rng.normal(size=(6, 5)) * (rng.random((6, 5)) < 0.4)
    layer = Dense(5, 3, first=True)
    network, w, s = random_parameters(layer)
    for dtype, rtol in ((np.float64, 1e-13), (np.float32, 1e-5)):
        p = network.bound(w.astype(dtype), s)
        gradients = []
        for table in (X.astype(dtype).T, sparse_rows(X.astype(dtype)).T):
            z, memory = network.forward(p, table)
            gradient = np.empty_like(w, dtype)
            assert network.backward(p, memory, np.cos(z), views(network.shapes, gradient)) is None
            gradients.append((z, gradient))
        for dense, sparse in zip(*gradients, strict=True):
            assert dense.dtype == sparse.dtype == dtype
            assert_allclose(sparse, dense, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("layer", LAYERS, ids=named)
def test_single_precision(layer):
    # a constant or a statistic in double precision that makes all that follows double, and twice as slow
    network, w, s = random_parameters(layer)
    results = []
    for dtype in (np.float64, np.float32):
        p, x = network.bound(w.astype(dtype), s.astype(dtype)), INPUTS["a batch"].astype(dtype)
        y, memory = network.forward(p, x, PLACE)
        gradient = np.zeros(w.shape, dtype)
        dx = network.backward(p, memory, np.cos(y), views(network.shapes, gradient))
        assert y.dtype == dx.dtype == dtype
        results.append((y, dx, gradient))
    for single, double in zip(results[1], results[0], strict=True):
        assert single.size == 0 or error(single, double) < 1e-5


def test_words_in_single_precision():
    # a table or its derivatives in double precision
    words, network = np.array([[0, 2], [2, 1]]), Network((Embedding(3, 4),))
    w, s = network.initial((0,), np.float32)
    gradient = np.full_like(w, np.nan)
    y, memory = network.forward(network.bound(w, s), words, PLACE)
    network.backward(network.bound(w, s), memory, y, views(network.shapes, gradient))
    assert y.dtype == gradient.dtype == np.float32
    assert_allclose(gradient.reshape(3, 4), w.reshape(3, 4) * [[1], [1], [2]], rtol=1e-6)


def test_one_vector_holds_all_parameters():
    # views that are copies, parameters that overlap, biases among what a penalty shrinks
    network = Network((Dense(2, 3), Tanh(), BatchNorm(3), Embedding(4, 2)))
    w, s = network.initial((5,), np.float64)
    assert (w.size, s.size) == (2 * 3 + 3 + 6 + 8, 6)
    p = network.bound(w, s)
    w[:] = np.arange(w.size)
    parts = [p["0"]["W"], p["0"]["b"], p["2"]["gamma"], p["2"]["beta"], p["3"]["E"]]
    assert_array_equal(np.concatenate([part.ravel() for part in parts]), w)
    assert_array_equal(in_matrices(network.shapes), np.repeat([1.0, 0.0, 1.0], [6, 9, 8]))


def test_layers_draw_different_weights():
    # every layer starting from the same numbers, or from numbers that do not depend on the seed
    network = Network((Dense(3, 3), Dense(3, 3)))
    w, _ = network.initial((5,), np.float64)
    assert abs(w[:9] - w[12:21]).min() > 1e-6
    assert_array_equal(w, network.initial((5,), np.float64)[0])
    assert abs(w[:9] - network.initial((6,), np.float64)[0][:9]).min() > 1e-6
