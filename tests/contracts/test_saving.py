"""Contracts about files: models and checkpoints come back bit by bit, and each is known for what it is."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest

import groundup
from contracts import examples
from contracts.cases import ALL, FIRST, assert_finite, assert_same, attributes, cases, classes, outputs
from groundup.core.storage import FileFormatError
from groundup.saving import load_state, save_state


@cases(texts=True)
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
    "MultinomialNB": {"alpha": [[0.5, 1.0], np.array([0.5])], "class_prior": [[0.5, 0.5], np.array([1.0]), (1.0,)]},
    "BernoulliNB": {"binarize": [None, 0.5], "alpha": [(0.5, 1.0)]},
    "CategoricalNB": {"min_categories": [3, [2, 3], (2, 3), np.array([2, 3])]},
    "GaussianNB": {"priors": [[0.5, 0.5], np.array([0.25, 0.75])]},
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


@pytest.mark.parametrize("rows", [[[0.0, 1.0], [2.0, 1.0], [3.0, 1.0]], [[0.0, 1.0], [2.0, 0.0]]])
def test_a_function_is_refused_by_name(rows, tmp_path):
    """Catches a complaint about the fitted attributes, where the function is the reason."""
    model = groundup.SVC(kernel=lambda X, Y: np.asarray(X) @ np.asarray(Y).T).fit(rows, [0, 1, 1][: len(rows)])
    with pytest.raises(TypeError, match="cannot save a SVC: its kernel is a function"):
        groundup.save(model, tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())


@cases(texts=True)
def test_a_pickled_model_comes_back(case):
    """Catches a function, a generator or the data kept on the model."""
    X, _ = case.data()
    model = case.usual
    again = pickle.loads(pickle.dumps(model))
    assert_same(attributes(model), attributes(again))
    assert_same(outputs(model, X), outputs(again, X))


@classes(texts=True)
def test_an_unfitted_model_stays_unfitted(case, tmp_path):
    """Catches a file that needs fitted attributes."""
    groundup.save(case.model(), tmp_path / "model.npz")
    again = groundup.load(tmp_path / "model.npz")
    assert_same(case.model().get_params(), again.get_params())
    assert not attributes(again)


@classes(texts=True)
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


# --- forged files ---------------------------------------------------------------------------------------------------


def manifest_of(path):
    """Return the members of a file as bytes, and its manifest as JSON."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return members, json.loads(members["manifest.json"])


def forged(members, manifest, path, arrays=()):
    """Write a file with another manifest and further arrays; every checksum is right."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, json.dumps(manifest) if name == "manifest.json" else content)
        for name, array in dict(arrays).items():
            with archive.open(f"{name}.npy", "w") as file:
                np.save(file, array, allow_pickle=False)


def impostors(entry, members):
    """Yield other values for an entry of the manifest, each with the array that it stands for."""
    yield from ((value, None) for value in (None, "a text", -1, 1e400, True, [], [[1.0]], {"a": 1.0}, {"$tuple": []}))
    yield {"$record": ["certificate.Certificate", {}]}, None
    if not (isinstance(entry, dict) and "$array" in entry):
        return
    array = np.load(io.BytesIO(members[f"{entry['$array']}.npy"]))
    for other in (
        (
            array[None],
            array[..., None],
            array.ravel()[:-1],
            np.concatenate([array, array], axis=-1),
            array[:0],
            np.concatenate([array, array]),
            array.T[:, :1],
            np.full(array.shape, np.nan),
            np.full(array.shape, np.inf),
            array.astype("U8"),
            array.astype("M8[s]") if array.dtype.kind in "iu" else np.zeros(array.shape, complex),
            np.zeros((0, *array.shape)),
        )
        if array.ndim > 1
        else (
            array[None],
            array[:, None],
            array[:-1],
            array[:0],
            np.concatenate([array, array]),
            np.full(array.shape, np.nan),
            np.full(array.shape, np.inf),
            np.full(array.shape, "u"),
            np.zeros(array.shape, complex),
            np.array(0),
        )
    ):
        yield {"$array": "forged"}, other


def is_good(model, X):
    """Whether a model answers, with finite numbers where it answers with numbers."""
    for name, found in outputs(model, X).items():
        assert len(found) == len(X)
        assert_finite(np.asarray(found), name)
    return True


@classes(texts=True)
def test_a_file_with_another_content_is_refused_or_answers(case, tmp_path):
    """Catches an attribute that is believed: loaded as null, text, NaN or of another shape, and broken in `predict`.

    Of the variants of a class, those attributes are forged that are of a form of their own.
    """
    seen: set[str] = set()
    for variant in (variant for variant in ALL.values() if variant.name == case.name):
        forge_content(variant, tmp_path / "model.npz", seen)


def form(entry, members):
    """What an entry of the manifest consists of, without its numbers and the lengths of its arrays."""
    if isinstance(entry, dict) and "$array" in entry:
        array = np.load(io.BytesIO(members[f"{entry['$array']}.npy"]))
        return f"{array.dtype.kind}{array.ndim}"
    if isinstance(entry, dict):
        return {key: form(inner, members) for key, inner in entry.items()}
    return [form(inner, members) for inner in entry[:1]] if isinstance(entry, list) else type(entry).__name__


def forge_content(case, path, seen):
    """Forge the attributes of a fitted model one by one whose form is not among those seen."""
    X, _ = case.data()
    groundup.save(case.usual, path)
    members, manifest = manifest_of(path)
    forms = {name: f"{name}: {form(entry, members)}" for name, entry in manifest["fitted"].items()}
    new = {name: manifest["fitted"][name] for name, of in forms.items() if of not in seen}
    seen.update(forms.values())
    refused = 0
    for name, entry in new.items():
        for value, array in impostors(entry, members):
            changed = manifest | {"fitted": manifest["fitted"] | {name: value}}
            forged(members, changed, path, {} if array is None else {"forged": array})
            refused += answers_or_is_refused(path, X)
        without = {other: kept for other, kept in manifest["fitted"].items() if other != name}
        forged(members, manifest | {"fitted": without}, path)
        refused += answers_or_is_refused(path, X)
    assert refused >= 8 * len(new)


def arrays_in(entry):
    """Yield the places of arrays in an entry of the manifest, at any depth."""
    if isinstance(entry, dict) and "$array" in entry:
        yield entry
    elif isinstance(entry, (dict, list)):
        for inner in entry.values() if isinstance(entry, dict) else entry:
            yield from arrays_in(inner)


@pytest.mark.parametrize("model", [groundup.LinearRegression(), groundup.LogisticRegression(C=np.inf)], ids=repr)
def test_what_inference_needs_is_not_believed(model, tmp_path):
    """Catches a summary that ends in an IndexError, or tells wrong errors, since the file's arrays do not fit."""
    X = np.random.default_rng(2).normal(size=(40, 3))
    path = tmp_path / "model.npz"
    groundup.save(model.fit(X, X[:, 0] + X[:, 1] ** 2 > 1), path)
    members, manifest = manifest_of(path)
    names = {place["$array"] for place in arrays_in(manifest["fitted"]["_evidence"])}
    assert names
    for name in names:
        array = np.load(io.BytesIO(members[f"{name}.npy"]))
        for other in (array[None], array[..., None], array.ravel()[:-1], array[:0]):
            if other.shape != array.shape:
                forged(
                    {key: value for key, value in members.items() if key != f"{name}.npy"},
                    manifest,
                    path,
                    {name: other},
                )
                with pytest.raises(FileFormatError):
                    groundup.load(path)


def answers_or_is_refused(path, X):
    """Whether a file was refused, in one short line; a model that was loaded must answer."""
    try:
        model = groundup.load(path)
    except FileFormatError as error:
        words = str(error)
    else:
        return not is_good(model, X)
    assert len(words) < len(str(path)) + 300
    assert "\n" not in words
    return True


@classes(texts=True)
def test_a_checkpoint_with_another_content_is_refused(case, tmp_path):
    """Catches a state that is no state, and one whose iteration is null or whose slopes are a text."""
    X, y = case.data()
    path = tmp_path / "state.npz"
    save_state(next(case.model().steps(X, y)), path, case.model())
    members, manifest = manifest_of(path)
    kind, fields = manifest["state"]["$record"]
    for state in (None, 1.0, "a text", [], {"$record": ["certificate.Certificate", {}]}, {"$record": [kind, {}]}):
        forged(members, manifest | {"state": state}, path)
        with pytest.raises(FileFormatError):
            load_state(path, case.model())
    for name in fields:
        forged(members, manifest | {"state": {"$record": [kind, fields | {name: {"a": "a text"}}]}}, path)
        with pytest.raises(FileFormatError, match="of another kind than declared"):
            load_state(path, case.model())
