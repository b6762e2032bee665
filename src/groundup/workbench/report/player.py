"""The step-through player: all frames are in the page, a small script shows one at a time."""

from collections.abc import Sequence

from groundup.plotting.animate import Frame
from groundup.workbench.report.page import Html, asset, data_uri, tag

MILLISECONDS = 500  # a frame, while playing
BUTTONS = (("first", "First"), ("previous", "Previous"), ("play", "Play"), ("next", "Next"), ("last", "Last"))


def player_script() -> str:
    """The script that a page with players needs, once."""
    return asset("player.js")


def player_html(frames: Sequence[Frame], title: str) -> Html:
    """A player of `frames`. Without the script, and in print, the first, a middle and the last frame are shown."""
    count = len(frames)
    key = {0, count // 2, count - 1}
    pictures = [_picture(frame, k, count, title, k in key) for k, frame in enumerate(frames)]
    return tag(
        "div",
        tag("div", *pictures, class_="frames"),
        _controls(count),
        class_="player",
        role="group",
        aria_label=f"{title}: step through",
        tabindex="0",
        data_milliseconds=str(MILLISECONDS),
    )


def _picture(frame: Frame, k: int, count: int, title: str, key: bool) -> Html:
    which = f"Frame {k + 1} of {count}"
    image = tag("img", src=data_uri(frame.png, "png"), alt=f"{title}. {which}. {frame.caption}".strip())
    words = tag("figcaption", tag("span", which, class_="which"), f" {frame.caption}" if frame.caption else "")
    return tag("figure", image, words, class_="frame key" if key else "frame")


def _controls(count: int) -> Html:
    buttons = [tag("button", words, type="button", data_go=name) for name, words in BUTTONS]
    slider = tag("input", type="range", min="0", max=str(count - 1), value="0", aria_label="Frame")
    hint = tag("span", "← → step, space plays", class_="hint")
    return tag("div", *buttons, slider, tag("output", f"1 of {count}"), hint, class_="controls")
