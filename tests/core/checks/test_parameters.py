"""What hyper-parameters may be, and the sentence that says so."""

import math
from fractions import Fraction

import numpy as np
import pytest

from groundup.core.checks.parameters import (
    Boolean,
    Count,
    Each,
    Function,
    Number,
    OneOf,
    Positive,
    RandomState,
    check_values,
)
from groundup.core.exceptions import InvalidParameterError


@pytest.mark.parametrize(
    ("rule", "allowed", "refused"),
    [
        (Boolean(), [True, False, np.True_], [0, 1, "True", None]),
        (
            Number(0, 1),
            [0, 1, 0.5, np.float32(0.5), np.int64(1), Fraction(1, 3)],
            [-1e-300, 1.0000001, True, "0.5", None],
        ),
        (Number(), [-1e308, 10**400, 0], [math.nan, math.inf, -math.inf, np.float32("inf"), 1j, [1]]),
        (Number(0, open_low=True), [5e-324, 3], [0, -0.0, -1]),
        (Number(high=0, whole=True), [0, -(10**400)], [0.0, 1, np.float64(-1)]),
        (Count, [1, np.uint8(9), 10**400], [0, 1.0, True, "1", np.inf, math.nan]),
        (Positive, [1e-9], [0, math.inf]),
        (
            OneOf(("auto", None, 1, True)),
            ["auto", np.str_("auto"), None, 1, np.int64(1), True],
            ["Auto", 1.0, False, "None"],
        ),
        (OneOf((1,)), [1], [True, 1.0]),
        (OneOf(("a",)), ["a"], [np.array(["a"]), ["a"]]),
        (Function(), [len, lambda: 0], ["len", None]),
        (RandomState, [None, 0, 2**32 - 1, np.random.default_rng(), np.random.RandomState(0)], [-1, 2**32, 0.5, "7"]),
        ((Count | OneOf(("all",))), [3, "all"], [0, "some", 2.5]),
    ],
)
def test_what_is_allowed(rule, allowed, refused):
    # would catch: True taken for 1, NaN or inf let through, a closed end opened, huge integers overflowing
    assert [value for value in allowed if not rule.allows(value)] == []
    assert [value for value in refused if rule.allows(value)] == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Number(0, 1), "a number of at least 0 and at most 1"),
        (Number(0, open_low=True), "a number greater than 0"),
        (Number(0, math.nextafter(1, 0)), "a number of at least 0 and below 1"),
        (Number(high=math.nextafter(1, 0)), "a number below 1"),
        (Number(high=3, whole=True), "an integer of at most 3"),
        (Number(0, 2**32 - 1, whole=True), "an integer of at least 0 and at most 4294967295"),
        (Number(), "a number"),
        ((Count | OneOf(("all", None))), "an integer of at least 1, or 'all' or None"),
        (Boolean(), "True or False"),
        (Function(), "a function"),
    ],
)
def test_what_is_said(rule, words):
    # would catch: a message that names another range than the one checked
    assert str(rule) == words


def test_the_message_names_owner_argument_value_and_choice():
    # would catch: a message without what was given, or an error that is not both a ValueError and a TypeError
    with pytest.raises(
        InvalidParameterError, match=r"^Ridge: alpha=-1 is not allowed; it must be a number of at least 0\.$"
    ):
        check_values("Ridge", {"alpha": Number(0)}, {"alpha": -1})
    assert issubclass(InvalidParameterError, ValueError)
    assert issubclass(InvalidParameterError, TypeError)
    check_values("Ridge", {"alpha": Number(0)}, {"alpha": 0, "unruled": object()})


def test_each_entry_of_a_sequence():
    """Bug caught: a string or a matrix taken for a sequence of numbers, or only the first entry checked."""
    rule = Each(Number(0))
    assert all(rule.allows(v) for v in ([1, 0.5], (0,), np.array([1.0, 2.0]), np.arange(3)))
    assert not any(rule.allows(v) for v in ([], [1, -1], "12", 3, np.ones((2, 2)), [1, None], [True]))
    assert str(rule) == "a sequence whose every entry is a number of at least 0"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((1, -1, -100), "Model: alphas[1] == -1, must be >= 0.0; it must be an integer of at least 1, or a sequence"),
        ((1, 1.0, "1"), "Model: alphas[2] must be an instance of float, not str; "),
        ([1.0, math.inf], "Model: alphas=[1.0, inf] is not allowed; "),
        ([], "Model: alphas=[] is not allowed; "),
        (-1, "Model: alphas=-1 is not allowed; "),
    ],
)
def test_the_wrong_entry_of_a_sequence_is_named(value, words):
    """Bug caught: a list of a hundred alphas printed, and which of them is wrong left to the reader."""
    with pytest.raises(InvalidParameterError) as error:
        check_values("Model", {"alphas": Count | Each(Number(0))}, {"alphas": value})
    assert str(error.value).startswith(words)


def test_the_wrong_name_in_a_list_is_named():
    """Bug caught: a comparison of a string with a number in the message."""
    with pytest.raises(
        InvalidParameterError, match=r"^Model: scores\[1\] == 'c' is not allowed; it must be a sequence"
    ):
        check_values("Model", {"scores": Each(OneOf(("a", "b")))}, {"scores": ["a", "c"]})
