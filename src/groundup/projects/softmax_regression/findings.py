"""What a fit tells of the data: what speaks for each class, and which classes are taken for which."""

from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Table
from groundup.projects.common.linear_classifiers import class_coefficients, confusions
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression


def classes_told_apart(model: SoftmaxRegression, data: Dataset) -> tuple[Table, ...]:
    """The largest coefficients of every class, and the most frequent confusions."""
    return class_coefficients(model, data), confusions(model, data)
