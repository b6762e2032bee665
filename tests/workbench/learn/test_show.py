"""Values as text."""

import numpy as np
import pytest

from groundup.projects.common.exercise import Seed
from groundup.workbench.learn import show


def test_values_that_differ_look_different():
    # would catch: "it gives 0.333333, right is 0.333333"
    assert show.both(1 / 3, 1 / 3 + 1e-9) == ("0.3333333333", "0.3333333343")
    assert show.both(np.array([1 / 3]), np.array([1 / 3 + 1e-12]))[0] == "np.array([0.3333333333333333])"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (np.float64(2.0), "2.0"),
        (7, "7"),
        (None, "None"),
        ("word", "'word'"),
        ([1.0, 2], "[1.0, 2]"),
        ((1.0, np.array([2.0])), "(1.0, np.array([2.]))"),
        ((1.0,), "(1.0,)"),
        ({"a": 1 / 3}, "{'a': 0.333333}"),
        (np.array([True]), "np.array([ True])"),
        (np.ones(2, dtype=np.float32), "np.array([1., 1.], dtype=float32)"),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), "np.array([[1., 2.],\n          [3., 4.]])"),
        (np.zeros((0, 2)), "np.array([])  # shape (0, 2)"),
        (len, "len"),
    ],
)
def test_values_as_python(value, text):
    # would catch: a value that a learner cannot paste, or reads as another kind of value
    assert show.value(value) == text


def test_long_values_are_shortened():
    # would catch: a screen full of digits
    assert show.value(np.zeros((100, 100))).endswith("# shape (100, 100)")
    assert show.value(np.arange(60)).count(",") == 59
    assert show.value(np.arange(61)).endswith("58, 59, 60])  # shape (61,)")
    assert show.value(list(range(60))).endswith("58, 59]")
    assert show.value(list(range(61))).endswith("58, 59, …]")
    assert show.value("a" * 10_000) == "'" + "a" * (show.LONGEST - 1) + " …"
    assert len(show.value([[1.0] * 50] * 50)) == show.LONGEST + 2
    assert show.arguments(("X", "rng"), (np.array([1, 2]), Seed(3))) == {
        "X": "np.array([1, 2])",
        "rng": "np.random.default_rng(3)",
    }


def test_missing_numbers_can_be_pasted():
    # would catch: nan and inf without np, which are no names of Python
    for array in (np.array([[1.5, np.nan], [2.0, 3.0]]), np.array([np.inf, -np.inf, 0.25])):
        np.testing.assert_array_equal(eval(show.value(array), {"np": np}), array)
