"""The declaration: what a run reports of rows not seen, what it says, and what it draws."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import metrics

from groundup.data import bundled
from groundup.data.synthetic import classification
from groundup.plotting.figure import NotApplicable
from groundup.plotting.style import canvas, style
from groundup.projects.classification_pipeline import animation, findings, project, textbook
from groundup.projects.classification_pipeline.figures import curves, experiments
from groundup.projects.classification_pipeline.judged import ALARM, ASKED, MISS, Judged, judged


@pytest.fixture(scope="module")
def birds():
    """Two overlapping classes, rows held out, and the model of a run."""
    data = classification.gaussians(0).hold_out(0.2, 0, stratify=True)
    return data, project.LogisticRegressionCV(**project.search(data) | {"Cs": 3, "cv": 3}).fit(data.X, data.y)


# --- rows that judge -------------------------------------------------------------------------------------------------


def test_only_rows_that_no_step_has_seen_judge(birds):
    # scores of the rows of the fit; class 0 for class 1
    data, model = birds
    rows = judged(model, data)
    assert len(rows.y) == len(data.held_out.X) == 80
    assert rows.names == ("finch", "sparrow")
    assert_allclose(rows.p, model.predict_proba(data.held_out.X)[:, 1])
    assert (rows.y == (data.held_out.y == "sparrow")).all()
    with pytest.raises(NotApplicable, match="no rows are held out"):
        judged(model, replace(data, held_out=None))
    one = replace(data, held_out=data.held_out.take(np.flatnonzero(rows.y == 0)))
    with pytest.raises(NotApplicable, match="none of it"):
        judged(model, one)


def test_costs_of_a_threshold():
    # misses and false alarms exchanged
    rows = Judged(np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.15, 0.9]), ("good", "bad"), "part")
    assert pytest.approx(1 / 6) == ASKED
    assert [rows.cost(t) for t in (0.0, ASKED, 0.5, 1.0)] == [2, 6, 6, 10]
    assert rows.best() == 0.15
    assert rows.cost(rows.best()) == 1


@pytest.mark.parametrize("seed", range(5))
def test_curve_and_best_threshold_are_those_of_the_textbook(seed):
    # ties that are parted, a threshold that nothing can pass left out, the two costs exchanged
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 40)
    rows = Judged(y, np.clip(0.1 * y + rng.random(40), 0, 1).round(1), ("good", "bad"), "part")
    assert rows.best() == textbook.best_threshold(rows.y, rows.p, MISS, ALARM)
    assert_allclose(rows.roc(), textbook.roc(rows.y, rows.p), rtol=1e-14)
    never = Judged(np.array([1] + [0] * 9), np.array([0.1] + [0.9] * 9), ("good", "bad"), "part")
    equal = Judged(np.array([1, 0, 0, 0, 0, 0, 1]), np.array([1, 2, 3, 4, 5, 6, 9]) / 10, ("good", "bad"), "part")
    assert equal.best() == 0.1 == textbook.best_threshold(equal.y, equal.p, MISS, ALARM)
    assert never.best() == np.inf == textbook.best_threshold(never.y, never.p, MISS, ALARM)


def test_metrics_are_those_of_the_library(birds):
    # a Brier score of the other class, an area of classes in the place of scores
    data, model = birds
    p, y = model.predict_proba(data.held_out.X)[:, 1], (data.held_out.y == "sparrow").astype(int)
    assert project.area(model, data.held_out) == pytest.approx(metrics.roc_auc_score(y, p))
    assert project.brier(model, data.held_out) == pytest.approx(metrics.brier_score_loss(y, p))
    rows = judged(model, data)
    assert project.cost(model, data.held_out) == pytest.approx(rows.cost(ASKED) / 80)


def test_three_classes_have_no_scores_of_two():
    # an area of three classes
    data = classification.three_gaussians(0)
    model = project.LogisticRegressionCV(**project.search(data) | {"Cs": 2, "cv": 2}).fit(data.X, data.y)
    assert all(np.isnan(score(model, data)) for score in (project.area, project.brier, project.cost))
    with pytest.raises(NotApplicable, match="two classes"):
        judged(model, data)
    tables = findings.findings(model, data)
    assert [len(table.rows) for table in tables] == [2, 0, 5]
    assert "Not computed: drawn for two classes" in tables[1].note


def test_small_tables_have_fewer_folds():
    # five folds of three rows
    few = classification.gaussians(0).take(np.arange(197, 203))
    assert [project.search(data)["cv"] for data in (few, classification.gaussians(0))] == [3, 5]


# --- what is said ----------------------------------------------------------------------------------------------------


def test_tables(birds):
    # losses without their sign, intervals that do not hold the value
    data, model = birds
    tried, scores, _ = findings.findings(model, data)
    (best,) = (row for row in tried.rows if row[3])
    assert best[1] == min(row[1] for row in tried.rows) > 0
    assert float(best[0]) == pytest.approx(float(np.ravel(model.C_)[0]), rel=5e-3)
    for _, value, low, high in scores.rows:
        assert low <= value <= high
        assert low < high
    assert "McNemar's test" in scores.note


def test_a_column_that_tells_the_classes_apart_is_named(birds):
    # a leak that is praised; a warning of honest columns, or of one that is large for the first class only by chance
    data, _ = birds
    y = (data.held_out.y == "sparrow").astype(int)
    assert findings.too_good(y, data) == ""
    for sign in (1, -1):  # an area near 0 tells as much as one near 1
        X = np.column_stack([data.held_out.X, sign * y * 40.0])
        told = replace(data, held_out=replace(data.held_out, X=X), feature_names=(*data.feature_names, "exit fee"))
        assert "'exit fee'" in findings.too_good(y, told)
        assert "100 % of the pairs" in findings.too_good(y, told)
        few = np.append(np.flatnonzero(y == 0), np.flatnonzero(y)[:3])  # of so few rows chance would tell
        assert findings.too_good(y[few], replace(told, held_out=told.held_out.take(few))) == ""


# --- what is drawn ---------------------------------------------------------------------------------------------------


def test_frames_tell_what_happened(birds):
    # counts of rows that were called before; an end at another threshold than the one asked for
    data, model = birds
    frames = list(animation.frames(model, data))
    assert [frame.threshold for frame in frames] == [*animation.STOPS, ASKED]
    words = []
    for frame in frames:
        with style():
            _, axes = canvas(1, 3, animation.threshold.size)
            words.append(animation.draw(axes, frame, data))
    moved = [int(words[k].split(": ")[1].split()[0]) for k in range(len(words) - 1)]
    assert sum(moved) == (judged(model, data).p >= animation.STOPS[-1]).sum()
    assert "the reported model" in words[-1]


def test_the_cost_is_predicted_with_its_ratio(birds):
    # a threshold of other costs, a cost curve that shows the next one, a threshold that is not told
    data, model = birds
    rows = judged(model, data)
    for miss, recording in zip((20, 1), animation.threshold.perturbed.values(), strict=True):
        *taken, last = recording(model, data)
        assert last.threshold == pytest.approx(1 / (1 + miss))
        for frame in taken:
            missed = ((rows.p < frame.threshold) & (rows.y == 1)).sum()
            alarms = ((rows.p >= frame.threshold) & (rows.y == 0)).sum()
            point = animation.cost_so_far(frame, data)
            assert (point.x, point.y) == (frame.threshold, miss * missed + alarms)
        assert animation.cost_so_far(last, data) is None
    with style():
        _, axes = canvas(1, 3, animation.threshold.size)
        words = animation.draw(axes, taken[0], data)
    assert axes[2].lines[0].get_xdata().min() >= taken[0].threshold
    assert f"Next the threshold {taken[1].threshold:g}" in words


def test_precision_for_another_share():
    # rates of the other class
    assert curves.precisions(0.05, 0.9, 0.01) == pytest.approx(0.009 / (0.009 + 0.0495))
    y, p = np.array([0, 0, 1, 1, 0]), np.array([0.1, 0.4, 0.35, 0.8, 0.6])
    called = p >= 0.35
    rates = called[y == 0].mean(), called[y == 1].mean()
    assert curves.precisions(*rates, y.mean()) == pytest.approx(y[called].mean())


def test_surer_probabilities_keep_their_order():
    # a figure that says so where the areas differ
    p = np.array([0.02, 0.3, 0.5, 0.51, 0.9])
    q = curves.surer(p)
    assert (np.diff(q) > 0).all()
    assert q[2] == pytest.approx(0.5)
    assert np.log(q[4] / (1 - q[4])) == pytest.approx(3 * np.log(9))


def test_two_folds_are_pessimistic():
    # the caption of the figure: folds that know half of the rows, and a spread that does not depend on their number
    found = experiments.differences()
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert mean[0] < -3 * error[0]
    assert (np.abs(mean[1:]) < 3 * error[1:]).all()
    assert np.ptp(found.std(axis=0)) < 0.02


def test_false_alarms_of_tests_and_of_rules_of_thumb():
    # the caption of the figure: a test that does not keep its level
    still = experiments.watched(100, 0.0)
    assert still[:, 1].mean() < 0.12
    assert (still[:, 0] > 0.1).mean() > 0.6
    assert experiments.watched(1000, 0.25)[:, 1].mean() > 0.95


def test_nothing_is_computed_before_the_split():
    # units of all rows, the held-out ones among them
    data = next(iter(project.PROJECT.data.values()))(0)
    assert data.scale is None
    assert (data.X == bundled.breast_cancer(0).X).all()
