"""Several models of a project, and the rows that numbers are computed on."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest

from groundup.cli.arguments import requests_of
from groundup.cli.main import main, parser
from groundup.core.estimator.classifier import Classifier
from groundup.projects.common.declaration import Metric, Model
from groundup.saving import load
from groundup.workbench.report.record import record
from groundup.workbench.report.summary import summary
from groundup.workbench.run import predict as predict_module
from groundup.workbench.run.compare import twin_parameters
from groundup.workbench.run.errors import UsageError
from groundup.workbench.run.measures import measure, rows_in_words
from groundup.workbench.run.predict import predict
from groundup.workbench.run.request import Asked, build_model, open_data
from groundup.workbench.run.run import run
from support import halving
from support.halving import PROJECT, Halving, Thirding

HALF = replace(
    PROJECT,
    held_out=0.5,
    metrics=(
        Metric("error", halving.mean_squared_error, "lower"),
        Metric("error on others", halving.mean_squared_error, "lower", on="held out"),
    ),
)


@pytest.fixture(autouse=True)
def project(monkeypatch):
    halving.install(monkeypatch)


# --- models ---------------------------------------------------------------------------------------------------------


def test_another_model_has_its_own_folder_data_and_command():
    """Catches a second model that overwrites the report of the first, or that cannot be repeated by its command."""
    asked = Asked(PROJECT, model="Thirding", parameters={"tol": 0.1})
    settled = asked.settle()
    assert asked.folder(Path("r")) == Path("r/halving/Thirding/more")
    assert replace(asked, data="more").folder(Path("r")) == Path("r/halving/Thirding/more")
    assert Asked(PROJECT, model="Halving").folder(Path("r")) == Path("r/halving/noise")
    assert settled.data == "more"
    assert settled.command(out=Path("runs")) == "groundup run halving --model Thirding --set tol=0.1 --seed 0"
    assert type(build_model(settled, open_data(settled))) is Thirding
    options = parser().parse_args(shlex.split(settled.command(out=Path("runs")))[1:])
    assert [run.settle() for run in requests_of(options)] == [settled]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "Halfing"}, "halving has no model 'Halfing'. Did you mean 'Halving'?"),
        ({"model": "Thirding", "data": "noise"}, "Thirding of halving has no data set 'noise'. Known: more."),
    ],
)
def test_a_model_that_does_not_exist_or_fit_is_refused(changes, words):
    """Catches a KeyError, and a model run on data that it cannot learn from."""
    with pytest.raises(UsageError) as caught:
        Asked(PROJECT, **changes).settle()
    assert words in str(caught.value)


def test_all_models_run_and_are_linked_from_one_card(monkeypatch, tmp_path, capsys):
    """Catches --model all that runs the first one only, and a model whose report cannot be found."""
    monkeypatch.chdir(tmp_path)
    assert main(["run", "halving", "--model", "all", "--quiet"]) == 0
    known = json.loads(Path("runs/halving/Thirding/more/metrics.json").read_text("utf-8"))
    assert known["model"] == "Thirding"
    assert known["reference"] == "no reference"
    assert isinstance(load("runs/halving/Thirding/more/model.npz"), Thirding)
    page = Path("runs/index.html").read_text("utf-8")
    assert page.count("<article>") == 1
    assert '<a href="./halving/Thirding/more/index.html">Thirding on noise</a>' not in page
    assert '<a href="./halving/Thirding/more/index.html">Thirding</a>' in page
    assert main(["compare", "halving", "--model", "all", "--quiet", "--json"]) == 0
    assert [run["model"] for run in json.loads(capsys.readouterr().out)["runs"]] == ["Halving", "Thirding"]
    assert main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["models"] == ["Halving", "Thirding"]


def test_a_model_is_resumed_from_its_own_checkpoint(monkeypatch, tmp_path):
    """Catches a checkpoint of one model continued by another."""
    monkeypatch.chdir(tmp_path)
    slow = ["--set", "mode=slow", "tol=0", "start=1.0"]
    assert main(["run", "halving", "--model", "Thirding", *slow, "--max-seconds", "0.05", "--quiet"]) == 0
    assert Path("runs/halving/Thirding/more/checkpoint.npz").exists()
    assert main(["run", "halving", "--model", "Halving", "--resume", "--quiet"]) == 1
    assert main(["run", "halving", "--model", "Thirding", "--resume", "--quiet"]) == 0
    assert not Path("runs/halving/Thirding/more/checkpoint.npz").exists()


def test_a_reference_without_a_twin_has_the_shared_parameters():
    """Catches parameters that the reference does not know, and shared ones that are left out."""
    declared = Model(estimator=Halving, reference="sklearn.linear_model:Lasso")
    found = twin_parameters(declared, Halving(tol=0.5, mode="slow", positive=True), halving.noise(0))
    assert found == {"tol": 0.5, "max_iter": 100, "positive": True, "random_state": None}


# --- held-out rows --------------------------------------------------------------------------------------------------


def test_no_fit_sees_the_held_out_rows(tmp_path):
    """Catches a model or a reference that was fitted to all rows, and metrics on the wrong ones."""
    result = run(Asked(HALF, parameters={"tol": 1e-24}), tmp_path)
    data, whole = result.data, halving.noise(0)
    assert (len(data.X), len(data.held_out.X)) == (20, 20)
    assert sorted([*data.y, *data.held_out.y]) == sorted(whole.y)
    assert result.model.mean_ == pytest.approx(data.y.mean())
    squares = np.mean((data.held_out.y - result.model.mean_) ** 2)
    assert result.metrics["error on others"] == pytest.approx(squares)
    assert result.metrics.training == {"error on others": pytest.approx(data.y.var())}
    assert result.metrics["error"] == pytest.approx(data.y.var())
    assert result.comparison.metrics["error on others"] == pytest.approx(squares)


def test_it_is_said_which_rows_a_number_is_of(tmp_path):
    """Catches a held-out score printed like one of the fit, in any of the three places."""
    result = run(Asked(HALF, parameters={"tol": 1e-24}), tmp_path)
    first, second = record(result)["metrics"]
    assert (first["on"], first["rows"]) == ("training", "on the 20 rows of the fit")
    assert "training" not in first
    assert (second["on"], second["rows"]) == ("held out", "on 20 rows not used for the fit")
    assert second["training"]["rows"] == first["rows"]
    assert second["training"]["ours"] == pytest.approx(result.data.y.var())
    lines = summary(result).splitlines()
    place = {line.split("  ")[1]: k for k, line in enumerate(lines) if line.startswith("  ")}
    assert place["on 20 rows not used for the fit:"] < place["on the 20 rows of the fit:"]
    assert sum("error on others" in line for line in lines) == 3  # unseen, cross-validated, of the fit
    page = (tmp_path / "halving" / "noise" / "index.html").read_text("utf-8")
    assert "On 20 rows not used for the fit" in page
    assert "Another 20 rows are held out: no fit sees them." in page


def test_without_held_out_rows_numbers_are_of_the_fit():
    """Catches a metric without a value, or one that claims rows that do not exist."""
    data = halving.noise(0)
    found = measure(HALF.metrics, Halving(tol=0).fit(data.X, data.y), data)
    assert found["error on others"] == pytest.approx(data.y.var())
    assert found.training == {}
    assert rows_in_words(True, data) == "on the 40 rows of the fit"


# --- predictions ----------------------------------------------------------------------------------------------------


def test_a_classifier_without_probabilities_predicts(monkeypatch, tmp_path):
    """Catches predict_proba asked of every classifier."""

    class Margin(Classifier):
        classes_ = np.array(["no", "yes"])

        def predict(self, X):
            return self.classes_[(np.asarray(X)[:, 0] > 0).astype(int)]

    monkeypatch.setattr(predict_module, "load", lambda path: Margin())
    monkeypatch.setattr(predict_module, "read_about", lambda path: {"target": "sold"})
    pandas.DataFrame({"x": [1.0, -1.0]}).to_csv(tmp_path / "t.csv", index=False)
    assert predict(tmp_path / "m.npz", tmp_path / "t.csv").frame.to_dict("list") == {"sold": ["yes", "no"]}


def test_a_model_of_a_bundled_set_finds_its_columns_by_name(tmp_path):
    """Catches columns of a new table taken by position."""
    run(Asked(PROJECT), tmp_path)
    pandas.DataFrame({"extra": [9, 9], "b": [1.0, 2], "a": [3.0, 4]}).to_csv(tmp_path / "t.csv", index=False)
    found = predict(tmp_path / "halving" / "noise" / "model.npz", tmp_path / "t.csv").frame
    assert list(found.columns) == ["c"]
    assert len(found) == 2
