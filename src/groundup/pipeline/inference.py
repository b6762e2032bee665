"""A contract and a configuration from a table: what a person then reads and edits."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.text import plural
from groundup.data.tables.dates import parse_dates, read_dates
from groundup.data.tables.entries import brief, different_entries, plain, without
from groundup.data.tables.kinds import CODE
from groundup.data.tables.numerals import is_code, read_numerals
from groundup.data.tables.reading import RawTable, read_table
from groundup.data.tables.row_numbers import identifies
from groundup.pipeline.config import Config, Data
from groundup.pipeline.contract import Column, Contract
from groundup.pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pandas import Series

CLOSED = 20  # Most categories that are taken for all there are.
EACH = 5  # Rows that each of them must have.
MOST_CATEGORIES = 1000  # Text with more different entries is no category.
WORDS_OF_TEXT = 4  # Average words of an entry from which text is free text.
ODD = 0.05  # Share of different entries that may be no numbers or dates in a column of them.
MISSING = ("na", "n/a", "nan", "null", "none", "unknown", "missing", "?", "-", "--")  # In lower case.


@dataclass(frozen=True)
class Proposal:
    """What `infer` found.

    Parameters
    ----------
    config : Config
        All keys, at their defaults but those that follow from the table.
    contract : Contract
        What the rows of the table fulfil.
    notes : tuple of str
        What a person should look at, a sentence each.
    """

    config: Config
    contract: Contract
    notes: tuple[str, ...]


def infer(path: Path, target: str, contract: str = "contract.toml", file: str = "") -> Proposal:
    """Propose a contract and a configuration for a table.

    Parameters
    ----------
    path : Path
        Of a CSV, Parquet or Excel file.
    target : str
        Column to predict: at most 50 classes.
    contract : str, default="contract.toml"
        Name of the contract's file, for the configuration.
    file : str, optional
        The table as the configuration names it; by default `path`.

    Raises
    ------
    PipelineError
        For a file that holds no table, a target that it has not, or one that is no class.
    """
    try:
        raw = read_table(path)
    except ValueError as error:
        raise PipelineError(str(error)) from error
    frame = raw.frame
    if target not in frame.columns:
        raise PipelineError(f"{path}: has no column {target!r}; it has {', '.join(map(repr, frame.columns))}.")
    classes = different_entries(frame[target])
    if not 2 <= len(classes) <= 50:
        raise PipelineError(f"{path}: the target {target!r} has {plural(len(classes), 'different entry')}; "
                            "a classifier needs from 2 to 50 classes.")  # fmt: skip
    unknown = int(plain(frame[target]).isna().sum())
    words = sorted({str(e) for name in frame for e in different_entries(frame[name]) if str(e).lower() in MISSING})
    columns, notes = {}, list(raw.notes)
    for name in map(str, frame.columns):
        column, note = _column(frame[name], raw, words) if name != target else (_target(classes), "")
        columns[name] = column
        notes += [f"{name}: {note}"] if note else []
    if not any(one.kind != "id" for name, one in columns.items() if name != target):
        raise PipelineError(f"{path}: has no column to learn from besides the target {target!r}.")
    if unknown:
        notes.append(f"{target}: {plural(unknown, 'row')} without a class will be rejected")
    config = Config(data=Data(file=file or str(path), target=target, contract=contract))
    return Proposal(config, Contract(columns, tuple(words)), tuple(notes))


def _target(classes: "Series[Any]") -> Column:
    return Column(kind="category", values=sorted(classes))


def _column(entries: "Series[Any]", raw: RawTable, words: list[str]) -> tuple[Column, str]:
    """Return what a column holds, and what is doubtful about it."""
    from pandas.api import types

    name, entries = str(entries.name), plain(without(entries, words))
    missing = bool(entries.isna().any())
    if entries.isna().all():
        return Column(kind="category", missing=True), "has no entries; drop it with data.drop"
    n, several = int(entries.notna().sum()), int(entries.nunique())
    if types.is_bool_dtype(entries.dtype):
        return _categories(entries, missing), ""
    if identifies(name) and several == n:
        return Column(kind="id", missing=missing, unique=True), ""
    if CODE.search(name):
        return _categories(entries, missing), ""
    if types.is_numeric_dtype(entries.dtype):
        return _numbers(Column(kind="number", missing=missing), entries.to_numpy(np.float64, na_value=np.nan)), ""
    if types.is_datetime64_any_dtype(entries.dtype):
        return Column(kind="date", missing=missing), ""
    different = different_entries(entries)
    numerals = read_numerals(different, raw.decimal)
    if len(numerals.odd) <= ODD * len(different) and not is_code(different):
        form = numerals.form
        column = Column(kind="number", missing=missing, decimal=form.decimal, thousands=form.thousands,
                        before=form.before, after=form.after)  # fmt: skip
        are = "is no number" if len(numerals.odd) == 1 else "are no numbers"
        odd = (f"{', '.join(map(brief, numerals.odd[:3]))} {are}: such rows break the contract; if it means a missing "
               "entry, name it in the contract's `missing` and set `missing = true` for the column")  # fmt: skip
        return _numbers(column, form.values(different)), odd if numerals.odd else ""
    dates, odd_dates = read_dates(different)
    if dates and len(odd_dates) <= ODD * len(different):
        first = parse_dates(different, dates).min()
        return Column(kind="date", missing=missing, format=dates.format, first=f"{first:%Y}-01-01"), (
            f"days and months may be exchanged: {dates.words()}" if dates.other else ""
        )
    if np.mean([len(entry.split()) for entry in different]) >= WORDS_OF_TEXT:
        return Column(kind="text", missing=missing), ""
    if several == n or several > MOST_CATEGORIES:
        return Column(
            kind="id", missing=missing, unique=several == n
        ), f"has {several} different entries and is no feature"
    return _categories(entries, missing), ""


def _categories(entries: "Series[Any]", missing: bool) -> Column:
    """Return a column of categories; those that all have several rows are taken for all there are."""
    counts = entries.map(lambda entry: str(entry).strip(), na_action="ignore").value_counts()
    closed = len(counts) <= CLOSED and int(counts.min()) >= EACH
    return Column(kind="category", missing=missing, values=sorted(counts.index) if closed else [])


def _numbers(column: Column, values: Any) -> Column:
    """Return a column of numbers, whose range is that of the table and as much again on both sides."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = (high - low) or abs(high) or 1.0
    return replace(column, low=0.0 if low >= 0 else _round(low - room, math.floor), high=_round(high + room, math.ceil))


def _round(value: float, to: Any) -> float:
    """Return a number with two digits."""
    if not value or not math.isfinite(value):
        return value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return float(f"{to(value / unit) * unit:.12g}")
