"""One look for all figures: colours that the colour-blind can tell apart, and lines that differ in print too."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe & Ito's palette, ordered so that neighbours differ in lightness as well as in hue.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000",
)  # fmt: skip
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK, YELLOW)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))

_SETTINGS: dict[Any, Any] = {
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "svg.fonttype": "path",  # the same look wherever the file is opened
    "svg.hashsalt": "groundup",  # the same figure gives the same file
    "image.cmap": "cividis",
    "text.parse_math": False,  # names of columns and classes are text, whatever dollar signs they hold
}

_SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


@contextmanager
def style() -> Iterator[None]:
    """The shared settings, as a context: ``with style(): ...``. The reader's own matplotlibrc changes nothing.

    Matplotlib reads some settings when a thing is made and others when the figure is saved: do both inside.
    """
    import matplotlib
    from cycler import cycler

    cycle = cycler(color=list(COLOURS)) + cycler(linestyle=[DASHES[k % len(DASHES)] for k in range(len(COLOURS))])
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # A name of the user's, as an emoji.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS | {"axes.prop_cycle": cycle})
        yield


def canvas(rows: int, columns: int, size: tuple[float, float]) -> "tuple[Figure, Any]":
    """A figure in the shared style and its axes (one, or an array of them), independent of any display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with style():
        fig = Figure(figsize=size)
        FigureCanvasAgg(fig)
        axes = fig.subplots(rows, columns, squeeze=True)
    return fig, axes


def set_plain_exponents(fig: "Figure") -> None:
    """Write the ticks of logarithmic axes as 10², which Matplotlib would leave to its parser of formulas."""
    from matplotlib.ticker import LogFormatterSciNotation

    class Plain(LogFormatterSciNotation):
        def __call__(self, x: float, pos: int | None = None) -> str:
            formula: str = super().__call__(x, pos)
            text = formula.removeprefix("$\\mathdefault{").removesuffix("}$").replace("\\times", "×")
            return re.sub(r"\^\{(.*?)\}", lambda power: power[1].translate(_SUPERSCRIPTS), text)

    for axis in (axis for axes in fig.axes for axis in (axes.xaxis, axes.yaxis)):
        for level in ("major", "minor"):
            if isinstance(getattr(axis, f"get_{level}_formatter")(), LogFormatterSciNotation):
                getattr(axis, f"set_{level}_formatter")(Plain())


def encode(fig: "Figure", suffix: str) -> bytes:
    """The file of a figure: "svg", "png" or "pdf". The same figure gives the same bytes, whenever it is saved."""
    stream = BytesIO()
    dated = {"svg": "Date", "pdf": "CreationDate"}.get(suffix)
    with style():
        fig.savefig(stream, format=suffix, metadata={dated: None} if dated else None)
    return stream.getvalue()
