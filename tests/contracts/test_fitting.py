"""Contracts about fitting: states, resuming, failing, fitting again, learning from one more batch."""

import copy
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from itertools import islice, pairwise

import numpy as np
import pandas as pd
import pytest

from contracts.cases import (
    ALL,
    FIRST,
    assert_finite,
    assert_same,
    attributes,
    cases,
    classes,
    first_output,
    outputs,
    quietly,
)
from groundup.core.estimator import incremental as incremental_module
from groundup.core.estimator import training as training_module
from groundup.core.estimator.incremental import COLUMNS, Incremental
from groundup.core.estimator.training import Training, scalars
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError, NotFittedError
from groundup.saving import load_state, save_state

DECOMPOSITIONS = ("cholesky", "eigh", "eigvalsh", "inv", "lstsq", "pinv", "qr", "solve", "svd")
MOST_RESUMED = 5  # A longer fit is resumed from this many of its states.
GENERAL = {"n_features_in_", "feature_names_in_", "history_", "certificate_"}
INCREMENTAL = [pytest.param(case, id=name) for name, case in FIRST.items() if hasattr(case.estimator, "partial_fit")]


def training_of(case, **changes):
    """A training on the case's data, weighted."""
    X, y = case.data()
    return Training(case.model(**changes), X, y, case.positive_weights(X))


def stop_after(training, count):
    """Take some states of a training."""
    for _ in islice(training, count):
        pass


# --- states ---------------------------------------------------------------------------------------------------------


@cases(texts=True)
def test_fit_is_the_last_of_the_steps(case):
    """Catches an algorithm written twice, a history shifted by one, states that go on after convergence."""
    X, y = case.data()
    model = case.model()
    before = dict(vars(model))
    states = quietly(case, lambda: list(model.steps(X, y)))
    assert vars(model) == before
    model = case.usual
    assert model.history_.keys() == scalars(states[0]).keys()
    for name, column in model.history_.items():
        np.testing.assert_array_equal(column, [scalars(state).get(name, np.nan) for state in states], err_msg=name)
    assert states[-1].converged == case.variant.converges
    assert not any(state.converged for state in states[:-1])


@cases(texts=True)
def test_states_say_where_they_are_and_what_is_watched(case):
    """Catches states that progress, learning curve and report cannot read, and states that change afterwards."""
    X, y = case.data()
    model = case.model()
    states = list(model.steps(X, y))
    for state in states:
        assert isinstance(state.iteration, int)
        assert isinstance(state.converged, bool)
        assert model.watched in scalars(state)
        with pytest.raises(FrozenInstanceError):
            state.iteration = 0
    steps = np.diff([state.iteration for state in states])
    assert ((steps == 1) | (getattr(model, "n_init", 1) != 1)).all()  # A new start of k-means counts from 1.
    most = model.most_states()
    assert most is None or len(states) <= most + 1  # The start counts as a state where it is yielded.
    kept = [{part.name: getattr(state, part.name) for part in fields(state)} for state in states]
    again = [{part.name: getattr(state, part.name) for part in fields(state)} for state in model.steps(X, y)]
    assert_same(kept, again)


@cases(texts=True)
def test_nothing_is_factorised_before_the_first_state(case, monkeypatch):
    """Catches a fit in `_prepare`, which no time limit, progress line or interruption can see."""

    def refuse(*args, **kwargs):
        raise AssertionError("factorised before the first state was asked for")

    with monkeypatch.context() as patch:
        for name in DECOMPOSITIONS:
            patch.setattr(np.linalg, name, refuse)
        training = training_of(case)
    assert next(iter(training)) is training.state


@cases(texts=True)
def test_resuming_equals_not_stopping(case, tmp_path):
    """Catches momentum, order, seed or a best run lost at a checkpoint, and a last step taken twice."""
    whole = training_of(case)
    states, fitted = case.train(whole)
    places = np.unique(np.linspace(0, len(states) - 1, MOST_RESUMED).astype(int))
    for k in places:
        first = training_of(case)
        stop_after(first, k + 1)
        save_state(first.state, tmp_path / "state.npz", first.model)
        start, _ = load_state(tmp_path / "state.npz", first.model)
        X, y = case.data()
        resumed = case.model()
        if hasattr(resumed, "random_state"):
            resumed.random_state = None  # A state knows the seed that it began with.
        rest = Training(resumed, X, y, case.positive_weights(X), start=start, history=first.history())
        remaining, model = case.train(rest)
        assert_same(states[k + 1 :], remaining, f"after state {k}")
        assert_same(attributes(fitted), attributes(model), f"after state {k}")


@cases(texts=True)
def test_a_fit_may_end_at_any_state(case):
    """Catches a model that is useless when time runs out, and silence about it."""
    whole, _ = case.train(training_of(case))
    X, _ = case.data()
    for count in {0, 1, len(whole) // 2}:
        training = training_of(case)
        stop_after(training, count)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = training.finish()
        proved = case.estimator._proves and model.certificate_.holds
        assert training.state.converged or proved or any(issubclass(w.category, ConvergenceWarning) for w in caught)
        assert len(model.history_["iteration"]) == max(1, count)
        for name, value in outputs(model, X).items():
            assert len(value) == len(X)
            assert_finite(np.asarray(value), name)


@classes()
def test_steps_refuse_at_once(case):
    """Catches a generator that refuses nothing before its first state is asked for."""
    X, y = case.data()
    name = case.estimator.parameter_names()[0]
    with pytest.raises(InvalidParameterError, match=f"{name}="):
        case.model(**{name: object()}).steps(X, y)
    with pytest.raises(ValueError, match="NaN"):
        case.model().steps(np.full_like(X, np.nan), y)


# --- failing and fitting again ------------------------------------------------------------------------------------


def spoilt(case):
    """Arguments of fits that fail: entries, shapes, weights."""
    X, y = case.data()
    yield np.full_like(X, np.nan), y, None
    yield X[:, :0], y, None
    yield X, y, -np.ones(len(X))
    yield X, y, np.ones(3)
    if y is not None:
        yield X, y[:-1], None
        yield X, None, None
        if y.dtype.kind == "f":
            yield X, np.where(np.arange(y.size).reshape(y.shape) == 3, np.inf, y), None


@classes()
def test_a_failed_fit_leaves_the_model_as_it_was(case):
    """Catches attributes that are set before the fit is known to succeed."""
    X, y = case.data()
    model = case.fit(case.model(), X, y)
    before = dict(vars(model))
    fresh = case.model()
    for arguments in spoilt(case):
        for one in (model, fresh):
            with pytest.raises((ValueError, TypeError)):
                one.fit(*arguments)
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[name] is before[name] for name in before)
    assert not attributes(fresh)
    with pytest.raises(NotFittedError):
        first_output(fresh, X)


@pytest.mark.parametrize("case", [pytest.param(c, id=n) for n, c in FIRST.items() if c.example.diverging])
def test_a_fit_that_diverges_leaves_the_model_as_it_was(case):
    """Catches parameters full of NaN after an error, or an error that does not say what to change."""
    X, y = case.data()
    model = case.fit(case.model(), X, y)
    model.set_params(**case.example.diverging)
    before = dict(vars(model))
    with pytest.raises(FloatingPointError, match="learning_rate"), np.errstate(over="ignore", invalid="ignore"):
        model.fit(X, y)
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[name] is before[name] for name in before)


@cases()
def test_a_second_fit_forgets_the_first(case):
    """Catches names, labels, seeds or a state of the first fit that stay behind."""
    X, y = case.data(columns=6, seed=1)
    frame = pd.DataFrame(X, columns=[f"column {k}" for k in range(X.shape[1])])
    model = case.model()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # The suite's parameters are made for its first data.
        model.fit(frame, y)
    X, y = case.data()
    assert_same(attributes(case.usual), attributes(case.fit(model, X, y)))
    assert_same(outputs(case.usual, X), outputs(model, X))


PAIRS = [
    pytest.param(one, other, id=f"{one.name}-{one_name.split('-')[1]}-{other_name.split('-')[1]}")
    for (one_name, one), (other_name, other) in pairwise(ALL.items())
    if one.name == other.name
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_fit_with_other_parameters_forgets_the_first(one, other):
    """Catches attributes that only some parameters set, and that stay behind."""
    model = one.fit(one.model(), *one.data())
    X, y = other.data()
    parameters = other.model().get_params()
    other.fit(model.set_params(**parameters), X, y)
    assert_same(attributes(other.usual), attributes(model))


def interrupted(function, line):
    """Call a function, and interrupt it at a line of the code that changes models; return whether it ended before."""
    seen = 0

    def trace(frame, event, argument):
        nonlocal seen
        if frame.f_code.co_filename not in (training_module.__file__, incremental_module.__file__):
            return None
        if event == "line":
            seen += 1
            if seen == line:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except KeyboardInterrupt:
        return False
    finally:
        sys.settrace(before)
    return True


def assert_old_or_new_at_every_line(fitted, change, expected):
    """Interrupt ``change(model)`` at its first line, its second, and so on."""
    for line in range(1, 1000):
        model = copy.copy(fitted)
        ended = interrupted(lambda model=model: change(model), line)
        found = vars(model)
        old = found.keys() == vars(fitted).keys() and all(value is vars(fitted)[name] for name, value in found.items())
        if not old:
            assert_same(expected, attributes(model), f"line {line}")
        if ended:
            break
    assert ended
    assert not old
    assert line > 5  # The lines were seen.


@classes(texts=True)
def test_an_interrupted_fit_leaves_the_old_model_or_the_new(case):
    """Catches attributes that are removed before the new ones come, and that come one by one."""
    X, y = case.data(seed=1)
    fitted = case.fit(case.model(), case.named(X), y)
    whole = Training(case.model(), *case.data())
    states = list(whole)

    def refit(model):
        training = Training(model, *case.data())
        training.state, training._history = last, history
        return training.finish()

    last, history = states[-1], whole._history
    assert_old_or_new_at_every_line(fitted, refit, attributes(case.usual))


@pytest.mark.parametrize("case", INCREMENTAL)
def test_an_interrupted_batch_leaves_the_old_model_or_the_new(case):
    """Catches half a batch."""
    fitted = learned(case, case.model(), *case.data())
    expected = attributes(learned(case, copy.copy(fitted), *case.data(seed=1)))
    assert_old_or_new_at_every_line(fitted, lambda model: learned(case, model, *case.data(seed=1)), expected)


REFITS = 8


@pytest.fixture
def hasty_threads():
    """Threads take turns every 50 microseconds: they meet more often, and no fit waits 5 ms for each small step."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(usual)


@classes(texts=True)
def test_a_model_can_be_used_while_another_thread_fits_it(case, hasty_threads):
    """Catches a model that is unfitted for a moment."""
    X, y = case.data()
    model = case.fit(case.model(), X, y)
    expected = outputs(model, X)
    done = threading.Event()

    def use():
        while not done.is_set():
            assert_same(expected, outputs(model, X))

    with ThreadPoolExecutor(2) as threads:
        users = [threads.submit(use) for _ in range(2)]
        for _ in range(REFITS):
            case.fit(model, X, y)
        done.set()
        for user in users:
            user.result()


@classes(texts=True)
def test_fitted_attributes_are_declared(case):
    """Catches an attribute that a later partial fit would not remove, and a declaration that nothing sets."""
    model = case.usual
    private = {name for name in attributes(model) if not name.endswith("_")}
    assert private <= case.estimator._fitted
    without = {"feature_names_in_", "n_features_in_"} if case.of_text else {"feature_names_in_"}
    assert GENERAL - without <= set(vars(model))


# --- one more batch -------------------------------------------------------------------------------------------------


def learned(case, model, X, y):
    """Call partial_fit as the kind of model needs it."""
    if model.kind == "classifier":
        return model.partial_fit(X, y, classes=np.unique(case.data()[1]))
    return model.partial_fit(X, y)


def test_every_model_with_partial_fit_shares_its_path():
    """Catches a hand-written partial_fit, which forgets what a fit had set."""
    assert INCREMENTAL
    for parameter in INCREMENTAL:
        assert issubclass(parameter.values[0].estimator, Incremental)


@pytest.mark.parametrize("case", INCREMENTAL)
def test_partial_fit_leaves_nothing_stale(case):
    """Catches a certificate, a history, counts or labels of the earlier fit that stay behind."""
    X, y = case.data()
    model = case.fit(case.model(), X, y)
    counts = {"class_count_", "feature_count_", "n_categories_"}
    memory = {"coef_", "intercept_", "classes_", "cluster_centers_", *counts, *COLUMNS}
    stale = object()
    for name in vars(model):
        if name.endswith("_") and name not in memory:
            setattr(model, name, stale)
    before = dict(vars(model))
    X, y = case.data(seed=1)
    learned(case, model, X, y)
    assert [name for name, value in vars(model).items() if value is stale] == []
    assert vars(model)["history_"] == {}
    assert [
        name for name in memory & vars(model).keys() - {*COLUMNS, "classes_"} if vars(model)[name] is before[name]
    ] == []


@pytest.mark.parametrize("case", INCREMENTAL)
def test_fit_forgets_earlier_batches(case):
    """Catches a fit that begins where partial_fit had ended."""
    model = learned(case, case.model(), *case.data(seed=1))
    assert_same(attributes(case.usual), attributes(case.fit(model, *case.data())))


@pytest.mark.parametrize("case", INCREMENTAL)
def test_a_batch_that_fails_leaves_the_model_as_it_was(case):
    """Catches half a step, and batches with other columns broadcast in silence."""
    X, y = case.data()
    model = learned(case, case.model(), X, y)
    before = dict(vars(model))
    for wrong in (X[:, :2], np.full_like(X, np.nan), X[:0]):
        with pytest.raises(ValueError):
            model.partial_fit(wrong, y[: len(wrong)] if y is not None else None)
    name = case.estimator.parameter_names()[0]
    with pytest.raises(InvalidParameterError):
        model.set_params(**{name: object()}).partial_fit(X, y)
    model.set_params(**{name: before[name]})
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[name] is before[name] for name in before)


@pytest.mark.parametrize("case", INCREMENTAL)
def test_batches_with_names_keep_them(case):
    """Catches names lost with the second batch, and columns in another order learned from in silence."""
    X, y = case.data()
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = learned(case, learned(case, case.model(), frame, y), frame, y)
    assert list(model.feature_names_in_) == list("abcd")
    with pytest.raises(ValueError, match="feature names"):
        learned(case, model, frame[list("abdc")], y)
