"""Contracts about files: models and checkpoints come back bit by bit, and each is known for what it is."""

import pickle

import pytest

import groundup
from contracts.cases import FIRST, assert_same, attributes, cases, classes, outputs
from groundup.core.storage import FileFormatError
from groundup.saving import load_state, save_state


@cases()
def test_a_saved_model_comes_back(case, tmp_path):
    """Catches attributes, dtypes or parameters lost on the way to disk."""
    X, y = case.data()
    model = case.usual
    groundup.save(model, tmp_path / "model.npz")
    again = groundup.load(tmp_path / "model.npz")
    assert type(again) is case.estimator
    assert_same(model.get_params(), again.get_params())
    assert_same(attributes(model), attributes(again))
    assert type(again.history_) is type(model.history_)
    assert_same(outputs(model, X), outputs(again, X))
    assert_same(attributes(model), attributes(case.fit(again, X, y)))


@cases()
def test_a_pickled_model_comes_back(case):
    """Catches a function, a generator or the data kept on the model."""
    X, _ = case.data()
    model = case.usual
    again = pickle.loads(pickle.dumps(model))
    assert_same(attributes(model), attributes(again))
    assert_same(outputs(model, X), outputs(again, X))


@classes()
def test_an_unfitted_model_stays_unfitted(case, tmp_path):
    """Catches a file that needs fitted attributes."""
    groundup.save(case.model(), tmp_path / "model.npz")
    again = groundup.load(tmp_path / "model.npz")
    assert_same(case.model().get_params(), again.get_params())
    assert not attributes(again)


@classes()
def test_a_checkpoint_of_another_class_is_refused(case, tmp_path):
    """Catches a fit that goes on from a state it does not understand."""
    X, y = case.data()
    state = next(case.model().steps(X, y))
    save_state(state, tmp_path / "state.npz", case.model(), rows=len(X))
    back, about = load_state(tmp_path / "state.npz", case.model())
    assert_same(state, back)
    assert about == {"rows": len(X)}
    with pytest.raises(FileFormatError, match="checkpoint"):
        groundup.load(tmp_path / "state.npz")
    for name, other in FIRST.items():
        if name != case.name:
            with pytest.raises(FileFormatError, match=f"is a checkpoint of a {case.name}, not of a {name}"):
                load_state(tmp_path / "state.npz", other.model())
    groundup.save(case.usual, tmp_path / "model.npz")
    with pytest.raises(FileFormatError, match="no checkpoint"):
        load_state(tmp_path / "model.npz", case.model())
