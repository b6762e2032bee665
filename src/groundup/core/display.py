"""Objects as notebooks and terminals show them: short text, and HTML whose text is escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from html import escape
from numbers import Integral, Real
from typing import Any, TypeVar

import numpy as np

from groundup.core.types import Array

T = TypeVar("T")
FEW = 12  # An array or a list of at most this many entries is shown in full.
LONGEST = 200  # Most characters of any other value.
GOOD, BAD, INK = "#1a7f37", "#cf222e", "#0072B2"  # green, red, and the colour of curves
DECADES = 100  # Ratio of largest to smallest value from which a positive curve is drawn logarithmically.
WIDTH, HEIGHT, MARGIN = 160.0, 36.0, 3.0  # of a curve, in pixels
MOST_POINTS = 320  # of a curve: two a pixel


def brief(value: Any) -> str:
    """Return a value in one line: numbers to six digits, large arrays by shape and range."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Real) and not isinstance(value, Integral):
        return f"{float(value):.6g}"
    if isinstance(value, np.ndarray):
        return _brief_array(value)
    if isinstance(value, (tuple, list)):
        inner = ", ".join(map(brief, value)) if len(value) <= FEW else f"{len(value)} entries"
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, dict) and len(value) > FEW:
        return f"{{{len(value):,} entries}}"
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _brief_array(array: Array) -> str:
    if array.size <= FEW:
        numbers = array.dtype.kind == "f"
        return " ".join(np.array2string(array, separator=", ", precision=6 if numbers else None).split())
    text = f"{array.dtype} array of shape {array.shape}"
    finite = array[np.isfinite(array)] if array.dtype.kind in "fiu" else array[:0]
    return f"{text}, from {finite.min():.6g} to {finite.max():.6g}" if finite.size else text


def html_table(rows: Iterable[Sequence[str]], *, head: Sequence[str] = (), caption: str = "") -> str:
    """Return an HTML table of cells that are HTML already; the first cell of a row names it."""
    left = "style='text-align:left'"
    top = f"<caption {left}>{caption}</caption>" if caption else ""
    if head:
        top += f"<tr>{''.join(f'<th {left}>{cell}</th>' for cell in head)}</tr>"
    body = "".join(
        f"<tr><th {left}>{first}</th>{''.join(f'<td {left}>{cell}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return f"<table>{top}{body}</table>"


def html_verdict(good: bool, words: str) -> str:
    """Return words in green with a tick or in red with a cross."""
    colour, sign = (GOOD, "✓") if good else (BAD, "✗")
    return f"<b style='color:{colour}'>{sign} {escape(words)}</b>"


def html_curve(values: Array, label: str = "") -> str:
    """Return a small curve as inline SVG, "" for values that do not vary.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Heights; what is not finite leaves a gap. Positive heights that span decades are drawn logarithmically.
    label : str
        What a screen reader says.
    """
    values = np.where(np.isfinite(values), values, np.nan)
    finite = values[~np.isnan(values)]
    if len(finite) < 2 or finite.min() == finite.max():
        return ""
    if finite.min() > 0 and finite.max() / DECADES > finite.min():
        values, finite = np.log(values), np.log(finite)
    at = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_POINTS)).round().astype(int))
    low, spread = finite.min() / 2, finite.max() / 2 - finite.min() / 2  # halved, so that no difference overflows
    x = MARGIN + (WIDTH - 2 * MARGIN) * at / (len(values) - 1)
    y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * ((values[at] / 2 - low) / spread)
    known = ~np.isnan(y)
    begins = known & ~np.concatenate([[False], known[:-1]])
    path = "".join(
        f"{'M' if first else 'L'}{a:.1f},{b:.1f}"
        for a, b, first in zip(x[known], y[known], begins[known], strict=True)
    )  # fmt: skip
    size = f"width='{WIDTH:g}' height='{HEIGHT:g}' viewBox='0 0 {WIDTH:g} {HEIGHT:g}'"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' aria-label='{escape(label)}' {size}>"
        f"<path d='{path}' fill='none' stroke='{INK}' stroke-width='1.5'/></svg>"
    )


def shown(kind: type[T]) -> type[T]:
    """Let a dataclass show its fields briefly, where it does not say itself how it is shown."""
    for name, method in (("__repr__", _one_line), ("_repr_html_", _table_of_fields)):
        if name not in vars(kind):
            setattr(kind, name, method)
    return kind


def _one_line(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in _brief_fields(self))})"


def _table_of_fields(self: Any) -> str:
    rows = [(escape(name), escape(value)) for name, value in _brief_fields(self)]
    return html_table(rows, caption=f"<b>{escape(type(self).__name__)}</b>")


def _brief_fields(self: Any) -> list[tuple[str, str]]:
    return [(field.name, brief(getattr(self, field.name))) for field in fields(self)]


class Printed:
    """Base class of objects whose text is a table: shown in a notebook and by `repr` as it is printed."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"
