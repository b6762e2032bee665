"""The report of a run: a self-contained page, its figures as files, and the record for machines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from groundup.core.files import write_whole
from groundup.plotting.animate import draw_recordings
from groundup.plotting.curves import learning_curves
from groundup.plotting.figure import NotApplicable
from groundup.plotting.picture import Picture, failure, picture
from groundup.projects.common.declaration import Project
from groundup.workbench.report import sections
from groundup.workbench.report.page import Section, contents, page
from groundup.workbench.report.player import Recordings, player_script
from groundup.workbench.report.record import minima, record, to_json
from groundup.workbench.run.result import Result

PAGE, RECORD, SUFFIXES = "index.html", "metrics.json", ("svg", "png")


def _silent(stage: str) -> None:
    """Say nothing."""


def write_report(result: Result, tell: Callable[[str], None] = _silent) -> Path:
    """Write ``index.html``, ``metrics.json`` and ``figures/`` into the result's folder.

    Parameters
    ----------
    result : Result
        The fitted project.
    tell : callable
        Called with what is being drawn; by default nothing happens.

    Returns
    -------
    Path
        Of the page.
    """
    pictures = list(_drawn(result, tell))
    curve = _curve(result)
    files = {
        name: content for name, write in result.project.files.items() if (content := write(result.model, result.data))
    }
    known = record(result) | {"figures": [_entry(drawn) for drawn in pictures], "files": list(files)}
    tell("animation")
    html = _html(result, known, pictures, _recordings(result), curve)
    _write_figures(result.folder / "figures", [*pictures, *curve])
    for name, content in files.items():
        write_whole(result.folder / name, content)
    write_whole(result.folder / RECORD, to_json(known))
    write_whole(result.folder / PAGE, html)
    return result.folder / PAGE


def files_of(project: Project) -> list[str]:
    """Return the names of all files that a project's reports may consist of, relative to their folder."""
    figures = [*(figure.name for figure in project.figures), learning_curves.__name__]
    return [PAGE, RECORD, *project.files, *(f"figures/{name}.{suffix}" for name in figures for suffix in SUFFIXES)]


def _drawn(result: Result, tell: Callable[[str], None]) -> Iterator[Picture]:
    figures = result.project.figures_of(result.declared)
    for k, figure in enumerate(figures, start=1):
        tell(f"drawing {k} of {len(figures)}")
        yield picture(figure, result.model, result.data)


def _html(
    result: Result,
    known: Mapping[str, Any],
    pictures: Sequence[Picture],
    recordings: Recordings | str,
    curve: Sequence[Picture],
) -> str:
    main = next((drawn for drawn in pictures if drawn.content), None)
    parts: list[Section] = [
        *sections.answer(result.answer),
        *sections.columns(result.data),
        *(Section("picture", "The main figure", sections.drawn(main, "picture")) for main in [main] if main),
        sections.steps(result.project.animation_of(result.declared), recordings),
        sections.metrics(known, minima(result)),
        *sections.findings(result.findings),
        sections.figures([drawn for drawn in pictures if drawn is not main]),
        *(Section("curve", "Learning curve", sections.drawn(picture, "curve")) for picture in curve),
        sections.data(result),
        sections.parameters(result.model),
        *sections.attributes(result.comparison),
        sections.certificate(known["certificate"]),
        *sections.algorithm(result.project),
        sections.environment(known["environment"]),
        sections.command(result.command, known["files"]),
    ]
    return page(
        f"{result.project.title} · groundup",
        sections.header(result, known),
        sections.stopped(result.stopped),
        contents(parts),
        *(part.html() for part in parts),
        script=player_script(),
    )


def _recordings(result: Result) -> Recordings | str:
    """Frames of the animation, or a sentence that says why there are none."""
    try:
        return draw_recordings(result.project.animation_of(result.declared), result.model, result.data)
    except NotApplicable as why:
        return f"Not drawn: {why}"
    except Exception as error:  # As for a figure: the report is worth more than its animation.
        return f"Could not be drawn: {failure(error)}"


def _curve(result: Result) -> list[Picture]:
    figure = learning_curves(getattr(result.model, "history_", {}), result.model.watched)
    return [] if figure is None else [picture(figure, result.model, result.data)]


def _entry(drawn: Picture) -> dict[str, str | None]:
    """Return the figure's entry in the record."""
    about = {"name": drawn.name, "title": drawn.title, "caption": drawn.caption}
    file = f"figures/{drawn.file}" if drawn.content else None
    return about | {"file": file, "reason": f"{'could not be drawn: ' * drawn.failed}{drawn.reason}" or None}


def _write_figures(folder: Path, pictures: Sequence[Picture]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for drawn in pictures:
        for suffix in SUFFIXES:  # of an earlier run, which may have drawn it otherwise
            if not drawn.content or suffix != drawn.suffix:
                (folder / f"{drawn.name}.{suffix}").unlink(missing_ok=True)
        if drawn.content:
            write_whole(folder / drawn.file, drawn.content)
