"""Scores, intervals, curves, calibration: equal to scikit-learn and the textbook, and defined where those are not."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn import metrics

from groundup.pipeline import costs as costing
from groundup.pipeline.calibration import Calibrated, ProbabilityMap, choose
from groundup.pipeline.config import Config, Data, Evaluation
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.evaluation import curves, scores
from groundup.pipeline.evaluation.comparison import mcnemar
from groundup.pipeline.evaluation.intervals import Resamples, bootstrap, mean, share
from groundup.projects.classification_pipeline import textbook

PLAIN = Config(data=Data(file="t", target="y"))


def drawn(K, n=200, ties=True, seed=0):
    rng = np.random.default_rng(seed)
    P = rng.dirichlet(np.ones(K), n)
    P = np.round(P, 1) + 0.01 if ties else P
    P /= P.sum(axis=1, keepdims=True)
    y = np.array([rng.choice(K, p=p) for p in P])
    return y, P


@pytest.mark.parametrize("ties", [True, False], ids=["ties", "no ties"])
def test_two_classes_equal_scikit_learn_and_the_textbook(ties):
    # rows with equal probabilities that pass one after the other, the wrong class, a factor of two
    y, P = drawn(2, ties=ties)
    p = P[:, 1]
    assert abs(scores.roc_auc(y, P) - metrics.roc_auc_score(y, p)) < 1e-14
    assert abs(scores.roc_auc(y, P) - textbook.area(y, p)) < 1e-14
    assert abs(scores.average_precision(y, P) - metrics.average_precision_score(y, p)) < 1e-14
    assert abs(scores.average_precision(y, P) - textbook.average_precision(y, p)) < 1e-14
    assert abs(scores.brier(y, P) - metrics.brier_score_loss(y, p)) < 1e-14
    assert abs(scores.brier(y, P) - textbook.brier(y, p)) < 1e-14
    assert abs(scores.log_loss(y, P) - metrics.log_loss(y, p)) < 1e-14
    assert abs(scores.balanced_accuracy(y, P.argmax(1)) - metrics.balanced_accuracy_score(y, P.argmax(1))) < 1e-14


def test_several_classes_equal_scikit_learn():
    # a mean over rows instead of classes
    y, P = drawn(4)
    assert abs(scores.roc_auc(y, P) - metrics.roc_auc_score(y, P, multi_class="ovr")) < 1e-14
    assert abs(scores.average_precision(y, P) - metrics.average_precision_score(np.eye(4)[y], P)) < 1e-14
    assert abs(scores.brier(y, P) - metrics.brier_score_loss(y, P)) < 1e-14
    assert abs(scores.log_loss(y, P) - metrics.log_loss(y, P)) < 1e-14


def test_scores_of_certain_and_one_sided_rows():
    # an infinite loss, an area where one class is absent
    certain = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert scores.log_loss(np.array([1, 0]), certain) == pytest.approx(-np.log(np.finfo(float).eps))
    assert np.isnan(scores.roc_auc(np.array([0, 0]), certain))
    assert scores.balanced_accuracy(np.array([0, 0]), np.array([0, 1])) == 0.5


def test_every_objective_is_larger_for_a_better_model():
    # a search that finds the worst candidate
    y, P = drawn(2, ties=False)
    better = 0.5 * P + 0.5 * np.eye(2)[y]
    for name in ("neg_log_loss", "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "neg_brier_score"):
        assert scores.objective(name, y, better) > scores.objective(name, y, P), name


def test_shares_have_wilsons_interval():
    found = share(7, 20, 0.95)
    np.testing.assert_allclose((found["low"], found["high"]), textbook.wilson(7, 20, 1.959963984540054), rtol=1e-9)
    assert share(0, 0, 0.95)["value"] is None


def test_intervals_hold_the_truth_as_often_as_they_say():
    # a level that is halved twice, resamples that are all the same
    rng, hits = np.random.default_rng(0), 0
    for turn in range(200):
        values = rng.normal(size=60)
        one = mean(values, Resamples(np.zeros(60, dtype=int), None, 200, turn), 0.9)
        hits += one["low"] <= 0 <= one["high"]
    assert 0.83 <= hits / 200 <= 0.96


@pytest.mark.parametrize("off", [0.0, 0.03, 0.15])
def test_the_interval_of_the_calibration_error_holds_the_truth(off):
    # percentiles of the resamples, which lie above the truth, and often above the value itself
    rng, hits = np.random.default_rng(0), 0
    for turn in range(150):
        p = rng.beta(1.5, 3, 300)
        y = (rng.random(300) < np.minimum(p + off, 1)).astype(int)
        true = sum(abs((np.minimum(p + off, 1) - p)[rows].sum()) for rows in scores.bins(p, scores.BINS)) / 300
        P = np.column_stack([1 - p, p])
        one = curves.calibration_error(y, P, Resamples(y, None, 100, turn), 0.9)
        assert one["value"] == pytest.approx(scores.calibration_error(y, P))
        assert 0 <= one["low"] <= one["value"] <= one["high"] < one["value"] + 0.12
        hits += one["low"] <= true <= one["high"]
    assert hits / 150 >= 0.86


def test_resamples_keep_the_classes_or_the_groups():
    # a resample without the rare class; a group of which half is drawn
    y = np.array([0] * 40 + [1] * 3)
    for rows in Resamples(y, None, 20, 0):
        assert np.bincount(y[rows]).tolist() == [40, 3]
    groups = np.repeat(np.arange(10), 3)
    for rows in Resamples(np.zeros(30, dtype=int), groups, 20, 0):
        counts = np.bincount(rows, minlength=30).reshape(10, 3)
        assert (counts == counts[:, :1]).all()


def test_groups_widen_the_intervals():
    # rows that hang together taken for independent ones
    values = np.repeat(np.random.default_rng(0).normal(size=30), 10)
    y = np.zeros(300, dtype=int)
    alone = mean(values, Resamples(y, None, 300, 0), 0.95)
    together = mean(values, Resamples(y, np.repeat(np.arange(30), 10), 300, 0), 0.95)
    assert together["high"] - together["low"] > 2.5 * (alone["high"] - alone["low"])


def test_what_is_not_defined_has_no_interval():
    y = np.array([0, 0, 1])
    found = bootstrap(lambda rows: {"a": float("nan"), "b": 1.0}, Resamples(y, None, 10, 0), 0.95)
    assert found == {"a": {"value": None, "low": None, "high": None}, "b": {"value": 1.0, "low": 1.0, "high": 1.0}}


def test_curves_go_through_the_textbooks_points():
    y, P = drawn(2)
    alarms, hits = textbook.roc(y, P[:, 1])
    np.testing.assert_allclose(curves.roc(y == 1, P[:, 1]), np.interp(curves.GRID, alarms, hits), atol=1e-12)
    p = P[:, 1]
    for recall in (0.1, 0.5, 1.0):
        wanted = next(y[p >= t].mean() for t in np.unique(p)[::-1] if y[p >= t].sum() >= recall * y.sum() - 1e-9)
        assert abs(curves.precision(y == 1, p)[round(100 * recall)] - wanted) < 1e-12


def test_costs_by_threshold_and_the_best_one():
    # a miss counted as an alarm, a threshold that excludes its own rows
    y, P = drawn(2)
    p, costs = P[:, 1], np.array([[0.0, 1.0], [5.0, 0.5]])
    for t, found in zip((0.0, 0.3, 0.71), curves.costs_at(y, p, costs, np.array([0.0, 0.3, 0.71]))):
        assert abs(found - costs[y, (p >= t).astype(int)].mean()) < 1e-12
    plain = np.array([[0.0, 1.0], [5.0, 0.0]])
    assert curves.best_threshold(y, p, plain) == textbook.best_threshold(y, p, 5, 1)


def test_the_threshold_in_use_is_that_of_the_decisions():
    # costs whose rows and columns are exchanged
    costs = np.array([[0.0, 1.0], [4.0, 0.0]])
    assert costing.threshold(costs) == pytest.approx(0.2)
    P = np.array([[0.81, 0.19], [0.79, 0.21]])
    assert scores.decide(P, costs).tolist() == [0, 1]
    assert costing.threshold(1 - np.eye(3)) is None


def test_costs_of_the_configuration():
    how = Evaluation(costs={"yes": {"no": 5.0}})
    config = Config(data=PLAIN.data, evaluation=how)
    assert costing.matrix(config, ["no", "yes"]).tolist() == [[0, 1], [5, 0]]
    with pytest.raises(PipelineError, match=r"'yes' is no class; there are 'a', 'b'"):
        costing.matrix(config, ["a", "b"])
    wrong = Config(data=PLAIN.data, evaluation=Evaluation(costs={"yes": {"yes": 3.0}}))
    with pytest.raises(PipelineError, match="the decision 'no' costs 1, less than the true class, 3"):
        costing.matrix(wrong, ["no", "yes"])


def test_tables_of_calibration_and_confusion():
    y, P = drawn(2)
    rows = curves.calibration(y, P, 0.95)
    assert sum(one["rows"] for one in rows) == len(y)
    assert sum(one["rows"] * one["share"]["value"] for one in rows) == pytest.approx((y == 1).sum())
    found = curves.confusion(y, P.argmax(1), ["no", "yes"], 0.95)
    assert found["counts"] == textbook.confusion(y, P.argmax(1)).tolist()
    assert curves.confusion(np.array([0, 0]), np.array([0, 1]), ["a", "b"], 0.95)["shares"][1][0]["value"] is None


def test_bins_of_equal_probabilities():
    # rows with the same probability that are told apart by their place in the file, which may be sorted by class
    y = np.array([0] * 60 + [1] * 40)
    constant = np.tile([0.6, 0.4], (100, 1))
    assert scores.calibration_error(y, constant) == pytest.approx(0)
    assert [one["rows"] for one in curves.calibration(y, constant, 0.95)] == [100]
    assert scores.calibration_error(y, np.tile([0.5, 0.5], (100, 1))) == pytest.approx(0.1)
    p = np.random.default_rng(0).random(95)
    found = scores.bins(p, 10)
    assert sorted(np.concatenate(found)) == list(range(95))
    assert {len(rows) for rows in found} <= {9, 10}
    assert all(p[one].max() < p[other].min() for one, other in pairwise(found))


def test_mcnemar_equals_the_textbook():
    assert mcnemar(1, 6) == pytest.approx(textbook.mcnemar(1, 6))
    assert mcnemar(0, 0) == 1.0


def sharpened(K, n=1500):
    y, P = drawn(K, n, ties=False)
    too_sure = P**3
    return y, P, too_sure / too_sure.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("K", [2, 3])
def test_maps_mend_what_is_too_sure(K):
    # columns of the classes that are exchanged; a map that is learned from the rows it is judged on
    y, P, sure = sharpened(K)
    folds = np.array_split(np.arange(len(y)), 3)
    method, losses = choose(y, sure, folds)
    assert method == "logistic"
    assert losses["logistic"] < losses["none"] - 0.05
    mended = ProbabilityMap(method).fit(sure, y).transform(sure)
    np.testing.assert_allclose(mended.sum(axis=1), 1)
    assert np.abs(mended - P).mean() < 0.03


def test_what_is_calibrated_stays_as_it_is():
    # one more step for a gain that is chance
    y, P, _ = sharpened(2)
    assert choose(y, P, np.array_split(np.arange(len(y)), 3))[0] == ""


def test_isotonic_steps_where_the_order_alone_is_right():
    y, P, _ = sharpened(2, 3000)
    p = np.where(P[:, 1] < 0.5, 0.02 * P[:, 1], 0.9 + 0.1 * P[:, 1])
    squeezed = np.column_stack([1 - p, p])
    mended = ProbabilityMap("isotonic").fit(squeezed, y).transform(squeezed)
    assert np.isfinite(scores.log_loss(y, mended))
    assert np.abs(mended - P).mean() < 0.05


def test_calibrated_models_answer_in_the_models_order():
    class Model:
        classes_ = np.array(["a", "b"])

        def predict_proba(self, X):
            return np.asarray(X)

    y, _, sure = sharpened(2)
    model = Calibrated(Model(), ProbabilityMap("logistic").fit(sure, y))
    assert (model.predict(sure) == model.classes_[model.predict_proba(sure).argmax(1)]).all()
    assert scores.roc_auc(y, model.predict_proba(sure)) > 0.8
