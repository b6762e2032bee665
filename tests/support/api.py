"""The public interface as text: names, signatures and defaults. Run as a script to rewrite ``tests/api.txt``."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import groundup
from groundup.core import exceptions, metrics

SNAPSHOT = Path(__file__).parents[1] / "api.txt"


def signature(function: Any) -> str:
    """Arguments and defaults, without types: a type may become more exact and nobody's call breaks."""
    bare = inspect.signature(function)
    parameters = [p.replace(annotation=inspect.Parameter.empty) for p in bare.parameters.values()]
    return str(bare.replace(parameters=parameters, return_annotation=inspect.Signature.empty))


def described(name: str, thing: Any) -> Iterator[str]:
    """The line of one public name, and one for each public member of a class."""
    yield f"{name}{signature(thing)}"
    if isinstance(thing, type) and not issubclass(thing, Exception):
        shown = inspect.signature(thing).parameters  # hyper-parameters: their class may hold the defaults
        for member in sorted(m for m in dir(thing) if not m.startswith("_") and m not in shown):
            value = inspect.getattr_static(thing, member)
            if isinstance(value, (classmethod, staticmethod)):
                value = getattr(thing, member)
            yield f"    {member}{signature(value) if callable(value) else ''}"


def snapshot() -> str:
    """Everything that users import, one line a name."""
    public = {f"groundup.{name}": getattr(groundup, name) for name in groundup.__all__}
    public |= {f"groundup.core.metrics.{name}": getattr(metrics, name) for name in metrics.__all__}
    raised = {name: kind for name, kind in vars(exceptions).items() if isinstance(kind, type)}
    lines = [line for name in sorted(public) for line in described(name, public[name])]
    lines += [
        f"groundup.core.exceptions.{name}({', '.join(base.__name__ for base in kind.__bases__)})"
        for name, kind in sorted(raised.items())
        if kind.__module__ == exceptions.__name__
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(snapshot(), encoding="utf-8")
