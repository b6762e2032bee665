"""The book's pictures are drawn from the models that `groundup run` would fit."""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from groundup import projects
from groundup.plotting.style import canvas
from groundup.publish import book


@dataclass(frozen=True)
class Recorder:
    """A figure that keeps the model it is given."""

    models: Any
    name: str = "kept"
    size: tuple[float, float] = (1.0, 1.0)
    raster: bool = False

    def render(self, model: Any, data: Any) -> Any:
        self.models.append(model)
        return canvas(1, 1, (1, 1))[0]


def drawn(monkeypatch, tmp_path, name, data):
    models = []
    project = replace(projects.load(name), figures=(Recorder(models),))
    monkeypatch.setattr(book, "load", lambda _: project)
    book.draw({name: rf"\includegraphics{{{name}-{data}-kept}}"}, tmp_path)
    return models[0]


def test_a_figure_is_the_same_from_every_build(monkeypatch, tmp_path):
    # would catch: a model fitted without a seed
    first, second = (drawn(monkeypatch, tmp_path, "kmeans", "blobs") for _ in range(2))
    assert first.random_state == 0
    assert np.array_equal(first.labels_, second.labels_)


@pytest.mark.parametrize(
    ("name", "data", "learns"), [("kmeans", "blobs", False), ("linear_regression", "spring", True)]
)
def test_only_supervised_models_see_y(monkeypatch, tmp_path, name, data, learns):
    # would catch: the true groups handed to a model that must find them
    seen = []
    kind = projects.load(name).models[0].estimator
    usual = kind._prepare
    monkeypatch.setattr(kind, "_prepare", lambda *a: seen.append(a[2]) or usual(*a))
    drawn(monkeypatch, tmp_path, name, data)
    assert (seen[0] is not None) == learns


def test_a_text_that_the_paper_cuts_off_is_found():
    # would catch: a title longer than its figure, of which the page shows the beginning
    fig, axes = canvas(1, 1, (4, 3))
    axes.set(xlabel="load (N)", ylabel="length (cm)", title="a spring")
    assert book.cut_texts(fig) == []
    axes.set_title("how the length of a spring depends on the load, and on the temperature", loc="left")
    assert book.cut_texts(fig) == [axes.get_title(loc="left")]
    axes.set_title("", loc="left")
    axes.text(0.9, 0.5, "a line of words", in_layout=False)
    assert book.cut_texts(fig) == ["a line of words"]


def test_the_book_takes_in_every_finished_chapter(monkeypatch, tmp_path):
    # would catch: a chapter that is finished but not in the book; chapters out of order
    monkeypatch.setattr(book, "draw", lambda texts, out: None)
    assert book.main([str(tmp_path)]) == 0
    lines = (tmp_path / "chapters.tex").read_text("utf-8").splitlines()
    assert lines == [rf"\input{{generated/chapter-{name}}}" for name in projects.FINISHED]
    written = [(tmp_path / f"chapter-{name}.tex").read_text("utf-8") for name in projects.FINISHED]
    assert [rf"\label{{ch:{name}}}" in text for name, text in zip(projects.FINISHED, written, strict=True)] == [
        True
    ] * len(written)


def test_solutions_are_not_next_to_their_exercises(monkeypatch, tmp_path):
    # would catch: an answer printed below its question, one that is lost on its path to the appendix, an empty heading
    monkeypatch.setattr(book, "draw", lambda texts, out: None)
    assert book.main([str(tmp_path)]) == 0
    appendix = (tmp_path / "solutions.tex").read_text("utf-8")
    for name, text in book.chapters().items():
        chapter = (tmp_path / f"chapter-{name}.tex").read_text("utf-8")
        assert "{solution}" not in chapter
        assert "Solutions" not in chapter
        assert len(chapter.splitlines()) + text.count(r"\end{solution}") < len(text.splitlines())
        assert all(body in appendix for body in re.findall(r"\\begin\{solution\}.*?\\end\{solution\}", text, re.S))
