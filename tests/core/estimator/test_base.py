"""The estimator's protocol: parameters, fitting as the last of the states, and scikit-learn's manners."""

import copy
import dataclasses
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning as SklearnConvergenceWarning
from sklearn.exceptions import NotFittedError as SklearnNotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from groundup.core.display import BAD, GOOD
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.clusterer import Clusterer
from groundup.core.estimator.history import History
from groundup.core.estimator.training import Training, scalars
from groundup.core.estimator.transformer import Transformer
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError, NotFittedError
from support.halving import Halving
from support.notebook import rows_of

X = np.arange(8.0).reshape(4, 2)
y = np.array([1.0, 2, 3, 6])


def fitted(model):
    return {name for name in vars(model) if name.endswith("_")}


def test_parameters_are_stored_untouched_and_read_back():
    # would catch: conversion in __init__, which breaks clone
    start = np.float32(0.5)
    model = Halving(start=start, mode="slow")
    assert model.start is start
    assert model.get_params() == {
        "max_iter": 100, "mode": "slow", "positive": False, "random_state": None, "start": start, "tol": 1e-9,
    }  # fmt: skip
    assert clone(model).get_params() == model.get_params()
    assert model.set_params(tol=0.5) is model
    assert model.tol == 0.5


def test_an_unknown_parameter_is_told_and_nothing_is_set():
    # would catch: half of the parameters set before the error
    model = Halving()
    with pytest.raises(ValueError, match=r"Invalid parameter 'colour' for estimator Halving.*\['max_iter', 'mode'"):
        model.set_params(tol=9, colour=1)
    assert model.tol == 1e-9


def test_parameters_are_named_one_by_one():
    # would catch: an AttributeError about "options" deep inside, or parameters that clone forgets
    class Loose(Halving):
        def __init__(self, **options):
            super().__init__(**options)

    with pytest.raises(TypeError, match=r"Loose.__init__ takes \*\*options, but hyper-parameters must be named"):
        Loose(tol=1).fit(X, y)


def test_parameters_are_validated_by_fit_not_before():
    # would catch: validation in __init__ or set_params; fitting with a bad parameter
    model = Halving(max_iter=0)
    with pytest.raises(InvalidParameterError, match="max_iter=0 is not allowed; it must be an integer of at least 1"):
        model.fit(X, y)
    with pytest.raises(InvalidParameterError):
        next(model.steps(X, y))
    assert not fitted(model)


def test_fit_is_the_last_of_the_steps():
    # would catch: an algorithm written twice; history shifted by one
    states = list(Halving(start=0.0).steps(X, y))
    model = Halving(start=0.0).fit(X, y)
    assert model.mean_ == states[-1].guess
    assert states[-1].converged
    assert not any(state.converged for state in states[:-1])
    assert list(model.history_["loss"]) == [state.loss for state in states]
    assert set(model.history_) == {"iteration", "loss"}
    assert model.n_iter_ == len(states)


def test_steps_leave_the_model_as_it_is():
    # would catch: states that write to the model
    model = Halving(start=0.0)
    before = dict(vars(model))
    list(model.steps(X, y))
    assert vars(model) == before


def test_steps_go_on_from_a_state():
    # would catch: a start that is ignored or yielded again
    states = list(Halving(start=0.0).steps(X, y))
    rest = list(Halving(start=0.0).steps(X, y, start=states[4]))
    assert [s.loss for s in rest] == [s.loss for s in states[5:]]


def test_a_failed_fit_leaves_the_model_as_it_was():
    # would catch: attributes set one by one while fitting
    model = Halving(start=0.0).fit(X, y)
    before = dict(vars(model))
    with pytest.raises(ValueError, match="NaN"):
        model.fit(X, [1, 2, 3, np.nan])
    assert vars(model) == before
    fresh = Halving()
    with pytest.raises(ValueError, match="inconsistent"):
        fresh.fit(X, y[:2])
    assert not fitted(fresh)


def test_a_second_fit_forgets_the_first():
    # would catch: feature names of an earlier data frame that stay behind
    model = Halving(start=0.0).fit(pd.DataFrame(X, columns=["a", "b"]), y)
    assert list(model.feature_names_in_) == ["a", "b"]
    model.fit(np.ones((4, 3)), y)
    assert model.n_features_in_ == 3
    assert not hasattr(model, "feature_names_in_")


def test_lists_are_data_too():
    # would catch: .shape asked of a list
    assert Halving(start=0.0).fit(X.tolist(), y.tolist()).n_features_in_ == 2


def test_an_early_end_adopts_the_last_state_and_warns_with_advice():
    # would catch: silence about a fit that did not converge, the first state adopted
    with pytest.warns(ConvergenceWarning, match="Halving stopped before it converged: increase max_iter") as caught:
        model = Halving(start=0.0, max_iter=3).fit(X, y)
    assert model.mean_ == 3 * 0.75
    assert issubclass(caught[0].category, SklearnConvergenceWarning)
    assert not model.certificate_.holds


class Proved(Halving):
    """Whatever it ends with is proved to be good."""

    _proves = True

    def _finish(self, data, state):
        return super()._finish(data, state) | {"certificate_": Certificate("It is close.", "gap", 0.5, 1.0)}


def test_a_proved_answer_needs_no_warning():
    # would catch: advice to go on iterating, of an answer whose certificate holds
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Proved(start=0.0, max_iter=3).fit(X, y)
    assert model.mean_ == 3 * 0.75


def test_a_search_that_ends_early_warns_though_the_best_so_far_is_certified(monkeypatch):
    # would catch: half of the candidates, of which the best is fitted to its end, passed off as the whole search
    monkeypatch.setattr(Proved, "_proves", False)
    with pytest.warns(ConvergenceWarning, match="stopped before it converged"):
        Proved(start=0.0, max_iter=3).fit(X, y)


def test_a_training_stopped_anywhere_can_be_finished():
    # would catch: finish that runs on, or needs the end to have been reached
    training = Training(Halving(start=0.0), X, y)
    for state in training:
        if state.iteration == 2:
            break
    with pytest.warns(ConvergenceWarning):
        assert training.finish().mean_ == 1.5
    training = Training(Halving(start=0.0), X, y)
    with pytest.warns(ConvergenceWarning):
        assert training.finish().n_iter_ == 1


def test_a_training_that_starts_at_the_end_is_over():
    # would catch: one more step after convergence when resuming
    last = list(Halving(start=0.0).steps(X, y))[-1]
    training = Training(Halving(start=0.0), X, y, start=last)
    assert list(training) == []
    assert training.finish().mean_ == last.guess


def test_history_goes_on_where_it_was_left():
    # would catch: a history of the resumed part alone, or one that writes into what it was given
    whole = Halving(start=0.0).fit(X, y).history_
    first = Training(Halving(start=0.0), X, y)
    for state in first:
        if state.iteration == 3:
            break
    begun = first.history()
    rest = Training(Halving(start=0.0), X, y, start=first.state, history=begun)
    list(rest)
    assert rest.finish().history_.keys() == whole.keys()
    for name, column in whole.items():
        assert np.array_equal(rest.history()[name], column)
        assert rest.history()[name].dtype == column.dtype
        assert len(begun[name]) == 3


def test_scalars_that_some_states_lack_stay_at_their_iteration():
    # would catch: a KeyError at the first state without a value, or columns that shift against each other
    State = dataclasses.make_dataclass("State", ["iteration", "bound", "converged"])

    class Patchy(Halving):
        def _iterate(self, data, start):
            yield State(1, 5.0, False)
            yield State(2, None, False)
            yield State(3, 4.0, True)

    training = Training(Patchy(), X, y)
    list(training)
    history = training.history()
    assert list(history["iteration"]) == [1, 2, 3]
    assert np.array_equal(history["bound"], [5.0, np.nan, 4.0], equal_nan=True)


def test_an_answer_that_is_not_certified_is_told_once():
    # would catch: a certificate that fails in silence after a fit that says it has converged
    with pytest.warns(ConvergenceWarning) as caught:
        model = Halving(start=0.0, tol=1e-3).fit(X, y)
    assert not model.certificate_.holds
    (warning,) = caught
    assert "Halving converged, but its answer is not certified: the guess is the mean [FAILS" in str(warning.message)
    with pytest.warns(ConvergenceWarning) as caught:
        Halving(start=0.0, max_iter=2).fit(X, y)
    assert len(caught) == 1


def test_scalars_of_a_state():
    # would catch: truth values drawn as curves, NumPy's numbers left out
    State = dataclasses.make_dataclass("State", "abcdefg")
    assert scalars(State(1, np.float32(0.5), np.int64(3), True, np.True_, "text", None)) == {"a": 1, "b": 0.5, "c": 3}


def test_an_unfitted_model_says_so_in_both_languages():
    # would catch: an AttributeError deep inside; an error that scikit-learn's users cannot catch
    with pytest.raises(NotFittedError, match="This Halving instance is not fitted yet") as caught:
        Halving().predict(X)
    assert isinstance(caught.value, SklearnNotFittedError)
    with pytest.raises(SklearnNotFittedError):
        check_is_fitted(Halving())
    check_is_fitted(Halving().fit(X, y))


def test_new_rows_are_checked_against_the_fit():
    # would catch: more columns than fitted, broadcast in silence
    model = Halving().fit(X, y)
    with pytest.raises(ValueError, match="X has 3 features, but Halving is expecting 2"):
        model.predict(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="NaN"):
        model.predict([[np.nan, 1]])


def test_it_prints_what_was_changed():
    # would catch: defaults printed, arrays compared for truth
    assert repr(Halving()) == "Halving()"
    assert repr(Halving(tol=0.1, mode="slow")) == "Halving(mode='slow', tol=0.1)"
    assert "array" in repr(Halving(start=np.zeros(2)))


def test_a_notebook_shows_what_was_changed_and_what_was_found():
    # would catch: all parameters and nothing found; names of columns that become HTML; a failed certificate in green
    html = Halving(mode="<b>")._repr_html_()
    assert "&lt;b&gt;" in html
    assert "(not fitted)" in html
    assert "tol" not in html  # at its default
    assert "all at their defaults" in Halving()._repr_html_()
    model = Halving().fit(X, y)
    cells = dict(rows_of(model._repr_html_()))
    assert cells["mean_"] == f"{model.mean_:.6g}"
    assert cells["certificate"] == "✓ holds the guess is the mean"
    assert "history_" not in cells
    model.certificate_ = dataclasses.replace(model.certificate_, value=1.0)
    model.feature_names_in_, model.coef_ = np.array(["<script>", "b&c"], dtype=object), np.array([[0.5, -2.0]])
    html = model._repr_html_()
    cells = dict(rows_of(html))
    assert cells["certificate"] == "✗ FAILS the guess is the mean"
    assert BAD in html
    assert GOOD not in html
    assert cells["coef_"] == "<script>: 0.5, b&c: -2"


def test_a_history_is_a_dict_that_shows_its_curves():
    # would catch: a history that pickle, a file or partial_fit turns into something that a notebook prints in full
    model = Halving(start=8.0).fit(X, y)
    history = model.history_
    assert isinstance(history, History)
    assert type(pickle.loads(pickle.dumps(model)).history_) is History
    cells = {name: rest for name, *rest in rows_of(history._repr_html_())}
    assert cells["loss"] == [f"{history['loss'][0]:.6g}", f"{history['loss'][-1]:.6g}", ""]
    assert history._repr_html_().count("<svg") == 1  # the loss; whole numbers only count
    assert "0 iterations" in History()._repr_html_()


def test_copies_are_independent_and_complete():
    # would catch: attributes lost by pickle or deepcopy
    model = Halving(start=0.0).fit(X, y)
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert other.mean_ == model.mean_
        assert other.certificate_ == model.certificate_


def test_it_works_in_a_pipeline_and_its_tags_are_right():
    # would catch: a regressor scikit-learn takes for something else; score not R²
    pipeline = make_pipeline(StandardScaler(), Halving(start=0.0))
    assert pipeline.fit(X, y).score(X, y) == pytest.approx(0, abs=1e-8)
    tags = get_tags(Halving())
    assert tags.estimator_type == "regressor"
    assert tags.target_tags.required
    assert tags.transformer_tags is None


class Shift(Clusterer, Transformer):
    """One cluster; transforms to the distance from the origin."""

    def __init__(self):
        pass

    def _prepare(self, X, y, sample_weight):
        return np.asarray(X, float)

    def _iterate(self, data, start):
        from support.halving import HalvingState

        yield HalvingState(1, 0.0, data.mean(0), True)

    def _finish(self, data, state):
        return {"labels_": np.zeros(len(data), int)}

    def _n_features_out(self):
        return 1

    def _transform(self, X):
        return np.linalg.norm(self._new_rows(X), axis=1, keepdims=True)


def test_transformers_give_the_container_asked_for():
    # would catch: the index lost, names missing, a wish that does not survive a refit
    frame = pd.DataFrame(X, columns=["a", "b"], index=list("wxyz"))
    model = Shift().set_output(transform="pandas")
    out = model.fit_transform(frame)
    assert list(out.columns) == ["shift0"]
    assert list(out.index) == list("wxyz")
    assert isinstance(model.fit(frame).transform(frame), pd.DataFrame)
    assert isinstance(Shift().fit(X).transform(X), np.ndarray)
    assert (model.fit_predict(X) == 0).all()
    with pytest.raises(ValueError, match="transform='table' is not allowed"):
        model.set_output(transform="table")
    assert get_tags(model).estimator_type == "clusterer"


BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"sklearn", "matplotlib", "pandas", "scipy", "pyarrow"}:
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Block())
sys.path.insert(0, "tests")
from support.halving import Halving
import numpy as np
model = Halving(start=0.0).fit(np.arange(8.0).reshape(4, 2), [1.0, 2, 3, 6])
assert abs(model.mean_ - 3) < 1e-4, model.mean_
model.score(np.ones((3, 2)), [1, 2, 3])
assert not any(name.split(".")[0] in {"sklearn", "pandas", "matplotlib"} for name in sys.modules)
"""


def test_numpy_alone_suffices():
    # would catch: an import of scikit-learn or pandas on the way of a fit
    subprocess.run([sys.executable, "-c", BLOCKED], check=True)


def test_importing_the_package_is_cheap():
    # would catch: matplotlib, pandas or scikit-learn imported with the package
    code = (
        "import groundup, sys; print([m for m in ('matplotlib','pandas','sklearn','numpy.random') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"
    )


def test_no_warning_is_raised_by_an_ordinary_fit():
    # would catch: warnings of NumPy's own, or a convergence warning after convergence
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Halving(start=0.0).fit(X, y)
