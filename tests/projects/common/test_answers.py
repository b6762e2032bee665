"""Answers in words: what was learned, what was not, and the columns in the user's units."""

from dataclasses import replace

import numpy as np
import pytest

from groundup import Lasso, LinearRegression, LogisticRegression, Ridge, SoftmaxRegression, projects
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.features import Categories, Numbers
from groundup.projects.common.answers import regression_quality
from groundup.projects.common.effects import effects, step_of
from groundup.projects.common.treatment import dependent_columns
from groundup.projects.common.words import joined, listed, percent, rounded, with_spread
from groundup.workbench.run.measures import Measures, measure
from groundup.workbench.run.validation import Validation


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
    assert found["city=Oslo (rather than Wien)"] == pytest.approx(100, abs=5)
    assert "city=Wien" not in " ".join(found)


def test_a_regression_that_learned():
    """Catches an answer without its baseline, its spread, or its doubtful columns."""
    data = houses()
    words = answer("linear_regression", LinearRegression().fit(data.X, data.y), data)
    assert words.startswith("On rows not seen, in a 5-fold cross-validation of all 200 rows, the columns explain ")
    assert "% of the variance of price: R² = " in words
    assert "if the mean is predicted" in words
    assert float(words.partition("size (")[2].partition(" for 10 more")[0]) == pytest.approx(20, abs=0.5)
    assert "city=Oslo (rather than Wien)" in words
    doubtful = words.partition("(p above 0.05): ")[2].partition(".")[0]
    assert "luck" in doubtful
    assert "size" not in doubtful
    assert words.count("luck") == 1  # either it moves the price or it is doubtful


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
    assert "What speaks" not in words


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
    assert "'bee': high buzz;" in words
    assert "'cow': high moo and low buzz" in words
    assert "always 'ant' is right for 33.3 %" in words


def ovens(n=120, seed=3):
    """Yields by a temperature in two units, a pressure in bar, and the sum of two flows with its parts."""
    rng = np.random.default_rng(seed)
    celsius, north, south = rng.normal(180, 6, n), rng.uniform(1, 5, n), rng.uniform(1, 5, n)
    X = np.column_stack([celsius, celsius * 1.8 + 32, north, south, north + south, rng.normal(size=n)])
    y = 0.5 * celsius + north + rng.normal(0, 0.5, n)
    return Dataset("ovens", "", X, y, ("°C", "°F", "north", "south", "both", "luck"), "yield")


@pytest.mark.parametrize("standard", [False, True])
@pytest.mark.parametrize(("name", "model"), [("linear_regression", LinearRegression()), ("regularized_regression",
                                                                                         Ridge(1e-6))])  # fmt: skip
def test_columns_that_say_the_same_have_one_effect_together(name, model, standard):
    """Catches half the effect for each of two columns that are one, "the others held", and "may be chance" without a
    test."""
    data = in_standard_units(ovens()) if standard else ovens()
    words = answer(name, model.fit(data.X, data.y), data)
    effect = words.partition("°C and °F together (")[2].partition(" for 10 more of °C)")[0]
    assert float(effect) == pytest.approx(5, abs=0.2)
    assert "°C and °F say the same: only together can their effect be told." in words
    assert "north, south and both determine one another exactly: what each does alone cannot be told." in words
    moves = words.partition("the other columns held: ")[2].partition(". ")[0]
    assert not {"north", "south", "both"} & set(moves.split())
    if name == "linear_regression":
        assert words.partition("(p above 0.05): ")[2].partition(".")[0] == "luck"
        assert "VIF" not in words  # which is infinite: it is said what they are


def test_groups_of_dependent_columns():
    """Catches a group that is two, two that are one, a wrong slope, and rows that are too few to say anything."""
    same, sums = dependent_columns(ovens())
    assert same.columns == (0, 1)
    assert same.slopes == pytest.approx((1, 1.8))
    assert (sums.columns, sums.slopes) == ((2, 3, 4), ())
    assert dependent_columns(ovens(6)) == []
    assert dependent_columns(houses()) == []  # all levels together are constant, which is no finding


def test_a_single_column_has_no_others():
    """Catches "most" and "the other columns held" of a table with one column."""
    data = houses()
    data = Dataset("sizes", "", data.X[:, :1], data.y, ("size",), "price")
    words = answer("linear_regression", LinearRegression().fit(data.X, data.y), data)
    assert "What moves price: size (+" in words


def test_columns_of_noise_move_nothing():
    """Catches an effect under "most" that is also "doubtful", and a list that is empty without a word."""
    rng = np.random.default_rng(8)
    X = rng.normal(size=(40, 3))
    shared = rng.normal(size=40)
    data = Dataset("twins", "", X[:, [0, 1]] * 0.05 + shared[:, None], shared + X[:, 2], ("left", "right"), "weight")
    words = answer("linear_regression", LinearRegression().fit(data.X, data.y), data)
    assert "No single column is sure to move weight, the others held: each effect may be chance." in words
    assert "(p above 0.05): left and right." in words


@pytest.mark.parametrize(
    ("score", "words"),
    [(-0.02, "is hardly better than predicting the mean"), (-0.08, "is no better than predicting the mean"),
     (-1.5, "is no better than predicting the mean")],
)  # fmt: skip
def test_no_better_than_the_mean_is_said_beyond_the_spread_only(score, words):
    """Catches a verdict that the next split of the rows would turn round."""
    std = 2.0 if score < -1 else 0.05
    found = Validation("in folds", {"R²": score, "root mean squared error": 1.0}, {"R²": std}, {})
    data = houses()
    learned, parts = regression_quality(data, Measures({}, {}, {}, replace(found, std=dict.fromkeys(found.mean, std))))
    assert not learned
    assert words in parts[0]


@pytest.mark.parametrize(
    ("values", "step"),
    [(np.repeat([0, 1, 3], [80, 15, 5]), " for one more"), (np.linspace(0, 2, 50), " for one more"),
     (np.linspace(0, 16, 50), " for one more"), (np.linspace(0, 18, 50), " for 10 more"),
     (np.linspace(0, 0.3, 50), " for 0.1 more"), (np.array([0.0, 1.0, 1.0]), "")],
)  # fmt: skip
def test_steps(values, step):
    """Catches "0.1 more" of a count, and 0.1 and 1 for two columns that spread alike (0.97 and 1.02)."""
    assert step_of(values, float(values.std()))[1] == step


def returns(n=300):
    """Parcels: a returned one has a refund, which no other has; the depots are noise, one of them with few rows."""
    rng = np.random.default_rng(12)
    back = rng.random(n) < 0.3
    depot = np.array(["east", "west", "hub"])[rng.choice(3, n, p=[0.48, 0.48, 0.04])]
    encoder = TableEncoder(
        (Numbers(name="refund", fill=0.0), Categories(name="depot", fill="east", values=("east", "hub", "west")))
    )
    X = np.column_stack([back * rng.uniform(20, 90, n), *(depot == name for name in ("east", "hub", "west"))])
    return Dataset("returns", "", X.astype(float), np.where(back, "back", "kept"), encoder.features, "parcel",
                   encoder=encoder)  # fmt: skip


def test_the_column_that_separates_the_classes_is_named():
    """Catches an overlarge weight that is dropped, so that "no column is used", and zeros that are 3.6e-15."""
    data = in_standard_units(returns())
    words = answer("logistic_regression", LogisticRegression(C=1e12).fit(data.X, data.y), data)
    assert "What speaks for 'back': refund (odds × more than 10⁹ for 10 more)." in words
    raw = returns()
    lowest = raw.X[raw.y == "back", 0].min()
    assert f"(refund: 'kept' is up to 0, 'back' from {lowest:.12g} on)" in words


def ill(n=400, signal=0.08):
    """Patients: age counts, the ward does not."""
    rng = np.random.default_rng(4)
    age = rng.uniform(20, 90, n)
    ward = rng.integers(0, 5, n)
    sick = rng.random(n) < 1 / (1 + np.exp(-signal * (age - 75)))
    encoder = TableEncoder((Numbers(name="age", fill=50.0), Categories(name="ward", fill="A", values=tuple("ABCDE"))))
    X = np.column_stack([age, *(ward == k for k in range(5))]).astype(float)
    return Dataset("ill", "", X, np.where(sick, "ill", "well"), encoder.features, "state", encoder=encoder)


@pytest.mark.parametrize(("name", "model"), [("logistic_regression", LogisticRegression(C=0.1)),
                                             ("softmax_regression", SoftmaxRegression(C=0.1))])  # fmt: skip
def test_what_speaks_for_the_rarer_class_is_more_than_chance(name, model):
    """Catches noise that is named as a reason because a penalised model has no p values, and the wrong class."""
    data = in_standard_units(ill())
    words = answer(name, model.fit(data.X, data.y), data)
    assert (data.y == "ill").mean() < 0.5
    assert "What speaks for 'ill': age (odds × " in words
    assert "ward" not in words
    assert 1.5 < float(words.partition("age (odds × ")[2].partition(" for 10 more")[0]) < 2.5


def test_no_reasons_where_nothing_was_learned():
    """Catches reasons for a class that is predicted no better than by its share."""
    data = in_standard_units(ill(signal=0.0))
    words = answer("logistic_regression", LogisticRegression(C=1e-4).fit(data.X, data.y), data)
    assert "Nothing was learned beyond the most frequent class." in words
    assert "What speaks" not in words


def test_no_reasons_for_a_class_of_few_rows():
    """Catches reasons read from nine rows, and a reader who is not told why there are none."""
    rng = np.random.default_rng(3)
    y = np.where(np.arange(150) < 9, "rare", "usual")
    data = Dataset("t", "", rng.normal(size=(150, 1)) + 3 * (y == "rare")[:, None], y, ("level",), "kind")
    words = answer("logistic_regression", LogisticRegression().fit(data.X, data.y), data)
    assert "'rare' has 9 rows: too few to tell what speaks for it." in words


def test_a_class_that_is_not_among_the_rows_not_seen():
    """Catches "nan", and the balanced accuracy of one class where there are two."""
    rng = np.random.default_rng(5)
    y = np.array(["usual"] * 99 + ["rare"])
    rows = Dataset("t", "", rng.normal(size=(100, 1)), y, ("level",), "kind")
    data = replace(rows.take(np.arange(30, 100)), held_out=rows.take(np.arange(30)))
    project = projects.load("logistic_regression")
    model = LogisticRegression().fit(data.X, data.y)
    scores = measure(project.metrics, model, data)
    assert scores.validation is None
    words = " ".join(project.answer(model, data, scores))
    assert "nan" not in words
    assert "None of these rows is of 'rare'." in words
    assert "Balanced accuracy" not in words
    assert "are found" not in words


def test_levels_speak_for_a_class_as_levels():
    """Catches "high mood=calm against wild", and a level that speaks against a class under its own name."""
    rng = np.random.default_rng(2)
    mood = np.repeat([0, 1, 2], [60, 50, 40])  # wild is the most frequent
    kind = np.where(rng.random(150) < 0.8, mood, rng.integers(0, 3, 150))
    encoder = TableEncoder((Categories(name="mood", fill="wild", values=("wild", "calm", "dull")),))
    X = (mood[:, None] == np.arange(3)).astype(float)
    data = Dataset("t", "", X, np.array(["fox", "owl", "cow"])[kind], encoder.features, "kind", encoder=encoder)
    words = answer("softmax_regression", SoftmaxRegression().fit(X, data.y), data)
    assert "'owl': mood=calm (rather than wild)" in words
    assert "mood=wild (rather than calm)" in words.partition("'fox': ")[2].partition(";")[0]
    assert "high mood" not in words
    assert "low mood" not in words


@pytest.mark.parametrize(("share", "words"), [(0.5, "50 %"), (0.9996, "99.9 %"), (0.994, "99.4 %"), (0.002, "0.2 %"),
                                              (0.0, "0 %"), (1.0, "100 %"), (1 - 2e-16, "100 %"),
                                              (1 - 1e-10, "99.9 %"), (7e-7, "< 0.01 %"), (1e-4, "0.01 %")])  # fmt: skip
def test_percentages(share, words):
    """Catches 99.4 % told as 99 %, nearly all told as all, rounding told as 99.9 %, and decimals that mean nothing."""
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


@pytest.mark.parametrize(
    ("mean", "std", "words"),
    [
        (1e9 + 8.8236, 0.7634, "1,000,000,008.82 ± 0.76"),
        (-6.2502, 0.0587, "−6.250 ± 0.059"),
        (0.2462, 0.1044, "0.25 ± 0.10"),
        (1068.3, 257.4, "1,070 ± 260"),
        (-0.0003, 0.83, "0.00 ± 0.83"),
        (-2.04e-7, 1.83e-6, "−2e−07 ± 1.8e−06"),
        (4.1234567, 0.0, "4.12 ± 0"),
        (4.1234567, np.nan, "4.12"),
    ],
)
def test_a_mean_has_the_digits_that_its_deviation_leaves(mean, std, words):
    """Catches 1e+09 ± 0.83, digits that mean nothing, and trailing zeros left out of one of the two."""
    assert with_spread(mean, std) == words


def test_long_lists_are_cut_and_names_with_commas_quoted():
    """Catches a list of two hundred names, and one name that reads as two."""
    names = ["size, in m²", *(f"x{k}" for k in range(17))]
    assert listed(names) == "“size, in m²”, x0, x1, x2, x3, x4 and 12 more"
    assert listed(names[:2]) == "“size, in m²” and x0"


def test_lists():
    """Catches a list of one with an "and"."""
    assert [joined(["a", "b", "c"][:k]) for k in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
