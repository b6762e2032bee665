"""Commands that were killed at the worst moments go on where they were, and end with the same answer."""

import subprocess
import sys

import pytest

from groundup.pipeline import artifact, prediction, report
from groundup.pipeline.training import train
from support.pipeline_projects import buyers, write_project, write_spoiled

DEATHS = """
import os, shutil, signal, sys
from pathlib import Path
from groundup.pipeline import artifact, journal, prediction, training
folder = Path(sys.argv[2])
model = artifact.load(Path(sys.argv[1]))
def train():
    training.train(folder / "config.toml", folder / "trained", lambda line: None)
def predict(case):
    (folder / case).mkdir()
    out = folder / case / "scored.csv"
    prediction.predict(model, folder / "new.csv", out, out.with_name("rejects.csv"), rows=30)
deaths = {"train": (journal.Journal, "put", 11, train),
          "model": (artifact.Artifact, "probabilities", 3, lambda: predict("model")),
          "record": (prediction, "write_whole", 3, lambda: predict("record")),
          "end": (shutil, "copyfile", 2, lambda: predict("end"))}
for owner, name, call, command in deaths.values():
    child = os.fork()
    if not child:
        calls, function = [0], getattr(owner, name)
        def deadly(*arguments, **more):
            calls[0] += 1
            if calls[0] == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **more)
        setattr(owner, name, deadly)
        command()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    """A folder in which one training and three predictions were killed."""
    folder = tmp_path_factory.mktemp("killed")
    write_spoiled(folder / "new.csv")
    write_project(folder, buyers(), "buys", outer_folds="0")
    command = [sys.executable, "-c", DEATHS, str(made), str(folder)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == ["-9"] * 4
    return folder


def test_a_training_goes_on_where_it_was(folder, monkeypatch):
    # a journal that is written at the end; a resumed search with another answer
    monkeypatch.setattr(report, "drawn", lambda metrics: [])
    progress = folder / "trained.progress"
    assert len(list(progress.glob("*.json"))) == 10
    assert not (folder / "trained").exists()

    def trained(name):
        lines = []
        made = train(folder / "config.toml", folder / name, lines.append)
        return made, int(next(line for line in lines if line.startswith("fits: ")).split()[1])

    (resumed, left), (straight, all_of_them) = trained("trained"), trained("straight")
    assert left == all_of_them - 10
    assert not progress.exists()
    timeless = [
        [{k: v for k, v in one.items() if k != "seconds"} for one in model.metrics["search"]]
        for model in (resumed, straight)
    ]
    assert timeless[0] == timeless[1]
    assert resumed.metrics["scores"] == straight.metrics["scores"]


def predicted(model, folder, out):
    out.mkdir(exist_ok=True)
    found = prediction.predict(model, folder / "new.csv", out / "scored.csv", out / "rejects.csv", rows=30)
    return found, (out / "scored.csv").read_bytes(), (out / "rejects.csv").read_bytes()


@pytest.mark.parametrize(("case", "resumed"), [("model", 60), ("record", 60), ("end", 121)])
def test_predictions_go_on_and_end_with_the_same_bytes(made, folder, case, resumed):
    # lines that were appended but not recorded come twice; rows that must be unique forgotten; half a result
    model, out = artifact.load(made), folder / case
    assert not (out / "scored.csv").exists()
    found, *result = predicted(model, folder, out)
    assert (found.rows, found.rejected, found.resumed) == (121, 5, resumed)
    assert result == list(predicted(model, folder, folder / "whole")[1:])
    assert sorted(path.name for path in out.iterdir()) == ["rejects.csv", "scored.csv"]
