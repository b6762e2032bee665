"""The report: true to the result, safe against hostile text, whole without the network or a script."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise, product

import numpy as np
import pytest

from groundup.core.estimator.certificate import Certificate
from groundup.data.columns import ColumnUse
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.plotting.figure import NotApplicable, figure
from groundup.workbench.report import sections
from groundup.workbench.report.page import VOID, join, number, prose, table, tag
from groundup.workbench.report.record import _plain, minima, record, to_json, verdict
from groundup.workbench.report.report import write_report
from groundup.workbench.report.summary import summary
from groundup.workbench.run.measures import Measures
from groundup.workbench.run.result import Difference
from support import tiny_project


class Outline(HTMLParser):
    """Elements of a page, with a check that every one that is opened is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, name, attributes):
        self.elements.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def words(self):
        return " ".join(" ".join(self.text).split())

    def all(self, name):
        return [attributes for element, attributes in self.elements if element == name]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("tiny")
    write_report(tiny_project.result(where))
    return where


@pytest.fixture(scope="module")
def text(folder):
    return (folder / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def outline(text):
    return Outline(text)


def rewritten(folder, **changes):
    return Outline(write_report(tiny_project.result(folder, **changes)).read_text("utf-8"))


def test_page_is_well_formed(outline):
    """An element left open, or closed in the wrong order, swallows the rest of the page."""
    assert outline.open == []
    assert outline.elements[0] == ("html", {"lang": "en"})


def test_nothing_is_loaded_from_elsewhere(outline, text):
    """A font, script or image from a server fails offline and tells that server who reads."""
    addresses = [value for _, found in outline.elements for key, value in found.items() if key in ("src", "href")]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", text)
    policy = next(meta["content"] for meta in outline.all("meta") if meta.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_ids_are_unique_and_links_lead_to_one(outline):
    """Two figures embedded with the same ids share each other's clip paths; a contents link leads nowhere."""
    ids = [found["id"] for _, found in outline.elements if "id" in found]
    assert len(ids) == len(set(ids))
    links = {link["href"][1:] for link in outline.all("a")}
    named = {found["aria-labelledby"] for found in outline.all("section")}
    assert links | named <= set(ids)
    assert "certificate" in links


def test_images_have_alternatives_and_tables_have_headers(outline):
    """A reader who cannot see the picture gets nothing."""
    images = outline.all("img")
    assert all(image["alt"].strip() for image in images)
    assert images[0]["alt"] == "Every row as a dot, and the fitted mean as a line."
    assert all(header["scope"] in ("row", "col") for header in outline.all("th"))
    assert len(outline.all("caption")) == len(outline.all("table"))


def test_headings_are_nested(outline):
    """A level left out confuses navigation by headings."""
    levels = [int(name[1]) for name, _ in outline.elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_numbers_of_the_result_are_shown(outline, folder):
    """A column swapped with another, or a difference with the wrong sign."""
    result = tiny_project.result(folder)
    ours = result.metrics["mean squared error"]
    words = outline.words()
    assert f"mean squared error (lower is better) {ours:.6g} {ours + 0.25:.6g} – −0.25 groundup" in words
    assert "score (higher is better)" not in words  # it has no value on either side
    assert "rate 0.8 0.5 changed" in words
    assert "30 rows × 2 columns" in words
    assert "1.50 s here and 500 ms there" in words
    assert "no benchmark" in words
    assert "groundup run tiny --seed 0" in words
    column = result.data.X[:, 0]
    assert " ".join(f"{f(column):.6g}" for f in (np.mean, np.std, np.min, np.median, np.max)) in words


def test_sections_come_in_order(outline):
    """A section lost, or what was found buried under the tables for those who check."""
    names = [part["id"] for part in outline.all("section")]
    order = "picture steps metrics figures curve data parameters attributes certificate environment command"
    assert names == order.split()


def test_the_answer_comes_first_then_the_users_table(tmp_path):
    """What the user came for, found only after the tables; or a page without what was done to the columns."""
    project = replace(tiny_project.PROJECT, answer=lambda model, data, scores: ("The mean is <3>.", "Nothing else."))
    data = replace(tiny_project.make(0), columns=(ColumnUse("first", "number", "one feature"),), notes=("Look.",))
    page = rewritten(tmp_path, project=project, data=data)
    assert [part["id"] for part in page.all("section")][:3] == ["answer", "columns", "picture"]
    assert "What was found The mean is <3>. Nothing else." in page.words()
    assert json.loads((tmp_path / "metrics.json").read_text("utf-8"))["answer"] == ["The mean is <3>.", "Nothing else."]
    words = summary(tiny_project.result(tmp_path, project=project, data=data))
    assert words.index("The mean is <3>.") < words.index("What became of the columns") < words.index("model")


def test_a_figure_opens_in_full_size_and_closes(outline):
    """A figure of 1,600 pixels shown on 360, and no way to enlarge it."""
    figures = [found["id"] for found in outline.all("figure") if found.get("id")]
    links = [link["href"] for link in outline.all("a")]
    assert len(figures) >= 3
    assert all(f"#{name}" in links for name in figures)
    closing = [link["href"] for link in outline.all("a") if link.get("class") == "close"]
    assert len(closing) == len(figures)
    assert set(closing) == {"#picture", "#figures", "#curve"}


def test_a_figure_that_fails_costs_only_itself(tmp_path):
    """One drawing error takes the page, the numbers and all other figures with it."""

    @figure()
    def broken(axes, model, data):
        """Broken"""
        raise ZeroDivisionError("no spread")

    def frames(model, data):
        raise ValueError("levels must increase")

    walk = replace(tiny_project.PROJECT.animation, frames=frames)
    project = replace(tiny_project.PROJECT, figures=(broken, tiny_project.values), animation=walk)
    page = rewritten(tmp_path, project=project)
    assert "Broken Could not be drawn: ZeroDivisionError: no spread" in page.words()
    assert "Could not be drawn: ValueError: levels must increase" in page.words()
    known = json.loads((tmp_path / "metrics.json").read_text("utf-8"))
    assert [entry["reason"] for entry in known["figures"]] == ["could not be drawn: ZeroDivisionError: no spread", None]
    assert (tmp_path / "figures" / "values.svg").exists()


def test_figures_are_files_too(folder, outline):
    """A raster figure saved as SVG is huge; one that does not apply must be named with its reason, not dropped."""
    files = {path.name for path in (folder / "figures").iterdir()}
    assert files == {"values.svg", "picture.png", "learning_curves.svg"}
    assert (folder / "figures" / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert "Never drawn Not drawn: the data has no <plane>." in outline.words()


def test_report_is_the_same_when_written_again(tmp_path):
    """Dates or random ids in figures make every run a new file."""
    first, second = (write_report(tiny_project.result(tmp_path)).read_bytes() for _ in range(2))
    assert first == second


def test_figure_of_an_earlier_run_does_not_stay(tmp_path):
    """A figure that applied to the last data set, left beside the report of this one."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "plane.svg").write_text("old")
    write_report(tiny_project.result(tmp_path))
    assert not (tmp_path / "figures" / "plane.svg").exists()


def test_without_a_script_first_middle_and_last_frames_show(outline):
    """A player that is empty until a script has run."""
    frames = [found for found in outline.all("figure") if found.get("class", "").startswith("frame")]
    key = [k for k, frame in enumerate(frames) if "key" in frame["class"]]
    assert key == [0, len(frames) // 2, len(frames) - 1]
    assert len(frames) == len(list(tiny_project.Mean(rate=0.8).steps(tiny_project.make(0).X)))
    assert f"Frame {len(frames)} of {len(frames)} The guess is 2.8837." in outline.words()


def test_animation_that_does_not_apply_has_a_reason(tmp_path):
    """The report of a table with too many columns to draw ends in a traceback."""

    def frames(model, data):
        raise NotApplicable("there are no <steps>.")

    walk = replace(tiny_project.PROJECT.animation, frames=frames)
    page = rewritten(tmp_path, project=replace(tiny_project.PROJECT, animation=walk))
    assert "The walk Not drawn: there are no <steps>." in page.words()
    assert page.open == []


def test_light_dark_and_print_styles(text):
    """White text on white paper; a dark page in a bright room."""
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert '<meta name="color-scheme" content="light dark">' in text


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_has_contrast(text, scheme):
    """Grey on grey that a projector washes out: WCAG asks 4.5 to 1."""
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", text.split(":root {")[1 + scheme].split("}")[0]))

    def luminance(name):
        channels = np.array([int(colours[name][k : k + 2], 16) for k in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722] + 0.05

    pairs = [(ink, paper) for ink in ("ink", "quiet", "link") for paper in ("paper", "tint")]
    pairs += [
        ("good", "good-tint"),
        ("bad", "bad-tint"),
        ("ink", "warn-tint"),
        ("ink", "bad-tint"),
        ("quiet", "good-tint"),
    ]
    for ink, paper in pairs:
        light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
        assert light / dark >= 4.5, (ink, paper)


def test_failed_certificate_cannot_be_overlooked(tmp_path):
    """A certificate printed in green whatever it says; a NaN taken as a success."""
    for value in (0.5, np.nan):
        result = tiny_project.result(tmp_path)
        result.model.certificate_ = Certificate("The mean is found.", "distance", value, 1e-6)
        page = Outline(write_report(result).read_text("utf-8"))
        words = page.words()
        assert words.count("✗ FAILS") == 2  # in the header and in its section
        assert "✓" not in words
        assert any(found.get("class") == "box fails" for found in page.all("div"))
        assert json.loads((tmp_path / "metrics.json").read_text("utf-8"))["certificate"]["holds"] is False


def test_stopped_fit_says_so(tmp_path, outline):
    """Half a fit reported as a whole one."""
    assert "Stopped early: time limit." in rewritten(tmp_path, stopped="time limit").words()
    assert "Stopped early" not in outline.words()


def test_hostile_text_stays_text(tmp_path):
    """A column named like a script runs in the reader's browser."""
    evil = "<script>alert(1)</script>"
    data = replace(
        tiny_project.make(0), name=evil, description=evil, feature_names=(evil, '" onload="x'), target_name=evil,
        columns=(ColumnUse(evil, "number", "'><img src=x>"),),
    )  # fmt: skip
    page = rewritten(tmp_path, data=data, command=f"groundup run '{evil}'", stopped=evil)
    assert len(page.all("script")) == 1
    assert not any(image.get("src") == "x" for image in page.all("img"))
    assert not any("onload" in found for _, found in page.elements)
    assert page.words().count(evil) == 7


def test_true_groups_are_no_column(tmp_path, monkeypatch):
    """The mean of cluster numbers printed as if it said something."""
    data = replace(tiny_project.make(0), y=np.arange(30) % 3, target_name="species")
    monkeypatch.setattr(tiny_project.Mean, "kind", "clusterer")
    words = rewritten(tmp_path, data=data).words()
    assert "The 3 true groups (species) are known, and used for scores only." in words
    assert "(target)" not in words


def test_classes_are_counted_by_name(tmp_path, monkeypatch):
    """The mean of class numbers printed as if it said something; a hundred classes in one line."""
    made = tiny_project.make(0)
    monkeypatch.setattr(tiny_project.Mean, "kind", "classifier")
    few = replace(made, y=np.array(["ant", "bee", "bee"])[np.arange(30) % 3], target_name="species")
    words = rewritten(tmp_path, data=few).words()
    assert "Classes of species: ant (10), bee (20)." in words
    assert "(target)" not in words
    many = replace(made, y=np.arange(30), target_name="species")
    assert "11 (1) and 18 more." in rewritten(tmp_path, data=many).words()


def test_wide_data_is_cut_and_every_name_kept(tmp_path):
    """A table of a thousand columns."""
    X = np.arange(150.0).reshape(2, 75)
    data = Dataset("wide", "Two long rows.", X, None, tuple(f"c{j}" for j in range(75)))
    page = rewritten(tmp_path, data=data)
    words = page.words()
    assert "c19 56.5 37.5" in words
    assert "c20 58" not in words
    assert "55 more columns c20, c21" in words


def test_metrics_json_is_strict_and_complete(folder):
    """NaN is no JSON: every other parser stops there."""

    def refuse(constant):
        raise AssertionError(constant)

    known = json.loads((folder / "metrics.json").read_text("utf-8"), parse_constant=refuse)
    assert known["schema"] == 3
    assert known["project"]["name"] == "tiny"
    first, second = known["metrics"]
    assert first["difference"] == pytest.approx(-0.25)
    assert (first["verdict"], second["verdict"]) == ("groundup", "unknown")
    assert second["ours"] is second["reference"] is None
    assert known["parameters"] == {"rate": 0.8, "tol": 1e-6}
    assert known["seconds"] == {"ours": 1.5, "reference": 0.5}
    assert known["differences"][0]["largest"] == 1e-7
    assert known["certificate"]["holds"] is True
    assert [figure["file"] for figure in known["figures"]] == ["figures/values.svg", "figures/picture.png", None]


def test_environment_names_no_machine_and_no_user(folder, text):
    """A page passed on tells where its author works."""
    import getpass
    import platform
    from pathlib import Path

    shown = re.sub(r"data:[^\"]*", "", text) + (folder / "metrics.json").read_text("utf-8")
    assert platform.node() not in shown or len(platform.node()) < 4
    assert str(Path.home()) not in shown
    assert str(folder) not in shown
    assert f"/{getpass.getuser()}" not in shown


def test_record_holds_any_value(tmp_path):
    """Parameters may be arrays, functions or generators; the record of the run must still be written."""
    values = {
        "array": np.array([1.0, np.inf]), "large": np.zeros((60, 60)), "function": np.mean, "whole": np.int64(3),
        "truth": np.True_, "generator": np.random.default_rng(0), "pair": (1, "a"),
    }  # fmt: skip
    assert json.loads(to_json(_plain(values))) == {
        "array": [1.0, None], "large": "array of shape (60, 60)", "function": "mean", "whole": 3,
        "truth": True, "generator": "Generator", "pair": [1, "a"],
    }  # fmt: skip
    assert set(record(tiny_project.result(tmp_path))) >= {"schema", "command", "stopped", "environment"}


@pytest.mark.parametrize(
    ("ours", "theirs", "better", "expected"),
    [
        (1.0, 2.0, "lower", "groundup"),
        (1.0, 2.0, "higher", "reference"),
        (2.0, 1.0, "higher", "groundup"),
        (-2.0, -1.0, "lower", "groundup"),
        (1.0, 1.0 + 1e-12, "lower", "equal"),
        (0.0, 0.0, "lower", "equal"),
        (np.nan, 1.0, "lower", "unknown"),
    ],
)
def test_verdict(ours, theirs, better, expected):
    """Better and worse confused for one of the two directions; rounding called a victory."""
    assert verdict(ours, theirs, better) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (100_000, "100,000"),
        (-0.25, "−0.25"),
        (1 / 3, "0.333333"),
        (np.nan, "–"),
        (None, "–"),
        (-np.inf, "−∞"),
        (0, "0"),
    ],
)
def test_number(value, expected):
    """A missing value printed as None or nan."""
    assert number(value) == expected


def test_markup_escapes_text_once():
    """Text that is escaped twice, or not at all."""
    assert tag("p", "a < b", tag("b", "&")) == "<p>a &lt; b<b>&amp;</b></p>"
    assert join("<", tag("i", "x")) == "&lt;<i>x</i>"
    assert (
        tag("input", value='"', aria_label="n", hidden=True, title=None)
        == '<input value="&quot;" aria-label="n" hidden>'
    )


def test_table_aligns_numbers():
    """A header on the left of a column of numbers on the right."""
    text = table("c", ("a", "b", "d"), [("x", 1.5, "y")])
    assert '<th scope="col">a</th><th scope="col" class="number">b</th><th scope="col">d</th>' in text
    assert '<th scope="row">x</th><td class="number">1.5</td><td>y</td>' in text


def test_findings_are_shown_everywhere(tmp_path):
    """A table lost on its way to one of the three readers; a long one that floods the terminal; markup in a note."""
    from groundup.data.dataset import Table
    from groundup.workbench.report.summary import summary

    short = Table("Weights", ("name", "value"), (("a", 0.25), ("b", np.nan)), "All <but> one.")
    long = Table("Many", ("name", "value"), tuple((f"row {k}", k / 7) for k in range(16)))
    bare = Table("None", (), (), "There is a reason.")
    result = tiny_project.result(tmp_path, findings=(short, long, bare))
    words = Outline(write_report(result).read_text("utf-8")).words()
    assert "Weights name value a 0.25 b – All <but> one." in words
    assert "row 15 2.14286" in words
    assert "There is a reason." in words
    found = json.loads((tmp_path / "metrics.json").read_text("utf-8"))["findings"]
    assert found[0]["rows"] == [["a", 0.25], ["b", None]]
    lines = summary(result).splitlines()
    assert any(line.split() == ["a", "0.25"] for line in lines)
    assert "  Many: 16 rows, in the report" in lines
    assert "  There is a reason." in lines
    assert not any("row 15" in line for line in lines)


@pytest.mark.parametrize(
    ("reference", "objective", "words"),
    [
        (0.25, "mean squared error", "the reference's answer is further from the minimum."),
        (-0.25, "mean squared error", "this answer is further from the minimum than the reference's."),
        (0.0, "mean squared error", "equal to six digits, though score differs."),
    ],
)
def test_which_side_is_further_from_the_minimum_is_said(tmp_path, reference, objective, words):
    """Catches a difference of two scores that is left to the reader, and the two sides exchanged."""
    result = tiny_project.result(tmp_path)
    loss = result.metrics[objective]
    other = replace(result.comparison, metrics=Measures({objective: loss + reference, "score": 2.0}))
    result = replace(result, comparison=other, metrics=Measures({objective: loss, "score": 1.0}))
    assert [said.endswith(words) for said in minima(result)] == [True]
    assert f"is {loss:.7g} here and {loss + reference:.7g} for the reference" in " ".join(summary(result).split())
    same = replace(result, comparison=replace(other, metrics=result.metrics))
    assert list(minima(same)) == []
    searched = (Difference("alpha_", 1.0, 2.0, 0.5),)
    assert list(minima(replace(result, comparison=replace(other, differences=searched)))) == []
    simpler = replace(result.declared, same_problem=False)
    assert list(minima(replace(result, declared=simpler))) == []


def test_options_do_not_break_after_their_dashes():
    """Catches "--" at the end of a line and "standardize" on the next, and dashes in words taken for options."""
    assert prose("use --set C=1 or --drop") == (
        'use <code class="option">--set</code> C=1 or <code class="option">--drop</code>'
    )
    assert prose("a --- <b> well-known x--y") == "a --- &lt;b&gt; well-known x--y"


def test_the_summary_of_the_columns_is_in_the_units_of_the_table(tmp_path):
    """Catches means of 0 and deviations of 1 for columns in standard units."""
    result = tiny_project.result(tmp_path)
    scale = Scale(np.array([50.0, 7.0]), np.array([4.0, 0.5]))
    words = Outline(str(sections.data(replace(result, data=replace(result.data, scale=scale))).content)).words()
    column = 50 + 4 * result.data.X[:, 0]
    assert " ".join(f"{f(column):.6g}" for f in (np.mean, np.std, np.min, np.median, np.max)) in words.replace("−", "-")
    assert "The fit was to standard units" in words


def test_a_wide_table_leaves_the_terminal_readable(tmp_path):
    """Catches two hundred lines of columns, and a cell as long as the screen is wide."""
    uses = tuple(ColumnUse(f"c{k}", "category", "one feature" * 9 if k == 3 else "one feature") for k in range(200))
    result = tiny_project.result(tmp_path)
    lines = summary(replace(result, data=replace(result.data, columns=uses))).splitlines()
    assert sum(line.split()[:1] == [f"c{k}"] for k, line in product(range(200), lines)) == 40
    assert "  and 160 more, in the report" in lines
    (long,) = (line for line in lines if line.split()[:1] == ["c3"])
    assert long.endswith("…")
    assert len(long.split("category  ")[1]) == 60


def test_a_score_that_does_not_exist_has_no_row(tmp_path):
    """Catches rows of dashes, as the agreement with groups that nobody knows."""
    lines = summary(tiny_project.result(tmp_path)).splitlines()
    assert [line.split()[0] for line in lines if line.split()[:1] in (["mean"], ["score"])] == ["mean"]
