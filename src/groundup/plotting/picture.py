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
        Why there is no file: why the figure does not apply, or what failed.
    failed : bool
        Whether drawing failed, which costs this figure and nothing else of a report.
    """

    name: str
    title: str
    caption: str
    width: float
    suffix: str = "svg"
    content: bytes = b""
    reason: str = ""
    failed: bool = False

    @property
    def file(self) -> str:
        """Name of the file that `content` goes to."""
        return f"{self.name}.{self.suffix}"


def picture(figure: Figure, model: Any, data: Dataset) -> Picture:
    """Draw `figure` for a fitted model, and return its file or the reason why there is none."""
    about = (figure.name, figure.title, figure.caption, figure.size[0])
    try:
        return Picture(*about, *draw(figure, model, data))
    except NotApplicable as why:
        return Picture(*about, reason=str(why))
    except Exception as error:  # Whatever it is, the other figures and the numbers of the report are not lost with it.
        return Picture(*about, reason=failure(error), failed=True)


def draw(figure: Figure, model: Any, data: Dataset) -> tuple[str, bytes]:
    """Return suffix and content of a figure's file: SVG unless it asks for PNG or would be heavy.

    Raises
    ------
    NotApplicable
        When the figure says nothing about this data.
    """
    from groundup.plotting.style import encode

    fig = figure.render(model, data)
    if not figure.raster and len(svg := encode(fig, "svg")) <= HEAVY:
        return "svg", svg
    return "png", encode(fig, "png")


def failure(error: Exception) -> str:
    """Return what went wrong while drawing, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
