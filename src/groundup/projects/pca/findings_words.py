"""Latent semantic analysis: what directions of counted words are about, and the documents that lie farthest along them.

Source: S. Deerwester et al., Indexing by latent semantic analysis, Journal of the American Society for Information
Science 41 (1990).
"""

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.declaration import Scores
from groundup.projects.common.words import percent, rounded
from groundup.projects.pca.groups import column_of, separation
from groundup.projects.pca.models.truncated_svd import TruncatedSVD

NAMED = 5  # Words of each side of a direction.
DESCRIBED = 4  # Directions that the answer describes.
ONE_SIDED = 0.1  # Sum of squares of the entries of the smaller side, below which a direction has one side only.
LONGEST = 70  # Characters of a document that are shown.


def answer(model: TruncatedSVD, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return the words that the first directions are about, and which of them tells known groups apart."""
    k, d = model.components_.shape
    share = float(np.square(model.singular_values_).sum() / np.square(data.X.data).sum())
    told = f"{k} new columns in place of the counts of {d:,} words keep {percent(share)} of the sum of their squares."
    about = [f"Direction {j + 1}: {contrast(axis, data)}." for j, axis in enumerate(model.components_[:DESCRIBED])]
    return (told, *about, *separation(model.transform(data.X), data, "direction"))


def contrast(axis: Array, data: Dataset) -> str:
    """Return the words with the largest entries of a direction, those of one sign against those of the other."""
    up, down = words(axis, data), words(-axis, data)
    smaller = min(float(np.square(axis[axis > 0]).sum()), float(np.square(axis[axis < 0]).sum()))
    if smaller < ONE_SIDED:
        return up if np.square(axis[axis > 0]).sum() > smaller else down
    return f"{up} against {down}"


def words(axis: Array, data: Dataset) -> str:
    """Return the words with the largest positive entries of a direction."""
    order = np.argsort(-axis, kind="stable")[:NAMED]
    return ", ".join(f"“{data.feature_names[int(c)]}”" for c in order if axis[c] > 0)


def directions(model: TruncatedSVD, data: Dataset) -> tuple[Table, ...]:
    """Return the directions with their words, and the documents at their ends."""
    Z = np.asarray(model.transform(data.X))
    head, cells = column_of(Z, data, len(Z[0]))
    rows, ends = list[tuple[str | float, ...]](), list[tuple[str | float, ...]]()
    for j, axis in enumerate(model.components_):
        size = rounded(float(model.singular_values_[j]))
        rows.append((f"direction {j + 1}", size, *cells[j], words(axis, data), words(-axis, data)))
        for place in (int(Z[:, j].argmax()), int(Z[:, j].argmin())):
            score = rounded(float(Z[place, j]), 2, sign=True)
            ends.append((f"direction {j + 1}", score, data.row_name(place), text_of(data, place)))
    note = "The sign of a direction is convention: what its two sides are, not which is positive, is a finding."
    first = Table("The directions", ("", "singular value", *head, "positive", "negative"), tuple(rows), note)
    title = ("", "score", "row", "text")
    told = f"{data.row_names_told()} The rows with the largest and the smallest score."
    return first, Table("Documents at the ends", title, tuple(ends), told)


def text_of(data: Dataset, row: int) -> str:
    """Return the beginning of a document; its most frequent words where the text is not known."""
    if data.texts is not None:
        text = data.texts[row]
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    entries = slice(data.X.indptr[row], data.X.indptr[row + 1])
    order = np.argsort(-data.X.data[entries], kind="stable")[:NAMED]
    return ", ".join(data.feature_names[int(c)] for c in data.X.indices[entries][order])
