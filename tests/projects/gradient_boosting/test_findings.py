"""What the trees say about the data: columns that matter, gains that mislead, too many trees, early stopping."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from groundup import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
)
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification, regression
from groundup.projects.common.words import rounded
from groundup.projects.gradient_boosting import findings, influence
from groundup.projects.gradient_boosting.figures import importances
from groundup.projects.gradient_boosting.influence import influence_of
from groundup.projects.gradient_boosting.project import PROJECT
from groundup.workbench.run.measures import measure

FRIEDMAN = regression.friedman(0).hold_out(0.2, 0, stratify=False)


@dataclass
class Fixed:
    """Scores with given values."""

    values: dict = field(default_factory=dict)
    training: dict = field(default_factory=dict)
    baselines: dict = field(default_factory=dict)
    validation: None = None

    def __getitem__(self, name):
        return self.values.get(name, float("nan"))


def told(model, data):
    """All sentences about a model, with the scores of a run."""
    metrics = PROJECT.metrics_of(PROJECT.model(type(model).__name__))
    return " ".join(findings.answer(model, data, measure(metrics, model, data)))


def test_columns_that_matter_are_named_with_the_error_without_them():
    """Catches columns of chance among the named ones, an error in other units, and the wrong direction."""
    model = GradientBoostingRegressor().fit(FRIEDMAN.X, FRIEDMAN.y)
    words, unseen = told(model, FRIEDMAN), FRIEDMAN.held_out
    error = np.sqrt(((unseen.y - model.predict(unseen.X)) ** 2).mean())
    assert f"with the entries of x4 (more of it, more y) shuffled, the typical error rises from {error:.3g} to" in words
    assert not any(f"x{j}" in words for j in range(6, 11))
    assert "100 trees of up to 3 levels" in words
    assert "each adds 0.1 of its step" in words


def test_of_classes_the_error_of_the_probabilities_is_told():
    """Catches an error in the unit of a target that has none, and a score that forgets one of the classes."""
    data = classification.moons(0).hold_out(0.2, 0, stratify=True)
    model = GradientBoostingClassifier(n_estimators=40).fit(data.X, data.y)
    P, y = model.predict_proba(data.held_out.X), data.held_out.y
    brier = ((P - (np.asarray(y)[:, None] == model.classes_)) ** 2).mean()
    words = told(model, data)
    assert f"the Brier score (error of the probabilities) rises from {rounded(brier)} to" in words
    assert "y (radii) (more of it, more often upper)" in words


def test_a_column_of_chance_with_a_large_gain_is_told():
    """Catches the largest share of the gain taken for what matters."""
    rows = Dataset(**vars(importances.lottery(0)) | {"held_out": importances.lottery(1)})
    model = GradientBoostingRegressor(max_depth=4).fit(rows.X, rows.y)
    found = influence_of(model, rows)
    words = findings.gain_misleads(found)
    assert words.startswith("By gain, number drawn (")
    assert "makes no clear difference on rows not seen" in words
    assert "dose" not in words
    assert findings.gain_misleads(influence_of(GradientBoostingRegressor().fit(FRIEDMAN.X, FRIEDMAN.y), FRIEDMAN)) == ""


def test_columns_that_stand_in_for_each_other():
    """Catches silence where no single column matters because each has a copy."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    X = np.column_stack([x, x + 1e-3 * rng.normal(size=200)])
    data = Dataset("twice", "", X, x + 0.1 * rng.normal(size=200), ("u", "v"), "y").hold_out(0.2, 0, stratify=False)
    model = HistGradientBoostingRegressor(max_features=0.5, random_state=0, max_iter=20).fit(data.X, data.y)
    found = influence_of(model, data)
    quiet = type(found)(**vars(found) | {"spread": np.full(2, np.inf)})
    assert findings.what_matters(quiet, model, data).endswith("most, but others can stand in for each.")


def test_too_many_and_too_few_trees_are_told():
    """Catches a number of trees that is best on the rows of the fit."""
    data = regression.sine(0).hold_out(0.2, 0, stratify=False)
    many = GradientBoostingRegressor(n_estimators=300, learning_rate=0.3).fit(data.X, data.y)
    losses = [((data.held_out.y - F) ** 2).mean() for F in many.staged_predict(data.held_out.X)]
    best = int(np.argmin(losses)) + 1
    words = findings.number_of_trees(many, data)
    assert f"least after {best} trees; the other {300 - best} have fitted noise" in words
    few = GradientBoostingRegressor(n_estimators=20).fit(data.X, data.y)
    assert "still falls" in findings.number_of_trees(few, data)


@pytest.mark.parametrize("name", ["exact", "histogram"])
def test_what_early_stopping_did_is_told(name):
    """Catches the number of all trees in place of those that were added, and silence of either kind of model."""
    X, y = FRIEDMAN.X, FRIEDMAN.y
    if name == "exact":
        model = GradientBoostingRegressor(n_estimators=500, n_iter_no_change=5, learning_rate=0.5, random_state=0)
    else:
        model = HistGradientBoostingRegressor(max_iter=500, early_stopping=True, learning_rate=0.5, random_state=0)
    model.fit(X, y)
    count = model.n_estimators_ if name == "exact" else model.n_iter_
    words = findings.number_of_trees(model, FRIEDMAN)
    assert f"ended the fit after {count} of at most 500 trees: the loss of 10 % of the rows" in words
    assert f"within {model.n_iter_no_change} trees" in words
    whole = GradientBoostingRegressor(n_estimators=5, n_iter_no_change=3).fit(X, y)
    assert "did not come into play" in findings.number_of_trees(whole, FRIEDMAN)


def test_a_tree_tells_its_size():
    """Catches leaves counted as nodes."""
    model = DecisionTreeRegressor(max_depth=2).fit(FRIEDMAN.X, FRIEDMAN.y)
    assert findings.made_of(model) == "The tree has 4 leaves in 2 levels."
    several = GradientBoostingClassifier(n_estimators=3).fit(bundled.iris(0).X, bundled.iris(0).y)
    assert "3 trees for each of 3 classes" in findings.made_of(several)


def test_classes_learned_by_heart_are_told():
    """Catches a flattering score that is not set against that of rows not seen."""
    data = classification.crossed(0).hold_out(0.2, 0, stratify=True)
    model = DecisionTreeClassifier().fit(data.X, data.y)
    words = findings.by_heart(model, data, Fixed({"accuracy": 0.8}, {"accuracy": 1.0}))
    assert words.startswith("On the rows of the fit 100 % are right")
    assert findings.by_heart(model, data, Fixed({"accuracy": 0.99}, {"accuracy": 1.0})) == ""


def test_tables_hold_losses_and_the_largest_errors():
    """Catches losses of other numbers of trees, and rows in another order."""
    model = GradientBoostingRegressor(n_estimators=10).fit(FRIEDMAN.X, FRIEDMAN.y)
    matters, along, farthest = findings.summary(model, FRIEDMAN)
    assert [row[0] for row in matters.rows[:5]] == [f"x{j + 1}" for j in influence_of(model, FRIEDMAN).order[:5]]
    assert [row[0] for row in along.rows] == ["0 trees", "1 tree", "2 trees", "5 trees", "10 trees"]
    assert along.rows[-1][1] == f"{model.train_score_[-1]:.3g}"
    off = np.abs(FRIEDMAN.held_out.y - model.predict(FRIEDMAN.held_out.X))
    assert [row[0] for row in farthest.rows[:3]] == [f"row {i}" for i in np.argsort(-off)[:3]]


def test_sentences_hold_the_numbers_of_the_rows():
    """Catches an error told without its start, a direction that is always up, and a sign of errors turned round."""
    held = Dataset(**vars(FRIEDMAN.held_out) | {"y": -FRIEDMAN.held_out.y})
    data = Dataset(**vars(FRIEDMAN) | {"y": -FRIEDMAN.y, "held_out": held})
    model = GradientBoostingRegressor(n_estimators=10).fit(data.X, data.y)
    found = influence_of(model, data)
    first = int(found.order[0])
    value = f"from {found.error:.3g} to {found.error + found.raised[first]:.3g}"
    words = findings.what_matters(found, model, data)
    assert f"{found.names[first]} (more of it, less y) shuffled, the typical error rises {value}" in words
    off = held.y - model.predict(held.X)
    assert findings.farthest(model, data).rows[0][3].replace("−", "-") == f"{off[np.abs(off).argmax()]:+.3g}"


def test_of_several_classes_trees_are_counted_once():
    """Catches trees of all classes counted as iterations, and a loss called the deviance that is not doubled."""
    iris = bundled.iris(0)
    model = GradientBoostingClassifier(n_estimators=60, n_iter_no_change=2, learning_rate=1.0, random_state=0)
    model.fit(iris.X, iris.y)
    assert model.n_estimators_ < 60
    assert f"after {model.n_estimators_} of at most 60 trees" in findings.stopping(model)
    assert not findings.recorded_twice(model)
    some = HistGradientBoostingRegressor(max_iter=200, early_stopping=True, validation_fraction=1, random_state=0)
    some.fit(FRIEDMAN.X, FRIEDMAN.y)
    assert some.n_iter_ < 200
    assert "the loss of 1 of the rows" in findings.stopping(some)


def test_shapley_values_are_those_of_the_last_class():
    """Catches the values of the first class, whose direction is the opposite, and a gap that hides the direction."""
    iris = bundled.iris(0)
    model = GradientBoostingClassifier(n_estimators=5).fit(iris.X, iris.y)
    found = influence_of(model, iris)
    assert found.direction[2:].min() > 0.5, "long and wide petals speak for the last class"
    x = np.array([0.0, np.nan, 1.0, 2.0])
    assert influence.correlation(x, np.array([0.0, 9.0, -1.0, -2.0])) == pytest.approx(-1.0)


def test_columns_matter_beyond_chance_in_the_order_of_the_error():
    """Catches a rise of one standard deviation taken for a clear one, and columns in the order of Shapley values."""
    one = np.array([0.0])
    found = influence.Influence(
        ("a", "b", "c"), (one, one, one), gain=np.ones(3), error=1.0, raised=np.array([0.3, 0.5, 0.5]),
        spread=np.array([0.2, 0.2, 0.2]), shapley=np.array([9.0, 1.0, 2.0]), direction=np.zeros(3), seen=False,
    )  # fmt: skip
    assert found.matters.tolist() == [False, True, True]
    assert found.order.tolist() == [2, 1, 0]


def test_a_loss_that_hardly_moves_is_not_told(monkeypatch):
    """Catches too many trees told for a rise within noise, too few for a fall of nothing."""
    data = regression.sine(0).hold_out(0.2, 0, stratify=False)
    model = GradientBoostingRegressor(n_estimators=2).fit(data.X, data.y)
    for last, words in ((1.0, ""), (1.019, ""), (1.021, "noise"), (0.996, ""), (0.99, "still falls")):
        monkeypatch.setattr(findings, "losses_of", lambda *_, last=last: np.array([1.0, 1.0, last]))
        told = findings.number_of_trees(model, data)
        assert bool(told) == bool(words), last
        assert ("noise" in told) == ("noise" in words)
    monkeypatch.undo()
    many = GradientBoostingRegressor(n_estimators=60, learning_rate=0.5).fit(data.X, data.y)
    best = int(findings.losses_of(many, data.held_out).argmin())
    assert best < 60
    assert findings.along(many, data).note.endswith(f"least on held-out rows after {best} trees.")


def test_columns_of_a_category_are_shuffled_together():
    """Catches rows that belong to no category or to two, whose error is that of impossible rows."""
    X = np.column_stack([np.eye(3)[np.arange(30) % 3], np.arange(30.0)])
    found = influence.shuffled(Dataset("t", "", X, X[:, 3], tuple("abcd"), "y"), np.arange(3), np.random.default_rng(0))
    assert (np.sort(found.X[:, :3], axis=1) == [0, 0, 1]).all()
    assert (found.X[:, :3] != X[:, :3]).any()
    assert (found.X[:, 3] == X[:, 3]).all()
