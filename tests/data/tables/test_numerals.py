"""Numbers as people write them, and what only resembles them."""

import pandas as pd
import pytest

from groundup.data.tables.numerals import NumberForm, is_code, read_numerals

READ = [
    (["$180,731", "$49,072.50"], [180731, 49072.5], "number, with thousands separators, in $"),
    (["6.0%", "1.5 %"], [6, 1.5], "number, in percent"),
    (["12 kg", "3.5kg"], [12, 3.5], "number, in kg"),
    (["1.234,50 €", "12,00 €"], [1234.5, 12], "number, with thousands separators, with a decimal comma, in €"),
    (["1'234", "12"], [1234, 12], "number, with thousands separators"),
    (["1\u202f234,5", "3"], [1234.5, 3], "number, with thousands separators, with a decimal comma"),
    (["1\u00a0234 567", "3"], [1234567, 3], "number, with thousands separators"),
    (["(12.5)", "3"], [-12.5, 3], "number"),
    (["-$5", "$-7.20", "$1"], [-5, -7.2, 1], "number, in $"),
    (["−3", "+4"], [-3, 4], "number"),
    (["1,5", "2,25"], [1.5, 2.25], "number, with a decimal comma"),
    (["1,23,456", "12,345"], [123456, 12345], "number, with thousands separators"),
    (["5 °C", "-3 °C"], [5, -3], "number, in °C"),
    (["10 mg/dL", "1 mg/dL"], [10, 1], "number, in mg/dL"),
    (["1e5", "-2.E-3", ".5", "7."], [1e5, -0.002, 0.5, 7], "number"),
    (["1 year", "3 years", "2 years"], [1, 3, 2], "number, in years"),
    (["12.50-", "3.00"], [-12.5, 3], "number"),
    (["USD 5", "USD 1,200"], [5, 1200], "number, with thousands separators, in USD"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "values", "words"), READ)
def test_numbers_are_read_however_they_are_written(entries, values, words):
    # would catch: a column of money or measurements taken for names, a comma that moves the value by a thousand
    found = read_numerals(pd.Series(entries))
    assert (found.odd, found.form.words()) == ((), words)
    assert [found.form.value(entry) for entry in entries] == values
    assert found.form.values(pd.Series(entries)).tolist() == values


@pytest.mark.parametrize(
    ("entries", "values"),
    [(["1.234", "12.345"], [1234, 12345]), (["1.5", "12.34"], [1.5, 12.34]), (["1,5", "1.234,5"], [1.5, 1234.5])],
)
def test_the_decimal_mark_of_the_file_decides(entries, values):
    # would catch: 1.234 taken for 1.234 in a file that writes 0,5
    found = read_numerals(pd.Series(entries), ",")
    assert [found.form.value(entry) for entry in entries] == values
    assert found.form.values(pd.Series(entries)).tolist() == values


@pytest.mark.parametrize(
    "text", ["2024-01-01", "12:30", "1.5.0", "A12", "1-2", "12/3", "1,2,3", "192.168.0.1", "(5", "--5", "", "-", "½"]
)
def test_what_only_resembles_a_number_is_none(text):
    # would catch: a version, a range, a clock or an address that becomes a measurement
    assert read_numerals(pd.Series([text])).odd == (text,)


def test_entries_of_another_unit_are_odd():
    # would catch: grams and kilograms in one column
    found = read_numerals(pd.Series(["12 kg", "3 kg", "500 g"]))
    assert found.odd == ("500 g",)
    assert found.units == ("kg", "g")
    assert NumberForm(after="kg").value("500 g") is None


@pytest.mark.parametrize(
    ("entries", "code"),
    [(["007", "123"], True), (["0", "1", "10"], False), (["479386071891505153"], True), (["1234", "12"], False),
     (["007", "a1"], False), ([], False)],
)  # fmt: skip
def test_codes_are_digits_that_do_not_count(entries, code):
    # would catch: a postcode without its zero, an identifier of 18 digits rounded
    assert is_code(entries) is code
