"""Where in the book an equation is."""

import re
from dataclasses import dataclass
from pathlib import Path

import groundup

NAME = r"[a-z_]+:[a-z0-9-]+"
CITATION = re.compile(rf"eq\. ({NAME}(?:, {NAME})*)")
PLACE = re.compile(rf"\\chapter\{{([^}}]*)\}}|\\section\{{([^}}]*)\}}|\\label\{{eq:({NAME})\}}")


@dataclass(frozen=True)
class Equation:
    """A named equation.

    Parameters
    ----------
    name : str
        As the code cites it: "kmeans:assignment".
    chapter, section : str
        Titles; empty where the chapter does not label the equation.
    """

    name: str
    chapter: str
    section: str

    def __str__(self) -> str:
        place = f' (chapter "{self.chapter}", section "{self.section}")' if self.chapter else ""
        return f"eq. {self.name}{place}"


def cited(text: str) -> tuple[Equation, ...]:
    """Return the equations that a docstring cites.

    Parameters
    ----------
    text : str
        A citation is the name, with the project's before it, after "eq.".

    Returns
    -------
    tuple of Equation
        In the order of the text.
    """
    names = [name for found in CITATION.findall(text) for name in found.split(", ")]
    return tuple(_find(name) for name in names)


def _find(name: str) -> Equation:
    path = Path(groundup.__file__).parent / "projects" / name.partition(":")[0] / "theory.tex"
    chapter = section = ""
    for found in PLACE.finditer(path.read_text("utf-8") if path.exists() else ""):
        if found[1]:
            chapter = found[1]
        elif found[2]:
            section = found[2]
        elif found[3] == name:
            return Equation(name, chapter, section)
    return Equation(name, "", "")
