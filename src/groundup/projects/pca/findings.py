"""What a projection says about the data: how many axes stand out, what they are made of, and what they leave."""

from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.data.scale import Scale
from groundup.projects.common.declaration import Scores
from groundup.projects.common.words import WHOLE, joined, percent, quoted, rounded
from groundup.projects.pca import findings_kernel, findings_words
from groundup.projects.pca.choice import CERTAIN, SHUFFLES, Parallel, parallel_analysis
from groundup.projects.pca.figures.drawing import rows_are_pictures, unit_of, units_of
from groundup.projects.pca.measures import residual
from groundup.projects.pca.models.kernel_pca import KernelPCA
from groundup.projects.pca.models.projection import Projection
from groundup.projects.pca.models.truncated_svd import TruncatedSVD

MOST_AXES = 12  # Rows of the table of axes.
MOST_COLUMNS = 12  # Rows of the table of columns: those that are described least well.
MOST_NAMED = 4  # Columns that describe an axis.
DESCRIBED = 3  # Axes that the answer describes.
WORTH_NAMING = 0.5  # Entry of an axis, relative to its largest, from which its column is named.
DOMINANT = 0.9  # Share of the total variance from which a single column decides about the first axis.
NEARLY_EQUAL = 2.0  # Difference of two variances, in standard errors, below which their axes are hardly determined.
LIKE_THE_MEAN = 10.0  # Degrees from the mean up to which an axis is said to be it.
FAR_ROWS = 5  # Rows that are described least well.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how much of the rows the axes tell, which of them stand out, and what the first ones are made of."""
    if isinstance(model, KernelPCA):
        return findings_kernel.answer(model, data, scores)
    if isinstance(data.X, Csr):
        return findings_words.answer(model, data, scores)
    k, d = model.components_.shape
    share = float(np.sum(model.explained_variance_ratio_))
    mixed = ", of columns in different units" if len(units_of(data)) > 1 else ""
    new = f"{plural(k, 'new column')} in place of {plural(d, 'column')} {'tells' if k == 1 else 'tell'}"
    if share >= WHOLE:
        parts = [f"{new} 100 % of the variance: the rows can be told from them, to rounding."]
    else:
        parts = [
            f"{new} {percent(share)} of the variance; a row is typically {with_unit(typical_distance(scores), data)} "
            f"from the point that stands for it (root mean square{mixed})."
        ]
    if isinstance(model, Projection):
        parts += [standing_out(model, data), *made_of(model, data), hardly_determined(model, len(data.X))]
        parts.append(dominance(data))
    else:
        parts += [near_the_mean(model, data), *made_of(model, data)]
    return tuple(part for part in parts if part)


def number_of(count: int) -> str:
    """Return a number of axes in words."""
    return f"{count} {'axis' if count == 1 else 'axes'}"


def with_unit(distance: float, data: Dataset) -> str:
    """Return a distance in the unit of the columns, where they share one."""
    return f"{rounded(distance)} {unit_of(data)}".strip()


def typical_distance(scores: Scores) -> float:
    """Return the root of the reconstruction error."""
    return float(np.sqrt(scores["reconstruction error (mean squared distance)"]))


def axes(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return the axes with their variances and columns, the columns, and the rows that are described least well."""
    if isinstance(model, KernelPCA):
        return findings_kernel.axes(model, data)
    if isinstance(data.X, Csr):
        return findings_words.directions(model, data)
    tables = (table_of_axes(model, data), table_of_columns(model, data))
    return (*tables, far_rows(model, data))


def standing_out(model: Projection, data: Dataset) -> str:
    """Return how many axes lie above chance, and whether the model has as many."""
    found = parallel_analysis(data.X)
    if found is None or data.X.shape[1] < 2 or found.variance[0] == 0:
        return ""
    chance = f"the same columns shuffled ({percent(CERTAIN)} of {SHUFFLES} times)"
    if found.number == 0:
        return (
            f"Parallel analysis: already the first axis has no more variance than that of {chance}; that the columns "
            "go together may be chance."
        )
    first = "the first axis" if found.number == 1 else f"the first {found.number} axes"
    has = "has" if found.number == 1 else "each have"
    words = f"Parallel analysis: {first} of {len(found.variance)} {has} more variance than {chance}"
    words += ", the next has not" if found.number < len(found.variance) else ""
    kept = len(model.components_)
    return f"{words}." if kept == max(found.number, 1) else f"{words}; the model keeps {kept}."


def near_the_mean(model: TruncatedSVD, data: Dataset) -> str:
    """Return how near the first direction of rows that are not centred comes to that of their mean."""
    mean = data.X.mean(axis=0)
    length = float(np.linalg.norm(mean))
    if length <= np.finfo(float).eps * np.abs(data.X).max(initial=0.0):
        return ""
    angle = np.degrees(np.arccos(min(abs(float(model.components_[0] @ mean)) / length, 1.0)))
    words = "it says where the rows are, not how they differ" if angle < LIKE_THE_MEAN else "the rows are not centred"
    return f"Axis 1 lies {rounded(float(angle), 2)}° from the mean of the rows: {words}."


def made_of(model: Any, data: Dataset) -> list[str]:
    """Return a sentence for each of the first axes: its columns, and which of them go together or against others."""
    share, found = model.explained_variance_ratio_, list[str]()
    if rows_are_pictures(data):
        return found  # A pixel's name says little; the axes are drawn.
    for j, axis in enumerate(model.components_[:DESCRIBED]):
        if share[j] <= 0:
            break
        up, down = (joined([short(data, c) for c in side]) for side in sides(axis))
        contrast = f"{up} against {down}" if down else up
        found.append(f"Axis {j + 1} ({percent(float(share[j]))} of the variance): {contrast}.")
    return found


def short(data: Dataset, column: int) -> str:
    """Return the name of a column without its unit."""
    return quoted(data.feature_names[column].partition(" (")[0])


def sides(axis: Array) -> tuple[list[int], list[int]]:
    """Return the columns with the largest entries of an axis: those of positive ones, and those of negative ones."""
    order = np.argsort(-np.abs(axis), kind="stable")[:MOST_NAMED]
    named = [int(c) for c in order if abs(axis[c]) >= WORTH_NAMING * abs(axis[order[0]])]
    return [c for c in named if axis[c] > 0], [c for c in named if axis[c] < 0]


def hardly_determined(model: Projection, n: int) -> str:
    """Return which neighbouring axes have variances too close to each other to be told apart; nothing if none have.

    The standard error of a variance of n normal rows is about λ √(2 / n).
    """
    variance = model.explained_variance_
    pairs = [
        j
        for j in range(len(model.components_) - 1)
        if variance[j + 1] > 0 and variance[j] - variance[j + 1] < NEARLY_EQUAL * variance[j] * np.sqrt(2 / n)
    ]
    if not pairs:
        return ""
    words = joined([f"{j + 1} and {j + 2}" for j in pairs[:DESCRIBED]])
    more = " and others" if len(pairs) > DESCRIBED else ""
    return (
        f"The variances of axes {words}{more} are so close that other rows would turn them into each other: only the "
        "subspace that they span is to be relied on."
    )


def dominance(data: Dataset) -> str:
    """Return a warning where one column decides about the first axis; nothing where none does."""
    variance = np.nanvar(data.X, axis=0)
    j, total = int(variance.argmax()), float(variance.sum())
    if len(variance) < 3 or total == 0 or variance[j] < DOMINANT * total:
        return ""
    fair = parallel_analysis(Scale.of(data.X).apply(data.X))
    return (
        f"{data.feature_names[j]} has {percent(variance[j] / total)} of the total variance: the first axis is little "
        "more than this column, because of its unit. --standardize gives each column of your table the same weight"
        f"{f'; {number_of(fair.number)} would stand out' if fair and fair.number else ''}."
    )


def table_of_axes(model: Any, data: Dataset) -> Table:
    """Return a row for each of the first axes: variance, shares, what is left to chance, and columns."""
    found = parallel_analysis(data.X) if isinstance(model, Projection) else None
    variance, ratio = model.explained_variance_, model.explained_variance_ratio_
    pictures = rows_are_pictures(data)  # A pixel's name says little; the axes are drawn.
    gaps = bool(np.isnan(data.X).any())
    more = beyond(found, len(variance)) if found and not gaps else ()  # With gaps, `found` is about other rows.
    total = float(found.variance.sum()) if found else 0.0
    rows: list[tuple[str | float, ...]] = []
    for j in range(min(len(variance), MOST_AXES)):
        chance = (rounded(float(found.by_chance[j])),) if found else ()
        numbers = (rounded(float(variance[j])), *chance, percent(float(ratio[j])), percent(float(ratio[: j + 1].sum())))
        named = () if pictures else (entries(model.components_[j], data),)
        rows.append((f"axis {j + 1}", *numbers, *named))
    blank = () if pictures else ("",)
    for j, value in more[: max(MOST_AXES - len(rows), 1)]:
        assert found is not None
        shares = (value / (total or 1.0), float(found.variance[: j + 1].sum()) / (total or 1.0))
        rows.append(
            (f"(axis {j + 1})", rounded(value), rounded(float(found.by_chance[j])), *map(percent, shares), *blank)
        )
    hidden = (len(found.variance) if found and not gaps else len(variance)) - len(rows)
    note = "" if pictures else "Entries are the largest of the axis, which has length one."
    if found:
        note += (
            f" By chance: {percent(CERTAIN)} of {SHUFFLES} tables of shuffled columns have less. The first axes stand "
            "out, up to the first that has no more than that."
        )
    if found and gaps:
        note += " There, gaps are the means of their columns."
    if more:
        note += " Axes in brackets are not kept."
    if hidden > 0:
        note += f" {number_of(hidden)} more {'is' if hidden == 1 else 'are'} not shown."
    unit = unit_of(data)
    name = f"variance ({unit}²)" if unit else "variance"
    last = () if pictures else ("largest entries",)
    head = ("", name, *(("by chance",) if found else ()), "share", "in sum", *last)
    return Table("The axes", head, tuple(rows), note.strip())


def beyond(found: Parallel, kept: int) -> tuple[tuple[int, float], ...]:
    """Return the variances of the axes that the model does not keep, with their places."""
    return tuple((j, float(found.variance[j])) for j in range(kept, len(found.variance)))


def entries(axis: Array, data: Dataset) -> str:
    """Return the largest entries of an axis with the names of their columns."""
    order = np.argsort(-np.abs(axis), kind="stable")[:MOST_NAMED]
    return ", ".join(f"{short(data, int(c))} {rounded(float(axis[c]), 2, sign=True)}" for c in order)


def table_of_columns(model: Any, data: Dataset) -> Table:
    """Return for each column how much of its variance the axes explain, the least first."""
    variance = np.nanvar(data.X, axis=0)
    left = np.nanmean(np.square(residual(model, data)), axis=0)
    share = 1 - left / np.where(variance > 0, variance, 1)
    share = np.where(variance > 0, np.maximum(share, 0.0), np.nan)
    order = [int(j) for j in np.argsort(share, kind="stable") if variance[j] > 0]
    rows = tuple(
        (data.feature_names[j], percent(float(share[j])), percent(float(variance[j] / variance.sum())))
        for j in order[:MOST_COLUMNS]
    )
    note = "The columns that the axes describe least well come first."
    if len(order) > MOST_COLUMNS:
        note += f" Of the others, {plural(len(order) - MOST_COLUMNS, 'column')}, more is explained."
    if len(order) < len(variance):
        note += f" {plural(len(variance) - len(order), 'column')} without spread: nothing to describe."
    head = ("column", "of its variance, explained", "of the variance of all columns")
    return Table("What the axes keep of each column", head, rows, note)


def far_rows(model: Any, data: Dataset) -> Table:
    """Return the rows that lie farthest from the subspace, and in which column."""
    away = np.nan_to_num(residual(model, data))
    distance = np.sqrt(np.square(away).sum(axis=1))
    order = np.argsort(-distance, kind="stable")[:FAR_ROWS]
    if distance.max(initial=0.0) <= 1e-9 * np.abs(np.nan_to_num(data.X)).max(initial=0.0):
        return Table("Rows far from the subspace", ("row",), (), "Every row lies in the subspace, to rounding.")
    rows = tuple(
        (data.row_name(int(i)), rounded(float(distance[i])), data.feature_names[int(np.abs(away[i]).argmax())])
        for i in order
    )
    typical = with_unit(float(np.sqrt(np.square(distance).mean())), data)
    unit = unit_of(data)
    note = f"{data.row_names_told()} A row is typically {typical} away (root mean square)."
    return Table(
        "Rows far from the subspace",
        ("row", f"distance ({unit})" if unit else "distance", "most in the column"),
        rows,
        note,
    )
