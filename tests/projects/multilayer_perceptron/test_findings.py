"""Sentences about a network: true of these layers, this solver and these data."""

from dataclasses import replace

import numpy as np
import pytest

from groundup import MLPClassifier, MLPRegressor
from groundup.core.nn.activations import Tanh
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification
from groundup.plotting.figure import NotApplicable
from groundup.projects.common.words import rounded
from groundup.projects.multilayer_perceptron import animation, findings, measures, project, replay

pytestmark = pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
MOONS = classification.moons(0)
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}


@pytest.fixture(scope="module")
def model():
    return MLPClassifier(**SMALL).fit(MOONS.X, MOONS.y)


def test_layers_in_words(model):
    # "no hidden layer with relu", a count without biases, epochs of L-BFGS
    told = findings.made_of(model)
    assert told.startswith("The network has a hidden layer of 4 units with relu, and 17 weights and biases; ")
    assert "trained for 3 epochs. Another seed" in told
    linear = findings.made_of(MLPClassifier((), solver="lbfgs", max_iter=2, random_state=0).fit(MOONS.X, MOONS.y))
    assert linear == (
        "The network has no hidden layer, and 3 weights and biases; it was trained for 2 steps. Without one it is a "
        "linear model."
    )
    deep = findings.made_of(MLPRegressor(**SMALL | {"hidden_layer_sizes": (3, 2)}).fit(MOONS.X, MOONS.X[:, 0]))
    assert deep.startswith("The network has hidden layers of 3 and 2 units with relu, and 20 weights and biases")


@pytest.mark.parametrize(
    ("dead", "told"),
    [(1, "1 gives the same for every row: it adds"), (2, "2 give the same for every row: they add")],
)
def test_units_without_effect(model, dead, told):
    # units of a constant other than zero that are not counted, units that vary a little that are
    w = model._learned.w.copy()
    w[:12] = 1  # weights of (2, 4), then biases of 4 units: all vary
    w[:8].reshape(2, 4)[:, :dead] = 0
    one = replay.with_weights(model, w, model._learned.s)
    assert findings.idle_units(one, MOONS) == f"Of its 4 hidden units {told} a constant and no more."
    w[:8] = 1e-6
    assert findings.idle_units(replay.with_weights(model, w, model._learned.s), MOONS) == ""


def test_remedies_are_parameters_that_have_an_effect():
    # early stopping for L-BFGS, which ignores it, or for a model that has it
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(120, 8)), rng.integers(2, size=120)
    data = Dataset("noise", "Labels drawn by lot.", X, y, tuple("abcdefgh"))
    data = replace(data.take(np.arange(60)), held_out=data.take(np.arange(60, 120)))
    for options, told in (
        ({"solver": "lbfgs"}, "a larger alpha or fewer units may help."),
        ({"learning_rate_init": 0.1}, "a larger alpha, fewer units or early stopping may help."),
        ({"hidden_layer_sizes": (), "solver": "lbfgs"}, "a larger alpha may help."),
    ):
        large = {"hidden_layer_sizes": (50,), "max_iter": 200, "random_state": 0, "alpha": 0.0}
        fitted = MLPClassifier(**large | options).fit(data.X, data.y)
        found = findings.by_heart(fitted, data)
        assert found.startswith("On the rows of the fit the share of right classes is ")
        assert found.endswith(told)
    assert findings.by_heart(fitted, replace(data, held_out=None)) == ""


def test_columns_that_matter_are_found():
    # a column that is not shuffled, rises in the wrong order
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    data = Dataset("one column", "b alone counts.", X, X[:, 1] * 2 + 10, ("a", "b", "c"))
    linear = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=0, tol=1e-8, random_state=0).fit(X, data.y)
    base, found = findings.shuffled(linear, data)
    assert base < 0.01
    assert found[0][0] == "b"
    assert found[0][1] == pytest.approx(2 * np.sqrt(2) * X[:, 1].std(), rel=0.1)  # of two independent rows
    assert found[0][2] > 0  # each time in another order
    assert all(abs(rise) < 0.01 for _, rise, _ in found[1:])
    assert "b shuffled" in findings.what_matters(linear, data)
    assert "a shuffled" not in findings.what_matters(linear, data)


def test_the_end_of_training_is_measured(model):
    # the objective of other rows or weights, its square, a check that passes a wrong backward pass
    table = dict(findings.ended(model, MOONS).rows)
    objective, w = measures.training_objective(model, MOONS)
    assert table["objective of all rows with these weights"] == rounded(measures.objective(model, MOONS))
    assert table["norm of its gradient"] == rounded(float(np.linalg.norm(objective(w)[1])))
    told = table["objective of batches, first … last epoch"]
    assert told == f"{rounded(model.loss_curve_[0])} … {rounded(model.loss_curve_[-1])}"
    smooth = MLPClassifier(**SMALL | {"activation": "tanh"}).fit(MOONS.X, MOONS.y)
    assert measures.gradient_check(smooth, MOONS)[1] < 1e-8
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tanh, "backward", lambda self, p, y, dy, g: dy)
        assert measures.gradient_check(smooth, MOONS)[1] > 1e-3


def test_questions_ask_for_what_is_drawn(model):
    # a boundary that no panel shows, a dashed curve that is not there
    digits = bundled.digits(0)
    seen, unseen = MOONS, replace(MOONS, held_out=MOONS.take(np.arange(20)))
    assert (
        animation.question(model, seen, 0, 1) == "Before the next frame, one epoch later: where will the boundary be?"
    )
    assert "and will the dashed curve follow the solid one?" in animation.question(model, unseen, 0, 5)
    assert "boundary" not in animation.question(model, digits, 0, 1)
    numbers = MLPRegressor(**SMALL).fit(MOONS.X, MOONS.X[:, 0])
    assert "near to the line" in animation.question(numbers, seen, 0, 3)


def test_the_loss_is_predicted_and_other_trainings_differ(model):
    # a loss of held-out rows, an end that the reader has seen, other options that are those of the model
    *taken, last = animation.frames(model, MOONS)
    points = [animation.loss_so_far(frame, MOONS) for frame in taken]
    assert [(point.x, point.y) for point in points] == [(k, loss) for k, loss, _ in last.curve]
    assert animation.loss_so_far(last, MOONS) is None
    objective, w = measures.training_objective(taken[0].snapshot.model, MOONS)
    product = f"{model.learning_rate_init:g} · {rounded(float(np.abs(objective(w)[1]).sum()))}"
    assert product in animation.slope(taken[0].snapshot.model, MOONS)
    fast, narrow = (list(frames(model, MOONS)) for frames in animation.training.perturbed.values())
    assert fast[0].snapshot.model.learning_rate_init == animation.FAST * model.learning_rate_init
    assert narrow[0].snapshot.model.hidden_layer_sizes == (2,)
    assert all(frame.title != "the reported model" for frame in (*fast, *narrow))
    steps = MLPClassifier(**SMALL | {"solver": "lbfgs"}).fit(MOONS.X, MOONS.y)
    with pytest.raises(NotApplicable, match="no learning rate"):
        list(animation.with_a_large_rate(steps, MOONS))


def test_axes_of_the_losses_stay(model):
    # limits that follow the curve, so that frames cannot be compared; a beginning that is not that of the fit
    taken = list(animation.frames(model, MOONS))
    assert len({(frame.lowest, frame.highest) for frame in taken}) == 1
    assert taken[0].lowest == min(loss for _, loss, _ in taken[-1].curve)
    numbers = MLPRegressor(**SMALL).fit(MOONS.X, MOONS.X[:, 0] + 100)
    first = replay.snapshots(numbers, replace(MOONS, y=MOONS.X[:, 0] + 100), 3)[0].model
    assert abs(first.predict(MOONS.X) - 100).max() < 5  # biases of outputs begin at the mean of the target


def test_training_is_seen_again_from_its_beginning():
    # rows held out among those whose mean the outputs begin at
    numbers = replace(MOONS, y=MOONS.X[:, 0] ** 2 + 100)
    model = MLPRegressor(**SMALL, early_stopping=True, validation_fraction=0.4).fit(numbers.X, numbers.y)
    first = replay.snapshots(model, numbers, 3)[0].model
    prepared = model._prepare(numbers.X, numbers.y, None)
    learned, _ = model._split(prepared, model._state.training.seed)
    assert first._learned.w[-1] == learned.samples.y.mean() != prepared.samples.y.mean()


def test_a_users_target_decides_penalty_and_tolerance():
    # alpha with fifteen digits, a tolerance that ends the fit of a target in small units, Adam for large ones
    rng = np.random.default_rng(0)
    table = replace(MOONS, encoder=object(), X=rng.normal(size=(6, 2)), y=0.01 * rng.normal(size=6))
    few = project.for_numbers(table)
    assert few["alpha"] == float(f"{table.y.std():.2g}")
    assert few["tol"] == pytest.approx(1e-4 * table.y.var(), rel=0.05)
    assert few["max_iter"] == 3000
    for rows, steps in ((20_000, 300), (10**6, 50)):
        many = replace(table, X=np.zeros((rows, 1)), y=np.zeros(rows))
        assert project.for_numbers(many)["max_iter"] == steps


def test_a_rare_class_does_not_prevent_the_choice_of_a_penalty(monkeypatch):
    # an alpha that nothing chose, told as chosen; folds without a class
    seen = []
    monkeypatch.setattr(project.tuning, "best", lambda *given, **_: seen.append(given[3]) or 0.1)
    y = np.array(["a", "b"] * 20 + ["rare"] * 4)
    table = Dataset("t", "Three classes.", np.random.default_rng(0).normal(size=(44, 2)), y, ("u", "v"))
    assert project.penalty(MLPClassifier, table, 1.0) == {"alpha": 0.1}
    assert len(seen[0].X) == 40
    lonely = replace(table, y=np.array(["a"] * 40 + ["rare"] * 4))
    assert project.penalty(MLPClassifier, lonely, 1.0) == {"alpha": 1.0}
