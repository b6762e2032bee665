"""Blocks of rows: what an algorithm needs from its data is a sum over rows.

An algorithm written with `Rows.sum` runs unchanged over arrays in memory, over memory maps larger than memory,
and over workers, since only `Rows` reads the arrays. Block boundaries and the order of summation depend only on the
shape of the data, so the answer is the same to the last bit whichever worker computes a block.

Source: C.-T. Chu et al., Map-Reduce for Machine Learning on Multicore, NIPS 2006.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from typing import Any, Self

import numpy as np

from groundup.core.checks.parameters import Count, OneOf, check_values
from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.containers.sequences import Sequences
from groundup.core.containers.view import View, rows_of
from groundup.core.types import Array

BLOCK_ROWS = OneOf((None,)) | Count
SAMPLE_ROWS = 1000  # Number of rows from which means and spreads are estimated.

Block = tuple[Any, ...]
Columns = Array | Csr | View | Sequences  # Features: a table, dense, sparse or a part of one, or sequences.
Mapper = Callable[[Callable[[Block], Any], Iterable[Block]], Iterable[Any]]


class Rows:
    """Arrays aligned along their first axis, read block by block.

    Parameters
    ----------
    *arrays : ndarray of shape (n, ...) or None
        For example X, y and weights. None is passed to every function as None.
    block_rows : int, optional
        Rows in a block; by default a block of the widest array takes about one MiB.
    mapper : callable, default=map
        Applies a function to the blocks in order, like the built-in `map`: for example ``executor.map`` of a pool of
        threads, of processes or of a cluster (Dask: ``client.get_executor().map``).

    Raises
    ------
    InvalidParameterError
        If `block_rows` is not an integer of at least 1.
    ValueError
        If there are no arrays, or if they have different lengths or no first axis.
    """

    def __init__(self, *arrays: Columns | None, block_rows: int | None = None, mapper: Mapper = map) -> None:
        present = [array for array in arrays if array is not None]
        if not present:
            raise ValueError("Rows needs at least one array.")
        if any(array.ndim == 0 for array in present):
            raise ValueError("arrays must have rows, but one of them has shape (): a single number.")
        check_values("Rows", {"block_rows": BLOCK_ROWS}, {"block_rows": block_rows})
        self.arrays = arrays
        self.n_rows = len(present[0])
        if any(len(array) != self.n_rows for array in present):
            raise ValueError(f"arrays must have the same number of rows, got {[len(a) for a in present]}.")
        self.block_rows = block_rows or max(1, BLOCK_BYTES // max(1, *map(bytes_of_a_row, present)))
        self.mapper = mapper

    def __len__(self) -> int:
        return self.n_rows

    def in_blocks_of(self, block_rows: int) -> Self:
        """Return the same rows in blocks of another size."""
        return type(self)(*self.arrays, block_rows=block_rows, mapper=self.mapper)

    def slices(self) -> Iterator[slice]:
        """Yield the slice of each block."""
        return parts(self.n_rows, self.block_rows)

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of all arrays, as views."""
        for rows in self.slices():
            yield tuple(None if array is None else array[rows] for array in self.arrays)

    def map(self, function: Callable[..., Any], *parameters: Any) -> Iterable[Any]:
        """Return the results of ``function(*block, *parameters)``, in order."""
        return self.mapper(partial(_on_block, function, parameters), self.blocks())

    def sum(self, function: Callable[..., Any], *parameters: Any) -> Any:
        """Return the sum of ``function(*block, *parameters)`` over the blocks.

        Parameters
        ----------
        function : callable
            Takes one block of every array, then `parameters`; returns a sum over the rows of the block: an array, a
            number, or a tuple of these.
        *parameters : object
            Further arguments of `function`.

        Returns
        -------
        array, number or tuple
            The sum, of the same shape as the results of `function`.

        Raises
        ------
        ValueError
            If there are no rows: the shape of an empty sum is unknown.
        """
        self._require_rows()
        return reduce(_add, self.map(function, *parameters))

    def concatenate(self, function: Callable[..., Array], *parameters: Any) -> Array:
        """Concatenate ``function(*block, *parameters)``, one entry for each row."""
        self._require_rows()
        return np.concatenate(list(self.map(function, *parameters)))

    def _require_rows(self) -> None:
        if self.n_rows == 0:
            raise ValueError("arrays have 0 rows; at least one is needed.")


class Samples(Rows):
    """Training samples: X, y and weights, aligned by rows.

    Parameters
    ----------
    X : ndarray or Csr of shape (n, d)
        Features.
    y : ndarray of shape (n, ...), or Sequences
        Targets.
    weight : ndarray of shape (n,) or None
        Weights of the rows; None means weight one for every row.
    block_rows, mapper
        As in `Rows`.
    """

    def __init__(
        self, X: Columns, y: Any, weight: Array | None = None, *, block_rows: int | None = None, mapper: Mapper = map
    ) -> None:
        super().__init__(X, y, weight, block_rows=block_rows, mapper=mapper)
        self.X: Any = X
        self.y, self.weight = y, weight

    def take(self, index: Any) -> "Samples":
        """Return the samples at some row numbers."""
        return Samples(self.X[index], self.y[index], None if self.weight is None else self.weight[index])

    def part(self, index: Array) -> "Samples":
        """Return the samples at some row numbers; those of a memory map are read block by block."""
        return Samples(rows_of(self.X, index), self.y[index], None if self.weight is None else self.weight[index])

    def present(self) -> "Samples":
        """Return the samples of positive weight; the entries of the others may be any finite numbers."""
        if self.weight is None or self.weight.all():
            return self
        return self.part(np.flatnonzero(self.weight))

    @property
    def total(self) -> float:
        """Sum of the weights; the number of rows if there are no weights."""
        return float(len(self)) if self.weight is None else float(self.weight.sum())

    @property
    def sparse(self) -> bool:
        """Whether X is `Csr`."""
        return isinstance(self.X, Csr)


def parts(n: int, length: int) -> Iterator[slice]:
    """Yield consecutive slices of at most `length` of n things."""
    for start in range(0, n, length):
        yield slice(start, min(start + length, n))


def batches(n: int, size: int, *place: int) -> Iterator[Array]:
    """Yield the indices of n shuffled rows, `size` at a time.

    The order is a function of the place: seed and epoch.
    """
    order = np.random.default_rng(place).permutation(n)
    for rows in parts(n, size):
        yield order[rows]


def sample_of_rows(n: int, weight: Array | None) -> Any:
    """Return about a thousand rows, evenly spaced among those of positive weight.

    Rows of weight zero may hold any finite numbers.
    """
    if weight is None:
        return slice(None, None, -(-n // SAMPLE_ROWS))
    present = np.flatnonzero(weight)
    return present[:: -(-len(present) // SAMPLE_ROWS)]


def bytes_of_a_row(array: Any) -> int:
    """Return the number of bytes of one row, averaged if rows differ."""
    if hasattr(array, "row_bytes"):
        return int(array.row_bytes)
    return array.dtype.itemsize * int(np.prod(array.shape[1:]))


def _on_block(function: Callable[..., Any], parameters: tuple[Any, ...], block: Block) -> Any:
    return function(*block, *parameters)  # at module level, so that it can be sent to another process


def _add(total: Any, part: Any) -> Any:
    if isinstance(total, tuple):
        return tuple(_add(a, b) for a, b in zip(total, part, strict=True))
    return total + part
