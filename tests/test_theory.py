"""The book and the code say the same: names, numbers and claims of the chapters, read as text and recomputed."""

import importlib.util
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from groundup import projects
from groundup.core.functions import log1pexp, logsumexp, sigmoid, softmax
from groundup.core.optimize import newton
from groundup.core.statistics.distributions import f_tail, normal_quantile, t_quantile
from groundup.projects.kmeans.models.kmeans import KMeans
from groundup.projects.kmeans.solvers.assignment import kernel
from groundup.projects.linear_regression.figures.descent import loss_curves
from groundup.projects.linear_regression.models.linear_regression import LinearRegression
from groundup.projects.logistic_regression.example import six_students
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression
from groundup.projects.regularized_regression import example as bakes
from groundup.projects.regularized_regression.figures.paths import coefficient_paths
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet, Lasso
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV
from groundup.projects.softmax_regression.example import three_samples
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression
from groundup.publish import book, toolbox

ROOT = Path(__file__).parents[1]
TEXTS = book.chapters()
REFERENCES = (ROOT / "book" / "references.bib").read_text("utf-8")
WHOLE = "\n".join([*TEXTS.values(), *(path.read_text("utf-8") for path in sorted((ROOT / "book").glob("*.tex")))])
SECTIONS = [
    "The problem",
    "The model",
    "Derivation",
    "Algorithm",
    "Worked example by hand",  # numbers follow the algorithm, and the proofs can wait
    "Guarantees",
    "Numerical stability",
    "Cost",
    "Exercises",
    "Historical notes and references",
]
WORKED = "Worked example by hand"


def names(macro, text):
    r"""Arguments of ``\macro{a,b}`` and ``\macro[note]{a,b}``, taken apart."""
    every = re.findall(rf"\\{macro}(?:\[[^]]*\])?\{{([^}}]*)\}}", text)
    return [name.strip() for found in every for name in found.split(",")]


# --- names -----------------------------------------------------------------------------------------------------------


def test_every_citation_in_the_code_leads_to_an_equation():
    # a renamed equation, or a typing mistake in a comment
    labels = {label for text in TEXTS.values() for label in book.LABEL.findall(text)}
    assert [c for c in book.citations() if c.equation not in labels] == []


def test_every_named_equation_is_carried_out_somewhere():
    # an equation that claims to be implemented, and is not
    cited = {citation.equation for citation in book.citations()}
    assert [label for text in TEXTS.values() for label in book.LABEL.findall(text) if label not in cited] == []


def test_every_named_equation_is_one_of_its_chapter():
    # kmeans:... in the chapter on regression; and a label outside an equation, which would number a section
    for project, text in TEXTS.items():
        inside = "".join(
            re.findall(r"\\begin\{(?:equation|gather|align)\}.*?\\end\{(?:equation|gather|align)\}", text, re.S)
        )
        assert book.LABEL.findall(inside) == book.LABEL.findall(text)
        assert all(label.startswith(f"{project}:") for label in book.LABEL.findall(text))


def test_labels_are_unique():
    # a copied equation: every reference to it would show the wrong number
    labels = names("label", WHOLE)
    assert sorted(labels) == sorted(set(labels))


def test_every_reference_leads_to_a_label():
    # "??" in print
    labels = set(names("label", WHOLE)) | {"ch:index", "ch:proofs"}
    used = [*names("[cC]ref", WHOLE), *names("eqref", WHOLE), *re.findall(r"\\begin\{solution\}\{([^}]*)\}", WHOLE)]
    assert [name for name in used if name not in labels and name != "#1"] == []


def test_every_source_cited_is_listed_and_every_source_listed_is_cited():
    # "[?]" in print; and references nobody reads
    listed = re.findall(r"^@\w+\{([^,]+),", REFERENCES, re.M)
    assert len(listed) == len(set(listed))
    assert set(names(r"cite[pt]?", WHOLE)) == set(listed)


@pytest.mark.parametrize("project", TEXTS)
def test_chapter_has_its_sections_in_order(project):
    # a chapter without its proofs, its exercises or its breaking point
    assert re.findall(r"\\section\{([^}]*)\}", TEXTS[project]) == SECTIONS


@pytest.mark.parametrize("project", TEXTS)
def test_every_exercise_has_a_solution(project):
    # an exercise added without one
    exercises = re.findall(r"\\begin\{exercise\}\\label\{([^}]*)\}", TEXTS[project])
    assert len(exercises) >= 6
    assert re.findall(r"\\begin\{solution\}\{([^}]*)\}", TEXTS[project]) == exercises


# --- the contract of a chapter ---------------------------------------------------------------------------------------


def count(pattern, text):
    """Number of places where a pattern occurs."""
    return len(re.findall(pattern, text))


@pytest.mark.parametrize("project", TEXTS)
def test_a_first_reading_has_its_boxes(project):
    # a chapter that begins without saying what it needs, or ends the first reading without what to remember
    text = TEXTS[project]
    places = [text.index(rf"\begin{{{box}}}") for box in ("need", "symbols", "remember")]
    problem, model = text.index(r"\section{The problem}"), text.index(r"\section{The model}")
    assert [count(rf"\\begin\{{{box}\}}", text) for box in ("need", "symbols", "remember")] == [1, 1, 1]
    assert places[0] < places[1] < model
    assert r"\includegraphics" in text[:problem]  # the opening picture
    assert text[places[2] :].split(r"\end{remember}")[1].strip().startswith(r"\section{Guarantees}")  # second reading
    assert 5 <= count(r"\\symbolrow", text) <= 12
    assert "app:toolbox" in text[places[0] : places[1]]


@pytest.mark.parametrize("project", TEXTS)
def test_a_chapter_shows_and_lets_try(project):
    # a chapter without pictures, with pictures that no sentence speaks of, without code beside its equations
    text = TEXTS[project]
    figures = names("label", "".join(re.findall(r"\\begin\{figure\}.*?\\end\{figure\}", text, re.S)))
    assert len(figures) >= 5
    assert set(figures) <= set(names("[cC]ref", text))
    assert count(r"\\begin\{tryit\}", text) >= 3
    assert count(r"\\textbook\{", text) >= 2
    assert count(r"\\begin\{algorithm\}", text) >= 1


@pytest.mark.parametrize("project", TEXTS)
def test_exercises_climb(project):
    # exercises of one kind or difficulty, or in no order
    exercises = re.findall(r"\\begin\{exercise\}\\label\{[^}]*\}(.*?)\\end\{exercise\}", TEXTS[project], re.S)
    assert 16 <= len(exercises) <= 20
    levels = [int(level) for text in exercises for level in re.findall(r"^\\level\{(\d)\}", text.strip())]
    assert levels == sorted(levels)
    assert all(levels.count(level) >= least for level, least in ((1, 4), (2, 4), (3, 2)))
    assert sum(text.strip().startswith(r"\keyboard") for text in exercises) >= 3
    bugs = [text for text in exercises if re.match(r"\s*Find the (two )?bugs?", text)]
    assert sum(1 if re.match(r"\s*Find the bug[ .]", text) else 2 for text in bugs) >= 2
    assert all(r"\begin{lstlisting}" in text for text in bugs)
    assert any(re.match(r"\s*Read (the figure|\\cref\{fig:)", text) for text in exercises)


def test_theorems_have_proofs():
    # "it can be shown"
    for text in TEXTS.values():
        statement = r"\\begin\{(theorem|lemma|corollary)\}(?:\[[^]]*\])?(?:\\label\{([^}]*)\})?.*?\\end\{\1\}"
        proof = r"\s*\\begin\{(proof|longproof)\}(?:\{([^}]*)\})?"
        statements = re.findall(rf"{statement}(?:{proof})?", text, re.S)
        assert statements
        assert all(kind == "proof" or (kind == "longproof" and of == label) for _, label, kind, of in statements)


def test_every_symbol_of_the_figures_asked_for_exists():
    # a figure or data set that was renamed: the book would not build
    for text in TEXTS.values():
        for name, data, figure in book.PICTURE.findall(text):
            project = projects.load(name)
            assert data in project.data
            assert figure in [drawn.name for drawn in project.figures]


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("project", TEXTS)
def test_worked_numbers_are_computed_and_used(project):
    # a number asked for that the code does not make, or made and never printed
    used = {name.split(":")[1] for name in names("worked", TEXTS[project]) if name.startswith(f"{project}:")}
    assert used == set(projects.load(project).worked_example())


def test_five_points_by_hand():
    # a worked example that a pencil contradicts
    worked = projects.load("linear_regression").worked_example()
    by_hand = {
        "w": 8 / 10,
        "b": 3 - 0.8 * 3,
        "rss": 0.16 + 0.64 + 1 + 1.44 + 0.36,
        "r_squared": 0.64,
        "sigma2": 1.2,
        "w_error": np.sqrt(1.2 / 10),
        "w_t": 0.8 / np.sqrt(0.12),
        "f": 6.4 / 1.2,
        "w_without_fourth": 0.8 - 0.1 * 1.2 / 0.7,
        "mean_at_six": 3.182446305284263 * np.sqrt(1.2 * (0.2 + 0.9)),
        "new_at_six": 3.182446305284263 * np.sqrt(1.2 * (1 + 0.2 + 0.9)),
        "step_limit": 1.0,
        "gd2_gap": 0.04,
        "kappa": (30 + np.sqrt(850)) / (30 - np.sqrt(850)),
        "loss": 0.36,
    }
    assert {key: worked[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-9)
    assert worked["t_quantile"] == "3.1824"  # from a table
    assert worked["gd_w"].replace(r"\allowbreak", "") == r"\ensuremath{(0,\ 0.4,\ 0.6,\ 0.7,\ 0.75)}"


def test_six_points_by_hand():
    # a worked example that a pencil contradicts
    worked = projects.load("kmeans").worked_example()
    by_hand = {
        "assigned_0": 0 + 4 + 0 + 29 + 53 + 61,
        "updated_0": 43.75,
        "assigned_1": 1 + 1 + 9 + 0.3125 + 6.3125 + 9.8125,
        "updated_1": 16.0,
        "shift": 0.0,
        "iterations": 3,
        "scatter": 107.5,
        "bound": 53.75 - np.hypot(4.25, 45),
        "d2_other": 263 / 277,
        "davies_bouldin": 2 * (2 * np.sqrt(2) + 2) / 3 / np.sqrt(61),
        "calinski_harabasz": 91.5 / 4,
        "adjusted_rand": 1.2 / 3.7,
    }
    assert {key: worked[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-12)


def test_six_students_by_hand():
    # a worked example that a pencil contradicts; and the claim that half of the squared decrement is no bound
    worked = six_students()
    by_hand = {
        "slope_0": -7,
        "curvature_0": 17.5,
        "w_1": 0.8,
        "b_1": -2.8,
        "loss_0": 6 * np.log(2),
        "slope_1": 2 * (-5 * sigmoid(-2) - 3 * sigmoid(-1.2) + sigmoid(0.4)),
        "null_deviance": 12 * np.log(2),
        "auc": 8 / 9,
        "expected_passes": 3,
        "w_l1_before": 0,
    }
    assert {key: worked[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-9)
    assert worked["half_nu2_1"] < worked["excess_1"] < worked["bound_1"]
    u = [float(v) for v in re.findall(r"[0-9.]+", worked["u"].replace(r"\cdot10^{-9}", ""))]
    assert (np.array(u[2:5]) < 2 * np.array(u[1:4]) ** 2).all()
    assert worked["w_l1_after"] > 0


def test_three_samples_by_hand():
    # a worked example that a pencil contradicts; and softmax with C that is not logistic regression with 2C
    worked = three_samples()
    assert worked["loss_0"] == pytest.approx(3 * np.log(3))
    assert [re.findall("-?[0-9.]+", worked[key]) for key in ("gradient_0", "w_1", "newton_1")] == [
        ["1", "0", "-1"],
        ["-0.5", "0", "0.5"],
        ["-0.6", "0", "0.6"],
    ]
    assert worked["loss_1"] == pytest.approx(0.25 + np.log(3) + 2 * (logsumexp(np.array([-0.5, 0, 0.5])) - 0.5))
    assert worked["two"] == pytest.approx(4 * sigmoid(-worked["two"]), rel=1e-6)


def test_eight_bakes_by_hand():
    # a worked example that a pencil contradicts: an objective without its half or its mean, a leverage without 1/n
    worked = bakes.eight_bakes()
    by_hand = {
        "y_mean": 5, "square": 10, "large": 12, "small": 4, "df": 1.25, "b_penalised": 10 / 3,
        "loo": (3 * (11 / 6) ** 2 + 3 * 0.25 + 4 + 0.16) / 8, "gcv": 8 * 7.71875 / 5.75**2,
        "J_0": 5, "J_1": 2.3984375, "J_lasso": 2.375, "gap_0": 2.8125, "gap_1": 0.421875,
        "excess_1": 0.0234375, "lambda_max": 3, "lambda_second": 1.5,
        "zero_1": 0.25, "pulled_2": 2.875, "zero_2": 0.875, "zero_3": 0, "zero_4": 1,
    }  # fmt: skip
    assert {key: worked[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-9, abs=1e-15)
    rows = {
        "c": [3, 2.25], "w_least_squares": [2.5, 1], "w_ridge": [1.688, 0.9375], "w_1": [2.25, 0.375],
        "w_lasso": [2, 0.5], "xi_lasso": [0.75, 0.75], "w_second": [1.5, 0], "w_net": [1.714, 0.7143],
        "left_out": [1.833, 0.5, 0.5, 2, -0.4, -0.5, -1.833, -1.833], "pulled_3": [1.8125],
    }  # fmt: skip
    assert {key: [float(v) for v in re.findall("-?[0-9.]+", worked[key])] for key in rows} == rows


@pytest.mark.parametrize(
    ("value", "tex"),
    [
        (7, r"\ensuremath{7}"),
        (0.25, r"\ensuremath{0.25}"),
        (np.float64(-1 / 3), r"\ensuremath{-0.3333}"),
        (1e-5, r"\ensuremath{10^{-5}}"),
        (-2.5e-7, r"\ensuremath{-2.5\cdot 10^{-7}}"),
        (r"\pi", r"\pi"),
    ],
)
def test_numbers_as_tex(value, tex):
    # "1e-05" in print
    assert book.number(value) == tex


def test_equation_index_names_the_place():
    # an appendix that sends the reader to the wrong function, or to a fast solver before the textbook
    index = book.index(TEXTS, list(book.citations()))
    places = [
        r"\path{projects/kmeans/textbook.py}, \path{lloyd}",
        r"\path{projects/kmeans/textbook.py}, \path{update}",
        r"\path{projects/kmeans/solvers/lloyd.py}, \path{update}",
    ]
    assert r"\eqref{eq:kmeans:update} & \path{update} & " + r"\newline ".join(places) + r"\\" in index


def test_measured_figures_are_optional(tmp_path):
    # a book that cannot be built before the benchmarks have run
    assert book.measured_figures(tmp_path / "results.json") == {}
    (tmp_path / "results.json").write_text(
        '{"measured": {"kmeans:exponent": 1.041, "kmeans:ms-1": 83.13, "kmeans:crossover": 2962.4}, "rows": []}'
    )
    assert book.numbers({}, book.measured_figures(tmp_path / "results.json")) == (
        "\\setmeasured{kmeans:exponent}{\\ensuremath{1.04}}\n"
        "\\setmeasured{kmeans:ms-1}{\\ensuremath{83}}\n"
        "\\setmeasured{kmeans:crossover}{\\ensuremath{3\\,000}}\n"
    )


def test_log_checker_sees_what_a_reader_would():
    # a book that lands with "??" in it: the log is wrapped at 79 characters, also within a message
    spec = importlib.util.spec_from_file_location("check", ROOT / "book" / "check.py")
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    message = "LaTeX Warning: Reference `thm:linear_regression:refinement' on page 12 undefined on input line 9."
    assert "undefined" not in message[:79]
    assert len(check.complaints(message[:79] + "\n" + message[79:])) == 1
    assert check.complaints("Package natbib Warning: Citation `Gauss' on page 3 undefined on input line 9.")
    assert check.complaints("LaTeX Warning: Label `eq:a' multiply defined.")
    assert check.complaints("Package groundup Warning: No benchmark has measured 'kmeans:exponent' on input line 9.")
    assert check.complaints("Overfull \\hbox (2.1pt too wide) in paragraph at lines 1--2")
    assert check.complaints("Overfull \\hbox (1.9pt too wide) in paragraph at lines 1--2\nOutput written") == []


def test_long_chapters_are_seen():
    # a chapter that grows by a page at a time
    spec = importlib.util.spec_from_file_location("check", ROOT / "book" / "check.py")
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    line = "\\contentsline {%s}{\\numberline {%s}%s}{%d}{x}%%\n"
    contents = line % ("chapter", "1", "Sums", 1) + line % ("section", "1.9", "Exercises", 16)
    assert check.too_long(contents + line % ("chapter", "A", "Tools", 19)) == []
    assert check.too_long(contents + line % ("chapter", "A", "Tools", 20)) == ["chapter 1: 19 pages, more than 18"]
    late = contents.replace("{16}", "{17}") + line % ("chapter", "A", "Tools", 19)
    assert check.too_long(late) == ["chapter 1: its exercises begin after 16 pages"]


def test_long_proofs_wait_in_an_appendix():
    # a proof lost on the way, or printed twice
    text = "A.\n\\begin{longproof}{thm:x:y}\nBecause.\n\\end{longproof}\nB.\n"
    chapter, proofs = book.without_long_proofs(text)
    assert chapter == "A.\n\\prooflater{thm:x:y}\nB.\n"
    assert proofs == "\\begin{laterproof}{thm:x:y}\nBecause.\n\\end{laterproof}\n"
    assert book.appendix({"kmeans": proofs, "pca": ""}) == "\\section*{\\Cref{ch:kmeans}}\n" + proofs
    everywhere = "".join(TEXTS.values())
    assert len(book.PROOF.findall(everywhere)) == everywhere.count(r"\begin{longproof}") > 0


# --- the appendix on tools -----------------------------------------------------------------------------------------


def test_examples_of_columns_and_triangles():
    # a wrong triangle in the appendix, or a projection that is none
    X, y = np.array([[1.0, 0], [1, 1], [1, 2]]), np.array([1.0, 3, 2])
    Q = np.array([[1, -1], [1, 0], [1, 1]]) / np.sqrt([3, 2])
    R = np.array([[3**0.5, 3**0.5], [0, 2**0.5]])
    np.testing.assert_allclose(Q @ R, X, atol=1e-15)
    np.testing.assert_allclose(R.T @ R, [[3, 3], [3, 5]])
    np.testing.assert_allclose(Q.T @ y, [2 * 3**0.5, 1 / 2**0.5])
    w = np.linalg.solve(R, Q.T @ y)
    np.testing.assert_allclose(w, [1.5, 0.5])
    np.testing.assert_allclose(X @ w, [1.5, 2, 2.5])
    np.testing.assert_allclose(X.T @ (y - X @ w), 0, atol=1e-14)


def test_examples_of_the_quadratic_form_and_its_eigenvalues():
    # a minimum, a power or an eigenvector that a pencil contradicts; and pictures of other matrices than the text's
    H, c = toolbox.CURVATURE, np.array([3.0, 3.0])
    value = [w @ H @ w / 2 - c @ w for w in np.array([[1.0, 0], [1.01, 0], [0.99, 0], [1, 1]])]
    assert value == pytest.approx([-2, -2.0099, -1.9899, -3], abs=1e-12)
    assert (H @ [1, 0] - c).tolist() == [-1, -2]
    assert np.linalg.eigvalsh(H) == pytest.approx([1, 3])
    assert np.linalg.matrix_power(H, 5)[0].tolist() == [122, 121]
    a, b, d = 5.0, -2.0, 1.0
    formula = (a + d) / 2 + np.array([-1, 1]) * np.hypot((a - d) / 2, b)
    assert np.linalg.eigvalsh([[a, b], [b, d]]) == pytest.approx(formula)


def test_examples_of_singular_values_and_of_cauchy_schwarz():
    # left singular vectors with the wrong sign, a metric in place of its inverse
    X = toolbox.STRETCH
    gram = X.T @ X
    assert gram == pytest.approx(np.array([[5, 3], [3, 5]]))
    assert np.linalg.svd(X)[1] == pytest.approx(np.sqrt([8, 2]))
    V = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    assert X @ V / np.sqrt([8, 2]) == pytest.approx(np.array([[0.6, -0.8], [0.8, 0.6]]))
    assert np.linalg.pinv([[1.0, 2.0]]) @ [5] == pytest.approx([1, 2])
    M = toolbox.CURVATURE
    inverse, b = np.linalg.inv(M), np.ones(2)
    assert inverse == pytest.approx(np.array([[2, -1], [-1, 2]]) / 3)
    bounds = [np.sqrt(a @ M @ a * (b @ inverse @ b)) for a in np.array([[1, 0], [1, 1]])]
    assert bounds == pytest.approx([1.1547, 2], abs=5e-5)


def test_examples_of_probability():
    # quantiles from the wrong table, a conditional variance that is none, the share of true alarms
    assert [t_quantile(0.05, k) for k in (3, 30)] == pytest.approx([3.18, 2.04], abs=5e-3)
    assert t_quantile(0.05, 1) == pytest.approx(12.7, abs=0.01)
    assert normal_quantile(0.975) == pytest.approx(1.96, abs=5e-4)
    assert f_tail(10.13, 1, 3) == pytest.approx(0.05, abs=5e-5)
    t, x = np.linspace(-200, 200, 400_001), np.linspace(1e-9, 60, 600_001)
    for k in (1, 3):
        density = toolbox.student_density(t, k)
        assert density.sum() * (t[1] - t[0]) == pytest.approx(1, abs=4e-3)
        assert density[np.abs(t) < t_quantile(0.05, k)].sum() * (t[1] - t[0]) == pytest.approx(0.95, abs=1e-3)
    for k in (3, 10):
        weight = toolbox.chi2_density(x, k) * (x[1] - x[0])
        mean = weight @ x
        assert [weight.sum(), mean, weight @ (x - mean) ** 2] == pytest.approx([1, k, 2 * k], rel=1e-3)
    readings = np.array([1.0, 3, 2, 5, 4])
    assert [readings.mean(), readings.var(), readings.var(ddof=1)] == [3, 2, 2.5]
    true, false = 0.9 * 0.01, 0.05 * 0.99
    assert true / (true + false) == pytest.approx(0.15, abs=5e-3)


def test_ten_lines_on_floating_point_numbers():
    # a number at which arithmetic breaks, misprinted
    left = 0.1 + 0.2 - 0.3
    assert left == pytest.approx(5.6e-17, rel=0.01)
    assert 1e16 + 1 == 1e16
    assert (1 - np.cos(1e-8)) / 1e-16 == 0
    assert (np.sin(5e-9) / 5e-9) ** 2 / 2 == pytest.approx(0.5)
    with np.errstate(over="ignore", under="ignore"):
        assert np.exp(np.array([709.0, 710.0])).tolist()[1] == np.inf
        assert np.isfinite(np.exp(709.0))
        assert [np.prod(np.full(k, 0.1)) > 0 for k in (323, 324)] == [True, False]
    limits = [np.finfo(np.float64).tiny, np.finfo(np.float64).max, np.finfo(np.float32).max]
    assert limits == pytest.approx([2.23e-308, 1.797e308, 3.4e38], rel=2e-3)


# --- claims of the sections on stability, and of the exercises --------------------------------------------------------


def test_the_shortest_solution_is_that_of_the_columns_as_given():
    # the chapter's algorithm once returned the shortest solution of the scaled problem, scaled back
    X, y = np.array([[1.0, 2.0]]), np.array([5.0])
    length = np.linalg.norm(X, axis=0)
    scaled_back = np.linalg.pinv(X / length) @ y / length
    assert scaled_back == pytest.approx([2.5, 1.25], rel=1e-14)
    assert np.linalg.norm(scaled_back) == pytest.approx(2.80, abs=0.005)
    shortest = LinearRegression(fit_intercept=False).fit(X, y).coef_
    assert shortest == pytest.approx([1.0, 2.0], rel=1e-14)
    assert shortest == pytest.approx(np.linalg.pinv(X) @ y, rel=1e-14)
    assert np.linalg.norm(shortest) == pytest.approx(2.24, abs=0.005)
    assert X @ scaled_back == pytest.approx(X @ shortest)
    wide = np.random.default_rng(0).normal(size=(4, 6)) * [1, 1e3, 1e-3, 1, 10, 1e-2]  # units that scaling would change
    target = np.array([1.0, -2.0, 0.5, 3.0])
    ours = LinearRegression(fit_intercept=False).fit(wide, target).coef_
    assert ours == pytest.approx(np.linalg.pinv(wide) @ target, rel=1e-9)


@pytest.mark.parametrize("condition", [10.0, 1e3])
def test_normal_equations_lose_twice_the_digits_of_the_data(condition):
    # "half of the digits are gone" at any condition number
    rng, size = np.random.default_rng(0), 1e-11
    U, _ = np.linalg.qr(rng.normal(size=(40, 5)))
    V, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    X, w = U * np.geomspace(1, 1 / condition, 5) @ V.T, V[:, 0]
    y, G = X @ w, X.T @ X
    of_data = np.linalg.lstsq(X + size * np.outer(U[:, -1], w), y)[0] - w  # the worst change of this size
    of_gram = np.linalg.solve(G + size * (np.outer(V[:, -1], w) + np.outer(w, V[:, -1])), X.T @ y) - w
    lost = [np.log10(np.linalg.norm(change) / size) for change in (of_data, of_gram)]
    assert lost == pytest.approx([np.log10(condition), 2 * np.log10(condition)], abs=0.01)


def test_curves_keep_the_rates_that_the_caption_promises():
    # "slopes, not bounds": for gradient descent a bound, for momentum the slope in the end
    X = np.diag(np.sqrt([1.0, 5.0, 20.0, 100.0]))
    y = X @ np.ones(4)
    kappa, k = 100.0, np.arange(151)
    root = np.sqrt(1 / kappa)
    fit = {"fit_intercept": False, "max_iter": 150, "tol": 0}
    excess = {
        solver: np.array([state.loss for state in LinearRegression(solver=solver, **fit).steps(X, y)])
        for solver in ("gd", "momentum")
    }
    bound = excess["gd"][0] * (1 - 1 / kappa) ** (2 * k)
    assert (excess["gd"] <= bound * (1 + 1e-12)).all()
    line = excess["momentum"][0] * ((1 - root) / (1 + root)) ** (2 * k)
    assert excess["momentum"][20] > 5 * line[20]  # no bound
    slope = np.polyfit(k[75:], np.log(excess["momentum"][75:]), 1)[0]
    assert slope == pytest.approx(2 * np.log((1 - root) / (1 + root)), rel=0.1)


def test_captions_name_what_their_figures_show():
    # "all methods" without stochastic descent; "lasso and LARS are straight" where one of them has a logarithmic axis
    data = projects.load("linear_regression").data["spring"](0)
    (axes,) = loss_curves.render(LinearRegression().fit(data.X, data.y), data).axes
    shown = {text.get_text().split(",")[0] for text in axes.get_legend().get_texts()}
    methods = {"gradient descent", "exact line search", "momentum", "Nesterov", "conjugate gradients"}
    assert shown == {*methods, "(1 − 1/κ)²ᵗ", "((√κ − 1) / (√κ + 1))²ᵗ"}
    data = projects.load("regularized_regression").data["sparse"](0)
    axes = coefficient_paths.render(Lasso().fit(data.X, data.y), data).axes
    scales = {panel.get_title(loc="left").split()[0].strip(","): panel.get_xscale() for panel in axes}
    assert scales == {"ridge": "log", "lasso": "log", "elastic": "log", "LARS": "linear"}


def test_lauchli_breaks_where_the_chapter_says():
    # the number at which the normal equations fail, 1.053e-8, misprinted
    def works(epsilon):
        X = np.array([[1, 1], [epsilon, 0], [0, epsilon]])
        try:
            np.linalg.cholesky(X.T @ X)
        except np.linalg.LinAlgError:
            return False
        return True

    assert works(1.06e-8)
    assert not works(1.05e-8)
    for epsilon in (1.05e-8, 1e-9):
        X = np.array([[1, 1], [epsilon, 0], [0, epsilon]])
        assert LinearRegression(fit_intercept=False).fit(X, X.sum(1)).coef_ == pytest.approx([1, 1], rel=1e-14)


def test_one_pass_variance_fails_where_the_chapter_says():
    # s = 1e8 gives 8, s = 1e9 gives 0, instead of 10
    found = [((x**2).sum() - x.sum() ** 2 / 5) for x in (s + np.arange(1.0, 6.0) for s in (1e7, 1e8, 1e9))]
    assert found == [10, 8, 0]


@pytest.mark.parametrize(("dtype", "power"), [(np.float64, 26), (np.float32, 12)])
def test_product_form_of_distances_fails_where_the_chapter_says(dtype, power):
    # the shift at which k-means by products alone would put both samples into one cluster; the estimator does not
    def product_form(shift):
        X = (shift + np.array([[0.25, 0], [0.75, 0]])).astype(dtype)
        C = (shift + np.array([[0.0, 0], [1, 0]])).astype(dtype)
        return X, C, (kernel(X, C) + (X**2).sum(1)).argmin(0).tolist()

    assert product_form(2.0 ** (power - 3))[2] == [0, 1]
    X, C, label = product_form(2.0**power)
    assert label == [0, 0]
    assert KMeans(2, init=C, n_init=1).fit(X).labels_.tolist() == [0, 1]


def test_hartigans_rectangle():
    # the trap: a fixed point whose inertia W² is W² times the best; and the spectral bound sees that it is poor
    W = 10.0
    X = np.array([[0, 0], [0, 1], [W, 0], [W, 1]])
    trapped = KMeans(2, init=[[W / 2, 0], [W / 2, 1]], n_init=1).fit(X)
    assert trapped.inertia_ == pytest.approx(W**2)
    assert trapped.inertia_lower_bound_ == pytest.approx(1.0)
    pairs = [(i, j) for i in range(4) for j in range(i)]
    final = [KMeans(2, init=X[[i, j]], n_init=1).fit(X).inertia_ for i, j in pairs]
    assert np.mean(final) == pytest.approx(2 / 3 + W**2 / 3)
    weight = [((X[i] - X[j]) ** 2).sum() / (2 * W**2 + 2) / 2 for i, j in pairs]  # first uniform, second by D²
    assert np.dot(weight, final) == pytest.approx((3 * W**2 + 1) / (2 * W**2 + 2))


def test_exact_line_search_reaches_its_bound():
    # the exercise on the zigzag: Kantorovich's factor, in every step
    kappa = 9.0
    X = np.diag(np.sqrt([1, kappa]))
    model = LinearRegression(fit_intercept=False, solver="gd", learning_rate="line-search", max_iter=6, tol=0)
    loss = [state.loss for state in model.steps(X, X @ np.array([kappa, 1.0]))]
    assert np.divide(loss[1:], loss[:-1]) == pytest.approx(((kappa - 1) / (kappa + 1)) ** 2)


@pytest.mark.parametrize(("factor", "converges"), [(0.99, True), (1.01, False)])
def test_momentum_allows_steps_up_to_its_own_limit(factor, converges):
    # the exercise: 2(1 + β)/L, not 2/L
    X, beta = np.diag([1.0, 3.0]), 0.5
    L = 9 / 2
    rate = factor * 2 * (1 + beta) / L
    y, w, last = np.array([1.0, 1.0]), np.zeros(2), np.zeros(2)
    for _ in range(800):
        w, last = w + beta * (w - last) - rate * (X.T @ (X @ w - y)) / 2, w
    assert (np.linalg.norm(X @ w - y) < np.linalg.norm(y)) == converges


@pytest.mark.parametrize(("dtype", "rounds", "overflows"), [(np.float64, 36.74, 709.79), (np.float32, 16.64, 88.73)])
def test_naive_sigmoid_and_exponential_break_where_the_chapters_say(dtype, rounds, overflows):
    # the scores at which a probability becomes 1 and an exponential infinite, misprinted
    with np.errstate(over="ignore"):
        assert [1 / (1 + np.exp(-dtype(z))) == 1 for z in (rounds - 0.01, rounds)] == [False, True]
        assert [np.isinf(np.exp(dtype(z))) for z in (overflows - 0.01, overflows)] == [False, True]


def test_naive_losses_lose_what_the_chapters_say():
    # the examples of lost digits, and of a softmax applied twice
    assert (np.log(1 + np.exp(-36.0)), log1pexp(np.array(-36.0))) == pytest.approx((2.22e-16, 2.32e-16), rel=2e-3)
    z = np.array([1e15 + 1, 1e15])
    assert (z - logsumexp(z))[0] == -0.375
    assert (z - z.max() - logsumexp(z - z.max()))[0] == pytest.approx(-0.3133, abs=5e-5)
    assert softmax(softmax(np.array([1e3, 0, 0]))).max() == pytest.approx(0.576, abs=5e-4)


def test_newton_needs_its_line_search_where_the_chapter_says():
    # full steps that diverge from 2.2 and not from 2, and a line search that does not mend it
    def full_steps(w):
        for _ in range(5):
            w -= np.sinh(w)
        return abs(w)

    assert np.sinh(2.1773) < 2 * 2.1773
    assert np.sinh(2.1774) > 2 * 2.1774
    assert full_steps(2.0) < 1e-9
    assert full_steps(2.2) > 4e4

    def objective(w):
        return np.asarray((log1pexp(w) + log1pexp(-w)).sum()), np.tanh(w / 2)

    def solve(w, gradient):
        return gradient * 2 * np.cosh(w / 2) ** 2

    for start in (2.2, 20.0):
        steps = newton.newton(objective, newton.initial(objective, np.array([start])), solve)
        assert abs([next(steps) for _ in range(60)][-1].w[0]) < 1e-6


def test_six_more_steps_of_newton_are_enough_for_double_precision():
    # "any floating-point format": quadruple precision needs a seventh
    u, after = Fraction(1, 4), []
    for _ in range(7):
        u = 2 * u**2
        after.append(2 * u)
    assert after[5] == Fraction(1, 2**64)
    assert after[4] > Fraction(1, 2**53) > after[5] > Fraction(1, 2**113) > after[6]


def test_certificate_of_newtons_method_is_a_bound():
    # the theorem: excess at most half of the squared decrement times (1 + u), when u < 1; without the factor it is none
    rng = np.random.default_rng(0)
    X = np.hstack([rng.normal(size=(60, 3)), np.ones((60, 1))])
    y = rng.random(60) < sigmoid(X @ [2.0, -1, 0, 0.5])
    best = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-7).fit(X, y).coef_[0]

    def objective(w):
        return (log1pexp(X @ w) - y * (X @ w)).sum()

    half, whole, tested = 0, 0, 0
    for size in rng.uniform(0.01, 0.6, 400):
        w = best + size * rng.normal(size=4)
        p = sigmoid(X @ w)
        inverse = np.linalg.inv(X.T * (p * (1 - p)) @ X)
        square = (X.T @ (p - y)) @ inverse @ (X.T @ (p - y))
        u = np.sqrt(square * np.diag(X @ inverse @ X.T).max())
        if u < 1:
            excess = objective(w) - objective(best)
            tested += 1
            half += excess > square / 2
            whole += excess > square / 2 * (1 + u) + 1e-12
    assert tested > 50
    assert half > 10
    assert whole == 0


def test_bohnings_two_sided_bound():
    # the bound of softmax's curvature, above and below, and that one half is the smallest factor
    centre = np.eye(5) - 1 / 5
    for p in softmax(np.random.default_rng(0).normal(size=(50, 5)) * 3):
        curvature = np.diag(p) - np.outer(p, p)
        assert np.linalg.eigvalsh(centre / 2 - curvature)[0] > -1e-14
        assert np.linalg.eigvalsh(curvature - p.min() * centre)[0] > -1e-14
    p, a = np.array([0.5, 0.5, 0]), np.array([1, -1, 0])
    assert a @ (np.diag(p) - np.outer(p, p)) @ a == a @ (np.eye(3) - 1 / 3) @ a / 2


def test_bohnings_metric_on_the_digits():
    # the condition numbers quoted: the metric is worth much at the start, and little at the minimum
    data = pytest.importorskip("sklearn.datasets").load_digits()
    X, y, K = data.data, data.target, 10
    G = X.T @ X
    size = np.linalg.eigvalsh(G)[[0, -1]]

    def start(C):  # eigenvalues of the Hessian at zero, without and with the metric
        H, B = C * size / K + 1, C * size / 2 + 1
        return H[1] / H[0], max(H / B) / min(H / B)

    assert start(1.0) == pytest.approx((480_978, 5), rel=1e-3)
    assert start(0.01) == pytest.approx((4_811, 5), rel=1e-3)
    C = 0.01
    P = SoftmaxRegression(C=C, fit_intercept=False, max_iter=1000).fit(X, y).predict_proba(X)

    def block(k, other):
        curvature = P[:, k] * ((k == other) - P[:, other])
        return C * (X.T * curvature) @ X + (k == other) * np.eye(64)

    H = np.block([[block(k, other) for other in range(K)] for k in range(K)])
    basis = np.kron(np.linalg.svd(np.eye(K) - 1 / K)[0][:, : K - 1], np.eye(64))  # columns that sum to zero
    H = basis.T @ H @ basis
    L = np.kron(np.eye(K - 1), np.linalg.inv(np.linalg.cholesky(C * G / 2 + np.eye(64))))
    found = [value[-1] / value[0] for value in map(np.linalg.eigvalsh, (H, L @ H @ L.T))]
    assert found == pytest.approx((1_226, 998), rel=1e-3)


def test_waldz_falls_while_the_effect_grows():
    # the exercise on the two by two table
    def wald(k, N=25):
        X, y, weight = [[1.0], [1], [0], [0]], [1, 0, 1, 0], [N - k, k, k, N - k]
        summary = LogisticRegression(C=np.inf, tol=1e-7).fit(X, y, sample_weight=weight).summary()
        return summary.coef[1], summary.z[1]

    assert [wald(k) for k in (3, 2, 1)] == [
        pytest.approx(pair, abs=6e-3) for pair in ((3.98, 4.58), (4.88, 4.69), (6.36, 4.40))
    ]


def test_a_classifier_that_is_too_sure_is_warmed_up():
    # "cooled down" for the opposite: T < 1 makes it surer
    X = np.array([[-1.0], [0.2], [1.5], [2.0]])
    model = SoftmaxRegression(C=10.0).fit(X, ["a", "b", "a", "c"])
    warm, usual, cold = (model.predict_proba(X, temperature=T).max(axis=1) for T in (2.0, 1.0, 0.5))
    assert (warm < usual).all()
    assert (usual < cold).all()


def test_a_plain_step_along_the_missing_direction_is_noise_of_moderate_size():
    # "a step of size 10^16 along the direction that does not matter": the gradient is orthogonal to it, too
    rng = np.random.default_rng(0)
    along, stopped = [], 0
    for _ in range(300):
        n, d, K = rng.integers(50, 501), rng.integers(1, 6), rng.integers(3, 8)
        X = np.column_stack([rng.normal(size=(n, d)), np.ones(n)])
        y = (X @ rng.normal(size=(d + 1, K)) + rng.gumbel(size=(n, K))).argmax(axis=1)
        P = softmax(X @ rng.normal(size=(d + 1, K)))
        gradient = X.T @ (P - np.eye(K)[y]) / n
        each = P[:, :, None] * np.eye(K) - P[:, :, None] * P[:, None, :]
        H = np.einsum("ni,nkl,nj->ikjl", X, each, X).reshape(gradient.size, gradient.size) / n
        assert np.abs(gradient.sum(axis=1)).max() < 1e-14
        assert np.abs(np.linalg.eigvalsh(H)[: d + 1]).max() < 1e-14
        try:
            np.linalg.cholesky(H)
        except np.linalg.LinAlgError:
            stopped += 1
        try:
            step = np.linalg.solve(H, gradient.ravel()).reshape(gradient.shape)
        except np.linalg.LinAlgError:  # exactly singular
            continue
        along.append(np.linalg.norm(step.sum(axis=1)) / np.sqrt(K))
    assert len(along) > 270
    assert stopped > 150
    low, middle, high = np.quantile(along, [0.05, 0.5, 0.95])
    assert 0.1 < low < middle < high < 1e4
    assert 1 < middle < 1e3


# --- regularised regression ---


def test_small_ridge_penalties_break_where_the_chapter_says():
    # the numbers at which X'X + alpha I loses the penalty, misprinted; a default that loses it, too
    def by_products(epsilon):
        X = np.array([[1, 1], [epsilon, 0], [0, epsilon]])
        L = np.linalg.cholesky(X.T @ X + epsilon**2 * np.eye(2))
        return np.linalg.solve(L.T, np.linalg.solve(L, X.T @ [0, epsilon, -epsilon]))

    assert by_products(1e-7) == pytest.approx([0.5, -0.5], rel=1e-3)
    assert by_products(1.06e-8)[0] == pytest.approx(0.253, abs=5e-4)
    with pytest.raises(np.linalg.LinAlgError):
        by_products(1.05e-8)
    for epsilon in (1.05e-8, 1e-9):
        X = np.array([[1, 1], [epsilon, 0], [0, epsilon]])
        model = Ridge(alpha=epsilon**2, fit_intercept=False).fit(X, [0, epsilon, -epsilon])
        assert model.coef_ == pytest.approx([0.5, -0.5], rel=1e-12)


def test_leave_one_out_of_an_interpolating_fit():
    # r / (1 - h) is 0/0 where the chapter says; the quotient without the common factor is not
    X, y = np.array([[1.0, 0], [1, 1]]), np.array([1.0, 3])
    U, s, _ = np.linalg.svd(X)

    def naive(alpha):
        A = U * (s**2 / (s**2 + alpha)) @ U.T
        return (y - A @ y) / (1 - np.diag(A))

    wrong = np.abs(naive(1e-12) - [-0.5, 2]).max()  # what it is depends on the processor's rounding
    assert 1e-4 < wrong < 2e-3
    assert np.abs(naive(1e-16) - [-0.5, 2]).max() > 1
    model = RidgeCV([1e-12, 1e-16], fit_intercept=False, store_cv_results=True).fit(X, y)
    for errors in np.sqrt(model.cv_results_).T:
        assert errors == pytest.approx([0.5, 2], rel=1e-10)


def test_gap_of_the_lasso_is_not_a_difference_of_objectives():
    # what the formula keeps of a gap that the difference has lost, and what is added for rounding
    y_centred = bakes.y - bakes.y.mean()
    states = Lasso(1e-6, solver="cd", tol=0.0, max_iter=27).steps(bakes.X, bakes.y)
    state = [state for _, state in zip(range(28), states)][-1]
    r = y_centred - bakes.X @ state.coef[:, 0]
    scale = min(1.0, 1e-6 / np.abs(-state.iterate.gradient).max())
    assert abs(state.objective - (scale * r @ y_centred - scale**2 * r @ r / 2) / 8) < 1e-15
    penalty = 1e-6 * np.abs(state.coef).sum()
    formula = (1 - scale) ** 2 * r @ r / 16 + penalty - scale * state.coef[:, 0] @ -state.iterate.gradient
    assert abs(formula) < 1e-20
    assert 0 < state.gap == pytest.approx(np.finfo(float).eps * state.objective, rel=1e-3)


def test_subgradient_descent_finds_no_zeros():
    # the chapter's numbers: none of 20 where 17 weights are zero
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 20))
    y = X[:, :3] @ [3.0, -2, 1] + rng.normal(size=100)
    assert (Lasso(0.2, solver="ista", tol=1e-12).fit(X, y).coef_ == 0).sum() == 17
    H, c = np.cov(X.T, bias=True), (X - X.mean(0)).T @ y / 100
    L, w = np.linalg.eigvalsh(H)[-1], np.zeros(20)
    for t in range(100_000):
        w = w - 0.1 / np.sqrt(t + 1) / L * (H @ w - c + 0.2 * np.sign(w))
    assert (w != 0).all()
    assert np.abs(w).min() == pytest.approx(1.3e-7, rel=0.05)


def sparse_problem():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 60)) @ np.linalg.cholesky(0.5 ** np.abs(np.subtract.outer(range(60), range(60)))).T
    y = X[:, :4] @ [2.0, -1, 1, 3] + rng.normal(size=40)
    return X - X.mean(0), y - y.mean()


def test_ista_and_fista_stay_below_their_bounds():
    # rates printed without their constants, or a momentum with an index too many
    X, y = sparse_problem()
    best = Lasso(0.05, tol=1e-13).fit(X, y)
    L = np.linalg.eigvalsh(X.T @ X / 40)[-1]
    distance = best.coef_ @ best.coef_
    least = ((y - X @ best.coef_) ** 2).sum() / 80 + 0.05 * np.abs(best.coef_).sum()
    ista = [state.objective - least for state in Lasso(0.05, solver="ista", tol=0.0, max_iter=200).steps(X, y)]
    fista = [state.objective - least for state in Lasso(0.05, solver="fista", tol=0.0, max_iter=200).steps(X, y)]
    t = np.arange(1, 200)
    assert (ista[1:200] <= L * distance / (2 * t)).all()
    assert (fista[1:30] <= 2 * L * distance / (t[:29] + 1) ** 2).all()
    assert fista[30] < ista[100]


def test_screening_is_safe():
    # the radius of the ball without its root, or without the length of the column
    X, y = sparse_problem()
    n, alpha = len(y), 0.3
    best = Lasso(alpha, tol=1e-13).fit(X, y).coef_
    screened = []
    for state in Lasso(alpha, solver="cd", tol=1e-9, max_iter=300).steps(X, y):
        scale = min(1.0, alpha / np.abs(-state.iterate.gradient).max())
        out = scale * np.abs(-state.iterate.gradient) + np.sqrt((X**2).sum(0) * 2 * state.gap / n) < alpha
        assert (best[out] == 0).all()
        screened.append(out.sum())
    assert screened[0] < screened[-1] == (best == 0).sum()


def test_grouping_bound_of_the_elastic_net():
    # the factor in the theorem of Zou and Hastie, with our objective
    rng = np.random.default_rng(2)
    X = rng.normal(size=(50, 1)) + 0.1 * rng.normal(size=(50, 6))
    X = (X - X.mean(0)) / X.std(0)
    y = X @ [3.0, 0, 0, 1, -1, 0] + rng.normal(size=50)
    y -= y.mean()
    w = ElasticNet(0.1, l1_ratio=0.5, tol=1e-12).fit(X, y).coef_
    distance = np.sqrt(2 * np.maximum(1 - X.T @ X / 50, 0))
    assert (np.abs(np.subtract.outer(w, w)) <= np.linalg.norm(y) / np.sqrt(50) / (0.1 * 0.5) * distance + 1e-9).all()


def test_a_little_ridge_beats_least_squares():
    # the bound of Hoerl and Kennard, as computed from the formula of the risk
    squares, omega, sigma2 = np.array([9.0, 1, 0.1]), np.array([1.0, -2, 0.5]), 0.7

    def risk(alpha):
        return ((sigma2 * squares + alpha**2 * omega**2) / (squares + alpha) ** 2).sum()

    bound = sigma2 / (omega**2).max()
    assert (np.diff([risk(alpha) for alpha in np.linspace(0, bound, 50)]) < 0).all()
    assert risk(100 * bound) > risk(bound)
