"""What the tests of tables share."""

import pytest

from groundup.data.tables.load import load_table
from groundup.data.tables.options import AS_IT_IS


@pytest.fixture
def table(tmp_path):
    """Write a table's text (or bytes) to a file."""

    def write(content, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def loaded(table):
    """Load a table's text as a data set."""

    def load(content, target=None, kind=None, options=AS_IT_IS, *, standardize=None, missing=False, name="t.csv"):
        return load_table(table(content, name), target, kind, options, standardize=standardize, missing=missing)

    return load


@pytest.fixture
def uses():
    """What became of each column, by its name."""
    return lambda data: {use.name: (use.read, use.used, use.filled) for use in data.columns}
