"""Whatever a learner's file does, a plain sentence says so."""

import json
import sys
import textwrap
from functools import cache

import pytest

from groundup.workbench.learn.check import Submission, check_all, textbook
from support.learners import checked, rewritten

RIGHT = "\n    r = predict(X, w, b) - y\n    return r @ r / (2 * len(y))\n"
STEPS = "def gradient_descent(X, y, rate, steps):\n    w, b = np.zeros(X.shape[1]), 0.0\n"

NUMPY_ONLY = "NumPy and the standard library are all that is needed."
STEP = """
        yield w, b, loss(X, y, w, b)
        dw, db = gradient(X, y, w, b)
        w, b = w - rate * dw, b - rate * db
"""

# what it is: (a function of linear regression, the kind of failure, the sentence)
FAILURES = {
    "exception": (
        "def loss(X, y, w, b):\n    return 1 / 0\n",
        "error", "loss fails in line 17: ZeroDivisionError: division by zero.",
    ),
    "unknown name": (
        "def loss(X, y, w, b):\n    return residual @ y\n",
        "error", "loss fails in line 17: NameError: name 'residual' is not defined.",
    ),
    "an error without text": (
        "def loss(X, y, w, b):\n    class E(Exception):\n        def __str__(self):\n            1 / 0\n    raise E\n",
        "error", "loss fails in line 20: E.",
    ),
    "sys.exit": (
        "def loss(X, y, w, b):\n    import sys\n    sys.exit(3)\n",
        "error", "loss leaves Python in line 18 (sys.exit or exit).",
    ),
    "os._exit": (
        "def loss(X, y, w, b):\n    import os\n    os._exit(0)\n",
        "ended", "loss ended Python (exit code 0).",
    ),
    "recursion": (
        "def loss(X, y, w, b):\n    return loss(X, y, w, b)\n",
        "error", "loss calls itself without end in line 17.",
    ),
    "memory": (
        "def loss(X, y, w, b):\n    return np.ones((10**6, 10**6)).sum()\n",
        "error", "loss needs more memory than there is in line 17.",
    ),
    "input": (
        "def loss(X, y, w, b):\n    return float(input('?'))\n",
        "error", "loss waits for input in line 17; there is none.",
    ),
    "scikit-learn": (
        "def loss(X, y, w, b):\n    from sklearn.metrics import mean_squared_error\n",
        "error", f"loss imports sklearn in line 17; {NUMPY_ONLY}",
    ),
    "SciPy": (
        "def loss(X, y, w, b):\n    import scipy.linalg\n",
        "error", f"loss imports scipy in line 17; {NUMPY_ONLY}",
    ),
    "the textbook": (
        "def loss(X, y, w, b):\n    from groundup.projects.linear_regression import textbook\n",
        "error", f"loss imports groundup in line 17; {NUMPY_ONLY}",
    ),
    "the textbook by name": (
        "def loss(X, y, w, b):\n    import importlib\n    return importlib.import_module('groundup.projects').x\n",
        "error", f"loss imports groundup in line 18; {NUMPY_ONLY}",
    ),
    "None": (
        "def loss(X, y, w, b):\n    r = predict(X, w, b) - y\n",
        "type", "loss returns None; its return statement may be missing.",
    ),
    "text": (
        "def loss(X, y, w, b):\n    return 'a' * 10**6\n",
        "type", "loss is wrong: its result is text instead of one number.",
    ),
    "a list": (
        "def predict(X, w, b):\n    return list(X @ w + b)\n",
        "type", "predict is wrong: its result is a list instead of an array.",
    ),
    "an object that cannot be shown": (
        "def loss(X, y, w, b):\n    class A:\n        def __repr__(self):\n            1 / 0\n    return A()\n",
        "type", "loss is wrong: its result is an A instead of one number.",
    ),
    "an object that cannot be copied": (
        "def loss(X, y, w, b):\n    import threading\n    return threading.Lock()\n",
        "type", "loss is wrong: its result is a lock instead of one number.",
    ),
    "one value of two": (
        "def gradient(X, y, w, b):\n    return X.T @ (predict(X, w, b) - y) / len(y)\n",
        "type", "gradient is wrong: its result is an array of shape (1,) instead of 2 values.",
    ),
    "a column": (
        "def predict(X, w, b):\n    return (X @ w + b)[:, None]\n",
        "shape", "predict is wrong: its result has the shape (3, 1) instead of (3,).",
    ),
    "integers": (
        "def predict(X, w, b):\n    return (X @ w + b).astype(int)\n",
        "dtype", "predict is wrong: its result holds integers instead of floats.",
    ),
    "complex numbers": (
        "def predict(X, w, b):\n    return X @ w + b + 0j\n",
        "dtype", "predict is wrong: its result holds complex numbers instead of floats.",
    ),
    "objects": (
        "def predict(X, w, b):\n    return (X @ w + b).astype(object)\n",
        "dtype", "predict is wrong: its result holds Python objects instead of floats.",
    ),
    "float32": (
        "def predict(X, w, b):\n    return (X @ w + b).astype(np.float32)\n",
        "dtype", "predict is wrong: its result holds float32 numbers instead of float64.",
    ),
    "nan": (
        "def loss(X, y, w, b):\n    return np.nan\n",
        "nan", "loss is wrong: its result is nan (not a number).",
    ),
    "an input changed in place": (
        "def with_ones(X):\n    A = np.column_stack([X, np.ones(len(X))])\n    X *= 2\n    return A\n",
        "changed", "with_ones changes its argument X in place; it should work on a copy or make a new array.",
    ),
    "two inputs changed in place": (
        "def gradient(X, y, w, b):\n    r = X @ w + b - y\n    g = X.T @ r / len(y), r.mean()\n    y += 1\n    w += 1\n"
        "    return g\n",
        "changed", "gradient changes its arguments y and w in place; it should work on a copy or make a new array.",
    ),
    "a signature": (
        "def loss(X, y, w):\n    return 1.0\n",
        "signature", "loss takes (X, y, w) instead of (X, y, w, b).",
    ),
    "async": (
        "async def loss(X, y, w, b):\n    return 1.0\n",
        "error", "loss is an `async def`; it should be a plain `def`.",
    ),
    "states instead of a value": (
        "def loss(X, y, w, b):\n    yield 1.0\n",
        "type", "loss yields states; it should return its result.",
    ),
    "a list instead of states": (
        f"{STEPS}    return [(w, b, loss(X, y, w, b))] * steps\n",
        "type", "gradient_descent returns a list; it should yield its states one after another.",
    ),
    "states without end": (
        f"{STEPS}    while True:{STEP}",
        "length", "gradient_descent does not stop; it should stop after 1 state.",
    ),
    "too few states": (
        f"{STEPS}    for _ in range(min(steps, 2)):{STEP}",
        "length", "gradient_descent stops after 2 states instead of 8.",
    ),
    "a state that changes later": (
        f"{STEPS}    for _ in range(steps):{STEP}".replace("w, b = w - rate * dw,", "w[:], b = w - rate * dw,"),
        "changed", "gradient_descent changes a state after it has yielded it; w = w - … makes a new array, w -= … "
        "changes the old one.",
    ),
    "a second state": (
        f"{STEPS}    for _ in range(steps):{STEP}".replace("b - rate * db", "b"),
        "value", "gradient_descent is wrong: part 2 of state 1 differs: 0 instead of 0.02; the one before is right.",
    ),
}  # fmt: skip


@cache
def failures():
    reports = checked("linear_regression", [code for code, *_ in FAILURES.values()])
    return dict(zip(FAILURES, reports, strict=True))


@pytest.mark.parametrize("failure", FAILURES)
def test_failure_is_a_plain_sentence(failure):
    # would catch: a traceback; a learner's function that ends, or deceives, the check of the others
    _, kind, sentence = FAILURES[failure]
    report = failures()[failure]
    wrong = report.first("wrong")
    assert (wrong.kind, wrong.problem) == (kind, sentence)
    assert report.counts() == {"right": 13, "wrong": 1, "open": 0}
    assert "Traceback" not in str(report)
    assert len(str(report)) < 4_000
    json.dumps(report.as_json(), allow_nan=False)


@pytest.mark.skipif(not hasattr(sys, "getdlopenflags"), reason="signals end processes on POSIX only")
def test_a_crash_is_told_with_its_input():
    # would catch: a check that ends with the learner's process
    (report,) = checked("linear_regression", ["def loss(X, y, w, b):\n    import ctypes\n    ctypes.string_at(0)\n"])
    wrong = report.first("wrong")
    assert wrong.problem == "loss ended Python (it crashed with SIGSEGV)."
    assert wrong.about == "three samples, one feature"
    assert wrong.arguments["y"] == "np.array([1., 3., 2.])"
    assert wrong.right == "1.11"


@pytest.mark.parametrize(
    "body",
    ["while True:\n        pass", "while True:\n        print('x' * 1000)",
     "while True:\n        try:\n            1 / 0\n        except BaseException:\n            pass"],
    ids=["quiet", "printing", "catching everything"],
)  # fmt: skip
def test_a_loop_without_end_is_ended(body):
    # would catch: a check that waits as long as the learner's loop
    (report,) = checked("linear_regression", [f"def loss(X, y, w, b):\n    {body}\n"], ("loss", "predict"), seconds=1.0)
    assert [one.state for one in report.functions] == ["wrong", "right"]
    assert report.functions[0].problem == "loss did not finish within 1 s."
    assert report.functions[0].arguments["b"] == "0.5"


def test_a_failure_is_kept_when_a_later_input_does_not_end():
    # would catch: a smallest failing input that is lost because a larger one hangs
    code = "def loss(X, y, w, b):\n    while len(y) == 12:\n        pass\n    return 5.0\n"
    (report,) = checked("linear_regression", [code], ("loss",), seconds=1.0)
    assert report.functions[0].problem == "loss is wrong: its result differs: 5 instead of 1.11."


def test_masses_of_output_are_cut():
    # would catch: a terminal, or a pipe, that is flooded by prints
    code = "def loss(X, y, w, b):\n    for _ in range(2000):\n        print('again and again')\n    return 5.0\n"
    (report,) = checked("linear_regression", [code], ("loss",))
    assert report.functions[0].printed.startswith("again and again\nagain and again\n")
    assert len(report.functions[0].printed) == 600
    assert "it prints  again and again" in str(report)


# --- the file as a whole ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("top", "sentence"),
    [
        (
            "import sklearn",
            "The file imports sklearn in line 8; NumPy and the standard library are all that is needed.",
        ),
        ("from groundup import KMeans", "The file imports groundup in line 8; NumPy and the standard library are all"),
        ("import sys; sys.exit(0)", "The file leaves Python in line 8"),
        ("x = 1 / 0", "The file fails in line 8: ZeroDivisionError: division by zero. What is tried out belongs under"),
        ("x = input()", "The file waits for input in line 8; there is none."),
        ("import os; os._exit(0)", "Running the file ended Python (exit code 0)."),
        ("def f():\n    raise NotImplementedError('f')\nf()", "The file calls an open function in line 9."),
        ("def f(:", "Line 8 is not valid Python: invalid syntax: def f(:"),
        ("x = '\0'", "The file is not valid Python: source code string cannot contain null bytes."),
        ("x = " + "(" * 300 + ")" * 300, "Line 8 is not valid Python: too many nested parentheses: x = (((("),
    ],
)
def test_a_file_that_cannot_be_run(top, sentence):
    # would catch: a traceback, or functions that are called wrong because the file ended before them
    (report,) = checked("linear_regression", [""], top=top)
    assert report.problem.startswith(sentence)
    assert report.functions == ()
    assert not report.complete
    assert str(report) == f"mine.py: {report.problem}"


def test_a_file_that_does_not_end():
    # would catch: a loop at the top level, for which no function is to blame
    (report,) = checked("linear_regression", [""], top="while True: pass", seconds=1.0)
    assert report.problem == "Running the file did not finish within 1 s."


def test_what_a_file_may_do():
    # would catch: harmless habits that are refused
    habits = """
        from __future__ import annotations
        from numpy import *
        import numpy as np
        import numpy.linalg as la
        import warnings, math, dataclasses
        warnings.simplefilter("error")
        np.seterr(all="raise")
        print("loaded")

        @dataclasses.dataclass
        class Line:
            w: float
            b: float = 0.0
    """
    source = textwrap.dedent(habits).strip() + "\n" + textbook("linear_regression")
    (report,) = check_all("linear_regression", [Submission("mine.py", source)], 20.0)
    assert report.complete, str(report)


def test_a_missing_function_is_open_and_its_misspelling_is_guessed():
    # would catch: a KeyError for a function that was deleted
    source = textbook("linear_regression").replace("def gap(", "def gapp(")
    (report,) = check_all("linear_regression", [Submission("mine.py", source)], 20.0)
    assert report.counts() == {"right": 13, "wrong": 0, "open": 1}
    assert report.first("open").problem == "gap is not in the file; is gapp meant to be it?"
    assert report.first("open").problem in str(report)


def test_a_name_that_is_no_function():
    # would catch: a TypeError when it is called
    source = textbook("linear_regression") + "\npredict = 3\n"
    (report,) = check_all("linear_regression", [Submission("mine.py", source)], 20.0)
    assert report.first("wrong").problem == "predict is one number; it should be a function."


def test_one_mistake_is_reported_once():
    # would catch: functions that are called wrong, or cannot be checked, because an earlier one is
    broken = "def predict(X, w, b):\n    return X @ w\n\n\ndef with_ones(X):\n    raise NotImplementedError\n"
    (report,) = checked("linear_regression", [broken])
    assert report.counts() == {"right": 12, "wrong": 1, "open": 1}


def test_helpers_of_the_learners_own_are_kept():
    # would catch: a namespace in which only the textbook's names are known
    code = """
        def loss(X, y, w, b):
            return half(mean_square(X, y, w, b))

        def half(x):
            return x / 2

        def mean_square(X, y, w, b):
            return ((predict(X, w, b) - y) ** 2).mean()
    """
    (report,) = checked("linear_regression", [code])
    assert report.complete, str(report)


def test_a_begun_function_is_open():
    # would catch: a function that is called wrong while it is being written
    (report,) = checked(
        "linear_regression", [f"def loss(X, y, w, b):{RIGHT.replace('return', 'raise NotImplementedError #')}"]
    )
    assert report.counts() == {"right": 13, "wrong": 0, "open": 1}
    assert report.first("open").kind == "begun"


def test_files_do_not_disturb_each_other():
    # would catch: a module that one file changes and the next one finds changed
    at_top = rewritten("linear_regression", "", top="np.random.seed = 42")
    inside = rewritten("linear_regression", f"def loss(X, y, w, b):\n    np.random.seed = np.abs = 42{RIGHT}")
    sources = [at_top, inside, textbook("linear_regression")]
    first, second, third = check_all("linear_regression", [Submission("mine.py", source) for source in sources], 20.0)
    assert first.problem == "The file changes np.random.seed, which other functions need; a name of your own is free."
    assert second.counts() == {"right": 13, "wrong": 1, "open": 0}
    assert second.first("wrong").problem.startswith(
        "loss changes np.abs and np.random.seed, which other functions need"
    )
    assert third.complete
