"""What each kind of column becomes, what is told of it, and how the user overrules it."""

import datetime
import decimal
import re

import numpy as np
import pandas as pd
import pytest

from groundup.data.tables.entries import plain
from groundup.data.tables.errors import Ambiguous, TableError
from groundup.data.tables.kinds import About, decide
from groundup.data.tables.options import TableOptions
from groundup.data.tables.row_numbers import step_of


def decided(entries, name="c", **about):
    """What becomes of a column; options by name."""
    options = {key: about.pop(key) for key in list(about) if key in TableOptions.__dataclass_fields__}
    return decide(pd.Series(entries, name=name), About(name, TableOptions(**options), **about))


def features(decision, entries):
    return dict(zip(decision.column.features, decision.column.encode(pd.Series(entries, name="c")).T.tolist()))


USED = {
    "number": ([1.0, np.nan, 3.0, 8.0], {"c": [1, 3, 3, 8]}, "number", "1 missing set to the median 3"),
    "money": (["$1,200", None, "$3"], {"c": [1200, 601.5, 3]}, "number, with thousands separators, in $",
              "1 missing set to the median 601.5"),
    "category": (["red", "blue", None, "red"], {"c=blue": [0, 1, 0, 0], "c=red": [1, 0, 1, 1]}, "category",
                 "1 missing set to the most frequent, red"),
    "truth": ([True, False, None, True], {"c": [1, 0, 1, 1]}, "true or false",
              "1 missing set to the most frequent, true"),
    "yes": (["Yes", "no ", None, "YES"], {"c": [1, 0, 1, 1]}, "yes or no", "1 missing set to the most frequent, yes"),
    "code": (["007", "010", "007"], {"c=007": [1, 0, 1], "c=010": [0, 1, 0]}, "code, with leading zeros", ""),
    "date": (["2024-01-31", None, "2024-02-02"], {"c (days)": [0, 0, 2]}, "date (year-month-day)",
             "1 missing set to the median 2024-01-31"),
    "time": (["12:30", "0:00", "13:45"], {"c (hours)": [12.5, 0, 13.75]}, "time of the day", ""),
    "duration": (["12:30", "30:00", None], {"c (hours)": [12.5, 30, 21.25]}, "duration (hours:minutes)",
                 "1 missing set to the median 21.25 hours"),
    "compact date": ([20240100.0 + day for day in range(1, 12)] + [np.nan], {"c (days)": [*range(11), 5]},
                     "date (year-month-day)", "1 missing set to the median 2024-01-06"),
    "day": ([datetime.date(2024, 1, 1), datetime.date(2024, 1, 3)], {"c (days)": [0, 2]}, "date (year-month-day)", ""),
    "zoned": (pd.to_datetime(["2024-01-01", "2024-01-05"], utc=True), {"c (days)": [0, 4]}, "date (year-month-day)",
              ""),
    "period": (pd.period_range("2024-01", periods=2, freq="M"), {"c (days)": [0, 31]}, "date (year-month-day)", ""),
    "timedelta": (pd.to_timedelta([1, 2], unit="D"), {"c": [24, 48]}, "number", ""),
    "decimal": ([decimal.Decimal("1.5"), decimal.Decimal(2)], {"c": [1.5, 2]}, "number", ""),
    "range": (["1-2", "3-4", "1-2"], {"c=1-2": [1, 0, 1], "c=3-4": [0, 1, 0]}, "category", ""),
    "version": (["1.5.0", "1.5.1", "1.5.0"], {"c=1.5.0": [1, 0, 1], "c=1.5.1": [0, 1, 0]}, "category", ""),
    "long": (["479386071891505153", "479386071891505152"] * 2,
             {"c=479386071891505152": [0, 1] * 2, "c=479386071891505153": [1, 0] * 2}, "code, of long numbers", ""),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "expected", "read", "filled"), USED.values(), ids=USED)
def test_what_a_column_becomes(entries, expected, read, filled):
    # would catch: a wrong median or mode, dates in nanoseconds, a code as a quantity, a treatment left untold
    entries = pd.Series(entries, name="c")
    decision = decided(entries)
    assert (decision.use.read, decision.use.filled) == (read, filled)
    assert features(decision, plain(entries)) == expected


LEFT_OUT = [
    ([7, 7, 7], {}, "number", "constant (7)"),
    (["x", None, "x"], {}, "category", "constant (x)"),
    ([None] * 4, {}, "empty", "no entries"),
    (["ann", "bob", "cy"], {}, "identifier", "different in each of 3 rows"),
    ([f"v{k}" for k in range(51)] * 2, {}, "text", "51 different entries in 102 rows"),
    ([1, 2, 5], {"drop": ("c",)}, "not read", "as you said"),
    (["a", "b", "a"], {"kinds": {"c": "text"}}, "text", "text, as you said"),
    (["2024-01-01", "2024-01-02"], {"dates": "drop"}, "date (year-month-day)", "as you said"),
]


@pytest.mark.parametrize(("entries", "options", "read", "why"), LEFT_OUT)
def test_what_is_left_out_is_told(entries, options, read, why):
    # would catch: a column that disappears without a word
    decision = decided(entries, **options)
    assert decision.column is None
    assert (decision.use.read, decision.use.used) == (read, f"left out: {why}")


@pytest.mark.parametrize(
    ("entries", "question"),
    [
        (
            ["1", "2", "?", "3"],
            r"holds numbers, and one entry that is not: '\?'\. Say --missing 'c=\?'.*--as c=category",
        ),
        ([*"0123456789" * 12, "n.v.", "n.v."], "holds numbers, and 2 entries that are not: 'n.v.'"),
        (["2024-01-01", "2024-01-02", "soon"], "holds dates, and one entry that is not: 'soon'"),
        (["12 kg", "3 kg", "500 g"], r"holds numbers in several units \(kg, g\), and one entry that is not: '500 g'"),
        (["1", "x" * 3000, "3"], "xxx…'"),
    ],
)
def test_what_is_mostly_measured_is_asked_back(entries, question):
    # would catch: a measured column turned into categories, or lost, for one question mark
    decision = decided(entries)
    assert decision.column is None
    assert len(decision.question) < 400
    assert re.search(question, decision.question)


def test_the_answers_to_the_question():
    # would catch: a question whose answers do nothing
    entries = ["1", "2", "?", "4"]
    assert features(decided(entries, words=("?",)), [1, 2, None, 4]) == {"c": [1, 2, 2, 4]}
    assert decided(entries, kinds={"c": "category"}).column.values == ("1", "2", "4", "?")
    with pytest.raises(TableError, match=r"column 'c' holds numbers, but in row 3 '\?'"):
        decided(entries, kinds={"c": "number"})


def test_words_for_nothing_are_categories_and_told():
    # would catch: "None" silently a category, or silently missing
    decision = decided(["None", "Mild", "None", "Severe"])
    assert decision.column.values == ("Mild", "None", "Severe")
    assert decision.notes == (
        "c: 'None' (2 rows) is taken for a category like the others; --missing c=None if nothing is known there",
    )
    assert decided(["None", "Mild", "Mild", "Severe"], words=("None",)).column.values == ("Mild", "Severe")


N = np.arange(40.0)
COUNTS = [
    ("customer_id", 100001 + N, {"step": 1.0}, True, 0),
    ("HouseID", 100001 + 37 * N, {"step": 37.0}, True, 0),
    ("column 1", N, {"step": 1.0, "unnamed": True}, True, 0),
    ("x", N, {"step": 1.0}, True, 1),
    ("x", N, {"step": 1.0, "related": lambda values: True}, False, 1),
    ("x", N + 50, {"step": 1.0}, False, 1),
    ("x", N + 50000, {"step": 1.0}, True, 1),
    ("x", 2 * N, {"step": 2.0}, False, 0),
    ("order_no", np.random.default_rng(0).permutation(40), {}, True, 1),
    ("price_index", np.random.default_rng(0).permutation(40), {}, False, 0),
    ("Bestellnummer", np.random.default_rng(0).permutation(40), {}, True, 1),
    ("case_number", np.append(np.random.default_rng(0).permutation(40), np.nan), {}, True, 1),
    ("row", 3 * N, {"step": 3.0}, True, 0),
    ("year", N + 1980, {"step": 1.0}, False, 1),
    ("rooms", np.random.default_rng(0).permutation(40), {}, False, 0),
    ("x", N, {"step": 1.0, "keep": ("x",)}, False, 0),
    ("id", N, {"step": 1.0, "kinds": {"id": "number"}}, False, 0),
]


@pytest.mark.parametrize(("name", "values", "about", "left_out", "notes"), COUNTS)
def test_numbers_that_count_the_rows(name, values, about, left_out, notes):
    # would catch: an identifier that decides the clusters; a measurement in order that gets lost
    decision = decided(values, name, **about)
    assert (decision.column is None, len(decision.notes)) == (left_out, notes)
    assert decision.use.left_out is left_out


def test_whole_numbers_that_are_dates():
    # would catch: 20240131 and 20240201 as numbers that are 70 apart
    values = [20240125.0 + k for k in range(7)] + [20240201.0, np.nan, 20240203.0, 20240205.0]
    decision = decided(values)
    assert decision.use.read == "date (year-month-day)"
    assert decision.column.encode(pd.Series(values)).ravel().tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 4, 9, 11]
    assert decided([*values, 20241301.0]).use.read == "number"
    assert decided(values, kinds={"c": "number"}).use.read == "number"


@pytest.mark.parametrize(
    ("values", "step"),
    [(N + 7, 1), (-3 * N, -3), (np.delete(N, [11, 12, 30]), 1), (np.where(N == 5, np.nan, N), 1),
     (np.where(N < 30, N, N + 2 * (N - 30)), 0), (N + 0.5, 0), (np.where(N == 20, 0, N), 0), (0 * N, 0), (N[:2], 0)],
)  # fmt: skip
def test_the_step_of_a_running_number_survives_rows_that_were_taken_out(values, step):
    # would catch: an order number used as a measurement since three orders were cancelled, or one number is missing
    assert step_of(pd.Series(values)) == step


def test_parts_of_dates():
    # would catch: parts that do not vary, weekdays counted from Tuesday
    entries = ["2024-01-01", "2024-02-13", "2024-03-20"]  # Monday, Tuesday, Wednesday
    decision = decided(entries, dates="parts")
    assert decision.use.used == "days since 2024-01-01, month, weekday"
    assert features(decision, entries) == {"c (days)": [0, 43, 79], "c (month)": [1, 2, 3], "c (weekday)": [1, 2, 3]}


def test_a_date_that_can_be_read_twice_is_told():
    # would catch: day and month exchanged without a word
    note = decided(["1/3/2024", "5/2/2024", "2/4/2024"]).notes[0]
    assert note == "c: read as date (month/day/year); every entry could be a date (day/month/year) too"


def test_what_the_user_says_decides():
    # would catch: options that the decision overrules
    assert features(decided(["01234", "02345", "90210"], kinds={"c": "number"}), ["01234"]) == {"c": [1234]}
    assert decided(["5", "7", "5"], kinds={"c": "category"}).column.values == ("5", "7")
    assert decided(["5", "7", "5"], kinds={"c": "code"}).use.read == "code"
    assert decided(["20240101", "20240105"], kinds={"c": "date"}).column.first == "2024-01-01"
    assert decided([f"v{k:02}" for k in range(60)], keep=("c",)).column.values[59] == "v59"
    assert decided([3, 3, 3], keep=("c",)).column.fill == 3
    with pytest.raises(TableError, match="column 'c' holds 'x', which is no date"):
        decided(["x", "y"], kinds={"c": "date"})


def test_mostly_missing_is_told():
    # would catch: a feature made of medians
    assert decided([1.0, 2.0, *[None] * 3]).notes == ("c: 60 % of its entries are missing; --drop c leaves it out",)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([1.0, np.inf, 2.0], "column 'c' has an infinite entry in row 2"),
        ([[1], [2], [3]], "neither numbers nor text"),
        ([b"a", b"b", b"a"], "neither numbers nor text"),
        ([1j, 2j, 3j], "neither numbers nor text"),
    ],
)
def test_what_cannot_be_used_is_told(entries, message):
    # would catch: an infinity imputed, lists spelled out as categories
    with pytest.raises(TableError, match=message):
        decided(entries)


def test_all_questions_are_asked_at_once(loaded):
    # would catch: one question an attempt
    with pytest.raises(Ambiguous, match=r"(?s)column 'a' holds.*column 'b' holds"):
        loaded("a,b\n1,2\n?,3\n3,4\n4,x\n")


def test_whole_numbers_that_only_could_be_a_few_dates_are_numbers():
    # would catch: amounts of eight digits turned into days because some of them have a month and a day
    assert decided([20240100 + k for k in range(1, 6)]).use.read == "number"
    assert decided([20240100 + k for k in range(1, 41)]).use.read == "number"  # 32 January.


@pytest.mark.parametrize("entries", [[f"{120 + k}/{70 + k}" for k in range(12)], [f"~{k}.5" for k in range(12)]])
def test_names_that_are_mostly_digits_are_told(entries):
    # would catch: a column of measurements lost, told in the table of columns only
    decision = decided(entries)
    assert decision.use.used == "left out: different in each of 12 rows"
    (note,) = decision.notes
    assert note.startswith(f"c: left out, although its entries are mostly digits, as {entries[0]!r}; if they measure")
    assert decided(entries, name="case no").notes == ()
    assert decided([f"street {k}" for k in range(12)]).notes == ()


def test_numbers_in_two_units_are_asked_back_however_many_have_either():
    # would catch: half the entries in grams, half in kilograms, and the column left out as names
    question = decided([f"{k}.5 {'kg' if k % 2 else 'g'}" for k in range(20)]).question
    assert question.startswith("column 'c' holds numbers in several units (g, kg), and 10 entries that are not:")


def test_a_long_odd_entry_is_not_offered_as_a_word():
    # would catch: "Say --missing  if nothing is known there"
    question = decided(["1", "2", "4", "x" * 500]).question
    assert "Correct them in the file, or say --as c=category if these are categories, or --drop c." in question


def test_text_with_hardly_fewer_entries_than_rows_is_no_category():
    # would catch: forty indicators for sixty rows, which fit anything
    entries = [f"town {k % 40}" for k in range(60)]
    decision = decided(entries)
    assert decision.use.used == "left out: 40 different entries in 60 rows"
    (note,) = decision.notes
    assert note.startswith("c: left out, text with 40 different entries in 60 rows; --keep c makes a feature of")
    assert decided(entries * 2).use.read == decided(["a", "b", "c", "a"]).use.read == "category"
