"""Blocks of rows: every row once, in order, whoever computes them, and the same bits from all of them."""

import operator
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundup.core.constants import BLOCK_BYTES
from groundup.core.exceptions import InvalidParameterError
from groundup.core.rows import Rows


def gram(X, y, weight, scale):
    return scale * X.T @ X, X.T @ y, float(len(X)), None if weight is None else weight.sum()


def moments(X, shift):
    return (X - shift).sum(0), len(X)


@given(n=st.integers(1, 200), block=st.integers(1, 250))
@settings(max_examples=60, deadline=None)
def test_blocks_hold_every_row_once_in_order(n, block):
    # would catch: an off-by-one at the last block, a block of no rows
    X = np.arange(n)
    rows = Rows(X, block_rows=block)
    parts = [x for (x,) in rows.blocks()]
    assert [part.stop - part.start for part in rows.slices()] == list(map(len, parts))
    assert (np.concatenate(parts) == X).all()
    assert all(len(part) == block for part in parts[:-1])
    assert 1 <= len(parts[-1]) <= block


@given(n=st.integers(1, 120), block=st.integers(1, 130))
@settings(max_examples=40, deadline=None)
def test_a_sum_does_not_depend_on_the_blocks(n, block):
    # would catch: a lost or doubled block, parameters not handed on, tuples concatenated instead of added
    rng = np.random.default_rng(n)
    X, y, w = rng.integers(-9, 9, (n, 3)), rng.integers(-9, 9, n), rng.integers(0, 5, n)
    expected = gram(X, y, w, 2)
    computed = Rows(X, y, w, block_rows=block).sum(gram, 2)
    for a, b in zip(computed, expected, strict=True):
        assert np.array_equal(a, b)  # integers: exact, whatever the order


def test_an_absent_array_is_handed_on_as_none():
    # would catch: arrays shifted when weights are None
    seen = Rows(np.arange(4), None, np.ones(4)).map(lambda x, w, v: (w is None, v.sum()))
    assert list(seen) == [(True, 4.0)]


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_workers_give_the_same_bits(pool):
    # would catch: a function that cannot be sent to a process, blocks added in the order of their arrival
    X = np.random.default_rng(0).normal(size=(1000, 7)) * 10.0 ** np.arange(7)
    alone = Rows(X, block_rows=33).sum(moments, 0.1)
    with pool(2) as workers:
        together = Rows(X, block_rows=33, mapper=workers.map).sum(moments, 0.1)
    assert alone[0].tobytes() == together[0].tobytes()
    assert alone[1] == together[1] == 1000


def test_a_memory_map_gives_the_same_bits(tmp_path):
    # would catch: other blocks on disk than in memory
    X = np.random.default_rng(1).normal(size=(500, 4))
    np.save(tmp_path / "x.npy", X)
    disk = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert Rows(X, block_rows=64).sum(moments, 0)[0].tobytes() == Rows(disk, block_rows=64).sum(moments, 0)[0].tobytes()


def test_memory_is_bounded_by_the_block():
    # would catch: whole-array temporaries
    X = np.zeros((1 << 19, 8))  # 32 MiB
    rows = Rows(X)
    tracemalloc.start()
    rows.sum(lambda block: np.exp(block).sum(0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * BLOCK_BYTES


def test_concatenate_keeps_the_order_of_the_rows():
    # would catch: results joined in another order, or flattened
    X = np.arange(20.0).reshape(10, 2)
    assert (Rows(X, block_rows=3).concatenate(operator.mul, 2) == 2 * X).all()


def test_the_caller_s_array_is_untouched():
    # would catch: a running total that adds into the first block's own memory
    X = np.arange(6.0).reshape(6, 1)
    before = X.copy()
    total = Rows(X, block_rows=1).sum(lambda block: block[0])
    assert total == 15
    assert (before == X).all()


@pytest.mark.parametrize(
    ("shape", "rows"), [((10**6, 1), BLOCK_BYTES // 8), ((10, 10**6), 1), ((5, 2, 3), BLOCK_BYTES // 48)]
)
def test_a_block_of_the_widest_array_is_about_one_mebibyte(shape, rows):
    # would catch: blocks sized by the first array, or a size of zero for very wide rows
    X = np.broadcast_to(0.0, shape)
    assert Rows(np.zeros(len(X), np.float32), X).block_rows == rows


def test_unaligned_or_missing_arrays_are_told():
    # would catch: zip stopping at the shorter array
    with pytest.raises(ValueError, match=r"same number of rows, got \[3, 2\]"):
        Rows(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="at least one array"):
        Rows(None)
    with pytest.raises(ValueError, match=r"shape \(\)"):
        Rows(np.zeros(()))


@pytest.mark.parametrize("block_rows", [0, -1, 2.5, True])
def test_a_block_has_at_least_one_row(block_rows):
    # would catch: 0 taken for the default, and −1 giving blocks of nothing, hence a sum of nothing
    with pytest.raises(InvalidParameterError, match=f"block_rows={block_rows} is not allowed.*integer of at least 1"):
        Rows(np.zeros((3, 2)), block_rows=block_rows)


def test_no_rows_have_no_sum():
    # would catch: the TypeError of a reduction over nothing
    for method in (Rows(np.zeros((0, 2))).sum, Rows(np.zeros((0, 2))).concatenate):
        with pytest.raises(ValueError, match="arrays have 0 rows; at least one is needed"):
            method(lambda block: block.sum(0))
