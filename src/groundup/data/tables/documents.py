"""A table's column of text as counts of words: learned once, written down, and applied to any other table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from groundup.core.checks.inputs import as_csr
from groundup.core.containers.csr import Csr
from groundup.core.text import plural, suggest
from groundup.data.columns import ColumnUse
from groundup.data.tables.errors import TableError
from groundup.data.text.count_vectorizer import CountVectorizer

if TYPE_CHECKING:
    from pandas import DataFrame, Series

RARE = 2  # A word that fewer documents have is not counted: it tells nothing of others.
MOST_WORDS = 50_000  # Words that are counted, the most frequent ones.
FEW = 20  # Of fewer documents every word is counted.


@dataclass(frozen=True)
class DocumentEncoder:
    """The words that are counted in a column of text.

    Parameters
    ----------
    column : str
        Name of the column in the table.
    words : tuple of str
        In the order of the features.
    """

    column: str
    words: tuple[str, ...]
    columns = ()  # No other column of the table becomes a feature,
    scale = None  # and counts have no standard units.

    @classmethod
    def of(cls, column: str, texts: Iterable[str]) -> Self:
        """Return the encoding that counts the words of documents.

        Raises
        ------
        TableError
            For documents without words.
        """
        documents = list(texts)
        least = RARE if len(documents) >= FEW else 1
        try:
            found = CountVectorizer(min_df=least, max_features=MOST_WORDS).fit(documents)
        except ValueError as error:
            raise TableError(f"--text {column}: no word of it can be counted ({error})") from error
        return cls(column, tuple(map(str, found.get_feature_names_out())))

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features: the words."""
        return self.words

    @property
    def text(self) -> tuple[str, ...]:
        """Columns that must be read as text."""
        return (self.column,)

    def texts(self, frame: "DataFrame") -> tuple[str, ...]:
        """Return the documents of a table; a missing one is empty.

        Raises
        ------
        TableError
            For a table without the column.
        """
        if self.column not in frame.columns:
            raise TableError(
                f"the table has no column {self.column!r}. {suggest(self.column, map(str, frame.columns))}"
            )
        return tuple(as_texts(frame[self.column]))

    def count(self, texts: Iterable[str]) -> Csr:
        """Return how often each document has each word."""
        return as_csr(CountVectorizer(vocabulary=self.words, dtype=np.float64).transform(texts))

    @staticmethod
    def tokens(text: str) -> list[str]:
        """Return the words of a document in their order, as they are counted."""
        return list(map(str, CountVectorizer().build_analyzer()(text)))

    def apply(self, frame: "DataFrame") -> Csr:
        """Return the counts of the words of a table's documents; other columns are ignored."""
        return self.count(self.texts(frame))

    def guesses(self, frame: "DataFrame") -> Iterator[str]:
        """Yield what should be known of documents of which nothing can be told."""
        empty = int((np.diff(self.apply(frame).indptr) == 0).sum())
        if empty:
            yield f"{self.column}: {plural(empty, 'row')} without any known word; only the prior decides there"

    def uses(self, frame: "DataFrame") -> tuple[ColumnUse, ...]:
        """Return what becomes of each column of a table."""
        return tuple(
            self._use(frame[name])
            if name == self.column
            else ColumnUse(name, "not read", f"left out: the words of {self.column} alone are counted")
            for name in map(str, frame.columns)
        )

    def _use(self, entries: "Series[Any]") -> ColumnUse:
        absent = int(entries.isna().sum())
        used = f"{len(self.words):,} features, the counts of its words"
        return ColumnUse(self.column, "text", used, f"{absent:,} missing, read as empty" if absent else "")

    def to_json(self) -> dict[str, Any]:
        """Return the encoding as plain values."""
        return {"text": self.column, "words": list(self.words)}

    @classmethod
    def from_json(cls, encoding: Mapping[str, Any]) -> Self:
        """Return the encoding that `to_json` wrote.

        Raises
        ------
        ValueError
            For anything else.
        """
        column, words = encoding.get("text"), encoding.get("words")
        known = isinstance(column, str) and isinstance(words, list) and all(isinstance(word, str) for word in words)
        if not known or not words or len(set(words)) < len(words):
            raise ValueError("the encoding of the text is damaged")
        assert isinstance(column, str)
        return cls(column, tuple(words or ()))


def as_texts(entries: "Series[Any]") -> list[str]:
    """Return the entries of a column as text; a missing one is empty."""
    return entries.astype(object).where(entries.notna(), "").astype(str).tolist()
