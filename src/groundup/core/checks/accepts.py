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
    sequences : bool, default=False
        Whether besides a table, of which each row is then a sequence of numbers, there may be sequences of vectors:
        an array (n, T, d), `Sequences`, or a list of arrays.
    """

    kind: Literal["table", "sequences", "text"] = "table"
    sparse: bool = False
    missing: bool = False
    non_negative: bool = False
    categories: bool = False
    pairwise: bool = False
    mixed: bool = False
    sequences: bool = False

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
                ("or sequences", self.sequences),
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
        if self.sequences:
            return _as_sequences(X, owner, name, min_rows)
        limits: dict[str, Any] = {"min_rows": min_rows, "non_negative": self.non_negative or self.categories}
        if is_sparse(X) and self.sparse:
            table: Any = as_csr(X, name=name, owner=owner, **limits)
        else:
            table = as_matrix(X, name=name, owner=owner, missing=self.missing, **limits)
        if self.pairwise and table.shape[0] != table.shape[1]:
            raise ValueError(f"{name} must be square, one row and one column a sample, got shape {table.shape}.")
        return table


def are_sequences(X: Any) -> bool:
    """Return whether data are sequences and no table: `Sequences`, an array (n, T, d), a list of arrays or of lists.

    Series and data frames of Pandas count as arrays. Lists of as many numbers each are a table.
    """
    if isinstance(X, Sequences):
        return True
    if isinstance(X, np.ndarray):
        return X.ndim == 3 or (X.ndim == 1 and X.dtype == object and any(map(np.ndim, X)))
    if not isinstance(X, (list, tuple)) or not X:
        return False
    if any(getattr(part, "ndim", 0) for part in X):  # Of NumPy, or of Pandas.
        return True
    if not all(isinstance(part, (list, tuple)) for part in X):
        return False
    return len(set(map(len, X))) > 1 or bool(X[0] and isinstance(X[0][0], (list, tuple, np.ndarray)))


def _as_sequences(X: Any, owner: str, name: str, min_rows: int) -> Sequences:
    """Return sequences; the rows of a table are sequences of numbers."""
    if getattr(X, "ndim", 2) > 3:
        raise ValueError(
            f"Expected an array of shape (n, T, d) or (n, T) for {name}, or a list of arrays (T, d); got {X.ndim}D "
            f"array instead (shape {X.shape})."
        )
    if are_sequences(X):
        sequences = Sequences.of(X, owner, name)
        if len(sequences) < min_rows:
            raise ValueError(
                f"{name}: found {len(sequences)} sequence(s) while a minimum of {min_rows} is required by {owner}."
            )
        return sequences
    table = as_matrix(X, name=name, owner=owner, min_rows=min_rows)
    return Sequences(table.reshape(-1, 1), np.arange(len(table) + 1) * table.shape[1])


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
