"""Where the theory is."""

from pathlib import Path

import groundup


def chapter(name: str) -> Path:
    """The typeset book if it was built next to this package, else the chapter's LaTeX source inside the package."""
    package = Path(groundup.__file__).parent
    book = package.parents[1] / "book" / "build" / "main.pdf"  # in a checkout, whose sources are in src/
    return book if book.exists() else package / "projects" / name / "theory.tex"
