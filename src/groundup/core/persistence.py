"""Models and checkpoints in one file: arrays and JSON, never pickle, so that loading executes nothing.

A file is a zip archive (``.npz``): one ``.npy`` member for each array, and ``manifest.json`` for everything else,
where ``{"$array": "a3"}`` stands for an array and ``{"$record": ["Certificate", {...}]}`` for a small dataclass.
Arrays come back bit for bit; NumPy's scalars come back as Python's numbers of equal value.
"""

import dataclasses
import io
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array

if TYPE_CHECKING:
    from groundup.core.estimator.base import Estimator

# what reading a damaged archive, or building an object from unfit content, can raise
DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError, RuntimeError,
    MemoryError, OverflowError,  # an array's header that promises more than there can be
)  # fmt: skip
FORMAT = 1  # raised when a file written today could not be read by yesterday's code
Path_ = str | os.PathLike[str]
Records = Mapping[str, type]  # the dataclasses that a file may hold, by name


class FileFormatError(ValueError):
    """The file is not one of ours, is truncated, or was written by a newer version."""


def save(model: "Estimator", path: Path_, **about: Any) -> None:
    """Write a model, its parameters and all that was fitted, to one file, atomically.

    Parameters
    ----------
    model : Estimator
        Fitted or not.
    path : path
        Where to; an existing file is replaced only once the new one is complete.
    **about : object
        What else belongs to the model, for example how the columns of a table become its features; see `read_about`.
        Numbers, text, arrays, and lists, tuples and dictionaries of these.

    Raises
    ------
    TypeError
        For what `load` could not read: a class that is not one of groundup's public names, or a value that is no
        number, text, array or known dataclass.
    InvalidParameterError
        For a hyper-parameter that is not allowed, which `load` would refuse.
    ValueError
        For an attribute that is neither a hyper-parameter nor named as a fitted or private one.
    """
    model_type = type(model)
    if _public(model_type.__name__) is not model_type:
        raise TypeError(
            f"cannot save a {model_type.__name__}: only groundup's public estimators are loaded again, and "
            f"groundup has no such name for {model_type.__module__}.{model_type.__qualname__}."
        )
    model.check_parameters()
    parameters = model.get_params()
    fitted = {name: value for name, value in vars(model).items() if name not in parameters}
    _check_fitted(model_type, fitted)
    content = {"class": model_type.__name__, "parameters": parameters, "fitted": fitted}
    _write(path, content, about, _records(model_type))


def load(path: Path_) -> Any:
    """Read a model that `save` wrote.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Estimator
        Of the class that was saved, which must be one of groundup's public names.

    Raises
    ------
    FileFormatError
        For a truncated or foreign file, for hyper-parameters that are not allowed, and for attributes that a fit
        does not set.
    OSError
        For a file that is not there or may not be read.
    """
    with _opened(path) as (manifest, archive):
        name = manifest.get("class")
        model_type: Any = _public(name)
        if not isinstance(model_type, type):
            raise FileFormatError(f"holds no groundup model (class {name!r}); a checkpoint is read with --resume.")
        records = _records(model_type)
        model = model_type(**_decode(manifest["parameters"], archive, records))
        model.check_parameters()
        _check_fitted(model_type, manifest["fitted"])
        vars(model).update(_decode(manifest["fitted"], archive, records))
        return model


def save_state(state: Any, path: Path_, model: "Estimator", **about: Any) -> None:
    """Write a checkpoint to one file, atomically.

    Parameters
    ----------
    state : State
        What `model` yielded last.
    path : path
        Where to; an existing file is replaced only once the new one is complete.
    model : Estimator
        Its class says what its states are made of.
    **about : object
        What else to go on from, for example the model's parameters; as in `save`.

    Raises
    ------
    TypeError
        For what `load_state` could not read.
    """
    _write(path, {"state": state}, about, _records(type(model)))


def load_state(path: Path_, model: "Estimator") -> tuple[Any, dict[str, Any]]:
    """Read a checkpoint that `save_state` wrote.

    Parameters
    ----------
    path : path
        The file.
    model : Estimator
        Of the class that yielded the state.

    Returns
    -------
    state : State
        To go on from, with `Training` or `Estimator.steps`.
    about : dict of str to object
        What was written beside it.

    Raises
    ------
    FileFormatError
        For a truncated or foreign file, and for a state of another class of models.
    OSError
        For a file that is not there or may not be read.
    """
    with _opened(path) as (manifest, archive):
        if "state" not in manifest:
            raise FileFormatError("is no checkpoint.")
        return _decode(manifest["state"], archive, _records(type(model))), _decode(manifest["about"], archive, {})


def read_about(path: Path_) -> dict[str, Any]:
    """What was written as `about` beside a model or a checkpoint.

    Parameters
    ----------
    path : path
        A file that `save` or `save_state` wrote.

    Returns
    -------
    dict of str to object

    Raises
    ------
    FileFormatError
        For a truncated or foreign file.
    OSError
        For a file that is not there or may not be read.
    """
    with _opened(path) as (manifest, archive):
        about: dict[str, Any] = _decode(manifest["about"], archive, {})
        return about


def _public(name: Any) -> Any:
    """What groundup offers under a name, None if nothing."""
    import groundup

    return getattr(groundup, name) if name in groundup.__all__ else None


def _records(model_type: type["Estimator"]) -> Records:
    return {record.__name__: record for record in (Certificate, *model_type._records)}


def _check_fitted(model_type: type["Estimator"], names: Iterable[str]) -> None:
    """Raise ValueError for a name that a fit does not set: a file must not put data in the place of a method."""
    for name in names:
        if not (name.startswith("_") or name.endswith("_")) or hasattr(model_type, name):
            raise ValueError(
                f"{model_type.__name__} has an attribute {name!r} that is neither a hyper-parameter nor a fitted one; "
                "the names of fitted attributes end, those of private ones begin, with an underscore."
            )


def _write(path: Path_, content: dict[str, Any], about: dict[str, Any], records: Records) -> None:
    arrays: list[Array] = []
    encoded = {key: _encode(value, arrays, records) for key, value in content.items()}
    manifest = {"format": "groundup", "version": FORMAT, **encoded, "about": _encode(about, arrays, {})}
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with zipfile.ZipFile(temporary, "x", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
            for number, array in enumerate(arrays):
                with archive.open(f"a{number}.npy", "w", force_zip64=True) as member:
                    np.save(member, array, allow_pickle=False)
        os.replace(temporary, target)  # a reader sees the old file or the new one, never half of one
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _opened(path: Path_) -> Iterator[tuple[dict[str, Any], zipfile.ZipFile]]:
    """Manifest and arrays of a file; whatever is found unfit inside the context is a FileFormatError."""
    content = io.BytesIO(Path(path).read_bytes())
    try:
        archive = zipfile.ZipFile(content)
        manifest = json.loads(archive.read("manifest.json"))
        if manifest.get("format") != "groundup":
            raise FileFormatError("is not a groundup file.")
        if manifest["version"] > FORMAT:
            raise FileFormatError(f"was written by a newer groundup (format {manifest['version']}, known: {FORMAT}).")
        yield manifest, archive
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error}") from error
    except DAMAGE as error:
        reason = f" ({error})" if str(error) else ""
        raise FileFormatError(f"{path}: is not a groundup file, or is damaged{reason}.") from error


def _encode(value: Any, arrays: list[Array], records: Records) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 1:
        return {"$objects": [_encode(item, arrays, records) for item in value]}
    if isinstance(value, np.ndarray) and value.dtype != object:
        arrays.append(value)
        return {"$array": f"a{len(arrays) - 1}"}
    record: Any = records.get(type(value).__name__)
    if record is type(value):
        names = [field.name for field in dataclasses.fields(record)]
        content = {name: _encode(getattr(value, name), arrays, records) for name in names}
        return {"$record": [type(value).__name__, content]}
    if isinstance(value, tuple):
        return {"$tuple": [_encode(item, arrays, records) for item in value]}
    if isinstance(value, list):
        return [_encode(item, arrays, records) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: _encode(item, arrays, records) for key, item in value.items()}
    known = "".join(f", {name}" for name in records)
    raise TypeError(
        f"cannot save a value of type {type(value).__name__}: {value!r}; only numbers, text, arrays{known}, and lists, "
        "tuples and dictionaries of these."
    )


def _decode(value: Any, archive: zipfile.ZipFile, records: Records) -> Any:
    if isinstance(value, list):
        return [_decode(item, archive, records) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$array": name}:
            return np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
        case {"$objects": items}:
            array = np.empty(len(items), dtype=object)
            array[:] = [_decode(item, archive, records) for item in items]
            return array
        case {"$tuple": items}:
            return tuple(_decode(item, archive, records) for item in items)
        case {"$record": [name, content]}:
            if name not in records:
                raise FileFormatError(f"unknown record {name!r}; known: {', '.join(records)}.")
            return records[name](**{key: _decode(item, archive, records) for key, item in content.items()})
    return {key: _decode(item, archive, records) for key, item in value.items()}
