"""Learners' files for tests: a textbook in which some functions are written differently."""

import ast
import textwrap

from groundup.workbench.learn.blank import functions
from groundup.workbench.learn.check import Submission, check_all, textbook


def rewritten(project, code, top=""):
    """The project's textbook with the functions of `code` in place of its own, and `top` below its imports."""
    code = textwrap.dedent(code)
    source = textbook(project)
    lines = source.splitlines()
    new = {name: ast.get_source_segment(code, node) for name, node in functions(code).items()}
    for name, node in reversed(functions(source).items()):
        if name in new:
            lines[node.lineno - 1 : node.end_lineno] = new.pop(name).splitlines()
    place = lines.index("import numpy as np") + 1
    more = [textwrap.dedent(top), *new.values()]  # helpers of the learner's own
    return "\n".join([*lines[:place], *more, *lines[place:]]) + "\n"


def checked(project, codes, tasks=(), seconds=20.0, top=""):
    """Reports on textbooks that are rewritten by each of the codes; all of them in one subprocess."""
    return check_all(project, [Submission("mine.py", rewritten(project, one, top), tasks) for one in codes], seconds)


def check_found(report, code, equation, cause):
    """Assert that the function of `code` alone is wrong, with this equation and a cause that contains these words."""
    (function,) = functions(textwrap.dedent(code))
    assert report.problem == ""
    assert [one.name for one in report.functions if one.state != "right"] == [function]
    wrong = report.first("wrong")
    assert wrong.equations[0].name == equation
    assert cause in wrong.cause
    shown = " ".join(str(report).split())
    assert wrong.cause in shown
    assert str(wrong.equations[0]) in shown
