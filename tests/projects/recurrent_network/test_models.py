"""Recurrent networks of numbers and classes: forms of sequences and answers, truncation, carried states, forecasts."""

import numpy as np
import pandas
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import groundup
from groundup import RNNClassifier, RNNRegressor
from groundup.core.containers.sequences import Sequences
from groundup.core.estimator.training import Training
from groundup.core.exceptions import InvalidParameterError
from groundup.core.nn.dropout import Dropout
from groundup.core.nn.losses import SquaredError
from groundup.core.nn.parameters import views
from groundup.projects.recurrent_network.solvers import carrying
from groundup.projects.recurrent_network.solvers.carrying import columns, windows
from groundup.projects.recurrent_network.solvers.network import Architecture, recurrent_network
from groundup.projects.recurrent_network.solvers.truncation import SequenceObjective

RNG = np.random.default_rng(0)
LENGTHS = [4, 9, 1, 6, 9, 2]
RAGGED = [RNG.normal(size=(n, 2)) for n in LENGTHS]
LAST = np.array([x[-1, 0] for x in RAGGED])
SUMS = [x.cumsum(axis=0)[:, :1] / 3 for x in RAGGED]
SMALL = {"hidden_layer_sizes": (3,), "max_iter": 3, "random_state": 0, "n_iter_no_change": np.inf}
FORMS = {
    "lstm": {"cell": "lstm"},
    "gru": {"cell": "gru"},
    "rnn": {"cell": "rnn"},
    "deep": {"cell": "gru", "hidden_layer_sizes": (3, 2)},
    "both ways": {"cell": "lstm", "bidirectional": True},
}
ANSWERS = {"last": LAST, "every": SUMS}
pytestmark = pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")


def regressor(**changes):
    return RNNRegressor(**{**SMALL, **changes})


def network_of(objective, w):
    return objective.network.bound(w, np.zeros(0))


# --- forms of sequences and answers ---------------------------------------------------------------------------------


def test_all_forms_of_the_same_sequences():
    # features and steps mixed up in one of the forms
    X = RNG.normal(size=(5, 4, 1))
    y = X[:, -1, 0]
    expected = regressor().fit(X, y)
    forms = {
        "table": X[:, :, 0],
        "list of rows": X[:, :, 0].tolist(),
        "arrays": list(X),
        "flat arrays": list(X[:, :, 0]),
        "nested": X.tolist(),
        "container": Sequences.of(X),
        "objects": np.fromiter(list(X), dtype=object),
        "frames": [pandas.DataFrame(part) for part in X],
    }
    for name, form in forms.items():
        found = regressor().fit(form, y)
        assert_array_equal(found.predict(form), expected.predict(X), err_msg=name)
        assert_array_equal(found.predict(X), expected.predict(X), err_msg=name)
        assert found.n_features_in_ == (4 if name in ("table", "list of rows") else 1)


def test_answers_of_every_step_have_the_form_of_the_fit():
    # an answer attributed to another step, or a container that a user did not give
    X = RNG.normal(size=(5, 4, 2))
    Y = X.cumsum(axis=1)
    array = regressor().fit(X, Y)
    assert array.predict(X).shape == (5, 4, 2)
    assert [part.shape for part in array.predict(RAGGED)] == [(n, 2) for n in LENGTHS]
    listed = regressor().fit(list(X), list(Y))
    assert isinstance(listed.predict(X), list)
    assert_array_equal(np.array(listed.predict(X)), array.predict(X))
    flat = regressor().fit(list(X), [part[:, 0] for part in Y])
    assert [part.shape for part in flat.predict(X)] == [(4,)] * 5
    container = regressor().fit(Sequences.of(X), Sequences.of(Y)).predict(X)
    assert_array_equal(container.values, array.predict(X).reshape(-1, 2))
    assert regressor().fit(X, Y[:, -1]).predict(X).shape == (5, 2)
    assert array.n_outputs_ == 2


def test_series_and_frames_are_sequences_as_arrays_are():
    # lists of them read as tables, and refused because their lengths differ
    expected = regressor().fit(RAGGED, [part[:, 0] for part in RAGGED]).predict(RAGGED)
    frames = [pandas.DataFrame(part) for part in RAGGED]
    found = regressor().fit(frames, [frame[0] for frame in frames]).predict(frames)
    assert [part.tolist() for part in found] == [part.tolist() for part in expected]
    words = [pandas.Series(np.where(part[:, 0] > 0, "up", "down")) for part in RAGGED]
    classes = RNNClassifier(**SMALL).fit(frames, words).predict(frames)
    assert [len(part) for part in classes] == LENGTHS
    assert set(np.concatenate(classes)) <= {"up", "down"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("answers", ANSWERS)
def test_a_sequence_is_predicted_alone_as_in_a_batch(form, answers):
    # padding that the state goes on through, a last step that is the longest sequence's, the wrong end of a direction
    model = regressor(**FORMS[form]).fit(RAGGED, ANSWERS[answers])
    together = model.predict(RAGGED)
    for k, x in enumerate(RAGGED):
        assert_allclose(model.predict([x])[0], together[k], rtol=1e-12)
    reordered = model.predict(RAGGED[::-1])
    for one, other in zip(together, reordered[::-1], strict=True):
        assert_allclose(other, one, rtol=1e-12)


WRONG = {
    "widths": ([np.ones((3, 2)), np.ones((3, 1))], [1, 2], "all sequences must have as many features, got"),
    "NaN": ([np.ones(3), np.array([1.0, np.nan])], [1, 2], "NaN or infinity in sequence 1 at step 1"),
    "NaN in an array": (np.full((2, 3, 2), np.nan), [1, 2], "X contains NaN or infinity in sequence 0 at step 0"),
    "NaN in a container": (Sequences(np.full((3, 1), np.inf), np.array([0, 3])), [1], "X contains NaN or infinity"),
    "empty": ([np.ones((3, 2)), np.ones((0, 2))], [1, 2], "at least one step, but sequence 1 has shape"),
    "no features": ([np.ones((3, 0))], [1], "at least one feature"),
    "none": (np.ones((0, 3, 2)), [], "X has 0 sequences"),
    "four dimensions": (np.ones((2, 3, 2, 1)), [1, 2], "array of shape .n, T, d. or .n, T. for X.*got 4D array"),
    "four in a list": ([np.ones((3, 2, 1))], [1], "sequence 0 has shape"),
    "words": ([np.array(["a", "b"])], [1], "X must hold numbers only, but sequence 0 has dtype"),
    "too few answers": ([np.ones(3), np.ones(2)], [1], "inconsistent numbers of samples: .2, 1."),
    "too few steps": ([np.ones(3), np.ones(2)], [np.ones(3), np.ones(3)], "sequence 1 has 2 steps in X and 3 in y"),
    "too few lists": ([np.ones(3), np.ones(2)], [np.ones(3)], "inconsistent numbers of samples: .2, 1."),
    "other steps": (np.ones((2, 3, 1)), np.ones((2, 4, 1)), "one answer for each step of X, got .2, 4, 1."),
    "NaN answers": (np.ones((1, 3, 1)), np.full((1, 3, 1), np.nan), "y contains NaN or infinity in sequence 0"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_sequences_that_are_none_are_refused(wrong):
    # errors from deep inside NumPy, and sequences that are broadcast
    X, y, message = WRONG[wrong]
    with pytest.raises((ValueError, TypeError), match=message):
        regressor().fit(X, y)


def test_sequences_with_other_features_are_refused():
    # a table of the fit's width that was taken for it, or steps of another width that are broadcast
    model = regressor().fit(RAGGED, LAST)
    with pytest.raises(ValueError, match="X has 3 features, but RNNRegressor is expecting 2 features at each step"):
        model.predict(np.ones((2, 4, 3)))
    with pytest.raises(ValueError, match="X has 1 features"):
        model.predict(np.ones((2, 2)))
    table = regressor().fit(np.ones((3, 4)), [1.0, 2.0, 3.0])
    assert table.predict([np.ones(7), np.ones(2)]).shape == (2,)
    with pytest.raises(ValueError, match="X has 5 features, but RNNRegressor is expecting 4 features as input"):
        table.predict(np.ones((2, 5)))
    with pytest.raises(ValueError, match="y must have an answer after the last step"):
        model.score(RAGGED, SUMS)


# --- classes --------------------------------------------------------------------------------------------------------


def test_classes_of_every_step():
    # codes of classes that are attributed to other steps; probabilities along the wrong axis
    labels = [np.where(x.cumsum(axis=0)[:, 0] > 0, "up", "down") for x in RAGGED]
    model = RNNClassifier(hidden_layer_sizes=(8,), cell="rnn", solver="lbfgs", random_state=0, max_iter=300)
    model.fit(RAGGED, labels)
    assert model.score(RAGGED, labels) == 1.0
    assert [part.tolist() for part in model.predict(RAGGED)] == [part.tolist() for part in labels]
    for part, log, of in zip(model.predict_proba(RAGGED), model.predict_log_proba(RAGGED), labels, strict=True):
        assert part.shape == (len(of), 2)
        assert_allclose(part.sum(axis=1), 1)
        assert_allclose(np.exp(log), part)
    lists = RNNClassifier(hidden_layer_sizes=(8,), cell="rnn", solver="lbfgs", random_state=0, max_iter=300)
    assert_array_equal(lists.fit(RAGGED, [part.tolist() for part in labels])._learned.w, model._learned.w)
    X, table = np.stack([RAGGED[1], RAGGED[4]]), np.stack([labels[1], labels[4]])
    assert RNNClassifier(**SMALL).fit(X, table).predict(X).shape == (2, 9)
    assert RNNClassifier(**SMALL).fit(X, table).predict_proba(X).shape == (2, 9, 2)


def test_three_classes_and_their_weights():
    # one score for three classes; a class of absent sequences
    y = np.array([3, 1, 2, 3, 1, 2])
    model = RNNClassifier(**SMALL).fit(RAGGED, y)
    assert (model.n_outputs_, model.classes_.tolist()) == (3, [1, 2, 3])
    assert_allclose(model.predict_proba(RAGGED).sum(axis=1), 1)
    two = RNNClassifier(**SMALL).fit(RAGGED, y, y != 2)
    assert (two.n_outputs_, two.classes_.tolist()) == (1, [1, 3])
    again = RNNClassifier(warm_start=True, **SMALL).fit(RAGGED, y)
    with pytest.raises(ValueError, match="warm_start can only be used where `y` has the same classes"):
        again.fit(RAGGED, y == 1)


# --- the objective --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", ANSWERS)
@pytest.mark.parametrize("truncation", [None, 3])
def test_a_weight_of_two_is_the_sequence_twice(answers, truncation):
    # weights of sequences that are not those of their steps, in loss, gradient, certificate or bias
    weight, twice = np.array([1, 2, 0, 1, 3, 1]), np.array([0, 1, 1, 3, 4, 4, 4, 5])
    X, y = RAGGED, ANSWERS[answers]
    weighted = regressor(truncation=truncation, alpha=0.1).fit(X, y, weight)
    repeated = regressor(truncation=truncation, alpha=0.1).fit([X[k] for k in twice], [y[k] for k in twice])
    assert_allclose(weighted._learned.w, repeated._learned.w, rtol=1e-9)
    assert weighted.loss_ == pytest.approx(repeated.loss_, rel=1e-12)
    assert weighted.gradient_norm_ == pytest.approx(repeated.gradient_norm_, rel=1e-9)
    assert weighted.certificate_.value == pytest.approx(repeated.certificate_.value, rel=1e-6)
    score = repeated.score([X[k] for k in twice], [y[k] for k in twice])
    assert weighted.score(X, y, weight) == pytest.approx(score, rel=1e-12)


@pytest.mark.parametrize("answers", ANSWERS)
def test_the_loss_is_a_mean_over_answers(answers):
    # a sum, a mean over sequences of the means of their steps, or twice the half of the square
    y = ANSWERS[answers]
    flat = np.concatenate(y) if answers == "every" else y
    model = regressor(max_iter=1, alpha=0.0, learning_rate_init=1e-9).fit(RAGGED, y)
    found = model.predict(RAGGED)
    errors = (np.concatenate(found) if answers == "every" else found) - flat.ravel().reshape(np.shape(flat))
    assert model.loss_ == pytest.approx(np.mean(np.square(errors)) / 2, rel=1e-6)


@pytest.mark.parametrize("answers", ANSWERS)
def test_the_penalty_has_the_weight_of_an_answer(answers):
    # a penalty on biases, on none, for each answer, or of the gradient
    y = ANSWERS[answers]
    still = {"max_iter": 1, "learning_rate_init": 1e-9, "cell": "gru"}
    plain, penalized = regressor(alpha=0.0, **still).fit(RAGGED, y), regressor(alpha=3.0, **still).fit(RAGGED, y)
    p = plain._bound()[1]
    squares = sum(float((part[name] ** 2).sum()) for part in p.values() for name in ("W", "U") if name in part)
    count = sum(LENGTHS) if answers == "every" else len(LENGTHS)
    assert penalized.loss_ - plain.loss_ == pytest.approx(1.5 * squares / count, rel=1e-6)


def test_outputs_begin_in_the_unit_of_the_targets():
    # tanh units that cannot reach targets of 1e5; means far from zero
    X = RNG.normal(size=(60, 8, 1))
    y = X[:, -3:, 0].sum(axis=1)
    fit = {"hidden_layer_sizes": (8,), "cell": "gru", "random_state": 0, "learning_rate_init": 0.02, "max_iter": 150}
    plain = RNNRegressor(**fit).fit(X, y)
    large = RNNRegressor(**fit).fit(X, 1e5 * y + 1e7)
    assert plain.score(X, y) > 0.99
    assert large.score(X, 1e5 * y + 1e7) > 0.98
    assert large.gradient_check_ < 1e-8


def test_single_precision_in_and_out():
    # double precision that creeps in by zeros of a state
    for changes in ({}, {"truncation": 2}, {"bidirectional": True, "cell": "rnn"}):
        single = [x.astype(np.float32) for x in RAGGED]
        model = regressor(**changes).fit(single, [y.astype(np.float32) for y in SUMS])
        assert model._learned.w.dtype == np.float32
        assert {part.dtype for part in model.predict(single)} == {np.dtype(np.float32)}
        assert model.gradient_check_ < 1e-6


def test_gradients_are_clipped_by_their_norm():
    # clipping that is not handed on, by component, or after the step
    X, y = RAGGED, 100 * LAST
    fit = {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 0.1, "max_iter": 1, "tol": 0}
    begin = next(iter(regressor(**fit, clip=1e-12).steps(X, y))).training.w
    step = next(iter(regressor(**fit, clip=0.5).steps(X, y))).training.w - begin
    whole = next(iter(regressor(**fit, clip=None).steps(X, y))).training.w - begin
    assert np.linalg.norm(step) == pytest.approx(0.05, rel=1e-6)
    assert np.linalg.norm(whole) > 1
    assert_allclose(step / np.linalg.norm(step), whole / np.linalg.norm(whole), atol=1e-9)


# --- truncation and carried states ----------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", ANSWERS)
def test_truncation_beyond_the_length_is_none(answers):
    # a piece too many, or other random numbers in the first piece
    fit = {"dropout": 0.3, "batch_size": 4, "hidden_layer_sizes": (3, 2)}
    whole = regressor(**fit).fit(RAGGED, ANSWERS[answers])
    assert_array_equal(regressor(truncation=9, **fit).fit(RAGGED, ANSWERS[answers])._learned.w, whole._learned.w)
    other = regressor(truncation=8, **fit).fit(RAGGED, ANSWERS[answers])
    assert np.abs(other._learned.w - whole._learned.w).max() > 1e-6


def truncated(every, k=3):
    """An objective with truncation, its data and parameters."""
    made_of = Architecture(2, (3, 2), 1, "lstm", "tanh", bidirectional=False, every_step=every)
    network = recurrent_network(made_of)
    X = Sequences.of(RAGGED)
    y = Sequences.of(SUMS) if every else LAST[:, None]
    w = network.initial((1,), np.float64)[0] * 2
    return SequenceObjective(network, SquaredError(), 0.0, k), X, y, w


def piece_losses(objective, X, y, w, frozen):
    """Losses of the pieces as functions of `w`, each of which begins with the states that parameters `frozen` give."""
    values, states, other = [], carrying.zeros(objective.network, len(X), float), network_of(objective, frozen)
    for piece in windows(X, objective.truncation):
        here = columns(states, piece.rows)
        z = carrying.forward_carrying(objective.network, network_of(objective, w), piece.of(X).T, here)[0]
        values.append(objective.losses(z, piece.of(y).values.T, None)[0])
        carrying.put(states, piece.rows, carrying.forward_carrying(objective.network, other, piece.of(X).T, here)[2])
    return np.array(values)


def test_derivatives_of_pieces_begin_at_their_first_step():
    # derivatives that leak into the piece before, a state that is not carried, a loss of the unbroken sequence missed
    objective, X, y, w = truncated(every=True)
    gradient = np.zeros_like(w)
    g, p = views(objective.network.shapes, gradient), network_of(objective, w)
    directions = RNG.normal(size=(4, len(w)))
    found, values, totals = [], [], []
    for value, total, _ in objective.pieces(p, g, X, y, None, None):
        found.append(directions @ gradient)
        values.append(value)
        totals.append(total)
    h = 1e-6
    numeric = [
        (piece_losses(objective, X, y, w + h * d, w) - piece_losses(objective, X, y, w - h * d, w)) / (2 * h)
        for d in directions
    ]
    assert_allclose(np.array(found).T, numeric, rtol=1e-6, atol=1e-8)
    assert totals == [3 + 3 + 1 + 3 + 3 + 2, 1 + 3 + 3 + 3, 3 + 3]
    whole = SequenceObjective(objective.network, objective.loss)
    assert sum(values) == pytest.approx(whole.summed(p, g, X, y, None, None), rel=1e-12)
    total = np.zeros_like(w)
    objective.summed(p, views(objective.network.shapes, total), X, y, None, None)
    assert_allclose(directions @ total, np.array(found).sum(axis=0), rtol=1e-12)


def test_only_the_last_steps_are_differentiated():
    # derivatives of the beginning, a beginning that is forgotten, or the same number of steps for each sequence
    objective, X, y, w = truncated(every=False)
    gradient = np.zeros_like(w)
    value = objective.summed(network_of(objective, w), views(objective.network.shapes, gradient), X, y, None, None)
    whole = SequenceObjective(objective.network, objective.loss)
    scratch = views(objective.network.shapes, np.zeros_like(w))
    assert value == pytest.approx(whole.summed(network_of(objective, w), scratch, X, y, None, None), rel=1e-12)

    def loss(v):
        total = 0.0
        for x, target in zip(RAGGED, LAST, strict=True):
            states = {}
            for part, weights in ((x[:-3], w), (x[-3:], v)):
                if len(part):
                    steps = Sequences.of([part]).T
                    z, _, states = carrying.forward_carrying(
                        objective.network, network_of(objective, weights), steps, states
                    )
            total += float((z[0, 0] - target) ** 2) / 2
        return total

    for direction in RNG.normal(size=(4, len(w))):
        h = 1e-6
        numeric = (loss(w + h * direction) - loss(w - h * direction)) / (2 * h)
        assert direction @ gradient == pytest.approx(numeric, rel=1e-6, abs=1e-8)


def test_training_makes_a_step_for_each_piece():
    # one step of the optimiser a batch: with one long series, one an epoch
    series = np.sin(0.3 * np.arange(50))[None, :, None]
    states = list(regressor(truncation=10, max_iter=2).steps(series[:, :-1], series[:, 1:]))
    assert [state.training.steps for state in states] == [5, 10]
    states = list(regressor(truncation=10, max_iter=2).steps(series, [1.0]))
    assert [state.training.steps for state in states] == [1, 2]


@pytest.mark.parametrize("form", ["lstm", "gru", "rnn", "deep"])
def test_a_carried_state_equals_the_unbroken_sequence(form, monkeypatch):
    # a state that is lost, or given to another sequence, where long sequences are read in pieces
    for answers in ANSWERS.values():
        model = regressor(**FORMS[form]).fit(RAGGED, answers)
        whole, states = model.predict(RAGGED), model.hidden_states(RAGGED)
        monkeypatch.setattr(carrying, "WINDOW", 2)
        for one, other in zip(whole, model.predict(RAGGED), strict=True):
            assert_allclose(other, one, rtol=1e-12)
        assert_allclose(model.hidden_states(RAGGED).values, states.values, rtol=1e-12)
        monkeypatch.undo()
    assert states.lengths.tolist() == LENGTHS


def test_hidden_states_are_those_that_the_answers_are_made_of():
    # states of another layer, or of steps in packed order
    model = regressor(bidirectional=True, hidden_layer_sizes=(3, 2)).fit(RAGGED, SUMS)
    network, p = model._bound()
    last = p[str(len(network.layers) - 1)]
    states = model.hidden_states(RAGGED)
    assert states.values.shape == (sum(LENGTHS), 4)
    assert_allclose(states.values @ last["W"] + last["b"], np.concatenate(model.predict(RAGGED)), rtol=1e-12)
    end = regressor(bidirectional=True, cell="rnn").fit(RAGGED, LAST)  # each direction's last step
    states, p = end.hidden_states(RAGGED), end._bound()[1]
    read = np.hstack([states.values[states.starts[1:] - 1, :3], states.values[states.starts[:-1], 3:]])
    assert_allclose((read @ p["2"]["W"] + p["2"]["b"])[:, 0], end.predict(RAGGED), rtol=1e-12)


# --- forecasts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", ["every", "last"])
def test_forecasts_feed_answers_back(answers):
    # a first value that is skipped, a state that is not carried, or that begins anew with each value
    X = [x[:-1] for x in RAGGED if len(x) > 1]
    Y = [x[1:] for x in RAGGED if len(x) > 1]
    y = Y if answers == "every" else np.array([part[-1] for part in Y])
    model = regressor(cell="gru").fit(X, y)
    found = model.forecast(X, 3)
    assert found.shape == (5, 3, 2)
    for k, x in enumerate(X):
        for t in range(3):
            answer = model.predict([x])[0]
            answer = answer[-1] if answers == "every" else answer
            assert_allclose(found[k, t], answer, rtol=1e-10)
            x = np.vstack([x, answer])


def test_forecasts_need_a_model_of_the_next_step():
    # an answer of another kind that is fed back
    with pytest.raises(ValueError, match="as many numbers as a step has features: 2"):
        regressor().fit(RAGGED, LAST).forecast(RAGGED, 2)
    both = regressor(bidirectional=True).fit(RAGGED, RAGGED)
    with pytest.raises(ValueError, match="bidirectional=False"):
        both.forecast(RAGGED, 2)
    with pytest.raises(InvalidParameterError, match="steps=0 is not allowed"):
        regressor().fit(RAGGED, RAGGED).forecast(RAGGED, 0)


def test_linear_dynamics_are_found_exactly():
    # any mistake in the derivatives of a linear cell: x' = A x has one answer, and sums have one
    A = np.array([[0.8, -0.4], [0.3, 0.9]])
    X = RNG.normal(size=(12, 1, 2))
    for _ in range(9):
        X = np.concatenate([X, X[:, -1:] @ A.T], axis=1)
    linear = {"cell": "rnn", "activation": "identity", "solver": "lbfgs", "alpha": 0.0, "random_state": 0}
    linear |= {"tol": 1e-9, "max_iter": 2000}
    model = RNNRegressor((2,), **linear).fit(X[:, :-1], X[:, 1:])
    new = np.array([[[1.0, 0.5]]])
    expected = [new[0, 0] @ np.linalg.matrix_power(A, k).T for k in range(1, 6)]
    assert_allclose(model.forecast(new, 5)[0], expected, atol=1e-3)
    assert model.certificate_.holds

    steps = [RNG.normal(size=3 + k % 5) for k in range(40)]
    total = RNNRegressor((1,), **linear).fit(steps, [part.sum() for part in steps])
    p = total._bound()[1]
    assert_allclose(p["0"]["U"], 1, atol=1e-4)  # it forgets nothing,
    assert_allclose(p["0"]["W"] @ p["2"]["W"], 1, atol=1e-4)  # and adds what comes
    longer = RNG.normal(size=(2, 15, 1))
    assert_allclose(total.predict(longer), longer[:, :, 0].sum(axis=1), atol=1e-2)


# --- training -------------------------------------------------------------------------------------------------------


def test_early_stopping_holds_out_sequences():
    # steps of a sequence in both parts, or weights that are not the best
    X = RNG.normal(size=(40, 5, 1))
    model = RNNRegressor((4,), early_stopping=True, random_state=0, max_iter=30, learning_rate_init=0.03)
    model.fit(X, X.cumsum(axis=1))
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.certificate_.holds
    assert model.t_ == 36 * model.n_iter_
    held = model._split(model._prepare(X, X.cumsum(axis=1), None), model._state.training.seed)[1]
    assert_allclose(
        model.score(held.X.values.reshape(4, 5, 1), held.y.values.reshape(4, 5, 1)), model.best_validation_score_
    )


def test_early_stopping_holds_out_a_share_of_each_class():
    # a rare class that is held out as a whole, or not at all
    X, y = RNG.normal(size=(60, 3, 1)), np.repeat(["rare", "usual"], [10, 50])
    model = RNNClassifier((2,), early_stopping=True, validation_fraction=0.2, random_state=0, max_iter=1)
    data = model._prepare(X, y, None)
    for seed in range(5):
        assert model._split(data, (seed,))[1].y[:, 0].tolist().count(0.0) == 2


def test_a_warm_start_goes_on():
    # weights that begin anew, or those of other layers
    first = regressor(warm_start=True).fit(RAGGED, LAST)
    w = first._learned.w
    begin = next(iter(first.set_params(learning_rate_init=1e-12, max_iter=1).steps(RAGGED, LAST)))
    assert_allclose(begin.training.w, w, atol=1e-9)
    other = first.set_params(cell="gru").fit(RAGGED, LAST)
    assert other._learned.made_of.cell == "gru"
    assert len(other.loss_curve_) == 1


def test_a_model_of_every_step_is_saved_with_the_form_of_its_answers(tmp_path):
    # a loaded model that answers with another container
    model = regressor(truncation=4).fit(RAGGED, SUMS)
    groundup.save(model, tmp_path / "model.npz")
    for one, other in zip(model.predict(RAGGED), groundup.load(tmp_path / "model.npz").predict(RAGGED), strict=True):
        assert_array_equal(one, other)


def test_resuming_pieces_and_dropout_to_the_bit():
    # random numbers of pieces that follow from a generator's position
    fit = {"truncation": 2, "dropout": 0.3, "batch_size": 4, "cell": "gru"}
    states = list(regressor(**fit).steps(RAGGED, SUMS))
    (last,) = Training(regressor(**fit), RAGGED, SUMS, start=states[1])
    assert_array_equal(last.training.w, states[-1].training.w)


@pytest.mark.parametrize("answers", ANSWERS)
def test_each_piece_has_zeros_of_its_own(answers, monkeypatch):
    # dropout that takes the same units away in every piece
    places, forward = [], Dropout.forward

    def recorded(layer, p, x, place=None):
        places.append(place)
        return forward(layer, p, x, place)

    monkeypatch.setattr(Dropout, "forward", recorded)
    next(iter(regressor(truncation=3, dropout=0.3, max_iter=1).steps(RAGGED, ANSWERS[answers])))
    assert len(places) == len(set(places)) == 3
    assert None not in places


def test_options_that_exclude_each_other():
    # truncation of a layer that reads backwards, batches of a method without them
    for changes in ({"truncation": 3, "bidirectional": True}, {"solver": "lbfgs", "truncation": 3},
                    {"solver": "lbfgs", "dropout": 0.1}):  # fmt: skip
        with pytest.raises(InvalidParameterError, match=r"RNNRegressor: (bidirectional|dropout)"):
            regressor(**changes).fit(RAGGED, LAST)


# --- long lags ------------------------------------------------------------------------------------------------------


def adding(n, steps, seed):
    """Random numbers, of which two are marked, one in each half: the answer is their sum."""
    rng = np.random.default_rng(seed)
    rows, marks = np.arange(n), np.zeros((n, steps))
    places = rng.integers(0, steps // 2, n), rng.integers(steps // 2, steps, n)
    numbers = rng.random((n, steps))
    for place in places:
        marks[rows, place] = 1
    return np.stack([numbers, marks], axis=2), numbers[rows, places[0]] + numbers[rows, places[1]]


LONG = {"hidden_layer_sizes": (16,), "random_state": 0, "batch_size": 32, "learning_rate_init": 0.02}


@pytest.mark.parametrize(("cell", "learned"), [("gru", True), ("lstm", True), ("rnn", False)])
def test_gates_bridge_a_lag_that_plain_cells_do_not(cell, learned):
    # gates that are mixed up, a cell that forgets, derivatives that end before the beginning
    X, y = adding(400, 40, 0)
    model = RNNRegressor(cell=cell, max_iter=18, **LONG).fit(X.astype(np.float32), y)
    assert (model.score(*adding(300, 40, 1)) > 0.9) == learned
    if not learned:
        assert model.score(*adding(300, 40, 1)) < 0.1


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_a_symbol_is_kept_through_twenty_others(cell):
    # the copy task: an answer from the last steps alone, a first step that is left out (plain cells start orthogonal)
    def copying(n, seed):
        rng, kept = np.random.default_rng(seed), np.random.default_rng(seed + 10).integers(0, 4, n)
        return np.eye(8, dtype=np.float32)[np.column_stack([kept, rng.integers(4, 8, (n, 20))])], kept

    model = RNNClassifier(cell=cell, max_iter=16, **LONG | {"random_state": 1}).fit(*copying(600, 0))
    assert model.score(*copying(300, 1)) > 0.99
