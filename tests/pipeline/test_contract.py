"""The contract: what is broken is named by row and column, and nothing is lost without a word."""

import numpy as np
import pandas
import pytest

from groundup.pipeline import contract
from groundup.pipeline.contract import Column, Contract
from groundup.pipeline.errors import PipelineError

RULES = Contract(
    {
        "id": Column(kind="id", unique=True),
        "age": Column(kind="number", missing=True, low=0, high=120, decimal=","),
        "city": Column(kind="category", values=["Bern", "Oslo"]),
        "when": Column(kind="date", format="%d.%m.%Y", first="2019-01-01", last="2021-12-31"),
        "note": Column(kind="text", missing=True),
    },
    ("n/a",),
)
GOOD = {"id": "a", "age": "20,5", "city": "Bern", "when": "01.02.2020", "note": "well, well"}


def rows(*changes):
    made = [{**GOOD, "id": f"r{k}", **change} for k, change in enumerate(changes)]
    return pandas.DataFrame(made, index=range(1, len(made) + 1))


def test_good_rows_become_what_they_are():
    # a decimal comma read as thousands, days and months exchanged, a missing word taken for a value
    found = RULES.check(rows({}, {"age": "n/a", "note": ""}, {"age": " 7 ", "city": " Oslo "}))
    assert found.violations.empty
    np.testing.assert_array_equal(found.frame["age"], [20.5, np.nan, 7])
    assert found.frame["when"].tolist() == [pandas.Timestamp("2020-02-01")] * 3
    assert found.frame["city"].tolist() == ["Bern", "Bern", "Oslo"]
    assert found.frame["note"].tolist() == ["well, well", None, "well, well"]


@pytest.mark.parametrize(
    ("change", "column", "rule", "words"),
    [
        ({"age": "old"}, "age", "number", "'old' is not a finite number"),
        ({"age": "1e999"}, "age", "number", "is not a finite number"),
        ({"age": "121"}, "age", "in_range", "'121' is not from 0 to 120"),
        ({"city": "Rom"}, "city", "isin", "'Rom' is not one of 'Bern', 'Oslo'"),
        ({"city": "n/a"}, "city", "not_nullable", "is missing"),
        ({"when": "30.02.2020"}, "when", "date", "is not a date of the form %d.%m.%Y"),
        ({"when": "01.02.2018"}, "when", "greater_than_or_equal_to", "is before 2019-01-01"),
        ({"when": "01.02.2022"}, "when", "less_than_or_equal_to", "is after 2021-12-31"),
        ({"id": "r0"}, "id", "field_uniqueness", "occurs more than once"),
    ],
)
def test_what_a_row_breaks(change, column, rule, words):
    # a violation in another row's or column's name, a value that is silently missing
    found = RULES.check(rows({}, {}, change))
    at = found.violations[found.violations["row"] == 3]
    assert (at["column"].tolist(), at["rule"].tolist()) == ([column], [rule])
    assert words in at["message"].iloc[0]
    assert 2 in found.frame.index
    assert 3 not in found.frame.index


def test_every_fault_of_a_row_is_told():
    # only the first one, so that a person mends a file five times
    found = RULES.check(rows({"age": "x", "city": "Rom", "when": ""}))
    assert found.violations["column"].tolist() == ["age", "city", "when"]
    assert found.frame.empty


def test_typed_rows_of_a_request_or_of_parquet():
    # numbers that have to be text first; truths that are no words
    kinds = Contract({"x": Column(kind="number"), "vip": Column(kind="category", values=["True", "False"]),
                      "day": Column(kind="date")})  # fmt: skip
    frame = pandas.DataFrame(
        {"x": [1, 2.5], "vip": [True, False], "day": pandas.to_datetime(["2020-01-01"] * 2, utc=True)}
    )
    found = kinds.check(frame)
    assert found.violations.empty
    assert found.frame["vip"].tolist() == ["True", "False"]
    mixed = kinds.check(pandas.DataFrame({"x": [1, "2", [3], None], "vip": True, "day": "2020-01-01"}, dtype=object))
    assert mixed.violations["row"].tolist() == [2, 3]
    assert mixed.violations["rule"].tolist() == ["number", "not_nullable"]


def test_other_columns_are_left_out_and_missing_ones_named():
    # a model that gets a column which it was not trained on
    assert "more" not in RULES.check(rows({"more": "x"})).frame
    with pytest.raises(PipelineError, match="no column 'age', 'note'"):
        RULES.check(rows({}).drop(columns=["age", "note"]))


def test_no_rows():
    # an empty request that fails inside pandas
    found = RULES.check(rows({}).iloc[:0])
    assert (len(found.frame), len(found.violations)) == (0, 0)


def test_what_is_written_is_read_again(tmp_path):
    # a range or a form of numbers that is lost in the file
    path = tmp_path / "contract.toml"
    path.write_text(contract.write(RULES), encoding="utf-8")
    assert contract.read(path) == RULES


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "[columns.NAME]"),
        ("[columns.a]\nkind = 'nummer'", "columns.a.kind must be one of 'number'"),
        ("[columns.a]\nkind = 'number'\nlow = 3\nhigh = 2", "low is 3, above high, 2"),
        ("[columns.a]\nkind = 'number'\nmin = 3", "columns.a.min is not a key"),
        ("[columns.a]\nkind = 'date'\nfirst = '2020-13-01'", "is not a date such as 2024-01-31"),
        ("rows = 3\n[columns.a]\nkind = 'id'", "[columns.NAME]"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path, text, words):
    (tmp_path / "contract.toml").write_text(text)
    with pytest.raises(PipelineError) as caught:
        contract.read(tmp_path / "contract.toml")
    assert words in str(caught.value)
