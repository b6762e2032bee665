"""Families are compared on the same folds, by rows that no step of a pipeline has seen."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import metrics
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from groundup.data.synthetic import classification
from groundup.projects.classification_pipeline import families, textbook


@pytest.fixture(scope="module")
def table():
    """The comparison on two overlapping classes."""
    return families.compared(classification.gaussians(0))


def test_scores_are_those_of_rows_that_were_held_out(table):
    # scores of the rows of the fit, probabilities of the other class, other folds for each family
    data = classification.gaussians(0)
    folds = StratifiedKFold(families.FOLDS, shuffle=True, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky", tol=1e-10))
    P = cross_val_predict(model, data.X, data.y, cv=folds, method="predict_proba")
    (row,) = (row for row in table.rows if row[0] == "logistic regression")
    assert row[1] == pytest.approx(metrics.log_loss(data.y, P), rel=1e-3)
    assert row[4] == pytest.approx(metrics.accuracy_score(data.y, np.unique(data.y)[P.argmax(axis=1)]), rel=1e-3)


def test_the_best_comes_first_with_an_interval(table):
    # the worst first, an interval that does not hold the value, a test of the first against itself
    losses = [row[1] for row in table.rows]
    assert losses == sorted(losses)
    assert {row[0] for row in table.rows} == set(families.pipelines())
    for _, loss, low, high, accuracy, _, seconds in table.rows:
        assert low < loss < high
        assert 0.5 < accuracy < 1
        assert seconds > 0
    assert [row[5] == "" for row in table.rows] == [True] + [False] * 4


def test_p_values_are_mcnemars():
    # the rows that both get right; a test with the two models exchanged
    one, other = np.array([1, 1, 1, 1, 1, 1, 0, 1], bool), np.array([0, 0, 0, 0, 0, 0, 1, 1], bool)
    assert families.against(one, other) == textbook.mcnemar(6, 1)


def test_the_first_is_tested_against_the_others(monkeypatch):
    # a family that is compared with itself
    data = classification.gaussians(0)
    models = {"constant": DummyClassifier(strategy="prior"), "logistic": LogisticRegression()}
    monkeypatch.setattr(families, "pipelines", lambda: models)
    y = np.unique(data.y, return_inverse=True)[1]
    right = [families.out_of_fold(model, data.X, y)[0].argmax(axis=1) == y for model in models.values()]
    first, second = families.compared(data).rows
    assert (first[0], second[0]) == ("logistic", "constant")
    p = families.against(right[1], right[0])
    assert p < 1e-6
    assert float(second[5]) == pytest.approx(p, rel=0.05)


def test_each_row_is_predicted_without_its_fold():
    # a pipeline that has seen the rows it predicts
    class Memory(DummyClassifier):
        def predict_proba(self, X):
            assert not set(X[:, 0]) & self.seen
            return super().predict_proba(X)

        def fit(self, X, y):
            self.seen = set(X[:, 0])
            return super().fit(X, y)

    X, y = np.arange(60.0)[:, None], np.arange(60) % 3
    P, _ = families.out_of_fold(Memory(), X, y)
    assert_allclose(P, 1 / 3)


def test_long_tables_and_rare_classes():
    # minutes for a long table; shares of the classes that a sample changes; folds without one of the classes
    y = np.arange(5000) % 5 // 4
    X, few = families.some_rows(np.arange(5000.0)[:, None], y)
    assert len(X) == len(few) == families.MOST
    assert few.mean() == y.mean() == 0.2
    assert (y[X[:, 0].astype(int)] == few).all()
    data = classification.gaussians(0)
    rare = np.append(np.flatnonzero(data.y == "finch"), np.flatnonzero(data.y == "sparrow")[: families.FEWEST - 1])
    found = families.compared(replace(data, X=data.X[rare], y=data.y[rare]))
    assert found.rows == ()
    assert "fewer than 10 rows" in found.note
