"""The user's table from a file, with clear words for what cannot be read.

Text is read in chunks. A column of plain numbers is stored as small as it can be without loss, so that a table of short
numbers needs a fraction of the file's size until it becomes floats; all else stays the text that it is in the file.
"""

import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.data.tables.dialect import (
    OTHER_ENCODING,
    Dialect,
    check_names,
    line_naming,
    opened,
    sniff,
    suffix_of,
    unreadable,
)
from groundup.data.tables.errors import TableError
from groundup.data.tables.footer import without_footer

if TYPE_CHECKING:
    from pandas import DataFrame, Series

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
SPREADSHEETS = (".xlsx", ".xlsm")
SUFFIXES = ".csv, .tsv, .txt (also .gz, .zip, .bz2, .xz), .parquet, .xlsx"
CHUNK_CELLS = 1 << 21  # 16 MiB of floats.
# Digits whose spelling says no more than their value: no leading zero, and few enough for a float.
PLAIN = r"^\s*[-+]?(?:0|[1-9]\d{0,14}|(?:0|[1-9]\d*)?\.\d+|(?:0|[1-9]\d*)\.|(?:0|[1-9]\d*)?\.?\d*[eE][-+]?\d+)\s*$"
PLAIN_WITHOUT_POINT = r"^\s*[-+]?(?:0|[1-9]\d{0,14})\s*$"


@dataclass(frozen=True)
class RawTable:
    """A table as it is in its file.

    Parameters
    ----------
    frame : DataFrame
        At least one row; names of columns are distinct and not empty. Columns of plain numbers are numbers, others
        text; Parquet and spreadsheets have types of their own.
    decimal : str
        The decimal mark of the file.
    unnamed : tuple of str
        Columns that have no name in the file.
    notes : tuple of str
        What a reader should know, a sentence each.
    """

    frame: "DataFrame"
    decimal: str = "."
    unnamed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_table(path: Path, text: Collection[str] = (), skip_rows: int = 0) -> RawTable:
    """Read a table from a file, whose suffix names the format.

    Parameters
    ----------
    path : Path
        Of a .csv, .tsv, .txt (also compressed: .gz, .zip, .bz2, .xz), .parquet or .xlsx file.
    text : collection of str
        Columns to read as text even where they hold plain numbers.
    skip_rows : int
        Lines above the names of the columns, which are not read.

    Returns
    -------
    RawTable

    Raises
    ------
    TableError
        For a file that holds no such table.
    OSError
        For a file that cannot be opened.
    """
    suffix = suffix_of(path)
    if suffix not in (*TEXT_SUFFIXES, *SPREADSHEETS, ".parquet"):
        raise TableError(f"{path}: the suffix {suffix!r} is not known; tables end in {SUFFIXES}. Save it as CSV.")
    if path.stat().st_size == 0:
        raise TableError(f"{path}: the file is empty.")
    if suffix == ".parquet":
        table = _read_parquet(path)
    elif suffix in SPREADSHEETS:
        table = _read_spreadsheet(path, skip_rows)
    else:
        table = _read_text(path, set(text), skip_rows)
    if table.frame.empty:
        raise TableError(f"{path}: the table has column names but no rows.")
    return table


def line_of_names(path: Path, column: str, skip_rows: int) -> int | None:
    """Return the line of a text file that names a column which the first line does not name."""
    if suffix_of(path) not in TEXT_SUFFIXES:
        return None
    return line_naming(path, sniff(path, skip_rows), column, skip_rows)


def _read_parquet(path: Path) -> RawTable:
    import pandas
    import pyarrow

    try:
        frame = pandas.read_parquet(path)
    except pyarrow.ArrowInvalid as error:
        raise TableError(f"{path}: is not a readable Parquet file ({error}).") from error
    frame.columns = frame.columns.map(str)
    check_names(path, tuple(frame.columns))
    return RawTable(frame.reset_index(drop=True))


def _read_spreadsheet(path: Path, skip_rows: int) -> RawTable:
    import pandas

    try:
        sheets = pandas.ExcelFile(path)
        frame = pandas.read_excel(sheets, header=None, skiprows=skip_rows, keep_default_na=False, na_values=[""])
    except ImportError as error:
        raise TableError(
            f"{path}: a spreadsheet is read with one more package: pip install 'groundup[excel]'; or save it as CSV."
        ) from error
    except Exception as error:  # Readers of spreadsheets raise whatever their parsers do.
        raise TableError(f"{path}: is not a readable spreadsheet ({str(error)[:200]}).") from error
    frame = frame.dropna(how="all").dropna(axis=1, how="all")
    if frame.empty:
        raise TableError(f"{path}: the first sheet is empty.")
    header = frame.iloc[0]
    if header.notna().sum() <= max(1, len(header) // 2):
        full = frame.notna().all(axis=1)
        where = int(full.to_numpy().argmax()) if full.any() else 0
        if where:
            raise TableError(
                f"{path}: row {frame.index[where] + skip_rows + 1} of the first sheet looks like the names of the "
                f"columns: skip what is above with --skip-rows {frame.index[where] + skip_rows}."
            )
    names = tuple(f"column {k + 1}" if missing else str(name).strip()
                  for k, (name, missing) in enumerate(zip(header, header.isna(), strict=True)))  # fmt: skip
    check_names(path, names)
    unnamed = tuple(name for name, missing in zip(names, header.isna(), strict=True) if missing)
    frame = frame.iloc[1:].reset_index(drop=True)
    frame.columns = pandas.Index(names)
    frame, below = without_footer(frame)
    others = sheets.sheet_names[1:]
    notes = (f"Only the first sheet, {sheets.sheet_names[0]!r}, of {len(others) + 1} is read.",) if others else ()
    return RawTable(frame.infer_objects(), unnamed=unnamed, notes=(*notes, *below))


def _read_text(path: Path, text: set[str], skip_rows: int) -> RawTable:
    import pandas

    dialect = sniff(path, skip_rows)
    try:
        try:
            frame = _gathered(path, dialect, text, skip_rows)
        except UnicodeDecodeError as error:  # Far down in a file that began as UTF-8.
            if dialect.encoding != "utf-8-sig":
                raise unreadable(path, error) from error
            dialect = Dialect(OTHER_ENCODING, dialect.separator, dialect.decimal, dialect.header, dialect.unnamed)
            frame = _gathered(path, dialect, text, skip_rows)
    except pandas.errors.ParserWarning as error:
        raise TableError(f"{path}: some rows have more fields than the first line has names.") from error
    except pandas.errors.ParserError as error:
        detail = str(error).partition("C error: ")[2].strip() or str(error)
        raise TableError(f"{path}: is not a well-formed table ({detail}).") from error
    except UnicodeDecodeError as error:
        raise unreadable(path, error) from error
    frame, below = without_footer(frame)
    if below:  # What was in the way of columns of numbers is gone.
        pattern = _plain(dialect)
        for name in dialect.header:
            if name not in text and _is_text(frame[name]):
                frame[name] = _compact(frame[name], pattern)
    told = (f"{path.name} is not UTF-8; it was read as Windows-1252.",) if dialect.encoding == OTHER_ENCODING else ()
    return RawTable(frame, dialect.decimal, dialect.unnamed, (*told, *below))


def _gathered(path: Path, dialect: Dialect, text: set[str], skip_rows: int) -> "DataFrame":
    """Return the whole table; columns that are plain numbers in some chunks only are text throughout."""
    import pandas

    parts = _columns(path, dialect, list(dialect.header), text, skip_rows)
    mixed = [name for name, column in parts.items() if len({_is_text(part) for part in column} - {None}) > 1]
    if mixed:
        parts |= _columns(path, dialect, mixed, set(mixed), skip_rows)
    columns = {name: pandas.concat(_alike(parts.pop(name)), ignore_index=True) for name in dialect.header}
    return pandas.DataFrame(columns, copy=False)


def _alike(chunks: "list[Series[Any]]") -> "list[Series[Any]]":
    """Return the chunks of a column with those that have no entries as numbers, where the others are numbers."""
    if all(_is_text(chunk) in (None, True) for chunk in chunks):
        return chunks
    return [chunk.astype(np.float64) if _is_text(chunk) is None else chunk for chunk in chunks]


def _columns(
    path: Path, dialect: Dialect, names: list[str], text: set[str], skip_rows: int
) -> "dict[str, list[Series[Any]]]":
    """Return the chunks of some columns."""
    import pandas
    import pyarrow

    pattern = _plain(dialect)
    parts: dict[str, list[Series[Any]]] = {name: [] for name in names}
    with warnings.catch_warnings(), opened(path, dialect.encoding, skip_rows) as stream:
        warnings.simplefilter("error", pandas.errors.ParserWarning)  # pandas would cut longer rows short and warn.
        chunks = pandas.read_csv(
            stream,
            sep=dialect.separator,
            header=0,
            names=list(dialect.header),
            usecols=None if len(names) == len(dialect.header) else names,  # With `usecols` longer rows are cut short.
            index_col=False,
            skipinitialspace=True,
            dtype=pandas.ArrowDtype(pyarrow.string()),
            keep_default_na=False,
            na_values=[""],
            chunksize=max(1000, CHUNK_CELLS // len(dialect.header)),
        )
        with chunks:
            for chunk in chunks:
                for name in names:
                    parts[name].append(chunk[name] if name in text else _compact(chunk[name], pattern))
    return parts


def _plain(dialect: Dialect) -> str:
    """Return the pattern of numbers whose spelling says no more than their value."""
    return PLAIN if dialect.decimal == "." else PLAIN_WITHOUT_POINT  # 1.234 may be a thousand and more.


def _compact(column: "Series[Any]", pattern: str) -> "Series[Any]":
    """Return the numbers of a column of plain numbers, in the fewest bytes; a column of anything else as it is."""
    import pandas
    import pyarrow
    from pyarrow import compute

    array = pyarrow.array(column)
    if array.null_count == len(array):
        return column
    if not compute.all(compute.match_substring_regex(array, pattern)).as_py():
        return column
    digits = compute.replace_substring_regex(array, r"^\s*\+|\s", "")  # Arrow's numbers have no plus sign.
    whole = array.null_count == 0 and compute.all(compute.match_substring_regex(digits, r"^-?\d+$")).as_py()
    values = pandas.Series(digits.cast(pyarrow.int64() if whole else pyarrow.float64()).to_numpy(zero_copy_only=False))
    if not whole:
        return values
    low, high = values.min(), values.max()
    sizes = (np.int8, np.int16, np.int32)
    fits = (size for size in sizes if np.iinfo(size).min <= low and high <= np.iinfo(size).max)
    return values.astype(next(fits, np.int64))


def _is_text(column: "Series[Any]") -> bool | None:
    """Whether a chunk holds text; None for one without entries, which agrees with either."""
    from pandas.api.types import is_numeric_dtype

    return None if column.isna().all() else not is_numeric_dtype(column.dtype)
