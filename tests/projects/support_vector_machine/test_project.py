"""The declaration: what both sides minimise, the user's table, the pair that is drawn, SMO as it is watched."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from groundup import SVC, SVR, LinearSVC, NuSVC, NuSVR, OneClassSVM
from groundup.cli.main import main
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification, clustering, projection, regression
from groundup.plotting.figure import NotApplicable
from groundup.projects.support_vector_machine import animation, demonstration, measures, textbook
from groundup.projects.support_vector_machine.figures import kernels, margin, sigmoid, smo
from groundup.projects.support_vector_machine.project import PROJECT, share_of_classes, suits
from groundup.workbench.report import report
from groundup.workbench.run.compare import fit_reference
from groundup.workbench.run.predict import predict

SEPARATE = np.array([[0.0], [2.0], [3.0]])


def fitted(model_name, data):
    """A model of the project as it is run on a data set."""
    declared = PROJECT.model(model_name)
    model = declared.estimator(**declared.parameters(data))
    return declared, model.fit(data.X, data.y if declared.supervised else None)


# --- metrics ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model_name", [model.name for model in PROJECT.models])
def test_metrics_read_both_sides(model_name):
    """Catches a twin that solves another problem, and a metric that reads what only our models have."""
    data = PROJECT.data[PROJECT.data_of(PROJECT.model(model_name))[0]](0)
    declared, model = fitted(model_name, data)
    reference = fit_reference(declared, model, data)[0]
    for metric in PROJECT.metrics_of(declared):
        ours, theirs = (metric.compute(side, data) for side in (model, reference))
        assert ours == pytest.approx(theirs, rel=1e-4), metric.name
        assert ours > 0, metric.name


def test_the_price_is_the_textbooks():
    """Catches a forgotten half or C, slack of the other class, and a sign that turns all slack around."""
    data = classification.blobs(0)
    model = SVC(kernel="linear", C=0.7, tol=1e-8).fit(data.X, data.y)
    y = np.where(data.y == model.classes_[1], 1.0, -1.0)
    expected = textbook.primal_objective(model.coef_[0], model.intercept_[0], data.X, y, 0.7)
    assert measures.price_of_classes(model, data) == pytest.approx(expected, rel=1e-12)


def test_several_classes_cost_the_sum_of_their_pairs():
    """Catches rows of a third class that pay, and coefficients of the wrong pair."""
    data = bundled.iris(0)
    model = SVC(tol=1e-8).fit(data.X, data.y)
    total = 0.0
    for pair in (("setosa", "versicolor"), ("setosa", "virginica"), ("versicolor", "virginica")):
        own = data.take(np.flatnonzero(np.isin(data.y, pair)))
        machine = SVC(gamma=model._gamma, tol=1e-8).fit(own.X, own.y)
        total += measures.price_of_classes(machine, own)
    assert measures.price_of_classes(model, data) == pytest.approx(total, rel=1e-7)


def test_class_weights_are_prices():
    """Catches a C without the weight of the class."""
    data = classification.blobs(0)
    plain = SVC(kernel="linear", C=3.0, tol=1e-8).fit(data.X, data.y)
    weighted = SVC(kernel="linear", C=1.0, class_weight={"beech": 3.0, "oak": 3.0}, tol=1e-8).fit(data.X, data.y)
    prices = [measures.price_of_classes(model, data) for model in (plain, weighted)]
    assert prices[0] == pytest.approx(prices[1], rel=1e-9)


def test_the_width_that_nu_finds_is_the_one_of_epsilon():
    """Catches a tube whose price is left out, and an ε that is not where the free support vectors lie."""
    data = regression.tide(0)
    found = NuSVR(C=200.0, nu=0.4, tol=1e-8).fit(data.X, data.y)
    width = measures.half_width(found, data.y - found.predict(data.X))
    given = SVR(C=200.0, epsilon=width, tol=1e-8).fit(data.X, data.y)
    assert found.predict(data.X) == pytest.approx(given.predict(data.X), abs=1e-3)
    tube = 200.0 * 0.4 * width * len(data.X)
    expected = measures.price_of_errors(given, data) + tube
    assert measures.price_of_errors(found, data) == pytest.approx(expected, rel=1e-7)


def test_the_hulls_are_as_far_apart_as_the_dual_says():
    """Catches multipliers that are not scaled back: in the fitted machine the margin is one."""
    data = classification.moons(0)
    model = NuSVC(nu=0.3, tol=1e-8).fit(data.X, data.y)
    run = demonstration.run_of(model, data.X, data.y)
    dual, primal = run.gap(run.states[-1])
    assert primal - dual < 0.02 * abs(dual)
    unit = len(data.X) ** 2  # the solver's multipliers have bounds that sum to one
    assert measures.hull_distance(model, data) == pytest.approx(-dual * unit, rel=1e-3)


def test_the_linear_machine_pays_for_its_intercept():
    """Catches a penalty without the intercept, which the reference's includes."""
    X, y = SEPARATE, np.array([0, 1, 1])
    model = LinearSVC(C=2.0, tol=1e-9).fit(X, y)
    slack = np.maximum(0, 1 - np.array([-1, 1, 1]) * model.decision_function(X))
    expected = (model.coef_[0, 0] ** 2 + model.intercept_[0] ** 2) / 2 + 2 * (slack**2).sum()
    data = Dataset("points", "", X, y, ("x",))
    assert measures.linear_price_of_classes(model, data) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("model", [SVC(C=2.0, tol=1e-8), NuSVC(nu=0.3, tol=1e-8)], ids=["SVC", "NuSVC"])
def test_rows_at_the_bound_are_those_within_the_margin(model):
    """Catches a bound of another class or pair, and a bound of ν that is taken for the largest multiplier."""
    data = classification.moons(0)
    model.fit(data.X, data.y)
    own = np.where(data.y == model.classes_[1], 1, -1) * model.decision_function(data.X)
    within = set(np.flatnonzero(own < 1 - 1e-6).tolist())
    assert set(model.support_[measures.at_bound(model, data)].tolist()) == within
    assert 10 < len(within) < len(model.support_)


def test_no_multiplier_is_at_the_bound_where_nothing_is_outside():
    """Catches the largest multiplier of a frontier taken for its bound."""
    data = bundled.standard_wine(0)
    model = OneClassSVM(nu=0.05, tol=1e-8).fit(data.X)
    assert measures.at_bound(model, data).sum() == 0
    assert measures.outside(model, data) == 0


# --- parameters and tables -------------------------------------------------------------------------------------------


def test_a_share_that_the_classes_allow():
    """Catches a ν that is infeasible for a rare class, with which the run ends in an error."""
    X = np.random.default_rng(0).normal(size=(60, 2))
    data = Dataset("rare", "", X, np.repeat(["a", "b"], [55, 5]), ("u", "v"), "class")
    parameters = share_of_classes(data)
    assert parameters["nu"] == pytest.approx(0.15, abs=0.01)
    NuSVC(**parameters).fit(data.X, data.y)


@pytest.mark.parametrize("name", ["SVR", "NuSVR", "LinearSVR"])
def test_a_regression_does_not_depend_on_the_unit_of_the_target(name):
    """Catches a tube and a price that suit targets of size one only: elsewhere a constant is fitted."""
    data = bundled.standard_diabetes(0)
    scaled = Dataset("d", "", data.X, data.y * 1000.0, data.feature_names, "mg")
    near, far = (fitted(name, each)[1] for each in (data, scaled))
    assert far.predict(data.X) == pytest.approx(1000 * near.predict(data.X), rel=1e-3, abs=1.0)
    assert near.score(data.X, data.y) > 0.4


@pytest.mark.parametrize(
    ("n", "y", "name"),
    [
        (50, [0.5, 1.25], "SVR"),
        (50, ["a", "b"], "SVC"),
        (30_000, ["a", "b"], "LinearSVC"),
        (30_000, [0.5], "LinearSVR"),
    ],
)
def test_the_model_suits_the_table(n, y, name):
    """Catches a kernel machine for so many rows that nobody waits for it, and classes taken for numbers."""
    data = Dataset("t", "", np.zeros((n, 1)), np.resize(np.array(y), n), ("x",), "y")
    assert suits(data)[0] == name


@pytest.fixture
def undrawn(monkeypatch):
    """Reports without pictures."""
    monkeypatch.setattr(report, "_drawn", lambda result, tell: [])
    monkeypatch.setattr(report, "_recordings", lambda result: "not drawn here")


@pytest.mark.parametrize(("target", "model"), [("quality", "SVC"), ("strength", "SVR")])
def test_the_target_of_a_table_chooses_the_model(undrawn, tmp_path, target, model):
    """Catches a quantity that is refused because the first model learns classes."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    table = pd.DataFrame(X.round(3), columns=["carbon", "nickel"])
    table["quality"] = np.where(X[:, 0] + X[:, 1] ** 2 > 0.8, "good", "bad")
    table["strength"] = (500 + 30 * X[:, 0] + rng.normal(size=60)).round(2)
    table.drop(columns="strength" if target == "quality" else "quality").to_csv(tmp_path / "melts.csv", index=False)
    assert main(["run", "support_vector_machine", "--data", str(tmp_path / "melts.csv"), "--target", target,
                 "--out", str(tmp_path), "--quiet"]) == 0  # fmt: skip
    folder = tmp_path / "support_vector_machine" / ("" if model == "SVC" else model) / "melts"
    known = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert known["model"] == model
    names = [metric["name"] for metric in known["metrics"]]
    assert ("accuracy" in names) == (model == "SVC")
    frame = predict(folder / "model.npz", tmp_path / "melts.csv").frame
    assert list(frame.columns) == [target]  # no probabilities


def test_a_detector_predicts_with_a_score(undrawn, tmp_path):
    """Catches a column of ±1 that does not say what it means."""
    data = clustering.readings(0)
    table = pd.DataFrame(data.X, columns=["heat", "vibration"])
    table.to_csv(tmp_path / "pump.csv", index=False)
    assert main(["run", "support_vector_machine", "--model", "OneClassSVM", "--data", str(tmp_path / "pump.csv"),
                 "--out", str(tmp_path), "--quiet"]) == 0  # fmt: skip
    file = tmp_path / "support_vector_machine" / "OneClassSVM" / "pump" / "model.npz"
    frame = predict(file, tmp_path / "pump.csv").frame
    assert list(frame.columns) == ["inlier (1) or outlier (-1)", "score"]
    assert ((frame.iloc[:, 0] == 1) == (frame["score"] >= 0)).all()
    assert (frame["score"] < -1e-6).sum() == 8


# --- figures ---------------------------------------------------------------------------------------------------------


def test_the_pair_with_most_support_vectors_is_shown():
    """Catches a picture of two classes that are far apart, where there is nothing to see."""
    data = bundled.iris(0)
    model = SVC().fit(data.X, data.y)
    pair = demonstration.pair_of(model, data)
    assert pair.names == ("versicolor", "virginica")
    assert len(pair.data.X) == 100
    assert not pair.whole
    assert (pair.sign == np.where(pair.data.y == "virginica", 1, -1)).all()
    linear = demonstration.pair_of(LinearSVC().fit(data.X, data.y), data)
    assert linear.names == pair.names
    with pytest.raises(NotApplicable, match="two classes"):
        demonstration.pair_of(OneClassSVM().fit(data.X), data)


def test_of_very_many_rows_both_classes_are_kept():
    """Catches a rare class that is thinned away."""
    X = np.random.default_rng(0).normal(size=(2000, 2))
    data = Dataset("many", "", X, np.where(np.arange(2000) % 100 == 0, "b", "a"), ("u", "v"), "class")
    pair = demonstration.pair_of(SVC().fit(data.X, data.y), data)
    assert len(pair.data.X) <= 400
    assert (pair.sign > 0).sum() >= 3


@pytest.mark.parametrize("make", [classification.blobs, classification.moons, bundled.standard_breast_cancer])
def test_rows_that_are_no_support_vectors_can_be_deleted(make):
    """Catches decisions that depend on rows beyond the margin: the figure's claim, asserted."""
    data = make(0)
    every = SVC(C=2.0, tol=1e-8, gamma=0.5 / data.X.shape[1]).fit(data.X, data.y)
    few = SVC(**every.get_params()).fit(data.X[every.support_], data.y[every.support_])
    assert len(every.support_) < len(data.X) / 2
    assert np.abs(few.decision_function(data.X) - every.decision_function(data.X)).max() < 1e-5
    figure = margin.deletion.render(every, data)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert float(titles[1].rpartition(" ")[2]) < 1e-5
    assert float(titles[2].rpartition(" ")[2]) > 0.01


def test_the_lifted_features_are_those_of_the_kernel():
    """Catches a missing √2: then the plane of the picture is not that of the machine."""
    X = projection.circles(0).X[:20]
    phi = kernels.lifted(X)
    assert phi @ phi.T == pytest.approx((X @ X.T) ** 2, rel=1e-12)
    rows = projection.circles(0)
    machine = SVC(kernel="poly", degree=2, gamma=1.0, coef0=0.0).fit(rows.X, rows.y)
    w = machine.dual_coef_[0] @ kernels.lifted(machine.support_vectors_)
    plane = kernels.lifted(rows.X) @ w + machine.intercept_[0]
    assert plane == pytest.approx(machine.decision_function(rows.X), abs=1e-9)


def test_far_from_the_origin_the_table_is_right():
    """Catches the machines' own table losing digits as the expanded distances do."""
    X = np.random.default_rng(0).normal(size=(40, 2))
    truth = np.exp(-((X[:, None] - X[None]) ** 2).sum(axis=2))
    model = SVC()
    assert np.abs(kernels.expanded(X + 1e8) - truth).max() > 0.5
    assert np.abs(kernels.expanded((X + 1e4).astype(np.float32)) - truth).max() > 0.5
    assert np.abs(kernels.centred(model, X + 1e8) - truth).max() < 1e-6


def test_the_sigmoid_is_that_of_the_second_class():
    """Catches the signs of A and B, which are of the first class."""
    data = classification.moons(0)
    model = SVC(probability=True, random_state=0).fit(data.X, data.y)
    A, B = float(model.probA_[0]), -float(model.probB_[0])
    p = sigmoid.probability(model.decision_function(data.X), A, B)
    assert p == pytest.approx(model.predict_proba(data.X)[:, 1], abs=1e-6)
    assert A < 0


def test_wilsons_interval():
    """Catches bars that leave [0, 1], or shrink to nothing where no row was right."""
    share, low, high = sigmoid.wilson(np.array([0, 5, 10]), np.array([10, 10, 10]))
    assert share.tolist() == [0.0, 0.5, 1.0]
    assert low == pytest.approx([0.0, 0.5 - 0.5 / np.sqrt(11), 10 / 11])  # of one standard deviation
    assert high == pytest.approx([1 / 11, 0.5 + 0.5 / np.sqrt(11), 1.0])


# --- SMO, watched ----------------------------------------------------------------------------------------------------

WATCHED = {
    "SVC": (SVC(C=2.0), classification.moons(0)),
    "NuSVC": (NuSVC(nu=0.3), classification.moons(0)),
    "linear": (SVC(kernel="linear"), classification.blobs(0)),
    "SVR": (SVR(C=100.0, epsilon=8.0), regression.tide(0)),
    "NuSVR": (NuSVR(C=100.0), regression.tide(0)),
    "OneClassSVM": (OneClassSVM(nu=0.1), clustering.readings(0)),
}


@pytest.mark.parametrize("name", WATCHED)
def test_what_is_watched_ends_at_the_model(name):
    """Catches a sign, a constant or a unit in which the drawn decisions differ from the model's."""
    model, data = WATCHED[name]
    model.fit(data.X, None if name == "OneClassSVM" else data.y)
    run = demonstration.run_of(model, data.X, data.y)
    last = run.states[-1]
    ours = run.decide(last, data.X)
    assert ours == pytest.approx(animation.decisions(model, data.X), abs=2e-2 * max(1.0, np.abs(ours).max()))
    assert last.violation <= run.tol
    dual, primal = run.gap(last)
    assert 0 <= primal - dual <= 0.01 * max(abs(dual), 1e-3)


def test_a_score_is_what_the_decision_lacks():
    """Catches scores and triangles that point the wrong way: the pair has to be the extremes of those that may move."""
    data = classification.moons(0)
    model = SVC(C=2.0).fit(data.X, data.y)
    run = demonstration.run_of(model, data.X, data.y)
    y = np.where(data.y == model.classes_[1], 1.0, -1.0)
    before, after = run.states[20], run.states[21]
    seen = run.seen(before)
    _, level = run.level(before)
    lacks = y[run.row] - (run.decide(before, data.X)[run.row] - level)
    assert seen.score == pytest.approx(lacks, abs=1e-9)
    assert (seen.up == np.where(y[run.row] > 0, before.alpha < 2.0, before.alpha > 0)).all()
    first, second = after.pair
    extremes = {
        int(np.where(seen.up, seen.score, -np.inf).argmax()),
        int(np.where(seen.down, seen.score, np.inf).argmin()),
    }
    assert first in extremes
    change = run.decide(after, data.X) - run.level(after)[1] - run.decide(before, data.X) + level
    higher, lower = (first, second) if seen.score[first] > seen.score[second] else (second, first)
    assert change[run.row[higher]] > change[run.row[lower]]  # the one that falls short most gains most


@pytest.mark.parametrize("count", [2, 5, 17, 100, 5000])
def test_the_steps_shown(count):
    """Catches a first or last state that is left out, and steps without the state before them."""
    shown = demonstration.shown_steps(count, 16)
    assert shown == sorted(set(shown))
    assert shown[0] == 0
    assert shown[-1] == count - 1
    assert len(shown) <= 17
    if count > 100:
        assert shown[:4] == list(range(4))


def test_frames_ask_before_they_show():
    """Catches an answer in the frame of its question, and an animation that ends elsewhere."""
    data = classification.moons(0)
    model = SVC().fit(data.X, data.y)
    frames = list(animation.frames(model, data))
    assert all(frame.words.endswith("?") for frame in frames[:-1])
    assert frames[0].words.startswith("300 multipliers, all 0.")
    first = frames[0].run.states[1].pair
    rows = [int(frames[0].run.row[m]) for m in first]
    assert not any(f"row {row}," in frames[0].words for row in rows)
    assert all(f"row {row}," in frames[1].words for row in rows)
    assert "the reported model" in frames[-1].words
    gaps = [primal - dual for _, dual, primal in frames[-1].gaps]
    assert gaps[-1] < 1e-2 * gaps[0]
    top, bend = (float(part) for part in re.search(r"k\(i,j\), (\S+) / (\S+),", frames[0].words).groups())
    alpha, upper = frames[1].state.alpha, frames[0].run.problem.upper
    i, j = first
    assert alpha[i] == pytest.approx(min(top / bend, upper[i], upper[j]), rel=1e-2)
    assert alpha[j] == pytest.approx(alpha[i])


def test_the_boundary_crosses_the_line_where_the_decision_is_zero():
    """Catches a crossing of a margin, of another line, or of the decision of another step."""
    data = classification.blobs(0)
    model = SVC(kernel="linear").fit(data.X, data.y)
    for frames in (animation.frames, *animation.smo_steps.perturbed.values()):
        taken = list(frames(model, data))
        places = [animation.crossing(frame) for frame in taken]
        assert places[0] is None  # no multiplier, no boundary
        for frame, place in zip(taken, places, strict=True):
            if place is not None:
                scale = np.abs(frame.run.decide(frame.state, frame.across)).max()
                assert abs(frame.run.decide(frame.state, place[None])[0]) < 1e-3 * scale
                means = [data.X[data.y == name].mean(axis=0) for name in model.classes_]
                along, across = place - means[0], means[1] - means[0]
                assert abs(along[0] * across[1] - along[1] * across[0]) < 1e-9
        assert sum(place is not None for place in places) >= 3
    assert places[-1] is not None
    low, other = (list(frames(model, data))[-1].run for frames in animation.smo_steps.perturbed.values())
    assert low.problem.upper.max() == pytest.approx(animation.CHEAP)
    assert other.machine.kernel == "rbf"


def test_a_linear_machine_has_no_pairs():
    """Catches a picture of SMO for a machine that is not fitted by it."""
    data = classification.blobs(0)
    with pytest.raises(NotApplicable, match="no pairs"):
        smo.watched(LinearSVC().fit(data.X, data.y), data)
