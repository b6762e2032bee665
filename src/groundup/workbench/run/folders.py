"""Where a run goes: one folder for each project, model and table, ``runs/PROJECT[/MODEL]/DATA/``."""

import os
import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from groundup.core.files import locked, write_whole
from groundup.projects.common.declaration import Model, Project

CHECKPOINT, MODEL = "checkpoint.npz", "model.npz"
SOURCE = ".source"  # File that says which table a folder is of.
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
LONGEST = 40  # Characters of a folder's name.


def model_folder(project: Project, model: Model, out: Path) -> Path:
    """Return the folder of a model's runs."""
    return out / project.name if model is project.models[0] else out / project.name / model.name


def run_folder(project: Project, model: Model, data: str, out: Path) -> Path:
    """Return the folder of the run on some data.

    Parameters
    ----------
    project, model : Project, Model
        What is fitted.
    data : str
        Name of one of the project's data sets, whose folder has the same name; or path of a table, whose folder has
        the table's name, and some digits if that folder is of other data.
    out : Path
        The folder of all runs.
    """
    folder = model_folder(project, model, out)
    if data in project.data:
        return folder / data
    name, mark = safe_name(data), source(data, out)
    taken = {known.casefold() for known in (*project.data, *(model.name for model in project.models))}
    free = name.casefold() not in taken and _owner(folder / name) in (None, mark)
    return folder / name if free else folder / f"{name}-{mark}"


def claim(project: Project, model: Model, data: str, out: Path) -> Path:
    """Make the folder of a run, and note which table it is of."""
    parent = model_folder(project, model, out)
    parent.mkdir(parents=True, exist_ok=True)
    with locked(parent):  # Of two tables with one name that are run at once, one has the name.
        folder = run_folder(project, model, data, out)
        folder.mkdir(exist_ok=True)
        if data not in project.data and not (folder / SOURCE).exists():
            write_whole(folder / SOURCE, source(data, out))
    return folder


def stopped_runs(project: Project, model: Model | None, out: Path) -> list[Path]:
    """Return the folders of the stopped runs of a model, or of all the project's, the latest first."""
    models = project.models if model is None else (model,)
    found = [path for one in models for path in _checkpoints(model_folder(project, one, out))]
    return [path.parent for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]


def _checkpoints(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob(f"*/{CHECKPOINT}") if not path.parent.name.startswith("."))


def safe_name(data: str) -> str:
    """Return a name for the folder of a table that every file system takes."""
    path = Path(data)
    path = path.with_suffix("") if path.suffix.lower() in PACKED else path
    words = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", path.stem))
    return words.strip("._")[:LONGEST].rstrip("._") or "table"


def source(data: str, out: Path) -> str:
    """Return digits that tell tables apart: the place of the table as seen from the folder of all runs.

    They stay the same when both are moved together.
    """
    place = os.path.relpath(os.path.abspath(data), os.path.abspath(out))
    return blake2b(os.fsencode(place), digest_size=4).hexdigest()


def _owner(folder: Path) -> str | None:
    """Return the digits of the table that a folder is of; None for a folder that is not there or empty."""
    try:
        return (folder / SOURCE).read_text("utf-8", "replace")
    except OSError:
        return "" if os.path.lexists(folder) and not (folder.is_dir() and not os.listdir(folder)) else None
