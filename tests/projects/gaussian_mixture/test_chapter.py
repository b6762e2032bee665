"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import GaussianMixture
from groundup.core.exceptions import ConvergenceWarning
from groundup.data import bundled
from groundup.projects.gaussian_mixture import textbook
from groundup.projects.gaussian_mixture.example import MEANS, START, VARIANCES, WEIGHTS, X, four_readings
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES
from groundup.publish import book

CHAPTER = (Path(groundup.__file__).parent / "projects" / "gaussian_mixture" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
READINGS = [0.0, 1.0, 4.0, 6.0]


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


def normal(x, mu, variance):
    """Density of a normal distribution, without logarithms."""
    return math.exp(-((x - mu) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def overlapping():
    """Rows of the exercise on slow convergence."""
    rng = np.random.default_rng(0)
    return np.r_[rng.normal(-1, 1, 500), rng.normal(1, 1, 500)][:, None]


def expectation(function):
    """Mean of a function over half of the samples from N(m, 1) and half from N(-m, 1), as a function of m."""
    x = np.linspace(-15, 15, 60_001)

    def mean(m):
        density = (np.exp(-((x - m) ** 2) / 2) + np.exp(-((x + m) ** 2) / 2)) / math.sqrt(8 * math.pi)
        return float((density * function(x, m)).sum() * (x[1] - x[0]))

    return mean


# --- names ------------------------------------------------------------------------------------------------------------


def test_equations_and_code_name_each_other():
    # an equation that no function carries out, or a citation of one that is not there
    cited = {c.equation for c in book.citations() if c.equation.startswith("gaussian_mixture:")}
    assert set(book.LABEL.findall(CHAPTER)) == cited


# --- the worked example -----------------------------------------------------------------------------------------------


def test_four_readings_by_hand():
    # a worked example that a pencil contradicts
    worked = four_readings()
    first = [1 / (1 + math.exp(3 * x - 7.5)) for x in READINGS]
    second = [1 - g for g in first]
    log_p = [math.log(normal(x, 1, 1) / 2 + normal(x, 4, 1) / 2) for x in READINGS]
    size = [sum(first), sum(second)]
    means = [sum(g * x for g, x in zip(gamma, READINGS, strict=True)) / sum(gamma) for gamma in (first, second)]
    scatter = [
        sum(g * (x - mu) ** 2 for g, x in zip(gamma, READINGS, strict=True))
        for gamma, mu in zip((first, second), means, strict=True)
    ]
    variances = [s / n for s, n in zip(scatter, size, strict=True)]
    weights = [n / 4 for n in size]
    joint = [[w * normal(x, m, v) for w, m, v in zip(weights, means, variances, strict=True)] for x in READINGS]
    after = sum(math.log(sum(row)) for row in joint) / 4
    bound = sum(
        g * (math.log(p) - math.log(g))
        for row, gammas in zip(joint, zip(first, second, strict=True), strict=True)
        for p, g in zip(row, gammas, strict=True)
    )
    four = {
        "constant": math.log(0.5 / math.sqrt(2 * math.pi)), "log_sum": sum(log_p), "log_likelihood_0": sum(log_p) / 4,
        "n_1": size[0], "n_2": size[1], "first_sum": size[0] * means[0], "second_sum": size[1] * means[1],
        "mean_1": means[0], "mean_2": means[1], "scatter_1": scatter[0], "scatter_2": scatter[1],
        "variance_1": variances[0], "variance_2": variances[1], "old_variance_1": variances[0] + (means[0] - 1) ** 2,
        "bound_1": bound / 4, "log_likelihood_1": after, "divergence": after - bound / 4,
        "single_variance": 5.6875, "single_log_likelihood": -(math.log(2 * math.pi * 5.6875) + 1) / 2,
        "bic_1": 4 * (math.log(2 * math.pi * 5.6875) + 1) + 2 * math.log(4),
    }  # fmt: skip
    for key, value in four.items():
        assert decimals(worked[key]) == [pytest.approx(value, abs=5.1e-5)], key
    assert worked["single_mean"] == 2.75
    for i, x in enumerate(READINGS):
        row = [x, four["constant"] - (x - 1) ** 2 / 2, four["constant"] - (x - 4) ** 2 / 2, 3 * x - 7.5]
        assert decimals(worked[f"row_{i + 1}"]) == pytest.approx([*row, first[i], second[i], log_p[i]], abs=5.1e-5)
        squares = [(x - mu) ** 2 for mu in means]
        row = [x, squares[0], first[i] * squares[0], squares[1], second[i] * squares[1]]
        assert decimals(worked[f"square_{i + 1}"]) == pytest.approx(row, abs=5.1e-5)


def test_worked_numbers_are_those_that_are_printed():
    # a number made and never printed
    used = set(re.findall(r"\\worked\{gaussian_mixture:([a-z0-9_]+)\}", CHAPTER))
    assert used == set(four_readings())


def test_two_criteria_do_not_decide_on_four_readings():
    # the exercise: the penalty of BIC is the smaller one for fewer than eight samples
    one = GaussianMixture(1, reg_covar=0.0).fit(X)
    two = GaussianMixture(2, tol=1e-12, **START).fit(X)
    assert [one.aic(X), two.aic(X)] == pytest.approx([22.305, 24.124], abs=5e-4)
    assert [one.bic(X), two.bic(X)] == pytest.approx([21.077, 21.055], abs=5e-4)
    assert [-8 * one.lower_bound_, -8 * two.lower_bound_] == pytest.approx([18.305, 14.124], abs=5e-4)


# --- theorems ---------------------------------------------------------------------------------------------------------


def test_the_gap_of_the_bound_is_a_divergence():
    # the bound with a sign or an entropy wrong
    rng = np.random.default_rng(0)
    rows, q = rng.normal(size=(20, 2)), rng.dirichlet(np.ones(3), size=20)
    theta = (rng.dirichlet(np.ones(3)), rng.normal(size=(3, 2)), np.array([np.eye(2), 2 * np.eye(2), 3 * np.eye(2)]))
    gamma = textbook.expect(rows, *theta)
    divergence = (q * np.log(q / gamma)).sum() / 20
    bound = textbook.lower_bound(rows, q, *theta)
    assert textbook.log_likelihood(rows, *theta) - bound == pytest.approx(divergence, rel=1e-12)
    assert textbook.lower_bound(rows, gamma, *theta) == pytest.approx(textbook.log_likelihood(rows, *theta), rel=1e-12)


def test_the_best_covariance_is_the_scatter():
    # the lemma, of each kind
    rng = np.random.default_rng(1)
    root = rng.normal(size=(3, 3))
    S = root @ root.T

    def bracket(covariance):
        return np.linalg.slogdet(covariance)[1] + np.trace(np.linalg.solve(covariance, S))

    full, diagonal, spherical = S, np.diag(np.diag(S)), np.trace(S) / 3 * np.eye(3)
    for _ in range(200):
        change = rng.normal(size=(3, 3)) * 0.3
        factor = np.eye(3) + change
        assert bracket(factor @ S @ factor.T) > bracket(full)
        assert bracket(diagonal * np.exp(change)) > bracket(diagonal)
        assert bracket(spherical * np.exp(change[0, 0])) > bracket(spherical)


def test_equal_components_remain_equal():
    # the saddle, at which EM would stay
    start = (np.array([0.3, 0.7]), np.array([[1.0], [1.0]]), np.ones((2, 1, 1)))
    pi, mu, Sigma, value = list(textbook.em(X, *start, steps=3))[-1]
    assert_allclose(pi, [0.3, 0.7])
    assert_allclose(mu, [[2.75], [2.75]])
    assert_allclose(Sigma, np.full((2, 1, 1), 5.6875))
    assert value == pytest.approx(GaussianMixture(1, reg_covar=0.0).fit(X).lower_bound_, rel=1e-12)


def test_with_a_floor_the_likelihood_falls_no_more_than_the_bound():
    # "never falls"; and the bound without its half
    own = {"means_init": [[2.75]], "weights_init": [1.0], "precisions_init": [[[1 / 5.6875]]]}
    model = GaussianMixture(1, reg_covar=1.0, tol=0.0, max_iter=2, **own)
    with pytest.warns(ConvergenceWarning):
        bounds = model.fit(X).lower_bounds_
    assert bounds == pytest.approx([-2.2881, -2.2943], abs=5e-5)
    fell, floor = 0, 0.05
    for seed in range(40):
        rows = np.random.default_rng(seed).normal(size=(12, 1))
        model = GaussianMixture(2, reg_covar=floor, tol=0.0, init_params="random_from_data", random_state=seed)
        states = [state for state in model.steps(rows) if state.step == "E"]
        values = np.array([state.log_likelihood for state in states])
        precisions = np.array([1 / state.fit.mixture.covariances.ravel() for state in states])
        shares = np.array([state.moments.size for state in states])
        allowed = floor / 2 * (shares[:-1] * (precisions[:-1] - precisions[1:])).sum(axis=1)
        assert (np.diff(values) > -allowed - 1e-12).all()
        fell += (np.diff(values) < -1e-9).any()
    assert fell == 32


def test_a_component_collapses_onto_its_sample():
    # heights of the spike, and that it beats the sensible answer
    start = (np.array([0.5, 0.5]), np.array([[0.0], [4.0]]), np.array([[[0.04]], [[4.0]]]))
    once = textbook.maximize(X, textbook.expect(X, *start))
    assert once[2][0, 0, 0] == pytest.approx(1.2e-4, rel=0.05)
    assert textbook.maximize(X, textbook.expect(X, *once))[2][0, 0, 0] == 0
    given = {"weights_init": start[0], "means_init": start[1], "precisions_init": 1 / start[2], "tol": 1e-9}
    heights = np.array([GaussianMixture(2, reg_covar=f, **given).fit(X).lower_bound_ for f in (1e-2, 1e-4, 1e-6)])
    assert_allclose(heights, [-1.8131, -1.2444, -0.6694], atol=5e-5)
    assert_allclose(np.diff(heights), [0.5687, 0.5750], atol=6e-5)
    assert math.log(10) / 4 == pytest.approx(0.5756, abs=5e-5)
    sensible = GaussianMixture(2, tol=1e-12, **START).fit(X).lower_bound_
    assert (heights > sensible).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("distance", "missing", "steps"), [(0.5, 0.888, 19.5), (1, 0.657, 5.5), (2, 0.266, 1.7), (4, 0.022, 0.6)]
)
def test_rate_is_the_fraction_of_missing_information(distance, missing, steps):
    # the simplest case, by quadrature; and the derivative of the step itself
    m = distance / 2
    rate = expectation(lambda x, m: (x / np.cosh(m * x)) ** 2)(m)
    x = np.linspace(-15, 15, 60_001)
    density = (np.exp(-((x - m) ** 2) / 2) + np.exp(-((x + m) ** 2) / 2)) / math.sqrt(8 * math.pi)

    def step(estimate):
        return float((density * x * np.tanh(estimate * x)).sum() * (x[1] - x[0]))

    assert step(m) == pytest.approx(m, rel=1e-9)
    assert (step(m + 1e-5) - step(m - 1e-5)) / 2e-5 == pytest.approx(rate, rel=1e-6)
    assert rate == pytest.approx(missing, abs=5e-4)
    assert math.log(10) / -math.log(rate) == pytest.approx(steps, abs=0.05)


def test_overlapping_components_are_slow():
    # the exercise: steps, the rate, and where the default tolerance stops
    rows = overlapping()
    plain, quick = (
        GaussianMixture(2, tol=1e-10, reg_covar=0.0, max_iter=20_000, random_state=0, accelerated=accelerated).fit(rows)
        for accelerated in (False, True)
    )
    assert plain.n_iter_ == 770
    assert 120 < quick.n_iter_ < 150
    gains = np.diff(plain.lower_bounds_)
    rate = math.sqrt(gains[400] / gains[399])
    assert rate == pytest.approx(0.994, abs=5e-4)
    assert math.log(10) / -math.log(rate) == pytest.approx(380, abs=5)
    assert np.sort(plain.means_.ravel()) == pytest.approx([-0.957, 0.949], abs=5e-4)
    default = GaussianMixture(2, reg_covar=0.0, random_state=0).fit(rows)
    assert default.n_iter_ == 5
    assert np.sort(default.means_.ravel()) == pytest.approx([-1.12, 0.89], abs=5e-3)


def test_free_numbers_of_the_model():
    # the counts in the text
    assert [2 + 12 + COVARIANCES[kind].free(3, 4) for kind in ("full", "tied", "diag", "spherical")] == [44, 24, 26, 17]


def test_criterion_prefers_two_components_for_three_species():
    # the caveat
    rows = bundled.iris(0).X
    found = [
        GaussianMixture(K, n_init=5, random_state=0, tol=1e-6, max_iter=1000).fit(rows).bic(rows) for K in (1, 2, 3, 4)
    ]
    assert found[1:3] == pytest.approx([574, 581], abs=0.5)
    assert int(np.argmin(found)) == 1


# --- breaking points --------------------------------------------------------------------------------------------------


def test_densities_underflow_where_the_chapter_says():
    # 38.6 misprinted; a joint density without its largest term
    assert math.exp(-(38.6**2) / 2) == 5e-324
    assert math.exp(-(38.61**2) / 2) == 0
    J = textbook.joint(np.array([[400.0]]), np.array([0.5, 0.5]), np.array([[0.0], [10.0]]), np.ones((2, 1, 1)))
    assert J[0, 0] - J[0, 1] == -3950
    assert textbook.log_marginal(J)[0] == pytest.approx(-76_051.6, abs=0.05)
    gamma = textbook.expect(np.array([[400.0]]), np.array([0.5, 0.5]), np.array([[0.0], [10.0]]), np.ones((2, 1, 1)))
    assert gamma.tolist() == [[0.0, 1.0]]


def test_determinants_underflow_where_the_chapter_says():
    # 81 columns; and the sum that does not
    assert [np.linalg.det(1e-4 * np.eye(d)) == 0 for d in (80, 81)] == [False, True]
    assert 81 * math.log(0.01) == pytest.approx(-373, abs=0.05)


def test_the_expanded_square_cancels_where_the_chapter_says():
    # the power of two at which a half becomes nothing
    def expanded(mu):
        x = mu + 1
        return -0.5 * x * x + mu * x - 0.5 * mu * mu

    assert [expanded(2.0**power) for power in (26, 27)] == [-0.5, 0.0]


# --- answers of the exercises -----------------------------------------------------------------------------------------


def test_answers_for_a_pencil():
    # the boundary of unequal weights, an M-step, a joint logarithm, the reach of a narrow component
    pi, mu, unit = np.array([0.75, 0.25]), np.array([[0.0], [3.0]]), np.ones((2, 1, 1))
    assert_allclose(textbook.expect(np.array([[1.5]]), pi, mu, unit), [[0.75, 0.25]])
    assert_allclose(textbook.expect(np.array([[1.5 + math.log(3) / 3]]), pi, mu, unit), [[0.5, 0.5]])
    assert 1.5 + math.log(3) / 3 == pytest.approx(1.866, abs=5e-4)
    R = np.array([[1, 0], [0.5, 0.5], [0, 1], [0, 1]])
    weights, means, variances = textbook.maximize(X, R)
    assert (weights[0], means[0, 0], variances[0, 0, 0]) == pytest.approx((3 / 8, 1 / 3, 2 / 9))
    J = np.array([[-1000.0, -1001.0]])
    assert textbook.log_marginal(J)[0] == pytest.approx(-999.6867, abs=5e-5)
    assert np.exp(J - textbook.log_marginal(J)[:, None])[0] == pytest.approx([0.7311, 0.2689], abs=5e-5)
    wide = (np.array([0.5, 0.5]), np.zeros((2, 1)), np.array([[[1.0]], [[9.0]]]))
    assert_allclose(textbook.expect(np.array([[1.5 * math.sqrt(math.log(3))]]), *wide), [[0.5, 0.5]])
    assert 1.5 * math.sqrt(math.log(3)) == pytest.approx(1.572, abs=5e-4)


def test_a_fixed_penalty_keeps_em_monotone():
    # the exercise: beta / N_k on the diagonal, and a penalised likelihood that never falls
    rng, beta = np.random.default_rng(3), 0.1
    for _ in range(20):
        rows = rng.normal(size=(12, 1))
        theta = (np.array([0.5, 0.5]), rows[:2], np.full((2, 1, 1), 0.1))
        values = []
        for _ in range(30):
            R = textbook.expect(rows, *theta)
            pi, mu, S = textbook.maximize(rows, R)
            theta = (pi, mu, S + beta / R.sum(axis=0)[:, None, None])
            values.append(textbook.log_likelihood(rows, *theta) - beta / 24 * (1 / theta[2]).sum())
        assert (np.diff(values) > -1e-12).all()


def test_missing_entries_need_their_spread():
    # the exercise: the true covariance is kept, and what filled gaps make of it
    r = 0.6
    corners, share = np.array([[1.0, 1], [-1, -1], [1, -1], [-1, 1]]), np.array([1 + r, 1 + r, 1 - r, 1 - r]) / 4
    gaps = corners.copy()
    gaps[:, 1] = np.nan
    start = {"means_init": [[0.0, 0]], "weights_init": [1.0], "precisions_init": [np.linalg.inv([[1, r], [r, 1]])]}
    model = GaussianMixture(1, max_iter=1, reg_covar=0.0, tol=1.0, **start)
    with pytest.warns(ConvergenceWarning):
        model.fit(np.vstack([corners, gaps]), sample_weight=np.tile(share, 2))
    assert_allclose(model.covariances_[0], [[1, r], [r, 1]], atol=1e-12)
    for fill, variance, covariance in ((0.0, 0.5, r / 2), (r, (1 + r**2) / 2, r)):
        gaps[:, 1] = fill * gaps[:, 0]
        filled = np.cov(np.vstack([corners, gaps]).T, aweights=np.tile(share, 2), bias=True)
        assert_allclose(filled, [[1, covariance], [covariance, variance]], atol=1e-12)


def test_squarem_lands_on_the_limit():
    # the exercise: one eigenvalue, and the limit of the length
    rate, error = 0.99, 3.0
    points = [error, rate * error, rate**2 * error]
    r, v = points[1] - points[0], points[2] - 2 * points[1] + points[0]
    length = abs(r) / abs(v)
    assert points[0] + 2 * length * r + length**2 * v == pytest.approx(0, abs=1e-11)
    assert (points[0] + 32 * r + 256 * v) / error == pytest.approx(0.7056)
    assert math.log(0.7056) / math.log(0.99) == pytest.approx(34.7, abs=0.05)


def test_completed_likelihood_in_terms_of_q():
    # the exercise: ICL is -2 n Q + p log n, and 2 n log 2 above BIC for two components that coincide
    model = GaussianMixture(2, tol=1e-3, **START).fit(X)
    theta = (model.weights_, model.means_, model.covariances_)
    Q = (textbook.expect(X, *theta) * textbook.joint(X, *theta)).sum() / 4
    assert model.icl(X) == pytest.approx(-8 * Q + 5 * math.log(4), rel=1e-9)
    same = {**START, "means_init": [[2.75], [2.75]], "precisions_init": np.full((2, 1, 1), 1 / 5.6875)}
    model = GaussianMixture(2, **same).fit(X)
    assert model.icl(X) - model.bic(X) == pytest.approx(8 * math.log(2))


def test_em_without_information_is_slower_than_geometric():
    # the exercise: m_t is about 1 / sqrt(2 t)
    x = np.linspace(-12, 12, 4001)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0])
    m = 0.5
    for _ in range(4000):
        m = float((density * x * np.tanh(m * x)).sum())
    assert m * math.sqrt(8000) == pytest.approx(1, abs=0.01)


def test_one_variance_for_all_is_bounded():
    # the exercise: more samples than components, and as many
    def tied(rows, means, deviation):
        K = len(means)
        theta = (np.full(K, 1 / K), np.array(means)[:, None], np.full((K, 1, 1), deviation**2))
        return textbook.log_likelihood(np.array(rows)[:, None], *theta)

    deviations = np.geomspace(1e-3, 10, 50)
    for deviation in deviations:
        bound = -math.log(deviation * math.sqrt(2 * math.pi)) - 1 / (3 * 8 * deviation**2)
        assert all(tied([0.0, 1, 5], [a, b], deviation) <= bound for a in (0, 0.5, 1) for b in (1, 3, 5))
    assert tied([0.0, 1], [0, 1], 1e-100) > 200


def test_a_group_of_noise_is_not_divided():
    # the exercise: likelihoods, and the gain that BIC asks for
    X = np.random.default_rng(1).normal(size=(300, 1))
    models = [GaussianMixture(K, n_init=5, tol=1e-8, max_iter=5000, random_state=0).fit(X) for K in (1, 2, 3)]
    heights = [300 * model.lower_bound_ for model in models]
    assert heights == pytest.approx([-401.196, -398.413, -395.659], abs=2e-3)
    assert [model.bic(X) for model in models] == pytest.approx([813.80, 825.35, 836.95], abs=0.01)
    assert heights[1] - heights[0] == pytest.approx(2.783, abs=2e-3)
    assert 1.5 * math.log(300) == pytest.approx(8.556, abs=5e-4)


def test_bugs_are_found_by_the_tests_that_the_chapter_names():
    # listings that would pass
    scope = {"np": np, "joint": textbook.joint}
    exec(LISTINGS[0], scope)
    far = np.vstack([X, [[60.0]]])
    with np.errstate(invalid="ignore"):
        R = scope["expect"](far, WEIGHTS, MEANS, VARIANCES)
    assert np.isnan(R[-1]).all()
    assert np.isnan(textbook.maximize(far, R)[1]).all()
    assert_allclose(textbook.expect(far, WEIGHTS, MEANS, VARIANCES).sum(axis=1), 1)
    R = textbook.expect(X, WEIGHTS, MEANS, VARIANCES)
    scope = {"X": X, "R": R, "N": R.sum(axis=0), "K": 2, "mu": MEANS, "Sigma": np.zeros((2, 1, 1))}
    exec("if True:\n" + LISTINGS[1], scope)
    _, means, variances = textbook.maximize(X, R)
    assert_allclose(scope["Sigma"], variances + ((means - MEANS) ** 2)[:, :, None])
    assert decimals(four_readings()["old_variance_1"]) == [pytest.approx(scope["Sigma"][0, 0, 0], abs=5e-5)]
