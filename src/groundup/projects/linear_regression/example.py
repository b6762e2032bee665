"""The worked examples of the chapter: a rubber band under loads, and loaded and warmed; small enough for a pencil."""

from itertools import islice
from typing import Any

import numpy as np

from groundup.core.statistics.distributions import t_quantile
from groundup.projects.common.tex import row
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

X = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])  # loads in newton
y = np.array([1.0, 3.0, 2.0, 5.0, 4.0])  # lengthening in centimetres
X_WARM = np.array([[1.0, 1.0], [2.0, 1.0], [2.0, 3.0], [3.0, 3.0]])  # loads, temperatures in units of 10 degrees
Y_WARM = np.array([2.0, 3.0, 5.0, 8.0])


def five_points() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_fit(), **_inference(), **_two_features(), **_descent()}


def _fit() -> dict[str, float | int | str]:
    model = LinearRegression().fit(X, y)
    fitted = model.predict(X)
    x_centred, y_centred = X[:, 0] - X.mean(), y - y.mean()
    return {
        "x_mean": X.mean(),
        "y_mean": y.mean(),
        "sxx": float(x_centred @ x_centred),
        "sxy": float(x_centred @ y_centred),
        "w": float(model.coef_[0]),
        "b": float(model.intercept_),
        "fitted": row(fitted),
        "residuals": row(y - fitted),
        "rss": float(((y - fitted) ** 2).sum()),
        "tss": float(y_centred @ y_centred),
    }


def _inference() -> dict[str, float | int | str]:
    model = LinearRegression().fit(X, y)
    summary, influence = model.summary(), model.influence(X, y)
    without_fourth = LinearRegression().fit(X, y, sample_weight=[1, 1, 1, 0, 1])
    band = model.predict_interval([[3.0], [6.0]], kind="mean")
    prediction = model.predict_interval([[3.0], [6.0]])
    return {
        "r_squared": summary.r_squared,
        "sigma2": summary.residual_std_error**2,
        "w_error": float(summary.std_error[1]),
        "w_t": float(summary.t[1]),
        "w_p": float(summary.p[1]),
        "w_low": float(summary.lower[1]),
        "w_high": float(summary.upper[1]),
        "t_quantile": f"{float(t_quantile(0.05, summary.df_residual)):.4f}",  # five digits: products keep four
        "f": summary.f,
        "leverages": row(influence.leverage),
        "cooks": row(influence.cook),
        "w_without_fourth": float(without_fourth.coef_[0]),
        "at_six": float(prediction.prediction[1]),
        "mean_at_three": float((band.upper - band.lower)[0] / 2),
        "mean_at_six": float((band.upper - band.lower)[1] / 2),
        "new_at_six": float((prediction.upper - prediction.lower)[1] / 2),
    }


def _two_features() -> dict[str, float | int | str]:
    model, alone = LinearRegression().fit(X_WARM, Y_WARM), LinearRegression().fit(X_WARM[:, :1], Y_WARM)
    fitted = model.predict(X_WARM)
    return {
        "two_w": row(model.coef_),
        "two_b": float(model.intercept_),
        "two_fitted": row(fitted),
        "two_residuals": row(Y_WARM - fitted),
        "two_rss": float(((Y_WARM - fitted) ** 2).sum()),
        "alone": float(alone.coef_[0]),
        "vif": float(model.variance_inflation()[0]),
    }


def _descent() -> dict[str, float | int | str]:
    halving, beyond = _states(0.25), _states(1.1)
    condition = LinearRegression().fit(X, y).summary().condition ** 2
    return {
        "lipschitz": float(X.var()),
        "step_limit": 2 / float(X.var()),
        "gd_w": row(np.array([state.coef[0, 0] for state in halving[:5]])),
        "gd_losses": row(np.array([state.loss for state in halving[:5]])),
        "loss": halving[-1].loss,
        "gd2_gradient": float(halving[2].iterate.gradient[0, 0]),
        "gd2_gap": float(halving[2].iterate.gradient[0, 0]) ** 2 / (2 * float(X.var())),
        "beyond_w": row(np.array([state.coef[0, 0] for state in beyond[:5]])),
        "beyond_loss": beyond[20].loss,
        "kappa": condition,
    }


def _states(rate: float) -> list[Any]:
    """The first states of gradient descent from the origin; a step that is too large would go on without bound."""
    return list(islice(LinearRegression(max_iter=40, solver="gd", learning_rate=rate).steps(X, y), 41))
