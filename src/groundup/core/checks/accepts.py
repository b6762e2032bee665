"""Declaration of the data that a model accepts.

Validation, scikit-learn's tags, the command line and reports read the same declaration.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from groundup.core.checks.inputs import as_csr, as_matrix, is_sparse
from groundup.core.containers.sequences import Sequences
from groundup.core.types import ArrayLike

NAMES = {"table": "a table of numbers", "sequences": "sequences of numbers", "text": "documents"}


@dataclass(frozen=True)
class Accepts:
    """Accepted kind of data, and its allowed content.

    Parameters
    ----------
    kind : {"table", "sequences", "text"}, default="table"
        Rows of numbers, sequences of vectors, or documents.
    sparse : bool, default=False
        Whether a table may be a SciPy sparse matrix or array; it is read as `Csr`.
    missing : bool, default=False
        Whether NaN may stand for a missing entry.
    non_negative : bool, default=False
        Whether entries must not be negative.
    categories : bool, default=False
        Whether entries are numbers of categories, from 0 on, and hence not negative.
    pairwise : bool, default=False
        Whether rows and columns are the same samples, as in a matrix of kernel values.
    mixed : bool, default=False
        Whether columns may hold categories without an order, besides numbers.
    """

    kind: Literal["table", "sequences", "text"] = "table"
    sparse: bool = False
    missing: bool = False
    non_negative: bool = False
    categories: bool = False
    pairwise: bool = False
    mixed: bool = False

    def __str__(self) -> str:
        details = [
            words
            for words, holds in (
                ("sparse ones too", self.sparse),
                ("columns of categories, too", self.mixed),
                ("NaN for a missing entry", self.missing),
                ("nothing negative", self.non_negative),
                ("categories, numbered from 0", self.categories),
                ("one row and one column a sample", self.pairwise),
            )
            if holds
        ]
        return NAMES[self.kind] + (f" ({', '.join(details)})" if details else "")

    def validated(self, X: ArrayLike, owner: str, *, name: str = "X", min_rows: int = 1) -> Any:
        """Return the data in the form that algorithms use.

        Parameters
        ----------
        X : array-like
            Data as the user passed it.
        owner, name : str
            Names of the model and of the argument in messages.
        min_rows : int, default=1
            Smallest number of rows.

        Returns
        -------
        ndarray, Csr, Sequences or list of str

        Raises
        ------
        TypeError, ValueError
            For another kind of data, and for entries that are not accepted.
        """
        if self.kind == "text":
            return _as_documents(X, owner, name)
        if self.kind == "sequences":
            return Sequences.of(X, owner, name)
        limits: dict[str, Any] = {"min_rows": min_rows, "non_negative": self.non_negative or self.categories}
        if is_sparse(X) and self.sparse:
            table: Any = as_csr(X, name=name, owner=owner, **limits)
        else:
            table = as_matrix(X, name=name, owner=owner, missing=self.missing, **limits)
        if self.pairwise and table.shape[0] != table.shape[1]:
            raise ValueError(f"{name} must be square, one row and one column a sample, got shape {table.shape}.")
        return table


def _as_documents(X: Any, owner: str, name: str) -> list[str]:
    if isinstance(X, str):
        raise ValueError(f"{owner} needs a list of documents as {name}, got one string; put it in a list: [text].")
    documents = list(np.asarray(X, dtype=object).ravel()) if hasattr(X, "__array__") else list(X)
    for row, document in enumerate(documents):
        if not isinstance(document, str):
            raise TypeError(f"{name} must hold text only, but row {row} is {document!r} ({type(document).__name__}).")
    if not documents:
        raise ValueError(f"{name} has 0 documents; {owner} needs at least one.")
    return documents
