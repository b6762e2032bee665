"""Frames of a step-through picture: one PNG a state, all with one layout so that nothing jumps between them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import reduce
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.style import canvas, set_plain_exponents, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas
    from matplotlib.transforms import Bbox

MOST_FRAMES = 40
MOST_PERTURBED = 10  # frames of each of the other recordings
THIS_RUN = "this run"
PIXELS = 960  # of a frame's width: what a page shows
MOST_DPI = 130  # of a narrow frame on a page
PALETTE = 256  # colours a frame: enough for a drawing with shaded areas, and its file is half as large


@dataclass(frozen=True)
class Place:
    """A point, what is predicted of it, and its axes.

    Parameters
    ----------
    x, y : float
        The point in data.
    free : {"xy", "x", "y"}
        As in `Target`.
    at : tuple of float
        The point in parts of the picture from its top left.
    left, top, width, height : float
        Box of the axes in parts of the picture.
    x_limits, y_limits : tuple of float
        Ends of the axes.
    x_log, y_log : bool
        Whether they are logarithmic.
    """

    x: float
    y: float
    free: str
    at: tuple[float, float]
    left: float
    top: float
    width: float
    height: float
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    x_log: bool
    y_log: bool


@dataclass(frozen=True)
class Frame:
    """One frame of an animation.

    An image, a sentence about it (empty if the drawing function returned none), and the point whose next place the
    reader may predict.
    """

    png: bytes
    caption: str
    place: Place | None = None


def draw_recordings(animation: Animation, model: Any, data: Dataset, pixels: int = PIXELS) -> dict[str, list[Frame]]:
    """Draw the animation's frames, and some of each perturbed recording, by what was changed.

    Parameters
    ----------
    animation : Animation
        What to draw.
    model, data :
        The reported model and its data.
    pixels : int
        Width of a frame.

    Returns
    -------
    dict of str to list of Frame
        Each evenly thinned to at most `MOST_FRAMES`, `MOST_PERTURBED` of the others, with the first and the last kept.

    Raises
    ------
    NotApplicable
        When the animation says nothing about this data. Another recording that says nothing is left out.
    """
    states = {THIS_RUN: _thin(list(animation.frames(model, data)), MOST_FRAMES)}
    for change, frames in animation.perturbed.items():
        with suppress(NotApplicable):
            states[change] = _thin(list(frames(model, data)), MOST_PERTURBED)
    first, *others = states.values()
    with style(), _titles_in_place():
        places = _places(animation, [first[0], first[-1], *(other[-1] for other in others)], data)
        return {
            change: [_frame(animation, state, data, places, pixels) for state in some]
            for change, some in states.items()
        }


def draw_frames(animation: Animation, model: Any, data: Dataset, pixels: int = PIXELS) -> list[Frame]:
    """Draw the frames of the animation itself, as `draw_recordings` does.

    Raises
    ------
    NotApplicable
        When the animation says nothing about this data.
    """
    own = replace(animation, perturbed={})
    return draw_recordings(own, model, data, pixels)[THIS_RUN]


@contextmanager
def _titles_in_place() -> Iterator[None]:
    """Titles just above their axes, without a look at all ticks that could be there: a fifth of a frame's time."""
    from matplotlib import rc_context

    with rc_context({"axes.titley": 1.0}):
        yield


def _thin(states: Sequence[Any], most: int) -> list[Any]:
    last = len(states) - 1
    return [states[k] for k in np.unique(np.linspace(0, last, min(most, last + 1)).round().astype(int))]


def draw_state(animation: Animation, state: Any, data: Dataset) -> "tuple[Canvas, str]":
    """Draw one state, and return the figure with the sentence about it."""
    fig, axes = canvas(animation.rows, animation.columns, animation.size)
    caption = animation.draw(axes, state, data) or ""
    set_plain_exponents(fig)
    return fig, caption


def _places(animation: Animation, states: Sequence[Any], data: Dataset) -> "list[Bbox]":
    """Where each of the axes goes in every frame: within where each of some states alone would put it."""
    from matplotlib.transforms import Bbox

    layouts = [_layout(animation, state, data) for state in states]
    return [reduce(lambda a, b: Bbox.intersection(a, b) or a, boxes) for boxes in zip(*layouts, strict=False)]


def _layout(animation: Animation, state: Any, data: Dataset) -> "list[Bbox]":
    fig, _ = draw_state(animation, state, data)
    engine = fig.get_layout_engine()
    assert engine is not None  # the shared style sets one
    engine.execute(fig)
    return [axes.get_position(original=True) for axes in fig.axes]


def _frame(animation: Animation, state: Any, data: Dataset, places: "Sequence[Bbox]", pixels: int) -> Frame:
    fig, caption = draw_state(animation, state, data)
    fig.set_layout_engine("none")
    for axes, place in zip(fig.axes, places, strict=False):
        axes.set_position(place)
    png = _png(fig, pixels)
    target = animation.target and animation.target(state, data)
    return Frame(png, caption, _place(fig.axes[target.axes], target) if target else None)


def _place(axes: Any, target: Target) -> Place:
    """Where a target is, once its picture has been drawn."""
    box = axes.get_position()
    across, up = axes.figure.transFigure.inverted().transform(axes.transData.transform((target.x, target.y)))
    return Place(
        x=float(target.x),
        y=float(target.y),
        free=target.free,
        at=(float(across), 1 - float(up)),
        left=float(box.x0),
        top=1 - float(box.y1),
        width=float(box.width),
        height=float(box.height),
        x_limits=_limits(axes.get_xlim()),
        y_limits=_limits(axes.get_ylim()),
        x_log=axes.get_xscale() == "log",
        y_log=axes.get_yscale() == "log",
    )


def _limits(ends: Sequence[float]) -> tuple[float, float]:
    return float(ends[0]), float(ends[1])


def _png(fig: "Canvas", pixels: int) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    fig.set_dpi(min(MOST_DPI * pixels / PIXELS, pixels / fig.get_figwidth()))
    agg: Any = FigureCanvasAgg(fig)
    agg.draw()
    image = Image.fromarray(np.asarray(agg.buffer_rgba())).convert("RGB")
    stream = BytesIO()
    colours = image.quantize(PALETTE, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)  # keeps a small mark
    colours.save(stream, "png")
    return stream.getvalue()


def gif(frames: Sequence[Frame], milliseconds: int) -> bytes:
    """Return the frames as one animated GIF that begins again at its end, for slides.

    Parameters
    ----------
    frames : sequence of Frame
        At least one.
    milliseconds : int
        How long each is shown; the last is shown four times as long.
    """
    from PIL import Image

    images = [Image.open(BytesIO(frame.png)).convert("RGB") for frame in frames]
    small = [image.resize((PIXELS, PIXELS * image.height // image.width)) for image in images]
    stream = BytesIO()
    times = [milliseconds] * (len(small) - 1) + [4 * milliseconds]
    small[0].save(stream, "gif", save_all=True, append_images=small[1:], duration=times, loop=0)
    return stream.getvalue()
