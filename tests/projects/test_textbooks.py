"""Every textbook file keeps its contract: plain NumPy, short, documented, and it runs."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from groundup import projects

WRITTEN = sorted(path.parent.name for path in Path(projects.__file__).parent.glob("*/textbook.py"))
LONGEST = 150  # lines of a file that is read in one sitting
LONGER = {"gradient_boosting": 190}  # trees, boosting, histograms, AdaBoost and Shapley values


def source(name):
    """Path of a project's textbook."""
    return Path(import_module(f"groundup.projects.{name}.textbook").__file__)


@pytest.mark.parametrize("name", WRITTEN)
def test_textbook_imports_numpy_and_the_standard_library_alone(name):
    # a textbook that hides its algorithm in the library, and so would be tested against itself
    imported = set()
    for node in ast.walk(ast.parse(source(name).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module.split(".")[0])
    assert "numpy" in imported
    assert imported - {"numpy"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", WRITTEN)
def test_textbook_is_read_in_one_sitting(name):
    # a textbook that grows options
    assert len(source(name).read_text("utf-8").splitlines()) <= LONGER.get(name, LONGEST)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_function_says_what_it_does_and_which_equation_it_is(name):
    # a function that a reader cannot find in the chapter; a docstring that is a fragment; an option
    for node in ast.parse(source(name).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            text = ast.get_docstring(node)
            first = text.split("\n")[0].split("  eq. ")[0]
            assert "eq. " in text, node.name
            assert first[0].isupper(), node.name
            assert first.endswith("."), node.name
            assert not node.args.defaults, node.name


@pytest.mark.parametrize("name", WRITTEN)
def test_textbook_runs_and_prints_its_steps(name):
    # an example at the end of the file that no longer works, or warns
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", f"groundup.projects.{name}.textbook"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert len(run.stdout.splitlines()) >= 5


@pytest.mark.parametrize("name", WRITTEN)
def test_what_yields_takes_its_number_of_steps(name):
    # an iteration that a reader's loop would never leave
    for function in vars(import_module(f"groundup.projects.{name}.textbook")).values():
        if inspect.isgeneratorfunction(function) and function.__name__ != "lars":  # which ends at alpha = 0
            assert {"steps", "epochs"} & set(inspect.signature(function).parameters), function.__name__
