"""A penalty on a user's table is useful as it stands: standard units, and a strength that cross-validation chooses."""

import numpy as np
import pytest

from groundup.projects import load
from groundup.workbench.run.request import Asked, build_model, open_data

pytestmark = pytest.mark.filterwarnings("ignore:.*chosen by cross-validation")


def written(path, X, y, names):
    rows = np.column_stack([X, y]).astype(str).tolist() if y.dtype.kind == "f" else [
        [*map(str, x), str(label)] for x, label in zip(X.tolist(), y, strict=True)
    ]  # fmt: skip
    path.write_text("\n".join([",".join(names), *map(",".join, rows)]) + "\n")
    return str(path)


def fitted(project, model, path, **parameters):
    """The data of a run, with its notes, and the fitted model."""
    run = Asked(load(project), model, path, "y", parameters=parameters).settle()
    data = open_data(run)
    return data, build_model(run, data).fit(data.X, data.y)


@pytest.fixture
def houses(tmp_path):
    """Area in square metres, a tax in cents, rooms; the price does not depend on the tax."""
    R = np.random.default_rng(3)
    area, tax, rooms = R.normal(120, 35, 300), R.normal(5e7, 2e7, 300), R.integers(1, 8, 300).astype(float)
    price = 3000 * area + 10_000 * rooms + 25_000 * R.normal(size=300)
    return written(tmp_path / "houses.csv", np.column_stack([area, tax, rooms]), price, ["area", "tax", "rooms", "y"])


@pytest.mark.parametrize("name", ["ElasticNet", "Lasso", "Ridge", "RidgeCV", "ElasticNetCV", "LassoCV"])
def test_a_penalised_run_is_as_good_as_least_squares(houses, name):
    # would catch: a penalty on raw units, which keeps the column of the largest numbers and loses all others
    data, model = fitted("regularized_regression", name, houses)
    assert model.score(data.held_out.X, data.held_out.y) > 0.9
    coef, _ = data.scale.weights(model.coef_, model.intercept_)
    assert coef[0] == pytest.approx(3000, rel=0.05)
    assert coef[2] == pytest.approx(10_000, rel=0.2)


@pytest.mark.parametrize("name", ["ElasticNet", "Lasso", "Ridge"])
def test_the_choice_is_told_and_can_be_overruled(houses, name):
    # would catch: a strength that appears from nowhere, or that --set cannot change
    data, _ = fitted("regularized_regression", name, houses)
    assert "chosen by cross-validation on columns in standard units; --set alpha=… decides" in data.notes[-1]
    data, model = fitted("regularized_regression", name, houses, alpha=7.0)
    assert data.notes == ()
    assert model.alpha == 7.0


@pytest.mark.parametrize("project", ["logistic_regression", "softmax_regression"])
def test_noise_makes_the_penalty_of_a_classifier_strong(tmp_path, project):
    # would catch: C = 1 whatever the data
    R = np.random.default_rng(3)
    X = R.normal(size=(200, 8))
    names = [*(f"x{j}" for j in range(8)), "y"]
    noise = written(tmp_path / "noise.csv", X, R.choice(["a", "b"], 200), names)
    signal = written(tmp_path / "signal.csv", X, np.where(X[:, 0] + 0.1 * R.normal(size=200) > 0, "a", "b"), names)
    assert fitted(project, None, noise)[1].C <= 0.1
    assert fitted(project, None, signal)[1].C >= 10


def test_groups_are_chosen_too(tmp_path):
    # would catch: MultiTaskLasso on a table at a penalty that nobody chose
    R = np.random.default_rng(3)
    X = R.normal(size=(100, 5))
    Y = X[:, :1] * [3.0, -2.0] + 0.1 * R.normal(size=(100, 2))
    path = tmp_path / "t.csv"
    path.write_text("a,b,c,d,e,y,z\n" + "\n".join(",".join(map(str, row)) for row in np.column_stack([X, Y])) + "\n")
    run = Asked(load("regularized_regression"), "MultiTaskLasso", str(path), "y,z").settle()
    with pytest.warns(UserWarning, match="alpha was chosen by cross-validation"):
        data = open_data(run)
    model = build_model(run, data).fit(data.X, data.y)
    assert model.score(data.held_out.X, data.held_out.y) > 0.98


def test_components_are_chosen_by_bic_and_told(tmp_path):
    # would catch: one component for every table, because that is the model's default; a choice without a word
    R = np.random.default_rng(3)
    rows = np.vstack([R.normal([0, 0], 1, (60, 2)), R.normal([9, 0], 1, (60, 2)), R.normal([0, 90], 1, (60, 2))])
    path = tmp_path / "groups.csv"
    path.write_text("a,b\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n")
    run = Asked(load("gaussian_mixture"), None, str(path), None).settle()
    with pytest.warns(UserWarning, match="chosen by the Bayesian information criterion on columns in standard units"):
        data = open_data(run)
    model = build_model(run, data).fit(data.X)
    assert np.bincount(model.predict(data.X)).tolist() == [60, 60, 60]
    run = Asked(load("gaussian_mixture"), None, str(path), None, parameters={"n_components": 2}).settle()
    assert build_model(run, open_data(run)).n_components == 2
