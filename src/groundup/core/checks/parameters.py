"""Rules that check the values of hyper-parameters and describe them in words."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from groundup.core.exceptions import InvalidParameterError


class Rule:
    """A described set of allowed values; ``rule | other`` is the union."""

    def allows(self, value: Any) -> bool:
        """Whether `value` is allowed."""
        raise NotImplementedError

    def __or__(self, other: "Rule") -> "Either":
        rules = [rule.rules if isinstance(rule, Either) else (rule,) for rule in (self, other)]
        return Either((*rules[0], *rules[1]))


@dataclass(frozen=True)
class Boolean(Rule):
    """True or False."""

    def allows(self, value: Any) -> bool:
        """Whether `value` is a truth value."""
        return isinstance(value, (bool, np.bool_))

    def __str__(self) -> str:
        return "True or False"


@dataclass(frozen=True)
class Number(Rule):
    """A finite number from `low` to `high`.

    `whole` allows integers only, and `open_low` excludes `low` itself.
    """

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    open_low: bool = False

    def allows(self, value: Any) -> bool:
        """Whether `value` is a number in the range; True and False are not numbers here."""
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral if self.whole else Real):
            return False
        number: Any = value
        finite = -math.inf < number < math.inf  # not math.isfinite, which fails for integers beyond 1e308
        return bool(finite and (self.low < number if self.open_low else self.low <= number) and number <= self.high)

    def __str__(self) -> str:
        kind = "an integer" if self.whole else "a number"
        low = "" if self.low == -math.inf else f" {'greater than' if self.open_low else 'of at least'} {self.low:.10g}"
        if self.high == math.inf:
            return kind + low
        shown = f"{self.high:.10g}"
        below = float(shown) > self.high  # The number before 1, say, which allows everything but 1.
        return f"{kind}{low}{' and' if low else '' if below else ' of'} {'below' if below else 'at most'} {shown}"


@dataclass(frozen=True)
class Share(Rule):
    """A float greater than 0 and at most 1, or below 1 where `below` says so; no integer."""

    below: bool = False

    def allows(self, value: Any) -> bool:
        """Whether `value` is such a float."""
        if isinstance(value, (bool, np.bool_, Integral)) or not isinstance(value, Real):
            return False
        number: Any = value
        return bool(0 < number < 1 or (number == 1 and not self.below))

    def __str__(self) -> str:
        return f"a float greater than 0 and {'below' if self.below else 'at most'} 1"


@dataclass(frozen=True)
class OneOf(Rule):
    """One of a few strings or constants."""

    options: tuple[Any, ...]

    def allows(self, value: Any) -> bool:
        """Whether `value` equals one of the options in type and value: 1 is not True."""
        value = value.item() if isinstance(value, np.generic) else value  # entries of an array of parameters
        return any(type(value) is type(option) and value == option for option in self.options)

    def __str__(self) -> str:
        return " or ".join(map(repr, self.options))


@dataclass(frozen=True)
class Instance(Rule):
    """An instance of one of several types, described by `words`."""

    types: tuple[type, ...]
    words: str

    def allows(self, value: Any) -> bool:
        """Whether `value` is an instance of one of the types."""
        return isinstance(value, self.types)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Numbers(Rule):
    """A list, a tuple, an array or what can be made one, such as a data frame; its content is checked elsewhere."""

    def allows(self, value: Any) -> bool:
        """Whether `value` is such an object."""
        return isinstance(value, (list, tuple)) or (hasattr(value, "__array__") and np.ndim(value) > 0)

    def __str__(self) -> str:
        return "an array"


@dataclass(frozen=True)
class Function(Rule):
    """A callable."""

    def allows(self, value: Any) -> bool:
        """Whether `value` can be called."""
        return callable(value)

    def __str__(self) -> str:
        return "a function"


@dataclass(frozen=True)
class Either(Rule):
    """The union of several rules."""

    rules: tuple[Rule, ...]

    def allows(self, value: Any) -> bool:
        """Whether any of the rules allows `value`."""
        return any(rule.allows(value) for rule in self.rules)

    def __str__(self) -> str:
        return ", or ".join(map(str, self.rules))


@dataclass(frozen=True)
class Each(Rule):
    """A non-empty list, tuple or one-dimensional array whose entries `rule` allows."""

    rule: Rule

    def allows(self, value: Any) -> bool:
        """Whether `value` is such a sequence."""
        return self.is_sequence(value) and len(value) > 0 and all(self.rule.allows(item) for item in value)

    def is_sequence(self, value: Any) -> bool:
        """Whether `value` is a list, tuple or one-dimensional array, whatever is in it."""
        return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim == 1)

    def __str__(self) -> str:
        return f"a sequence whose every entry is {self.rule}"


Positive = Number(0, open_low=True)
Count = Number(1, whole=True)
RandomState = (
    OneOf((None,))
    | Number(0, 2**32 - 1, whole=True)
    | Instance((np.random.Generator, np.random.RandomState), "a NumPy Generator or RandomState")
)
Jobs = OneOf((None,)) | Number(whole=True)  # Number of processes in scikit-learn.
Verbosity = Boolean() | Number(0, whole=True)  # 0 prints nothing, larger values print every iteration.


def check_values(owner: str, rules: Mapping[str, Rule], values: Mapping[str, Any]) -> None:
    """Check that the rule of each parameter allows its value.

    Parameters
    ----------
    owner : str
        Name of the estimator, for the message.
    rules : mapping of str to Rule
        Rule of each parameter.
    values : mapping of str to object
        Value of each parameter.

    Raises
    ------
    InvalidParameterError
        For a value that is not allowed.
    """
    for name, rule in rules.items():
        if not rule.allows(values[name]):
            raise InvalidParameterError(f"{owner}: {complaint(rule, name, values[name])}; it must be {rule}.")


def complaint(rule: Rule, name: str, value: Any) -> str:
    """Say that `value` is not allowed or, of a sequence, which entry is not."""
    for part in rule.rules if isinstance(rule, Either) else (rule,):
        if isinstance(part, Each) and part.is_sequence(value) and len(value):
            place, entry = next((k, entry) for k, entry in enumerate(value) if not part.rule.allows(entry))
            if not isinstance(part.rule, Number):
                return f"{name}[{place}] == {entry!r} is not allowed"
            if not isinstance(entry, Real):
                return f"{name}[{place}] must be an instance of float, not {type(entry).__name__}"
            if entry < part.rule.low:
                return f"{name}[{place}] == {entry}, must be {'>' if part.rule.open_low else '>='} {part.rule.low:.1f}"
    return f"{name}={value!r} is not allowed"
