"""A table from front to back: what is learned from one is applied to the next."""

import decimal

import numpy as np
import pandas as pd
import pytest

from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.errors import Ambiguous
from groundup.data.tables.load import NoTarget, load_table
from groundup.data.tables.options import NoSuchColumn, TableOptions
from groundup.data.tables.reading import TableError, read_table

MIXED = (
    "id,code,x,flag,day,at,price,kind\n"
    '1,007,1,True,2024-01-01,12:30,"$1,200",a\n'
    "2,010,5,False,2024-01-05,9:00,$30,b\n"
    '3,007,,True,2024-02-01,,"$2,000",\n'
    "4,011,3,True,,18:00,$7,a\n"
    "5,011,9,True,2024-01-03,6:15,$9,b\n"
)


def test_a_table_of_everything(loaded, uses):
    # would catch: columns out of order, a treatment left untold
    data = loaded(MIXED)
    assert uses(data) == {
        "id": ("running number", "left out: numbers the rows", ""),
        "code": ("code, with leading zeros", "3 features, one a category: 007, 010, 011", ""),
        "x": ("number", "one feature", "1 missing set to the median 4"),
        "flag": ("true or false", "one feature, 1 or 0", ""),
        "day": ("date (year-month-day)", "days since 2024-01-01", "1 missing set to the median 2024-01-03"),
        "at": ("time of the day", "hours since midnight", "1 missing set to the median 10.75 hours"),
        "price": ("number, with thousands separators, in $", "one feature", ""),
        "kind": ("category", "2 features, one a category: a, b", "1 missing set to the most frequent, a"),
    }
    assert data.feature_names == (
        "code=007", "code=010", "code=011", "x", "flag", "day (days)", "at (hours)", "price", "kind=a", "kind=b",
    )  # fmt: skip
    assert np.array_equal(data.X[2], [1, 0, 0, 4, 1, 31, 10.75, 2000, 1, 0])


@pytest.mark.parametrize("standardize", [False, True])
def test_a_new_table_is_encoded_as_the_old_one(table, loaded, standardize):
    # would catch: medians, categories and units learned anew from the new table; columns by position; "007" read as 7
    data = loaded(MIXED, options=TableOptions(standardize=standardize, missing=("x=?",)))
    again = TableEncoder.from_json(data.encoder.to_json())
    assert again.to_json() == data.encoder.to_json()
    new = table(
        "extra,price,kind,at,day,flag,code,x\n1,$5,zz,0:00,2024-03-01,false,010,?\n2,$6,a,,,auto,zz,4\n", "new.csv"
    )
    frame = read_table(new, again.text).frame
    expected = [[0, 1, 0, 4, 0, 60, 0, 5, 0, 0], [0, 0, 0, 4, 1, 2, 10.75, 6, 1, 0]]
    X = again.apply(frame)
    assert np.allclose(data.scale.undo(X) if standardize else X, expected, atol=1e-12)
    assert list(again.guesses(frame)) == [
        "code: 1 row with a value never seen, 'zz' (none of the categories)",
        "x: 1 missing set to the median 4",
        "flag: 1 row with a value never seen, 'auto' (taken for true)",
        "day: 1 missing set to the median 2024-01-03",
        "at: 1 missing set to the median 10.75 hours",
        "kind: 1 row with a value never seen, 'zz' (none of the categories)",
    ]
    told = {use.name: use for use in again.uses(frame)}
    assert told["extra"].left_out
    assert told["x"].filled == "1 missing set to the median 4"


def test_a_new_table_that_does_not_fit_is_told():
    # would catch: KeyErrors; text in a column of numbers taken as missing
    from groundup.data.tables.features import Categories, Numbers

    encoder = TableEncoder((Numbers(name="length", fill=1.5), Categories(name="kind", fill="a", values=("a", "b"))))
    with pytest.raises(TableError, match=r"no column 'length'\. Did you mean 'Lenght'\?"):
        encoder.apply(pd.DataFrame({"Lenght": [1], "kind": ["a"]}))
    with pytest.raises(TableError, match="'length' holds numbers, but in row 1 'long'"):
        encoder.apply(pd.DataFrame({"length": ["long"], "kind": ["a"]}))
    assert np.array_equal(encoder.apply(pd.DataFrame({"length": [None], "kind": [None]})), [[1.5, 1, 0]])


def test_a_bundled_set_s_encoding():
    # would catch: columns taken by position; a missing entry made up, or said to be set to nan
    encoder = TableEncoder.of_numbers(("a", "b"))
    new = pd.DataFrame({"b": [None, 7], "a": [0, None]})
    assert np.array_equal(encoder.apply(new), [[0, np.nan], [np.nan, 7]], equal_nan=True)
    assert list(encoder.guesses(new)) == []


def test_categories_are_numbers_for_a_model_that_takes_them_so(table):
    # would catch: a missing category that is made up, one never seen that gets a number, numbers of another order
    text = "kind,x,y\n" + "".join(f"{'' if k == 4 else ('ab', 'c')[k % 2]},{k / 3},{k}\n" for k in range(12))
    data = load_table(table(text), "y", "regressor", missing=True, native_categories=True)
    assert data.feature_names == ("kind", "x")
    assert np.isnan(data.X[4, 0])
    assert np.delete(data.X[:, 0], 4).tolist() == [0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1]
    use = next(use for use in data.columns if use.name == "kind")
    assert use.used == "one feature of 2 categories: ab, c"
    assert use.filled == "1 missing and left so"
    again = TableEncoder.from_json(data.encoder.to_json())
    new = pd.DataFrame({"kind": ["c", "zz", None], "x": [1, 2, 3]})
    assert np.array_equal(again.apply(new)[:, 0], [1, np.nan, np.nan], equal_nan=True)
    assert list(again.guesses(new)) == ["kind: 1 row with a value never seen, 'zz' (none of the categories)"]
    plain = load_table(table(text), "y", "regressor", missing=True)
    assert plain.feature_names == ("kind=ab", "kind=c", "x")


DAMAGED = [
    {}, {"columns": None, "scale": None}, {"columns": [{"kind": "number"}], "scale": None},
    {"columns": [{"kind": "planet", "name": "x"}], "scale": None},
    {"columns": [{"kind": "number", "name": 5, "fill": 1.0, "missing": []}], "scale": None},
    {"columns": [{"kind": "number", "name": "x", "fill": "many", "missing": []}], "scale": None},
    {"columns": [{"kind": "number", "name": "x", "fill": 1.0, "missing": [3]}], "scale": None},
    {"columns": [{"kind": "number", "name": "x", "fill": 1.0, "missing": [], "form": {"decimal": 1}}], "scale": None},
    {"columns": [{"kind": "number", "name": "x", "fill": 1.0, "missing": []}], "scale": {"mean": [0], "std": [0]}},
    {"columns": [{"kind": "number", "name": "x", "fill": 1, "missing": []}], "scale": {"mean": [0, 1], "std": [1, 1]}},
    {"columns": [{"kind": "category", "name": "x", "fill": "a", "missing": [], "values": [1, 2]}], "scale": None},
    {"columns": [{"kind": "category", "name": "x", "fill": "a", "values": ["a"], "numbered": "no"}], "scale": None},
]  # fmt: skip


@pytest.mark.parametrize("encoding", DAMAGED)
def test_a_damaged_encoding_is_told(encoding):
    # would catch: a forged file that ends in a KeyError or an AttributeError in use
    with pytest.raises(ValueError, match="encoding of the columns is damaged"):
        TableEncoder.from_json(encoding)


def test_parquet_is_read_with_its_types(tmp_path):
    # would catch: an index that becomes a column, nullable types refused
    frame = pd.DataFrame(
        {
            "x": pd.array([1, None, 3, 5], dtype="Int32"),
            "c": pd.Categorical(["b", "a", "b", None]),
            "t": [True, False, True, True],
            "d": [decimal.Decimal("1.5"), decimal.Decimal("2.5"), None, decimal.Decimal("9")],
        },
        index=[5, 6, 7, 8],
    )
    frame.to_parquet(tmp_path / "t.parquet")
    data = load_table(tmp_path / "t.parquet", None, None)
    assert data.feature_names == ("x", "c=a", "c=b", "t", "d")
    expected = [[1, 0, 1, 1, 1.5], [3, 1, 0, 0, 2.5], [3, 0, 1, 1, 2.5], [5, 0, 1, 1, 9]]
    assert np.array_equal(data.X, expected)


def test_options_name_columns(loaded, uses):
    # would catch: a list of columns taken for one name, a wrong name ignored
    text = 'a,"b,c",d,e\n1,2,3,x\n5,3,1,y\n2,9,4,x\n'
    data = loaded(text, options=TableOptions(drop=("a,d", "b,c")))
    assert data.feature_names == ("e=x", "e=y")
    assert [use.used for use in data.columns[:3]] == ["left out: as you said"] * 3
    for options in ({"drop": ("aa",)}, {"keep": ("zz",)}, {"kinds": {"zz": "number"}}):
        with pytest.raises(NoSuchColumn, match="there is no column"):
            loaded(text, options=TableOptions(**options))


def test_missing_words_hold_in_one_column_or_in_all(loaded):
    # would catch: 99 years of age lost since 99 percent means no reading; numbers compared as text
    text = "age,share\n99,99\n50,1\n20,99.0\n30,4\n"
    assert loaded(text, options=TableOptions(missing=("share=99",))).X[:, 0].tolist() == [99, 50, 20, 30]
    assert loaded(text, options=TableOptions(missing=("share=99",))).X[:, 1].tolist() == [2.5, 1, 2.5, 4]
    assert loaded(text, options=TableOptions(missing=("99,50",))).X.tolist() == [[25, 2.5], [25, 1], [20, 2.5], [30, 4]]


def test_the_only_column_is_used_whatever_it_looks_like(loaded):
    # would catch: a line through the points 0, 1, 2, … that has no feature left
    lines = "".join(f"{k},{(k * 7) % 5}\n" for k in range(30))
    assert loaded("x,y\n" + lines, "y", "regressor").feature_names == ("x",)


def test_options_survive_being_written_down():
    # would catch: a checkpoint, or the command of a report, that reads the table in another sense
    options = TableOptions(("a",), ("b c",), {"d": "date"}, ("NA", "x=-999"), 3, "parts", False, True)
    assert TableOptions.from_json(options.to_json()) == options
    assert TableOptions().to_json() == {}
    assert TableOptions().words() == []
    assert options.words() == [
        "--drop", "a", "--keep", "b c", "--missing", "NA", "x=-999", "--as", "d=date", "--skip-rows", "3",
        "--dates", "parts", "--no-standardize", "--classes",
    ]  # fmt: skip


def test_without_a_target_the_columns_are_listed(loaded):
    # would catch: a target guessed
    with pytest.raises(NoTarget, match=r"The columns of .*t\.csv: a, b\."):
        loaded("a,b\n1,2\n", None, "regressor")


@pytest.mark.parametrize("above", ["Report,2024,\n", "Station,7,\nHeight,512,\n,,\n", "size,,money\n"])
def test_a_target_below_the_first_line_is_told_with_its_line(loaded, above):
    # would catch: "Known: Report, 2024, column 3", of which the last is in no line of the file
    text = above + "area,rooms,price\n50,2,150\n70,3,215\n90,4,268\n"
    line = above.count("\n") + 1
    with pytest.raises(NoSuchColumn, match=rf"but line {line} has it: .* --skip-rows {line - 1}\.$"):
        loaded(text, "price", "regressor")
    assert loaded(text, "price", "regressor", TableOptions(skip_rows=line - 1)).X.shape == (3, 2)


def test_one_class_is_asked_back(loaded):
    # would catch: a traceback after minutes of cross-validation, with --classes too
    text = "x,y\n" + "".join(f"{k * k},no\n" for k in range(9))
    for options in (TableOptions(), TableOptions(classes=True)):
        with pytest.raises(Ambiguous, match="y is 'no' in each of 9 rows: nothing is to be told apart"):
            loaded(text, "y", "classifier", options)
    assert loaded(text, "y", "clusterer").y.tolist() == [0] * 9


def test_a_column_of_lists_is_told_and_can_be_dropped(tmp_path):
    # would catch: a traceback about unhashable lists
    frame = pd.DataFrame({"x": np.arange(30) ** 2, "tags": [[k] for k in range(30)]})
    frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(TableError, match=r"column 'tags' holds entries that are neither .*; --drop tags leaves it out"):
        load_table(tmp_path / "t.parquet", None, None)
    assert load_table(tmp_path / "t.parquet", None, None, TableOptions(drop=("tags",))).feature_names == ("x",)


def test_missing_numbers_stay_missing_for_a_model_that_knows_what_to_do(loaded, uses):
    """Catches a median that is made up where nothing need be, NaN in a mean, and a category that is left open."""
    text = "a,b,kind\n1,10,x\n,20,y\n3,30,x\n8,,\n"
    data = loaded(text, missing=True, standardize=True)
    known = np.array([1.0, 3.0, 8.0])
    np.testing.assert_allclose(data.X[:, 0], (np.array([1, np.nan, 3, 8]) - known.mean()) / known.std(), rtol=1e-12)
    assert np.isnan(data.X).sum() == 2
    assert uses(data)["a"] == ("number", "one feature", "1 missing and left so")
    assert uses(data)["kind"][2] == "1 missing set to the most frequent, x"
    assert [row[1] for row in loaded(text, missing=True).describe(None).rows[:2]] == [4, 20]
    assert uses(loaded(text))["a"][2] == "1 missing set to the median 3"
    again = data.encoder.apply(pd.DataFrame({"a": [None, 3.0], "b": [10.0, None], "kind": ["x", "y"]}))
    assert np.isnan(again).tolist() == [[True, False, False, False], [False, True, False, False]]
