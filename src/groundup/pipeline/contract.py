"""What each row must fulfil: kinds of columns, ranges, categories, what may be missing and what must be unique.

The contract is inferred once, kept in a TOML file that a person edits, and enforced by pandera wherever rows come in:
in training, predictions and the service. A row that breaks it is named with column and reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.data.tables.dates import DateForm, parse_dates
from groundup.data.tables.entries import brief, plain
from groundup.data.tables.numerals import NumberForm
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.settings import key, load, one_of, table, toml

if TYPE_CHECKING:
    from pandas import DataFrame, Series

ISO = "ISO8601"
KINDS = ("number", "category", "date", "text", "id")
VIOLATIONS = ("row", "column", "rule", "value", "message")


@dataclass(frozen=True, kw_only=True)
class Column:
    """What the entries of a column must be.

    Keys that have their default are not written.
    """

    kind: str = key("number, category, date, text, or id, which names the row and is no feature", rule=one_of(*KINDS))
    missing: bool = key("whether entries may be missing", False)
    unique: bool = key("whether no two rows may have the same entry", False)
    low: float = key("smallest number", -np.inf)
    high: float = key("largest number", np.inf)
    first: str = key("earliest date", "")
    last: str = key("latest date", "")
    values: list[str] = key("the categories that are allowed; none: all", [])
    format: str = key("how dates are written, as Python's strptime has it", ISO)
    decimal: str = key("decimal mark of numbers", ".")
    thousands: str = key("mark between groups of three digits", "")
    before: str = key("currency in front of each number", "")
    after: str = key("unit behind each number", "")

    @property
    def form(self) -> NumberForm:
        """How numbers are written."""
        return NumberForm(self.decimal, self.thousands, self.before, self.after)


@dataclass(frozen=True)
class Checked:
    """Rows that were held to the contract.

    Parameters
    ----------
    frame : DataFrame
        The rows that fulfil it: numbers as floats, dates as dates, all else as text; missing are NaN, NaT, None.
    violations : DataFrame
        What the others break: row, column, rule, value, message.
    """

    frame: "DataFrame"
    violations: "DataFrame"


@dataclass(frozen=True)
class Contract:
    """The columns, by name.

    Parameters
    ----------
    columns : mapping of str to Column
        Of the table to learn from, the target included.
    missing : tuple of str
        Words that mean a missing entry, besides an empty one.
    """

    columns: Mapping[str, Column]
    missing: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the names of the columns of some kinds."""
        return [name for name, column in self.columns.items() if column.kind in kinds]

    def without(self, *names: str) -> "Contract":
        """Return the contract without some columns, such as the target of rows to predict."""
        return Contract({name: one for name, one in self.columns.items() if name not in names}, self.missing)

    @cached_property
    def schema(self) -> Any:
        """The same as a schema of pandera."""
        import pandera.pandas as pa

        def rules(column: Column) -> list[Any]:
            found = []
            if column.kind == "number" and (column.low, column.high) != (-np.inf, np.inf):
                found.append(pa.Check.in_range(column.low, column.high))
            if column.kind == "date" and column.first:
                found.append(pa.Check.ge(_day(column.first)))
            if column.kind == "date" and column.last:
                found.append(pa.Check.le(_day(column.last)))
            if column.values:
                found.append(pa.Check.isin(column.values))
            return found

        types = {"number": float, "date": "datetime64[us]"}
        return pa.DataFrameSchema(
            {name: pa.Column(types.get(one.kind, object), rules(one), nullable=one.missing, unique=one.unique)
             for name, one in self.columns.items()}
        )  # fmt: skip

    def check(self, raw: "DataFrame") -> Checked:
        """Return the rows that fulfil the contract, and what the others break.

        Parameters
        ----------
        raw : DataFrame
            Rows as a file or a request has them, by number of the row. Columns that the contract does not know are left
            out.

        Raises
        ------
        PipelineError
            Where columns are missing.
        """
        import pandas
        import pandera.errors

        absent = [name for name in self.columns if name not in raw.columns]
        if absent:
            raise PipelineError(f"the rows have no column {', '.join(map(repr, absent))}; they have "
                                f"{', '.join(map(repr, raw.columns))}.")  # fmt: skip
        converted = {name: self._converted(raw[name], column) for name, column in self.columns.items()}
        frame = pandas.DataFrame({name: values for name, (values, _) in converted.items()}, index=raw.index)
        found: list[tuple[Any, ...]] = [row for _, rows in converted.values() for row in rows]
        known = {(row, column) for row, column, *_ in found}
        try:
            self.schema.validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as error:
            for case in error.failure_cases.itertuples():
                if (case.index, case.column) not in known and case.index is not None:
                    found.append(self._violation(case, raw))
        found.sort(key=lambda one: (int(one[0]), str(one[1])))
        violations = pandas.DataFrame(found, columns=list(VIOLATIONS))
        return Checked(frame[~frame.index.isin(violations["row"])], violations)

    def _converted(self, entries: "Series[Any]", column: Column) -> "tuple[Series[Any], list[tuple[Any, ...]]]":
        """Return entries as what the column holds, and those that are nothing of the kind."""
        import pandas
        from pandas.api import types

        entries = plain(entries) if not types.is_string_dtype(entries.dtype) else entries
        values: Series[Any]
        wrong: Series[bool]
        if column.kind == "number" and types.is_numeric_dtype(entries.dtype):
            values = entries.astype(np.float64)
            infinite = np.isinf(values)
            return values.mask(infinite), self._wrong(entries, entries[infinite], column, "is not a finite number")
        text = entries.map(lambda entry: str(entry).strip(), na_action="ignore").astype(object)
        text = text.where(entries.notna() & (text != "") & ~text.isin(list(self.missing)), None)
        if column.kind == "number":
            different = text.dropna().unique()
            numbers = column.form.values(pandas.Series(different, dtype=object))
            values = text.map(dict(zip(different, numbers)), na_action="ignore").astype(np.float64)
            wrong, what = (values.isna() & text.notna()) | np.isinf(values), "is not a finite number"
            values = values.mask(np.isinf(values))
        elif column.kind == "date":
            dates = (
                entries if types.is_datetime64_any_dtype(entries.dtype) else parse_dates(text, DateForm(column.format))
            )
            values = (dates.dt.tz_localize(None) if dates.dt.tz is not None else dates).astype("datetime64[us]")
            wrong, what = values.isna() & text.notna(), f"is not a date of the form {column.format}"
        else:
            return text, []
        return values, self._wrong(entries, text[wrong], column, what)

    @staticmethod
    def _wrong(entries: "Series[Any]", wrong: "Series[Any]", column: Column, what: str) -> list[tuple[Any, ...]]:
        """Return the entries that are nothing of the kind, as violations."""
        return [(row, entries.name, column.kind, str(entry), f"{brief(entry)} {what}") for row, entry in wrong.items()]

    def _violation(self, case: Any, raw: "DataFrame") -> tuple[Any, ...]:
        """Return a row's fault in words."""
        column, value = self.columns[case.column], raw.at[case.index, case.column]
        rule = str(case.check).partition("(")[0]
        what = {
            "not_nullable": "is missing",
            "field_uniqueness": "occurs more than once",
            "in_range": f"is not from {column.low:g} to {column.high:g}",
            "greater_than_or_equal_to": f"is before {column.first}",
            "less_than_or_equal_to": f"is after {column.last}",
            "isin": "is not one of " + ", ".join(map(repr, column.values)),
        }.get(rule, f"breaks {case.check}")
        return case.index, case.column, rule, value, what if rule == "not_nullable" else f"{brief(value)} {what}"


def read(path: Path) -> Contract:
    """Read and check a contract.

    Raises
    ------
    PipelineError
        For a file that is no TOML, an unknown key, and a value that is not allowed.
    OSError
        For a file that cannot be read.
    """
    written = load(path)
    unknown = written.keys() - {"columns", "missing"}
    if unknown or not isinstance(written.get("columns"), dict):
        raise PipelineError(f"{path}: must have a table [columns.NAME] for each column, and may have a list `missing`.")
    columns = {name: table(Column, one, str(path), f"columns.{name}.") for name, one in written["columns"].items()}
    for name, column in columns.items():
        if column.low > column.high:
            raise PipelineError(f"{path}: columns.{name}.low is {column.low:g}, above high, {column.high:g}.")
        for date in (column.first, column.last):
            if date:
                _day(date, f"{path}: columns.{name}")
    return Contract(columns, tuple(map(str, written.get("missing", []))))


def write(contract: Contract) -> str:
    """Return a contract as a TOML file."""
    lines = ["# What each row must fulfil. Keys of a column:"]
    lines += [f"#   {one.name}: {one.metadata['comment']}" for one in fields(Column)]
    lines += ["", f"missing = {toml(list(contract.missing))}  # words that mean a missing entry"]
    for name, column in contract.columns.items():
        lines += ["", f"[columns.{toml(name)}]"]
        defaults = Column(kind=column.kind)
        said = [
            one.name
            for one in fields(column)
            if one.name == "kind" or getattr(column, one.name) != getattr(defaults, one.name)
        ]
        lines += [f"{one} = {toml(getattr(column, one))}" for one in said]
    return "\n".join(lines) + "\n"


def _day(text: str, where: str = "a date") -> Any:
    import pandas

    try:
        return pandas.Timestamp(text)
    except ValueError as error:
        raise PipelineError(f"{where}: {text!r} is not a date such as 2024-01-31.") from error
