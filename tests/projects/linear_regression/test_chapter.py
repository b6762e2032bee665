"""The chapter's numbers and claims, recomputed: worked examples, theorems, breaking points, answers to exercises."""

import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import LinearRegression
from groundup.core.statistics.distributions import normal_quantile
from groundup.data import bundled
from groundup.data.synthetic import regression
from groundup.projects.linear_regression import textbook
from groundup.projects.linear_regression.animation import descent_frames, draw_descent
from groundup.projects.linear_regression.example import X_WARM, Y_WARM, X, five_points, y
from groundup.projects.linear_regression.figures import assumptions, fit, projection, rounding
from groundup.projects.linear_regression.figures.loss_surface import standard_problem, valley_of

CHAPTER = (Path(groundup.__file__).parent / "projects" / "linear_regression" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
RESIDUALS = np.array([-0.4, 0.8, -1.0, 1.2, -0.6])
LEVERAGE = np.array([0.6, 0.3, 0.2, 0.3, 0.6])


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


def spring_rows():
    """The rows of the spring that a run fits: those that are not held out."""
    from groundup.projects import load
    from groundup.workbench.run.request import Asked, open_data

    return open_data(Asked(load("linear_regression"), data="spring", seed=0).settle())


# --- model and derivation ---------------------------------------------------------------------------------------------


def test_slope_is_covariance_over_variance():
    # the example beside the formula, and its first exercise
    assert_allclose(np.hstack(textbook.normal_equations(projection.X[:, None], projection.TARGET)), [1 / 2, 1.5])
    line = textbook.normal_equations(np.array([[0.0], [1], [2]]), np.array([1.0, 2, 2]))
    assert_allclose(np.hstack(line), [1 / 2, 7 / 6])
    residuals = np.array([1, 2, 2]) - textbook.predict(np.array([[0.0], [1], [2]]), *line)
    assert_allclose(residuals, [-1 / 6, 1 / 3, -1 / 6])
    assert_allclose([residuals @ residuals, 1 - residuals @ residuals / (2 / 3)], [1 / 6, 3 / 4])


def test_projection_is_drawn_as_one():
    # a foot that is not 1.5 ones and 0.5 x, a plane or a perpendicular drawn beside it
    fitted = 1.5 + 0.5 * projection.X
    assert_allclose(LinearRegression().fit(projection.X[:, None], projection.TARGET).predict([[0], [1], [2]]), fitted)
    assert_allclose(projection.FRAME @ projection.FRAME.T, np.eye(3), atol=1e-15)
    assert_allclose((projection.FRAME @ fitted)[2], 0, atol=1e-15)
    residual = projection.FRAME @ (projection.TARGET - fitted)
    assert_allclose(residual[:2], 0, atol=1e-15)
    assert residual[2] > 0


def test_violations_are_what_the_caption_says():
    # a far row whose residual stands out after all, a funnel that is none, a last column that looks wrong
    cases = {title: (x, values) for title, x, values, *_ in assumptions._cases()}
    rest = {}
    for title, (x, values) in cases.items():
        x, values = x[: assumptions.ROWS, None], values[: assumptions.ROWS]
        rest[title] = values - LinearRegression().fit(x, values).predict(x)
    assert np.polyfit(cases["curvature"][0], rest["curvature"], 2)[0] < -0.2
    assert abs(np.polyfit(cases["extrapolation"][0][: assumptions.ROWS], rest["extrapolation"], 2)[0]) < 0.05
    far = rest["one far row"]
    assert abs(far[-1]) <= np.sort(np.abs(far[:-1]))[-1]
    assert LinearRegression().fit(cases["one far row"][0][:, None], cases["one far row"][1]).coef_[0] < 0.8
    noise = rest["growing noise"]
    assert noise[20:].std() > 2 * noise[:20].std()


def test_answer_on_lawson_and_hansons_step():
    # inwards and down: the argument for termination, with the sign of the gradient or the inverse of the wrong block
    rng = np.random.default_rng(0)
    for _ in range(50):
        A, b = rng.normal(size=(8, 4)), rng.normal(size=8)
        free = [0, 2]
        w = np.zeros(4)
        w[free] = np.linalg.lstsq(A[:, free], b)[0]
        g = A.T @ (A @ w - b) / 8
        j = 1 if g[1] < 0 else 3
        if g[j] >= 0:
            continue
        wider = sorted([*free, j])
        z = np.zeros(4)
        z[wider] = np.linalg.lstsq(A[:, wider], b)[0]
        inverse = np.linalg.inv((A.T @ A / 8)[np.ix_(wider, wider)])
        place = wider.index(j)
        assert z[j] - w[j] == pytest.approx(-g[j] * inverse[place, place])
        assert g @ (z - w) == pytest.approx(g[j] * (z[j] - w[j]))


# --- worked examples --------------------------------------------------------------------------------------------------


def test_numbers_written_out_beside_the_computed_ones():
    # an intermediate number that does not lead to the result printed after it
    worked = five_points()
    assert_allclose(decimals(worked["residuals"]), RESIDUALS, atol=1e-12)
    assert_allclose(RESIDUALS**2, [0.16, 0.64, 1, 1.44, 0.36])
    assert np.sqrt(1.2) == pytest.approx(1.095, abs=5e-4)
    assert [worked["w_error"], worked["w_t"], worked["f"]] == pytest.approx(
        [np.sqrt(1.2 / 10), 0.8 / 0.3464, 0.64 / 0.12], abs=5e-4
    )
    quantile = float(worked["t_quantile"])
    by_hand = {
        "w_low": 0.8 - quantile * 0.3464,
        "w_high": 0.8 + quantile * 0.3464,
        "mean_at_six": quantile * np.sqrt(1.2 * 1.1),
        "new_at_six": quantile * np.sqrt(1.2 * 2.1),
        "mean_at_three": quantile * np.sqrt(1.2 / 5),
    }
    assert {key: f"{worked[key]:.4g}" for key in by_hand} == {key: f"{value:.4g}" for key, value in by_hand.items()}
    assert_allclose(decimals(worked["leverages"]), 1 / 5 + (X[:, 0] - 3) ** 2 / 10)
    assert_allclose(decimals(worked["leverages"]), LEVERAGE)
    assert decimals(worked["cooks"])[4] == pytest.approx(0.36 * 0.6 / (2 * 1.2 * 0.16)) == pytest.approx(0.5625)
    assert_allclose(np.linalg.eigvalsh(np.array([[55, 15], [15, 5]]) / 5), [0.169, 11.83], rtol=1e-3)
    assert worked["kappa"] * np.log(10) / 2 == pytest.approx(80, abs=1)  # steps for a digit of the loss


def test_two_features_by_hand():
    # normal equations of columns that were not centred, a slope alone that is that in company
    A, c = X_WARM - X_WARM.mean(axis=0), Y_WARM - Y_WARM.mean()
    assert (A.T @ A).tolist() == [[2, 2], [2, 4]]
    assert (A.T @ c).tolist() == [6, 8]
    worked = five_points()
    assert [decimals(worked["two_w"]), worked["two_b"]] == [[2, 1], -1.5]
    assert decimals(worked["two_residuals"]) == [0.5, -0.5, -0.5, 0.5]
    assert [worked["two_rss"], worked["alone"], worked["vif"]] == pytest.approx([1, 3, 2])


def test_several_weights_are_tested_at_once():
    # a quotient with the wrong degrees of freedom; of one weight it is the square of its t
    x, target = X_WARM[:, 0] - 2, Y_WARM - 4.5
    without = target - x * (x @ target) / (x @ x)
    assert without @ without == pytest.approx(3)
    assert LinearRegression().fit(X_WARM, Y_WARM).summary().t[2] ** 2 == pytest.approx((3 - 1) / 1)


# --- guarantees -------------------------------------------------------------------------------------------------------


def test_gauss_markov_by_its_decomposition():
    # another unbiased estimate whose variance would be smaller
    rng = np.random.default_rng(1)
    A, a = rng.normal(size=(9, 3)), rng.normal(size=3)
    G = np.linalg.inv(A.T @ A)
    d = (np.eye(9) - A @ G @ A.T) @ rng.normal(size=9)
    c = A @ G @ a + d
    assert_allclose(A.T @ c, a)
    assert c @ c == pytest.approx(a @ G @ a + d @ d)


def test_errors_of_a_feature_shrink_its_weight():
    # the factor upside down, or that of the noise of the target
    rng = np.random.default_rng(6)
    x, error = 2 * rng.normal(size=200_000), rng.normal(size=200_000)
    read = (x + error)[:, None]
    assert LinearRegression().fit(read, 3 * x + rng.normal(size=len(x))).coef_[0] == pytest.approx(3 * 4 / 5, rel=0.01)


def test_cooks_distance_from_studentised_residuals():
    # the second form of the equation, with p forgotten or the leverage upside down
    studentised = RESIDUALS / np.sqrt(1.2 * (1 - LEVERAGE))
    found = LinearRegression().fit(X, y).influence(X, y)
    assert_allclose(found.studentized, studentised)
    assert_allclose(found.cook, studentised**2 / 2 * LEVERAGE / (1 - LEVERAGE))


def test_robust_errors_are_the_formula_of_the_chapter():
    # a leverage to the wrong power: HC2 under the name of HC3
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(30, 2))
    target = rows @ [1.0, -1.0] + rows[:, 0] * rng.normal(size=30)
    model, A = LinearRegression().fit(rows, target), np.column_stack([np.ones(30), rows])
    G = np.linalg.inv(A.T @ A)
    h = np.einsum("ij,jk,ik->i", A, G, A)
    middle = (A.T * ((target - model.predict(rows)) / (1 - h)) ** 2) @ A
    assert_allclose(model.robust_std_error(rows, target), np.sqrt(np.diag(G @ middle @ G)))


def test_noise_explains_its_share_of_the_columns():
    # the expectation (p - 1)/(n - 1) of R-squared, from many draws
    rng = np.random.default_rng(2)
    scores = []
    for _ in range(300):
        A, b = rng.normal(size=(12, 4)), rng.normal(size=12)
        Q = np.linalg.qr(A - A.mean(axis=0))[0]
        b = b - b.mean()
        scores.append((Q.T @ b) @ (Q.T @ b) / (b @ b))
    assert np.mean(scores) == pytest.approx(4 / 11, abs=0.03)


def test_answer_on_the_noise_of_a_constant_step():
    # limit and bound
    eta = 0.3
    v = 0.0
    for _ in range(200):
        v = (1 - eta) ** 2 * v + eta**2
    assert v == pytest.approx(eta / (2 - eta))
    assert v <= eta


def test_two_readings_of_the_spring_deserve_a_look():
    # a caption that names more rows than the figure shows beyond 4/n, or tails that are long
    data = spring_rows()
    found = LinearRegression().fit(data.X, data.y).influence(data.X, data.y)
    assert np.flatnonzero(found.cook > 4 / len(data.y)).size == fit.NUMBERED
    assert found.cook.max() < 0.5
    normal = normal_quantile(1 - 0.5 / len(data.y))
    assert max(found.studentized.max(), -found.studentized.min()) < normal


def test_studentised_residuals_are_bounded():
    # a bound without its root, or for the other kind of residual
    assert (np.abs(RESIDUALS / np.sqrt(1.2 * (1 - LEVERAGE))) <= np.sqrt(5 - 2)).all()
    lonely = LinearRegression().fit([[0.0], [0.0], [0.0], [0.0]], [0.0, 0.0, 0.0, 1.0])
    assert lonely.influence([[0.0]] * 4, [0.0, 0.0, 0.0, 1.0]).studentized[3] == pytest.approx(np.sqrt(3))


def test_counts_of_iterations_for_a_digit():
    # 11 500, 230 and 115, for a condition number of ten thousand; what 25 steps gain at a hundred
    assert 1 / (4 * (9 / 11) ** 50) > 5000
    kappa, root = 1e4, 100.0
    rates = [(kappa - 1) / (kappa + 1), 1 - 1 / root, (root - 1) / (root + 1)]
    assert_allclose(-np.log(10) / np.log(rates), [11_500, 230, 115], rtol=0.005)


def test_heavy_ball_climbs_on_the_diabetes_data():
    # "more than thirty times", and ten steps of conjugate gradients for ten columns
    data = bundled.diabetes(0)
    model = LinearRegression().fit(data.X, data.y)
    rows, target, common = standard_problem(model, data)
    best = LinearRegression(**common).fit(rows, target)
    floor = float(((target - best.predict(rows)) ** 2).sum()) / (2 * len(target))
    excess = {}
    for solver in ("momentum", "cg"):
        states = LinearRegression(solver=solver, max_iter=20, tol=0.0, **common).steps(rows, target)
        excess[solver] = np.array([state.loss for state in states]) - floor
    assert excess["momentum"].max() > 30 * excess["momentum"][0]
    assert excess["cg"][9] > 1e-9 * excess["cg"][0]
    assert excess["cg"][10] < 1e-12 * excess["cg"][0]


def test_step_that_the_reader_is_asked_to_try():
    # the variance of the rows that are fitted, and which of the two steps diverges
    data = spring_rows()
    assert data.X.var() == pytest.approx(8.26, abs=5e-3)
    assert 0.2 < 2 / data.X.var() < 0.3
    kept = LinearRegression(solver="gd", learning_rate=0.2).fit(data.X, data.y)
    assert_allclose(kept.coef_, LinearRegression().fit(data.X, data.y).coef_, rtol=1e-5)
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(FloatingPointError, match="diverged"):
        LinearRegression(solver="gd", learning_rate=0.3).fit(data.X, data.y)


# --- numerical stability ----------------------------------------------------------------------------------------------


def test_digits_follow_the_condition_number():
    # a figure whose dotted lines are not those that theory gives, and the numbers of the text beside it
    for degree in rounding.DEGREES:
        corrected, qr, normal = rounding.correct_digits(degree)
        condition = np.log10(np.linalg.cond(rounding.polynomial(degree)[0]))
        assert corrected > 14.5
        assert abs(qr - (16 - condition)) < 2
        assert abs(normal - (16 - 2 * condition)) < 2.5
    assert condition == pytest.approx(np.log10(2e7), abs=0.2)
    assert [round(v) for v in (normal, qr)] == pytest.approx([2, 9], abs=1)
    rows, target = rounding.polynomial(10)
    exact = rounding.rational_least_squares(rows, target)
    assert exact[10] == pytest.approx(4.6e-7, rel=0.01)
    Q, R = np.linalg.qr(rows)
    assert abs(np.linalg.solve(R, Q.T @ target)[10] / exact[10] - 1) > 1e-5


# --- figures and animation --------------------------------------------------------------------------------------------


def test_squares_are_square_and_their_mean_is_right():
    # a mean square of the forty rows that are drawn, or a side that is no square on paper
    data = regression.line(0)
    model = LinearRegression().fit(data.X, data.y)
    panel = fit.fit_and_bands.render(model, data).axes[0]
    *squares, mean = panel.patches
    assert len(squares) == fit.SQUARES
    assert panel.get_title(loc="left") == "40 of 60 residuals as squares"
    aspect = panel.get_aspect()
    for patch in (*squares, mean):
        assert patch.get_width() == pytest.approx(abs(patch.get_height()) / (1 / aspect), rel=1e-9)
    residuals = data.y - model.predict(data.X)
    assert mean.get_height() ** 2 == pytest.approx(residuals @ residuals / 60, rel=1e-9)


def test_animation_ends_with_the_slope_of_the_reported_model():
    # a last frame in other units than the report, or another line
    data = regression.line(0)
    model = LinearRegression().fit(data.X, data.y)
    *_, last = descent_frames(model, data)
    from groundup.plotting.style import canvas

    words = draw_descent(canvas(1, 2, (8, 4))[1], last, data)
    assert words.startswith("the reported model")
    assert words.endswith(f"the slope is {model.coef_[0]:.4g}")


# --- exercises --------------------------------------------------------------------------------------------------------


def test_answers_with_a_pencil():
    # solutions that do not solve
    thousand = LinearRegression().fit(X / 1000, y)
    assert_allclose(thousand.coef_, [800])
    assert thousand.summary().t[1] == pytest.approx(LinearRegression().fit(X, y).summary().t[1])
    assert np.log(1000) / np.log(5 / 3) == pytest.approx(13.5, abs=0.05)
    x = np.array([1.0, 2, 3])
    assert x @ (x - 2) / (x @ x) == pytest.approx(1 / 7)
    assert pytest.approx(0.96) == 2 * 1.2 * 2 / 5
    assert pytest.approx(0.72) == 3.6 / 5


def test_answers_on_points_left_out():
    # the deletion formula, the residuals of points not seen, and what is left of R-squared
    change = (X[:, 0] - 3) * RESIDUALS / (10 * (1 - LEVERAGE))
    assert_allclose(change, [0.2, -0.114, 0, 0.171, -0.3], atol=5e-4)
    left_out = RESIDUALS / (1 - LEVERAGE)
    assert_allclose(left_out, [-1, 1.143, -1.25, 1.714, -1.5], atol=5e-4)
    for i in range(5):
        kept = np.arange(5) != i
        model = LinearRegression().fit(X[kept], y[kept])
        assert model.coef_[0] == pytest.approx(0.8 - change[i])
        assert y[i] - model.predict(X[[i]])[0] == pytest.approx(left_out[i])
    means = [np.delete(y, i).mean() for i in range(5)]
    total = ((y - means) ** 2).sum()
    assert [left_out @ left_out, total] == pytest.approx([9.06, 25 / 16 * 10], abs=5e-3)
    assert 1 - left_out @ left_out / total == pytest.approx(0.42, abs=5e-3)


def test_answer_on_a_feature_left_out():
    # the slope alone and the variance inflation factor
    A, c = X_WARM - X_WARM.mean(axis=0), Y_WARM - Y_WARM.mean()
    S = A.T @ A
    w = np.linalg.solve(S, A.T @ c)
    assert A[:, 0] @ c / S[0, 0] == pytest.approx(w[0] + w[1] * S[0, 1] / S[0, 0]) == pytest.approx(3)
    correlation = S[0, 1] ** 2 / (S[0, 0] * S[1, 1])
    assert np.linalg.inv(S)[0, 0] == pytest.approx(1 / S[0, 0] / (1 - correlation)) == pytest.approx(1)


def test_answer_on_optimism():
    # (n - p) on the rows of the fit, (n + p) on new ones, from the traces
    rng = np.random.default_rng(3)
    A = rng.normal(size=(10, 3))
    P = A @ np.linalg.inv(A.T @ A) @ A.T
    noise, new = rng.normal(size=(2, 20_000, 10))
    seen, unseen = noise - noise @ P, new - noise @ P
    assert (seen**2).sum(axis=1).mean() == pytest.approx(7, rel=0.02)
    assert (unseen**2).sum(axis=1).mean() == pytest.approx(13, rel=0.02)


def test_answer_on_dependent_columns():
    # descent that reaches another solution than the shortest, from zero, or none from elsewhere
    A, b = np.random.default_rng(7).normal(size=(3, 5)), np.array([1.0, -2.0, 0.5])
    L = np.linalg.eigvalsh(A.T @ A / 3)[-1]
    start = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    ends = []
    for w in (np.zeros(5), start):
        for _ in range(4000):
            w = w - 1.5 / L * A.T @ (A @ w - b) / 3
        ends.append(w)
    outside = np.eye(5) - np.linalg.pinv(A) @ A
    assert_allclose(ends[0], np.linalg.pinv(A) @ b, atol=1e-10)
    assert_allclose(ends[1], np.linalg.pinv(A) @ b + outside @ start, atol=1e-10)


def test_answer_on_adding_a_row():
    # the sign of the formula with a row added
    rng = np.random.default_rng(4)
    A, x = rng.normal(size=(6, 3)), rng.normal(size=3)
    G = np.linalg.inv(A.T @ A)
    added = G - np.outer(G @ x, G @ x) / (1 + x @ G @ x)
    assert_allclose(added, np.linalg.inv(A.T @ A + np.outer(x, x)), atol=1e-12)


def test_answer_on_the_limit():
    # the keyboard exercise, word for word
    for rate, error in ((0.95, 0.0973), (1.025, 2.123)):
        model = LinearRegression(solver="gd", learning_rate=rate, max_iter=20, tol=0)
        *_, state = islice(model.steps(X, y), 21)
        assert abs(state.coef[0, 0] - 0.8) == pytest.approx(error, abs=5e-4)


def test_answer_on_seconds():
    # the normal equations far from the origin: wrong, then singular; QR with half of its digits; ours with all
    far = X + 1e8
    assert abs(textbook.normal_equations(far, y)[0][0] - 0.8) > 0.01
    assert abs(textbook.qr_solve(far, y)[0][0] - 0.8) < 1e-5
    assert LinearRegression().fit(far, y).coef_[0] == pytest.approx(0.8, rel=1e-12)
    for shift, condition in ((1e8, 1.4e8), (1.7e9, 2.4e9)):
        A = textbook.with_ones(X + shift)
        assert np.linalg.cond(A / np.linalg.norm(A, axis=0)) == pytest.approx(condition, rel=0.05)
    assert LinearRegression().fit(X + 1.7e9, y).coef_[0] == pytest.approx(0.8, rel=1e-12)
    assert abs(textbook.qr_solve(X + 1.7e9, y)[0][0] - 0.8) < 1e-4
    assert np.linalg.matrix_rank(A.T @ A) == 1


def test_answer_on_noise():
    # the numbers of the solution
    rng = np.random.default_rng(0)
    rows, target = rng.standard_normal((50, 40)), rng.standard_normal(50)
    model = LinearRegression().fit(rows, target)
    assert model.score(rows, target) == pytest.approx(0.83, abs=5e-3)
    assert model.score(rng.standard_normal((50, 40)), rng.standard_normal(50)) == pytest.approx(-21, abs=0.5)
    others = []
    for seed in range(1, 101):
        rng = np.random.default_rng(seed)
        rows, target = rng.standard_normal((50, 40)), rng.standard_normal(50)
        model = LinearRegression().fit(rows, target)
        others.append(model.score(rng.standard_normal((50, 40)), rng.standard_normal(50)))
    assert max(others) < 0
    assert np.mean([-11 < score < -2 for score in others]) > 0.8
    assert pytest.approx(0.82, abs=5e-3) == 40 / 49


def test_the_bugs_are_bugs():
    # listings without the defect, or tests that do not see it
    names = {"np": np}
    for listing in LISTINGS:
        exec(listing, names)
    w, b = np.array([0.3]), 0.2
    assert names["loss"](X, y, w, b) == pytest.approx(25 * textbook.loss(X, y, w, b))
    dw, db = textbook.gradient(X, y, w, b)
    stepped = names["step"](X, y, w, b, 0.05)
    assert stepped[0] == pytest.approx(w - 0.05 * dw)
    assert abs(stepped[1] - (b - 0.05 * db)) > 0.01
    for _ in range(3000):
        w, b = names["step"](X, y, w, b, 0.05)
    assert [w[0], b] == pytest.approx([0.8, 0.6])
    with np.errstate(invalid="ignore"):
        assert np.isnan(names["predict_raw"](X[:1], w, b)).all()
    assert not np.allclose(names["predict_raw"](X[:2], w, b), names["predict_raw"](X, w, b)[:2])


def test_answer_read_from_the_figure():
    # the excess at the start and after 40 iterations, and the condition number that follows
    data = spring_rows()
    valley = valley_of(LinearRegression().fit(data.X, data.y), data)
    path = valley.path("gd", 40, learning_rate=1 / valley.L)
    excess = valley.loss(*path.T) - float(valley.loss(*valley.best))
    assert [excess[0], excess[40]] == pytest.approx([0.44, 1e-6], rel=0.1)
    rho = (1e-6 / 0.44) ** (1 / 80)
    assert [rho, 1 / (1 - rho)] == pytest.approx([0.850, 6.7], abs=0.05)
    kappa = valley.L / valley.mu
    assert [1 - 1 / kappa, kappa] == pytest.approx([0.854, 6.85], abs=5e-3)
    level = valley.loss(*valley.path("gd", 40, learning_rate=2 / valley.L).T) - float(valley.loss(*valley.best))
    assert level[40] == pytest.approx(level[30], rel=1e-3)
    assert level[40] < 0.5 * level[0]
