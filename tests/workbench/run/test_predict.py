"""Predictions of classes come with their probabilities."""

import numpy as np
import pandas as pd
import pytest

import groundup
from groundup import LogisticRegression
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
