"""Kinds of estimators that no finished project has yet: detectors, classifiers without probabilities, batches."""

import numpy as np
import pytest
from sklearn.utils import get_tags

from groundup.core.checks.accepts import Accepts
from groundup.core.estimator.classifier import Classifier, ProbabilisticClassifier
from groundup.core.estimator.detector import Detector
from groundup.core.estimator.incremental import Incremental, IncrementalClassifier, codes_among
from groundup.core.exceptions import NotFittedError
from groundup.core.storage import record


@record
class Done:
    iteration: int
    total: float
    rows: int
    converged: bool = True


class Far(Detector):
    """Rows far from zero are outliers."""

    def _prepare(self, X, y, sample_weight):
        return self._input(X)

    def _iterate(self, data, start):
        yield Done(1, float(np.abs(data).mean()), len(data))

    def _finish(self, data, state):
        return {"offset_": -2 * state.total}

    def score_samples(self, X):
        return -np.abs(self._new_rows(X)).max(axis=1)


def test_a_detector_tells_outliers():
    # would catch: signs exchanged, a threshold that is not used
    X = np.array([[1.0], [-1.0], [1.0], [9.0]])
    assert Far().fit_predict(X).tolist() == [1, 1, 1, -1]
    assert Far().fit(X).decision_function(X)[3] == 6.0 - 9.0
    assert get_tags(Far()).estimator_type == "outlier_detector"
    with pytest.raises(NotFittedError):
        Far().predict(X)


class Nearest(Classifier):
    """A classifier by scores, without probabilities."""

    def _prepare(self, X, y, sample_weight):
        return self._input(X), np.asarray(y)

    def _iterate(self, data, start):
        yield Done(1, 0.0, len(data[0]))

    def _finish(self, data, state):
        X, y = data
        classes = np.unique(y)
        return {"classes_": classes, "means_": np.array([X[y == c].mean() for c in classes])}

    def _class_scores(self, X):
        return -np.abs(self._new_rows(X) - self.means_)


def test_a_classifier_needs_no_probabilities():
    # would catch: a base class that promises probabilities for every classifier
    model = Nearest().fit([[0.0], [1.0], [9.0]], ["a", "a", "b"])
    assert model.predict([[2.0], [8.0]]).tolist() == ["a", "b"]
    assert model.score([[2.0], [8.0]], ["a", "a"]) == 0.5
    assert not hasattr(model, "predict_proba")
    assert hasattr(ProbabilisticClassifier, "predict_proba")


class RunningMean(Incremental):
    """The mean of all rows seen."""

    accepts = Accepts(sparse=True, non_negative=True)

    def _prepare(self, X, y, sample_weight):
        return self._input(X)

    def _iterate(self, data, start):
        yield self._absorb(data, None)

    def _absorb(self, data, state):
        before = state or Done(0, 0.0, 0)
        total = float((np.ones(len(data)) @ data).sum())
        return Done(before.iteration + 1, before.total + total, before.rows + len(data))

    def _finish(self, data, state):
        return {"mean_": state.total / state.rows, "certificate_": object(), "_state": state}

    def _finish_batch(self, data, state):
        return {"mean_": state.total / state.rows, "_state": state}


def test_batches_go_on_from_a_fit_and_leave_nothing_stale():
    # would catch: a certificate, a history or a count of the fit that outlives the next batch; rows forgotten
    model = RunningMean().fit([[1.0], [3.0]])
    assert model.mean_ == 2.0
    assert hasattr(model, "certificate_")
    assert len(model.history_["iteration"]) == 1
    model.partial_fit([[8.0]])
    assert model.mean_ == 4.0
    assert not hasattr(model, "certificate_")
    assert model.history_ == {}
    assert model.n_features_in_ == 1
    assert RunningMean().partial_fit([[1.0], [3.0]]).partial_fit([[8.0]]).mean_ == 4.0


def test_a_batch_that_fails_changes_nothing():
    # would catch: half of a batch learned, other columns accepted
    model = RunningMean().partial_fit([[1.0], [3.0]])
    before = dict(vars(model))
    for batch, message in (([[1.0, 2.0]], "X has 2 features, but RunningMean is expecting 1"), ([[-1.0]], "negative")):
        with pytest.raises(ValueError, match=message):
            model.partial_fit(batch)
        assert vars(model) == before


def test_tags_follow_from_what_is_accepted():
    # would catch: a declaration that scikit-learn does not see
    tags = get_tags(RunningMean()).input_tags
    assert (tags.sparse, tags.positive_only, tags.allow_nan) == (True, True, False)


class Counter(IncrementalClassifier):
    def _prepare_batch(self, X, y, sample_weight, first, classes=None):
        return self._input(X), codes_among(np.asarray(y), classes), classes

    def _absorb(self, data, state):
        counts = np.bincount(data[1], minlength=len(data[2])).astype(float)
        return counts if state is None else state + counts

    def _finish_batch(self, data, state):
        return {"classes_": data[2], "counts_": state, "_state": state}


def test_classes_are_declared_with_the_first_batch():
    # would catch: classes that change between batches, a class that nobody declared
    model = Counter()
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        model.partial_fit([[0.0]], [1])
    with pytest.raises(ValueError, match="classes must be at least 2, got only one class"):
        model.partial_fit([[0.0]], [1], classes=[1])
    model.partial_fit([[0.0]], [1], classes=[3, 1, 2])
    assert model.classes_.tolist() == [1, 2, 3]
    with pytest.raises(
        ValueError, match=r"\[1, 2\] is not the same as on last call to partial_fit, which was \[1, 2, 3\]"
    ):
        model.partial_fit([[0.0]], [1], classes=[1, 2])
    with pytest.raises(ValueError, match=r"label\(s\) \[7\] in y do not exist in the initial classes \[1, 2, 3\]"):
        model.partial_fit([[0.0]], [7])
    assert model.partial_fit([[0.0], [1.0]], [3, 3]).counts_.tolist() == [1.0, 0.0, 2.0]
