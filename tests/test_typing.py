"""What editors and type checkers know of the public estimators."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

import groundup
from groundup.core.checks.parameters import Either, OneOf
from groundup.core.estimator.model import Model
from groundup.data.text.analysis import Encoding

ROOT = Path(__file__).parents[1]
USES = ROOT / "tests" / "support" / "typed_uses.py"
ESTIMATORS = [
    kind for name in groundup.__all__
    if isinstance(kind := getattr(groundup, name), type) and issubclass(kind, Model)
]  # fmt: skip


def test_a_type_checker_marks_wrong_uses_and_only_these():
    """Bugs caught: `steps` of type Any, a parameter annotated `str`, a correct use that an editor underlines."""
    # the project's own settings, but not its list of files; the cache is the one that `make lint` fills
    command = [sys.executable, "-m", "mypy", "--hide-error-context", "--no-error-summary", "--no-pretty", str(USES)]
    environment = os.environ | {"MYPYPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    said = {}
    for line in done.stdout.splitlines():
        place, _, words = line.partition(": ")
        path, _, number = place.rpartition(":")
        assert path.endswith(USES.name), f"an error in the library itself: {line}"
        said.setdefault(int(number), []).append(words)
    for number, source in enumerate(USES.read_text("utf-8").splitlines(), start=1):
        wanted = re.search(r"  # (E|R): (.*)$", source)
        came = said.get(number, [])
        if wanted is None:
            assert not came, f"{source}: {came}"
        else:
            kind = "error: " if wanted[1] == "E" else "note: Revealed type is"
            first = came[0] if came else "nothing"
            assert first.startswith(kind), f"{source}: {first}"
            assert wanted[2] in first, f"{source}: {first}"


def words_of(rule):
    """The strings and truth values that a rule lists."""
    rules = rule.rules if isinstance(rule, Either) else (rule,)
    return {(type(o), o) for r in rules if isinstance(r, OneOf) for o in r.options if isinstance(o, (str, bool))}


def literals_of(hint):
    """The values of the Literals in a type."""
    if get_origin(hint) is Literal:
        return {(type(value), value) for value in get_args(hint)}
    return set().union(*map(literals_of, get_args(hint)), set())


@pytest.mark.parametrize("kind", ESTIMATORS, ids=lambda kind: kind.__name__)
def test_literals_are_the_allowed_values(kind):
    """Bug caught: a value added to a rule and not to the type (an editor marks what is right), or the reverse."""
    hints = get_type_hints(kind)
    for name, declared in kind._declared.items():
        aliases = {(str, alias) for alias in declared.aliases}
        assert literals_of(hints[name]) == words_of(declared.rule) | aliases, name
        open_set = isinstance(declared.rule, Encoding)
        assert open_set or hints[name] is not str, f"{name}: a type checker sees no closed set"


def test_the_package_lists_its_public_names():
    """Bug caught: `groundup.<Tab>` that offers import_module, Path and re."""
    assert dir(groundup) == groundup.__all__
    assert {"KMeans", "load", "save"} <= set(dir(groundup))
