"""The models against the textbook: the same counts, probabilities and predictions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from groundup.projects.naive_bayes import textbook

K, EXACT = 3, {"rtol": 1e-12, "atol": 1e-13}


def documents(n=60, d=7, seed=0):
    """Counts of words in three classes, and the classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % K
    return rng.poisson(rng.gamma(1.0, 2.0, size=(K, d))[y]).astype(float), y


@pytest.mark.parametrize("alpha", [0.1, 1.0, 3.0])
def test_multinomial(alpha):
    # the prior forgotten, alpha added once instead of d times in the divisor, probabilities across classes
    X, y = documents()
    model = MultinomialNB(alpha=alpha).fit(X, y)
    N = textbook.count(X, y, K)
    log_pi, log_theta = textbook.log_prior(y, K), textbook.smooth(N, alpha)
    J = textbook.joint(X, log_pi, log_theta)
    assert_array_equal(model.feature_count_, N)
    assert_allclose(model.class_log_prior_, log_pi, **EXACT)
    assert_allclose(model.feature_log_prob_, log_theta, **EXACT)
    assert_allclose(model.predict_joint_log_proba(X), J, **EXACT)
    assert_allclose(model.predict_log_proba(X), textbook.log_posterior(J), **EXACT)
    assert_array_equal(model.predict(X), textbook.predict(J))
    assert_allclose(np.exp(textbook.log_posterior(J)).sum(axis=1), 1, rtol=1e-14)


def test_contributions():
    # contributions of words that are absent, or with the wrong sign
    X, y = documents()
    explanation = MultinomialNB().fit(X, y).explain(X[4])
    log_theta = textbook.smooth(textbook.count(X, y, K), 1.0)
    present = np.flatnonzero(X[4])
    assert explanation.features.tolist() == [f"column {j}" for j in present]
    assert_allclose(explanation.log_odds(2, 0), textbook.log_odds(X[4], log_theta, 2, 0)[present], **EXACT)


@pytest.mark.parametrize("alpha", [0.1, 1.0])
def test_complement(alpha):
    # the class's own words among those of all others
    X, y = documents()
    model = ComplementNB(alpha=alpha).fit(X, y)
    weights = textbook.smooth_complement(textbook.count(X, y, K), alpha)
    assert_allclose(model.feature_log_prob_, weights, **EXACT)
    assert_array_equal(model.predict(X), textbook.predict(X @ weights.T))


@pytest.mark.parametrize("alpha", [0.1, 1.0])
def test_bernoulli(alpha):
    # absent words that do not count, alpha once instead of twice in the divisor, occurrences instead of documents
    X, y = documents()
    B = (X > 1).astype(float)
    model = BernoulliNB(alpha=alpha, binarize=1.0).fit(X, y)
    log_p, log_q = textbook.smooth_presence(textbook.count(B, y, K), np.bincount(y), alpha)
    assert_allclose(np.exp(log_p) + np.exp(log_q), 1, rtol=1e-14)
    J = textbook.bernoulli_joint(B, textbook.log_prior(y, K), log_p, log_q)
    assert_allclose(model.feature_log_prob_, log_p, **EXACT)
    assert_allclose(model.predict_joint_log_proba(X), J, **EXACT)


def test_categorical():
    # categories of one column counted for another, smoothing by the largest number of categories of all columns
    X, y = documents(d=3)
    X = np.minimum(X, [1, 2, 4]).astype(int)
    model = CategoricalNB(alpha=0.5).fit(X, y)
    J = textbook.log_prior(y, K)
    for j, C in enumerate((2, 3, 5)):
        log_theta = textbook.smooth_categories(X[:, j], y, K, C, 0.5)
        assert_allclose(model.feature_log_prob_[j], log_theta, **EXACT)
        J = J + log_theta[:, X[:, j]].T
    assert_allclose(model.predict_joint_log_proba(X), J, **EXACT)


@pytest.mark.parametrize("share", [1e-9, 0.1])
def test_gaussian(share):
    # the half of the exponent forgotten, log 2π left out, the floor added to standard deviations
    rng = np.random.default_rng(1)
    y = np.arange(50) % K
    X = rng.normal(size=(50, 4)) * [1, 2, 5, 0.1] + y[:, None]
    model = GaussianNB(var_smoothing=share).fit(X, y)
    mu, v = textbook.means(X, y, K), textbook.variances(X, y, K, share)
    assert_allclose(model.theta_, mu, **EXACT)
    assert_allclose(model.var_, v, **EXACT)
    J = textbook.gaussian_joint(X, textbook.log_prior(y, K), mu, v)
    assert_allclose(model.predict_joint_log_proba(X), J, **EXACT)


def test_merged_batches():
    # means of batches that are averaged without their numbers, the distance of the means left out of the variance
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(30, 2)), np.zeros(30, int)
    parts = [(len(part), part.mean(axis=0), part.var(axis=0)) for part in (X[:8], X[8:] + 3)]
    n, mean, variance = textbook.merge(*parts[0], *parts[1])
    whole = np.vstack([X[:8], X[8:] + 3])
    assert n == 30
    assert_allclose(mean, whole.mean(axis=0), **EXACT)
    assert_allclose(variance, whole.var(axis=0), **EXACT)
    model = GaussianNB(var_smoothing=0.0).partial_fit(whole[:8], y[:8], classes=[0]).partial_fit(whole[8:], y[8:])
    assert_allclose(model.theta_[0], mean, **EXACT)
    assert_allclose(model.var_[0], variance, **EXACT)
