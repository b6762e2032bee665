"""Predictions of classes come with their probabilities."""

import numpy as np
import pandas as pd
import pytest

import groundup
from groundup import GaussianMixture, LogisticRegression
from groundup.workbench.run.errors import RunError
from groundup.workbench.run.predict import predict


def test_a_class_comes_with_the_probability_of_each(tmp_path):
    # would catch: classes without probabilities, or under another class's name
    X = pd.DataFrame({"age": np.arange(10.0)})
    y = np.array(["no", "yes"])[[0, 0, 0, 1, 0, 1, 0, 1, 1, 1]]
    model = LogisticRegression().fit(X, y)
    groundup.save(model, tmp_path / "model.npz")
    X.to_csv(tmp_path / "new.csv", index=False)
    found = predict(tmp_path / "model.npz", tmp_path / "new.csv").frame
    assert list(found.columns) == ["prediction", "probability of no", "probability of yes"]
    assert found["prediction"].tolist() == model.predict(X).tolist()
    assert found["probability of yes"].to_numpy() == pytest.approx(model.predict_proba(X)[:, 1], rel=1e-12)


@pytest.mark.parametrize(
    "about",
    [
        {"target": 3},
        {"features": "age"},
        {"features": [1]},
        {"features": {"age": 1}},
        {"encoding": 1.0},
        {"encoding": [None]},
        {"encoding": [{"name": "age"}]},
        {"encoding": [{"name": 3, "fill": 0.0, "categories": None}]},
        {"encoding": [{"name": "age", "fill": None, "categories": None}]},
        {"encoding": [{"name": "age", "fill": "x", "categories": [1]}]},
        {"encoding": [{"name": "age", "fill": "x", "categories": 3}]},
    ],
)
def test_what_a_file_says_of_the_columns_is_not_believed(tmp_path, about):
    # would catch: a traceback for a model from elsewhere
    model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    groundup.save(model, tmp_path / "model.npz", **about)
    pd.DataFrame({"age": [1.0]}).to_csv(tmp_path / "new.csv", index=False)
    with pytest.raises(RunError, match="the model file is damaged"):
        predict(tmp_path / "model.npz", tmp_path / "new.csv")


def test_what_stands_below_a_table_is_not_predicted_and_told(tmp_path):
    # would catch: more predictions than rows, or fewer without a word
    X = pd.DataFrame({"age": np.arange(30.0), "size": np.arange(30.0) ** 2, "mass": np.arange(30.0) % 7})
    groundup.save(LogisticRegression().fit(X, np.arange(30) > 15), tmp_path / "m.npz", features=list(X.columns))
    X.to_csv(tmp_path / "t.csv", index=False)
    with (tmp_path / "t.csv").open("a") as file:
        file.write("printed on 3 May,,\n")
    with pytest.warns(UserWarning, match="the last line .* is left out: 30 rows stay"):
        found = predict(tmp_path / "m.npz", tmp_path / "t.csv")
    assert len(found.frame) == 30


def test_a_component_comes_with_the_probability_of_each(tmp_path):
    # would catch: a traceback for a model that has probabilities and no classes
    X = pd.DataFrame({"age": np.r_[np.arange(10.0), 50 + np.arange(10.0)]})
    model = GaussianMixture(2, random_state=0).fit(X)
    groundup.save(model, tmp_path / "model.npz", target="species")
    X.to_csv(tmp_path / "new.csv", index=False)
    found = predict(tmp_path / "model.npz", tmp_path / "new.csv").frame
    assert list(found.columns) == ["component", "probability of component 0", "probability of component 1"]
    assert found["component"].tolist() == model.predict(X).tolist()
    assert found["probability of component 1"].to_numpy() == pytest.approx(model.predict_proba(X)[:, 1], rel=1e-12)
