"""Tables for a density of measurements: no categories, and no column that others determine."""

import numpy as np
import pytest

from groundup.data.tables.errors import TableError
from groundup.data.tables.load import load_table
from groundup.data.tables.measurements import determined
from groundup.data.tables.options import TableOptions

WHY = "a density describes measurements"


@pytest.fixture
def measured(table):
    """Load a table's text for a density."""

    def load(content, **more):
        return load_table(table(content), None, "density_estimator", measurements=WHY, missing=True, **more)

    return load


def lines(head, *columns):
    return "\n".join([head, *(",".join(map(str, row)) for row in zip(*columns, strict=True))])


def test_categories_are_left_out_and_named(measured, uses):
    """Catches indicators of categories in a density: they add up to 1, and the likelihood has no limit."""
    x = [0.5, 1.25, 4.0, 7.5, 2.0, 9.75] * 5
    content = lines("x,colour,member,zip", x, ["red", "blue"] * 15, ["yes", "no", "no"] * 10, ["04103", "10115"] * 15)
    data = measured(content)
    assert data.feature_names == ("x",)
    assert f"left out: colour, member, zip (categories; {WHY})" in data.notes
    assert uses(data)["colour"] == ("category", "left out: categories", "")
    assert uses(data)["member"] == ("yes or no", "left out: categories", "")
    assert data.encoder.features == ("x",)


def test_only_categories_are_an_error(measured):
    """Catches an error from inside the fit, or one without the reason."""
    with pytest.raises(TableError, match=rf"no column is left to learn from .*colour \(categories; {WHY}\)"):
        measured(lines("colour", ["red", "blue", "green"] * 10))


def test_a_column_that_others_determine_is_left_out(measured, uses):
    """Catches rows without spread in a direction, which have no density, and a message without a remedy."""
    rng = np.random.default_rng(0)
    bill, tip = rng.normal(40, 9, 50).round(2), rng.normal(5, 1, 50).round(2)
    content = lines(
        "bill (EUR),tip (EUR),total (EUR),bill (ct)", bill, tip, (bill + tip).round(2), (100 * bill).round()
    )
    data = measured(content)
    assert data.feature_names == ("bill (EUR)", "tip (EUR)")
    assert uses(data)["total (EUR)"][1] == "left out: bill (EUR) and tip (EUR) determine it"
    assert uses(data)["bill (ct)"][1] == "left out: bill (EUR) determines it"
    told = next(note for note in data.notes if note.startswith("left out: total"))
    assert told.endswith("--drop 'tip (EUR)' leaves out tip (EUR) instead, --keep 'total (EUR)' leaves out neither")
    assert measured(content, options=TableOptions(drop=("tip (EUR)",))).feature_names == ("bill (EUR)", "total (EUR)")
    kept = measured(content, options=TableOptions(keep=("total (EUR)",)))
    assert kept.feature_names == ("bill (EUR)", "tip (EUR)", "total (EUR)")
    gaps = content.replace(f"{bill[7]},", ",", 1)
    assert measured(gaps).feature_names == ("bill (EUR)", "tip (EUR)")


def test_columns_that_go_together_stay(measured):
    """Catches a strong correlation taken for a dependence, and chance: of few rows all columns are dependent."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=200)
    assert measured(lines("a,b", a, a + 0.005 * rng.normal(size=200))).feature_names == ("a", "b")
    few = [column.round(3) for column in rng.normal(size=(6, 6))]
    assert len(measured(lines("a,b,c,d,e,f", *few)).feature_names) == 6


def test_dependence_is_found_in_any_units_and_order():
    """Catches scales that decide, the first column left out in place of the last, and a column lost with another."""
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 100)) * [[1e-6], [1.0], [1e6]]
    assert determined(np.column_stack([a, b, c]), list("abc")) == {}
    assert determined(np.column_stack([a, b, c, 3e6 * a - b]), list("abcd")) == {"d": ["a", "b"]}
    assert determined(np.column_stack([a, 2 * a + 1e6, b, 1e6 * b - c, c]), list("apbqc")) == {
        "p": ["a"],
        "c": ["b", "q"],
    }
    assert determined(np.column_stack([a, np.ones(100)]), list("ax")) == {}
