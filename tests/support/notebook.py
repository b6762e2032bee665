"""Tables that notebooks show, read back."""

from xml.etree import ElementTree


def rows_of(html):
    """The text of each row's cells; the HTML must be well-formed."""
    table = ElementTree.fromstring(html)
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
