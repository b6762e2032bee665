"""The benchmark's tasks: penalties, shapes and paths, each with scikit-learn's counterpart."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.declaration import Workload
from groundup.projects.regularized_regression.models.paths import lasso_path
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV

ALPHAS = np.geomspace(1e-2, 1e4, 50)  # among which RidgeCV chooses
PART = 0.1  # of the least alpha that makes all weights zero
SHORT, LONG = 1e-2, 1e-3  # last alpha of a path relative to its first


def tall(n: int) -> tuple[Array, Array]:
    """Rows of 100 independent features, ten of which matter."""
    return _rows(n, 100, 10)


def wide(n: int) -> tuple[Array, Array]:
    """Rows of 5000 independent features, fifty of which matter."""
    return _rows(n, 5000, 50)


def _rows(n: int, d: int, used: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    coef = np.zeros(d)
    coef[rng.choice(d, used, replace=False)] = rng.normal(size=used)
    X = rng.normal(size=(n, d))
    return X, X @ coef + rng.normal(size=n)


def _alpha(X: Array, y: Any, l1_ratio: float) -> float:
    return PART * float(np.abs(X.T @ (y - y.mean())).max()) / (len(y) * l1_ratio)


def lasso(X: Array, y: Any) -> Mapping[str, Any]:
    """Lasso."""
    return {"alpha": _alpha(X, y, 1.0), "l1_ratio": 1.0}


def elastic_net(X: Array, y: Any) -> Mapping[str, Any]:
    """Half of each penalty."""
    return {"alpha": _alpha(X, y, 0.5), "l1_ratio": 0.5}


def penalised(model: Any, X: Array, y: Any) -> float:
    """What the elastic net minimises."""
    w, ratio = model.coef_, model.l1_ratio
    penalty = model.alpha * (ratio * np.abs(w).sum() + (1 - ratio) / 2 * (w**2).sum())
    return float(((y - model.predict(X)) ** 2).mean() / 2 + penalty)


def ridge_objective(model: Any, X: Array, y: Any) -> float:
    """What ridge regression minimises, with alpha = 1."""
    return float(((y - model.predict(X)) ** 2).sum() + (model.coef_**2).sum())


def leave_one_out(model: Any, X: Array, y: Any) -> float:
    """The best error found by leaving rows out."""
    return -float(model.best_score_)


def path_objective(path: Any, X: Array, y: Any) -> float:
    """Sum over the path of what the lasso minimises."""
    alphas, coefs = path[0], path[1]
    squares = ((y[:, None] - X @ coefs) ** 2).mean(axis=0) / 2
    return float((squares + alphas * np.abs(coefs).sum(axis=0)).sum())


def our_ridge(X: Array, y: Any) -> Any:
    """Ridge regression with alpha = 1."""
    return Ridge().fit(X, y)


def their_ridge(X: Array, y: Any) -> Any:
    """Ridge regression with alpha = 1."""
    from sklearn.linear_model import Ridge as Reference

    return Reference().fit(X, y)


def our_ridge_cv(X: Array, y: Any) -> Any:
    """The best of fifty alphas by leaving rows out."""
    return RidgeCV(ALPHAS).fit(X, y)


def their_ridge_cv(X: Array, y: Any) -> Any:
    """The best of fifty alphas by leaving rows out."""
    from sklearn.linear_model import RidgeCV as Reference

    return Reference(ALPHAS).fit(X, y)


def our_short_path(X: Array, y: Any) -> Any:
    """A hundred alphas down to a hundredth."""
    return lasso_path(X, y, eps=SHORT)


def their_short_path(X: Array, y: Any) -> Any:
    """A hundred alphas down to a hundredth."""
    return _reference_path(X, y, SHORT)


def our_long_path(X: Array, y: Any) -> Any:
    """A hundred alphas down to a thousandth."""
    return lasso_path(X, y, eps=LONG)


def their_long_path(X: Array, y: Any) -> Any:
    """A hundred alphas down to a thousandth."""
    return _reference_path(X, y, LONG)


def _reference_path(X: Array, y: Any, eps: float) -> Any:
    from sklearn.linear_model import lasso_path as reference

    return reference(X, y, eps=eps, max_iter=10_000)


WORKLOADS = (
    Workload("lasso, 100k × 100", tall, penalised, 100_000, 1e-4, 1.5, lasso),
    Workload("elastic net, 100k × 100", tall, penalised, 100_000, 1e-4, 1.5, elastic_net),
    Workload("lasso, 2000 × 5000", wide, penalised, 2_000, 1e-3, 1.5, lasso),
    Workload(
        "lasso path, 2000 × 5000, 100 alphas to 1e-2", wide, path_objective, 2_000, 1e-3, 1.3,
        fits=(our_short_path, their_short_path),
    ),
    Workload(
        "lasso path, 2000 × 5000, 100 alphas to 1e-3", wide, path_objective, 2_000, 1e-3, 0.7,
        fits=(our_long_path, their_long_path),
    ),
    Workload(
        "ridge, 100k × 100", tall, ridge_objective, 100_000, 1e-10, 1.3,
        fits=(our_ridge, their_ridge),
    ),
    Workload(
        "RidgeCV, 20k × 100, 50 alphas", tall, leave_one_out, 20_000, 1e-8, 8.0,
        fits=(our_ridge_cv, their_ridge_cv),
    ),
)  # fmt: skip
