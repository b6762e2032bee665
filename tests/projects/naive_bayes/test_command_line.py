"""Naive Bayes on the command line: the model is chosen by the data, and text is learned from and predicted."""

import json
from pathlib import Path

import numpy as np
import pandas
import pytest

from groundup.cli.main import main
from groundup.data import bundled
from groundup.data.synthetic import text
from groundup.projects.naive_bayes.project import PROJECT
from groundup.workbench.report import report
from groundup.workbench.run.errors import RunError, UsageError
from groundup.workbench.run.request import Asked, open_data, suited
from groundup.workbench.run.run import run


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Run a command in an empty folder, without figures: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "_drawn", lambda result, tell: [])
    monkeypatch.setattr(report, "_recordings", lambda result: "not drawn here")

    def command(*arguments):
        code = main(list(map(str, arguments)))
        out = capsys.readouterr()
        return code, out.out, out.err

    return command


def mails(path):
    """Write a table with a column of text, and return its data set."""
    data = text.messages(2)
    rows = {"message": data.texts[:200], "folder": data.y[:200]}
    pandas.DataFrame(rows).to_csv(path, index=False)
    return data


def test_text_is_learned_from_and_predicted(call):
    """Catches a model file without its words, and a prediction that counts the new table's own words."""
    data = mails("mails.csv")
    code, out, err = call("run", "naive_bayes", "--data", "mails.csv", "--target", "folder", "--text", "message")
    assert code == 0
    assert "the model is MultinomialNB, because its rows count the words of documents" in err
    assert "What speaks for each class" in out
    assert "One row explained" in out
    known = json.loads(Path("runs/naive_bayes/mails/metrics.json").read_text("utf-8"))
    assert known["certificate"]["holds"]
    assert known["model"] == "MultinomialNB"

    pandas.DataFrame({"message": list(data.texts[200:260])}).to_csv("new.csv", index=False)
    code, _, _ = call("predict", "runs/naive_bayes/mails/model.npz", "new.csv", "--out", "p.csv")
    assert code == 0
    found = pandas.read_csv("p.csv")
    assert list(found.columns) == ["folder", *(f"probability of {name}" for name in np.unique(data.y))]
    assert (found["folder"] == data.y[200:260]).mean() > 0.6  # of four classes; a lost vocabulary leaves a third
    np.testing.assert_allclose(found.iloc[:, 1:].sum(axis=1), 1, rtol=1e-9)


def test_the_table_chooses_the_model_and_the_user_overrules(call):
    """Catches a choice that is not told, not repeated by the report's command, or not overruled."""
    data = bundled.iris(0)
    pandas.DataFrame(data.X, columns=data.feature_names).assign(kind=data.y).to_csv("flowers.csv", index=False)
    code, _, err = call("run", "naive_bayes", "--data", "flowers.csv", "--target", "kind")
    assert code == 0
    assert "the model is GaussianNB, because its columns are measurements" in err
    known = json.loads(Path("runs/naive_bayes/GaussianNB/flowers/metrics.json").read_text("utf-8"))
    assert "--model GaussianNB" in known["command"]
    code, _, err = call("run", "naive_bayes", "--data", "flowers.csv", "--target", "kind", "--model", "MultinomialNB")
    assert code == 0
    assert "the model is" not in err
    assert Path("runs/naive_bayes/flowers/metrics.json").exists()


@pytest.mark.parametrize(
    ("data", "model"),
    [("messages", "MultinomialNB"), ("iris", "GaussianNB"), ("wine", "GaussianNB"), ("digits", "MultinomialNB")],
)
def test_a_data_set_brings_its_model(data, model, tmp_path):
    """Catches `--data iris` refused because the default model does not declare it."""
    asked = Asked(PROJECT, data=data)
    assert asked.settle().model.name == model
    assert asked.folder(tmp_path) == Asked(PROJECT, data=data, model=model).folder(tmp_path)


def test_parameters_are_those_of_the_chosen_model(tmp_path):
    """Catches a parameter refused before the model is known, and one that the chosen model does not have accepted."""
    path = tmp_path / "two.csv"
    path.write_text("x,y,c\n" + "".join(f"{k / 7},{k * k / 3},{'ab'[k % 2]}\n" for k in range(30)), "utf-8")
    run_of = Asked(PROJECT, data=str(path), target="c", parameters={"var_smoothing": 1e-3}).settle()
    settled, data = suited(run_of, open_data(run_of))
    assert settled.model.name == "GaussianNB"
    assert "the model is GaussianNB" in data.notes[-1]
    run_of = Asked(PROJECT, data=str(path), target="c", parameters={"alpha": 2.0}).settle()
    with pytest.raises(UsageError, match="GaussianNB has no parameter 'alpha'"):
        suited(run_of, open_data(run_of))


def test_a_stopped_run_of_a_chosen_model_is_found_again(call, monkeypatch, tmp_path):
    """Catches a checkpoint looked for in the folder of the default model."""
    from groundup.projects.naive_bayes.solvers import counting

    path = tmp_path / "long.csv"
    rng = np.random.default_rng(0)
    rows = pandas.DataFrame(rng.normal(size=(300, 3)), columns=list("abc")).assign(kind=np.arange(300) % 2)
    rows.to_csv(path, index=False)
    monkeypatch.setattr(counting, "PART_BYTES", 1000)
    asked = Asked(PROJECT, data=str(path), target="kind")
    stopped = run(asked, tmp_path / "runs", max_seconds=1e-9)
    assert stopped.stopped == "time limit"
    assert stopped.declared.name == "GaussianNB"
    assert asked.stopped(tmp_path / "runs") == stopped.folder
    resumed = run(asked, tmp_path / "runs", resume=True)
    assert resumed.stopped is None
    assert resumed.folder == stopped.folder
    assert resumed.model.class_count_.sum() == len(resumed.data.X)


def test_words_are_no_measurements(call, tmp_path):
    """Catches sparse counts handed to a model that would make them dense, and text for a project without use for it."""
    mails("mails.csv")
    with pytest.raises(RunError, match=r"GaussianNB learns from a table of numbers, but .* counts of words"):
        open_data(Asked(PROJECT, model="GaussianNB", data="mails.csv", target="folder", table=options()).settle())
    code, _, err = call("run", "kmeans", "--data", "mails.csv", "--text", "message")
    assert code == 2
    assert "--text: kmeans learns from numbers" in err


def options():
    from groundup.data.tables.options import TableOptions

    return TableOptions(text="message")
