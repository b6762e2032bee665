r"""Listings of the book: what ``\textbook{project}{function,function}`` in a chapter prints.

The functions come out of the project's ``textbook.py`` without their docstrings, which the chapter's text replaces.
"""

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from groundup.core.files import write_whole

TEXTBOOK = re.compile(r"\\textbook\{([a-z_]+)\}\{([a-z0-9_,]+)\}")  # project, functions


def body(source: str, name: str) -> str:
    r"""Source of one top-level function, without its docstring.

    Raises
    ------
    KeyError
        When the source has no such function.

    Examples
    --------
    >>> print(body('def half(x):\n    "Return half of x."\n    return x / 2\n', "half"))
    def half(x):
        return x / 2
    """
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    function, lines = functions[name], source.splitlines()
    kept = lines[function.lineno - 1 : function.end_lineno]
    if ast.get_docstring(function) is not None:
        docstring, start = function.body[0], function.lineno
        kept[docstring.lineno - start : (docstring.end_lineno or docstring.lineno) - start + 1] = []
    return "\n".join(kept)


def listing(source: str, names: Sequence[str]) -> str:
    """Several functions, a blank line apart."""
    return "\n\n".join(body(source, name) for name in names) + "\n"


def write(text: str, projects: Path, out: Path) -> None:
    """Write the listings that a chapter asks for, each into the file that the TeX command reads.

    Parameters
    ----------
    text : str
        The chapter.
    projects : Path
        Folder of the projects.
    out : Path
        Folder of the generated files.

    Raises
    ------
    KeyError
        When the chapter asks for a function that the textbook does not have.
    """
    for project, functions in TEXTBOOK.findall(text):
        source = (projects / project / "textbook.py").read_text("utf-8")
        write_whole(out / f"textbook-{project}-{functions}.py", listing(source, functions.split(",")))
