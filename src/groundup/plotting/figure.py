"""What a figure is: a function that draws into given axes, and its title and caption for the reader.

A project writes ``def residuals(axes, model, data)`` and decorates it with its panels. The first line of the
function's docstring is the figure's title, the rest its caption. The first paragraph of the caption tells how to read
the picture; a second one is about data of other kinds, and left out in the book, which knows its data.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from groundup.data.dataset import Dataset

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas


class NotApplicable(Exception):
    """Raised by a figure that cannot be drawn for this data; its message tells the reader why."""


@dataclass(frozen=True)
class Figure:
    """A drawing function with its layout.

    Parameters
    ----------
    draw : callable
        ``draw(axes, model, data)``; `axes` is one Axes, or an array of them of shape ``(rows, columns)`` with
        singleton dimensions dropped.
    rows, columns : int
        Panels.
    size : tuple of float
        Width and height in inches.
    raster : bool
        Save as PNG: for images and clouds of very many points; SVG otherwise.
    """

    draw: Callable[[Any, Any, Dataset], None]
    rows: int
    columns: int
    size: tuple[float, float]
    raster: bool

    @property
    def name(self) -> str:
        """Name of the function: the file's stem."""
        return self.draw.__name__

    @property
    def title(self) -> str:
        """First line of the function's docstring."""
        return (inspect.getdoc(self.draw) or "").partition("\n")[0]

    @property
    def caption(self) -> str:
        """The rest of the docstring, as one paragraph."""
        return " ".join((inspect.getdoc(self.draw) or "").partition("\n")[2].split())

    @property
    def book_caption(self) -> str:
        """The first paragraph of the caption."""
        _, _, rest = (inspect.getdoc(self.draw) or "").partition("\n")
        return " ".join(rest.strip().split("\n\n")[0].split())

    def render(self, model: Any, data: Dataset) -> Canvas:
        """Draw for a fitted model, in the shared style.

        Raises
        ------
        NotApplicable
            When the figure says nothing about this data.
        """
        from groundup.plotting.style import canvas, set_plain_exponents, style

        with style():
            fig, axes = canvas(self.rows, self.columns, self.size)
            self.draw(axes, model, data)
            set_plain_exponents(fig)
        return fig


def figure(
    rows: int = 1, columns: int = 1, size: tuple[float, float] | None = None, raster: bool = False
) -> Callable[[Callable[[Any, Any, Dataset], None]], Figure]:
    """Decorate a drawing function with its layout; by default 5.2 × 3.8 inches a panel."""

    def decorate(draw: Callable[[Any, Any, Dataset], None]) -> Figure:
        return Figure(draw, rows, columns, size or (5.2 * columns, 3.8 * rows), raster)

    return decorate


@dataclass(frozen=True)
class Target:
    """A point of a frame whose next place the reader may predict.

    Parameters
    ----------
    axes : int
        Number of its axes.
    x, y : float
        Where it is in data.
    free : {"xy", "x", "y"}
        What is predicted. Both need axes of one unit, since the player tells how far from the point the reader's mark
        is. Of axes with two units only one is predicted, and the other is known: the next step, the next angle.
    """

    axes: int
    x: float
    y: float
    free: Literal["xy", "x", "y"] = "xy"


@dataclass(frozen=True)
class Animation:
    """A step-through picture of an algorithm: one frame a state.

    Parameters
    ----------
    title, caption : str
        For the reader.
    rows, columns, size :
        As in `Figure`.
    frames : callable
        ``frames(model, data) -> iterable of frames``: anything that `draw` understands, at most about 40, made from
        ``model.steps``.
    draw : callable
        ``draw(axes, frame, data)`` draws one frame into fresh axes, and may return a sentence about it: what happened
        in this step, with its numbers. The player prints it below the frame.
    target : callable, optional
        ``target(frame, data)`` returns the `Target` of a frame, or None. Nothing is asked where it stays.
    question : str
        What the reader is asked to predict, as "Where will the point be after the next step?".
    perturbed : mapping of str to callable
        Other recordings, by what was changed, as "step 1.9 / L"; called as `frames`. A few frames of each are drawn;
        one that raises NotApplicable is left out.
    """

    title: str
    caption: str
    rows: int
    columns: int
    size: tuple[float, float]
    frames: Callable[[Any, Dataset], Iterable[Any]]
    draw: Callable[[Any, Any, Dataset], str | None]
    target: Callable[[Any, Dataset], Target | None] | None = None
    question: str = ""
    perturbed: Mapping[str, Callable[[Any, Dataset], Iterable[Any]]] = field(default_factory=dict)
