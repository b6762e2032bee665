"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers to exercises."""

import re
import warnings
from itertools import combinations, pairwise
from math import comb
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import LogisticRegression
from groundup.core.functions import log1pexp, sigmoid
from groundup.core.metrics import roc_auc_score
from groundup.plotting.figure import NotApplicable
from groundup.projects import load
from groundup.projects.logistic_regression import animation, textbook
from groundup.projects.logistic_regression.example import X, six_students, y
from groundup.projects.logistic_regression.figures import newton, solvers, thresholds
from groundup.workbench.run.request import Asked, build_model, open_data

CHAPTER = (Path(groundup.__file__).parent / "projects" / "logistic_regression" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
DOUBLED = 2 * X[:, 0] - 7
NO_PENALTY = np.inf


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


@pytest.fixture(scope="module")
def birds():
    """A model of the birds as a run fits it, and its data."""
    run = Asked(load("logistic_regression"), data="gaussians", seed=0).settle()
    data = open_data(run)
    return build_model(run, data).fit(data.X, data.y), data


# --- model and derivation ---------------------------------------------------------------------------------------------


def test_derivatives_of_one_feature():
    # a sign, or a sigmoid's slope that was left in: the two lines that carry the chapter
    z, e = np.linspace(-5, 5, 11), 1e-5
    assert_allclose((log1pexp(z + e) - log1pexp(z - e)) / (2 * e), sigmoid(z), atol=1e-9)
    assert_allclose((sigmoid(z + e) - sigmoid(z - e)) / (2 * e), sigmoid(z) * sigmoid(-z), atol=1e-9)
    value, slope, curvature = newton.student_loss(np.array([0.1, 0.1 + e, 0.1 - e]))
    assert slope[0] == pytest.approx((value[1] - value[2]) / (2 * e))
    assert curvature[0] == pytest.approx((slope[1] - slope[2]) / (2 * e))


def test_threshold_is_the_price():
    # the two costs exchanged
    false_alarm, miss = 1.0, 5.0
    best = false_alarm / (false_alarm + miss)
    assert best == pytest.approx(1 / 6)
    for p in (best - 0.01, best + 0.01):
        assert ((1 - p) * false_alarm < p * miss) == (p > best)


def test_twice_the_odds_is_not_twice_the_chance():
    # two thirds for three quarters
    odds = 2 * 0.5 / (1 - 0.5)
    assert odds / (1 + odds) == pytest.approx(2 / 3)


def test_a_weight_shrinks_when_an_independent_feature_is_left_out():
    # about 0.6: a misprinted number, or a weight that does not depend on the other features
    u, share = np.polynomial.hermite_e.hermegauss(80)
    for b in (-1.0, -0.5, 0.0):
        p = [share @ sigmoid(b + x + 2 * u) / share.sum() for x in (0.0, 1.0)]
        assert np.log(p[1] / (1 - p[1])) - np.log(p[0] / (1 - p[0])) == pytest.approx(0.6, abs=0.02)


# --- worked example ---------------------------------------------------------------------------------------------------


def test_numbers_written_out_beside_the_computed_ones():
    # an intermediate number that does not lead to the result printed after it
    worked = six_students()
    p = np.array([0.1192, 0.2315, 0.4013])
    assert_allclose(decimals(worked["p_1"])[:3], p)
    assert_allclose(p * (1 - p), [0.1050, 0.1779, 0.2403], atol=5e-5)
    assert worked["slope_1"] == pytest.approx(2 * (-5 * 0.1192 - 3 * 0.2315 + 0.5987), abs=1e-3)
    assert worked["curvature_1"] == pytest.approx(2 * (25 * 0.1050 + 9 * 0.1779 + 0.2403), abs=1e-2)
    assert worked["omega_step"] == pytest.approx(1.3835 / 8.932, abs=5e-5)
    assert worked["w_2"] == pytest.approx(2 * (0.4 + worked["omega_step"]))
    assert worked["w_error"] == pytest.approx(2 / np.sqrt(worked["information"]), rel=1e-6)
    assert worked["information"] == pytest.approx(4.803, abs=5e-4)
    assert worked["w_z"] == pytest.approx(1.214 / 0.9126, abs=1e-3)
    assert worked["odds_low"] == pytest.approx(np.exp(1.214 - 1.96 * 0.9126), rel=1e-3)
    assert worked["deviance"] == pytest.approx(2 * worked["loss"])
    assert worked["lr"] == pytest.approx(8.318 - 4.956, abs=1e-3)
    assert worked["scatter"] == pytest.approx(0.784, abs=5e-4)
    assert worked["score_error"] == pytest.approx(1 / np.sqrt(worked["scatter"]), rel=1e-6)
    assert worked["chance_low"] == pytest.approx(sigmoid(-1.96 * 1.129), abs=1e-4)
    assert worked["chance_high"] == pytest.approx(1 - worked["chance_low"])
    assert abs(0.8 - 1.214) / 1.214 == pytest.approx(0.34, abs=5e-3)
    assert -worked["b"] / worked["w"] == pytest.approx(3.5)


def test_symmetry_of_the_six_students():
    # data that turning round and exchanging the classes would change: then the intercept is not zero
    assert_allclose(-DOUBLED[::-1], DOUBLED)
    assert_allclose((1 - y)[::-1], y)


def test_four_of_twenty_orders_are_as_far_from_the_middle():
    # an exact test that counts one side only, or strictly
    hours = [sum(three) for three in combinations(X[:, 0], 3)]
    assert (X[:, 0] @ y, np.mean(hours), len(hours)) == (14, 10.5, 20)
    assert sum(abs(total - 10.5) >= 3.5 for total in hours) == 4


def test_certificate_of_the_worked_example_by_hand():
    # the longest sample without the part of the intercept
    worked = six_students()
    longest = 25 / 8.932 + 1 / (2 * (0.1050 + 0.1779 + 0.2403))
    assert longest == pytest.approx(3.755, abs=1e-3)
    assert np.sqrt(longest) == pytest.approx(1.938, abs=1e-3)
    assert 1.3835 / np.sqrt(8.932) == pytest.approx(0.4629, abs=1e-4)
    assert worked["u_1"] == pytest.approx(1.938 * 0.4629, abs=1e-3)
    assert worked["half_nu2_1"] == pytest.approx(1.3835**2 / (2 * 8.932), abs=1e-4)


def test_digits_of_the_worked_example_double():
    # another measure of digits than the text's; a step that does not double them
    digits = [float(v) for v in re.findall(r"\{([0-9.]+)\}", six_students()["digits"])]
    assert digits == [0.5, 1.1, 2.2, 4.4, 8.8]
    assert np.round(-np.log10(abs(0.8 / 1.21402758585142 - 1)), 1) == 0.5


# --- guarantees -------------------------------------------------------------------------------------------------------


def test_digits_double_once_u_is_below_one_half():
    # theorem (iii) with another constant, or with u ≤ 1 where doubling has not begun
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(20):
        A = rng.normal(size=(30, 2))
        c = (A[:, 0] + rng.logistic(size=30) > 0).astype(int)
        u = []
        for w, b, _ in textbook.newton(A, c, 10.0, 8):
            H = textbook.hessian(A, w, b, 10.0)
            longest = np.sqrt(max(x @ np.linalg.solve(H, x) for x in textbook.with_ones(A)))
            u.append(longest * textbook.newton_decrement(A, c, w, b, 10.0))
        for now, then in pairwise(u):
            if 1e-6 < now <= 1:
                assert then <= 2 * now**2
                seen += 1
    assert seen > 20


def test_subsample_rounds_the_problem():
    # the condition numbers that the text prints
    assert [round(v, 1) for v in condition_numbers(10, (625,))] == [1119.8, 1.6]


def condition_numbers(d, sizes, n=20_000):
    """Condition of the Hessian at the minimum, and in the metrics of subsamples."""
    rng = np.random.default_rng(1)
    spread = np.geomspace(1, 30, d)
    A = rng.standard_normal((n, d)) * spread
    w = 2 * rng.standard_normal(d) / spread / np.sqrt(d)
    c = (rng.random(n) < sigmoid(A @ w)).astype(int)
    p = sigmoid(A @ LogisticRegression(fit_intercept=False).fit(A, c).coef_[0])
    v = p * (1 - p)
    H = (A.T * v) @ A + np.eye(d)
    found = [np.linalg.cond(H)]
    for size in sizes:
        S = rng.permutation(n)[:size]
        inverse = np.linalg.inv(np.linalg.cholesky(n / size * (A[S].T * v[S]) @ A[S] + np.eye(d)))
        found.append(np.linalg.cond(inverse @ H @ inverse.T))
    return found


def test_many_columns_make_weights_large_and_intervals_short():
    # about half as large again, and about 86 %: a theory for few columns, used for 200 and 1000 rows
    rng = np.random.default_rng(1)
    truth = np.append(np.full(100, 0.2), np.zeros(100))  # scores with a standard deviation of 2
    factors, covered = [], []
    for _ in range(15):
        A = rng.standard_normal((1000, 200))
        c = (rng.random(1000) < sigmoid(A @ truth)).astype(int)
        found = LogisticRegression(C=NO_PENALTY).fit(A, c).summary()
        factors.append(found.coef[1:101].mean() / 0.2)
        covered.append(((found.lower[1:] < truth) & (truth < found.upper[1:])).mean())
    assert np.mean(factors) == pytest.approx(1.5, abs=0.06)
    assert np.mean(covered) == pytest.approx(0.86, abs=0.02)


def test_few_rows_make_a_weight_too_large():
    # 1.1 for a weight of 1: an estimate that would be right on average
    rng = np.random.default_rng(0)
    A = np.stack([rng.standard_normal((3000, 40)), np.ones((3000, 40))], axis=2)
    c = (rng.random((3000, 40)) < sigmoid(A[:, :, 0])).astype(float)
    w = np.zeros((3000, 2, 1))
    for _ in range(12):
        p = sigmoid((A @ w)[:, :, 0])
        H = np.einsum("sni,sn,snj->sij", A, p * (1 - p), A)
        w += np.linalg.solve(H, np.einsum("sni,sn->si", A, c - p)[:, :, None])
    assert w[:, 0].mean() == pytest.approx(1.1, abs=0.05)


def test_error_of_an_area_from_few_rows():
    # the formula of Hanley and McNeil for an area of 0.89 from 40 rows of each class
    area, each = 0.89, 40
    one, other = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (each - 1) * (one + other - 2 * area**2)) / each**2
    assert np.sqrt(variance) == pytest.approx(0.04, abs=0.003)


# --- figures ----------------------------------------------------------------------------------------------------------


def test_parabolas_lead_to_newtons_steps():
    # a parabola that does not touch, a step of another loss than the worked example's; −2.26 and 2.47 of the caption
    place = 0.0
    for step in (0.4, 0.4 + 0.15489):
        _, slope, curvature = newton.student_loss(place)
        place -= slope / curvature
        assert place == pytest.approx(step, abs=5e-5)
    w = newton.OVERSHOT
    for step in (-2.26, 2.47):
        before, slope, curvature = newton.opposite_loss(w)
        w -= slope / curvature
        assert w == pytest.approx(step, abs=5e-3)
        assert newton.opposite_loss(w)[0] > before


def test_forms_of_the_loss_break_where_the_caption_says():
    # a form that is drawn as finite where it is not, a limit of another number than is added
    with np.errstate(all="ignore"):
        assert np.isfinite(newton.from_probability(np.array([36.73])))
        assert np.isinf(newton.from_probability(np.array([36.74])))
        assert newton.from_probability(np.array([100.0]), 1e-15) == pytest.approx(34.54, abs=0.01)
        assert np.isfinite(newton.from_exponential(np.array([709.78])))
        assert np.isinf(newton.from_exponential(np.array([709.79])))
    assert log1pexp(np.array([3000.0])) == 3000


def test_wilsons_interval():
    # the centre not drawn towards one half, an interval beyond 0 or 1
    low, high = thresholds.wilson(np.array([0.75, 0.0]), np.array([12, 12]))
    assert_allclose(low, [0.4677, 0], atol=5e-4)
    assert_allclose(high, [0.9111, 0.2425], atol=5e-4)


def test_digits_of_the_figure(birds):
    # exercise "read the figure": digits per iteration, Newton's 2.1 and 8.5, descent's 2.5 after 20
    A, c = solvers.standard_problem(*birds, 2000)
    states = {
        name: list(LogisticRegression(solver=name, max_iter=20, tol=0.0).steps(A, c)) for name in ("newton", "gd")
    }
    best = states["newton"][-1]
    fast, slow = (solvers.right_digits(states[name], best) for name in ("newton", "gd"))
    assert_allclose(fast[1:6], [0.4, 1.0, 2.1, 4.2, 8.5], atol=0.06)
    assert slow[20] == pytest.approx(2.5, abs=0.05)
    a_step = (slow[20] - slow[10]) / 10
    assert a_step == pytest.approx(0.103, abs=0.003)
    assert (8.5 - slow[20]) / a_step == pytest.approx(60, abs=3)
    assert int(np.argmax(slow > 2)) == 16


# --- animation --------------------------------------------------------------------------------------------------------


def test_animation_doubles_its_digits_and_its_numbers_lead_on(birds):
    # frames of another method, a printed system that does not lead to the next frame, digits of another minimum
    *frames, last = animation.newton_frames(*birds)
    digits = frames[-1].digits
    assert digits[-1] > 14
    assert all(1.8 * a < b < 2.3 * a for a, b in pairwise(digits[2:-1]))
    for now, then in pairwise(frames):
        b, w = now.path[-1]
        h = -np.linalg.solve(now.surface.curvature(b, w), now.surface.slope(b, w))
        assert_allclose(now.path[-1] + h, then.path[-1], rtol=1e-6)
    assert_allclose(last.surface.slope(*last.path[-1]), 0, atol=1e-12)
    assert animation.point_on_the_loss(last, None) is None
    assert animation.point_on_the_loss(frames[1], None).x == frames[1].path[-1][0]


def test_other_recordings_show_descent_and_growth(birds):
    # a rate that is not the step taken; separable rows with a penalty, or with rows in the wrong place
    first, second, *_ = animation.descent_frames(*birds)
    assert_allclose(first.path[-1] - first.rate * first.surface.slope(0, 0), second.path[-1], rtol=1e-9)
    *_, end = animation.separable_frames(*birds)
    assert (np.diff(np.linalg.norm(end.path, axis=1)) > 0).all()
    b, w = end.path[-1]
    assert ((b + w * end.surface.X[:, 1]) * (2 * end.surface.y - 1) > 0).all()
    assert end.digits.tolist() == [0] * len(end.path)
    same = solvers.Surface(np.column_stack([np.ones(4), [0.0, 2, 1, 1]]), np.array([1, 1, 0, 0]), 1.0, "x", "y")
    with pytest.raises(NotApplicable, match="same mean"):
        animation.separable_rows(same)


# --- exercises --------------------------------------------------------------------------------------------------------


def test_answers_by_pencil():
    # odds, losses, thresholds and areas of the first five
    found = [np.log(4), 36 / 37, 2.25 / 3.25, np.log(3), np.log(3) / 4]
    assert_allclose(found, [1.386, 0.973, 0.692, 1.099, 0.275], atol=5e-4)
    right, wrong = textbook.cross_entropy(np.array([5.0, 5.0]), np.array([1, 0]))
    assert_allclose([right, wrong, np.log(2)], [0.0067, 5.0067, 0.693], atol=5e-4)
    assert round(wrong / right) == 746
    assert np.log(9) == pytest.approx(2.197, abs=5e-4)
    assert roc_auc_score([0, 1, 0, 1], [1, 2, 3, 4]) == 0.75
    assert roc_auc_score([0, 1, 0, 1], [1, 2, 2, 4]) == 0.875


def test_units_and_names_of_the_classes():
    # an answer that forgets the standard error, or the sign of the intercept
    hours, minutes, failed = (
        LogisticRegression(C=NO_PENALTY, tol=1e-8).fit(A, c) for A, c in ((X, y), (60 * X, y), (X, 1 - y))
    )
    assert_allclose(minutes.coef_ * 60, hours.coef_, rtol=1e-6)
    assert_allclose(minutes.intercept_, hours.intercept_, rtol=1e-6)
    assert_allclose(minutes.summary().z, hours.summary().z, rtol=1e-5)
    assert_allclose([failed.coef_[0, 0], failed.intercept_[0]], [-hours.coef_[0, 0], -hours.intercept_[0]], rtol=1e-6)


def test_class_weights_shift_the_intercept_only():
    # weights of 1 and 9 in a large sample from the model; and a hundredth of the zeros
    rng = np.random.default_rng(0)
    A = rng.normal(size=(40_000, 1))
    c = (rng.random(40_000) < sigmoid(A[:, 0] - 1)).astype(int)
    plain, weighted = (LogisticRegression(C=NO_PENALTY, class_weight=k).fit(A, c) for k in (None, {0: 1, 1: 9}))
    assert weighted.intercept_[0] - plain.intercept_[0] == pytest.approx(np.log(9), abs=0.05)
    assert weighted.coef_[0, 0] == pytest.approx(plain.coef_[0, 0], abs=0.05)
    assert np.log(100) == pytest.approx(4.6, abs=0.01)


def test_the_bound_instead_of_the_hessian():
    # a bound that does not bound, the rate of the solution, its first step
    place, previous = 0.0, newton.student_loss(0.0)[0]
    for k in range(30):
        _, slope, _ = newton.student_loss(place)
        place -= slope / 17.5
        value = newton.student_loss(place)[0]
        assert value <= previous - slope**2 / 17.5 / 2 + 1e-12
        previous = value
        if k == 0:
            assert place == pytest.approx(0.4)
    rate = 1 - six_students()["information"] / 17.5
    assert rate == pytest.approx(0.726, abs=1e-3)
    assert -1 / np.log10(rate) == pytest.approx(7, abs=0.3)


def test_proximal_step_predicts_at_least_its_square():
    # the inequality of the exercise, by a one-dimensional step in closed form
    rng = np.random.default_rng(0)
    for _ in range(50):
        w, g, H, rho = rng.normal(), rng.normal(), rng.uniform(0.5, 2), rng.uniform(0, 1)
        u = w - g / H
        h = np.sign(u) * max(abs(u) - rho / H, 0) - w
        assert g * h + rho * (abs(w + h) - abs(w)) <= -H * h**2 + 1e-12


def test_separable_rows_are_told():
    # an estimator that reports its patience
    A, c = [[1], [2], [3], [4]], [0, 0, 1, 1]
    with pytest.warns(UserWarning, match="does not exist"):
        model = LogisticRegression(C=NO_PENALTY).fit(A, c)
    assert model.coef_[0, 0] == pytest.approx(56.7, abs=0.05)
    assert LogisticRegression(C=1).fit(A, c).coef_[0, 0] == pytest.approx(0.958, abs=5e-4)


def test_a_penalty_depends_on_units():
    # 1.2137 in minutes, close to the slope without a penalty
    slope = LogisticRegression(tol=1e-8).fit(60 * X, y).coef_[0, 0] * 60
    assert slope == pytest.approx(1.2137, abs=5e-5)
    assert six_students()["w"] == pytest.approx(1.2140, abs=5e-5)


def test_falls_of_the_deviance_order_the_tables():
    # the solution of the exercise: 32.6, 41.4 and 52.5 where Wald's quotient falls in the end
    rows, falls = [[1.0], [1], [0], [0]], []
    for k in (3, 2, 1):
        fit = LogisticRegression(C=NO_PENALTY, tol=1e-7).fit(rows, [1, 0, 1, 0], sample_weight=[25 - k, k, k, 25 - k])
        falls.append(fit.summary().likelihood_ratio)
    assert_allclose(falls, [32.6, 41.4, 52.5], atol=0.05)


def test_noise_can_often_be_separated():
    # Cover's count: every second time for 25 coefficients and 50 rows, 19 times in 20 for 31
    def share(coefficients):
        return sum(comb(49, k) for k in range(coefficients)) / 2**49

    assert share(25) == 0.5
    assert share(31) == pytest.approx(19 / 20, abs=0.01)


def test_noise_is_learned_by_heart():
    # the shares of rows seen and not seen
    scope = {"np": np}
    exec(next(listing for listing in LISTINGS if "default_rng" in listing), scope)
    A, c, rng = scope["X"], scope["y"], scope["rng"]
    new, classes = rng.standard_normal((1000, 30)), rng.integers(0, 2, 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        free, held = (LogisticRegression(C=C).fit(A, c) for C in (NO_PENALTY, 1.0))
    assert [free.score(A, c), held.score(A, c)] == [1.0, 0.84]
    assert [free.score(new, classes), held.score(new, classes)] == pytest.approx([0.5, 0.5], abs=0.005)


def test_the_bugs_to_find():
    # listings that are not wrong in the way the solutions say
    rng = np.random.default_rng(0)
    A, c = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
    bugs, twice = (
        next(listing for listing in LISTINGS if f"def {name}" in listing) for name in ("gradient", "probabilities")
    )
    scope = {"np": np}
    exec(bugs, scope)
    with np.errstate(all="ignore"):
        assert scope["loss"](np.array([[40.0]]), np.array([0]), np.ones(1), 0, 1.0) == np.inf
        assert np.isnan(scope["loss"](np.array([[40.0]]), np.array([1]), np.ones(1), 0, 1.0))
    assert_allclose(textbook.cross_entropy(np.array([40.0, 40.0]), np.array([0, 1])), [40, 0], atol=1e-14)
    w = np.array([3.0, -2])
    assert_allclose(scope["loss"](A, c, w, 0.1, 1.0), textbook.loss(A, c, w, 0.1, 1.0))
    for start, same in ((np.zeros(2), True), (w, False)):
        wrong, right = scope["gradient"](A, c, start, 0.1, 1.0), textbook.gradient(A, c, start, 0.1, 1.0)
        assert np.allclose(wrong[0], right[0]) == same
    exec(twice, scope)
    p = scope["probabilities"](A, w, 0.0)
    assert p.min() >= 0.5
    assert p.max() <= 0.732
    assert roc_auc_score(c, p) == roc_auc_score(c, textbook.probabilities(A, w, 0.0))
