"""Known groups and scores: how much of the variance along an axis lies between the groups."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.common.words import percent
from groundup.projects.pca.figures.drawing import groups_of

SEPARATES = 0.5  # Share of an axis's variance between groups from which the axis is said to separate them.


def between_groups(scores: Array, data: Dataset) -> Array | None:
    """Return the share of the variance of each column of scores that lies between known groups, in [0, 1].

    It is the variance of the groups' means, weighted with their numbers of rows, over that of all scores; None where
    no groups are known.
    """
    code, names = groups_of(data)
    if not names:
        return None
    count = np.bincount(code)
    means = np.array([scores[code == g].mean(axis=0) for g in range(len(count))])
    within = np.square(scores - means[code]).sum(axis=0)
    whole = np.square(scores - scores.mean(axis=0)).sum(axis=0)
    return np.asarray(np.where(whole > 0, 1 - within / np.where(whole > 0, whole, 1), 0.0))


def separation(scores: Array, data: Dataset, kind: str) -> tuple[str, ...]:
    """Return a sentence about the axis that tells known groups apart best; nothing where none are known."""
    share = between_groups(scores, data)
    if share is None:
        return ()
    name, best = data.target_name or "known", int(share.argmax())
    told = f"{percent(float(share[best]))} of its variance lies between them, the rest within"
    if share[best] < SEPARATES:
        return (f"No {kind} separates the groups ({name}): of {kind} {best + 1}, the best, {told}.",)
    return (f"{kind.capitalize()} {best + 1} separates the groups ({name}), which the fit did not see: {told}.",)


def column_of(scores: Array, data: Dataset, count: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the head and the cells of a column of a table with the shares between groups; empty where none are."""
    share: Any = between_groups(scores, data)
    if share is None:
        return (), [() for _ in range(count)]
    return (f"between groups ({data.target_name or 'known'})",), [(percent(float(s)),) for s in share[:count]]
