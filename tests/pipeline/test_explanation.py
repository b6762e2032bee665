"""What matters, for whom the model is worse, whether more rows help, and what is told to be doubtful."""

import copy
from dataclasses import replace

import numpy as np
import pandas
import pytest

from groundup.pipeline.config import Config, Data, Evaluation, Selection
from groundup.pipeline.contract import Column, Contract
from groundup.pipeline.evaluation import explanation
from groundup.pipeline.evaluation.curves import calibration
from groundup.pipeline.evaluation.judgement import judge
from groundup.pipeline.evaluation.scores import log_loss
from groundup.pipeline.evaluation.words import calibration_p, doubts, summary, within
from groundup.pipeline.fits import Candidate, Fits, codes_of
from groundup.pipeline.journal import Journal
from groundup.pipeline.search import inner_folds
from support.pipeline_projects import buyers

CONTRACT = Contract(
    {
        "visits": Column(kind="number"),
        "age": Column(kind="number"),
        "town": Column(kind="category"),
        "buys": Column(kind="category"),
    }
)
CONFIG = Config(
    data=Data(file="t", target="buys", positive="yes"),
    selection=Selection(folds=3, processes=1),
    evaluation=Evaluation(resamples=100),
)
CLASSES, COSTS = ["no", "yes"], 1 - np.eye(2)


def truth(frame):
    """Return the probabilities that the rows were drawn with."""
    score = frame["visits"].to_numpy(float) - 4 + 1.5 * (frame["town"] == "Oslo").to_numpy()
    p = 1 / (1 + np.exp(-score))
    return np.column_stack([1 - p, p])


def judged(frame, P, config=CONFIG):
    y = (frame["buys"] == "yes").to_numpy()
    return judge(config, CONTRACT, frame, P, CLASSES, COSTS, [1 - y.mean(), y.mean()])


def test_columns_that_matter_and_columns_that_do_not():
    # an importance with the wrong sign, a column that is permuted for all others, too
    frame = buyers(800)
    found = explanation.importance(CONFIG, frame, truth, ["age", "town", "visits"], CLASSES)
    assert [one["column"] for one in found] == ["visits", "town", "age"]
    assert found[0]["low"] > 0.1
    assert found[1]["low"] > 0
    assert found[2] == {"column": "age", "value": 0.0, "low": 0.0, "high": 0.0}


def test_the_dependence_is_the_models():
    # the grid of another column, the class of the other column of probabilities
    frame = buyers(300)
    found = explanation.dependence(CONFIG, CONTRACT, frame, truth, ["town", "visits"], CLASSES)
    assert [(one["column"], one["class"]) for one in found] == [("town", "yes"), ("visits", "yes")]
    towns = dict(zip(found[0]["grid"], (one["value"] for one in found[0]["curve"])))
    for town in ("Bern", "Oslo"):
        assert towns[town] == pytest.approx(truth(frame.assign(town=town))[:, 1].mean())
    curve = [one["value"] for one in found[1]["curve"]]
    assert found[1]["grid"] == sorted(found[1]["grid"])
    assert curve == sorted(curve)
    for one in found[0]["curve"]:
        assert one["low"] < one["value"] < one["high"]


def test_the_learning_curve_ends_at_all_rows(tmp_path):
    # shares of the tested rows; a curve of another candidate
    fits = Fits(CONFIG, CONTRACT, buyers(300), Journal(tmp_path / "p", "x"), lambda line: None)
    one, splits = Candidate("logistic_regression"), inner_folds(fits)
    found = explanation.learning_curve(fits, one, splits)
    assert [point["rows"] for point in found] == pytest.approx([20, 40, 80, 140, 200], abs=1)
    places, P = fits.out_of_fold(one, splits, "x")
    y = codes_of(fits.frame["buys"].iloc[places], CLASSES)
    assert found[-1]["log_loss"]["value"] == pytest.approx(log_loss(y, P), rel=1e-12)
    assert found[0]["log_loss"]["value"] > found[-1]["log_loss"]["value"]


def test_a_slice_that_is_worse_is_marked_and_no_other():
    # the best slice marked; a slice that is compared with rows of its own
    frame = buyers(900)
    P = truth(frame)
    plain = {one["value"]: one for one in judged(frame, P)["slices"]}
    assert set(plain) == {"Bern", "Oslo", "Rome"}
    assert not any(one["worse"] for one in plain.values())
    P[(frame["town"] == "Rome").to_numpy()] = [0.05, 0.95]
    found = {one["value"]: one for one in judged(frame, P)["slices"]}
    assert [name for name, one in found.items() if one["worse"]] == ["Rome"]
    rome = (frame["town"] == "Rome").to_numpy()
    y = (frame["buys"] == "yes").to_numpy()
    assert found["Rome"]["rows"] == rome.sum()
    assert found["Rome"]["accuracy"]["value"] == pytest.approx(y[rome].mean())
    assert found["Rome"]["roc_auc"]["value"] == pytest.approx(0.5)


def test_slices_of_numbers_and_of_missing_entries():
    # rows at a border in two slices, the largest one in none
    frame = buyers(400)
    frame.loc[frame.index[:40], "town"] = None
    how = replace(CONFIG, evaluation=replace(CONFIG.evaluation, slices=["age", "town"]))
    found = judged(frame, truth(frame), how)["slices"]
    assert sum(one["rows"] for one in found if one["column"] == "age") == 400
    assert sum(one["rows"] for one in found if one["column"] == "town") == 400
    assert next(one["rows"] for one in found if one["value"] == "missing") == 40


def test_a_model_that_is_no_better_than_the_baseline():
    # a gain with the wrong sign
    frame = buyers(400)
    good, bad = judged(frame, truth(frame)), judged(frame, truth(frame.sample(frac=1, random_state=1)))
    for name in ("roc_auc", "log_loss", "brier", "accuracy", "cost"):
        assert good["gain"][name]["low"] > 0, name
        assert bad["gain"][name]["low"] < 0.05, name
    assert bad["gain"]["log_loss"]["high"] < 0


def whole_metrics():
    frame = buyers(900)
    return {
        **judged(frame, truth(frame)),
        "model": {"family": "random_forest", "values": {"max_features": 0.3}},
        "search": [{}] * 12,
        "second": {"model": "groundup.svm (C=1)", "p": 0.02},
        "importance": explanation.importance(CONFIG, frame, truth, ["visits", "age"], CLASSES),
        "nested": None,
        "leakage": {
            "columns": [{"column": "visits", "roc_auc": 0.7}],
            "shuffled": {"roc_auc": 0.5, "low": 0.4, "high": 0.6, "chance": True},
            "order": 0.5,
            "numbering": [],
            "repeated": 0,
        },
    }


def test_doubts_are_told_where_there_are_reasons_and_only_there():
    # a doubt that is never told, or always
    usual = whole_metrics()
    assert doubts(CONFIG, usual) == []
    spoiled = {
        "'fee' alone tells the class": lambda m: m["leakage"]["columns"].append({"column": "fee", "roc_auc": 0.995}),
        "with shuffled classes": lambda m: m["leakage"]["shuffled"].update(roc_auc=0.7, chance=False),
        "the order of the rows tells": lambda m: m["leakage"].update(order=0.1),
        "order of the rows is told by 'row'": lambda m: m["leakage"].update(numbering=["row"]),
        "3 rows of those held out equal a": lambda m: m["leakage"].update(repeated=3),
        "log-loss may be no better": lambda m: m["gain"]["log_loss"].update(low=-0.01),
        "the smallest class has 7 rows": lambda m: m["confusion"].update(counts=[[4, 3], [100, 200]]),
        "probabilities are off": lambda m: m["calibration"][3].update(probability=0.999),
        "worse for town = Rome than": lambda m: m["slices"][-1].update(worse=True),
        "is not that of the outer folds": lambda m: m.update(
            nested={"scores": {"log_loss": {"value": 0.1, "low": 0.05, "high": 0.15}}, "chosen": ["a (x)", "a (y)"]}
        ),
        "chooses a and b in different": lambda m: m.update(
            nested={"scores": {"log_loss": m["scores"]["log_loss"]}, "chosen": ["a (x)", "b (y)"]}
        ),
    }
    for words, spoil in spoiled.items():
        metrics = copy.deepcopy(usual)
        spoil(metrics)
        told = doubts(CONFIG, metrics)
        assert len(told) == 1, words
        assert words in told[0]


def test_calibrated_probabilities_are_seldom_told_to_be_off():
    # a doubt that is told on every second training; one that overlooks a model which is too sure
    counts = {"true": 0, "too sure": 0}
    for seed in range(60):
        frame = buyers(400, seed)
        y, P = (frame["buys"] == "yes").to_numpy().astype(int), truth(frame)
        sure = P**2 / (P**2).sum(axis=1, keepdims=True)
        counts["true"] += calibration_p(calibration(y, P, 0.95)) < 0.01
        counts["too sure"] += calibration_p(calibration(y, sure, 0.95)) < 0.01
    assert counts["true"] <= 3
    assert counts["too sure"] >= 50


def test_the_summary_is_made_from_the_numbers():
    metrics = whole_metrics() | {"doubts": ["a", "b"]}
    text = summary(CONFIG, metrics)
    assert "On 900 rows that no step has seen" in text
    assert within(metrics["scores"]["log_loss"]) in text
    assert "random_forest, the best of 12 candidates" in text
    assert "groundup.svm, makes other errors (McNemar's p-value 0.02)" in text
    assert "What it relies on most: visits; 1 column cannot be told from useless" in text
    assert text.endswith("2 points are doubtful:")


def test_rows_of_one_class_have_no_scores():
    frame = buyers(60)
    one = pandas.DataFrame(frame[frame["buys"] == "yes"])
    with pytest.raises(ValueError, match="two classes at least"):
        judged(one, truth(one))
