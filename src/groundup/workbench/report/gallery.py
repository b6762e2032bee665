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
        The folder of all runs: a project's report is in ``out/NAME``.

    Returns
    -------
    Path
        Of the page.
    """
    records = {folder: known for folder in _folders(out) if (known := _read(folder / "metrics.json"))}
    cards = [_card(folder, known) for folder, known in records.items()]
    run = {known["project"]["name"] for known in records.values()}
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


def _folders(out: Path) -> list[Path]:
    """Folders of projects, in book order; those that the book does not know come last, by name."""
    known = {name: place for place, name in enumerate(BOOK)}
    folders = sorted(path.parent for path in out.glob("*/metrics.json"))
    return sorted(folders, key=lambda folder: known.get(folder.name, len(known)))


def _read(path: Path) -> dict[str, Any] | None:
    """A run's record; None for a file that is not one, or is of another version."""
    try:
        known = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    return known if isinstance(known, dict) and known.get("schema") == SCHEMA else None


def _card(folder: Path, known: Mapping[str, Any]) -> Html:
    project, main = known["project"], known["metrics"][0]
    title = tag("h2", tag("a", project["title"], href=f"{folder.name}/index.html"))
    others = [path.parent for path in sorted(folder.glob("*/metrics.json")) if _read(path)]
    links = [tag("a", f"on {other.name}", href=f"{folder.name}/{other.name}/index.html") for other in others]
    beside = tag("p", "Also ", *_joined(links), ".") if links else Html()
    numbers = (
        (main["name"], number(main["ours"])),
        ("Reference", number(main["reference"])),
        ("Certificate", certified(known["certificate"])),
    )
    return tag("article", _thumbnail(folder, known), title, tag("p", project["summary"]), facts(numbers), beside)


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
