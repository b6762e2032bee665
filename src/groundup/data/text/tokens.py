"""From a document to its tokens: small functions that a vectoriser puts into a chain.

All of them can be pickled, and so can a chain.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

SPACES = re.compile(r"\s\s+")


@dataclass(frozen=True)
class Chain:
    """Functions that are called one after another, each with what the one before returned."""

    steps: tuple[Callable[[Any], Any], ...]

    def __call__(self, document: Any) -> Any:
        """Return what the last function makes of a document."""
        for step in self.steps:
            document = step(document)
        return document


def without_accents(text: str) -> str:
    """Return text without combining marks, in compatible characters (NFKD)."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def ascii_only(text: str) -> str:
    """Return the characters of a text that have a form in ASCII, without their accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def normalized(text: str, lowercase: bool, strip: Callable[[str], str] | None) -> str:
    """Return text in lower case, then without accents, if asked for.

    Raises
    ------
    TypeError
        For what is not text.
    """
    if not (lowercase or strip):
        return text  # of any kind: the user's tokenizer may know better
    if not isinstance(text, str):
        raise TypeError(f"a document must be text or bytes, got {text!r} ({type(text).__name__}).")
    text = text.lower() if lowercase else text
    return strip(text) if strip else text


def kept(tokens: Iterable[Any], stop_words: frozenset[str]) -> list[Any]:
    """Return the tokens that are no stop words."""
    return [token for token in tokens if token not in stop_words]


def word_ngrams(tokens: Iterable[str], shortest: int, longest: int) -> list[str]:
    """Return neighbouring words joined by spaces, the shorter sequences first."""
    words = list(tokens)
    ngrams = words if shortest == 1 else []
    for n in range(max(2, shortest), min(longest, len(words)) + 1):
        ngrams = ngrams + [" ".join(ngram) for ngram in zip(*(words[k:] for k in range(n)), strict=False)]
    return ngrams


def char_ngrams(text: str, shortest: int, longest: int) -> list[str]:
    """Return neighbouring characters, the shorter sequences first; several white spaces count as one space."""
    text = SPACES.sub(" ", text)
    return [text[k : k + n] for n in range(shortest, min(longest, len(text)) + 1) for k in range(len(text) - n + 1)]


def char_ngrams_of_words(text: str, shortest: int, longest: int) -> list[str]:
    """Return neighbouring characters of each word with a space before and after it.

    A word that is shorter than `shortest` counts once, as a whole.
    """
    ngrams: list[str] = []
    for word in text.split():
        padded = f" {word} "
        for n in range(shortest, longest + 1):
            ngrams += [padded[k : k + n] for k in range(max(1, len(padded) - n + 1))]
            if n >= len(padded):
                break
    return ngrams


def not_among(stop_words: frozenset[str], tokenize: Callable[[str], Iterable[str]]) -> list[str]:
    """Return the tokens of stop words that are no stop words, which a document would hence keep.

    None are returned where the user's functions take other things than words.
    """
    try:
        return sorted({token for word in stop_words for token in tokenize(word)} - stop_words)
    except Exception:  # Nobody can list what a user's function raises.
        return []
