"""Who may import whom: the rule that keeps algorithms readable with NumPy alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "groundup"
FLOORS = (  # from the ground; no arrow runs back up
    (
        "core.types",
        "core.constants",
        "core.exceptions",
        "core.text",
        "core.seeds",
        "core.display",
        "core.files",
        "core.memory",
    ),
    ("core.checks", "core.functions", "core.rows", "core.storage", "core.containers"),
    ("core.metrics", "core.statistics", "core.linalg"),
    ("core.optimize", "core.estimator", "core.inspection"),
    ("core.linear", "core.kernels", "core.nn"),
    ("data",),
    ("plotting",),
    ("projects",),
    ("saving",),
    ("workbench", "publish", "pipeline"),
    ("cli",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
ALGORITHM = ("textbook", "models", "solvers", "certificate")  # of a project: NumPy and the standard library only


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


def dotted(path):
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


def room_of(module):
    """The room that a dotted name below groundup lives in: core's rooms by two names, the others by one."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2]) if parts[0] == "core" else parts[0]


FILES = sorted(SOURCE.rglob("*.py"))
MODULES = {dotted(path): path for path in FILES}
OF_PROJECTS = [
    path for path in FILES if path.relative_to(SOURCE).parts[0] == "projects" and path.parent.name != "projects"
]
ALGORITHMS = [
    path for path in OF_PROJECTS
    if path.relative_to(SOURCE).parts[1] != "common"
    and path.relative_to(SOURCE).parts[2].removesuffix(".py") in ALGORITHM
]  # fmt: skip
PLAIN = [*sorted(SOURCE.glob("core/**/*.py")), *sorted(SOURCE.glob("data/text/*.py")), *ALGORITHMS]


def test_no_algorithm_stands_on_a_picture():
    """Bug caught: a model that needs Matplotlib or Pandas because its neighbour draws or declares."""
    others = {dotted(path) for path in OF_PROJECTS if path not in ALGORITHMS and path.name != "__init__.py"}
    for path in ALGORITHMS:
        assert others.isdisjoint(imports(path, top_level=False)), path


@pytest.mark.parametrize("path", PLAIN, ids=lambda p: str(p.relative_to(SOURCE)))
def test_algorithms_import_numpy_and_the_standard_library_only(path):
    """Bug caught: SciPy or scikit-learn doing the mathematics."""
    allowed = {"numpy", "groundup", *sys.stdlib_module_names}
    foreign = {m for m in imports(path, top_level=True) if m.partition(".")[0] not in allowed}
    assert foreign == set()
    deep = {m.partition(".")[0] for m in imports(path, top_level=False)} - allowed
    interop = {
        "core/containers/csr.py": {"scipy"},
        "core/estimator/callbacks.py": {"sklearn"},
        "core/estimator/routing.py": {"sklearn"},
        "core/estimator/search.py": {"sklearn"},
        "core/estimator/tags.py": {"sklearn"},
        "core/estimator/transformer.py": {"pandas", "polars"},
        "core/linear/prediction.py": {"scipy"},
    }  # containers and tags that a caller asked for
    assert deep <= interop.get(str(path.relative_to(SOURCE).as_posix()), set())


@pytest.mark.parametrize("path", OF_PROJECTS, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_project_reaches_into_another(path):
    """Bug caught: one project that leans on the insides of another instead of its public names."""
    own = path.relative_to(SOURCE).parts[1]
    for module in imports(path, top_level=False):
        parts = module.split(".")
        if parts[:2] == ["groundup", "projects"] and len(parts) > 2:
            assert parts[2] in (own, "common"), f"{path} imports {module}"


def arrows(top_level):
    """Pairs of rooms of which the first imports the second, with an example."""
    found = {}
    for path in FILES:
        if path.parent == SOURCE and path.stem != "saving":
            continue  # the package's front door
        for module in imports(path, top_level):
            if module.startswith("groundup.") and room_of(module) in FLOOR:
                found.setdefault((room_of(dotted(path)), room_of(module)), f"{path} imports {module}")
    return found


def test_every_room_stands_on_a_floor():
    """Bug caught: a new file in core that belongs to no room."""
    rooms = {room_of(name) for name in MODULES if name.count(".")} - {"core", "__main__"}
    assert rooms <= set(FLOOR)


def test_imports_point_one_way():
    """Bug caught: core that knows a project, also in an import inside a function."""
    for (above, below), example in arrows(top_level=False).items():
        assert FLOOR[below] <= FLOOR[above], example


def cycle(graph):
    """A path that ends where it began, or nothing."""
    done, trail = set(), []

    def visit(node):
        if node in trail:
            return [*trail[trail.index(node) :], node]
        if node in done:
            return []
        trail.append(node)
        found = next((c for below in sorted(graph.get(node, ())) if (c := visit(below))), [])
        trail.pop()
        done.add(node)
        return found

    return next((c for node in sorted(graph) if (c := visit(node))), [])


def test_a_circle_is_found():
    """Bug caught: a search that never finds anything."""
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle({"a": {"b", "c"}, "b": {"c"}}) == []


def test_no_room_and_no_file_stands_in_a_circle():
    """Bug caught: two files that can only be understood together, even if Python manages to load them."""
    rooms = {}
    for above, below in arrows(top_level=False):
        if above != below:
            rooms.setdefault(above, set()).add(below)
    assert cycle(rooms) == []
    files = {name: set(imports(path, top_level=False)) & set(MODULES) - {name} for name, path in MODULES.items()}
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    assert cycle({name: below - packages for name, below in files.items() if name not in packages}) == []


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
for solver in ("adam", "lbfgs"):
    groundup.MLPClassifier((4,), solver=solver, alpha=1.0, random_state=0).fit(X, y > 0).predict_proba(X)
    groundup.MLPRegressor("huber", (4,), solver=solver, alpha=1.0).fit(X, y).predict(X)
for options in ({"noise": 0.1}, {"solver": "lbfgs", "contractive": 0.1}):
    coder = groundup.Autoencoder(2, (4,), **options).fit(X)
    coder.inverse_transform(coder.transform(X))
groundup.VariationalAutoencoder(2, (4,)).fit(X).sample(3)
for name in ("MultinomialNB", "ComplementNB", "BernoulliNB", "CategoricalNB", "GaussianNB"):
    model = getattr(groundup, name)().fit(np.round(np.abs(X)), y > 0).partial_fit(np.round(np.abs(X)), y > 0)
    print(model.predict_proba(np.round(np.abs(X))), model.explain(np.round(np.abs(X[0]))))
"""


def test_everything_works_with_numpy_alone():
    """Bug caught: a hidden import inside a method."""
    done = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_import_costs_little_more_than_numpy():
    """Bug caught: Matplotlib or Pandas imported at the top."""
    script = "import numpy, time; t = time.process_time(); import groundup; print(time.process_time() - t)"
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
    """Bug caught: a public name that the stub gives another home than the one that is loaded."""
    import groundup

    tree = ast.parse((SOURCE / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {
        alias.asname: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
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
