"""Plant one defect at a time in a file, and see whether a test fails for it.

    python tests/support/mutate.py src/groundup/core/functions.py

The tests asked are those mirrored by path and the contracts, and of these the ones that pass through the changed line.
Each defect lives in a forked process that imports the changed syntax tree; no file is written.
"""

import argparse
import ast
import copy
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing.connection import Connection
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "groundup"
TESTS = ROOT / "tests"
PATIENCE = 5.0  # a defect that makes the tests take this many times as long, and 20 seconds, does not end: it is seen

COMPARE = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
BINARY = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLED = {
    "max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum", "any": "all", "all": "any",
    "argmax": "argmin", "argmin": "argmax", "sum": "mean", "zeros": "ones", "ones": "zeros", "floor": "ceil",
    "ceil": "floor", "exp": "expm1", "log": "log1p", "log1p": "log", "sqrt": "square",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One defect: the changed tree, the lines of the expression, and how it reads before and after."""

    tree: ast.Module
    lines: range
    before: str
    after: str

    def __str__(self) -> str:
        return f"line {self.lines.start}: {self.before}  →  {self.after}"


def expressions(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes that compute something: no types, docstrings, decorators, imports, asserts or texts of errors."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # a docstring
            if isinstance(node, (ast.Import, ast.ImportFrom, ast.Raise, ast.Assert, ast.JoinedStr)):
                continue
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                continue
            if isinstance(node, ast.AST):
                yield node
                yield from expressions(node)


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Subtly wrong versions of one node."""
    match node:
        case ast.Compare(ops=[op]):
            yield from (_with(node, ops=[other()]) for other in COMPARE[type(op)])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in BINARY:
            yield _with(node, op=BINARY[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse) if not isinstance(test, (ast.Compare, ast.BoolOp)):
            yield _with(node, body=orelse, orelse=body)
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=float(value)):
            yield ast.Constant(2 * value if value else 1.0)
        case ast.Call(func=ast.Name(id=name) as func) if name in CALLED:
            yield _with(node, func=_with(func, id=CALLED[name]))
        case ast.Call(func=ast.Attribute(attr=name) as func) if name in CALLED:
            yield _with(node, func=_with(func, attr=CALLED[name]))
    match node:
        case ast.Call(keywords=[_, *_] as keywords):
            yield from (_with(node, keywords=[k for k in keywords if k is not left_out]) for left_out in keywords)
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield ast.Pass()


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def mutants(source: str) -> list[Mutant]:
    """All defects of a file."""
    tree = ast.parse(source)
    found = []
    for place, node in enumerate(expressions(tree)):
        for number in range(len(list(changes(node)))):
            planted = ast.parse(source)
            old = next(n for k, n in enumerate(expressions(planted)) if k == place)
            new = ast.copy_location(list(changes(old))[number], old)
            _replace(planted, old, new)
            ast.fix_missing_locations(planted)
            before, after = (ast.unparse(n).partition("\n")[0] for n in (node, new))
            compound = isinstance(node, ast.stmt) and hasattr(node, "body")
            last = node.body[0].lineno - 1 if compound else node.end_lineno
            found.append(Mutant(planted, range(node.lineno, max(last, node.lineno) + 1), before, after))
    return found


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(item is old for item in value):
                setattr(parent, field, [new if item is old else item for item in value])


def inside_functions(source: str) -> set[int]:
    """Lines of the bodies of functions, which run when they are called and not when the module is imported."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return {line for node in functions for line in range(node.body[0].lineno, node.end_lineno + 1)}


def tests_of(path: Path) -> list[Path]:
    """The mirrored test file, or else the nearest mirrored folder; and the contracts."""
    inside = path.relative_to(SOURCE)
    mirrored = TESTS / inside.with_name(f"test_{inside.name}")
    if not mirrored.exists():
        mirrored = next(folder for folder in mirrored.parents if folder.exists())
    contracts = TESTS / "contracts"
    return [mirrored, *([contracts] if contracts.exists() and contracts not in mirrored.parents else [])]


class Observer:
    """What pytest tells of the tests that it runs: seconds each, which failed, and (by its context) which runs now."""

    def __init__(self, switch_context: Callable[[str], None]) -> None:
        self.switch_context = switch_context
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Count the lines from here on as this test's."""
        self.switch_context(nodeid)

    def pytest_runtest_logreport(self, report) -> None:
        """Add up setup, call and teardown."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.add(report.nodeid)


def _pytest(arguments: Sequence[str], plugins: Sequence[object] = ()) -> int:
    """Run tests in this process, which is a forked one, without a word."""
    import pytest

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(ROOT)
    return int(pytest.main(["-n0", "-p", "no:cacheprovider", "--hypothesis-seed=0", *arguments], list(plugins)))


def _reaching(path: Path, tests: Sequence[Path], answer: Connection) -> None:
    """Send the seconds of each test, the tests of each line, and the failing tests."""
    coverage = Coverage(data_file=None, config_file=False, include=[str(path)])
    observer = Observer(coverage.switch_context)
    coverage.start()
    _pytest(list(map(str, tests)), [observer])
    coverage.stop()
    lines = coverage.get_data().contexts_by_lineno(str(path))
    answer.send((observer.seconds, {line: set(names) - {""} for line, names in lines.items()}, observer.failed))


class Planted(SourceFileLoader):
    """Loads a module from the changed tree."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, fullname: str):
        """The changed tree, compiled under the name of the file."""
        return compile(self.tree, self.path, "exec")


class Finder:
    """Finds the changed module before anybody else does."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self.path = path
        self.tree = tree
        self.name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")

    def find_spec(self, name: str, path: object = None, target: object = None):
        """The spec of the changed module, None for any other."""
        if name != self.name:
            return None
        return spec_from_file_location(name, self.path, loader=Planted(name, str(self.path), self.tree))


def _try(path: Path, tree: ast.Module, tests: Sequence[str]) -> None:
    sys.meta_path.insert(0, Finder(path, tree))
    os._exit(_pytest(["-x", *tests]))


def judge(path: Path, jobs: Sequence[tuple[ast.Module, list[str], float]], workers: int) -> Iterator[tuple[int, bool]]:
    """Run each job's tests with its tree; yield its number and whether all of them passed, in any order."""
    context = multiprocessing.get_context("fork")
    waiting = list(enumerate(jobs))[::-1]
    running: dict[int, tuple[multiprocessing.Process, float]] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            number, (tree, tests, limit) = waiting.pop()
            process = context.Process(target=_try, args=(path, tree, tests))
            process.start()
            running[number] = process, time.monotonic() + limit
        for number, (process, deadline) in list(running.items()):
            if process.is_alive() and time.monotonic() > deadline:
                process.kill()
                process.join()
            if not process.is_alive():
                del running[number]
                yield number, process.exitcode == 0
        time.sleep(0.02)


def score(path: Path, most: int | None, workers: int) -> tuple[int, int]:
    """Print the surviving defects of a file; return how many were seen, and how many were planted."""
    begin = time.monotonic()
    source = path.read_text(encoding="utf-8")
    planted = mutants(source)
    if most is not None and len(planted) > most:
        planted = [planted[k * len(planted) // most] for k in range(most)]
    if not planted:
        return 0, 0
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_reaching, args=(path, tests_of(path), send))
    process.start()
    send.close()  # so that a process that dies is an end of file here
    seconds, reached, failed = receive.recv()
    process.join()
    if failed or not seconds:
        raise SystemExit(f"{path}: failing without a defect: {', '.join(sorted(failed)) or 'no test was run'}")
    through = set().union(*reached.values()) or set(seconds)
    bodies = inside_functions(source)

    def asked(lines: range) -> list[str]:
        """Tests through these lines, the quickest first; all, for lines that run when the module is imported."""
        tests = set().union(*(reached.get(line, set()) for line in lines)) if lines.start in bodies else through
        return sorted(tests, key=seconds.__getitem__)

    def job(tree: ast.Module, tests: list[str]) -> tuple[ast.Module, list[str], float]:
        return tree, tests, 20 + PATIENCE * sum(map(seconds.__getitem__, tests))

    if not all(passed for _, passed in judge(path, [job(ast.parse(source), sorted(through))], workers)):
        raise SystemExit(f"{path}: the tests fail when the file is loaded without a defect")
    pairs = [(mutant, asked(mutant.lines)) for mutant in planted]
    reachable = [(mutant, tests) for mutant, tests in pairs if tests]
    survivors = [(mutant, "no test gets there") for mutant, tests in pairs if not tests]
    for number, passed in judge(path, [job(mutant.tree, tests) for mutant, tests in reachable], workers):
        if passed:
            survivors.append((reachable[number][0], ""))
    for mutant, note in sorted(survivors, key=lambda pair: pair[0].lines.start):
        print(f"  {mutant}{note and f'  ({note})'}")
    seen = len(planted) - len(survivors)
    share = 100 * seen / max(len(planted), 1)
    print(f"{path.relative_to(ROOT)}: {seen} of {len(planted)} seen ({share:.0f} %), {time.monotonic() - begin:.0f} s")
    return seen, len(planted)


def files(paths: Sequence[Path]) -> list[Path]:
    """The Python files that are named, or lie below a named folder."""
    found = (sorted(path.rglob("*.py")) if path.is_dir() else [path] for path in paths)
    return [path.resolve() for group in found for path in group if path.name != "__init__.py"]


def main() -> None:
    """Read the command line and print the score."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, help="files or folders below src/groundup")
    parser.add_argument("--most", type=int, help="defects a file, spread evenly over it [all]")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes [one a core]")
    options = parser.parse_args()
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    import hypothesis  # noqa: F401  the forked processes share what is imported here
    import numpy  # noqa: F401
    import pytest  # noqa: F401
    import sklearn.linear_model
    import sklearn.utils.estimator_checks  # noqa: F401

    totals = [score(path, options.most, options.workers) for path in files(options.paths)]
    seen, planted = (sum(column) for column in zip(*totals, strict=True))
    if len(totals) > 1:
        print(f"together: {seen} of {planted} seen ({100 * seen / max(planted, 1):.0f} %)")


if __name__ == "__main__":
    main()
