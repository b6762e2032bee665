"""What notebooks and terminals show of states, certificates and curves."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import pytest

from groundup.core.display import BAD, GOOD, HEIGHT, MARGIN, WIDTH, Printed, brief, html_curve, shown
from groundup.core.estimator.certificate import Certificate
from support.notebook import rows_of


@dataclass(frozen=True)
@shown
class Progress:
    """A state of a made-up algorithm."""

    step: int
    value: float
    path: np.ndarray
    label: str = "<i>a & b</i>"


def points(values):
    """The parts of the curve's path as arrays of points (x, y)."""
    path = ElementTree.fromstring(html_curve(np.asarray(values, dtype=float)))[0].get("d")
    return [np.array([pair.split(",") for pair in re.split("L", part)], dtype=float) for part in path.split("M")[1:]]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1 / 3, "0.333333"),
        (np.float32(0.5), "0.5"),
        (True, "True"),
        (np.int64(7), "7"),
        (2**70, str(2**70)),
        (np.array([1.0, 0.25]), "[1. , 0.25]"),
        (np.arange(600).reshape(200, 3), "int64 array of shape (200, 3), from 0 to 599"),
        (np.full(20, np.nan), "float64 array of shape (20,)"),
        (np.array([np.inf] * 10 + [2.0] * 10), "float64 array of shape (20,), from 2 to 2"),
        (np.array(["a"] * 20), "<U1 array of shape (20,)"),
        (np.empty((0, 3)), "[]"),
        ((1, 2.0), "(1, 2)"),
        (list(range(100)), "[100 entries]"),
        ("a\nb", "'a\\nb'"),
    ],
)
def test_values_are_told_in_a_line(value, words):
    """Bug caught: arrays printed in full, NaN in a range, text that breaks the line."""
    assert brief(value) == words


def test_a_long_text_is_cut():
    """Bug caught: a cell of a megabyte."""
    assert brief("x" * 1000) == "'" + "x" * 199 + "…"


def test_a_state_shows_its_fields_in_brief():
    """Bug caught: a dataclass's own repr with all its arrays; text of the data that becomes HTML."""
    state = Progress(3, 0.1 + 0.2, np.arange(30.0))
    assert repr(state) == (
        "Progress(step=3, value=0.3, path=float64 array of shape (30,), from 0 to 29, label='<i>a & b</i>')"
    )
    assert rows_of(state._repr_html_()) == [
        ["step", "3"],
        ["value", "0.3"],
        ["path", "float64 array of shape (30,), from 0 to 29"],
        ["label", "'<i>a & b</i>'"],
    ]


def test_a_certificate_begins_with_its_verdict():
    """Bug caught: a cell that shows the fields and not whether the claim holds; a failure in green."""
    good = Certificate("a < b", "b − a", 1e-9, 1e-6)
    bad = Certificate("a < b", "b − a", float("nan"), 1e-6)
    assert repr(good).startswith("Certificate(holds, claim='a < b'")
    assert repr(bad).startswith("Certificate(FAILS, claim='a < b'")
    for certificate, words, colour, other in ((good, "✓ holds", GOOD, BAD), (bad, "✗ FAILS", BAD, GOOD)):
        html = certificate._repr_html_()
        assert "".join(ElementTree.fromstring(html)[0].itertext()).startswith(words)
        assert colour in html
        assert other not in html
        assert ["claim", "a < b"] in rows_of(html)
    assert ["value", "1e-09"] in rows_of(good._repr_html_())


def test_a_printed_object_is_its_text():
    """Bug caught: a summary whose repr is a list of arrays; markup from the name of a column."""

    class Report(Printed):
        def __str__(self):
            return "x<y\n  1"

    assert repr(Report()) == "x<y\n  1"
    assert Report()._repr_html_() == "<pre>x&lt;y\n  1</pre>"


def test_a_curve_has_its_points_where_they_belong():
    """Bugs caught: a curve upside down, or outside its box."""
    (line,) = points([0.0, 1.0, 4.0])
    left, right, top, bottom = MARGIN, WIDTH - MARGIN, MARGIN, HEIGHT - MARGIN
    assert np.allclose(line, [[left, bottom], [WIDTH / 2, bottom - (bottom - top) / 4], [right, top]], atol=0.051)


def test_a_curve_over_decades_is_logarithmic():
    """Bug caught: a loss that falls by a factor of ten a step, drawn as one fall and a flat line."""
    (line,) = points([1e-4, 1e-2, 1.0])
    assert np.allclose(np.diff(line[:, 1]), -(HEIGHT - 2 * MARGIN) / 2, atol=0.11)
    (line,) = points([0.0, 1e-2, 1.0])  # zero has no logarithm
    assert line[1, 1] > HEIGHT - MARGIN - 1


def test_a_curve_has_gaps_and_no_more_points_than_it_can_show():
    """Bugs caught: NaN in the path, which browsers then drop as a whole; a megabyte of SVG for a long fit."""
    parts = points([1.0, 2.0, np.nan, 3.0, np.inf, -1.0, -2.0])
    assert [len(part) for part in parts] == [2, 1, 2]
    (line,) = points(np.linspace(0, 1, 100_000))
    assert len(line) == 320
    assert html_curve(np.array([2.0, 2.0, np.nan])) == ""
    assert html_curve(np.array([])) == ""
    (line,) = points([-1.7e308, 1.7e308])  # whose difference overflows
    assert np.allclose(line[:, 1], [HEIGHT - MARGIN, MARGIN])
