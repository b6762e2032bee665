"""Validation of arrays and tables.

The caller's data is never modified.

A few messages use scikit-learn's wording, which its estimator checks require.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.containers.view import View
from groundup.core.exceptions import DataConversionWarning, warn
from groundup.core.types import Array, ArrayLike

SMALLEST, LARGEST = 1e-140, 1e140  # Squares of numbers in this range, and their sums, are normal.
FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


def as_matrix(
    X: ArrayLike,
    *,
    name: str = "X",
    owner: str = "the estimator",
    min_rows: int = 1,
    missing: bool = False,
    non_negative: bool = False,
) -> Any:
    """Return a finite two-dimensional float array, a view of `X` if possible.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Numbers as nested lists, an array, a memory map or a data frame, or a `View` of a validated table. float32
        stays float32.
    name, owner : str
        Names of the argument and of the model in messages.
    min_rows : int
        Smallest number of rows.
    missing : bool, default=False
        Whether NaN may stand for a missing entry.
    non_negative : bool, default=False
        Whether negative entries are refused.

    Returns
    -------
    ndarray or View of shape (n, d)

    Raises
    ------
    TypeError
        For sparse matrices and for entries that are not numbers.
    ValueError
        For complex, missing or infinite entries, another number of dimensions, and too few rows or columns.
    """
    if isinstance(X, View):
        return X  # rows of a table that was validated
    refuse_sparse(X, name)
    array = _as_float(X, name)
    if array.ndim != 2:
        hint = (
            "Reshape your data: a single feature with .reshape(-1, 1), a single row with .reshape(1, -1)."
            if array.ndim < 2
            else f"Give one row of numbers a sample, for example with .reshape({array.shape[0]}, -1)."
        )
        raise ValueError(f"Expected 2D array for {name}, got {array.ndim}D array instead (shape {array.shape}). {hint}")
    _require_size(array.shape, name, owner, min_rows)
    _require_entries(array, name, owner, missing=missing, non_negative=non_negative)
    return array


def is_sparse(X: ArrayLike) -> bool:
    """Whether `X` is a SciPy sparse matrix or array, or `Csr`."""
    return isinstance(X, Csr) or hasattr(X, "tocsr")


def as_csr(
    X: Any, *, name: str = "X", owner: str = "the estimator", min_rows: int = 1, non_negative: bool = False
) -> Csr:
    """Return sparse rows with finite float64 or float32 values, in canonical order.

    Parameters
    ----------
    X : SciPy sparse matrix or array of shape (n, d), or Csr
        Any format with a method `tocsr`. float32 stays float32.
    name, owner : str
        Names of the argument and of the model in messages.
    min_rows : int
        Smallest number of rows.
    non_negative : bool, default=False
        Whether negative entries are refused.

    Returns
    -------
    Csr
        Sharing memory with `X` if possible.

    Raises
    ------
    TypeError
        For values that are not numbers.
    ValueError
        For complex, missing or infinite values, and for too few rows or columns.
    """
    if not isinstance(X, Csr):
        if len(X.shape) != 2:
            raise ValueError(f"Expected 2D array for {name}, got {len(X.shape)}D array instead (shape {X.shape}).")
        X = X.tocsr()
    _require_size(X.shape, name, owner, min_rows)
    shape = (int(X.shape[0]), int(X.shape[1]))
    with np.errstate(over="ignore"):  # of entries at the same place, whose sum is looked at
        rows = Csr(_as_float(X.data, name), np.asarray(X.indices), np.asarray(X.indptr), shape).canonical()
    _require_entries(
        rows.data,
        name,
        owner,
        non_negative=non_negative,
        place=lambda entry: f"row {rows.row_of_entry[entry[0]]}, column {rows.indices[entry[0]]}",
    )
    return rows


def _require_size(shape: tuple[int, ...], name: str, owner: str, min_rows: int) -> None:
    for number, least, thing in ((shape[0], min_rows, "sample(s)"), (shape[1], 1, "feature(s)")):
        if number < least:
            raise ValueError(
                f"{name}: found array with {number} {thing} (shape={shape}) "
                f"while a minimum of {least} is required by {owner}."
            )


def require_non_negative(entries: Array, name: str, owner: str) -> None:
    """Raise ValueError if an entry is negative."""
    if entries.size and entries.min() < 0:
        raise ValueError(
            f"Negative values in data passed to {owner} (input {name}): entries must not be negative, "
            f"got {entries.min():g}."
        )


def as_target(
    y: ArrayLike, n: int | None, *, name: str = "y", owner: str = "the estimator", dtype: Any = np.float64
) -> Array:
    """Return a finite numeric target with one entry, or one row, for each row of X.

    Parameters
    ----------
    y : array-like of shape (n,) or (n, n_targets)
        Numbers.
    n : int or None
        Number of rows of X; None allows any number.
    name, owner : str
        Names of the argument and of the model in messages.
    dtype : dtype, default=float64
        Type of the result.

    Returns
    -------
    ndarray of shape (n,) or (n, n_targets)

    Raises
    ------
    TypeError
        For sparse matrices and for entries that are not numbers.
    ValueError
        For None, complex, missing or infinite data, for no targets, and if the number of rows is not `n`.
    """
    if y is None:
        raise ValueError(f"{owner} requires {name} to be passed, but the target {name} is None")
    refuse_sparse(y, name)
    array = _as_float(y, name).astype(dtype, copy=False)
    if array.ndim not in (1, 2) or 0 in array.shape:
        raise ValueError(
            f"{name} must have shape (n,) or (n, n_targets), with at least one row and one target, got {array.shape}."
        )
    if n is not None and len(array) != n:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{n}, {len(array)}]. X and {name} must have "
            "as many rows as each other."
        )
    require_finite(array, name)
    return array


def warn_of_column() -> None:
    """Warn that y of shape (n, 1) is used as (n,)."""
    remedy = "Please change the shape of y to (n_samples, ), for example using ravel()."
    warn(f"A column-vector y was passed when a 1d array was expected. {remedy}", DataConversionWarning)


def as_weight(sample_weight: ArrayLike, n: int, dtype: Any = np.float64) -> Array | None:
    """Return non-negative weights of the rows, not all zero; None stays None.

    Parameters
    ----------
    sample_weight : array-like of shape (n,), number or None
        A weight of 2 equals the row twice, a weight of 0 its absence. A number is the weight of every row.
    n : int
        Number of rows of X.
    dtype : dtype, default=float64
        Type of the result.

    Returns
    -------
    ndarray of shape (n,) or None

    Raises
    ------
    TypeError
        For entries that are not numbers.
    ValueError
        For negative, missing or infinite weights, if all are zero, and if their number is not `n`.
    """
    if sample_weight is None:
        return None
    weight = _as_float(sample_weight, "sample_weight").astype(dtype, copy=False)
    if weight.ndim == 0:
        weight = np.full(n, weight, dtype)
    if weight.shape != (n,):
        raise ValueError(
            f"Sample weights must be 1D array or scalar: sample_weight must have shape ({n},), one for each row of X, "
            f"got {weight.shape}."
        )
    require_finite(weight, "sample_weight")
    nothing = "" if (weight > 0).any() else "Invalid input - all samples have zero or negative weights. "
    if (weight < 0).any():
        raise ValueError(
            f"{nothing}sample_weight must not be negative, got {weight.min():g} at row {int(weight.argmin())}."
        )
    if not weight.any():
        raise ValueError(f"{nothing}sample_weight: all weights are zero; at least one must be positive.")
    return weight


def require_finite(array: Array, name: str, missing: bool = False) -> None:
    """Raise ValueError for the first infinite or (unless `missing`) NaN entry."""
    _require_entries(array, name, missing=missing)


def _place(entry: Array) -> str:
    return f"row {entry[0]}" + (f", column {entry[1]}" if len(entry) > 1 else "")


def _require_entries(
    array: Array,
    name: str,
    owner: str = "",
    *,
    missing: bool = False,
    non_negative: bool = False,
    place: Callable[[Array], str] = _place,
) -> None:
    """Raise ValueError for an entry that is not allowed, in one pass over blocks that stay in the cache."""
    allowed = np.isnan if missing else np.zeros_like
    step = max(1, BLOCK_BYTES // max(1, array.itemsize * int(np.prod(array.shape[1:]))))
    for start in range(0, len(array), step):
        block = array[start : start + step]
        with np.errstate(over="ignore", invalid="ignore"):
            suspicious = not np.isfinite(block.sum())  # cheap; may also be a sum of large finite numbers
        if suspicious and (wrong := ~np.isfinite(block) & ~allowed(block).astype(bool)).any():
            entry = np.argwhere(wrong)[0]
            value = block[tuple(entry)]
            entry[0] += start
            raise ValueError(_not_finite(name, value, place(entry)))
        if non_negative:
            require_non_negative(block, name, owner)


def _not_finite(name: str, value: Any, where: str) -> str:
    kind, remedy = ("NaN", "impute missing values first") if np.isnan(value) else ("infinity", "correct the value")
    return (
        f"Input {name} contains {kind} at {where} (rows are counted from 0): only finite numbers are allowed; {remedy}."
    )


def require_squares(array: Array | Csr, name: str) -> None:
    """Raise ValueError for the first column whose squares overflow or underflow."""
    if isinstance(array, Csr):
        largest = np.zeros(array.shape[1])
        np.maximum.at(largest, array.indices, np.abs(array.data))
    else:
        largest = np.abs(array).max(axis=0).astype(np.float64)
    wrong = (largest > LARGEST) | ((largest < SMALLEST) & (largest > 0))
    if wrong.any():
        raise ValueError(
            f"{name}: column {int(wrong.argmax())} has entries of size {largest[wrong][0]:.3g}, whose squares "
            f"leave the range of double precision; scale it to between {SMALLEST:g} and {LARGEST:g}."
        )


def feature_names(X: ArrayLike) -> Array | None:
    """Return the column names of a data frame, or None for other data.

    Raises
    ------
    TypeError
        If some names are strings and others are not.
    """
    columns = getattr(X, "columns", None)
    if columns is None or isinstance(X, (np.ndarray, Csr)):
        return None
    kinds = {isinstance(name, str) for name in columns}
    if kinds == {True, False}:
        raise TypeError("Feature names are only supported if all input features have string names; X mixes types.")
    return np.array(list(columns), dtype=object) if kinds == {True} else None


def check_features(model: Any, X: ArrayLike, n_features: int) -> None:
    """Raise ValueError unless `X` has the columns that `model` was fitted with."""
    owner = type(model).__name__
    fitted, given = getattr(model, "feature_names_in_", None), feature_names(X)
    if fitted is not None and given is None:
        warn(f"X does not have valid feature names, but {owner} was fitted with feature names", UserWarning)
    elif fitted is None and given is not None:
        warn(f"X has feature names, but {owner} was fitted without feature names", UserWarning)
    elif fitted is not None and given is not None and list(fitted) != list(given):
        raise ValueError(_mismatch(list(fitted), list(given)))
    if n_features != model.n_features_in_:
        raise ValueError(
            f"X has {n_features} features, but {owner} is expecting {model.n_features_in_} features as input."
        )


def _mismatch(fitted: list[str], given: list[str]) -> str:
    message = "The feature names should match those that were passed during fit.\n"
    unseen, missing = sorted(set(given) - set(fitted)), sorted(set(fitted) - set(given))
    for title, names in (("unseen at fit time", unseen), ("seen at fit time, yet now missing", missing)):
        if names:
            shown = "".join(f"- {name}\n" for name in names[:5]) + ("- ...\n" if len(names) > 5 else "")
            message += f"Feature names {title}:\n{shown}"
    if not unseen and not missing:
        message += "Feature names must be in the same order as they were in fit.\n"
    return message


def is_missing(entry: Any) -> bool:
    """Whether an entry is None, NaN or pandas' NA, which compares as neither equal nor different."""
    if entry is None:
        return True
    equal = entry == entry
    return not (isinstance(equal, (bool, np.bool_)) and bool(equal))


def refuse_sparse(X: ArrayLike, name: str) -> None:
    """Raise TypeError for a SciPy sparse matrix or array."""
    if hasattr(X, "tocsr"):
        raise TypeError(
            f"Sparse data was passed for {name}, but dense data is required. "
            f"Use {name}.toarray() to convert to a dense array."
        )


def _as_float(X: ArrayLike, name: str) -> Array:
    """Return a real float64 or float32 array, sharing the memory of `X` if possible."""
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        raise ValueError(f"{name} has masked entries; fill them first, for example with {name}.filled(0).")
    try:
        array = np.asarray(X)
    except ValueError as error:
        raise ValueError(f"{name} must be rows of equal length: {error}") from error
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {name} has dtype {array.dtype}.")
    if array.dtype in FLOATS:
        return array
    if array.dtype.kind in "Mm":
        raise TypeError(f"{name} has dates or durations ({array.dtype}); turn them into numbers first.")
    if array.dtype.kind == "O":
        array = _without_na(array)
    try:
        return array.astype(np.float64)
    except OverflowError as error:
        raise ValueError(f"{name} has a number beyond the range of float64 (about 1.8e308): {error}.") from error
    except ValueError as error:
        raise ValueError(
            f"{name} must hold numbers only: {error}. Encode text as numbers first: categories one-hot, documents by a "
            "vectorizer."
        ) from error
    except TypeError as error:
        raise TypeError(f"{name} must hold numbers only: {error}.") from error


def _without_na(array: Array) -> Array:
    """The same objects, with NaN for each of pandas' NA, which no float stands for."""
    missing = np.array([type(entry).__name__ == "NAType" for entry in array.ravel()], dtype=bool)
    return np.where(missing.reshape(array.shape), np.nan, array) if missing.any() else array
