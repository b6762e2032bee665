"""For a lecture hall: one page with one large figure and its step's sentence, and the animation as GIF for slides."""

from groundup.core.files import write_whole
from groundup.plotting.animate import draw_recordings, gif
from groundup.plotting.figure import NotApplicable
from groundup.workbench.report.page import page, tag
from groundup.workbench.report.player import player_html, player_script
from groundup.workbench.run.errors import RunError
from groundup.workbench.run.result import Result

STAGE, SLIDES = "present.html", "animation.gif"
PIXELS = 1920  # of a frame's width: what a projector shows
MILLISECONDS = 900  # of a frame in the GIF


def write_presentation(result: Result) -> None:
    """Write ``present.html`` and ``animation.gif`` into the result's folder.

    Raises
    ------
    RunError
        When the project's animation cannot be drawn for this data.
    """
    animation = result.project.animation_of(result.declared)
    try:
        recordings = draw_recordings(animation, result.model, result.data, PIXELS)
    except NotApplicable as why:
        raise RunError(f"--present: there is nothing to step through on this data: {why}") from None
    html = page(
        f"{animation.title} · groundup",
        tag("h1", animation.title),
        player_html(recordings, animation.title, animation.question),
        script=player_script(),
        kind="stage",
    )
    write_whole(result.folder / STAGE, html)
    write_whole(result.folder / SLIDES, gif(next(iter(recordings.values())), MILLISECONDS))
