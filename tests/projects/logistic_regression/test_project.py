"""The declaration of logistic regression: data, metrics, twin, figures, frames, findings."""

import numpy as np
import pandas
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from groundup.core.metrics import confusion_matrix
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.data.synthetic import classification
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.features import Categories, Numbers
from groundup.data.tables.load import load_table
from groundup.data.tables.reading import TableError
from groundup.plotting.figure import NotApplicable
from groundup.projects.common import linear_classifiers
from groundup.projects.logistic_regression.figures import boundary, solvers, thresholds, two_classes
from groundup.projects.logistic_regression.findings import coefficients
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression
from groundup.projects.logistic_regression.project import PROJECT
from groundup.workbench.run.request import Asked
from groundup.workbench.run.run import run

MODEL = PROJECT.models[0]


def fitted(data, **parameters):
    return LogisticRegression(**MODEL.parameters(data) | parameters).fit(data.X, data.y)


def named(name):
    return PROJECT.data[name](0)


@pytest.fixture
def table(tmp_path):
    """Path of a table: two numbers, a category, two classes, three classes, and a price."""
    rng = np.random.default_rng(0)
    size, city = rng.normal(50, 10, 90), rng.choice(["Oslo", "Rome"], 90)
    z = (size - 50) / 5 + (city == "Oslo") + rng.logistic(size=90)
    frame = pandas.DataFrame({"size": size, "city": city, "sold": np.where(z > 0, "yes", "no"),
                              "class": np.digitize(z, [-1, 1]), "price": z})  # fmt: skip
    frame.to_csv(tmp_path / "houses.csv", index=False)
    return tmp_path / "houses.csv"


# --- beside the reference --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("gaussians", {}),
        ("breast_cancer", {}),
        ("gaussians", {"C": np.inf}),
        ("gaussians", {"C": 0.01, "class_weight": "balanced"}),
        ("gaussians", {"class_weight": {"finch": 3.0}, "fit_intercept": False}),
    ],
)
def test_twin_finds_the_same(name, parameters):
    """Catches a twin that solves another problem, and a metric that reads the two models differently."""
    from sklearn.linear_model import LogisticRegression as Reference

    data = named(name)
    model = fitted(data, **parameters)
    reference = Reference(**MODEL.twin(model, data)).fit(data.X, data.y)
    for attribute in MODEL.compared:
        ours, theirs = getattr(model, attribute), getattr(reference, attribute)
        np.testing.assert_allclose(ours, theirs, atol=1e-6 * np.abs(theirs).max())
    for metric in PROJECT.metrics:
        assert metric.compute(model, data) == pytest.approx(metric.compute(reference, data), rel=1e-9), metric.name


@pytest.mark.filterwarnings("ignore:The max_iter was reached")
def test_twin_of_an_l1_penalty():
    """Catches a twin without the penalty's corner; in standard units the reference gets there as well."""
    from sklearn.linear_model import LogisticRegression as Reference

    data = named("breast_cancer")
    data = Dataset("standard", "", two_classes.standardize(data.X), data.y, data.feature_names)
    model = fitted(data, C=0.05, l1_ratio=1.0)
    reference = Reference(**MODEL.twin(model, data)).fit(data.X, data.y)
    ours, theirs = (linear_classifiers.penalized_cross_entropy(m, data.X, data.y) for m in (model, reference))
    assert theirs - 1e-7 < ours < theirs + 1e-12
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-3)
    assert (model.coef_ == 0).sum() > 15


def test_objective_by_its_formula():
    """Catches a factor, a penalised intercept, weights left out: our solver and the metric could share the mistake."""
    data = named("gaussians")
    for parameters, penalty in (
        ({"C": 0.3}, lambda w: (w**2).sum() / 2),
        ({"C": 0.3, "l1_ratio": 0.25}, lambda w: 0.25 * np.abs(w).sum() + 0.75 * (w**2).sum() / 2),
    ):
        model = fitted(data, class_weight={"sparrow": 2.0}, **parameters)
        p = 1 / (1 + np.exp(-(data.X @ model.coef_[0] + model.intercept_[0])))
        own = np.where(data.y == "sparrow", p, 1 - p)
        weight = np.where(data.y == "sparrow", 2.0, 1.0)
        by_hand = (0.3 * (weight * -np.log(own)).sum() + penalty(model.coef_)) / (0.3 * weight.sum())
        assert linear_classifiers.penalized_cross_entropy(model, data.X, data.y) == pytest.approx(by_hand, rel=1e-12)


def test_cross_validation_predicts_rows_not_seen():
    """Catches a cross-validation that predicts the rows it learned from: random classes cannot be predicted."""
    rng = np.random.default_rng(0)
    data = Dataset("noise", "", rng.normal(size=(60, 40)), rng.integers(0, 2, 60), tuple(map(str, range(40))))
    model = fitted(data, C=100.0)
    assert model.score(data.X, data.y) > 0.9
    assert (linear_classifiers.cross_validated(model, data) == data.y).mean() < 0.7


def test_classes_are_drawn_from_the_model():
    """Catches benchmarks whose classes follow other probabilities than those of the model."""
    X, y = linear_classifiers.drawn_classes(40_000, 3, 1)
    truth = 2 * np.random.default_rng(0).normal(size=3) / np.sqrt(3)
    np.testing.assert_allclose(LogisticRegression(C=np.inf).fit(X, y).coef_[0], truth, atol=0.06)


# --- data ------------------------------------------------------------------------------------------------------------


def test_gaussians_have_the_log_odds_they_claim():
    """Catches a covariance transposed, or slopes that are not those of the densities."""
    data = classification.gaussians(0)
    found = LogisticRegression(C=np.inf).fit(data.X, data.y).summary()
    truth = data.truth["slopes"][1] - data.truth["slopes"][0]
    assert (np.abs(found.coef[1:] - truth) < 3 * found.std_error[1:]).all()


def test_tables_are_classes(table):
    """Catches class names lost, numbers taken for measurements, fractions taken for classes."""
    data = load_table(table, "sold", LogisticRegression.kind)
    assert set(data.y) == {"no", "yes"}
    data = load_table(table, "class", LogisticRegression.kind)
    assert set(data.y) == {0, 1, 2}
    with pytest.raises(TableError, match="that is a quantity, not classes"):
        load_table(table, "price", LogisticRegression.kind)


@pytest.mark.parametrize(("target", "auc"), [("sold", True), ("class", False)])
def test_a_table_runs_from_front_to_back(table, tmp_path, target, auc):
    """Catches a report that fails for text classes, or for more than two of them."""
    result = run(Asked(PROJECT, data=str(table), target=target), tmp_path)
    assert result.comparison.differences[0].largest < 1e-6
    assert np.isnan(result.metrics["area under the ROC curve"]) != auc
    page = (result.folder / "index.html").read_text("utf-8")
    assert "drawn for two classes" in page or auc


# --- figures ---------------------------------------------------------------------------------------------------------


def one_column():
    data = named("gaussians")
    return Dataset("one", "", data.X[:, 1:], data.y, data.feature_names[1:], "kind")


def test_figures_of_one_column():
    """Catches figures that need two features."""
    data = one_column()
    for figure in PROJECT.figures:
        figure.render(fitted(data), data).draw_without_rendering()


def test_names_of_the_figures():
    """Catches a renamed figure, which the chapter includes by its name."""
    assert [figure.name for figure in PROJECT.figures] == [
        "boundary", "loss_surface", "contributions", "thresholds", "parabolas", "newton_against_descent", "separable",
        "naive_losses",
    ]  # fmt: skip


def test_three_classes_say_why_there_is_no_figure():
    """Catches a traceback, or a picture of the first score only."""
    data = classification.three_gaussians(0)
    model = fitted(data)
    for figure in PROJECT.figures:
        if figure.name not in ("parabolas", "naive_losses"):  # whatever the data
            with pytest.raises(NotApplicable, match="two classes"):
                figure.render(model, data)
    for frames in (PROJECT.animation.frames, *PROJECT.animation.perturbed.values()):
        with pytest.raises(NotApplicable, match="two classes"):
            list(frames(model, data))


@pytest.mark.parametrize("C", [1.0, np.inf])
def test_a_handful_of_rows(C):
    """Catches quantiles and bins that need many rows."""
    data = Dataset("six", "", np.arange(1.0, 7)[:, None], np.array([0, 0, 1, 0, 1, 1]), ("hours",))
    model = fitted(data, C=C)
    for figure in PROJECT.figures:
        figure.render(model, data).draw_without_rendering()


@pytest.mark.filterwarnings("ignore:.*separated")
def test_separable_classes_without_a_penalty():
    """Catches figures that approach a minimum which does not exist."""
    data = Dataset("apart", "", np.arange(1.0, 7)[:, None], np.array([0, 0, 0, 1, 1, 1]), ("hours",))
    model = fitted(data, C=np.inf)
    for figure in (solvers.loss_surface, solvers.newton_against_descent):
        with pytest.raises(NotApplicable, match="without a penalty"):
            figure.render(model, data)
    for figure in (boundary.boundary, boundary.contributions, boundary.separable, thresholds.thresholds):
        figure.render(model, data).draw_without_rendering()


def test_weights_grow_only_without_a_penalty():
    """Catches a figure of separable classes in which nothing grows, or the penalty missing."""
    data = named("gaussians")
    model = fitted(data)
    right = model.margins(data.X, data.y) > 0
    X, y = two_classes.standardize(data.X[right]), two_classes.two_classes(model, data).y[right]
    free, held = (np.linalg.norm(boundary._newton_weights(X, y, C)[:, :-1], axis=1) for C in (np.inf, 10.0))
    assert (np.diff(free) > 0).all()
    assert free[-1] > 20 * held[-1]
    assert held[-1] == pytest.approx(held[-2], rel=1e-9)


def test_surface_is_the_objective_that_its_paths_descend():
    """Catches level lines of another function than the one descended on."""
    data = named("gaussians")
    valley = solvers.surface_of(fitted(data), data)
    newton, gd = (valley.path(solver=solver, max_iter=60) for solver in ("newton", "gd"))
    assert newton[0].tolist() == gd[0].tolist() == [0, 0]
    assert valley.loss(*newton[-1]) <= valley.loss(*gd[-1]) <= valley.loss(*newton[-1]) + 1e-3
    assert (np.diff(valley.loss(*gd.T)) < 0).all()
    around = newton[-1] + 1e-3 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    assert (valley.loss(*around.T) > valley.loss(*newton[-1])).all()


def test_counts_are_the_confusion_matrix():
    """Catches false positives and false negatives exchanged."""
    data = named("gaussians")
    model = fitted(data)
    y, p = two_classes.two_classes(model, data).y, model.predict_proba(data.X)[:, 1]
    tp, fp, fn, tn = thresholds.rates(y, p, 0.5)
    assert confusion_matrix(data.y, model.predict(data.X)).tolist() == [[tn, fp], [fn, tp]]
    assert thresholds.rates(y, p, 0.0) == (200, 200, 0, 0)


def test_names_of_the_classes_go_with_their_rows():
    """Catches the positive class under the name of the other one."""
    data = named("gaussians")
    about = two_classes.two_classes(fitted(data), data)
    assert np.array_equal(np.array(about.names)[about.y], data.y)
    assert about.chance == "probability of kind = sparrow"


# --- findings --------------------------------------------------------------------------------------------------------


def test_coefficients_of_a_penalised_fit():
    """Catches odds ratios of the wrong unit, names shifted by the intercept, a p-value of a biased estimate."""
    data = named("gaussians")
    model = fitted(data)
    (found,) = coefficients(model, data)
    assert found.title == "Coefficients: log-odds of kind = sparrow"
    assert [row[0] for row in found.rows] == ["intercept", *data.feature_names]
    assert found.rows[0][1] == model.intercept_[0]
    for j, (_, log_odds, ratio, spread, of_spread) in enumerate(found.rows[1:]):
        assert log_odds == model.coef_[0, j]
        assert ratio == pytest.approx(np.exp(log_odds))
        assert spread == pytest.approx(data.X[:, j].std())
        assert of_spread == pytest.approx(ratio**spread)
    assert "No standard errors" in found.note
    assert "separates" not in found.note
    assert "dependent" not in found.note


def test_coefficients_without_a_penalty():
    """Catches columns swapped, and the interval of the coefficient sold as that of the odds ratio."""
    data = named("gaussians")
    model = fitted(data, C=np.inf)
    (found,) = coefficients(model, data)
    summary = model.summary()
    columns = ("coef", "std_error", "z", "p", "odds_ratio", "odds_lower", "odds_upper")
    assert found.rows[-1] == ("mass (g)", *(float(getattr(summary, name)[-1]) for name in columns))
    assert len(found.head) == len(columns) + 1
    assert f"pseudo-R² = {summary.pseudo_r_squared:.6g}" in found.note


def test_what_makes_coefficients_doubtful_is_said():
    """Catches coefficients of separable classes, or of dependent columns, shown without a word."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    X[:, 2] = X[:, 0] + X[:, 1]
    data = Dataset("t", "", X, (X[:, 0] > 0.1).astype(int), ("a", "b", "c"))
    note = coefficients(fitted(data, C=1e6), data)[0].note
    assert "The boundary separates the classes" in note
    assert "The columns are dependent (rank 2 of 3)" in note


def customers(sure=True):
    """A table with a category of three levels; none of the rows of one level is of the second class."""
    rng = np.random.default_rng(11)
    n, levels = 300, ("basic", "plus", "pro")
    plan = np.array(levels)[np.arange(n) % 3]
    age = rng.integers(18, 80, n).astype(float)
    left = (rng.uniform(size=n) < 0.2 + 0.003 * (age - 18)) & ((plan != "pro") | (not sure))
    encoder = TableEncoder((Categories(name="plan", fill="basic", values=levels), Numbers(name="age", fill=40.0)))
    X = np.column_stack([*(plan == level for level in levels), age]).astype(float)
    y = np.where(left, "yes", "no")
    return Dataset("customers", "", X, y, encoder.features, "left", encoder=encoder), plan


def test_levels_are_differences_to_the_most_frequent_one():
    """Catches z and p of all levels at once, which are not estimable, and a reference that is not named."""
    data, plan = customers(sure=False)
    (found,) = coefficients(fitted(data, C=np.inf, tol=1e-10), data)
    assert [row[0] for row in found.rows] == ["intercept", "plan (reference: basic)", "plan=plus", "plan=pro", "age"]
    design = sm.add_constant(np.column_stack([plan == "plus", plan == "pro", data.X[:, 3]]).astype(float))
    peer = sm.Logit((data.y == "yes").astype(float), design).fit(disp=0, tol=1e-12)
    ours = np.array([row[1:5] for row in found.rows if row[1] != ""])
    assert_allclose(ours, np.transpose([peer.params, peer.bse, peer.tvalues, peer.pvalues]), rtol=1e-8)
    assert "dependent" not in found.note


def test_a_level_of_one_class_is_named():
    """Catches "the classes can be separated" of rows that are not, without the level that does it."""
    data, plan = customers()
    (found,) = coefficients(fitted(data, C=np.inf, tol=1e-10), data)
    assert "plan=pro: all 100 rows are 'no'" in found.note
    assert "not separated as a whole" in found.note
    assert found.rows[-1][:2] == ("plan=pro", "no finite value")
    others = plan != "pro"
    design = sm.add_constant(np.column_stack([plan == "plus", data.X[:, 3]])[others].astype(float))
    peer = sm.Logit((data.y == "yes")[others].astype(float), design).fit(disp=0, tol=1e-12)
    ours = np.array([row[1:5] for row in found.rows[:-1] if row[1] != ""])
    assert_allclose(ours, np.transpose([peer.params, peer.bse, peer.tvalues, peer.pvalues]), rtol=1e-8)
    assert "plan=pro: all 100 rows" in coefficients(fitted(data), data)[0].note  # with a penalty too


def test_a_threshold_that_separates_is_named():
    """Catches complete separation that is not told from that of some rows, and one without its column."""
    X = np.column_stack([np.arange(20.0), np.random.default_rng(0).normal(size=20)])
    data = Dataset("t", "", X, np.where(X[:, 0] > 8, "late", "early"), ("hour", "luck"), "kind")
    note = coefficients(fitted(data, C=np.inf), data)[0].note
    assert "The boundary separates the classes (hour: 'early' is up to 8, 'late' from 9 on)" in note


def test_findings_of_three_classes():
    """Catches confusions transposed, and counts that are not those of the predictions."""
    data = classification.three_gaussians(0)
    model = fitted(data)
    slopes, wrong = coefficients(model, data)
    assert [row[0] for row in slopes.rows] == ["finch", "lark", "sparrow"]
    lark = model.coef_[1] * data.X.std(axis=0)
    assert slopes.rows[1][1] == f"{data.feature_names[np.abs(lark).argmax()]}: {lark[np.abs(lark).argmax()]:+.3g}"
    _, predicted = data.y, linear_classifiers.cross_validated(model, data)
    for true, other, count, share in wrong.rows:
        assert count == ((data.y == true) & (predicted == other)).sum()
        assert share == f"{100 * count / 200:.3g} %"
    assert [row[2] for row in wrong.rows] == sorted((row[2] for row in wrong.rows), reverse=True)
    assert sum(row[2] for row in wrong.rows) == (predicted != data.y).sum()
    assert wrong.note.startswith(f"{(predicted != data.y).sum()} of 600 rows")


# --- data of any size -----------------------------------------------------------------------------------------------


def test_figures_that_solve_problems_use_the_strongest_columns():
    """Bug caught: minutes for Newton's method with thousands of columns; columns chosen by their units."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 400)) * np.where(np.arange(400) % 2, 1e-3, 1.0)
    y = (X[:, 7] * 1e3 + X[:, 8] + 0.3 * rng.normal(size=300) > 0).astype(int)
    data = Dataset("wide", "", X, y, tuple(f"c{j}" for j in range(400)))
    model = LogisticRegression(C=1e4).fit(X * np.where(np.arange(400) % 2, 1e3, 1.0), y)
    model.coef_ = model.coef_ * np.where(np.arange(400) % 2, 1e3, 1.0)
    columns = two_classes.strongest(model, data)
    assert len(columns) == 100
    assert {7, 8} <= set(columns)
    Z, _ = two_classes.standard_problem(model, data, 200)
    assert Z.shape == (200, 100)
    fig = boundary.separable.render(model, data)
    norms = [line.get_ydata() for line in fig.axes[0].lines]
    assert norms[-1][-1] > 2 * norms[-1][4]  # separated: without a penalty the weights grow on


def test_odds_ratios_are_in_the_units_of_the_table():
    """Catches odds of standard units under the heading "of a unit", and an intercept at the mean of all rows."""
    rng = np.random.default_rng(9)
    X = np.column_stack([rng.normal(170, 9, 300), rng.normal(0, 0.01, 300)])
    y = np.where(rng.random(300) < 1 / (1 + np.exp(-(X[:, 0] - 170) / 5)), "tall", "short")
    scale = Scale.of(X)
    data = Dataset("people", "", scale.apply(X), y, ("height", "luck"), "kind", scale=scale)
    model = LogisticRegression(C=2.0).fit(data.X, data.y)
    (table,) = coefficients(model, data)
    rows = {name: values for name, *values in table.rows}
    assert rows["height"][0] == pytest.approx(float(model.coef_[0, 0] / scale.std[0]))
    assert rows["height"][1] == pytest.approx(np.exp(model.coef_[0, 0] / scale.std[0]))
    assert rows["height"][2] == pytest.approx(X[:, 0].std())
    assert rows["height"][3] == pytest.approx(np.exp(model.coef_[0, 0]))
    scores = rows["intercept"][0] + X @ [rows["height"][0], rows["luck"][0]]
    assert_allclose(scores, model.decision_function(data.X), atol=1e-9)
