"""Two classes, their names, and the data in standard units."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.thinning import some_rows
from groundup.projects.common.linear_classifiers import codes
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

COLUMNS = 100  # Most columns of a problem that several methods solve for a figure.


@dataclass(frozen=True)
class TwoClasses:
    """Rows of two classes: y is 1 for the second one, whose probability is predicted."""

    y: Array  # (n,), 0 or 1
    names: tuple[str, str]
    what: str  # the classes are of

    @property
    def chance(self) -> str:
        """Name of the predicted probability."""
        return f"probability of {self.what} = {self.names[1]}"


def two_classes(model: Any, data: Dataset) -> TwoClasses:
    """The classes, numbered and named.

    Raises
    ------
    NotApplicable
        For more than two.
    """
    if len(model.classes_) > 2:
        raise NotApplicable("drawn for two classes; with more the model is softmax regression, which has its own run")
    first, second = map(str, model.classes_)
    return TwoClasses(codes(model, data.y), (first, second), data.target_name or "class")


def standardize(X: Array) -> Array:
    """Columns with mean 0 and standard deviation 1; constant ones are 0."""
    spread = X.std(axis=0)
    return np.asarray((X - X.mean(axis=0)) / np.where(spread > 0, spread, 1))


def strongest(model: Any, data: Dataset) -> Array:
    """Indices, in order, of at most `COLUMNS` columns: those whose standard deviation moves the score most."""
    effect = np.abs(model.coef_[0]) * data.X.std(axis=0)
    return np.sort(np.argsort(-effect, kind="stable")[:COLUMNS])


def standard_problem(model: LogisticRegression, data: Dataset, most: int) -> tuple[Array, Array]:
    """The `strongest` columns in standard units and 0 or 1, for at most `most` rows."""
    y, some = two_classes(model, data).y, some_rows(len(data.X), most)
    if len(np.unique(y[some])) < 2:
        raise NotApplicable("one class is so rare that the rows drawn have none of it")
    return standardize(data.X[np.ix_(some, strongest(model, data))]), y[some]
