"""Training: scikit-learn's steps, states that determine the next one, and the rules that end it."""

from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neural_network import MLPClassifier, MLPRegressor

from groundup.core.containers.csr import sparse_rows
from groundup.core.nn.activations import Relu, Sigmoid, Tanh
from groundup.core.nn.clipping import ByNorm
from groundup.core.nn.dense import Dense
from groundup.core.nn.dropout import Dropout
from groundup.core.nn.losses import BinaryCrossEntropy, CrossEntropy, SquaredError
from groundup.core.nn.network import Network
from groundup.core.nn.normalization import BatchNorm
from groundup.core.nn.objective import NetworkObjective
from groundup.core.nn.optimizers import SGD, Adam, AdamW, Momentum, RMSProp
from groundup.core.nn.parameters import in_matrices
from groundup.core.nn.schedules import Constant, Cosine, OneCycle
from groundup.core.nn.training import Plan, at_weights, epoch, initial_state, train
from groundup.core.rows import Samples
from groundup.core.storage import decode, opened, write_file
from groundup.projects.multilayer_perceptron import textbook

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(70, 4)), RNG.integers(0, 3, 70)
Y = np.eye(3)[LABELS]
WEIGHT = RNG.uniform(0.5, 2, 70)
ACTIVATIONS = {"relu": Relu(), "tanh": Tanh(), "logistic": Sigmoid()}


def chain(*sizes, activation=None):
    layers = [layer for a, b in pairwise(sizes) for layer in (Dense(a, b), activation or Relu())]
    return Network(tuple(layers[:-1]))


def plan(network, loss=None, l2=0.0, optimizer=None, schedule=None, **options):
    objective = NetworkObjective(network, loss or CrossEntropy(), l2 * in_matrices(network.shapes))
    options = {"batch_size": 16} | options
    return Plan(objective, optimizer or Adam(), schedule or Constant(0.01), **options)


def scikit_learns_start(sizes, activation):
    """The initial weights that scikit-learn draws with random_state=0."""
    rng, parts = np.random.RandomState(0), []
    for a, b in pairwise(sizes):
        bound = np.sqrt((2 if activation == "logistic" else 6) / (a + b))
        parts += [rng.uniform(-bound, bound, (a, b)).ravel(), rng.uniform(-bound, bound, b)]
    return np.concatenate(parts)


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("task", ["three classes", "two classes", "numbers"])
def test_steps_are_scikit_learns(task, activation, solver, weight):
    # a penalty per batch or per sample, the mean of a short last batch, a moment of the batch before
    y, targets, loss = {
        "three classes": (LABELS, Y, CrossEntropy()),
        "two classes": (LABELS > 0, (LABELS > 0)[:, None].astype(float), BinaryCrossEntropy()),
        "numbers": (X[:, 0] ** 2, X[:, :1] ** 2, SquaredError()),
    }[task]
    kind = MLPRegressor if task == "numbers" else MLPClassifier
    sizes = (4, 6, 5, targets.shape[1])
    reference = kind(hidden_layer_sizes=sizes[1:-1], activation=activation, solver=solver, alpha=3.0, batch_size=16,
                     shuffle=False, max_iter=3, learning_rate_init=0.01, random_state=0)  # fmt: skip
    with pytest.warns(UserWarning, match="Maximum iterations"):
        reference.fit(X, y, sample_weight=weight)
    chosen = plan(chain(*sizes, activation=ACTIVATIONS[activation]), loss, 3.0, shuffle=False,
                  optimizer=Adam() if solver == "adam" else Momentum())  # fmt: skip
    start = at_weights(chosen, (0,), scikit_learns_start(sizes, activation), np.zeros(0))
    states = list(train(chosen, Samples(X, targets, weight), start, 3))
    pairs = zip(reference.coefs_, reference.intercepts_, strict=True)
    right = np.concatenate([part.ravel() for pair in pairs for part in pair])
    assert_allclose(states[-1].w, right, rtol=1e-10, atol=1e-12)
    assert_allclose([state.loss for state in states], reference.loss_curve_, rtol=1e-10)


def test_steps_are_the_textbooks():
    # a library that has left its specification; all rows are one batch, so that no order matters
    parameters = textbook.initialize(4, 5, 3, np.random.default_rng(2))
    chosen = plan(chain(4, 5, 3), l2=0.3 * 70, batch_size=70)
    start = at_weights(chosen, (0,), np.concatenate([w.ravel() for w in parameters]), np.zeros(0))
    right = textbook.train(X, Y, parameters, 0.3, 0.01, 4, 70, np.random.default_rng(0))
    for state, (parameters, _) in zip(train(chosen, Samples(X, Y), start, 4), right, strict=True):
        assert_allclose(state.w, np.concatenate([w.ravel() for w in parameters]), rtol=1e-9, atol=1e-12)


DEEP = Network((Dense(4, 6, first=True), BatchNorm(6), Relu(), Dropout(0.3), Dense(6, 3)))
PLANS = {
    "sgd": plan(DEEP, l2=0.1, optimizer=SGD(), clip=ByNorm(0.5)),
    "momentum": plan(DEEP, optimizer=Momentum(), schedule=Cosine(0.1, 6)),
    "rmsprop": plan(DEEP, optimizer=RMSProp()),
    "adam": plan(DEEP, l2=0.1, schedule=OneCycle(0.05, 6)),
    "adamw": plan(DEEP, optimizer=AdamW(decay=in_matrices(DEEP.shapes))),
    "adaptive": plan(DEEP, optimizer=SGD(), tol=0.5, patience=0, divisor=5.0),
}


def held_out_score(w, s):
    """Some score that goes up and down."""
    return float(np.sin(100 * w.sum()) + s.sum() / 100)


@pytest.mark.parametrize("name", PLANS)
def test_resuming_from_a_file_is_exact(name, tmp_path):
    # moments, statistics, epoch, time of the schedule, best weights or place in the shuffling left out of the state
    chosen, samples = PLANS[name], Samples(X, Y, WEIGHT)
    whole = list(train(chosen, samples, initial_state(chosen, (5, 8), np.float64), 6, held_out_score))
    write_file(tmp_path / "state.npz", {"state": whole[2]}, {})
    with opened(tmp_path / "state.npz") as (manifest, members):
        read = decode(manifest["state"], members)
    resumed = list(train(chosen, samples, read, 6, held_out_score))
    assert len(resumed) == 3
    for state, right in zip(resumed, whole[3:], strict=True):
        for field in ("w", "s", "best_w", "best_s"):
            assert_array_equal(getattr(state, field), getattr(right, field))
        for moment, correct in zip(state.moments, right.moments, strict=True):
            assert_array_equal(moment, correct)
        plain = {"w": None, "s": None, "best_w": None, "best_s": None, "moments": ()}
        assert replace(state, **plain) == replace(right, **plain)


def test_states_are_not_changed_later():
    # parameters that the next epoch updates in place
    chosen = PLANS["adam"]
    start = initial_state(chosen, (1,), np.float64)
    w, s = start.w.copy(), start.s.copy()
    states = list(train(chosen, Samples(X, Y), start, 3))
    assert_array_equal(start.w, w)
    assert_array_equal(start.s, s)
    assert not np.array_equal(states[0].w, states[1].w)
    assert not np.array_equal(states[0].moments[0], states[1].moments[0])


def test_an_epoch_sees_every_row_once_in_an_order_of_its_own():
    # rows left out or seen twice, the same order in every epoch, the order of another seed
    seen = []

    class Watched(Dense):
        def forward(self, p, x, place=None):
            seen.append(x[0].copy())
            return super().forward(p, x, place)

    chosen = plan(Network((Watched(1, 1),)), SquaredError(), batch_size=4, optimizer=SGD())
    numbers = np.arange(10.0)[:, None]
    state = initial_state(chosen, (3,), np.float64)
    for _ in range(2):
        state = epoch(chosen, Samples(numbers * 1e-3, numbers), state)
    epoch(chosen, Samples(numbers * 1e-3, numbers), initial_state(chosen, (4,), np.float64))
    assert [len(batch) for batch in seen] == [4, 4, 2] * 3
    orders = [np.rint(1e3 * np.concatenate(seen[k : k + 3])).astype(int).tolist() for k in (0, 3, 6)]
    assert [sorted(order) for order in orders] == [list(range(10))] * 3
    assert orders[0] != orders[1] != orders[2] != orders[0]
    assert orders[0] != sorted(orders[0])
    assert state.steps == 6


def test_dropout_draws_other_zeros_in_each_batch_and_epoch():
    # random numbers at the place of the epoch alone
    factors = []

    class Watched(Dropout):
        def forward(self, p, x, place=None):
            y, factor = super().forward(p, x, place)
            factors.append(factor)
            return y, factor

    chosen = plan(Network((Watched(0.5), Dense(4, 3))), batch_size=35)
    list(train(chosen, Samples(X, Y), initial_state(chosen, (0,), np.float64), 2))
    assert len(factors) == 4
    assert all((a != b).mean() > 0.3 for k, a in enumerate(factors) for b in factors[:k])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sparse_rows_take_the_steps_of_dense_ones(dtype):
    # batches of sparse rows in another order, a first layer that makes everything double
    table = (X * (RNG.random(X.shape) < 0.5)).astype(dtype)
    chosen = plan(Network((Dense(4, 6, first=True), Tanh(), Dense(6, 3))), l2=1.0)
    start = initial_state(chosen, (0,), dtype)
    dense, sparse = (
        list(train(chosen, Samples(rows, Y.astype(dtype)), start, 3))[-1] for rows in (table, sparse_rows(table))
    )
    assert dense.w.dtype == sparse.w.dtype == sparse.moments[1].dtype == dtype
    assert_allclose(sparse.w, dense.w, rtol=1e-9 if dtype == np.float64 else 1e-3, atol=1e-6)
    assert_allclose(sparse.loss, dense.loss, rtol=1e-12 if dtype == np.float64 else 1e-5)


def scored(scores, **options):
    """States of a training whose validation scores are given."""
    chosen = plan(chain(4, 3), **options)
    given = iter(scores)
    start = initial_state(chosen, (0,), np.float64)
    return list(train(chosen, Samples(X, Y), start, len(scores), lambda w, s: next(given)))


def test_early_stopping_keeps_the_best_weights():
    # the last weights for the best, an improvement that is not larger than the tolerance, patience off by one
    states = scored([0.1, 0.5, 0.52, 0.4, 0.5, 0.3, 0.9], tol=0.1, patience=2)
    assert [state.validation for state in states] == [0.1, 0.5, 0.52, 0.4, 0.5]
    assert [state.idle for state in states] == [0, 0, 1, 2, 3]
    assert [state.converged for state in states] == [False] * 4 + [True]
    assert states[-1].best == 0.52
    assert_array_equal(states[-1].best_w, states[2].w)
    assert not np.array_equal(states[-1].best_w, states[-1].w)


def test_ties_of_scores():
    # a later epoch of the same score taken for the best; an improvement by exactly the tolerance that does not count
    states = scored([0.5, 0.5, 0.75], tol=0.25, patience=5)
    assert [state.idle for state in states] == [0, 1, 0]
    assert_array_equal(states[1].best_w, states[0].w)


def test_the_schedule_is_told_the_time_in_epochs():
    # a time in batches, or one that is 0 at the beginning of each epoch
    times = []

    def schedule(t):
        times.append(t)
        return 0.01

    chosen = plan(chain(4, 3), schedule=schedule, batch_size=30)
    list(train(chosen, Samples(X, Y), initial_state(chosen, (0,), np.float64), 2))
    assert_allclose(times, [0, 3 / 7, 6 / 7, 1, 10 / 7, 13 / 7])


def test_the_step_size_is_divided_instead():
    # a division that ends training, an endless one, or one that the state forgets
    states = scored([0.0] * 20, tol=0.1, patience=1, divisor=100.0)
    assert [state.rate_factor for state in states[:6]] == [1, 1, 1e-2, 1e-2, 1e-4, 1e-4]
    assert states[-1].converged
    assert len(states) == 9  # 0.01, 1e-4, 1e-6, which is not divided again
    slow = scored([0.0] * 3, tol=0.1, patience=1, divisor=1e9)
    assert scored([0.0] * 3, tol=0.1, patience=0, divisor=2.0, schedule=Constant(1e-6))[-1].converged
    move = [abs(b.w - a.w).max() for a, b in pairwise(slow)]
    assert move[0] > 1e-3
    slow = scored([0.0] * 4, tol=0.1, patience=1, divisor=1e9)
    assert abs(slow[3].w - slow[2].w).max() < 1e-10


def test_training_ends_when_the_loss_does_not_fall():
    # a loss that is compared with the last one and not with the best, or with the wrong sign
    chosen = plan(chain(4, 3), optimizer=SGD(), schedule=Constant(0.5), tol=1e-3, patience=3)
    states = list(train(chosen, Samples(X, Y), initial_state(chosen, (0,), np.float64), 500))
    assert states[-1].converged
    assert len(states) < 100
    assert states[-1].best == -min(state.loss for state in states)
    assert np.isnan(states[-1].validation)
    assert states[-1].best_w is None


def test_divergence_is_an_error():
    # NaN weights that predict something
    chosen = plan(chain(4, 3), SquaredError(), optimizer=SGD(), schedule=Constant(1e6))
    with pytest.raises(FloatingPointError, match=r"diverged in epoch \d+: scale the features"):
        list(train(chosen, Samples(X, Y), initial_state(chosen, (0,), np.float64), 100))
    chosen = plan(chain(4, 3), SquaredError(), optimizer=SGD(), schedule=Constant(1e308), batch_size=70)
    with pytest.raises(FloatingPointError, match="diverged in epoch 1"):  # the loss is that before the step
        list(train(chosen, Samples(X, 100 * Y), initial_state(chosen, (0,), np.float64), 1))


def test_a_network_learns_what_no_line_can():
    # gradients that are right and steps that go nowhere
    points = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    chosen = plan(chain(2, 8, 1, activation=Tanh()), BinaryCrossEntropy(), schedule=Constant(0.05), batch_size=2)
    start = initial_state(chosen, (0,), np.float64)
    last = list(islice(train(chosen, Samples(points, np.array([[0.0], [1.0], [1.0], [0.0]])), start, 200), 200))[-1]
    assert last.loss < 0.01
