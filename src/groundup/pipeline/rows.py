"""The rows of a file that fulfil a contract, all at once, and those that do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from groundup.core.text import plural
from groundup.pipeline.config import Config
from groundup.pipeline.contract import VIOLATIONS, Contract
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.tables import pieces

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 5  # Violations that an error shows.


@dataclass(frozen=True)
class Rows:
    """What was read.

    Parameters
    ----------
    frame : DataFrame
        Rows that fulfil the contract, by number of the row.
    violations : DataFrame
        What the others break: row, column, rule, value, message.
    total : int
        Rows of the file.
    """

    frame: "DataFrame"
    violations: "DataFrame"
    total: int

    @property
    def rejected(self) -> int:
        """Number of rows that break the contract."""
        return int(self.violations["row"].nunique())


def read(path: Path, contract: Contract) -> Rows:
    """Read a table, and hold it to a contract as a whole, so that entries are unique in all of it.

    Raises
    ------
    PipelineError
        For a file that holds no table or no rows, and one that has not the contract's columns.
    OSError
        For a file that cannot be opened.
    """
    import pandas

    found = list(pieces(path))
    if not found:
        raise PipelineError(f"{path}: has no rows.")
    try:
        checked = contract.check(pandas.concat([piece.frame for piece in found]))
    except PipelineError as error:
        raise PipelineError(f"{path}: {error}") from error
    broken = [(row, "", "fields", None, reason) for piece in found for row, reason in piece.broken]
    violations = checked.violations
    if broken:
        violations = pandas.DataFrame([*broken, *violations.itertuples(index=False)], columns=list(VIOLATIONS))
        violations = violations.sort_values("row", kind="stable", ignore_index=True)
    return Rows(checked.frame, violations, found[-1].last)


def refuse_many(rows: Rows, most: float, path: Path) -> None:
    """Refuse a table of which too many rows break the contract.

    Raises
    ------
    PipelineError
        It shows the first ones.
    """
    if rows.rejected > most * rows.total or rows.frame.empty:
        shown = [
            f"  row {row}{f', column {column}' if column else ''}: {message}"
            for row, column, message in rows.violations[["row", "column", "message"]].head(SHOWN).to_numpy()
        ]
        more = len(rows.violations) - len(shown)
        shown += [f"  … and {plural(more, 'violation')} more"] if more else []
        raise PipelineError(
            f"{path}: {rows.rejected:,} of {plural(rows.total, 'row')} break the contract, more than "
            f"data.most_rejected = {most:g} allows:\n" + "\n".join(shown)
        )


def check_columns(config: Config, contract: Contract) -> None:
    """Refuse a configuration that names columns which the contract has not, or which cannot be used so.

    Raises
    ------
    PipelineError
        It names the key.
    """
    data, kinds = config.data, {name: column.kind for name, column in contract.columns.items()}
    named: Mapping[str, list[str]] = {
        "data.target": [data.target],
        "data.group": [data.group] if data.group else [],
        "data.time": [data.time] if data.time else [],
        "data.drop": data.drop,
        "data.ordered": list(data.ordered),
        "evaluation.slices": config.evaluation.slices,
    }
    for key, names in named.items():
        for name in names:
            if name not in kinds:
                raise PipelineError(f"{key}: the contract has no column {name!r}; it has "
                                    f"{', '.join(map(repr, kinds))}.")  # fmt: skip
    allowed = {"data.target": ("category",), "data.time": ("date", "number"), "data.ordered": ("category",),
               "evaluation.slices": ("category", "number", "date")}  # fmt: skip
    for key, those in allowed.items():
        for name in named[key]:
            if kinds[name] not in those:
                raise PipelineError(f"{key}: column {name!r} is of kind {kinds[name]}; it must be of kind "
                                    f"{' or '.join(those)}.")  # fmt: skip
    for name, order in data.ordered.items():
        absent = sorted({*contract.columns[name].values} - {*order})
        if absent or len({*order}) < len(order):
            wrong = f"leaves out {absent[0]!r}" if absent else "names a category twice"
            raise PipelineError(f"data.ordered: the order of column {name!r} {wrong}; each of its categories must be "
                                "named once, from low to high.")  # fmt: skip
    for key in ("data.group", "data.time", "data.drop", "data.ordered"):
        if data.target in named[key]:
            raise PipelineError(f"{key}: {data.target!r} is the target.")
    if data.time and contract.columns[data.time].missing:
        raise PipelineError(f"data.time: entries of column {data.time!r} must not be missing; set `missing = false` in "
                            "the contract, so that such rows are rejected.")  # fmt: skip
    unused = {data.target, data.group, *data.drop}
    if not [name for name, kind in kinds.items() if kind != "id" and name not in unused]:
        raise PipelineError("there is no column to learn from besides the target, the group and those of data.drop.")
