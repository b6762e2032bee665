"""What the trees say about the data."""

from typing import Any

from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import classification_quality, regression_quality, sentences
from groundup.projects.common.declaration import Scores


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good the model is on rows not seen."""
    classes = hasattr(model, "classes_")
    _, parts = classification_quality(model, data, scores) if classes else regression_quality(data, scores)
    return sentences(parts)


def summary(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return tables."""
    return ()
