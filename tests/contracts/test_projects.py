"""Every finished project keeps what a declaration promises: figures, animation, example, workloads, every model runs.

Data sets are thinned and figures are drawn without being saved, so that the whole suite takes less than a minute.
"""

import json
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from contracts.cases import SAME_FOR_ALL_DATA, draw
from groundup import projects
from groundup.plotting import animate
from groundup.plotting.figure import NotApplicable
from groundup.plotting.style import canvas, style
from groundup.projects.autoencoder import trainings
from groundup.projects.autoencoder.figures import noise, traversals
from groundup.projects.classification_pipeline.figures import experiments
from groundup.projects.gaussian_mixture.figures import convergence
from groundup.projects.gradient_boosting.figures import learning as boosting_rates
from groundup.projects.gradient_boosting.figures import losses
from groundup.projects.gradient_boosting.figures import speed as boosting_speed
from groundup.projects.kmeans.figures import clusters
from groundup.projects.multilayer_perceptron.figures import surfaces
from groundup.projects.naive_bayes.figures import learning
from groundup.projects.pca.figures import numbers
from groundup.projects.regularized_regression.figures import simulation
from groundup.projects.support_vector_machine.figures import kernels
from groundup.workbench.bench import measure
from groundup.workbench.report import report
from groundup.workbench.run.request import Asked, build_model, open_data
from groundup.workbench.run.run import run
from groundup.workbench.run.validation import FOLDS

MOST_ROWS = 200  # Most rows of a data set that a figure is drawn for,
FEW_ROWS = 40  # and for a model other than the default, whose figures show the same data.
FEW_CHARACTERS = 3000  # Characters of a text that a figure is drawn for.
LOADED = {name: projects.load(name) for name in projects.FINISHED}
MODELS = [(name, model.name) for name, project in LOADED.items() for model in project.models]
ON_DATA = [
    (name, model.name, data)
    for name, project in LOADED.items()
    for model in project.models
    for data in project.data_of(model)
    if model is project.models[0] or data == project.data_of(model)[0]
]
WORKLOADS = [(name, workload) for name, project in LOADED.items() for workload in project.workloads]


@pytest.fixture(autouse=True)
def fewer_simulations(monkeypatch):
    """Figures that average over simulated data sets average over fewer of them."""
    monkeypatch.setattr(simulation, "DATA_SETS", 12)
    monkeypatch.setattr(clusters, "STARTS", 12)
    monkeypatch.setattr(learning, "DRAWS", 2)
    monkeypatch.setattr(numbers, "TRIALS", 2)
    monkeypatch.setattr(kernels, "GAMMAS", kernels.GAMMAS[2:5])
    monkeypatch.setattr(kernels, "PRICES", kernels.PRICES[1:4])
    monkeypatch.setattr(convergence, "STEPS", 60)
    monkeypatch.setattr(boosting_rates, "TREES", 20)
    monkeypatch.setattr(losses, "MADE", 200)
    monkeypatch.setattr(boosting_speed, "ROWS", (50, 100))
    monkeypatch.setattr(surfaces, "TRIES", 1)
    monkeypatch.setattr(experiments, "SIZES", (50, 100))
    monkeypatch.setattr(experiments, "TABLES", 20)
    monkeypatch.setattr(experiments, "DEALINGS", 6)
    monkeypatch.setattr(trainings, "EPOCHS", 4)
    monkeypatch.setattr(noise, "EPOCHS", 4)
    monkeypatch.setattr(traversals, "EPOCHS", 4)
    monkeypatch.setitem(noise.PLANE, "max_iter", 20)


def thinned(data, most):
    """Some rows of a data set; of a text its beginning, of which a part stands for what is held out."""
    if data.kind == "text":
        short = data.take(np.arange(FEW_CHARACTERS))
        return replace(short, held_out=data.take(np.arange(FEW_CHARACTERS // 10)))
    return replace(data.take(np.arange(0, len(data.X), -(-len(data.X) // most))), held_out=data.held_out)


@pytest.fixture(scope="module", params=ON_DATA, ids="-".join)
def fitted(request):
    """A project with one of its models, fitted to thinned data."""
    name, model_name, data_name = request.param
    project = LOADED[name]
    asked = Asked(project, model=model_name, data=data_name).settle()
    data = open_data(asked)
    data = thinned(data, MOST_ROWS if asked.model is project.models[0] else FEW_ROWS)
    model = build_model(asked, data)
    return project, asked.model, model.fit(data.X, data.y if asked.model.supervised else None), data


def test_every_figure_is_drawn_or_says_why_not(fitted):
    """Catches a figure that breaks for some data or model, one without title or caption, axes without names."""
    project, declared, model, data = fitted
    drawn, reasons = 0, []
    once = declared is project.models[0] and (data.name == next(iter(project.data)) or data.image is not None)
    for figure in project.figures_of(declared):
        if figure.name in SAME_FOR_ALL_DATA and not once:
            continue
        assert figure.title
        assert not figure.title.endswith(".")
        assert figure.caption.endswith(".")
        assert "`" not in figure.title + figure.caption  # The page shows them as they are.
        try:
            fig = figure.render(model, data)
        except NotApplicable as why:
            reasons.append(str(why))
            continue
        draw(fig, laid_out=once)
        drawn += 1
        for axes in fig.axes:
            assert not axes.axison or axes.get_xlabel() or axes.get_ylabel(), figure.name
    assert all(len(reason) > 10 for reason in reasons)
    assert drawn or np.ndim(data.y) > 1  # all figures of regression are drawn for a single target


def test_the_animation_ends_at_the_reported_model(fitted):
    """Catches too many frames for a page, one that cannot be drawn, and an animation that leads elsewhere."""
    project, declared, model, data = fitted
    animation = project.animation_of(declared)
    assert animation.caption.endswith(".")
    try:
        frames = list(animation.frames(model, data))
    except NotApplicable:
        return
    assert 3 <= len(frames) <= animate.MOST_FRAMES
    words = []
    for frame in (frames[0], frames[-1]):
        with style():
            fig, axes = canvas(animation.rows, animation.columns, animation.size)
            words.append(animation.draw(axes, frame, data) or "")
        draw(fig, laid_out=False)
    assert "the reported model" in words[-1]


def test_the_animation_asks_and_can_be_perturbed(fitted):
    """Catches an animation in which nothing is predicted, or nothing can be changed.

    Catches a question about the reported model, one that is asked where nothing moves, and other recordings that are
    too long, break, or end as if they were the reported model.
    """
    project, declared, model, data = fitted
    animation = project.animation_of(declared)
    assert animation.question.endswith("?")
    try:
        frames = list(animation.frames(model, data))
    except NotApplicable:
        return
    asked = [animation.target(frame, data) for frame in frames]
    assert asked[-1] is None
    moves = [a and b and (a.x, a.y) != (b.x, b.y) for a, b in pairwise(asked)]
    own = next(one for one in project.models if project.animation_of(one) is animation)
    usual = declared is own and data.name == project.data_of(own)[0]
    assert any(moves) or not usual
    assert all(one.axes < animation.rows * animation.columns for one in asked if one)
    assert all(np.isfinite([one.x, one.y]).all() for one in asked if one)
    recordings = {}
    for change, other in animation.perturbed.items():
        with suppress(NotApplicable):
            recordings[change] = list(other(model, data))
    assert recordings or not usual
    for change, taken in recordings.items():
        assert 2 <= len(taken) <= animate.MOST_PERTURBED, change
        if usual:
            places = [animation.target(frame, data) for frame in taken]
            assert any(a and b and (a.x, a.y) != (b.x, b.y) for a, b in pairwise(places)), change
            with style():
                fig, axes = canvas(animation.rows, animation.columns, animation.size)
                words = animation.draw(axes, taken[-1], data) or ""
            assert all(panel.get_title(loc="left") != "the reported model" for panel in fig.axes)
            assert not words.startswith(("the reported model", "This is the reported model"))


def test_findings_are_tables(fitted):
    """Catches rows that do not fit their head, and an empty table without a reason."""
    project, _, model, data = fitted
    for table in project.findings(model, data):
        assert table.title
        assert table.rows or table.note
        assert all(len(row) == len(table.head) for row in table.rows)


@pytest.mark.parametrize("name", LOADED)
def test_the_worked_example_is_complete(name):
    """Catches a number of the chapter that is missing, infinite or not a number."""
    numbers = LOADED[name].worked_example()
    assert len(numbers) >= 10
    for key, value in numbers.items():
        assert value if isinstance(value, str) else np.isfinite(value), key


@pytest.mark.parametrize(("name", "workload"), WORKLOADS, ids=lambda value: getattr(value, "name", value))
def test_both_sides_of_a_workload_solve_the_same_problem(name, workload):
    """Catches benchmarks whose sides minimise different things, and a minimum that ours does not reach.

    On so few rows the reference stops up to ten times further from its minimum than at the nominal size.
    """
    task = measure.prepare(LOADED[name], workload, max(workload.n // 16, 60))
    ours = workload.objective(task.ours(), task.X, task.y)
    excess = {solver: ours - workload.objective(fit(), task.X, task.y) for solver, fit in task.peers.items()}
    allowed = workload.tolerance * abs(ours)
    assert max(excess.values()) <= allowed, excess
    assert max(excess.values()) >= -10 * allowed, excess  # the best of the reference's solvers comes as near


@pytest.mark.parametrize(("name", "model"), MODELS, ids=lambda value: value)
def test_every_model_runs_on_its_default_data(monkeypatch, tmp_path, name, model):
    """Catches a model that cannot be run, compared or recorded, and a main objective worse than the reference's."""
    monkeypatch.setattr(report, "_drawn", lambda result, tell: [])
    monkeypatch.setattr(report, "_recordings", lambda result: "not drawn here")
    project = LOADED[name]
    result = run(Asked(project, model=model), tmp_path)
    parts = [name, *([] if model == project.models[0].name else [model]), result.data.name]
    assert result.folder == tmp_path.joinpath(*parts)
    known = json.loads((result.folder / "metrics.json").read_text("utf-8"))
    assert known["model"] == model
    main = known["metrics"][0]
    assert main["better"] == "lower"
    assert result.declared.reference == "" or main["ours"] <= main["reference"] * (1 + 1e-3)
    assert known["certificate"]["holds"]
    assert (result.folder / "model.npz").exists()
    if result.declared.supervised:
        assert known["data"]["held_out"] == len(result.data.held_out.X) > 0
        assert {metric["on"] for metric in known["metrics"]} == {"training", "held out"}


def test_one_run_fits_no_more_than_it_needs(monkeypatch, tmp_path):
    """Catches a metric, a finding or a figure that fits the model again: 33 fits for one run of the first edition."""
    from sklearn.linear_model import LogisticRegression as Reference

    from groundup.core.estimator.training import Training
    from groundup.workbench.run import run as run_module

    fits = []
    usual, theirs = Training.__init__, Reference.fit
    monkeypatch.setattr(Training, "__init__", lambda self, *a, **k: (fits.append("ours"), usual(self, *a, **k))[1])
    monkeypatch.setattr(Reference, "fit", lambda self, *a, **k: (fits.append("reference"), theirs(self, *a, **k))[1])
    monkeypatch.setattr(run_module, "timed", lambda *a, first, **k: first)
    monkeypatch.setattr(animate, "MOST_FRAMES", 2)
    run(Asked(LOADED["softmax_regression"], data="iris"), tmp_path)
    # Of the run, of the cross-validation, and of two classes without a penalty, whose effects are told from chance; the
    # third one is separated from the rest.
    assert fits.count("ours") == 1 + FOLDS + 2
    assert fits.count("reference") == 1
