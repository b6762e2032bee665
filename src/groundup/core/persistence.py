"""Models and checkpoints in one file: arrays and JSON, never pickle, so that loading executes nothing.

A file is a zip archive (``.npz``): one ``.npy`` member for each array, and ``manifest.json`` for everything else,
where ``{"$array": "a3"}`` stands for an array and ``{"$record": ["Certificate", {...}]}`` for a small dataclass.
"""

import dataclasses
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.certificate import Certificate
from groundup.core.types import Array

if TYPE_CHECKING:
    from groundup.core.estimator import Estimator

FORMAT = 1  # raised when a file written today could not be read by yesterday's code
Path_ = str | os.PathLike[str]


class FileFormatError(ValueError):
    """The file is not one of ours, is truncated, or was written by a newer version."""


def save(model: "Estimator", path: Path_) -> None:
    """Write a model, its parameters and all that was fitted, to one file, atomically.

    Parameters
    ----------
    model : Estimator
        Fitted or not.
    path : path
        Where to; an existing file is replaced only once the new one is complete.
    """
    model_type = type(model)
    parameters = model.get_params()
    fitted = {name: value for name, value in vars(model).items() if name not in parameters}
    _write(path, {"class": model_type.__name__, "parameters": parameters, "fitted": fitted})


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

    manifest, arrays = _read(path)
    name = manifest.get("class")
    model_type: Any = getattr(groundup, name) if name in groundup.__all__ else None
    if not isinstance(model_type, type):
        raise FileFormatError(f"{path}: holds no groundup model (class {name!r}); a checkpoint is read with --resume.")
    records = (Certificate, *getattr(model_type, "_records", ()))
    model = model_type(**_decode(manifest["parameters"], arrays, records))
    vars(model).update(_decode(manifest["fitted"], arrays, records))
    return model


def save_state(state: Any, path: Path_, **about: Any) -> None:
    """Write a checkpoint: a state, and what it is `about` (for example the model's parameters)."""
    _write(path, {"state": state, "about": about})


def load_state(path: Path_, model: "Estimator") -> tuple[Any, dict[str, Any]]:
    """Read a checkpoint of `model`: the state, and what it was about."""
    manifest, arrays = _read(path)
    if "state" not in manifest:
        raise FileFormatError(f"{path}: is no checkpoint.")
    records = (Certificate, *type(model)._records)
    return _decode(manifest["state"], arrays, records), _decode(manifest["about"], arrays, records)


def _write(path: Path_, content: dict[str, Any]) -> None:
    arrays: list[Array] = []
    manifest = {"format": "groundup", "version": FORMAT} | {
        key: _encode(value, arrays) for key, value in content.items()
    }
    target = Path(path)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
            for number, array in enumerate(arrays):
                member = io.BytesIO()
                np.save(member, array, allow_pickle=False)
                archive.writestr(f"a{number}.npy", member.getvalue())
        os.replace(temporary, target)  # a reader sees the old file or the new one, never half of one
    except BaseException:
        os.unlink(temporary)
        raise


def _read(path: Path_) -> tuple[dict[str, Any], zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(Path(path).read_bytes()))
        manifest = json.loads(archive.read("manifest.json"))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path}: is not a groundup file, or is truncated ({error}).") from error
    if not isinstance(manifest, dict) or manifest.get("format") != "groundup":
        raise FileFormatError(f"{path}: is not a groundup file.")
    if manifest["version"] > FORMAT:
        raise FileFormatError(
            f"{path}: was written by a newer groundup (format {manifest['version']}, known: {FORMAT})."
        )
    return manifest, archive


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


def _decode(value: Any, archive: zipfile.ZipFile, records: Iterable[type]) -> Any:
    if isinstance(value, list):
        return [_decode(item, archive, records) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$array": name}:
            try:
                return np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
            except (KeyError, ValueError, zipfile.BadZipFile) as error:
                raise FileFormatError(f"array {name} is missing or damaged ({error}).") from error
        case {"$objects": items}:
            return np.array([_decode(item, archive, records) for item in items], dtype=object)
        case {"$tuple": items}:
            return tuple(_decode(item, archive, records) for item in items)
        case {"$record": [name, content]}:
            known = {record.__name__: record for record in records}
            if name not in known:
                raise FileFormatError(f"unknown record {name!r}; known: {', '.join(known)}.")
            return known[name](**{key: _decode(item, archive, records) for key, item in content.items()})
    return {key: _decode(item, archive, records) for key, item in value.items()}
