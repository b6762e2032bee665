"""The worked example of the chapter: two days in a network of two hidden units, small enough for a pencil."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import number, row
from groundup.projects.multilayer_perceptron import textbook

X = np.array([[1.0, 2.0], [2.0, 0.0]])  # hours of sun and millimetres of rain on two days
Y = np.array([[2.0], [1.0]])  # growth of a plant in millimetres
RATE = 0.2
SEED = 0
WIDTH, DEPTH = 100, 20  # Units of a layer, and layers, of the deep networks.
SINGLE_DEPTH = 40  # Layers after which small weights leave nothing in single precision.
STEPS = (1e-1, 1e-3, 6e-6, 1e-9, 1e-12)  # Steps of central differences.
PIECES = (4, 8, 16)  # Hidden units of the networks that interpolate a sine.
FAR = 800.0  # Score whose exponential overflows.


def two_days() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_network(), **_adam(), **_depth(), **_check(), **_width(), **_overflow(), **_batch(), **_cycle()}


def start() -> tuple[Array, Array, Array, Array]:
    """Return the round weights at which the example begins."""
    return np.array([[0.5, 1.0], [0.5, -1.0]]), np.array([-0.5, 0.0]), np.array([[1.0], [0.5]]), np.array([0.0])


def _network() -> dict[str, float | int | str]:
    parameters = start()
    Z1, A1, Z2 = textbook.forward(X, *parameters)
    D2 = textbook.squared_error_slope(Z2, Y)
    slopes = textbook.backward(X, Z1, A1, parameters[2], D2)
    D1 = D2 @ parameters[2].T * textbook.relu_slope(Z1) + 0.0  # no -0
    moved = tuple(w - RATE * slope for w, slope in zip(parameters, slopes))
    _, B1, after = textbook.forward(X, *moved)
    square = sum(float((slope**2).sum()) for slope in slopes)
    return {
        "sums_1": row(Z1[0]), "sums_2": row(Z1[1]), "outputs_1": row(A1[0]), "outputs_2": row(A1[1]),
        "scores": row(Z2.ravel()), "errors": row((Z2 - Y).ravel()),
        "loss": exact(textbook.squared_error(Z2, Y)), "score_slopes": row(D2.ravel()),
        "hidden_slopes_1": row(D1[0]), "hidden_slopes_2": row(D1[1]),
        "slope_sun": row(slopes[0][0]), "slope_rain": row(slopes[0][1]), "slope_b1": row(slopes[1]),
        "slope_w2": row(slopes[2].ravel()), "slope_b2": exact(slopes[3][0]),
        "new_sun": row(moved[0][0]), "new_rain": row(moved[0][1]), "new_b1": row(moved[1]),
        "new_w2": row(moved[2].ravel()), "new_b2": exact(moved[3][0]),
        "new_outputs_1": row(B1[0]), "new_outputs_2": row(B1[1]),
        "new_scores": "\\ensuremath{(" + ",\\ ".join(f"{z:.5f}" for z in after.ravel()) + ")}",
        "new_loss": f"\\ensuremath{{{textbook.squared_error(after, Y):.6f}}}",
        "square": exact(square), "predicted": exact(RATE * square),
    }  # fmt: skip


def _adam() -> dict[str, float | int | str]:
    """First steps at a gradient of 1, with and without the correction."""
    m, v = textbook.adam_moments(np.ones(1), np.zeros(1), np.zeros(1), 0.9, 0.999)
    return {
        "adam_first": float(-textbook.adam_step(np.zeros(1), m, v, 1, 1.0, 0.9, 0.999, 1e-8)[0]),
        "adam_raw": float(m[0] / np.sqrt(v[0])),
        "adam_raw_10": float((1 - 0.9**10) / np.sqrt(1 - 0.999**10)),
        "adam_bound": float((1 - 0.9) / np.sqrt((1 - 0.999) * (1 - 0.9**2 / 0.999))),
    }


def root_mean_square(scale: float, depth: int, dtype: type) -> float:
    """Return the root mean square of the last layer's outputs, for weights of a standard deviation and relu."""
    rng = np.random.default_rng(SEED)
    a: Array = rng.normal(size=(50, WIDTH)).astype(dtype)
    for _ in range(depth):
        a = textbook.relu(a @ (scale * rng.normal(size=(WIDTH, WIDTH))).astype(dtype))
    return float(np.sqrt((a.astype(float) ** 2).mean()))


def _depth() -> dict[str, float | int | str]:
    return {
        "small": number(root_mean_square(0.01, DEPTH, np.float64)),
        "glorot": number(root_mean_square(WIDTH**-0.5, DEPTH, np.float64)),
        "he": number(root_mean_square((2 / WIDTH) ** 0.5, DEPTH, np.float64)),
        "large": number(root_mean_square(1.0, DEPTH, np.float64)),
        "single": number(root_mean_square(0.01, SINGLE_DEPTH, np.float32)),
    }


def _check() -> dict[str, float | int | str]:
    """Errors of the slope of the cross-entropy of the scores (w, 0), of the second class, at w = 1."""
    true = 1 / (1 + np.exp(-1.0))

    def loss(w: Array | complex) -> Array:
        return np.log(1 + np.exp(w))

    central = [abs((loss(1 + h) - loss(1 - h)) / (2 * h) - true) for h in STEPS]
    by_complex = abs(float(np.imag(loss(1 + 1e-20j))) / 1e-20 - true)
    return {"complex": _short(by_complex), **{f"central_{k}": _short(error) for k, error in enumerate(central)}}


def _width() -> dict[str, float | int | str]:
    x = np.linspace(0, 1, 10_001)
    errors = []
    for m in PIECES:
        nodes = np.linspace(0, 1, m + 1)
        slopes = np.diff(np.sin(2 * np.pi * nodes)) * m
        parameters = np.ones((1, m)), -nodes[:-1], np.diff(slopes, prepend=0)[:, None], np.zeros(1)
        errors.append(np.abs(textbook.forward(x[:, None], *parameters)[-1][:, 0] - np.sin(2 * np.pi * x)).max())
    return {"width_errors": row(np.array(errors)), "width_bounds": row(4 * np.pi**2 / 8 / np.array(PIECES) ** 2)}


def _overflow() -> dict[str, float | int | str]:
    scores, right = np.array([[FAR, 0.0]]), np.array([[0.0, 1.0]])
    return {
        "far_loss": exact(textbook.cross_entropy(scores, right)),
        "far_slope": row(textbook.cross_entropy_slope(scores, right)[0]),
    }


def _batch() -> dict[str, float | int | str]:
    """Normalise three sums, and lead derivatives back through mean and spread."""
    z, du = np.array([1.0, 2.0, 6.0]), np.array([1.0, 0.0, 0.0])
    scale = np.sqrt(((z - z.mean()) ** 2).mean())
    u = (z - z.mean()) / scale
    return {
        "batch_scale": float(scale),
        "batch_u": row(u),
        "batch_slope": row((du - du.mean() - u * (u * du).mean()) / scale),
    }


def _cycle() -> dict[str, float | int | str]:
    """Follow Adam on slopes 3, -1, -1, 3, ..., with w kept in [-1, 1]: the mean slope is positive."""
    w, v = 0.0, 0.0
    for t in range(1, 3001):
        g = 3.0 if t % 3 == 1 else -1.0
        v = 0.1 * v + 0.9 * g**2
        w = min(1.0, max(-1.0, w - 0.3 / np.sqrt(t) * g / np.sqrt(v)))
    return {"cycle": float(w)}


def exact(value: float) -> str:
    """Return a number that has a few digits with all of its decimals."""
    return rf"\ensuremath{{{value:.10g}}}"


def _short(value: float) -> str:
    """Return a number to two digits, with a power of ten."""
    mantissa, _, power = f"{value:.1e}".partition("e")
    return rf"\ensuremath{{{mantissa}\cdot10^{{{int(power)}}}}}" if value else r"\ensuremath{0}"
