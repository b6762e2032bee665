"""The worked example of the chapter: eight bakes, two knobs, and every penalty in turn."""

from itertools import islice
from typing import Literal

import numpy as np

from groundup.projects.common.tex import row
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet, Lasso
from groundup.projects.regularized_regression.models.paths import lars_path
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV
from groundup.projects.regularized_regression.solvers.spectrum import effective_degrees

X = np.array([[1.0, 1], [1, 1], [1, 1], [1, -1], [-1, 1], [-1, -1], [-1, -1], [-1, -1]])  # temperature, time
y = np.array([9.0, 8, 8, 7, 4, 2, 1, 1])  # rise of the loaf
RIDGE, LASSO = 4.0, 0.75  # strengths of the two penalties
ZEROING = 2.0  # Penalty at which time gets a weight first, and then loses it.
ALMOST_NONE = 1e-12  # leaving rows out needs some penalty


def eight_bakes() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_ridge(), **_leaving_out(), **_lasso(), **_zeroing(), **_path()}


def _ridge() -> dict[str, float | int | str]:
    centred = y - y.mean()
    model = Ridge(RIDGE).fit(X, y)
    singular, degrees = effective_degrees(X, RIDGE)
    with_ones = Ridge(RIDGE, fit_intercept=False).fit(np.column_stack([X, np.ones(len(y))]), y)
    return {
        "y_mean": y.mean(),
        "y_centred": row(centred),
        "c": row(X.T @ centred / len(y)),
        "square": float(centred @ centred) / len(y),
        "w_least_squares": row(Ridge(0.0).fit(X, y).coef_),
        "w_ridge": row(model.coef_),
        "large": float(singular[0] ** 2),
        "small": float(singular[1] ** 2),
        "df": float(degrees),
        "residuals": row(y - model.predict(X)),
        "b_penalised": float(with_ones.coef_[2]),
    }


def _leaving_out() -> dict[str, float | int | str]:
    others = [np.arange(len(y)) != i for i in range(len(y))]
    errors = [y[i] - Ridge(RIDGE).fit(X[rest], y[rest]).predict(X[[i]])[0] for i, rest in enumerate(others)]

    def score(alpha: float, criterion: Literal["loo", "gcv"]) -> float:
        return -float(RidgeCV([alpha], criterion=criterion).fit(X, y).best_score_)

    return {
        "left_out": row(np.array(errors)),
        "loo": score(RIDGE, "loo"),
        "loo_least_squares": score(ALMOST_NONE, "loo"),
        "gcv": score(RIDGE, "gcv"),
        "gcv_least_squares": score(ALMOST_NONE, "gcv"),
    }


def _lasso() -> dict[str, float | int | str]:
    sweeps = list(islice(Lasso(LASSO, solver="cd", tol=0.0, max_iter=60).steps(X, y), 61))
    end = sweeps[-1]
    table: dict[str, float | int | str] = {}
    for name, state in (("0", sweeps[0]), ("1", sweeps[1]), ("2", sweeps[2]), ("lasso", end)):
        table |= {f"xi_{name}": row(-state.iterate.gradient), f"J_{name}": state.objective}
    for name, state in (("1", sweeps[1]), ("2", sweeps[2]), ("lasso", end)):
        table[f"w_{name}"] = row(state.coef[:, 0])
    gaps: dict[str, float | int | str] = {f"gap_{name}": sweeps[name].gap for name in range(3)}
    net = ElasticNet(LASSO, l1_ratio=2 / 3, tol=1e-12).fit(X, y)
    return table | gaps | {"excess_1": sweeps[1].objective - end.objective, "w_net": row(net.coef_)}


def _zeroing() -> dict[str, float | int | str]:
    sweeps = list(islice(Lasso(ZEROING, solver="cd", tol=0.0, max_iter=2).steps(X[:, ::-1], y), 3))
    (time_1, temperature_1), (time_2, temperature_2) = (state.coef[:, 0] for state in sweeps[1:])
    H, c = X.T @ X / len(y), X.T @ (y - y.mean()) / len(y)
    return {
        "zero_1": float(time_1),
        "pulled_2": float(c[0] - H[0, 1] * time_1),
        "zero_2": float(temperature_1),
        "pulled_3": f"\\ensuremath{{{c[1] - H[0, 1] * temperature_1:.4f}}}",
        "zero_3": float(time_2),
        "zero_4": float(temperature_2),
    }


def _path() -> dict[str, float | int | str]:
    alphas, _, coefs = lars_path(X, y - y.mean(), method="lasso")
    return {
        "lambda_max": float(alphas[0]),
        "lambda_second": float(alphas[1]),
        "w_second": row(coefs[:, 1]),
    }
