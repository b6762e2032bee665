"""Base class of the vectorisers: parameters that say what the tokens of a document are."""

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Function, Instance, OneOf, Rule
from groundup.core.estimator.model import Model
from groundup.core.estimator.parameters import parameter
from groundup.core.exceptions import warn
from groundup.data.text import tokens
from groundup.data.text.stop_words import ENGLISH

WORD = r"(?u)\b\w\w+\b"  # Two letters, digits or underscores, or more, between others.
STRIPS = {"ascii": tokens.ascii_only, "unicode": tokens.without_accents}
NGRAMS = {"word": tokens.word_ngrams, "char": tokens.char_ngrams, "char_wb": tokens.char_ngrams_of_words}


@dataclass(frozen=True)
class Encoding(Rule):
    """The name of an encoding that Python knows."""

    def allows(self, value: Any) -> bool:
        """Whether Python has a codec of this name."""
        try:
            return isinstance(value, str) and codecs.lookup(value) is not None
        except (LookupError, ValueError):
            return False

    def __str__(self) -> str:
        return "the name of an encoding, such as 'utf-8'"


@dataclass(frozen=True)
class Range(Rule):
    """A pair of whole numbers of at least one."""

    def allows(self, value: Any) -> bool:
        """Whether `value` is such a pair; which of the two is larger is looked at later."""
        return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(Count.allows, value))

    def __str__(self) -> str:
        return "a pair (shortest, longest) of integers of at least 1"


@dataclass(frozen=True)
class DType(Rule):
    """A type of numbers."""

    def allows(self, value: Any) -> bool:
        """Whether NumPy knows the type, and it is one of numbers."""
        try:
            return value is not None and np.dtype(value).kind in "biuf"
        except TypeError:
            return False

    def __str__(self) -> str:
        return "a type of real numbers, such as numpy.float64"


Optional = OneOf((None,)) | Function()
StopWords = OneOf((None, "english")) | Instance((list, tuple, set, frozenset), "a list of words")
Norm = OneOf((None, "l1", "l2"))


class Analysis(Model):
    """Base class of models that read documents."""

    accepts = Accepts("text")

    input: Literal["content", "file", "filename"] = parameter(OneOf(("content", "file", "filename")), default="content")
    encoding: str = parameter(Encoding(), default="utf-8")
    decode_error: Literal["strict", "ignore", "replace"] = parameter(
        OneOf(("strict", "ignore", "replace")), default="strict"
    )
    strip_accents: Literal["ascii", "unicode"] | Callable[[str], str] | None = parameter(
        OneOf((None, "ascii", "unicode")) | Function(), default=None
    )
    lowercase: bool = parameter(Boolean(), default=True)
    preprocessor: Callable[[Any], Any] | None = parameter(Optional, default=None)
    tokenizer: Callable[[Any], Any] | None = parameter(Optional, default=None)
    stop_words: Literal["english"] | Iterable[str] | None = parameter(StopWords, default=None)
    token_pattern: str | None = parameter(OneOf((None,)) | Instance((str,), "a regular expression"), default=WORD)
    ngram_range: tuple[int, int] = parameter(Range(), default=(1, 1))
    analyzer: Literal["word", "char", "char_wb"] | Callable[[Any], Any] = parameter(
        OneOf(("word", "char", "char_wb")) | Function(), default="word"
    )

    def decode(self, doc: Any) -> Any:
        """Return a document as text: read from its file, if it is one, and decoded.

        Parameters
        ----------
        doc : str, bytes, path or file
            What `input` says.

        Returns
        -------
        str
            Anything that is neither text nor bytes is returned as it is, for a `preprocessor` or an `analyzer`.

        Raises
        ------
        ValueError
            For NaN, which stands for a missing text, and for bytes in another encoding (UnicodeDecodeError).
        OSError
            If a file cannot be read.
        """
        if self.input == "filename":
            with open(doc, "rb") as file:
                doc = file.read()
        elif self.input == "file":
            doc = doc.read()
        if isinstance(doc, bytes):
            try:
                return doc.decode(self.encoding, self.decode_error)
            except UnicodeDecodeError as error:
                error.add_note(f"encoding={self.encoding!r} may be another one, or set decode_error='replace'.")
                raise
        if isinstance(doc, float) and doc != doc:
            raise ValueError("np.nan is an invalid document, expected byte or unicode string.")
        return doc

    def build_preprocessor(self) -> Callable[[Any], Any]:
        """Return the function that prepares a text: `preprocessor`, or lower case and accents.

        Returns
        -------
        callable
            From a text to a text.

        Raises
        ------
        InvalidParameterError
            For parameters that are not allowed.
        """
        self._check_parameters("preprocessor", "strip_accents", "lowercase")
        if self.preprocessor is not None:
            return self.preprocessor
        strip = self.strip_accents
        strip = STRIPS[strip] if isinstance(strip, str) else strip
        return partial(tokens.normalized, lowercase=self.lowercase, strip=strip)

    def build_tokenizer(self) -> Callable[[Any], Any]:
        """Return the function that splits a text into words: `tokenizer`, or what `token_pattern` finds.

        Returns
        -------
        callable
            From a text to a list of words.

        Raises
        ------
        ValueError
            For a pattern with several groups, for what is no pattern, and for parameters that are not allowed.
        """
        self._check_parameters("tokenizer", "token_pattern")
        if self.tokenizer is not None:
            return self.tokenizer
        if self.token_pattern is None:
            raise ValueError("token_pattern=None leaves nothing that finds words; set it, or tokenizer.")
        try:
            pattern = re.compile(self.token_pattern)
        except re.error as error:
            raise ValueError(f"token_pattern={self.token_pattern!r} is no regular expression: {error}.") from error
        if pattern.groups > 1:
            raise ValueError(
                "More than 1 capturing group in token pattern. Only a single group should be captured: write (?:…) "
                f"for the others in {self.token_pattern!r}."
            )
        return pattern.findall

    def get_stop_words(self) -> frozenset[str] | None:
        """Return the words that are left out.

        Returns
        -------
        frozenset of str or None
            None if no word is.

        Raises
        ------
        InvalidParameterError
            For a value that is not allowed.
        """
        self._check_parameters("stop_words")
        if self.stop_words is None:
            return None
        return ENGLISH if isinstance(self.stop_words, str) else frozenset(self.stop_words)

    def build_analyzer(self) -> Callable[[Any], Any]:
        """Return the function that turns a document into its tokens: reading, preparation, words, n-grams.

        Returns
        -------
        callable
            From a document to a list of tokens.

        Raises
        ------
        ValueError
            For parameters that are not allowed.
        """
        self._check_parameters("analyzer", "ngram_range")
        if callable(self.analyzer):
            return tokens.Chain((self.decode, self.analyzer))
        shortest, longest = self.ngram_range
        steps = [self.decode, self.build_preprocessor()]
        if self.analyzer == "word":
            stop_words = self.get_stop_words()
            steps.append(self.build_tokenizer())
            if stop_words is not None:
                steps.append(partial(tokens.kept, stop_words=stop_words))
        if self.analyzer != "word" or longest > 1:
            steps.append(partial(NGRAMS[self.analyzer], shortest=shortest, longest=longest))
        return tokens.Chain(tuple(steps))

    def _documents(self, documents: Any) -> Iterable[Any]:
        """Return the documents, read from first to last when somebody asks.

        Raises
        ------
        ValueError
            For one text instead of a list of texts, and for a table.
        TypeError
            For what cannot be read one by one.
        """
        self._require_ngram_range()
        if isinstance(documents, (str, bytes)):
            raise ValueError(
                "Iterable over raw text documents expected, string object received. Put it in a list: [text]."
            )
        if hasattr(documents, "columns"):
            raise ValueError(
                f"{type(self).__name__} needs the documents of one column, got a table; choose one: table['name']."
            )
        if not isinstance(documents, Iterable):
            raise TypeError(f"{type(self).__name__} needs a list of documents, got {documents!r}.")
        return documents

    def _require_ngram_range(self) -> None:
        self._check_parameters("ngram_range")
        shortest, longest = self.ngram_range
        if shortest > longest:
            raise ValueError(
                f"Invalid value for ngram_range={self.ngram_range} lower boundary larger than the upper boundary."
            )

    def _warn_of_parameters(self) -> None:
        """Warn of parameters that change nothing, and of stop words that no token equals."""
        custom = callable(self.analyzer)
        words = self.analyzer == "word"
        unused = (
            ("token_pattern", "'tokenizer' is not None", self.tokenizer is not None and self.token_pattern is not None),
            ("preprocessor", "'analyzer' is callable", custom and self.preprocessor is not None),
            ("ngram_range", "'analyzer' is callable", custom and tuple(self.ngram_range) != (1, 1)),
            ("stop_words", "'analyzer' != 'word'", not words and self.stop_words is not None),
            ("token_pattern", "'analyzer' != 'word'", not words and self.token_pattern not in (None, WORD)),
            ("tokenizer", "'analyzer' != 'word'", not words and self.tokenizer is not None),
        )
        for name, reason, applies in unused:
            if applies:
                warn(f"The parameter {name!r} will not be used since {reason}.", UserWarning)
        if words and (stop_words := self.get_stop_words()):
            strange = tokens.not_among(stop_words, tokens.Chain((self.build_preprocessor(), self.build_tokenizer())))
            if strange:
                warn(
                    "Your stop_words may be inconsistent with your preprocessing. Tokenizing the stop words generated "
                    f"tokens {strange} not in stop_words.",
                    UserWarning,
                )
