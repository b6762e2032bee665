"""The page and the GIF for a lecture hall."""

from dataclasses import replace

import pytest
from PIL import Image

from groundup.plotting.animate import MOST_PERTURBED, PIXELS, draw_recordings
from groundup.plotting.figure import NotApplicable
from groundup.workbench.report.present import write_presentation
from groundup.workbench.run.errors import RunError
from support import tiny_project


def test_one_large_figure_and_a_gif_of_all_steps(tmp_path):
    """Small frames blown up by the projector; a GIF that lacks the last step, shows it too shortly or plays once."""
    result = tiny_project.result(tmp_path)
    write_presentation(result)
    page = (tmp_path / "present.html").read_text("utf-8")
    count = page.count("<img")
    assert page.count("<h1>") == page.count('class="player"') == 1
    with Image.open(tmp_path / "animation.gif") as film:
        assert film.info["loop"] == 0
        assert film.width == PIXELS
        times = []
        for k in range(film.n_frames):
            film.seek(k)
            times.append(film.info["duration"])
        assert sum(times) == 900 * (count - 1) + 3600  # equal neighbours are one frame


def test_nothing_to_present_is_told(tmp_path):
    """An empty page, or a traceback, where the animation says nothing about the data."""

    def frames(model, data):
        raise NotApplicable("the data do not vary")

    result = tiny_project.result(tmp_path)
    still = replace(result.project.animation, frames=frames)
    with pytest.raises(RunError, match="--present: there is nothing to step through on this data: the data do not"):
        write_presentation(replace(result, project=replace(result.project, animation=still)))


def test_other_recordings_are_short_and_have_their_names(tmp_path):
    """A page that grows by forty frames a recording; a recording under the name of another."""
    result = tiny_project.result(tmp_path)
    animation = result.project.animation
    walk = animation.frames
    film = replace(
        animation, perturbed={"slow": lambda m, d: [*walk(m, d)] * 5, "once": lambda m, d: [*walk(m, d)][:1]}
    )
    drawn = draw_recordings(film, result.model, result.data)
    assert list(drawn) == ["this run", "slow", "once"]
    assert len(drawn["slow"]) == MOST_PERTURBED
    assert len(drawn["once"]) == 1
