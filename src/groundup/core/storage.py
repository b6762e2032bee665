"""File format of models: an archive of arrays and JSON, without pickle.

A file is a zip archive (``.npz``): one ``.npy`` member for each array, and ``manifest.json`` for everything else,
where ``{"$array": "a3"}`` stands for an array and ``{"$record": ["Certificate", {...}]}`` for a small dataclass.
A large dictionary from words to numbers, such as a vocabulary, is three arrays; so are sparse rows.
Arrays are restored bit for bit, NumPy scalars as Python numbers of equal value.
"""

import ast
import dataclasses
import io
import json
import math
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.display import shown
from groundup.core.files import replacing
from groundup.core.types import Array

LARGEST_MANIFEST = 16_000_000  # Bytes of the JSON.
LARGEST_DEFLATED = 64_000_000  # Bytes of all deflated members together; the others are stored as they are.
LONGEST_HEADER = 1_000  # Bytes of an array's header.
MOST_LISTED = 1_000  # Words of a dictionary that stand in the JSON; more make arrays, which have no limit of size.
LONGEST_REASON = 200  # Characters of what a message says about a file.
DTYPE = re.compile(r"[<>|][biufcSUmM]\d+(\[\w+\])?")  # Of arrays that files may hold.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # Of zip archives: the same model gives the same bytes.
FORMAT = 3  # Version of the format, increased when earlier code cannot read what is written.

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
    made = dataclasses.dataclass(frozen=True)(shown(kind))
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
    text = json.dumps(manifest, indent=1).encode()
    if len(text) > LARGEST_MANIFEST:
        raise ValueError(f"cannot save {len(text):,} bytes of text and numbers outside arrays; at most 16 million.")
    left = LARGEST_DEFLATED - len(text)
    with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", text)
        for number, array in enumerate(arrays):
            member = zipfile.ZipInfo(f"a{number}.npy", FIRST_DAY)
            size = LONGEST_HEADER + array.nbytes
            member.compress_type = zipfile.ZIP_DEFLATED if size <= left else zipfile.ZIP_STORED
            left -= size if size <= left else 0
            with archive.open(member, "w", force_zip64=True) as file:
                np.save(file, array, allow_pickle=False)


class Members:
    """The arrays of an open file, each of which is read once and is not larger than it says.

    Parameters
    ----------
    archive : ZipFile
        The file; its members are stored or deflated, and the deflated ones are not too large together.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._unread = {member.filename: member for member in archive.infolist()}
        deflated = 0
        for member in archive.infolist():
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
                raise FileFormatError("has a part that is neither stored nor deflated.")
            deflated += member.file_size if member.compress_type == zipfile.ZIP_DEFLATED else 0
        if deflated > LARGEST_DEFLATED:
            raise FileFormatError(f"would unpack to {deflated:,} bytes; at most 64 million are deflated.")

    def manifest(self) -> dict[str, Any]:
        """Return the JSON, of a known version of the format."""
        if self._unread["manifest.json"].file_size > LARGEST_MANIFEST:
            raise FileFormatError("has a manifest of more than 16 million bytes.")
        manifest = json.loads(self._read("manifest.json"))
        if not isinstance(manifest, dict) or manifest.get("format") != "groundup":
            raise FileFormatError("is not a groundup file.")
        if (version := manifest["version"]) != FORMAT:
            age = "a newer" if version > FORMAT else "an older"
            raise FileFormatError(f"was written by {age} groundup (format {version}, known: {FORMAT}).")
        return manifest

    def array(self, name: str) -> Array:
        """Return an array."""
        return _array(self._read(f"{name}.npy"))

    def _read(self, name: str) -> bytes:
        member = self._unread.pop(name)
        with self._archive.open(member) as file:
            content = file.read(member.file_size + 1)  # With a size, no more than that is unpacked.
        if len(content) != member.file_size:
            raise FileFormatError(f"is damaged: {name} is not as long as it says.")
        return content


def _array(content: bytes) -> Array:
    """Return the array of an ``.npy`` file, whose header is not trusted."""
    if content[:6] != b"\x93NUMPY" or content[6] not in (1, 2, 3):
        raise FileFormatError("is damaged: an array has no header.")
    begin = 10 if content[6] == 1 else 12
    end = begin + int.from_bytes(content[8:begin], "little")
    if end > LONGEST_HEADER:
        raise FileFormatError("is damaged: the header of an array is too long.")
    header = ast.literal_eval(content[begin:end].decode())
    dtype, shape, columns_first = header["descr"], header["shape"], header["fortran_order"]
    if not (isinstance(dtype, str) and DTYPE.fullmatch(dtype)):
        raise FileFormatError(f"holds an array of type {dtype!r}.")
    size = math.prod(shape)
    if min(shape, default=0) < 0 or size * np.dtype(dtype).itemsize != len(content) - end:
        raise FileFormatError("is damaged: an array is not as large as it says.")
    flat = np.frombuffer(content, dtype, size, end).copy()
    return flat.reshape(shape, order="F" if columns_first else "C")


@contextmanager
def opened(path: Path_) -> Iterator[tuple[dict[str, Any], Members]]:
    """Open a file for reading; whatever is wrong with its content raises FileFormatError."""
    content = io.BytesIO(Path(path).read_bytes())
    try:
        members = Members(zipfile.ZipFile(content))
        yield members.manifest(), members
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {brief(error)}") from error
    except Exception as error:  # Nobody can list what reading damaged bytes, or building objects of them, may raise.
        reason = f" ({brief(error)})" if str(error) else ""
        raise FileFormatError(f"{path}: is not a groundup file, or is damaged{reason}.") from error


def brief(said: object) -> str:
    """Return what is said, by an error or in a file, in one line that fits on a screen."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(said)).split())
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]} …"


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
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return {"$type": np.dtype(value).str}
    if isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 1:
        return {"$objects": [encode(item, arrays) for item in value]}
    if isinstance(value, np.ndarray) and value.dtype != object:
        arrays.append(value)
        return {"$array": f"a{len(arrays) - 1}"}
    if isinstance(value, Csr):
        parts = [encode(part, arrays)["$array"] for part in (value.data, value.indices, value.indptr)]
        return {"$sparse": [*parts, *value.shape]}
    if type(value) in _NAMES:
        names = [field.name for field in dataclasses.fields(value)]
        content = {name: encode(getattr(value, name), arrays) for name in names}
        return {"$record": [_NAMES[type(value)], content]}
    if isinstance(value, tuple):
        return {"$tuple": [encode(item, arrays) for item in value]}
    if isinstance(value, list):
        return [encode(item, arrays) for item in value]
    if isinstance(value, dict) and len(value) > MOST_LISTED and _numbers_words(value):
        return {"$numbers": _numbers_by_word(value, arrays)}
    if isinstance(value, dict) and all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: encode(item, arrays) for key, item in value.items()}
    if isinstance(value, dict):  # JSON would turn its keys into text
        return {"$pairs": [[encode(key, arrays), encode(item, arrays)] for key, item in value.items()]}
    raise TypeError(
        f"cannot save a value of type {type(value).__name__}: {value!r}; only numbers, text, arrays, records, and "
        "lists, tuples and dictionaries of these."
    )


def _numbers_words(value: dict[Any, Any]) -> bool:
    """Whether all keys are words and all values integers of 64 bits."""
    numbers = value.values()
    return set(map(type, value)) == {str} and set(map(type, numbers)) == {int} and max(map(abs, numbers)) < 2**63


def _numbers_by_word(value: Mapping[str, int], arrays: list[Array]) -> list[Any]:
    """Return the arrays of a large dictionary: bytes of all words, length of each, its number."""
    words = [word.encode("utf-8", "surrogatepass") for word in value]
    text = np.frombuffer(b"".join(words), np.uint8)
    columns = (text, np.array([len(word) for word in words]), np.array(list(value.values())))
    return [encode(column, arrays)["$array"] for column in columns]


def _words_with_numbers(text: Array, lengths: Array, numbers: Array) -> dict[str, int]:
    """Return the dictionary of such arrays, which are not trusted."""
    if not (text.dtype == np.uint8 and text.ndim == lengths.ndim == numbers.ndim == 1):
        raise FileFormatError("is damaged: a dictionary is not made of bytes, lengths and numbers.")
    if lengths.dtype.kind != "i" or numbers.dtype.kind != "i" or len(lengths) != len(numbers):
        raise FileFormatError("is damaged: a dictionary has not as many words as numbers.")
    ends = np.cumsum(lengths)
    if (lengths < 0).any() or (len(ends) and ends[-1] != len(text)):
        raise FileFormatError("is damaged: the words of a dictionary are not as long as it says.")
    content = text.tobytes()
    words = [content[end - n : end].decode("utf-8", "surrogatepass") for end, n in zip(ends, lengths, strict=True)]
    return dict(zip(words, numbers.tolist(), strict=True))


def _sparse_rows(data: Array, indices: Array, indptr: Array, shape: tuple[int, int]) -> Csr:
    """Return sparse rows of arrays that are not trusted."""
    n, d = shape
    if not (data.dtype.kind == "f" and indices.dtype.kind == indptr.dtype.kind == "i"):
        raise FileFormatError("is damaged: sparse rows are not made of floats and integers.")
    if not (data.ndim == indices.ndim == indptr.ndim == 1 and data.shape == indices.shape and len(indptr) == n + 1):
        raise FileFormatError("is damaged: sparse rows are not made of arrays of the right length.")
    if indptr[0] != 0 or indptr[-1] != len(data) or (np.diff(indptr) < 0).any():
        raise FileFormatError("is damaged: sparse rows do not follow each other.")
    if len(indices) and (indices.min() < 0 or indices.max() >= d):
        raise FileFormatError(f"is damaged: sparse rows have entries outside of their {d} columns.")
    return Csr(data, indices, indptr, shape)


def decode(value: Any, members: Members) -> Any:
    """Restore a value that `encode` returned.

    Raises
    ------
    FileFormatError
        For a record whose fields are not what it declares.
    """
    if isinstance(value, list):
        return [decode(item, members) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$array": str(name)}:
            return members.array(name)
        case {"$objects": items}:
            array = np.empty(len(items), dtype=object)
            array[:] = [decode(item, members) for item in items]
            return array
        case {"$pairs": pairs}:
            return {decode(key, members): decode(item, members) for key, item in pairs}
        case {"$type": str(name)} if DTYPE.fullmatch(name):
            return np.dtype(name).type
        case {"$numbers": [str(text), str(lengths), str(numbers)]}:
            return _words_with_numbers(*(members.array(part) for part in (text, lengths, numbers)))
        case {"$sparse": [str(data), str(indices), str(indptr), int(n), int(d)]}:
            return _sparse_rows(members.array(data), members.array(indices), members.array(indptr), (n, d))
        case {"$tuple": items}:
            return tuple(decode(item, members) for item in items)
        case {"$record": [name, content]}:
            if name not in _TYPES:
                raise FileFormatError(f"unknown record {name!r}; known: {', '.join(sorted(_TYPES))}.")
            return _restored(name, {key: decode(item, members) for key, item in content.items()})
    return {key: decode(item, members) for key, item in value.items()}


def _restored(name: str, content: Mapping[str, Any]) -> Any:
    kind = _TYPES[name]
    for field, hint in hints(kind).items():
        if field in content and not conforms(content[field], hint):
            raise FileFormatError(f"holds a {name} whose {field} is of another kind than declared.")
    return kind(**content)


@cache
def hints(kind: type) -> dict[str, Any]:
    """Return the types that a record declares for its fields."""
    found = get_type_hints(kind)
    return {field.name: found[field.name] for field in dataclasses.fields(kind)}


def conforms(value: Any, hint: Any) -> bool:
    """Whether a value that was read from a file is what a type annotation says.

    Parameters
    ----------
    value : object
        Numbers, text, arrays, records, and lists, tuples and dictionaries of these.
    hint : type or type annotation
        As a record or an estimator declares it.
    """
    kind, inside = get_origin(hint) or hint, get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return True
    if kind in (UnionType, Union):
        return any(conforms(value, one) for one in inside)
    if kind is Literal:
        return value in inside
    if hint is None or kind is NoneType:
        return value is None
    if kind in (int, float):
        return isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool)
    if kind is np.ndarray:  # Files hold NumPy's scalars as numbers.
        return isinstance(value, (np.ndarray, int, float)) and not isinstance(value, bool)
    if kind is tuple and inside:
        items = [inside[0]] * len(value) if inside[1:] == (...,) and isinstance(value, tuple) else inside
        return isinstance(value, tuple) and len(value) == len(items) and all(map(conforms, value, items))
    if kind is list and inside:
        return isinstance(value, list) and all(conforms(item, inside[0]) for item in value)
    if isinstance(kind, type) and issubclass(kind, Mapping) and inside:
        return isinstance(value, dict) and all(conforms(item, inside[1]) for item in value.values())
    return not isinstance(kind, type) or isinstance(value, kind)
