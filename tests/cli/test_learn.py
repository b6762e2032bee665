"""``groundup exercise`` and ``groundup check`` as a learner meets them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import groundup
from groundup.cli.main import main
from groundup.workbench.learn import commands
from groundup.workbench.learn.check import textbook
from support.learners import rewritten

NO_HALF = "def loss(X, y, w, b):\n    return np.mean((y - predict(X, w, b)) ** 2)\n"


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Run a command in an empty folder: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as leave:  # argparse's exit
            code = leave.code
        out = capsys.readouterr()
        assert "Traceback" not in out.err
        return code, out.out, out.err

    return run


@pytest.mark.parametrize("command", ["exercise", "check"])
def test_help_shows_an_example(call, command):
    # would catch: a command that is not registered, or has no help
    assert f"  {command} " in call("--help")[1]
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"example:\n  groundup {command} kmeans" in out
    assert "--json" in out
    assert "--quiet" in out


def test_from_the_exercise_to_the_solution(call):
    # would catch: a file that check does not understand; exit codes that a script cannot use
    path = Path("mine.py")
    code, out, err = call("exercise", "linear_regression", "--out", path)
    assert (code, err) == (0, "")
    assert out == "mine.py: write the functions, then run: groundup check linear_regression mine.py\n"
    empty = path.read_text("utf-8")

    code, out, _ = call("check", "linear_regression", path)
    assert code == 1
    assert "Nothing is written yet. Next: predict." in out

    path.write_text(empty.replace('raise NotImplementedError("predict")', "return X @ w + b"), "utf-8")
    code, out, _ = call("check", "linear_regression", path)
    assert code == 1
    assert "  right  predict\n  open   loss\n" in out
    assert "Everything written is right. Next: loss." in out

    path.write_text(rewritten("linear_regression", NO_HALF), "utf-8")
    code, out, _ = call("check", "linear_regression", path)
    assert code == 1
    assert out == WRONG

    path.write_text(textbook("linear_regression"), "utf-8")
    code, out, _ = call("check", "linear_regression", path)
    assert code == 0
    assert out.endswith("All 14 functions are right.\n")


WRONG = """linear_regression: mine.py

  right  predict
  WRONG  loss
  right  gradient
  right  with_ones
  right  normal_equations
  right  gap
  right  qr_solve
  right  shortest_solution
  right  gradient_descent
  right  steepest_descent
  right  momentum
  right  nesterov
  right  stochastic_gradient_descent
  right  conjugate_gradients

loss is wrong: its result differs: 2.22 instead of 1.11.
for this input (three samples, one feature):
  X = np.array([[1.],
                [2.],
                [4.]])
  y = np.array([1., 3., 2.])
  w = np.array([0.1])
  b = 0.5
it gives   2.22
right is   1.11
equation   eq. linear_regression:objective (chapter "Linear regression", section "The model")
cause      The factor ½ is missing: the objective is half of the mean of the squared residuals.

A hint: groundup check linear_regression mine.py --hint loss
"""


def test_an_existing_file_is_not_overwritten(call):
    # would catch: an evening's work lost to the same command typed twice
    path = Path("mine.py")
    path.write_text("my work", "utf-8")
    code, out, err = call("exercise", "kmeans", "--out", path)
    assert (code, out) == (2, "")
    assert (
        err == "groundup: error: mine.py exists, and may hold your work. Another --out, or --force to overwrite it.\n"
    )
    assert path.read_text("utf-8") == "my work"
    assert call("exercise", "kmeans", "--out", path, "--force", "--quiet") == (0, "", "")
    assert "def assign(X, C):" in path.read_text("utf-8")


def test_the_exercise_has_a_name_of_its_own(call):
    # would catch: --out that is required, or a JSON object mixed with words
    code, out, _ = call("exercise", "kmeans", "--json")
    assert (code, json.loads(out)) == (0, {"name": "kmeans", "path": "kmeans_exercise.py"})
    assert Path("kmeans_exercise.py").exists()


def test_json_is_one_object(call):
    # would catch: a report that a program cannot read
    Path("mine.py").write_text(rewritten("linear_regression", NO_HALF), "utf-8")
    code, out, err = call("check", "linear_regression", "mine.py", "--json")
    report = json.loads(out)
    assert (code, err) == (1, "")
    assert report["complete"] is False
    assert report["counts"] == {"right": 13, "wrong": 1, "open": 0}
    (wrong,) = (one for one in report["functions"] if one["state"] == "wrong")
    assert wrong["name"] == "loss"
    assert wrong["equations"] == [
        {"name": "linear_regression:objective", "chapter": "Linear regression", "section": "The model"}
    ]
    assert wrong["arguments"]["b"] == "0.5"
    assert (wrong["came"], wrong["right"]) == ("2.22", "1.11")
    assert "½ is missing" in wrong["cause"]


def test_quiet_leaves_the_exit_code(call):
    # would catch: a script that has to throw words away
    Path("mine.py").write_text(textbook("kmeans"), "utf-8")
    assert call("check", "kmeans", "mine.py", "--quiet") == (0, "", "")


def test_file_names_with_spaces_and_quotes(call):
    # would catch: an exercise file that is no Python because of its own name; a command that a shell takes apart
    assert call("exercise", "kmeans", "--out", "my file.py")[0] == 0
    code, out, _ = call("check", "kmeans", "my file.py")
    assert code == 1
    assert out.endswith("groundup check kmeans 'my file.py' --hint squared_distances\n")
    assert "check kmeans 'my file.py'" in Path("my file.py").read_text("utf-8")
    assert call("exercise", "kmeans", "--out", 'a"""{x}\\.py')[0] == 0
    assert call("check", "kmeans", 'a"""{x}\\.py')[0] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exercise", "kmean"), "there is no project 'kmean'. Did you mean 'kmeans'?"),
        (("exercise", "kmeans", "--out", "nowhere/mine.py"), "there is no folder nowhere"),
        (("check", "kmean", "mine.py"), "there is no project 'kmean'. Did you mean 'kmeans'?"),
        (("check", "kmeans", "nowhere.py"), "there is no file nowhere.py"),
        (("check", "kmeans", "."), ".: is a directory"),
        (("check", "kmeans", "binary.py"), "binary.py is no text in UTF-8."),
        (("check", "kmeans", "large.py"), "large.py is larger than 1,000,000 bytes; that is no exercise file."),
        (("check", "kmeans", "mine.py", "--hint", "updaet"), "kmeans has no function 'updaet'. Did you mean 'update'?"),
        (("check", "kmeans", "mine.py", "--hint", "update:9"), "--hint update:9: the hints of update are update:1 to"),
        (("check", "kmeans", "mine.py", "--hint", "update:"), "--hint update:: the hints of update are update:1 to"),
        (("check", "kmeans", "mine.py", "--watch", "--json"), "--watch prints one report after another, --json one"),
        (("check", "kmeans", "mine.py", "--watch", "--hint", "update"), "not allowed with argument"),
        (("check", "kmeans", "mine.py", "--max-seconds", "0"), "'0' is not a positive number of seconds"),
    ],
)
def test_misuse_is_exit_code_2(call, arguments, words):
    # would catch: a traceback, or code 1, which means that functions are wrong or open
    Path("mine.py").write_text(textbook("kmeans"), "utf-8")
    Path("binary.py").write_bytes(b"\xff\xfe\x00")
    Path("large.py").write_bytes(b"#" * 1_000_001)
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_a_syntax_error_is_told_with_its_line(call):
    # would catch: a traceback of the check for a colon that is missing
    Path("mine.py").write_text("import numpy as np\n\ndef predict(X, w, b)\n    return X @ w\n", "utf-8")
    code, out, err = call("check", "linear_regression", "mine.py")
    assert (code, err) == (1, "")
    assert out == "mine.py: Line 3 is not valid Python: expected ':': def predict(X, w, b)\n"


def test_files_of_other_editors(call):
    # would catch: a byte-order mark or Windows line ends that are called syntax errors
    text = textbook("kmeans").replace("\n", "\r\n")
    Path("mine.py").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert call("check", "kmeans", "mine.py")[0] == 0


# --- hints -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise NotImplementedError", "Compute the residuals r = predict(X, w, b) - y first;"),
        ("r = predict(X, w, b) - y\n    raise NotImplementedError", "The sum of the squares is r @ r. By which"),
        ("return predict(X, w, b) @ z", "NameError: name 'z' is not defined.\nThe sum of the squares is r @ r."),
        ("return (predict(X, w, b) - y) ** 2", "loss: Returns one number.\nThere is one value for each row"),
        ("return np.mean((predict(X, w, b) - y) ** 2)", "\nThe factor ½ is missing"),
        ("return 17.0", "\nUsual causes:\n  - The sum is divided by 2 and then"),
        ("r = predict(X, w, b) - y\n    return r @ r / (2 * len(y))", "loss is right."),
    ],
)
def test_a_hint_fits_what_is_written(call, body, words):
    # would catch: a first hint for somebody who is nearly done, or an answer for somebody who has not begun
    Path("mine.py").write_text(rewritten("linear_regression", f"def loss(X, y, w, b):\n    {body}\n"), "utf-8")
    code, out, err = call("check", "linear_regression", "mine.py", "--hint", "loss")
    assert (code, err) == (0, "")
    assert words in out
    assert "r @ r / (2" not in out


def test_hints_by_number(call):
    # would catch: hints that nobody can get at without writing something wrong first
    Path("mine.py").write_text("", "utf-8")
    code, out, _ = call("check", "linear_regression", "mine.py", "--hint", "loss:2")
    assert (code, out) == (0, "The sum of the squares is r @ r. By which number is it divided?  (hint 2 of 2)\n")
    code, out, _ = call("check", "linear_regression", "mine.py", "--hint", "loss", "--json")
    assert json.loads(out)["hint"].endswith("(hint 1 of 2; the next one: --hint loss:2)")


# --- watching --------------------------------------------------------------------------------------------------------


def test_watching_checks_after_every_save(tmp_path, monkeypatch):
    # would catch: a save that is not noticed; a file that an editor replaces, gone for a moment
    monkeypatch.setattr(commands, "POLL", 0.01)
    path = tmp_path / "mine.py"
    path.write_text(rewritten("linear_regression", NO_HALF), "utf-8")
    reports = commands.watch("linear_regression", path)
    assert next(reports).counts()["wrong"] == 1
    path.write_text("def predict(", "utf-8")
    assert next(reports).problem.startswith("Line 1 is not valid Python")
    path.unlink()
    (tmp_path / "new.py").write_text(textbook("linear_regression"), "utf-8")
    (tmp_path / "new.py").rename(path)
    assert next(reports).complete


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_ends_watching(tmp_path):
    # would catch: a traceback, or a process that cannot be stopped
    path = tmp_path / "mine.py"
    path.write_text(textbook("linear_regression"), "utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(groundup.__file__).parents[1])}
    command = [sys.executable, "-m", "groundup.cli.main", "check", "linear_regression", str(path), "--watch"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert any("All 14 functions are right." in line for line in process.stdout)
    time.sleep(0.2)  # until it waits for the next save
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")


def test_exercises_of_all_projects_go_to_one_folder(call):
    # would catch: "all" taken for a project; half of the files written before one that exists is found
    Path("mine").mkdir()
    code, out, err = call("exercise", "all", "--out", "mine")
    assert (code, err) == (0, "")
    written = sorted(path.name for path in Path("mine").iterdir())
    assert written == sorted(f"{name}_exercise.py" for name in groundup.projects.FINISHED)
    assert (
        "mine/kmeans_exercise.py: write the functions, then run: groundup check kmeans mine/kmeans_exercise.py" in out
    )
    Path("mine/linear_regression_exercise.py").unlink()
    Path("mine/kmeans_exercise.py").write_text("my work")
    code, _, err = call("exercise", "all", "--out", "mine")
    assert code == 2
    assert "mine/kmeans_exercise.py" in err
    assert "--force" in err
    assert not Path("mine/linear_regression_exercise.py").exists()
    code, out, _ = call("exercise", "all", "--out", "mine", "--force", "--json")
    assert code == 0
    assert [one["name"] for one in json.loads(out)["exercises"]] == list(groundup.projects.FINISHED)
    assert "my work" not in Path("mine/kmeans_exercise.py").read_text("utf-8")


def test_a_file_belongs_to_one_project(call):
    # would catch: a suggestion of names where the sentence should say why "all" cannot be
    Path("mine.py").write_text(NO_HALF)
    code, _, err = call("check", "all", "mine.py")
    assert code == 2
    assert "a file is compared with one project: name the project whose functions mine.py has" in err
