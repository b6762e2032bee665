"""A page of HTML that needs no other file: headings, tables and figures."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUMBERS = re.compile(r"[\d.,:%()e+\- ]*\d[\d.,:%()e+\- ]*(to [\d.,%()e+\- ]+)?")  # 415: 93.7 % (91.0 % to 95.6 %)
SMALL = 6.0  # Inches up to which two figures stand side by side.
STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; }
.lead { font-size: 1.05rem; background: #f3f7fb; border-left: 4px solid #0072B2; padding: .8rem 1rem; }
.lead p { margin: 0; } .lead ul { margin: .4rem 0 0; padding-left: 1.4rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .92rem; }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; border-bottom: 1px solid #e5e5e5; vertical-align: top; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.figures { display: flex; flex-wrap: wrap; column-gap: 2rem; align-items: flex-start; }
figure { margin: 1.2rem 0; } figure.small { max-width: 29rem; } figure img { max-width: 100%; height: auto; }
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
    """Return a table of plain texts; cells that hold numbers only stand to the right."""

    def cell(value: object) -> str:
        text = str(value)
        kind = ' class="number"' if NUMBERS.fullmatch(text) else ""
        return f"<td{kind}>{escape(text)}</td>"

    lines = ["".join(f"<th>{escape(one)}</th>" for one in head)]
    lines += ["".join(cell(one) for one in row) for row in rows]
    return '<div class="wide"><table>' + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></div>"


def picture(figure: "Figure", caption: str) -> str:
    """Return a figure of Matplotlib with its caption, which also describes it to those who do not see it."""
    from groundup.plotting.style import encode

    small = ' class="small"' if figure.get_figwidth() <= SMALL else ""
    data = b64encode(encode(figure, "svg")).decode("ascii")
    return (
        f'<figure{small}><img alt="{escape(caption)}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
