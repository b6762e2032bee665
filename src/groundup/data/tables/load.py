"""The user's own table as a data set."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.data.tables.documents import DocumentEncoder, as_texts
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.entries import brief
from groundup.data.tables.errors import Ambiguous, TableError
from groundup.data.tables.kinds import About, Decision, decide, left_open, numbered
from groundup.data.tables.look import copies_told, look
from groundup.data.tables.measurements import only_measurements, without_determined
from groundup.data.tables.options import AS_IT_IS, NoSuchColumn, TableOptions
from groundup.data.tables.reading import RawTable, line_of_names, read_table
from groundup.data.tables.row_numbers import step_of
from groundup.data.tables.target import split_target, target_columns

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_NAMES = 20  # Columns that the message about a missing target lists.
FEW_COPIES = 0.2  # Share of rows up to which an identifier may occur twice.
RELATED = 0.3  # Least correlation of numbers with a target that they go with.


class NoTarget(TableError):
    """What to predict was not said."""


def load_table(
    path: Path,
    target: str | None,
    kind: str | None,
    options: TableOptions = AS_IT_IS,
    *,
    standardize: bool | None = None,
    missing: bool = False,
    native_categories: bool = False,
    measurements: str = "",
) -> Dataset:
    """Read a table, decide what each column is, and make features of them.

    Parameters
    ----------
    path : Path
        Of a .csv, .tsv, .txt (also compressed), .parquet or .xlsx file.
    target : str or None
        What to predict: a column, several separated by commas, or ``"name:value"`` in a long table. Clustering takes
        it as the true groups.
    kind : str or None
        The estimator's type, as scikit-learn calls it: a "regressor" wants numbers, the others classes.
    options : TableOptions
        What the user says about the table.
    standardize : bool or None
        Whether features are put into standard units where the user leaves it open; None where their units do not
        matter to the model.
    missing : bool
        Whether numbers that are missing stay so, because the model knows what to do with them.
    native_categories : bool
        Whether a column of categories is one feature of their numbers, because the model knows what to do with them.
    measurements : str
        Why columns of categories, and columns that others determine, are left out, as a clause; "" where they are not.

    Returns
    -------
    Dataset
        Its `columns` say what became of each column of the table; its `notes` what to know before a fit; its `encoder`
        turns new tables into the same features.

    Raises
    ------
    NoTarget
        For a supervised model without a target; the message lists the columns.
    NoSuchColumn
        For a column that was named and is not in the table.
    Ambiguous
        Where only the owner of the table knows what is meant; the message asks, and says how to answer.
    TableError
        For a table that cannot be used; the message names the column and what to do.
    """
    raw = _read(path, target, kind, options)
    frame, names = raw.frame, [str(name) for name in raw.frame.columns]
    if target is None and kind in ("regressor", "classifier"):
        raise NoTarget(f"The columns of {path}: {', '.join(names[:MOST_NAMES])}.")
    options = options.named(names)
    copied = frame.astype({name: str for name in frame if frame[name].dtype == object}).duplicated()
    copies = int(copied.sum())
    once = frame[~copied] if copies else frame
    steps = {name: step_of(once[name]) for name in names}  # Before rows without a target are left out.
    y, target_name, notes = None, None, (*raw.notes, *copies_told(once, copies))
    of_target: tuple[ColumnUse, ...] = ()
    row_numbers = np.arange(1, len(frame) + 1)
    if target is not None:
        try:
            _find_target(path, target, names, options.skip_rows)
            split = split_target(frame, target, classes=kind != "regressor", options=options, decimal=raw.decimal)
        except NoSuchColumn as error:
            raise NoSuchColumn(" ".join([str(error), *raw.notes])) from error  # It may be on another sheet.
        frame, y, target_name, of_target = split.rest, split.y, split.name, split.columns
        row_numbers = split.row_numbers
        notes += split.notes
        if kind == "classifier" and (y == y[0]).all():
            raise Ambiguous(f"{target_name} is {brief(y[0])} in each of {len(y):,} rows: nothing is to be told apart. "
                            "Use another column.")  # fmt: skip
    if options.text is not None:
        return _documents(path, frame, y, target_name, options.text, (of_target, notes, row_numbers))
    decisions = _decide(frame, y, raw, options, steps, copies)
    told: tuple[str, ...] = ()
    if measurements:
        decisions, told = only_measurements(decisions, measurements)
    if not any(decision.column for decision in decisions.values()):
        reasons = "; ".join(f"{name}: {d.use.used}" for name, d in decisions.items()) or "there is none"
        hints = "; ".join((*told, *(note for decision in decisions.values() for note in decision.notes)))
        raise TableError(f"no column is left to learn from ({reasons}).{f' {hints}.' if hints else ''}")
    encoder = _encoder(decisions)
    X = encoder.apply(frame)
    notes += (*told, *(note for decision in decisions.values() for note in decision.notes))
    notes += look(X, y, row_numbers, encoder, kind, target_name, units_count=_units_count(options, standardize))
    if missing:
        decisions = {name: left_open(decision, frame[name]) for name, decision in decisions.items()}
    if native_categories:
        decisions = {name: numbered(decision, frame[name]) for name, decision in decisions.items()}
    if missing or native_categories:
        encoder = _encoder(decisions)
        X = encoder.apply(frame)
    if measurements:
        decisions, told = without_determined(decisions, X, options.keep)
        notes += told
        encoder = _encoder(decisions)
        X = encoder.apply(frame)
    if standardize if options.standardize is None else options.standardize:
        scale = Scale.of(X)
        encoder, X = TableEncoder(encoder.columns, scale), scale.apply(X)
    if kind in ("clusterer", "density_estimator", "outlier_detector") and y is not None:
        y = np.unique(y, return_inverse=True)[1]
    return Dataset(
        name=str(path),
        description=f"{len(X):,} rows of the table {path.name}.",
        X=X,
        y=y,
        feature_names=encoder.features,
        target_name=target_name,
        columns=_in_order(names, (*of_target, *(decision.use for decision in decisions.values()))),
        notes=notes,
        encoder=encoder,
        scale=encoder.scale,
        row_numbers=row_numbers,
    )


def _documents(
    path: Path,
    frame: "DataFrame",
    y: Array | None,
    target: str | None,
    column: str,
    about: tuple[tuple[ColumnUse, ...], tuple[str, ...], Array],
) -> Dataset:
    """Return the counts of the words of a column of text."""
    if column not in frame.columns:
        raise Ambiguous(f"--text: {column} is what is to be predicted; name the column that holds the documents.")
    of_target, notes, row_numbers = about
    texts = tuple(as_texts(frame[column]))
    encoder = DocumentEncoder.of(column, texts)
    return Dataset(
        name=str(path),
        description=f"{len(texts):,} documents, the column {column} of the table {path.name}; a row counts the words "
        "of a document.",
        X=encoder.count(texts),
        y=y,
        feature_names=encoder.features,
        target_name=target,
        columns=(*of_target, *encoder.uses(frame)),
        notes=(*notes, *encoder.guesses(frame)),
        encoder=encoder,
        row_numbers=row_numbers,
        texts=texts,
    )


def _encoder(decisions: Mapping[str, Decision]) -> TableEncoder:
    return TableEncoder(tuple(decision.column for decision in decisions.values() if decision.column))


def _units_count(options: TableOptions, standardize: bool | None) -> bool:
    """Whether the result depends on the units of the columns, and these are the user's."""
    return standardize is not None and not (standardize if options.standardize is None else options.standardize)


def _read(path: Path, target: str | None, kind: str | None, options: TableOptions) -> RawTable:
    """Read a table; what is compared by its spelling is read as text."""
    text = {name for name, said in options.kinds.items() if said != "number"}
    text |= set() if options.text is None else {options.text}
    if target is not None and kind != "regressor":
        text |= {target, *(part.strip() for part in target.replace(":", ",").split(","))}
    return read_table(path, text, options.skip_rows)


def _find_target(path: Path, target: str, names: list[str], skip_rows: int) -> None:
    """Raise NoSuchColumn for a target that is not in the first line but in one below it, where the names may be."""
    for column in target_columns(names, target):
        line = None if column in names else line_of_names(path, column, skip_rows)
        if line is not None:
            raise NoSuchColumn(
                f"--target: there is no column {column!r} to predict, but line {line} has it: if the names of the "
                f"columns are there, skip what is above with --skip-rows {line - 1}."
            )


def _decide(
    frame: "DataFrame", y: Array | None, raw: RawTable, options: TableOptions, steps: dict[str, float], copies: int
) -> dict[str, Decision]:
    """Return what becomes of each column; row numbers are used where nothing else is left.

    Raises
    ------
    Ambiguous
        With all questions at once.
    """
    names = [str(name) for name in raw.frame.columns]
    abouts = {
        str(name): About(
            name=str(name),
            options=options,
            words=options.missing_in(str(name), names),
            decimal=raw.decimal,
            unnamed=name in raw.unnamed,
            step=steps.get(str(name), 0.0),
            copies=copies if copies < FEW_COPIES * len(raw.frame) else 0,
            related=_relation(y),
        )
        for name in frame.columns
    }
    found = {name: decide(frame[name], about) for name, about in abouts.items()}
    questions = [decision.question for decision in found.values() if decision.question]
    if questions:
        raise Ambiguous("\n  ".join(questions))
    if not any(decision.column or decision.documents for decision in found.values()):
        keep = replace(options, keep=tuple(name for name, decision in found.items() if decision.spare))
        found |= {name: decide(frame[name], replace(abouts[name], options=keep)) for name in keep.keep}
    return found


def _relation(y: Array | None) -> Callable[[Array], bool | None]:
    """Return the test whether numbers, one a row, go with a target."""

    def related(values: Array) -> bool | None:
        if y is None or len(values) != len(y):
            return None
        known = ~np.isnan(values)
        return _goes_with(values[known], y[known])

    return related


def _goes_with(values: Array, y: Array) -> bool:
    """Whether numbers go with a target: their correlation with it, or with their means in its classes, is no chance."""
    if y.dtype.kind in "fi" and y.ndim == 1 and len(np.unique(y)) > 2:
        explained = y.astype(np.float64)
    elif y.ndim == 1:
        _, code = np.unique(y, return_inverse=True)
        explained = (np.bincount(code, values) / np.bincount(code))[code]
    else:
        explained = y.mean(axis=1)
    if len(y) < 2 or np.ptp(values) == 0 or np.ptp(explained) == 0:
        return False
    return bool(abs(np.corrcoef(values, explained)[0, 1]) > max(RELATED, 2.5 / np.sqrt(len(y))))


def _in_order(names: list[str], uses: tuple[ColumnUse, ...]) -> tuple[ColumnUse, ...]:
    """Return what became of the columns in the order of the table, columns made from others last."""
    return tuple(sorted(uses, key=lambda use: names.index(use.name) if use.name in names else len(names)))
