"""What searches by cross-validation pass on to splitters and scorers."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.linear_model import RidgeClassifierCV as ClassifierPeer
from sklearn.linear_model import RidgeCV as Peer
from sklearn.metrics import accuracy_score, make_scorer, mean_absolute_error
from sklearn.model_selection import KFold

from groundup import ElasticNetCV, LassoCV, LogisticRegressionCV, MultiTaskLassoCV, RidgeClassifierCV, RidgeCV

ALPHAS = np.logspace(-2, 3, 5)


def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    return X, X @ [1.0, -2, 0, 1] + rng.normal(size=60), rng.uniform(0.1, 3, 60)


@pytest.mark.parametrize("cv", [None, KFold(4)])
@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize("classes", [False, True])
def test_under_routing_a_scorer_gets_the_weights_that_it_asks_for(cv, asks, classes):
    """Bug caught: weights passed to a scorer that does not want them, or kept from one that does."""
    X, y, weight = data()
    ours, peer, metric, sign = RidgeCV, Peer, mean_absolute_error, False
    if classes:
        ours, peer, metric, sign, y = (
            RidgeClassifierCV,
            ClassifierPeer,
            accuracy_score,
            True,
            np.digitize(y, [-1.0, 1.0]),
        )
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = make_scorer(metric, greater_is_better=sign).set_score_request(sample_weight=asks)
        models = [model(ALPHAS, scoring=scorer, cv=cv) for model in (ours, peer)]
        models = [model.set_fit_request(sample_weight=True) for model in models]
        scores = [model.fit(X, y, sample_weight=weight).best_score_ for model in models]
    if (
        cv is not None and classes
    ):  # scikit-learn's folds train without weights of classes, and theirs are not stratified
        assert 0 <= scores[0] <= 1
        return
    assert_allclose(scores[0], scores[1], rtol=1e-9)


@pytest.mark.parametrize("takes", [True, False])
def test_without_routing_a_scorer_of_folds_gets_weights_if_it_takes_them(takes):
    """Bug caught: weights that count in the fit and not in the score, or that a metric cannot take."""
    X, y, weight = data()

    def worst(true, guess):
        return np.abs(true - guess).max()

    scorer = make_scorer(mean_absolute_error if takes else worst, greater_is_better=False)
    ours, peer = (model(ALPHAS, scoring=scorer, cv=4).fit(X, y, weight) for model in (RidgeCV, Peer))
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-9)


class Recording(KFold):
    """Folds that remember what they were asked to split."""

    def split(self, X, y=None, groups=None):
        self.seen = X, y
        return super().split(X, y, groups)


SEARCHES = (
    RidgeCV(ALPHAS),
    RidgeClassifierCV(ALPHAS),
    LassoCV(alphas=3),
    ElasticNetCV(alphas=3),
    MultiTaskLassoCV(alphas=3),
    LogisticRegressionCV(Cs=2, l1_ratios=(0.0,), scoring="accuracy", use_legacy_attributes=False),
)


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: type(search).__name__)
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix, sparse.csc_array, sparse.coo_array])
@pytest.mark.parametrize("offset", [0.0, 1e9])
@pytest.mark.parametrize("absent", [0, 7])
def test_a_splitter_gets_what_the_user_gave(search, form, offset, absent):
    """Bug caught: rows of a class of our own, measured from another origin, or of weight zero."""
    name = type(search).__name__
    if form is not np.asarray and (offset or name == "MultiTaskLassoCV"):
        pytest.skip("sparse data have no offset, and the multi-task lasso takes none")
    X, y, _ = data()
    X = form(X + offset)
    target = (y > 0).astype(int) if name in ("RidgeClassifierCV", "LogisticRegressionCV") else y + offset
    target = np.column_stack([target, target]) if name == "MultiTaskLassoCV" else target
    weight = np.repeat([0.0, 1.0], [absent, 60 - absent])
    folds = Recording(3)
    model = sklearn.clone(search).set_params(cv=folds)
    if name == "MultiTaskLassoCV":
        model.fit(X, target)
        weight[:] = 1
    else:
        model.fit(X, target, sample_weight=weight)
    seen, of = folds.seen
    kept = weight > 0
    assert isinstance(seen, np.ndarray if form is np.asarray else type(X) if kept.all() else type(X.tocsr()))
    dense = seen if form is np.asarray else seen.toarray()
    whole = X if form is np.asarray else X.toarray()
    np.testing.assert_array_equal(dense, whole[kept])
    np.testing.assert_array_equal(of, target[kept])
