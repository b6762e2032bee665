"""Contracts about files: models and checkpoints come back bit by bit, and each is known for what it is."""

import pickle

import numpy as np
import pytest

import groundup
from contracts import examples
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


KEYS = {
    "integers": (lambda label: int(label == "yes") + 3, int),
    "truth values": (lambda label: label == "yes", bool),
    "NumPy integers": (lambda label: np.int32(label == "yes"), int),
    "NumPy truth values": (lambda label: np.bool_(label == "yes"), bool),
    "floats": (lambda label: float(label == "yes"), float),
    "dollars": (lambda label: f"${label}", str),
}


@pytest.mark.parametrize("name", ["LogisticRegression", "LogisticRegressionCV", "SoftmaxRegression"])
@pytest.mark.parametrize("kind", KEYS)
def test_weights_of_classes_come_back_with_their_keys(name, kind, tmp_path):
    """Catches keys that a file turns into text, by which a new fit would not find its classes."""
    (key, python), (X, labels) = KEYS[kind], examples.classes()
    y = np.array([key(label) for label in labels])
    weights = {key("no"): 1.0, key("yes"): 2.5}
    model = getattr(groundup, name)(class_weight=weights).fit(X, y)
    groundup.save(model, tmp_path / "model.npz")
    again = groundup.load(tmp_path / "model.npz")
    assert again.class_weight == weights
    assert {type(key) for key in again.class_weight} == {python}
    assert_same(attributes(model), attributes(again))
    assert_same(attributes(model), attributes(again.fit(X, y)))


VALUES = {  # Parameters that are no single number, word or truth value.
    "Ridge": {"alpha": [[1.0, 2.0, 3.0], (1.0, 2.0, 3.0), np.array([1.0, 2.0, 3.0])]},
    "RidgeCV": {"alphas": [[0.1, 1.0], (0.1, 1.0), np.array([0.1, 1.0])], "cv": [[([0, 1], [2, 3])], examples.folds()]},
    "ElasticNet": {"precompute": [np.eye(4), [[1.0, 0.0], [0.0, 1.0]]]},
    "ElasticNetCV": {
        "l1_ratio": [[0.5, 1.0], np.array([0.5])],
        "alphas": [[0.1], np.array([0.1])],
        "cv": [((np.arange(3), np.arange(3, 5)),)],
    },
    "LogisticRegression": {"C": [np.inf, np.float64(2.0)], "class_weight": [{"no": 1, "yes": np.int64(2)}]},
    "LogisticRegressionCV": {"Cs": [[0.1, 1.0], np.array([1.0])], "l1_ratios": [[0.0], np.array([1.0])]},
    "KMeans": {"init": [np.eye(3), [[0.0], [1.0]], ((0.0,), (1.0,))]},
    "MiniBatchKMeans": {"init": [np.eye(3)], "max_no_improvement": [None]},
}


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        (name, parameter, value)
        for name, found in VALUES.items()
        for parameter, values in found.items()
        for value in values
    ],
)
def test_every_kind_of_parameter_comes_back(name, parameter, value, tmp_path):
    """Catches lists, tuples, arrays or mappings that come back as another kind."""
    model = getattr(groundup, name)(**{parameter: value})
    model.check_parameters()
    groundup.save(model, tmp_path / "model.npz")
    again = getattr(groundup.load(tmp_path / "model.npz"), parameter)
    if isinstance(value, np.generic):
        assert again == value.item()
    else:
        assert_same(value, again)


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
