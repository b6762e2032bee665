"""Tests of drift: SciPy's numbers, and alarms without drift no more often than is said."""

import numpy as np
import pandas
import pytest
import scipy.special
import scipy.stats
import statsmodels.stats.multitest

from groundup.pipeline import drift, fingerprint
from groundup.pipeline.config import Config, Data
from groundup.pipeline.contract import Column, Contract
from groundup.projects.classification_pipeline import textbook

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("x", [0.05, 0.2, 0.21, 0.5, 0.9, 1.4, 2.0, 5.0])
def test_kolmogorov_tail_is_scipys(x):
    # a term of the series that is left out, a sign
    np.testing.assert_allclose(drift.kolmogorov_tail(x), scipy.special.kolmogorov(x), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("shift", [0.0, 0.2, 1.0])
def test_kolmogorov_smirnov_in_bins_is_never_surer_than_scipys(shift):
    # a p-value that is too small because bins are taken for rows
    old, new = RNG.normal(size=3000), RNG.normal(shift, 1, 400)
    edges = np.quantile(old, np.linspace(0, 1, 101), method="inverted_cdf")
    e, f = (np.bincount(np.searchsorted(edges, values), minlength=102) for values in (old, new))
    exact = scipy.special.kolmogorov(np.sqrt(3000 * 400 / 3400) * scipy.stats.ks_2samp(old, new).statistic)
    found = drift.kolmogorov_smirnov(e, f)
    assert found >= exact
    assert found < 3 * exact + 1e-12


def test_few_different_numbers_give_scipys_distance():
    old, new = RNG.integers(0, 6, 900), RNG.integers(0, 5, 300)
    e, f = np.bincount(old, minlength=7), np.bincount(new, minlength=7)
    d = scipy.stats.ks_2samp(old, new).statistic
    np.testing.assert_allclose(drift.kolmogorov_smirnov(e, f), scipy.special.kolmogorov(15 * d), rtol=1e-9)


def test_chi_squared_is_scipys():
    # degrees of freedom of the wrong side, Yates' correction
    e, f = np.array([300.0, 200, 80, 0, 60]), np.array([60.0, 30, 25, 0, 9])
    p, name = drift.homogeneity(e, f)
    assert name == "chi-squared"
    keep = e + f > 0
    np.testing.assert_allclose(p, scipy.stats.chi2_contingency([e[keep], f[keep]], correction=False)[1])


def test_rare_categories_are_tested_together():
    # a chi-squared distribution for cells of one row; a new category that nobody notices
    e = np.array([2000.0, 900, 4, 3, 2, 0])
    assert drift.homogeneity(e, np.array([68.0, 30, 1, 1, 0, 0]))[0] > 0.05
    assert drift.homogeneity(e, np.array([68.0, 28, 0, 0, 0, 4]))[0] < 0.05
    common = scipy.stats.chi2_contingency([[2000, 900], [68, 28]], correction=False)[1]
    alone = scipy.stats.fisher_exact([[9, 4], [2900, 96]])[1]
    np.testing.assert_allclose(drift.homogeneity(e, np.array([68.0, 28, 0, 0, 0, 4]))[0], 2 * min(common, alone))
    assert drift.homogeneity(np.array([5.0, 0]), np.array([3.0, 0]))[0] == 1


@pytest.mark.parametrize(("a", "n", "b", "m"), [(0, 3000, 3, 100), (5, 50, 9, 40), (7, 900, 0, 100), (0, 10, 0, 10)])
def test_fishers_test_is_scipys(a, n, b, m):
    # a one-sided p-value, a table that is counted twice
    wanted = scipy.stats.fisher_exact([[a, n - a], [b, m - b]])[1]
    np.testing.assert_allclose(drift.fisher(a, n, b, m), wanted, rtol=1e-8)


def test_holm_is_statsmodels():
    # Bonferroni's factor for all, corrected values that fall again
    p = RNG.random(12) ** 4
    np.testing.assert_allclose(drift.holm(p), statsmodels.stats.multitest.multipletests(p, method="holm")[1])
    assert drift.holm([]).tolist() == []


def test_a_larger_mean_is_students_for_many_rows():
    # a variance that is divided once too often, a two-sided p-value, a smaller mean that counts as a larger one
    old, new = RNG.exponential(size=4000), RNG.exponential(1.05, 3000)
    wanted = scipy.stats.ttest_ind(new, old, alternative="greater").pvalue
    p = drift.larger(drift.mean_of(new), drift.mean_of(old))
    np.testing.assert_allclose(p, wanted, rtol=0.02)
    assert drift.larger(drift.mean_of(old), drift.mean_of(new)) == 1
    nothing = drift.mean_of(np.zeros(50))
    assert drift.larger(nothing, nothing) == 1
    assert drift.larger(drift.mean_of(np.ones(50)), nothing) == 0


def test_rows_of_a_group_count_once():
    losses = RNG.exponential(size=200)
    alone = drift.mean_of(losses)
    assert alone.error == pytest.approx(losses.std() / np.sqrt(200))
    fivefold = drift.mean_of(np.repeat(losses, 5), np.repeat(np.arange(200), 5))
    assert (fivefold.value, fivefold.error) == pytest.approx((alone.value, alone.error))
    assert fivefold.rows == 1000


@pytest.mark.parametrize(("n", "m"), [(60, 1500), (300, 200)])
def test_false_alarms_of_losses_are_as_rare_as_is_said(n, m):
    # rows held out that happened to be easy taken for certain: every later file would be an alarm
    rng, level, turns = np.random.default_rng(3), 0.01, 2000
    old, new = rng.gamma(0.5, 1, (turns, n)), rng.gamma(0.5, 1, (turns, m))
    p = [drift.larger(drift.mean_of(b), drift.mean_of(a)) for a, b in zip(old, new)]
    assert np.mean(np.array(p) <= level) <= level + 2 * np.sqrt(level / turns)


def test_psi_is_the_textbooks():
    # shares exchanged, a logarithm of zero, bins of one per cent that count each
    e, f = np.array([500.0, 300, 200]), np.array([300.0, 300, 400])
    np.testing.assert_allclose(drift.psi(e, f), textbook.psi(e + 0.5, f + 0.5))
    assert np.isfinite(drift.psi(np.array([10.0, 0]), np.array([0.0, 10])))
    fine = np.full(100, 30.0)
    assert len(np.unique(drift.grouped(fine))) == 10
    assert drift.psi(fine, RNG.multinomial(1000, np.full(100, 0.01))) < 0.05


CONTRACT = Contract(
    {
        "height": Column(kind="number", missing=True),
        "count": Column(kind="number"),
        "plan": Column(kind="category", missing=True),
        "town": Column(kind="category"),
        "since": Column(kind="date"),
        "note": Column(kind="text"),
    }
)
CONFIG = Config(data=Data(file="x.csv", target="y"))


def rows(n, rng):
    plan = rng.choice(["a", "b", "c", "d"], n, p=[0.6, 0.3, 0.09, 0.01]).astype(object)
    plan[rng.random(n) < 0.03] = None
    frame = pandas.DataFrame(
        {
            "height": np.where(rng.random(n) < 0.05, np.nan, rng.normal(size=n)),
            "count": rng.poisson(1, n),
            "plan": plan,
            "town": np.array([f"t{k}" for k in np.minimum(rng.zipf(1.5, n), 5000)], dtype=object),
            "since": (np.datetime64("2020-01-01") + rng.integers(0, 500, n)).astype("datetime64[us]"),
            "note": np.array(["word " * k for k in range(1, 9)], dtype=object)[rng.integers(0, 8, n)],
        }
    )
    p = rng.beta(2, 5, n)
    return frame, np.column_stack([1 - p, p])


def compared(old, new):
    known = fingerprint.of(*old, CONFIG, CONTRACT)
    counts = fingerprint.tally(known, *new)
    found = []
    for part, what in (("columns", "values"), ("scores", "scores")):
        for name, one in counts[part].items():
            found += drift.compare(name, what, known[part][name], one)
    return found


def test_false_alarms_are_as_rare_as_is_said():
    # many tests without a correction (about a third would alarm), rare categories, many categories of one row each
    rng, alarms, both, level = np.random.default_rng(1), 0, 0, 0.05
    samples = 120
    for _ in range(samples):
        found = compared(rows(500, rng), rows(150, rng))
        corrected = drift.holm([one.p for one in found])
        alarms += (corrected <= level).any()
        both += any(p <= level and one.psi > 0.1 for p, one in zip(corrected, found))
    assert len(found) == 9
    assert alarms / samples <= level + 2 * np.sqrt(level * (1 - level) / samples)
    assert both <= alarms


@pytest.mark.parametrize("name", ["height", "count", "plan", "since", "note"])
def test_drift_is_found_where_it_is(name):
    # a column that is looked at and never compared
    rng = np.random.default_rng(2)
    old, (frame, P) = rows(1000, rng), rows(500, rng)
    changed = {
        "height": frame["height"] + 1,
        "count": frame["count"] + 1,
        "plan": frame["plan"].mask(rng.random(500) < 0.4, "new"),
        "since": frame["since"] + pandas.Timedelta(days=200),
        "note": frame["note"] + "and five words more still",
    }[name]
    found = compared(old, (frame.assign(**{name: changed}), P))
    corrected = drift.holm([one.p for one in found])
    assert {one.name for p, one in zip(corrected, found) if p <= 0.01 and one.psi > 0.1} == {name}
    gaps = compared(old, (frame.assign(height=frame["height"].mask(rng.random(500) < 0.3)), P))
    assert [one.name for one in gaps if one.p < 1e-9] == ["height"]
    assert [one.what for one in gaps if one.p < 1e-9] == ["missing entries"]


def test_entries_that_were_never_missing_before():
    # a gap that nobody notices, as there is nothing to compare it with
    old = {"kind": "number", "counts": [50, 50], "missing": 0}
    values, missing = drift.compare("x", "values", old, {"kind": "number", "counts": [40, 40], "missing": 20})
    assert (values.what, missing.what) == ("values", "missing entries")
    assert missing.p < 1e-5
    assert values.p > 0.5
