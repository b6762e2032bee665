"""Figures and frames: the shared style applies, the bytes repeat, the layout holds still."""

import re
import warnings
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from PIL import Image

from groundup.plotting import picture as pictures
from groundup.plotting.animate import MOST_FRAMES, draw_frames
from groundup.plotting.curves import learning_curves
from groundup.plotting.figure import Animation, figure
from groundup.plotting.picture import picture
from groundup.plotting.style import COLOURS, canvas, encode
from support import tiny_project

DATA = tiny_project.make(0)
MODEL = tiny_project.Mean().fit(DATA.X)


def animation(states, draw):
    return Animation("Title", "Caption.", 1, 1, (4, 3), lambda model, data: states, draw)


def test_style_applies_while_drawing():
    """Settings that Matplotlib reads when text or a legend is made are lost outside the style."""
    fig = tiny_project.values.render(MODEL, DATA)
    legend = fig.axes[0].get_legend()
    assert not legend.get_frame_on()
    assert legend.get_texts()[0].get_fontsize() == 9


def test_readers_own_settings_do_not_matter():
    """A matplotlibrc with a dark style or another font changes the figures, or is changed by them."""
    before = encode(tiny_project.values.render(MODEL, DATA), "svg")
    with matplotlib.rc_context({"font.size": 25, "axes.facecolor": "black", "svg.hashsalt": None}):
        assert encode(tiny_project.values.render(MODEL, DATA), "svg") == before
        assert matplotlib.rcParams["font.size"] == 25


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_bytes_repeat(suffix):
    """The date, or random ids, in the file: each run is another file."""
    one, two = (encode(tiny_project.values.render(MODEL, DATA), suffix) for _ in range(2))
    assert one == two
    assert not re.search(rb"<dc:date>|CreationDate|Creation Time", one)


def test_title_and_caption_are_the_docstring():
    """The first line taken into the caption; line breaks kept in it."""
    drawn = picture(tiny_project.values, MODEL, DATA)
    assert drawn.title == "Values and their mean"
    assert drawn.caption == "Every row as a dot, and the fitted mean as a line."
    assert (drawn.file, drawn.width) == ("values.svg", 5.2)


def test_heavy_svg_becomes_png(monkeypatch):
    """A cloud of a hundred thousand points makes a page of many megabytes."""
    monkeypatch.setattr(pictures, "HEAVY", 1_000)
    drawn = picture(tiny_project.values, MODEL, DATA)
    assert drawn.suffix == "png"
    assert drawn.content.startswith(b"\x89PNG")


def test_figure_that_does_not_apply_has_a_reason():
    """An exception that ends the report, or a figure silently left out."""
    drawn = picture(tiny_project.plane, MODEL, DATA)
    assert (drawn.content, drawn.reason) == (b"", "the data has no <plane>.")


def test_error_in_a_figure_costs_this_figure_only():
    """A bug in a drawing function ends the report, or is passed off as 'not applicable'."""

    @figure()
    def wrong(axes, model, data):
        """Title"""
        raise KeyError("x")

    drawn = picture(wrong, MODEL, DATA)
    assert (drawn.content, drawn.failed, drawn.reason) == (b"", True, "KeyError: 'x'")
    assert not picture(tiny_project.plane, MODEL, DATA).failed
    with pytest.raises(KeyError):
        pictures.draw(wrong, MODEL, DATA)


def test_frames_are_thinned_with_both_ends():
    """The last state, which is the answer, is thinned away; or a thousand frames fill the page."""
    seen = []
    frames = draw_frames(animation(range(1000), lambda axes, k, data: seen.append(k)), MODEL, DATA)
    drawn = seen[2:]  # the first two are for the layout
    assert len(frames) == len(drawn) == MOST_FRAMES
    assert (drawn[0], drawn[-1]) == (0, 999)
    assert drawn == sorted(set(drawn))
    assert max(np.diff(drawn)) - min(np.diff(drawn)) <= 1


def test_one_frame_is_enough():
    """A closed-form fit has one state."""
    assert len(draw_frames(animation([7], lambda axes, k, data: None), MODEL, DATA)) == 1


def test_captions_are_what_drawing_returns():
    """Captions one frame late."""
    frames = draw_frames(animation([3, 1, 2], lambda axes, k, data: f"k = {k}"), MODEL, DATA)
    assert [frame.caption for frame in frames] == ["k = 3", "k = 1", "k = 2"]


def test_axes_hold_still_between_frames():
    """Longer tick labels in one frame move the axes, so that the picture jumps while it plays, or are cut off."""
    drawn = []

    def draw(axes, k, data):
        drawn.append(axes)
        axes.plot([0, 10.0**k])
        axes.set_ylabel("height [m]")

    frames = draw_frames(animation(range(6), draw), MODEL, DATA)
    boxes = {tuple(np.round(axes.get_position().bounds, 12)) for axes in drawn[2:]}
    assert len(boxes) == 1
    for axes in drawn[2:]:
        inside = axes.get_tightbbox()
        assert inside.x0 >= 0
        assert inside.y0 >= 0
        assert inside.x1 <= axes.figure.bbox.x1
        assert inside.y1 <= axes.figure.bbox.y1
    assert len({Image.open(BytesIO(frame.png)).size for frame in frames}) == 1


def test_frames_keep_their_colours_and_repeat():
    """A palette too small to keep the colours of the lines apart, or one that mixes white with pale grey."""
    shown = (*COLOURS, "#FAFAFA", "#F2F2F2")

    def draw(axes, k, data):
        axes.set_axis_off()
        for row, colour in enumerate(shown):
            axes.axhspan(row, row + 1, color=colour)

    one, two = (draw_frames(animation([0], draw), MODEL, DATA)[0].png for _ in range(2))
    assert one == two
    counts = {colour: n for n, colour in Image.open(BytesIO(one)).convert("RGB").getcolors()}
    assert (255, 255, 255) in counts
    for colour in shown:
        exact = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
        nearest = min(counts, key=lambda found: np.abs(np.subtract(found, exact)).max())
        assert np.abs(np.subtract(nearest, exact)).max() <= 4
        assert counts[nearest] > 10_000


def test_a_small_mark_keeps_its_colour_among_many_shades():
    """A palette that is spent on a picture of many shades, in which the dot that the reader predicts turns grey."""

    def draw(axes, k, data):
        axes.imshow(np.random.default_rng(0).random((30, 30)), aspect="auto")
        axes.plot(15, 15, "o", color="#D55E00", markersize=9)

    shown = Image.open(BytesIO(draw_frames(animation([0], draw), MODEL, DATA)[0].png)).convert("RGB").getcolors()
    assert sum(n for n, colour in shown if np.abs(np.subtract(colour, (0xD5, 0x5E, 0x00))).max() <= 16) > 50


def test_learning_curves_leave_out_what_tells_nothing():
    """A counter drawn as if it were a result; a flat line; a log axis over zeros or a linear one over decades."""
    history = {
        "n_iter": np.arange(1, 6), "loss": 10.0 ** -np.arange(5), "rate": np.full(5, 0.1),
        "score": np.array([-1.0, 0.001, 0.1, 1.0, 10.0]), "missing": np.full(5, np.nan),
    }  # fmt: skip
    drawn = learning_curves(history)
    assert drawn.columns == 2
    axes = drawn.render(None, DATA).axes
    assert [panel.get_ylabel() for panel in axes] == ["loss", "score"]
    assert [panel.get_yscale() for panel in axes] == ["log", "linear"]
    np.testing.assert_array_equal(axes[0].lines[0].get_ydata(), history["loss"])
    assert learning_curves({"loss": np.array([1.0])}) is None
    assert learning_curves({"n_iter": np.arange(9)}) is None
    assert learning_curves({}) is None


def test_fresh_start_breaks_the_curve():
    """The last loss of one start joined to the first of the next, as if the fit had got worse; zeros on a log axis."""
    drawn = learning_curves({"loss": np.array([9.0, 1.0, 0.0, 8.0, 0.01]), "iteration": np.array([1, 2, 3, 1, 2])})
    line = drawn.render(None, DATA).axes[0].lines[0]
    np.testing.assert_array_equal(line.get_xdata(), [0, 1, 2, np.nan, 3, 4])
    np.testing.assert_array_equal(line.get_ydata(), [9, 1, np.nan, np.nan, 8, 0.01])


def test_canvas_needs_no_display():
    """pyplot would open windows, and keep every figure in memory."""
    import sys

    canvas(1, 1, (2, 2))
    assert "matplotlib.pyplot" not in sys.modules or matplotlib.pyplot.get_fignums() == []


def test_a_letter_that_the_font_lacks_is_no_news():
    """Catches a warning of Matplotlib for every emoji in the name of a column."""
    fig, axes = canvas(1, 1, (3, 2))
    axes.set_xlabel("\N{GRINNING FACE} mood")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert encode(fig, "png")
