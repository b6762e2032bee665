"""What a project declares for learners: the inputs, mistakes and hints of its textbook's functions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array


@dataclass(frozen=True)
class Seed:
    """An argument that is a random generator; every call gets its own, at the same position.

    Parameters
    ----------
    number : int
        The seed.
    """

    number: int

    def generator(self) -> np.random.Generator:
        """Return the generator at its beginning."""
        return np.random.default_rng(self.number)


@dataclass(frozen=True)
class Case:
    """One input of a function.

    Parameters
    ----------
    about : str
        What is special about it, as a noun phrase: "two equally near centres".
    arguments : tuple
        Positional arguments: arrays, numbers, `Seed`.
    """

    about: str
    arguments: tuple[Any, ...]


def case(about: str, *arguments: Any) -> Case:
    """Return the case with these positional arguments."""
    return Case(about, arguments)


def numbers(rng: np.random.Generator, *shape: int, digits: int = 1) -> Array:
    """Return normal random numbers with few digits, so that they can be printed in full.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they come from.
    *shape : int
        Of the array.
    digits : int
        After the decimal point.

    Returns
    -------
    array of the given shape
        Without -0.0.
    """
    return rng.normal(size=shape).round(digits) + 0.0


@dataclass(frozen=True)
class Mistake:
    """A typical mistake, as changes to the textbook's function: a learner's values that equal its own name the cause.

    Parameters
    ----------
    cause : str
        What was done wrong and what would be right, in a full sentence.
    changes : mapping of str to str
        Text that occurs once in the textbook's function, and what a learner writes instead.
    """

    cause: str
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Task:
    """One function that the learner writes.

    Parameters
    ----------
    result : str
        What it gives, with shapes: "Returns …" or "Yields …".
    cases : callable
        ``cases(rng)`` yields inputs: first one that is worked out with a pencil, then larger and harder ones. Two
        calls with equal generators yield equal cases.
    hints : tuple of str
        The next step without the answer; each says more than the one before.
    mistakes : tuple of Mistake
        Typical mistakes, the most frequent one first.
    tolerance : float
        Largest allowed difference, relative to the size of the values.
    """

    result: str
    cases: Callable[[np.random.Generator], Iterator[Case]]
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    tolerance: float = 1e-8


@dataclass(frozen=True)
class Exercise:
    """The textbook's functions that a learner writes.

    Parameters
    ----------
    tasks : mapping of str to Task
        By the function's name, in the order of the textbook.
    """

    tasks: Mapping[str, Task]
