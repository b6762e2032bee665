"""The declaration of Gaussian mixtures: data, metrics, twin, the choice by BIC, figures, frames."""

import json
import re
import warnings
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from groundup import GaussianMixture
from groundup.core.metrics import adjusted_rand_score
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering
from groundup.plotting import animate
from groundup.plotting.figure import NotApplicable
from groundup.plotting.plane import principal_plane
from groundup.projects.gaussian_mixture import animation, selection
from groundup.projects.gaussian_mixture.demonstration import complete, half_steps, plain_start, rows_shown
from groundup.projects.gaussian_mixture.figures import bound, components, convergence, drawing, singularity
from groundup.projects.gaussian_mixture.project import PROJECT, one_normal, parameters, twin
from groundup.workbench.run.predict import predict
from groundup.workbench.run.request import Asked
from groundup.workbench.run.run import run

STRETCHED = clustering.stretched(0)


def fitted(data=STRETCHED, **given):
    return GaussianMixture(random_state=0, **(dict(parameters(data)) | given)).fit(data.X)


def table(X, y=None):
    X = np.asarray(X, dtype=float)
    return Dataset("table", "", X, y, tuple(f"x{j}" for j in range(X.shape[1])))


@pytest.mark.parametrize("name", PROJECT.data)
@pytest.mark.parametrize("n_init", [1, 3])
def test_reference_finds_the_same_from_the_same_start(name, n_init):
    """Catches a twin that starts elsewhere: from the wrong one of several starts, or about another origin."""
    from sklearn.mixture import GaussianMixture as Reference

    data = PROJECT.data[name](0)
    model = fitted(data, n_init=n_init, init_params="random_from_data" if n_init > 1 else "kmeans")
    reference = Reference(**twin(model, data)).fit(data.X)
    assert reference.n_iter_ == model.n_iter_
    for metric in PROJECT.metrics:
        assert metric.compute(model, data) == pytest.approx(metric.compute(reference, data), rel=1e-8, nan_ok=True), (
            metric.name
        )


def test_one_normal_distribution_is_the_baseline():
    """Catches a covariance over n − 1, and rows scored under their own mean instead of that of the learned rows."""
    learned, rows = table(STRETCHED.X[::2]), table(STRETCHED.X[1::2])
    alone = GaussianMixture(1).fit(learned.X)
    assert one_normal(learned, rows) == pytest.approx(-alone.score(rows.X), rel=1e-12)
    wide = table(np.random.default_rng(0).normal(size=(12, 20)))
    assert np.isnan(one_normal(wide, wide))  # The floor decides, not the rows.


def test_the_default_data_show_what_the_chapter_says():
    """Catches stretched groups that k-means finds as well, or that the mixture does not."""
    from groundup import KMeans

    model = fitted()
    assert adjusted_rand_score(STRETCHED.y, model.predict(STRETCHED.X)) > 0.85
    clusters = KMeans(3, n_init=10, random_state=0).fit(STRETCHED.X).labels_
    assert adjusted_rand_score(STRETCHED.y, clusters) < 0.4
    order = np.argsort(-model.weights_)
    np.testing.assert_allclose(model.weights_[order], STRETCHED.truth["weights"], atol=0.03)
    np.testing.assert_allclose(model.means_[order], STRETCHED.truth["means"], atol=1.5)


# --- how many, and which kind ----------------------------------------------------------------------------------------


def test_bic_chooses_where_no_groups_are_known():
    """Catches the number of known groups forgotten, and a choice by the largest criterion."""
    assert parameters(STRETCHED) == {"n_components": 3, "covariance_type": "full", **selection.STOP}
    assert parameters(table(STRETCHED.X)) == parameters(STRETCHED)
    iris = PROJECT.data["iris"](0)
    assert parameters(iris)["n_components"] == 3
    assert parameters(table(iris.X)) == {"n_components": 2, "covariance_type": "full", **selection.STOP}
    rng = np.random.default_rng(0)
    alone = rng.normal(size=(300, 3)) * 2
    assert parameters(table(alone)) == {"n_components": 1, "covariance_type": "spherical", **selection.STOP}


def test_old_faithful_has_the_answer_of_the_literature():
    """Catches columns mixed up, a wrong BIC, and warnings about the k-means that only starts EM.

    mclust chooses the same: three ellipsoids of equal shape (Fraley and Raftery, 2002).
    """
    data = PROJECT.data["faithful"](0)
    assert data.X.shape == (272, 2)
    assert np.allclose(data.scale.undo(data.X)[0], [3.6, 79.0])
    chosen = parameters(data)
    assert (chosen["n_components"], chosen["covariance_type"]) == (3, "tied")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fitted(data).converged_


def test_criteria_are_those_of_the_models():
    """Catches criteria of other rows, and AIC and BIC exchanged."""
    found = {(one.K, one.kind): one for one in selection.candidates(STRETCHED.X)}
    model = GaussianMixture(2, covariance_type="tied", random_state=0, **selection.STOP).fit(STRETCHED.X)
    one = found[2, "tied"]
    assert (one.bic, one.aic, one.icl) == (model.bic(STRETCHED.X), model.aic(STRETCHED.X), model.icl(STRETCHED.X))
    assert len(found) == 4 * selection.MOST


def test_collapsed_mixtures_are_not_chosen():
    """Catches the least BIC of a component on equal rows: the likelihood has no maximum there."""
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(100, 2)), np.tile([[0.5, 0.5]], (20, 1))])
    spike = GaussianMixture(
        2, weights_init=[0.8, 0.2], means_init=[[0, 0], [0.5, 0.5]], precisions_init=[np.eye(2), 1e4 * np.eye(2)]
    ).fit(X)
    assert spike.bic(X) < GaussianMixture(1).fit(X).bic(X) - 100
    assert selection.collapsed(spike).tolist() == [1]
    assert selection.collapsed(GaussianMixture(1).fit(X)).tolist() == []
    assert all(not one.collapsed for one in selection.candidates(X) if one.K == 1)
    chosen = selection.best(selection.candidates(X))
    assert not chosen.collapsed


def test_the_floor_does_not_win_the_comparison():
    """Catches one component chosen where rows without spread in a direction have the density of the floor.

    Two groups, and fewer rows than columns, or a column that others determine: one covariance matrix for all rows is
    singular, and only the floor keeps its likelihood finite.
    """
    rng = np.random.default_rng(0)
    few = np.repeat([[-3.0], [3.0]], 6, axis=0) + rng.normal(size=(12, 20))
    matrix = GaussianMixture(1).fit(few)
    assert matrix.bic(few) < GaussianMixture(2, covariance_type="diag", random_state=0).fit(few).bic(few) - 100
    assert selection.collapsed(matrix).tolist() == [0]
    assert parameters(table(few))["n_components"] == 2
    two = np.repeat([[-2.0, 0.0], [2.0, 0.0]], 60, axis=0) + rng.normal(size=(120, 2))
    flat = np.column_stack([two, two.sum(axis=1)])
    sound = [one for one in selection.candidates(flat) if not one.collapsed]
    assert {one.kind for one in sound} == {"diag", "spherical"}
    assert selection.without_spread(GaussianMixture(1).fit(flat), flat).tolist() == [0, 1, 2]
    assert selection.without_spread(GaussianMixture(1).fit(two), two).tolist() == []
    assert selection.without_spread(GaussianMixture(1).fit(flat[:, [0, 2]] * 1e-4), flat[:, [0, 2]] * 1e-4).size == 2


@pytest.mark.parametrize("X", [[[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0]] * 20, np.arange(7.0)[:, None]])
def test_few_different_rows_get_one_component(X):
    """Catches a component for each row of a small table."""
    assert parameters(table(X))["n_components"] == 1


def test_a_single_row_is_left_to_the_model_to_refuse():
    """Catches an error from deep inside the choice, where `fit` has a clear one."""
    assert parameters(table([[1.0, 2.0]])) == {"n_components": 1, **selection.STOP}


# --- the demonstration -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
def test_half_steps_lift_one_bound(kind):
    """Catches a bound that misses its entropy, an E-step that does not touch, responsibilities of another mixture."""
    model = fitted(covariance_type=kind, tol=1e-6, max_iter=1000)
    steps = list(half_steps(plain_start(model, STRETCHED.X), STRETCHED.X))
    assert [step.step for step in steps[:4]] == ["E", "M", "E", "M"]
    assert [step.iteration for step in steps[:4]] == [1, 1, 2, 2]
    values = np.array([step.bound for step in steps])
    assert (np.diff(values) > -1e-9).all()
    np.testing.assert_array_equal(steps[0].share, steps[1].share)  # the M-step leaves the colours
    np.testing.assert_array_equal(steps[1].mixture.means, steps[2].mixture.means)  # the E-step leaves the ellipses
    end = plain_start(model, STRETCHED.X)
    end.fit(STRETCHED.X)
    np.testing.assert_allclose(steps[-2].bound, end.lower_bound_, rtol=1e-10)
    np.testing.assert_allclose(steps[-1].mixture.means, end.means_, rtol=1e-10)


def test_the_bound_touches_and_stays_below():
    """Catches a bound that crosses the log-density, and one whose maximum is not where the M-step goes."""
    import matplotlib.figure

    model, X = fitted(), STRETCHED.X
    steps = list(half_steps(plain_start(model, X), X))
    axes = matplotlib.figure.Figure().subplots()
    bound.draw_touching(axes, model, X, steps[8].mixture, steps[9].mixture)
    s, level = axes.lines[0].get_data()
    low, high = axes.lines[1].get_ydata(), axes.lines[2].get_ydata()
    assert (level - low).min() > -1e-10
    assert (level - high).min() > -1e-10
    zero, one = np.abs(s).argmin(), np.abs(s - 1).argmin()
    assert level[zero] == pytest.approx(low[zero], abs=1e-12)
    assert level[one] == pytest.approx(high[one], abs=1e-12)
    assert low.argmax() == one
    assert level[one] > low[one] + 1e-4


def test_missing_entries_leave_the_demonstration():
    """Catches NaN in a picture: rows without all entries have no place in the plane."""
    X = STRETCHED.X.copy()
    X[::3, 0] = np.nan
    data = replace(STRETCHED, X=X)
    assert complete(STRETCHED) is STRETCHED
    np.testing.assert_array_equal(complete(data).X, X[np.arange(600) % 3 > 0])
    model = GaussianMixture(3, random_state=0).fit(X)
    for figure in PROJECT.figures:
        if figure is not convergence.slow:
            words = [text.get_text() for panel in figure.render(model, data).axes for text in panel.texts]
            assert "200 rows left out: an entry is missing" in words, figure.name
    assert drawing.left_out(STRETCHED) == ""
    frames = list(PROJECT.animation.frames(model, data))
    assert len(frames[-1].share) == 400
    with pytest.raises(NotApplicable, match="lacks an entry"):
        complete(replace(data, X=np.where(np.arange(600)[:, None] > 0, np.nan, X)))


def test_very_many_rows_are_thinned():
    """Catches a demonstration that takes as long as the fit."""
    assert len(rows_shown(np.zeros((500_000, 2)), 3)) == 50_000


def test_frames_ask_before_they_tell():
    """Catches ellipses and colours that change together, and a question that the next frame does not answer."""
    model = fitted()
    frames = list(PROJECT.animation.frames(model, STRETCHED))
    assert frames[0].share is None
    assert "which rows will take the colour" in frames[0].words
    assert len(frames) <= 3 * animation.MOST_ITERATIONS + 2
    for before, after in pairwise(frames[:-1]):
        if "E-step" in after.title:
            np.testing.assert_array_equal(before.mixture.means, after.mixture.means)
            assert "colour" in before.words.partition("Before the E-step")[2]
            assert "colour; " in after.words or "No row changed" in after.words or "Each row has taken" in after.words
            if before.share is not None:
                np.testing.assert_array_equal(after.changed, before.share.argmax(axis=1) != after.share.argmax(axis=1))
        else:
            assert "which ellipse" in before.words.rpartition(":")[0] + before.words.rpartition(":")[2]
            assert "moved" in after.words
            assert "shrank" in after.words
        if "later" not in after.title and "M-step" in after.title:
            np.testing.assert_array_equal(before.share, after.share)
    np.testing.assert_array_equal(frames[-1].mixture.means, model.means_)
    np.testing.assert_allclose(frames[-1].share, model.predict_proba(STRETCHED.X))
    assert "has the reported model" in frames[-2].words
    assert frames[-1].words.startswith("No: this run has ended at a mean log-density of ")
    assert f"{model.score(STRETCHED.X):.4f}".replace("-", "−") in frames[-1].words


def test_the_ringed_mean_is_predicted():
    """Catches a formula with the numbers of another component, and a mean that moves in an E-step."""
    frames = list(PROJECT.animation.frames(fitted(), STRETCHED))
    points = [PROJECT.animation.target(frame, STRETCHED) for frame in frames]
    assert points[-1] is None
    for before, here, after in zip(frames, points, points[1:-1], strict=False):
        if before.title.endswith("responsibilities of the rows"):
            x, y, size = re.search(r": \((\S+), (\S+)\) / (\S+)\.$", before.words).groups()
            means = [float(part.replace(",", "")) / float(size) for part in (x, y)]
            assert means == pytest.approx((after.x, after.y), rel=2e-3)
        elif "later" not in before.words:
            assert (after.x, after.y) == (here.x, here.y)


def test_a_component_that_begins_at_one_row_stays_there():
    """Catches a floor that holds the component, and other components that are not round."""
    kept, narrow = (list(frames(fitted(), STRETCHED)) for frames in PROJECT.animation.perturbed.values())
    assert kept[-1].kind == "spherical"
    assert kept[-1].mixture.covariances.shape == (3,)
    first, last = narrow[0].mixture, narrow[-1].mixture
    np.testing.assert_allclose(last.means[0], first.means[0], rtol=1e-6)
    assert last.weights[0] == pytest.approx(1 / 600, rel=1e-3)
    assert "Component 0 has shrunk to a row" in narrow[-1].words
    assert "has shrunk" not in kept[-1].words
    model = fitted(covariance_type="tied")
    with pytest.raises(NotApplicable, match="all components share"):
        list(PROJECT.animation.perturbed["a component begins narrow, at one row"](model, STRETCHED))


def test_iterations_that_are_not_shown_are_told():
    """Catches an E-step whose ellipses nobody has seen, and two counts of the same iterations."""
    model = fitted()
    run = {(step.step, step.iteration): step for step in half_steps(plain_start(model, STRETCHED.X), STRETCHED.X)}
    seen, later = 1, 0
    for frame in list(PROJECT.animation.frames(model, STRETCHED))[1:-1]:
        number = int(frame.title.replace(",", "").rpartition("iteration ")[2].split()[0])
        step = run["E" if "E-step" in frame.title else "M", number]
        np.testing.assert_array_equal(frame.mixture.means, step.mixture.means)
        assert frame.curve[-1] == (number + (0.5 if step.step == "M" else 0), step.bound)
        if "later" in frame.title:
            assert frame.title.startswith(f"{number - seen} iterations later")
            later += 1
        else:
            assert number - seen <= 1
        seen = number
    assert later == 2
    fig = bound.bound.render(model, STRETCHED)
    assert fig.axes[1].lines[0].get_xdata()[:3].tolist() == [1, 1.5, 2]
    t = int(fig.axes[0].get_title(loc="left").removeprefix("iteration "))
    assert fig.axes[0].lines[3].get_ydata()[0] == pytest.approx(run["E", t].bound, abs=1e-9)


def test_one_component_has_nothing_to_watch():
    """Catches frames in which nothing happens, with questions about which component moves farthest."""
    with pytest.raises(NotApplicable, match="One component has every row to itself"):
        list(PROJECT.animation.frames(fitted(n_components=1), STRETCHED))


def test_a_shrinking_ellipse_is_named_by_its_area_in_the_picture():
    """Catches lengths taken for areas, the largest part in place of the least, and a volume in all dimensions."""
    old = drawing.fitted_mixture(fitted())
    new = replace(old, covariances=old.covariances * np.array([0.81, 1.2, 0.49])[:, None, None])
    plane = principal_plane(STRETCHED)
    assert animation.shrinking("full", old, new, plane) == "2 shrank most, to 49 % of its area"
    assert animation.shrinking("full", new, old, plane) == "1 shrank most, to 83 % of its area"
    assert animation.shrinking("full", old, old, plane) == "no ellipse shrank"


def test_the_longest_move_is_in_standard_deviations():
    """Catches a component said to move farthest because its columns have small units."""
    mixture = drawing.fitted_mixture(
        GaussianMixture(1, reg_covar=0).fit([[0.0, 0.0], [2.0, 0.2], [0.0, 0.2], [2.0, 0]])
    )
    assert animation.distance("full", mixture, 0, np.array([0.0, 0.2])) == pytest.approx(2)
    assert animation.distance("full", mixture, 0, np.array([1.0, 0.0])) == pytest.approx(1)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_a_projected_mixture_is_the_density_of_projected_rows():
    """Catches covariances projected from the wrong side, and weights forgotten."""
    from scipy.stats import multivariate_normal

    wine = PROJECT.data["wine"](0)
    model, plane = fitted(wine), principal_plane(wine)
    seen = drawing.projected(model.covariance_type, drawing.fitted_mixture(model), plane)
    points = plane(wine.X[:5])
    density = sum(
        w * multivariate_normal(m, C).pdf(points)
        for w, m, C in zip(seen.weights, seen.means, seen.covariances, strict=True)
    )
    np.testing.assert_allclose(seen.log_density(points), np.log(density), rtol=1e-9)
    full = np.diag(model.covariances_[0])
    np.testing.assert_allclose(seen.covariances[0], plane.axes.T @ full @ plane.axes, rtol=1e-9)
    samples, component = seen.sample(50_000)
    first = samples[component == 0]
    np.testing.assert_allclose(np.cov(first.T), seen.covariances[0], rtol=0.05, atol=0.01)


def test_ellipses_are_told_apart_and_numbered():
    """Catches dashes over a solid line, which look solid, and components without the numbers of text and tables."""
    model = fitted()
    axes = components.ellipses.render(model, STRETCHED).axes[0]
    curves = [line for line in axes.lines if len(line.get_xdata()) > 1]
    outer = [line for line in curves if line.get_linestyle() == "--"]
    assert len(outer) == 3
    for line in outer:
        under = [other for other in curves if np.array_equal(other.get_xydata(), line.get_xydata()) and other != line]
        assert [other.get_color() for other in under] == ["white"]
    for figure, panels in (
        (components.ellipses, [0]),
        (components.density, [0, 1]),
        (components.kmeans_against_em, [1]),
    ):
        drawn = figure.render(model, STRETCHED).axes
        for panel in panels:
            at = {text.get_text(): text.xy for text in drawn[panel].texts if text.get_text()}
            for k, mean in enumerate(model.means_):
                np.testing.assert_allclose(at[str(k)], mean, err_msg=figure.name)


def test_kmeans_and_the_mixture_are_compared_in_equal_units():
    """Catches stretched groups that look round, and rows outside the frame."""
    for name in PROJECT.data:
        data = PROJECT.data[name](0)
        plane = principal_plane(data)
        for panel in components.kmeans_against_em.render(fitted(data), data).axes:
            assert panel.get_aspect() == 1
            assert (plane(data.X).min(axis=0) >= [panel.get_xlim()[0], panel.get_ylim()[0]]).all()
            assert (plane(data.X).max(axis=0) <= [panel.get_xlim()[1], panel.get_ylim()[1]]).all()


def test_contours_hold_their_part_of_the_probability():
    """Catches quantiles from the wrong end: a line said to hold half of the rows that holds none of them."""
    model = fitted()
    seen = drawing.projected("full", drawing.fitted_mixture(model), principal_plane(STRETCHED))
    levels = drawing.contour_levels(seen)
    held = [(model.score_samples(STRETCHED.X) > level).mean() for level in levels]
    np.testing.assert_allclose(held, drawing.ENCLOSED, atol=0.05)


def test_labels_are_matched():
    """Catches clusters in colours of components with which they share nothing."""
    component = np.array([0, 0, 0, 1, 1, 2])
    assert components.matched(np.array([2, 2, 2, 0, 0, 1]), component, 3).tolist() == component.tolist()


def test_the_rate_is_the_fraction_of_missing_information():
    """Catches information with the wrong sign or of the wrong parameters, and a rate read before it has settled."""
    for distance in (2.5, 4.0, 6.0):
        rate = convergence.measured_rate(convergence.errors(distance))
        assert rate == pytest.approx(convergence.missing_information(distance), abs=2e-3), distance
    assert convergence.missing_information(2.0) > 0.99
    assert convergence.missing_information(6.0) < 0.25


def test_acceleration_reaches_the_same_height_sooner():
    """Catches curves that both belong to the plain method."""
    rng = np.random.default_rng(0)
    X = np.r_[rng.normal(-1.25, 1, 500), rng.normal(1.25, 1, 500)][:, None]
    start = GaussianMixture(2, means_init=[[-2.0], [0.0]], random_state=0)
    plain, quick = (convergence.race(start, X, None, accelerated=accelerated) for accelerated in (False, True))
    assert 2 * len(quick) < len(plain)
    assert plain[-1] == pytest.approx(quick[-1], abs=1e-6)
    for values in (plain, quick):
        assert (np.diff(values) >= 0).all()


def test_a_narrow_component_raises_the_likelihood_without_limit():
    """Catches a spike whose weight is forgotten: halving its width gains log 2 over the number of rows."""
    x = singularity.varying_column(STRETCHED.X)
    values = singularity.with_spike(x, x[0], np.array([1e-6, 5e-7, 1e-9]))
    assert values[1] - values[0] == pytest.approx(np.log(2) / len(x), rel=1e-3)
    row = int(np.abs(x).argmax())
    gap = np.abs(np.delete(x, row) - x[row]).min()
    deviation, failed = singularity.spike_in_em(x, row, gap, 0.0)
    assert failed
    assert deviation[-1] < 1e-6
    deviation, failed = singularity.spike_in_em(x, row, gap, 1e-6)
    assert not failed
    assert deviation[-1] == pytest.approx(1e-3, rel=1e-6)


def test_one_column_has_a_density_and_no_ellipses():
    """Catches an error from deep inside a drawing function, and a curve that is not a density."""
    rng = np.random.default_rng(0)
    data = table(np.r_[rng.normal(0, 1, 60), rng.normal(6, 1, 40)][:, None])
    for kind in ("full", "tied", "diag", "spherical"):
        model = fitted(data, n_components=2, covariance_type=kind)
        x, y = components.density.render(model, data).axes[0].lines[0].get_data()
        assert np.trapezoid(y, x) == pytest.approx(1, abs=0.02)
    with pytest.raises(NotApplicable, match="two columns"):
        components.ellipses.render(model, data)
    with pytest.raises(NotApplicable, match="two columns"):
        list(PROJECT.animation.frames(model, data))


@pytest.mark.parametrize(("n", "d", "used"), [(1500, 2, 1000), (1500, 200, 500), (300, 5000, 50)])
def test_the_choice_bounds_its_work(monkeypatch, n, d, used):
    """Catches a million rows, or entries, fitted forty times for one choice."""
    seen = []
    monkeypatch.setattr(GaussianMixture, "fit", lambda model, X: seen.append(len(X)) or None)
    with pytest.raises(AttributeError):  # what the stand-in returns is no model
        selection.candidates(np.random.default_rng(0).normal(size=(n, d)))
    assert set(seen) == {used}


# --- a user's table --------------------------------------------------------------------------------------------------


def test_a_table_with_missing_entries_from_run_to_prediction(monkeypatch, tmp_path):
    """Catches entries that are filled in on the command line, though the model needs none of it.

    Catches categories, and a column that another one determines, in a density too: either costs the choice of K.
    """
    monkeypatch.setattr(animate, "MOST_FRAMES", 2)
    rng = np.random.default_rng(3)
    rows = np.vstack([rng.normal([0, 0], 1, (60, 2)), rng.normal([9, 20], [1, 3], (60, 2))]).round(2)
    lines = [f"{a},{b}" for a, b in rows]
    lines[5], lines[100] = f",{rows[5, 1]}", f"{rows[100, 0]},"
    lines = [f"{line},{'rgb'[i % 3]},{-2 * rows[i, 0]:.2f}" for i, line in enumerate(lines)]
    (tmp_path / "t.csv").write_text("a,b,colour,opposite\n" + "\n".join(lines) + "\n")
    asked = Asked(PROJECT, data=str(tmp_path / "t.csv"))
    with pytest.warns(UserWarning, match="Bayesian information criterion"):
        result = run(asked, tmp_path / "runs")
    assert np.isnan(result.data.X).sum() == 2
    assert result.model.n_components == 2
    known = json.loads((result.folder / "metrics.json").read_text("utf-8"))
    assert known["metrics"][0]["validation"]["ours"] < known["metrics"][0]["validation"]["baseline"]
    assert known["reference"].endswith("(failed: Input X contains NaN.)")
    page = (result.folder / "index.html").read_text("utf-8")
    assert "1 missing and left so" in page
    assert "left out: colour (categories; a Gaussian mixture describes measurements)" in page
    assert "left out: opposite (a determines it in every row" in page
    assert result.data.feature_names == ("a", "b")
    assert page.count("Not drawn") == 0
    (tmp_path / "new.csv").write_text("a,b\n9,\n,0\n")
    frame = predict(result.folder / "model.npz", tmp_path / "new.csv").frame
    assert frame["component"].tolist() == result.model.predict(result.data.X[[110, 10]]).tolist()
    (tmp_path / "more.csv").write_text("colour,a,b\nr,9,\nviolet,,0\n")
    assert predict(result.folder / "model.npz", tmp_path / "more.csv").frame.equals(frame)
