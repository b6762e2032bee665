"""The fourteen mini-projects, in book order. A project is one folder; this list is all that names it elsewhere."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groundup.projects.common.declaration import Project

FINISHED = (
    "linear_regression",
    "regularized_regression",
    "logistic_regression",
    "softmax_regression",
    "kmeans",
    "naive_bayes",
    "gaussian_mixture",
    "pca",
    "support_vector_machine",
    "gradient_boosting",
    "multilayer_perceptron",
    "autoencoder",
    "recurrent_network",
    "classification_pipeline",
)


def load(name: str) -> "Project":
    """The declaration of one finished project.

    Raises
    ------
    KeyError
        For a name that is not among `FINISHED`.
    """
    if name not in FINISHED:
        raise KeyError(name)
    project: Project = import_module(f"groundup.projects.{name}.project").PROJECT
    return project
