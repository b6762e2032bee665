"""Machine learning from the ground up: derived in LaTeX, written in NumPy, proved against scikit-learn.

Public names are loaded when first used, so that ``import groundup`` costs little more than NumPy's import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "ElasticNet": "groundup.projects.regularized_regression.model",
    "ElasticNetCV": "groundup.projects.regularized_regression.cross_validation",
    "KMeans": "groundup.projects.kmeans.model",
    "Lasso": "groundup.projects.regularized_regression.model",
    "LassoCV": "groundup.projects.regularized_regression.cross_validation",
    "LinearRegression": "groundup.projects.linear_regression.model",
    "LogisticRegression": "groundup.projects.logistic_regression.model",
    "LogisticRegressionCV": "groundup.projects.logistic_regression.cross_validation",
    "MiniBatchKMeans": "groundup.projects.kmeans.minibatch",
    "MultiTaskLasso": "groundup.projects.regularized_regression.multitask",
    "Ridge": "groundup.projects.regularized_regression.ridge",
    "RidgeCV": "groundup.projects.regularized_regression.ridge_cv",
    "SoftmaxRegression": "groundup.projects.softmax_regression.model",
    "enet_path": "groundup.projects.regularized_regression.path",
    "lars_path": "groundup.projects.regularized_regression.lars",
    "lasso_path": "groundup.projects.regularized_regression.path",
    "load": "groundup.core.persistence",
    "save": "groundup.core.persistence",
}

__all__ = sorted(_HOME)

if TYPE_CHECKING:  # the same once more, for those who check types; "as" makes the names public for them
    from groundup.core.persistence import load as load
    from groundup.core.persistence import save as save
    from groundup.projects.kmeans.minibatch import MiniBatchKMeans as MiniBatchKMeans
    from groundup.projects.kmeans.model import KMeans as KMeans
    from groundup.projects.linear_regression.model import LinearRegression as LinearRegression
    from groundup.projects.logistic_regression.cross_validation import LogisticRegressionCV as LogisticRegressionCV
    from groundup.projects.logistic_regression.model import LogisticRegression as LogisticRegression
    from groundup.projects.regularized_regression.cross_validation import ElasticNetCV as ElasticNetCV
    from groundup.projects.regularized_regression.cross_validation import LassoCV as LassoCV
    from groundup.projects.regularized_regression.lars import lars_path as lars_path
    from groundup.projects.regularized_regression.model import ElasticNet as ElasticNet
    from groundup.projects.regularized_regression.model import Lasso as Lasso
    from groundup.projects.regularized_regression.multitask import MultiTaskLasso as MultiTaskLasso
    from groundup.projects.regularized_regression.path import enet_path as enet_path
    from groundup.projects.regularized_regression.path import lasso_path as lasso_path
    from groundup.projects.regularized_regression.ridge import Ridge as Ridge
    from groundup.projects.regularized_regression.ridge_cv import RidgeCV as RidgeCV
    from groundup.projects.softmax_regression.model import SoftmaxRegression as SoftmaxRegression


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'groundup' has no attribute {name!r}; public names: {', '.join(__all__)}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
