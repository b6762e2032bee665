"""A data set: numbers, names, what was done to get them, and the rows that no fit sees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.display import shown
from groundup.core.statistics.splits import holdout
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.scale import Scale
from groundup.data.tables.features import Categories

if TYPE_CHECKING:
    from groundup.data.tables.documents import DocumentEncoder
    from groundup.data.tables.encoding import TableEncoder

FEWEST_ROWS = 20  # Rows of a data set of which some are held out; of fewer every one is needed for the fit.
MOST_COLUMNS = 20  # Columns, and targets, that a description sums up.
MOST_CLASSES = 12  # Classes that a description names.
FREQUENT = ("column", "sum", "rows that have it", "largest entry")  # Head of the description of sparse rows.


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
    X : ndarray or Csr of shape (n, d)
        Rows are samples. Counts of words are sparse.
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
    kind : {"table"}
        What a row is: numbers in named columns.
    image : tuple of int, optional
        Height and width in pixels: of the picture that each row is, or of the one whose pixels the rows are.
    encoder : TableEncoder or DocumentEncoder, optional
        Turns tables like the user's into rows of X; None for a set that was numbers from the beginning.
    scale : Scale, optional
        The standard units that X is in; None for the units of the columns.
    row_numbers : ndarray of int of shape (n,), optional
        Of the rows in the user's table, counted from 1.
    texts : tuple of str, optional
        The documents whose words the rows count.
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
    encoder: "TableEncoder | DocumentEncoder | None" = None
    scale: Scale | None = None
    row_numbers: Array | None = None
    texts: tuple[str, ...] | None = None

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
        return replace(self, X=self.X[rows], y=y, row_numbers=numbers, texts=texts, held_out=None)

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
        n, d = self.X.shape
        head: tuple[str, ...]
        rows: tuple[tuple[str | float, ...], ...]
        if isinstance(self.X, Csr):
            title, head = "The most frequent columns", FREQUENT
            rows = _most_frequent(self.X, self.feature_names)
        else:
            title, head = "Summary of the columns", ("column", "mean", "std. dev.", "minimum", "median", "maximum")
            columns = zip(self.feature_names[:MOST_COLUMNS], self.X.T, strict=False)
            targets = self._targets() if estimator_kind == "regressor" else ()
            named = self.levels()
            rows = tuple(
                (name, *(_most_common(column, named[j]) if j in named else _summary(column)))
                for j, (name, column) in enumerate((*columns, *targets))
            )
        parts = [f"{plural(n, 'row')} × {plural(d, 'column')}.", self._groups(estimator_kind)]
        if self.held_out is not None:
            unseen = len(self.held_out.X)
            parts.append(
                f"Another {plural(unseen, 'row')} {'is' if unseen == 1 else 'are'} held out: no fit sees them."
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


def _summary(column: Array) -> tuple[float, ...]:
    values = np.ascontiguousarray(column, dtype=np.float64)  # Read once: a column of a large table is spread over it.
    values = values[~np.isnan(values)]
    return tuple(float(f(values)) for f in (np.mean, np.std, np.min, np.median, np.max))


def _most_common(column: Array, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which category a column of their numbers has most often; its mean says nothing."""
    sizes = np.bincount(column[~np.isnan(column)].astype(np.intp), minlength=len(names))
    share = sizes.max() / max(1, len(column))
    return (f"mostly {names[int(sizes.argmax())]} ({100 * share:.0f} %)", *("–",) * 4)


def _most_frequent(X: Csr, names: tuple[str, ...]) -> tuple[tuple[str, float, float, float], ...]:
    """Return the columns of sparse rows with the largest sums: sum, number of rows, and largest entry of each."""
    total, having = X.column_sums(), np.bincount(X.indices, minlength=X.shape[1])
    largest = np.zeros(X.shape[1])
    np.maximum.at(largest, X.indices, X.data)
    order = np.argsort(-total, kind="stable")[:MOST_COLUMNS]
    return tuple((names[j], float(total[j]), float(having[j]), float(largest[j])) for j in order)
