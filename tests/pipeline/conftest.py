"""A small artifact that the tests of the pipeline share; whoever changes it takes a copy."""

import json
import shutil
from dataclasses import replace

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline

from groundup.pipeline import artifact, config, contract, fingerprint
from groundup.pipeline.inference import infer
from groundup.pipeline.preparation import preparation
from groundup.pipeline.samples import customers
from groundup.pipeline.tables import pieces


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    """The file of 400 customers."""
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    customers(400).to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def made(table, tmp_path_factory):
    """The folder of an artifact, not to be changed."""
    found = infer(table, "churned")
    settings = replace(found.config, data=replace(found.config.data, drop=["exit_fee"]))
    frame = next(pieces(table)).frame
    rows = found.contract.check(frame).frame
    model = make_pipeline(preparation(settings, found.contract, rows), LogisticRegression(max_iter=500))
    unseen = cross_val_predict(model, rows, rows["churned"], cv=3, method="predict_proba")
    model.fit(rows, rows["churned"])
    files = {
        artifact.CONFIG: config.write(settings),
        artifact.CONTRACT: contract.write(found.contract),
        artifact.METRICS: json.dumps({"rows": len(rows)}),
        artifact.FINGERPRINT: json.dumps(fingerprint.of(rows, unseen, settings, found.contract)),
        artifact.CARD: "# A model\n",
    }
    path = tmp_path_factory.mktemp("artifact") / "model"
    told = {"costs": [[0, 1], [5, 0]], "created": "2026-01-01T00:00:00+00:00", "rows": len(rows), "rejected": 0}
    artifact.write(path, model, files, told)
    return path


@pytest.fixture
def copy(made, tmp_path):
    """A copy of the artifact that a test may spoil."""
    return shutil.copytree(made, tmp_path / "model")
