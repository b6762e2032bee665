"""Models and checkpoints in one file: arrays and JSON, never pickle, so that loading executes nothing.

A file is a zip archive (``.npz``): one ``.npy`` member for each array, and ``manifest.json`` for everything else,
where ``{"$array": "a3"}`` stands for an array and ``{"$record": ["Certificate", {...}]}`` for a small dataclass.
"""

import dataclasses
import io
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.certificate import Certificate
from groundup.core.types import Array

if TYPE_CHECKING:
    from groundup.core.estimator import Estimator

# what reading a damaged archive, or building an object from unfit content, can raise
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError, RuntimeError)
FORMAT = 1  # raised when a file written today could not be read by yesterday's code
Path_ = str | os.PathLike[str]


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
    """
    model_type = type(model)
    parameters = model.get_params()
    fitted = {name: value for name, value in vars(model).items() if name not in parameters}
    _write(path, {"class": model_type.__name__, "parameters": parameters, "fitted": fitted, "about": about})


def load(path: Path_) -> Any:
    """Read a model that `save` wrote.

    Returns
    -------
    Estimator
        Of the class that was saved, which must be one of groundup's public names.

    Raises
    ------
    FileFormatError
        For a truncated or foreign file.
    """
    import groundup

    with _opened(path) as (manifest, archive):
        name = manifest.get("class")
        model_type: Any = getattr(groundup, name) if name in groundup.__all__ else None
        if not isinstance(model_type, type):
            raise FileFormatError(f"holds no groundup model (class {name!r}); a checkpoint is read with --resume.")
        records = _by_name(Certificate, *getattr(model_type, "_records", ()))
        model = model_type(**_decode(manifest["parameters"], archive, records))
        vars(model).update(_decode(manifest["fitted"], archive, records))
        return model


def save_state(state: Any, path: Path_, **about: Any) -> None:
    """Write a checkpoint: a state, and what it is `about` (for example the model's parameters)."""
    _write(path, {"state": state, "about": about})


def load_state(path: Path_, model: "Estimator") -> tuple[Any, dict[str, Any]]:
    """Read a checkpoint of `model`: the state, and what it was about."""
    with _opened(path) as (manifest, archive):
        if "state" not in manifest:
            raise FileFormatError("is no checkpoint.")
        records = _by_name(Certificate, *type(model)._records)
        return _decode(manifest["state"], archive, records), _decode(manifest["about"], archive, {})


def read_about(path: Path_) -> dict[str, Any]:
    """What was written as `about` beside a model or a checkpoint."""
    with _opened(path) as (manifest, archive):
        about: dict[str, Any] = _decode(manifest["about"], archive, {})
        return about


def _write(path: Path_, content: dict[str, Any]) -> None:
    arrays: list[Array] = []
    manifest = {"format": "groundup", "version": FORMAT} | {
        key: _encode(value, arrays) for key, value in content.items()
    }
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
        raise FileFormatError(f"{path}: is not a groundup file, or is damaged ({error!r}).") from error


def _by_name(*records: type) -> dict[str, type]:
    return {record.__name__: record for record in records}


def _encode(value: Any, arrays: list[Array]) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray) and value.dtype == object:
        return {"$objects": [_encode(item, arrays) for item in value]}
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"$array": f"a{len(arrays) - 1}"}
    if dataclasses.is_dataclass(value):
        content = {field.name: _encode(getattr(value, field.name), arrays) for field in dataclasses.fields(value)}
        return {"$record": [type(value).__name__, content]}
    if isinstance(value, tuple):
        return {"$tuple": [_encode(item, arrays) for item in value]}
    if isinstance(value, list):
        return [_encode(item, arrays) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: _encode(item, arrays) for key, item in value.items()}
    raise TypeError(f"cannot save a value of type {type(value).__name__}: {value!r}; only numbers, text and arrays.")


def _decode(value: Any, archive: zipfile.ZipFile, records: Mapping[str, type]) -> Any:
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
