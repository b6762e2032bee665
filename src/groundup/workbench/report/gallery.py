"""The gallery: one page with a card for each project that has been run."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from groundup import projects
from groundup.core.files import locked, write_whole
from groundup.projects import FINISHED
from groundup.workbench.report.page import Html, data_uri, number, page, tag
from groundup.workbench.report.record import SCHEMA
from groundup.workbench.report.report import PAGE, RECORD
from groundup.workbench.report.sections import certified, facts
from groundup.workbench.run.compare import NO_REFERENCE

LARGEST = 100_000_000  # Bytes of a record or of a figure.
FIGURE = re.compile(r"figures/[\w-]+\.(svg|png)")


def write_gallery(out: Path) -> Path:
    """Write ``out/index.html`` from the reports below `out`.

    Parameters
    ----------
    out : Path
        The folder of all runs: a project's reports are in ``out/NAME`` and below.

    Returns
    -------
    Path
        Of the page.
    """
    path = out / PAGE
    out.mkdir(parents=True, exist_ok=True)
    with locked(out):  # Of two runs that end at once, the later page has both.
        write_whole(path, _html(out))
    return path


def _html(out: Path) -> str:
    runs = {folder: found for folder in _projects(out) if (found := _runs(folder))}
    cards = [_card(out, found) for found in runs.values()]
    run = {known["project"]["name"] for found in runs.values() for known in found.values()}
    waiting = [name for name in FINISHED if name not in run]
    return page(
        "groundup",
        tag("header", tag("h1", "groundup"), tag("p", "Machine-learning algorithms from the ground up.")),
        tag("section", *cards, class_="cards", aria_label="Projects"),
        _names("not-run", "Not run yet", waiting),
    )


def _projects(out: Path) -> list[Path]:
    """Folders of projects, in book order; those that the book does not know come last, by name."""
    known = {name: place for place, name in enumerate(FINISHED)}
    folders = sorted(path for path in out.iterdir() if path.is_dir() and not path.name.startswith("."))
    return sorted(folders, key=lambda folder: known.get(folder.name, len(known)))


def _runs(folder: Path) -> dict[Path, dict[str, Any]]:
    """Records of a project's runs by folder: the main one, then those on other data and of other models."""
    sets = list(projects.load(folder.name).data) if folder.name in projects.FINISHED else []
    place = {name: number for number, name in enumerate(sets)}
    paths = [path for path in folder.glob(f"**/{RECORD}") if not _hidden(path.relative_to(folder))]
    paths.sort(key=lambda path: (len(path.parts), place.get(path.parent.name, len(place)), path))
    return {path.parent: known for path in paths if (known := _read(path))}


def _hidden(path: Path) -> bool:
    """Whether a file is in a hidden folder, such as that of a run that is being written."""
    return any(part.startswith(".") for part in path.parts)


def _read(path: Path) -> dict[str, Any] | None:
    """A run's record; None for a file that is not one, or is of another version."""
    try:
        known = json.loads(path.read_text("utf-8")) if path.stat().st_size <= LARGEST else None
    except (ValueError, OSError, RecursionError):
        return None
    return known if _is_record(known) else None


def _is_record(known: Any) -> bool:
    """Whether something that was read is a record, as far as a card shows it."""
    match known:
        case {
            "schema": version,
            "project": {"title": title, "summary": summary},
            "model": model,
            "data": {"name": name},
            "metrics": [{"name": metric, "ours": ours, "reference": reference}, *_],
            "certificate": None | {"holds": bool()},
            "figures": list(figures),
        }:
            return (
                version == SCHEMA
                and all(map(_is_text, (title, summary, model, name, metric)))
                and _is_number(ours)
                and _is_number(reference)
                and all(map(_is_figure, figures))
            )
    return False


def _is_figure(entry: Any) -> bool:
    match entry:
        case {"file": file, "title": title, "caption": caption}:
            return (file is None or _is_text(file)) and _is_text(title) and _is_text(caption)
    return False


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not re.search(r"[\ud800-\udfff]", value)  # Such halves cannot be written.


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63)


def _card(out: Path, runs: Mapping[Path, Mapping[str, Any]]) -> Html:
    """Return the card of a project: its main run, or the first there is, and links to the others."""
    (folder, known), *others = runs.items()
    project, main = known["project"], known["metrics"][0]
    title = tag("h2", tag("a", project["title"], href=_address(out, folder)))
    links = [tag("a", _words(other, known), href=_address(out, where)) for where, other in others]
    also = tag("p", "Also ", *_joined(links), ".") if links else Html()
    numbers = (
        (main["name"], number(main["ours"])),
        *([] if known["reference"] == NO_REFERENCE else [(known["reference"], number(main["reference"]))]),
        ("Certificate", certified(known["certificate"])),
    )
    found = tag("p", known["answer"][0], class_="found") if known.get("answer") else Html()
    about = (title, tag("p", project["summary"]), found)
    return tag("article", _thumbnail(folder, known), *about, facts(numbers), also)


def _address(out: Path, folder: Path) -> str:
    """Return a link that stays one whatever the folder is called."""
    return f"./{quote(os.fsencode(folder.relative_to(out).as_posix()))}/{PAGE}"


def _words(run: Mapping[str, Any], main: Mapping[str, Any]) -> str:
    """What a run is called next to the main one: its model and its data, as far as they differ."""
    model = run["model"] if run["model"] != main["model"] else ""
    data = f"on {run['data']['name']}" if run["data"]["name"] != main["data"]["name"] else ""
    return " ".join(part for part in (model, data) if part) or run["data"]["name"]


def _joined(links: Sequence[Html]) -> list[Html | str]:
    """Links with commas between them."""
    return [part for link in links for part in (", ", link)][1:]


def _thumbnail(folder: Path, known: Mapping[str, Any]) -> Html:
    """The first figure that was drawn."""
    for figure in known["figures"]:
        path = folder / (figure["file"] or "")
        if FIGURE.fullmatch(figure["file"] or "") and path.is_file() and path.stat().st_size <= LARGEST:
            address = data_uri(path.read_bytes(), path.suffix[1:])
            return tag("div", tag("img", src=address, alt=figure["caption"] or figure["title"]), class_="card")
    return Html()


def _names(name: str, title: str, projects: Sequence[str]) -> Html:
    if not projects:
        return Html()
    items = [tag("li", tag("code", project)) for project in projects]
    return tag("section", tag("h2", title, id=name), tag("ul", *items, class_="names"), aria_labelledby=name)
