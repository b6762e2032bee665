"""The chapter's numbers and claims, recomputed: formulas, worked example, quoted facts, answers to the exercises."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import ElasticNet, Lasso, LassoCV, LinearRegression, Ridge
from groundup.data.synthetic import regression
from groundup.projects.regularized_regression import textbook
from groundup.projects.regularized_regression.example import LASSO, RIDGE, ZEROING, X, eight_bakes, y
from groundup.projects.regularized_regression.figures import bakes, penalties, rounding, simulation, weights
from groundup.projects.regularized_regression.figures.standardised import standardize

CHAPTER = (Path(groundup.__file__).parent / "projects" / "regularized_regression" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
RISE = y - y.mean()


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


def melts():
    """The rows of the melts that a run fits: those that are not held out."""
    from groundup.projects import load
    from groundup.workbench.run.request import Asked, open_data

    return open_data(Asked(load("regularized_regression"), data="sparse", seed=0).settle())


# --- derivation -------------------------------------------------------------------------------------------------------


def test_ridge_of_one_feature():
    # the example beside the formula
    x, t = np.array([[-1.0], [0], [1]]), np.array([-2.0, 0, 4])
    assert [textbook.ridge(x, t, alpha)[0][0] for alpha in (0.0, 1.0)] == pytest.approx([3, 2])


def test_soft_threshold_is_the_minimum_of_one_weight():
    # a case with the wrong sign, a denominator without the step
    grid = np.linspace(-4, 4, 80_001)
    for v in (-2.0, -0.5, 0.3, 1.7):
        for rate, alpha, ratio in ((1.0, 1.0, 1.0), (0.5, 2.0, 0.25), (2.0, 0.4, 0.5)):
            value = (grid - v) ** 2 / 2 + rate * alpha * (ratio * np.abs(grid) + (1 - ratio) / 2 * grid**2)
            assert textbook.prox(v, rate, alpha, ratio) == pytest.approx(grid[value.argmin()], abs=1.01e-4)


def test_orthonormal_columns_are_solved_by_thresholding():
    # ridge with the elastic net's lambda
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.normal(size=(20, 3)))[0] * np.sqrt(20)
    t = rng.normal(size=20)
    c = Q.T @ t / 20
    assert_allclose(Lasso(0.1, fit_intercept=False, tol=1e-13).fit(Q, t).coef_, textbook.soft_threshold(c, 0.1))
    assert_allclose(Ridge(5.0, fit_intercept=False).fit(Q, t).coef_, c / (1 + 5 / 20))


def test_optimism_of_ridge_is_twice_its_degrees_of_freedom():
    # a trace that is not the optimism; a factor two
    rng = np.random.default_rng(1)
    A = rng.normal(size=(15, 4))
    hat = A @ np.linalg.inv(A.T @ A + 3 * np.eye(4)) @ A.T
    mu, first, second = A @ [1.0, -1, 2, 0], rng.normal(size=(15, 20_000)), rng.normal(size=(15, 20_000))
    fitted = hat @ (mu[:, None] + first)
    seen, new = (np.square(mu[:, None] + e - fitted).sum(axis=0).mean() for e in (first, second))
    s = np.linalg.svd(A, compute_uv=False)
    assert np.trace(hat) == pytest.approx((s**2 / (s**2 + 3)).sum())
    assert new - seen == pytest.approx(2 * np.trace(hat), rel=0.03)


def test_every_budget_of_the_lasso_is_reached():
    # a path that jumps
    lengths = [np.abs(w).sum() for _, w in textbook.lars(X, RISE)]
    assert lengths == sorted(lengths)
    assert [lengths[0], lengths[-1]] == pytest.approx([0, 3.5])


def test_corners_leave_the_ridge_only_the_radius():
    # an arrow that is not at right angles to the contour, a solution outside its cone
    fig = penalties.corners.render(None, melts())
    two = penalties.corner_pair(standardize(melts()))
    assert abs(two.H[0, 1]) > 0.4  # contours that are clearly long
    for axes, solves in zip(fig.axes, (lambda w, s: abs(s[1]) < abs(s[0]), lambda w, s: True), strict=True):
        w = np.ravel(axes.lines[1].get_xydata())
        s = two.c - two.H @ w
        assert solves(w, s)
    assert np.cross(np.append(w, 0), np.append(s, 0))[2] == pytest.approx(0, abs=0.03 * np.linalg.norm(w) ** 2)


# --- worked example ---------------------------------------------------------------------------------------------------


def test_numbers_written_out_beside_the_computed_ones():
    # an intermediate number that does not lead to the result printed after it
    assert (X.T @ RISE).tolist() == [24, 18]
    assert RISE @ RISE == 80
    assert (X.T @ X).tolist() == [[8, 4], [4, 8]]
    G = X.T @ X + RIDGE * np.eye(2)
    assert_allclose(np.linalg.solve(G, [24, 18]), [1.6875, 0.9375])
    leverage = 1 / 8 + np.einsum("ij,jk,ik->i", X, np.linalg.inv(G), X)
    assert_allclose(leverage, [1 / 4, 1 / 4, 1 / 4, 3 / 8, 3 / 8, 1 / 4, 1 / 4, 1 / 4])
    worked = eight_bakes()
    residuals = decimals(worked["residuals"])
    assert residuals[0] == pytest.approx(1.375)
    assert_allclose(np.array(residuals) / (1 - leverage), decimals(worked["left_out"]), atol=2e-3)
    assert worked["gap_0"] == pytest.approx((1 - 1 / 4) ** 2 / 2 * 10)
    assert decimals(worked["xi_1"]) == [0.5625, 0.75]
    assert worked["gap_1"] == pytest.approx(0.75 * 2.625 - 2.25 * 0.5625 - 0.375 * 0.75)
    assert_allclose(np.linalg.solve([[5 / 4, 1 / 2], [1 / 2, 5 / 4]], [5 / 2, 7 / 4]), [12 / 7, 5 / 7])


def test_the_path_is_where_the_formulas_say():
    # a second kink at another lambda, or a direction that is not (2/3, 2/3)
    for alpha in (2.5, 1.8, 1.0, 0.75, 0.2):
        w = Lasso(alpha, tol=1e-13).fit(X, y).coef_
        expected = [3 - alpha, 0] if alpha >= 1.5 else np.array([1.5, 0]) + (1.5 - alpha) * 2 / 3
        assert_allclose(w, expected, atol=1e-9)


def test_staircase_ends_in_the_kink():
    # the figure's steps, in the order that the text has
    path = bakes.descent(ZEROING, [1, 0])
    assert path[:5].tolist() == [[0, 0], [0, 0.25], [0.875, 0.25], [0.875, 0], [1, 0]]
    path = bakes.descent(LASSO, [0, 1])
    assert path[:4].tolist() == [[0, 0], [2.25, 0], [2.25, 0.375], [2.0625, 0.375]]
    error = np.abs(path[2::2] - [2, 0.5])
    assert_allclose(error[1:4] / error[:3], 0.25)
    w = np.array([2.0, -1.0])
    assert bakes.objective(*w, LASSO) == pytest.approx(textbook.objective(X, RISE, w, LASSO, 1.0))


# --- figures and stability --------------------------------------------------------------------------------------------


def test_three_fits_say_what_the_caption_says():
    # a lasso without zeros, distances in another order
    data = melts()
    problem = standardize(data)
    distance = {name: np.square(w - problem.coef).sum() for name, w, _ in weights.fits(problem)}
    used = {name: np.count_nonzero(w) for name, w, _ in weights.fits(problem)}
    assert len(data.X) == 80
    assert used["least squares"] == used["ridge"] == 30 > 2 * used["lasso"]
    assert distance["least squares"] > distance["ridge"] > distance["lasso"]


def test_digits_are_lost_where_the_figure_shows_it():
    # errors of another problem than the text's, or a remedy that is none
    assert rounding.digits(rounding.ridge_by_products(1e-7), np.array([0.5, -0.5])) == pytest.approx(3, abs=1.2)
    assert np.isnan(rounding.ridge_by_products(1.05e-8)).all()
    assert rounding.digits(rounding.ridge_by_values(1e-10), np.array([0.5, -0.5])) > 14
    assert_allclose(rounding.exact_errors(0.0), [-0.5, 2])
    for alpha in (0.1, 2.0):
        rows, t = rounding.TWO_ROWS, rounding.TWO_TARGETS
        alone = [
            t[i] - rows[i] @ Ridge(alpha, fit_intercept=False).fit(rows[[1 - i]], t[[1 - i]]).coef_ for i in (0, 1)
        ]
        assert_allclose(rounding.exact_errors(alpha), alone)
        assert_allclose(rounding.residual_over_leverage(alpha), alone)
        assert_allclose(rounding.without_common_factor(alpha), alone)
    assert rounding.digits(rounding.residual_over_leverage(1e-12), rounding.exact_errors(1e-12)) < 5
    assert rounding.digits(rounding.without_common_factor(1e-16), rounding.exact_errors(1e-16)) > 14


def test_subgradient_recipe_is_the_one_that_is_tested():
    # a recipe in the text from which nobody gets the number beside it
    for piece in ("3x_1-2x_2+x_3", r"\lambda=0.2", r"0.1/(L\sqrt t)", r"default\_rng(0)"):
        assert piece in CHAPTER


# --- exercises --------------------------------------------------------------------------------------------------------


def test_tests_after_the_choice_are_worthless():
    # "keeps six on average", of which least squares calls 60 % significant
    kept, significant = 0, 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        rows, t = rng.standard_normal((60, 200)), rng.standard_normal(60)
        chosen = np.flatnonzero(Lasso(0.25).fit(rows, t).coef_)
        if len(chosen):
            P = LinearRegression().fit(rows[:, chosen], t).summary().p[-len(chosen) :]
            kept, significant = kept + len(chosen), significant + int((np.asarray(P) < 0.05).sum())
    assert kept / 100 == pytest.approx(6, abs=0.5)
    assert significant / kept == pytest.approx(0.6, abs=0.03)


def test_noise_alone_has_slopes():
    # "up to about sigma times 0.42": a factor lost under the root
    assert np.sqrt(2 * np.log(200) / 60) == pytest.approx(0.42, abs=5e-3)
    rng = np.random.default_rng(0)
    largest = [np.abs(rng.standard_normal((60, 200)).T @ rng.standard_normal(60) / 60).max() for _ in range(100)]
    assert 0.8 < np.mean(largest) / 0.42 < 1


def test_no_number_of_rows_helps_a_mixture():
    # a picture in which the condition of recovery holds after all
    rng = np.random.default_rng(0)
    rows, truth = rng.normal(size=(5000, 20)), np.append([1.0, 1], np.zeros(18))
    mixed = simulation.with_a_mixture(rows, truth)
    shares = [
        [simulation.support_recovered(X, truth, n, np.array([0.25]), 50)[0] for n in (100, 800)] for X in (rows, mixed)
    ]
    assert shares[0][1] > 0.95
    assert max(shares[1]) < 0.1


def test_answers_with_a_pencil():
    # solutions that do not solve
    v = np.array([2.5, -0.4, -3, 1, 0.2])
    assert textbook.soft_threshold(v, 1).tolist() == [1.5, 0, -2, 0, 0]
    assert textbook.prox(v, 1, 2, 0.5).tolist() == [0.75, 0, -1, 0, 0]
    x, t = np.array([[-1.0], [0], [1]]), np.array([-2.0, 0, 4])
    assert textbook.ridge(x, t, 2.0)[0] == pytest.approx([1.5])
    assert [Lasso(a, tol=1e-13).fit(x, t).coef_[0] for a in (1.0, 1.99, 2.0)] == pytest.approx([1.5, 0.015, 0])
    budgets = [np.abs(Lasso(a, tol=1e-13).fit(X, y).coef_).sum() for a in (1.8, 0.75)]
    assert budgets == pytest.approx([1.2, 2.5])
    squares = np.array([9.0, 1, 0])
    assert [(squares / (squares + a)).sum() for a in (1, 9)] == pytest.approx([1.4, 0.6])


def test_answer_on_units():
    # a million for the lasso
    rng = np.random.default_rng(2)
    A, t = rng.normal(size=(30, 3)), rng.normal(size=30)
    for small, large in ((Ridge(2.0), Ridge(2e6)), (Lasso(0.1, tol=1e-13), Lasso(100.0, tol=1e-13))):
        assert_allclose(small.fit(A, t).predict(A), large.fit(1000 * A, t).predict(1000 * A), atol=1e-8)


def test_answer_on_folds():
    # a standard error with m, or with m - 1 alone
    errors = np.array([[12.0, 9, 14, 13], [10, 8, 12, 10], [9, 8, 12, 9], [10, 8, 13, 11]])
    mean = errors.mean(axis=1)
    assert mean.tolist() == [12, 10, 9.5, 10.5]
    se = errors[2].std(ddof=1) / 2
    assert se == pytest.approx(0.87, abs=5e-3)
    assert np.flatnonzero(mean <= mean[2] + se)[0] == 1
    assert np.sign(errors[1] - errors[2]).tolist() == [1, 0, 0, 1]


def test_answer_on_noise():
    # the numbers of the solution
    rng = np.random.default_rng(0)
    A, t = rng.standard_normal((60, 200)), rng.standard_normal(60)
    some = Lasso(0.1).fit(A, t)
    chosen = LassoCV(cv=5).fit(A, t)
    rule = Lasso(chosen.alpha_1se_).fit(A, t)
    assert [np.count_nonzero(model.coef_) for model in (some, chosen, rule)] == [26, 1, 0]
    assert some.score(A, t) == pytest.approx(0.66, abs=5e-3)


def test_answer_on_copies():
    # an elastic net that is not shared out
    twice = np.column_stack([X, X[:, 0]])
    found = [model.fit(twice, y).coef_ for model in (Ridge(4), ElasticNet(0.75, l1_ratio=2 / 3), Lasso(0.75))]
    assert_allclose(found, [[1.038, 0.808, 1.038], [0.973, 0.622, 0.973], [2, 0.5, 0]], atol=6e-4)
    assert [found[0][[0, 2]].sum(), found[1][[0, 2]].sum()] == pytest.approx([2.077, 1.946], abs=6e-4)


def test_answer_on_thousandths():
    # a penalty that does not go by units
    scaled = X * [1000, 1]
    assert_allclose(Ridge(4).fit(scaled, y).coef_, [0.0027, 0.6], rtol=1e-4)
    assert_allclose(Lasso(0.75).fit(scaled, y).coef_, [0.002999, 0.0005], rtol=1e-2)


def test_the_bugs_are_bugs():
    # a listing without the defect, or a test that does not see it
    names = {"np": np}
    for listing in LISTINGS:
        exec(listing, names)
    w, b = names["ridge_with_intercept"](X, y, 4)
    assert_allclose([*w, b], [1.6875, 0.9375, 10 / 3])
    assert names["ridge_with_intercept"](X, y + 100, 4)[1] - b == pytest.approx(66.7, abs=0.05)
    w = np.ones(2)
    for _ in range(400):
        w = names["lasso_step"](X, RISE, w, 2.0, 0.5)
    assert_allclose(w, [1.000, 0.655], atol=6e-4)
    slope = textbook.slope(X, RISE, w)
    assert_allclose(slope, 2 * w / np.linalg.norm(w))  # the minimum of f + 2 |w|
    assert textbook.duality_gap(X, RISE, w, 2.0, 1.0) > 0.01
    with np.errstate(invalid="ignore"):
        assert np.isnan(names["lasso_step"](X, RISE, np.zeros(2), 2.0, 0.5)).all()


def test_answer_on_the_figure_of_paths():
    # the order of entry, and where a feature without effect comes in
    problem = standardize(melts())
    names = list(problem.names)
    kinks = [(alpha, {names[j] for j in np.flatnonzero(w)}) for alpha, w in textbook.lars(problem.X, problem.y)][:40]
    assert kinks[1][1] == {"element 4"}
    assert kinks[2][1] == {"element 3", "element 4"}
    enters = next(before for (before, _), (_, used) in pairwise(kinks) if "element 8" in used)
    assert enters == pytest.approx(0.55, abs=0.01)
    shuffled = np.random.default_rng(0).permutation(80)
    assert LassoCV(cv=10).fit(problem.X[shuffled], problem.y[shuffled]).alpha_ == pytest.approx(0.117, abs=5e-4)
    assert regression.sparse(0).truth["coef"][7] == 0
