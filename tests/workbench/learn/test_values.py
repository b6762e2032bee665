"""When two values are equal, how a difference is told, and what causes it."""

import numpy as np
import pytest

from groundup.projects.common.exercise import Mistake, Seed, Task, case
from groundup.workbench.learn import show
from groundup.workbench.learn.compare import difference
from groundup.workbench.learn.explain import changed, recognized, relation, shape_cause, variant
from groundup.workbench.learn.outcome import Outcome, call


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


def test_values_that_differ_look_different():
    # would catch: "it gives 0.333333, right is 0.333333"
    assert show.both(1 / 3, 1 / 3 + 1e-9) == ("0.3333333333", "0.3333333343")
    assert show.both(np.array([1 / 3]), np.array([1 / 3 + 1e-12]))[0] == "np.array([0.3333333333333333])"


def test_long_values_are_shortened():
    # would catch: a screen full of digits
    assert show.value(np.zeros((100, 100))).endswith("# shape (100, 100)")
    assert len(show.value([1.0] * 10_000)) <= show.LONGEST + 2
    assert show.arguments(("X", "rng"), (np.array([1, 2]), Seed(3))) == {
        "X": "np.array([1, 2])",
        "rng": "np.random.default_rng(3)",
    }


# --- calls -----------------------------------------------------------------------------------------------------------


def test_every_call_draws_the_same_numbers():
    # would catch: a generator whose position depends on who was called first
    def draw(rng):
        return rng.random(), np.random.random()  # noqa: NPY002

    assert call(draw, (Seed(0),)).value == call(draw, (Seed(0),)).value
    assert call(draw, (Seed(1),)).value[0] != call(draw, (Seed(0),)).value[0]


def test_arguments_survive_a_call():
    # would catch: the textbook being given what the learner's function has changed
    def spoil(X):
        X[:] = 0
        return X

    X = np.ones(3)
    outcome = call(spoil, (X,))
    assert outcome.changed == (0,)
    assert (X == 1).all()


# --- causes ----------------------------------------------------------------------------------------------------------

CASES = [case(f"{n} rows", np.arange(1.0, n + 1.0), np.ones((n, 2))) for n in (2, 3, 5)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda v, n: -v, "sign is reversed"),
        (lambda v, n: 2 * v, "twice what is right"),
        (lambda v, n: v / 2, "half of what is right"),
        (lambda v, n: -2 * v, "reversed and the value is doubled"),
        (lambda v, n: v / np.log(2), "log2"),
        (lambda v, n: v / np.log(10), "log10"),
        (lambda v, n: n * v, "n times what is right"),
        (lambda v, n: v / n, "1/n of what is right"),
        (lambda v, n: v**2, "the square of what is right"),
        (lambda v, n: np.sqrt(v), "the square root"),
        (lambda v, n: 0 * v, "All values are zero"),
        (lambda v, n: v + n, ""),
        (lambda v, n: v * np.arange(len(v)), ""),
    ],
)
def test_relations(wrong, words):
    # would catch: a factor that is named wrongly, or a cause that is made up
    def result(values):
        return Outcome("value", (1.0, values))

    right = [one.arguments[0] + 0.5 for one in CASES]
    came = [result(wrong(v, len(v))) for v in right]
    found = relation(CASES, came, [result(v) for v in right], 1e-8)
    assert (words in found) if words else (found == "")


def test_relations_of_shape_and_order():
    # would catch: a transposed result, swapped parts or a returned argument without a cause
    right = [Outcome("value", (one.arguments[1] * 2, 1.0)) for one in CASES]
    swapped = [Outcome("value", outcome.value[::-1]) for outcome in right]
    transposed = [Outcome("value", (outcome.value[0].T, 1.0)) for outcome in right]
    same = [Outcome("value", (one.arguments[1], 1.0)) for one in CASES]
    assert "wrong order" in relation(CASES, swapped, right, 1e-8)
    assert "transposed" in relation(CASES, transposed, right, 1e-8)
    assert "returned unchanged" in relation(CASES, same, right, 1e-8)


@pytest.mark.parametrize(
    ("came", "right", "words"),
    [
        ((3, 1), (3,), "axis of length 1"),
        ((1, 3), (3,), "axis of length 1"),
        ((2, 3), (3, 2), "transposed"),
        ((), (3,), "runs over everything"),
        ((3,), (), "a sum or mean over them is missing"),
        ((3, 3), (3,), "broadcast to (n, n)"),
        ((2,), (3,), "wrong axis"),
        ((2, 2, 2), (3,), ""),
    ],
)
def test_causes_of_shapes(came, right, words):
    # would catch: the most frequent mistakes with NumPy without an explanation
    found = difference(np.zeros(came), np.zeros(right), 1e-8)
    cause = shape_cause(found, np.zeros(came), np.zeros(right))
    assert (words in cause) if words else (cause == "")


BOOK = "def f(x):\n    return g(x) + 1\n\n\ndef g(x):\n    return x + 1\n"


def test_a_variant_is_the_textbook_with_one_change():
    # would catch: a mistake planted in another function with the same text
    assert variant(BOOK, "f", Mistake("", {"+ 1": "- 1"}))(1) == 1
    assert variant(BOOK, "g", Mistake("", {"+ 1": "- 1"}))(1) == 0
    with pytest.raises(ValueError, match="occurs 0 times in f"):
        changed(BOOK, "f", {"x + 1": "x"})
    with pytest.raises(ValueError, match="occurs 2 times in g"):
        changed(BOOK, "g", {"x": "z"})


def test_a_mistake_has_to_agree_in_every_case():
    # would catch: a cause that fits the first input by chance
    mistakes = (Mistake("It adds one.", {}), Mistake("It doubles.", {}))
    task = Task("Returns x.", lambda rng: iter(()), (), mistakes)
    cases = [case("one", 1.0), case("two", 2.0)]
    right, doubled, added = ([Outcome("value", v) for v in values] for values in ((1.0, 2.0), (2.0, 4.0), (2.0, 3.0)))
    assert recognized(task, [added, doubled], cases, doubled, right) == "It doubles."
    other = [Outcome("value", 2.0), Outcome("value", 7.0)]
    assert recognized(task, [added, doubled], cases, other, right) == ""
