"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import itertools
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, LogisticRegression, MultinomialNB
from groundup.core.functions import log1pexp, sigmoid
from groundup.projects.naive_bayes import textbook
from groundup.projects.naive_bayes.example import FIFTH, MESSAGE, X, four_messages, y

CHAPTER = (Path(groundup.__file__).parent / "projects" / "naive_bayes" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)


def log_odds(model, row=MESSAGE):
    """Joint log-probability of the first class less that of the second."""
    scores = model.predict_joint_log_proba(row)[0]
    return scores[0] - scores[1]


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


# --- the worked example -----------------------------------------------------------------------------------------------


def test_four_messages_by_hand():
    # a worked example that a pencil contradicts
    worked = four_messages()
    spam, other = Fraction(16, 729) / 2, Fraction(8, 343) / 2
    p = spam / (spam + other)
    assert worked["product_spam"] == r"\ensuremath{\tfrac{8}{729}}"
    assert worked["product_other"] == r"\ensuremath{\tfrac{4}{343}}"
    assert worked["vanishing"] == r"\ensuremath{\tfrac{8}{17}}"
    assert [worked["total_spam"], worked["total_other"]] == [6, 4]
    for key, value in {"joint_spam": spam, "joint_other": other, "sum": spam + other}.items():
        assert decimals(worked[key]) == [pytest.approx(float(value), abs=5e-7)], key
    assert worked["bernoulli_p"] == r"\ensuremath{\tfrac{3}{5}}"
    four = {
        "p_spam": p, "p_other": 1 - p, "log_p_spam": np.log(float(p)), "log_p_other": np.log(float(1 - p)),
        "log_prior": -np.log(2), "score_spam": np.log(float(spam)), "score_other": np.log(float(other)),
        "log_odds": np.log(686 / 729), "shifted": 686 / 729, "log_sum": np.log(1415 / 729),
        "doubled": 2 * np.log(686 / 729), "doubled_p": 686**2 / (686**2 + 729**2), "more_p": 32 / 77,
        "odds_free": np.log(14 / 9), "odds_money": np.log(28 / 9), "odds_lunch": np.log(7 / 36),
    }  # fmt: skip
    for key, value in four.items():
        assert decimals(worked[key]) == [pytest.approx(float(value), abs=5e-5)], key
    lists = {
        "counts_spam": [3, 3, 0], "counts_other": [1, 0, 3], "smoothed_spam": [4, 4, 1], "smoothed_other": [2, 1, 4],
        "theta_spam": [4, 9, 4, 9, 1, 9], "theta_other": [2, 7, 1, 7, 4, 7], "more_theta": [1, 3, 1, 9, 5, 9],
        "present_spam": [3, 4, 3, 4, 1, 4], "present_other": [1, 2, 1, 4, 3, 4],
        "factors_spam": [4, 9, 4, 9, 1, 9], "factors_other": [2, 7, 1, 7, 4, 7],
        "divisor_spam": [9], "divisor_other": [7], "vanishing_spam": [1, 48], "vanishing_other": [3, 128],
        "having_spam": [2, 2, 0], "having_other": [1, 0, 2], "bernoulli_spam": [9, 128], "bernoulli_other": [3, 64],
        "more_counts": [2, 0, 4], "more_smoothed": [3, 1, 5], "more_divisor": [9], "more_prior": [2, 5],
        "more_spam": [32, 3645], "more_other": [1, 81],
        "logs_spam": [-0.81093, -0.81093, -2.19722], "logs_other": [-1.25276, -1.94591, -0.55962],
    }  # fmt: skip
    assert {key: decimals(str(worked[key]).replace(r"\tfrac", "")) for key in lists} == lists


def test_printed_digits_follow_from_one_another():
    # a reader with a pocket calculator who gets another last digit
    worked = {key: decimals(str(value)) for key, value in four_messages().items()}
    for name in ("spam", "other"):
        assert round(worked[f"joint_{name}"][0] / worked["sum"][0], 4) == worked[f"p_{name}"][0]
        terms = [*worked["log_prior"], *worked[f"logs_{name}"]]
        assert round(sum(terms), 5) == worked[f"score_{name}"][0]
    assert round(worked["score_spam"][0] - worked["score_other"][0], 4) == worked["log_odds"][0]
    assert round(worked["log_odds"][0] - worked["log_sum"][0], 4) == worked["log_p_spam"][0]
    assert round(sum(worked[f"odds_{word}"][0] for word in ("free", "money", "lunch")), 4) == worked["log_odds"][0]
    counts = textbook.count(np.vstack([X, FIFTH]), np.append(y, 1), 2)
    assert counts[1].tolist() == [2, 0, 4]


# --- theorems ---------------------------------------------------------------------------------------------------------


def test_copies_multiply_the_log_odds():
    # the theorem without "less those of the prior", or with an alpha that must be adapted
    rng = np.random.default_rng(0)
    classes, rows = np.r_[np.zeros(12), np.ones(8)], rng.poisson(2.0, size=(20, 4)).astype(float)
    for model in (
        MultinomialNB(alpha=0.7),
        BernoulliNB(alpha=0.7, binarize=1.5),
        CategoricalNB(alpha=0.7),
        GaussianNB(),
    ):
        prior = np.log(12 / 8)
        once = log_odds(model.fit(rows, classes), rows[:1]) - prior
        for m in (2, 5):
            copies = np.tile(rows, m)
            assert log_odds(model.fit(copies, classes), copies[:1]) - prior == pytest.approx(m * once, rel=1e-11)
    assert pytest.approx([0.941, 0.999999], abs=3e-4) == [16 / 17, 4**10 / (4**10 + 1)]


def test_unsmoothed_is_the_limit_of_vanishing_smoothing():
    # finite parts without the number of unseen words times log N_k
    rows = np.array([[4.0, 2, 0, 0], [3, 0, 1, 0], [0, 0, 5, 2]])
    document = np.array([[1.0, 0, 1, 1], [1, 2, 0, 1], [0, 3, 1, 2]])
    limit = MultinomialNB(alpha=0.0).fit(rows, [0, 1, 2]).predict_proba(document)
    assert_allclose(limit, MultinomialNB(alpha=1e-9).fit(rows, [0, 1, 2]).predict_proba(document), atol=1e-7)
    unseen = (document[:, None, :] * (rows == 0)).sum(axis=2)
    assert ((limit > 0) == (unseen == unseen.min(axis=1, keepdims=True))).all()


def test_dirichlet_mean_and_mode():
    # off by one: the mode under Dirichlet(a) is smoothed by a - 1, its mean by a
    counts, a = np.array([3.0, 1.0, 0.0]), 2.0
    grid = np.array([(i, j, 300 - i - j) for i in range(1, 300) for j in range(1, 300 - i)]) / 300
    density = np.exp(np.log(grid) @ (counts + a - 1))
    assert_allclose(density @ grid / density.sum(), (counts + a) / (4 + 3 * a), atol=2e-4)
    assert_allclose(grid[density.argmax()], (counts + a - 1) / (4 + 3 * (a - 1)), atol=1 / 300)


def test_shared_variances_give_logistic_form():
    # the half of the squares, or the sign of the intercept
    mu, v = np.array([[0.0, 1], [2, -1]]), np.array([[0.5, 2], [0.5, 2]])
    x, log_pi = np.array([[1.2, 0.4]]), np.log([0.3, 0.7])
    w, b = (mu[1] - mu[0]) / v[0], np.log(7 / 3) - ((mu[1] ** 2 - mu[0] ** 2) / (2 * v[0])).sum()
    posterior = np.exp(textbook.log_posterior(textbook.gaussian_joint(x, log_pi, mu, v)))[0, 1]
    assert posterior == pytest.approx(float(sigmoid(w @ x[0] + b)), rel=1e-14)


def witnesses(copies):
    """Rows, classes and probabilities of a witness who is right in 0.9 and copies of one who is right in 0.7."""
    kinds = list(itertools.product((0, 1), (0, 1), (0, 1)))  # class, first right, second right
    rows = [[k if first else 1 - k] + [k if second else 1 - k] * copies for k, first, second in kinds]
    weight = [0.5 * (0.9 if first else 0.1) * (0.7 if second else 0.3) for _, first, second in kinds]
    return np.array(rows), np.array([k for k, _, _ in kinds]), np.array(weight)


def test_copies_outvote_and_logistic_regression_shares():
    # the numbers of the statement, and the answers of its exercise
    assert [np.log(9), np.log(7 / 3), 3 * np.log(7 / 3)] == pytest.approx([2.197, 0.847, 2.542], abs=5e-4)
    for copies, error in ((1, 0.1), (2, 0.1), (3, 0.3)):
        rows, classes, weight = witnesses(copies)
        model = BernoulliNB(alpha=0).fit(rows, classes, sample_weight=weight)
        assert weight @ (model.predict(rows) != classes) == pytest.approx(error)
        free = LogisticRegression(C=1e6).fit(rows, classes, sample_weight=weight)
        assert weight @ (free.predict(rows) != classes) == pytest.approx(0.1)
        assert free.coef_[0, 1:].sum() == pytest.approx(1.694, abs=1e-3)


def test_logistic_loss_in_the_limit_is_lower():
    # (i) of the comparison, where features depend on one another
    rows, classes, weight = witnesses(3)
    bayes = BernoulliNB(alpha=0).fit(rows, classes, sample_weight=weight)
    free = LogisticRegression(C=1e6).fit(rows, classes, sample_weight=weight)

    def loss(z):
        return weight @ (log1pexp(z) - classes * z)

    assert loss(free.decision_function(rows)) < loss(np.diff(bayes.predict_joint_log_proba(rows))[:, 0]) - 0.1


def test_documents_that_suffice():
    # 680 and 910: log d, with all factors
    assert [np.log(4 * d / 0.05) / (2 * 0.1**2) for d in (1e4, 1e6)] == pytest.approx([680, 910], abs=1)


# --- breaking points --------------------------------------------------------------------------------------------------


def factors_until(value, stop):
    """Number of factors until their product, taken one by one, is at most `stop`."""
    product, count = type(value)(1), 0
    while product > stop:
        product, count = product * value, count + 1
    return count


def test_products_underflow_where_the_chapter_says():
    # 324 factors in double, 46 in single precision, 81 words; 16 factors with fewer digits
    assert [factors_until(0.1, 0), factors_until(np.float32(0.1), 0)] == [324, 46]
    assert [factors_until(1e-4, 0), factors_until(1e-3, 0)] == [81, 108]
    assert [81 * np.log(1e-4), 108 * np.log(1e-3)] == pytest.approx([-746.0, -746.0], abs=0.05)
    assert factors_until(0.1, 0) - factors_until(0.1, np.finfo(float).tiny) == 16
    assert np.exp(-746.0) == 0


def test_a_document_of_a_million_words_keeps_its_digits():
    # six decimals of a score of nine million; how many more depends on the order of a processor's sums
    theta = np.full(10_000, 1e-4)
    score = textbook.joint(np.full((1, 10_000), 100.0), np.zeros(1), np.log(theta)[None])[0, 0]
    assert score == pytest.approx(-9e6, rel=0.03)
    assert abs(score - float(1_000_000 * Fraction(np.log(1e-4)))) < 5e-7


def test_variance_as_a_difference_of_squares():
    # 0.75, 0 and 2 instead of two thirds
    def naive(s):
        x = s + np.arange(3.0)
        return (x**2).mean() - x.mean() ** 2

    assert [naive(2.0**25), naive(2.0**26), naive(1e8)] == [0.75, 0.0, 2.0]
    for s in (2.0**25, 2.0**26, 1e8):
        model = GaussianNB(var_smoothing=0).fit((s + np.arange(3.0))[:, None], [0, 0, 0])
        assert model.var_[0, 0] == pytest.approx(2 / 3, rel=1e-15)


def test_ten_tenths_are_not_one():
    # the remainder whose logarithm would replace minus infinity
    total = 0.0
    for _ in range(10):
        total += 0.1
    assert 1 - total == pytest.approx(1.1e-16, rel=0.01)
    assert np.log(1 - total) == pytest.approx(-36.7, abs=0.05)


# --- exercises --------------------------------------------------------------------------------------------------------


def test_answers_of_the_pencil_exercises():
    # solutions that were typed
    assert pytest.approx([0.882, 0.233], abs=5e-4) == [0.06 / 0.068, 0.003 / 0.0129]
    model = MultinomialNB().fit(X, y)
    assert model.predict_proba([[2, 1, 0]])[0, 0] == pytest.approx(0.8827, abs=5e-5)
    assert log_odds(model, [[2, 1, 0]]) == pytest.approx(2.0186, abs=5e-5)
    assert np.log(7.528) == pytest.approx(2.0186, abs=5e-5)
    assert np.exp(textbook.smooth(np.array([[3.0, 1, 0]]), 2.0))[0, 0] == pytest.approx(0.5, rel=1e-15)
    assert textbook.merge(2, 1.0, 1.0, 3, 6.0, 2.0) == pytest.approx((5, 4, 7.6))
    five = np.array([0, 2, 6 - np.sqrt(3), 6, 6 + np.sqrt(3)])
    assert [five.mean(), five.var()] == pytest.approx([4, 7.6])
    absent = BernoulliNB().fit(X, y).explain([1, 1, 0]).contributions[2]
    assert absent[0] - absent[1] == pytest.approx(1.0986, abs=5e-5)
    assert np.sqrt(8 / 3 * np.log(2)) == pytest.approx(1.360, abs=5e-4)
    assert sorted(np.roots([3, 2, -1 - 8 * np.log(2)])) == pytest.approx([-1.848, 1.181], abs=5e-4)
    assert pytest.approx(0.9878, abs=5e-5) == 81 / 82


def test_complement_and_multinomial():
    # equal for two classes with equal priors, different for three
    rng = np.random.default_rng(1)
    counts, documents = rng.poisson(3.0, size=(2, 5)), rng.poisson(1.0, size=(50, 5))
    two = [model.fit(counts, [0, 1]).predict(documents) for model in (ComplementNB(), MultinomialNB(fit_prior=False))]
    assert (two[0] == two[1]).all()
    counts = np.array([[8.0, 2], [70, 30], [0, 10]])
    assert MultinomialNB(alpha=0, fit_prior=False).fit(counts, [0, 1, 2]).predict([[1, 1]]) == [1]
    assert ComplementNB(alpha=0).fit(counts, [0, 1, 2]).predict([[1, 1]]) == [2]
    rest = counts.sum(axis=0) - counts
    assert_allclose((rest / rest.sum(axis=1, keepdims=True)).prod(axis=1), [0.231, 0.24, 0.206], atol=5e-4)


def test_xor_and_its_product():
    # independent features that together determine the class
    rows, classes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
    assert_allclose(BernoulliNB().fit(rows, classes).predict_proba(rows), 0.5, rtol=1e-15)
    assert_allclose(LogisticRegression(C=1e6).fit(rows, classes).predict_proba(rows), 0.5, rtol=1e-12)
    more = np.hstack([rows, rows[:, :1] * rows[:, 1:]])
    assert LogisticRegression(C=1e6).fit(more, classes).predict(more).tolist() == classes
    assert_allclose(BernoulliNB().fit(more, classes).predict_proba(more)[:, 1], [0.6, 0.6, 0.6, 1 / 3], rtol=1e-14)


def test_units_and_the_floor():
    # a column in micrometres raises the floor above the variance of the column that matters
    rows = np.array([[s, k + d] for s in (-1, 1) for d in (-0.1, 0.1) for k in (0, 1)])
    classes, point = [0, 1] * 4, np.array([[1.0, 1.0]])
    model = GaussianNB().fit(rows, classes)
    assert model.predict_log_proba(point)[0, 0] == pytest.approx(-50, abs=1e-3)
    small, scale = rows * [1e6, 1], [1e6, 1]
    assert GaussianNB().fit(small, classes).predict_proba(point * scale)[0, 1] == pytest.approx(0.500125, abs=1e-6)
    mean, spread = small.mean(axis=0), small.std(axis=0)
    again = GaussianNB().fit((small - mean) / spread, classes)
    assert again.predict_log_proba((point * scale - mean) / spread)[0, 0] == pytest.approx(-50, abs=1e-3)


def test_bugs_that_are_to_be_found():
    # printed code that does not have the defects of the solutions
    scope = {"np": np}
    for listing in LISTINGS:
        exec(listing, scope)
    standard = np.zeros(1), np.zeros((1, 1)), np.ones((1, 1))
    J = scope["gaussian_joint"](np.array([[0.0], [1.0]]), *standard)
    assert J[0, 0] - J[1, 0] == pytest.approx(1.0)
    with np.errstate(divide="ignore"):
        far = scope["gaussian_joint"](np.array([[27.2], [27.4]]), *standard)
    assert np.isfinite(far).ravel().tolist() == [True, False]
    assert [np.exp(-(38.5**2) / 2) > 0, np.exp(-(38.7**2) / 2) > 0] == [True, False]
    wrong = scope["smooth"](textbook.count(X, y, 2), 1.0)
    assert_allclose(np.exp(wrong).sum(axis=1), [9 / 6, 7 / 4])
    assert np.exp((wrong[0] - wrong[1]).sum()) / (686 / 729) == pytest.approx((6 / 7) ** 3)
    assert pytest.approx(0.63, abs=5e-3) == (6 / 7) ** 3
