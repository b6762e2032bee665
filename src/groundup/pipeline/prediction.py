"""Predictions for a whole file, a piece after the other, so that a file of any length takes the same memory.

What is done is appended to files in a folder next to the result, and recorded after each piece: a command that was
killed goes on where it was and ends with the same bytes. The result appears when it is complete.
"""

import io
import json
import math
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundup.core.files import alone, flush, is_stream, replacing, write_whole
from groundup.core.text import plural
from groundup.data.tables.entries import no_formula
from groundup.data.tables.reading import TEXT_SUFFIXES
from groundup.pipeline.artifact import Artifact
from groundup.pipeline.contract import VIOLATIONS, Contract
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.tables import ROWS, Piece, pieces

if TYPE_CHECKING:
    from pandas import DataFrame

SCORED, REJECTS, RECORD, SEEN = "scored.csv", "rejects.csv", "record.json", "seen.sqlite"  # Files of unfinished work.
UNBOUNDED: dict[str, Any] = {"low": -math.inf, "high": math.inf, "first": "", "last": ""}
DIGITS = "%.9g"  # Of the probabilities in a file.


@dataclass(frozen=True)
class Done:
    """What a command has done, this time and before it was interrupted.

    Parameters
    ----------
    rows, predicted, rejected : int
        Numbers of rows in the file, and of those that were predicted and rejected.
    violations : int
        What the rejected rows break; one row may break several rules.
    resumed : int
        Rows that an earlier, interrupted command had done.
    """

    rows: int = 0
    predicted: int = 0
    rejected: int = 0
    violations: int = 0
    resumed: int = 0


def predict(
    artifact: Artifact,
    path: Path,
    out: Path,
    rejects: Path,
    rows: int = ROWS,
    report: Callable[[Done], Any] = lambda done: None,
) -> Done:
    """Write the decision and the probabilities of each row of a table, and the rows that break the contract.

    A row whose entry must be unique and occurred in a row above is rejected; the first one is predicted, in whichever
    piece it is.

    Parameters
    ----------
    artifact : Artifact
        Model and contract.
    path : Path
        Of a CSV, Parquet or Excel file.
    out : Path
        CSV: number of the row, its names (columns of kind id), decision, and the probability of each class.
    rejects : Path
        CSV: each violation's row, column, rule, value and message.
    rows : int, default=10000
        Rows in a piece.
    report : callable, optional
        ``report(done)`` is told after each piece.

    Raises
    ------
    PipelineError
        For a file that holds no table or lacks columns, and where another process writes the same result.
    OSError
        Where nothing can be written; what is done until then is kept, and used when the command is repeated.
    """
    for target in (out, rejects):
        if is_stream(target) or target.suffix.lower() not in TEXT_SUFFIXES:
            raise PipelineError(f"{target}: must be the name of a file that ends in .csv.")
    if len({path.resolve(), out.resolve(), rejects.resolve()}) < 3:
        raise PipelineError(f"the table, the predictions and the rejected rows must be three files, not {path}, {out} "
                            f"and {rejects}.")  # fmt: skip
    for target in (out, rejects):
        target.parent.mkdir(parents=True, exist_ok=True)
    facts = path.stat()
    job = [artifact.version, str(path.resolve()), facts.st_size, facts.st_mtime_ns]
    with _work(out.with_name(f".{out.name}.unfinished"), job) as work:
        for piece in pieces(path, rows, work.last):
            work.append(*_of_piece(artifact, piece, work))
            report(work.done)
        work.finish(artifact, out, rejects)
    return work.done


def rejected(path: Path) -> Path:
    """Return where the rejected rows go by default: ``scored.rejects.csv`` for ``scored.csv``."""
    return path.with_name(f"{path.stem}.rejects.csv")


def lines(artifact: Artifact, frame: "DataFrame") -> "DataFrame":
    """Return rows that fulfil the contract as they are written: number, names, decision and probabilities."""
    import pandas

    P = artifact.probabilities(frame)
    names = [frame[name].to_numpy() for name in artifact.features.of_kind("id")]
    return pandas.DataFrame(dict(zip(_header(artifact), [frame.index, *names, artifact.decisions(P), *P.T])))


def _header(artifact: Artifact) -> list[str]:
    """Return the names of the columns; a name of rows that is one of ours is told apart."""
    ours = ["row", "decision", *(f"probability {name}" for name in artifact.classes)]
    ids = [f"{name} (id)" if name in ours else name for name in artifact.features.of_kind("id")]
    return [ours[0], *ids, *ours[1:]]


def _of_piece(artifact: Artifact, piece: Piece, work: "_Work") -> "tuple[int, DataFrame | None, DataFrame, Done]":
    """Return the last row of a piece, its lines, what its rows break, and how many rows of each there are."""
    import pandas

    contract = artifact.features
    once = [name for name, column in contract.columns.items() if column.unique]
    free = Contract({name: replace(one, unique=False) for name, one in contract.columns.items()}, contract.missing)
    checked = free.check(piece.frame)
    found: list[tuple[Any, ...]] = [(row, "", "fields", "", reason) for row, reason in piece.broken]
    for name in once:
        anything = replace(contract.columns[name], missing=True, unique=False, values=[], **UNBOUNDED)
        values = Contract({name: anything}, contract.missing).check(piece.frame).frame[name].dropna()
        for row, first in work.repeated(name, values.astype(str).items()):
            value = piece.frame.at[row, name]
            found.append((row, name, "field_uniqueness", value, f"{value!r} occurs already in row {first}"))
    violations = pandas.concat([checked.violations, pandas.DataFrame(found, columns=list(VIOLATIONS), dtype=object)])
    violations = violations.sort_values(["row", "column"], kind="stable", key=_comparable)
    good = checked.frame[~checked.frame.index.isin(violations["row"])]
    total, bad = len(piece.frame) + len(piece.broken), int(violations["row"].nunique())
    counts = Done(total, len(good), bad, len(violations))
    return piece.last, lines(artifact, good) if len(good) else None, violations, counts


def _comparable(keys: Any) -> Any:
    return keys.astype(int) if keys.name == "row" else keys.astype(str)


@contextmanager
def _work(folder: Path, job: list[Any]) -> Iterator["_Work"]:
    """Open the folder of unfinished work for one process, on its own work or on none."""
    folder.mkdir(exist_ok=True)
    with alone(folder), closing(_Work(folder, job)) as work:
        try:
            yield work
        except PipelineError:  # of the table, which must be changed, so that its predictions begin again
            shutil.rmtree(folder, ignore_errors=True)
            raise


class _Work:
    """What is done of a file of predictions.

    Parameters
    ----------
    folder : Path
        Where it is kept.
    job : list
        What is predicted with what; work on anything else is thrown away.
    """

    def __init__(self, folder: Path, job: list[Any]) -> None:
        self.folder, self.job = folder, job
        self.last, self.done = 0, Done()
        record = self._record()
        if record:
            self.last, self.done = record["last"], replace(Done(**record["done"]), resumed=record["done"]["rows"])
        for name in (SCORED, REJECTS):
            with (folder / name).open("ab") as file:
                file.truncate(record["sizes"][name] if record else 0)
        if not record:
            (folder / SEEN).unlink(missing_ok=True)

    def _record(self) -> Mapping[str, Any] | None:
        """Return the record of the same job, if its files are there."""
        try:
            found = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
            whole = all((self.folder / name).stat().st_size >= size for name, size in found["sizes"].items())
        except (OSError, ValueError, KeyError):
            return None
        return found if whole and found["job"] == self.job else None

    @cached_property
    def _seen(self) -> sqlite3.Connection:
        """The entries that must be unique, with the rows where they occurred first, on the disk."""
        table = sqlite3.connect(self.folder / SEEN)
        table.execute("CREATE TABLE IF NOT EXISTS seen (name, value, row INTEGER, PRIMARY KEY (name, value)) "
                      "WITHOUT ROWID")  # fmt: skip
        table.execute("DELETE FROM seen WHERE row > ?", [self.last])
        return table

    def repeated(self, name: str, entries: Any) -> list[tuple[int, int]]:
        """Remember rows and entries of a column, and return rows whose entry was seen before, with the first row."""
        again = []
        for row, value in entries:
            key = (name, value)
            if self._seen.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", [*key, row]).rowcount == 0:
                first = self._seen.execute("SELECT row FROM seen WHERE name = ? AND value = ?", key).fetchone()[0]
                again.append((row, first))
        return again

    def append(self, last: int, scored: "DataFrame | None", violations: "DataFrame", counts: Done) -> None:
        """Add the lines of a piece, and record it."""
        if scored is not None:
            self._add(SCORED, scored)
        safe = violations.assign(**{name: violations[name].map(no_formula) for name in ("column", "value", "message")})
        self._add(REJECTS, safe)
        if "_seen" in self.__dict__:
            self._seen.commit()
        before = self.done
        self.last = last
        self.done = replace(
            before,
            rows=before.rows + counts.rows,
            predicted=before.predicted + counts.predicted,
            rejected=before.rejected + counts.rejected,
            violations=before.violations + counts.violations,
        )
        sizes = {name: (self.folder / name).stat().st_size for name in (SCORED, REJECTS)}
        record = {"job": self.job, "last": last, "sizes": sizes, "done": vars(self.done)}
        write_whole(self.folder / RECORD, json.dumps(record))

    def _add(self, name: str, frame: "DataFrame") -> None:
        """Append lines to a file, and wait until they are on the disk."""
        path = self.folder / name
        text = io.StringIO()
        frame.to_csv(text, index=False, header=path.stat().st_size == 0, float_format=DIGITS, lineterminator="\n")
        with path.open("ab") as file:
            file.write(text.getvalue().encode("utf-8", "backslashreplace"))
        flush(path)

    def finish(self, artifact: Artifact, out: Path, rejects: Path) -> None:
        """Put both files in their places; the predictions are the last to appear."""
        import pandas

        if (self.folder / SCORED).stat().st_size == 0:
            self._add(SCORED, pandas.DataFrame(columns=_header(artifact)))
        if (self.folder / REJECTS).stat().st_size == 0:
            (self.folder / REJECTS).write_text(",".join(VIOLATIONS) + "\n")
        for name, target in ((REJECTS, rejects), (SCORED, out)):
            with replacing(target) as part:
                shutil.copyfile(self.folder / name, part)
        shutil.rmtree(self.folder)

    def close(self) -> None:
        """Let go of the file of entries."""
        if "_seen" in self.__dict__:
            self._seen.close()


def told(done: Done, out: Path, rejects: Path) -> str:
    """Return what was done, in words."""
    resumed = f" (the first {done.resumed:,} before it was interrupted)" if done.resumed else ""
    words = f"{plural(done.predicted, 'row')} predicted{resumed}: {out}\n"
    if not done.rejected:
        return f"{words}no row breaks the contract"
    return f"{words}{plural(done.rejected, 'row')} rejected for {plural(done.violations, 'violation')}: {rejects}"
