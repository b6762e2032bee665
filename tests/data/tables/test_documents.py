"""A column of text as counts of words: what is learned, written down, and applied to the next table."""

import json

import numpy as np
import pandas
import pytest

from groundup.data.tables.documents import DocumentEncoder
from groundup.data.tables.errors import TableError
from groundup.data.tables.load import load_table
from groundup.data.tables.options import NoSuchColumn, TableOptions


@pytest.fixture
def mails(tmp_path):
    """A small table with a column of text."""
    path = tmp_path / "mails.csv"
    path.write_text(
        "id,message,folder\n1,Win money now money,spam\n2,Lunch at noon?,other\n3,,other\n4,money and lunch,spam\n",
        "utf-8",
    )
    return path


def test_a_column_of_text_becomes_counts(mails):
    """Catches words in another order than their columns, a missing document read as the word nan, the id learned."""
    data = load_table(mails, "folder", "classifier", TableOptions(text="message"))
    assert data.feature_names == ("and", "at", "lunch", "money", "noon", "now", "win")
    assert data.texts == ("Win money now money", "Lunch at noon?", "", "money and lunch")
    dense = np.array([data.X[k] for k in range(4)])
    assert dense.tolist() == [[0, 0, 0, 2, 0, 1, 1], [0, 1, 1, 0, 1, 0, 0], [0] * 7, [1, 0, 1, 1, 0, 0, 0]]
    assert data.y.tolist() == ["spam", "other", "other", "spam"]
    uses = {use.name: use for use in data.columns}
    assert uses["message"].used == "7 features, the counts of its words"
    assert uses["message"].filled == "1 missing, read as empty"
    assert uses["id"].left_out
    assert "1 row without any known word" in data.notes[-1]


def test_the_encoding_survives_its_file(mails):
    """Catches a vocabulary that is learned again from the next table."""
    data = load_table(mails, "folder", "classifier", TableOptions(text="message"))
    encoder = DocumentEncoder.from_json(json.loads(json.dumps(data.encoder.to_json())))
    assert encoder == data.encoder
    new = pandas.DataFrame({"message": ["unknown money", None], "more": [1, 2]})
    assert np.array([encoder.apply(new)[k] for k in range(2)]).tolist() == [[0, 0, 0, 1, 0, 0, 0], [0] * 7]
    assert list(encoder.guesses(new)) == ["message: 1 row without any known word; only the prior decides there"]
    with pytest.raises(TableError, match=r"no column 'message'\. Did you mean 'massage'"):
        encoder.apply(new.rename(columns={"message": "massage"}))


@pytest.mark.parametrize("damage", [{"words": []}, {"words": ["a", "a"]}, {"words": [1]}, {"words": "ab"}, {"text": 3}])
def test_a_damaged_encoding_is_refused(damage):
    """Catches a file whose words are no words, which would fail later and elsewhere."""
    with pytest.raises(ValueError, match="damaged"):
        DocumentEncoder.from_json({"text": "message", "words": ["a"]} | damage)


def test_rare_words_of_many_documents_are_not_counted():
    """Catches names that one document has, and that tell nothing of others."""
    texts = [f"word{k} common" for k in range(30)]
    assert DocumentEncoder.of("text", texts).words == ("common",)
    assert len(DocumentEncoder.of("text", texts[:10]).words) == 11
    with pytest.raises(TableError, match="no word of it can be counted"):
        DocumentEncoder.of("text", ["", "!"])


def test_text_that_is_left_out_is_told(tmp_path):
    """Catches a column of documents dropped in silence, and a row number learned in its place."""
    path = tmp_path / "mails.csv"
    rows = [f"{k},message number {k} has words of its own,{'ab'[k % 2]}" for k in range(1, 31)]
    path.write_text("id,message,folder\n" + "\n".join(rows) + "\n", "utf-8")
    with pytest.raises(TableError, match="--text message"):
        load_table(path, "folder", "classifier")
    with_age = path.with_name("age.csv")
    with_age.write_text(
        "age,message,folder\n" + "\n".join(f"{k % 7 + 0.5}{row[row.index(',') :]}" for k, row in enumerate(rows))
    )
    assert any("--text message" in note for note in load_table(with_age, "folder", "classifier").notes)


def test_a_column_that_is_not_there_is_guessed(mails):
    """Catches a KeyError, and the target taken for the documents."""
    with pytest.raises(NoSuchColumn, match=r"--text: there is no column 'massage'\. Did you mean 'message'"):
        load_table(mails, "folder", "classifier", TableOptions(text="massage"))
    with pytest.raises(TableError, match="is what is to be predicted"):
        load_table(mails, "folder", "classifier", TableOptions(text="folder"))
    assert TableOptions(text="my message").words() == ["--text", "my message"]
    assert TableOptions.from_json(TableOptions(text="a").to_json()) == TableOptions(text="a")
