"""Declarations of hyper-parameters: name, type, default and rule.

``alpha: float = parameter(Number(0), default=1.0)`` defines the argument of the constructor, the value in `get_params`,
the check in `fit`, and the signature in editors. Fitted attributes are declared next to them with `fitted`.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, Self, dataclass_transform

import numpy as np

from groundup.core.checks.parameters import Rule, complaint
from groundup.core.exceptions import InvalidParameterError


@dataclass(frozen=True)
class Parameter:
    """A declared hyper-parameter.

    Parameters
    ----------
    rule : Rule
        Allowed values.
    default : object
        Default value.
    kw_only : bool
        Whether it must be passed by name.
    aliases : mapping of str to object
        Alternative names of values, for example scikit-learn's names of solvers.
    ignored : str
        Reason why a parameter of scikit-learn has no effect here; "" for a parameter that is used.
    """

    rule: Rule
    default: Any
    kw_only: bool = True
    aliases: Mapping[str, Any] = field(default_factory=dict)
    ignored: str = ""

    def allows(self, value: Any) -> bool:
        """Whether `value`, or the value of which it is an alias, is allowed."""
        return self.rule.allows(value) or (isinstance(value, str) and value in self.aliases)

    def __str__(self) -> str:
        others = f", or (as in scikit-learn) {' or '.join(map(repr, self.aliases))}" if self.aliases else ""
        return f"{self.rule}{others}"


def parameter(rule: Rule, *, default: Any, kw_only: bool = True, aliases: Mapping[Any, Any] | None = None) -> Any:
    """Declare a hyper-parameter; see `Parameter`."""
    return Parameter(rule, default, kw_only, aliases or {})


def ignored(rule: Rule, reason: str, *, default: Any) -> Any:
    """Declare a parameter of scikit-learn that has no effect here, with the reason."""
    return Parameter(rule, default, ignored=reason)


def fixed(value: Any, *, init: Literal[False] = False) -> Any:
    """Declare the value of an inherited hyper-parameter, which is then none of the subclass."""
    return value


@dataclass(frozen=True)
class Fitted:
    """A declared attribute that a fit sets.

    Parameters
    ----------
    shapes : tuple of str
        Possible shapes of an array, see `groundup.core.estimator.contents`; () for any.
    kinds : str
        NumPy's letters of the kinds of numbers that an array may hold.
    finite : bool
        Whether no entry may be infinite or missing.
    infinite : float, optional
        The one infinity that entries may nevertheless be, such as the logarithm of zero.
    required : bool
        Whether every fit sets it.
    hint : type
        Its annotation.
    """

    shapes: tuple[str, ...] = ()
    kinds: str = "f"
    finite: bool = True
    infinite: float | None = None
    required: bool = True
    hint: Any = Any


def fitted(
    *shapes: str,
    kinds: str = "f",
    finite: bool = True,
    infinite: float | None = None,
    required: bool = True,
    init: Literal[False] = False,
) -> Any:
    """Declare an attribute that a fit sets; see `Fitted`."""
    return Fitted(shapes, kinds, finite, infinite, required)


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(parameter, ignored, fixed, fitted))
class Parameters:
    """Base class of objects with hyper-parameters."""

    _declared: ClassVar[Mapping[str, Parameter]] = {}
    _contents: ClassVar[Mapping[str, Fitted]] = {}
    _fitted: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declared: dict[str, Parameter] = {}
        for base in reversed(cls.__mro__[1:]):
            declared |= vars(base).get("_declared", {})
        contents: dict[str, Fitted] = {}
        for base in reversed(cls.__mro__[1:]):
            contents |= vars(base).get("_contents", {})
        hints = inspect.get_annotations(cls)
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Fitted)}
        contents |= {name: replace(value, hint=hints.get(name, Any)) for name, value in own.items()}
        for name, value in list(vars(cls).items()):
            if isinstance(value, Parameter):
                declared[name] = value
            elif name in declared:  # `fixed` by the subclass
                del declared[name]
            if isinstance(value, (Parameter, Fitted)):
                delattr(cls, name)
        cls._declared = declared
        cls._contents, cls._fitted = contents, frozenset(contents)
        if "__init__" not in vars(cls):
            cls.__init__ = _constructor(declared)  # type: ignore[method-assign]

    @classmethod
    def parameter_names(cls) -> list[str]:
        """Return the names of the hyper-parameters, sorted."""
        parameters = inspect.signature(cls).parameters
        for parameter in parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise TypeError(
                    f"{cls.__name__}.__init__ takes {parameter}, but hyper-parameters must be named one by one, "
                    "so that they can be read, set and copied."
                )
        return sorted(parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the hyper-parameters by name.

        Parameters
        ----------
        deep : bool, default=True
            Ignored; no hyper-parameter is an estimator.

        Returns
        -------
        dict of str to object

        Raises
        ------
        TypeError
            If the constructor has ``*args`` or ``**kwargs``.
        """
        return {name: getattr(self, name) for name in self.parameter_names()}

    def set_params(self, **parameters: Any) -> Self:
        """Set hyper-parameters by name; the next `fit` validates them.

        Parameters
        ----------
        **parameters : object
            New values.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For a name that is not a hyper-parameter.
        """
        allowed = self.parameter_names()
        for name in parameters:
            if name not in allowed:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {type(self).__name__}. Valid parameters are: {allowed}."
                )
        vars(self).update(parameters)
        return self

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for the first hyper-parameter that is not allowed."""
        self._check_parameters(*self.parameter_names())

    def _check_parameters(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            declared = self._declared.get(name)
            if declared is not None and not declared.allows(value):
                wrong = complaint(declared.rule, name, value)
                raise InvalidParameterError(f"{type(self).__name__}: {wrong}; it must be {declared}.")

    def canonical(self, name: str) -> Any:
        """Return the value of a hyper-parameter, with aliases resolved.

        Parameters
        ----------
        name : str
            Name of a declared hyper-parameter.

        Returns
        -------
        object

        Raises
        ------
        AttributeError
            For a name that is not a hyper-parameter.
        """
        value = getattr(self, name)
        return self._declared[name].aliases.get(value, value) if isinstance(value, str) else value

    def _changed(self) -> dict[str, Any]:
        """Return the hyper-parameters that are not at their defaults."""
        signature = inspect.signature(type(self)).parameters
        return {name: value for name, value in self.get_params().items() if not _same(value, signature[name].default)}

    def __repr__(self) -> str:
        changed = ", ".join(f"{name}={value!r}" for name, value in self._changed().items())
        return f"{type(self).__name__}({changed})"


def _constructor(declared: Mapping[str, Parameter]) -> Any:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    arguments = [inspect.Parameter(name, kinds[p.kw_only], default=p.default) for name, p in declared.items()]
    arguments.sort(key=lambda argument: argument.kind)
    signature = inspect.Signature([inspect.Parameter("self", kinds[0]), *arguments])

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        vars(self).update({name: value for name, value in bound.arguments.items() if name != "self"})

    __init__.__signature__ = signature  # type: ignore[attr-defined]
    return __init__


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and not isinstance(value, np.ndarray) and value == default)
