"""Dates as people write them, and what only resembles them."""

import pandas as pd
import pytest

from groundup.data.tables.dates import clock, duration, parse_dates, read_dates

READ = {
    "iso": (["2024-01-31", "2024-02-29"], "date (year-month-day)", "2024-02-29"),
    "zulu": (["2024-01-31T12:00:00Z", "2024-02-29T02:00:00+02:00"], "date (year-month-day)", "2024-02-29"),
    "seconds": (["2024-01-31 12:00:01", "2024-02-29 00:00:00"], "date (year-month-day)", "2024-02-29"),
    "month": (["2024-01", "2024-02"], "date (year-month-day)", "2024-02-01"),
    "compact": (["20240131", "20240229"], "date (year-month-day)", "2024-02-29"),
    "german": (["31.1.2024", "29.2.2024"], "date (day.month.year)", "2024-02-29"),
    "short": (["31.1.24", "29.2.24"], "date (day.month.year)", "2024-02-29"),
    "american": (["1/31/2024 14:05", "2/29/2024 00:00"], "date (month/day/year)", "2024-02-29"),
    "half days": (["1/31/2024 2:05 PM", "2/29/2024 12:00 AM"], "date (month/day/year)", "2024-02-29"),
    "british": (["31/1/2024", "29/2/2024"], "date (day/month/year)", "2024-02-29"),
    "named": (["31 Jan 2024", "29 Feb 2024"], "date (day month year)", "2024-02-29"),
    "oracle": (["31-Jan-24", "29-Feb-24"], "date (day-month-year)", "2024-02-29"),
    "written": (["January 31, 2024", "February 29, 2024"], "date (month day, year)", "2024-02-29"),
    "weekday": (["Wednesday, 31 January 2024", "Thu 29 February 2024"], "date (day month year)", "2024-02-29"),
    "at": (["31 January 2024 at 14:05", "29 February 2024 at 00:00"], "date (day month year)", "2024-02-29"),
    "ordinal": (["January 31st, 2024", "February 29th, 2024"], "date (month day, year)", "2024-02-29"),
    "week": (["2024-W05", "2024W09"], "date (year-month-day)", "2024-02-26"),
    "quarter": (["2024-Q1", "Q2 2024"], "date (year-month-day)", "2024-04-01"),
    "sas": (["31JAN2024", "29FEB2024"], "date (daymonthyear)", "2024-02-29"),
    "month of a year": (["Jan 2024", "Feb 2024"], "date (month year)", "2024-02-01"),
}


@pytest.mark.parametrize(("entries", "words", "last"), READ.values(), ids=READ)
def test_dates_are_read_however_they_are_written(entries, words, last):
    # would catch: dates refused, taken for categories, or read with day and month exchanged
    form, odd = read_dates(pd.Series(entries))
    assert (form.words(), odd) == (words, ())
    assert parse_dates(pd.Series(entries), form).iloc[-1] == pd.Timestamp(last)


def test_both_readings_of_a_date_are_told():
    # would catch: 3 January read as 1 March without a word
    form, _ = read_dates(pd.Series(["1/3/2024", "5/2/2024", "2/4/2024"]))
    assert (form.format, form.other) == ("%m/%d/%Y", "%d/%m/%Y")
    form, _ = read_dates(pd.Series(["1/3/2024", "5/3/2024", "2/4/2024"]))  # In their order with the day first.
    assert (form.format, form.other) == ("%d/%m/%Y", "%m/%d/%Y")


def test_entries_that_are_no_dates_are_odd():
    # would catch: half a column of dates lost for one word
    assert read_dates(pd.Series(["2024-01-31", "2024-02-30", "2024-02-29", "soon"]))[1] == ("2024-02-30", "soon")


@pytest.mark.parametrize("entries", [["1-2", "3-4"], ["1.5.0", "1.5.1"], ["2024", "2023"], ["May", "June"], ["5", "7"]])
def test_what_only_resembles_a_date_is_none(entries):
    # would catch: ranges, years, months and version numbers read as dates
    assert read_dates(pd.Series(entries))[0] is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [("12:30", 12.5), ("0:00", 0), ("1:45 pm", 13.75), ("12:00 AM", 0), ("23:59:30", 23 + 59.5 / 60), ("25:00", None),
     ("1:5", None)],
)  # fmt: skip
def test_times_are_hours_since_midnight(text, hours):
    # would catch: half past twelve at night, times as categories
    assert clock(text) == (hours if hours is None else pytest.approx(hours))


def test_durations_may_be_longer_than_a_day():
    # would catch: a column of running times taken for names, or hours beyond 24 lost
    assert [duration(text) for text in ("99:30", "120:00:36", "0:05", "5:75")] == [99.5, 120.01, 5 / 60, None]
