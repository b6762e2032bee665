"""File format of models: an archive of arrays and JSON, without pickle.

A file is a zip archive (``.npz``): one ``.npy`` member for each array, and ``manifest.json`` for everything else,
where ``{"$array": "a3"}`` stands for an array and ``{"$record": ["Certificate", {...}]}`` for a small dataclass.
Arrays are restored bit for bit, NumPy scalars as Python numbers of equal value.
"""

import dataclasses
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, dataclass_transform

import numpy as np

from groundup.core.files import replacing
from groundup.core.types import Array

# Errors that a damaged archive, or an object built from its content, can raise.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError, RuntimeError,
    MemoryError, OverflowError,  # from the header of an array that is too large
)  # fmt: skip


FORMAT = 2  # Version of the format, increased when earlier code cannot read what is written.

Path_ = str | os.PathLike[str]
R = TypeVar("R")
LAYERS = ("core", "projects", "models", "solvers")  # Folders that a record's name leaves out.


class FileFormatError(ValueError):
    """The file is foreign, truncated, or of another version."""


_TYPES: dict[str, type] = {}  # Registered records by the name that files use.
_NAMES: dict[type, str] = {}


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def record(kind: type[R]) -> type[R]:
    """Make a frozen dataclass that can be saved.

    Its name in files is for example ``kmeans.restarts.LloydState``.

    States and certificates, and the objects they consist of, are records, so that checkpoints and models can be saved.

    Raises
    ------
    TypeError
        If another record has the same name.
    """
    made = dataclasses.dataclass(frozen=True)(kind)
    path = [part for part in kind.__module__.split(".")[1:] if part not in LAYERS]
    name = ".".join([*path, kind.__qualname__])
    if name in _TYPES and _TYPES[name].__module__ != kind.__module__:
        raise TypeError(f"two records are called {name}: in {_TYPES[name].__module__} and in {kind.__module__}.")
    _TYPES[name] = made
    _NAMES[made] = name
    return made


def write_file(path: Path_, content: dict[str, Any], about: dict[str, Any]) -> None:
    """Write content, and information about it, to one file atomically."""
    arrays: list[Array] = []
    encoded = {key: encode(value, arrays) for key, value in content.items()}
    manifest = {"format": "groundup", "version": FORMAT, **encoded, "about": encode(about, arrays)}
    with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        for number, array in enumerate(arrays):
            with archive.open(f"a{number}.npy", "w", force_zip64=True) as member:
                np.save(member, array, allow_pickle=False)


@contextmanager
def opened(path: Path_) -> Iterator[tuple[dict[str, Any], zipfile.ZipFile]]:
    """Open a file for reading; damaged content raises FileFormatError."""
    content = io.BytesIO(Path(path).read_bytes())
    try:
        archive = zipfile.ZipFile(content)
        manifest = json.loads(archive.read("manifest.json"))
        if manifest.get("format") != "groundup":
            raise FileFormatError("is not a groundup file.")
        if manifest["version"] != FORMAT:
            age = "a newer" if manifest["version"] > FORMAT else "an older"
            raise FileFormatError(f"was written by {age} groundup (format {manifest['version']}, known: {FORMAT}).")
        yield manifest, archive
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error}") from error
    except DAMAGE as error:
        reason = f" ({error})" if str(error) else ""
        raise FileFormatError(f"{path}: is not a groundup file, or is damaged{reason}.") from error


def encode(value: Any, arrays: list[Array]) -> Any:
    """Return a value as JSON can represent it, and append its arrays to `arrays`.

    Raises
    ------
    TypeError
        If `decode` could not restore the value.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 1:
        return {"$objects": [encode(item, arrays) for item in value]}
    if isinstance(value, np.ndarray) and value.dtype != object:
        arrays.append(value)
        return {"$array": f"a{len(arrays) - 1}"}
    if type(value) in _NAMES:
        names = [field.name for field in dataclasses.fields(value)]
        content = {name: encode(getattr(value, name), arrays) for name in names}
        return {"$record": [_NAMES[type(value)], content]}
    if isinstance(value, tuple):
        return {"$tuple": [encode(item, arrays) for item in value]}
    if isinstance(value, list):
        return [encode(item, arrays) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: encode(item, arrays) for key, item in value.items()}
    raise TypeError(
        f"cannot save a value of type {type(value).__name__}: {value!r}; only numbers, text, arrays, records, and "
        "lists, tuples and dictionaries of these."
    )


def decode(value: Any, archive: zipfile.ZipFile) -> Any:
    """Restore a value that `encode` returned."""
    if isinstance(value, list):
        return [decode(item, archive) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$array": name}:
            return np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
        case {"$objects": items}:
            array = np.empty(len(items), dtype=object)
            array[:] = [decode(item, archive) for item in items]
            return array
        case {"$tuple": items}:
            return tuple(decode(item, archive) for item in items)
        case {"$record": [name, content]}:
            if name not in _TYPES:
                raise FileFormatError(f"unknown record {name!r}; known: {', '.join(sorted(_TYPES))}.")
            return _TYPES[name](**{key: decode(item, archive) for key, item in content.items()})
    return {key: decode(item, archive) for key, item in value.items()}
