"""What axes in the space of a kernel say: which groups they separate, and which columns they follow."""

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.declaration import Scores
from groundup.projects.common.words import percent, quoted, rounded
from groundup.projects.pca.groups import column_of, separation
from groundup.projects.pca.models.kernel_pca import KernelPCA

MOST_AXES = 12  # Rows of the table.
FOLLOWS = 0.7  # Correlation with a column from which an axis is said to follow it.


def answer(model: KernelPCA, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how much of the kernel's space the axes explain, and what the first of them separate or follow."""
    k = len(model.eigenvalues_)
    share = percent(scores["share of the variance explained"])
    told = (
        f"{k} {'axis explains' if k == 1 else 'axes explain'} {share} of the variance in the space of the "
        f"{model.kernel} kernel."
    )
    Z = model.transform(data.X)
    return (told, *separation(Z, data, "axis"), following(Z, data)) if k else (told,)


def following(Z: Array, data: Dataset) -> str:
    """Return whether the first axis follows a column or bends, which no axis of linear PCA does."""
    column, r = closest_column(Z[:, 0], data)
    if abs(r) >= FOLLOWS:
        return f"Axis 1 follows {column} (correlation {rounded(r, 2, sign=True)})."
    return (
        f"Axis 1 follows no column in a straight line: its largest correlation is {rounded(r, 2, sign=True)}, with "
        f"{column}."
    )


def closest_column(z: Array, data: Dataset) -> tuple[str, float]:
    """Return the column with the largest correlation with some scores, whatever its sign, and this correlation."""
    A, b = data.X - data.X.mean(axis=0), z - z.mean()
    length = np.linalg.norm(A, axis=0) * np.linalg.norm(b)
    r = np.where(length > 0, b @ A / np.where(length > 0, length, 1), 0.0)
    j = int(np.abs(r).argmax())
    return quoted(data.feature_names[j].partition(" (")[0]), float(r[j])


def axes(model: KernelPCA, data: Dataset) -> tuple[Table, ...]:
    """Return the variances along the axes, the columns that they follow, and how much lies between known groups."""
    values, Z = model.eigenvalues_, model.transform(data.X)
    shown = min(len(values), MOST_AXES)
    head, cells = column_of(Z, data, shown)
    rows = []
    for j in range(shown):
        column, r = closest_column(Z[:, j], data)
        variance = rounded(float(values[j] / len(model.X_fit_)))
        rows.append((f"axis {j + 1}", variance, f"{column} {rounded(r, 2, sign=True)}", *cells[j]))
    note = (
        "Axes in the space of a kernel are no combinations of columns: in place of entries, the column that the scores "
        "are correlated with most."
    )
    names = ("", "variance in the space of the kernel", "closest column, correlation", *head)
    return (Table("The axes", names, tuple(rows), note),)
