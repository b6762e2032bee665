"""Files of models and checkpoints: nothing is lost, nothing is executed, nothing half-written is ever seen."""

import io
import json
import os
import pickle
import stat
import tracemalloc
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import groundup
from groundup.core import storage
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.training import Training
from groundup.core.exceptions import InvalidParameterError
from groundup.core.storage import FORMAT, FileFormatError, write_file
from groundup.saving import load, load_state, read_about, save, save_state
from support.halving import Halving, HalvingState

X = np.arange(12.0).reshape(6, 2)
y = np.array([1.0, 2, 3, 4, 5, 9])


@pytest.fixture
def public(monkeypatch):
    """Make the tests' estimator one of the public names, which alone can be loaded."""
    monkeypatch.setattr(groundup, "Halving", Halving, raising=False)
    monkeypatch.setattr(groundup, "__all__", [*groundup.__all__, "Halving"])


@pytest.fixture
def model():
    return Halving(start=0.1, max_iter=50).fit(X, y)


def test_every_attribute_comes_back_bit_for_bit(public, model, tmp_path):
    # would catch: floats rounded on the way through JSON, a lost attribute, tuples come back as lists
    model.extra_ = {"pair": (1, 0.1), "names": np.array(["a", "ü"], dtype=object), "big": 2**80, "none": None}
    model.special_ = np.array([np.nan, -0.0, np.inf, 5e-324])
    save(model, tmp_path / "m.npz", encoding={"columns": ["a"]})
    back = load(tmp_path / "m.npz")
    assert back.get_params() == model.get_params()
    assert set(vars(back)) == set(vars(model))
    assert back.mean_ == model.mean_
    assert back.special_.tobytes() == model.special_.tobytes()
    assert back.certificate_ == model.certificate_
    assert back.extra_["pair"] == (1, 0.1)
    assert isinstance(back.extra_["pair"], tuple)
    assert list(back.extra_["names"]) == ["a", "ü"]
    assert back.extra_["big"] == 2**80
    assert (back.predict(X) == model.predict(X)).all()
    assert read_about(tmp_path / "m.npz") == {"encoding": {"columns": ["a"]}}


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3)),
        np.float32([[1.5, 2], [3, 4]]),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.array(["x", "long"]),
        np.array([True, False]),
        np.array(7.0),
        np.arange(10)[::3],
    ],
    ids=["empty", "float32", "fortran", "text", "bool", "0-d", "strided"],
)
def test_arrays_keep_type_and_shape(public, tmp_path, array):
    # would catch: 0-d arrays turned into numbers, strides or float32 lost
    model = Halving().fit(X, y)
    model.array_ = array
    save(model, tmp_path / "m.npz")
    back = load(tmp_path / "m.npz").array_
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert (back == array).all()


def test_objects_of_equal_length_stay_objects(public, tmp_path):
    # would catch: an object array of two lists coming back as a two-dimensional array
    model = Halving().fit(X, y)
    model.lists_ = np.empty(2, dtype=object)
    model.lists_[:] = [[1, 2], [3, 4]]
    save(model, tmp_path / "m.npz")
    assert load(tmp_path / "m.npz").lists_.shape == (2,)


def test_an_unfitted_model_stays_unfitted(public, tmp_path):
    # would catch: load marking every model as fitted
    save(Halving(max_iter=7), tmp_path / "m.npz")
    back = load(tmp_path / "m.npz")
    assert back.max_iter == 7
    assert not back.__sklearn_is_fitted__()


def test_a_checkpoint_keeps_state_and_what_it_is_about(tmp_path):
    # would catch: a state's arrays or flags lost, so that a resumed run differs
    state = HalvingState(3, 0.25, np.array([0.1, 0.2]), False)
    save_state(state, tmp_path / "c.npz", Halving(), seed=5, parameters={"tol": 1e-3, "start": None})
    back, about = load_state(tmp_path / "c.npz", Halving())
    assert back.guess.tobytes() == state.guess.tobytes()
    assert (back.iteration, back.loss, back.converged) == (3, 0.25, False)
    assert about == read_about(tmp_path / "c.npz") == {"seed": 5, "parameters": {"tol": 1e-3, "start": None}}


def test_going_on_from_a_checkpoint_gives_the_same_answer(tmp_path):
    # would catch: a state that lacks something the next iteration needs, a history that starts anew
    whole = Halving(start=3.0).fit(X, y)
    training = Training(Halving(start=3.0), X, y)
    for state in training:
        if state.iteration == 5:
            break
    save_state(training.state, tmp_path / "c.npz", training.model, history=training.history())
    state, about = load_state(tmp_path / "c.npz", Halving())
    resumed = Training(Halving(start=3.0), X, y, start=state, history=about["history"])
    for _ in resumed:
        pass
    model = resumed.finish()
    assert model.mean_ == whole.mean_
    assert set(model.history_) == set(whole.history_) == {"iteration", "loss"}
    for name, values in whole.history_.items():
        assert (model.history_[name] == values).all()
        assert model.history_[name].dtype == values.dtype


def test_what_cannot_be_saved_is_told_and_leaves_the_old_file(public, model, tmp_path):
    # would catch: pickling as a way out, a half-written file in place of the good one, litter after a failure
    path = tmp_path / "m.npz"
    save(model, path)
    before = path.read_bytes()
    model.callback_ = lambda: None
    with pytest.raises(TypeError, match="cannot save a value of type function"):
        save(model, path)
    model.callback_ = np.array([object()], dtype=object)
    with pytest.raises(TypeError, match="cannot save"):
        save(model, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["m.npz"]


@dataclass(frozen=True)
class Note:
    text: str


def test_what_could_not_be_loaded_is_not_saved(public, model, tmp_path):
    # would catch: a file that is written without a word, and refused when it is needed
    path = tmp_path / "m.npz"
    model.note_ = Note("unknown to Halving._records")
    with pytest.raises(TypeError, match=r"cannot save a value of type Note"):
        save(model, path)
    del model.note_
    with pytest.raises(TypeError, match="cannot save a value of type Note"):
        save(model, path, encoding=Note("records of the model are not read as `about`"))
    with pytest.raises(TypeError, match="cannot save a value of type Note"):
        save_state(Note("no state of Halving"), path, model)
    model.table_ = np.array([[None, 1], [2, 3]], dtype=object)
    with pytest.raises(TypeError, match="cannot save a value of type ndarray"):
        save(model, path)
    del model.table_
    model.counter = 3
    with pytest.raises(ValueError, match="an attribute 'counter' that is neither"):
        save(model, path)
    del model.counter
    with pytest.raises(InvalidParameterError, match="max_iter=0"):
        save(model.set_params(max_iter=0), path)
    assert os.listdir(tmp_path) == []


def test_a_class_that_is_not_public_is_not_saved(tmp_path):
    # would catch: a subclass of the user's own saved under a name that nobody can load, or as its parent
    class Mine(groundup.LinearRegression):
        pass

    class LinearRegression(groundup.LinearRegression):
        pass

    for kind in (Halving, Mine, LinearRegression):
        with pytest.raises(TypeError, match=f"cannot save a {kind.__name__}: only groundup's public"):
            save(kind(), tmp_path / "m.npz")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("value", [np.float64(0.1), np.float32(0.1), np.int64(7), np.bool_(True), np.str_("ü")])
def test_scalars_come_back_equal(public, model, tmp_path, value):
    # would catch: a float32 or an integer rounded by way of text
    model.scalar_ = value
    save(model, tmp_path / "m.npz")
    assert load(tmp_path / "m.npz").scalar_ == value


def test_a_crash_while_writing_leaves_the_old_file(public, model, tmp_path, monkeypatch):
    # would catch: writing in place
    path = tmp_path / "m.npz"
    save(model, path)
    before = path.read_bytes()
    monkeypatch.setattr(np, "save", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        save(model, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["m.npz"]


def test_a_file_is_as_readable_as_others(public, model, tmp_path):
    # would catch: the owner-only permissions of a temporary file left on the model
    (tmp_path / "plain").write_text("")
    save(model, tmp_path / "m.npz")
    mode = stat.S_IMODE(os.stat(tmp_path / "m.npz").st_mode)
    assert mode == stat.S_IMODE(os.stat(tmp_path / "plain").st_mode)


def test_a_truncated_file_is_told_at_any_length(public, model, tmp_path):
    # would catch: a zlib, struct or zip error that escapes as something else
    path = tmp_path / "m.npz"
    save(model, path)
    content = path.read_bytes()
    for length in range(0, len(content), 37):
        path.write_bytes(content[:length])
        with pytest.raises(FileFormatError, match=r"m\.npz"):
            load(path)


def test_a_damaged_byte_is_told_or_harmless(public, model, tmp_path):
    # would catch: damage that escapes as zlib.error, or that silently alters a number
    path = tmp_path / "m.npz"
    save(model, path)
    content = path.read_bytes()
    for place in range(0, len(content), 11):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            back = load(path)
        except FileFormatError:
            continue
        assert back.mean_ == model.mean_
        assert back.get_params() == model.get_params()


def _archive(path, **manifest):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": "groundup", "version": FORMAT} | manifest))


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"format": "other"}, "not a groundup file"),
        ({"version": FORMAT + 1}, "newer groundup"),
        ({"version": None}, "is damaged"),
        ({"class": "Popen", "parameters": {}, "fitted": {}}, "no groundup model"),
        ({"class": "load", "parameters": {}, "fitted": {}}, "no groundup model"),
        ({"class": "Halving", "fitted": {}}, "damaged.*parameters"),
        ({"class": "Halving", "parameters": {"colour": 1}, "fitted": {}}, "is damaged"),
        ({"class": "Halving", "parameters": {"max_iter": 0}, "fitted": {}}, "max_iter=0 is not allowed"),
        ({"class": "Halving", "parameters": {}, "fitted": {"predict": 1}}, "attribute 'predict' that is neither"),
        ({"class": "Halving", "parameters": {}, "fitted": {"_iterate": 1}}, "attribute '_iterate' that is neither"),
        ({"class": "Halving", "parameters": {}, "fitted": {"max_iter": 0}}, "attribute 'max_iter' that is neither"),
        ({"class": "Halving", "parameters": [1], "fitted": {}}, "is damaged"),
        ({"class": "Halving", "parameters": {}, "fitted": 3}, "is damaged"),
        ({"class": "Halving", "parameters": {}, "fitted": {"a_": {"$array": "a9"}}}, "is damaged"),
        ({"class": "Halving", "parameters": {}, "fitted": {"a_": {"$record": ["Popen", {}]}}}, "unknown record"),
        (
            {
                "class": "Halving",
                "parameters": {},
                "fitted": {"a_": {"$record": ["estimator.certificate.Certificate", {}]}},
            },
            "is damaged",
        ),
    ],
)
def test_foreign_archives_are_told(public, tmp_path, manifest, message):
    # would catch: a class or record looked up outside the allowed names, KeyErrors for missing parts
    _archive(tmp_path / "m.npz", **manifest)
    with pytest.raises(FileFormatError, match=message):
        load(tmp_path / "m.npz")


@pytest.mark.parametrize("shape", [(1 << 46,), (10**30,), (-1,)])
def test_an_array_that_promises_more_than_there_is_is_told(public, tmp_path, shape):
    # would catch: the MemoryError or OverflowError of a forged header
    _archive(tmp_path / "m.npz", **{"class": "Halving", "parameters": {}, "fitted": {"a_": {"$array": "a0"}}})
    with zipfile.ZipFile(tmp_path / "m.npz", "a") as archive, archive.open("a0.npy", "w") as member:
        np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": shape})
    with pytest.raises(FileFormatError, match="is damaged"):
        load(tmp_path / "m.npz")


def test_a_pickle_inside_is_not_executed(public, tmp_path):
    # would catch: allow_pickle=True
    path = tmp_path / "m.npz"
    _archive(path, **{"class": "Halving", "parameters": {}, "fitted": {"a_": {"$array": "a0"}}})

    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "exploded"),))

    with zipfile.ZipFile(path, "a") as archive, archive.open("a0.npy", "w") as member:
        np.lib.format.write_array(member, np.array([Bomb()], dtype=object), allow_pickle=True)
    with pytest.raises(FileFormatError, match=r"holds an array of type '\|O'"):
        load(path)
    (tmp_path / "p.npz").write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(FileFormatError, match="not a groundup file"):
        load(tmp_path / "p.npz")
    assert not (tmp_path / "exploded").exists()


def test_a_model_is_no_checkpoint_and_a_checkpoint_no_model(public, model, tmp_path):
    # would catch: one kind read as the other
    save(model, tmp_path / "m.npz")
    save_state(HalvingState(1, 0.0, np.zeros(1), True), tmp_path / "c.npz", model)
    with pytest.raises(FileFormatError, match="is no checkpoint"):
        load_state(tmp_path / "m.npz", model)
    with pytest.raises(FileFormatError, match="checkpoint is read with --resume"):
        load(tmp_path / "c.npz")


def test_a_missing_file_is_an_ordinary_error(tmp_path):
    # would catch: a missing file reported as a damaged one
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere.npz")


def test_certificate_holds_within_its_tolerance_only():
    # would catch: < for <=, and a NaN that passes
    assert Certificate("c", "m", 1.0, 1.0).holds
    assert not Certificate("c", "m", 1.1, 1.0).holds
    assert not Certificate("c", "m", float("nan"), 1.0).holds
    assert "FAILS" in str(Certificate("c", "m", 2.0, 1.0))


# --- files of strangers ---------------------------------------------------------------------------------------------


def header(text, version=1):
    """Return an array's file with a given header and no data."""
    content = text.encode()
    return b"\x93NUMPY" + bytes([version, 0]) + len(content).to_bytes(2, "little") + content


def archive_with(path, member, compression=zipfile.ZIP_DEFLATED, **more):
    """Write a model whose only array is what a stranger says."""
    _archive(path, **{"class": "Halving", "parameters": {}, "fitted": {"mean_": {"$array": "a0"}}} | more)
    with zipfile.ZipFile(path, "a", compression) as archive:
        archive.writestr("a0.npy", member)


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (header("{'descr': ("), "was never closed"),
        (header("(" * 900), ""),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}"), "not as large as it says"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 0)}"), "not as large as it says"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 400 + ",)}"), "not as large as it says"),
        (header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (0,)}"), "an array of type"),
        (header("{'descr': '<V8', 'fortran_order': False, 'shape': (0,)}"), "an array of type"),
        (header("{'descr': '<f8', 'shape': (0,)}" + " " * 1000), "header of an array is too long"),
        (header("__import__('os').mkdir('made')"), "malformed node"),
        (b"\x93NUMPZ", "an array has no header"),
        (b"", "an array has no header"),
        (npy(np.zeros(3)) + bytes(8), "not as large as it says"),
    ],
)  # fmt: skip
def test_a_header_is_not_believed(public, tmp_path, monkeypatch, member, words):
    # would catch: what NumPy's parser raises handed on, more memory taken than the file has, a structured type
    monkeypatch.chdir(tmp_path)
    archive_with(Path("m.npz"), member)
    with pytest.raises(FileFormatError) as caught:
        load("m.npz")
    assert words in str(caught.value)
    assert len(str(caught.value)) < 350
    assert os.listdir() == ["m.npz"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_stored_and_deflated_parts_are_read(public, tmp_path, compression):
    # would catch: errors of decompressors that nobody lists
    archive_with(tmp_path / "m.npz", npy(np.zeros(3)), compression)
    with pytest.raises(FileFormatError, match="neither stored nor deflated"):
        load(tmp_path / "m.npz")


def peak(function):
    """Return the largest number of bytes that a call had allocated at once."""
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize(
    ("manifest", "member", "words"),
    [
        (b" " * 20_000_000 + b"{}", b"", "more than 16 million bytes"),
        (b"{}", b"\x93NUMPY" + bytes(70_000_000), "would unpack to 70,000,"),
    ],
)
def test_nothing_is_unpacked_that_is_too_large(tmp_path, manifest, member, words):
    # would catch: a file of a few kilobytes that takes the memory of the machine
    with zipfile.ZipFile(tmp_path / "m.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", manifest)
        archive.writestr("a0.npy", member)
    del manifest, member

    def read():
        for function in (load, read_about):
            with pytest.raises(FileFormatError, match=words):
                function(tmp_path / "m.npz")

    assert peak(read) < 5_000_000


def test_a_part_that_is_longer_than_it_says_is_not_unpacked(public, tmp_path):
    # would catch: the size in the directory checked, and then everything inflated all the same
    path = tmp_path / "m.npz"
    archive_with(path, npy(np.zeros(4_000_000)))
    true, claimed = (size.to_bytes(4, "little") for size in (32_000_128, 128))
    content = path.read_bytes()
    assert content.count(true) == 2
    path.write_bytes(content.replace(true, claimed))

    def read():
        with pytest.raises(FileFormatError, match="Bad CRC-32"):
            load(path)

    assert peak(read) < 5_000_000


def test_one_array_is_read_once(public, tmp_path):
    # would catch: a hundred thousand references to one large array, each with a copy of its own
    twice = {"mean_": {"$array": "a0"}, "other_": {"$array": "a0"}}
    archive_with(tmp_path / "m.npz", npy(np.zeros(3)), fitted=twice)
    with pytest.raises(FileFormatError, match=r"is damaged \('a0.npy'\)"):
        load(tmp_path / "m.npz")


def test_a_large_model_that_deflates_well_is_read_again(monkeypatch, tmp_path):
    # would catch: a bound for reading that a file of our own exceeds
    monkeypatch.setattr(storage, "LARGEST_DEFLATED", 102_000)
    arrays = [np.zeros(10_000), np.zeros(2_000), np.arange(20_000.0), np.zeros((0, 3)), np.ones((2, 3), order="F")]
    write_file(tmp_path / "m.npz", {}, {"arrays": arrays})
    found = read_about(tmp_path / "m.npz")["arrays"]
    for one, other in zip(arrays, found, strict=True):
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
        assert other.flags.writeable
    with zipfile.ZipFile(tmp_path / "m.npz") as archive:
        kinds = [archive.getinfo(f"a{k}.npy").compress_type for k in range(5)]
    assert kinds == [zipfile.ZIP_DEFLATED] * 2 + [zipfile.ZIP_STORED] + [zipfile.ZIP_DEFLATED] * 2


def test_too_much_text_is_refused_when_it_is_saved(monkeypatch, tmp_path):
    # would catch: a model saved that cannot be loaded
    monkeypatch.setattr(storage, "LARGEST_MANIFEST", 1_000)
    with pytest.raises(ValueError, match="cannot save 1,0"):
        write_file(tmp_path / "m.npz", {}, {"words": "x" * 1_000})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["[" * 100_000, '{"format": "groundup", "version": []}', "[]", "\udcff", "1" * 5000])
def test_a_manifest_of_another_kind_is_one_error(tmp_path, text):
    # would catch: RecursionError, TypeError and UnicodeDecodeError for readers who were told of FileFormatError
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
        archive.writestr("manifest.json", text.encode("utf-8", "surrogateescape"))
    for read in (load, read_about, lambda path: load_state(path, Halving())):
        with pytest.raises(FileFormatError):
            read(tmp_path / "m.npz")
