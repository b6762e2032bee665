"""The user's own tables: what can be read is read rightly, and what cannot is told in words."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

from groundup.data.tables import reading
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.load import load_table
from groundup.data.tables.reading import TableError, read_table, sniff
from groundup.data.tables.target import NoSuchColumn


@pytest.fixture
def table(tmp_path):
    """Write a table's text (or bytes) to a file."""

    def write(content, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("a,b\n1.5,x\n-2,y\n", "t.csv"),
        ("a;b\n1.5;x\n-2;y\n", "t.csv"),
        ("a;b\n1,5;x\n-2;y\n", "t.csv"),
        ("a|b\n1.5|x\n-2|y\n", "t.csv"),
        ("a\tb\n1.5\tx\n-2\ty\n", "t.csv"),
        ("a\tb\n1,5\tx\n-2\ty\n", "t.tsv"),
        ('"a","b"\n"1.5","x"\n"-2","y"\n', "T.CSV"),
        (" a , b \n1.5, x\n-2, y\n", "t.csv"),
        ("a,b\r\n1.5,x\r\n-2,y\r\n", "t.csv"),
        ("\ufeffa,b\n1.5,x\n-2,y\n", "t.csv"),
        ("a,b\n\n1.5,x\n\n-2,y\n\n", "t.csv"),
        ("a,b\n1.5,x\n-2,y\n".encode("utf-16"), "t.csv"),
    ],
    ids=["comma", "semicolon", "decimal", "bar", "tab", "tsv", "quoted", "spaces", "crlf", "bom", "blank", "utf16"],
)
def test_a_table_is_read_however_it_is_written(table, content, name):
    # would catch: a separator taken from the suffix, a byte-order mark in the first name, 1,5 read as 15 or as text
    frame = read_table(table(content, name))
    assert list(frame.columns) == ["a", "b"]
    assert list(frame["a"]) == [1.5, -2.0]
    assert list(frame["b"].str.strip()) == ["x", "y"]


def test_quotes_protect_separators(table):
    # would catch: the separator found by counting characters
    frame = read_table(table('name;note\n1;"a, b, c"\n2;"d, e, f"\n'))
    assert list(frame.columns) == ["name", "note"]
    assert frame["note"][0] == "a, b, c"


def test_a_decimal_comma_needs_another_separator(table):
    # would catch: 1,234 in a comma-separated file taken for a decimal
    assert sniff(table("a,b\n1,5\n2,5\n")).decimal == "."
    assert sniff(table('a,b\n"1,5",2\n')).decimal == "."
    assert sniff(table("a;b\n1,5;2\n")).decimal == ","
    assert sniff(table("a;b\n1.5;2\n")).decimal == "."


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("", "t.csv", "the file is empty"),
        ("\n\n", "t.csv", "the file is empty"),
        ("a,b\n", "t.csv", "column names but no rows"),
        ("a,b,a\n1,2,3\n", "t.csv", "several columns are named 'a'"),
        ("1,2\n3,4\n5,6\n", "t.csv", "first line holds numbers; it must name the columns"),
        ("a,b\n1,2,3\n4,5,6\n", "t.csv", "rows have more fields than the first line has names"),
        ("a,b\n1,2\n1,2,3,4\n", "t.csv", r"not a well-formed table \(Expected 2 fields in line 3, saw 4\)"),
        ('a,b\n1,"x\n2,y\n', "t.csv", "not a well-formed table"),
        ("größe,b\n1,2\n".encode("latin-1"), "t.csv", "not UTF-8 text.*iconv -f latin1"),
        ("a,b\n" + "1,2\n" * 100_000 + "é,2\n", "t.csv", None),
        (("a,b\n" + "1,2\n" * 100_000 + "é,2\n").encode("latin-1"), "t.csv", "not UTF-8 text"),
        ("PAR1 but not really", "t.parquet", "not a readable Parquet file"),
        ("", "t.parquet", "the file is empty"),
        ("a,b\n1,2\n", "t.xlsx", r"'\.xlsx' is not known; tables end in \.csv, \.tsv, \.parquet"),
    ],
)
def test_what_is_no_table_is_told(table, content, name, message):
    # would catch: pandas' own errors, or columns shifted by one in silence
    path = table(content, name)
    if message is None:
        assert len(read_table(path)) == 100_001
        return
    with pytest.raises(TableError, match=message) as caught:
        read_table(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_an_ordinary_error(tmp_path):
    # would catch: a missing file reported as empty
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "nowhere.csv")


def test_chunks_do_not_show(table, monkeypatch):
    # would catch: text in a late chunk only, numbers that lose their leading zeros, types that differ between chunks
    monkeypatch.setattr(reading, "CHUNK_CELLS", 1)
    rows = [f"{-k},{k % 7},{k / 8},{'007' if k < 2000 else 'x9'},{'' if k == 1500 else k}" for k in range(3500)]
    frame = read_table(table("id,small,half,code,gap\n" + "\n".join(rows)))
    assert list(frame["id"]) == list(range(0, -3500, -1))
    assert list(frame["half"]) == [k / 8 for k in range(3500)]
    assert set(frame["code"]) == {"007", "x9"}
    assert frame["gap"].isna().sum() == 1
    assert frame["gap"][3499] == 3499
    assert frame["small"].dtype == np.int8


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


# --- encoding ------------------------------------------------------------------------------------------------------


def encode(**columns):
    frame = pd.DataFrame(columns)
    encoder, told = TableEncoder.fit(frame)
    return encoder.features, encoder.apply(frame), told


def test_every_kind_of_column_is_encoded_and_told():
    # would catch: a wrong median or mode, a category dropped, columns out of order, a treatment left untold
    features, X, told = encode(
        size=[1.0, np.nan, 3.0, 8.0],
        colour=["red", "blue", None, "red"],
        fresh=[True, False, None, True],
        same=[7, 7, 7, 7],
        word=["x", None, "x", "x"],
        void=[None] * 4,
        name=["ann", "bob", "cy", "dee"],
    )
    assert features == ("size", "colour=blue", "colour=red", "fresh")
    assert np.array_equal(X, [[1, 0, 1, 1], [3, 1, 0, 0], [3, 0, 1, 1], [8, 0, 1, 1]])
    assert told == {
        "size": "number; 1 missing set to the median 3",
        "colour": "2 categories, one column each: blue, red; 1 missing set to the most frequent, red",
        "fresh": "true or false, as 1 or 0; 1 missing set to the most frequent, True",
        "same": "left out: constant (7)",
        "word": "left out: constant (x)",
        "void": "left out: no entries",
        "name": "left out: text with 4 different entries in 4 rows looks like names",
    }


def test_row_numbers_that_pandas_wrote_are_left_out(table):
    # would catch: the index of an earlier program taken for a measurement
    data = load_table(table(",a,b\n0,5,1\n1,3,2\n2,4,9\n"), None, None)
    assert data.feature_names == ("a", "b")
    assert use(data, "Unnamed: 0") == "left out: row numbers"


@pytest.mark.parametrize(
    "entries",
    [
        ["2024-01-31", "2024-02-29", None],
        ["31.1.2024", "1.2.2024", "2.2.24"],
        ["1/31/2024 14:05", "2/1/2024 09:00", "2/2/2024 00:00"],
        ["2024-01-31T12:00:00Z", "2024-01-31T13:00:00Z", "2024-02-01T12:00:00Z"],
        ["12:30", "13:45:10", "0:00"],
        [datetime.date(2024, 1, 1), None, datetime.date(2024, 1, 2)],
        pd.to_datetime(["2024-01-01", "2024-01-02", None]),
        pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-05"], utc=True),
        pd.to_timedelta([1, 2, 3], unit="D"),
        pd.period_range("2024-01", periods=3, freq="M"),
    ],
    ids=["iso", "german", "american", "zulu", "clock", "objects", "numpy", "zoned", "durations", "periods"],
)
def test_dates_are_refused_by_name(entries):
    # would catch: dates one-hot encoded, or turned into nanoseconds
    with pytest.raises(TableError, match=r"column 'when' holds dates or times such as .*turn them into numbers"):
        encode(a=[1, 2, 3], when=entries)


@pytest.mark.parametrize("entries", [["1-2", "3-4", "1-2"], ["2024", "x", "2024"], ["1.5.0", "1.5.1", "1.5.0"]])
def test_what_only_resembles_a_date_is_text(entries):
    # would catch: ranges, years and version numbers refused as dates
    assert encode(code=entries)[0] == tuple(f"code={entry}" for entry in sorted(set(entries)))


def test_numbers_spoiled_by_a_few_entries_are_told():
    # would catch: a measured column dropped as "identifiers" for one question mark
    with pytest.raises(
        TableError, match=r"column 'power' holds numbers written as text, and also '\?', 'n\.v\.'; correct"
    ):
        encode(power=[*map(str, range(100)), "?", "n.v."], a=range(102))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([1.0, np.inf, 2.0], "column 'x' has an infinite entry in row 2"),
        ([[1], [2], [3]], "neither numbers nor text"),
        ([b"a", b"b", b"a"], "neither numbers nor text"),
        ([1j, 2j, 3j], "neither numbers nor text"),
        ([f"{k}" for k in range(60)], "column 'x' holds numbers written as text; correct"),
        (["ann", "bob", "cy"], "no column is left to learn from.*looks like names"),
        ([3, 3, 3], r"no column is left.*constant \(3\)"),
    ],
)
def test_what_cannot_be_encoded_is_told(column, message):
    # would catch: an infinity imputed, lists spelled out as categories, an empty matrix handed on
    with pytest.raises(TableError, match=message):
        encode(x=column)


def test_the_bound_on_categories():
    # would catch: thousands of indicator columns, or an off-by-one at the bound
    assert len(encode(c=[f"v{k:02}" for k in range(50)] * 2)[0]) == 50
    with pytest.raises(TableError, match="51 different entries in 4051 rows"):
        encode(c=["v00"] * 4000 + [f"v{k:02}" for k in range(51)])
    with pytest.raises(TableError, match="more than 50 different entries in 102 rows"):
        encode(c=[f"v{k:02}" for k in range(51)] * 2)


def test_a_new_table_is_encoded_as_the_old_one(table):
    # would catch: medians and categories learned anew from the new table; columns taken by position; "007" read as 7
    data = load_table(table("code,x,flag\n007,1,True\n010,5,False\n007,,True\na1,3,True\na1,9,True\n"), None, None)
    again = TableEncoder.from_json(data.encoder.to_json())
    assert again == data.encoder
    new = table("extra,flag,code,x\n1,True,007,2\n2,,010,\n3,False,zz,4\n", "new.csv")
    X = again.apply(read_table(new, again.text))
    assert data.feature_names == ("code=007", "code=010", "code=a1", "x", "flag")
    assert np.array_equal(X, [[1, 0, 0, 2, 1], [0, 1, 0, 4, 1], [0, 0, 0, 4, 0]])


def test_a_new_table_that_does_not_fit_is_told():
    # would catch: KeyErrors; text in a column of numbers taken as missing
    encoder, _ = TableEncoder.fit(pd.DataFrame({"length": [1, 2], "kind": ["a", "b"]}))
    with pytest.raises(TableError, match=r"no column 'length'\. Did you mean 'Lenght'\?"):
        encoder.apply(pd.DataFrame({"Lenght": [1], "kind": ["a"]}))
    with pytest.raises(TableError, match="'length' held numbers when the model was fitted; now it holds text"):
        encoder.apply(pd.DataFrame({"length": ["long"], "kind": ["a"]}))
    assert np.array_equal(encoder.apply(pd.DataFrame({"length": [None], "kind": [None]})), [[1.5, 1, 0]])


def test_a_bundled_set_s_encoding():
    # would catch: columns taken by position; a missing entry made up, or said to be set to nan
    encoder = TableEncoder.of_numbers(("a", "b"))
    new = pd.DataFrame({"b": [None, 7], "a": [0, None]})
    assert np.array_equal(encoder.apply(new), [[0, np.nan], [np.nan, 7]], equal_nan=True)
    assert list(encoder.guesses(new)) == []


# --- targets -------------------------------------------------------------------------------------------------------


def test_one_numeric_target(table):
    # would catch: the target left among the features, rows without it imputed
    data = load_table(table("x,price,y\n1,10,5\n2,,6\n3,30,8\n"), "price", "regressor")
    assert np.array_equal(data.X, [[1, 5], [3, 8]])
    assert list(data.y) == [10, 30]
    assert data.y.shape == (2,)
    assert data.target_name == "price"
    assert use(data, "price") == "target; 1 row without it left out"


def test_several_targets_are_wide(table):
    # would catch: targets in another order than asked for
    data = load_table(table("x,a,b\n1,10,5\n2,20,6\n3,30,\n"), "b, a", "regressor")
    assert np.array_equal(data.y, [[5, 10], [6, 20]])
    assert data.feature_names == ("x",)


def test_a_column_whose_name_has_a_comma_or_a_colon(table):
    # would catch: a name split that is a column's own
    data = load_table(table('x,"a,b",c:d\n1,2,3\n2,3,5\n'), "a,b", "regressor")
    assert list(data.y) == [2, 3]
    data = load_table(table('x,"a,b",c:d\n1,2,3\n2,3,5\n'), "c:d", "regressor")
    assert list(data.y) == [3, 5]


def test_long_targets_become_wide(table):
    # would catch: measurements matched to the wrong sample, missing ones filled, samples with missing features lost
    text = "site,x,quantity,value\nA,1,mass,10\nB,,size,4\nA,1,size,3\nB,,mass,20\nC,7,mass,5\nD,8,size,1\nD,8,mass,2\n"
    data = load_table(table(text), "quantity:value", "regressor")
    assert data.feature_names == ("x",)  # the sites are all different
    assert np.array_equal(data.y, [[10, 3], [20, 4], [2, 1]])
    assert np.array_equal(data.X[:, 0], [1, 4.5, 8])
    assert use(data, "quantity") == "target in long form: mass, size; 1 row without it left out"


def test_a_long_target_given_twice_is_told(table):
    # would catch: the second measurement written over the first
    with pytest.raises(TableError, match="'mass' is given twice for the same sample, the second time in row 3"):
        load_table(table("x,q,v\n1,mass,10\n2,mass,11\n1,mass,12\n"), "q:v", "regressor")


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("x,c\n1,b\n2,a\n3,b\n4,\n", "c", ["b", "a", "b"]),
        ("x,c\n1,3\n2,1\n3,3\n4,\n", "c", [3, 1, 3]),
        ("x,c\n1,True\n2,False\n3,True\n4,\n", "c", [1, 0, 1]),
        ("x,a,b\n1,0,1\n2,1,0\n3,0,1\n4,,\n", "a,b", ["b", "a", "b"]),
    ],
    ids=["text", "numbers", "truth", "indicators"],
)
def test_classes_long_and_wide(table, text, target, expected):
    # would catch: indicator columns read off by one, labels turned to floats
    data = load_table(table(text), target, "classifier")
    assert data.y.tolist() == expected
    assert len(data.X) == 3
    data = load_table(table(text), target, "clusterer")
    assert data.y.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("text", "target", "kind", "error", "message"),
    [
        ("x,price\n1,2\n2,3\n", "Pirce", "regressor", NoSuchColumn, "no column 'Pirce'.*Did you mean 'price'"),
        ("x,price\n1,2\n2,3\n", "q:v", "regressor", NoSuchColumn, "no column 'q:v'"),
        ("x,c\n1,a\n2,b\n", "c", "regressor", TableError, "'c' holds text, but numbers are wanted"),
        ("x,c\n1,2024-01-01\n2,2024-01-02\n", "c", "regressor", TableError, "dates"),
        ("x,c\n1,\n2,\n", "c", "regressor", TableError, "'c' has no entries"),
        ("x,c\n1,0.5\n2,1\n", "c", "classifier", TableError, "holds fractions, but classes"),
        ("x,a,b\n1,1,1\n2,0,1\n", "a,b", "classifier", TableError, "one 1 in every row"),
        ("x,a,b\n1,u,v\n2,u,w\n", "a,b", "classifier", TableError, "one 1 in every row"),
        ("c\n1\n2\n", "c", "regressor", TableError, "no column is left to learn from"),
        ("x,c\n1,inf\n2,3\n", "c", "regressor", TableError, "infinite"),
        ("q,v\na,1\nb,2\n", "q:v", "regressor", TableError, "no columns besides"),
    ],
)
def test_impossible_targets_are_told(table, text, target, kind, error, message):
    # would catch: KeyErrors, classes regressed on their codes
    with pytest.raises(error, match=message):
        load_table(table(text), target, kind)


def test_without_a_target_there_is_none(table):
    # would catch: the last column taken as the target
    data = load_table(table("a,b\n1,2\n3,5\n"), None, "clusterer")
    assert data.y is None
    assert data.X.shape == (2, 2)
    assert data.X.flags.c_contiguous
