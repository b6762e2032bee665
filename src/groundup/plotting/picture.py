"""A figure drawn and encoded: the bytes of its file, or the reason why there is none."""

from dataclasses import dataclass
from typing import Any

from groundup.data.dataset import Dataset
from groundup.plotting.figure import Figure, NotApplicable

HEAVY = 400_000  # bytes: a larger SVG slows the page down, and its PNG is smaller


@dataclass(frozen=True)
class Picture:
    """What a reader sees of a figure.

    Parameters
    ----------
    name, title, caption : str
        As the figure's.
    width : float
        In inches.
    suffix : {"svg", "png"}
        Format of `content`.
    content : bytes
        The file; empty when the figure does not apply to the data.
    reason : str
        Why it does not apply.
    """

    name: str
    title: str
    caption: str
    width: float
    suffix: str = "svg"
    content: bytes = b""
    reason: str = ""

    @property
    def file(self) -> str:
        """Name of the file that `content` goes to."""
        return f"{self.name}.{self.suffix}"


def picture(figure: Figure, model: Any, data: Dataset) -> Picture:
    """Draw `figure` for a fitted model: SVG unless it asks for PNG or would be heavy."""
    from groundup.plotting.style import encode

    about = (figure.name, figure.title, figure.caption, figure.size[0])
    try:
        fig = figure.render(model, data)
    except NotApplicable as why:
        return Picture(*about, reason=str(why))
    if not figure.raster and len(svg := encode(fig, "svg")) <= HEAVY:
        return Picture(*about, "svg", svg)
    return Picture(*about, "png", encode(fig, "png"))
