r"""Captions of the book's figures: the chapter's sentence, then what the figure's docstring says in the report too.

A chapter names a figure in one sentence of its own, ``\caption{…}``; the docstring's first paragraph tells how to read
it, panel by panel. A caption of several sentences is complete, and stays as it is.
"""

import re
from collections.abc import Callable

CAPTION = re.compile(r"(\\includegraphics(?:\[[^]]*\])?\{([^}]*)\}\s*\\caption\{)(.*)(?=\}\n)")  # it ends the line
SENTENCE = re.compile(r"[.?!]\s+[A-Z]")  # Where another one begins.
SIGNS = {
    "−": "$-$", "×": r"$\times$", "∞": r"$\infty$", "²": "$^2$", "₁": "$_1$", "₂": "$_2$",
    "η": r"$\eta$", "λ": r"$\lambda$", "σ": r"$\sigma$", "ε": r"$\epsilon$", "ö": r"\"o",
}  # fmt: skip
ESCAPED = str.maketrans({sign: rf"\{sign}" for sign in "&%$#_{}"} | SIGNS)


def tex(words: str) -> str:
    r"""Return plain words as TeX.

    Raises
    ------
    ValueError
        For a sign that the book does not know how to set.

    Examples
    --------
    >>> print(tex("90 % of x₁ − x₂"))
    90 \% of x$_1$ $-$ x$_2$
    """
    strange = [sign for sign in words if sign in '\\^~`"' or not (sign.isascii() or sign in SIGNS)]
    if strange:
        raise ValueError(f"a caption has the sign {strange[0]!r}, which the book does not know how to set: {words!r}.")
    return words.translate(ESCAPED)


def with_docstrings(chapter: str, caption: Callable[[str], str]) -> str:
    r"""Return a chapter whose figures have the docstring's caption after the chapter's own sentence.

    Parameters
    ----------
    chapter : str
        Its TeX.
    caption : callable
        ``caption(picture) -> str``: the docstring's caption of what ``\includegraphics`` names.
    """

    def full(found: re.Match[str]) -> str:
        begin, picture, own = found.groups()
        return begin + (own if SENTENCE.search(own) else f"{own} {tex(caption(picture))}")

    return CAPTION.sub(full, chapter)
