"""Pages of HTML from small functions: text is escaped where it enters, and a page loads nothing from elsewhere."""

import math
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

VOID = {"img", "input", "link", "meta"}  # elements without content
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)")
IMAGE_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# The browser itself refuses whatever a page might try to load.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


class Html(str):
    """Markup; any other string is text, and is escaped where it meets markup."""

    __slots__ = ()


def join(*content: str) -> Html:
    """One piece of markup of several, with text escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in content))


def prose(text: str) -> Html:
    """Text with the options of the command line set as code, so that no line breaks after their dashes."""
    parts = OPTION.split(text)
    return join(*(tag("code", part, class_="option") if k % 2 else part for k, part in enumerate(parts)))


def tag(name: str, /, *content: str, **attributes: str | bool | None) -> Html:
    """An element.

    Parameters
    ----------
    name : str
        As ``"p"``.
    *content : str or Html
        Text, which is escaped, and markup, which is not.
    **attributes : str, bool or None
        ``class_`` stands for ``class``, ``aria_label`` for ``aria-label``; True is a bare attribute, None and False
        leave it out.
    """
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{opening}>") if name in VOID else Html(f"<{opening}>{join(*content)}</{name}>")


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.strip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


@dataclass(frozen=True)
class Section:
    """A part of a page; `name` is where the page's own links lead."""

    name: str
    title: str
    content: Html

    def html(self) -> Html:
        """The section with its heading."""
        heading = tag("h2", self.title, id=f"{self.name}-title")
        return tag("section", heading, self.content, id=self.name, aria_labelledby=f"{self.name}-title")


def contents(sections: Iterable[Section]) -> Html:
    """Links to the sections of a page."""
    return tag("nav", *(tag("a", part.title, href=f"#{part.name}") for part in sections), aria_label="Contents")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Html:
    """A table whose first column names its rows; numbers are formatted and set to the right, text to the left."""
    lines = [list(row) for row in rows]
    kinds = [_kind(value) for value in lines[0]] if lines else [None] * len(head)
    columns = [tag("th", text, scope="col", class_=kind) for text, kind in zip(head, kinds, strict=True)]
    body = [tag("tr", tag("th", first, scope="row"), *map(_cell, others)) for first, *others in lines]
    content = tag("table", tag("caption", caption), tag("thead", tag("tr", *columns)), tag("tbody", *body))
    return tag("div", content, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _kind(value: Any) -> str | None:
    return None if isinstance(value, str) else "number"


def _cell(value: Any) -> Html:
    return tag("td", value if isinstance(value, str) else number(value), class_=_kind(value))


def number(value: Any, digits: int = 6) -> str:
    """A number as a reader likes it: 100,000 and 0.123457, − for a minus and – for one that is missing."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,}" if isinstance(value, (int, np.integer)) else f"{value:.{digits}g}"
    return text.replace("-", "−")


def data_uri(content: bytes, suffix: str) -> str:
    """An image's file, as an address that holds the file itself."""
    return f"data:{IMAGE_TYPES[suffix]};base64,{b64encode(content).decode()}"


def asset(name: str) -> str:
    """Text of a file next to this module."""
    return Path(__file__).with_name(name).read_text("utf-8")


def page(title: str, *content: str, script: str = "", kind: str | None = None) -> str:
    """A whole page, with the shared style and, where they are given, a script and a style of its own, `kind`."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("link", rel="icon", href="data:,"),  # else a browser asks the server for one
        tag("title", title),
        tag("style", Html(asset("page.css"))),
    )
    scripts = [tag("script", Html(script))] if script else []
    body = tag("body", tag("main", *content, class_=kind), *scripts)
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"
