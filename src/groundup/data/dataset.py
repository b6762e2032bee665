"""A data set: numbers, names, what was done to get them, and the rows that no fit sees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.containers.sequences import Sequences
from groundup.core.display import shown
from groundup.core.statistics.splits import holdout
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.scale import Scale
from groundup.data.summaries import MOST_COLUMNS, most_frequent, most_frequent_characters, summed_up
from groundup.data.tables.features import Categories

if TYPE_CHECKING:
    from groundup.data.series.encoder import SeriesEncoder
    from groundup.data.series.series import Series
    from groundup.data.tables.documents import DocumentEncoder
    from groundup.data.tables.encoding import TableEncoder

FEWEST_ROWS = 20  # Rows of a data set of which some are held out; of fewer every one is needed for the fit.
MOST_CLASSES = 12  # Classes that a description names.


@dataclass(frozen=True)
class Table:
    """A small table of words and numbers for a reader.

    Parameters
    ----------
    title : str
        What the rows are.
    head : tuple of str
        Names of the columns.
    rows : tuple of tuple of str or float
        Each begins with its name; there may be none, and then the note says why.
    note : str
        What to know about the rows.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    note: str = ""


@dataclass(frozen=True)
@shown
class Dataset:
    """Rows to learn from, with what a reader needs to know about them.

    Parameters
    ----------
    name : str
        Short name, as in ``--data``.
    description : str
        One or two sentences: what a row is, where it is from.
    X : ndarray or Csr of shape (n, d), ndarray of shape (n, T, d), Sequences or str
        Rows are samples. Counts of words are sparse. Of a text the rows are its characters.
    y : ndarray of shape (n,) or (n, n_targets), optional
        Target; for clustering the true groups where they are known, used for scores only.
    feature_names : tuple of str
        Names of the columns of X, with units where there are any.
    target_name : str, optional
        Name of y; of several targets their names, separated by commas.
    columns : tuple of ColumnUse
        What became of each column of the user's table; () for a set that was numbers from the beginning.
    notes : tuple of str
        What the user should know before the fit, a sentence each: doubtful readings, and what was found in the table.
    truth : mapping of str to object
        What a synthetic set was made from (coefficients, centres, noise), for figures and tests.
    held_out : Dataset, optional
        Rows of the same kind that no fit sees.
    kind : {"table", "sequences", "text"}
        What a row is: numbers in named columns, a sequence of them, or a character.
    image : tuple of int, optional
        Height and width in pixels: of the picture that each row is, or of the one whose pixels the rows are.
    encoder : TableEncoder, DocumentEncoder or SeriesEncoder, optional
        Turns tables like the user's into rows of X; None for a set that was numbers from the beginning.
    scale : Scale, optional
        The standard units that X is in; None for the units of the columns.
    row_numbers : ndarray of int of shape (n,), optional
        Of the rows in the user's table, counted from 1.
    texts : tuple of str, optional
        The documents whose words the rows count.
    series : Series, optional
        The series whose windows the rows are; they are in its standard units. Row numbers are then those of the first
        value of the target in the series, counted from 1.
    """

    name: str
    description: str
    X: Any
    y: Array | None
    feature_names: tuple[str, ...]
    target_name: str | None = None
    columns: tuple[ColumnUse, ...] = ()
    notes: tuple[str, ...] = ()
    truth: Mapping[str, Any] = field(default_factory=dict)
    held_out: "Dataset | None" = None
    kind: str = "table"
    image: tuple[int, int] | None = None
    encoder: "TableEncoder | DocumentEncoder | SeriesEncoder | None" = None
    scale: Scale | None = None
    row_numbers: Array | None = None
    texts: tuple[str, ...] | None = None
    series: "Series | None" = None

    @property
    def unit(self) -> str:
        """What a row is called: row, sequence, window or character."""
        if self.series is not None:
            return "window"
        return {"sequences": "sequence", "text": "character"}.get(self.kind, "row")

    @property
    def size(self) -> str:
        """How many rows of how many columns there are, in words."""
        n = plural(len(self.X), self.unit)
        if self.kind == "text":
            return n
        if self.series is not None:
            return f"{n} of {plural(self.series.window, 'past value')}"
        if self.kind == "sequences":
            longest, width = (*self.X.shape[1:], 1)[:2]
            shortest = int(self.X.lengths.min()) if isinstance(self.X, Sequences) else longest
            lengths = f"{shortest:,}" if shortest == longest else f"{shortest:,} to {longest:,}"
            return f"{n} of {lengths} steps × {plural(width, 'number')}"
        return f"{n} × {plural(self.X.shape[1], 'column')}"

    @property
    def axis_names(self) -> tuple[str, ...]:
        """Names of the columns of X as an axis shows them, with their units where these are standard units."""
        return tuple(f"{name}, in standard units" for name in self.feature_names) if self.scale else self.feature_names

    @property
    def target_names(self) -> tuple[str, ...]:
        """Names of the columns of y, numbered where they have none."""
        if self.y is None:
            return ()
        count = 1 if self.y.ndim == 1 else self.y.shape[1]
        names = (self.target_name or "y").split(",") if count > 1 else [self.target_name or "y"]
        return tuple(names if len(names) == count else (f"{self.target_name or 'y'} {k + 1}" for k in range(count)))

    def take(self, rows: Array) -> "Dataset":
        """Return the same data set with these rows only, by their numbers."""
        numbers = None if self.row_numbers is None else self.row_numbers[rows]
        y = None if self.y is None else self.y[rows]
        texts = None if self.texts is None else tuple(self.texts[row] for row in rows)
        X = "".join(self.X[row] for row in rows) if isinstance(self.X, str) else self.X[rows]
        return replace(self, X=X, y=y, row_numbers=numbers, texts=texts, held_out=None)

    def row_name(self, row: int) -> str:
        """Return what a row is called: by its number in the user's table, else by its place in the fit."""
        return f"row {row if self.row_numbers is None else self.row_numbers[row]}"

    def row_names_told(self) -> str:
        """Return which rows `row_name` counts, and from where."""
        return f"Rows {'of the fit, counted from 0' if self.row_numbers is None else 'of the table, counted from 1'}."

    def hold_out(self, share: float, seed: int, *, stratify: bool) -> "Dataset":
        """Return the rows to learn from, with the others as their `held_out`.

        Parameters
        ----------
        share : float
            Share of the rows to hold out. Of fewer than `FEWEST_ROWS` rows none is held out.
        seed : int
            The split is a function of it.
        stratify : bool
            Whether `y` holds classes, of each of which the same share is held out.
        """
        n = len(self.X)
        learned, others = holdout(n, share if n >= FEWEST_ROWS else 0.0, seed, self.y if stratify else None)
        return replace(self.take(learned), held_out=self.take(others)) if len(others) else self

    def describe(self, estimator_kind: str | None) -> Table:
        """Return a summary of the columns; the note says how many rows there are, and of which classes.

        Parameters
        ----------
        estimator_kind : str or None
            Kind of the estimator that learns from the data, which tells what `y` means.
        """
        targets = self._targets() if estimator_kind == "regressor" else ()
        if isinstance(self.X, Csr):
            title, (head, rows) = "The most frequent columns", most_frequent(self.X, self.feature_names)
        elif isinstance(self.X, str):
            title, (head, rows) = "The most frequent characters", most_frequent_characters(self.X)
        elif self.series is not None:
            title, (head, rows) = "Summary of the series", summed_up(self.series.in_parts())
        elif self.kind == "sequences":
            title, (head, rows) = "Summary of the steps", summed_up((*self._steps(), *targets))
        else:
            title, columns = "Summary of the columns", zip(self.feature_names[:MOST_COLUMNS], self.X.T, strict=False)
            head, rows = summed_up((*columns, *targets), self.levels())
        parts = [f"{self.size}.", self._groups(estimator_kind)]
        if self.held_out is not None:
            unseen = len(self.held_out.X)
            parts.append(
                f"Another {plural(unseen, self.unit)} {'is' if unseen == 1 else 'are'} held out: no fit sees them."
            )
        return Table(title, head, rows, " ".join(part for part in parts if part))

    def levels(self) -> dict[int, tuple[str, ...]]:
        """Return the categories of the columns of X that hold their numbers, by column."""
        found, first = {}, 0
        for column in self.encoder.columns if self.encoder else ():
            if isinstance(column, Categories) and column.numbered:
                found[first] = column.values
            first += len(column.features)
        return found

    def _steps(self) -> Iterator[tuple[str, Array]]:
        """Yield name and values of each feature of sequences, all steps of all of them together."""
        steps = self.X.values if isinstance(self.X, Sequences) else self.X.reshape(-1, len(self.feature_names))
        yield from zip(self.feature_names[:MOST_COLUMNS], steps.T, strict=False)

    def _targets(self) -> Iterator[tuple[str, Array]]:
        if self.y is None:
            return
        columns = self.y.reshape(len(self.y), -1).T[:MOST_COLUMNS]
        for name, column in zip(self.target_names, columns, strict=False):
            yield f"{name} (target)", column

    def _groups(self, estimator_kind: str | None) -> str:
        """Return what is said of the classes of a target, or of the true groups of data to be clustered."""
        if self.y is None or estimator_kind == "regressor":
            return ""
        name = self.target_name or "y"
        if estimator_kind != "classifier" and self.y.dtype.kind == "f":
            return f"A number of each row that no fit sees ({name}) is known, and shown in figures only."
        labels, sizes = np.unique(self.y, return_counts=True)
        if estimator_kind != "classifier":
            scored = estimator_kind in ("clusterer", "density_estimator")
            use = "used for scores only" if scored else "shown in figures only"
            return f"The {len(labels):,} true groups ({name}) are known, and {use}."
        shown = [f"{label} ({size:,})" for label, size in zip(labels[:MOST_CLASSES], sizes, strict=False)]
        more = f" and {len(labels) - MOST_CLASSES:,} more" if len(labels) > MOST_CLASSES else ""
        return f"Classes of {name}: {', '.join(shown)}{more}."
