"""Figures of every project on data that leaves them nothing to divide by, and with names that are formulas.

Figures are drawn without the net of `picture`, so that one that fails is an error here.
"""

import warnings
from contextlib import suppress

import numpy as np
import pytest
from matplotlib.text import Text

from contracts.cases import SAME_FOR_ALL_DATA, draw
from groundup import projects
from groundup.data.dataset import Dataset
from groundup.plotting.animate import draw_state
from groundup.plotting.figure import NotApplicable
from groundup.plotting.style import style
from groundup.projects.classification_pipeline.figures import experiments
from groundup.projects.gaussian_mixture.figures import convergence
from groundup.projects.gradient_boosting.figures import learning as boosting_rates
from groundup.projects.gradient_boosting.figures import losses
from groundup.projects.kmeans.figures import clusters
from groundup.projects.logistic_regression.figures import solvers
from groundup.projects.naive_bayes.figures import learning
from groundup.projects.pca.figures import numbers
from groundup.projects.regularized_regression.figures import simulation
from groundup.projects.support_vector_machine.figures import kernels

LOADED = {name: projects.load(name) for name in projects.FINISHED}
NAMES = ("$x_$", r"$\frac{$", "$$", "$^$", "price ($) / tax ($)")

rng = np.random.default_rng(5)
count = np.arange(20.0)
two = np.column_stack([count, rng.normal(size=20)])
same = np.full((20, 2), 7.0)
repeated = np.repeat([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]], 5, axis=0)
REGRESSION = {
    "one column, exactly on a line": (count[:, None], 3 * count - 4),
    "exactly in a plane": (two, two @ [1.0, 2.0]),
    "target without spread": (two, np.full(20, 3.0)),
    "features without spread": (same, rng.normal(size=20)),
    "one feature without spread": (np.column_stack([two, same[:, 0]]), rng.normal(size=20)),
    "a feature twice": (two[:, [0, 0]], count + rng.normal(size=20)),
    "rows many times": (repeated, np.repeat([1.0, 2.0, 3.0, 5.0], 5)),
    "three rows": (two[:3], np.array([1.0, 2.0, 4.0])),
    "one row differs": (np.eye(20)[:, :1], np.eye(20)[0]),
}
halves, thirds = np.where(count > 9, "b", "a"), np.array(["a", "b", "c"])[(count // 7).astype(int)]
TWO_CLASSES = {
    "one column, separated": (count[:, None], halves),
    "separated": (two, halves),
    "features without spread": (same, halves),
    "one feature without spread": (np.column_stack([two, same[:, 0]]), np.roll(halves, 3)),
    "rows many times, in both classes": (repeated, np.array(["a", "b"] * 10)),
    "three rows": (two[:3], np.array(["a", "b", "b"])),
}
THREE_CLASSES = {
    "one column": (count[:, None], thirds),
    "features without spread": (same, thirds),
    "rows many times": (repeated, np.array(["a", "b", "c", "a"] * 5)),
    "three rows": (two[:3], np.array(["a", "b", "c"])),
}
SEARCHED = {  # Folds need two rows of some class.
    name: rows for name, rows in (TWO_CLASSES | THREE_CLASSES).items() if name != "three rows"
}
COUNTS = {name: (np.abs(np.round(X)), y) for name, (X, y) in (TWO_CLASSES | THREE_CLASSES).items()} | {
    "words that nobody uses": (np.zeros((20, 3)), halves),
    "a word of one class alone": (np.column_stack([halves == "b", np.ones(20)]).astype(float), halves),
}
ROWS = {name: (X, None) for name, (X, _) in REGRESSION.items() if name != "target without spread"}
HOSTILE = {
    "linear_regression": REGRESSION,
    "regularized_regression": REGRESSION,
    "logistic_regression": TWO_CLASSES,
    "softmax_regression": TWO_CLASSES | THREE_CLASSES,
    "naive_bayes": COUNTS,
    "kmeans": ROWS,
    "gaussian_mixture": ROWS,
    "pca": ROWS,
    "support_vector_machine": TWO_CLASSES | THREE_CLASSES,
    "gradient_boosting": REGRESSION,
    "multilayer_perceptron": TWO_CLASSES | THREE_CLASSES,
    "autoencoder": ROWS,
    "classification_pipeline": SEARCHED,
}
CASES = [(project, case) for project, cases in HOSTILE.items() for case in cases]


@pytest.fixture(autouse=True)
def small_experiments(monkeypatch):
    """Figures that simulate, race or start again do so less often."""
    monkeypatch.setattr(simulation, "DATA_SETS", 4)
    monkeypatch.setattr(clusters, "STARTS", 4)
    monkeypatch.setattr(solvers, "RACE", 10)
    monkeypatch.setattr(learning, "DRAWS", 2)
    monkeypatch.setattr(numbers, "TRIALS", 2)
    monkeypatch.setattr(kernels, "GAMMAS", kernels.GAMMAS[2:5])
    monkeypatch.setattr(kernels, "PRICES", kernels.PRICES[1:4])
    monkeypatch.setattr(convergence, "STEPS", 60)
    monkeypatch.setattr(boosting_rates, "TREES", 20)
    monkeypatch.setattr(losses, "MADE", 200)
    monkeypatch.setattr(losses, "TREES", 10)
    monkeypatch.setattr(experiments, "DEALINGS", 6)


def fitted(name, X, y, columns=None):
    """Return a project with its default model, fitted to a table."""
    project = LOADED[name]
    declared = project.models[0]
    data = Dataset("rows", "A table.", X, y, columns or tuple(f"x{j}" for j in range(X.shape[1])), "y")
    if project.held_out:
        data = data.hold_out(project.held_out, 0, stratify=declared.estimator.kind == "classifier")
    given = dict(declared.parameters(data))
    if "random_state" in declared.estimator.parameter_names():
        given["random_state"] = 0
    groups = {"clusterer": "n_clusters", "density_estimator": "n_components"}.get(declared.estimator.kind)
    if groups:
        given[groups] = min(4, len(np.unique(X, axis=0)))
    return project, declared.estimator(**given).fit(data.X, data.y), data


def drawn(project, model, data):
    """Yield what is drawn for a run: figures, the first and the last frame, and the last of another recording."""
    for figure in project.figures:
        if figure.name not in SAME_FOR_ALL_DATA:
            with suppress(NotApplicable):
                yield figure.render(model, data)
    try:
        frames = list(project.animation.frames(model, data))
        for frame in (frames[0], frames[-1]):
            yield draw_state(project.animation, frame, data)[0]
    except NotApplicable:
        return
    last = []
    for recorded in project.animation.perturbed.values():
        with suppress(NotApplicable):
            last = list(recorded(model, data))[-1:]
    for frame in last:
        yield draw_state(project.animation, frame, data)[0]


@pytest.mark.parametrize(("name", "case"), CASES, ids=lambda value: value)
def test_what_is_drawn_survives_data_without_spread(name, case):
    """Catches an axis scaled by zero, levels that are no levels, a logarithm of nothing, and the warnings of these."""
    with warnings.catch_warnings(), style():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("error", UserWarning)
        for fig in drawn(*fitted(name, *HOSTILE[name][case])):
            draw(fig, laid_out=False)


@pytest.mark.parametrize("name", LOADED)
def test_names_are_drawn_as_they_are(name):
    """Catches a name that Matplotlib takes for a formula: an error, or "price ) / tax (" in italics."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 5))
    counted = {"logistic_regression": 2, "softmax_regression": 3, "naive_bayes": 3, "support_vector_machine": 3,
               "multilayer_perceptron": 3, "classification_pipeline": 2}  # fmt: skip
    classes = counted.get(name)
    if name == "naive_bayes":
        X = rng.poisson(1.5, (60, 5)).astype(float)
    y = X[:, 0] + rng.normal(size=60)
    if classes:
        y = np.array(NAMES[:classes])[np.argsort(np.argsort(y)) * classes // 60]
    project, model, data = fitted(name, X, y if LOADED[name].models[0].supervised else None, NAMES)
    found, seen = set(), 0
    with style():
        for fig in drawn(project, model, data):
            draw(fig, laid_out=False)
            texts = [text for text in fig.findobj(Text) if text.get_text()]
            assert not any(text.get_parse_math() for text in texts)
            assert not any("mathdefault" in text.get_text() for text in texts)
            found |= {name for name in NAMES for text in texts if name in text.get_text()}
            seen += 1
    assert seen >= 3
    assert found or not project.models[0].supervised  # a projection of five columns names none of them
