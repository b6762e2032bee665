"""The declaration of PCA: data, metrics, twins, the number of axes, figures, frames, new columns of a table."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import groundup
from groundup import KernelPCA, TruncatedSVD
from groundup.cli.main import main
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import projection
from groundup.plotting.animate import draw_state
from groundup.plotting.figure import NotApplicable
from groundup.projects.pca import animation, choice, measures
from groundup.projects.pca.figures import axes, digits, drawing, numbers, spaces
from groundup.projects.pca.models.pca import PCA
from groundup.projects.pca.project import PROJECT, twin
from groundup.workbench.report import report
from groundup.workbench.run.predict import predict
from groundup.workbench.run.request import Asked, build_model, open_data


def fitted(model_name, data_name, **more):
    """A model of the project on one of its data sets, and the reference with the twin's parameters."""
    from groundup.workbench.run.compare import fit_reference

    declared, data = PROJECT.model(model_name), PROJECT.data[data_name](0)
    model = declared.estimator(**{**declared.parameters(data), **more}).fit(data.X)
    return model, fit_reference(declared, model, data)[0], data


# --- metrics ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model_name", [model.name for model in PROJECT.models])
@pytest.mark.parametrize("data_name", ["correlated", "iris"])
def test_metrics_read_both_sides(model_name, data_name):
    """Catches a twin that solves another problem, and a metric that reads what only our models have."""
    seed = {"random_state": 0} if model_name in ("TruncatedSVD", "KernelPCA") else {}
    model, reference, data = fitted(model_name, data_name, **seed)
    for metric in PROJECT.metrics_of(PROJECT.model(model_name)):
        ours, theirs = (metric.compute(side, data) for side in (model, reference))
        assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-9, nan_ok=True), metric.name
        assert np.isfinite(ours) or metric.compute is measures.log_density


def test_metrics_of_sparse_rows_are_those_of_dense_ones():
    """Catches lengths that do not split because something was centred, and entries counted twice."""
    data = PROJECT.data["messages"](0)
    declared = PROJECT.model("TruncatedSVD")
    model = declared.estimator(**declared.parameters(data), random_state=0).fit(data.X)
    dense = replace(data, X=data.X @ np.eye(data.X.shape[1]))
    for metric in PROJECT.metrics_of(declared):
        assert metric.compute(model, data) == pytest.approx(metric.compute(model, dense), rel=1e-10)
        if metric.baseline:
            assert metric.baseline(data, data) == pytest.approx(metric.baseline(dense, dense), rel=1e-12)


def test_the_error_is_what_the_axes_leave():
    """Catches a mean in place of a sum over columns, and n - 1 for n."""
    data = bundled.iris(0)
    model = PCA(2).fit(data.X)
    left = np.linalg.svd(data.X - data.X.mean(axis=0), compute_uv=False)[2:]
    assert measures.reconstruction_error(model, data) == pytest.approx((left**2).sum() / 150, rel=1e-10)
    assert measures.distance_to_the_mean(data, data) == pytest.approx(data.X.var(axis=0).sum(), rel=1e-12)
    share = 1 - measures.reconstruction_error(model, data) / measures.distance_to_the_mean(data, data)
    assert measures.explained(model, data) == pytest.approx(share, rel=1e-12)


def test_kernel_metrics_are_those_of_linear_pca_for_the_linear_kernel():
    """Catches a total in the space of the kernel that is not centred."""
    data = bundled.iris(0)
    kernel, plain = KernelPCA(2, kernel="linear").fit(data.X), PCA(2).fit(data.X)
    left = measures.left_in_kernel_space(kernel, data)
    assert left == pytest.approx(measures.reconstruction_error(plain, data), rel=1e-9)
    assert measures.explained_in_kernel_space(kernel, data) == pytest.approx(measures.explained(plain, data), rel=1e-9)


def test_a_density_that_is_infinite_has_no_value():
    """Catches an infinity in the table of metrics, where the axes leave no noise."""
    X = np.outer(np.arange(6.0), [1.0, 2.0, 3.0])
    data = Dataset("line", "", X, None, ("a", "b", "c"))
    value = measures.log_density(PCA(2).fit(X), data)
    assert np.isnan(value) or np.isfinite(value)
    assert np.isnan(measures.log_density(groundup.IncrementalPCA(1).fit(X), data))


@pytest.mark.parametrize("solver", ["power", "oja", "em"])
def test_the_reference_solves_the_same_where_it_lacks_the_solver(solver):
    """Catches a comparison that fails because scikit-learn has no such solver."""
    data = projection.correlated(0)
    model = PCA(1, svd_solver=solver, random_state=0).fit(data.X)
    parameters = twin(model, data)
    assert parameters["svd_solver"] == "full"
    assert "max_iter" not in parameters


# --- data, and the number of axes ------------------------------------------------------------------------------------


def test_leaves_vary_along_the_axis_that_they_were_made_from():
    """Catches an angle or a spread of the default data that is not what the chapter draws."""
    data = projection.correlated(0)
    model = PCA(svd_solver="full").fit(data.X)
    assert abs(model.components_[0] @ data.truth["axes"][0]) > np.cos(np.radians(3))
    assert np.sqrt(model.explained_variance_) == pytest.approx(data.truth["spread"], rel=0.15)


def test_the_kernel_of_the_project_parts_the_circles():
    """Catches a width of the kernel with which the first axis mixes the circles, as a straight line does."""
    data = projection.circles(0)
    declared = PROJECT.model("KernelPCA")
    scores = declared.estimator(**declared.parameters(data)).fit(data.X).transform(data.X)[:, 0]
    inner, outer = scores[data.y == "inner"], scores[data.y == "outer"]
    assert inner.min() > outer.max() or outer.min() > inner.max()
    straight = PCA(1).fit(data.X).transform(data.X)[:, 0]
    assert straight[data.y == "inner"].min() > straight[data.y == "outer"].min()
    assert straight[data.y == "inner"].max() < straight[data.y == "outer"].max()


def test_parallel_analysis_counts_the_factors():
    """Catches axes of noise that are kept, factors that are not, and shuffles that move whole rows."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(300, 8))
    assert choice.parallel_analysis(noise).number == 0
    assert choice.number_of_axes(noise) == 1
    factors = rng.normal(size=(300, 2)) @ rng.normal(0, 2, (2, 8)) + noise
    found = choice.parallel_analysis(factors)
    assert found.number == choice.number_of_axes(factors) == 2
    assert found.variance == pytest.approx(np.linalg.eigvalsh(np.cov(factors.T))[::-1], rel=1e-9)
    total = np.var(factors, axis=0, ddof=1).sum()
    assert found.by_chance.sum() == pytest.approx(total, rel=0.1)  # shuffling keeps the variance of each column


def test_a_table_too_large_to_shuffle_keeps_ten_axes(monkeypatch):
    """Catches minutes spent on a choice."""
    monkeypatch.setattr(choice, "MOST_WORK", 10)
    X = np.random.default_rng(0).normal(size=(40, 30))
    assert choice.parallel_analysis(X) is None
    assert choice.number_of_axes(X) == 10
    assert choice.number_of_axes(X[:, :3]) == 3


def test_axes_without_variance_are_not_counted():
    """Catches variances of rounding that exceed others of rounding."""
    line = np.outer(np.arange(20.0), [1.0, 2.0, -1.0])
    assert choice.parallel_analysis(line).number == 1
    assert choice.number_of_axes(np.full((20, 3), 7.0)) == 1


# --- figures and frames ----------------------------------------------------------------------------------------------


def test_what_a_line_gains_along_it_loses_across():
    """Catches bars that do not add up, and a best angle that is not the first axis's."""
    data = projection.correlated(0)
    turning = drawing.turning_of(data)
    angle = np.linspace(0, 180, 721)
    along = turning.along(angle)
    centred = data.X - data.X.mean(axis=0)
    assert along[100] == pytest.approx(np.var(centred @ drawing.direction(angle[100]), ddof=1), rel=1e-12)
    assert along + turning.across(angle) == pytest.approx(np.full(721, np.trace(np.cov(data.X.T))), rel=1e-12)
    assert abs(angle[along.argmax()] - turning.best) <= 0.25
    model = PCA(1).fit(data.X)
    assert drawing.direction(turning.best) == pytest.approx(model.components_[0], abs=1e-9)


def test_of_more_columns_distances_count_the_other_directions():
    """Catches a total that is that of the plane alone."""
    data = bundled.iris(0)
    turning = drawing.turning_of(data)
    assert turning.total == pytest.approx(np.trace(np.cov(data.X.T)), rel=1e-12)
    left = measures.reconstruction_error(PCA(1).fit(data.X), data) * 150 / 149
    assert turning.across(turning.best) == pytest.approx(left, rel=1e-9)


def test_each_frame_asks_before_it_shows():
    """Catches an answer on the frame of its question, and an end at another model."""
    data = projection.correlated(0)
    model = PCA(1).fit(data.X)
    start, *turned, reported = frames = list(animation.places(model, data))
    assert start.shown == ()
    assert start.words.endswith("?")
    assert len(turned) == 180 // animation.STEP
    for before, after in pairwise(turned):
        assert after.angle == before.following
        assert after.shown == (*before.shown, after.angle)
        sum_ = before.words.rpartition(" = ")[2].replace("−", "-").removesuffix(".").split(" + ")
        factors = [[float(number) for number in re.findall(r"-?[\d.]+", term)] for term in sum_]
        assert sum(a * b for a, b in factors) == pytest.approx(after.target.y, abs=0.01 * after.turning.total)
    assert turned[-1].words.endswith("?")
    assert reported.target is None
    assert frames[-1].angle == drawing.turning_of(data).best
    assert "the reported model" in frames[-1].words
    with pytest.raises(NotApplicable, match="kernel's space"):
        list(animation.places(KernelPCA(1).fit(data.X), data))
    with pytest.raises(NotApplicable, match="through zero"):
        list(animation.places(TruncatedSVD(1).fit(data.X), data))


def test_products_turn_the_line_to_the_first_axis():
    """Catches an iteration with the inverse, a tip that jumps to the other side, and angles that are not halved."""
    data = projection.correlated(0)
    model = PCA(1).fit(data.X)
    frames = list(animation.by_the_power_iteration(model, data))
    S = frames[0].turning.covariance
    tips = np.array([[frame.target.x, frame.target.y] for frame in frames]) - frames[0].turning.center
    for before, after in pairwise(tips):
        product = S @ before
        np.testing.assert_allclose(after / np.linalg.norm(after), product / np.linalg.norm(product), atol=1e-12)
    assert abs(frames[-1].angle - frames[-1].turning.best) < 0.1
    assert "the reported model" not in frames[-1].words


def test_standard_units_of_two_columns_turn_the_axis_to_the_diagonal():
    """Catches bars of the columns in their own units."""
    data = projection.correlated(0)
    *_, last = animation.in_standard_units(PCA(1).fit(data.X), data)
    assert last.turning.best == pytest.approx(45)
    assert last.turning.total == pytest.approx(2 * len(data.X) / (len(data.X) - 1))
    assert last.unit == "standard units"
    with pytest.raises(NotApplicable, match="in standard units"):
        list(animation.in_standard_units(PCA(1).fit(data.X), replace(data, scale=object())))


def test_the_first_frame_explains_both_bars():
    """Catches a legend that is made of bars which are not there: a swatch without its hatches."""
    data = projection.correlated(0)
    first = next(animation.places(PCA(1).fit(data.X), data))
    assert first.shown == ()
    panels = draw_state(PROJECT.animation, first, data)[0].axes
    keys = panels[1].get_legend().get_patches()
    assert [bool(key.get_hatch()) for key in keys] == [False, True]
    assert panels[1].get_ylabel() == "variance (cm²)"


def test_figures_of_a_kernel_are_not_those_of_the_linear_model():
    """Catches a report on a kernel that leads with lines in the space of the columns."""
    data = projection.circles(0)
    model = KernelPCA(2, kernel="rbf").fit(data.X)
    for figure in (axes.turning_axis, axes.whitening, numbers.scree):
        with pytest.raises(NotApplicable, match="kernel's space"):
            figure.render(model, data)
    axes.biplot.render(model, data)


def test_figures_of_counts_say_why_there_are_none():
    """Catches a failure on sparse rows in place of a reason."""
    data = PROJECT.data["messages"](0)
    declared = PROJECT.model("TruncatedSVD")
    model = declared.estimator(**declared.parameters(data), random_state=0).fit(data.X)
    for figure in PROJECT.figures:
        if figure.name in ("turning_axis", "scree", "whitening"):
            with pytest.raises(NotApplicable, match="the rows count words"):
                figure.render(model, data)
    drawn = axes.biplot.render(model, data).axes[0]
    named = {text.get_text() for text in drawn.texts}
    assert {"goal", "rain"} <= named  # of the second and the third direction
    assert "the" not in named  # of the first


def test_gaps_are_drawn_where_the_model_expects_them():
    """Catches figures that fail on NaN, and gaps drawn at the mean of their column."""
    made = projection.correlated(0)
    X = made.X.copy()
    X[::7, 1] = np.nan
    data = replace(made, X=X)
    model = PCA(1, svd_solver="em").fit(X)
    for figure in (axes.turning_axis, axes.biplot, axes.whitening, numbers.scree):
        figure.render(model, data)
    frames = list(animation.places(model, data))
    assert np.isfinite(frames[0].points).all()
    shown = drawing.complete(model, data).X
    np.testing.assert_array_equal(shown[~np.isnan(X)], X[~np.isnan(X)])
    error = np.abs(shown[::7, 1] - made.X[::7, 1])  # at best 0.55 of the column's spread, by its correlation of 0.83
    assert error.mean() < 0.6 * np.abs(np.nanmean(X[:, 1]) - made.X[::7, 1]).mean()


def test_the_bound_holds_and_is_sharp_after_many_steps():
    """Catches a bound below the mean error, a wrong exponent, and one that does not tend to the singular value."""
    rng = np.random.default_rng(0)
    A = rng.normal(size=(60, 40)) * 0.9 ** np.arange(40)
    singular = np.linalg.svd(A, compute_uv=False)
    steps = np.arange(4)
    limits = numbers.bound(singular, 5, 5, steps)
    errors = [np.mean([numbers.left_out(A, rng.normal(size=(40, 10)), int(q)) for _ in range(10)]) for q in steps]
    assert (errors <= limits).all()
    assert (np.array(errors) >= singular[10] * (1 - 1e-12)).all()
    assert numbers.bound(singular, 5, 5, np.array([200]))[0] == pytest.approx(singular[5], rel=0.01)
    first = np.sqrt((1 + 5 / 4) * np.square(singular[5:]).sum())
    assert limits[0] == pytest.approx(first, rel=1e-12)


def test_the_columns_of_whitening_are_the_most_correlated():
    """Catches a column paired with itself, and a negative correlation that does not count."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    X = np.column_stack([rng.normal(size=200), x, np.full(200, 3.0), 0.1 * rng.normal(size=200) - x])
    assert axes.related_columns(X) == (1, 3)
    assert axes.related_columns(np.full((5, 3), 1.0)) == (0, 1)
    with pytest.raises(NotApplicable, match="two columns"):
        axes.related_columns(x[:, None])


def test_pictures_of_the_runs_own_data_are_taken():
    """Catches digits in the place of the user's pictures, and a table that is drawn as pictures."""
    own = Dataset("own", "", np.random.default_rng(0).random((12, 6)), None, tuple("abcdef"), image=(2, 3))
    assert digits.pictures(own) is own
    assert digits.pictures(bundled.iris(0)).name == "digits"
    assert digits.pictures(bundled.photograph(0)).name == "digits"  # whose rows are pixels
    assert list(digits.different_rows(own)) == list(range(10))
    for figure in (digits.reconstruction, digits.eigen_digits, spaces.uncentred):
        figure.render(PCA(2).fit(own.X), own)
    leaves = projection.correlated(0)
    for figure in (numbers.randomized_error, spaces.uncentred):  # of two columns there would be nothing to see
        assert figure.render(PCA(1).fit(leaves.X), leaves).axes
    shown = bundled.digits(0)
    assert sorted(shown.y[digits.different_rows(shown)]) == list(range(10))


def test_an_angle_does_not_depend_on_the_sign():
    """Catches 178 degrees between two axes that are nearly the same."""
    v = np.array([0.6, 0.8])
    assert spaces.angle(v, -v) == pytest.approx(0, abs=1e-6)
    assert spaces.angle(v, np.array([-0.8, 0.6])) == pytest.approx(90)


# --- new columns of a table ------------------------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path):
    """A table with a column of names, missing entries and units that differ."""
    rng = np.random.default_rng(3)
    size = rng.normal(size=80)
    frame = pd.DataFrame({
        "length": 20 + 4 * size + rng.normal(size=80),
        "width": 9 + 2 * size + rng.normal(0, 0.5, 80),
        "mass": 700 + 150 * size + rng.normal(0, 30, 80),
        "site": np.where(np.arange(80) % 2, "north", "south"),
    })  # fmt: skip
    frame.to_csv(tmp_path / "shells.csv", index=False)
    return tmp_path / "shells.csv"


def test_predict_writes_the_new_columns(table, tmp_path, monkeypatch, capsys):
    """Catches a transformer that cannot be used on new rows, scores of other units, and columns without names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "_drawn", lambda result, tell: [])
    monkeypatch.setattr(report, "_recordings", lambda result: "not drawn here")
    assert main(["run", "pca", "--data", str(table), "--drop", "site", "--standardize", "--set", "n_components=2",
                 "--quiet"]) == 0  # fmt: skip
    file = tmp_path / "runs" / "pca" / "shells" / "model.npz"
    capsys.readouterr()
    assert main(["predict", str(file), str(table), "--out", "scores.csv"]) == 0
    assert "80 transformed rows: scores.csv" in capsys.readouterr().out
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert list(scores.columns) == ["pca0", "pca1"]
    X = pd.read_csv(table)[["length", "width", "mass"]].to_numpy()
    expected = PCA(2).fit_transform((X - X.mean(axis=0)) / X.std(axis=0))
    np.testing.assert_allclose(scores.to_numpy(), expected, atol=1e-9)
    known = json.loads((file.parent / "metrics.json").read_text("utf-8"))
    assert known["metrics"][0]["ours"] == pytest.approx(known["metrics"][0]["reference"], rel=1e-9)


def test_gaps_stay_open_for_the_solver_that_takes_them(table, tmp_path, monkeypatch, capsys):
    """Catches medians in the place of gaps although the solver takes them, and no word of it where it does not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "_drawn", lambda result, tell: [])
    monkeypatch.setattr(report, "_recordings", lambda result: "not drawn here")
    frame = pd.read_csv(table).drop(columns="site")
    frame.loc[::9, "width"] = np.nan
    frame.loc[3::11, "mass"] = np.nan
    frame.to_csv("gaps.csv", index=False)
    asked = ["run", "pca", "--data", "gaps.csv", "--standardize"]
    assert main([*asked, "--set", "svd_solver=em", "n_components=1"]) == 0
    out = "".join(capsys.readouterr())
    assert "9 missing and left so" in out
    assert "medians" not in out
    file = tmp_path / "runs" / "pca" / "gaps" / "model.npz"
    known = json.loads((file.parent / "metrics.json").read_text("utf-8"))["metrics"][0]
    X = (frame - frame.mean()) / frame.std(ddof=0)
    expected = PCA(1, svd_solver="em", random_state=0).fit(X.to_numpy())
    left = X.to_numpy() - expected.inverse_transform(expected.transform(X.to_numpy()))
    assert known["ours"] == pytest.approx(np.nansum(left**2) / 80, rel=1e-6)
    assert main(["predict", str(file), "gaps.csv", "--out", "scores.csv"]) == 0
    np.testing.assert_allclose(pd.read_csv("scores.csv").to_numpy(), expected.transform(X.to_numpy()), atol=1e-6)
    capsys.readouterr()
    frame.drop(columns="mass").to_csv("gaps.csv", index=False)
    with pytest.warns(UserWarning, match="gaps in width were filled with medians; --set svd_solver=em keeps"):
        open_data(Asked(PROJECT, data="gaps.csv").settle())


def test_a_model_that_predicts_still_predicts(tmp_path):
    """Catches distances to the centres where clusters are asked for: k-means transforms, too."""
    X = pd.DataFrame({"a": [0.0, 0.1, 9.0, 9.1]})
    model = groundup.KMeans(2, random_state=0).fit(X.to_numpy())
    groundup.save(model, tmp_path / "m.npz", features=["a"])
    X.to_csv(tmp_path / "t.csv", index=False)
    found = predict(tmp_path / "m.npz", tmp_path / "t.csv")
    assert (list(found.frame.columns), found.thing) == (["cluster"], "prediction")


def test_groups_are_drawn_and_not_learned_from(table):
    """Catches a target that changes the fit, and one colour for each of eighty different numbers."""
    asked = Asked(PROJECT, data=str(table), target="site").settle()
    with pytest.warns(UserWarning, match="they decide|it decides"):
        data = open_data(asked)
    code, names = drawing.groups_of(data)
    assert names == ["north", "south"]
    assert list(code[:4]) == [1, 0, 1, 0]
    assert "shown in figures only" in data.describe(asked.model.estimator.kind).note
    model = build_model(asked, data).fit(data.X)
    assert model.n_features_in_ == 3
    numbered = Dataset("t", "", data.X, np.arange(80.0), data.feature_names)
    assert drawing.groups_of(numbered)[1] == ()
