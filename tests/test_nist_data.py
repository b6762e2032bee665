"""The NIST sets are what NIST certified: proved by solving the normal equations in rational arithmetic."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from support.nist import FOLDER, NAMES, load, powers, read

Matrix = list[list[Fraction]]


def inverse(matrix: Matrix) -> Matrix:
    """Exact inverse of a positive definite matrix (no pivoting needed), by Gauss-Jordan elimination."""
    size = len(matrix)
    rows = [row + [Fraction(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for k in range(size):
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[size:] for row in rows]


def dot(a: list[Fraction], b: list[Fraction]) -> Fraction:
    """Exact inner product."""
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def root(square: Fraction) -> Fraction:
    """Square root to 50 digits."""
    with localcontext(prec=50):
        return Fraction((Decimal(square.numerator) / square.denominator).sqrt())


def solve(name: str) -> dict[str, list[Fraction]]:
    """Everything NIST certifies of one set but a variance ratio by zero, from exact sums."""
    data = read(name)
    y = [Fraction(value) for value in data["y"]]
    rows = [[Fraction(1)] * data["intercept"] + row for row in powers(data)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    gram_inverse = inverse([[dot(a, b) for b in columns] for a in columns])
    moments = [dot(column, y) for column in columns]
    coef = [dot(row, moments) for row in gram_inverse]

    center = sum(y, Fraction(0)) / len(y) if data["intercept"] else Fraction(0)
    deviations = [value - center for value in y]
    residuals = [value - dot(row, coef) for row, value in zip(rows, y, strict=True)]
    total, residual = dot(deviations, deviations), dot(residuals, residuals)
    df = len(y) - len(coef)
    variance = residual / df
    answer = {
        "coef": coef,
        "sd": [root(variance * gram_inverse[j][j]) for j in range(len(coef))],
        "residual_sd": [root(variance)],
        "r_squared": [1 - residual / total],
        "df": [Fraction(df)],
    }
    if residual:
        answer["f"] = [(total - residual) / (len(coef) - data["intercept"]) / variance]
    return answer


def as_list(value: object) -> list[str]:
    """Certified value or values as a list of their decimal strings."""
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def last_place(number: str) -> Fraction:
    """Weight of the last digit printed: 0.01 for "3.50"."""
    return Fraction(10) ** int(Decimal(number).as_tuple().exponent)


@pytest.mark.parametrize("name", NAMES)
def test_certified_digits_follow_from_the_data(name: str) -> None:
    """Would catch one digit mistyped in the data or a certified value: all are rounded correctly."""
    certified = read(name)["certified"]
    answer = solve(name)
    if "f" not in answer:  # a perfect fit: regression over zero residual
        assert certified.pop("f") == "Infinity"
    assert certified.keys() == answer.keys()
    for key, exact in answer.items():
        for value, number in zip(exact, as_list(certified[key]), strict=True):
            assert abs(value - Fraction(number)) <= last_place(number) / 2, key


@pytest.mark.parametrize("name", NAMES)
def test_no_certified_digit_is_lost(name: str) -> None:
    """Would catch a file rewritten from floats: 465.990 shortened to 465.99 weakens the test above."""
    certified = read(name)["certified"]
    del certified["df"]
    for value in certified.values():
        for number in as_list(value):
            digits = Decimal(number)
            assert not digits or digits.is_infinite() or len(digits.as_tuple().digits) >= 15


def test_every_file_is_listed() -> None:
    """Would catch a set that is shipped but left out of all parametrised tests, or the reverse."""
    assert sorted(NAMES) == sorted(path.stem for path in FOLDER.glob("*.json"))


def test_powers_are_rounded_once() -> None:
    """Would catch powers of the already rounded predictor: errors of 10 roundings in Filip's last column."""
    X = load("filip").X
    with localcontext(prec=120):  # the tenth power of ten digits is exact
        for (x,), row in zip(read("filip")["x"], X.tolist(), strict=True):
            decimal = Decimal(x.numerator) / x.denominator
            assert row == [float(decimal**k) for k in range(1, 11)]
    assert (X[:, :1] ** range(1, 11) != X).any()  # so the comparison above can fail


@pytest.mark.parametrize(
    ("name", "rows", "columns", "intercept"),
    [
        ("norris", 36, 1, True),
        ("pontius", 40, 2, True),
        ("noint1", 11, 1, False),
        ("noint2", 3, 1, False),
        ("filip", 82, 10, True),
        ("longley", 16, 6, True),
        ("wampler1", 21, 5, True),
        ("wampler2", 21, 5, True),
        ("wampler3", 21, 5, True),
        ("wampler4", 21, 5, True),
        ("wampler5", 21, 5, True),
    ],
)
def test_shapes_are_those_nist_states(name: str, rows: int, columns: int, intercept: bool) -> None:
    """Would catch a constant column left in X, or coef and sd without the intercept."""
    dataset = load(name)
    assert dataset.X.shape == (rows, columns)
    assert dataset.y.shape == (rows,)
    assert dataset.intercept is intercept
    assert dataset.coef.shape == dataset.sd.shape == (columns + intercept,)
