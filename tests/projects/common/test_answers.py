"""Answers in words: what was learned, what was not, and the columns in the user's units."""

from dataclasses import replace

import numpy as np
import pytest

from groundup import Lasso, LinearRegression, LogisticRegression, SoftmaxRegression, projects
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.features import Categories, Numbers
from groundup.projects.common.answers import effects
from groundup.projects.common.words import joined, percent, rounded
from groundup.workbench.run.measures import measure


def answer(name, model, data):
    project = projects.load(name)
    return " ".join(project.answer(model, data, measure(project.metrics, model, data)))


def houses(n=200):
    """Prices by size and by city; the last column is noise."""
    rng = np.random.default_rng(2)
    size, luck = rng.uniform(40, 200, n), rng.normal(size=n)
    city = np.array(["Oslo", "Rome", "Wien"])[np.minimum(rng.integers(0, 4, n), 2)]
    y = 2 * size + 100 * (city == "Oslo") + rng.normal(0, 10, n)
    encoder = TableEncoder(
        (
            Numbers(name="size", fill=1.0),
            Categories(name="city", fill="Wien", values=("Oslo", "Rome", "Wien")),
            Numbers(name="luck", fill=0.0),
        )
    )
    X = np.column_stack([size, *(city == name for name in ("Oslo", "Rome", "Wien")), luck]).astype(float)
    return Dataset("houses", "", X, y, encoder.features, "price", encoder=encoder)


def in_standard_units(data):
    scale = Scale.of(data.X)
    return replace(data, X=scale.apply(data.X), scale=scale)


@pytest.mark.parametrize("standard", [False, True])
def test_effects_are_in_the_users_units(standard):
    """Catches weights of standard units, and levels whose weights mean nothing without a reference."""
    data = in_standard_units(houses()) if standard else houses()
    found = {effect.name: effect.weight for effect in effects(LinearRegression().fit(data.X, data.y).coef_, data)}
    assert next(iter(found)) == "size"
    assert found["size"] == pytest.approx(20, abs=0.5)  # For ten square metres more: they vary by some thirty.
    assert found["city=Oslo against Wien"] == pytest.approx(100, abs=5)
    assert "city=Wien" not in " ".join(found).replace("against Wien", "")


def test_a_regression_that_learned():
    """Catches an answer without its baseline, its spread, or its doubtful columns."""
    data = houses()
    words = answer("linear_regression", LinearRegression().fit(data.X, data.y), data)
    assert words.startswith("On rows not seen, in a 5-fold cross-validation of all 200 rows, the columns explain ")
    assert "% of the variance of price: R² = " in words
    assert "if the mean is predicted" in words
    assert float(words.partition("size (")[2].partition(" for 10 more")[0]) == pytest.approx(20, abs=0.5)
    assert "city=Oslo against Wien" in words
    doubtful = words.partition("(p above 0.05): ")[2].partition(".")[0]
    assert "luck" in doubtful
    assert "size" not in doubtful


def test_a_regression_of_noise_says_that_nothing_was_learned():
    """Catches an in-sample R² of 0.85, of fifty columns of noise and sixty rows, that is reported as a finding."""
    rng = np.random.default_rng(0)
    data = Dataset("noise", "", rng.normal(size=(60, 50)), rng.normal(size=60), tuple(f"x{j}" for j in range(50)), "y")
    model = LinearRegression().fit(data.X, data.y)
    words = answer("linear_regression", model, data)
    assert "no better than predicting the mean of y: R² = −" in words
    assert "Nothing was learned that holds for new rows." in words
    inside = model.score(data.X, data.y)
    assert inside > 0.75
    assert f"On the rows of the fit R² is {inside:.2f}: with 50 columns for 60 rows much of it is chance." in words
    assert "What moves" not in words


def test_a_lasso_says_how_many_columns_it_uses():
    """Catches an answer that names columns with the weight zero."""
    data = in_standard_units(houses())
    words = answer("regularized_regression", Lasso(20.0).fit(data.X, data.y), data)
    assert "2 of 5 columns are used." in words
    assert "luck" not in words


def churn(share, signal):
    rng = np.random.default_rng(6)
    n = 400
    y = np.where(np.arange(n) < share * n, "yes", "no")[rng.permutation(n)]
    X = rng.normal(size=(n, 2))
    X[:, 0] += signal * (y == "yes")
    return Dataset("churn", "", X, y, ("calls", "luck"), "left")


def test_always_the_most_frequent_class_is_not_praised():
    """Catches an accuracy of 0.94 where 94 % of the rows are of one class."""
    data = churn(0.06, 0.0)
    words = answer("logistic_regression", LogisticRegression().fit(data.X, data.y), data)
    assert "94.0 ± 0.6 % of the classes are right; always 'no' is right for 94.0 %" in words
    assert "Nothing was learned beyond the most frequent class." in words
    assert "Of the rows of 'yes' 0 % are found" in words


def test_probabilities_may_know_more_than_classes():
    """Catches "nothing was learned" of a model whose probabilities are worth something."""
    data = churn(0.06, 1.2)
    words = answer("logistic_regression", LogisticRegression().fit(data.X, data.y), data)
    assert "the probabilities know more: log-loss" in words
    assert "What speaks for 'yes': calls (odds × " in words


def test_what_speaks_for_each_of_three_classes():
    """Catches signs turned round, and columns of another class."""
    rng = np.random.default_rng(1)
    y = np.repeat(["ant", "bee", "cow"], 40)
    X = np.column_stack([rng.normal(3 * (y == "bee"), 1), rng.normal(3 * (y == "cow"), 1)])
    data = Dataset("animals", "", X, y, ("buzz", "moo"), "kind")
    words = answer("softmax_regression", SoftmaxRegression().fit(X, y), data)
    assert "'bee': high buzz and low moo" in words
    assert "'cow': high moo and low buzz" in words
    assert "always 'ant' is right for 33.3 %" in words


@pytest.mark.parametrize(("share", "words"), [(0.5, "50 %"), (0.9996, "99.9 %"), (0.994, "99.4 %"), (0.002, "0.2 %"),
                                              (0.0, "0 %"), (1.0, "100 %")])  # fmt: skip
def test_percentages(share, words):
    """Catches 99.4 % told as 99 %, what is nearly all told as all, and decimals that mean nothing."""
    assert percent(share) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(23456.7, "23,500"), (-0.0012345, "−0.00123"), (0.0, "0"), (5.0, "5"), (99.96, "100"), (2.1e12, "2.1e+12"),
     (999999.0, "1,000,000"), (3e-15, "3e−15"), (12.34, "12.3"), (float("inf"), "inf")],
)  # fmt: skip
def test_numbers_as_people_write_them(value, words):
    """Catches 2.35e+04 in a sentence."""
    assert rounded(value) == words
    assert rounded(abs(value), sign=True)[0] == "+" or not np.isfinite(value)


def test_lists():
    """Catches a list of one with an "and"."""
    assert [joined(["a", "b", "c"][:k]) for k in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
