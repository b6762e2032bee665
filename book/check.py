"""Fail when a TeX log shows what no reader should see: ``python book/check.py build/main.log``.

The table of contents beside the log says how long the chapters are.
"""

import re
import sys
from itertools import pairwise
from pathlib import Path

LARGEST_OVERFULL = 2.0  # points; beyond this a line visibly sticks out
LONGEST = 18  # pages of a chapter, with its figures and exercises
LONGEST_TEXT = 16  # pages up to that on which the exercises begin


def complaints(log: str) -> list[str]:
    """Undefined references and citations, doubled labels, numbers not measured, lines that stick out of the page."""
    joined = re.sub(r"(?<=.{79})\n", "", log)  # TeX wraps its log at 79 characters
    found = re.findall(
        r"(?:Reference|Citation) `.*? undefined|Label `.*?' multiply defined|No benchmark has measured '.*?'", joined
    )
    overfull = re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt.*", joined)
    return found + [f"overfull box: {points} pt" for points in overfull if float(points) > LARGEST_OVERFULL]


def too_long(contents: str) -> list[str]:
    """Chapters longer than a reader has patience for, from TeX's table of contents."""
    entry = r"\\contentsline \{(chapter|section)\}\{\\numberline \{(\w+)[^}]*\}(.*?)\}\{(\d+)\}"
    entries = [(kind, place, title, int(page)) for kind, place, title, page in re.findall(entry, contents)]
    starts = [(place, page) for kind, place, _, page in entries if kind == "chapter"]
    exercises = {place: page for kind, place, title, page in entries if kind == "section" and title == "Exercises"}
    found = []
    for (chapter, start), (_, end) in pairwise(starts):
        if chapter in exercises and end - start > LONGEST:
            found.append(f"chapter {chapter}: {end - start} pages, more than {LONGEST}")
        if chapter in exercises and exercises[chapter] - start >= LONGEST_TEXT:
            found.append(f"chapter {chapter}: its exercises begin after {LONGEST_TEXT} pages")
    return found


def main() -> int:
    """Print the complaints about the log named on the command line; 0 when there are none."""
    log = Path(sys.argv[1])
    found = complaints(log.read_text("utf-8", errors="replace"))
    found += too_long(log.with_suffix(".toc").read_text("utf-8"))
    print(*(found or ["the book is clean"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
