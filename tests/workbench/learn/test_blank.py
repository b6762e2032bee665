"""The exercise file: the textbook without its answers, and runnable as it is."""

import ast
import subprocess
import sys

import pytest

from groundup.projects import FINISHED
from groundup.workbench.learn.blank import blank, functions, is_open
from groundup.workbench.learn.check import load, textbook
from groundup.workbench.learn.equations import CITATION

BOOK = '''"""A book: of two functions.

The library's solvers are tested against these functions; read them first.
x is a number.
"""

import numpy as np

LIMIT = 3


def double(x, *, times=2):
    """Return twice x.  eq. book:double

    A second paragraph.
    """
    y = x * times  # (n,)
    if y.any():
        z = y + 0  # why not
    return y  # (n,), eq. book:result


def count(n):
    """Yield numbers.  eq. book:count"""
    for i in range(n):
        yield i  # ()


def kept():
    """Stay."""
    return LIMIT


if __name__ == "__main__":
    print(kept())
    print(double(2.0))
'''


def test_answers_are_taken_out_and_all_else_stays():
    # would catch: a body left in, a docstring, a default, a shape or a constant lost
    assert blank(BOOK, {"double": "Returns twice x, (n,).", "count": "Yields 0 to n - 1."}, "book", "mine.py") == (
        '''"""A book.

x is a number.

An exercise: write the functions in this order. Each one may call those above it; while one function is
checked, the textbook's stand in for the others, so that a mistake is reported once. Then

    groundup check book mine.py

compares every function that you have written with the textbook's, and

    groundup check book mine.py --hint double

gives the next step for one of them. NumPy and the standard library are all that is needed.
"""

import numpy as np

LIMIT = 3


def double(x, *, times=2):
    """Return twice x.  eq. book:double

    A second paragraph.
    """
    # Returns twice x, (n,).
    # Shape of y: (n,)
    # Shape of the result: (n,), eq. book:result
    raise NotImplementedError("double")


def count(n):
    """Yield numbers.  eq. book:count"""
    # Yields 0 to n - 1.
    # Shape of each state: ()
    raise NotImplementedError("count")


def kept():
    """Stay."""
    return LIMIT


if __name__ == "__main__":
    try:
        print(kept())
        print(double(2.0))
    except NotImplementedError as still_open:
        print(f"{still_open} is still open. What is written is checked by: groundup check book mine.py")
'''
    )


@pytest.mark.parametrize("project", FINISHED)
def test_exercise_of_each_project(project, tmp_path):
    # would catch: a textbook that the rules above do not fit; an exercise file that fails when it is run
    book, path = textbook(project), tmp_path / "mine.py"
    text = blank(book, {name: task.result for name, task in load(project).tasks.items()}, project, "mine.py")
    whole, open_ones = functions(book), functions(text)
    assert list(open_ones) == list(whole)
    for name, node in whole.items():
        assert ast.unparse(open_ones[name].args) == ast.unparse(node.args)
        assert ast.get_docstring(open_ones[name]) == ast.get_docstring(node)
        assert is_open(open_ones[name])
        assert not is_open(node)
    assert CITATION.findall(book) == CITATION.findall(text)
    assert max(map(len, text.splitlines())) <= 124  # the demonstration is four characters further in
    path.write_text(text, "utf-8")
    done = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"is still open. What is written is checked by: groundup check {project} mine.py" in done.stdout


@pytest.mark.parametrize(
    "body",
    ["pass", "...", "return", "return None", "yield", "yield None", "yield ...", '"text"', "raise NotImplementedError",
     'raise NotImplementedError("f")', '"docstring"\n    ...\n    return'],
)  # fmt: skip
def test_a_body_that_does_nothing_is_open(body):
    # would catch: an empty function, or an empty generator, that is called wrong
    assert is_open(functions(f"def f(x):\n    {body}\n")["f"])


@pytest.mark.parametrize(
    "body", ["return 0", "yield 0", "x = 1", "raise ValueError", "return x", "for i in x:\n        pass"]
)
def test_a_body_that_does_something_is_written(body):
    # would catch: a wrong function that passes as open
    assert not is_open(functions(f"def f(x):\n    {body}\n")["f"])
