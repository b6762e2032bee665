"""Certificates: derivatives that are checked through time, answers that are near a stationary point, texts."""

import numpy as np
import pytest

from groundup import CharRNN, RNNClassifier, RNNRegressor
from groundup.core.containers.sequences import Sequences
from groundup.core.exceptions import ConvergenceWarning
from groundup.core.nn import recurrent
from groundup.core.nn.embedding import Embedding
from groundup.core.nn.losses import CrossEntropyOfCodes, SquaredError
from groundup.core.nn.sequence_layers import Bidirectional, LastState
from groundup.core.rows import Samples
from groundup.projects.recurrent_network.certificate import LARGEST_ERROR, certify_text, gradient_check
from groundup.projects.recurrent_network.solvers.characters import log_likelihoods, numbered, streams
from groundup.projects.recurrent_network.solvers.network import Architecture, recurrent_network
from groundup.projects.recurrent_network.solvers.truncation import SequenceObjective

RNG = np.random.default_rng(0)
X = [RNG.normal(size=(n, 2)) for n in (4, 9, 1, 20, 9)]
TEXT = "".join(np.random.default_rng(0).choice(["tick ", "tack ", "tock "], 60))


def checked(cell="lstm", activation="tanh", both=False, every=True, features=1.0, shift=0.0, targets=1.0, seed=0):
    """The gradient check of a network with random weights."""
    made_of = Architecture(2, (4, 3), 2, cell, activation, both, every)
    network = recurrent_network(made_of)
    sequences = Sequences.of([features * x + shift for x in X])
    rng = np.random.default_rng(seed)
    count = len(sequences.values) if every else len(sequences)
    y = targets * (rng.normal(size=(count, 2)) + 3)
    samples = Samples(sequences, Sequences(y, sequences.starts) if every else y)
    return gradient_check(SequenceObjective(network, SquaredError()), samples, network.initial((seed,), float)[0])


def checked_text():
    """The gradient check of a network of characters with random weights."""
    letters, codes = numbered(TEXT)
    read, predict = streams(codes, 4, len(letters))
    network = recurrent_network(
        Architecture(len(letters) + 1, (4,), len(letters), "gru", "tanh", False, True, embedding=3)
    )
    objective = SequenceObjective(network, CrossEntropyOfCodes(), 0.0, truncation=5)
    return gradient_check(objective, Samples(read, predict), network.initial((0,), np.float32)[0])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("every", [False, True])
def test_right_derivatives_pass_the_check(cell, both, every):
    # differences of too low an order, or of a loss that is not the one differentiated
    assert checked(cell, both=both, every=every) < 1e-8


def test_the_check_does_not_depend_on_units():
    # steps that jump over the whole curve, losses whose digits are those of a level, kinks taken for mistakes
    assert checked(features=1e6, shift=1e6, targets=1e6) < 1e-6
    assert checked(targets=1e-6) < 1e-8
    assert max(checked("rnn", "relu", seed=seed) for seed in range(20)) < LARGEST_ERROR
    assert checked_text() < 1e-8


def by_output(cell, p, memory, slopes, g):
    """Derivatives of the plain cell with tanh' of the output: a mistake that was found in published code."""
    (h, a), (da,) = memory, slopes
    dz = (1 - np.tanh(a) ** 2) * da
    g["U"][...] += h @ dz.T
    return dz, (p["U"] @ dz,)


def forgetful(step_back):
    """A step back that leaves out the way through the state."""

    def changed(cell, p, memory, slopes, g):
        dz, before = step_back(cell, p, memory, slopes, g)
        return dz, tuple(0 * part for part in before)

    return changed


def overwritten(step_back):
    """A step back that writes the derivatives by U, instead of adding them up."""

    def changed(cell, p, memory, slopes, g):
        g["U"][...] = 0
        return step_back(cell, p, memory, slopes, g)

    return changed


DEFECTS = {
    "tanh of tanh": (recurrent.RNNCell, "step_back", lambda _: by_output, {"cell": "rnn"}),
    "no way through time": (recurrent.RNNCell, "step_back", forgetful, {"cell": "rnn"}),
    "cell forgets": (recurrent.LSTMCell, "step_back", forgetful, {"cell": "lstm"}),
    "gates forget": (recurrent.GRUCell, "step_back", forgetful, {"cell": "gru"}),
    "one step's U": (recurrent.LSTMCell, "step_back", overwritten, {"cell": "lstm"}),
    "one direction": (
        Bidirectional,
        "backward",
        lambda back: lambda layer, p, memory, dy, g: back(layer, p, memory, dy.with_values(dy.values[::-1]), g),
        {"both": True},
    ),
    "last column": (
        LastState,
        "backward",
        lambda back: lambda layer, p, x, dy, g: back(layer, p, x, dy[:, ::-1], g),
        {"every": False},
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_wrong_derivatives_are_found(defect, monkeypatch):
    # a check that differentiates by the same mistake, or that looks at the output layer alone
    kind, name, wrong, network = DEFECTS[defect]
    monkeypatch.setattr(kind, name, wrong(getattr(kind, name)))
    assert checked(**network) > 1e-3


def test_a_wrong_embedding_is_found(monkeypatch):
    # derivatives of a character that occurs twice, counted once
    def once(layer, p, x, dy, g):
        g["E"][...] = 0
        g["E"][x] = np.moveaxis(dy, 0, -1)

    monkeypatch.setattr(Embedding, "backward", once)
    assert checked_text() > 1e-3


def test_a_network_with_wrong_derivatives_is_not_certified(monkeypatch):
    # a check whose verdict is not in the certificate
    monkeypatch.setattr(recurrent.RNNCell, "step_back", forgetful(recurrent.RNNCell.step_back))
    series = RNG.normal(size=(20, 5, 1))
    with pytest.warns(ConvergenceWarning):
        model = RNNRegressor((4,), "rnn", random_state=0, max_iter=30).fit(series, series.sum(axis=(1, 2)))
    assert model.gradient_check_ > LARGEST_ERROR
    assert not model.certificate_.holds
    assert "derivatives through time" in model.certificate_.measure


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_certified_where_it_has_learned(cell):
    # a certificate that never holds, one that holds before training, or for saturated units
    rng = np.random.default_rng(1)
    series = rng.normal(size=(80, 6, 1))
    y = series[:, -3:, 0].sum(axis=1)
    fit = {"hidden_layer_sizes": (6,), "cell": cell, "random_state": 0, "learning_rate_init": 0.02}
    model = RNNRegressor(**fit).fit(series, y)
    assert model.certificate_.holds
    assert model.score(series, y) > 0.95
    assert not RNNRegressor(**fit, max_iter=1).fit(series, y).certificate_.holds
    for far in (series + 1e6, series * 1e9 + 1e9):
        lost = RNNRegressor(**fit, max_iter=30, tol=1e9).fit(far, y)
        assert not lost.certificate_.holds
        assert lost.score(far, y) < 0.5
    signs = (series.cumsum(axis=1) > 0)[:, :, 0]
    steps = RNNClassifier(**fit | {"learning_rate_init": 0.01}, truncation=3).fit(series, signs)
    assert steps.certificate_.holds
    assert steps.score(series, signs) > 0.9


def test_a_certificate_of_large_targets():
    # an output layer that is far too small for its targets, while the other layers move first
    series = RNG.normal(size=(60, 5, 1))
    y = 1e5 * series.sum(axis=(1, 2))
    model = RNNRegressor((4,), "rnn", random_state=0, max_iter=400, learning_rate_init=0.02).fit(series, y)
    assert model.certificate_.holds
    state = model._state
    network = model._bound()[0]
    w = state.training.w.copy()
    network.bound(w, np.zeros(0))["2"]["W"][...] /= 1e5
    moved = type(state)(**{**vars(state), "training": type(state.training)(**{**vars(state.training), "w": w})})
    assert not model._finish(model._prepare(series, y, None), moved)["certificate_"].holds


# --- texts ----------------------------------------------------------------------------------------------------------


def of_frequencies(text, model):
    """The certificate of a network that gives each character its frequency, whatever was before."""
    data = model._prepare(text, None, None)
    objective = model._objective(data)
    w, _ = objective.network.initial((0,), float)
    last = objective.network.bound(w, np.zeros(0))[str(len(objective.network.layers) - 1)]
    codes = numbered(text)[1]
    last["W"][...] = 0
    last["b"][...] = np.log(np.bincount(codes) / len(codes))
    return certify_text(objective, data.samples, w)["certificate_"], codes


def test_a_rule_of_frequencies_is_not_certified():
    # a loss that is compared with the wrong entropy: of characters, of pairs, in bits
    certificate, codes = of_frequencies(TEXT, CharRNN(batch_size=1))
    shares = np.bincount(codes) / len(codes)
    pairs = np.bincount(codes[:-1] * 7 + codes[1:])
    pairs = pairs[pairs > 0]
    first = np.bincount(codes[:-1])
    after = -(pairs @ np.log(pairs) - first @ np.log(first)) / len(codes)
    assert certificate.value == pytest.approx(-shares @ np.log(shares) - after, rel=1e-9)
    assert not certificate.holds
    noise = "".join(np.random.default_rng(0).choice(list("abc"), 4000))
    assert of_frequencies(noise, CharRNN())[0].holds  # nothing else can be known of it


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
def test_the_certificate_of_a_text_is_its_loss():
    # a part of the text that is another one for loss and entropy; the penalty counted as loss
    model = CharRNN((8,), embedding_size=4, window=7, batch_size=3, random_state=0, max_iter=3, alpha=10.0).fit(TEXT)
    read, predict = streams(model._codes(TEXT), 3, 7)
    loss = -log_likelihoods(*model._bound(), read, predict).mean()
    pairs = np.unique(read.values * 9 + predict.values[:, 0], return_counts=True)[1]
    first = np.unique(read.values, return_counts=True)[1]
    entropy = -(pairs @ np.log(pairs) - first @ np.log(first)) / len(TEXT)
    assert model.certificate_.value == pytest.approx(loss - entropy, rel=1e-4)
    assert model.gradient_check_ < 1e-8
    assert model.gradient_norm_ > 0
