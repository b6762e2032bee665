"""Predictions for files: the same in pieces, after a kill, and no row that is lost."""

import csv
import json
from dataclasses import replace

import numpy as np
import pandas
import pytest

from groundup.cli.main import main
from groundup.pipeline import artifact, prediction
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.samples import customers
from support.pipeline_projects import write_spoiled


@pytest.fixture(scope="module")
def model(made):
    return artifact.load(made)


@pytest.fixture
def spoiled(tmp_path):
    return write_spoiled(tmp_path / "new.csv")


def done(model, path, folder, **more):
    found = prediction.predict(model, path, folder / "scored.csv", folder / "rejects.csv", **more)
    return found, (folder / "scored.csv").read_bytes(), (folder / "rejects.csv").read_bytes()


def test_no_row_is_lost_and_each_fault_is_named(model, spoiled, tmp_path):
    # a rejected row that is missing from both files, the first fault of two, probabilities of the row above
    found, _, _ = done(model, spoiled, tmp_path)
    scored = pandas.read_csv(tmp_path / "scored.csv")
    rejects = pandas.read_csv(tmp_path / "rejects.csv", keep_default_na=False)
    assert found == prediction.Done(rows=121, predicted=116, rejected=5, violations=6)
    assert sorted([*scored["row"], *rejects["row"].unique()]) == list(range(1, 122))
    assert rejects[["row", "column", "rule"]].to_numpy().tolist() == [
        [5, "age", "number"], [5, "plan", "isin"], [50, "monthly_bill", "in_range"],
        [100, "customer_id", "field_uniqueness"], [110, "monthly_bill", "number"], [121, "", "fields"],
    ]  # fmt: skip
    assert rejects["message"][1] == "'gold' is not one of 'basic', 'plus', 'premium'"
    assert rejects["message"][3].endswith("occurs already in row 1")
    assert rejects["value"][4] == "'=HYPERLINK(1)"  # no formula for a spreadsheet
    raw = pandas.read_csv(spoiled, dtype=str, on_bad_lines="skip").iloc[:120]
    raw.index += 1
    rows = model.features.check(raw.loc[scored["row"]]).frame
    P = model.probabilities(rows)
    assert list(scored.columns) == ["row", "customer_id", "decision", "probability no", "probability yes"]
    np.testing.assert_allclose(scored[["probability no", "probability yes"]], P, atol=1e-8)
    assert (scored["decision"] == model.decisions(P)).all()
    assert scored["customer_id"].tolist() == raw.loc[scored["row"], "customer_id"].tolist()


@pytest.mark.parametrize("rows", [23, 121])
def test_pieces_of_any_size_give_the_same_bytes(model, spoiled, tmp_path, rows):
    # a header in every piece, uniqueness within a piece only
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole, pieced = done(model, spoiled, tmp_path / "a"), done(model, spoiled, tmp_path / "b", rows=rows)
    assert pieced == whole


def test_parquet_gives_the_same_bytes(model, tmp_path):
    # types that a text file has not
    frame = customers(60, seed=3)
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "a").mkdir()
    assert done(model, tmp_path / "t.csv", tmp_path)[1:] == done(model, tmp_path / "t.parquet", tmp_path / "a")[1:]


def test_work_on_another_table_is_not_gone_on_with(model, spoiled, tmp_path):
    # rows of yesterday's file in today's result
    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        done(model, spoiled, tmp_path, rows=30, report=stop)
    text = spoiled.read_text()
    spoiled.write_text(text.replace("north", "south"))
    found, scored, _ = done(model, spoiled, tmp_path, rows=30)
    assert found.resumed == 0
    assert scored.count(b"\n") == 117


def test_work_with_another_model_is_not_gone_on_with(model, spoiled, tmp_path):
    # probabilities of two models in one file
    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        done(model, spoiled, tmp_path, rows=30, report=stop)
    other = replace(model, manifest={**model.manifest, "created": "later"})
    assert done(other, spoiled, tmp_path, rows=30)[0].resumed == 0


def test_lines_that_are_lost_are_predicted_again(model, spoiled, tmp_path):
    # a record that survives a power failure which its lines do not
    def stop(done):
        raise KeyboardInterrupt

    (tmp_path / "a").mkdir()
    with pytest.raises(KeyboardInterrupt):
        done(model, spoiled, tmp_path, rows=30, report=stop)
    lines = tmp_path / ".scored.csv.unfinished" / prediction.SCORED
    lines.write_bytes(lines.read_bytes()[:-1])
    found, *files = done(model, spoiled, tmp_path, rows=30)
    assert found.resumed == 0
    assert files == list(done(model, spoiled, tmp_path / "a")[1:])


def with_column(model, name, new, **changes):
    """The model with a column of its contract that is called otherwise, or must be something else."""
    columns = {new if one == name else one: column for one, column in model.contract.columns.items()}
    return replace(model, contract=replace(model.contract, columns={**columns, new: replace(columns[new], **changes)}))


def test_an_id_that_is_called_like_a_column_of_ours(model, spoiled, tmp_path):
    # two columns of one name, of which a program reads the wrong one
    spoiled.write_text(spoiled.read_text().replace("customer_id", "decision", 1))
    _, scored, _ = done(with_column(model, "customer_id", "decision"), spoiled, tmp_path)
    assert scored.startswith(b"row,decision (id),decision,probability no,probability yes\n1,C")


def test_an_entry_out_of_range_occurs_all_the_same(model, tmp_path):
    # a number that must be unique, and is free again because its first row was rejected for something else
    frame = customers(3, seed=3)
    frame["monthly_bill"] = [-5, -5, 7]
    frame.to_csv(tmp_path / "new.csv", index=False)
    unique = with_column(model, "monthly_bill", "monthly_bill", unique=True)
    _, _, rejects = done(unique, tmp_path / "new.csv", tmp_path)
    assert [line.split(b",")[:3] for line in rejects.splitlines()[1:]] == [
        [b"1", b"monthly_bill", b"in_range"], [b"2", b"monthly_bill", b"in_range"],
        [b"2", b"monthly_bill", b"field_uniqueness"],
    ]  # fmt: skip


def test_one_process_at_a_time(model, spoiled, tmp_path):
    # two commands that append to the same file
    def twice(progress):
        with pytest.raises(BlockingIOError, match="another process is at work"):
            done(model, spoiled, tmp_path)

    assert done(model, spoiled, tmp_path, report=twice)[0].rows == 121


def test_a_full_disk_leaves_the_old_result_and_the_work(model, spoiled, tmp_path, monkeypatch):
    # half a file in the place of the old one
    (tmp_path / "scored.csv").write_text("old")

    def full(path):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(prediction, "flush", full)
        with pytest.raises(OSError, match="No space left"):
            done(model, spoiled, tmp_path)
    assert (tmp_path / "scored.csv").read_text() == "old"
    assert done(model, spoiled, tmp_path)[0].predicted == 116


def test_a_table_without_rows_gives_a_header(model, spoiled, tmp_path):
    # no file, where the next program waits for one
    header = spoiled.read_text().partition("\n")[0]
    (tmp_path / "none.csv").write_text(header + "\n")
    found, scored, rejects = done(model, tmp_path / "none.csv", tmp_path)
    assert found.rows == 0
    assert scored == b"row,customer_id,decision,probability no,probability yes\n"
    assert rejects == b"row,column,rule,value,message\n"


def test_wrong_input_is_told(model, spoiled, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(PipelineError, match="no column 'customer_id'"):
        done(model, tmp_path / "other.csv", tmp_path)
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(PipelineError, match="must be three files"):
        prediction.predict(model, spoiled, spoiled, tmp_path / "r.csv")
    with pytest.raises(PipelineError, match="must be three files"):
        prediction.predict(model, spoiled, tmp_path / "s.csv", tmp_path / ".." / tmp_path.name / "s.csv")
    with pytest.raises(PipelineError, match=r"ends in \.csv"):
        prediction.predict(model, spoiled, tmp_path / "scored.xlsx", tmp_path / "r.csv")


def test_the_command(made, spoiled, tmp_path, capsys):
    # a code of 0 where a script asked for --strict; JSON with words around
    out = tmp_path / "deep" / "scored.csv"
    command = ["pipeline", "predict", str(made), str(spoiled), "--out", str(out)]
    assert main(command) == 0
    assert "116 rows predicted" in (told := capsys.readouterr().out)
    assert "5 rows rejected for 6 violations" in told
    with out.with_name("scored.rejects.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 6
    assert main([*command, "--strict", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["rejected"] == 5
    assert main(["pipeline", "predict", str(made), str(tmp_path / "none.csv"), "--out", str(out)]) == 1
    assert main(["pipeline", "predict", str(tmp_path), str(spoiled), "--out", str(out)]) == 2
