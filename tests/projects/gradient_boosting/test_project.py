"""The declaration: losses of both sides, stages of a model, the user's table, figures and frames."""

import json

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics

from groundup import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from groundup.cli.main import main
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification, regression
from groundup.data.tables.load import load_table
from groundup.plotting.figure import NotApplicable
from groundup.projects.common.words import rounded
from groundup.projects.gradient_boosting import (
    animation,
    findings,
    influence,
    measures,
    stages,
    textbook,
    tree_animation,
    tuning,
    workloads,
)
from groundup.projects.gradient_boosting.figures import dependence, importances, losses, rounds, splits, trees
from groundup.projects.gradient_boosting.project import suits
from groundup.saving import load
from groundup.workbench.report import report
from groundup.workbench.run import run as run_module
from groundup.workbench.run.predict import predict

SINE, FRIEDMAN = regression.sine(0), regression.friedman(0)
BOOSTED = [
    (GradientBoostingRegressor(n_estimators=5), SINE),
    (GradientBoostingRegressor(loss="huber", n_estimators=5), FRIEDMAN),
    (GradientBoostingClassifier(n_estimators=5), classification.moons(0)),
    (GradientBoostingClassifier(loss="exponential", n_estimators=5), classification.moons(0)),
    (GradientBoostingClassifier(n_estimators=5), bundled.iris(0)),
    (HistGradientBoostingRegressor(max_iter=5), FRIEDMAN),
    (HistGradientBoostingRegressor(loss="absolute_error", max_iter=5), FRIEDMAN),
    (HistGradientBoostingClassifier(max_iter=5), bundled.iris(0)),
]


# --- losses and stages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "data"), BOOSTED[:4], ids=str)
def test_the_loss_of_predictions_is_the_recorded_one(model, data):
    """Catches a metric of another loss than the fit lowers; of two classes the record is twice the log-loss."""
    model.fit(data.X, data.y)
    record = model.train_score_[-1] / (2 if model.loss == "log_loss" else 1)
    if model.loss == "huber":  # its threshold is that of the last residuals, in the record of those before
        assert measures.training_loss(model, data) < 1.02 * record
    else:
        assert measures.training_loss(model, data) == pytest.approx(record, rel=1e-9)


HISTOGRAMS = ({"loss": "poisson"}, {"loss": "gamma"}, {"loss": "quantile", "quantile": 0.3})


@pytest.mark.parametrize("parameters", HISTOGRAMS, ids=str)
def test_the_loss_of_histogram_trees_is_the_recorded_one(parameters):
    """Catches predictions in place of their logarithms, and another quantile."""
    data = Dataset(**vars(FRIEDMAN) | {"y": np.abs(FRIEDMAN.y) + 0.1})
    model = HistGradientBoostingRegressor(max_iter=3, **parameters).fit(data.X, data.y)
    assert measures.training_loss(model, data) == pytest.approx(model.history_["loss"][-1], rel=1e-9)
    tree = DecisionTreeRegressor(criterion="poisson", max_depth=2).fit(data.X, data.y)
    assert measures.training_loss(tree, data) == pytest.approx(((data.y - tree.predict(data.X)) ** 2).mean())


def test_of_several_classes_the_last_is_shown():
    """Catches the tree, the targets or the residuals of the first class, and those of a tree without their mean."""
    iris = bundled.iris(0)
    model = GradientBoostingClassifier(n_estimators=2).fit(iris.X, iris.y)
    found, last = stages.stages_of(model, iris), np.asarray(iris.y) == model.classes_[-1]
    assert found.observed.tolist() == last.astype(float).tolist()
    assert stages.first_tree(model).threshold.tolist() == found.trees[0].threshold.tolist()
    for one in (model, DecisionTreeClassifier(max_depth=2).fit(iris.X, iris.y)):
        assert stages.first_residuals(one, iris) == pytest.approx(last - last.mean(), abs=1e-12)


@pytest.mark.parametrize(("model", "data"), BOOSTED, ids=str)
def test_stages_end_at_the_model(model, data):
    """Catches a start that is missing, a learning rate that is taken twice or not, and the scores of another class."""
    model.fit(data.X, data.y)
    found = stages.stages_of(model, data)
    assert len(found.F) == 6
    expected = model.predict_proba(data.X)[:, -1] if found.names else model.predict(data.X)
    assert found.shown(found.F[-1]) == pytest.approx(expected, rel=1e-9)
    assert np.ptp(found.F[0], axis=1).max() == 0
    values = [found.value(count) for count in range(6)]
    assert (np.diff(values) < 0).all()


@pytest.mark.parametrize(("model", "data"), BOOSTED, ids=str)
def test_a_tree_is_shown_with_what_it_was_grown_on(model, data):
    """Catches residuals after the tree instead of before, and trees of another class: the cut must gain."""
    model.fit(data.X, data.y)
    found = stages.stages_of(model, data)
    for count in (0, 4):
        r, tree = found.residuals(count), found.trees[count]
        mean = stages.leaf_means(tree, found.X, r)
        left = tree.goes_left(found.X[:, tree.feature[0]], np.zeros(len(r), int))
        best = max(float(textbook.best_split(x, r)[0]) for x in found.X.T)
        share = left.mean()
        gain = len(r) * share * (1 - share) * (r[left].mean() - r[~left].mean()) ** 2
        assert gain > 0.9 * best  # the histogram's cuts, and second derivatives, choose nearly the same
        assert mean[tree.apply(found.X)] @ r > 0


def test_the_drawn_step_is_what_the_leaf_asks_for():
    """Catches steps of histogram trees that have the learning rate in them already."""
    exact = GradientBoostingRegressor(n_estimators=1, max_depth=1).fit(SINE.X, SINE.y)
    coarse = HistGradientBoostingRegressor(max_iter=1, max_leaf_nodes=2).fit(SINE.X, SINE.y)
    told = [trees.said(model, stages.first_tree(model))(1) for model in (exact, coarse)]
    assert told[0] == told[1]
    left = SINE.X[:, 0] <= stages.first_tree(exact).threshold[0]
    assert told[0] == f"step {SINE.y[left].mean() - SINE.y.mean():+.3g}".replace("-", "−")


# --- parameters and tables -------------------------------------------------------------------------------------------


def with_encoder(data):
    """The same rows as a user's table."""
    from groundup.data.tables.encoding import TableEncoder

    return Dataset(**vars(data) | {"encoder": TableEncoder.of_numbers(data.feature_names)})


def test_the_number_of_trees_is_chosen_by_rows_not_seen(monkeypatch):
    """Catches the number that is best on the rows of the fit, which is always the largest."""
    monkeypatch.setattr(tuning, "MOST_TREES", 60)
    noise = Dataset("n", "", SINE.X, np.random.default_rng(0).normal(size=250), ("x",), "y")
    fixed = {"max_depth": 3, "learning_rate": 0.3}
    few = tuning.count_of_trees(GradientBoostingRegressor, "n_estimators", with_encoder(noise), fixed)
    many = tuning.count_of_trees(GradientBoostingRegressor, "n_estimators", with_encoder(FRIEDMAN), fixed)
    assert few == {"n_estimators": 10}
    assert many["n_estimators"] > 30
    assert tuning.count_of_trees(GradientBoostingRegressor, "n_estimators", noise, fixed) == {}


def test_the_depth_of_a_tree_is_chosen_by_rows_not_seen():
    """Catches a tree that is grown until it knows every row of the fit."""
    rng = np.random.default_rng(0)
    step = Dataset("s", "", SINE.X, (SINE.X[:, 0] > 5) + rng.normal(size=250), ("x",), "y")
    assert tuning.depth_of_tree(DecisionTreeRegressor, with_encoder(step)) == {"max_depth": 1}
    assert tuning.depth_of_tree(DecisionTreeRegressor, with_encoder(SINE))["max_depth"] >= 3


@pytest.fixture
def undrawn(monkeypatch):
    """Reports without pictures, each side timed once, and few trees."""
    monkeypatch.setattr(run_module, "timed", lambda *a, first, **k: first)
    monkeypatch.setattr(report, "_drawn", lambda result, tell: [])
    monkeypatch.setattr(report, "_recordings", lambda result: "not drawn here")
    monkeypatch.setattr(tuning, "MOST_TREES", 20)


def melts(n=60):
    """A table of numbers, a category and gaps, with a quantity and a class to predict."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2))
    furnace = np.resize(["old", "new", "spare"], n)
    table = pd.DataFrame(X.round(3), columns=["carbon", "nickel"])
    table["strength"] = (500 + 30 * X[:, 0] + 20 * (furnace == "old") + rng.normal(size=n)).round(2)
    table["quality"] = np.where(table["strength"] > 505, "good", "bad")
    return table, furnace


@pytest.mark.parametrize(
    ("target", "model"), [("strength", "GradientBoostingRegressor"), ("quality", "GradientBoostingClassifier")]
)
def test_a_plain_table_is_boosted_exactly(undrawn, tmp_path, target, model):
    """Catches classes read as numbers, and a table without gaps given to histograms."""
    table, _ = melts()
    table.drop(columns="quality" if target == "strength" else "strength").to_csv(tmp_path / "melts.csv", index=False)
    assert main(["run", "gradient_boosting", "--data", str(tmp_path / "melts.csv"), "--target", target,
                 "--out", str(tmp_path), "--quiet"]) == 0  # fmt: skip
    folder = tmp_path / "gradient_boosting" / ("" if model == "GradientBoostingRegressor" else model) / "melts"
    assert json.loads((folder / "metrics.json").read_text("utf-8"))["model"] == model


@pytest.mark.parametrize(("target", "kind"), [("strength", "Regressor"), ("quality", "Classifier")])
def test_gaps_and_categories_go_to_the_model_as_they_are(undrawn, tmp_path, capsys, target, kind):
    """Catches indicators and medians in place of what a histogram model knows, and a model file that reads them so."""
    table, furnace = melts()
    table["furnace"] = furnace
    table.loc[::7, "nickel"] = np.nan
    table.loc[3::11, "furnace"] = None
    table.drop(columns="quality" if target == "strength" else "strength").to_csv(tmp_path / "melts.csv", index=False)
    assert main(["run", "gradient_boosting", "--data", str(tmp_path / "melts.csv"), "--target", target,
                 "--out", str(tmp_path)]) == 0  # fmt: skip
    said = " ".join("".join(capsys.readouterr()).split())
    assert f"the model is HistGradientBoosting{kind}" in said
    assert "the table has gaps and columns of categories" in said
    assert "max_iter was chosen by cross-validation" in said
    assert "n_estimators" not in said
    folder = tmp_path / "gradient_boosting" / f"HistGradientBoosting{kind}" / "melts"
    model = load(folder / "model.npz")
    assert model.n_features_in_ == 3
    assert model.is_categorical_.tolist() == [False, False, True]
    predicted = predict(folder / "model.npz", tmp_path / "melts.csv").frame[target]
    new = table.drop(columns=["strength", "quality"])
    new.loc[0, "furnace"] = "borrowed"
    new.to_csv(tmp_path / "new.csv", index=False)
    with pytest.warns(UserWarning, match="furnace: 1 row with a value never seen, 'borrowed'"):
        others = predict(folder / "model.npz", tmp_path / "new.csv").frame[target]
    assert (others[1:] == predicted[1:]).all()


@pytest.mark.parametrize(("numbers", "kind"), [(True, "Regressor"), (False, "Classifier")])
def test_many_rows_are_boosted_on_histograms(numbers, kind):
    """Catches exact trees for so many rows that nobody waits for them."""
    y = np.resize([0.5, 1.5] if numbers else np.array(["a", "b"]), 20_000)
    many = Dataset("t", "", np.zeros((20_000, 1)), y, ("x",), "y")
    assert suits(many)[0] == f"HistGradientBoosting{kind}"
    assert suits(many.take(np.arange(100)))[0] == f"GradientBoosting{kind}"


# --- influence -------------------------------------------------------------------------------------------------------


def test_columns_that_matter_are_found():
    """Catches columns in another order, shuffled rows of the fit, and the indicators of a category apart."""
    data = FRIEDMAN.hold_out(0.2, 0, stratify=False)
    found = influence.influence_of(GradientBoostingRegressor().fit(data.X, data.y), data)
    assert set(found.order[:5].tolist()) == {0, 1, 2, 3, 4}
    assert found.matters[:5].all()
    assert (found.raised[5:] < 0.1).all()
    assert not found.seen
    assert (found.direction[[0, 1, 3, 4]] > 0.5).all()
    assert abs(found.direction[2]) < 0.5  # a parabola has no direction
    assert found.gain.sum() == pytest.approx(1)


def test_gain_misleads_where_the_figure_says_so():
    """Catches a made-up trial in which gain does not mislead."""
    rows, other = importances.lottery(0), importances.lottery(1)
    model = GradientBoostingRegressor(max_depth=4).fit(rows.X, rows.y)
    inside, outside = (importances.one_of(model, rows, each) for each in (rows, other))
    assert inside.gain.argmax() == inside.raised.argmax() == 2
    assert outside.raised.argmax() == 0
    assert not outside.matters[2]


# --- figures ---------------------------------------------------------------------------------------------------------


def test_the_histogram_finds_nearly_the_best_cut():
    """Catches gains of the wrong scale, and squares that do not lie on the line of all cuts."""
    model = GradientBoostingRegressor(max_depth=2).fit(SINE.X, SINE.y)
    upper = splits.split_scan.render(model, SINE).axes[0]
    line, squares = upper.get_lines()[:2]
    x, y = (np.array(values) for values in line.get_data())
    places, heights = (np.array(values) for values in squares.get_data())
    assert len(places) == splits.BINS - 1
    assert heights == pytest.approx(np.interp(places, x, y), abs=1e-9)
    assert y.max() == pytest.approx(model.estimators_[0, 0].tree_.gains()[0] / (250 * SINE.y.var()), rel=1e-9)


def test_losses_pull_as_they_are_drawn():
    """Catches a curve whose slope is not the drawn pull."""
    r = np.linspace(-3, 3, 6001)
    for name in losses.ROBUST:
        values, pull = losses.loss_of_residuals(name, r)
        assert np.gradient(values, r)[1:-1] == pytest.approx(
            pull[1:-1], abs=1.1e-3 if name != "absolute_error" else 1.1
        )
    assert losses.loss_of_residuals("absolute_error", np.array([-2.0, 2.0]))[1].tolist() == [-1, 1]


@pytest.mark.parametrize(
    "model",
    [
        GradientBoostingRegressor(n_estimators=10),
        HistGradientBoostingRegressor(max_iter=10),
        DecisionTreeRegressor(max_depth=3),
    ],
    ids=lambda model: type(model).__name__,
)
def test_the_bars_end_at_the_prediction(model):
    """Catches values of another row, or a start that is not the expected value."""
    model.fit(FRIEDMAN.X, FRIEDMAN.y)
    title = dependence.shap_values.render(model, FRIEDMAN).axes[0].get_title(loc="left")
    rows = influence.some_rows(len(FRIEDMAN.X), dependence.ROWS)
    row = int(title.partition(":")[0].removeprefix("row "))
    start, end = (float(word) for word in title.partition("from ")[2].split(" on average to "))
    assert end == pytest.approx(model.predict(FRIEDMAN.X[rows[row] : rows[row] + 1])[0], rel=5e-3)
    assert start == pytest.approx(FRIEDMAN.y.mean(), rel=5e-3)


def test_one_column_needs_no_importances():
    """Catches three panels with one bar each."""
    model = GradientBoostingRegressor(n_estimators=3).fit(SINE.X, SINE.y)
    with pytest.raises(NotApplicable, match="one column"):
        importances.importances.render(model, SINE)
    with pytest.raises(NotApplicable, match="A single tree"):
        rounds.rounds.render(DecisionTreeRegressor(max_depth=2).fit(SINE.X, SINE.y), SINE)


# --- frames ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [1, 3, 5, 6, 40, 100, 3000])
def test_trees_that_are_shown(total):
    """Catches a first or last tree that is left out, and more frames than fit on a page."""
    shown = animation.counts_shown(total)
    assert shown[0] == 0
    assert shown[-1] == total
    assert shown == sorted(set(shown))
    assert len(shown) <= 16


def test_frames_ask_before_they_show():
    """Catches an answer in the frame of its question, and an animation that ends elsewhere."""
    data = SINE.hold_out(0.2, 0, stratify=False)
    model = GradientBoostingRegressor(max_depth=1, n_estimators=8).fit(data.X, data.y)
    frames = list(animation.frames(model, data))
    assert all(frame.words.endswith("?") for frame in frames[:-1])
    cut = f"time (s) ≤ {model.estimators_[0, 0].tree_.threshold[0]:.3g}"
    assert cut not in frames[0].words
    assert cut in frames[1].words
    assert frames[-1].title == "the reported model"
    assert f"went from {data.y.var():.3g} to {model.train_score_[-1]:.3g}" in frames[-1].words


@pytest.mark.parametrize("made", [SINE, classification.moons(0)], ids=["numbers along one column", "classes"])
def test_the_ringed_point_is_what_the_trees_say(made):
    """Catches a point of another row, of another number of trees, or a score that is told as a probability."""
    known = {"n_estimators": 8, "random_state": 0}
    numbers = made is SINE
    model = (GradientBoostingRegressor if numbers else GradientBoostingClassifier)(**known).fit(made.X, made.y)
    *taken, last = animation.frames(model, made)
    assert animation.ringed_point(last, made) is None
    if numbers:
        row = taken[0].grid[[taken[0].marked]]
        said = [made.y.mean(), *(one[0] for one in model.staged_predict(row))]
    else:
        row = made.X[[taken[0].marked]]
        said = [np.mean(made.y == model.classes_[1]), *(one[0, 1] for one in model.staged_predict_proba(row))]
    points = [animation.ringed_point(frame, made) for frame in taken]
    free = "y" if numbers else "x"
    assert {point.free for point in points} == {free}
    assert [getattr(point, free) for point in points] == pytest.approx([said[frame.count] for frame in taken])
    other, stumps = (list(frames(model, made)) for frames in animation.boosting.perturbed.values())
    assert other[0].stages.model.learning_rate == 1
    assert all(tree.max_depth == 1 for tree in stumps[0].stages.trees)
    assert [frame.count for frame in stumps] == [0, 1, 2, 12]


@pytest.mark.parametrize("parameters", [{"max_depth": 3}, {"max_leaf_nodes": 5}, {"max_depth": 4, "ccp_alpha": 0.05}])
def test_a_tree_grows_to_the_reported_one(parameters):
    """Catches frames of another tree, and branches that were pruned without a word."""
    model = DecisionTreeRegressor(**parameters).fit(SINE.X, SINE.y)
    frames = list(tree_animation.frames(model, SINE))
    assert frames[0].tree.node_count == 1
    sizes = [frame.tree.n_leaves for frame in frames]
    assert sizes[:-1] == sorted(sizes[:-1])
    assert frames[-1].tree is model.tree_
    assert ("pruned" in frames[-1].words) == (sizes[-1] < sizes[-2]) == ("ccp_alpha" in parameters)


def test_the_impurity_of_a_tree_is_predicted():
    """Catches the impurity of another level, and other trees that are grown by the same rules."""
    model = DecisionTreeRegressor(max_depth=3).fit(SINE.X, SINE.y)
    *taken, last = tree_animation.frames(model, SINE)
    for frame in taken:
        leaf = frame.tree.apply(SINE.X)
        inside = sum(((SINE.y[leaf == k] - SINE.y[leaf == k].mean()) ** 2).sum() for k in np.unique(leaf))
        point = tree_animation.impurity_so_far(frame, SINE)
        assert (point.x, point.y) == (frame.tree.max_depth, pytest.approx(inside / len(SINE.y)))
    assert tree_animation.impurity_so_far(last, SINE) is None
    wide, drawn = (list(frames(model, SINE)) for frames in tree_animation.growing.perturbed.values())
    assert np.bincount(wide[-1].tree.apply(SINE.X))[wide[-1].tree.is_leaf].min() >= len(SINE.X) // 10
    assert drawn[-1].curve[1][1] > taken[1].curve[1][1]


def test_a_tree_that_is_a_leaf_does_not_grow():
    """Catches an animation of nothing."""
    model = DecisionTreeClassifier().fit(np.ones((20, 2)), np.resize(["a", "b"], 20))
    with pytest.raises(NotApplicable, match="single leaf"):
        list(tree_animation.frames(model, SINE))


def test_timed_predictions_are_both_of_a_hundred_trees():
    """Catches a prediction of another model on one side."""
    X, _ = workloads.waves(50)
    assert workloads.predicted("ours", X, None) == pytest.approx(workloads.predicted("theirs", X, None), abs=1e-6)


# --- what the report says of a user's table ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def flats(tmp_path_factory):
    """A table with a column of categories, as the workbench reads it for histograms."""
    rng, n = np.random.default_rng(0), 240
    district = np.resize(["Mitte", "Nord", "Hafen"], n)
    size = rng.uniform(30, 120, n).round(1)
    price = (3.0 * size + 100.0 * (district == "Hafen") + rng.normal(size=n)).round(2)
    path = tmp_path_factory.mktemp("flats") / "flats.csv"
    pd.DataFrame({"size": size, "district": district, "price": price}).to_csv(path, index=False)
    return load_table(path, "price", "regressor", missing=True, native_categories=True)


def of_histograms(data):
    return HistGradientBoostingRegressor(max_iter=10, categorical_features=[1]).fit(data.X, data.y)


def test_categories_are_shown_by_name(flats):
    """Catches their numbers on the axis of the partial dependence, in the bars of a row and in the summary."""
    model = of_histograms(flats)
    panels = dependence.partial_dependence.render(model, flats).axes
    ticks = {panel.get_xlabel(): [tick.get_text() for tick in panel.get_xticklabels()] for panel in panels}
    assert ticks["district"] == ["Hafen", "Mitte", "Nord"]
    bars = dependence.shap_values.render(model, flats).axes[0]
    assert "district = Hafen" in [tick.get_text() for tick in bars.get_yticklabels()]
    rows = {row[0]: row[1:] for row in flats.describe("regressor").rows}
    assert rows["district"] == ("mostly Hafen (33 %)", "–", "–", "–", "–")
    assert rows["size"][0] == pytest.approx(flats.X[:, 0].mean())


@pytest.mark.parametrize("depth", [1, 3])
def test_a_tree_is_told_with_its_leaves(depth):
    """Catches the report of a single tree that ends in an error, and "1 levels" in the title of its picture."""
    tree = DecisionTreeRegressor(max_depth=depth).fit(SINE.X, SINE.y)
    words = "1 level" if depth == 1 else "3 levels"
    assert findings.made_of(tree) == f"The tree has {2**depth} leaves in {words}."
    assert trees.drawn_tree.render(tree, SINE).axes[0].get_title(loc="left") == f"the tree: {2**depth} leaves, {words}"


def test_the_sum_of_one_tree_is_told():
    """Catches an average over one tree."""
    one = GradientBoostingRegressor(n_estimators=1, max_depth=1).fit(SINE.X, SINE.y)
    assert "1 tree of up to 1 level and 2 leaves; each" in findings.made_of(one)


def test_the_drawn_tree_of_several_classes_names_its_class():
    """Catches a count of all classes' trees, of which the first one is not the drawn one."""
    iris = bundled.iris(0)
    model = GradientBoostingClassifier(n_estimators=5).fit(iris.X, iris.y)
    title = trees.drawn_tree.render(model, iris).axes[0].get_title(loc="left")
    assert title.startswith(f"the first of 5 trees of class {model.classes_[-1]}: ")


def test_columns_matter_where_one_class_is_rare():
    """Catches the share of wrong classes, which no column changes where the frequent class is always the likeliest."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(600, 2))
    y = np.where(rng.uniform(size=600) < 0.3 * (X[:, 0] > 0.8), "left", "stayed")
    data = Dataset("churn", "", X, y, ("months", "noise"), "status")
    model = HistGradientBoostingClassifier(max_iter=10).fit(X, y)
    assert set(model.predict(X)) == {"stayed"}
    found = influence.influence_of(model, data)
    assert found.matters[0]
    brier = sklearn.metrics.brier_score_loss(y, model.predict_proba(X)[:, 1], pos_label="stayed")
    assert measures.error(model, data) == pytest.approx(brier, rel=1e-12)


@pytest.mark.parametrize("kind", [GradientBoostingClassifier, HistGradientBoostingClassifier])
def test_the_loss_of_two_classes_is_told_as_the_log_loss(kind):
    """Catches frames with the deviance next to a metric with the log-loss, half of it."""
    moons = classification.moons(0)
    model = kind(**{stages.count_name(kind()): 5}).fit(moons.X, moons.y)
    assert stages.stages_of(model, moons).value(5) == pytest.approx(measures.training_loss(model, moons), rel=1e-9)
    said = "twice this log-loss" in findings.along(model, moons).note
    assert said == (kind is GradientBoostingClassifier)


def test_more_trees_are_not_advised_where_their_number_was_chosen():
    """Catches advice from one split against a cross-validation."""
    data = Dataset(**vars(FRIEDMAN) | {"held_out": regression.friedman(1)})
    model = HistGradientBoostingRegressor(max_iter=10).fit(data.X, data.y)
    assert "more of them may be better" in findings.number_of_trees(model, data)
    chosen = Dataset(**vars(data) | {"notes": ("max_iter was chosen by cross-validation",)})
    assert findings.number_of_trees(model, chosen) == ""


def test_a_target_that_counts_is_named():
    """Catches advice for measurements, or for a model that has the loss already."""
    rng = np.random.default_rng(0)
    counted = Dataset("c", "", rng.normal(size=(100, 1)), rng.poisson(1.5, 100).astype(float), ("x",), "claims")
    plain = HistGradientBoostingRegressor(max_iter=2).fit(counted.X, counted.y)
    poisson = HistGradientBoostingRegressor(max_iter=2, loss="poisson").fit(counted.X, counted.y)
    assert findings.of_counts(plain, counted).startswith("Claims looks like a count")
    assert findings.of_counts(poisson, counted) == ""
    assert findings.of_counts(plain, SINE) == ""


def test_a_band_has_what_it_says():
    """Catches a band that does not follow the true quantiles where there are many rows, and one without an axis."""
    drawn = losses.quantile_bands.render(GradientBoostingRegressor(n_estimators=2).fit(SINE.X, SINE.y), SINE)
    made, own = (panel.get_title(loc="left") for panel in drawn.axes)
    seen, fresh = (int(part.split(" % of ")[0].split()[-1]) for part in made.split(", "))
    assert abs(seen - 80) <= 1
    assert abs(fresh - 80) <= 4
    assert "of 250 rows of the fit" in own
    flat = Dataset("f", "", np.ones((50, 2)), SINE.y[:50], ("a", "b"), "y")
    with pytest.raises(NotApplicable):
        losses.quantile_bands.render(GradientBoostingRegressor(n_estimators=2).fit(flat.X, flat.y), flat)


@pytest.mark.parametrize("kind", [GradientBoostingRegressor, HistGradientBoostingRegressor])
def test_a_quantile_is_not_judged_by_the_distance_from_the_mean(kind):
    """Catches "nothing was learned" of a model of the quantile 0.9, whose R² is negative as it should be."""
    data = SINE.hold_out(0.2, 0, stratify=False)
    name = "alpha" if kind is GradientBoostingRegressor else "quantile"
    model = kind(loss="quantile", **{name: 0.9}).fit(data.X, data.y)
    learned, (first, second) = findings.quantile_quality(model, data)
    share = 100 * (data.held_out.y <= model.predict(data.held_out.X)).mean()
    assert learned
    assert f"of 50 rows not used for the fit, {share:.0f} % are at most" in first
    off = data.held_out.y - model.predict(data.held_out.X)
    loss = np.maximum(0.9 * off, -0.1 * off).mean()
    assert measures.error(model, data.held_out) == pytest.approx(loss, rel=1e-9)
    assert second.startswith(f"Its loss is {rounded(loss)}, and ")


def test_residuals_stay_within_the_frames():
    """Catches rows of the wrong class, whose residuals grow before they fall, beyond the edge of the panel."""
    moons = classification.moons(0)
    sum_ = stages.stages_of(GradientBoostingClassifier(n_estimators=8).fit(moons.X, moons.y), moons)
    low, high = animation.limits(sum_)
    for count in range(9):
        assert low < sum_.residuals(count).min()
        assert sum_.residuals(count).max() < high
    assert np.abs(sum_.residuals(3)).max() > 0.52  # at the start all are 0.5
