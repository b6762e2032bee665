"""Frames of a step-through picture: one PNG a state, all with one layout so that nothing jumps between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation
from groundup.plotting.style import canvas, set_plain_exponents, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas
    from matplotlib.transforms import Bbox

MOST_FRAMES = 40
PIXELS = 960  # of a frame's width: what a page shows
MOST_DPI = 130  # of a narrow frame
PALETTE = 256  # colours a frame: enough for a drawing with shaded areas, and its file is half as large


@dataclass(frozen=True)
class Frame:
    """One frame of an animation: an image, and a sentence about it (empty if the drawing function returned none)."""

    png: bytes
    caption: str


def draw_frames(animation: Animation, model: Any, data: Dataset) -> list[Frame]:
    """Draw the animation's frames, evenly thinned to at most `MOST_FRAMES` that keep the first and the last.

    Raises
    ------
    NotApplicable
        When the animation says nothing about this data.
    """
    states = _thin(list(animation.frames(model, data)))
    with style():
        places = _places(animation, states, data)
        return [_frame(animation, state, data, places) for state in states]


def _thin(states: Sequence[Any]) -> list[Any]:
    last = len(states) - 1
    return [states[k] for k in np.unique(np.linspace(0, last, min(MOST_FRAMES, last + 1)).round().astype(int))]


def draw_state(animation: Animation, state: Any, data: Dataset) -> "tuple[Canvas, str]":
    """Draw one state, and return the figure with the sentence about it."""
    fig, axes = canvas(animation.rows, animation.columns, animation.size)
    caption = animation.draw(axes, state, data) or ""
    set_plain_exponents(fig)
    return fig, caption


def _places(animation: Animation, states: Sequence[Any], data: Dataset) -> "list[Bbox]":
    """Where each of the axes goes in every frame: within where the first and the last frame alone would put it."""
    from matplotlib.transforms import Bbox

    first, last = (_layout(animation, state, data) for state in (states[0], states[-1]))
    return [Bbox.intersection(a, b) or a for a, b in zip(first, last, strict=False)]


def _layout(animation: Animation, state: Any, data: Dataset) -> "list[Bbox]":
    fig, _ = draw_state(animation, state, data)
    engine = fig.get_layout_engine()
    assert engine is not None  # the shared style sets one
    engine.execute(fig)
    return [axes.get_position(original=True) for axes in fig.axes]


def _frame(animation: Animation, state: Any, data: Dataset, places: "Sequence[Bbox]") -> Frame:
    fig, caption = draw_state(animation, state, data)
    fig.set_layout_engine("none")
    for axes, place in zip(fig.axes, places, strict=False):
        axes.set_position(place)
    return Frame(_png(fig), caption)


def _png(fig: "Canvas") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    fig.set_dpi(min(MOST_DPI, PIXELS / fig.get_figwidth()))
    agg: Any = FigureCanvasAgg(fig)
    agg.draw()
    image = Image.fromarray(np.asarray(agg.buffer_rgba())).convert("RGB")
    stream = BytesIO()
    colours = image.quantize(PALETTE, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)  # keeps white white
    colours.save(stream, "png")
    return stream.getvalue()
