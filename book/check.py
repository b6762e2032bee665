"""Fail when a TeX log shows what no reader should see: ``python book/check.py build/main.log``."""

import re
import sys
from pathlib import Path

LARGEST_OVERFULL = 2.0  # points; beyond this a line visibly sticks out


def complaints(log: str) -> list[str]:
    """Undefined references and citations, doubled labels, numbers not measured, lines that stick out of the page."""
    joined = re.sub(r"(?<=.{79})\n", "", log)  # TeX wraps its log at 79 characters
    found = re.findall(
        r"(?:Reference|Citation) `.*? undefined|Label `.*?' multiply defined|No benchmark has measured '.*?'", joined
    )
    overfull = re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt.*", joined)
    return found + [f"overfull box: {points} pt" for points in overfull if float(points) > LARGEST_OVERFULL]


def main() -> int:
    """Print the complaints about the log named on the command line; 0 when there are none."""
    found = complaints(Path(sys.argv[1]).read_text("utf-8", errors="replace"))
    print(*(found or ["the book is clean"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
