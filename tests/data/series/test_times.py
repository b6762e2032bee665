"""How times follow each other, and how they go on."""

import numpy as np
import pandas
import pytest

from groundup.data.series.times import Spacing, labels, spacing


def times(index):
    """Return dates as the reader of a series has them."""
    return pandas.DatetimeIndex(index).to_numpy("datetime64[s]")


@pytest.mark.parametrize(
    ("index", "name", "after"),
    [
        (pandas.date_range("2019-11-01", periods=14, freq="MS"), "month", ["2021-01-01", "2021-02-01"]),
        (pandas.date_range("2019-10-31", periods=15, freq="ME"), "month", ["2021-01-31", "2021-02-28"]),
        (pandas.to_datetime(["2020-01-30", "2020-02-29", "2020-03-30"]), "month", ["2020-04-30", "2020-05-30"]),
        (pandas.to_datetime(["2024-04-30", "2024-06-30"]), "2 months", ["2024-08-31", "2024-10-31"]),
        (pandas.date_range("2018-01-01", periods=9, freq="QS"), "quarter", ["2020-04-01", "2020-07-01"]),
        (pandas.date_range("2010-07-04", periods=5, freq="365D"), "365 days", ["2015-07-03", "2016-07-02"]),
        (pandas.to_datetime([f"{year}-07-04" for year in range(2010, 2015)]), "year", ["2015-07-04", "2016-07-04"]),
        (pandas.date_range("2024-02-26", periods=3), "day", ["2024-02-29", "2024-03-01"]),
        (pandas.date_range("2024-01-05", periods=8, freq="7D"), "week", ["2024-03-01", "2024-03-08"]),
        (pandas.bdate_range("2024-01-01", "2024-02-29"), "working day", ["2024-03-01", "2024-03-04"]),
        (pandas.date_range("2024-01-31T22:00", periods=4, freq="h"), "hour", ["2024-02-01T02:00", "2024-02-01T03:00"]),
        (pandas.date_range("2024-01-01", periods=4, freq="15min"), "15 minutes", ["2024-01-01T01", "2024-01-01T01:15"]),
        (pandas.date_range("2024-01-01", periods=4, freq="12s"), "12 seconds", ["2024-01-01T00:00:48"]),
    ],
)  # fmt: skip
def test_times_go_on_as_they_were(index, name, after):
    # months of 30 days, February the 31st, weekends among working days, the day lost at midnight
    found, places = spacing(times(index))
    assert found.name == name
    assert places.tolist() == list(range(len(index)))
    assert found.after(times(index)[-1], len(after)).astype("datetime64[s]").tolist() == times(after).tolist()


def test_a_gap_keeps_the_places_behind_it():
    # gaps that are closed, so that the season moves
    found, places = spacing(times(["2024-01-01", "2024-01-02", "2024-01-05", "2024-01-06"]))
    assert (found.unit, found.step, places.tolist()) == ("second", 86400, [0, 1, 4, 5])
    months, places = spacing(times(["2023-10-31", "2023-11-30", "2024-02-29"]))
    assert (months.unit, months.step, months.day, places.tolist()) == ("month", 1, 31, [0, 1, 4])


def test_a_holiday_is_a_gap_among_working_days_and_a_weekend_is_none():
    # seven days a week for a series of five, which would have gaps of two every week
    days = pandas.bdate_range("2024-03-01", "2024-04-30").drop(pandas.Timestamp("2024-03-29"))
    found, places = spacing(times(days))
    assert found.unit == "weekday"
    assert np.flatnonzero(np.diff(places) > 1).tolist() == [19]
    assert places[-1] == len(days)


def test_a_little_jitter_is_none_and_more_is_irregular():
    # readings some seconds late that make a grid of single seconds; a grid where there is none
    exact = times(pandas.date_range("2024-01-01", periods=50, freq="h"))
    late = exact + np.resize([0, 0, 40, 0, 95], 50).astype("timedelta64[s]")
    found, places = spacing(late)
    assert (found.step, places.tolist()) == (3600, list(range(50)))
    rng = np.random.default_rng(0)
    uneven = exact[0] + np.cumsum(rng.integers(1, 9999, 50)).astype("timedelta64[s]")
    found, places = spacing(uneven)
    assert (found.unit, found.name, places.tolist()) == ("irregular", "row", list(range(50)))
    assert found.step == np.median(np.diff(uneven).astype(int))


def test_numbers_are_times_too():
    # years that are read as seconds
    found, places = spacing(np.array([1990.0, 1992.0, 1994.0, 2000.0]))
    assert (found.unit, found.step, places.tolist()) == ("number", 2, [0, 1, 2, 5])
    assert found.after(np.float64(2000.0), 2).tolist() == [2002, 2004]
    assert (found.name, Spacing("number", 2, called="year").name) == ("step of 2", "2 years")


def test_times_are_written_as_short_as_they_can_be():
    # midnight behind each day, hours lost, years with a point
    assert labels(np.array([1990.0, 0.1])) == ["1990", "0.1"]
    assert labels(times(["2024-01-31", "2024-02-01"])) == ["2024-01-31", "2024-02-01"]
    assert labels(times(["2024-01-31", "2024-02-01T12:30"])) == ["2024-01-31T00:00", "2024-02-01T12:30"]
