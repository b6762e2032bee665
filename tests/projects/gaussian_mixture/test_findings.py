"""What is said of a mixture: sizes, profiles in the user's units, doubts, the choice, and rows of least density."""

from dataclasses import replace

import numpy as np
import pytest

from groundup import GaussianMixture, projects
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.data.synthetic import clustering
from groundup.projects.gaussian_mixture import findings
from groundup.projects.gaussian_mixture.selection import STOP
from groundup.workbench.run.measures import measure

PROJECT = projects.load("gaussian_mixture")
STRETCHED = clustering.stretched(0)


def shops():
    """Three groups of shops, and a column that tells nothing."""
    rng = np.random.default_rng(4)
    kind = np.repeat([0, 1, 2], [60, 30, 10])
    X = np.column_stack([
        np.array([25.0, 60.0, 40.0])[kind] + rng.normal(0, 2, 100),
        np.array([9000.0, 1000.0, 5000.0])[kind] + rng.normal(0, 500, 100),
        rng.normal(3, 1, 100),
    ])  # fmt: skip
    plain = Dataset("shops", "", X, None, ("age", "income", "luck"))
    scale = Scale.of(X)
    return plain, replace(plain, X=scale.apply(X), scale=scale)


def told(model, data):
    return " ".join(findings.answer(model, data, measure(PROJECT.metrics, model, data)))


def doubted(model, data):
    return " ".join(findings.doubts(model, data))


def test_components_are_described_in_the_users_units():
    """Catches means or deviations in standard units, a deviation scaled by the mean, and sizes of other components."""
    plain, data = shops()
    model = GaussianMixture(3, random_state=0).fit(data.X)
    own = GaussianMixture(3, means_init=data.scale.undo(model.means_), reg_covar=1e-12, tol=1e-8).fit(plain.X)
    table = findings.profile(model, data)
    assert table.head == ("", "weight", "rows", "age", "income", "luck")
    for k, row in enumerate(table.rows):
        assert row[0] == f"component {k}"
        assert row[2] == (model.predict(data.X) == k).sum()
        for j, entry in enumerate(row[3:]):
            mean, spread = (float(word.replace(",", "")) for word in entry.split(" ± "))
            assert mean == pytest.approx(own.means_[k, j], rel=5e-3)
            assert spread == pytest.approx(np.sqrt(own.covariances_[k, j, j]), rel=0.06)
    words = told(model, data)
    assert words.startswith(
        "100 rows in 3 components with a covariance matrix each; the largest is the most probable one for 60 rows"
    )
    assert float(words.partition("high age (")[2].partition(" ")[0]) == pytest.approx(60, abs=1.5)


def test_the_gain_over_one_normal_distribution_is_on_rows_not_seen():
    """Catches a gain on the rows of the fit, its sign, and logarithms that are not turned into a factor."""
    model = GaussianMixture(3, random_state=0).fit(STRETCHED.X)
    scores = measure(PROJECT.metrics, model, STRETCHED)
    found = scores.validation
    assert scores[findings.LOSS] < found.mean[findings.LOSS] < found.baselines[findings.LOSS]
    factor = np.exp(found.baselines[findings.LOSS] - found.mean[findings.LOSS])
    assert f"a typical row is {factor:.3g} times as probable under the mixture" in told(model, STRETCHED)
    rng = np.random.default_rng(0)
    alone = Dataset("alone", "", rng.normal(size=(60, 3)), None, ("a", "b", "c"))
    words = told(GaussianMixture(4, random_state=0).fit(alone.X), alone)
    assert "several components describe new rows no better than one" in words


def test_rows_without_a_target_are_cross_validated_too():
    """Catches a density that is judged on its own rows, and folds that need a target."""
    data = replace(STRETCHED, y=None)
    found = measure(PROJECT.metrics, GaussianMixture(3, random_state=0, **STOP).fit(data.X), data).validation
    assert "5-fold" in found.words
    assert found.mean[findings.LOSS] == pytest.approx(6.25, abs=0.05)
    few = data.take(np.arange(12))
    model = GaussianMixture(1).fit(few.X)
    alone = measure(PROJECT.metrics, model, few).validation
    left_out = [GaussianMixture(1).fit(np.delete(few.X, i, axis=0)).score(few.X[i : i + 1]) for i in range(12)]
    assert alone.mean[findings.LOSS] == pytest.approx(-np.mean(left_out), rel=1e-9)


def test_the_answer_says_what_bic_prefers():
    """Catches a number of components that looks chosen though another one has a smaller BIC."""
    best = GaussianMixture(3, random_state=0, **STOP).fit(STRETCHED.X)
    assert "Of mixtures of up to 8 components with four kinds of covariances, this one has the least BIC" in told(
        best, STRETCHED
    )
    other = GaussianMixture(2, random_state=0, **STOP).fit(STRETCHED.X)
    more = other.bic(STRETCHED.X) - best.bic(STRETCHED.X)
    assert (
        f"A mixture of 3 components with a covariance matrix each has the least BIC, {more:.3g} less than this one."
        in told(other, STRETCHED)
    )
    table = findings.compared(other, STRETCHED)[0]
    assert table.rows[0][:2] == ("3", "full")
    assert [row[1] for row in table.rows if str(row[0]).endswith("*")] in ([], ["full"])


def test_doubts_are_told():
    """Catches a collapsed component, a run that was stopped, and indicators, reported without a word."""
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(100, 2)), np.tile([[0.5, 0.5]], (20, 1))])
    data = Dataset("spike", "", X, None, ("a", "b"))
    start = {"weights_init": [0.8, 0.2], "means_init": [[0, 0], [0.5, 0.5]]}
    model = GaussianMixture(2, **start, precisions_init=[np.eye(2), 1e4 * np.eye(2)]).fit(X)
    assert "component 1 has no spread in some direction" in doubted(model, data)
    flat = Dataset("sum", "", np.column_stack([X, X.sum(axis=1)]), None, ("bill", "tip", "total"))
    assert "no spread in a direction of bill, tip and total, so that the floor" in doubted(
        GaussianMixture(1).fit(flat.X), flat
    )
    with pytest.warns(UserWarning, match="did not converge"):
        stopped = GaussianMixture(3, max_iter=2, random_state=0).fit(STRETCHED.X)
    assert "stopped before it converged" in doubted(stopped, STRETCHED)
    town = np.arange(120) % 2
    indicator = Dataset("towns", "", np.column_stack([X, town]), None, ("a", "b", "town=A"))
    assert "town=A has two values only" in doubted(GaussianMixture(1).fit(indicator.X), indicator)
    assert doubted(GaussianMixture(3, random_state=0).fit(STRETCHED.X), STRETCHED) == ""
    assert "In doubt: town=A" in told(GaussianMixture(1).fit(indicator.X), indicator)


def test_sure_rows_and_the_pair_that_shares_the_others():
    """Catches components named that share nothing, and a largest pair said to hold most of the other rows."""
    model = GaussianMixture(3, random_state=0).fit(STRETCHED.X)
    share = model.predict_proba(STRETCHED.X)
    words = findings.sureness(model, STRETCHED)
    assert words.startswith(f"{100 * (share.max(axis=1) >= 0.95).mean():.0f} %")
    overlap = (share.T @ share) * (1 - np.eye(3))
    a, b = sorted(np.unravel_index(overlap.argmax(), (3, 3)))
    unsure = np.sort(np.argsort(-share[share.max(axis=1) < 0.95], axis=1)[:, :2], axis=1)
    between = (unsure == [a, b]).all(axis=1).sum()
    assert words.endswith(
        f"of the other {len(unsure)}, {between} have components {a} and {b} as the two most probable."
    )
    two = GaussianMixture(2, random_state=0).fit(STRETCHED.X)
    rows = (two.predict_proba(STRETCHED.X).max(axis=1) < 0.95).sum()
    assert f"all of the other {rows} have components 0 and 1" in findings.sureness(two, STRETCHED)
    apart = Dataset("apart", "", np.r_[np.zeros(9), np.ones(9)][:, None] + np.arange(18)[:, None] / 99, None, ("x",))
    assert findings.sureness(GaussianMixture(2, random_state=0).fit(apart.X), apart).startswith("Every row")


def test_rows_of_least_density_come_with_their_reason():
    """Catches rows of the largest density, and a distance in standard deviations of all rows."""
    X = STRETCHED.X.copy()
    X[17] = [48.0, 60.0]
    data = replace(STRETCHED, X=X)
    model = GaussianMixture(3, random_state=0, means_init=STRETCHED.truth["means"]).fit(X)
    first, *_ = findings.rarest(model, data)[0].rows
    assert first[0] == "row 17"
    assert first[3].startswith("width (mm) (+")
    k = int(model.predict(X[17:18])[0])
    assert float(first[3].split("+")[1].split()[0]) == pytest.approx(
        (60 - model.means_[k, 1]) / np.sqrt(model.covariances_[k, 1, 1]), rel=0.06
    )


def test_a_row_that_is_rare_in_no_single_column_is_told_so():
    """Catches half a standard deviation named as what makes a row the least probable one."""
    x = np.linspace(-2, 2, 40)
    X = np.column_stack([x, x + 0.01 * np.cos(9 * x)])
    X[20, 1] += 1
    data = Dataset("line", "", X, None, ("a", "b"))
    first, *_ = findings.rarest(GaussianMixture(1).fit(X), data)[0].rows
    assert first == ("row 20", first[1], "0", "no column alone, but their combination")


def test_shapes_are_told_in_standard_deviations_of_all_rows():
    """Catches an axis that is long because its column has large numbers, and correlations of all rows."""
    model = GaussianMixture(3, random_state=0, tol=1e-8, max_iter=1000).fit(STRETCHED.X)
    (plain,) = findings.shapes(model, STRETCHED)
    stretched = replace(STRETCHED, X=STRETCHED.X * [1000.0, 1.0])
    again = GaussianMixture(3, means_init=model.means_ * [1000.0, 1.0], tol=1e-8, max_iter=1000).fit(stretched.X)
    (scaled,) = findings.shapes(again, stretched)
    ratios = [[float(row[1].split(" : ")[0]) for row in table.rows] for table in (plain, scaled)]
    np.testing.assert_allclose(ratios[0], ratios[1], rtol=0.02)
    signs = {row[2].split(": ")[1][0] for row in plain.rows}
    assert signs == {"+", "−"}
    assert findings.shapes(GaussianMixture(2, covariance_type="spherical").fit(STRETCHED.X), STRETCHED) == ()
