"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup.core.optimize.gradcheck import complex_step
from groundup.projects.recurrent_network import textbook
from groundup.projects.recurrent_network.example import (
    LEVEL,
    RAIN,
    SHEARED,
    WEIGHTS,
    as_network,
    gradient,
    three_hours,
    windows,
)
from groundup.publish import book

CHAPTER = (Path(groundup.__file__).parent / "projects" / "recurrent_network" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(def .*?)\\end\{lstlisting\}", CHAPTER, re.S)


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"-?[0-9]+\.?[0-9]*", tex)]


def carried_back(d, H, U):
    """What comes back from the last state to the first one, over all steps."""
    for h in H[:0:-1]:
        d = U @ (d * (1 - h**2))
    return d


def norms(U, k):
    """Norms of the powers 0 to k."""
    return np.array([np.linalg.norm(np.linalg.matrix_power(U, j), 2) for j in range(k + 1)])


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_of_equations_and_numbers():
    # a citation that leads nowhere, a number that is not printed, or not computed
    labels = set(book.LABEL.findall(CHAPTER))
    cited = {c.equation for c in book.citations() if c.equation.startswith("recurrent_network:")}
    assert cited <= labels
    assert set(re.findall(r"\\worked\{recurrent_network:([a-z0-9_]+)\}", CHAPTER)) == set(three_hours())


def test_every_exercise_has_a_solution():
    # an exercise added without one, or references to an exercise that was taken out
    exercises = re.findall(r"\\begin\{exercise\}\\label\{([^}]*)\}", CHAPTER)
    assert re.findall(r"\\begin\{solution\}\{([^}]*)\}", CHAPTER) == exercises
    assert 16 <= len(exercises) <= 20
    own = re.findall(r"((?:eq|rel|thm|ex|sec|caveat|alg|fig):recurrent_network:[a-z-]+)[,}]", CHAPTER)
    assert set(own) <= set(re.findall(r"\\label\{([^}]*)\}", CHAPTER))


# --- worked example --------------------------------------------------------------------------------------------------


def test_three_hours_by_hand():
    # a worked example that a pencil contradicts
    worked = three_hours()
    rows = {
        "h_1": [0.4621], "h_2": [0.2270], "h_3": [0.8053], "z_2": [0.2311], "z_3": [1.1135], "loss": [0.011543],
        "errors": [-0.0379, -0.1730, -0.1947], "direct": [-0.01263, -0.05766, -0.06490],
        "slopes": [0.7864, 0.9485, 0.3515], "delta_3": [-0.02281], "delta_2": [-0.06550], "delta_1": [-0.03569],
        "later_3": [-0.01141], "later_2": [-0.03275], "slope_w": [-0.08131], "slope_u": [-0.03545],
        "slope_b": [-0.12400], "moved": [0.5163, 0.5071, 0.0248], "states_after": [0.4938, 0.2685, 0.8316],
        "loss_after": [0.007614], "square": [0.02324], "predicted": [0.00465], "path": [-0.00425],
        "windows_1": [-0.05555, -0.03045, -0.08743], "windows_2": [-0.07706, -0.03045, -0.10893],
        "norm": [0.1525], "by_norm": [-0.05333, -0.02325, -0.08133], "by_entry": [-0.08131, -0.03545, -0.1],
        "turned": [6.0], "candidate": [0.4621], "memory": [1.7311], "bent": [0.9392], "state": [0.2348],
        "by_memory": [0.02948], "by_memory_before": [0.02211], "by_gates": [0.00341, 0.01106, 0.01159, 0.17610],
    }  # fmt: skip
    assert {key: decimals(worked[key]) for key in rows} == rows
    assert (worked["mean_slope"], worked["mean_clipped"]) == (1.5, -0.5)


def test_gradient_of_the_example():
    # a derivation, and its table, that are not the derivative of the loss
    right = complex_step(lambda theta: ((textbook.scalar_forward(RAIN, *theta)[1:] - LEVEL) ** 2).sum() / 6, WEIGHTS)
    assert_allclose(gradient(), right, rtol=1e-13)
    assert_allclose(windows(RAIN, LEVEL, 3, WEIGHTS), right, rtol=1e-13)


def test_the_fourth_hour():
    # the exercise: a state of the wrong time in the product
    h = textbook.scalar_forward(np.append(RAIN, 0.0), *WEIGHTS)
    assert h[4] == pytest.approx(0.3822, abs=5e-5)
    assert np.prod(0.5 * (1 - h[2:] ** 2)) == pytest.approx(0.0356, abs=5e-5)


def test_the_loss_falls_as_the_chapter_says():
    # a step of another size, or the difference misprinted
    worked = three_hours()
    fell = decimals(worked["loss"])[0] - decimals(worked["loss_after"])[0]
    assert fell == pytest.approx(0.00393, abs=1e-5)


# --- theorems --------------------------------------------------------------------------------------------------------


def test_bounds_through_time():
    # a bound with the radius for the norm, or an exponent that is off by one
    rng = np.random.default_rng(0)
    U, d = rng.normal(size=(5, 5)), rng.normal(size=5)
    H = textbook.forward(0.1 * rng.normal(size=(6, 5)), np.zeros(5), np.eye(5), U, np.zeros(5))
    slopes = 1 - H[1:] ** 2
    size = np.linalg.norm(carried_back(d, H, U)) / np.linalg.norm(d)
    singular = np.linalg.svd(U, compute_uv=False)
    assert (slopes.min() * singular[-1]) ** 6 <= size <= singular[0] ** 6


def test_powers_of_the_sheared_matrix():
    # the formula of the powers, the numbers of the growth, and the exercise's bound
    k = np.arange(1, 61)
    for j in (1, 2, 9, 30):
        right = 0.9**j * np.array([[1, 2 * j / 0.9], [0, 1]])
        assert_allclose(np.linalg.matrix_power(SHEARED, j), right, rtol=1e-12)
    found = norms(SHEARED, 60)
    assert (found.argmax(), found.max()) == (9, pytest.approx(7.77, abs=5e-3))
    assert (k[found[1:] < 1][0], np.abs(np.linalg.eigvals(SHEARED)).max()) == (44, pytest.approx(0.9))
    assert_allclose(norms(SHEARED.T, 60), found, rtol=1e-12)
    assert (9 * 0.9**8, found[50]) == (pytest.approx(10 * 0.9**9), pytest.approx(0.57, abs=5e-3))
    S = np.diag([1, 0.095])
    assert np.linalg.norm(np.linalg.inv(S) @ SHEARED @ S, 2) == pytest.approx(1, abs=1e-12)
    assert (found <= 1 / 0.095).all()
    mirrored = norms(SHEARED * [[1, 1], [1, -1]], 60)
    assert mirrored[1] == mirrored.max() == pytest.approx(2.35, abs=5e-3)
    assert (mirrored[10:] < 1).all()
    assert mirrored[9] > 1
    assert_allclose(mirrored[::2], 0.9 ** np.arange(0, 61, 2), rtol=1e-12)


def test_normal_matrices_have_the_radius_as_norm():
    # equality claimed for other matrices, too
    rng = np.random.default_rng(0)
    A = rng.normal(size=(4, 4))
    for U in (A + A.T, A - A.T, np.linalg.qr(A)[0]):
        assert_allclose(norms(U, 5), np.abs(np.linalg.eigvals(U)).max() ** np.arange(6), rtol=1e-10)


def test_windows_at_random_places_have_triangular_weights():
    # 1 - (t - s) / k with k + 1, or with the wrong lag
    rng = np.random.default_rng(0)
    x, y, theta, k, T = rng.normal(size=9), rng.normal(size=9), np.array([0.7, -0.9, 0.1]), 4, 9
    h = textbook.scalar_forward(x, *theta)
    answers = (h[1:] - y) / T

    def share(s, t):  # of the loss at t, through the use of u at s
        return answers[t - 1] * np.prod(theta[1] * (1 - h[s + 1 : t + 1] ** 2)) * (1 - h[s] ** 2) * h[s - 1]

    pairs = [(s, t) for t in range(1, T + 1) for s in range(1, t + 1)]
    assert sum(share(s, t) for s, t in pairs) == pytest.approx(windows(x, y, T, theta)[1], rel=1e-12)
    expected = sum(max(0, 1 - (t - s) / k) * share(s, t) for s, t in pairs)
    W, U, b, V, v = as_network(theta)
    total = 0.0
    for offset in range(1, k + 1):  # the first window is shorter
        edges = [0, *range(offset, T, k), T]
        for start, end in pairwise(edges):
            part = textbook.gradient(x[start:end, None], y[start:end, None], h[start : start + 1], W, U, b, V, v)
            total += (end - start) / T * part[1][0, 0] / k
    assert total == pytest.approx(expected, rel=1e-12)


def test_what_truncation_drops_is_bounded():
    # a power that is off by one, or the geometric sum without its denominator
    rng = np.random.default_rng(1)
    x, d, theta, T = rng.normal(size=40), rng.normal(size=40), (0.7, 0.8, 0.1), 40
    h = textbook.scalar_forward(x, *theta)

    def share(s, t):
        return d[t - 1] / T * np.prod(theta[1] * (1 - h[s + 1 : t + 1] ** 2)) * (1 - h[s] ** 2) * h[s - 1]

    for k in (1, 3, 8):
        dropped = sum(share(s, t) for t in range(1, T + 1) for s in range(1, t - k + 1))
        assert abs(dropped) <= abs(d).max() * 0.8**k / (1 - 0.8)


def test_memory_is_bounded():
    # a bound that forgets where the memory began
    rng = np.random.default_rng(0)
    n, c = 3, np.array([5.0, -5, 0])
    h = np.zeros(n)
    W, U, b = 3 * rng.normal(size=(1, 4 * n)), rng.normal(size=(n, 4 * n)), np.zeros(4 * n)
    most, product, missing = 0.0, np.ones(n), np.zeros(n)
    memories = []
    for x in rng.normal(size=(30, 1)):
        h, c, (_, f, _, _) = textbook.lstm_step(x, h, c, W, U, b)
        most, product, missing = max(most, f.max()), product * f, missing + 1 - f
        memories.append(np.abs(c).max())
        assert (1 - missing <= product).all()
    assert max(memories) <= 5 + 1 / (1 - most)


# --- breaking points -------------------------------------------------------------------------------------------------


def test_numbers_at_which_precision_ends():
    # the steps printed in the section on stability
    worked = three_hours()
    exact = {"half_steps": 150, "stuck_steps": 964, "large_steps": 931, "saturated": 17, "product_single": 32,
             "product_double": 227, "shear_when": 9, "shear_below": 44}  # fmt: skip
    assert {key: worked[key] for key in exact} == exact
    assert np.float32(0.9) * np.float32(4 * 2.0**-149) == np.float32(4 * 2.0**-149)
    assert np.tanh(np.float32(10)) == 1
    assert np.tanh(np.float32(8.5)) < 1
    assert np.tanh(20.0) == 1
    assert np.tanh(18.0) < 1
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(np.float32(88.8)))
        assert np.isinf(np.exp(709.8))
    assert np.isfinite(np.exp(709.7))


def test_shares_that_forget_gates_leave():
    # a bias of 1 that is said to leave more than it does
    kept = [float(textbook.sigmoid(b)) ** 20 for b in (0.0, 1.0, 3.0, 5.0)]
    assert_allclose(kept, [9.537e-7, 0.001901, 0.3784, 0.8743], rtol=1e-3)
    assert np.log(0.5) / np.log(0.95) == pytest.approx(13.5, abs=0.05)
    f = 2**-0.01
    assert (f, np.log(f / (1 - f))) == (pytest.approx(0.99309, abs=5e-6), pytest.approx(4.97, abs=5e-3))


# --- exercises -------------------------------------------------------------------------------------------------------


def test_a_latch_forgets_its_derivative():
    # the fixed point and its slope
    h = 0.3
    for _ in range(200):
        h = np.tanh(2 * h)
    assert h == pytest.approx(0.9575, abs=5e-5)
    assert (2 * (1 - h**2)) ** 10 == pytest.approx(1.6e-8, rel=0.05)


def test_products_of_matrices_of_radius_zero():
    # the pair of the exercise, as slopes of one matrix
    U = np.array([[0, 2.0], [2, 0]])
    A, B = U @ np.diag([0, 1]), U @ np.diag([1, 0])
    assert np.abs(np.linalg.eigvals(A)).max() == np.abs(np.linalg.eigvals(B)).max() == 0
    assert np.linalg.norm(np.linalg.matrix_power(A @ B, 10), 2) == 4**10


def test_clipping_by_entry_turns_far():
    # the angle for 10 000 entries
    g = np.ones(10_000)
    g[0] = 1e6
    cosine = np.clip(g, -1, 1) @ g / np.linalg.norm(g) / 100
    assert np.degrees(np.arccos(cosine)) == pytest.approx(89.4, abs=0.05)


def test_an_lstm_counts():
    # the weights of the exercise, and the order of its gates
    W, U, b = np.array([[0.0, 0, 100, 0]]), np.zeros((1, 4)), np.array([100.0, 100, 0, 100])
    h = c = np.zeros(1)
    bits = np.array([1, 0, 1, 1, 0, 0, 1, 1.0])
    for bit in bits:
        h, c, _ = textbook.lstm_step(np.array([bit]), h, c, W, U, b)
    assert c[0] == pytest.approx(5, abs=1e-12)
    assert np.arctanh(h[0]) == pytest.approx(5, abs=1e-10)


def test_forward_recursion_gives_the_same_gradient():
    # p without the factor u, or with the state of the wrong time
    x, (w, u, b) = np.array([1.0, -0.5, 2, 0.3]), (0.6, -0.9, 0.2)
    d = np.array([0.5, -1, 0.25, 2])
    h, p, total = textbook.scalar_forward(x, w, u, b), 0.0, 0.0
    for t in range(1, 5):
        p = (1 - h[t] ** 2) * (h[t - 1] + u * p)
        total += d[t - 1] * p
    assert total == pytest.approx(textbook.scalar_backward(x, h, u, d)[1], rel=1e-13)


def test_forecasts_of_a_noisy_signal():
    # the slopes of the exercise: s paid at every step, or once
    rng = np.random.default_rng(0)
    a, n = 0.95, 400_000
    e = rng.normal(size=n) * np.sqrt(1 - a**2)
    x = np.empty(n)
    x[0] = e[0]
    for t in range(1, n):
        x[t] = a * x[t - 1] + e[t]
    y = x + 0.5 * rng.normal(size=n)
    assert y[:-1] @ y[1:] / (y[:-1] @ y[:-1]) == pytest.approx(0.8 * a, abs=0.01)
    assert y[:-10] @ y[10:] / (y[:-10] @ y[:-10]) == pytest.approx(0.479, abs=0.02)
    assert (0.8 * a) ** 10 == pytest.approx(0.064, abs=5e-4)


@pytest.mark.parametrize(
    ("s", "left"), [(0.0, (1, 1.4e4, 4e17)), (0.1, (0.002, 0.13, 34)), (0.5, (6e-13, 3e-10, 2.2))], ids=str
)
def test_what_bends_leave(s, left):
    # the exercise's table
    rng = np.random.default_rng(0)
    Q, d = np.linalg.qr(rng.normal(size=(20, 20)))[0], rng.normal(size=20)
    d, X = d / np.linalg.norm(d), rng.normal(size=(100, 20))
    for rho, right in zip((1, 1.1, 1.5), left):
        H = textbook.forward(s * X, np.zeros(20), np.eye(20), rho * Q, np.zeros(20))
        assert np.linalg.norm(carried_back(d, H, rho * Q)) == pytest.approx(right, rel=0.15)


def test_gradients_of_windows():
    # the exercise's two rows
    x = np.random.default_rng(0).normal(size=2000)
    y, theta = textbook.scalar_forward(x, 0.5, 0.9, 0.0)[1:], np.array([0.5, 0.8, 0])
    found = np.array([windows(x, y, k, theta) for k in (1, 2, 5, 10, 20, 50, 2000)])
    assert_allclose(found[:, 1], [-0.0181, -0.0241, -0.0336, -0.0382, -0.0415, -0.0425, -0.0436], atol=5e-5)
    assert_allclose(found[:, 0], [0.0148, 0.0144, 0.0116, 0.0097, 0.0092, 0.0083, 0.0081], atol=5e-5)


def test_a_gradient_check_finds_the_bugs():
    # a listing whose bugs are not those that the solution names, or that a symmetric U does not hide
    found = {"np": np}
    exec(LISTINGS[0], found)
    rng = np.random.default_rng(0)
    X, D, U = rng.normal(size=(4, 2)), rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    H = textbook.forward(X, np.zeros(3), rng.normal(size=(2, 3)), U, np.zeros(3))
    repaired = {"np": np}
    exec(LISTINGS[0].replace("np.tanh(H[t])", "H[t]"), repaired)
    for matrix, right in ((U, False), (U + U.T, True)):
        true, half = textbook.backward(X, H, matrix, D), repaired["backward"](X, H, matrix, D)
        assert all(np.allclose(a, b) for a, b in zip(true, half)) == right
        assert not any(np.allclose(a, b) for a, b in zip(true, found["backward"](X, H, matrix, D)))


def test_bugs_of_the_gates_are_hidden_in_one_step():
    # derivatives by the weights that are wrong as well
    found = {"np": np}
    exec(LISTINGS[1], found)
    rng = np.random.default_rng(0)
    x, h, c, U = rng.normal(size=2), rng.normal(size=3), rng.normal(size=3), rng.normal(size=(3, 12))
    _, c_new, gates = textbook.lstm_step(x, h, c, rng.normal(size=(2, 12)), U, np.zeros(12))
    arguments = (x, h, c, U, c_new, gates, rng.normal(size=3), rng.normal(size=3))
    same = [np.allclose(a, b) for a, b in zip(textbook.lstm_backward(*arguments), found["lstm_backward"](*arguments))]
    assert same == [True, True, True, False, False]
