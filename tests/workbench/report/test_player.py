"""The step-through player, in a real browser."""

from pathlib import Path

import pytest

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
