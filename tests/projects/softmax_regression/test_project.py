"""The declaration of softmax regression: data, metrics, twin, figures, frames, findings."""

from dataclasses import replace

import numpy as np
import pandas
import pytest

from groundup.core.functions import softmax
from groundup.core.metrics import confusion_matrix
from groundup.data.dataset import Dataset
from groundup.plotting.animate import draw_frames
from groundup.plotting.figure import NotApplicable
from groundup.projects.common import linear_classifiers
from groundup.projects.common.confusion import confusion
from groundup.projects.softmax_regression.figures import classes as figures
from groundup.projects.softmax_regression.figures import softmax as scores
from groundup.projects.softmax_regression.findings import classes_told_apart
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression
from groundup.projects.softmax_regression.project import PROJECT
from groundup.workbench.run.request import Asked
from groundup.workbench.run.run import run

MODEL = PROJECT.models[0]


def named(name):
    return PROJECT.data[name](0)


def fitted(data, **parameters):
    return SoftmaxRegression(**MODEL.parameters(data) | parameters).fit(data.X, data.y)


def two_of(data):
    """The rows of the first two classes."""
    chosen = np.isin(data.y, np.unique(data.y)[:2])
    return Dataset("two", "", data.X[chosen], data.y[chosen], data.feature_names, data.target_name)


# --- beside the reference --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parameters", "apart"),
    [
        ("gaussians", {}, 3e-6),
        ("gaussians", {"C": 0.01, "class_weight": "balanced", "fit_intercept": False}, 1e-6),
        ("iris", {}, 3e-6),
        ("digits", {}, 1e-5),
    ],
)
def test_twin_finds_the_same(name, parameters, apart):
    """Catches a twin that solves another problem: the coefficients, and the objective to nine digits."""
    from sklearn.linear_model import LogisticRegression as Reference

    data = named(name)
    model = fitted(data, **parameters)
    reference = Reference(**MODEL.twin(model, data)).fit(data.X, data.y)
    assert np.abs(model.coef_ - reference.coef_).max() < apart * np.abs(reference.coef_).max()
    for metric in PROJECT.metrics:
        assert metric.compute(model, data) == pytest.approx(metric.compute(reference, data), rel=1e-7), metric.name
    ours, theirs = (PROJECT.metrics[0].compute(m, data) for m in (model, reference))
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_two_classes_have_one_score_in_the_reference():
    """Catches a twin with the same C: two scores that mirror each other are penalised half as much as one."""
    from sklearn.linear_model import LogisticRegression as Reference

    data = two_of(named("gaussians"))
    model = fitted(data, C=0.02)
    reference = Reference(**MODEL.twin(model, data)).fit(data.X, data.y)
    assert model.coef_.shape == (2, 2)
    np.testing.assert_allclose(model.coef_[1] - model.coef_[0], reference.coef_[0], rtol=1e-5)
    for metric in PROJECT.metrics:
        assert metric.compute(model, data) == pytest.approx(metric.compute(reference, data), rel=1e-9), metric.name


def test_smoothed_labels_have_no_reference():
    """Catches our minimum compared with that of a problem without smoothing, and called the worse one."""
    data = named("iris")
    with pytest.raises(ValueError, match="no label smoothing"):
        MODEL.twin(fitted(data, label_smoothing=0.1), data)
    assert MODEL.twin(fitted(data), data)["C"] == 1.0


def test_two_classes_with_corners():
    """Catches the mixture of the two penalties left as it is when two scores become one."""
    data = two_of(named("gaussians"))
    data = Dataset("standard", "", (data.X - data.X.mean(0)) / data.X.std(0), data.y, data.feature_names)
    for ratio in (0.5, 1.0):
        model = fitted(data, C=0.05, l1_ratio=ratio)
        twin = MODEL.twin(model, data)
        from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

        one = LogisticRegression(C=twin["C"], l1_ratio=twin["l1_ratio"], tol=1e-6).fit(data.X, data.y)
        np.testing.assert_allclose(model.coef_[1] - model.coef_[0], one.coef_[0], atol=1e-5)


def test_classes_are_drawn_from_the_model():
    """Catches benchmarks whose classes follow other probabilities than those of the model."""
    X, y = linear_classifiers.drawn_classes(40_000, 3, 4)
    truth = 2 * np.random.default_rng(0).normal(size=(4, 3)) / np.sqrt(3)
    np.testing.assert_allclose(SoftmaxRegression(C=np.inf).fit(X, y).coef_, truth - truth.mean(0), atol=0.08)


def test_slopes_of_the_gaussians():
    """Catches three groups whose scores are not those of the densities that they claim."""
    data = named("gaussians")
    truth = data.truth["slopes"] - data.truth["slopes"].mean(axis=0)
    np.testing.assert_allclose(SoftmaxRegression(C=np.inf).fit(data.X, data.y).coef_, truth, atol=0.1)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_figures_of_two_classes():
    """Catches figures that need three classes, and say so by a traceback."""
    data = two_of(named("iris"))
    model, absent = fitted(data), set()
    for figure in PROJECT.figures:
        try:
            figure.render(model, data).draw_without_rendering()
        except NotApplicable:
            absent.add(figure.name)
    assert absent == {"simplex", "templates", "confusion"}  # of the last because nothing is held out


def test_names_of_the_figures():
    """Catches a renamed figure, which the chapter includes by its name."""
    assert [figure.name for figure in PROJECT.figures] == [
        "regions", "simplex", "temperature", "overflow", "parabolas", "templates", "confusion",
    ]  # fmt: skip


def test_corners_of_the_simplex():
    """Catches the corners exchanged: each row would lie at another class's name."""
    sides = np.linalg.norm(figures.CORNERS - np.roll(figures.CORNERS, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides, 1)
    data = named("iris")
    fig = figures.simplex.render(fitted(data), data)
    places = {text.get_text(): text.xy for text in fig.axes[0].texts}
    setosa = np.asarray(fig.axes[0].collections[0].get_offsets())
    assert np.linalg.norm(setosa.mean(axis=0) - places["P(setosa) = 1"]) < 0.1
    assert list(places) == ["P(setosa) = 1", "P(versicolor) = 1", "P(virginica) = 1"]


def test_naive_softmax_breaks_where_the_chapter_says():
    """Catches a picture in which the naive formula is not naive, or breaks elsewhere."""
    assert scores.breaks_at(np.float64, 1) == pytest.approx(np.log(np.finfo(np.float64).max), abs=1e-3)
    assert scores.breaks_at(np.float32, 1) == pytest.approx(88.7228, abs=1e-3)
    assert scores.breaks_at(np.float64, -1) == pytest.approx(745.13, abs=0.01)
    assert scores.breaks_at(np.float32, -1) == pytest.approx(103.97, abs=0.01)
    assert np.isfinite(softmax(np.array([1e4, 0.0]))).all()
    np.testing.assert_allclose(scores.naive_softmax(np.array([1.0, 2.0])), softmax(np.array([1.0, 2.0])))


def test_telling_row_is_neither_sure_nor_at_a_loss():
    """Catches a row at which no temperature changes anything."""
    data = named("digits")
    model = fitted(data)
    row, z = scores.telling_row(model, data)
    p = model.predict_proba(data.X[[row]])[0]
    np.testing.assert_allclose(softmax(z), p)
    assert 0.5 < p.max() < 0.7


def test_templates_are_the_weights():
    """Catches images transposed, or weights under another class's name."""
    data = named("digits")
    model = fitted(data)
    panels = figures.templates.render(model, data).axes
    for k in (0, 7):
        assert panels[k].get_title(loc="left") == str(k)
        np.testing.assert_array_equal(-panels[k].images[0].get_array(), model.coef_[k].reshape(8, 8))


def test_confusion_counts_held_out_rows():
    """Catches rows of the fit counted, and the axes exchanged."""
    data = named("iris").hold_out(0.4, 0, stratify=True)
    model = fitted(data)
    fig = confusion.render(model, data)
    numbers = {(round(t.get_position()[1]), round(t.get_position()[0])): int(t.get_text()) for t in fig.axes[0].texts}
    unseen = data.held_out
    expected = confusion_matrix(unseen.y, model.predict(unseen.X), labels=model.classes_)
    assert numbers == {(i, j): expected[i, j] for i, j in np.argwhere(expected)}
    assert sum(numbers.values()) == 60
    assert fig.axes[0].get_ylabel() == "true species"


def test_ten_classes_have_no_regions():
    """Catches regions drawn in a plane that does not determine the scores of ten classes."""
    data = named("digits")
    with pytest.raises(NotApplicable, match="more than two features"):
        figures.regions.render(fitted(data), data)


# --- frames, findings, tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gaussians", "iris"])
def test_frames_are_gradient_descent(name):
    """Catches regions of other scores than the rows have, an objective that rises, a start that is not zero."""
    data = named(name)
    frames = list(PROJECT.animation.frames(fitted(data), data))
    assert 5 <= len(frames) <= 40
    np.testing.assert_allclose(frames[0].proba(data.X), 1 / 3)
    last, reported = frames[-2], frames[-1]
    np.testing.assert_allclose(reported.proba(data.X), fitted(data).predict_proba(data.X), atol=1e-12)
    assert (np.diff(last.curve) < 0).all()
    np.testing.assert_allclose(last.proba(last.plane.rows(last.plane(data.X))), last.proba(data.X), atol=1e-8)
    assert last.right > 0.7
    assert reported.minimum == pytest.approx(
        linear_classifiers.penalized_cross_entropy(fitted(data), data.X, data.y), rel=1e-9
    )
    assert last.curve[-1] == pytest.approx(reported.minimum, abs=1e-6 if name == "gaussians" else 2e-4)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"C": 0.03},
        {"C": 0.1, "l1_ratio": 0.5},
        {"C": 0.1, "class_weight": "balanced", "fit_intercept": False},
        {"C": 0.1, "label_smoothing": 0.2},
    ],
)
def test_frames_end_at_the_reported_model(parameters):
    """Bug caught: steps on another objective, so that a learner sees descent come to rest above the minimum.

    With features of unlike spreads a penalty of standardised weights is another penalty.
    """
    data = named("gaussians")
    data = replace(data, X=(data.X - data.X.mean(axis=0)) * [1.0, 0.3] + [0.5, -0.2])
    model = fitted(data, **parameters)
    last, reported = list(PROJECT.animation.frames(model, data))[-2:]
    assert last.curve[-1] == pytest.approx(reported.minimum, abs=1e-6)
    assert last.curve.min() >= reported.minimum - 1e-12
    assert reported.minimum == pytest.approx(
        linear_classifiers.penalized_cross_entropy(model, data.X, data.y), rel=1e-9
    )
    np.testing.assert_allclose(last.W, model.coef_.T, atol=5e-3)


def test_frames_of_a_long_valley_print_both_numbers():
    """Bug caught: the objective of the last step taken for the minimum, where descent has not arrived."""
    data = named("iris")
    model = fitted(data, C=1000.0)
    *_, last, reported = PROJECT.animation.frames(model, data)
    assert last.curve[-1] > reported.minimum + 1e-3
    frames = draw_frames(PROJECT.animation, model, data)
    assert frames[0].caption.startswith("step 0: objective 1.09861 nats a row")
    assert f"objective {reported.minimum:.5f} nats a row" in frames[-1].caption
    assert f"the last step shown had {last.curve[-1]:.5f}" in frames[-1].caption


def test_the_followed_row_is_predicted_where_it_is():
    """Catches a target in another panel or of another row, and a row that is sure from the start."""
    data = named("gaussians")
    model, player = fitted(data), PROJECT.animation
    frames = list(player.frames(model, data))
    P = model.predict_proba(data.X)
    followed = np.flatnonzero(np.isclose(P, frames[-1].track[-1]).all(axis=1))
    assert len(followed) == 1
    assert abs(P[followed].max() - 0.6) < 0.02
    first, later = player.target(frames[0], data), player.target(frames[5], data)
    assert (first.axes, first.x, first.y) == (1, pytest.approx(1 / 3), pytest.approx(1 / 3))
    best, second = np.argsort(-P[followed[0]])[:2]
    assert (later.x, later.y) == tuple(frames[5].proba(data.X)[followed[0], [best, second]])
    assert player.target(frames[-1], data) is None
    assert frames[-1].track.shape == (len(frames), 3)


def test_longer_steps_are_faster_or_never_settle():
    """Catches perturbed recordings with the safe step, and those that end when the objective rises."""
    data = named("gaussians")
    model = fitted(data)
    safe = list(PROJECT.animation.frames(model, data))[-2].curve
    four, twenty = (list(PROJECT.animation.perturbed[f"step {k} / L"](model, data)) for k in (4, 20))
    assert len(four) == len(twenty) == 6
    assert four[-1].curve[-1] < safe[5]
    assert twenty[-1].curve.max() > twenty[0].curve[0]
    assert not any(frame.reported for frame in [*four, *twenty])


def test_temperatures_move_no_boundary():
    """Catches temperatures of the slopes without the intercepts; and an objective that is lowest elsewhere."""
    data = named("gaussians")
    model = fitted(data)
    frames = list(PROJECT.animation.perturbed["the reported model, from cold to hot"](model, data))
    assert len({frame.right for frame in frames}) == 1
    assert len(frames) <= 10
    for frame in (frames[0], frames[-1]):
        T = float(frame.name.removeprefix("T = "))
        np.testing.assert_allclose(frame.proba(data.X), model.predict_proba(data.X, temperature=T), atol=1e-12)
    curve = frames[-1].curve
    assert frames[curve.argmin()].name == "T = 1"
    assert curve.min() == pytest.approx(frames[0].minimum)


def test_ten_classes_of_images_have_no_frames():
    """Catches regions of ten classes drawn in a plane that does not determine them."""
    data = named("digits")
    with pytest.raises(NotApplicable, match="three classes"):
        next(PROJECT.animation.frames(fitted(data), data))


def test_what_speaks_for_each_class():
    """Catches coefficients of the raw features ranked as if their units were alike."""
    data = named("iris")
    model = fitted(data)
    slopes, wrong = classes_told_apart(model, data)
    for k, row in enumerate(slopes.rows):
        effect = model.coef_[k] * data.X.std(axis=0)
        j = np.abs(effect).argmax()
        assert row[:2] == (model.classes_[k], f"{data.feature_names[j]}: {effect[j]:+.3g}")
    predicted = linear_classifiers.cross_validated(model, data)
    assert sum(row[2] for row in wrong.rows) == (data.y != predicted).sum()
    split = data.hold_out(0.4, 0, stratify=True)
    model = fitted(split)
    _, wrong = classes_told_apart(model, split)
    assert wrong.title.endswith("on 60 held-out rows")
    assert sum(row[2] for row in wrong.rows) == (split.held_out.y != model.predict(split.held_out.X)).sum() > 0
    few = Dataset("few", "", data.X[::40], data.y[::40], data.feature_names)
    assert classes_told_apart(fitted(few), few)[1].note.startswith("Not cross-validated: ")


def test_two_features_have_no_third_coefficient():
    """Catches a column of the findings that is empty for every class."""
    data = named("iris")
    narrow = Dataset("narrow", "", data.X[:, :2], data.y, data.feature_names[:2])
    slopes, _ = classes_told_apart(fitted(narrow), narrow)
    assert slopes.head == ("class", "largest coefficient", "second")
    assert all(len(row) == 3 for row in slopes.rows)


def test_a_table_runs_from_front_to_back(tmp_path):
    """Catches a report that fails for two classes, or for a column of text."""
    rng = np.random.default_rng(0)
    x, city, y = rng.normal(50, 10, 80), rng.choice(["Oslo", "Rome"], 80), rng.choice(["a", "b"], 80)
    pandas.DataFrame({"x": x, "city": city, "y": y}).to_csv(tmp_path / "t.csv", index=False)
    result = run(Asked(PROJECT, data=str(tmp_path / "t.csv"), target="y"), tmp_path)
    first = PROJECT.metrics[0].name
    assert result.metrics[first] == pytest.approx(result.comparison.metrics[first], rel=1e-8)
    assert (result.folder / "index.html").exists()
