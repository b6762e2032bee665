"""A series from a table as people export them: sorted, filled, told, or refused with what to do."""

import numpy as np
import pandas
import pytest

from groundup.data.series.encoder import SeriesEncoder
from groundup.data.series.load import load_series
from groundup.data.tables.errors import Ambiguous, TableError
from groundup.data.tables.options import NoSuchColumn, TableOptions

RNG = np.random.default_rng(0)
DAYS = [str(day.date()) for day in pandas.date_range("2024-01-01", periods=120)]
VALUES = np.round(50 + 5 * np.sin(2 * np.pi * np.arange(120) / 7) + RNG.normal(0, 0.5, 120), 2).tolist()
DAILY = list(zip(DAYS, VALUES, strict=True))


@pytest.fixture
def loaded(tmp_path):
    """Load a table's rows, or its text, as a series."""

    def load(rows, target=None, head="date,value", name="t.csv", **options):
        path = tmp_path / name
        lines = rows if isinstance(rows, str) else "".join(f"{','.join(map(str, row))}\n" for row in rows)
        path.write_text(f"{head}\n{lines}", encoding="utf-8")
        return load_series(path, target, TableOptions(**options))

    return load


def test_a_plain_table_is_read_without_a_word(loaded):
    # a target or a time that has to be named where there is one only
    data = loaded(DAILY)
    series = data.series
    assert (series.name, series.spacing.name, series.period, series.window, series.horizon) == (
        "value",
        "day",
        7,
        14,
        7,
    )
    assert series.values.tolist() == VALUES
    assert series.known.all()
    assert str(series.future()[0])[:10] == "2024-04-30"
    assert data.notes == (
        "the period found is 7; a forecast is of 7 values; --horizon decides otherwise",
        "a forecast is made from the 14 values before it; --window decides otherwise",
    )
    assert [use.cells for use in data.columns] == [
        ("date", "date (year-month-day)", "time, one value every day", ""),
        ("value", "number", "target: its past is what is learned from", ""),
    ]
    assert not loaded(DAILY, "value", time="date", horizon=3, window=9).notes


def test_unsorted_rows_are_sorted_and_told(loaded):
    # a series that is learned from backwards, which no score shows
    mixed = [DAILY[k] for k in RNG.permutation(120)]
    for rows, told in ((DAILY[::-1], "went from the newest to the oldest"), (mixed, "were not in the order of date")):
        data = loaded(rows)
        assert data.series.values.tolist() == VALUES
        assert data.notes[0] == f"the rows {told}, and were sorted"


def test_a_time_that_occurs_twice_is_refused(loaded):
    # two stores in one table, taken for one series; the rows of the sorted table in place of the user's
    with pytest.raises(TableError, match=r"date: 2024-01-11 is the time of row 11 and of row 121. A series has one"):
        loaded([*DAILY, (DAYS[10], 3.0)])
    with pytest.raises(TableError, match=r"of row 1 and of row 121 \(120 times in all\)"):
        loaded([*DAILY, *DAILY])


def test_gaps_are_filled_by_straight_lines_told_and_not_compared_with(loaded):
    # gaps that are closed, medians that break the season, a filled value that a forecast is compared with
    rows = [row for k, row in enumerate(DAILY) if k not in (5, 6, 110)]
    rows[40] = (rows[40][0], "")
    data = loaded(rows, horizon=7, window=14)
    series = data.series
    assert len(series.values) == 120
    assert np.flatnonzero(~series.known).tolist() == [5, 6, 42, 110]
    assert series.values[5] == pytest.approx(VALUES[4] + (VALUES[7] - VALUES[4]) / 3)
    assert np.isnan(data.held_out.y).sum() == 7  # Day 110, at each lead time.
    assert data.notes == (
        "4 of 120 values are missing (2024-01-06, 2024-01-07, 2024-02-12, …, the longest gap has 2), and were filled "
        "by straight lines; forecasts are not compared with these",
    )
    assert data.columns[1].filled == "4 values, by straight lines"
    with pytest.raises(TableError, match="value: 46 of 118 values, one every day, are missing: too many to fill"):
        loaded([row for k, row in enumerate(DAILY) if k % 5 < 3])


def test_rows_without_a_value_at_the_ends_are_no_gaps(loaded):
    # a year that is planned but has not come, filled by a straight line into nowhere
    data = loaded([(DAYS[0], ""), *DAILY[1:100], *((day, "") for day in DAYS[100:])])
    assert data.series.values.tolist() == VALUES[1:100]
    assert data.notes[0] == "21 rows without a value at the beginning or the end of the series left out"
    assert str(data.series.future()[0])[:10] == "2024-04-10"


def test_exports_of_other_countries_are_read(loaded):
    # a decimal comma that makes thousands, months and days in the wrong order, a unit that makes text
    ends = pandas.date_range("2015-01-31", periods=120, freq="ME")
    lines = "".join(f'{day:%d.%m.%Y};"1.{round(value):03d},50 €";x\n' for day, value in zip(ends, VALUES, strict=True))
    data = loaded(lines, head="Datum;Umsatz;Filiale")
    assert data.series.values[0] == round(VALUES[0]) + 1000.5
    assert (data.series.spacing.name, str(data.series.future()[1])[:10]) == ("month", "2025-02-28")
    assert [use.used for use in data.columns][2] == "left out: a forecast is made from the past of the target alone"
    us = loaded([(f"{day:%m/%d/%Y}", value) for day, value in zip(ends, VALUES, strict=True)])
    assert us.series.spacing.name == "month"
    both = [(f"{day:%m/%d/%Y}", v) for day, v in zip(pandas.date_range("2024-01-01", periods=12), VALUES, strict=False)]
    with pytest.raises(TableError, match="too few"):
        loaded(both)


def test_years_and_rows_are_times(loaded):
    # years that are taken for the series; a table that needs a time
    data = loaded(list(zip(range(1900, 2020), VALUES, strict=True)), head="year,value")
    assert (data.series.name, data.series.spacing.name, data.series.future()[0]) == ("value", "year", 2020)
    alone = loaded([(value,) for value in VALUES], head="value")
    assert (alone.series.spacing.name, alone.series.times[0], alone.series.future()[0]) == ("row", 1, 121)
    assert loaded(list(zip(DAYS, range(120), VALUES, strict=True)), "value", head="d,n,value").series.name == "value"


@pytest.mark.parametrize(
    ("change", "options", "error", "words"),
    [
        ({}, {"target": "values"}, NoSuchColumn, r"--target: there is no column 'values'. Did you mean 'value'\?"),
        ({}, {"time": "when"}, NoSuchColumn, "--time: there is no column 'when'. Known: date, value."),
        ({}, {"target": "value", "time": "value"}, Ambiguous, "--time: 'value' is what is to be forecast"),
        ({}, {"target": "date,value"}, Ambiguous, "one series is forecast at a time; name one of date, value."),
        ({}, {"target": "date", "time": "value"}, TableError, "the target 'date' holds text, as '2024-01-01'"),
        ({"1": ("2024-01-02", "n/a")}, {}, Ambiguous, "also 'n/a': say --missing value=n/a if nothing is known there."),
        ({"9": ("someday", 1.0)}, {"time": "date"}, TableError, "cannot be read as times: it holds 'someday'"),
        (
            {"9": ("", 1.0)},
            {"time": "date"},
            TableError,
            "the time 'date' is empty in row 10: every value",
        ),
        ({}, {"drop": ("value",)}, TableError, "--drop has no effect on a series"),
        ({}, {"keep": ("value",)}, TableError, "--keep has no effect on a series"),
        ({}, {"kinds": {"value": "number"}}, TableError, "--as has no effect on a series"),
        ({}, {"dates": "parts"}, TableError, "--dates has no effect on a series"),
        ({}, {"classes": True}, TableError, "--classes has no effect on a series"),
        ({}, {"standardize": False}, TableError, "--no-standardize has no effect on a series"),
        ({}, {"horizon": 90}, TableError, "value has 120 values, too few: forecasts of 90 values"),
        ({}, {"window": 100}, TableError, "from the 100 before need at least"),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence(loaded, change, options, error, words):
    # a traceback; an option that is taken and does nothing
    rows = [change.get(str(k), row) for k, row in enumerate(DAILY)]
    options = dict(options)
    with pytest.raises(error, match=words):
        loaded(rows, options.pop("target", None), **options)


def test_what_is_missing_can_be_said(loaded):
    # a word for a missing value that is told twice to the program
    rows = [(day, "n/a" if k == 1 else value) for k, (day, value) in enumerate(DAILY)]
    assert np.flatnonzero(~loaded(rows, missing=("n/a",)).series.known).tolist() == [1]
    sentinel = [(day, -999 if k in (3, 70) else value) for k, (day, value) in enumerate(DAILY)]
    assert np.flatnonzero(~loaded(sentinel, missing=("value=-999",)).series.known).tolist() == [3, 70]
    above = "".join(f"{day},{value}\n" for day, value in DAILY)
    assert loaded(above, head="Report of the year\ndate,value", skip_rows=1).series.values.tolist() == VALUES


def test_of_several_columns_the_user_chooses(loaded):
    # the first of two columns, taken in silence
    rows = [(day, value, 2 * value) for day, value in DAILY]
    with pytest.raises(Ambiguous, match=r"say what to forecast with --target COLUMN. The columns are date, a, b; 2 of"):
        loaded(rows, head="date,a,b")
    assert loaded(rows, "b", head="date,a,b").series.values[0] == 2 * VALUES[0]
    with pytest.raises(Ambiguous, match="date and due hold dates; say which is the time of the values with --time"):
        loaded([(day, day, value) for day, value in DAILY], head="date,due,value")


def test_times_of_another_zone_are_told_to_be_in_utc(loaded):
    # a forecast two hours early, by the clock of whoever wrote the table
    hours = pandas.date_range("2024-03-01T00:00:00+02:00", periods=120, freq="h")
    data = loaded(list(zip([hour.isoformat() for hour in hours], VALUES, strict=True)))
    assert data.notes[0] == (
        "date: the times have a time zone, as '2024-03-01T00:00:00+02:00'; all times that are said are in UTC"
    )
    assert str(data.series.future()[0]) == "2024-03-05T22:00:00"
    for ending in ("Z", "+00:00", ""):
        rows = [(f"{hour:%Y-%m-%dT%H:%M:%S}{ending}", value) for hour, value in zip(hours, VALUES, strict=True)]
        assert "zone" not in " ".join(loaded(rows).notes)


def test_irregular_times_are_told(loaded):
    # a grid of single days with nothing in most of them, straight lines for a series
    days = pandas.Timestamp("2020-01-01") + pandas.to_timedelta(np.cumsum(RNG.integers(1, 60, 120)), "D")
    data = loaded([(str(day.date()), value) for day, value in zip(days, VALUES, strict=True)])
    assert data.series.values.tolist() == VALUES
    assert data.notes[0].startswith("date: the times are at different distances, from ")
    assert data.notes[0].endswith("the values are taken in their order, and the future goes on by the median distance")


def test_how_a_table_holds_a_series_is_written_and_read_again(loaded):
    # a decimal comma or a form of dates that the next table is read without
    encoder = loaded("".join(f"{d};{str(v).replace('.', ',')}\n" for d, v in DAILY), head="date;value").encoder
    again = SeriesEncoder.from_json(encoder.to_json())
    assert again == encoder
    frame = pandas.DataFrame({"date": ["2024-03-01"], "value": ["1,5"]})
    assert again.values(frame).tolist() == [1.5]
    assert str(again.times(frame)[0]) == "2024-03-01T00:00:00"
    with pytest.raises(NoSuchColumn, match="--target: there is no column 'value'"):
        again.values(frame[["date"]])
