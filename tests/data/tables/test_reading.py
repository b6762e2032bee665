"""What is in a file is read as it is written, and what cannot be read is told in words."""

import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pandas as pd
import pytest

from groundup.data.tables import reading
from groundup.data.tables.dialect import sniff
from groundup.data.tables.reading import TableError, read_table

ROWS = {
    "comma": ("a,b\n1.5,x\n-2,y\n", "t.csv"),
    "semicolon": ("a;b\n1.5;x\n-2;y\n", "t.csv"),
    "bar": ("a|b\n1.5|x\n-2|y\n", "t.csv"),
    "tab": ("a\tb\n1.5\tx\n-2\ty\n", "t.csv"),
    "tsv": ("a\tb\n1.5\tx\n-2\ty\n", "t.tsv"),
    "txt": ("a\tb\n1.5\tx\n-2\ty\n", "t.txt"),
    "quoted": ('"a","b"\n"1.5","x"\n"-2","y"\n', "T.CSV"),
    "spaces": (" a , b \n1.5, x\n-2, y\n", "t.csv"),
    "crlf": ("a,b\r\n1.5,x\r\n-2,y\r\n", "t.csv"),
    "bom": ("\ufeffa,b\n1.5,x\n-2,y\n", "t.csv"),
    "blank": ("a,b\n\n1.5,x\n\n-2,y\n\n", "t.csv"),
    "utf16": ("a,b\n1.5,x\n-2,y\n".encode("utf-16"), "t.csv"),
    "gzip": (gzip.compress(b"a,b\n1.5,x\n-2,y\n"), "t.csv.gz"),
    "bz2": (bz2.compress(b"a,b\n1.5,x\n-2,y\n"), "t.csv.bz2"),
    "xz": (lzma.compress(b"a\tb\n1.5\tx\n-2\ty\n"), "t.tsv.xz"),
    "gzip without its suffix": (gzip.compress(b"a,b\n1.5,x\n-2,y\n"), "t.csv"),
    "suffix of gzip only": ("a,b\n1.5,x\n-2,y\n", "t.csv.gz"),
    "utf16 without its mark": ("a,b\n1.5,x\n-2,y\n".encode("utf-16-le"), "t.csv"),
    "utf32": ("a,b\n1.5,x\n-2,y\n".encode("utf-32"), "t.csv"),
    "columns of spaces": ("a     b\n1.5   x\n-2    y\n", "t.txt"),
    "tsv with commas": ("a,b\n1.5,x\n-2,y\n", "t.tsv"),
    "line break in a name": ('a,"\nb"\n1.5,x\n-2,y\n', "t.csv"),
}


@pytest.mark.parametrize(("content", "name"), ROWS.values(), ids=ROWS)
def test_a_table_is_read_however_it_is_written(table, content, name):
    # would catch: a separator taken from the suffix, a byte-order mark in the first name, a packed file refused
    frame = read_table(table(content, name)).frame
    assert list(frame.columns) == ["a", "b"]
    assert list(frame["a"]) == [1.5, -2.0]
    assert list(frame["b"].str.strip()) == ["x", "y"]


def test_a_zip_holds_one_table(table):
    # would catch: the first of several files taken silently
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("folder/inside.csv", "a,b\n1,2\n")
        archive.writestr("__MACOSX/folder/._inside.csv", "of no use")
        archive.writestr("folder/README.txt", "a table")
    assert read_table(table(packed.getvalue(), "t.zip")).frame["b"][0] == 2
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("other.csv", "a,b\n1,2\n")
    with pytest.raises(TableError, match="holds 2 files; a packed table is one file"):
        read_table(table(packed.getvalue(), "t.zip"))


def test_spelling_is_kept_where_it_says_more_than_the_value(table):
    # would catch: codes without their zeros, long identifiers rounded to doubles, thousands cut at the comma
    text = 'code,account,price,half\n007,479386071891505153,"1,234",0.5\n010,14160410518916347259,"12",1\n'
    frame = read_table(table(text)).frame
    assert list(frame["code"]) == ["007", "010"]
    assert list(frame["account"]) == ["479386071891505153", "14160410518916347259"]
    assert list(frame["price"]) == ["1,234", "12"]
    assert list(frame["half"]) == [0.5, 1.0]


def test_words_for_missing_are_words(table):
    # would catch: rows of a class called "None" or of a country "NA" (Namibia) that get lost
    frame = read_table(table("a,b\nNA,1\nNone,2\nnull,3\n,4\n")).frame
    assert list(frame["a"].dropna()) == ["NA", "None", "null"]
    assert frame["a"].isna().sum() == 1


def test_quotes_protect_separators(table):
    # would catch: the separator found by counting characters
    frame = read_table(table('name;note\n1;"a, b, c"\n2;"d, e, f"\n')).frame
    assert list(frame.columns) == ["name", "note"]
    assert frame["note"][0] == "a, b, c"


@pytest.mark.parametrize("broken", [2, 24, 48, 49, 50, 51, 70, 199, 200, 201])
def test_a_quoted_line_break_may_be_anywhere(table, broken):
    # would catch: a sample of lines that ends in the middle of a record, which hides the separator
    lines = (f'{k};"{"one" + chr(10) + "two, three" if k == broken else "one"}";{k % 7}\n' for k in range(300))
    frame = read_table(table("x;note;y\n" + "".join(lines))).frame
    assert frame.shape == (300, 3)
    assert frame["note"][broken] == "one\ntwo, three"


def test_a_long_field_is_read(table):
    # would catch: the csv module's limit of 131,072 characters
    frame = read_table(table(f"note,x\n{'w' * 131_073},1\nb,2\n")).frame
    assert len(frame["note"][0]) == 131_073


def test_the_decimal_mark_of_the_file(table):
    # would catch: 1,234 in a comma-separated file taken for a decimal
    assert sniff(table("a,b\n1,5\n2,5\n")).decimal == "."
    assert sniff(table('a,b\n"1,5",2\n')).decimal == "."
    assert sniff(table("a;b\n1,5;2\n")).decimal == ","
    assert sniff(table("a;b\n1.5;2\n")).decimal == "."


TITLES = {
    "title": ("Report,,\nof May,,\n,,\narea,rooms,price\n50,2,150\n70,3,215\n", 3),
    "comment": ("# measured 2024\nx,y\n1,2\n2,4.1\n3,6\n", 1),
    "comments": ("# logger 7\n# firmware 2\n\ntime;volt\n1;2\n2;3\n", 3),
    "comment of the same width": ("# logger 7, hall 2\nx,y\n1,2\n2,4.1\n", 1),
    "comments with commas": ("# a\n# hall, floor\ntime,volt\n1,2\n2,3\n", 2),
    "separator": ("sep=;\nx;y\n1;2\n2;3\n", 1),
    "quoted title": ('"A title, with a comma"\nx,y\n1,2\n2,3\n', 1),
}


@pytest.mark.parametrize(("text", "above"), TITLES.values(), ids=TITLES)
def test_titles_above_the_names_are_told_and_skipped(table, text, above):
    # would catch: "Unnamed: 1" told as a name of the file, and no way to skip a title
    with pytest.raises(TableError, match=rf"line {above + 1} looks like the names .* with --skip-rows {above}\.$"):
        read_table(table(text))
    assert len(read_table(table(text), skip_rows=above).frame.columns) in (2, 3)


def test_a_column_without_a_name(table):
    # would catch: a name that is in no line of the file
    raw = read_table(table(",a,b\n0,5,1\n1,3,2\n2,4,9\n"))
    assert list(raw.frame.columns) == ["column 1", "a", "b"]
    assert raw.unnamed == ("column 1",)


@pytest.mark.parametrize("names", [("1", "2", "3"), ("Ford", "Fiat", "Opel")])
def test_names_of_rows_that_the_first_line_does_not_count(table, names):
    # would catch: a table that R has written refused, or its columns shifted by one
    raw = read_table(table("a,b\n" + "".join(f"{name},{k * k},x\n" for k, name in enumerate(names))))
    assert list(raw.frame.columns) == ["column 1", "a", "b"]
    assert raw.unnamed == ("column 1",)
    assert list(raw.frame["a"]) == [0, 1, 4]
    rows = "".join(f"{name},{k * k},\n" for k, name in enumerate(names))  # Ended by a separator.
    assert list(read_table(table("a,b\n" + rows)).frame["b"]) == [0, 1, 4]


WRONG = [
    ("", "t.csv", "the file is empty"),
    ("\n\n", "t.csv", "the file is empty"),
    ("a,b\n", "t.csv", "column names but no rows"),
    ("a,b,a\n1,2,3\n", "t.csv", "several columns are named 'a'"),
    ("1,2\n3,4\n5,6\n", "t.csv", "first line holds numbers; it must name the columns"),
    ("a,b\n1,2,3\n4,5,6\n", "t.csv", "rows have more fields than the first line has names"),
    ("a,b\n1,2\n1,2,3,4\n", "t.csv", r"not a well-formed table \(Expected 2 fields in line 3, saw 4\)"),
    ('a,b\n1,"x\n2,y\n', "t.csv", "not a well-formed table"),
    ("grö,b\n1,2\n".encode("latin-1") + b"\x81,3\n", "t.csv", "neither UTF-8 nor Windows-1252"),
    ("PAR1 but not really", "t.parquet", "not a readable Parquet file"),
    ("", "t.parquet", "the file is empty"),
    (b"\x1f\x8b and no more", "t.csv.gz", r"not a readable \.gz file"),
    (b"PK\x03\x04 and no more", "t.zip", r"not a readable \.zip file"),
    # mtime=0: else the time of day would stand in the name of the test
    (
        gzip.compress(b"a,b\n1,2\n" * 9, mtime=0)[:-9],
        "t.csv",
        r"not a readable \.gz file",
    ),  # the time would stand in the name of the test
    ("a,b\n7,2,3\n5,5,6\n9,9,9\n", "t.csv", "rows have more fields than the first line has names"),
    ("{}", "t.json", r"'\.json' is not known; tables end in \.csv.*Save it as CSV"),
    ("no spreadsheet", "t.xlsx", "is not a readable spreadsheet"),
]


@pytest.mark.parametrize(("content", "name", "message"), WRONG)
def test_what_is_no_table_is_told(table, content, name, message):
    # would catch: pandas' own errors, or columns shifted by one in silence
    path = table(content, name)
    with pytest.raises(TableError, match=message) as caught:
        read_table(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("rows", [0, 100_000], ids=["at once", "far down"])
def test_other_encodings_are_read_and_told(table, rows):
    # would catch: a table of an older program refused, or its letters garbled without a word
    raw = read_table(table(("straße;y\n" + "a;1\n" * rows + "größe;2\n" * 2).encode("cp1252")))
    assert raw.frame["straße"].iloc[-1] == "größe"
    assert raw.notes == ("t.csv is not UTF-8; it was read as Windows-1252.",)
    assert read_table(table("straße;y\nä;1\n")).notes == ()


def test_a_missing_file_is_an_ordinary_error(tmp_path):
    # would catch: a missing file reported as empty
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "nowhere.csv")


def test_chunks_do_not_show(table, monkeypatch):
    # would catch: text in a late chunk only, numbers that lose their leading zeros, types that differ between chunks
    monkeypatch.setattr(reading, "CHUNK_CELLS", 1)
    rows = [f"{-k},{k % 7},{k / 8},{'007' if k < 2000 else 'x9'},{k if k % 1500 else ''},{1 if k > 2500 else 'n/a'},"
            f"{'' if k < 1200 else k}" for k in range(3500)]  # fmt: skip
    frame = read_table(table("id,small,half,code,gap,late,begin\n" + "\n".join(rows))).frame
    assert list(frame["id"]) == list(range(0, -3500, -1))
    assert list(frame["half"]) == [k / 8 for k in range(3500)]
    assert set(frame["code"]) == {"007", "x9"}
    assert frame["gap"].isna().sum() == 3
    assert frame["gap"][3499] == 3499
    assert list(frame["late"][[0, 3000]]) == ["n/a", "1"]
    assert frame["begin"].isna().sum() == 1200
    assert frame["begin"][3499] == 3499
    assert frame["small"].dtype == np.int8


def test_spreadsheets_are_read(tmp_path):
    # would catch: the number of a second sheet, dates as text, a title taken for names
    pytest.importorskip("openpyxl")
    path = tmp_path / "t.xlsx"
    frame = pd.DataFrame({"a": [1, 2], "day": pd.to_datetime(["2024-01-01", "2024-01-05"]), "c": ["x", "NA"]})
    with pd.ExcelWriter(path) as book:
        frame.to_excel(book, sheet_name="first", index=False, startrow=2)
        pd.DataFrame({"z": [1]}).to_excel(book, sheet_name="second", index=False)
        book.sheets["first"].cell(1, 1, "A title")
    with pytest.raises(TableError, match=r"row 3 of the first sheet looks like the names.*--skip-rows 2"):
        read_table(path)
    raw = read_table(path, skip_rows=2)
    assert list(raw.frame.columns) == ["a", "day", "c"]
    assert list(raw.frame["a"]) == [1, 2]
    assert raw.frame["day"].iloc[1] == pd.Timestamp("2024-01-05")
    assert list(raw.frame["c"]) == ["x", "NA"]
    assert raw.notes == ("Only the first sheet, 'first', of 2 is read.",)


def test_what_stands_below_a_sheet_is_no_row(tmp_path):
    # would catch: the line "Total" of a spreadsheet fitted as a row, and columns of numbers that it turns into text
    pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"name": [f"case {k}" for k in range(20)], "age": range(20), "visits": np.arange(20) / 4})
    frame.loc[20] = ["Total", "190 years", None]
    frame.to_excel(tmp_path / "t.xlsx", index=False)
    raw = read_table(tmp_path / "t.xlsx")
    assert list(raw.frame["age"]) == list(range(20))
    assert raw.frame["age"].dtype.kind == "i"
    assert raw.notes == ("the last line ('Total') looks like what stands below a table, and is left out: 20 rows stay",)
