"""The gallery: a card for every run, in book order, and nothing it does not know."""

import dataclasses
import json
from urllib.parse import unquote

import pytest

from groundup import projects
from groundup.workbench.report.gallery import write_gallery
from groundup.workbench.report.report import write_report
from support import tiny_project


def run(out, name, title):
    folder = out / name
    folder.mkdir()
    project = dataclasses.replace(tiny_project.PROJECT, name=name, title=title)
    write_report(tiny_project.result(folder, project=project))


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    where = tmp_path_factory.mktemp("runs")
    run(where, "zebra", "A zebra <b>")
    run(where, "kmeans", "K-means")
    run(where, "linear_regression", "Linear")
    (where / "broken").mkdir()
    (where / "broken" / "metrics.json").write_text('{"schema": 2, "pro')
    (where / "newer").mkdir()
    (where / "newer" / "metrics.json").write_text('{"schema": 99}')
    write_gallery(where)
    return where


def test_cards_in_book_order_with_links_that_lead_somewhere(out):
    """Cards in the order of the file system; a card of a half-written or newer record."""
    text = (out / "index.html").read_text("utf-8")
    links = [part.split('"')[0] for part in text.split('<a href="')[1:]]
    assert links == ["./linear_regression/index.html", "./kmeans/index.html", "./zebra/index.html"]
    assert all((out / link).is_file() for link in links)
    assert "A zebra &lt;b&gt;" in text


def test_card_shows_the_main_metric_and_the_certificate(out):
    """The reference's number under our name; a certificate that failed shown as good."""
    known = json.loads((out / "kmeans" / "metrics.json").read_text("utf-8"))
    card = (out / "index.html").read_text("utf-8").split("<article>")[2]
    ours = f"{known['metrics'][0]['ours']:.6g}"
    assert f"<dt>mean squared error</dt><dd>{ours}</dd>" in card
    assert '<span class="good">✓ holds</span>' in card
    assert 'src="data:image/svg+xml;base64,' in card
    known["certificate"]["holds"] = False
    (out / "kmeans" / "metrics.json").write_text(json.dumps(known), "utf-8")
    assert "✗ FAILS" in write_gallery(out).read_text("utf-8").split("<article>")[2]


def change(record, path, value):
    """Return a record with another value at a place, or without it for ..."""
    if not path:
        return value
    copy = dict(record) if isinstance(record, dict) else list(record)
    copy[path[0]] = change(copy[path[0]], path[1:], value)
    if copy[path[0]] is ...:
        del copy[path[0]]
    return copy


PLACES = (
    ("project",), ("project", "title"), ("project", "summary"), ("model",), ("data",), ("data", "name"),
    ("metrics",), ("metrics", 0), ("metrics", 0, "name"), ("metrics", 0, "ours"), ("metrics", 0, "reference"),
    ("certificate",), ("certificate", "holds"), ("figures",), ("figures", 0), ("figures", 0, "file"),
    ("figures", 0, "title"), ("figures", 0, "caption"), ("schema",),
)  # fmt: skip
BAD = [(place, value) for place in PLACES for value in (10**400, {}, "\ud800", ...) if (place[-1], value) != (0, ...)]


def test_a_record_that_is_none_is_left_out(out, tmp_path):
    """Bug caught: a KeyError, IndexError, TypeError or RecursionError at the end of every later run."""
    known = json.loads((out / "kmeans" / "metrics.json").read_text("utf-8"))
    contents = [json.dumps(change(known, place, value)) for place, value in BAD]
    contents += ["[" * 100_000, "null", "\udcff", '{"schema": 1e999}', ""]
    for number, content in enumerate(contents):
        folder = tmp_path / "kmeans" / str(number)
        folder.mkdir(parents=True)
        (folder / "metrics.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    (tmp_path / "kmeans" / "folder" / "metrics.json").mkdir(parents=True)
    (tmp_path / "kmeans" / ".good.0123abcd.part").mkdir()
    (tmp_path / "kmeans" / ".good.0123abcd.part" / "metrics.json").write_text(json.dumps(known), "utf-8")
    assert "<article>" not in write_gallery(tmp_path).read_text("utf-8")


@pytest.mark.parametrize("name", ["javascript:alert(1);1", "a#b", "a?b", "a%20b", "a b", "ü", 'a"b', "a&b"])
def test_a_link_leads_to_its_folder(tmp_path, name):
    """Bug caught: a folder's name that becomes a script, an anchor or a query."""
    write_report(tiny_project.result(tmp_path / name))
    page = write_gallery(tmp_path).read_text("utf-8")
    (link,) = [part.split('"')[0] for part in page.split('<a href="')[1:]]
    assert link.startswith("./")
    assert not set(link) & set(":#?&; ")
    assert (tmp_path / unquote(link)).is_file()


@pytest.mark.parametrize("file", ["../secret.png", "/etc/hostname", "figures/../../secret.png", "figures/none.svg"])
def test_no_picture_is_taken_from_elsewhere(out, tmp_path, file):
    """Bug caught: a record from elsewhere that has any file of the machine put into the page."""
    known = json.loads((out / "kmeans" / "metrics.json").read_text("utf-8"))
    (tmp_path / "kmeans").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    content = change(known, ("figures",), [known["figures"][0] | {"file": file}])
    (tmp_path / "kmeans" / "metrics.json").write_text(json.dumps(content), "utf-8")
    page = write_gallery(tmp_path).read_text("utf-8")
    assert page.count("<article>") == 1
    assert "<img" not in page


def test_projects_not_run_are_named(tmp_path):
    """An empty gallery that looks broken."""
    text = write_gallery(tmp_path).read_text("utf-8")
    assert "<article>" not in text
    assert "Not run yet" in text
    assert all(f"<code>{name}</code>" in text for name in projects.FINISHED)


def test_a_run_beside_the_main_one_is_linked_from_its_card(tmp_path):
    """Bug caught: the run on real data written, but not to be found from the gallery."""
    for folder in (tmp_path / "tiny", tmp_path / "tiny" / "world"):
        write_report(tiny_project.result(folder))
    page = write_gallery(tmp_path).read_text("utf-8")
    assert page.count("<article>") == 1
    assert 'href="./tiny/world/index.html"' in page
