"""Who may import whom: the rule that keeps algorithms readable with NumPy alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "groundup"
ROOMS = ("core", "data", "plotting", "projects", "workbench", "arguments", "cli")


def imports(path, top_level):
    """Names of the modules that a file imports: all of them, or those outside functions and TYPE_CHECKING blocks."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if not top_level else (n for n in tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            below = SOURCE.parent.joinpath(*node.module.split("."))
            for alias in node.names:  # `from package import module`
                if (below / alias.name).is_dir() or (below / f"{alias.name}.py").exists():
                    yield f"{node.module}.{alias.name}"


def draws_or_declares(path):
    """Whether a project's file makes pictures or declarations, by what it imports; the others are the algorithm."""
    modules = list(imports(path, top_level=True))
    return any(m.startswith(("groundup.plotting", "groundup.projects.common.declaration")) for m in modules)


OF_PROJECTS = sorted(SOURCE.glob("projects/*/*.py"))
ALGORITHMS = [path for path in OF_PROJECTS if not draws_or_declares(path)]
PLAIN = [*sorted(SOURCE.glob("core/**/*.py")), *ALGORITHMS]


def test_no_algorithm_stands_on_a_picture():
    """Bug caught: a model that escapes the rule below by importing plotting, itself or through its neighbour."""
    assert {path for path in OF_PROJECTS if path.name == "model.py"} <= set(ALGORITHMS)
    drawing = {".".join(p.relative_to(SOURCE.parent).with_suffix("").parts) for p in OF_PROJECTS if p not in ALGORITHMS}
    for path in ALGORITHMS:
        assert drawing.isdisjoint(imports(path, top_level=False)), path


@pytest.mark.parametrize("path", PLAIN, ids=lambda p: str(p.relative_to(SOURCE)))
def test_algorithms_import_numpy_and_the_standard_library_only(path):
    """Bug caught: SciPy or scikit-learn doing the mathematics."""
    allowed = {"numpy", "groundup", *sys.stdlib_module_names}
    foreign = {m for m in imports(path, top_level=True) if m.partition(".")[0] not in allowed}
    assert foreign == set()
    deep = {m.partition(".")[0] for m in imports(path, top_level=False)} - allowed
    interop = {
        "core/estimator.py": {"sklearn"},
        "core/kinds.py": {"pandas", "polars"},
    }  # containers and tags that a caller asked for
    assert deep <= interop.get(str(path.relative_to(SOURCE).as_posix()), set())


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_one_way(path):
    """Bug caught: core that knows a project, or one project that leans on another."""
    own = path.relative_to(SOURCE).parts
    room = own[0].removesuffix(".py")
    if room == "__init__":
        return
    for module in imports(path, top_level=True):
        parts = module.split(".")
        if parts[0] == "groundup" and len(parts) > 1:
            assert ROOMS.index(parts[1]) <= ROOMS.index(room), f"{path} imports {module}"
            if room == "projects" and len(own) > 2 and parts[1] == "projects" and len(parts) > 2:
                shared = (SOURCE / "projects" / f"{parts[2]}.py").exists()  # beside the folders, for several of them
                assert shared or parts[2] == own[1], f"{path} imports {module}"


BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sklearn", "scipy", "pandas", "matplotlib", "pyarrow", "joblib"):
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Block())
import numpy as np
import groundup
rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3)); y = X @ [1.0, 2.0, 3.0]
assert abs(groundup.LinearRegression().fit(X, y).predict(X) - y).max() < 1e-12
groundup.LinearRegression().fit(X, y + rng.normal(size=60)).summary()
groundup.LinearRegression(positive=True).fit(X, y)
assert abs(groundup.Ridge(1e-9).fit(X, y).coef_ - [1, 2, 3]).max() < 1e-9
assert groundup.RidgeCV([1e-3, 1e3]).fit(X, y).alpha_ == 1e-3
assert groundup.KMeans(n_clusters=3, random_state=0).fit(X).transform(X).shape == (60, 3)
assert groundup.Lasso(0.01).fit(X, y).certificate_.holds and groundup.LassoCV().fit(X, y).alpha_ > 0
for solver in ("newton", "lbfgs", "saga", "prox-newton"):
    groundup.LogisticRegression(solver=solver).fit(X, y > 0).predict_proba(X)
groundup.LogisticRegression(C=float("inf")).fit(X, y + 3 * rng.normal(size=60) > 0).summary()
groundup.LogisticRegressionCV(Cs=2).fit(X, y > 0).score(X, y > 0)
groundup.SoftmaxRegression(l1_ratio=0.5).fit(X, np.digitize(y, [-2, 2])).predict(X)
groundup.MiniBatchKMeans(n_clusters=3, random_state=0).fit(X).predict(X)
"""


def test_everything_works_with_numpy_alone():
    """Bug caught: a hidden import inside a method."""
    done = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_import_costs_little_more_than_numpy():
    """Bug caught: Matplotlib or Pandas imported at the top."""
    script = "import numpy, time; t = time.perf_counter(); import groundup; print(time.perf_counter() - t)"
    times = [float(subprocess.check_output([sys.executable, "-c", script], text=True)) for _ in range(5)]
    assert min(times) < 0.02


def test_public_names():
    """Bug caught: a lazy name that does not exist, or an unhelpful error for a typing mistake."""
    import groundup

    for name in groundup.__all__:
        assert getattr(groundup, name) is not None
    assert set(groundup.__all__) <= set(dir(groundup))
    with pytest.raises(AttributeError, match="public names"):
        groundup.KMean  # noqa: B018


def test_type_checkers_see_the_public_names():
    """Bug caught: a public name without its type, or with that of another module."""
    import groundup

    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {alias.asname: node.module for node in block.body for alias in node.names}
    assert typed == groundup._HOME
    assert groundup.__all__ == sorted(typed)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_names_are_imported_from_where_they_are_made(path):
    """Bug caught: a module used as a way to another, which then cannot change its own imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("groundup."):
            home = SOURCE.parent.joinpath(*node.module.split(".")).with_suffix(".py")
            if home.exists():
                tree = ast.parse(home.read_text(encoding="utf-8"))
                passed_on = {a.asname or a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
                assert passed_on.isdisjoint(alias.name for alias in node.names), f"{path} imports from {home}"
