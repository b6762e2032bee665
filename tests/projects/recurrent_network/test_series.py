"""Forecasts of a series: bands, comparisons, what is said of them, files, and a saved model that goes on."""

import io
import json
from dataclasses import replace

import numpy as np
import pandas
import pytest
from numpy.testing import assert_allclose

from groundup.cli.main import main
from groundup.core.storage import FileFormatError
from groundup.data.series.times import Spacing
from groundup.data.series.windows import forecasting
from groundup.plotting.figure import NotApplicable
from groundup.plotting.style import BLUE
from groundup.projects.recurrent_network import findings, forecasts, measures
from groundup.projects.recurrent_network.figures.forecasts import errors_by_lead
from groundup.projects.recurrent_network.figures.forecasts import forecasts as drawn
from groundup.projects.recurrent_network.forecasts import LEVELS, compared, coverage, future, offsets
from groundup.workbench.run.forecast import read_encoding

RNG = np.random.default_rng(0)
NOISE = RNG.normal(0, 1, 400)


class Season:
    """Says the value of the same season, and something besides."""

    def __init__(self, period, ahead, more=0.0):
        self.period, self.ahead, self.more = period, ahead, more

    def predict(self, X):
        """Forecast windows."""
        said = np.asarray(X)[:, [k % self.period - self.period for k in range(self.ahead)]] + self.more
        return said[:, 0] if self.ahead == 1 else said


def series(values=None, horizon=3, **options):
    """Return the data set of a series with a period of 6."""
    time = np.arange(240.0)
    values = 10 * np.sin(2 * np.pi * time / 6) + 0.3 * NOISE[:240] + 50 if values is None else values
    times, hourly = np.arange(float(len(values))), Spacing("number", 1.0, called="hour")
    return forecasting("made", "Made.", "level", values, times, hourly, window=12, horizon=horizon, **options)


def test_forecasts_are_compared_in_the_users_units():
    # standard units in the report, a forecast next to the value of another hour
    data = series()
    found = compared(Season(6, 3), data.held_out)
    assert_allclose(found.network, found.seasonal)
    places = found.origins[:, None] + np.arange(3)
    assert_allclose(found.actual, data.series.values[places])
    assert_allclose(found.naive[:, 2], data.series.values[found.origins - 1])
    error = measures.root_mean_squared_error(Season(6, 3), data.held_out)
    assert_allclose(error, measures.baseline_root_mean_squared_error(data, data.held_out))
    assert_allclose(error, 0.3 * np.sqrt(2), rtol=0.2)
    shifted = measures.mean_absolute_error(Season(6, 3, 100.0), data.held_out)
    assert_allclose(shifted, 100 * data.series.std, rtol=0.01)


def test_values_that_are_not_known_count_nowhere():
    # an error against a value that somebody filled in, or a score of NaN for all
    known = np.ones(240, bool)
    known[200:204] = False
    values = series().series.values.copy()
    values[200:204] = 1e6
    data = series(values, known=known)
    assert measures.baseline_root_mean_squared_error(data, data.held_out) < 1e6
    honest = compared(Season(6, 3), data.held_out).errors("network")
    assert np.isnan(honest).sum() == 12
    assert np.isfinite(measures.root_mean_squared_error(Season(6, 3), data.held_out))


def test_a_band_holds_its_share_of_new_errors():
    # quantiles of m errors that hold less than they say: 9 of 10 errors are no 90 %
    rng, held = np.random.default_rng(1), []
    for _ in range(400):
        low, high = offsets(rng.normal(size=(19, 1)), 0.8)
        new = rng.normal(size=200)
        held.append(((new >= low[0]) & (new <= high[0])).mean())
    assert_allclose(np.mean(held), 0.8, atol=0.01)
    errors = np.arange(1.0, 20.0)[:, None]
    assert_allclose(offsets(errors, 0.8)[:, 0], [2, 18])
    assert_allclose(offsets(errors, 0.99)[:, 0], [1, 19])
    assert_allclose(offsets(np.append(errors, [[np.nan]], axis=0), 0.8)[:, 0], [2, 18])


def test_coverage_is_that_of_errors_which_made_no_band():
    # a band checked on its own errors, which it always holds; values that are in both parts
    calm = np.random.default_rng(2).normal(size=(2000, 2))
    assert_allclose(coverage(calm, 0.8), 0.8, atol=0.03)
    grown = np.concatenate([calm[:1001], 10 * calm[1001:]])
    assert coverage(grown, 0.8) < 0.3
    assert np.isnan(coverage(calm[:20], 0.8))
    shared = np.concatenate([np.zeros((50, 3)), np.full((2, 3), 9.0), np.full((50, 3), 5.0)])
    assert coverage(shared, 0.99) == 0  # The two between the halves count in neither.


def test_a_forecast_goes_beyond_the_end():
    # the last value forecast instead of the next one, a band around another lead time
    data = series()
    found = future(Season(6, 3), data)
    assert found.times.tolist() == [240, 241, 242]
    assert_allclose(found.network, data.series.values[-6:-3])
    assert_allclose(found.seasonal, found.network)
    assert (found.naive == data.series.values[-1]).all()
    errors = compared(Season(6, 3), data.held_out).errors("network")
    assert_allclose(found.bands[0.8], found.network + offsets(errors, 0.8))
    assert set(future(Season(6, 3), replace(data, held_out=None)).bands) == set()


def test_the_forecast_as_a_table():
    # a column without a name, times as numbers of seconds, bands in the wrong order
    text = forecasts.as_csv(Season(6, 3), series())
    table = pandas.read_csv(io.StringIO(text))
    assert list(table) == ["time", "lead", "forecast", "lower 80 %", "upper 80 %", "lower 95 %", "upper 95 %", "naive",
                           "seasonal naive"]  # fmt: skip
    assert (table["lower 95 %"] <= table["lower 80 %"]).all()
    assert (table["lower 80 %"] < table["upper 80 %"]).all()
    assert table["lead"].tolist() == [1, 2, 3]
    flat = forecasts.as_csv(Season(6, 3), series(np.cumsum(NOISE[:200])))
    assert "seasonal naive" not in flat


def test_the_answer_says_where_no_network_is_needed():
    # praise for a network that is worse than the last value
    data = series()
    good = findings.on_held_out(compared(Season(6, 3), data.held_out), data.series)
    assert good.startswith("From 192 to 239, which the network has not learned from, a typical error of level is 0.")
    assert "Over all lead times the network is about as good as the value 6 steps (one period) earlier" in good
    bad = findings.on_held_out(compared(Season(6, 3, 5.0), data.held_out), data.series)
    assert bad.endswith("The network is worse than the value 6 steps (one period) earlier, which needs no network: use "
                        "that instead.")  # fmt: skip
    found = compared(Season(6, 3), data.held_out)
    better = replace(found, network=found.actual + 0.1 * (found.seasonal - found.actual))
    assert "That is 90 % less than the better of these." in findings.on_held_out(better, data.series)
    assert findings.by_leads(better, data.series) == "It is the best at each of the 3 lead times."
    mixed = replace(better, network=np.column_stack([better.network[:, :2], found.seasonal[:, 2] + 9]))
    assert findings.by_leads(mixed, data.series).startswith("At 1 of 3 lead times (3) one of the others is at least as")


def test_large_values_that_move_little_are_told_apart():
    # a pressure of 101,325 said as 101,000, with a band from 101,000 to 101,000; a file with as few digits
    data = series(series().series.values + 5e6)
    said = findings.what_comes(Season(6, 3), data, data.series)
    assert said.startswith("What comes next: 5,000,049.6 (5,000,049.1 to 5,000,050.2 with 80 % of the held-out errors)")
    table = pandas.read_csv(io.StringIO(forecasts.as_csv(Season(6, 3), data)))
    assert_allclose(table["forecast"], data.series.values[-6:-3], atol=0.1)
    pairs = [(101325, 11), (57.4, 2.5), (0, 1), (5, 0), (1e9, 1e-9), (np.nan, 1), (1, np.nan), (np.inf, 1)]
    assert [forecasts.digits_of(*pair) for pair in pairs] == [6, 3, 3, 3, 15, 3, 3, 3]


def test_a_single_baseline_is_called_by_its_name():
    # "one of the others" where there is only one
    data = series(np.cumsum(NOISE[:200]))
    found = compared(Season(6, 3, 99.0), data.held_out)
    assert findings.by_leads(found, data.series) == "At each of the 3 lead times the last value is at least as good."


def test_what_lies_beyond_the_range_of_the_fit_is_told():
    # a series that has become higher, of which the network cannot know
    assert findings.drifted(series().series) == ""
    higher = series().series.values.copy()
    higher[200:] += 40
    assert findings.drifted(series(higher).series).startswith("83 % of the held-out values lie far beyond the range")


def test_tables_by_lead_time_and_of_bands():
    # rows of other lead times, a share in place of per cent
    data = series()
    found = compared(Season(6, 3, 1.0), data.held_out)
    table = findings.by_lead(found, data.series)
    assert table.head == ("steps ahead (hour)", "network", "last value", "6 steps earlier", "mean error", "least")
    assert [row[0] for row in table.rows] == ["1", "2", "3"]
    assert [row[-1] for row in table.rows] == ["6 steps earlier"] * 3
    assert_allclose([row[4] for row in table.rows], -data.series.std, rtol=0.05)
    (band,) = findings.bands(found, data.series)
    assert [row[0] for row in band.rows] == ["80 %", "95 %"]
    assert band.rows[0][1] < band.rows[1][1]


@pytest.mark.parametrize("horizon", [1, 3])
def test_the_figures_show_the_forecasts(horizon):
    # forecasts drawn at the wrong hours, a line of one point that cannot be seen
    data = series(horizon=horizon)
    model = Season(6, horizon)
    above, below = drawn.render(model, data).axes
    found = compared(model, data.held_out)
    first = next(line for line in above.lines if line.get_color() == BLUE)
    assert_allclose(first.get_xdata(), found.origins[0] + np.arange(horizon))
    assert_allclose(first.get_ydata(), found.network[0])
    assert first.get_marker() == ("o" if horizon == 1 else "")
    future_line = next(line for line in below.lines if line.get_color() == BLUE)
    assert_allclose(future_line.get_xdata(), 240 + np.arange(horizon))
    left, right = errors_by_lead.render(model, data).axes
    assert_allclose(left.lines[0].get_ydata(), forecasts.root_mean_square(found.errors("network"), axis=0))
    assert right.get_ylabel() == "observed − forecast, level"
    with pytest.raises(NotApplicable, match="no windows of a series"):
        drawn.render(model, replace(data, series=None))
    with pytest.raises(NotApplicable, match="No part of the time is held out"):
        drawn.render(model, replace(data, held_out=None))


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    """Run a command in an empty folder, without pictures: exit code, standard output, standard error."""
    from groundup.workbench.report import report

    monkeypatch.setattr(report, "_drawn", lambda result, tell: [])
    monkeypatch.setattr(report, "_recordings", lambda result: "not drawn here")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as leave:
            code = leave.code
        out = capsys.readouterr()
        assert "Traceback" not in out.err
        return code, out.out, out.err

    return run


QUICK = ("--set", "alpha=0.1", "max_iter=3", "hidden_layer_sizes=4")


def write_days(path, count=150, gap=None):
    """Write a table of a value a day, without one of them."""
    days = pandas.date_range("2024-01-01", periods=count)
    sales = [f"{20 + 5 * np.sin(2 * np.pi * k / 7) + NOISE[k]:.2f}".replace(".", ",") for k in range(count)]
    rows = [f"{day:%d.%m.%Y};{sold}" for k, (day, sold) in enumerate(zip(days, sales, strict=True)) if k != gap]
    path.write_text("day;sales\n" + "\n".join(rows) + "\n", encoding="utf-8")


def test_a_series_of_the_users_from_its_file_to_the_next_forecast(call, tmp_path):
    # a forecast that is written nowhere, a command that does not repeat the run, a model that cannot go on
    write_days(tmp_path / "my.csv", gap=70)
    code, out, err = call("run", "recurrent_network", "--data", "my.csv", "--target", "sales", "--time", "day",
                          "--horizon", 5, *QUICK)  # fmt: skip
    assert code == 0
    assert "1 of 150 values are missing (2024-03-11), and were filled by straight lines" in err
    assert "the model is RNNRegressor, because the file is a table with a series to forecast" in err
    assert "From 2024-04-30 to 2024-05-29, which the network has not learned from, a typical error of sales is" in out
    folder = tmp_path / "runs" / "recurrent_network" / "my"
    table = pandas.read_csv(folder / "forecast.csv")
    assert table["time"].tolist() == [
        f"2024-0{5 + (k > 1)}-{day}" for k, day in enumerate(("30", "31", "01", "02", "03"))
    ]
    known = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert known["files"] == ["forecast.csv"]
    assert "--target sales --time day --horizon 5" in known["command"]
    assert (known["data"]["unit"], known["data"]["held_out"]) == ("window", 26)
    assert [metric["name"] for metric in known["metrics"] if metric["on"] == "held out"] == [
        "root mean squared error", "mean absolute error",
    ]  # fmt: skip
    again = call("predict", folder, "my.csv")
    assert again[0] == 0
    assert_allclose(pandas.read_csv(io.StringIO(again[1]))["forecast"], table["forecast"], rtol=1e-4)
    write_days(tmp_path / "more.csv", 180)
    later = pandas.read_csv(io.StringIO(call("predict", folder, "more.csv")[1]))
    assert later["time"].tolist()[0] == "2024-06-29"
    write_days(tmp_path / "few.csv", 10)
    assert call("predict", folder, "few.csv")[2].strip() == (
        "groundup: error: sales has 10 values; a forecast is made from the last 14."
    )


def test_a_text_of_the_users(call, tmp_path):
    # a text that is read as a table; a network of characters for a series
    (tmp_path / "my.txt").write_text("One fish, two fish, red fish, blue fish.\n" * 100, encoding="utf-8")
    code, out, err = call("run", "recurrent_network", "--data", "my.txt", "--set", "hidden_layer_sizes=8", "max_iter=2")
    assert code == 0
    assert "the model is CharRNN, because the file is running text; --model decides otherwise" in err
    assert "On 410 characters not used for the fit the next one is as hard to guess as one of" in out
    folder = tmp_path / "runs" / "recurrent_network" / "CharRNN" / "my"
    assert not (folder / "forecast.csv").exists()
    (tmp_path / "new.txt").write_text("red fish", encoding="utf-8")
    code, out, _ = call("predict", folder, "new.txt")
    assert out.startswith("characters,perplexity,bits a character,continued\n8,")
    (tmp_path / "new.txt").write_text("Straße", encoding="utf-8")
    assert "'ß'" in call("predict", folder, "new.txt")[2]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("recurrent_network --data my.csv --target day", 1, "the target 'day' holds"),
        ("recurrent_network --data my.csv --target sold", 2, "--target: there is no column 'sold'. Known: day, sales."),
        ("recurrent_network --data my.csv --drop day", 1, "--drop has no effect on a series"),
        ("recurrent_network --data my.csv --horizon 0", 2, "'0' is not a whole number from 1 to 10,000"),
        ("recurrent_network --data my.csv --model RNNClassifier", 1, "learns classes, but my.csv holds a series"),
        ("recurrent_network --data my.csv --model CharRNN", 1, "learns from documents, but my.csv holds sequences"),
        ("recurrent_network --data my.txt --model RNNRegressor", 1, "but my.txt holds running text"),
        ("recurrent_network --data my.txt --drop x", 1, "--drop has no effect on a text, as my.txt is taken for"),
        ("recurrent_network --data sines --horizon 3", 2, "--horizon is for tables of your own; sines is a data set"),
        ("linear_regression --data my.csv --target sales --time day", 2,
         "--time: linear_regression learns from the rows of a table, not from a series; recurrent_network does."),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_in_a_line(call, tmp_path, arguments, code, words):
    # an option that is taken and does nothing, a traceback
    write_days(tmp_path / "my.csv")
    (tmp_path / "my.txt").write_text("One fish, two fish.\n" * 150, encoding="utf-8")
    found = call("run", *arguments.split())
    assert (found[0], found[1]) == (code, "")
    assert words in found[2]


@pytest.mark.parametrize(
    "change",
    [
        {"windows": None}, {"windows": {"window": 3}}, {"window": 0}, {"std": 0.0}, {"horizon": "3"},
        {"target": 3}, {"time": 3}, {"form": {"decimal": 1}}, {"dates": {"form": "x"}}, {"missing": [3]},
    ],
    ids=str,
)  # fmt: skip
def test_a_model_file_that_says_nothing_of_the_kind_is_refused(change):
    # a traceback for a damaged file, a division by zero
    encoding = series().encoder.to_json() | {"windows": series().series.to_json()}
    assert read_encoding(json.loads(json.dumps(encoding)))[1]["window"] == 12
    for name, value in change.items():
        part = next((part for part in encoding.values() if name in part), encoding)
        part[name] = value
    with pytest.raises(FileFormatError, match="what it says about the series cannot be read"):
        read_encoding(encoding)


def test_levels_are_in_order():
    # a caption that names other shares than the bands have
    assert LEVELS == (0.8, 0.95)
