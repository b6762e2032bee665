"""A page of HTML that needs no other file: headings, tables and figures."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; }
.lead { font-size: 1.05rem; background: #f3f7fb; border-left: 4px solid #0072B2; padding: .8rem 1rem; }
.doubts { background: #fdf4ec; border-left: 4px solid #D55E00; padding: .8rem 1rem .8rem 2rem; margin: 1rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .92rem; }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; border-bottom: 1px solid #e5e5e5; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1.2rem 0; } figure img { max-width: 100%; height: auto; }
figcaption { color: #444; font-size: .92rem; max-width: 46rem; }
.about { color: #555; font-size: .92rem; }
"""


def document(title: str, parts: Iterable[str]) -> str:
    """Return a whole page.

    Parameters
    ----------
    title : str
        In plain text.
    parts : iterable of str
        HTML.
    """
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{escape(title)}</h1>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table of plain texts; cells that begin with a digit stand to the right."""

    def cell(value: object, tag: str = "td") -> str:
        text = str(value)
        number = ' class="number"' if text[:1].isdigit() or text[:2].strip("-−")[:1].isdigit() else ""
        return f"<{tag}{number}>{escape(text)}</{tag}>"

    lines = ["".join(f"<th>{escape(one)}</th>" for one in head)]
    lines += ["".join(cell(one) for one in row) for row in rows]
    return '<div class="wide"><table>' + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></div>"


def picture(figure: "Figure", caption: str) -> str:
    """Return a figure of Matplotlib with its caption, which also describes it to those who do not see it."""
    from groundup.plotting.style import encode

    data = b64encode(encode(figure, "svg")).decode("ascii")
    return (
        f'<figure><img alt="{escape(caption)}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
