"""Captions in the book: the chapter's sentence and the docstring's first paragraph, set as TeX."""

import pytest

from groundup.plotting.figure import figure
from groundup.publish import book
from groundup.publish.captions import tex, with_docstrings

CHAPTER = r"""
\begin{figure}[htb]
  \includegraphics[width=\linewidth]{shop-data-sales}
  \caption{Sales and $\sigma_{kj}$ by month.}
  \label{fig:shop:sales}
\end{figure}
\begin{figure}[htb]
  \includegraphics{shop-data-costs}
  \caption{Costs. The line is the budget.}
\end{figure}
\caption{EM for a shop.}
"""


@figure()
def sales(axes, model, data):
    """Sales by month

    Left: the sales; 90 % lie
    within the band.

    Rows without a month are left out.
    """


def test_the_docstring_tells_how_to_read_the_figure():
    """Catches a caption of the book that says nothing about the panels, and one that speaks of other data."""
    found = with_docstrings(CHAPTER, lambda picture: f"{sales.book_caption} ({picture})")
    assert (
        r"\caption{Sales and $\sigma_{kj}$ by month. Left: the sales; 90 \% lie within the band. (shop-data-sales)}"
        in found
    )
    assert r"\caption{Costs. The line is the budget.}" in found
    assert r"\caption{EM for a shop.}" in found
    assert sales.caption == "Left: the sales; 90 % lie within the band. Rows without a month are left out."


def test_every_chapter_has_its_captions():
    """Catches a sign that the book cannot set, and a figure whose caption the pattern misses."""
    for name, text in book.chapters().items():
        pictures = ["-".join(found) for found in book.PICTURE.findall(text)]
        asked = []
        whole = with_docstrings(text, lambda picture: asked.append(picture) or book.caption(picture))  # noqa: B023
        assert set(asked) <= set(pictures), name
        for picture in asked:
            assert tex(book.caption(picture)) in whole
    assert book.caption("gaussian_mixture-stretched-bound").startswith("Left: the mean log-density along the line")


def test_a_sign_that_is_not_known_is_named():
    """Catches a page with a hole in it: TeX leaves out what its fonts do not have."""
    assert tex("50 % of w₁² − 1 & #2") == r"50 \% of w$_1$$^2$ $-$ 1 \& \#2"
    for sign in ("Σ", "~", '"', "`"):
        with pytest.raises(ValueError, match="does not know how to set"):
            tex(f"the {sign}")
