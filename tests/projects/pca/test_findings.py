"""The findings of PCA: axes and their columns, what is kept of each column, rows far away, and what is doubtful."""

from dataclasses import replace

import numpy as np
import pytest

from groundup import IncrementalPCA, KernelPCA, TruncatedSVD
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.data.synthetic.text import TOPICS
from groundup.projects.common.words import percent
from groundup.projects.pca import findings, measures
from groundup.projects.pca.models.pca import PCA
from groundup.projects.pca.project import PROJECT
from groundup.workbench.run.measures import measure


def shells(n=200):
    """Length and width go together, the number of ribs against them; a fourth column is on its own."""
    rng = np.random.default_rng(2)
    size = rng.normal(size=n)
    X = np.column_stack([
        3 * size + rng.normal(0, 0.3, n), 2 * size + rng.normal(0, 0.3, n), rng.normal(0, 0.3, n) - 2.5 * size,
        rng.normal(0, 1.2, n),
    ])  # fmt: skip
    return Dataset("shells", "", X + 10, None, ("length", "width, largest", "ribs", "age"))


def told(model, data):
    declared = PROJECT.model(type(model).__name__)
    return " ".join(findings.answer(model, data, measure(PROJECT.metrics_of(declared), model, data)))


def test_the_answer_says_what_the_first_axis_is_made_of():
    """Catches signs that are lost, a column that hardly counts, and a share of another axis."""
    data = shells()
    model = PCA(2).fit(data.X)
    share = 100 * model.explained_variance_ratio_
    words = told(model, data)
    assert f"Axis 1 ({share[0]:.0f} % of the variance): " in words
    first = words.partition("variance): ")[2].partition(".")[0]
    positive, _, negative = first.partition(" against ")
    sides = {frozenset(side.replace("“", "").replace("”", "").split(" and ")) for side in (positive, negative)}
    assert sides == {frozenset({"length", "width, largest"}), frozenset({"ribs"})}
    assert f"Axis 2 ({share[1]:.0f} % of the variance): age." in words
    assert f"2 new columns in place of 4 columns tell {percent(share.sum() / 100)} of the variance" in words


def test_the_answer_says_how_many_axes_stand_out():
    """Catches a number of the model's sold as one of parallel analysis."""
    data = shells()
    assert "Parallel analysis: the first axis of 4 has more variance" in told(PCA(1).fit(data.X), data)
    assert "times), the next has not." in told(PCA(1).fit(data.X), data)
    assert "the model keeps" not in told(PCA(1).fit(data.X), data)
    assert "the model keeps 3." in told(PCA(3).fit(data.X), data)


def test_axes_of_nearly_equal_variances_are_named():
    """Catches two axes of a round cloud that are told as if they were found, and separated ones doubted."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3)) * [9.0, 1.0, 1.0]
    data = Dataset("cigar", "", X, None, ("a", "b", "c"))
    assert "The variances of axes 2 and 3 are so close" in told(PCA(3).fit(X), data)
    assert "are so close" not in told(PCA(1).fit(X), data)
    assert "are so close" not in told(PCA(3).fit(X * [1, 1, 0.2]), replace(data, X=X * [1, 1, 0.2]))


def test_one_column_that_decides_is_named_with_what_standard_units_would_show():
    """Catches an axis that is a unit, without a word."""
    wine = bundled.wine(0)
    words = told(PCA(1).fit(wine.X), wine)
    assert "proline has 99.8 % of the total variance" in words
    standard = Scale.of(wine.X).apply(wine.X)
    number = findings.parallel_analysis(standard).number
    assert number == 3
    assert "3 axes would stand out" in words
    assert "total variance" not in told(PCA(3).fit(standard), replace(wine, X=standard))


def test_the_table_of_axes_lists_those_that_are_not_kept():
    """Catches sums of shares that do not reach 100 %, and variances in another order."""
    data = shells()
    table = findings.table_of_axes(PCA(2).fit(data.X), data)
    assert [row[0] for row in table.rows] == ["axis 1", "axis 2", "(axis 3)", "(axis 4)"]
    assert table.rows[-1][4] == "100 %"
    variance = np.linalg.eigvalsh(np.cov(data.X.T))[::-1]
    assert [float(row[1]) for row in table.rows] == pytest.approx(variance, rel=5e-3)
    assert table.rows[0][5].startswith("length ")
    assert "Axes in brackets are not kept." in table.note
    digits = bundled.digits(0)
    long = findings.table_of_axes(PCA(9).fit(digits.X), digits)
    assert len(long.rows) == findings.MOST_AXES
    assert "52 axes more are not shown." in long.note


def test_what_is_kept_of_each_column():
    """Catches the share of a row, and a column without spread that divides by zero."""
    data = shells()
    X = np.column_stack([data.X, np.full(len(data.X), 4.0)])
    data = replace(data, X=X, feature_names=(*data.feature_names, "constant"))
    model = PCA(1).fit(X)
    table = findings.table_of_columns(model, data)
    correlation = [np.corrcoef(model.transform(X)[:, 0], X[:, j])[0, 1] ** 2 for j in range(4)]
    kept = {row[0]: row[1] for row in table.rows}
    assert kept == {name: percent(r) for name, r in zip(data.feature_names, correlation, strict=False)}
    assert table.rows[0][0] == "age"
    assert "1 column without spread" in table.note


def test_a_row_that_breaks_the_pattern_is_found():
    """Catches rows far from the mean in place of rows far from the subspace."""
    data = shells()
    X = data.X.copy()
    X[17] = X.mean(axis=0) + np.array([6.0, -6.0, 0.0, 0.0])
    data = replace(data, X=X)
    table = findings.far_rows(PCA(1).fit(X), data)
    assert table.rows[0][0] == "row 17"
    assert table.rows[0][2] in ("length", "width, largest")
    whole = findings.far_rows(PCA().fit(X), data)
    assert whole.rows == ()
    assert "Every row lies in the subspace" in whole.note


@pytest.mark.parametrize("model", [IncrementalPCA(2), KernelPCA(2, kernel="rbf", gamma=0.1), TruncatedSVD(2)])
def test_every_model_has_findings(model):
    """Catches an attribute that only PCA has."""
    data = shells()
    tables = findings.axes(model.fit(data.X), data)
    assert len(tables) == (1 if isinstance(model, KernelPCA) else 3)
    assert "% of the variance" in told(model, data)


def test_rows_that_do_not_differ_have_findings():
    """Catches a division by the variance of nothing."""
    data = Dataset("same", "", np.full((20, 3), 7.0), None, ("a", "b", "c"))
    model = PCA(1).fit(data.X)
    assert [table.rows == () for table in findings.axes(model, data)] == [False, True, True]
    words = told(model, data)
    assert "0 % of the variance" in words
    assert "Axis 1" not in words


def test_pixels_are_not_named_in_sentences():
    """Catches "pixel 5, 3 (0 to 16)" in place of a picture of the axis, and units in the names of others."""
    digits = bundled.digits(0)
    assert "pixel" not in told(PCA(2).fit(digits.X), digits)
    iris = bundled.iris(0)
    assert "Axis 1 (92 % of the variance): petal length." in told(PCA(1).fit(iris.X), iris)


def test_all_axes_and_no_axis():
    """Catches "99.9 %" of what is complete, distances of 1e-15 sold as numbers, and a model without axes that fails."""
    iris = bundled.iris(0)
    assert "4 new columns in place of 4 columns tell 100 % of the variance: the rows" in told(PCA().fit(iris.X), iris)
    model = PCA(0).fit(iris.X)
    assert "0 new columns in place of 4 columns tell 0 % of the variance; a row is typically" in told(model, iris)
    np.testing.assert_array_equal(model.inverse_transform(model.transform(iris.X)), np.tile(model.mean_, (150, 1)))
    assert [row[0] for row in findings.table_of_axes(model, iris).rows][:2] == ["(axis 1)", "(axis 2)"]


def test_noise_is_called_chance():
    """Catches an axis of noise that is told as a finding."""
    data = Dataset("noise", "", np.random.default_rng(0).normal(size=(80, 5)), None, tuple("abcde"))
    assert "already the first axis has no more variance than that of the same" in told(PCA(1).fit(data.X), data)
    line = Dataset("line", "", np.arange(9.0)[:, None], None, ("a",))
    assert "Parallel analysis" not in told(PCA(1).fit(line.X), line)


def test_the_first_axis_that_is_chance_ends_the_count():
    """Catches "no axis has more variance than the shuffled ones" above a table with one that has: a later one."""
    rng = np.random.default_rng(3)
    data = next(
        made
        for made in (Dataset("noise", "", rng.normal(size=(60, 5)), None, tuple("abcde")) for _ in range(200))
        if (found := findings.parallel_analysis(made.X)).number == 0 and (found.variance > found.by_chance).any()
    )
    model = PCA(1).fit(data.X)
    assert "already the first axis has no more" in told(model, data)
    assert "no axis" not in told(model, data)
    assert "The first axes stand out, up to the first that has no more" in findings.table_of_axes(model, data).note


def test_distances_have_the_unit_of_the_columns():
    """Catches a number without a unit, and one unit for columns that have several."""
    iris = bundled.iris(0)
    model = PCA(1).fit(iris.X)
    assert "a row is typically 0.585 cm from the point" in told(model, iris)
    assert findings.table_of_axes(model, iris).head[1] == "variance (cm²)"
    assert findings.far_rows(model, iris).head[1] == "distance (cm)"
    mixed = replace(iris, feature_names=("a (mm)", "b (kg)", "c", "d"))
    assert "a row is typically 0.585 from the point" in told(model, mixed)
    assert "(root mean square, of columns in different units)" in told(model, mixed)
    assert findings.table_of_axes(model, mixed).head[1] == "variance"


def with_gaps():
    """Shells of which every tenth entry is missing."""
    data = shells()
    gaps = np.random.default_rng(1).random(data.X.shape) < 0.1
    return replace(data, X=np.where(gaps, np.nan, data.X))


def test_gaps_are_no_numbers():
    """Catches NaN in a sentence or a table, and what was filled in counted as seen."""
    data = with_gaps()
    model = PCA(1, svd_solver="em").fit(data.X)
    words = told(model, data)
    tables = findings.axes(model, data)
    assert "nan" not in words + " ".join(str(cell) for table in tables for row in table.rows for cell in row)
    away = data.X - model.inverse_transform(model.transform(data.X))
    assert measures.reconstruction_error(model, data) == pytest.approx(np.nansum(away**2) / len(away), rel=1e-12)
    assert [row[0] for row in tables[0].rows] == ["axis 1"]  # of the others the solver knows one variance only
    assert "gaps are the means of their columns" in tables[0].note
    far = np.sqrt(np.nansum(away**2, axis=1))
    assert tables[2].rows[0][0] == f"row {far.argmax()}"


def test_the_number_of_axes_of_a_table_with_gaps():
    """Catches a choice that fails on NaN, and gaps that correlate columns which have nothing to do with each other."""
    assert findings.parallel_analysis(with_gaps().X).number == 1
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 6))
    X[rng.random(X.shape) < 0.2] = np.nan
    assert findings.parallel_analysis(X).number == 0


def test_axes_of_a_kernel_that_part_groups_are_told():
    """Catches a report on a kernel that says only how much is explained, and a share of the wrong groups."""
    data = PROJECT.data["circles"](0)
    model = KernelPCA(2, kernel="rbf", gamma=0.3).fit(data.X)
    z = model.transform(data.X)[:, 0]
    means = np.array([z[data.y == name].mean() for name in data.y])
    share = np.var(means) / np.var(z)
    assert share > 0.9
    assert f"Axis 1 separates the groups (circle), which the fit did not see: {percent(share)} of" in told(model, data)
    assert "Axis 1 follows no column in a straight line" in told(model, data)
    assert findings.axes(model, data)[0].rows[0][3] == percent(share)
    straight = KernelPCA(2, kernel="linear").fit(data.X)
    assert "No axis separates the groups (circle)" in told(straight, data)
    assert "Axis 1 follows " in told(straight, data)


def test_directions_of_words_are_named():
    """Catches a finding in numbers of columns, and words of the wrong sign."""
    data = PROJECT.data["messages"](0)
    declared = PROJECT.model("TruncatedSVD")
    model = TruncatedSVD(**declared.parameters(data), random_state=0).fit(data.X)
    assert len(model.components_) == 4
    words = told(model, data)
    assert "Direction 1: “the”, “of”, “and”, “to”, “in”." in words
    one, other = words.partition("Direction 2: ")[2].partition(".")[0].split(" against ")
    topics = {name: text.split() for name, text in TOPICS.items()}
    sides = [{name for name, own in topics.items() if word.strip("“”") in own} for word in one.split(", ")]
    assert all("cooking" in side for side in sides)
    assert all(word.strip("“”") in topics["football"] for word in other.split(", "))
    assert "Direction 2 separates the groups (section)" in words
    directions, ends = findings.axes(model, data)
    assert len(directions.rows) == 4
    top = int(model.transform(data.X)[:, 1].argmax())
    assert ends.rows[2][2] == f"row {top}"
    assert str(ends.rows[2][3])[:20] == data.texts[top][:20]
