"""The terminal's summary of a comparison: parameters under the names of their columns."""

import numpy as np

from groundup import projects
from groundup.data.dataset import Dataset
from groundup.workbench.report.summary import comparison_summary
from groundup.workbench.run.measures import Measures
from groundup.workbench.run.result import Comparison, Difference, Result
from support import tiny_project


def compared(tmp_path, *differences, names=("load", "heat")):
    project = projects.load("linear_regression")
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, len(names)))
    data = Dataset("made", "", X, X[:, 0] + rng.normal(size=30), names, "y")
    model = project.models[0].estimator().fit(data.X, data.y)
    comparison = Comparison("another library", Measures(), 0.1, differences)
    result = Result(project, project.models[0], data, model, 0, "", tmp_path, 0.1, None,
                    tiny_project.result(tmp_path).metrics, comparison)  # fmt: skip
    return comparison_summary(result)


def rows_of(words, name):
    return [line.split() for line in words.splitlines() if line.split()[:1] == [name]]


def test_parameters_have_the_names_of_their_columns(tmp_path):
    """Catches parameters without their columns, both sides exchanged, and what has no columns listed by them."""
    words = compared(
        tmp_path,
        Difference("coef_", np.array([1.5, -2.0]), np.array([1.25, -2.5]), 0.1),
        Difference("singular_", np.array([7.0, 3.0]), np.array([7.0, 3.0]), 0.0),
    )
    assert rows_of(words, "load") == [["load", "1.5", "1.25"]]
    assert rows_of(words, "heat") == [["heat", "-2", "-2.5"]]


def test_several_rows_of_parameters_are_numbered(tmp_path):
    """Catches centres mixed up with columns: the numbers of the second cluster under the first column."""
    centers = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    words = compared(tmp_path, Difference("cluster_centers_", centers, centers + 10, 1.0))
    assert rows_of(words, "load") == [["load", f"[{k}]", f"{1 + 2 * k}", f"{11 + 2 * k}"] for k in range(3)]
    assert rows_of(words, "heat")[2] == ["heat", "[2]", "6", "16"]


def test_many_parameters_are_cut_short(tmp_path):
    """Catches a terminal filled by the coefficients of a thousand columns."""
    names = tuple(f"c{j}" for j in range(100))
    words = compared(tmp_path, Difference("coef_", np.arange(100.0), np.arange(100.0), 0.0), names=names)
    assert rows_of(words, "c59")
    assert not rows_of(words, "c60")
    assert "and 40 more" in words
