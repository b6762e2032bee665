"""The worked example of the chapter: two thermometers and one number, small enough for a pencil."""

from itertools import islice

import numpy as np

from groundup.core.types import Array
from groundup.projects.autoencoder import textbook
from groundup.projects.common.tex import row

X = np.array([[3.0, 1.0], [1.0, 3.0], [-3.0, -1.0], [-1.0, -3.0]])  # degrees above the usual, on four days
MU = np.zeros(2)
START = np.array([[1.0], [0.0]])
NEAR_SADDLE = np.array([[0.5], [-0.499]])
RATE = 0.05
TARGET = 2.0  # The observation of the variational example: x = z + noise of variance one.
PAIR = np.array([[1.0], [-1.0]])  # Two draws with the mean and the variance of a standard normal number.
SPREAD = 0.5  # Standard deviation of the noise around the values 1 and -1.


def two_thermometers() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_linear(), **_descent(), **_noise(), **_penalties(), **_variational(), **_draws()}


def decimals(value: float) -> str:
    """Return a number with four decimals."""
    return rf"\ensuremath{{{value:.4f}}}"


def _linear() -> dict[str, float | int | str]:
    """Loss and gradient at the start, in the two parts of which the gradient is the sum."""
    Z = textbook.encode_linear(X, MU, START)
    Y = textbook.decode_linear(Z, MU, START)
    R = (Y - X) / len(X)
    values = np.linalg.eigvalsh(X.T @ X / len(X))[::-1]
    axes = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
    return {
        "codes": row(Z.ravel()), "squares": row(((Y - X) ** 2).sum(axis=1)),
        "loss_0": float(textbook.linear_error(X, MU, START)),
        "as_decoder": row((R.T @ Z).ravel()), "as_encoder": row((X.T @ (R @ START)).ravel()),
        "slope": row(textbook.linear_gradient(X, MU, START).ravel()),
        "loss_nothing": float(textbook.linear_error(X, MU, 0 * START)),
        "variance_1": round(float(values[0]), 12), "variance_2": round(float(values[1]), 12),
        "loss_axis_1": round(float(textbook.linear_error(X, MU, axes[:, [0]])), 12),
        "loss_axis_2": round(float(textbook.linear_error(X, MU, axes[:, [1]])), 12),
    }  # fmt: skip


def _descent() -> dict[str, float | int | str]:
    path = list(islice(textbook.linear_descent(X, START, RATE, 20), 20))
    slow = [error for _, error in textbook.linear_descent(X, NEAR_SADDLE, RATE, 60)]
    numbers: dict[str, float | int | str] = {}
    for t in (1, 2, 5, 20):
        W, error = path[t - 1]
        numbers |= {f"w_{t}": row(W.ravel()), f"loss_{t}": decimals(error)}
    return numbers | {
        "codes_1": row(textbook.encode_linear(X, MU, path[0][0]).ravel()),
        "predicted": RATE * float((textbook.linear_gradient(X, MU, START) ** 2).sum()),
        "fell": decimals(textbook.linear_error(X, MU, START) - path[0][1]),
        "saddle_10": decimals(slow[9]), "saddle_30": decimals(slow[29]), "saddle_60": decimals(slow[59]),
    }  # fmt: skip


def _noise() -> dict[str, float | int | str]:
    """Return what is best said of the noisy value one half, and the slope of the logarithm of its density."""
    u, h = 0.5, 1e-6
    score = (np.log(_density(u + h)) - np.log(_density(u - h))) / (2 * h)
    return {
        "denoised": float(np.tanh(u / SPREAD**2)),
        "score": float(score),
        "by_score": float(u + SPREAD**2 * score),
        "denoised_wide": float(np.tanh(u)),
    }


def _density(u: float) -> float:
    """Return the density, up to a factor, of noisy values around 1 and -1."""
    return float(np.exp(-((u - np.array([1.0, -1.0])) ** 2) / (2 * SPREAD**2)).sum())


def _penalties() -> dict[str, float | int | str]:
    H, w = np.array([[0.1], [0.3]]), np.array([[3.0], [4.0]])
    return {
        "sparse": float(textbook.sparsity(H, 0.05)),
        "sparse_slope": float(textbook.sparsity_slope(H, 0.05)[0, 0] * len(H)),
        "contraction_middle": f"\\ensuremath{{{textbook.contraction(np.array([[0.5]]), w):.5f}}}",
        "contraction_end": f"\\ensuremath{{{textbook.contraction(np.array([[0.9]]), w):.5f}}}",
    }


def _one(m: float, v: float) -> dict[str, Array | float]:
    """Return the arguments of the bound for one observation and codes of a mean and a logarithm of the variance."""
    return {
        "X": np.full((2, 1), TARGET), "E": PAIR, "Wm": np.zeros((1, 1)), "bm": np.array([m]), "Wv": np.zeros((1, 1)),
        "bv": np.array([v]), "W2": np.ones((1, 1)), "b2": np.zeros(1), "s2": 1.0,
    }  # fmt: skip


def _variational() -> dict[str, float | int | str]:
    """Return the bound for codes that know nothing, after one step, and for the right ones."""
    slopes = textbook.bound_gradient(**_one(0, 0))
    m, v = float(0.5 * slopes[1][0]), float(0.5 * slopes[3][0])
    exact = -(TARGET**2 / 2 + np.log(4 * np.pi)) / 2
    Z = textbook.reparametrize(1.0, np.log(0.5), PAIR)
    blind = float(textbook.bound(**_one(0, 0)))
    return {
        "log_density": decimals(exact), "bound_blind": decimals(blind), "gap_blind": decimals(exact - blind),
        "slope_m": float(slopes[1][0]), "slope_v": float(slopes[3][0]),
        "step_m": m, "step_v": v, "step_variance": decimals(np.exp(v)),
        "bound_step": decimals(textbook.bound(**_one(m, v))),
        "right_likelihood": decimals(textbook.log_likelihood(np.full((2, 1), TARGET), Z, 1.0).mean()),
        "right_divergence": decimals(textbook.divergence(np.ones((1, 1)), np.full((1, 1), np.log(0.5)))[0]),
        "bound_right": decimals(textbook.bound(**_one(1, np.log(0.5)))),
    }  # fmt: skip


def _draws() -> dict[str, float | int | str]:
    """Variances of two estimates of the slope of E z², by quadrature: along the path, and by the score function."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    numbers: dict[str, float | int | str] = {}
    for m in (1, 3):
        for name, estimate in (("path", 2 * (m + nodes)), ("lot", (m + nodes) ** 2 * nodes)):
            mean = weights @ estimate
            numbers[f"{name}_{m}"] = round(float(weights @ (estimate - mean) ** 2), 9)
    return numbers
