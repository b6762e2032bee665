"""The command line as a user meets it: exit codes, words, JSON, and no traceback for a mistake."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import groundup
from groundup import projects
from groundup.cli.main import main
from groundup.cli.predict import for_spreadsheets
from groundup.saving import load
from groundup.workbench.bench import row as row_module
from support import halving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """One tiny project, in an empty folder, without its report's pictures."""
    from groundup.workbench.report import report
    from groundup.workbench.report.record import record, to_json

    def write_record(result, tell):
        (result.folder / "metrics.json").write_text(to_json(record(result) | {"figures": []}))

    halving.install(monkeypatch)
    monkeypatch.setattr(report, "write_report", write_record)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(capsys):
    """Run a command in this process: exit code, standard output, standard error."""

    def run(*arguments):
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as leave:  # argparse's way out
            code = leave.code
        out = capsys.readouterr()
        assert "Traceback" not in out.err
        return code, out.out, out.err

    return run


# --- what there is ---------------------------------------------------------------------------------------------------


def test_help_shows_examples_and_every_command(call):
    # would catch: a command without help
    code, out, _ = call("--help")
    assert code == 0
    assert "examples:" in out
    for command in ("list", "run", "compare", "bench", "theory", "predict"):
        assert command in out
        code, help_text, _ = call(command, "--help")
        assert code == 0
        assert "example:\n  groundup " + command in help_text
        assert "--json" in help_text
        assert "--quiet" in help_text
    assert call("--version")[1] == f"groundup {groundup.__version__}\n"


def test_list_names_all_projects(call):
    # would catch: a project that is not loadable or not listed, JSON mixed with words
    code, out, err = call("list")
    assert (code, err) == (0, "")
    assert "linear_regression" in out
    assert "diabetes" in out
    assert "gaussian_mixture" in out
    code, out, _ = call("list", "--json")
    rows = json.loads(out)
    assert [row["name"] for row in rows] == list(projects.FINISHED)


def test_theory_says_where_the_chapter_is(call, tiny, monkeypatch):
    # would catch: a path that does not exist
    monkeypatch.undo()
    code, out, _ = call("theory", "linear_regression")
    assert code == 0
    assert Path(out.strip()).exists()
    assert projects.FINISHED[0] == "linear_regression"
    assert json.loads(call("theory", "linear_regression", "--json")[1])["path"] == out.strip()
    code, out, err = call("theory", "all", "--json")
    assert (code, err) == (0, "")
    chapters = json.loads(out)["chapters"]
    assert [chapter["name"] for chapter in chapters] == list(projects.FINISHED)
    assert all(Path(chapter["path"]).exists() for chapter in chapters)
    assert call("theory", "all")[1].splitlines() == list(dict.fromkeys(chapter["path"] for chapter in chapters))


def test_open_opens_and_says_when_it_cannot(call, tiny, monkeypatch):
    # would catch: a relative file address, silence when there is no browser
    import webbrowser

    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda address: bool(opened.append(address)))
    code, _, err = call("run", "halving", "--open")
    assert code == 0
    assert opened == [(tiny / "runs" / "halving" / "noise" / "index.html").as_uri()]
    assert "no browser was found; open runs/halving/noise/index.html yourself" in err


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("", 2, "the following arguments are required: COMMAND"),
        ("rum halving", 2, "invalid choice: 'rum'"),
        ("run", 2, "the following arguments are required: NAME"),
        ("run halvin", 2, "there is no project 'halvin'. Did you mean 'halving'?"),
        ("theory zzz", 2, "there is no project 'zzz'. Known: halving, "),
        ("compare halving halving", 2, "unrecognized arguments: halving"),
        ("run halving --colour red", 2, "unrecognized arguments: --colour red"),
        ("run halving --max 3", 2, "unrecognized arguments: --max 3"),
        ("run halving --set tol", 2, "'tol' is not of the form key=value"),
        ("run halving --set tool=1", 2, "Halving has no parameter 'tool'. Did you mean 'tol'?"),
        ("run halving --set tol=-1", 2, "Halving: tol=-1 is not allowed; it must be a number of at least 0"),
        ("run halving --set max_iter=1e400", 2, "max_iter=inf is not allowed; it must be an integer of at least 1"),
        ("run halving --set mode=fast", 2, "mode='fast' is not allowed; it must be 'auto' or 'slow'"),
        ("run halving --set positive=perhaps", 2, "positive='perhaps' is not allowed; it must be True or False"),
        ("run halving --seed -1", 2, "expected one argument|'-1' is not a whole number"),
        ("run halving --seed 1.5", 2, "'1.5' is not a whole number from 0 to 4294967295"),
        ("run halving --max-seconds 0", 2, "'0' is not a positive number of seconds"),
        ("run halving --max-seconds nan", 2, "'nan' is not a positive number of seconds"),
        ("run halving --data noisy", 2, "halving has no data set 'noisy'. Did you mean 'noise'?"),
        ("run halving --target x", 2, "--target is for tables of your own"),
        ("run halving --data t.csv", 2, "say what with --target COLUMN. The columns of t.csv: a, b"),
        ("run halving --data t.csv --target c", 2, "there is no column 'c' to predict. Known: a, b."),
        ("run halving --data gone.csv --target c", 1, "error: there is no file gone.csv"),
        ("run halving --data empty.csv --target c", 1, "empty.csv: the file is empty"),
        ("run halving --data t.xls --target c", 1, "the suffix '.xls' is not known"),
        ("run halving --resume", 1, "no run of halving in runs/ was stopped; there is nothing to resume"),
        ("run halving --out t.csv/x", 1, "t.csv/x/halving: not a directory"),
        ("predict gone.npz t.csv", 1, "error: there is no file gone.npz"),
        ("predict . t.csv", 1, "error: there is no file model.npz"),
        ("predict t.csv t.csv", 1, "error: t.csv: is not a groundup file, or is damaged (File is not a zip file).\n"),
    ],
)
def test_a_mistake_is_told_in_one_line(call, tiny, arguments, code, words):
    # would catch: a traceback; a wrong exit code; words that do not name what was given
    Path("t.csv").write_text("a,b\n1,2\n2,3\n3,9\n")
    Path("t.xls").write_text("a,b\n1,2\n")
    Path("empty.csv").touch()
    got, out, err = call(*arguments.split())
    assert (got, out) == (code, "")
    assert any(option in err for option in words.split("|")), err
    assert err.startswith("groundup: error: ")
    assert len(err.splitlines()) == (2 if "\ntry: groundup" in err else 1)
    assert not Path("runs", "halving").exists()


def test_a_failing_project_does_not_stop_the_others(call, tiny, monkeypatch):
    # would catch: `run all` that ends at the first failure, or that hides it
    from groundup.workbench.run.errors import RunError

    usual = projects.load
    monkeypatch.setattr(projects, "FINISHED", ("broken", "halving"))

    def refuse(seed):
        raise RunError("no data today")

    broken = replace(halving.PROJECT, name="broken", data={"none": refuse})
    monkeypatch.setattr(projects, "load", lambda name: broken if name == "broken" else usual(name))
    code, out, err = call("run", "all")
    assert code == 1
    assert "error: broken/none: no data today" in err
    assert "runs/halving/noise/index.html" in out


# --- runs ------------------------------------------------------------------------------------------------------------


def test_a_run_says_what_it_found_and_where_it_is(call, tiny):
    # would catch: a summary without the reference, the certificate or the place of the report
    code, out, err = call("run", "halving", "--seed", 3, "--set", "tol=1e-25", "start=1.0", "--set", "max_iter=80")
    assert (code, err) == (0, "halving: fitted; now comparing\n")
    for words in (
        "noise: 40 rows × 2 columns",
        "Halving(max_iter=80, random_state=3, start=1.0, tol=1e-25)",
        "mean squared error",
        "DummyRegressor",
        "fit time",
        "[holds: squared distance = ",
        "runs/halving/noise/index.html",
        "runs/halving/noise/model.npz",
        "report gallery: runs/index.html",
    ):
        assert words in out
    assert Path("runs/index.html").exists()
    model = load("runs/halving/noise/model.npz")
    assert model.mean_ == pytest.approx(halving.noise(3).y.mean(), rel=1e-12)


def test_a_note_is_told_once_and_silenced_by_quiet(call, tiny):
    # would catch: Python's own form of a warning, with file and line
    code, _, err = call("run", "halving", "--set", "max_iter=3")
    assert code == 0
    note = "groundup: note: Halving stopped before it converged: increase max_iter or scale the features.\n"
    assert err == note + "halving: fitted; now comparing\n"
    assert call("run", "halving", "--set", "max_iter=3", "--quiet") == (0, "", "")


def test_json_is_all_there_is_on_standard_output(call, tiny):
    # would catch: a summary mixed in, NaN, which is no JSON
    def strict(constant):
        raise AssertionError(constant)

    code, out, _ = call("run", "all", "--json")
    content = json.loads(out, parse_constant=strict)
    assert code == 0
    assert content["gallery"] == "runs/index.html"
    (run,) = content["runs"]
    assert run["folder"] == "runs/halving/noise"
    assert run["seed"] == 0
    assert run["metrics"][1]["ours"] is None
    assert json.loads(Path("runs/halving/noise/metrics.json").read_text()) | {"folder": "runs/halving/noise"} == run
    code, out, _ = call("compare", "halving", "--json")
    assert json.loads(out, parse_constant=strict)["reference"].endswith("DummyRegressor")


def test_all_runs_on_real_data_too(call, tiny, monkeypatch):
    # would catch: only the synthetic set run, one report over the other, real data added to what was asked for
    monkeypatch.setattr(projects, "load", lambda name: replace(halving.PROJECT, real="more"))
    code, out, _ = call("run", "all", "--json")
    assert code == 0
    assert [run["folder"] for run in json.loads(out)["runs"]] == ["runs/halving/noise", "runs/halving/more"]
    assert 'href="./halving/more/index.html"' in Path("runs/index.html").read_text()
    code, out, _ = call("run", "all", "--data", "more", "--out", "asked", "--json")
    assert [run["folder"] for run in json.loads(out)["runs"]] == ["asked/halving/more"]


def test_compare_and_bench_take_all(call, tiny, monkeypatch):
    # would catch: a project called "all" that is looked for
    code, out, _ = call("compare", "all", "--json")
    assert code == 0
    assert json.loads(out)["project"]["name"] == "halving"
    from groundup.workbench.bench import measure

    asked = []
    monkeypatch.setattr(measure, "main", lambda names, out, tell: asked.extend(names) or [])
    assert call("bench", "all", "--json", "--quiet")[0] == 0
    assert asked == ["halving"]


def test_python_runs_the_package(tmp_path):
    # would catch: a package without __main__
    command = [sys.executable, "-m", "groundup", "list", "--quiet"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "linear_regression" in done.stdout


def test_compare_writes_nothing(call, tiny):
    # would catch: a comparison that overwrites the report
    code, out, _ = call("compare", "halving", "--data", "more")
    assert code == 0
    assert "n_features_in_" in out
    assert "mean squared error" in out
    assert list(tiny.iterdir()) == []


def test_a_time_limit_is_no_failure_and_resume_goes_on(call, tiny):
    # would catch: an exit code that breaks scripts; a resumed run that differs from a whole one
    slow = ["--set", "mode=slow", "tol=0", "start=1.0"]
    code, out, _ = call("run", "halving", *slow, "--max-seconds", 0.1)
    assert code == 0
    assert "time limit; resume with --resume" in out
    assert Path("runs/halving/noise/checkpoint.npz").exists()
    code, _, err = call("run", "halving", "--resume", "--seed", 1)
    assert code == 2
    assert "made with --seed at 0, not 1" in err
    assert call("run", "halving", "--resume")[0] == 0
    assert call("run", "halving", *slow, "--out", "whole")[0] == 0
    a, b = load("runs/halving/noise/model.npz"), load("whole/halving/noise/model.npz")
    assert a.mean_ == b.mean_
    assert (a.history_["loss"] == b.history_["loss"]).all()
    code, _, err = call("run", "halving", "--resume")
    assert (code, "nothing to resume" in err) == (1, True)


def test_runs_on_real_data_are_resumed_apart(call, tiny, monkeypatch):
    # would catch: two runs of one project that overwrite each other's report or checkpoint
    real = replace(halving.PROJECT, real="more")
    monkeypatch.setattr(projects, "load", {"halving": real}.__getitem__)
    slow = ["--set", "mode=slow", "tol=0", "start=1.0"]
    assert call("run", "all", *slow, "--max-seconds", 0.05, "--quiet")[0] == 0
    assert sorted(str(path.parent) for path in Path().glob("**/checkpoint.npz")) == [
        "runs/halving/more",
        "runs/halving/noise",
    ]
    assert call("run", "all", "--resume", "--quiet")[0] == 0
    assert list(Path().glob("**/checkpoint.npz")) == []
    means = [load(folder / "model.npz").mean_ for folder in (Path("runs/halving/noise"), Path("runs/halving/more"))]
    assert means == pytest.approx([halving.noise(0).y.mean(), halving.noise(100).y.mean()])


def test_mistakes_are_told_before_the_first_project_starts(call, tiny, monkeypatch):
    # would catch: an unknown data set of the second project told after the first has run
    other = replace(halving.PROJECT, name="other", data={"rest": halving.noise})
    monkeypatch.setattr(projects, "FINISHED", ("halving", "other"))
    monkeypatch.setattr(projects, "load", {"halving": halving.PROJECT, "other": other}.__getitem__)
    code, _, err = call("run", "all", "--data", "more")
    assert code == 2
    assert "other has no data set 'more'" in err
    assert not Path("runs").exists()


def test_bench_prints_the_table_or_its_rows(call, tiny, monkeypatch):
    # would catch: words mixed into JSON, names not handed on
    from groundup.workbench.bench import measure

    timing = row_module.Timing(1, [0.1], [0.2])
    sides = {"ours": 1.0, "peer": 1.0}
    row = row_module.Row("halving", "w", 9, sides, True, [4.0], [timing], sides | {"peer": None}, sides)
    asked = []

    def measured(names, out, echo):
        asked.append((names, out))
        echo("measuring w …")
        return [row]

    monkeypatch.setattr(measure, "main", measured)
    code, out, err = call("bench")
    assert code == 0
    assert "**2.00** [2.00, 2.00]" in out
    assert err == "groundup: measuring w …\ngroundup: below target: w, 1 thread: 2.00 instead of 4\n"
    code, out, err = call("bench", "halving", "--json", "--quiet", "--out", "b")
    assert json.loads(out)["rows"][0]["timings"] == [{"threads": 1, "ours": [0.1], "peer": [0.2], "solver": ""}]
    assert err == ""
    assert asked == [(["halving"], Path("benchmarks")), (["halving"], Path("b"))]


# --- predictions -----------------------------------------------------------------------------------------------------


def test_predictions_of_a_new_table(call, tiny):
    # would catch: the encoding learned anew, the target's name lost, an index column in the CSV
    Path("t.csv").write_text("a,kind,price\n1,x,10\n2,y,20\n,x,60\n4,y,30\n")
    assert call("run", "halving", "--data", "t.csv", "--target", "price", "--set", "tol=0", "--quiet")[0] == 0
    Path("new.csv").write_text("kind,other,a\nz,1,\ny,2,3\n")
    code, out, err = call("predict", "runs/halving/t/model.npz", "new.csv")
    note = "a: 1 missing set to the median 2; kind: 1 row with a value never seen, 'z' (none of the categories)"
    assert (code, err.splitlines()[0]) == (0, f"groundup: note: {note}")
    assert "  other   not read  left out: not of the fit" in err.splitlines()
    assert call("predict", "runs/halving/t/model.npz", "new.csv", "--quiet") == (0, out, "")
    assert call("predict", "runs/halving/t", "new.csv", "--quiet") == (0, out, "")  # the folder of the run will do
    Path("known.csv").write_text("kind,a\n x,1\ny,2\n")
    assert call("predict", "runs/halving/t/model.npz", "known.csv")[2].splitlines()[0] == "  What became of the columns"
    Path("unknown.csv").write_text("kind,a\n,1\nz,2\nw,3\nz,4\n")
    assert (
        "kind: 3 rows with a value never seen, 'z', 'w' (none of the categories), 1 missing set to the most frequent, x"
        in call("predict", "runs/halving/t/model.npz", "unknown.csv")[2]
    )
    assert out == "price\n30.0\n30.0\n"
    code, out, _ = call("predict", "runs/halving/t/model.npz", "new.csv", "--json")
    assert json.loads(out)["predictions"] == {"price": [30.0, 30.0]}
    assert json.loads(out)["table"][1] == {
        "name": "other",
        "read": "not read",
        "used": "left out: not of the fit",
        "filled": "",
    }
    code, out, _ = call("predict", "runs/halving/t/model.npz", "new.csv", "--out", "p.csv")
    assert out == "2 predictions: p.csv\n"
    assert list(pd.read_csv("p.csv")["price"]) == [30, 30]
    Path("bad.csv").write_text("kind\nx\n")
    code, _, err = call("predict", "runs/halving/t/model.npz", "bad.csv")
    assert (code, err) == (1, "groundup: error: the table has no column 'a'. Known: kind.\n")


def test_one_is_not_many(call, tiny):
    # would catch: "1 columns", "1 predictions"
    Path("t.csv").write_text("a,y\n1,2\n2,3\n3,9\n")
    assert "3 rows × 1 column. " in call("run", "halving", "--data", "t.csv", "--target", "y")[1]
    Path("new.csv").write_text("a\n1\n")
    out = call("predict", "runs/halving/t/model.npz", "new.csv", "--out", "p.csv")[1]
    assert out == "1 prediction: p.csv\n"


def test_no_prediction_is_a_formula():
    # would catch: a class =cmd|'/C calc'!A0 that a spreadsheet runs; numbers turned into text
    frame = pd.DataFrame({"=a": ["=1+1", "+x", "-x", "@y", "\tz", "-3.5", "no"], "n": [-1.0, 2, 3, 4, 5, 6, 7]})
    safe = for_spreadsheets(frame)
    assert list(safe.columns) == ["'=a", "n"]
    assert list(safe["'=a"]) == ["'=1+1", "'+x", "'-x", "'@y", "'\tz", "-3.5", "no"]
    assert safe["n"].equals(frame["n"])


NAMES = ["\x1b]0;PWNED\x07", "\x1b[2J\x1b[1;1H", "a\rgroundup: certified", "\x9b2J", "\u202egnp.exe", "a\x00b"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", [("run",), ("compare",), ("compare", "--json")])
def test_no_name_commands_the_terminal(call, tiny, command, name):
    # would catch: a column whose name clears the screen, renames the window or overwrites the line
    Path("t.csv").write_text(f'"{name}",kind,y\n1,x{name},2\n5,y,3\n3,y,9\n', newline="")
    for target in ("y", "nope"):
        code, out, err = call(*command, "halving", "--data", "t.csv", "--target", target)
        assert code == (0 if target == "y" else 2)
        assert not set(out + err) & set("\x1b\x07\r\x9b\u202e\x00")


def test_codes_stay_codes_in_a_new_table(call, monkeypatch, tmp_path):
    # would catch: "007" read as the number 7 where a new table holds nothing but digits
    from groundup.workbench.report import report

    monkeypatch.setattr(report, "write_report", lambda result, tell: None)
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("code,y\n007,1\n010,5\n007,1\na1,9\na1,9\n010,5\n")
    assert call("run", "linear_regression", "--data", "t.csv", "--target", "y", "--quiet")[0] == 0
    Path("new.csv").write_text("code\n010\n007\n")
    _, out, _ = call("predict", "runs/linear_regression/t/model.npz", "new.csv", "--json")
    assert json.loads(out)["predictions"]["y"] == pytest.approx([5, 1])


def test_several_targets_are_several_columns(call, tiny):
    # would catch: two-dimensional predictions written into one column
    Path("t.csv").write_text("a,p,q\n1,10,1\n2,20,2\n3,60,6\n")
    assert call("run", "halving", "--data", "t.csv", "--target", "q,p", "--set", "tol=0", "--quiet")[0] == 0
    assert call("predict", "runs/halving/t/model.npz", "t.csv")[1].splitlines()[:2] == ["q,p", "3.0,30.0"]


def test_a_model_saved_in_python_predicts_too(call, tiny):
    # would catch: predict that needs the encoding of a run
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [0.0, 1.0]})
    groundup.save(halving.Halving(tol=0).fit(frame, [1, 2]), "m.npz")
    frame.to_csv("t.csv", index=False)
    assert call("predict", "m.npz", "t.csv")[:2] == (0, "prediction\n1.5\n1.5\n")
    frame[["b", "a"]].to_csv("t.csv", index=False)
    code, _, err = call("predict", "m.npz", "t.csv")
    assert code == 1
    assert "must be in the same order" in err


# --- processes -------------------------------------------------------------------------------------------------------

TINY = """
import sys
sys.path.insert(0, {tests!r})
from support import halving
halving.install()
from groundup.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def start(*arguments, cwd, **options):
    code = TINY.format(tests=str(ROOT / "tests"))
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def test_ctrl_c_leaves_a_report_and_a_checkpoint_and_130(tmp_path):
    # would catch: a traceback, a fit that runs on, an exit code of 0 for what is not complete
    long = ["--set", "mode=slow", "tol=0", "start=1.0"]
    process = start("run", "halving", *long, cwd=tmp_path, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    folder = tmp_path / "runs" / "halving" / "noise"
    while process.poll() is None and not folder.exists():  # the fit begins right after
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, (out, err)
    assert "Traceback" not in err
    assert "interrupted; resume with --resume" in out
    assert sorted(path.name for path in folder.iterdir()) == [
        "checkpoint.npz", "figures", "index.html", "metrics.json", "model.npz",
    ]  # fmt: skip
    assert json.loads((folder / "metrics.json").read_text())["stopped"] == "interrupted"
    assert start("run", "halving", "--resume", "--quiet", cwd=tmp_path).wait(30) == 0
    assert not (folder / "checkpoint.npz").exists()


def test_a_terminal_without_unicode_is_served(tmp_path):
    # would catch: UnicodeEncodeError for × on an ASCII terminal
    process = start("run", "halving", cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": "ascii"})
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "halving: fitted; now comparing\n")
    assert r"40 rows \xd7 2 columns" in out


def test_a_reader_that_stops_reading_is_no_error(tmp_path):
    # would catch: BrokenPipeError at `groundup list | head -1`
    process = start("list", cwd=tmp_path)
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr.read() == ""


def test_the_console_script_and_the_module_start_quickly():
    # would catch: an entry point that is not installed; Matplotlib or scikit-learn imported for --help
    script = Path(sys.executable).with_name("groundup")
    for command in ([str(script)], [sys.executable, "-m", "groundup.cli.main"]):
        done = subprocess.run([*command, "--help"], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("usage: groundup")
    probe = (
        "import sys; from groundup.cli.main import main\n"
        "try: main(['run', 'nonsense'])\n"
        "finally: print([m for m in ('matplotlib', 'pandas', 'sklearn', 'pyarrow') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True).stdout == "[]\n"


def test_the_bound_on_iterations_counts_all_starts():
    # would catch: "≤ 0 s left" while other starts are still to come
    from groundup import KMeans, LinearRegression

    assert KMeans(n_init=4, max_iter=50).most_states() == 200
    assert KMeans(max_iter=50).most_states() == 50
    assert KMeans(init="random", max_iter=50).most_states() == 500
    assert KMeans(init=np.zeros((8, 2)), max_iter=50).most_states() >= 50
    assert LinearRegression(max_iter=7).most_states() == 7


@pytest.mark.parametrize("name", ["linear_regression", "kmeans"])
def test_every_parameter_of_a_finished_project_can_be_set(call, monkeypatch, tmp_path, name):
    # would catch: a parameter without a rule, which --set would not check
    from groundup.projects import load as load_project

    monkeypatch.chdir(tmp_path)
    model = load_project(name).models[0].estimator
    for parameter in model.parameter_names():
        code, _, err = call("run", name, "--set", f"{parameter}={{'no': 'such value'}}")
        assert code == 2, parameter
        assert f"{parameter}=" in err
        assert "is not allowed; it must be" in err


def test_resumed_descent_equals_an_uninterrupted_one(call, monkeypatch, tmp_path):
    # would catch: a real iteration whose state lacks something
    from groundup.workbench.report import report

    monkeypatch.setattr(report, "write_report", lambda result, tell: None)
    monkeypatch.chdir(tmp_path)
    settings = ["--data", "correlated", "--set", "solver=momentum", "tol=1e-300", "max_iter=3000"]
    assert call("run", "linear_regression", *settings, "--max-seconds", 0.05, "--quiet")[0] == 0
    part = load("runs/linear_regression/correlated/model.npz")
    assert 1 < len(part.history_["loss"]) < 3000
    assert call("run", "linear_regression", "--resume", "--quiet")[0] == 0
    assert call("run", "linear_regression", *settings, "--out", "whole", "--quiet")[0] == 0
    a, b = load("runs/linear_regression/correlated/model.npz"), load("whole/linear_regression/correlated/model.npz")
    assert np.array_equal(a.coef_, b.coef_)
    assert a.history_["loss"].tobytes() == b.history_["loss"].tobytes()
