"""Kernels: what they can divide, the space behind one of them, the choice of their width, and their rounding."""

from typing import Any

import numpy as np

from groundup.core.kernels import Kernel
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification, projection
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour, marker
from groundup.plotting.style import BLACK, BLUE, GREEN, VERMILION
from groundup.projects.support_vector_machine.demonstration import Pair, pair_of
from groundup.projects.support_vector_machine.figures.drawing import draw_pair, forces, name_groups
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC
from groundup.projects.support_vector_machine.models.machine import KernelMachine
from groundup.projects.support_vector_machine.models.svc import SVC
from groundup.projects.support_vector_machine.solvers.dual.kernel_rows import KernelRows

KERNELS: dict[str, dict[str, Any]] = {
    "linear": {"kernel": "linear"},
    "quadratic": {"kernel": "poly", "degree": 2, "coef0": 1.0},
    "radial": {"kernel": "rbf"},
}
SHAPES = (projection.circles, classification.moons, classification.crossed)
RING = 45.0  # Area of the largest ring where there are many, in square points.
GAMMAS = np.logspace(-2, 2, 7)  # Of the map, in those of gamma="scale".
PRICES = np.logspace(-2, 3, 6)  # C of the map.
FEWEST = 10  # Held-out rows from which their accuracy says something.
MAP_ROWS = 100  # Most rows of a class that the map fits to.
OFFSETS = np.logspace(0, 10, 21)  # Distances from the origin.


def require_classes(model: Any) -> None:
    """Raise NotApplicable for a model without classes."""
    if not isinstance(model, SVC | LinearSVC):
        raise NotApplicable("The picture is about classes; it belongs to the report of SVC.")


@figure(3, 3, size=(7.8, 5.8), raster=True)
def kernels(axes: Any, model: Any, data: Dataset) -> None:
    """The same machine with three kernels, on three shapes

    From top to bottom: one circle within another, two interlocked half circles, and four groups crosswise. The linear
    kernel draws straight lines and fails on all three. The quadratic one, a polynomial of degree 2, draws conics: it
    divides the circles and the cross, and only bends towards the half circles. The radial kernel divides all three. The
    number is the share of right rows among as many new ones; the ringed rows are the support vectors.
    """
    require_classes(model)
    for line, make in zip(axes, SHAPES, strict=True):
        rows, fresh = make(0), make(1)
        for panel, (name, parameters) in zip(line, KERNELS.items(), strict=True):
            machine = SVC(**parameters).fit(rows.X, rows.y)
            pair = Pair(rows, (str(machine.classes_[0]), str(machine.classes_[1])), machine, True)
            draw_pair(panel, pair, machine.decision_function, forces(pair), ring=RING)
            panel.set(title=f"{name}: {100 * machine.score(fresh.X, fresh.y):.0f} %", xlabel="")


def lifted(X: Array) -> Array:
    """Return the features of the kernel ``(x · z)²`` of two columns, (n, 3): ``x₁²``, ``√2 x₁ x₂``, ``x₂²``."""
    return np.column_stack([X[:, 0] ** 2, np.sqrt(2) * X[:, 0] * X[:, 1], X[:, 1] ** 2])


@figure(1, 2, size=(10.8, 4.8))
def lifting(axes: Any, model: Any, data: Dataset) -> None:
    """Lifted into three dimensions, two circles are divided by a plane

    The kernel (x · z)² is the inner product of the features x₁², √2 x₁x₂ and x₂². Left: rows on two circles, which no
    straight line divides, and the boundary of the machine with this kernel. Right: the same rows as the three features
    place them, and the plane w · φ + b = 0 of the same machine. The boundary on the left is what the plane cuts out.
    """
    require_classes(model)
    rows = projection.circles(0)
    machine = SVC(kernel="poly", degree=2, gamma=1.0, coef0=0.0).fit(rows.X, rows.y)
    pair = Pair(rows, (str(machine.classes_[0]), str(machine.classes_[1])), machine, True)
    draw_pair(axes[0], pair, machine.decision_function, forces(pair))
    name_groups(axes[0], "upper right")
    spot = axes[1].get_subplotspec()
    axes[1].remove()
    space = axes[0].figure.add_subplot(spot, projection="3d")
    w, b = machine.dual_coef_[0] @ lifted(machine.support_vectors_), float(machine.intercept_[0])
    phi = lifted(rows.X)
    for k in range(2):
        own = phi[(pair.sign > 0) == (k == 1)]
        space.plot(*own.T, marker(k), color=colour(k), markersize=3.5, alpha=0.7)
    first, second = np.meshgrid(np.linspace(0, phi[:, 0].max(), 8), np.linspace(phi[:, 1].min(), phi[:, 1].max(), 8))
    third = -(w[0] * first + w[1] * second + b) / w[2]
    third[(third < 0) | (third > phi[:, 2].max())] = np.nan
    space.plot_wireframe(first, second, third, color=BLACK, linewidth=0.8)
    space.locator_params(nbins=4)
    space.set(xlabel="x₁²", ylabel="√2 x₁x₂", zlabel="x₂²")
    space.view_init(elev=10, azim=110)  # almost along the plane


@figure(1, 1, size=(6.8, 4.8))
def accuracy_map(axes: Any, model: Any, data: Dataset) -> None:
    """What γ and C do to rows not seen

    Each cell is a machine with the radial kernel, fitted to rows of two classes, and the number the per cent of right
    ones among held-out rows. Left of the map γ is small, every row reaches far, and the boundary is almost straight;
    on the right a row reaches nobody but itself, and the machine learns rows by heart. Upwards slack is dearer. Good
    values lie along a ridge: a wider kernel needs a larger C. The black frame is the best cell, of several equal ones
    that with the smallest C and γ; with few held-out rows neighbours hardly differ.
    """
    if not isinstance(model, SVC):
        raise NotApplicable("The map is about the γ and C of SVC.")
    pair = pair_of(model, data)
    unseen = pair.data.held_out
    if unseen is None or len(unseen.X) < FEWEST:
        raise NotApplicable("There are too few held-out rows to compare machines by.")
    X, y = thinned(pair)
    scale = 1 / (X.shape[1] * X.var()) if X.var() > 0 else 1.0
    right = np.array([
        [SVC(C=float(C), gamma=float(scale * g)).fit(X, y).score(unseen.X, unseen.y) for g in GAMMAS] for C in PRICES
    ])  # fmt: skip
    axes.imshow(right, origin="lower", cmap="cividis", aspect="auto", vmin=min(0.5, float(right.min())), vmax=1.0)
    i, j = np.unravel_index(right.argmax(), right.shape)
    for (row, column), share in np.ndenumerate(right):
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=9,
                  color="white" if share < 0.75 else "black")  # fmt: skip
    axes.plot(j + 0.5 * np.array([-1, 1, 1, -1, -1]), i + 0.5 * np.array([-1, -1, 1, 1, -1]), "-", color=BLACK,
              linewidth=2.5)  # fmt: skip
    axes.grid(False)
    axes.set_xticks(range(len(GAMMAS)), [f"{scale * g:.2g}" for g in GAMMAS])
    axes.set_yticks(range(len(PRICES)), [f"{C:g}" for C in PRICES])
    axes.set(xlabel="γ", ylabel="C")
    axes.set_title(f"{pair.names[1]} against {pair.names[0]}: % right of {len(unseen.X):,} held-out rows")


def thinned(pair: Pair) -> tuple[Array, Array]:
    """Return at most `MAP_ROWS` rows of each class."""
    X, y = pair.data.X, np.asarray(pair.data.y)
    rows = np.concatenate([np.flatnonzero(pair.sign == s)[:MAP_ROWS] for s in (-1.0, 1.0)])
    return X[rows], y[rows]


@figure(1, 2, size=(10.4, 4.2))
def cancellation(axes: Any, model: Any, data: Dataset) -> None:
    """Far from the origin the expanded distance loses its digits

    Forty rows about one apart, moved away from the origin together, which changes no distance. Left: the largest error
    of the kernel values exp(−‖x − z‖²). With ‖x‖² − 2 x·z + ‖z‖² it grows with the square of the offset, because
    numbers of the offset's square cancel: in single precision nothing is right from some 3,000 on, in double precision
    from 10⁸; at last all rows round to the same one. With rows less their mean first, as here, the same formula stays
    right as long as the rows themselves are. Right: the smallest eigenvalue of the table, which is positive for a
    kernel. Below zero the dual problem is no longer concave, and its solution means nothing.
    """
    if not isinstance(model, KernelMachine):
        raise NotApplicable("A linear machine computes no distances.")
    X = np.random.default_rng(0).normal(size=(40, 2))
    truth = np.exp(-((X[:, None] - X[None]) ** 2).sum(axis=2))
    shifted = [X + offset for offset in OFFSETS]
    for name, tables, shade, style in (
        ("single precision", [expanded(Z.astype(np.float32)) for Z in shifted], VERMILION, ":"),
        ("double precision", [expanded(Z) for Z in shifted], BLUE, "--"),
        ("double, less the mean", [centred(model, Z) for Z in shifted], GREEN, "-"),
    ):
        error = [max(float(np.abs(K - truth).max()), 1e-18) for K in tables]
        lowest = [float(np.linalg.eigvalsh((K + K.T) / 2)[0]) for K in tables]
        axes[0].loglog(OFFSETS, error, style, color=shade, label=name)
        axes[1].semilogx(OFFSETS, lowest, style, color=shade, label=name)
    axes[0].set(xlabel="distance from the origin (spreads)", ylabel="largest error of a kernel value")
    axes[1].set(xlabel="distance from the origin (spreads)", ylabel="smallest eigenvalue of the table")
    axes[0].legend(loc="lower right")


def expanded(Z: Array) -> Array:
    """Return the table of the radial kernel by ``‖x‖² − 2 x·z + ‖z‖²``, in the precision of the rows."""
    squares = (Z * Z).sum(axis=1)
    return np.exp(-np.maximum(squares[:, None] + squares - 2 * Z @ Z.T, 0)).astype(np.float64)


def centred(model: KernelMachine, Z: Array) -> Array:
    """Return the table that the machines use."""
    return KernelRows(Z, Kernel("rbf", 1.0), model.cache_size * 2**20).whole()
