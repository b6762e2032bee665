"""When two values are equal, and how a difference is told."""

import numpy as np
import pytest

from groundup.workbench.learn.compare import difference, leaves, named


@pytest.mark.parametrize(
    ("came", "right"),
    [
        (1.0, np.float64(1.0)),
        (0, 0.0),
        (np.float64(2), 2),
        (np.array(3.0), 3.0),
        (True, np.True_),
        (np.array([1.0, np.inf, np.nan]), np.array([1.0, np.inf, np.nan])),
        ([np.ones(2), 1.0], (np.ones(2), 1.0)),
        (np.array([0, 1], dtype=np.int32), np.array([0, 1])),
        (1e9 + 1e-3, 1e9),
        (100 + 1e-6, 100.0),
        (np.array(["a", "b"]), np.array(["a", "b"])),
        (1, True),
        (np.array([1e-12]), np.array([0.0])),
        ({"a": 1.0}, {"a": 1.0}),
        ("word", "word"),
        (None, None),
        (np.zeros((0, 2)), np.zeros((0, 2))),
    ],
)
def test_equal_values(came, right):
    # would catch: learners who are sent to look for a difference that there is not
    assert difference(came, right, 1e-8) is None


@pytest.mark.parametrize(
    ("came", "right", "kind", "words"),
    [
        (1.0001, 1.0, "value", "differs: 1.0001 instead of 1"),
        (np.array([1.0, 5.0]), np.array([1.0, 2.0]), "value", "differs most at [1]: 5 instead of 2"),
        (np.array([np.inf]), np.array([1.0]), "value", "differs most at [0]: inf instead of 1"),
        (1.0, np.inf, "value", "differs: 1 instead of inf"),
        (0.5 + 3e-8, 0.5, "value", "differs: 0.50000003 instead of 0.5"),
        (np.array([np.inf, 9.0]), np.array([1.0, 1.0]), "value", "differs most at [0]: inf instead of 1"),
        (np.array([[9.0, -1.0], [3.0, 30.0]]), np.zeros((2, 2)), "value", "differs most at [1, 1]: 30 instead of 0"),
        (np.array(["a", "c"]), np.array(["a", "b"]), "value", "differs"),
        (np.float32(1), 1.0, "dtype", "holds float32 numbers instead of float64"),
        (-np.inf, np.inf, "value", "differs: -inf instead of inf"),
        (1.0, np.nan, "value", "differs: 1 instead of nan"),
        (np.nan, np.inf, "nan", "is nan (not a number)"),
        (np.array([1.0, np.nan]), np.ones(2), "nan", "contains nan (not a number)"),
        (np.ones((2, 1)), np.ones(2), "shape", "has the shape (2, 1) instead of (2,)"),
        (1.0, np.ones(1), "shape", "has the shape () instead of (1,)"),
        (np.array([1, 2]), np.array([1.0, 2.0]), "dtype", "holds integers instead of floats"),
        (np.array([1.0, 2.0]), np.array([1, 2]), "dtype", "holds floats instead of integers"),
        (np.array([1, 0]), np.array([True, False]), "dtype", "holds integers instead of booleans"),
        (1j, 1.0, "dtype", "holds complex numbers instead of floats"),
        (None, 1.0, "type", "is None instead of one number"),
        ([1.0], np.ones(1), "type", "is a list instead of an array"),
        (1.0, (1.0, 2.0), "type", "is one number instead of 2 values"),
        ((1.0,), (1.0, 2.0), "length", "has 1 parts instead of 2"),
        ({"a": 1}, {"b": 1}, "length", "has the keys ['a'] instead of ['b']"),
        ("word", "other", "value", "is text"),
        (0.0, None, "type", "is one number"),
    ],
)
def test_different_values(came, right, kind, words):
    # would catch: a wrong value that passes, or a misleading word for it
    found = difference(came, right, 1e-8)
    assert (found.kind, found.words) == (kind, words)


def test_a_difference_in_a_part_names_the_part():
    # would catch: "the result differs" for a result of two arrays
    assert difference((np.ones(2), (1.0, 3.0)), (np.ones(2), (1.0, 2.0)), 1e-8).part == (1, 1)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "None"),
        (np.ones((2, 3)), "an array of shape (2, 3)"),
        (True, "True"),
        (2.5, "one number"),
        (np.float32(1), "one number"),
        ((1, 2), "a tuple of 2"),
        ([1], "a list"),
        ("x", "text"),
        ({}, "a dictionary"),
        (lambda: 0, "a function"),
        (set(), "a set"),
        (OSError(), "an OSError"),
    ],
)
def test_kinds_in_words(value, name):
    # would catch: "is <class 'list'>"
    assert named(value) == name


def test_leaves_have_their_places():
    # would catch: parts of a result that are compared with other parts
    assert list(leaves((1.0, [2.0, (3.0,)]))) == [((0,), 1.0), ((1, 0), 2.0), ((1, 1, 0), 3.0)]
    assert list(leaves(5)) == [((), 5)]
