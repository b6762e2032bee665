"""A look at the user's table before the fit: what spoils an answer that no certificate would question."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from groundup.core.types import Array
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.entries import LISTED
from groundup.data.tables.features import Numbers
from groundup.data.tables.row_numbers import identifies

if TYPE_CHECKING:
    from pandas import DataFrame

ENOUGH_ROWS = 20  # Fewer rows are not judged.
MOST_DECIDING = 5  # Rows that can be said to decide a fit.
DECIDING = 0.9  # Share of the total variance of a column that makes its rows decide.
ONE_DECIDES, FEW_DECIDE = (
    0.9,
    0.99,
)  # Shares of the variance of all columns that make the units of one, or a few, decide.
COPIES = 0.05  # Share of rows above which copies of others are told,
CHANCE = 100.0  # where combinations of entries outnumber the rows by this factor.
FAR = 3.0  # Standard deviations between a number that stands for none and all others.
TELLING = 0.9999  # Correlation with a target from which a column says the same.
RARE = 0.1  # Share of the rows below which a class is rare.
STANDS_FOR_NONE = {float(sign * int("9" * digits)) for digits in (2, 3, 4, 5, 6) for sign in (1, -1)} | {
    -1.0,
    -9.0,
    0.0,
}


def look(
    X: Array,
    y: Array | None,
    row_numbers: Array,
    encoder: TableEncoder,
    kind: str | None,
    target: str | None,
    *,
    units_count: bool,
) -> tuple[str, ...]:
    """Return what should be known before a fit, a sentence each.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Features in the units of the table.
    y : ndarray or None
        The target.
    row_numbers : ndarray of int of shape (n,)
        Of the rows in the table.
    encoder : TableEncoder
        How the columns became features.
    kind : str or None
        The estimator's type, which tells what `y` means.
    target : str or None
        Name of the target.
    units_count : bool
        Whether the answer depends on the units of the columns.
    """
    if len(X) < ENOUGH_ROWS:
        return ()
    columns = dict(_number_columns(X, encoder))
    goal = {target: y} if target and y is not None and y.ndim == 1 and kind == "regressor" else {}
    found = [note for name, values in (columns | goal).items() for note in _of_column(name, values, row_numbers)]
    found += [f"{name}: is {values[0]:g} in every row; there is nothing to explain"
              for name, values in goal.items() if (values == values[0]).all()]  # fmt: skip
    if y is not None and y.ndim == 1 and target:
        found += _leaks(X, y, encoder, target, kind)
        found += _imbalance(y, target) if kind == "classifier" else ()
    return (*found, *(_unit(X, encoder) if units_count else ()))


def _number_columns(X: Array, encoder: TableEncoder) -> Iterator[tuple[str, Array]]:
    for column, part in zip(encoder.columns, _parts(X, encoder), strict=True):
        if isinstance(column, Numbers):
            yield column.name, part[:, 0]


def _of_column(name: str, values: Array, row: Array) -> Iterator[str]:
    """Return what is said of a column of numbers: entries that stand for none, and rows that decide."""
    found, counts = np.unique(values, return_counts=True)
    if len(found) <= 2:
        return
    for k in (0, len(found) - 1):
        others = np.delete(found, k)
        gap = np.abs(others - found[k]).min()
        spread = float(np.std(values[values != found[k]]))
        far = gap > max(FAR * spread, 1e-300) or (found[k] == -1 and others[0] >= 0)
        if counts[k] >= 2 and found[k] in STANDS_FOR_NONE and far:
            where = f" ({', '.join(map(str, row[values == found[k]]))})" if counts[k] <= MOST_DECIDING else ""
            option = shlex.quote(f"{name}={found[k]:g}")
            yield (
                f"{name}: {counts[k]:,} rows{where} hold {found[k]:g}, all others lie between {others[0]:g} and "
                f"{others[-1]:g}: a missing value written as a number? --missing {option} says so"
            )
            row, values = row[values != found[k]], values[values != found[k]]
    far_off = np.square(values - np.median(values))
    total, most = far_off.sum(), min(MOST_DECIDING, len(values) // ENOUGH_ROWS)
    if total > 0:
        first = np.argpartition(far_off, -most)[-most:]
        first = first[np.argsort(far_off[first])[::-1]]
        count = int((np.cumsum(far_off[first]) / total < DECIDING).sum()) + 1
        if count <= most:
            first = np.sort(first[:count])
            share = far_off[first].sum() / total
            shown = ", ".join(f"{values[k]:g}" for k in first)
            rows = f"row{'s' * (count > 1)} {', '.join(map(str, row[first]))} ({shown})"
            verbs = ("has", "decides") if count == 1 else ("have", "decide")
            yield f"{name}: {rows} {verbs[0]} {100 * share:.4g} % of its spread, and {verbs[1]} the fit"


def _leaks(X: Array, y: Array, encoder: TableEncoder, target: str, kind: str | None) -> Iterator[str]:
    """Return columns that say the same as the target, or tell each row's class."""
    for column, part in zip(encoder.columns, _parts(X, encoder), strict=True):
        if kind == "regressor":
            same = part.shape[1] == 1 and _correlated(part[:, 0], y)
        else:
            same = _tells(part, y) or (part.shape[1] == 1 and _separates(part[:, 0], y))
        if same:
            yield (
                f"{column.name}: tells the target {target} in every row; --drop {shlex.quote(column.name)} if it is "
                "not known before the target is"
            )


def _correlated(values: Array, y: Array) -> bool:
    """Whether two columns are the same up to their units."""
    return bool(np.ptp(values) > 0 and np.ptp(y) > 0 and abs(np.corrcoef(values, y)[0, 1]) > TELLING)


def _separates(values: Array, y: Array) -> bool:
    """Whether a threshold of a column separates two classes."""
    _, code, sizes = np.unique(y, return_inverse=True, return_counts=True)
    if len(sizes) != 2 or sizes.min() < MOST_DECIDING:
        return False
    one, other = values[code == 0], values[code == 1]
    return bool(one.max() < other.min() or other.max() < one.min())


def _tells(part: Array, y: Array) -> bool:
    """Whether each of the few different values of a column occurs in one class only."""
    _, group, size = np.unique(part, axis=0, return_inverse=True, return_counts=True)
    _, code = np.unique(y, return_inverse=True)
    if len(size) > len(y) / ENOUGH_ROWS or code.max() == 0:
        return False
    return len(np.unique(np.column_stack([group.ravel(), code]), axis=0)) == len(size)


def _imbalance(y: Array, target: str) -> Iterator[str]:
    found, counts = np.unique(y, return_counts=True)
    if 1 < len(found) <= 10 and counts.min() < RARE * len(y):
        rare, often = counts.argmin(), counts.argmax()
        yield (
            f"{target}: {100 * counts[rare] / len(y):.2g} % of the rows are {str(found[rare])!r}; to say "
            f"{str(found[often])!r} always would be right in {100 * counts[often] / len(y):.3g} % of them"
        )


def copies_told(frame: "DataFrame", twice: int) -> tuple[str, ...]:
    """Return what is said of rows that are copies of others, entry by entry; nothing where chance explains them.

    Parameters
    ----------
    frame : DataFrame
        The table without them.
    twice : int
        How many there were.
    """
    from pandas.api.types import is_float_dtype

    if not twice or len(frame) < ENOUGH_ROWS:
        return ()
    different = [float(frame[name].nunique()) for name in frame]
    singular = any(
        count == len(frame) and (identifies(str(name)) or not is_float_dtype(frame[name].dtype))
        for name, count in zip(frame, different, strict=True)
    )  # Copies of what is different in all other rows are no chance.
    if not singular and (twice < COPIES * len(frame) or np.prod(different) < CHANCE * len(frame)):
        return ()
    return (f"{twice:,} of {len(frame) + twice:,} rows are copies of others: is each meant to count?",)


def _unit(X: Array, encoder: TableEncoder) -> Iterator[str]:
    """Return which columns decide a result that counts their units: one, or all but some that hardly count."""
    variance = np.array([part.var(axis=0).sum() for part in _parts(X, encoder)])
    order = np.argsort(variance)[::-1]
    if len(order) < 2 or variance.sum() == 0:
        return
    share = np.cumsum(variance[order]) / variance.sum()
    count = 1 if share[0] > ONE_DECIDES else int((share < FEW_DECIDE).sum()) + 1
    if count < len(order):
        names = [encoder.columns[k].name for k in order]
        shown = ", ".join(names[: min(count, LISTED)]) + (", …" if count > LISTED else "")
        verbs = ("has", "it decides") if count == 1 else ("have", "they decide")
        yield (
            f"{shown} {verbs[0]} {np.floor(1000 * share[count - 1]) / 10:g} % of the total variance, since the numbers "
            f"are the largest: {verbs[1]} the result, and {', '.join(names[count:][:LISTED])} hardly "
            f"{'counts' if len(names) - count == 1 else 'count'}. --standardize gives each column the same weight"
        )


def _parts(X: Array, encoder: TableEncoder) -> Iterator[Array]:
    """Return the features of each column of the table."""
    k = 0
    for column in encoder.columns:
        yield X[:, k : k + len(column.features)]
        k += len(column.features)
