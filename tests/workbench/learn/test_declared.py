"""What every project declares for learners, checked for all of them."""

import ast
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from groundup.projects import FINISHED
from groundup.projects.common.exercise import Seed
from groundup.workbench.learn import show
from groundup.workbench.learn.blank import blank, functions
from groundup.workbench.learn.check import Submission, check_all, load, textbook
from groundup.workbench.learn.compare import leaves
from groundup.workbench.learn.explain import changed

SECONDS = 60.0  # for one function; only a loop without end comes near it


@cache
def reports(project):
    """Reports on the textbook, the empty exercise, and the textbook with each declared mistake."""
    tasks, book = load(project).tasks, textbook(project)
    empty = blank(book, {name: task.result for name, task in tasks.items()}, project, "mine.py")
    mistakes = [(name, mistake) for name, task in tasks.items() for mistake in task.mistakes]
    wrong = [Submission("mine.py", changed(book, name, mistake.changes), (name,)) for name, mistake in mistakes]
    first, second, *others = check_all(project, [Submission("book", book), Submission("empty", empty), *wrong], SECONDS)
    return first, second, [(name, mistake, report) for (name, mistake), report in zip(mistakes, others, strict=True)]


@pytest.mark.parametrize("project", FINISHED)
def test_the_textbook_is_right(project):
    # would catch: an input on which the textbook fails, or is not repeatable
    report, _, _ = reports(project)
    assert report.complete, str(report)
    assert str(report).endswith(f"All {len(load(project).tasks)} functions are right.")


@pytest.mark.parametrize("project", FINISHED)
def test_the_empty_exercise_is_open(project):
    # would catch: an open function that counts as wrong or right
    _, report, _ = reports(project)
    assert report.counts() == {"right": 0, "wrong": 0, "open": len(load(project).tasks)}
    assert not report.complete
    assert "Nothing is written yet." in str(report)


@pytest.mark.parametrize("project", FINISHED)
def test_every_declared_mistake_is_recognised(project):
    # would catch: inputs that do not show a mistake; two mistakes with the same values; a text that drifted
    for name, mistake, report in reports(project)[2]:
        (found,) = report.functions
        assert found.state == "wrong", f"{name}: {mistake.cause}"
        assert found.cause == mistake.cause, name
        assert found.about
        assert found.arguments


@pytest.mark.parametrize("project", FINISHED)
def test_every_function_of_the_textbook_is_a_task(project):
    # would catch: a function that was added to the textbook and is handed to the learner with its answer
    written = functions(textbook(project))
    assert list(load(project).tasks) == list(written)
    assert all("eq. " in (ast.get_docstring(node) or "") for node in written.values())


@pytest.mark.parametrize("project", FINISHED)
def test_tasks_are_complete_sentences(project):
    # would catch: a task without hints, or one that does not say what it returns
    for name, task in load(project).tasks.items():
        assert task.result.startswith(("Returns ", "Yields ")), name
        assert len(task.hints) >= 2, name
        assert len(task.mistakes) >= 3, name
        for text in (task.result, *task.hints, *(mistake.cause for mistake in task.mistakes)):
            assert text.endswith((".", "?")), text
            assert "  " not in text, text


def size(argument):
    """Number of entries of an argument, a tree of tuples included."""
    return sum(np.size(part) for _, part in leaves(argument))


@pytest.mark.parametrize("project", FINISHED)
def test_inputs_repeat_and_can_be_pasted(project):
    # would catch: inputs that differ from call to call; a printed input that is not the one that failed
    names = {"np": np}
    for name, task in load(project).tasks.items():
        cases, again = (list(task.cases(np.random.default_rng(0))) for _ in range(2))
        assert len(cases) >= 4, name
        assert len({one.about for one in cases}) == len(cases), name
        for one, other in zip(cases, again, strict=True):
            for a, b in zip(one.arguments, other.arguments, strict=True):
                np.testing.assert_equal(a, b)
                if not isinstance(a, Seed) and size(a) <= show.ENTRIES:
                    np.testing.assert_equal(eval(show.value(a, show.DIGITS[-1]), names), a)
        assert all(size(a) <= 12 for a in cases[0].arguments), f"{name}: the first input is for a pencil"


@pytest.mark.parametrize("project", FINISHED)
def test_declarations_need_numpy_only(project):
    # would catch: an import that makes every check slow, or that a learner's file could then use
    script = (
        f"import sys, groundup.projects.{project}.exercise, groundup.workbench.learn.sitting\n"
        "print(sorted({'pandas', 'matplotlib', 'sklearn', 'pyarrow', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "[]"
