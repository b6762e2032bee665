"""The exercise of support vector machines: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Seed, Task, case, numbers

LINE = np.array([[0.0], [2.0], [3.0]])  # The chapter's three points,
SIDES = np.array([-1.0, 1.0, 1.0])  # and their classes.
FAR = np.array([[10000000.3, 20000000.1], [10000000.0, 20000000.9], [10000000.8, 20000000.2]])
CROSS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
CROSSED = np.array([1.0, -1.0, -1.0, 1.0])


def signs(rng: np.random.Generator, n: int) -> Array:
    """Return classes of n rows, at least one of each."""
    return np.append(np.where(rng.random(n - 2) < 0.5, -1.0, 1.0), [1.0, -1.0])


def table(rng: np.random.Generator, n: int, d: int = 2) -> Array:
    """Return the inner products of n rows with few digits."""
    X = numbers(rng, n, d)
    return (X @ X.T).round(2) + 0.0


def radial(rng: np.random.Generator, n: int) -> Array:
    """Return values of the radial kernel with few digits."""
    X = numbers(rng, n, 2)
    return np.exp(-((X[:, None] - X[None]) ** 2).sum(axis=2)).round(3) + 0.0


def multipliers(rng: np.random.Generator, n: int, C: float) -> Array:
    """Return multipliers of which some are 0, some C and some between."""
    alpha = (C * rng.random(n)).round(2)
    alpha[::3], alpha[1::4] = 0.0, C
    return np.asarray(alpha)


# --- inputs ---------------------------------------------------------------------------------------------------------


def two_sets(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and Z."""
    yield case("two rows and one", np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[2.0, 1.0]]))
    yield case("one column", LINE, np.array([[1.0], [-2.0]]))
    yield case("a row of zeros", np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[2.0, 0.5], [0.0, 3.0]]))
    yield case("three columns", numbers(rng, 5, 3), numbers(rng, 4, 3))
    yield case("one row and many", numbers(rng, 1, 2), numbers(rng, 6, 2))


def polynomials(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Z, gamma, degree and coef0."""
    yield case("two rows and one, degree 2", np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[2.0, 1.0]]), 1.0, 2, 1.0)
    yield case("no constant", LINE, np.array([[1.0], [-2.0]]), 1.0, 3, 0.0)
    yield case("gamma below one", numbers(rng, 4, 3), numbers(rng, 3, 3), 0.5, 2, 1.0)
    yield case("degree 1", numbers(rng, 3, 2), numbers(rng, 3, 2), 2.0, 1, 0.5)
    yield case("degree 3, negative products", CROSS, -CROSS, 0.5, 3, 1.0)


def radials(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Z and gamma."""
    yield case("two rows and one", np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[2.0, 1.0]]), 0.5)
    yield case("one column", LINE, np.array([[1.0], [-2.0]]), 1.0)
    yield case("rows with themselves", CROSS, CROSS, 0.2)
    yield case("three columns", numbers(rng, 5, 3), numbers(rng, 4, 3), 2.0)
    yield case("rows close to each other, far from the origin", FAR, FAR[:2], 1.0)


def weighed(rng: np.random.Generator) -> Iterator[Case]:
    """Yield w, b, X, y and C."""
    yield case("three points, no slack", np.array([1.0]), -1.0, LINE, SIDES, 1.0)
    yield case("three points, slack", np.array([0.5]), -0.5, LINE, SIDES, 0.25)
    yield case("rows on the wrong side", np.array([-1.0, 2.0]), 0.5, CROSS, CROSSED, 3.0)
    yield case("no weights", np.zeros(2), 0.0, CROSS, CROSSED, 2.0)
    yield case("ten rows", numbers(rng, 3), 0.3, numbers(rng, 10, 3), signs(rng, 10), 0.7)


def weighted(rng: np.random.Generator) -> Iterator[Case]:
    """Yield alpha, y and K."""
    yield case("three points", np.array([0.5, 0.5, 0.0]), SIDES, LINE @ LINE.T)
    yield case("all multipliers 0", np.zeros(3), SIDES, LINE @ LINE.T)
    yield case("four rows of a radial kernel", np.array([0.2, 0.7, 0.0, 0.5]), CROSSED, radial(rng, 4))
    yield case("eight rows", multipliers(rng, 8, 1.0), signs(rng, 8), table(rng, 8))


def bounded(rng: np.random.Generator) -> Iterator[Case]:
    """Yield alpha, y and C."""
    yield case("three points: one free, one 0", np.array([0.5, 0.5, 0.0]), SIDES, 1.0)
    yield case("all 0", np.zeros(4), CROSSED, 2.0)
    yield case("all at C", np.full(4, 2.0), CROSSED, 2.0)
    yield case("rounding away from the bounds", np.array([1e-14, 0.99999999999999, 1e-14, 0.99999999999999]),
               np.array([1.0, 1.0, -1.0, -1.0]), 1.0)  # fmt: skip
    yield case("nine rows", multipliers(rng, 9, 3.0), signs(rng, 9), 3.0)


def scored(rng: np.random.Generator) -> Iterator[Case]:
    """Yield alpha, y, F and C."""
    yield case("three points, soft margin: no row is free", np.array([0.25, 0.25, 0.0]), SIDES,
               np.array([-1.0, 0.0, -0.5]), 0.25)  # fmt: skip
    yield case("the start: all 0", np.zeros(3), SIDES, SIDES, 1.0)
    yield case("an optimum without a free row", np.array([0.0, 1.0, 1.0, 0.0]), np.array([1.0, 1.0, -1.0, -1.0]),
               np.array([-1.5, 0.9, -0.5, 0.3]), 1.0)  # fmt: skip
    yield case("all rows may go both ways", np.full(4, 0.5), CROSSED, np.array([0.4, -0.3, 0.2, 0.1]), 1.0)
    yield case("no row is free, not an optimum", np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, -1.0, 1.0, -1.0]),
               np.array([0.2, 0.9, -0.4, 0.3]), 1.0)  # fmt: skip
    yield case("nine rows", multipliers(rng, 9, 2.0), signs(rng, 9), numbers(rng, 9, digits=2), 2.0)


def pairs(rng: np.random.Generator) -> Iterator[Case]:
    """Yield alpha, y, F, K and C."""
    yield case("the start: all 0", np.zeros(3), SIDES, SIDES, LINE @ LINE.T, 1.0)
    yield case("the largest score may not rise", np.array([1.0, 0.5, 0.5, 0.0]), np.array([1.0, 1.0, -1.0, -1.0]),
               np.array([3.0, 1.0, 0.5, -0.4]), table(rng, 4), 1.0)  # fmt: skip
    yield case("the lowest score may not fall", np.array([0.0, 0.5, 0.5, 0.0]), np.array([1.0, 1.0, -1.0, -1.0]),
               np.array([-3.0, 1.0, 0.5, -0.4]), table(rng, 4), 1.0)  # fmt: skip
    yield case("two equal rows", np.zeros(3), np.array([1.0, -1.0, -1.0]), np.array([1.0, -1.0, -0.9]),
               np.array([[2.0, 2.0, 0.5], [2.0, 2.0, 0.5], [0.5, 0.5, 1.0]]), 1.0)  # fmt: skip
    yield case("a smaller difference over a smaller curvature", np.full(3, 0.5), np.ones(3), np.array([2.0, -1.0, 1.0]),
               np.diag([0.5, 3.5, 0.5]), 1.0)  # fmt: skip
    for n in (6, 9, 12):
        yield case(f"{n} rows", multipliers(rng, n, 1.0), signs(rng, n), numbers(rng, n, digits=2), table(rng, n), 1.0)


def stepped(rng: np.random.Generator) -> Iterator[Case]:
    """Yield alpha, y, F, K, C, i and j."""
    K = LINE @ LINE.T
    yield case("to the top of the parabola", np.zeros(3), SIDES, SIDES, K, 1.0, 1, 0)
    yield case("up to the bound of the first", np.zeros(3), SIDES, SIDES, K, 0.25, 1, 0)
    yield case("down to 0 of the second", np.array([0.8, 0.2, 0.6]), SIDES, np.array([0.0, 0.3, 2.8]), K, 1.0, 2, 1)
    yield case("down to 0 of the first", np.array([0.1, 0.6, 0.3]), SIDES, np.array([2.0, -1.0, 0.3]), K, 1.0, 0, 1)
    yield case("the bound of the second", np.array([0.9, 0.2, 0.6]), SIDES, np.array([-3.0, 1.0, 2.0]), K, 1.0, 2, 0)
    yield case(
        "two equal rows", np.full(2, 0.5), np.array([1.0, 1.0]), np.array([0.5, 0.2]), np.ones((2, 2)), 1.0, 0, 1
    )
    yield case("both of the negative class", np.array([0.4, 0.7, 0.2]), -np.ones(3), np.array([0.9, 0.1, 0.4]),
               np.diag([1.0, 2.0, 3.0]), 5.0, 0, 2)  # fmt: skip


def problems(rng: np.random.Generator) -> Iterator[Case]:
    """Yield K, y, C, tol and a number of steps."""
    yield case("three points, hard margin", LINE @ LINE.T, SIDES, 1.0, 1e-9, 9)
    yield case("three points, soft margin", LINE @ LINE.T, SIDES, 0.25, 1e-9, 9)
    yield case("a wide tolerance: stops early", table(rng, 6), signs(rng, 6), 1.0, 1.0, 20)
    yield case("a tolerance that is met before the end", radial(rng, 9), signs(rng, 9), 1.0, 0.3, 40)
    yield case("no step allowed", table(rng, 4), CROSSED, 1.0, 1e-6, 0)
    yield case("a radial kernel", radial(rng, 8), signs(rng, 8), 2.0, 1e-6, 12)


def decided(rng: np.random.Generator) -> Iterator[Case]:
    """Yield the kernel values of new rows with those of the fit, alpha, y and b."""
    new = np.array([[1.0], [-1.0]])
    yield case("two new rows", new @ LINE.T, np.array([0.5, 0.5, 0.0]), SIDES, -1.0)
    yield case("no support vector", new @ LINE.T, np.zeros(3), SIDES, 0.5)
    yield case("one new row", numbers(rng, 1, 4), multipliers(rng, 4, 1.0), CROSSED, 0.2)
    yield case("seven new rows", numbers(rng, 7, 5), multipliers(rng, 5, 2.0), signs(rng, 5), -0.7)


def streamed(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, C, a number of steps and a random generator."""
    yield case("three points, two steps", LINE + 1.0, SIDES, 1.0, 2, Seed(1))
    yield case("three points, twelve steps", LINE + 1.0, SIDES, 0.5, 12, Seed(0))
    yield case("two columns", numbers(rng, 6, 2), signs(rng, 6), 2.0, 10, Seed(4))
    yield case("no step", LINE, SIDES, 1.0, 0, Seed(0))


def sides(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y."""
    yield case("three rows", SIDES)
    yield case("as many of each", CROSSED)
    yield case("one class only", np.ones(3))
    yield case("few of one class", np.append(-np.ones(7), 1.0))
    yield case("twenty rows", signs(rng, 20))


def sigmoids(rng: np.random.Generator) -> Iterator[Case]:
    """Yield A, B, f and target."""
    yield case("three rows", -1.0, 0.0, np.array([-1.0, 0.5, 2.0]), np.array([0.25, 0.75, 0.75]))
    yield case("no slope", 0.0, 0.5, np.array([1.0, -1.0]), np.array([0.8, 0.2]))
    yield case("decisions of 1000", -2.0, 0.1, np.array([1000.0, -1000.0, 3.0]), np.array([0.9, 0.1, 0.9]))
    yield case("eight rows", -1.5, -0.2, numbers(rng, 8), (0.1 + 0.8 * (rng.random(8) < 0.5)).round(1))


def calibrated(rng: np.random.Generator) -> Iterator[Case]:
    """Yield f, y and a number of steps."""
    yield case("four rows, one step", np.array([-2.0, -0.5, 0.5, 2.0]), np.array([-1.0, 1.0, -1.0, 1.0]), 1)
    yield case("three rows", np.array([-1.0, 1.0, 2.0]), SIDES, 3)
    yield case("more of one class", numbers(rng, 9), np.append(-np.ones(7), [1.0, 1.0]), 3)
    yield case("one row far away, where a whole step climbs", FEW_FAR, np.append(1.0, -np.ones(11)), 3)
    yield case("all decisions equal", np.full(4, 0.5), np.array([1.0, 1.0, 1.0, -1.0]), 2)


FEW_FAR = np.array([-101.2, -0.2, -7.6, -0.4, 0.3, 0.6, 0.3, 0.1, -0.9, 1.7, 0.0, -1.5])


# --- tasks ----------------------------------------------------------------------------------------------------------

LINEAR = Task(
    "Returns the inner products, (n, m).",
    two_sets,
    ("One number for each row of X and each row of Z.", "(n, d) @ (d, m) is (n, m): transpose Z."),
    (
        Mistake("The rows of Z come first: the result is (m, n).", {"X @ Z.T": "Z @ X.T"}),
        Mistake("It multiplies X with itself; the second set is Z.", {"X @ Z.T": "X @ X.T"}),
        Mistake("It is divided by the lengths of the rows of X; the inner product is not.",
                {"X @ Z.T": "X @ Z.T / np.linalg.norm(X, axis=1, keepdims=True).clip(1e-12)"}),
        Mistake("These are squared; the linear kernel is the inner product itself.", {"X @ Z.T": "(X @ Z.T) ** 2"}),
    ),
)  # fmt: skip

POLYNOMIAL = Task(
    "Returns the kernel values, (n, m).",
    polynomials,
    ("Inner products first, times gamma.", "Add coef0 before you raise to the power."),
    (
        Mistake("The constant coef0 is missing.", {" + coef0": ""}),
        Mistake("The factor gamma is missing.", {"gamma * ": ""}),
        Mistake("coef0 is added after the power; it belongs into the brackets.",
                {"(gamma * X @ Z.T + coef0) ** degree": "(gamma * X @ Z.T) ** degree + coef0"}),
        Mistake("gamma multiplies the power; it belongs into the brackets, with the inner product only.",
                {"(gamma * X @ Z.T + coef0) ** degree": "gamma * (X @ Z.T + coef0) ** degree"}),
        Mistake("It multiplies by the degree; raise to the power.", {"** degree": "* degree"}),
        Mistake("The power is missing.", {" ** degree": ""}),
    ),
)  # fmt: skip

RBF = Task(
    "Returns the kernel values, (n, m), each between 0 and 1.",
    radials,
    (
        "X[:, None, :] - Z[None, :, :] holds all differences, (n, m, d).",
        "Square them, sum over the last axis, and take exp(-gamma times that).",
    ),
    (
        Mistake("It takes the distance; the exponent is the squared distance.", {"* squares": "* np.sqrt(squares)"}),
        Mistake("The sign of the exponent is missing: the kernel grows with the distance.", {"-gamma": "gamma"}),
        Mistake("The factor gamma is missing.", {"-gamma * squares": "-squares"}),
        Mistake("It halves the exponent; gamma stands alone here.", {"-gamma * squares": "-gamma * squares / 2"}),
        Mistake("gamma is taken for a width: the exponent is -gamma times the squared distance.",
                {"-gamma * squares": "-squares / (2 * gamma**2)"}),
        Mistake("The squares are expanded, ‖x‖² - 2 x·z + ‖z‖²: far from the origin numbers cancel that are much "
                "larger than the distance. Subtract first.",
                {"((X[:, None, :] - Z[None, :, :]) ** 2).sum(axis=2)":
                 "np.maximum((X**2).sum(axis=1)[:, None] + (Z**2).sum(axis=1) - 2 * X @ Z.T, 0)"}),
    ),
)  # fmt: skip

PRIMAL_OBJECTIVE = Task(
    "Returns one number.",
    weighed,
    (
        "y * (X @ w + b) is each row's decision for its own class.",
        "The slack is what it falls short of 1, and never negative: np.maximum(0, …).",
        "Half the squared length of w, plus C times the sum of the slack.",
    ),
    (
        Mistake("The ½ before the squared length of w is missing.", {" / 2": ""}),
        Mistake("It takes the mean of the slack; the chapter takes the sum.", {".sum()": ".mean()"}),
        Mistake("C multiplies the length of w; it is the price of the slack.",
                {"w @ w / 2 + C *": "C * w @ w / 2 +"}),
        Mistake("b is missing in the decisions.", {"(X @ w + b)": "(X @ w)"}),
        Mistake("Slack below zero counts: a row beyond the margin earns nothing.",
                {"np.maximum(0, 1 - y * (X @ w + b))": "(1 - y * (X @ w + b))"}),
        Mistake("Only rows on the wrong side of the boundary pay; the margin is at 1.", {"1 - y": "-y"}),
        Mistake("The slack is squared; the hinge is not.",
                {"np.maximum(0, 1 - y * (X @ w + b))": "(np.maximum(0, 1 - y * (X @ w + b)) ** 2)"}),
        Mistake("b is penalised; only w is.", {"w @ w / 2": "(w @ w + b * b) / 2"}),
    ),
)  # fmt: skip

DUAL_OBJECTIVE = Task(
    "Returns one number.",
    weighted,
    ("The coefficient of a row is alpha times y.", "coef @ K @ coef is ‖w‖² in the space of the kernel."),
    (
        Mistake("The ½ is missing.", {" / 2": ""}),
        Mistake("The classes are missing: the coefficient of a row is alpha * y.", {"alpha * y": "alpha"}),
        Mistake("It sums alpha * y, which is 0; the multipliers themselves are summed.", {"alpha.sum()": "coef.sum()"}),
        Mistake("The quadratic term is added; it is subtracted.", {"- coef @": "+ coef @"}),
    ),
)  # fmt: skip

SCORES = Task(
    "Returns a score for each row, (n,).",
    weighted,
    ("K @ (alpha * y) is the decision function without b.", "The score is what it lacks to y."),
    (
        Mistake("The classes are missing in the decision function: K @ (alpha * y).", {"(alpha * y)": "alpha"}),
        Mistake("The sign is the wrong one: the score is y less the decision.",
                {"y - K @ (alpha * y)": "K @ (alpha * y) - y"}),
        Mistake("It is the derivative of the dual objective; the score is y times that.",
                {"y - K @ (alpha * y)": "1 - y * (K @ (alpha * y))"}),
        Mistake("It starts from 1; the score starts from y.", {"y - K": "1 - K"}),
    ),
)  # fmt: skip

MOVABLE = Task(
    "Returns two arrays of truth values, (n,) each.",
    bounded,
    (
        "y * alpha grows if alpha grows in the positive class, or falls in the negative one.",
        "alpha may grow below C and fall above 0, with ROUNDING to spare.",
        "np.where(y > 0, …, …) chooses by class.",
    ),
    (
        Mistake("The class is not regarded: in the negative class y * alpha grows when alpha falls.",
                {"np.where(y > 0, below, above), np.where(y > 0, above, below)": "below, above"}),
        Mistake("The two sets are exchanged.",
                {"np.where(y > 0, below, above), np.where(y > 0, above, below)":
                 "np.where(y > 0, above, below), np.where(y > 0, below, above)"}),
        Mistake("Rounding is not regarded: a multiplier of 1e-14 is at its bound.",
                {"alpha < C * (1 - ROUNDING), alpha > C * ROUNDING": "alpha < C, alpha > 0"}),
        Mistake("A multiplier at its bound may not go on: the comparisons are strict.",
                {"alpha < C * (1 - ROUNDING), alpha > C * ROUNDING": "alpha <= C, alpha >= 0"}),
    ),
)  # fmt: skip

VIOLATION = Task(
    "Returns one number.",
    scored,
    ("movable says which rows count.", "The largest score that may rise less the lowest that may fall."),
    (
        Mistake("It looks at all rows; only those that may move count.",
                {"F[up].max() - F[down].min()": "F.max() - F.min()"}),
        Mistake("The two sets are exchanged.", {"F[up].max() - F[down].min()": "F[down].max() - F[up].min()"}),
        Mistake("It is cut off at 0; at an optimum the difference may be negative.",
                {"F[up].max() - F[down].min()": "max(0.0, F[up].max() - F[down].min())"}),
        Mistake("The sign is the wrong one.", {"F[up].max() - F[down].min()": "F[down].min() - F[up].max()"}),
    ),
)  # fmt: skip

CHOOSE_PAIR = Task(
    "Returns two row numbers, i and j.",
    pairs,
    (
        "i has the largest score of those that may rise: np.where(up, F, -np.inf).argmax().",
        "Along i and j the objective rises by the squared difference of their scores over the curvature (and a half).",
        "Only partners that may fall, with a lower score, count.",
    ),
    (
        Mistake("The partner is the one with the lowest score; take the one that gains most.",
                {"return i, gain.argmax()": "return i, np.where(down, -F, -np.inf).argmax()"}),
        Mistake("The first row is the largest score of all; it has to be one that may rise.",
                {"np.where(up, F, -np.inf).argmax()": "F.argmax()"}),
        Mistake("The partner need not be one that may fall.", {"down & (difference > 0)": "difference > 0"}),
        Mistake("The gain takes the difference; its square is right.", {"difference**2": "difference"}),
        Mistake("The sign of the product in the curvature is the wrong one: K_ii + K_jj - 2 K_ij.",
                {"- 2 * K[i]": "+ 2 * K[i]"}),
        Mistake("The pair is exchanged: i, whose score is largest, comes first.",
                {"return i, gain.argmax()": "return gain.argmax(), i"}),
    ),
)  # fmt: skip

STEP_LENGTH = Task(
    "Returns one number, not negative.",
    stepped,
    (
        "Without bounds the step is the difference of the scores over the curvature K_ii + K_jj - 2 K_ij.",
        "y * alpha grows at i: alpha grows in the positive class, and falls in the negative. How much room is left?",
        "At j it is the other way round. The step is the least of the three.",
    ),
    (
        Mistake("The bounds are not regarded.",
                {"min((F[i] - F[j]) / curvature, room_i, room_j)": "(F[i] - F[j]) / curvature"}),
        Mistake("The room at j is that of a rise; y * alpha falls there.",
                {"alpha[j] if y[j] > 0 else C - alpha[j]": "C - alpha[j] if y[j] > 0 else alpha[j]"}),
        Mistake("The room at i does not regard the class.",
                {"C - alpha[i] if y[i] > 0 else alpha[i]": "C - alpha[i]"}),
        Mistake("The product is added; the curvature is a squared distance, K_ii + K_jj - 2 K_ij.",
                {" - 2 * K[i, j]": " + 2 * K[i, j]"}),
        Mistake("The curvature lacks the product: K_ii + K_jj - 2 K_ij.", {" - 2 * K[i, j]": ""}),
        Mistake("The product is subtracted once; it comes twice.", {"2 * K[i, j]": "K[i, j]"}),
        Mistake("The difference is the other one: the score of i is the larger.", {"F[i] - F[j]": "F[j] - F[i]"}),
    ),
)  # fmt: skip

SMO = Task(
    "Yields multipliers, (n,), and scores, (n,), after each step.",
    problems,
    (
        "All multipliers start at 0, and the scores at y.",
        "A step: stop if the violation is at most tol; choose the pair; find the length t; move both.",
        "y * alpha grows by t at i, so alpha[i] changes by y[i] * t. The scores change by -t * (K[i] - K[j]).",
    ),
    (
        Mistake("The classes are missing in the step: alpha changes by y * t.",
                {"alpha[i] += y[i] * t": "alpha[i] += t", "alpha[j] -= y[j] * t": "alpha[j] -= t"}),
        Mistake("The scores change the wrong way.", {"F - t * (K[i] - K[j])": "F + t * (K[i] - K[j])"}),
        Mistake("The scores do not change with the length of the step.",
                {"F - t * (K[i] - K[j])": "F - (K[i] - K[j])"}),
        Mistake("The scores are not updated.", {"F = F - t * (K[i] - K[j])": "F = F"}),
        Mistake("It goes on until nothing is left; the violation may be up to tol.", {"<= tol": "<= 0"}),
        Mistake("Only one of the two multipliers moves: their sum y * alpha has to stay 0.",
                {"        alpha[j] -= y[j] * t\n": ""}),
    ),
)  # fmt: skip

INTERCEPT = """    if (up & down).any():
        return F[up & down].mean()
    return (F[up].max() + F[down].min()) / 2"""  # the body of bias

BIAS = Task(
    "Returns one number.",
    scored,
    (
        "A free multiplier may move both ways: up & down.",
        "Their scores agree at an optimum; average them, because they agree only roughly before it.",
        "Where none is free, every b between two scores is right: take the middle.",
    ),
    (
        Mistake("It takes the first free support vector, whose score may be off by the tolerance; the mean is better.",
                {"F[up & down].mean()": "F[up & down][0]"}),
        Mistake("It takes the first support vector, which may be at the bound; then its score is no intercept.",
                {INTERCEPT: "    return F[np.flatnonzero(alpha > 0)[0]]"}),
        Mistake("It averages over all support vectors; those at the bound have other scores.",
                {INTERCEPT: "    return F[alpha > 0].mean()"}),
        Mistake("The sign is the wrong one: the score is y less the decision without b.",
                {"F[up & down].mean()": "-F[up & down].mean()"}),
        Mistake("Without a free one it takes the end of the interval; the middle is right.",
                {"(F[up].max() + F[down].min()) / 2": "F[up].max()"}),
        Mistake("Without a free one it takes the sum of the ends; halve it.", {" / 2": ""}),
    ),
)  # fmt: skip

DECIDE = Task(
    "Returns the decisions, (m,).",
    decided,
    ("The coefficient of each row of the fit is alpha * y.", "Add b."),
    (
        Mistake("The classes are missing: the coefficients are alpha * y.", {"(alpha * y)": "alpha"}),
        Mistake("b is missing.", {" + b": ""}),
        Mistake("b is subtracted.", {"+ b": "- b"}),
        Mistake("These are the classes; the decision is the number before its sign is taken.",
                {"K @ (alpha * y) + b": "np.sign(K @ (alpha * y) + b)"}),
    ),
)  # fmt: skip

PEGASOS = Task(
    "Yields the weights, (d,), after each step.",
    streamed,
    (
        "A step draws one row: i = rng.integers(len(y)).",
        "The step size is 1 / (penalty * t), with penalty = 1 / (C n). Shrinking w by it is a factor 1 - 1 / t.",
        "Only a row within the margin, y * (x·w) < 1, pulls.",
    ),
    (
        Mistake("A row pulls only if it is on the wrong side; within the margin it pulls too: < 1.", {"< 1": "< 0"}),
        Mistake("w does not shrink: the penalty is missing.", {"(1 - 1 / t) * w": "w"}),
        Mistake("The number of rows is missing in the penalty.", {"1 / (C * len(y))": "1 / C"}),
        Mistake("The row pushes w away; it pulls w to its own side.", {"+ inside": "- inside"}),
        Mistake("The step does not get smaller: divide by t.", {"(penalty * t)": "penalty"}),
        Mistake("The class of the row is missing in the step.", {"inside * y[i] * X[i]": "inside * X[i]"}),
    ),
)  # fmt: skip

TARGETS = Task(
    "Returns a probability for each row, (n,).",
    sides,
    ("Count the rows of each class.", "One more is counted than seen: (p + 1) / (p + 2), and 1 / (n + 2)."),
    (
        Mistake("The targets are 1 and 0, and then separable decisions have no best slope.",
                {"np.where(y > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))": "np.where(y > 0, 1.0, 0.0)"}),
        Mistake("The counts are exchanged: each class has its own.",
                {"(positive + 1) / (positive + 2), 1 / (negative + 2)":
                 "(negative + 1) / (negative + 2), 1 / (positive + 2)"}),
        Mistake("One more has to be counted above, too: (p + 1) / (p + 2).", {"(positive + 1) /": "positive /"}),
        Mistake("The two classes are exchanged.", {"y > 0, (": "y < 0, ("}),
    ),
)  # fmt: skip

SIGMOID_LOSS = Task(
    "Returns one number.",
    sigmoids,
    (
        "With z = A f + B the probability is 1 / (1 + exp(z)); minus its logarithm is log(1 + exp(z)).",
        "-t log p - (1 - t) log(1 - p) is t z + log(1 + exp(-z)).",
        "np.logaddexp(0, -z) does not overflow.",
    ),
    (
        Mistake("It is the mean; the chapter takes the sum.", {".sum()": ".mean()"}),
        Mistake("The sign in the logarithm is the wrong one: log(1 + exp(-z)).", {"(0, -z)": "(0, z)"}),
        Mistake("The exponential overflows for decisions of 1000; np.logaddexp does not.",
                {"np.logaddexp(0, -z)": "np.log(1 + np.exp(-z))"}),
        Mistake("The target's term has the wrong sign.", {"target * z +": "-target * z +"}),
        Mistake("B is missing.", {"A * f + B": "A * f"}),
    ),
)  # fmt: skip

PLATT = Task(
    "Yields A and B, (2,), after each step.",
    calibrated,
    (
        "Start from A = 0 and the B that gives every row the share of its class, with one more row of each.",
        "The gradient is Zᵀ(target - p), the Hessian Zᵀ diag(p (1 - p)) Z, with the columns f and 1 in Z.",
        "Halve the step as long as the loss would rise.",
    ),
    (
        Mistake("It starts from B = 0; start from the shares of the classes.",
                {"np.log(((y < 0).sum() + 1) / ((y > 0).sum() + 1))": "0.0"}),
        Mistake("The targets are 1 and 0; take those of targets(y).", {"targets(y)": "(y > 0).astype(float)"}),
        Mistake("The whole step is taken also where the loss rises.",
                {"        while sigmoid_loss(*(theta - step), f, target) > sigmoid_loss(*theta, f, target):\n"
                 "            step = step / 2\n": ""}),
        Mistake("The weights p (1 - p) are missing in the Hessian.", {"(Z.T * p * (1 - p)) @ Z": "Z.T @ Z"}),
        Mistake("The probability is that of the other sign: p = 1 / (1 + exp(z)).",
                {"np.logaddexp(0, Z @ theta)": "np.logaddexp(0, -(Z @ theta))"}),
        Mistake("The step goes uphill: subtract it.", {"theta = theta - step": "theta = theta + step"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "linear": LINEAR,
        "polynomial": POLYNOMIAL,
        "rbf": RBF,
        "primal_objective": PRIMAL_OBJECTIVE,
        "dual_objective": DUAL_OBJECTIVE,
        "scores": SCORES,
        "movable": MOVABLE,
        "violation": VIOLATION,
        "choose_pair": CHOOSE_PAIR,
        "step_length": STEP_LENGTH,
        "smo": SMO,
        "bias": BIAS,
        "decide": DECIDE,
        "pegasos": PEGASOS,
        "targets": TARGETS,
        "sigmoid_loss": SIGMOID_LOSS,
        "platt": PLATT,
    }
)
