"""The step-through player, in a real browser."""

import json
import re
from pathlib import Path

import pytest

from groundup.plotting.animate import Place, draw_recordings
from groundup.plotting.figure import Animation, Target
from groundup.workbench.report.page import page
from groundup.workbench.report.player import player_html, player_script
from groundup.workbench.report.report import write_report
from support import tiny_project

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return write_report(tiny_project.result(tmp_path_factory.mktemp("tiny"))).as_uri()


def test_stepping(browser, address):
    """Buttons, keys and slider that disagree about the current frame; a page that calls a server or logs an error."""
    page = browser.new_page()
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(address)
    shown = page.locator(".frame:visible")
    count = page.locator(".frame").count()

    def step():
        assert shown.count() == 1
        assert page.locator("output").inner_text() == shown.locator(".which").inner_text().removeprefix("Frame ")
        assert page.locator("input").input_value() == str(int(page.locator("output").inner_text().split()[0]) - 1)
        return page.locator("output").inner_text()

    assert step() == f"1 of {count}"  # and it does not move by itself
    first = shown.locator("img").get_attribute("src")
    page.get_by_role("button", name="Next").click()
    assert step() == f"2 of {count}"
    assert shown.locator("img").get_attribute("src") != first
    page.keyboard.press("ArrowRight")
    assert step() == f"3 of {count}"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # past the first
    assert step() == f"1 of {count}"
    page.get_by_role("button", name="Last").click()
    assert step() == f"{count} of {count}"
    page.get_by_role("button", name="Next").click()  # past the last
    assert step() == f"{count} of {count}"
    page.get_by_role("slider").fill("4")
    assert step() == f"5 of {count}"
    page.get_by_role("slider").press("ArrowRight")
    assert step() == f"6 of {count}"
    assert requests[0] == address
    assert all(url.startswith("data:") for url in requests[1:])
    assert errors == []
    page.close()


def test_playing_goes_on_and_stops(browser, address):
    """Play that starts a second timer, does not rewind from the end, or cannot be paused."""
    page = browser.new_page()
    page.clock.install(time="2020-01-01T00:00:00Z")
    page.goto(address)
    page.clock.pause_at("2020-01-02T00:00:00Z")  # from here on, time passes only when told to
    output = page.locator("output")
    count = page.locator(".frame").count()
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1600)
    assert output.inner_text() == f"4 of {count}"
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(2000)
    assert output.inner_text() == f"4 of {count}"
    page.get_by_role("button", name="Last").click()
    page.get_by_role("button", name="Play").click()
    assert output.inner_text() == f"1 of {count}"
    page.clock.run_for(60_000)
    assert output.inner_text() == f"{count} of {count}"
    assert page.get_by_role("button", name="Play").is_visible()
    page.close()


def test_without_scripts(browser, address):
    """Controls that do nothing are shown, or frames are not."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator(".frame:visible").count() == 3
    assert not page.locator(".controls").is_visible()
    assert page.locator("figure img:visible").count() == 6
    context.close()


def test_print_shows_the_key_frames(browser, address):
    """Paper shows one frame of forty, and buttons."""
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("button", name="Next").click()
    page.emulate_media(media="print")
    assert page.locator(".frame:visible").count() == 3
    assert not page.locator(".controls").is_visible()
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_page_fits_its_window(browser, address, width):
    """A wide table or figure makes the whole page scroll sideways on a telephone."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.fixture
def opened(browser, tmp_path):
    """A function that opens a page with the player of an animation."""
    pages = []

    def open_page(animation):
        player = player_html(draw_recordings(animation, None, None), animation.title, animation.question)
        path = tmp_path / "page.html"
        path.write_text(page("A point", player, script=player_script(), kind="stage"), "utf-8")
        pages.append(browser.new_page())
        pages[-1].goto(path.as_uri())
        return pages[-1]

    yield open_page
    for one in pages:
        one.close()


@pytest.fixture
def predicting(opened):
    """A page with a player of two recordings: a point at (1, 2) goes to (2, 2), or stays."""

    def draw(axes, x, data):
        axes.plot(x, 2, "o")
        axes.set(xlim=(0, 4), ylim=(0, 4))
        axes.set_position([0.25, 0.25, 0.5, 0.5])
        return f"x = {x}"

    return opened(
        Animation(
            "A point", "It moves.", 1, 1, (4, 4), lambda model, data: [1, 2, 4], draw,
            lambda x, data: Target(0, x, 2) if x < 4 else None, "Where will it be?",
            {"slow": lambda model, data: [1, 1]},
        )
    )  # fmt: skip


def test_the_reader_predicts_and_sees_the_distance(predicting):
    """A mark put elsewhere than clicked, a distance in pixels, a truth shown before it was predicted."""
    told, image = predicting.locator(".told"), predicting.locator(".shown img")
    axes = Place(**json.loads(predicting.locator(".shown").get_attribute("data-place")))

    def click(x, y):
        box = image.bounding_box()
        left, top = axes.left + axes.width * x / 4, axes.top + axes.height * (1 - y / 4)
        image.click(position={"x": box["width"] * left, "y": box["height"] * top})

    click(3, 2)  # nothing was asked for
    assert predicting.locator("output").inner_text() == "1 of 3"
    predicting.get_by_role("button", name="Predict").click()
    assert told.inner_text().startswith("Where will it be? Click there")
    assert predicting.locator(".mark.truth").count() == 0
    click(3, 2)
    assert predicting.locator("output").inner_text() == "2 of 3"
    marked, off, step = re.fullmatch(
        r"You marked \((.+), .+\)\. It went to \(2, 2\): off by (.+), where the step was (.+)\.", told.inner_text()
    ).groups()
    assert (float(marked), float(off), float(step)) == pytest.approx((3, 1, 1), abs=0.02)
    assert predicting.locator(".shown .mark").count() == 2
    predicting.get_by_role("button", name="Next").click()
    assert predicting.locator(".mark").count() == 0
    assert predicting.get_by_role("button", name="Predict").is_disabled()  # there is no next place


def test_the_reader_predicts_by_keys(predicting):
    """Arrow keys that step while a prediction is asked for; a question that cannot be left."""
    predicting.locator(".player").focus()
    predicting.keyboard.press("p")
    predicting.keyboard.press("ArrowRight")
    assert predicting.locator("output").inner_text() == "1 of 3"
    predicting.keyboard.press("Escape")
    assert predicting.locator(".mark").count() == 0
    predicting.keyboard.press("p")
    predicting.keyboard.press("Enter")
    assert "You marked (1, 2). It went to (2, 2): off by 1, where the step was 1." in predicting.content()


def test_the_reader_perturbs(predicting):
    """Another recording that keeps the number of frames, or the frame, of the first."""
    predicting.get_by_role("button", name="Last").click()
    predicting.get_by_role("combobox").select_option("slow")
    assert predicting.locator("output").inner_text() == "1 of 2"
    predicting.get_by_role("button", name="Last").click()
    assert "x = 1" in predicting.locator(".shown figcaption").inner_text()
    assert predicting.locator(".shown").count() == 1


def test_where_the_point_stays_nothing_is_asked(predicting):
    """A question whose answer is that nothing happens."""
    assert predicting.get_by_role("button", name="Predict").is_enabled()
    predicting.get_by_role("combobox").select_option("slow")
    assert predicting.get_by_role("button", name="Predict").is_disabled()


def test_of_two_units_one_number_is_predicted(opened):
    """A distance that adds steps to a loss; a mark beside the place that is known, on a scale that is not linear."""

    def draw(axes, k, data):
        axes.set_xscale("symlog", linthresh=10)
        axes.set(xlim=(0, 1000), ylim=(0.1, 1000), yscale="log")
        axes.plot(10**k, 10.0**k, "o")

    page = opened(
        Animation(
            "A loss", "It grows.", 1, 1, (4, 4), lambda model, data: [0, 2, 2], draw,
            lambda k, data: Target(0, 10**k, 10.0**k, free="y"), "How large will it be?",
        )
    )  # fmt: skip
    after = Place(**json.loads(page.locator(".frame").nth(1).get_attribute("data-place")))
    page.get_by_role("button", name="Predict").click()
    image = page.locator(".shown img")
    box = image.bounding_box()
    height = after.top + after.height / 2  # where the loss is ten
    image.click(position={"x": box["width"] * after.left, "y": box["height"] * height})
    words = r"You marked (.+)\. It went to 100: off by a factor of (.+), where the step was a factor of 100\."
    marked, off = re.fullmatch(words, page.locator(".told").inner_text()).groups()
    assert (float(marked), float(off)) == pytest.approx((10, 10), rel=0.05)
    places = [page.locator(f".shown .mark.{kind}").evaluate("mark => mark.style.left") for kind in ("guess", "truth")]
    assert [float(place[:-1]) for place in places] == pytest.approx([100 * after.at[0]] * 2)
    assert page.get_by_role("button", name="Predict").is_disabled()  # the point has come to rest
