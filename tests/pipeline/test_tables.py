"""Tables in pieces: no row is lost, doubled or moved, whatever the size of a piece."""

import pandas
import pytest

from groundup.pipeline.errors import PipelineError
from groundup.pipeline.tables import names_of, pieces

TEXT = 'a;b;c\n1;"x; y";2,5\n\n2;zwei\n3;"zwei\nZeilen";\n4;d;1;9\n5;;0\n'


def gathered(path, rows, after=0):
    found = list(pieces(path, rows, after))
    return pandas.concat([piece.frame for piece in found]), [one for piece in found for one in piece.broken], found


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_rows_of_text(tmp_path, rows, after):
    # a row at the border of two pieces that is lost; numbers of rows that count broken or empty lines wrongly
    path = tmp_path / "t.csv"
    path.write_text(TEXT)
    frame, broken, found = gathered(path, rows, after)
    whole = {1: ["1", "x; y", "2,5"], 3: ["3", "zwei\nZeilen", ""], 5: ["5", "", "0"]}
    assert {row: frame.loc[row].tolist() for row in frame.index} == {k: v for k, v in whole.items() if k > after}
    assert broken == [one for one in [(2, "2 fields instead of 3"), (4, "4 fields instead of 3")] if one[0] > after]
    assert found[-1].last == 5
    assert names_of(path) == ("a", "b", "c")


@pytest.mark.parametrize("after", [0, 2, 4])
def test_rows_of_parquet(tmp_path, after):
    # batches that ignore what is done
    path = tmp_path / "t.parquet"
    pandas.DataFrame({"a": range(5), "b": list("vwxyz")}).to_parquet(path)
    frame, _, found = gathered(path, 2, after)
    assert frame.index.tolist() == list(range(after + 1, 6))
    assert frame["a"].tolist() == list(range(after, 5))
    assert found[-1].last == 5
    assert names_of(path) == ("a", "b")


def test_names_of_a_table_without_rows(tmp_path):
    # an exception of Python's own where there is no first piece
    pandas.DataFrame({"a": [1], "b": ["x"]}, index=[7]).iloc[:0].to_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("a;b\n")
    assert names_of(tmp_path / "t.parquet") == names_of(tmp_path / "t.csv") == ("a", "b")
    assert list(pieces(tmp_path / "t.parquet")) == list(pieces(tmp_path / "t.csv")) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("t.csv", b"", "is empty"), ("t.pdf", b"x", "suffix '.pdf' is not known"), ("t.parquet", b"x", "Parquet"),
     ("t.csv", b"a,a\n1,2\n", "a")],
)  # fmt: skip
def test_files_that_hold_no_table(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PipelineError) as caught:
        list(pieces(tmp_path / name))
    assert words in str(caught.value)
    with pytest.raises(PipelineError, match=words):
        names_of(tmp_path / name)
