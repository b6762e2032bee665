"""The confusion matrix of a classifier, drawn."""

from typing import Any

import numpy as np

from groundup.core.metrics import confusion_matrix
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure

NUMBERED = 20  # most classes whose confusions are written as numbers


@figure(size=(6.6, 5.6))
def confusion(axes: Any, model: Any, data: Dataset) -> None:
    """Which classes are mistaken for which, on rows that the model has not seen

    Rows of the matrix are true classes, columns what was predicted; a number counts held-out rows, a shade is the
    share of the true class.
    """
    if not hasattr(model, "classes_"):
        raise NotApplicable("the model has no classes")
    if data.held_out is None:
        raise NotApplicable("no rows are held out")
    unseen = data.held_out
    counts = confusion_matrix(unseen.y, model.predict(unseen.X), labels=model.classes_)
    draw_confusion(axes, counts, [str(name) for name in model.classes_])
    axes.set_title(f"{len(unseen.X):,} held-out rows: {100 * np.trace(counts) / counts.sum():.1f} % right")
    kind = data.target_name or "class"
    axes.set(xlabel=f"predicted {kind}", ylabel=f"true {kind}")


def draw_confusion(axes: Any, counts: Array, names: list[str]) -> None:
    """Shades by the root of the share, so that few confusions show; zeros are left blank."""
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(np.sqrt(share), cmap="Blues", vmin=0, vmax=1.3)
    axes.set_xticks(range(len(names)), names, rotation=90 if max(map(len, names)) > 6 and len(names) > 4 else 0)
    axes.set_yticks(range(len(names)), names)
    axes.grid(False)
    if len(names) <= NUMBERED:
        for i, j in np.argwhere(counts):
            axes.text(j, i, f"{counts[i, j]:g}", ha="center", va="center", fontsize=9)
