"""What causes a wrong value."""

import numpy as np
import pytest

from groundup.projects.common.exercise import Mistake, Task, case
from groundup.workbench.learn.compare import difference
from groundup.workbench.learn.explain import changed, recognized, relation, shape_cause, variant
from groundup.workbench.learn.outcome import Outcome

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
