"""The user's table from a file: CSV, TSV or Parquet, with clear words for what cannot be read.

Text is read in chunks whose columns are stored as small as they can be without loss, so that a table of short numbers
needs a fraction of the file's size until it becomes floats.
"""

import csv
import re
import warnings
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame, Series

SUFFIXES = (".csv", ".tsv", ".parquet")
SAMPLE_LINES = 50  # enough to tell the separator
CHUNK_CELLS = 1 << 21  # 16 MiB of floats
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
DECIMAL_POINT = re.compile(r"[-+]?\d+\.\d+")


class TableError(ValueError):
    """The table cannot be used as it is; the message says why and what to do."""


@dataclass(frozen=True)
class Dialect:
    """How a text file writes a table."""

    encoding: str
    separator: str
    decimal: str
    header: tuple[str, ...]


def read_table(path: Path, text: Collection[str] = ()) -> "DataFrame":
    """Read a table from a file, whose suffix names the format.

    Parameters
    ----------
    path : Path
        Of a .csv, .tsv or .parquet file.
    text : collection of str
        Columns to read as text even where they look like numbers ("007").

    Returns
    -------
    DataFrame
        At least one row; names of columns are distinct and not empty.

    Raises
    ------
    TableError
        For a file that holds no such table.
    OSError
        For a file that cannot be opened.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise TableError(f"{path}: the suffix {suffix!r} is not known; tables end in {', '.join(SUFFIXES)}.")
    if path.stat().st_size == 0:
        raise TableError(f"{path}: the file is empty.")
    frame = _read_parquet(path) if suffix == ".parquet" else _read_text(path, set(text))
    if frame.empty:
        raise TableError(f"{path}: the table has column names but no rows.")
    return frame


def _read_parquet(path: Path) -> "DataFrame":
    import pandas
    import pyarrow

    try:
        frame = pandas.read_parquet(path)
    except pyarrow.ArrowInvalid as error:
        raise TableError(f"{path}: is not a readable Parquet file ({error}).") from error
    frame.columns = frame.columns.map(str)
    _check_header(path, tuple(frame.columns))
    return frame.reset_index(drop=True)


def _read_text(path: Path, text: set[str]) -> "DataFrame":
    import pandas

    dialect = sniff(path)
    options: dict[str, Any] = {
        "sep": dialect.separator,
        "decimal": dialect.decimal,
        "encoding": dialect.encoding,
        "header": 0,
        "names": list(dialect.header),
        "index_col": False,
        "skipinitialspace": True,
        "low_memory": False,
        "chunksize": max(1000, CHUNK_CELLS // len(dialect.header)),
    }
    try:
        with warnings.catch_warnings():
            # pandas would cut longer rows short and warn
            warnings.simplefilter("error", pandas.errors.ParserWarning)
            frame, mixed = _gather(options, path, text & set(dialect.header))
            if mixed:  # numbers in one chunk, text in another: read as text throughout
                frame, _ = _gather(options, path, mixed | text & set(dialect.header))
    except pandas.errors.ParserWarning as error:
        raise TableError(f"{path}: some rows have more fields than the first line has names.") from error
    except pandas.errors.ParserError as error:
        detail = str(error).partition("C error: ")[2].strip() or str(error)
        raise TableError(f"{path}: is not a well-formed table ({detail}).") from error
    except UnicodeDecodeError as error:
        raise TableError(_encoding_message(path, error)) from error
    return frame


def _gather(options: dict[str, Any], path: Path, text: set[str]) -> "tuple[DataFrame, set[str]]":
    """The whole table, and the columns that are text in some chunks only."""
    import pandas
    from pandas.api.types import is_string_dtype

    dtypes = dict.fromkeys(text, "str")
    parts: dict[str, list[Series[Any]]] = {name: [] for name in options["names"]}
    with pandas.read_csv(path, dtype=dtypes, **options) as chunks:
        for chunk in chunks:
            for name in parts:
                parts[name].append(_compact(chunk[name]))
    kinds = {name: {is_string_dtype(part) for part in column if part.notna().any()} for name, column in parts.items()}
    columns = {name: pandas.concat(parts.pop(name), ignore_index=True) for name in options["names"]}
    return pandas.DataFrame(columns, copy=False), {name for name, kind in kinds.items() if len(kind) > 1}


def _compact(column: "Series[Any]") -> "Series[Any]":
    """The same values in the fewest bytes, where they are integers."""
    if column.dtype != np.int64:
        return column
    low, high = column.min(), column.max()
    sizes = (np.int8, np.int16, np.int32)
    fits = (size for size in sizes if np.iinfo(size).min <= low and high <= np.iinfo(size).max)
    return column.astype(next(fits, np.int64))


def sniff(path: Path) -> Dialect:
    """Encoding, separator, decimal mark and column names of a text file.

    The separator is the one that splits the first lines into the same, largest number of fields; the decimal mark is a
    comma where the fields say so.
    """
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as stream:
            lines = list(islice((line for line in stream if line.strip()), SAMPLE_LINES))
    except UnicodeDecodeError as error:
        raise TableError(_encoding_message(path, error)) from error
    if not lines:
        raise TableError(f"{path}: the file is empty.")
    separators = "\t" if path.suffix.lower() == ".tsv" else ",;\t|"
    separator = max(separators, key=lambda mark: _fields(lines, mark))  # the first of equals
    header, *rows = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    cells = Counter(
        mark
        for row in rows
        for cell in row
        for mark, pattern in ((",", DECIMAL_COMMA), (".", DECIMAL_POINT))
        if pattern.fullmatch(cell.strip())
    )
    names = tuple(name.strip() or f"Unnamed: {k}" for k, name in enumerate(header))
    _check_header(path, names)
    return Dialect(encoding, separator, "," if separator != "," and cells[","] > cells["."] else ".", names)


def _fields(lines: list[str], separator: str) -> int:
    """Number of fields that all lines have with this separator; 1 where they differ."""
    try:
        counts = {len(row) for row in csv.reader(lines, delimiter=separator)}
    except csv.Error:
        return 1
    return counts.pop() if len(counts) == 1 else 1


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "utf-8-sig"  # with the mark that some programs write at the start, or without


def _encoding_message(path: Path, error: UnicodeDecodeError) -> str:
    return (
        f"{path}: is not UTF-8 text ({error.reason}). Older programs write Latin-1; "
        f"convert it with: iconv -f latin1 -t utf-8 {path.name} > new.csv"
    )


def _check_header(path: Path, names: tuple[str, ...]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TableError(f"{path}: several columns are named {', '.join(map(repr, twice))}; names must be distinct.")
    if names and all(_is_number(name) for name in names):
        raise TableError(f"{path}: the first line holds numbers; it must name the columns.")


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
