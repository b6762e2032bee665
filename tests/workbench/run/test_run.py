"""A run from front to back: what it learns, leaves behind, and goes on from."""

import io
import json
import os
import shlex
import signal
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groundup.cli.main import parser
from groundup.core.estimator.training import Training
from groundup.core.text import read_value, write_value
from groundup.projects.common.declaration import Metric
from groundup.saving import load, read_about, save_state
from groundup.workbench.report.sections import show
from groundup.workbench.report.summary import brief
from groundup.workbench.run import checkpoint, run
from groundup.workbench.run.checkpoint import fingerprint
from groundup.workbench.run.compare import difference
from groundup.workbench.run.errors import RunError, UsageError
from groundup.workbench.run.fit import Interrupts
from groundup.workbench.run.progress import Progress, duration
from groundup.workbench.run.request import Asked, build_model, open_data
from groundup.workbench.run.timing import timed
from support import halving
from support.halving import PROJECT, Halving


@pytest.fixture(autouse=True)
def project(monkeypatch):
    halving.install(monkeypatch)


@pytest.fixture
def unreported(monkeypatch):
    """Leave the report out, which has tests of its own."""
    from groundup.workbench.report import report

    monkeypatch.setattr(report, "write_report", lambda result, tell: None)


def with_model(**changes):
    """The project with a changed declaration of its model."""
    return replace(PROJECT, models=(replace(PROJECT.models[0], **changes),))


EXACT = {"tol": 0, "start": 1.0}


def same(a, b):
    """Whether two fitted models are equal in every bit."""
    assert set(vars(a)) == set(vars(b))
    for name, value in vars(a).items():
        other = getattr(b, name)
        if name == "history_":
            assert set(value) == set(other)
            assert all(value[key].tobytes() == other[key].tobytes() for key in value)
        elif isinstance(value, np.ndarray):
            assert value.tobytes() == other.tobytes()
        else:
            assert value == other, name
    return True


def test_a_run_leaves_report_record_and_model(tmp_path):
    # would catch: a folder named otherwise, the reference fitted to other data, a checkpoint left after the end
    result = run.run(Asked(PROJECT, parameters=EXACT), tmp_path / "deep" / "runs")
    assert result.folder == tmp_path / "deep" / "runs" / "halving" / "noise"
    assert sorted(os.listdir(result.folder)) == ["figures", "index.html", "metrics.json", "model.npz"]
    data = halving.noise(0)
    assert result.model.mean_ == pytest.approx(data.y.mean(), rel=1e-15)
    assert result.model.max_iter == 90  # the project's own choice
    assert result.metrics["mean squared error"] == pytest.approx(data.y.var())
    assert result.comparison.metrics["mean squared error"] == pytest.approx(data.y.var())
    assert result.comparison.reference.startswith("scikit-learn ")
    assert result.comparison.reference.endswith(" DummyRegressor")
    assert result.comparison.fit_seconds > 0
    assert [d.name for d in result.comparison.differences] == ["n_features_in_"]
    assert result.stopped is None
    known = json.loads((result.folder / "metrics.json").read_text())
    assert known["project"]["name"] == "halving"
    assert same(load(result.folder / "model.npz"), result.model)


@pytest.mark.parametrize(
    ("request_", "command"),
    [
        (Asked(PROJECT), "groundup run halving --seed 0"),
        (Asked(PROJECT, data="noise", seed=3), "groundup run halving --seed 3"),
        (Asked(PROJECT, data="more", parameters={"tol": 0.1, "mode": "slow"}),
         "groundup run halving --data more --set tol=0.1 --set mode=slow --seed 0"),
        (Asked(PROJECT, data="a b.csv", target="x,y"),
         "groundup run halving --data 'a b.csv' --target x,y --seed 0"),
        (Asked(PROJECT, parameters={"start": -1.5}), "groundup run halving --set start=-1.5 --seed 0"),
    ],
)  # fmt: skip
def test_the_command_repeats_the_run(request_, command):
    # would catch: an option lost, a path with a space split; parsed again it must give the same request
    settled = request_.settle()
    assert settled.command(out=Path("runs")) == command
    options = parser().parse_args(shlex.split(command)[1:])
    assert dict(options.set) == dict(request_.parameters)
    assert (options.data or "noise", options.target, options.seed) == (settled.data, settled.target, settled.seed)
    assert settled.command(out=Path("o"), max_seconds=2.5).endswith(" --out o --max-seconds 2.5")


@pytest.mark.parametrize(
    "value",
    [
        1,
        -0.5,
        1e-3,
        True,
        None,
        [1, 2.5],
        (1,),
        "auto",
        "1",
        "None",
        "[1",
        "a b",
        "",
        "'q'",
        "1e-3",
        2**70,
        False,
        "no",
        "True",
    ],
)
def test_a_value_can_be_typed_again(value):
    # would catch: the text '1' repeated as the number 1
    again = read_value(write_value(value))
    assert again == value
    assert type(again) is type(value)


def test_truth_is_typed_as_one_likes():
    # would catch: --set positive=true refused, or taken for a text; a name that only contains such a word changed
    assert [read_value(text) for text in ("true", "True", "YES", "false", "no")] == [True, True, True, False, False]
    assert [read_value(text) for text in ("'no'", "none", "yes please")] == ["no", "none", "yes please"]
    assert [read_value(text) for text in ("inf", "-inf")] == [np.inf, -np.inf]


def test_the_seed_is_of_data_and_model(unreported, tmp_path):
    # would catch: a seed that reaches only one of them; an explicit random_state overridden
    data = open_data(Asked(PROJECT, seed=7).settle())
    assert np.array_equal(data.X, halving.noise(7).X)
    assert build_model(Asked(PROJECT, seed=7).settle(), data).random_state == 7
    assert build_model(Asked(PROJECT, seed=7, parameters={"random_state": 1}).settle(), data).random_state == 1
    assert open_data(Asked(PROJECT, data="more", seed=7).settle()).X[0, 0] == halving.noise(107).X[0, 0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": {"tool": 1}}, "Halving has no parameter 'tool'. Did you mean 'tol'?"),
        ({"parameters": {"tol": -1}}, "tol=-1 is not allowed; it must be a number of at least 0"),
        ({"parameters": {"mode": "fast"}}, "mode='fast' is not allowed; it must be 'auto' or 'slow'"),
        ({"data": "noisy"}, "no data set 'noisy'. Did you mean 'noise'?"),
        ({"data": "zzz"}, "Known: noise, more"),
        ({"data": "noise", "target": "c"}, "--target is for tables of your own"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_written(tmp_path, changes, message):
    # would catch: a folder made, or a fit begun, for a request that cannot be
    with pytest.raises(UsageError) as caught:
        run.run(Asked(PROJECT, **changes), tmp_path / "runs")
    assert message in str(caught.value)
    assert not (tmp_path / "runs").exists()


def test_a_table_of_one_s_own(unreported, tmp_path):
    # would catch: a target guessed; a missing file told as a missing set
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,6\n")
    path = str(tmp_path / "t.csv")
    result = run.run(Asked(PROJECT, data=path, target="b", parameters={"tol": 0}), tmp_path)
    assert result.model.mean_ == pytest.approx(4)
    about = read_about(tmp_path / "halving" / "t" / "model.npz")
    assert about["target"] == "b"
    assert about["encoding"]["columns"][0]["name"] == "a"
    with pytest.raises(UsageError, match=r"say what with --target COLUMN\. The columns of .*t\.csv: a, b\."):
        run.run(Asked(PROJECT, data=path), tmp_path)
    with pytest.raises(UsageError, match="no column 'c' to predict"):
        run.run(Asked(PROJECT, data=path, target="c"), tmp_path)
    with pytest.raises(RunError, match=r"there is no file .*u\.csv"):
        run.run(Asked(PROJECT, data=str(tmp_path / "u.csv"), target="b"), tmp_path)


def test_a_metric_without_a_value_is_missing_not_fatal(unreported, tmp_path):
    # would catch: a run lost for a score that is not defined here
    def undefined(model, data):
        raise ValueError("one cluster only")

    metrics = (*PROJECT.metrics, Metric("silhouette", undefined, "higher"))
    result = run.run(Asked(replace(PROJECT, metrics=metrics)), tmp_path)
    assert np.isnan(result.metrics["silhouette"])
    assert np.isnan(result.comparison.metrics["silhouette"])
    assert result.metrics["mean squared error"] > 0


def test_a_fit_that_diverges_is_told(unreported, tmp_path):
    # would catch: a traceback for a step size that is too large
    class Diverging(Halving):
        def _iterate(self, data, start):
            raise FloatingPointError("diverged at iteration 3")

    with pytest.raises(RunError, match="diverged at iteration 3"):
        run.run(Asked(with_model(estimator=Diverging)), tmp_path)


def test_data_that_the_model_refuses_is_told(unreported, tmp_path):
    # would catch: a traceback for bad data
    bad = replace(PROJECT, data={"bad": lambda seed: replace(halving.noise(0), y=np.full(40, np.nan))})
    with pytest.raises(RunError, match="y contains NaN"):
        run.run(Asked(bad), tmp_path)


def test_data_that_the_choice_of_parameters_refuses_is_told(unreported, tmp_path):
    # would catch: a traceback from the cross-validation, where the fit itself would say what is wrong
    def chosen(data):
        raise ValueError("one target, but several are needed")

    asked = Asked(replace(PROJECT, models=(replace(PROJECT.models[0], parameters=chosen),)))
    with pytest.raises(RunError, match="one target, but several are needed"):
        run.run(asked, tmp_path)


# --- stopping and going on ------------------------------------------------------------------------------------------


def stop_after(monkeypatch, count, how):
    """Call `how` at the `count`-th state of a fit."""
    usual = Progress.__call__

    def called(self, state):
        usual(self, state)
        if self.count == count:
            how()

    monkeypatch.setattr(Progress, "__call__", called)


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupted_run_goes_on_to_the_same_answer(unreported, tmp_path, monkeypatch):
    # would catch: a state or a history lost on the way, one iteration made twice, other parameters or data
    request = Asked(PROJECT, data="more", seed=4, parameters=EXACT)
    whole = run.run(request, tmp_path / "whole").model
    with monkeypatch.context() as patch:
        stop_after(patch, 9, interrupt)
        stopped = run.run(request, tmp_path / "runs")
    assert stopped.stopped == "interrupted"
    assert stopped.model.n_iter_ == 9
    assert stopped.comparison.reference.endswith("(not fitted: the run was stopped)")
    assert (tmp_path / "runs" / "halving" / "more" / "checkpoint.npz").exists()
    with monkeypatch.context() as patch:  # and a second time
        stop_after(patch, 20, interrupt)
        assert run.run(Asked(PROJECT), tmp_path / "runs", resume=True).model.n_iter_ == 20
    resumed = run.run(Asked(PROJECT), tmp_path / "runs", resume=True)
    assert same(resumed.model, whole)
    assert resumed.data.name == "noise"
    assert resumed.command == "groundup run halving --data more --set tol=0 --set start=1.0 --seed 4 --out " + str(
        tmp_path / "runs"
    )
    assert not (tmp_path / "runs" / "halving" / "more" / "checkpoint.npz").exists()


def test_a_time_limit_stops_at_a_state_and_the_run_goes_on(unreported, tmp_path):
    # would catch: a limit that is ignored, or that loses what was reached
    request = Asked(PROJECT, parameters=EXACT | {"mode": "slow"})
    stopped = run.run(request, tmp_path, max_seconds=0.1)
    assert stopped.stopped == "time limit"
    assert 1 <= stopped.model.n_iter_ < 30
    assert stopped.fit_seconds < 1
    resumed = run.run(request, tmp_path, resume=True)  # the same options again are no contradiction
    whole = run.run(request, tmp_path / "whole")
    assert same(resumed.model, whole.model)
    assert resumed.fit_seconds > stopped.fit_seconds


def test_a_limit_that_passes_with_the_last_state_stops_nothing(unreported, tmp_path):
    # would catch: a complete fit called stopped
    assert run.run(Asked(PROJECT, parameters={"tol": 1e9}), tmp_path, max_seconds=1e-9).stopped is None
    assert not (tmp_path / "halving" / "noise" / "checkpoint.npz").exists()


def test_time_adds_up_over_resumed_runs(unreported, tmp_path):
    # would catch: the time of earlier runs forgotten
    path = tmp_path / "halving" / "noise" / "checkpoint.npz"
    first = run.run(Asked(PROJECT, parameters=EXACT | {"mode": "slow"}), tmp_path, max_seconds=0.1)
    assert read_about(path)["seconds"] >= 0.1
    second = run.run(Asked(PROJECT), tmp_path, resume=True, max_seconds=1e-9)
    assert second.model.n_iter_ == first.model.n_iter_ + 1
    assert read_about(path)["seconds"] >= first.fit_seconds


def test_a_crashed_run_goes_on_from_its_last_checkpoint(unreported, tmp_path, monkeypatch):
    # would catch: checkpoints written only at the end
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)

    def crash():
        raise SystemError("power failure")

    with monkeypatch.context() as patch:
        stop_after(patch, 12, crash)
        with pytest.raises(SystemError):
            run.run(Asked(PROJECT, parameters=EXACT), tmp_path)
    resumed = run.run(Asked(PROJECT), tmp_path, resume=True)
    assert same(resumed.model, run.run(Asked(PROJECT, parameters=EXACT), tmp_path / "whole").model)


@pytest.fixture(params=[signal.default_int_handler, signal.SIG_IGN, signal.SIG_DFL])
def inherited(request):
    """What the process found for interrupts when it was started: a shell has background jobs ignore them."""
    usual = signal.signal(signal.SIGINT, request.param)
    yield request.param
    signal.signal(signal.SIGINT, usual)


def test_a_second_interrupt_aborts(unreported, tmp_path, monkeypatch, inherited):
    # would catch: a fit that can only be killed, or one that does what the process inherited
    def twice():
        interrupt()
        interrupt()

    stop_after(monkeypatch, 3, twice)
    with pytest.raises(KeyboardInterrupt):
        run.run(Asked(PROJECT, parameters=EXACT), tmp_path)
    assert signal.getsignal(signal.SIGINT) is inherited


@pytest.mark.parametrize("stop", ["interrupted", "time limit"])
def test_a_stopped_run_says_so_at_once_and_what_comes(tmp_path, monkeypatch, stop):
    # would catch: minutes of drawing after Ctrl-C, without a word that a second one ends them
    log, limit = io.StringIO(), None
    if stop == "interrupted":
        stop_after(monkeypatch, 9, interrupt)
    else:
        limit = 1e-9
    run.run(Asked(PROJECT, parameters=EXACT), tmp_path, stream=log, max_seconds=limit)
    first, again = ("interrupted after iteration 9", " again") if limit is None else (
        "stopped by the time limit after iteration 1", ""
    )  # fmt: skip
    assert log.getvalue() == f"halving: {first}; --resume goes on; drawing the report, Ctrl-C{again} to leave it\n"


def test_leaving_the_drawing_keeps_the_fit_and_the_earlier_run(tmp_path, monkeypatch):
    # would catch: the state lost with the second Ctrl-C, or the new model next to the old report
    folder = run.run(Asked(PROJECT, seed=1), tmp_path).folder
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with monkeypatch.context() as patch:
        stop_after(patch, 9, interrupt)
        patch.setattr(run, "evaluate", lambda *_: interrupt())
        with pytest.raises(KeyboardInterrupt):
            run.run(Asked(PROJECT, parameters=EXACT), tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    assert os.listdir(folder.parent) == ["noise"]
    result = run.run(Asked(PROJECT), tmp_path, resume=True)
    assert same(result.model, run.run(Asked(PROJECT, parameters=EXACT), tmp_path / "whole").model)


def test_a_state_that_is_being_written_is_not_lost_to_a_second_interrupt(tmp_path, monkeypatch):
    # would catch: a fit of four seconds gone with the Ctrl-C that was to leave the report
    usual = checkpoint.save_state

    def interrupted(*arguments, **about):
        interrupt()
        usual(*arguments, **about)

    with monkeypatch.context() as patch:
        stop_after(patch, 9, interrupt)
        patch.setattr(checkpoint, "save_state", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run.run(Asked(PROJECT, parameters=EXACT), tmp_path)
    assert len(read_about(tmp_path / "halving" / "noise" / "checkpoint.npz")["history"]["loss"]) == 9


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"request": None},
        {"request": {"project": "halving"}},
        {
            "request": {
                "project": "halving",
                "model": None,
                "data": "noise",
                "target": None,
                "seed": 0,
                "parameters": {},
            }
        },
        {"request": {"project": "halving", "model": "Halving", "data": 3, "target": None, "seed": 0, "parameters": {}}},
        {"request": Asked(PROJECT).settle().about() | {"table": 3}},
        {"request": Asked(PROJECT).settle().about() | {"table": {"drop": 3}}},
        {"request": Asked(PROJECT).settle().about() | {"table": {"unknown": []}}},
    ],
)
def test_a_checkpoint_that_does_not_say_what_was_run_is_refused(tmp_path, about):
    # would catch: a KeyError or TypeError for a file from elsewhere
    path = tmp_path / "halving" / "noise" / "checkpoint.npz"
    path.parent.mkdir(parents=True)
    save_state(halving.HalvingState(1, 0.5, np.zeros(1), False), path, Halving(), **about)
    with pytest.raises(RunError, match=r"--resume: .*checkpoint.npz does not say what was run"):
        run.run(Asked(PROJECT), tmp_path, resume=True)


@pytest.mark.parametrize(
    ("state", "about", "words"),
    [
        (halving.HalvingState(1, 0.5, np.zeros((3, 3)), False), {"history": 1, "seconds": 1.0}, "how the fit went"),
        (halving.HalvingState(1, 0.5, np.zeros((3, 3)), False), {"history": {}, "seconds": None}, "how the fit went"),
        (halving.HalvingState(1, 0.5, np.array(["a"]), False), {"history": {}, "seconds": 1.0}, "does not fit"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(tmp_path, state, about, words):
    # would catch: a traceback from within the iterations
    request = Asked(PROJECT, parameters=EXACT).settle()
    path = tmp_path / "halving" / "noise" / "checkpoint.npz"
    path.parent.mkdir(parents=True)
    save_state(state, path, Halving(), request=request.about(), fingerprint=fingerprint(open_data(request)), **about)
    with pytest.raises(RunError, match=f"--resume: .*{words}"):
        run.run(Asked(PROJECT), tmp_path, resume=True)


def test_interrupts_are_for_the_main_thread_only():
    # would catch: a ValueError from signal in a thread
    failures = []

    def inside():
        try:
            with Interrupts():
                pass
        except ValueError as error:
            failures.append(error)

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert failures == []


@pytest.fixture
def stopped(unreported, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_after(patch, 5, interrupt)
        run.run(Asked(PROJECT, seed=4, parameters=EXACT), tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 5}, "made with --seed at 4, not 5"),
        ({"target": "y"}, "made with --target at None, not 'y'"),
        ({"parameters": {"tol": 0.1}}, "made with --set tol at 0, not 0.1"),
        ({"parameters": {"max_iter": 9}}, "made with --set max_iter at its default, not 9"),
    ],
)
def test_resume_refuses_other_options(stopped, changes, message):
    # would catch: going on with another problem in silence
    with pytest.raises(UsageError) as caught:
        run.run(Asked(PROJECT, **changes), stopped, resume=True)
    assert message in str(caught.value)
    assert "start again without --resume" in str(caught.value)


def test_resume_refuses_other_data_other_projects_and_damage(stopped, monkeypatch):
    # would catch: an iteration that goes on with a table that was edited meanwhile
    changed = replace(PROJECT, data={"noise": lambda seed: halving.noise(seed + 1)})
    with pytest.raises(RunError, match="the data 'noise' has changed since the checkpoint"):
        run.run(Asked(changed), stopped, resume=True)
    path = stopped / "halving" / "noise" / "checkpoint.npz"
    other = replace(PROJECT, name="other")
    (stopped / "other" / "noise").mkdir(parents=True)
    (stopped / "other" / "noise" / "checkpoint.npz").write_bytes(path.read_bytes())
    with pytest.raises(RunError, match="is a checkpoint of halving, not of other"):
        run.run(Asked(other), stopped, resume=True)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(RunError, match=r"--resume: .*damaged"):
        run.run(Asked(PROJECT), stopped, resume=True)
    path.unlink()
    with pytest.raises(RunError, match=r"--resume: no run of halving in .* was stopped"):
        run.run(Asked(PROJECT), stopped, resume=True)


def test_a_fingerprint_changes_with_every_entry():
    # would catch: a hash of a part, or of the object's address
    data = halving.noise(0)
    assert fingerprint(data) == fingerprint(halving.noise(0))
    X, y = data.X.copy(), data.y.copy()
    X[-1, -1] += 1e-12
    y[-1] += 1e-12
    assert len({fingerprint(d) for d in (data, replace(data, X=X), replace(data, y=y), replace(data, y=None))}) == 4
    assert fingerprint(replace(data, X=np.asfortranarray(data.X))) == fingerprint(data)


# --- the reference ---------------------------------------------------------------------------------------------------


def test_differences_are_relative_to_the_reference():
    # would catch: division by zero, by ours, or entry by entry; shapes broadcast
    assert difference("a", [1.0, 11.0], [1.0, 10.0]).largest == pytest.approx(0.1)
    assert difference("a", [0.5, 0.0], [0.0, 0.0]).largest == 0.5
    assert difference("a", 2, 2.0).largest == 0
    assert np.isnan(difference("a", np.zeros(3), np.zeros((1, 3))).largest)
    assert difference("a", np.zeros((0, 2)), np.zeros((0, 2))).largest == 0


RAGGED = [np.ones((2, 3)), np.full((3, 1), 10.0)]


@pytest.mark.parametrize(
    ("ours", "theirs", "largest"),
    [
        (np.array(["a", "b", "c", "d"]), np.array(["a", "b", "x", "d"], dtype=object), 0.25),
        ("gini", "entropy", 1.0),
        (RAGGED, [RAGGED[0], RAGGED[1] + 1.0], 1 / 11),
        (RAGGED, RAGGED[:1], np.nan),
        (RAGGED, [RAGGED[0], RAGGED[0]], np.nan),
        (RAGGED, np.ones(3), np.nan),
        (np.array([*RAGGED, None], dtype=object)[:2], RAGGED, 0.0),
        (np.array([True, False]), np.array([True, True]), 1.0),
        (np.array([3, 1], np.uint8), np.array([4, 1], np.uint8), 0.25),
        (np.array([1 + 1j]), np.array([1 + 0j]), 1.0),
        (None, None, 0.0),
        ({"a": 1}, 2.0, 1.0),
    ],
)
def test_attributes_of_any_kind_are_compared_and_shown(ours, theirs, largest):
    # would catch: one list of arrays or of names that fails the comparison, or the printing, of all the others
    found = difference("a", ours, theirs)
    assert found.largest == pytest.approx(largest, nan_ok=True)
    for value in (ours, theirs):
        assert len(brief(value)) < 80
        assert "\n" not in show(value)


def test_a_short_fit_is_measured_several_times_in_turn(monkeypatch):
    # would catch: a first, cold fit held against a warm one; a long fit made again; the fitted model changed
    from sklearn.dummy import DummyRegressor

    data = halving.noise(0)
    model, reference = Halving(start=0.0).fit(data.X, data.y), DummyRegressor().fit(data.X, data.y)
    fits = []
    usual = Training.__init__
    monkeypatch.setattr(Training, "__init__", lambda self, *a, **k: (fits.append(1), usual(self, *a, **k))[1])
    before = dict(vars(model))

    def seconds_of(first):
        return timed(model, reference, data, supervised=True, first=first)

    ours, theirs = seconds_of((0.09, 2.0))
    assert len(fits) == 5
    assert 0 < ours < 0.09
    assert 0 < theirs < 2.0
    assert vars(model) == before
    assert seconds_of((0.2, 0.3)) == (0.2, 0.3)
    assert seconds_of((0.01, 60.0)) == (0.01, 60.0)
    assert len(fits) == 5


def test_a_reference_that_fails_does_not_spoil_the_run(unreported, tmp_path):
    # would catch: our answer lost because scikit-learn refuses the data
    wrong = with_model(twin=lambda model, data: {"strategy": "nonsense"})
    result = run.run(Asked(wrong), tmp_path)
    assert "(failed: The 'strategy' parameter" in result.comparison.reference
    assert np.isnan(result.comparison.metrics["mean squared error"])
    assert result.metrics["mean squared error"] > 0


# --- progress --------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def watch(stream, times, monkeypatch, **options):
    clock = iter(times)
    monkeypatch.setattr("groundup.workbench.run.progress.time.monotonic", lambda: next(clock))
    progress = Progress("halving", stream, **options)
    for k in range(len(times) - 1):
        progress(halving.HalvingState(k, 0.5**k, np.zeros(1), False))
    progress.close()
    return stream.getvalue()


def test_a_terminal_gets_one_line_rewritten(monkeypatch):
    # would catch: a line for every iteration, a remaining time that ignores what was done before
    text = watch(Terminal(), [0, 0.05, 1.0, 1.01, 4.0], monkeypatch, most=10)
    first, second = text.split("\r\033[K")[1:3]
    assert first == "halving: iteration 2, loss 0.5, 1.0 s elapsed, ≤ 4.0 s left"
    assert second == "halving: iteration 4, loss 0.125, 4.0 s elapsed, ≤ 6.0 s left"
    assert text.endswith("\r\033[K")
    assert "\n" not in text


def test_what_is_done_after_the_fit_is_told(monkeypatch, tmp_path):
    # would catch: half a minute of silence after the last iteration; a log line for every figure; a word when quiet
    terminal, log = Terminal(), io.StringIO()
    for stream in (terminal, log, None):
        run.run(Asked(PROJECT), tmp_path, stream=stream)
    stages = [part for part in terminal.getvalue().split("\r\033[K") if part]
    assert [stage for stage in stages if "iteration" not in stage] == ["halving: comparing", "halving: animation"]
    assert terminal.getvalue().endswith("\r\033[K")
    assert log.getvalue() == "halving: fitted; now comparing\n"


def test_a_stopped_run_does_not_fit_the_reference(unreported, monkeypatch, tmp_path):
    # would catch: --max-seconds 5 that is followed by an hour of the reference's fit
    monkeypatch.setattr(run, "fit_reference", lambda *_: pytest.fail("the reference was fitted"))
    slow = {"mode": "slow", "tol": 0, "start": 1.0}
    result = run.run(Asked(PROJECT, parameters=slow), tmp_path, max_seconds=0.05)
    assert result.stopped == "time limit"
    assert result.comparison.reference.endswith("(not fitted: the run was stopped)")


def test_elsewhere_few_plain_lines_are_written(monkeypatch):
    # would catch: carriage returns in a log file, a log that grows with every second
    text = watch(io.StringIO(), range(101), monkeypatch)
    assert [line.split(", ")[2] for line in text.splitlines()] == [
        "5.0 s elapsed", "10.0 s elapsed", "20.0 s elapsed", "40.0 s elapsed", "1 min 20 s elapsed",
    ]  # fmt: skip
    assert "\r" not in text
    assert "left" not in text


def test_the_time_limit_bounds_what_remains(monkeypatch):
    # would catch: the larger of the two bounds, iterations of a resumed run counted as made now
    text = watch(Terminal(), [0, 2.0], monkeypatch, most=1000, max_seconds=5.0)
    assert "≤ 3.0 s left" in text
    text = watch(Terminal(), [0, 2.0], monkeypatch, most=104, done=100)
    assert "iteration 101" in text
    assert "≤ 6.0 s left" in text


def test_silence(monkeypatch):
    # would catch: output with --quiet
    Progress("halving", None)(halving.HalvingState(1, 0.5, np.zeros(1), False))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.00035, "0.35 ms"),
        (0.25, "250 ms"),
        (1.25, "1.2 s"),
        (59.94, "59.9 s"),
        (125, "2 min 05 s"),
        (7300, "2 h 01 min"),
    ],
)
def test_durations(seconds, words):
    # would catch: 60 seconds of a minute, minutes lost
    assert duration(seconds) == words
