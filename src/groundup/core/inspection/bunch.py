"""Results with names, as scikit-learn's functions of inspection return them."""

from typing import Any


class Bunch(dict[str, Any]):
    """A dictionary whose entries are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no {name!r} among the results: {', '.join(self)}") from None
