"""The benchmark's tasks: penalties, shapes and paths, each with scikit-learn's counterpart; and a crossover."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from groundup.core.optimize.penalties import lengths
from groundup.core.types import Array
from groundup.projects.common.crossover import Way, powers_meet, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.regularized_regression.models.paths import lasso_path

ALPHAS = np.geomspace(1e-2, 1e4, 50)  # Penalties among which RidgeCV chooses.
PART = 0.1  # Penalty relative to the least alpha that makes all weights zero.
GRAM = {"products of columns": {"precompute": True}, "columns": {"precompute": False}}  # The reference's choices.
COLUMNS = (125, 250, 500, 1000, 2000)  # Numbers of columns between which the crossover is looked for.
ROUNDS = 5
SHORT, LONG = 1e-2, 1e-3  # Last alpha of a path relative to its first.


def crossover() -> float:
    """Return the number of columns from which ridge on 500 rows is solved faster among the rows than among the columns.

    Both times grow like powers of the number of columns: lines are fitted to logarithms, and intersected.

    eq. regularized_regression:primal, regularized_regression:dual
    """

    def ways(d: int) -> tuple[Way, Way]:
        X, y = _rows(500, d, 10)
        return (
            lambda: np.linalg.solve(X.T @ X + np.eye(d), X.T @ y),
            lambda: X.T @ np.linalg.solve(X @ X.T + np.eye(len(X)), y),
        )

    return powers_meet(COLUMNS, side_by_side(COLUMNS, ways, ROUNDS))


def tall(n: int) -> tuple[Array, Array]:
    """Return rows of 100 independent features, ten of which matter."""
    return _rows(n, 100, 10)


def wide(n: int) -> tuple[Array, Array]:
    """Return rows of 5000 independent features, fifty of which matter."""
    return _rows(n, 5000, 50)


def narrow(n: int) -> tuple[Array, Array]:
    """Return rows of 50 independent features, ten of which matter."""
    return _rows(n, 50, 10)


def several_targets(n: int) -> tuple[Array, Array]:
    """Return rows of 2000 independent features, twenty of which matter to five targets."""
    rng = np.random.default_rng(0)
    X, W = rng.normal(size=(n, 2000)), np.zeros((2000, 5))
    W[rng.choice(2000, 20, replace=False)] = rng.normal(size=(20, 5))
    return X, X @ W + rng.normal(size=(n, 5))


def _rows(n: int, d: int, used: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    coef = np.zeros(d)
    coef[rng.choice(d, used, replace=False)] = rng.normal(size=used)
    X = rng.normal(size=(n, d))
    return X, X @ coef + rng.normal(size=n)


def _alpha(X: Array, y: Any, l1_ratio: float) -> float:
    return PART * float(np.abs(X.T @ (y - y.mean())).max()) / (len(y) * l1_ratio)


def lasso(X: Array, y: Any) -> Mapping[str, Any]:
    """Return parameters of the lasso."""
    return {"alpha": _alpha(X, y, 1.0), "l1_ratio": 1.0}


def elastic_net(X: Array, y: Any) -> Mapping[str, Any]:
    """Return parameters with half of each penalty."""
    return {"alpha": _alpha(X, y, 0.5), "l1_ratio": 0.5}


def penalized(model: Any, X: Array, y: Any) -> float:
    """Return what the elastic net minimises."""
    w, ratio = model.coef_, model.l1_ratio
    penalty = model.alpha * (ratio * np.abs(w).sum() + (1 - ratio) / 2 * (w**2).sum())
    return float(((y - model.predict(X)) ** 2).mean() / 2 + penalty)


def ridge_objective(model: Any, X: Array, y: Any) -> float:
    """Return what ridge regression minimises, with alpha = 1."""
    return float(((y - model.predict(X)) ** 2).sum() + (model.coef_**2).sum())


def leave_one_out(model: Any, X: Array, y: Any) -> float:
    """Return the best error found by leaving rows out."""
    return -float(model.best_score_)


def path_objective(path: Any, X: Array, y: Any) -> float:
    """Return the sum over the path of what the lasso minimises."""
    alphas, coefs = path[0], path[1]
    squares = ((y[:, None] - X @ coefs) ** 2).mean(axis=0) / 2
    return float((squares + alphas * np.abs(coefs).sum(axis=0)).sum())


def chosen_penalty(model: Any, X: Array, y: Any) -> float:
    """Return what the elastic net minimises, with the penalty that cross-validation chose."""
    w, ratio = model.coef_, float(getattr(model, "l1_ratio", 1.0))  # the reference's LassoCV has none
    penalty = float(model.alpha_) * (ratio * np.abs(w).sum() + (1 - ratio) / 2 * (w**2).sum())
    return float(((y - model.predict(X)) ** 2).mean() / 2 + penalty)


def grouped(model: Any, X: Array, Y: Any) -> float:
    """Return what the multi-task lasso minimises."""
    return float(((Y - model.predict(X)) ** 2).sum() / (2 * len(Y)) + model.alpha * lengths(model.coef_.T).sum())


def multitask_lasso(X: Array, Y: Any) -> Mapping[str, Any]:
    """Return a penalty for several targets."""
    return {"alpha": PART * float(lengths(X.T @ (Y - Y.mean(axis=0))).max()) / len(Y)}


def many_alphas(X: Array, y: Any) -> Mapping[str, Any]:
    """Return fifty penalties to choose from."""
    return {"alphas": ALPHAS}


def our_path(eps: float, X: Array, y: Any) -> Any:
    """Return our path of a hundred alphas, down to `eps` times the first."""
    return lasso_path(X, y, eps=eps)


def reference_path(eps: float, X: Array, y: Any) -> Any:
    """Return the reference's path of the same alphas."""
    from sklearn.linear_model import lasso_path as reference

    return reference(X, y, eps=eps, max_iter=10_000)


WORKLOADS = (
    Workload(
        name="lasso, 100k × 100",
        data=tall,
        objective=penalized,
        n=100_000,
        tolerance=1e-4,
        target=1.5,
        parameters=lasso,
    ),
    Workload(
        name="elastic net, 100k × 100",
        data=tall,
        objective=penalized,
        n=100_000,
        tolerance=1e-4,
        target=1.5,
        parameters=elastic_net,
    ),
    Workload(
        name="lasso, 2000 × 5000",
        data=wide,
        objective=penalized,
        n=2_000,
        tolerance=1e-3,
        target=1.5,
        parameters=lasso,
    ),
    Workload(
        name="lasso path, 2000 × 5000, 100 alphas to 1e-2",
        data=wide,
        objective=path_objective,
        n=2_000,
        tolerance=1e-3,
        target=1.3,
        fits=(partial(our_path, SHORT), partial(reference_path, SHORT)),
    ),
    Workload(
        name="lasso path, 2000 × 5000, 100 alphas to 1e-3",
        data=wide,
        objective=path_objective,
        n=2_000,
        tolerance=1e-3,
        target=0.7,
        fits=(partial(our_path, LONG), partial(reference_path, LONG)),
    ),
    Workload(
        name="LassoCV, 20k × 100, 5 folds, 100 alphas",
        model="LassoCV",
        data=tall,
        objective=chosen_penalty,
        n=20_000,
        tolerance=1e-4,
        target=1.5,
        reference_solvers=GRAM,
    ),
    Workload(
        name="ElasticNetCV, 50k × 50, 5 folds, 100 alphas",
        model="ElasticNetCV",
        data=narrow,
        objective=chosen_penalty,
        n=50_000,
        tolerance=1e-4,
        target=1.5,
        reference_solvers=GRAM,
    ),
    Workload(
        name="multi-task lasso, 300 × 2000, 5 targets",
        model="MultiTaskLasso",
        data=several_targets,
        objective=grouped,
        n=300,
        tolerance=1e-3,
        target=1.0,
        parameters=multitask_lasso,
    ),
    Workload(
        name="ridge, 100k × 100",
        model="Ridge",
        data=tall,
        objective=ridge_objective,
        n=100_000,
        tolerance=1e-10,
        target=1.3,
    ),
    Workload(
        name="RidgeCV, 20k × 100, 50 alphas",
        model="RidgeCV",
        data=tall,
        objective=leave_one_out,
        n=20_000,
        tolerance=1e-8,
        target=8.0,
        parameters=many_alphas,
    ),
)
