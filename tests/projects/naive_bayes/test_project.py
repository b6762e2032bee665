"""The declaration of naive Bayes: data, metrics, the choice of the model, figures, frames, findings."""

import re
from dataclasses import replace

import numpy as np
import pytest

from groundup import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from groundup.core.containers.csr import Csr
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.projects.naive_bayes import evidence, findings
from groundup.projects.naive_bayes.figures import boundary, probabilities, smoothing, words
from groundup.projects.naive_bayes.figures.learning import interleaved
from groundup.projects.naive_bayes.project import PROJECT, calibration_error, complement_loss, suits
from groundup.workbench.run.compare import for_reference
from groundup.workbench.run.request import Asked, build_model, open_data

MESSAGES = PROJECT.data["messages"](0).hold_out(0.25, 0, stratify=True)
FEW = replace(
    MESSAGES, X=MESSAGES.X[:40], y=MESSAGES.y[:40], texts=MESSAGES.texts[:40]
)  # Held-out rows have new words.


def fitted(kind=MultinomialNB, data=MESSAGES, **parameters):
    return kind(**parameters).fit(data.X, data.y)


def table(X, y, names=None):
    return Dataset(
        "rows", "", np.asarray(X, float), np.asarray(y), names or tuple(f"x{j}" for j in range(len(X[0]))), "y"
    )


# --- data ------------------------------------------------------------------------------------------------------------


def test_messages_are_the_words_that_their_rows_count():
    """Catches a vocabulary in another order than the columns, and words counted once."""
    names = list(MESSAGES.feature_names)
    for row in (0, 7, 400):
        words = MESSAGES.texts[row].split()
        counts = MESSAGES.X[row]
        assert counts.sum() == len(words)
        assert {names[j]: counts[j] for j in np.flatnonzero(counts)} == {w: words.count(w) for w in words}
        assert evidence.words_of(MESSAGES.texts[row]) == words
    assert isinstance(MESSAGES.held_out.X, Csr)
    assert len(MESSAGES.held_out.texts) == len(MESSAGES.held_out.X)


def test_messages_follow_their_topics_frequencies():
    """Catches a topic drawn from another topic's frequencies: rows are nearest to their own topic's truth."""
    data = PROJECT.data["messages"](1)
    for k, name in enumerate(("cooking", "football", "gardening", "weather")):
        found = data.X[data.y == name].column_sums()
        apart = np.abs(found / found.sum() - data.truth["frequency"]).sum(axis=1)
        assert apart.argmin() == k
        assert apart[k] < 0.25 < 0.4 < np.delete(apart, k).min()
        assert np.mean(data.y == name) == pytest.approx(data.truth["share"][k], abs=0.04)


def test_the_bundled_passages_are_whole():
    """Catches a file that was cut, eras of unequal sizes, and counts that do not belong to the texts."""
    data = PROJECT.data["sotu"](0)
    eras, sizes = np.unique(data.y, return_counts=True)
    assert eras.tolist() == ["1790–1849", "1850–1899", "1900–1945", "1946–2021"]
    assert sizes.tolist() == [500] * 4
    lengths = [len(text.split()) for text in data.texts]
    assert (min(lengths), max(lengths)) == (60, 90)
    j = data.feature_names.index("the")
    assert data.X[3][j] == sum(word == "the" for word in evidence.words_of(data.texts[3]))


# --- metrics and the reference ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [model.name for model in PROJECT.models])
def test_metrics_are_those_of_the_reference(model):
    """Catches a metric that reads another attribute of the reference, and sparse rows that are not SciPy's."""
    from sklearn import naive_bayes

    run = Asked(PROJECT, model=model).settle()
    data = open_data(run)
    ours = build_model(run, data).fit(data.X, data.y)
    rows = for_reference(data)
    theirs = getattr(naive_bayes, model)(**ours.get_params()).fit(rows.X, rows.y)
    for metric in PROJECT.metrics_of(run.model):
        for part, same in ((data, rows), (data.held_out, rows.held_out)):
            expected = metric.compute(theirs, same)
            assert np.isfinite(expected)
            assert metric.compute(ours, part) == pytest.approx(expected, rel=1e-10), metric.name


def test_calibration_error_by_hand():
    """Catches bins of equal numbers of rows, and differences that cancel between bins."""

    class Sure:
        classes_ = np.array([0, 1])

        def predict_proba(self, X):
            return np.array([[0.95, 0.05], [0.95, 0.05], [0.4, 0.6], [0.4, 0.6]])

    rows = table([[0.0]] * 4, [0, 1, 1, 1])
    assert calibration_error(Sure(), rows) == pytest.approx((abs(1.9 - 1) + abs(1.2 - 2)) / 4)


def test_complement_loss_is_the_cross_entropy_of_the_other_classes():
    """Catches the class's own words counted among those of the others, and the smoothing left out."""
    X, y = np.array([[2.0, 1], [0, 3], [4, 0]]), np.array([0, 1, 2])
    model = ComplementNB(alpha=0.5).fit(X, y)
    others = np.array([[4, 3], [6, 1], [2, 4]]) + 0.5
    share = others / others.sum(axis=1, keepdims=True)
    assert complement_loss(model, table(X, y)) == pytest.approx(-(others * np.log(share)).sum() / 3)
    bare = ComplementNB(alpha=0.0).fit(X[:2], y[:2])  # the weight of a word that no other class has is infinite
    assert complement_loss(bare, table(X, y)) == pytest.approx(-(3 * np.log(1) + 2 * np.log(2 / 3) + np.log(1 / 3)) / 2)
    with pytest.warns(UserWarning, match="setting alpha"):
        raised = ComplementNB(alpha=0.0, force_alpha=False).fit(X, y)
    assert complement_loss(raised, table(X, y)) == complement_loss(ComplementNB(alpha=1e-10).fit(X, y), table(X, y))
    assert np.isnan(complement_loss(ComplementNB(norm=True).fit(X, y), table(X, y)))


@pytest.mark.parametrize(
    ("X", "name"),
    [
        ([[0.5, 1], [2, 3]], "GaussianNB"),
        ([[-1, 0], [0, 3]], "GaussianNB"),
        ([[0, 1], [1, 1]], "BernoulliNB"),
        ([[0, 4], [2, 0]], "MultinomialNB"),
        ([[1950, 0], [1960, 1]], "GaussianNB"),
        ([[1950, 3, 0], [1960, 1, 2]], "GaussianNB"),
    ],
)
def test_the_model_is_chosen_by_what_the_table_holds(X, name):
    """Catches measurements taken for counts: years without a zero, fractions, negative numbers."""
    chosen, reason = suits(table(X, [0, 1]))
    assert chosen == name
    assert reason


# --- evidence --------------------------------------------------------------------------------------------------------


def test_log_odds_of_a_word_are_those_of_a_document_of_it_alone():
    """Catches the prior counted in, and classes weighted equally: compared with the model's own probabilities."""
    model = fitted()
    odds = evidence.word_log_odds(model)
    j = MESSAGES.feature_names.index("rain")
    row = np.zeros((1, len(MESSAGES.feature_names)))
    prior = np.exp(model.class_log_prior_)
    row[0, j] = 1
    p = model.predict_proba(row)[0]
    np.testing.assert_allclose(odds[:, j], np.log(p / (1 - p)) - np.log(prior / (1 - prior)), rtol=1e-9)


def test_rare_words_come_after_sure_ones():
    """Catches a ranking by the log-odds alone: a word seen once in one class would come first."""
    X = np.array([[40.0, 1.0, 50.0], [2.0, 0.0, 50.0]])
    model = MultinomialNB(alpha=0.02).fit(X, ["a", "b"])
    odds = evidence.word_log_odds(model)
    assert odds[0, 1] > odds[0, 0]
    assert evidence.telling_words(model, 2)[0].tolist() == [0, 1]


@pytest.mark.parametrize("kind", [MultinomialNB, BernoulliNB, ComplementNB])
def test_what_arrives_adds_up_to_the_models_answer(kind):
    """Catches a word that arrives twice where it counts once, absent words forgotten, and a prior added twice."""
    model, rows = fitted(kind), MESSAGES.held_out
    for row in (0, 5, 9):
        found = evidence.arrival(model, rows, row)
        np.testing.assert_allclose(
            found.sums.logarithms()[-1], model.predict_joint_log_proba(rows.X[row : row + 1])[0], rtol=1e-12
        )
        np.testing.assert_allclose(found.posterior[-1], model.predict_proba(rows.X[row : row + 1])[0], rtol=1e-9)
        assert found.names[0] == "prior"
        if kind is MultinomialNB:
            assert list(found.names[1:]) == rows.texts[row].split()


@pytest.mark.parametrize("kind", [MultinomialNB, BernoulliNB, ComplementNB])
def test_what_arrives_without_smoothing_adds_up_to_the_limit(kind):
    """Catches NaN, probabilities of zero for all classes, and a last frame that is not the model's answer."""
    bare, smoothed, rows = fitted(kind, FEW, alpha=0.0), fitted(kind, FEW, alpha=1e-200), FEW.held_out
    impossible = np.flatnonzero(np.isinf(bare.predict_joint_log_proba(rows.X)).all(axis=1))[:3]
    assert len(impossible) or kind is ComplementNB
    for row in (*impossible, 0, 5):
        found, near = evidence.arrival(bare, rows, row), evidence.arrival(smoothed, rows, row)
        assert found.names == near.names
        np.testing.assert_allclose(found.posterior, near.posterior, atol=1e-12)
        np.testing.assert_allclose(found.posterior[-1], bare.predict_proba(rows.X[row : row + 1])[0], atol=1e-12)
        assert not np.isnan(found.log_odds()).any()
        assert np.isfinite(evidence.drawable(found.log_odds())).all()


def test_fractions_of_words_arrive_whole():
    """Catches weights, such as tf-idf, that are taken for numbers of occurrences: half a word would arrive twice."""
    texts = ("rain sun rain", "sun", "wind rain", "wind")
    counts = np.array([[0.5, 0.25, 0], [0, 1, 0], [0.3, 0, 0.7], [0, 0, 1.5]])
    data = Dataset("", "", counts, np.array(["a", "a", "b", "b"]), ("rain", "sun", "wind"), texts=texts)
    model = fitted(data=data)
    found = evidence.arrival(model, data, 0)
    assert found.names == ("prior", "rain", "sun", "rain")
    np.testing.assert_allclose(found.sums.logarithms()[-1], model.predict_joint_log_proba(counts[:1])[0])
    np.testing.assert_allclose(found.steps.value[1], found.steps.value[3])


def test_words_without_smoothing_have_infinite_log_odds():
    """Catches 1.8e308 in a report and in the length of a bar, and words seen once before frequent ones."""
    X = np.array([[0.0, 1, 9, 2, 0], [3, 0, 0, 2, 0]])
    model = MultinomialNB(alpha=0.0).fit(X, ["a", "b"])
    odds = evidence.word_log_odds(model)
    assert odds[0].tolist() == [-np.inf, np.inf, np.inf, pytest.approx(np.log((2 / 12) / (2 / 5))), 0]
    assert evidence.telling_words(model, 9)[0].tolist() == [2, 1]
    assert evidence.drawable(odds).max() == 3
    assert evidence.drawable(np.array([np.inf, 4, -np.inf, -8])).tolist() == [12, 4, -12, -8]
    certain = MultinomialNB(class_prior=[1.0, 0.0]).fit(X, ["a", "b"])  # without any other class there are no odds
    assert evidence.word_log_odds(certain)[0].tolist() == [0] * 5
    assert np.isfinite(evidence.word_log_odds(certain)).all()
    assert "(×∞)" in findings.what_tells(model, table(X, ["a", "b"]))


@pytest.mark.parametrize("kind", [MultinomialNB, BernoulliNB, ComplementNB])
def test_reports_without_smoothing_have_no_missing_numbers(kind):
    """Catches NaN, and warnings, in figures, frames and tables of a model with impossible words and rows."""
    model = fitted(kind, FEW, alpha=0.0)
    for drawn in (words.word_log_odds, words.words_arrive, smoothing.doubling):
        fig = drawn.render(model, FEW)
        for axes in fig.axes:
            assert np.isfinite([patch.get_width() * patch.get_height() for patch in axes.patches]).all()
            assert np.isfinite(axes.dataLim.get_points()).all()
            assert "nan" not in " ".join(text.get_text() for text in axes.get_legend().get_texts())
    told = [draw(frame) for frame in PROJECT.animation.frames(model, FEW)]
    told += [str(found) for found in findings.evidence(model, FEW)]
    assert "Infinite ones cancel" in told[-2]
    assert not any("nan" in text.replace("\xa0", " ").split() for text in told)


def test_columns_arrive_in_their_order():
    """Catches columns sorted by what they contribute: the reader of a table expects the table's order."""
    data = PROJECT.data["iris"](0)
    found = evidence.arrival(fitted(GaussianNB, data), data, 60)
    assert found.names == ("prior", *data.feature_names)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_doubled_columns_double_the_log_odds():
    """Catches copies that share their rows' pointers, and a prior that is doubled, too."""
    model, rows = fitted(), MESSAGES.held_out
    twice = fitted(data=Dataset("", "", smoothing.repeated(MESSAGES.X, 2), MESSAGES.y, ()))
    once, double = model.predict_joint_log_proba(rows.X), twice.predict_joint_log_proba(smoothing.repeated(rows.X, 2))
    prior = model.class_log_prior_
    odds, doubled = (J - prior - (J - prior)[:, :1] for J in (once, double))
    np.testing.assert_allclose(doubled, 2 * odds, rtol=1e-9, atol=1e-9)
    dense = np.arange(6.0).reshape(2, 3)
    assert smoothing.repeated(dense, 2).tolist() == [[0, 1, 2, 0, 1, 2], [3, 4, 5, 3, 4, 5]]


def test_the_temperature_makes_the_log_loss_least():
    """Catches a temperature that multiplies, and one chosen for accuracy, which it cannot change."""
    model, rows = fitted(), MESSAGES.held_out
    log_p, code = model.predict_log_proba(rows.X), np.searchsorted(model.classes_, rows.y)
    T = probabilities.best_temperature(log_p, code)
    assert T > 1.1

    def loss(t):
        return -probabilities.tempered(log_p, t)[np.arange(len(code)), code].mean()

    assert loss(T) <= min(loss(0.9 * T), loss(1.1 * T), loss(1.0))
    assert (probabilities.tempered(log_p, T).argmax(axis=1) == log_p.argmax(axis=1)).all()
    np.testing.assert_allclose(np.exp(probabilities.tempered(log_p, T)).sum(axis=1), 1)


def test_an_impossible_class_does_not_decide_the_temperature():
    """Catches NaN from −∞ over a temperature, and a temperature that grows without bound for one impossible row."""
    log_p = np.log(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]]))
    impossible = np.vstack([log_p, [[0.0, -np.inf]]])
    T = probabilities.best_temperature(log_p, np.array([0, 0, 1, 1]))
    assert probabilities.best_temperature(impossible, np.array([0, 0, 1, 1, 1])) == T
    assert not np.isnan(probabilities.tempered(impossible, 2.0)).any()


def test_wilson_intervals_stay_inside():
    """Catches an interval of a bin whose rows are all right that ends above 1, and bins that lose the value 1."""
    sure, right = np.array([1.0, 1.0, 0.3, 0.3]), np.array([True, True, False, True])
    where, share, low, high, size = probabilities.binned(sure, right, np.linspace(0, 1, 3))
    assert where.tolist() == [0.3, 1.0]
    assert share.tolist() == [0.5, 1.0]
    assert size.tolist() == [2, 2]
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert low[1] == pytest.approx(1 / (1 + 1.96**2 / 2))


def test_shared_variances_make_straight_boundaries():
    """Catches a picture on the right that is not linear: log-odds along a line must have no second difference."""
    data = PROJECT.data["iris"](0)
    fig = boundary.gaussian_boundary.render(fitted(GaussianNB, data), data)
    titles = [axes.get_title("left") for axes in fig.axes]
    assert titles[0].startswith("own variances")
    assert titles[1].startswith("shared variances")
    with pytest.raises(NotApplicable, match="no normal densities"):
        boundary.gaussian_boundary.render(fitted(), MESSAGES)


def test_few_rows_hold_every_class():
    """Catches a learning curve whose first point lacks a class, so that nothing could be told of it."""
    y = np.array(["a"] * 90 + ["b"] * 5 + ["c"])
    order = interleaved(y, np.random.default_rng(0))
    assert sorted(order.tolist()) == list(range(96))
    assert sorted(y[order[:5]]) == ["a", "a", "b", "b", "c"]


def test_frames_ask_before_they_tell():
    """Catches a caption that gives the next frame's answer away, and frames that skip a word."""
    model = fitted()
    frames = list(PROJECT.animation.frames(model, MESSAGES))
    found = frames[0].found
    assert [frame.seen for frame in frames[:-1]] == list(range(len(found.names)))
    fig_words = [draw(frame) for frame in (frames[0], frames[3], frames[-1])]
    assert fig_words[0].startswith("Nothing is known but the prior")
    assert f"“{found.names[1]}” will come. Which class gains?" in fig_words[0]
    assert f"“{found.names[3]}” added" in fig_words[1]
    assert "will come" not in fig_words[2]
    sum_ = fig_words[0].replace("−", "-").partition("become ")[2].partition(", with")[0]
    before, one, other = map(float, re.fullmatch(r"(.+) \+ \((.+)\) - \((.+)\)", sum_).groups())
    after = PROJECT.animation.target(frames[1], MESSAGES).y
    assert before + one - other == pytest.approx(after, abs=2e-3)
    assert PROJECT.animation.target(frames[-1], MESSAGES) is None


def test_copies_are_counted_as_evidence():
    """Catches a prior that comes twice, too; smoothing that is still that of the reported model."""
    model = fitted()
    last = {name: [*frames(model, MESSAGES)][-1].found for name, frames in PROJECT.animation.perturbed.items()}
    found = next(iter(PROJECT.animation.frames(model, MESSAGES))).found
    twice, rough = last.values()
    prior = found.log_odds()[0]
    assert twice.log_odds()[-1] - prior == pytest.approx(2 * (found.log_odds()[-1] - prior))
    assert rough.log_odds()[0] == pytest.approx(prior)
    assert np.abs(np.diff(rough.log_odds())).max() > np.abs(np.diff(found.log_odds())).max()


def draw(frame):
    from groundup.plotting.animate import draw_state

    return draw_state(PROJECT.animation, frame, MESSAGES)[1]


# --- findings --------------------------------------------------------------------------------------------------------


def test_the_explained_row_adds_up():
    """Catches a table of contributions whose sum is not the log-odds, because the rest or the prior is left out."""
    model = fitted()
    found = findings.explained(model, MESSAGES)
    *parts, total = [float(cell[2]) for cell in found.rows]
    assert sum(parts) == pytest.approx(total, abs=0.01)
    assert found.rows[-1][0] == "sum"
    assert "The text: “" in found.note


def test_it_is_said_that_the_model_is_too_sure():
    """Catches probabilities praised for an accuracy that they do not have."""
    words = findings.how_sure(fitted(), MESSAGES)
    P = fitted().predict_proba(MESSAGES.held_out.X)
    assert f"{100 * P.max(axis=1).mean():.1f} %" in words
    assert "too sure" in words
    assert findings.how_sure(fitted(), MESSAGES.held_out) == ""


def test_columns_of_measurements_are_named_by_how_far_they_part_the_classes():
    """Catches columns ranked by their units: one in thousands without any difference comes last."""
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b"], 50)
    X = np.column_stack([1e4 * rng.normal(size=100), (y == "b") + 0.1 * rng.normal(size=100)])
    data = table(X, y, ("noise", "signal"))
    assert findings.what_tells(fitted(GaussianNB, data), data).endswith("each column by itself: signal and noise.")
