"""Logistic regression that chooses its penalty: the grid of scikit-learn, and a search that can be stopped."""

import warnings

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose
from scipy.sparse import csr_array
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegressionCV as Peer
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from groundup import LogisticRegression, LogisticRegressionCV
from groundup.core.estimator.training import Training

CS = [1e-3, 0.1, 1.0, 100.0]
PLAIN = {"l1_ratios": (0.0,), "scoring": "neg_log_loss", "use_legacy_attributes": False}


def data(K=2, n=120):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 3)) + np.array([0, 5, -2])
    return X, ((X - [0, 5, -2]) @ rng.normal(size=(3, K)) + rng.gumbel(size=(n, K))).argmax(1)


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("scoring", ["neg_log_loss", "accuracy"])
def test_the_grid_equals_scikit_learns(K, scoring):
    """Bug caught: scores of the training rows, folds without strata, the mean over Cs instead of folds."""
    X, y = data(K)
    ours = LogisticRegressionCV(Cs=CS, cv=4, tol=1e-7, **PLAIN | {"scoring": scoring}).fit(X, y)
    peer = Peer(
        Cs=CS, cv=4, scoring=scoring, l1_ratios=(0.0,), use_legacy_attributes=False, solver="newton-cholesky",
        tol=1e-10, max_iter=1000,
    ).fit(X, y)  # fmt: skip
    assert ours.C_ == peer.C_
    assert_allclose(ours.scores_, peer.scores_, rtol=1e-5)
    assert_allclose(ours.coefs_paths_, peer.coefs_paths_, rtol=1e-3, atol=1e-5)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-5, atol=1e-7)
    assert ours.certificate_.holds
    assert_allclose(ours.Cs_, CS)


def test_the_last_fit_is_that_of_the_best_penalty():
    """Bug caught: the best C of one fold, or a fit to that fold's rows alone."""
    X, y = data()
    model = LogisticRegressionCV(Cs=CS, tol=1e-6, **PLAIN | {"l1_ratios": (0.0, 0.5, 1.0)}).fit(X, y)
    share, strength = np.unravel_index(model.scores_.mean(0).argmax(), (3, 4))
    assert (model.l1_ratio_, model.C_) == ((0.0, 0.5, 1.0)[share], CS[strength])
    direct = LogisticRegression(C=model.C_, l1_ratio=model.l1_ratio_, tol=1e-8).fit(X, y)
    assert_allclose(model.coef_, direct.coef_, rtol=1e-5, atol=1e-7)
    assert_allclose(model.predict_proba(X), direct.predict_proba(X), rtol=1e-5)


def test_cv_as_splitter_and_scoring_as_function():
    """Bug caught: a splitter's folds ignored; a function called with other arguments."""
    X, y = data()
    splitter = StratifiedKFold(3, shuffle=True, random_state=1)
    model = LogisticRegressionCV(Cs=CS, cv=splitter, **PLAIN | {"scoring": lambda m, a, b: m.score(a, b)}).fit(X, y)
    again = LogisticRegressionCV(Cs=CS, cv=list(splitter.split(X, y)), **PLAIN | {"scoring": "accuracy"}).fit(X, y)
    assert_allclose(model.scores_, again.scores_, rtol=1e-12)
    area = LogisticRegressionCV(Cs=CS, **PLAIN | {"scoring": "roc_auc"}).fit(X, y)
    assert ((area.scores_ > 0.5) & (area.scores_ <= 1)).all()


def test_a_search_goes_on_where_it_stopped():
    """Bug caught: a grid that begins anew, or a warm start that the checkpoint has lost."""
    X, y = load_iris(return_X_y=True)
    model = LogisticRegressionCV(Cs=3, cv=3, **PLAIN)
    states = list(model.steps(X, y))
    assert [state.iteration for state in states] == list(range(1, 11))
    assert [state.converged for state in states] == [False] * 9 + [True]
    again = list(model.steps(X, y, start=states[4]))
    assert_allclose(again[-1].scores, states[-1].scores, rtol=1e-9)
    assert_allclose(again[-1].paths, states[-1].paths, rtol=1e-9)
    half = Training(model, X, y, start=states[6])
    with pytest.warns(UserWarning, match="stopped before"):
        half.finish()
    assert model.C_ in np.geomspace(1e-4, 1e4, 3)


def test_errors_name_what_is_wrong():
    """Bug caught: grids of nothing, names of no score, an older penalty without its shares."""
    X, y = data(3)
    for parameters in ({"Cs": 0}, {"Cs": [1.0, -1.0]}, {"l1_ratios": []}, {"cv": 1}, {"scoring": "beauty"}):
        with pytest.raises(ValueError, match=rf"{next(iter(parameters))}(=|\[1\] ==)"):
            LogisticRegressionCV(**parameters).fit(X, y)
    with pytest.raises(ValueError, match="l1_ratios must be given"):
        LogisticRegressionCV(penalty="elasticnet").fit(X, y)
    with pytest.raises(ValueError, match="average='binary'"):
        LogisticRegressionCV(**PLAIN | {"scoring": "f1"}).fit(X, y)


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("ratios", [None, np.array([0.0]), np.array([0.0, 0.5])], ids=["none", "one", "two"])
@pytest.mark.parametrize("refit", [True, False])
def test_older_shapes_are_scikit_learns(K, ratios, refit):
    """Bug caught: axes of Cs and l1_ratios exchanged, an entry for the first of two classes, means over the grid."""
    X, y = data(K)
    labels = np.array(["ant", "bee", "cow"])[y]
    same = {"Cs": CS[1:3], "cv": 3, "scoring": "neg_log_loss", "use_legacy_attributes": True, "refit": refit}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'l1_ratios=None'", FutureWarning)
        theirs = Peer(**same, l1_ratios=ratios, tol=1e-9, max_iter=20_000, solver="saga").fit(scaled(X), labels)
        ours = LogisticRegressionCV(**same, l1_ratios=ratios, tol=1e-7).fit(scaled(X), labels)
    for name in ("C_", "l1_ratio_", "n_iter_", "coef_", "intercept_"):
        assert np.shape(getattr(ours, name)) == np.shape(getattr(theirs, name)), name
    assert_allclose(ours.C_, theirs.C_, rtol=1e-12)
    assert_allclose(ours.l1_ratio_, 0.0 if ratios is None else theirs.l1_ratio_, rtol=1e-12)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-3, atol=1e-4)
    assert list(ours.scores_) == list(theirs.scores_)
    for key in theirs.scores_:
        assert_allclose(ours.scores_[key], theirs.scores_[key], rtol=1e-4)
        assert_allclose(ours.coefs_paths_[key], theirs.coefs_paths_[key], rtol=1e-2, atol=1e-3)
    assert hasattr(ours, "certificate_") == refit


def scaled(X):
    """Columns of mean zero and variance one, which scikit-learn's stochastic solver needs."""
    return (X - X.mean(axis=0)) / X.std(axis=0)


def test_defaults_say_that_they_will_change():
    """Bug caught: a default call with other shapes, or another score, than scikit-learn 1.9 gives for it."""
    X, y = data()
    with pytest.warns(FutureWarning) as said:
        model = LogisticRegressionCV(Cs=CS, cv=4).fit(X, y)
    words = [str(one.message) for one in said]
    assert [next(k for k, text in enumerate(words) if name in text) for name in ("l1_ratios", "'scoring'", "legacy")]
    assert len(words) == 3
    with pytest.warns(FutureWarning):
        theirs = Peer(Cs=CS, cv=4, solver="newton-cholesky", tol=1e-8).fit(X, y)
    assert_allclose(model.C_, theirs.C_)
    assert_allclose(model.scores_[1], theirs.scores_[1])
    assert model.score(X, y) == theirs.score(X, y)
    with pytest.warns(FutureWarning, match="'penalty' was deprecated"):
        older = LogisticRegressionCV(penalty="l1", Cs=CS, scoring="accuracy", use_legacy_attributes=False).fit(X, y)
    assert older.l1_ratio_ == 1.0


NAMES = ["accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "precision_weighted", "recall_macro", "neg_log_loss",
         "neg_brier_score", "top_k_accuracy"]  # fmt: skip


@pytest.mark.parametrize("name", [*NAMES, "f1", "precision", "recall", "roc_auc", "average_precision"])
@pytest.mark.parametrize("weighted", [False, True])
def test_scores_by_name_are_scikit_learns(name, weighted):
    """Bug caught: a score of training rows, of the wrong sign, or without the weights."""
    X, y = data(3 if name in NAMES else 2)
    weight = 1.0 + np.arange(len(y)) % 3 if weighted else None
    model = LogisticRegressionCV(Cs=CS, cv=3, tol=1e-8, **PLAIN | {"scoring": name}).fit(X, y, weight)
    train, test = list(StratifiedKFold(3).split(X, y))[1]
    at = {} if weight is None else {"sample_weight": weight[test]}
    fold = LogisticRegression(C=CS[2], tol=1e-8).fit(X[train], y[train], None if weight is None else weight[train])
    assert model.scores_[1, 0, 2] == pytest.approx(get_scorer(name)(fold, X[test], y[test], **at), rel=1e-6)
    assert model.score(X, y) == pytest.approx(get_scorer(name)(model, X, y), rel=1e-12)


@pytest.mark.parametrize("K", [2, 3])
def test_a_fold_without_a_class(K):
    """Bug caught: paths without the class, whose probability is then that of another, or an error."""
    X, y = data(K)
    folds = [(np.flatnonzero(y != k), np.flatnonzero(y == k)) for k in range(K)]
    same = {"Cs": [1e-4, 1.0], "cv": folds, **PLAIN, "scoring": "neg_brier_score"}
    ours = LogisticRegressionCV(**same).fit(X, y)
    theirs = Peer(**same, solver="newton-cholesky", tol=1e-8).fit(X, y)
    assert_allclose(ours.scores_, theirs.scores_, rtol=1e-3)
    path = ours.coefs_paths_[0, 0, 1]  # of a fold that never saw the first class
    scores = X[folds[0][0]] @ path[:, :3].T + path[:, 3]
    odds = np.exp(-scores[:, 0]) if K == 2 else np.exp(scores[:, 0] - scores[:, 1:].max(axis=1))
    assert odds.max() < 1e-3


def test_sparse_rows_give_the_same_search():
    """Bug caught: rows of a fold that are made dense, or that lose their columns without entries."""
    X, y = data(3)
    X = np.where(X > 0, X, 0.0)
    dense, sparse = (LogisticRegressionCV(Cs=CS, tol=1e-8, **PLAIN).fit(form(X), y) for form in (np.array, csr_array))
    assert sparse.C_ == dense.C_
    assert_allclose(sparse.scores_, dense.scores_, rtol=1e-7)
    assert_allclose(sparse.coef_, dense.coef_, rtol=1e-6, atol=1e-8)


def test_balanced_classes_of_a_fold_weigh_as_in_all_rows():
    """Bug caught: weights of each fold's own shares, which scikit-learn does not take."""
    X, y = data(3)
    same = {"Cs": CS, "cv": KFold(4), "class_weight": "balanced", **PLAIN}
    ours = LogisticRegressionCV(**same, tol=1e-8).fit(X, y)
    theirs = Peer(**same, solver="newton-cholesky", tol=1e-10).fit(X, y)
    assert_allclose(ours.scores_, theirs.scores_, rtol=1e-5)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4)


def test_groups_reach_the_splitter_and_weights_the_scorer():
    """Bug caught: groups of absent rows, weights that a scorer did not ask for, and silence without routing."""
    X, y = data()
    groups, weight = np.arange(len(y)) % 4, 1.0 + np.arange(len(y)) % 3
    weight[7:11] = 0
    model = LogisticRegressionCV(Cs=CS, cv=GroupKFold(4), **PLAIN)
    with pytest.raises(ValueError, match="is only supported if enable_metadata_routing=True"):
        model.fit(X, y, groups=groups)
    with sklearn.config_context(enable_metadata_routing=True):
        model.set_params(scoring=get_scorer("accuracy").set_score_request(sample_weight=True))
        asked = model.fit(X, y, weight, groups=groups).scores_
        model.set_params(scoring=get_scorer("accuracy").set_score_request(sample_weight=False))
        not_asked = model.fit(X, y, weight, groups=groups).scores_
        with pytest.raises(TypeError, match="got unexpected argument"):
            model.score(X, y, sample_weight=weight)
    kept = weight > 0
    pairs = list(GroupKFold(4).split(X[kept], y[kept], groups[kept]))
    plain = LogisticRegressionCV(Cs=CS, cv=pairs, **PLAIN | {"scoring": "accuracy"})
    assert_allclose(plain.fit(X[kept], y[kept], weight[kept]).scores_, asked, rtol=1e-12)
    assert np.abs(asked - not_asked).max() > 1e-3


def test_a_scorer_of_the_users_own_gets_the_users_form_of_rows():
    """Bug caught: our own class of sparse rows handed to a function that knows SciPy's."""
    X, y = data(2)
    seen = []

    def scorer(model, X, y):
        seen.append(type(X))
        return float(np.mean(model.predict(X) == y))

    LogisticRegressionCV(Cs=CS, **PLAIN | {"scoring": scorer}).fit(csr_array(X), y)
    assert set(seen) == {csr_array}
