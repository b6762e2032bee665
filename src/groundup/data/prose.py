"""Running text as a data set: its rows are its characters, and its last part is held out."""

import unicodedata
from dataclasses import replace
from pathlib import Path

from groundup.core.text import plural
from groundup.data.dataset import Dataset
from groundup.data.tables.dialect import OTHER_ENCODING, opened
from groundup.data.tables.errors import TableError

HELD_OUT = 0.1  # Share of the characters, at the end, that no fit sees.
FEWEST = 2000  # Characters of a text that there must be.
LISTED = 10  # Characters that a note names.
MOST = 5_000_000  # Characters that are read.


def one_text(name: str, description: str, text: str, notes: tuple[str, ...] = ()) -> Dataset:
    """Return a text as a data set whose last part is held out.

    Parameters
    ----------
    name, description : str
        Of the data set.
    text : str
        `FEWEST` characters at least.
    notes : tuple of str
        What the user should know before the fit.
    """
    split = len(text) - round(HELD_OUT * len(text))
    learned, later = text[:split], text[split:]
    strange = sorted(set(later) - set(learned))
    if strange:
        lost = sum(map(later.count, strange))
        shown = ", ".join(map(repr, strange[:LISTED])) + (", …" if len(strange) > LISTED else "")
        later = "".join(sign for sign in later if sign not in strange)
        notes += (f"the held-out part holds {shown}, which what is learned from does not: {lost:,} of its characters "
                  "were left out",)  # fmt: skip
    made = Dataset(name, description, learned, None, ("character",), notes=notes, kind="text")
    return replace(made, held_out=replace(made, X=later, notes=()))


def load_text(path: Path, skip_rows: int = 0) -> Dataset:
    """Read a text of the user's.

    Parameters
    ----------
    path : Path
        Of a .txt file, also compressed: UTF-8, or else Windows-1252.
    skip_rows : int
        Lines at the beginning that are left out.

    Raises
    ------
    TableError
        For a file that holds no text, too little of it, or one character only.
    OSError
        For a file that cannot be opened.
    """
    text, notes = read_text(path, skip_rows)
    if len(text) < FEWEST:
        raise TableError(
            f"{path}: the text has {plural(len(text), 'character')}; at least {FEWEST:,} are needed to learn from."
        )
    if len(set(text)) < 2:
        raise TableError(f"{path}: the text is one character, {text[0]!r}, throughout: there is nothing to learn.")
    lines = plural(text.count("\n") + 1, "line")
    return one_text(str(path), f"{len(text):,} characters of the text {path.name}, in {lines}.", text, notes)


def read_text(path: Path, skip_rows: int = 0) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, lines ending in a line feed, and what the user should know about it."""
    notes: tuple[str, ...] = ()
    try:
        text = _decoded(path, "utf-8-sig", skip_rows)
    except UnicodeDecodeError:
        text = _decoded(path, OTHER_ENCODING, skip_rows, errors="replace")
        notes = (f"{path.name} is not UTF-8; it was read as Windows-1252.",)
    if "\0" in text:
        raise TableError(f"{path}: is no text, it holds bytes of value 0. Save it as plain text in UTF-8.")
    if len(text) > MOST:
        text = text[:MOST]
        notes += (f"only the first {MOST:,} characters of {path.name} are read.",)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip("\n"), notes


def _decoded(path: Path, encoding: str, skip_rows: int, errors: str = "strict") -> str:
    with opened(path, encoding, skip_rows) as stream:
        if errors != "strict":
            stream.reconfigure(errors=errors)  # type: ignore[attr-defined]
        return stream.read(MOST + 1)
