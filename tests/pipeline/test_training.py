"""A whole training: rows held out, rejects, costs, groups and times, a full disk, words and pages, the command line."""

import errno
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas
import pytest

from groundup.cli.main import main
from groundup.pipeline import artifact, calibration, report, rows, training
from groundup.pipeline.artifact import Artifact, load
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.evaluation import scores
from groundup.pipeline.evaluation.judgement import evaluate, judge
from groundup.pipeline.evaluation.words import within
from groundup.pipeline.samples import customers
from groundup.pipeline.training import train
from support.pipeline_projects import buyers, write_project


@dataclass(frozen=True)
class Trained:
    """A folder with data, configuration and artifact, and what the training said."""

    folder: Path
    artifact: Artifact
    lines: tuple[str, ...]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Customers, with the column that betrays the answer, and two rows that break the contract."""
    folder = tmp_path_factory.mktemp("trained")
    path = write_project(folder, customers(300), "churned", group='"household"', costs="{yes = {no = 5}}")
    lines = (folder / "data.csv").read_text().splitlines()
    lines[5] = lines[5].replace(",yes", ",perhaps").replace(",no", ",perhaps")
    (folder / "data.csv").write_text("\n".join([*lines, "one,two"]) + "\n")
    said: list[str] = []
    return Trained(folder, train(path, folder / "model", said.append), tuple(said))


def without_figures(monkeypatch):
    monkeypatch.setattr(report, "drawn", lambda metrics: [])


def test_the_artifact_holds_all_that_belongs_to_it(trained):
    # a file that is forgotten, costs in another order than the classes
    names = {path.name for path in (trained.folder / "model").iterdir()}
    assert {"model.skops", "config.toml", "contract.toml", "metrics.json", "fingerprint.json", "MODEL_CARD.md",
            "evaluation.html", "rejected.csv", "environment.txt", "manifest.json"} == names  # fmt: skip
    made = trained.artifact
    assert made.classes == ["no", "yes"]
    assert made.manifest["costs"] == [[0, 1], [5, 0]]
    assert made.config.data.positive == "yes"
    assert made.manifest["rejected"] == 2
    assert made.manifest["rows"] + made.metrics["rows"] == 299
    assert not trained.folder.joinpath("model.progress").exists()
    scores_of = made.fingerprint["scores"]["1"]["counts"]
    assert (made.fingerprint["rows"], sum(scores_of)) == (made.manifest["rows"], made.metrics["rows"])


def test_rows_to_predict_need_no_group(trained):
    # a service that asks for a column which the model does not use
    assert not {"churned", "household"} & trained.artifact.features.columns.keys()


def test_rejected_rows_are_told(trained):
    # a row that is dropped without a word
    found = pandas.read_csv(trained.folder / "model" / "rejected.csv")
    assert found["row"].tolist() == [5, 301]
    assert found["message"].tolist() == ["'perhaps' is not one of 'no', 'yes'", "2 fields instead of 12"]


def test_the_planted_leak_is_named_and_the_training_goes_on(trained):
    assert "the column 'exit_fee' alone tells the class" in trained.artifact.metrics["doubts"][0]
    assert trained.artifact.metrics["importance"][0]["column"] == "exit_fee"


def test_scores_are_of_the_rows_held_out(trained):
    # scores of rows that were learned from; probabilities in another order than the classes
    made = trained.artifact
    frame = rows.read(trained.folder / "data.csv", made.contract).frame
    from groundup.pipeline.splits import hold_out

    learned, tested = hold_out(made.config, frame)
    assert not set(frame["household"].iloc[learned]) & set(frame["household"].iloc[tested])
    held_out = frame.iloc[tested]
    y = (held_out["churned"] == "yes").to_numpy().astype(int)
    P = made.probabilities(held_out)
    found = made.metrics["scores"]
    assert found["log_loss"]["value"] == pytest.approx(scores.log_loss(y, P), rel=1e-9)
    assert found["roc_auc"]["value"] == pytest.approx(scores.roc_auc(y, P), rel=1e-9)
    decided = (made.decisions(P) == "yes").astype(int)
    assert found["cost"]["value"] == pytest.approx(np.array([[0, 1], [5, 0]])[y, decided].mean())
    again = evaluate(made, held_out)
    for part in ("scores", "baseline", "gain", "confusion", "slices", "calibration"):
        assert again[part] == made.metrics[part], part
    assert evaluate(made, None) == made.metrics


def test_no_step_sees_the_rows_held_out(tmp_path, monkeypatch):
    # a search, a calibration or a baseline with rows of the test: the fits' rows are all there is before the judgement
    without_figures(monkeypatch)
    path = write_project(tmp_path, buyers(), "buys", outer_folds="0")
    seen, judged = [], []
    kept = training.Fits

    def spy(config, contract, frame, journal, say):
        seen.append(frame)
        return kept(config, contract, frame, journal, say)

    monkeypatch.setattr(training, "Fits", spy)
    monkeypatch.setattr(training, "judge", lambda *given: judged.append(given) or judge(*given))
    train(path, tmp_path / "model", lambda line: None)
    (frame,), ((_, _, held_out, *_),) = seen, judged
    assert not set(frame.index) & set(held_out.index)
    assert len(frame) + len(held_out) == 240


def test_every_number_has_an_interval(trained):
    found = trained.artifact.metrics
    for part in ("scores", "baseline", "gain"):
        for name, one in found[part].items():
            assert one["low"] <= one["value"] + 1e-12, (part, name)
            assert one["value"] <= one["high"] + 1e-12, (part, name)
    assert set(found["scores"]) == set(found["baseline"]) == set(found["gain"]) | {"calibration_error"}
    for one in [*found["importance"], *(point["log_loss"] for point in found["learning_curve"])]:
        assert one["low"] <= one["value"] <= one["high"]
    curve = found["curves"]["roc"]["yes"]
    assert all(low <= y + 1e-9 for low, y in zip(curve["low"], curve["y"]))
    assert found["nested"]["scores"]["roc_auc"]["low"] <= found["nested"]["scores"]["roc_auc"]["high"]
    json.dumps(found, allow_nan=False)


def test_the_page_needs_no_other_file_and_says_what_the_numbers_say(trained):
    # a link that is dead without the network, a name from the file that becomes a tag
    page = (trained.folder / "model" / "evaluation.html").read_text(encoding="utf-8")
    assert page.count("<img") == page.count('src="data:image/svg+xml;base64,') == 9
    assert not re.search(r'(src|href)="(?!data:)', page)
    metrics = trained.artifact.metrics
    for name, score in scores.SCORES.items():
        assert f"<td>{score.words}</td>" in page
        assert within(metrics["scores"][name]) in page
    for one in metrics["importance"]:
        assert f"<td>{one['column']}</td>" in page
    assert f"{100 * metrics['scores']['roc_auc']['value']:.1f} %" in metrics["summary"]
    assert "exit_fee" in metrics["summary"]
    card = (trained.folder / "model" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert metrics["summary"] in card
    assert "| exit_fee | number | no |" in card


def test_names_from_the_file_are_no_tags(trained, monkeypatch):
    without_figures(monkeypatch)
    metrics = json.loads(json.dumps(trained.artifact.metrics).replace("exit_fee", "<script>alert(1)</script>"))
    page = report.page(trained.artifact.config, metrics, "now")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_too_many_rejected_rows_are_an_error_that_shows_them(tmp_path):
    path = write_project(tmp_path, buyers(), "buys")
    text = (tmp_path / "data.csv").read_text().replace("Oslo", "Atlantis")
    (tmp_path / "data.csv").write_text(text)
    with pytest.raises(PipelineError) as caught:
        train(path, tmp_path / "model")
    assert "of 240 rows break the contract, more than data.most_rejected = 0.05 allows" in str(caught.value)
    assert "column town: 'Atlantis' is not one of 'Bern', 'Oslo', 'Rome'" in str(caught.value)
    assert "violations more" in str(caught.value)


def test_a_full_disk_leaves_no_half_artifact(tmp_path, monkeypatch, capsys):
    # a directory without a manifest
    without_figures(monkeypatch)
    path = write_project(tmp_path, buyers(), "buys", outer_folds="0", candidates="1",
                         families='["groundup.naive_bayes"]')  # fmt: skip
    out, write = tmp_path / "model", Path.write_bytes

    def full(self, content):
        if self.name == artifact.MODEL:
            write(self, content[:100])
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main(["pipeline", "train", str(path), "--out", str(out), "--quiet"]) == 1
    assert "no space left on device" in capsys.readouterr().err
    assert not out.exists()
    assert not [one for one in tmp_path.iterdir() if one.suffix == ".part"]
    monkeypatch.setattr(Path, "write_bytes", write)
    assert main(["pipeline", "train", str(path), "--out", str(out), "--quiet"]) == 0
    load(out)


def test_calibration_and_costs_with_the_first_class_as_the_positive_one(tmp_path, monkeypatch):
    # columns of the model's order taken for those of the evaluation; costs of the other class
    without_figures(monkeypatch)
    monkeypatch.setattr(calibration, "LEAST_GAIN", -10.0)
    monkeypatch.setattr(calibration, "LEAST_LOSS", -10.0)
    path = write_project(tmp_path, buyers(), "buys", positive='"no"', outer_folds="0", costs="{no = {yes = 3}}",
                         families='["groundup.naive_bayes"]')  # fmt: skip
    made = train(path, tmp_path / "model", lambda line: None)
    assert made.metrics["calibrated"]["method"] == "none" or isinstance(made.model, calibration.Calibrated)
    assert made.metrics["classes"] == ["yes", "no"]
    assert made.metrics["threshold"]["used"] == 0.25
    assert made.manifest["costs"] == [[0, 3], [1, 0]]
    assert made.metrics["scores"]["roc_auc"]["value"] > 0.65
    assert made.metrics["gain"]["log_loss"]["value"] > 0.05
    frame = rows.read(tmp_path / "data.csv", made.contract).frame
    assert evaluate(made, frame)["scores"]["log_loss"]["value"] < 0.6
    P = made.probabilities(frame)
    assert ((made.decisions(P) == "no") == (P[:, 0] >= 0.25)).all()


def test_three_classes_from_end_to_end(tmp_path, monkeypatch):
    # two classes that are taken for granted; a column of numbers among the slices; later rows tested
    without_figures(monkeypatch)
    frame = buyers(450).drop(columns="buys")
    frame.insert(0, "day", pandas.date_range("2022-01-01", periods=450).strftime("%Y-%m-%d"))
    frame["size"] = np.select([frame["visits"] > 4, frame["age"] > 40], ["large", "middle"], "small")
    path = write_project(tmp_path, frame, "size", time='"day"', slices='["age", "day", "town"]', outer_folds="2",
                         candidates="1", families='["groundup.softmax_regression"]')  # fmt: skip
    made = train(path, tmp_path / "model", lambda line: None)
    assert made.metrics["classes"] == made.classes == ["large", "middle", "small"]
    assert set(made.metrics["curves"]["roc"]) == {"large", "middle", "small"}
    assert made.metrics["threshold"] == {}
    assert {one["column"] for one in made.metrics["slices"]} >= {"age", "town"}
    assert made.metrics["scores"]["roc_auc"]["low"] > 0.8
    assert made.metrics["rows"] == 90


def test_the_commands(trained, capsys, tmp_path):
    # an exit code that says done, an evaluation of the wrong rows
    model = str(trained.folder / "model")
    assert main(["pipeline", "evaluate", model]) == 0
    shown = capsys.readouterr().out
    assert "area under the ROC curve" in shown
    assert "truth \\ decision: no, yes" in shown
    assert main(["pipeline", "evaluate", model, str(trained.folder / "data.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 299
    customers(60, seed=3).drop(columns="churned").to_csv(tmp_path / "new.csv", index=False)
    assert main(["pipeline", "evaluate", model, str(tmp_path / "new.csv")]) == 2
    assert "no column 'churned'" in capsys.readouterr().err
    assert main(["pipeline", "train", str(tmp_path / "none.toml"), "--out", model]) == 1
    assert main(["pipeline", "evaluate", model, str(tmp_path / "none.csv")]) == 1
    assert (
        main(["pipeline", "init", str(tmp_path / "none.csv"), "--target", "y", "--out", str(tmp_path / "c.toml")]) == 1
    )
    assert main(["pipeline", "evaluate", str(tmp_path)]) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"group": '"house"'}, "data.group: the contract has no column 'house'"),
        ({"time": '"town"'}, "data.time: column 'town' is of kind category; it must be of kind date or number"),
        ({"drop": '["buys"]'}, "data.drop: 'buys' is the target"),
        ({"drop": '["visits", "age", "town"]'}, "no column to learn from"),
        ({"positive": '"maybe"'}, "data.positive: 'maybe' is no class; there are 'no', 'yes'"),
        ({"costs": "{yes = {maybe = 2}}"}, "evaluation.costs: 'maybe' is no class"),
        ({"families": '["logit"]'}, "selection.families: 'logit' is none of"),
        ({"families": "[]"}, "selection.families names no family"),
        ({"folds": "200"}, "200 folds need at least 200"),
        ({"ordered": "{town = ['Bern', 'Oslo', 'Oslo', 'Rome']}"}, "names a category twice"),
        ({"ordered": "{town = ['Rome']}"}, "data.ordered: the order of column 'town' leaves out 'Bern'"),
    ],
)
def test_what_is_wrong_in_the_configuration_is_named(tmp_path, changes, words):
    path = write_project(tmp_path, buyers(), "buys", **changes)
    with pytest.raises(PipelineError, match=re.escape(words)):
        train(path, tmp_path / "model", lambda line: None)
    assert not (tmp_path / "model").exists()


def test_several_classes_have_no_positive_one(tmp_path):
    # a key that is read and changes nothing
    frame = buyers().assign(buys=["yes", "no", "perhaps"] * 80)
    path = write_project(tmp_path, frame, "buys", positive='"yes"')
    with pytest.raises(PipelineError, match=r"data\.positive: there are 3 classes"):
        train(path, tmp_path / "model", lambda line: None)


def test_a_folder_of_something_else_is_refused_before_the_work(tmp_path, monkeypatch):
    # ten minutes of search, and then no place to put it
    path = write_project(tmp_path, buyers(), "buys")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    monkeypatch.setattr(training, "search", None)
    with pytest.raises(PipelineError, match="exists and is no artifact"):
        train(path, tmp_path / "letters")
