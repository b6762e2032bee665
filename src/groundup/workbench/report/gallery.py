"""The gallery: one page with a card for each project that has been run."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundup.projects import FINISHED, PLANNED
from groundup.workbench.report.page import Html, data_uri, number, page, tag
from groundup.workbench.report.record import SCHEMA
from groundup.workbench.report.sections import certified, facts

BOOK = (*FINISHED, *PLANNED)


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
    runs = {folder: found for folder in _projects(out) if (found := _runs(folder))}
    cards = [_card(out, found) for found in runs.values()]
    run = {known["project"]["name"] for found in runs.values() for known in found.values()}
    waiting = [name for name in FINISHED if name not in run]
    path = out / "index.html"
    path.write_text(
        page(
            "groundup",
            tag("header", tag("h1", "groundup"), tag("p", "Machine-learning algorithms from the ground up.")),
            tag("section", *cards, class_="cards", aria_label="Projects"),
            _names("not-run", "Not run yet", waiting),
            _names("planned", "Planned", PLANNED),
        ),
        "utf-8",
    )
    return path


def _projects(out: Path) -> list[Path]:
    """Folders of projects, in book order; those that the book does not know come last, by name."""
    known = {name: place for place, name in enumerate(BOOK)}
    folders = sorted(path for path in out.iterdir() if path.is_dir()) if out.is_dir() else []
    return sorted(folders, key=lambda folder: known.get(folder.name, len(known)))


def _runs(folder: Path) -> dict[Path, dict[str, Any]]:
    """Records of a project's runs by folder: the main one, then those of other models and on other data."""
    paths = sorted(folder.glob("**/metrics.json"), key=lambda path: (len(path.parts), path))
    return {path.parent: known for path in paths if (known := _read(path))}


def _read(path: Path) -> dict[str, Any] | None:
    """A run's record; None for a file that is not one, or is of another version."""
    try:
        known = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    return known if isinstance(known, dict) and known.get("schema") == SCHEMA else None


def _card(out: Path, runs: Mapping[Path, Mapping[str, Any]]) -> Html:
    """Return the card of a project: its main run, or the first there is, and links to the others."""
    (folder, known), *others = runs.items()
    project, main = known["project"], known["metrics"][0]
    title = tag("h2", tag("a", project["title"], href=_address(out, folder)))
    links = [tag("a", _words(other, known), href=_address(out, where)) for where, other in others]
    also = tag("p", "Also ", *_joined(links), ".") if links else Html()
    numbers = (
        (main["name"], number(main["ours"])),
        (known["reference"], number(main["reference"])),
        ("Certificate", certified(known["certificate"])),
    )
    found = tag("p", known["answer"][0], class_="found") if known.get("answer") else Html()
    about = (title, tag("p", project["summary"]), found)
    return tag("article", _thumbnail(folder, known), *about, facts(numbers), also)


def _address(out: Path, folder: Path) -> str:
    return f"{folder.relative_to(out).as_posix()}/index.html"


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
        if path.is_file():
            address = data_uri(path.read_bytes(), path.suffix[1:])
            return tag("div", tag("img", src=address, alt=figure["caption"] or figure["title"]), class_="card")
    return Html()


def _names(name: str, title: str, projects: Sequence[str]) -> Html:
    if not projects:
        return Html()
    items = [tag("li", tag("code", project)) for project in projects]
    return tag("section", tag("h2", title, id=name), tag("ul", *items, class_="names"), aria_labelledby=name)
