"""The pictures of the book's appendix on tools, drawn at the width of its text."""

from collections.abc import Callable
from math import lgamma
from pathlib import Path
from typing import Any

import numpy as np

from groundup.core.files import write_whole
from groundup.core.types import Array
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION, canvas, encode, style

WIDTH = 7.2  # Inches; printed at four fifths of it, so that letters of 10 points are 8 points high.
CURVATURE = np.array([[2.0, 1.0], [1.0, 2.0]])  # Matrix of the quadratic form in the text.
STRETCH = np.array([[2.0, 0.4], [1.0, 2.2]])  # Matrix whose singular values the text takes.


def draw(out: Path) -> None:
    """Save every picture of the appendix into a folder, as ``toolbox-NAME.pdf``."""
    for name, (columns, height, picture) in PICTURES.items():
        fig, axes = canvas(1, columns, (WIDTH, height))
        with style():
            picture(axes)
        write_whole(out / f"toolbox-{name}.pdf", encode(fig, "pdf"))


def arrow(axes: Any, end: Array, label: str, colour: str, start: Any = (0.0, 0.0), shift: Any = (4, 4)) -> None:
    """Draw an arrow in data coordinates, with a label beside its head."""
    head = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=tuple(end), xytext=tuple(start), arrowprops=head)
    axes.annotate(label, xy=tuple(end), xytext=shift, textcoords="offset points", color=colour)


def quadratic_form(axes: Any) -> None:
    """Draw contours of half of wᵀHw with the eigenvectors of H, and the same function along each of them."""
    contours, slices = axes
    grid = np.linspace(-2.1, 2.1, 121)
    first, second = np.meshgrid(grid, grid)
    points = np.stack([first, second])
    height = np.einsum("iab,ij,jab->ab", points, CURVATURE, points) / 2
    contours.contour(first, second, height, levels=[0.25, 1, 2.25, 4], colors="#888888", linewidths=1)
    lam, axes_of_form = np.linalg.eigh(CURVATURE)
    for j, colour, name in ((1, VERMILION, "v₁, λ₁ = 3"), (0, BLUE, "v₂, λ₂ = 1")):
        v = axes_of_form[:, j] * np.sign(axes_of_form[0, j])
        arrow(contours, v, name, colour, shift=(6, 4 if v[1] > 0 else -10))
        t = np.linspace(-2, 2, 81)
        slices.plot(t, lam[j] * t**2 / 2, color=colour, linestyle="-" if j else "--", label=f"along {name}")
    w = np.array([-1.5, 0.5])
    slope = CURVATURE @ w
    contours.plot(*w, "o", color=BLACK, markersize=4)
    arrow(contours, w + 0.35 * slope, "Hw", BLACK, start=w, shift=(-4, -13))
    contours.set(xlabel="w₁", ylabel="w₂", aspect="equal", xlim=(-2.6, 2.1), title="contours of ½ wᵀHw")
    slices.set(xlabel="distance t along the eigenvector", ylabel="½ λ t²", title="its slices are parabolas")
    slices.legend(loc="upper center")


def singular_values(axes: Any) -> None:
    """Draw what Vᵀ, then Σ, then U make of the unit circle and of two vectors in it."""
    U, sigma, Vt = np.linalg.svd(STRETCH)
    sign = np.sign(Vt[:, 1:])  # so that V and U turn, and mirror nothing
    U, Vt = U * sign.T, Vt * sign
    angle = np.linspace(0, 2 * np.pi, 181)
    circle, frame = np.stack([np.cos(angle), np.sin(angle)]), Vt.T
    stages = (
        ("unit circle, v₁ and v₂", np.eye(2), ("v₁", "v₂")),
        ("after Vᵀ: turned", Vt, ("e₁", "e₂")),
        ("after Σ: stretched", sigma[:, None] * Vt, ("σ₁e₁", "σ₂e₂")),
        ("after U: turned", STRETCH, ("σ₁u₁", "σ₂u₂")),
    )
    for panel, (title, matrix, names) in zip(axes, stages, strict=True):
        panel.plot(*(matrix @ circle), color="#888888", linestyle="-", linewidth=1)
        for v, name, colour in zip((matrix @ frame).T, names, (VERMILION, BLUE), strict=True):
            arrow(panel, v, name, colour, shift=(3, 3) if v[1] >= -1e-9 else (3, -9))
        panel.set(xlim=(-3.3, 3.9), ylim=(-3.1, 3.1), aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
        panel.set_title(title, fontsize=10)
        panel.tick_params(labelleft=panel is axes[0])


def convexity(axes: Any) -> None:
    """Draw a convex function between its chord and its tangent, and Jensen's inequality for two values."""
    between, jensen = axes
    x = np.linspace(-1.6, 1.7, 101)
    a, b, touch = -1.2, 1.4, -0.3
    between.plot(x, np.exp(x), color=BLACK, linestyle="-", label="convex function eˣ")
    between.plot([a, b], np.exp([a, b]), "o", color=VERMILION, linestyle="-", markersize=4, label="chord: above it")
    line = np.exp(touch) * (1 + x - touch)
    between.plot(x, line, color=BLUE, linestyle="--", label="tangent: below it")
    between.plot(touch, np.exp(touch), "o", color=BLUE, markersize=4)
    between.set(xlabel="x", title="chord, function, tangent", ylim=(-0.6, 5.3))
    between.legend(loc="upper left")
    x = np.linspace(0, 10, 201)
    ends = np.array([1.0, 9.0])
    jensen.plot(x, np.sqrt(x), color=BLACK, linestyle="-", label="concave function √x")
    jensen.plot(ends, np.sqrt(ends), "o", color=VERMILION, linestyle="-", markersize=4, label="its values at 1 and 9")
    jensen.plot([5, 5], [2, np.sqrt(5)], color=GREEN, linestyle="-", linewidth=2.5)
    jensen.annotate("√5 = 2.24, root of the mean", (5, np.sqrt(5)), (1.1, 2.95), arrowprops={"arrowstyle": "-"})
    jensen.annotate("2, mean of the roots", (5, 2), (5.6, 1.45), arrowprops={"arrowstyle": "-"})
    jensen.set(xlabel="x", title="Jensen's inequality", ylim=(0, 4.4))
    jensen.legend(loc="upper left")


def families(axes: Any) -> None:
    """Draw the densities of Student's t next to the normal one, and of chi-squared for some degrees of freedom."""
    student, squares = axes
    t = np.linspace(-5, 5, 201)
    student.plot(t, np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi), color=BLACK, linestyle="-", label="normal, 95 % in ±1.96")
    for k, colour, dash, within in ((3, VERMILION, "--", "3.18"), (1, BLUE, ":", "12.7")):
        student.plot(t, student_density(t, k), color=colour, linestyle=dash, label=f"t, k = {k}, 95 % in ±{within}")
    student.set(xlabel="t", title="Student's t", ylim=(0, 0.62))
    student.legend(loc="upper center")
    x = np.linspace(0.05, 20, 400)
    for k, colour, dash in ((1, BLUE, ":"), (3, VERMILION, "--"), (10, ORANGE, "-")):
        squares.plot(x, chi2_density(x, k), color=colour, linestyle=dash, label=f"k = {k}: mean {k}, variance {2 * k}")
    squares.set(xlabel="sum of k squares", title="chi-squared", ylim=(0, 0.42))
    squares.legend(loc="upper right")


def student_density(t: Array, k: int) -> Any:
    """Return the density of Student's t with k degrees of freedom."""
    constant = np.exp(lgamma((k + 1) / 2) - lgamma(k / 2)) / np.sqrt(k * np.pi)
    return constant * (1 + t**2 / k) ** (-(k + 1) / 2)


def chi2_density(x: Array, k: int) -> Any:
    """Return the density of the sum of k squares of independent standard normal numbers, for x > 0."""
    return np.exp((k / 2 - 1) * np.log(x) - x / 2 - k / 2 * np.log(2) - lgamma(k / 2))


PICTURES: dict[str, tuple[int, float, Callable[[Any], None]]] = {
    "quadratic": (2, 3.0, quadratic_form),
    "svd": (4, 2.0, singular_values),
    "convexity": (2, 2.8, convexity),
    "families": (2, 2.8, families),
}
