"""What a machine says about the data: support vectors, doubtful rows, C and γ that are out of range."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from groundup import SVC, SVR, LinearSVC, LinearSVR, NuSVR, OneClassSVM
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification, clustering, regression
from groundup.projects.support_vector_machine import findings, measures
from groundup.projects.support_vector_machine.project import PROJECT
from groundup.workbench.run.measures import measure


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
    name = type(model).__name__
    scores = measure(PROJECT.metrics_of(PROJECT.model(name)), model, data)
    return " ".join(findings.answer(model, data, scores))


def test_support_vectors_are_counted():
    """Catches counts of another set, and a sentence without the share that bounds the errors."""
    data = classification.moons(0).hold_out(0.2, 0, stratify=True)
    model = SVC(C=2.0, tol=1e-6).fit(data.X, data.y)
    n, held, bound = len(data.X), len(model.support_), int((np.abs(model.dual_coef_) > 2 - 1e-9).sum())
    words = told(model, data)
    assert f"{held} of {n} rows are support vectors ({100 * held / n:.0f} %), {bound} of them at the bound" in words
    assert f"at most {100 * held / n:.0f} % of the rows could be wrong" in words
    assert f"With γ = {model._gamma:.3g}" in words
    assert "of some pair of classes" not in words


def test_the_bound_of_the_errors_holds():
    """Catches a bound that is none: every row predicted by a machine fitted without it."""
    data = classification.moons(0)
    rows = np.arange(0, 300, 7)
    X, y = data.X[rows], data.y[rows]
    model = SVC(gamma=1.0, tol=1e-6).fit(X, y)
    rest = [np.delete(np.arange(len(X)), i) for i in range(len(X))]
    wrong = [SVC(gamma=1.0).fit(X[own], y[own]).predict(X[[i]])[0] != y[i] for i, own in enumerate(rest)]
    assert 0 < np.mean(wrong) <= measures.support_share(model, data.take(rows))


def test_shares_of_rows_make_no_such_claim():
    """Catches the claim for ν, where the rows that are left out change the others' part."""
    data = regression.tide(0)
    words = findings.held_by(NuSVR(C=100.0).fit(data.X, data.y), data)
    assert "could be left out" not in words
    assert "could be left out" in findings.held_by(SVR(C=100.0, epsilon=8.0).fit(data.X, data.y), data)


def test_a_price_that_is_too_small_is_told():
    """Catches silence about a machine of which every row is at the bound."""
    data = classification.moons(0)
    assert "larger --set C" in findings.strength(SVC(C=1e-4).fit(data.X, data.y), data, Fixed())
    assert findings.strength(SVC(C=1.0).fit(data.X, data.y), data, Fixed()) == ""


def test_a_kernel_that_is_too_narrow_is_told():
    """Catches silence about a machine that has learned its rows by heart."""
    data = classification.moons(0)
    model = SVC(gamma=1e4, C=10.0).fit(data.X, data.y)
    assert "smaller --set gamma" in findings.strength(model, data, Fixed())


def test_rows_learned_by_heart_are_told():
    """Catches a flattering score that is not set against the one of rows not seen."""
    data = classification.moons(0)
    model = SVC(C=1.0).fit(data.X, data.y)
    scores = Fixed({"accuracy": 0.8}, {"accuracy": 0.97})
    words = findings.strength(model, Dataset(**{**vars(data), "held_out": data}), scores)
    assert words.startswith("On the rows of the fit 97 % are right")


def test_a_row_reaches_as_far_as_gamma_says():
    """Catches 1/γ taken for a distance, and the median of squared distances."""
    data = Dataset("three", "", np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), np.array(["a", "b", "b"]), ("u", "v"))
    words = findings.reach(SVC(gamma=0.04).fit(data.X, data.y), data)
    assert words.endswith("falls to 37 % at a distance of 5; two rows are typically 5 apart.")


def test_the_margin_has_a_width():
    """Catches half a margin, and one in other units."""
    data = classification.blobs(0)
    model = SVC(kernel="linear", tol=1e-8).fit(data.X, data.y)
    width = 2 / np.linalg.norm(model.coef_)
    assert findings.reach(model, data) == f"The margin is {width:.3g} units of the columns wide."


@pytest.mark.parametrize("model", [SVC(kernel="linear"), LinearSVC()], ids=["kernel", "linear"])
def test_columns_speak_for_the_rarer_class(model):
    """Catches a sign: oaks stand east and south."""
    data = classification.blobs(0)
    rows = np.r_[0:60, 60:100]  # fewer oaks
    few = data.take(rows)
    model.fit(few.X, few.y)
    words = findings.what_tells(model, few)
    assert words.startswith("What speaks for 'oak' most, the other columns held: ")
    assert "high east (km)" in words
    assert "low north (km)" in words


def test_the_rows_deepest_on_the_wrong_side():
    """Catches rows of the right side, another order, and numbers that are not the table's."""
    data = classification.moons(0)
    model = SVC(C=1.0).fit(data.X, data.y)
    own = np.where(data.y == model.classes_[1], 1, -1) * model.decision_function(data.X)
    table = findings.mistaken(model, data)
    assert [row[0] for row in table.rows[:3]] == [f"row {i}" for i in np.argsort(own)[:3]]
    assert len(table.rows) == min(10, (own < 0).sum())
    assert all(row[1] != row[2] for row in table.rows)
    separate = classification.blobs(0)
    far = Dataset(**{**vars(separate), "X": separate.X + 50 * (separate.y == "oak")[:, None]})
    assert findings.mistaken(SVC(kernel="linear").fit(far.X, far.y), far).note.startswith("No row of the fit")


def test_each_class_has_its_support_vectors():
    """Catches counts of another class, whose support vectors follow those of the first."""
    data = bundled.iris(0)
    model = SVC(tol=1e-8).fit(data.X, data.y)
    table = findings.by_class(model, data)
    assert [row[:3] for row in table.rows] == [
        (name, 50, int(count)) for name, count in zip(model.classes_, model.n_support_, strict=True)
    ]
    assert sum(row[3] for row in table.rows) == measures.at_bound(model, data).sum()
    assert "of some pair of classes" in findings.held_by(model, data)


@pytest.mark.parametrize(
    "model", [SVR(C=100.0, epsilon=10.0), LinearSVR(C=1.0, epsilon=10.0)], ids=["SVR", "LinearSVR"]
)
def test_rows_outside_the_tube(model):
    """Catches rows on the edge counted as outside, and the spoilt readings missed."""
    data = regression.tide(0)
    model.fit(data.X, data.y)
    outside = (np.abs(data.y - model.predict(data.X)) > 10 + 1e-2).mean()
    assert f"{100 * outside:.0f} % of the rows" in findings.tube(model, data)
    if isinstance(model, SVR):
        listed = {row[0] for row in findings.farthest(model, data).rows[:6]}
        assert {f"row {i}" for i in data.truth["spoilt"]} == listed


def test_the_tube_of_nu_leaves_out_its_share():
    """Catches the width of both sides together."""
    data = regression.tide(0)
    model = NuSVR(C=100.0, nu=0.3, tol=1e-8).fit(data.X, data.y)
    width = float(findings.tube(model, data).partition(" wide")[0].rpartition(" ")[2])
    error = np.abs(data.y - model.predict(data.X))
    assert (error > 1.01 * width).mean() <= 0.3 <= (error > 0.99 * width).mean()


def test_an_unusual_row_may_be_below_the_mean():
    """Catches the column in which it is farthest above."""
    X = np.random.default_rng(0).normal(size=(40, 2))
    X[7] = [-9.0, 3.0]
    data = Dataset("below", "", X, None, ("u", "v"))
    first, *_ = findings.unusual(OneClassSVM(nu=0.2, gamma=0.1).fit(X), data).rows
    assert first[0] == "row 7"
    assert first[2].startswith("u (−")


def test_outliers_are_counted():
    """Catches rows on the frontier that rounding puts outside: more than ν of them."""
    data = clustering.readings(0)
    model = OneClassSVM(nu=0.05, tol=1e-6).fit(data.X)
    words = told(model, data)
    assert words.startswith("8 rows of 252 (3 %) are outside the frontier, which was to leave out at most 5 %.")
    rows = findings.unusual(model, data).rows
    assert len(rows) == 10
    assert sum(int(row[0].removeprefix("row ")) >= 240 for row in rows[:8]) >= 5  # taken while something was wrong


def test_a_solver_that_stopped_is_in_doubt():
    """Catches an answer that is passed on as the optimum though it is not."""
    data = classification.moons(0)
    with pytest.warns(match="terminated early"):
        model = SVC(solver="smo", max_iter=5).fit(data.X, data.y)
    assert findings.optimum(model).startswith("In doubt: the solver stopped before the optimum")
    assert findings.optimum(SVC().fit(data.X, data.y)) == ""
