"""How a text file writes a table: its encoding, its separator, and where the names of its columns are."""

import bz2
import csv
import gzip
import io
import lzma
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from groundup.data.tables.errors import TableError

SAMPLE_RECORDS = 50  # Records that tell the separator.
SAMPLE_CHARACTERS = 1 << 22  # Beyond these a record is not waited for.
MOST_TITLES = 20  # Lines above the names of the columns that are looked through.
OTHER_ENCODING = "cp1252"  # What programs for Windows write that do not write UTF-8.
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
DECIMAL_POINT = re.compile(r"[-+]?\d+\.\d+")
PACKED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
MARKS = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ": ".xz", b"PK\x03\x04": ".zip"}  # First bytes of packed files.
COMMENT = ("#", "//", "%", "--")  # What begins a comment above a table.


@dataclass(frozen=True)
class Dialect:
    """How a text file writes a table.

    Parameters
    ----------
    encoding : str
        As Python calls it.
    separator : str
        Between the fields of a record.
    decimal : str
        The decimal mark that most of the fields have.
    header : tuple of str
        Names of the columns; ``"column 3"`` for one without a name.
    unnamed : tuple of str
        Those of them that have no name in the file.
    """

    encoding: str
    separator: str
    decimal: str
    header: tuple[str, ...]
    unnamed: tuple[str, ...] = ()


def suffix_of(path: Path) -> str:
    """Return the suffix that names the format, without that of a compression: ``".csv"`` for ``"t.CSV.gz"``."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in (*PACKED, ".zip"):
        return suffixes[-2] if len(suffixes) > 1 and suffixes[-2] in (".csv", ".tsv", ".txt") else ".csv"
    return suffixes[-1] if suffixes else ""


@contextmanager
def opened(path: Path, encoding: str, skip_rows: int = 0) -> Iterator[IO[str]]:
    """Open a text file, unpacked where it is compressed, behind the lines to be skipped."""
    with _unpacked(path) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        for _ in range(skip_rows):
            text.readline()
        yield text


@contextmanager
def _unpacked(path: Path) -> Iterator[Any]:
    with path.open("rb") as plain:
        start = plain.read(6)
    suffix = next((packing for mark, packing in MARKS.items() if start.startswith(mark)), "")
    try:
        if suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = _tables(archive.namelist())
                if len(names) != 1:
                    raise TableError(f"{path}: holds {len(names)} files; a packed table is one file.")
                with archive.open(names[0]) as stream:
                    yield stream
        else:
            with PACKED.get(suffix, open)(path, "rb") as stream:
                yield stream
    except (zipfile.BadZipFile, gzip.BadGzipFile, lzma.LZMAError, EOFError) as error:
        raise TableError(f"{path}: is not a readable {suffix} file ({error}).") from error


def _tables(names: list[str]) -> list[str]:
    """Return the files of an archive that may be tables: all, or those that end so, less what macOS adds."""
    files = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    return [name for name in files if name.lower().endswith((".csv", ".tsv"))] or files


def sniff(path: Path, skip_rows: int = 0) -> Dialect:
    """Return how a text file writes a table.

    The separator is the one that splits the most of the first records into the same number of fields, and of those the
    one with the most fields. A record may contain line breaks between quotation marks.

    Raises
    ------
    TableError
        For a file without text, and where the first line does not name the columns.
    """
    encoding = _encoding(path)
    try:
        sample, whole = _sample(path, encoding, skip_rows)
    except UnicodeDecodeError:
        encoding = OTHER_ENCODING
        sample, whole = _decoded(path, skip_rows)
    if not sample.strip():
        raise TableError(f"{path}: the file is empty{' below the skipped lines' if skip_rows else ''}.")
    separator = _separator(sample, whole, "\t" if suffix_of(path) == ".tsv" else "")
    records = _records(sample, separator, whole)
    _find_names(path, records, skip_rows)
    (_, header), *rows = records
    longer = all(len(row) == len(header) + 1 and row[-1].strip() for _, row in rows)
    if longer and _are_names_of_rows([row[0] for _, row in rows]):
        header = ["", *header]  # R writes a column of them that the first line does not count.
    names = tuple(" ".join(name.split()) or f"column {k + 1}" for k, name in enumerate(header))
    check_names(path, names)
    unnamed = tuple(known for known, name in zip(names, header, strict=True) if not name.strip())
    return Dialect(encoding, separator, _decimal(separator, (row for _, row in rows)), names, unnamed)


def _separator(sample: str, whole: bool, expected: str) -> str:
    """Return the separator of a table; spaces only where no other mark splits its records."""

    def agreement(mark: str) -> tuple[float, int]:
        return _agreement(_records(sample, mark, whole))

    for marks in (expected, ",;\t|", " "):
        best = max(marks, key=agreement, default="")  # The first of equals.
        share, width = agreement(best) if best else (0.0, 1)
        if width > 1 and (best != " " or share == 1):
            return best
    return ","


def _decoded(path: Path, skip_rows: int) -> tuple[str, bool]:
    try:
        return _sample(path, OTHER_ENCODING, skip_rows)
    except UnicodeDecodeError as error:
        raise unreadable(path, error) from error


def line_naming(path: Path, dialect: Dialect, column: str, skip_rows: int) -> int | None:
    """Return the line below the first one, among the first lines of a file, that has a column's name in it."""
    sample, whole = _sample(path, dialect.encoding, skip_rows)
    records = _records(sample, dialect.separator, whole)[1 : MOST_TITLES + 1]
    return next((line + skip_rows for line, cells in records if column in map(str.strip, cells)), None)


def unreadable(path: Path, error: UnicodeDecodeError) -> TableError:
    """Return the error for a file in an encoding that is not known."""
    return TableError(f"{path}: is neither UTF-8 nor Windows-1252 text ({error.reason}); save it as UTF-8.")


def check_names(path: Path, names: tuple[str, ...]) -> None:
    """Raise TableError unless the names of columns are distinct, and names."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TableError(f"{path}: several columns are named {', '.join(map(repr, twice))}; names must be distinct.")
    if names and all(_is_number(name) for name in names):
        raise TableError(f"{path}: the first line holds numbers; it must name the columns.")


def _encoding(path: Path) -> str:
    with _unpacked(path) as stream:
        start = stream.read(4)
    if start == b"\xff\xfe\0\0":
        return "utf-32"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if start[1::2] == b"\0\0" or start[::2] == b"\0\0":  # Every other byte of Latin letters, without the mark.
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    return "utf-8-sig"  # With the mark that some programs write at the start, or without.


def _sample(path: Path, encoding: str, skip_rows: int) -> tuple[str, bool]:
    """Return the first characters of a file, and whether they are all."""
    with opened(path, encoding, skip_rows) as stream:
        lines = list(islice(stream, 4 * SAMPLE_RECORDS))
        while "".join(lines).count('"') % 2 and sum(map(len, lines)) < SAMPLE_CHARACTERS:
            more = stream.readline()  # To the end of a record that has a line break between quotation marks.
            if not more:
                break
            lines.append(more)
        return "".join(lines), not stream.read(1)


def _records(sample: str, separator: str, whole: bool) -> list[tuple[int, list[str]]]:
    """Return the first records with the line that each begins in; none where they are not well formed."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # By default a field of 131,073 characters is an error.
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator, skipinitialspace=True)
    found: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record) or len(record) > 1:
                found.append((before + 1, record))
            before = reader.line_num
            if len(found) == SAMPLE_RECORDS:
                return found
    except csv.Error:
        return found
    return found if whole or len(found) < 2 else found[:-1]


def _agreement(records: list[tuple[int, list[str]]]) -> tuple[float, int]:
    """Return the share of the records that have the most frequent number of fields, and that number."""
    if not records:
        return 0.0, 1
    width, count = Counter(len(record) for _, record in records).most_common(1)[0]
    return (count / len(records), width) if width > 1 else (0.0, 1)


def _find_names(path: Path, records: list[tuple[int, list[str]]], skip_rows: int) -> None:
    """Raise TableError if the names of the columns seem to be below the first line."""
    _, width = _agreement(records)
    (_, first), *others = records
    filled = sum(bool(cell.strip()) for cell in first)
    named = len(others) > 1 and _names_something(others[0][1]) and any(map(_is_number, others[1][1]))
    told = first[0] == "sep=" or (_is_comment(first) and named)
    if len(first) == width and (filled > 1 or width <= 2) and not told:  # Spreadsheets write "sep=;".
        return
    for line, record in others[:MOST_TITLES]:
        if len(record) == width and _names_something(record):
            raise TableError(
                f"{path}: line {line + skip_rows} looks like the names of the columns "
                f"({', '.join(cell.strip() for cell in record[:4])}{', …' if width > 4 else ''}): "
                f"skip what is above it with --skip-rows {line + skip_rows - 1}."
            )


def _names_something(record: list[str]) -> bool:
    """Whether the cells of a record could be names of columns; the first one, of an index, may be empty."""
    cells = [cell.strip() for cell in record]
    distinct = all(cells[1:]) and len(set(cells)) == len(cells) and not _is_comment(cells)
    return distinct and not any(map(_is_number, cells))


def _are_names_of_rows(cells: list[str]) -> bool:
    """Whether the first cells of the rows count them, or are different words."""
    if len(cells) < 3 or len(set(cells)) < len(cells):
        return False
    return cells == [str(k + 1) for k in range(len(cells))] or not any(map(_is_number, cells))


def _is_comment(record: list[str]) -> bool:
    return record[0].strip().startswith(COMMENT)


def _decimal(separator: str, rows: Iterator[list[str]]) -> str:
    cells = Counter(
        mark
        for row in rows
        for cell in row
        for mark, pattern in ((",", DECIMAL_COMMA), (".", DECIMAL_POINT))
        if pattern.fullmatch(cell.strip())
    )
    return "," if separator != "," and cells[","] > cells["."] else "."


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
