"""The step-through player: all frames are in the page, a small script shows one at a time.

The reader steps and rewinds; predicts, by marking where a point will be after the next step; and perturbs, by choosing
another recording.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from groundup.plotting.animate import Frame
from groundup.workbench.report.page import Html, asset, data_uri, join, tag

MILLISECONDS = 500  # a frame, while playing
BUTTONS = (("first", "First"), ("previous", "Previous"), ("play", "Play"), ("next", "Next"), ("last", "Last"))
Recordings = Mapping[str, Sequence[Frame]]


def player_script() -> str:
    """The script that a page with players needs, once."""
    return asset("player.js")


def player_html(recordings: Recordings, title: str, question: str = "") -> Html:
    """A player of recordings, of which it begins with the first.

    Without the script, and in print, the first, a middle and the last frame of the first recording are shown.

    Parameters
    ----------
    recordings : mapping of str to sequence of Frame
        Frames by what was changed in the recording.
    title : str
        For readers who hear the page.
    question : str
        What the reader is asked to predict, where frames have a place.
    """
    pictures = [
        _picture(frame, k, len(frames), title, number)
        for number, frames in enumerate(recordings.values())
        for k, frame in enumerate(frames)
    ]
    first = next(iter(recordings.values()))
    predictable = any(frame.place for frame in first)
    return tag(
        "div",
        tag("div", *pictures, class_="frames"),
        tag("p", class_="told", role="status") if predictable else "",
        _controls(len(first), list(recordings), question if predictable else ""),
        class_="player",
        role="group",
        aria_label=f"{title}: step through",
        tabindex="0",
        data_milliseconds=str(MILLISECONDS),
        data_question=question or None,
    )


def _picture(frame: Frame, k: int, count: int, title: str, recording: int) -> Html:
    which = f"Frame {k + 1} of {count}"
    image = tag("img", src=data_uri(frame.png, "png"), alt=f"{title}. {which}. {frame.caption}".strip())
    words = tag("figcaption", tag("span", which, class_="which"), f" {frame.caption}" if frame.caption else "")
    key = recording == 0 and k in {0, count // 2, count - 1}
    return tag(
        "figure",
        tag("div", tag("div", image, class_="sight"), class_="paper"),
        words,
        class_="frame key" if key else "frame",
        data_recording=str(recording),
        data_place=json.dumps(asdict(frame.place)) if frame.place else None,
    )


def _controls(count: int, recordings: Sequence[str], question: str) -> Html:
    buttons = [tag("button", words, type="button", data_go=name) for name, words in BUTTONS]
    predict = tag("button", "Predict", type="button", data_go="predict", title=question) if question else Html("")
    slider = tag("input", type="range", min="0", max=str(count - 1), value="0", aria_label="Frame")
    keys = "← → step, space plays" + (", p predicts" if question else "")
    shown = tag("output", f"1 of {count}")
    return tag("div", *buttons, predict, slider, shown, _chooser(recordings), tag("span", keys, class_="hint"),
               class_="controls")  # fmt: skip


def _chooser(recordings: Sequence[str]) -> Html:
    """The list of recordings, if there are several."""
    if len(recordings) < 2:
        return Html("")
    options = [tag("option", name, value=str(number)) for number, name in enumerate(recordings)]
    return tag("label", join("Perturb: "), tag("select", *options))
