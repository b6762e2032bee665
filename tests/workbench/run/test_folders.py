"""Where runs go: a folder for each table, and nothing of another table's is ever replaced."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from groundup.cli.main import main
from groundup.saving import load
from groundup.workbench.run import checkpoint
from groundup.workbench.run.errors import RunError
from groundup.workbench.run.folders import SOURCE, claim, run_folder, safe_name, source, stopped_runs
from groundup.workbench.run.progress import Progress
from groundup.workbench.run.request import Asked
from groundup.workbench.run.run import run
from support import halving
from support.halving import PROJECT

MODEL = PROJECT.models[0]
SLOW = {"mode": "slow", "tol": 0, "start": 1.0}


@pytest.fixture(autouse=True)
def project(monkeypatch, tmp_path):
    halving.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


def table(place, *rows):
    path = Path(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a,b\n" + "".join(f"{row},{row}\n" for row in rows))
    return Asked(PROJECT, data=place, target="b", parameters={"tol": 0})


def test_two_tables_have_two_folders_and_the_same_table_one():
    # would catch: the model of one table replaced by that of another, be they named alike
    first, second, third = table("a.csv", 1, 2, 3), table("b.csv", 4, 5, 6), table("deep/a.csv", 7, 8, 9)
    folders = [run(asked, Path("runs")).folder for asked in (first, second, third, first, third)]
    assert folders[:2] == [Path("runs/halving/a"), Path("runs/halving/b")]
    assert folders[3:] == [folders[0], folders[2]]
    assert [load(folder / "model.npz").mean_ for folder in folders[:3]] == pytest.approx([2, 5, 8])
    assert sorted(os.listdir("runs/halving")) == sorted(folder.name for folder in folders[:3])
    assert folders[2].name.startswith("a-")


def test_the_same_table_by_another_path_is_the_same(tmp_path, monkeypatch):
    # would catch: a second folder, or another table's, for ./a.csv, or after the project was moved
    first = run(table("a.csv", 1, 2, 3), Path("runs")).folder
    assert run(replace(table("a.csv", 1, 2), data=str(tmp_path / "a.csv")), Path("runs")).folder == first
    (tmp_path / "moved").mkdir()
    for name in ("a.csv", "runs"):
        shutil.move(name, f"moved/{name}")
    monkeypatch.chdir(tmp_path / "moved")
    assert run(table("./a.csv", 1, 2, 3), Path("runs")).folder == first


@pytest.mark.parametrize("name", ["noise.csv", "MORE.csv", "thirding.csv"])
def test_a_table_never_takes_the_folder_of_a_data_set_or_a_model(name):
    # would catch: iris.csv over the run on the project's own iris, or a table in the folder of another model
    folder = run_folder(PROJECT, MODEL, name, Path("runs"))
    assert folder.name == f"{Path(name).stem}-{source(name, Path('runs'))}"


def test_a_folder_without_an_owner_is_not_taken():
    # would catch: a folder of the user's, or of an earlier version of the program, replaced
    Path("runs/halving/figures").mkdir(parents=True)
    Path("runs/halving/figures/mine.txt").write_text("mine")
    assert claim(PROJECT, MODEL, "figures.csv", Path("runs")).name.startswith("figures-")
    assert claim(PROJECT, MODEL, "x.csv", Path("runs")) == Path("runs/halving/x")
    assert Path("runs/halving/x", SOURCE).read_text() == source("x.csv", Path("runs"))
    assert claim(PROJECT, MODEL, "deep/x.csv", Path("runs")).name == f"x-{source('deep/x.csv', Path('runs'))}"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("plain-1.2_b.csv", "plain-1.2_b"),
        ("deep/sales 2024 (final).xlsx", "sales_2024_final"),
        ("prices.csv.gz", "prices"),
        ("größe.csv", "größe"),
        ("gro\u0308\u00dfe.csv", "größe"),
        ("...csv", "table"),
        ("..", "table"),
        ("a\n\x1b[31m.csv", "a_31m"),
        ("a:b*c?.csv", "a_b_c"),
        ("\udcff.csv", "table"),
        ("x" * 300 + ".csv", "x" * 40),
        ("-", "-"),
    ],
)
def test_a_folder_s_name_is_safe(data, name):
    # would catch: separators, control characters, dots alone and names that are too long
    assert safe_name(data) == name


def test_resuming_finds_the_run_that_is_meant(monkeypatch, capsys):
    # would catch: --resume that looks in one place only; the wrong table resumed in silence
    for name in ("a.csv", "b.csv"):
        run(replace(table(name, 1, 2, 3), parameters=SLOW), Path("runs"), max_seconds=0.01)
        os.utime(Path("runs/halving", name[0], "checkpoint.npz"), (1, 1 if name == "a.csv" else 2))
    assert stopped_runs(PROJECT, None, Path("runs")) == [Path("runs/halving/b"), Path("runs/halving/a")]
    with pytest.raises(RunError, match=r"no run of halving on noise in runs/ was stopped"):
        run(Asked(PROJECT, data="noise"), Path("runs"), resume=True)
    assert main(["run", "halving", "--resume"]) == 0
    assert "halving: resuming runs/halving/b after iteration 1\n" in capsys.readouterr().err
    assert main(["run", "halving", "--resume", "--data", "./a.csv", "--target", "b"]) == 0
    assert "halving: resuming runs/halving/a after iteration" in capsys.readouterr().err
    assert stopped_runs(PROJECT, None, Path("runs")) == []


def test_a_finished_fit_is_not_lost_when_its_model_cannot_be_written(monkeypatch):
    # would catch: the checkpoint removed before the model is on disk
    request = replace(table("a.csv", 1, 2, 3), parameters=SLOW)
    run(request, Path("runs"), max_seconds=0.01)
    before = Path("runs/halving/a/metrics.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("groundup.workbench.run.run.save", full)
        with pytest.raises(OSError, match="No space"):
            run(request, Path("runs"), resume=True)
    assert Path("runs/halving/a/metrics.json").read_bytes() == before
    assert sorted(os.listdir("runs/halving")) == ["a"]
    states = []
    monkeypatch.setattr(Progress, "__call__", lambda self, state: states.append(state))
    result = run(request, Path("runs"), resume=True)
    assert states == []  # The fit had ended.
    assert result.stopped is None
    assert result.model.mean_ == pytest.approx(2)
    assert not Path("runs/halving/a/checkpoint.npz").exists()


def full(*arguments, **more):
    raise OSError(28, "No space left on device")


def test_a_short_fit_leaves_no_checkpoint_and_a_long_one_does(monkeypatch):
    # would catch: hours of fitting that are gone with a kill during the report; a file more for every run
    request = table("a.csv", 1, 2, 3)
    for every, kept in ((1e9, False), (0.0, True)):
        monkeypatch.setattr(checkpoint, "EVERY", every)
        with monkeypatch.context() as patch:
            patch.setattr("groundup.workbench.report.report.write_report", full)
            with pytest.raises(OSError, match="No space"):
                run(request, Path("runs"))
        assert Path("runs/halving/a/checkpoint.npz").exists() is kept
    run(request, Path("runs"))
    assert not Path("runs/halving/a/checkpoint.npz").exists()


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_fit(monkeypatch):
    # would catch: hours of fitting ended by a full disk
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    monkeypatch.setattr(checkpoint, "save_state", full)
    with pytest.warns(UserWarning, match="no checkpoint was written: no space left on device"):
        result = run(table("a.csv", 1, 2, 3), Path("runs"))
    assert load(result.folder / "model.npz").mean_ == pytest.approx(2)


@pytest.mark.parametrize("failing", ["evaluate", "_save_model"])
def test_a_run_that_fails_leaves_the_earlier_one(monkeypatch, failing):
    # would catch: the new model next to the old report
    request = Asked(PROJECT, seed=1)
    folder = run(request, Path("runs")).folder
    (folder / "notes.txt").write_text("mine")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setattr(f"groundup.workbench.run.run.{failing}", full)
    with pytest.raises(OSError, match="No space"):
        run(replace(request, seed=2), Path("runs"))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_run_replaces_its_own_files_and_keeps_the_user_s():
    # would catch: figures of an earlier run left, or the user's own files lost
    folder = run(Asked(PROJECT, seed=1), Path("runs")).folder
    for name in ("notes.txt", "figures/mine.png", "figures/learning_curves.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("mine")
    run(Asked(PROJECT, seed=2), Path("runs"))
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert found == [
        "figures/learning_curves.svg", "figures/mine.png", "index.html", "metrics.json", "model.npz", "notes.txt",
    ]  # fmt: skip
    assert json.loads((folder / "metrics.json").read_text())["seed"] == 2
    assert load(folder / "model.npz").random_state == 2
