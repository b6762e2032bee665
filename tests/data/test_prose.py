"""A text of the user's: read as it is, its end held out, or refused with a reason."""

import gzip

import pytest

from groundup.data import bundled
from groundup.data.prose import FEWEST, load_text, one_text
from groundup.data.tables.errors import TableError

LINE = "Es war einmal ein König, der hatte drei Söhne.\n"


def test_the_end_of_a_text_is_held_out(tmp_path):
    # characters that are in both parts, or in none; lines with two ends
    path = tmp_path / "t.txt"
    path.write_bytes((LINE * 100).replace("\n", "\r\n").encode("utf-8-sig"))
    data = load_text(path)
    whole = (LINE * 100).strip("\n")
    assert whole == data.X + data.held_out.X
    assert len(data.held_out.X) == round(0.1 * len(whole))
    assert data.notes == ()
    assert (data.kind, data.unit, data.size) == ("text", "character", f"{len(data.X):,} characters")
    assert data.describe(None).rows[0][:2] == ("space", data.X.count(" "))


def test_other_encodings_and_packings_are_read(tmp_path):
    # question marks for umlauts; a packed file that is learned from as bytes
    path = tmp_path / "t.txt"
    path.write_bytes((LINE * 100).encode("cp1252"))
    data = load_text(path)
    assert data.X.startswith(LINE)
    assert data.notes == ("t.txt is not UTF-8; it was read as Windows-1252.",)
    (tmp_path / "u.txt.gz").write_bytes(gzip.compress((LINE * 100).encode()))
    assert load_text(tmp_path / "u.txt.gz").X.startswith(LINE)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LINE.encode(), f"the text has 46 characters; at least {FEWEST:,} are needed"),
        (b"a" * 3000, "the text is one character, 'a', throughout"),
        (b"\x00\x01" * 3000, "is no text, it holds bytes of value 0"),
        (b"", "the text has 0 characters"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, words):
    # a network of one character, a traceback for a picture
    path = tmp_path / "t.txt"
    path.write_bytes(content)
    with pytest.raises(TableError, match=words):
        load_text(path)


def test_characters_that_were_never_read_are_left_out_and_told():
    # an infinite perplexity because of one sign in the last line
    data = one_text("t", "T.", "abab" * 225 + "ab€b" * 25)
    assert data.held_out.X == "abb" * 25
    assert data.notes == (
        "the held-out part holds '€', which what is learned from does not: 25 of its characters were left out",
    )


def test_the_text_that_ships_is_one_president():
    # passages of another one; a text that is another one every time
    data = bundled.speeches(0)
    assert data.X == bundled.speeches(1).X
    assert (len(data.X), len(data.held_out.X)) == (73_318, 8_146)
    assert "CC0" in data.description
    assert data.X[:3] == data.take([0, 1, 2]).X
