"""Machine learning from the ground up: derived in LaTeX, written in NumPy, proved against scikit-learn.

Public names are loaded when first used, so that ``import groundup`` costs little more than NumPy's import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "ElasticNet": "groundup.projects.regularized_regression.models.elastic_net",
    "ElasticNetCV": "groundup.projects.regularized_regression.models.elastic_net_cv",
    "KMeans": "groundup.projects.kmeans.models.kmeans",
    "Lasso": "groundup.projects.regularized_regression.models.elastic_net",
    "LassoCV": "groundup.projects.regularized_regression.models.elastic_net_cv",
    "LinearRegression": "groundup.projects.linear_regression.models.linear_regression",
    "LogisticRegression": "groundup.projects.logistic_regression.models.logistic_regression",
    "LogisticRegressionCV": "groundup.projects.logistic_regression.models.logistic_regression_cv",
    "MiniBatchKMeans": "groundup.projects.kmeans.models.minibatch_kmeans",
    "MultiTaskLasso": "groundup.projects.regularized_regression.models.multitask_lasso",
    "Ridge": "groundup.projects.regularized_regression.models.ridge",
    "RidgeCV": "groundup.projects.regularized_regression.models.ridge_cv",
    "SoftmaxRegression": "groundup.projects.softmax_regression.models.softmax_regression",
    "enet_path": "groundup.projects.regularized_regression.solvers.path",
    "lars_path": "groundup.projects.regularized_regression.solvers.lars",
    "lasso_path": "groundup.projects.regularized_regression.solvers.path",
    "load": "groundup.core.persistence",
    "save": "groundup.core.persistence",
}

__all__ = sorted(_HOME)

if TYPE_CHECKING:  # the same once more, for those who check types; "as" makes the names public for them
    from groundup.core.persistence import load as load
    from groundup.core.persistence import save as save
    from groundup.projects.kmeans.models.kmeans import KMeans as KMeans
    from groundup.projects.kmeans.models.minibatch_kmeans import MiniBatchKMeans as MiniBatchKMeans
    from groundup.projects.linear_regression.models.linear_regression import LinearRegression as LinearRegression
    from groundup.projects.logistic_regression.models.logistic_regression import (
        LogisticRegression as LogisticRegression,
    )
    from groundup.projects.logistic_regression.models.logistic_regression_cv import (
        LogisticRegressionCV as LogisticRegressionCV,
    )
    from groundup.projects.regularized_regression.models.elastic_net import ElasticNet as ElasticNet
    from groundup.projects.regularized_regression.models.elastic_net import Lasso as Lasso
    from groundup.projects.regularized_regression.models.elastic_net_cv import ElasticNetCV as ElasticNetCV
    from groundup.projects.regularized_regression.models.elastic_net_cv import LassoCV as LassoCV
    from groundup.projects.regularized_regression.models.multitask_lasso import MultiTaskLasso as MultiTaskLasso
    from groundup.projects.regularized_regression.models.ridge import Ridge as Ridge
    from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV as RidgeCV
    from groundup.projects.regularized_regression.solvers.lars import lars_path as lars_path
    from groundup.projects.regularized_regression.solvers.path import enet_path as enet_path
    from groundup.projects.regularized_regression.solvers.path import lasso_path as lasso_path
    from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression as SoftmaxRegression


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'groundup' has no attribute {name!r}; public names: {', '.join(__all__)}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
