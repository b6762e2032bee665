"""Monitoring: an alarm where rows, scores or labels have changed, and none where they have not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from groundup.cli.main import main
from groundup.pipeline import artifact, monitor_page, monitoring
from groundup.pipeline.drift import holm
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.evaluation.scores import SCORES, log_loss
from groundup.pipeline.monitor_page import page, sentences
from groundup.pipeline.samples import customers


@pytest.fixture(scope="module")
def model(made):
    return artifact.load(made)


def new(n=300, seed=7):
    return customers(n, seed=seed).drop(columns="exit_fee")


def found(model, frame, folder, name="new.csv", **limits):
    frame.to_csv(folder / name, index=False)
    settings = replace(
        model.config,
        monitoring=replace(model.config.monitoring, **limits),
        evaluation=replace(model.config.evaluation, resamples=100),
    )
    return monitoring.monitor(replace(model, config=settings), folder / name)


def test_rows_of_the_same_kind_give_no_alarm(model, tmp_path):
    # labels that are missing, in a file without them, taken for faults
    seen = found(model, new().drop(columns="churned"), tmp_path)
    assert seen.alarms == []
    assert (seen.rows, seen.rejected, seen.labels, seen.scores) == (300, 0, 0, {})
    names = {(one.name, one.what) for one in seen.drifts}
    assert {("age", "values"), ("age", "missing entries"), ("probability of yes", "scores"),
            (monitoring.FAULTS, "rows")} <= names  # fmt: skip
    assert not {name for name, _ in names} & {"customer_id", "exit_fee", "churned"}


DRIFTS = {
    "monthly_bill": lambda frame: frame["monthly_bill"] * 1.5,
    "region": lambda frame: frame["region"].where(frame.index % 2 == 0, "south"),
    "customer_since": lambda frame: frame["customer_since"].str.replace("2019", "2024"),
    "age": lambda frame: frame["age"].mask(frame.index % 3 == 0),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_drift_of_a_column_is_named(model, tmp_path, name):
    # an alarm for the whole file that names nothing
    seen = found(model, new().assign(**{name: DRIFTS[name]}), tmp_path)
    assert name in {one.name for one in seen.drifts if one.alarm}
    assert seen.drifts[0].alarm
    assert any(told.startswith(name) for told in seen.alarms)


def test_a_difference_without_weight_is_no_alarm(model, tmp_path):
    # an alarm for every file that is large enough
    frame = new().assign(region=DRIFTS["region"])
    assert found(model, frame, tmp_path, psi=10.0).alarms == []
    assert found(model, frame, tmp_path, false_alarms=1e-6).alarms != []


def test_rows_that_break_the_contract_are_an_alarm(model, tmp_path):
    # drift that leaves the allowed range, whose rows are left out of every comparison
    frame = new()
    frame.loc[:40, "monthly_bill"] = -5
    frame.loc[:10, "plan"] = "gold"
    seen = found(model, frame, tmp_path)
    assert seen.rejected == 41
    assert seen.faults == {"monthly_bill": 41, "plan": 11}
    assert [one.name for one in seen.drifts if one.alarm] == [monitoring.FAULTS]
    seen = found(model, frame.assign(plan="gold"), tmp_path)
    assert seen.rejected == 300
    assert monitoring.FAULTS in seen.alarms[0]


def test_lines_of_another_length_are_faults(model, tmp_path):
    # broken lines that are counted as rows and as nothing else
    new().to_csv(tmp_path / "new.csv", index=False)
    with (tmp_path / "new.csv").open("a") as file:
        file.write("one,two\n" * 40)
    seen = monitoring.monitor(model, tmp_path / "new.csv")
    assert (seen.rows, seen.rejected, seen.faults) == (340, 40, {"another number of fields": 40})
    assert [one.name for one in seen.drifts if one.alarm] == [monitoring.FAULTS]
    assert seen.drifts[0].rows == 340


def test_groups_are_those_of_the_rows_with_labels(model, tmp_path):
    # groups of all rows for the labels of some; a missing group that is a fault
    judged = with_scores(model, new(400, seed=8), tmp_path)
    grouped = replace(judged.config, data=replace(judged.config.data, group="household"))
    frame = new(400, seed=9)
    frame.loc[::3, "churned"] = None
    frame.loc[1::3, "churned"] = "yes"
    frame.loc[:4, "household"] = None
    alone, together = (found(replace(judged, config=one), frame, tmp_path) for one in (judged.config, grouped))
    assert (together.rejected, together.labels) == (0, 266)
    assert alone.rejected == 5
    rng = np.random.default_rng(0)
    known = frame["churned"].fillna("unknown") + rng.integers(0, 10, 400).astype(str)  # groups of one class each
    frame["household"] = known.where(frame["churned"].notna(), [f"H{k}" for k in range(400)])
    wide = found(replace(judged, config=grouped), frame, tmp_path).scores["log_loss"]["now"]
    narrow = alone.scores["log_loss"]["now"]
    assert wide["high"] - wide["low"] > 2.5 * (narrow["high"] - narrow["low"])


def test_pieces_do_not_matter(model, tmp_path, monkeypatch):
    # the last piece's counts in the place of all
    whole = found(model, new(), tmp_path)
    pieces = monitoring.pieces
    monkeypatch.setattr(monitoring, "pieces", lambda path: pieces(path, 77))
    pieced = found(model, new(), tmp_path)
    assert replace(pieced, scores={}) == replace(whole, scores={})
    assert pieced.scores["roc_auc"]["now"] == pytest.approx(whole.scores["roc_auc"]["now"])


def with_scores(model, frame, folder):
    """The model with the scores of some rows as those of its training."""
    seen = found(model, frame, folder, "old.csv")
    then = {name: one["now"] for name, one in seen.scores.items()}
    metrics = {"classes": ["no", "yes"], "rows": seen.labels, "scores": then}
    return replace(model, metrics=metrics)


def test_labels_that_no_longer_follow_are_an_alarm(model, tmp_path):
    # labels that are not there yet taken for drift; a better score taken for a worse one
    judged = with_scores(model, new(400, seed=8), tmp_path)
    good = new(400, seed=9)
    good.loc[::3, "churned"] = None
    seen = found(judged, good, tmp_path)
    assert seen.labels == 266
    assert set(seen.scores) == set(SCORES)
    known = good[good["churned"].notna()].astype(object)
    P = model.probabilities(model.features.check(known).frame)
    wanted = log_loss((known["churned"] == "yes").to_numpy().astype(int), P)
    assert seen.scores["log_loss"]["now"]["value"] == pytest.approx(wanted)
    assert seen.alarms == []
    rng = np.random.default_rng(0)
    bad = new(400, seed=9).assign(churned=rng.permutation(new(400, seed=9)["churned"]))
    seen = found(judged, bad, tmp_path)
    assert seen.alarms == ["log-loss is worse than it was", "cost is worse than it was"]
    assert [name for name, one in seen.scores.items() if one.get("worse")] == list(monitoring.WATCHED)
    then = {name: one["now"] for name, one in seen.scores.items()}
    better = replace(judged, metrics={"classes": ["no", "yes"], "rows": 400, "scores": then})
    assert found(better, new(400, seed=9), tmp_path).scores["log_loss"]["p"] == 1


def test_tests_of_scores_are_corrected_with_all_others(model, tmp_path):
    # two more tests, each with the whole probability of a false alarm
    judged = with_scores(model, new(400, seed=8), tmp_path)
    seen = found(judged, new(400, seed=9), tmp_path)
    p = [*(one.p for one in seen.drifts), *(seen.scores[name]["p"] for name in monitoring.WATCHED)]
    corrected = [*(one.corrected for one in seen.drifts), *(seen.scores[n]["corrected"] for n in monitoring.WATCHED)]
    np.testing.assert_allclose(corrected, holm(p))
    assert [name for name, one in seen.scores.items() if "p" in one] == list(monitoring.WATCHED)


def test_what_cannot_be_compared_is_told(model, tmp_path):
    with pytest.raises(PipelineError, match=r"has 60 rows; fewer than monitoring\.fewest_rows = 100"):
        found(model, new(60), tmp_path)
    with pytest.raises(PipelineError, match="no column 'plan'"):
        found(model, new().drop(columns="plan"), tmp_path)
    with pytest.raises(PipelineError, match="has no fingerprint"):
        found(replace(model, fingerprint={}), new(), tmp_path)


def test_the_page_says_it_in_words_first(model, tmp_path, monkeypatch):
    # names from a file as HTML, a page that says "no drift" above an alarm
    monkeypatch.setattr(monitor_page, "DRAWN", 2)
    frame = new().assign(monthly_bill=DRIFTS["monthly_bill"])
    seen = found(model, frame, tmp_path)
    text = page(seen, model, tmp_path / "<b>.csv")
    assert "<title>ALARM" in text
    assert "&lt;b&gt;.csv has 300 rows" in text
    assert text.index("ALARM: ") < text.index("<img")
    assert text.count("<img") == 2
    assert 'src="http' not in text
    calm = sentences(found(model, new(), tmp_path), model, tmp_path / "new.csv")
    assert calm[1].startswith("No drift: none of")
    assert "at most 0.01 a file" in calm[-1]


def test_the_command(made, tmp_path, capsys, monkeypatch):
    # an exit code of 1 for drift, which also means that the command has failed
    monkeypatch.setattr(monitor_page, "_figures", lambda findings, model: [])
    report = tmp_path / "deep" / "drift.html"
    new().to_csv(tmp_path / "same.csv", index=False)
    new().assign(monthly_bill=DRIFTS["monthly_bill"]).to_csv(tmp_path / "other.csv", index=False)
    new(20).to_csv(tmp_path / "few.csv", index=False)
    command = ["pipeline", "monitor", str(made)]
    assert main([*command, str(tmp_path / "same.csv"), "--out", str(report)]) == 0
    assert "No drift" in capsys.readouterr().out
    assert main([*command, str(tmp_path / "other.csv"), "--out", str(report), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["alarms"][0].startswith("monthly_bill (PSI")
    assert "ALARM" in report.read_text()
    assert main([*command, str(tmp_path / "few.csv"), "--out", str(report)]) == 2
    assert main([*command, str(tmp_path / "none.csv"), "--out", str(report)]) == 1
