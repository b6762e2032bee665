"""The report of a run: a self-contained page, its figures as files, and the record for machines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from groundup.plotting.animate import Frame, draw_frames
from groundup.plotting.curves import learning_curves
from groundup.plotting.figure import NotApplicable
from groundup.plotting.picture import Picture, failure, picture
from groundup.workbench.report import sections
from groundup.workbench.report.page import Section, contents, page
from groundup.workbench.report.player import player_script
from groundup.workbench.report.record import record, to_json
from groundup.workbench.run.result import Result


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
    known = record(result) | {"figures": [_entry(drawn) for drawn in pictures]}
    _write_figures(result.folder / "figures", [*pictures, *curve])
    (result.folder / "metrics.json").write_text(to_json(known), "utf-8")
    path = result.folder / "index.html"
    tell("animation")
    path.write_text(_html(result, known, pictures, _frames(result), curve), "utf-8")
    return path


def _drawn(result: Result, tell: Callable[[str], None]) -> Iterator[Picture]:
    figures = result.project.figures
    for k, figure in enumerate(figures, start=1):
        tell(f"drawing {k} of {len(figures)}")
        yield picture(figure, result.model, result.data)


def _html(
    result: Result,
    known: Mapping[str, Any],
    pictures: Sequence[Picture],
    frames: Sequence[Frame] | str,
    curve: Sequence[Picture],
) -> str:
    main = next((drawn for drawn in pictures if drawn.content), None)
    parts: list[Section] = [
        *sections.answer(result.answer),
        *sections.columns(result.data),
        *(Section("picture", "The main figure", sections.drawn(main, "picture")) for main in [main] if main),
        sections.steps(result.project.animation_of(result.declared), frames),
        sections.metrics(known),
        *sections.findings(result.findings),
        sections.figures([drawn for drawn in pictures if drawn is not main]),
        *(Section("curve", "Learning curve", sections.drawn(picture, "curve")) for picture in curve),
        sections.data(result),
        sections.parameters(result.model),
        *sections.attributes(result.comparison),
        sections.certificate(known["certificate"]),
        *sections.algorithm(result.project),
        sections.environment(known["environment"]),
        sections.command(result.command),
    ]
    return page(
        f"{result.project.title} · groundup",
        sections.header(result, known),
        sections.stopped(result.stopped),
        contents(parts),
        *(part.html() for part in parts),
        script=player_script(),
    )


def _frames(result: Result) -> Sequence[Frame] | str:
    """Frames of the animation, or a sentence that says why there are none."""
    try:
        return draw_frames(result.project.animation_of(result.declared), result.model, result.data)
    except NotApplicable as why:
        return f"Not drawn for this data: {why}"
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
        for suffix in ("svg", "png"):  # of an earlier run, which may have drawn it otherwise
            (folder / f"{drawn.name}.{suffix}").unlink(missing_ok=True)
        if drawn.content:
            (folder / drawn.file).write_bytes(drawn.content)
