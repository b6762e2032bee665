"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import re
from itertools import combinations
from math import comb, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import groundup
from groundup.projects.classification_pipeline import drift, example, probabilities, resampling, textbook
from groundup.projects.classification_pipeline.example import P, Y, best_of, coverage, leaks, noise, twelve_rows
from groundup.publish import book

CHAPTER = (Path(groundup.__file__).parent / "projects" / "classification_pipeline" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(def .*?)\\end\{lstlisting\}", CHAPTER, re.S)
WORKED = twelve_rows()
RIGHT_LABELS = {
    "confusion", "roc", "area", "average-precision", "brier", "threshold", "folds", "wilson", "mcnemar", "psi",
    "decision", "bootstrap", "nested", "calibration", "drift", "holm", "leakage",
}  # fmt: skip


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"-?[0-9]+\.?[0-9]*", tex)]


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_of_equations_and_numbers():
    # an equation that code cites and the chapter has not, a number that is not printed, or not computed
    labels = set(book.LABEL.findall(CHAPTER))
    assert labels == {f"classification_pipeline:{name}" for name in RIGHT_LABELS}
    cited = {c.equation for c in book.citations() if c.equation.startswith("classification_pipeline:")}
    assert labels == cited
    assert set(re.findall(r"\\worked\{classification_pipeline:([a-z0-9_]+)\}", CHAPTER)) == set(WORKED)


def test_every_exercise_has_a_solution():
    # an exercise added without one, or references to an exercise that was taken out
    exercises = re.findall(r"\\begin\{exercise\}\\label\{([^}]*)\}", CHAPTER)
    assert 16 <= len(exercises) <= 20
    assert re.findall(r"\\begin\{solution\}\{([^}]*)\}", CHAPTER) == exercises
    own = re.findall(r"ref\{((?:eq|rel|thm|ex|sec|caveat|alg):classification_pipeline:[a-z-]+)\}", CHAPTER)
    assert set(own) <= set(re.findall(r"\\label\{([^}]*)\}", CHAPTER))


# --- worked example --------------------------------------------------------------------------------------------------


def test_twelve_rows_by_hand():
    # a worked example that a pencil contradicts
    by_hand = {
        "true_negatives": 6, "alarms": 2, "misses": 1, "hits": 3, "accuracy": 9 / 12, "hit_rate": 3 / 4,
        "alarm_rate": 2 / 8, "area": 28 / 32, "best": 0.4, "cost_best": 2, "cost_ratio": 5, "cost_half": 7,
        "called": 9, "mcnemar": 1, "distance": 0.4,
    }  # fmt: skip
    assert {key: WORKED[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-12)
    rows = {
        "precision": [0.6], "average_precision": [0.7708], "brier": [0.1542], "brier_share": [0.2222],
        "log_sum": [5.627], "log_loss": [0.4689], "largest_loss": [1.609],
        "said": [0.16, 0.475, 0.8], "found": [0, 0.5, 0.667], "sizes": [5, 4, 3],
        "ratio": [0.167], "mcnemar_seven": [0.0703], "psi": [0.2408], "chi": [11.67], "chi_p": [0.0029],
        "holm": [0.06, 0.04, 0.06, 0.4], "off": [0.1083], "psi_by_chance": [0.09],
    }  # fmt: skip
    assert {key: decimals(WORKED[key]) for key in rows} == rows
    assert ((P - Y) ** 2).sum() == pytest.approx(1.85)


def test_intervals_by_hand():
    # another z, or Wald's ends in the place of Wilson's
    middle, half = (0.75 + 0.160) / 1.320, 1.96 * sqrt(0.015625 + 0.006669) / 1.320
    assert decimals(WORKED["wilson_low"]) == [pytest.approx(middle - half, abs=2e-3)]
    assert decimals(WORKED["wilson_high"]) == [pytest.approx(middle + half, abs=2e-3)]
    assert decimals(WORKED["wald_low"]) == [pytest.approx(0.75 - 1.96 * 0.125, abs=6e-4)]
    assert decimals(WORKED["none_high"]) == [pytest.approx(1.96**2 / (12 + 1.96**2), abs=6e-4)]


def test_drift_as_scipy_has_it():
    # degrees of freedom, pooled shares, a distance at the wrong places
    found = stats.chi2_contingency(np.array([example.BEFORE, example.AFTER]), correction=False)
    assert decimals(WORKED["chi"]) == [round(found.statistic, 2)]
    assert decimals(WORKED["chi_p"]) == [round(found.pvalue, 4)]
    assert stats.ks_2samp(example.OLD, example.NEW).statistic == pytest.approx(WORKED["distance"])


# --- the experiment --------------------------------------------------------------------------------------------------


def test_the_leak_and_its_absence():
    # columns chosen inside in both cases, or outside in both
    before, after = leaks().T
    assert before.min() > after.max()
    assert before.mean() == pytest.approx(0.84, abs=0.01)
    assert abs(after.mean() - 0.5) < 3 * after.std(ddof=1) / sqrt(len(after))
    assert decimals(WORKED["leak_before"]) == [round(before.mean(), 3)]
    assert "$84\\,\\%$" in CHAPTER


def test_what_chosen_columns_promise():
    # the conditional second moment of a normal number, and the distance in units of the noise
    cut = stats.norm.isf(0.01)
    square = stats.norm.expect(lambda g: g**2, lb=cut, conditional=True)
    assert decimals(WORKED["leak_square"]) == [round(square, 2)]
    distance = sqrt(20 * square * 4 / 100)
    assert distance == pytest.approx(2.40, abs=5e-3)
    assert decimals(WORKED["leak_expected"]) == [round(stats.norm.cdf(distance / 2), 3)]
    largest = [np.sort(np.random.default_rng(s).normal(size=1000) ** 2)[-20:].mean() for s in range(200)]
    assert np.mean(largest) == pytest.approx(square, rel=0.02)


# --- theorems --------------------------------------------------------------------------------------------------------


def test_the_best_of_coins():
    # an expectation of one coin, a limit that is passed
    drawn = np.random.default_rng(0).binomial(100, 0.5, (4000, 10)).max(axis=1).mean() / 100
    assert best_of(10, 100) == pytest.approx(drawn, abs=3e-3)
    for m, limit in ((10, 0.607), (100, 0.652)):
        assert 0.5 + sqrt(log(m) / 200) == pytest.approx(limit, abs=6e-4)
        assert best_of(m, 100) < limit
    assert best_of(1, 100) == pytest.approx(0.5)
    assert (best_of(100, 1000) - 0.5) / (best_of(100, 100) - 0.5) == pytest.approx(1 / 3, abs=0.03)


def test_the_area_is_the_area():
    # trapezia that part ties
    rng = np.random.default_rng(1)
    y, s = rng.integers(0, 2, 40), rng.integers(0, 6, 40)
    a, h = textbook.roc(y, s)
    assert np.trapezoid(h, a) == pytest.approx(textbook.area(y, s), rel=1e-12)
    assert textbook.area(y, np.exp(s)) == textbook.area(y, s)


@pytest.mark.parametrize("q", [0.1, 0.3, 0.8])
def test_which_scores_are_proper(q):
    # a loss that is least elsewhere, or an excess of another size
    p = np.linspace(0.001, 0.999, 999)
    brier, logs = q * (1 - p) ** 2 + (1 - q) * p**2, -q * np.log(p) - (1 - q) * np.log(1 - p)
    assert p[brier.argmin()] == pytest.approx(q)
    assert p[logs.argmin()] == pytest.approx(q)
    assert_allclose(brier - q * (1 - q), (p - q) ** 2, atol=1e-15)
    distance = q * (1 - p) + (1 - q) * p
    assert p[distance.argmin()] == pytest.approx(0.999 if q > 0.5 else 0.001)


def test_brier_falls_into_two_parts():
    # a weight of the bins that is missing
    rng = np.random.default_rng(2)
    p = rng.choice([0.2, 0.5, 0.9], 60)
    y = (rng.random(60) < p**2).astype(int)
    said, found, size = probabilities.calibration(y, p, np.array([0, 0.3, 0.7, 1.0]))
    parts = size @ (said - found) ** 2 / 60, size @ (found * (1 - found)) / 60
    assert sum(parts) == pytest.approx(textbook.brier(y, p), rel=1e-12)


def test_the_threshold_is_a_ratio_of_costs():
    # the costs exchanged, or odds for a probability
    p = np.linspace(0, 1, 1001)
    stopped = probabilities.decide(np.column_stack([1 - p, p]), np.array([[0, 1.0], [5.0, 0]]))
    assert p[stopped == 1].min() == pytest.approx(1 / 6, abs=1e-3)


def test_variance_of_cross_validation():
    # pairs that are counted twice, with three kinds of covariances given
    n, K, variance, within, across = 12, 3, 2.0, 0.5, 0.3
    fold = np.arange(n) % K
    C = np.where(fold[:, None] == fold, within, across)
    np.fill_diagonal(C, variance)
    assert C.mean() == pytest.approx(variance / n + (n / K - 1) / n * within + (1 - 1 / K) * across)


def test_mcnemar_keeps_its_level():
    # a p-value that is too small
    for N in (1, 5, 8, 30):
        for alpha in (0.01, 0.05, 0.3):
            raised = sum(comb(N, u) for u in range(N + 1) if textbook.mcnemar(u, N - u) <= alpha) / 2**N
            assert raised <= alpha


def test_the_distance_depends_on_the_order_alone():
    # a distance that a change of units changes
    rng = np.random.default_rng(0)
    old, new = rng.normal(size=9), rng.normal(size=6)
    assert drift.distance(old, new) == drift.distance(np.exp(old), np.exp(new))
    places, every = np.arange(5.0), []
    for chosen in combinations(range(5), 2):
        one = np.isin(np.arange(5), chosen)
        every.append(drift.distance(places[one], places[~one]))
    exact = stats.ks_2samp(np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0]), method="exact").pvalue
    assert np.mean(np.array(every) >= 1 - 1e-12) == pytest.approx(exact)


def test_holm_keeps_its_level_and_is_sharp():
    # Bonferroni's values for all, or a step too many
    rng, alpha = np.random.default_rng(0), 0.05
    independent = np.array([drift.holm(p).min() for p in rng.random((20_000, 2))])
    assert (independent <= alpha).mean() == pytest.approx(alpha - alpha**2 / 4, abs=4e-3)
    opposite = np.array([drift.holm(np.array([p, 1 - p])).min() for p in rng.random(20_000)])
    assert (opposite <= alpha).mean() == pytest.approx(alpha, abs=5e-3)


def test_the_index_is_bounded_from_below():
    # a divergence that is smaller than the chapter says
    rng = np.random.default_rng(3)
    for _ in range(20):
        e, f = rng.dirichlet(np.ones(5)) + 1e-3, rng.dirichlet(np.ones(5)) + 1e-3
        e, f = e / e.sum(), f / f.sum()
        assert textbook.psi(e, f) >= ((f - e) ** 2 / np.maximum(e, f)).sum()


# --- what is not guaranteed, and breaking points ---------------------------------------------------------------------


def test_leaving_one_out_of_equal_classes():
    # the caveat: an accuracy of zero, where the truth is one half
    y = np.arange(20) % 2
    right = [y[i] == (np.delete(y, i).mean() > 0.5) for i in range(20)]
    assert sum(right) == 0


def test_coverage_of_intervals():
    # the caveat's numbers
    assert decimals(WORKED["wald_covers"]) == [63.5]
    assert decimals(WORKED["wilson_covers"]) == [92.2]
    assert coverage(lambda s, n: stats.beta.interval(0.95, s + 0.5, n - s + 0.5), 50, 0.5) > 0.9


def test_index_by_chance():
    # the caveat: "two pairs in five", and 0.09 on average
    rng, edges = np.random.default_rng(0), np.linspace(0, 1, 11)
    found = np.array([
        textbook.psi(*(np.histogram(rng.random(200), edges)[0] for _ in range(2))) for _ in range(1000)
    ])  # fmt: skip
    assert found.mean() == pytest.approx(0.09, abs=0.006)
    assert (found > 0.1).mean() == pytest.approx(0.4, abs=0.03)


def test_certainties_end_where_the_chapter_says():
    # 37, 17, a tie at 38 and 40, powers of a half
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    assert sigmoid(np.float64(37)) == 1 > sigmoid(np.float64(36))
    assert sigmoid(np.float32(17)) == 1 > sigmoid(np.float32(16))
    assert np.log1p(np.exp(37.0)) == pytest.approx(37.0)
    y, z = np.array([0, 1]), np.array([38.0, 40.0])
    assert (textbook.area(y, z), textbook.area(y, sigmoid(z))) == (1, 0.5)
    assert 0.5**1075 == 0 < 0.5**1074
    with pytest.raises(OverflowError):
        float(comb(1030, 515))
    assert float(comb(1029, 514)) > 0
    assert 0 < textbook.mcnemar(1000, 1200) < 1e-3


def test_one_new_category():
    # infinite, or much, for one strange row
    old, new = np.array([1000.0, 0]), np.array([999.0, 1])
    assert textbook.psi(old + 0.5, new + 0.5) == pytest.approx(0.0011, abs=1e-4)
    with np.errstate(divide="ignore"):
        assert textbook.psi(old, new) == np.inf


# --- exercises -------------------------------------------------------------------------------------------------------


def test_answers_in_numbers():
    # pencil answers that a computer contradicts
    assert textbook.confusion(Y, (P >= 0.35).astype(int)).tolist() == [[5, 3], [0, 4]]
    accuracy = [((t <= P) == Y).sum() for t in P]
    assert [P[k] for k in np.flatnonzero(np.equal(accuracy, max(accuracy)))] == [0.4, 0.6]
    assert textbook.area(np.array([1, 1, 1, 1, 0, 0]), np.array([1, 2, 2, 3, 0, 2])) == 6 / 8
    ill, healthy = 0.001 * 0.99, 0.999 * 0.02
    assert ill / (ill + healthy) == pytest.approx(0.047, abs=5e-4)
    assert textbook.wilson(0, 381, 1.96)[1] < 0.01 < textbook.wilson(0, 380, 1.96)[1]
    assert [0.02 / (K - 1) < 0.003 for K in (7, 8)] == [False, True]
    right, wrong = 0.01 * 0.9, 0.99 * 0.05
    assert right / (right + wrong) == pytest.approx(0.15, abs=0.005)


def test_more_rows_leak_less():
    # the exercise: 0.726 promised, 0.686 and 0.492 found
    y = np.arange(400) % 2
    fold, found = textbook.stratified_folds(y, 5), []
    for s in range(10):
        X = np.random.default_rng(s).normal(size=(400, 1000))
        found.append([textbook.accuracy_of_chosen(X, y, 20, fold, before) for before in (True, False)])
    assert np.mean(found, axis=0) == pytest.approx([0.686, 0.492], abs=6e-4)
    assert stats.norm.cdf(0.6) == pytest.approx(0.726, abs=5e-4)


def test_the_best_of_six_and_nested():
    # the exercise: a search that is reported with its best score
    sizes, found = [1, 2, 5, 10, 20, 50], []
    fold = textbook.stratified_folds(np.arange(100) % 2, 5)
    for seed in range(20):
        X, y = noise(seed)
        best = max(textbook.accuracy_of_chosen(X, y, k, fold, False) for k in sizes)
        found.append((best, resampling.nested(X, y, sizes, fold, 4)))
    assert np.mean(found, axis=0) == pytest.approx([0.556, 0.495], abs=6e-4)


@pytest.mark.parametrize(("n", "mean", "little", "much"), [(100, 0.189, 0.87, 0.22), (1000, 0.0185, 0, 0)])
def test_the_index_without_drift(n, mean, little, much):
    # the exercise: numbers of another seed or size
    rng, edges = np.random.default_rng(0), np.linspace(0, 1, 11)
    if n == 1000:  # goes on after the smaller tables
        rng.random((1000, 100))
    found = np.array([textbook.psi(*(np.histogram(rng.random(n), edges)[0] for _ in range(2))) for _ in range(500)])
    assert found.mean() == pytest.approx(mean, rel=0.01)
    assert [(found > 0.1).mean(), (found > 0.25).mean()] == pytest.approx([little, much], abs=6e-3)


def test_the_bugs_are_those_of_the_solutions():
    # listings whose bugs are not those that the solutions name
    found = {"np": np}
    exec(LISTINGS[0], found)
    seen = []
    X = np.random.default_rng(0).normal(size=(12, 2)) + 5
    y, fold = np.arange(12) % 2, np.arange(12) // 4
    found["cross_validated"](X, y, fold, lambda X, y: seen.append(X), lambda model, X: np.zeros(len(X)))
    assert_allclose(seen[0], ((X - X.mean(axis=0)) / X.std(axis=0))[4:])  # units of all rows, the fold among them
    exec(LISTINGS[1], found)
    rng = np.random.default_rng(1)
    y, s = rng.integers(0, 2, 30), rng.normal(size=30)
    assert found["area"](y, s) == pytest.approx(textbook.area(y, s))
    ordered = np.repeat([1, 0], 5)
    assert found["area"](ordered, np.zeros(10)) == 1
    assert found["area"](ordered[::-1], np.zeros(10)) == 0
