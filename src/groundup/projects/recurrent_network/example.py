"""The worked example of the chapter: three hours of rain and a stream, in a network of one unit."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import number
from groundup.projects.recurrent_network import textbook

RAIN = np.array([1.0, 0.0, 2.0])  # Millimetres in each of three hours.
LEVEL = np.array([0.5, 0.4, 1.0])  # Decimetres by which the stream stands above its usual level after each hour.
WEIGHTS = np.array([0.5, 0.5, 0.0])  # w, u and b at the start.
RATE = 0.2
MOST = 0.1  # Length, or size of an entry, to which the gradient is clipped.
FAR = 100  # Steps over which a linear network carries a derivative.
RADII = (0.9, 1.0, 1.1)
SHEARED = np.array([[0.9, 2.0], [0.0, 0.9]])  # Spectral radius 0.9, and no normal matrix.
SOURCES, CHANCES = np.array([9.0, -1.0]), np.array([0.25, 0.75])  # Slopes of a batch, and how often each comes.
BIASES = (0.0, 1.0, 3.0, 5.0)  # Biases of a forget gate.
LETTERS = 27  # Characters that are equally likely.
SLOPE, WRONG = 0.98, 1.02  # A factor from step to step, and its estimate.


def three_hours() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_network(), **_truncated(), **_clipped(), **_memory(), **_powers(), **_limits(), **_fed_back()}


def as_network(theta: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Return w, u and b as matrices of the vector network, whose answers are its states."""
    w, u, b = theta
    return np.array([[w]]), np.array([[u]]), np.array([b]), np.ones((1, 1)), np.zeros(1)


def gradient() -> Array:
    """Return the derivatives by w, u and b at the start."""
    h = textbook.scalar_forward(RAIN, *WEIGHTS)
    return np.array(textbook.scalar_backward(RAIN, h, WEIGHTS[1], (h[1:] - LEVEL) / 3))


def windows(x: Array, y: Array, size: int, theta: Array) -> Array:
    """Return the mean gradient of windows by w, u and b; the state is carried, and taken for a constant."""
    W, U, b, V, v = as_network(theta)
    h, total = np.zeros(1), np.zeros(3)
    for start in range(0, len(x), size):
        X, Y = x[start : start + size, None], y[start : start + size, None]
        dW, dU, db, _, _ = textbook.gradient(X, Y, h, W, U, b, V, v)
        total += len(Y) / len(y) * np.array([dW[0, 0], dU[0, 0], db[0]])
        h = textbook.forward(X, h, W, U, b)[-1]
    return total


def _network() -> dict[str, float | int | str]:
    h = textbook.scalar_forward(RAIN, *WEIGHTS)
    errors, slopes = h[1:] - LEVEL, 1 - h[1:] ** 2
    d = errors / 3
    delta_3 = d[2] * slopes[2]
    delta_2 = (d[1] + WEIGHTS[1] * delta_3) * slopes[1]
    delta_1 = (d[0] + WEIGHTS[1] * delta_2) * slopes[0]
    g = gradient()
    moved = WEIGHTS - RATE * g
    after = textbook.scalar_forward(RAIN, *moved)
    return {
        "h_1": decimals(h[1]), "h_2": decimals(h[2]), "h_3": decimals(h[3]), "z_2": decimals(WEIGHTS[1] * h[1]),
        "z_3": decimals(1 + WEIGHTS[1] * h[2]), "errors": fixed(errors), "direct": fixed(d, 5), "slopes": fixed(slopes),
        "loss": decimals((errors**2).sum() / 6, 6), "delta_3": decimals(delta_3, 5), "delta_2": decimals(delta_2, 5),
        "delta_1": decimals(delta_1, 5), "later_3": decimals(WEIGHTS[1] * delta_3, 5),
        "later_2": decimals(WEIGHTS[1] * delta_2, 5), "slope_w": decimals(g[0], 5), "slope_u": decimals(g[1], 5),
        "slope_b": decimals(g[2], 5), "moved": fixed(moved), "states_after": fixed(after[1:]),
        "loss_after": decimals(((after[1:] - LEVEL) ** 2).sum() / 6, 6), "square": decimals((g**2).sum(), 5),
        "predicted": decimals(RATE * (g**2).sum(), 5),
        "path": decimals(d[2] * slopes[2] * WEIGHTS[1] * slopes[1] * WEIGHTS[1] * slopes[0], 5),
    }  # fmt: skip


def _truncated() -> dict[str, float | int | str]:
    one, two = (fixed(windows(RAIN, LEVEL, size, WEIGHTS), 5) for size in (1, 2))
    return {"windows_1": one, "windows_2": two}


def _clipped() -> dict[str, float | int | str]:
    g = gradient()
    by_entry = np.clip(g, -MOST, MOST)
    cosine = g @ by_entry / np.linalg.norm(g) / np.linalg.norm(by_entry)
    return {
        "norm": decimals(float(np.linalg.norm(g))), "by_norm": fixed(textbook.clip(g, MOST), 5),
        "by_entry": fixed(by_entry, 5), "turned": decimals(float(np.degrees(np.arccos(cosine))), 1),
        "mean_slope": float(SOURCES @ CHANCES), "mean_clipped": float(np.clip(SOURCES, -1, 1) @ CHANCES),
    }  # fmt: skip


def _memory() -> dict[str, float | int | str]:
    z = np.array([0.0, np.log(3), 0.5, -np.log(3)])  # gates 1/2, 3/4, 1/4
    none, before = np.zeros((1, 4)), np.array([2.0])
    h, c, gates = textbook.lstm_step(np.zeros(1), np.zeros(1), before, none, none, z)
    *_, dz, _, dc = textbook.lstm_backward(np.zeros(1), np.zeros(1), before, none, c, gates, np.ones(1), np.zeros(1))
    kept: dict[str, float | int | str] = {f"kept_{b:.0f}": number(float(textbook.sigmoid(b)) ** 20) for b in BIASES}
    return kept | {
        "candidate": decimals(gates[2][0]), "memory": decimals(c[0]), "bent": decimals(np.tanh(c[0])),
        "state": decimals(h[0]), "by_memory": decimals(dc[0] / 0.75, 5), "by_memory_before": decimals(dc[0], 5),
        "by_gates": fixed(dz, 5),
    }  # fmt: skip


def _powers() -> dict[str, float | int | str]:
    norms = np.array([np.linalg.norm(np.linalg.matrix_power(SHEARED, k), 2) for k in range(100)])
    far: dict[str, float | int | str] = {f"radius_{10 * radius:.0f}": number(radius**FAR) for radius in RADII}
    return far | {
        "shear_1": decimals(norms[1], 2), "shear_most": decimals(norms.max(), 2), "shear_when": int(norms.argmax()),
        "shear_below": int(np.argmax(norms[1:] < 1)) + 1, "shear_50": decimals(norms[50], 2),
        "shear_radius_50": number(0.9**50),
    }  # fmt: skip


def repeated(factor: float, most: int) -> tuple[int, np.float32]:
    """Return after how many multiplications in single precision a number no longer changes, and the number then."""
    value, factor_single = np.float32(1), np.float32(factor)
    with np.errstate(over="ignore", under="ignore"):
        for k in range(most):
            value, before = np.float32(value * factor_single), value
            if value == before:
                return k, value
    raise ArithmeticError(f"1 times {factor} still changes after {most} multiplications.")


def _limits() -> dict[str, float | int | str]:
    half, stuck, large = repeated(0.5, 1000), repeated(0.9, 2000), repeated(1.1, 2000)
    single, double = np.float32(1), 1.0
    with np.errstate(under="ignore"):
        product: dict[str, float | int | str] = {
            "product_single": next(k for k in range(1, 99) if not (single := np.float32(single / LETTERS))),
            "product_double": next(k for k in range(1, 999) if not (double := double / LETTERS)),
        }
    return product | {
        "half_steps": half[0], "stuck_steps": stuck[0], "stuck": number(float(stuck[1])), "large_steps": large[0],
        "saturated": next(k for k in range(1, 99) if np.float32(1) / (1 + np.exp(-np.float32(k))) == 1),
    }  # fmt: skip


def _fed_back() -> dict[str, float | int | str]:
    """Return the errors of a wrong factor, after one step and when its answers are fed back."""
    return {f"fed_{k}": decimals(abs(WRONG**k - SLOPE**k), 2) for k in (1, 10, 50)}


def decimals(value: float, digits: int = 4) -> str:
    """Return a number with this many decimals."""
    return rf"\ensuremath{{{value:.{digits}f}}}"


def fixed(values: Array, digits: int = 4) -> str:
    """Return numbers in brackets, each with this many decimals."""
    return "\\ensuremath{(" + r",\allowbreak\ ".join(f"{value + 0.0:.{digits}f}" for value in values) + ")}"
