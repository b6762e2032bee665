"""Listings: the functions that a chapter prints are those of the textbook, and fit the page."""

import re

import pytest

from groundup.publish import book, listings

WIDEST = 85  # characters of the listings' type in a line of the book
SOURCE = '''
def area(a, b):
    """Return the area.

    eq. plane:area
    """
    # a comment stays
    return a * b


def plain(a):
    return a
'''


def test_a_function_is_printed_without_its_docstring():
    # a docstring of several lines of which one stays; the next function, too
    assert listings.body(SOURCE, "area") == "def area(a, b):\n    # a comment stays\n    return a * b"
    assert listings.listing(SOURCE, ["plain", "area"]).startswith("def plain(a):\n    return a\n\ndef area(a, b):\n")


def test_a_function_that_is_not_there_stops_the_build():
    # a renamed function whose listing silently disappears from the chapter
    with pytest.raises(KeyError):
        listings.body(SOURCE, "volume")


@pytest.mark.parametrize(("name", "text"), book.chapters().items())
def test_listings_fit_the_page(name, text, tmp_path):
    # a line that is broken in print; a letter that LaTeX's listings cannot set
    asked = listings.TEXTBOOK.findall(text)
    assert 2 <= len(asked) <= 4
    assert len(asked) == len(re.findall(r"\\textbook\b", text))
    assert {project for project, _ in asked} == {name}
    listings.write(text, book.SOURCE / "projects", tmp_path)
    written = sorted(tmp_path.iterdir())
    assert [path.name for path in written] == sorted(f"textbook-{name}-{functions}.py" for _, functions in asked)
    for path in written:
        code = path.read_text("utf-8")
        assert code.isascii()
        assert max(map(len, code.splitlines())) <= WIDEST
        compile(code, path.name, "exec")
