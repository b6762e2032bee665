"""A planted defect must be one: the tool that measures the tests is tested itself."""

import ast
from pathlib import Path

import pytest

from support import mutate


def planted(source):
    return [f"{m.before} → {m.after}" for m in mutate.mutants(source)]


def test_defects_of_a_function():
    """Bug caught: an operator without a defect, or a defect in a type, a docstring or a message."""
    source = '''
def f(a: 1 + 1, b: float) -> 2 * 2:
    """A text: 1 + 1."""
    if a < b:
        raise ValueError(f"{a + b}")
    return max(a, -b, key=abs, default=1) and not b
'''
    assert planted(source) == [
        "a < b → a <= b",
        "a < b → a >= b",
        "max(a, -b, key=abs, default=1) and (not b) → max(a, -b, key=abs, default=1) or not b",
        "max(a, -b, key=abs, default=1) → min(a, -b, key=abs, default=1)",
        "max(a, -b, key=abs, default=1) → max(a, -b, default=1)",
        "max(a, -b, key=abs, default=1) → max(a, -b, key=abs)",
        "-b → b",
        "1 → 2",
        "not b → b",
    ]


@pytest.mark.parametrize("source", ["x += 1", "x = y if z else w", "x = 2.5", "x = a @ b + c"])
def test_each_defect_changes_the_file_in_one_place(source):
    """Bug caught: a defect that leaves the tree as it was, and so survives every test."""
    found = mutate.mutants(source)
    assert found
    unparsed = [ast.unparse(mutant.tree) for mutant in found]
    assert source not in unparsed
    assert len(set(unparsed)) == len(found)


def test_the_lines_of_a_branch_are_those_of_its_condition():
    """Bug caught: tests chosen by the body, so that the condition's own tests are not asked."""
    (mutant,) = mutate.mutants("if ready:\n    x = y\n    z = y")
    assert list(mutant.lines) == [1]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("core/functions.py", "core/test_functions.py"),
        ("projects/kmeans/models/kmeans.py", "projects/kmeans"),
        ("projects/kmeans/solvers/lloyd.py", "projects/kmeans"),
    ],
)
def test_tests_are_mirrored_by_path(inside, expected):
    """Bug caught: the whole suite asked about one file, or nothing at all."""
    first = mutate.tests_of(mutate.SOURCE / inside)[0]
    assert Path(expected) in (first.relative_to(mutate.TESTS), first.relative_to(mutate.TESTS).parent)


def test_lines_that_run_on_import_are_outside_of_functions():
    """Bug caught: a constant or a default argument that is judged by the one test that imported the module first."""
    assert mutate.inside_functions("A = 1\n\ndef f(x=2):\n    y = x\n    return y\n\nB = 3") == {4, 5}
