"""What a check has found, as text and as JSON."""

import shlex
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from groundup.workbench.learn.equations import Equation

WIDTH = 100
MARKS = {"right": "right", "wrong": "WRONG", "open": "open"}


@dataclass(frozen=True)
class Function:
    """The verdict on one function.

    Parameters
    ----------
    name : str
        The function.
    equations : tuple of Equation
        Those that it implements.
    state : {"right", "wrong", "open"}
        An open function is not written yet, or raises NotImplementedError.
    kind : str
        For hints: "right", "open", "begun", "missing", "error", "signature", "type", "length", "shape", "dtype",
        "nan", "value", "changed" or "ended".
    problem : str
        What is wrong, as a sentence.
    about : str
        What is special about the first failing input.
    arguments : mapping of str to str
        That input, as Python expressions.
    came, right : str
        The learner's value and the textbook's.
    cause : str
        The cause, where it is recognised.
    usual : tuple of str
        Usual causes, for a failure whose cause is not recognised.
    printed : str
        The beginning of what the function printed.
    """

    name: str
    equations: tuple[Equation, ...]
    state: str
    kind: str
    problem: str = ""
    about: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    came: str = ""
    right: str = ""
    cause: str = ""
    usual: tuple[str, ...] = ()
    printed: str = ""

    def explanation(self) -> str:
        """Return the failure in full: input, values, equation and cause."""
        parts = [_wrapped(self.problem)]
        if self.arguments:
            parts.append(f"for this input ({self.about}):")
            parts += [_expression(name, text) for name, text in self.arguments.items()]
        if self.came:
            parts.append(_labeled("it gives", self.came))
        if self.right:
            parts.append(_labeled("right is", self.right))
        if self.printed:
            parts.append(_labeled("it prints", self.printed.rstrip("\n")))
        parts += [_labeled("equation", str(equation)) for equation in self.equations]
        if self.cause:
            parts.append(_labeled("cause", self.cause))
        elif self.usual and self.kind in ("value", "nan", "shape"):
            items = (
                textwrap.fill(cause, WIDTH, initial_indent="  - ", subsequent_indent="    ") for cause in self.usual
            )
            parts += ["usual causes:", *items]
        return "\n".join(parts)


@dataclass(frozen=True)
class Report:
    """What a check of a learner's file has found.

    Parameters
    ----------
    project : str
        Whose textbook was compared.
    file : str
        The learner's file.
    functions : tuple of Function
        In the order of the textbook; empty if the file could not be run.
    problem : str
        Why the file could not be run, as a sentence; "" if it could.
    """

    project: str
    file: str
    functions: tuple[Function, ...]
    problem: str = ""

    @property
    def complete(self) -> bool:
        """Whether every function is written and right."""
        return not self.problem and all(one.state == "right" for one in self.functions)

    def first(self, state: str) -> Function | None:
        """Return the first function that is "right", "wrong" or "open", or None.

        Parameters
        ----------
        state : str
            Which.

        Returns
        -------
        Function or None
            In the order of the textbook.
        """
        return next((one for one in self.functions if one.state == state), None)

    def counts(self) -> dict[str, int]:
        """Return how many functions are right, wrong and open."""
        return {state: sum(one.state == state for one in self.functions) for state in MARKS}

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        functions = [asdict(one) | {"usual": list(one.usual)} for one in self.functions]
        return {
            "project": self.project,
            "file": self.file,
            "complete": self.complete,
            "problem": self.problem,
            "counts": self.counts(),
            "functions": functions,
        }

    def __str__(self) -> str:
        if self.problem:
            return f"{self.file}: {self.problem}"
        width = max(len(one.name) for one in self.functions)
        lines = [f"{self.project}: {self.file}", ""]
        lines += [f"  {MARKS[one.state]:<6} {one.name:<{width}}{_note(one)}".rstrip() for one in self.functions]
        wrong, left = self.first("wrong"), self.first("open")
        if wrong is not None:
            lines += ["", wrong.explanation(), *_next(self, wrong.name)]
        elif left is not None:
            so_far = "Everything written is right." if self.first("right") else "Nothing is written yet."
            lines += ["", f"{so_far} Next: {left.name}.", *_next(self, left.name)]
        else:
            lines += ["", f"All {len(self.functions)} functions are right."]
        return "\n".join(lines)


def _note(one: Function) -> str:
    return f"  {one.problem}" if one.state == "open" and one.kind != "open" else ""


def _next(report: Report, name: str) -> list[str]:
    return ["", f"A hint: groundup check {report.project} {shlex.quote(report.file)} --hint {name}"]


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False)


def _expression(name: str, text: str) -> str:
    """``name = text`` with the further lines of an array under its first."""
    first, *rest = text.split("\n")
    return "\n".join([f"  {name} = {first}", *(" " * (len(name) + 5) + line for line in rest)])


def _labeled(label: str, text: str) -> str:
    indent = " " * 11
    lines = text.split("\n") if "np." in text or label == "it prints" else textwrap.wrap(text, WIDTH - 11)
    return f"{label:<11}" + f"\n{indent}".join(lines)
