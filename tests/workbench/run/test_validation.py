"""Scores on rows not seen: what they are compared with, how they vary, and what noise gives."""

import warnings

import numpy as np
import pytest
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from groundup import Autoencoder, LinearRegression, LogisticRegression, projects
from groundup.core.metrics import average_precision_score, log_loss, roc_auc_score
from groundup.core.statistics.splits import stratified_folds
from groundup.data.dataset import Dataset
from groundup.workbench.report.record import verdict
from groundup.workbench.run import validation
from groundup.workbench.run.measures import measure
from groundup.workbench.run.validation import cross_validate

LINEAR = projects.load("linear_regression").metrics
LOGISTIC = projects.load("logistic_regression").metrics
KMEANS = projects.load("kmeans")


def table(X, y):
    return Dataset("made", "Rows.", X, y, tuple(f"x{j}" for j in range(X.shape[1])), "y")


def noise(seed, n=60, d=50):
    rng = np.random.default_rng(seed)
    return table(rng.normal(size=(n, d)), rng.normal(size=n))


def churn(n=500, share=0.06):
    """A rare class that no column tells anything of."""
    rng = np.random.default_rng(3)
    y = np.where(np.arange(n) < share * n, "yes", "no")
    return table(rng.normal(size=(n, 3)), y[rng.permutation(n)])


def unseen(metrics):
    return [metric for metric in metrics if metric.on == "held out"]


def test_fifty_columns_of_noise_explain_nothing():
    """Catches an in-sample score passed off as one on rows not seen: of noise it is 50 / 59 on average."""
    inside, outside = [], []
    for seed in range(5):
        data = noise(seed)
        model = LinearRegression().fit(data.X, data.y)
        found = measure(LINEAR, model, data)
        inside.append(found["R²"])
        outside.append(found.validation.mean["R²"])
        assert found.baselines["R²"] == pytest.approx(0, abs=1e-12)
        assert found.baselines["root mean squared error"] == pytest.approx(data.y.std())
    assert np.mean(inside) == pytest.approx(50 / 59, abs=0.03)
    assert max(outside) < 0


def test_folds_are_fitted_without_the_rows_that_they_are_scored_on():
    """Catches folds that overlap, a score of the training rows, and a deviation over n instead of n − 1."""
    data = noise(1, n=100, d=2)
    model = LinearRegression().fit(data.X, data.y)
    found = cross_validate(unseen(LINEAR), model, data)
    assert found.words.startswith("in a 5-fold cross-validation of all 100 rows")
    order = np.random.default_rng(0).permutation(100)
    errors = []
    for test in np.array_split(order, 5):
        rest = np.setdiff1d(order, test)
        fold = LinearRegression().fit(data.X[rest], data.y[rest])
        errors.append(np.sqrt(np.mean((fold.predict(data.X[test]) - data.y[test]) ** 2)))
    assert found.mean["root mean squared error"] == pytest.approx(np.mean(errors))
    assert found.std["root mean squared error"] == pytest.approx(np.std(errors, ddof=1))


def test_few_rows_are_left_out_one_by_one():
    """Catches no score at all for fewer than twenty rows, and R² of single rows, which has no meaning."""
    data = noise(2, n=12, d=2)
    model = LinearRegression().fit(data.X, data.y)
    found = cross_validate(unseen(LINEAR), model, data)
    predicted = cross_val_predict(LinearRegression(), data.X, data.y, cv=LeaveOneOut())
    assert found.words == "each of the 12 rows predicted without it"
    assert found.mean["R²"] == pytest.approx(
        1 - ((data.y - predicted) ** 2).sum() / ((data.y - data.y.mean()) ** 2).sum()
    )
    assert np.isnan(found.std["R²"])


def test_held_out_rows_take_part_in_the_folds():
    """Catches a cross-validation that leaves the held-out rows unused."""
    data = noise(1, n=100, d=2).hold_out(0.2, 0, stratify=False)
    model = LinearRegression().fit(data.X, data.y)
    assert "all 100 rows" in cross_validate(unseen(LINEAR), model, data).words


def test_models_that_do_not_predict_are_not_fitted_without_single_rows():
    """Catches an error in place of a report for a table of a dozen rows: what is pooled are predictions."""
    metrics = unseen(projects.load("autoencoder").metrics)
    for n, done in ((12, False), (30, True)):
        data = noise(1, n=n, d=3)
        model = Autoencoder(1, (), solver="lbfgs", random_state=0).fit(data.X)
        assert (cross_validate(metrics, model, data) is not None) == done


def test_slow_models_are_not_cross_validated(monkeypatch):
    """Catches a run whose scores take longer than its fit."""
    monkeypatch.setattr(validation, "LONGEST", -1.0)
    data = noise(1, n=100, d=2)
    assert cross_validate(unseen(LINEAR), LinearRegression().fit(data.X, data.y), data) is None


def test_the_baseline_of_a_rare_class():
    """Catches an accuracy without what "always no" reaches, and the scores of the frequent class."""
    data = churn()
    model = LogisticRegression().fit(data.X, data.y)
    found = measure(LOGISTIC, model, data)
    rare = data.y == "yes"
    assert found.baselines["accuracy"] == pytest.approx(0.94)
    assert found.baselines["balanced accuracy"] == 0.5
    assert found.baselines["average precision of the rarer class"] == pytest.approx(0.06)
    assert found.baselines["log-loss (nats a row)"] == pytest.approx(
        log_loss(rare.astype(int), np.full(500, 0.06)), rel=1e-12
    )
    assert found["recall of the rarer class"] == 0
    score = model.decision_function(data.X)
    assert found["area under the ROC curve"] == pytest.approx(roc_auc_score(rare, score))
    assert found["average precision of the rarer class"] == pytest.approx(average_precision_score(rare, score))
    swapped = table(data.X, np.where(rare, "a", "b"))  # now the rare class is the first
    other = measure(LOGISTIC, LogisticRegression().fit(swapped.X, swapped.y), swapped)
    name = "average precision of the rarer class"
    assert other[name] == pytest.approx(found[name], rel=1e-6)


def test_precision_is_of_all_folds_together():
    """Catches a fold without a predicted positive that counts as a precision of 0 in a mean."""
    rng = np.random.default_rng(1)
    y = np.where(np.arange(100) < 12, "yes", "no")[rng.permutation(100)]
    data = table(rng.normal(size=(100, 2)) + 1.2 * (y == "yes")[:, None], y)
    model = LogisticRegression().fit(data.X, data.y)
    found = cross_validate(unseen(LOGISTIC), model, data)
    order = np.random.default_rng(0).permutation(100)
    called, right, empty = 0, 0, 0
    for learned, test in stratified_folds(y[order], 5):
        fold = LogisticRegression().fit(data.X[order[learned]], y[order[learned]])
        positive = fold.predict(data.X[order[test]]) == "yes"
        called += positive.sum()
        right += (positive & (y[order[test]] == "yes")).sum()
        empty += not positive.any()
    assert empty > 0
    assert found.mean["precision of the rarer class"] == right / called
    assert found.mean["recall of the rarer class"] == right / 12
    assert found.mean["F1 of the rarer class"] == pytest.approx(2 * right / (called + 12))
    assert np.isnan(found.std["precision of the rarer class"])
    assert found.std["accuracy"] > 0


def test_a_class_of_a_single_row():
    """Catches an error, or a warning a fold, where a class cannot be in every fold."""
    data = churn(40, share=1 / 40)
    model = LogisticRegression().fit(data.X, data.y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = cross_validate(unseen(LOGISTIC), model, data)
    assert found is None or np.isnan(found.mean["log-loss (nats a row)"])


def test_the_inertia_of_one_cluster():
    """Catches an inertia without its scale."""
    data = KMEANS.data["iris"](0)
    model = KMEANS.models[0].estimator(3, random_state=0).fit(data.X)
    found = measure(KMEANS.metrics, model, data)
    assert found.baselines == {"inertia": pytest.approx(data.X.var(axis=0).sum() * 150)}
    assert found.validation is None


def test_no_side_is_better_in_digits_that_are_not_shown():
    """Catches "reference" next to two numbers that look the same."""
    assert verdict(1.0, 1.0 + 4e-7, "lower") == "equal"
    assert verdict(0.0, 0.0, "lower") == "equal"
    assert verdict(1.0, 1.00001, "lower") == "groundup"
