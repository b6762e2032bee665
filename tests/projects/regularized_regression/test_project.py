"""The declaration of regularised regression: data, metrics, twin, findings, figures, frames, workloads."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from groundup.data.dataset import Dataset
from groundup.data.tables.load import load_table
from groundup.plotting.figure import NotApplicable
from groundup.plotting.style import canvas
from groundup.projects.regularized_regression.figures import bakes, penalties, rounding, simulation
from groundup.projects.regularized_regression.figures.standardised import (
    corner_pair,
    entrance,
    half_error,
    returning_pair,
    standardize,
)
from groundup.projects.regularized_regression.findings import alpha_max, coefficients
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet, Lasso
from groundup.projects.regularized_regression.project import PROJECT

MODEL = PROJECT.models[0]
OF_DATA = [figure for figure in PROJECT.figures if figure not in (bakes.staircase, rounding.lost_digits)]


@pytest.fixture
def fewer_simulations(monkeypatch):
    """Figures that average over simulated data sets average over fewer of them."""
    monkeypatch.setattr(simulation, "DATA_SETS", 12)


def users_table(folder):
    """A table with units, a category, holes, a column twice and one that is constant."""
    rng = np.random.default_rng(0)
    area, year = rng.normal(90, 30, 80).round(), rng.integers(1900, 2020, 80)
    price = 2000 * area + 100 * (year - 1900) + rng.normal(0, 9000, 80)
    rows = [
        f"{area[i]},{year[i]},{'' if i == 3 else year[i]},{'north' if i % 3 else 'south'},7,{price[i]:.0f}"
        for i in range(80)
    ]
    file = folder / "houses.csv"
    file.write_text("\n".join(["area,year,built,side,planet,price", *rows]))
    return load_table(file, "price", "regressor")


@pytest.fixture(params=["sparse", "diabetes", "houses"])
def data(request, tmp_path):
    return users_table(tmp_path) if request.param == "houses" else PROJECT.data[request.param](0)


def fitted(data):
    return ElasticNet(**MODEL.parameters(data)).fit(data.X, data.y)


def test_reference_solves_the_same_problem(data):
    """Catches a twin, or parameters, with which the reference minimises something else."""
    from sklearn.linear_model import ElasticNet as Reference

    model = fitted(data)
    reference = Reference(**MODEL.twin(model, data)).fit(data.X, data.y)
    for metric in PROJECT.metrics[:3]:
        assert metric.compute(model, data) == pytest.approx(metric.compute(reference, data), rel=1e-4), metric.name
    ours, theirs = (PROJECT.metrics[0].compute(found, data) for found in (model, reference))
    assert ours <= theirs * (1 + 1e-9)


def test_objective_is_the_one_that_was_minimised():
    """Catches a metric without the half, the mean, or one of the penalties; and one that forgets a target."""
    data = PROJECT.data["sparse"](0)
    model = fitted(data)
    state = list(model.steps(data.X, data.y))[-1]
    assert PROJECT.metrics[0].compute(model, data) == pytest.approx(state.objective, rel=1e-10)
    two = replace(data, y=np.column_stack([data.y, data.y]))
    assert PROJECT.metrics[0].compute(fitted(two), two) == pytest.approx(2 * state.objective, rel=1e-10)


def test_alpha_max_is_where_the_last_feature_leaves(data):
    """Catches a factor n, an l1_ratio forgotten, or data that were not centred."""
    strongest = alpha_max(ElasticNet(l1_ratio=0.5), data)
    assert not Lasso(strongest / 2 * 1.0001).fit(data.X, data.y).coef_.any()
    assert ElasticNet(strongest * 0.999, tol=1e-10).fit(data.X, data.y).coef_.any()


def test_findings_name_the_features_that_count_and_the_zeros(data):
    """Catches weights under the wrong names, the order of the columns taken for that of the effects, lost zeros."""
    model = fitted(data)
    (found,) = coefficients(model, data)
    weights = {row[0]: row[1] for row in found.rows}
    names = list(data.feature_names)
    assert all(model.coef_[names.index(name)] == weight for name, weight in weights.items())
    assert np.count_nonzero(model.coef_) == len(weights) > 0
    assert list(np.diff([row[2] for row in found.rows]) <= 0) == [True] * (len(weights) - 1)
    zeros = found.note.partition("Intercept")[0]
    for name in set(names) - set(weights):
        assert name in zeros
    assert ("by their units" in found.note) == (data.X.std(axis=0).max() > 5)


def test_findings_are_ordered_by_effect_in_whatever_units():
    """Catches a feature in millimetres at the end of the table, and one in kilometres at its beginning."""
    data = PROJECT.data["sparse"](0)
    scaled = replace(data, X=data.X * np.geomspace(1, 1e-3, 30))
    (found,) = coefficients(Lasso(1e-6).fit(scaled.X, scaled.y), scaled)
    effects = [row[2] for row in found.rows]
    assert effects == sorted(effects, reverse=True)
    assert [row[0] for row in found.rows[:2]] == ["element 3", "element 4"]


def test_findings_of_two_targets_and_of_none():
    """Catches an error in a report of several targets, or of a penalty that leaves nothing."""
    data = PROJECT.data["sparse"](0)
    two = replace(data, y=np.column_stack([data.y, -data.y]))
    (found,) = coefficients(fitted(two), two)
    assert all(row[1] == pytest.approx(-row[2], rel=1e-6) for row in found.rows)
    (found,) = coefficients(ElasticNet(1e3).fit(data.X, data.y), data)
    assert found.rows == ()
    assert "and 10 more" in found.note
    (found,) = coefficients(ElasticNet(0.1, l1_ratio=0).fit(data.X, data.y), data)
    assert "would be zero" not in found.note


def test_figures_of_a_users_table(tmp_path, fewer_simulations):
    """Catches figures that break for a user's table: units, a column twice, one that is constant, few columns."""
    data = users_table(tmp_path)
    for figure in OF_DATA:
        figure.render(fitted(data), data).draw_without_rendering()


def test_figures_say_when_they_do_not_apply(fewer_simulations):
    """Catches a traceback instead of a report: two targets, few rows, one feature, nothing that varies."""
    data = PROJECT.data["sparse"](0)
    unfit = {
        "one target": replace(data, y=np.column_stack([data.y, data.y])),
        "rows": replace(data, X=data.X[:9], y=data.y[:9]),
        "vary": replace(data, y=np.zeros(100)),
        "two features": replace(data, X=data.X[:, :1], feature_names=("one",), truth={}),
    }
    for reason, other in unfit.items():
        with pytest.raises(NotApplicable, match=reason):
            penalties.corners.render(None, other)
    single = unfit["two features"]
    for figure in set(OF_DATA) - {penalties.corners, penalties.support_recovery}:
        figure.render(None, single)


@pytest.mark.parametrize("shape", [(12, 60), (10, 2), (500, 3)])
def test_figures_of_wide_and_narrow_data(shape, fewer_simulations):
    """Catches a rank taken for granted: fewer rows than columns, hardly more, many more."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=shape)
    data = Dataset("any", "", X, X[:, 0] + rng.normal(size=shape[0]), tuple(f"x{j}" for j in range(shape[1])))
    for figure in OF_DATA:
        if figure is penalties.support_recovery and shape[1] < 3:
            continue
        figure.render(None, data).draw_without_rendering()


def test_standard_units(data):
    """Catches columns that belong to other names, and true weights in the old units."""
    problem = standardize(data)
    assert problem.X.std(axis=0) == pytest.approx(1)
    assert problem.X.mean(axis=0) == pytest.approx(0, abs=1e-12)
    if "coef" in data.truth:
        fit = data.X @ data.truth["coef"]
        assert problem.X @ problem.coef == pytest.approx(fit - fit.mean())
    assert "planet" not in problem.names
    for two in (returning_pair(problem)[0], corner_pair(problem)):
        assert problem.X[:, [problem.names.index(name) for name in two.names]] == pytest.approx(two.X)
        w = np.array([0.3, -2.0])
        assert half_error(two, *w) == pytest.approx(((two.y - two.X @ w) ** 2).mean() / 2)


def test_standard_units_without_columns_that_do_not_vary():
    """Catches names, or true weights, that stay behind when a column goes."""
    data = PROJECT.data["sparse"](0)
    X = data.X.copy()
    X[:, 1] = 7.0
    problem = standardize(replace(data, X=X))
    assert problem.names == (data.feature_names[0], *data.feature_names[2:])
    assert problem.X[:, 1] * X[:, 2].std() == pytest.approx(X[:, 2] - X[:, 2].mean())
    assert problem.coef[1] == pytest.approx(data.truth["coef"][2] * X[:, 2].std())


def test_the_diamond_is_touched_at_its_corner(data):
    """Catches a picture of corners whose solution has two weights, or whose contour does not touch the budget."""
    fig = penalties.corners.render(None, data)
    solutions = [np.ravel(axes.lines[1].get_xydata()) for axes in fig.axes]
    assert np.count_nonzero(solutions[0]) == 1
    assert np.count_nonzero(solutions[1]) == 2
    assert np.linalg.norm(solutions[1]) == pytest.approx(np.abs(solutions[0]).sum(), rel=0.05)
    two = corner_pair(standardize(data))
    slopes = np.sort(np.abs(two.c - two.H @ solutions[0]))
    assert slopes[0] < 0.97 * slopes[1]  # within the cone, and not at its edge


def test_resampling_agrees_with_the_formula():
    """Catches a noise, a centring or a bias that is not the theorem's: 200 data sets must show its numbers."""
    problem = standardize(PROJECT.data["sparse"](0))
    alphas = np.array([1.0, 10.0, 100.0])
    truth = (problem.X, problem.coef, problem.noise)
    measured, expected = simulation.ridge_risk(*truth, alphas), simulation.expected_ridge_risk(*truth, alphas)
    assert measured.variance == pytest.approx(expected.variance, rel=0.1)
    assert measured.total == pytest.approx(expected.total, rel=0.1)


def test_support_is_recovered_where_it_is_easy_only():
    """Catches a share that counts supersets, or other signs."""
    X = np.random.default_rng(0).normal(size=(1000, 12))
    coef = np.array([1.0, -1, 1, *np.zeros(9)])
    assert simulation.support_recovered(X, coef, 300, np.array([0.1]), 10) == 1
    assert simulation.support_recovered(X, coef, 6, np.array([2.0]), 10) < 0.5
    X[:, 3] = (X[:, 0] - X[:, 1] + X[:, 2] + X[:, 3]) / 2  # looks more like the target than any of the three
    assert (
        simulation.support_recovered(X, coef, 300, np.array([0.1]), 10) == 0
    )  # enters first, and need not leave again


def test_interval_of_the_right_signs_is_where_the_lasso_has_them():
    """Catches a condition on the slopes with the wrong side, or signs that are not asked for."""
    rng = np.random.default_rng(3)
    for n in (12, 40):
        X = rng.normal(size=(n, 6))
        X -= X.mean(axis=0)
        coef = np.array([2.0, -1.0, 0, 0, 0, 0])
        y = X @ coef + rng.normal(size=n)
        y -= y.mean()
        H, c = X.T @ X[:, :2] / n, X.T @ y / n
        low, high = simulation.sign_interval(H, c, np.array([0, 1]), np.sign(coef[:2]))
        for alpha in np.linspace(0.01, 1.5, 60):
            inside = np.array_equal(np.sign(Lasso(alpha, tol=1e-12).fit(X, y).coef_), np.sign(coef))
            assert inside == (low < alpha < high), alpha


def test_entrance_is_where_a_second_feature_enters():
    """Catches a sign forgotten where features are correlated negatively."""
    rng = np.random.default_rng(4)
    for turn in (1, -1):
        X = rng.normal(size=(50, 2)) @ np.array([[1.0, 0.5 * turn], [0, 1]])
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        y = X @ [-3.0, 1.0]
        H, c = X.T @ X / 50, X.T @ y / 50
        alpha = entrance(H[0, 1], c[0], c[1])
        assert np.count_nonzero(Lasso(1.001 * alpha, tol=1e-12).fit(X, y).coef_) == 1
        assert np.count_nonzero(Lasso(0.999 * alpha, tol=1e-12).fit(X, y).coef_) == 2


def test_frames_show_a_weight_that_becomes_zero(data):
    """Catches frames that are no steps of the solver, and a film in which no weight ends in the kink."""
    frames = list(PROJECT.animation.frames(fitted(data), data))
    assert 3 <= len(frames) <= 40
    path, two, alpha = frames[-1].path, frames[0].two, frames[0].alpha
    S = Lasso(alpha)._penalty().prox
    for k, (before, after) in enumerate(pairwise(path)):
        j = k % 2
        assert after[j] == pytest.approx(S(two.c[j] - two.H[0, 1] * before[1 - j], 1.0), abs=1e-9 * np.abs(path).max())
        assert after[1 - j] == before[1 - j]
    assert path[1, 0] != 0
    assert path[-1, 0] == 0
    best = Lasso(alpha, tol=1e-12).fit(two.X, two.y).coef_
    assert path[-1] == pytest.approx(best, abs=2e-3 * np.abs(best).max())


def test_a_step_leaves_its_result_to_the_next_frame():
    """Catches a caption that gives away what the reader is asked to predict, and numbers of another step."""
    data = PROJECT.data["sparse"](0)
    frames = list(PROJECT.animation.frames(fitted(data), data))
    words = []
    for frame in frames:
        fig, axes = canvas(PROJECT.animation.rows, PROJECT.animation.columns, PROJECT.animation.size)
        words.append(PROJECT.animation.draw(axes, frame, data))
        fig.draw_without_rendering()
    for sentence, frame in zip(words[:-2], frames[1:-1], strict=True):
        moved = frame.path[-1][(frame.taken + 1) % 2]
        assert f"S({frame.two.c[(frame.taken + 1) % 2]:.4g} − " in sentence
        if moved:
            assert f"{moved:.4g}" not in sentence
    assert "w₁ is exactly zero" not in "".join(words[:4])
    assert "w₁ is exactly zero" in words[-1]
    points = [PROJECT.animation.target(frame, data) for frame in frames]
    assert all((point.x, point.y) == tuple(frame.path[-1]) for point, frame in zip(points[:-1], frames, strict=False))
    assert points[-1] is None


def test_other_recordings_differ_in_what_they_say():
    """Catches a change of the penalty or of the order that changes nothing."""
    data = PROJECT.data["sparse"](0)
    shown = {name: list(frames(None, data)) for name, frames in PROJECT.animation.perturbed.items()}
    assert all(2 <= len(frames) <= 10 for frames in shown.values())
    assert (shown["a tenth of the penalty"][-1].path[-1] != 0).all()
    assert shown["the stronger feature first"][-1].path[:, 1].tolist() == [0, 0]
