"""The user's file in pieces of some rows, so that a file of any length takes the same memory."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundup.data.tables.dialect import check_names, opened, sniff, suffix_of
from groundup.data.tables.errors import TableError
from groundup.data.tables.reading import SPREADSHEETS, TEXT_SUFFIXES, read_table
from groundup.pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pandas import DataFrame

ROWS = 10_000  # Rows in a piece.


@dataclass(frozen=True)
class Piece:
    """Some rows of a table.

    Parameters
    ----------
    frame : DataFrame
        The rows as they are in the file; text where it is a text file. The index holds the numbers of the rows, from 1.
    broken : tuple of (int, str)
        Rows that have another number of fields than the table has columns, and what is wrong with them.
    last : int
        Number of the last row of the piece.
    """

    frame: "DataFrame"
    broken: tuple[tuple[int, str], ...]
    last: int


def pieces(path: Path, rows: int = ROWS, after: int = 0) -> Iterator[Piece]:
    """Yield a table in pieces.

    Parameters
    ----------
    path : Path
        Of a CSV, Parquet or Excel file; only the last is read as a whole.
    rows : int, default=10000
        Rows in a piece.
    after : int, default=0
        Rows at the beginning that are left out.

    Raises
    ------
    PipelineError
        For a file that holds no table.
    OSError
        For a file that cannot be opened.
    """
    suffix = suffix_of(path)
    try:
        if suffix == ".parquet":
            yield from _of_parquet(path, rows, after)
        elif suffix in TEXT_SUFFIXES:
            yield from _of_text(path, rows, after)
        elif suffix in SPREADSHEETS:
            frame = read_table(path).frame
            frame.index += 1
            for start in range(after, len(frame), rows):
                yield Piece(frame.iloc[start : start + rows], (), min(start + rows, len(frame)))
        else:
            raise PipelineError(f"{path}: the suffix {suffix!r} is not known; tables end in .csv, .parquet or .xlsx.")
    except TableError as error:
        raise PipelineError(str(error)) from error


def names_of(path: Path) -> tuple[str, ...]:
    """Return the names of the columns, also of a table without rows.

    Raises
    ------
    PipelineError
        For a file that holds no table.
    OSError
        For a file that cannot be opened.
    """
    suffix = suffix_of(path)
    try:
        if suffix in TEXT_SUFFIXES:
            return sniff(path).header
        if suffix == ".parquet":
            return tuple(map(str, _parquet(path).schema_arrow.empty_table().to_pandas().columns))
        return tuple(map(str, next(pieces(path, rows=1)).frame.columns))
    except TableError as error:
        raise PipelineError(str(error)) from error


def _of_text(path: Path, rows: int, after: int) -> Iterator[Piece]:
    import pandas

    if path.stat().st_size == 0:
        raise PipelineError(f"{path}: the file is empty.")
    dialect = sniff(path)
    width = len(dialect.header)
    with opened(path, dialect.encoding) as stream:
        reader = csv.reader(stream, delimiter=dialect.separator, skipinitialspace=True)
        next(reader)
        kept: list[list[str]] = []
        numbers: list[int] = []
        broken: list[tuple[int, str]] = []
        number = 0
        try:
            for fields in reader:
                if not fields:
                    continue  # an empty line
                number += 1
                if number <= after:
                    continue
                if len(fields) == width:
                    kept.append(fields)
                    numbers.append(number)
                else:
                    broken.append((number, f"{len(fields)} fields instead of {width}"))
                if (number - after) % rows == 0:
                    yield Piece(pandas.DataFrame(kept, numbers, dialect.header, dtype=object), tuple(broken), number)
                    kept, numbers, broken = [], [], []
        except csv.Error as error:
            raise PipelineError(f"{path}: line {reader.line_num} cannot be read ({error}).") from error
        except UnicodeDecodeError as error:
            raise PipelineError(f"{path}: line {reader.line_num} is not {dialect.encoding} ({error}).") from error
        if kept or broken:
            yield Piece(pandas.DataFrame(kept, numbers, dialect.header, dtype=object), tuple(broken), number)


def _of_parquet(path: Path, rows: int, after: int) -> Iterator[Piece]:
    import pandas

    file = _parquet(path)
    check_names(path, tuple(map(str, file.schema_arrow.names)))
    first = 0
    for batch in file.iter_batches(batch_size=rows):
        frame = batch.to_pandas()
        frame.index = pandas.RangeIndex(first + 1, first + len(frame) + 1)
        first += len(frame)
        if first > after:
            yield Piece(frame[frame.index > after], (), first)


def _parquet(path: Path) -> Any:
    """Open a Parquet file."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(path)
    except pyarrow.ArrowInvalid as error:
        raise PipelineError(f"{path}: is not a readable Parquet file ({error}).") from error
