"""What a fit says about the data: the coefficients of each class, and which classes are mistaken for which."""

from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import classification_quality, sentences, what_tells_classes
from groundup.projects.common.declaration import Scores
from groundup.projects.common.linear_classifiers import class_coefficients, confusions
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression


def answer(model: SoftmaxRegression, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how often classes are right on rows not seen, and what speaks for each class."""
    learned, parts = classification_quality(model, data, scores)
    return sentences([*parts, what_tells_classes(model, data, scores) if learned else ""])


def classes_told_apart(model: SoftmaxRegression, data: Dataset) -> tuple[Table, ...]:
    """Return the largest coefficients of every class, and the most frequent confusions."""
    return class_coefficients(model, data), confusions(model, data)
