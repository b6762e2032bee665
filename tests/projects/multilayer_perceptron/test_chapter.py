"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import MLPClassifier
from groundup.core.nn.normalization import standardize, standardize_backward
from groundup.projects.multilayer_perceptron import textbook
from groundup.projects.multilayer_perceptron.example import X, Y, start, two_days
from groundup.publish import book

CHAPTER = (Path(groundup.__file__).parent / "projects" / "multilayer_perceptron" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(def .*?)\\end\{lstlisting\}", CHAPTER, re.S)
BITS = np.array(list(product([0.0, 1.0], repeat=2)))
DIFFERENT = np.eye(2)[[0, 1, 1, 0]]


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"-?[0-9]+\.?[0-9]*", tex)]


def relu_lines(x, nodes, values):
    """Straight lines through points, as one layer of relu units."""
    slopes = np.diff(values) / np.diff(nodes)
    u = np.diff(slopes, prepend=0)[:, None]
    parameters = np.ones((1, len(slopes))), -nodes[:-1], u, values[:1]
    return textbook.forward(x[:, None], *parameters)[-1][:, 0]


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_of_equations_and_numbers():
    # a citation that leads nowhere, an equation that nothing carries out, a number that is not printed, or not computed
    labels = set(book.LABEL.findall(CHAPTER))
    cited = {c.equation for c in book.citations() if c.equation.startswith("multilayer_perceptron:")}
    assert labels == cited
    assert set(re.findall(r"\\worked\{multilayer_perceptron:([a-z0-9_]+)\}", CHAPTER)) == set(two_days())


def test_every_exercise_has_a_solution():
    # an exercise added without one, or references to an exercise that was taken out
    exercises = re.findall(r"\\begin\{exercise\}\\label\{([^}]*)\}", CHAPTER)
    assert re.findall(r"\\begin\{solution\}\{([^}]*)\}", CHAPTER) == exercises
    assert r"Read \cref{fig:multilayer_perceptron:check}" in CHAPTER  # the figure that `read` asks about
    own = re.findall(r"ref\{((?:eq|rel|thm|ex|sec|caveat|alg):multilayer_perceptron:[a-z-]+)\}", CHAPTER)
    assert set(own) <= set(re.findall(r"\\label\{([^}]*)\}", CHAPTER))


# --- worked example --------------------------------------------------------------------------------------------------


def test_two_days_by_hand():
    # a worked example that a pencil contradicts
    worked = two_days()
    rows = {
        "sums_1": [1, -1], "sums_2": [0.5, 2], "scores": [1, 1.5], "loss": [0.3125], "score_slopes": [-0.5, 0.25],
        "hidden_slopes_1": [-0.5, 0], "hidden_slopes_2": [0.25, 0.125], "slope_sun": [0, 0.25], "slope_rain": [-1, 0],
        "slope_b1": [-0.25, 0.125], "slope_w2": [-0.375, 0.5], "slope_b2": [-0.25], "new_sun": [0.5, 0.95],
        "new_rain": [0.7, -1], "new_b1": [-0.45, -0.025], "new_w2": [1.075, 0.4], "new_b2": [0.05],
        "new_outputs_1": [1.45, 0], "new_outputs_2": [0.55, 1.875], "new_scores": [1.60875, 1.39125],
        "new_loss": [0.076538], "square": [1.59375], "predicted": [0.31875], "far_loss": [800], "far_slope": [1, -1],
    }  # fmt: skip
    assert {key: decimals(worked[key]) for key in rows} == rows
    by_hand = {"adam_first": 1, "adam_raw": np.sqrt(10), "adam_bound": 7.27, "batch_scale": np.sqrt(14 / 3), "cycle": 1}
    assert {key: worked[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-4)


def test_the_library_normalises_the_same_sums():
    # a term of the derivative that the chapter or the layer leaves out
    u, _, _, scale = standardize(np.array([1.0, 2, 6]), 0, 0.0)
    slope = standardize_backward(u, scale, np.array([1.0, 0, 0]), 0)
    assert decimals(two_days()["batch_slope"]) == pytest.approx(slope, abs=5e-5)
    assert [slope.sum(), slope @ u] == pytest.approx([0, 0], abs=1e-15)


def test_the_second_step_by_hand():
    # the exercise's answer, and the claim that three parameters stay
    Z1, A1, Z2 = textbook.forward(X, *start())
    slopes = textbook.backward(X, Z1, A1, start()[2], textbook.squared_error_slope(Z2, Y))
    W1, b1, W2, b2 = (w - 0.2 * slope for w, slope in zip(start(), slopes))
    Z1, A1, Z2 = textbook.forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = textbook.backward(X, Z1, A1, W2, textbook.squared_error_slope(Z2, Y))
    assert_allclose(dW2.ravel(), [-0.17606, 0.36680], atol=5e-6)
    assert [db2[0], db1[0], dW1[1, 1]] == pytest.approx([0, 0, 0], abs=1e-15)
    assert np.abs([*dW1[0], dW1[1, 0], db1[1]]).min() > 0.01


def test_balance_of_the_units_of_the_example():
    # in the exercise: what comes into a unit and what leaves it have the same product with the gradient
    W1, b1, W2, b2 = start()
    Z1, A1, Z2 = textbook.forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, _ = textbook.backward(X, Z1, A1, W2, textbook.squared_error_slope(Z2, Y))
    assert_allclose((W1 * dW1).sum(axis=0) + b1 * db1, [-0.375, 0.25])
    assert_allclose((W2 * dW2).sum(axis=1), [-0.375, 0.25])


# --- theorems --------------------------------------------------------------------------------------------------------


def test_scale_at_the_start():
    # relu keeps half of the variance, or a fluctuation of the wrong order
    rng = np.random.default_rng(0)
    a = np.ones((4000, 1, 10))
    for _ in range(3):
        a = textbook.relu(a @ (rng.normal(size=(4000, 10, 10)) * np.sqrt(2 / 10)))
    square = (a**2).mean(axis=(1, 2))
    assert square.mean() == pytest.approx(1, abs=4 * square.std() / 4000**0.5)
    assert (square**2).mean() == pytest.approx(1.5**3, rel=0.25)
    worked = two_days()
    expected = {"small": 0.01 * 50**0.5, "glorot": 0.5**0.5, "he": 1, "large": 50**0.5}
    for key, factor in expected.items():  # to within the fluctuation that the chapter names
        mantissa, *power = decimals(worked[key].replace(r"\cdot10", ","))
        found = mantissa * 10.0 ** (power[0] if power else 0)
        assert abs(np.log(found / factor**20)) < 1


def test_errors_by_width_stay_below_their_bounds():
    # M / 8 m² without its constant
    worked = two_days()
    errors, bounds = decimals(worked["width_errors"]), decimals(worked["width_bounds"])
    assert all(0.6 * bound < error < bound for error, bound in zip(errors, bounds))


def test_relu_units_remember_anything():
    # the exercise: n - 1 units are right on n points
    rng = np.random.default_rng(0)
    s, values = np.sort(rng.normal(size=12)), rng.normal(size=12)
    assert_allclose(relu_lines(s, s, values), values, atol=1e-12)


def test_tents_double_their_pieces():
    # the exercise: 2^L pieces of L tents
    x = np.linspace(0, 1, 2**10 + 1)
    for _ in range(5):
        x = textbook.forward(x[:, None], np.ones((1, 2)), np.array([0, -0.5]), np.array([[2.0], [-4]]), np.zeros(1))
        x = x[-1][:, 0]
    assert (np.diff(np.sign(np.diff(x))) != 0).sum() + 1 == 2**5


def test_bound_of_a_step_of_adam():
    # the bound of the exercise, approached by gradients that grow by 11 % in each step, and the correction at most 1
    m = v = 0.0
    for k in range(200):
        m, v = textbook.adam_moments((0.999 / 0.9) ** k, m, v, 0.9, 0.999)
    assert m / np.sqrt(v) == pytest.approx(two_days()["adam_bound"], rel=1e-3)
    t = np.arange(1, 20_000)
    assert (np.sqrt(1 - 0.999**t) <= 1 - 0.9**t).all()


def test_exclusive_or_by_two_units():
    # the exercise's weights
    W1, b1 = np.ones((2, 2)), np.array([0.0, -1])
    scores = textbook.forward(BITS, W1, b1, np.array([[1.0], [-2]]), np.zeros(1))[-1]
    assert scores.ravel().tolist() == [0, 1, 1, 0]


def test_zero_weights_learn_nothing_of_exclusive_or():
    # a plateau from which no step leads away
    zeros = [np.zeros((2, 8)), np.zeros(8), np.zeros((8, 2)), np.zeros(2)]
    *_, (_, J) = textbook.train(BITS, DIFFERENT, zeros, 0.0, 0.05, 50, 4, np.random.default_rng(0))
    assert pytest.approx(np.log(2)) == J


# --- breaking points and exercises -----------------------------------------------------------------------------------


def test_errors_of_differences():
    # the exercise's table: a minimum elsewhere, or another factor on either side
    steps = 10.0 ** -np.arange(1, 13)
    errors = np.abs((np.sin(1 + steps) - np.sin(1 - steps)) / (2 * steps) - np.cos(1))
    assert errors.argmin() == 4
    assert errors[4] < 5e-11
    assert_allclose(errors[:3] / errors[1:4], 100, rtol=0.01)


def test_a_gradient_check_finds_the_bugs():
    # a listing whose bugs are not those that the solution names
    found = {name: getattr(textbook, name) for name in ("forward", "relu", "cross_entropy_slope")}
    exec(LISTINGS[0], found)
    rng = np.random.default_rng(0)
    parameters, x, y = textbook.initialize(3, 5, 2, rng), rng.normal(size=(6, 3)), np.eye(2)[rng.integers(2, size=6)]
    for lam, right in ((0.0, [False, False, True, True]), (0.5, [False, False, False, True])):
        true, wrong = textbook.gradient(x, y, *parameters, lam), found["gradient"](x, y, *parameters, lam)
        assert [np.allclose(a, b) for a, b in zip(true, wrong)] == right


@pytest.mark.parametrize(("h", "right"), [(2, 5), (4, 27), (8, 46)])
def test_starts_of_exclusive_or(h, right):
    # the exercise: how often the units are enough, and where they end otherwise
    ends = []
    for seed in range(50):
        rng = np.random.default_rng(seed)
        parameters = textbook.initialize(2, h, 2, rng)
        *_, (_, J) = textbook.train(BITS, DIFFERENT, parameters, 0.0, 0.05, 500, 4, rng)
        ends.append(J)
    plateaus = np.array([np.log(2) / 2, 0.75 * np.log(3) - np.log(2) / 2, np.log(2)])
    assert sum(J < 0.05 for J in ends) == right
    assert all(J < 0.05 or np.abs(J - plateaus).min() < 0.01 for J in ends)
    assert any(abs(J - np.log(2)) < 0.01 for J in ends) == (h <= 4)


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
def test_labels_drawn_by_lot_are_learned():
    # the exercise: perfect on the rows of the fit, chance on others
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((200, 20)), rng.integers(2, size=200)
    xt, others = rng.standard_normal((1000, 20)), rng.integers(2, size=1000)
    model = MLPClassifier(max_iter=500, random_state=0).fit(x, labels)
    assert model.score(x, labels) == 1
    assert model.score(xt, others) == pytest.approx(0.47, abs=0.02)
    assert not model.certificate_.holds
    stopped = MLPClassifier(max_iter=500, random_state=0, early_stopping=True).fit(x, labels)
    assert stopped.n_iter_ < 30
    assert stopped.score(x, labels) < 0.6
