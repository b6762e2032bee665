"""The exercise of gradient boosting: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers

BEDS = np.arange(1.0, 7.0)  # The chapter's six beds,
TOMATOES = np.array([1.0, 1.0, 4.0, 9.0, 9.0, 12.0])  # their yields,
LEFT = TOMATOES - 6.0  # and what the mean leaves.
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
DIFFERENT = np.array([0.0, 1.0, 1.0, 0.0])
STUMP = (0, 3.5, -4.0, 4.0)
MIXED = np.array([[1.0, 0.0], [3.0, 0.0], [1.0, 1.0], [2.0, 1.0], [4.0, 1.0], [4.0, 2.0], [5.0, 0.0], [6.0, 2.0]])
THREE = (0, 0.5, (1, 0.5, 1.0, 2.0), (2, 0.5, 3.0, (1, 0.5, 6.0, 4.0)))
CUBE = np.array([[i // 4, i // 2 % 2, i % 2] for i in (0, 1, 2, 2, 3, 4, 4, 4, 5, 6, 7, 7)], dtype=float)
DEEPER = (1, 0.5, (0, 2.0, -1.5, 0.25), (0, 3.0, 0.5, (1, 1.0, 2.0, 5.0)))


def ties(rng: np.random.Generator, n: int, d: int) -> Array:
    """Return rows of small whole numbers, of which many are equal."""
    return rng.integers(0, 4, (n, d)).astype(float)


def labels(rng: np.random.Generator, n: int) -> Array:
    """Return labels 0 and 1, at least one of each."""
    return np.append((rng.random(n - 2) < 0.5).astype(float), [0.0, 1.0])


def positive(rng: np.random.Generator, n: int) -> Array:
    """Return positive numbers with few digits."""
    return (0.1 + rng.random(n)).round(2)


# --- inputs ---------------------------------------------------------------------------------------------------------


def columns(rng: np.random.Generator) -> Iterator[Case]:
    """Yield x and r."""
    yield case("six beds", BEDS, LEFT)
    yield case("three rows, not sorted", np.array([3.0, 1.0, 2.0]), np.array([2.0, 0.0, 7.0]))
    yield case("two equal entries", np.array([2.0, 1.0, 2.0, 3.0]), np.array([1.0, 0.0, 3.0, 5.0]))
    yield case("all entries equal", np.full(3, 4.0), np.array([1.0, 2.0, 6.0]))
    yield case("a column of XOR: nothing is gained", XOR[:, 0], DIFFERENT)
    yield case("two equally good cuts", np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 1.0]))
    for n in (8, 12):
        yield case(f"{n} rows with equal entries", ties(rng, n, 1)[:, 0], numbers(rng, n))
    yield case("ten rows", numbers(rng, 10), numbers(rng, 10))


def columns_and_one(rng: np.random.Generator) -> Iterator[Case]:
    """Yield x and r, also of a single row."""
    yield from columns(rng)
    yield case("one row", np.array([2.0]), np.array([5.0]))


def leaves(rng: np.random.Generator) -> Iterator[Case]:
    """Yield r and h."""
    yield case("three rows of the squared loss", np.array([1.0, 2.0, 6.0]), np.ones(3))
    yield case("three rows of the logistic loss", np.array([0.5, -0.2, 0.1]), np.array([0.25, 0.16, 0.09]))
    yield case("one row", np.array([-0.9]), np.array([0.09]))
    yield case("rows that are all certain", np.zeros(2), np.zeros(2))
    yield case("certain up to rounding", np.array([1e-160, 1e-160]), np.array([1e-160, 1e-160]))
    yield case("eight rows", numbers(rng, 8, digits=2), positive(rng, 8))


def tables(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, r, h and depth."""
    yield case("six beds, one cut", BEDS[:, None], LEFT, np.ones(6), 1)
    yield case("depth 0", BEDS[:, None], LEFT, np.ones(6), 0)
    yield case("XOR: the first cut gains nothing", XOR, DIFFERENT, np.ones(4), 2)
    yield case("residuals that are all equal", BEDS[:, None], np.full(6, 2.0), np.ones(6), 2)
    yield case("two equally good columns", np.column_stack([BEDS, BEDS]), LEFT, np.ones(6), 1)
    yield case("columns without a possible cut", np.ones((4, 2)), np.array([1.0, 2.0, 3.0, 6.0]), np.ones(4), 2)
    yield case("the logistic loss", BEDS[:, None], np.array([-0.5, -0.5, 0.5, -0.5, 0.5, 0.5]), positive(rng, 6), 2)
    yield case("eight rows, two levels", numbers(rng, 8, 2), numbers(rng, 8), np.ones(8), 2)
    yield case("twelve rows, three levels", ties(rng, 12, 3), numbers(rng, 12), positive(rng, 12), 3)


def grown(rng: np.random.Generator) -> Iterator[Case]:
    """Yield tree and X."""
    yield case("one cut", STUMP, np.array([[1.0], [5.0]]))
    yield case("a leaf", 2.5, np.array([[1.0], [5.0], [6.0]]))
    yield case("an entry at the threshold", STUMP, np.array([[3.5], [3.6]]))
    yield case("two levels", DEEPER, np.array([[1.0, 0.0], [3.0, 0.0], [1.0, 1.0], [4.0, 1.0], [4.0, 2.0]]))
    yield case("ten rows", DEEPER, np.abs(numbers(rng, 10, 2)) * 2)


def predictions(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y and F."""
    yield case("six beds and their mean", TOMATOES, np.full(6, 6.0))
    yield case("one row", np.array([3.0]), np.array([1.0]))
    yield case("nothing is left", np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    yield case("ten rows", numbers(rng, 10), numbers(rng, 10))


def log_odds(rng: np.random.Generator) -> Iterator[Case]:
    """Yield labels y and log-odds F."""
    yield case("two rows, log-odds 0", np.array([0.0, 1.0]), np.zeros(2))
    yield case("three rows", np.array([1.0, 0.0, 1.0]), np.array([1.0, 1.0, -2.0]))
    yield case("log-odds of 1000", np.array([1.0, 0.0, 1.0]), np.array([1000.0, -1000.0, 3.0]))
    yield case("sure and wrong", np.array([0.0, 1.0]), np.array([40.0, -40.0]))
    yield case("ten rows", labels(rng, 10), numbers(rng, 10))


def problems(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, rate, depth and steps."""
    yield case("six beds, two rounds", BEDS[:, None], TOMATOES, 0.5, 1, 2)
    yield case("no step", BEDS[:, None], TOMATOES, 0.5, 1, 0)
    yield case("XOR in whole steps", XOR, DIFFERENT, 1.0, 2, 2)
    yield case("eight rows", numbers(rng, 8, 2), numbers(rng, 8), 0.3, 2, 3)
    yield case("twelve rows with equal entries", ties(rng, 12, 2), numbers(rng, 12), 0.1, 1, 6)


def class_problems(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, labels y, rate, depth and steps."""
    ripe = np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    yield case("six beds, two rounds", BEDS[:, None], ripe, 0.5, 1, 2)
    yield case("no step", BEDS[:, None], ripe, 0.5, 1, 0)
    yield case("few of one class", BEDS[:, None], np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0]), 0.5, 1, 2)
    yield case("eight rows", numbers(rng, 8, 2), labels(rng, 8), 0.3, 2, 3)
    yield case("twelve rows with equal entries", ties(rng, 12, 2), labels(rng, 12), 0.1, 1, 6)


def sums(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, start, trees and rate."""
    yield case("one tree", np.array([[1.0], [5.0]]), 6.0, [STUMP], 0.5)
    yield case("two trees", np.array([[1.0], [3.0], [5.0]]), 6.0, [STUMP, (0, 2.5, -3.0, 1.5)], 0.5)
    yield case("a tree that is a leaf", np.array([[1.0], [5.0]]), 1.0, [0.5, STUMP], 1.0)
    yield case("two columns", np.abs(numbers(rng, 6, 2)) * 2, -1.0, [DEEPER, STUMP, DEEPER], 0.1)


def halves(rng: np.random.Generator) -> Iterator[Case]:
    """Yield G_left, H_left, G_right, H_right, lam and gamma."""
    yield case("equal and opposite, no penalty", 4.0, 2.0, -4.0, 2.0, 0.0, 0.0)
    yield case("with a penalty", 3.0, 2.0, -5.0, 4.0, 1.0, 0.0)
    yield case("with the price of a leaf", 3.0, 2.0, -5.0, 4.0, 1.0, 0.5)
    yield case("nothing to gain", 2.0, 1.0, 2.0, 1.0, 0.0, 0.25)
    yield case("arrays of cuts", numbers(rng, 5), positive(rng, 5), numbers(rng, 5), positive(rng, 5), 0.5, 0.1)


def entries(rng: np.random.Generator) -> Iterator[Case]:
    """Yield x and edges."""
    yield case("three entries and one edge", np.array([1.0, 4.0, 2.0]), np.array([2.5]))
    yield case("an entry at an edge", np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0]))
    yield case("all below, all above", np.array([-9.0, 9.0]), np.array([0.0, 1.0, 2.0]))
    yield case("ten entries", numbers(rng, 10), np.array([-1.0, -0.3, 0.4, 1.1]))


def binned(rng: np.random.Generator) -> Iterator[Case]:
    """Yield bins, values and n_bins."""
    yield case("four rows, two bins", np.array([0, 1, 1, 0]), np.array([1.0, 2.0, 4.0, 8.0]), 2)
    yield case("an empty bin", np.array([0, 2, 2]), np.array([1.0, 3.0, -1.0]), 3)
    yield case("the last bins are empty", np.array([1, 0, 1]), np.array([0.5, 2.0, 1.0]), 4)
    yield case("ten rows", rng.integers(0, 4, 10), numbers(rng, 10), 4)


def bins(rng: np.random.Generator) -> Iterator[Case]:
    """Yield G, H, lam and gamma."""
    yield case("three bins", np.array([5.0, 0.0, -5.0]), np.array([2.0, 1.0, 3.0]), 1.0, 0.0)
    yield case("two bins", np.array([4.0, -2.0]), np.array([1.0, 2.0]), 0.0, 0.0)
    yield case("with the price of a leaf", np.array([1.0, -3.0, 2.0]), np.array([2.0, 2.0, 1.0]), 0.5, 0.25)
    yield case("six bins", numbers(rng, 6), positive(rng, 6), 1.0, 0.1)


def weights(rng: np.random.Generator) -> Iterator[Case]:
    """Yield w and wrong."""
    yield case("one of four is wrong", np.full(4, 0.25), np.array([True, False, False, False]))
    yield case("two of five, other weights", np.array([0.1, 0.2, 0.3, 0.2, 0.2]), np.arange(5) < 2)
    yield case("weights that do not sum to one", np.array([1.0, 2.0, 3.0]), np.array([False, True, False]))
    yield case("more than half is wrong", np.full(3, 1 / 3).round(3), np.array([True, True, False]))
    yield case("eight rows", positive(rng, 8), np.arange(8) % 3 == 0)


def known_columns(rng: np.random.Generator) -> Iterator[Case]:
    """Yield tree, X, x and known."""
    yield case("one cut, nothing known", (0, 2.5, -3.0, 1.5), BEDS[:, None], np.array([5.0]), ())
    yield case("one cut, its column known", (0, 2.5, -3.0, 1.5), BEDS[:, None], np.array([5.0]), (0,))
    yield case("a leaf", 2.5, BEDS[:, None], np.array([5.0]), ())
    for known in ((), (0,), (1,), (0, 1)):
        told = "nothing" if not known else f"{' and '.join(f'column {j}' for j in known)}"
        yield case(f"two columns, {told} known", DEEPER, MIXED, np.array([4.0, 2.0]), known)
    yield case("three columns, one known", THREE, CUBE, np.array([1.0, 0.0, 1.0]), (2,))


def explained(rng: np.random.Generator) -> Iterator[Case]:
    """Yield tree, X and x."""
    yield case("one column", (0, 2.5, -3.0, 1.5), BEDS[:, None], np.array([5.0]))
    yield case("a leaf", 2.5, MIXED, np.array([5.0, 0.0]))
    yield case("a column that is not used", STUMP, MIXED, np.array([5.0, 0.0]))
    yield case("two columns", DEEPER, MIXED, np.array([4.0, 2.0]))
    yield case("three columns", THREE, CUBE, np.array([1.0, 0.0, 1.0]))
    yield case("the other side of three columns", THREE, CUBE, np.array([0.0, 1.0, 1.0]))


# --- tasks ----------------------------------------------------------------------------------------------------------

WHERE = "np.where(x[1:] > x[:-1], S_left**2 * n / (n_left * (n - n_left)), -1.0)"

SPLIT_GAINS = Task(
    "Returns the gain of each cut, (n - 1,).",
    columns,
    (
        "Sort both by x, and subtract the mean from r: then the sum on the right is minus the sum on the left.",
        "np.cumsum gives the sums of all left sides at once, without the last, which is the sum of all.",
        "With centred sums the gain is S_left² n / (n_left n_right).",
    ),
    (
        Mistake("The rows are not sorted by x first.", {'np.argsort(x, kind="stable")': "np.arange(len(x))"}),
        Mistake("A cut between two equal entries is not possible: -1.",
                {WHERE: "S_left**2 * n / (n_left * (n - n_left))"}),
        Mistake("The mean of r is not subtracted: the formula is for centred sums.", {" - r.mean()": ""}),
        Mistake("The factor n is missing.", {"S_left**2 * n /": "S_left**2 /"}),
        Mistake("Only the left side counts; the right one has the same squared sum, over its own number of rows.",
                {"S_left**2 * n / (n_left * (n - n_left))": "S_left**2 / n_left"}),
        Mistake("The sum is not squared.", {"S_left**2": "S_left"}),
    ),
)  # fmt: skip

BEST = "(gains >= max(0, gains.max() - rounding)).argmax()"

BEST_SPLIT = Task(
    "Returns two numbers: the gain and the threshold.",
    columns_and_one,
    (
        "split_gains has the gains in the order of the sorted entries: sort x, too.",
        "The threshold lies in the middle of the two neighbours.",
        "Of equal gains the first counts; they may differ by rounding, up to 1e-9 times the sum of squared deviations.",
    ),
    (
        Mistake("The threshold is the entry on the left; take the middle of the two neighbours.",
                {"(x[i] + x[i + 1]) / 2": "x[i]"}),
        Mistake("The threshold is the entry on the right; take the middle of the two neighbours.",
                {"(x[i] + x[i + 1]) / 2": "x[i + 1]"}),
        Mistake("The entries are not sorted as the gains are.", {"np.sort(x)": "x"}),
        Mistake("Where no cut is possible there is no threshold: -1 and nan.", {" or gains.max() < 0": ""}),
        Mistake("It takes the last of equally good cuts; take the first.",
                {BEST: "np.flatnonzero(gains >= gains.max() - rounding)[-1]"}),
        Mistake("It takes the smallest gain.", {BEST: "gains.argmin()"}),
    ),
)  # fmt: skip

LEAF_VALUE = Task(
    "Returns one number.",
    leaves,
    ("The Newton step divides the sum of r by the sum of h.", "Where the sum of h is as good as 0 the step is 0."),
    (
        Mistake("It takes the mean of r; the Newton step divides by the sum of h.",
                {"r.sum() / h.sum()": "r.mean()"}),
        Mistake("It is the mean of the ratios; the ratio of the sums is right.",
                {"r.sum() / h.sum()": "(r / h).mean()"}),
        Mistake("Where all rows are certain it divides by zero.", {" if h.sum() > 1e-150 else 0.0": ""}),
        Mistake("The sign is the wrong one: r is the negative gradient already.",
                {"r.sum() / h.sum()": "-r.sum() / h.sum()"}),
        Mistake("The sum of r is not divided.", {"r.sum() / h.sum()": "r.sum()"}),
    ),
)  # fmt: skip

COLUMN = "(gains >= gains.max() - 1e-12 * len(r) * r.var()).argmax()"

GROW = Task(
    "Returns a tree: a number, or a tuple (j, t, left, right).",
    tables,
    (
        "Depth 0, or residuals that are all equal: a leaf.",
        "best_split of every column; the first of the columns with the largest gain.",
        "Each branch is a tree of its own rows, with one level less. A gain of 0 is taken, too.",
    ),
    (
        Mistake("The leaves are means of r; they take Newton steps.", {"leaf_value(r, h)": "r.mean()"}),
        Mistake("A cut that gains 0 is not taken; on XOR it is the first of two that gain all.",
                {"gain >= 0": "gain > 0"}),
        Mistake("The branches are exchanged: rows with x <= t go to the left.", {"(left, ~left)": "(~left, left)"}),
        Mistake("The depth does not shrink: the tree grows until nothing is left.", {"depth - 1": "depth"}),
        Mistake("It looks at the first column only.", {COLUMN: "0"}),
        Mistake("It takes the last of equally good columns; take the first.",
                {COLUMN: "np.flatnonzero(gains >= gains.max() - 1e-12 * len(r) * r.var())[-1]"}),
    ),
)  # fmt: skip

APPLY = Task(
    "Returns the value of each row's leaf, (n,).",
    grown,
    (
        "isinstance(tree, tuple) says whether it is split. A leaf gives its number to every row.",
        "apply calls itself for both branches; np.where takes the left one's value where X[:, j] <= t.",
    ),
    (
        Mistake("An entry at the threshold goes to the left: <=.", {"X[:, j] <= t": "X[:, j] < t"}),
        Mistake("The branches are exchanged.", {"apply(left, X), apply(right, X)": "apply(right, X), apply(left, X)"}),
        Mistake("It looks at the first column only; j says which.", {"X[:, j]": "X[:, 0]"}),
        Mistake("A leaf gives one number; it has to give one for every row.", {"np.full(len(X), tree)": "tree"}),
    ),
)  # fmt: skip

SQUARED_LOSS = Task(
    "Returns one number.",
    predictions,
    ("The residuals are y - F.", "Half of the mean of their squares."),
    (
        Mistake("The half is missing.", {" / 2": ""}),
        Mistake("It sums; the chapter takes the mean.", {".mean()": ".sum()"}),
        Mistake("It takes the root.", {"((y - F) ** 2).mean() / 2": "np.sqrt(((y - F) ** 2).mean())"}),
        Mistake("The residuals are not squared.", {"((y - F) ** 2)": "np.abs(y - F)"}),
    ),
)  # fmt: skip

LOGISTIC_LOSS = Task(
    "Returns one number.",
    log_odds,
    (
        "-log p(1) is log(1 + exp(-F)), and -log p(0) is log(1 + exp(F)).",
        "Both are log(1 + exp(F)) - y F.",
        "np.logaddexp(0, F) does not overflow.",
    ),
    (
        Mistake("The exponential overflows for log-odds of 1000; np.logaddexp does not.",
                {"np.logaddexp(0, F)": "np.log(1 + np.exp(F))"}),
        Mistake("It sums; the chapter takes the mean.", {".mean()": ".sum()"}),
        Mistake("The sign of y F is the wrong one.", {" - y * F": " + y * F"}),
        Mistake("The label's term is missing.", {" - y * F": ""}),
        Mistake("It is the deviance, twice what is right.",
                {"(np.logaddexp(0, F) - y * F)": "(2 * np.logaddexp(0, F) - 2 * y * F)"}),
    ),
)  # fmt: skip

RESIDUALS = Task(
    "Returns two arrays, (n,) each: negative gradient and second derivative.",
    predictions,
    ("The loss of one row is (y - F)² / 2.", "Its derivative by F is F - y, its second derivative 1."),
    (
        Mistake("It is the gradient; the negative one is y - F.", {"y - F": "F - y"}),
        Mistake("A factor 2 is too many: the loss has a half.", {"y - F": "2 * (y - F)"}),
        Mistake("It is divided by the number of rows, and learning stalls: each row has its own gradient.",
                {"y - F": "(y - F) / len(y)"}),
        Mistake("The second derivatives are one number; there is one for each row.", {"np.ones(len(y))": "1.0"}),
    ),
)  # fmt: skip

LOGISTIC_RESIDUALS = Task(
    "Returns two arrays, (n,) each: negative gradient and second derivative.",
    log_odds,
    (
        "The probability is p = 1 / (1 + exp(-F)); with exp(-|F|) nothing overflows.",
        "The negative gradient of log(1 + exp(F)) - y F is y - p.",
        "Its second derivative is p (1 - p).",
    ),
    (
        Mistake("F is taken for a probability; it is the log-odds of one.",
                {"p = np.where(F >= 0, p, 1 - p)": "p = F"}),
        Mistake("It is the gradient; the negative one is y - p.", {"return y - p": "return p - y"}),
        Mistake("The second derivative is p (1 - p), not 1.", {"p * (1 - p)": "np.ones(len(y))"}),
        Mistake("The second derivative is p (1 - p), not p.", {"p * (1 - p)": "p"}),
        Mistake("For negative log-odds it is the probability of the other class.",
                {"p = np.where(F >= 0, p, 1 - p)": "p = p + 0"}),
    ),
)  # fmt: skip

BOOST = Task(
    "Yields a tree, the predictions F, (n,), and the loss after each step.",
    problems,
    (
        "F starts at the mean of y, for every row.",
        "A step: grow a tree on the residuals of F, with their second derivatives.",
        "F moves by rate times what the tree says; then the loss.",
    ),
    (
        Mistake("It starts from 0; start from the mean of y.", {"np.full(len(y), y.mean())": "np.zeros(len(y))"}),
        Mistake("The learning rate is missing.", {"F + rate * apply(tree, X)": "F + apply(tree, X)"}),
        Mistake("Every tree is grown on the residuals of the start; each has to see those that are left.",
                {"residuals(y, F)": "residuals(y, np.full(len(y), y.mean()))"}),
        Mistake("The tree takes the place of the sum; it is added to it.", {"F = F + rate": "F = rate"}),
        Mistake("The step goes uphill: the tree is added, because residuals are negative gradients.",
                {"F + rate": "F - rate"}),
        Mistake("Each tree is grown on y; it has to be grown on the residuals.",
                {"residuals(y, F)": "residuals(y, 0 * F)"}),
    ),
)  # fmt: skip

BOOST_LOGISTIC = Task(
    "Yields a tree, the log-odds F, (n,), and the loss after each step.",
    class_problems,
    (
        "F starts at the log-odds of the share of ones, log(mean / (1 - mean)).",
        "The rest is as for the squared loss, with the logistic loss's residuals and loss.",
    ),
    (
        Mistake("It starts from the share of ones; F are log-odds.",
                {"np.log(y.mean() / (1 - y.mean()))": "y.mean()"}),
        Mistake("It starts from 0; start from the log-odds of the share of ones.",
                {"np.log(y.mean() / (1 - y.mean()))": "0.0"}),
        Mistake("The residuals are y - F, of the squared loss; those of the logistic loss are y - p.",
                {"*logistic_residuals(y, F)": "*residuals(y, F)"}),
        Mistake("The leaves are means of the residuals; they take Newton steps, with p (1 - p).",
                {"*logistic_residuals(y, F)": "logistic_residuals(y, F)[0], np.ones(len(y))"}),
        Mistake("The loss is the squared one.", {"logistic_loss(y, F)": "squared_loss(y, F)"}),
        Mistake("The learning rate is missing.", {"F + rate * apply(tree, X)": "F + apply(tree, X)"}),
    ),
)  # fmt: skip

TREES = "sum(apply(tree, X) for tree in trees)"

PREDICT = Task(
    "Returns the predictions, (n,).",
    sums,
    ("apply gives each tree's step for every row.", "Add them up, times the rate, to the start."),
    (
        Mistake("The start is forgotten.", {"start + rate": "rate"}),
        Mistake("The learning rate is missing.", {"rate * sum": "sum"}),
        Mistake("The start is multiplied by the rate; only the trees are.",
                {f"start + rate * {TREES}": f"rate * (start + {TREES})"}),
        Mistake("It takes the last tree only.", {TREES: "apply(trees[-1], X)"}),
        Mistake("It takes the mean of the trees; they are a sum.", {TREES: f"{TREES} / len(trees)"}),
    ),
)  # fmt: skip

NEWTON_GAIN = Task(
    "Returns the gain: one number, or one for each cut.",
    halves,
    (
        "A leaf with sums G and H lowers the expansion by G² / (H + lam) / 2.",
        "Both halves together, less the whole.",
        "One more leaf costs gamma.",
    ),
    (
        Mistake("The half is missing.", {" / 2 - gamma": " - gamma"}),
        Mistake("The price of a leaf is halved, too.",
                {"(halves - G**2 / (H + lam)) / 2 - gamma": "(halves - G**2 / (H + lam) - gamma) / 2"}),
        Mistake("The whole lacks the penalty.", {"(H + lam)": "H"}),
        Mistake("The whole is not subtracted.", {"(halves - G**2 / (H + lam))": "halves"}),
        Mistake("The price of a leaf is added.", {"- gamma": "+ gamma"}),
        Mistake("The halves lack the penalty.", {"(H_left + lam)": "H_left", "(H_right + lam)": "H_right"}),
    ),
)  # fmt: skip

BIN_NUMBERS = Task(
    "Returns the number of each entry's bin, (n,).",
    entries,
    ("How many edges lie below an entry?", "np.searchsorted counts them; an entry at an edge belongs below it."),
    (
        Mistake("An entry at an edge goes to the bin above; x <= edge is the left side of a cut.",
                {"(edges, x)": '(edges, x, side="right")'}),
        Mistake("Bins count from 1; the first is 0.", {"np.searchsorted(edges, x)": "np.searchsorted(edges, x) + 1"}),
        Mistake("It is the nearest edge; the bins lie between the edges.",
                {"np.searchsorted(edges, x)": "np.abs(x[:, None] - edges).argmin(axis=1)"}),
        Mistake("The two are exchanged.", {"(edges, x)": "(np.sort(x), edges)"}),
    ),
)  # fmt: skip

HISTOGRAM = Task(
    "Returns the sum of the values in each bin, (n_bins,).",
    binned,
    ("np.bincount adds up weights.", "Bins without rows have a sum of 0, also the last ones: minlength."),
    (
        Mistake("It counts the rows; sum their values.", {"weights=values": "weights=np.ones(len(values))"}),
        Mistake("Empty bins at the end are missing.", {", minlength=n_bins": ""}),
        Mistake("It is the mean of each bin; the sum is right.",
                {"np.bincount(bins, weights=values, minlength=n_bins)":
                 "np.bincount(bins, values, n_bins) / np.maximum(np.bincount(bins, minlength=n_bins), 1)"}),
        Mistake("The sums are cumulated; a bin has its own rows only.",
                {"np.bincount(bins, weights=values, minlength=n_bins)":
                 "np.cumsum(np.bincount(bins, weights=values, minlength=n_bins))"}),
    ),
)  # fmt: skip

PREFIXES = "np.cumsum(G)[:-1], np.cumsum(H)[:-1]"

HISTOGRAM_GAINS = Task(
    "Returns the gain of a cut after each bin but the last, (n_bins - 1,).",
    bins,
    (
        "The left side of the cut after bin b has all bins up to b: np.cumsum.",
        "The right side has the rest.",
        "newton_gain takes arrays.",
    ),
    (
        Mistake("The cut after the last bin leaves nothing on the right: leave it out.",
                {PREFIXES: "np.cumsum(G), np.cumsum(H)"}),
        Mistake("The left side is a single bin; it has all bins up to the cut.", {PREFIXES: "G[:-1], H[:-1]"}),
        Mistake("The right side is the whole; take the rest.",
                {"G.sum() - G_left, H.sum() - H_left": "G.sum(), H.sum()"}),
        Mistake("Penalty and price of a leaf are forgotten.", {"lam, gamma)\n": "0.0, 0.0)\n"}),
    ),
)  # fmt: skip

REWEIGHT = Task(
    "Returns the factor, one number, and the weights, (n,).",
    weights,
    (
        "The error is the weight of the wrong rows over that of all.",
        "The factor is half of the log-odds of being right.",
        "Wrong rows grow by exp(factor), right ones shrink by it; then all are divided by their sum.",
    ),
    (
        Mistake("The half in the factor is missing.", {" / 2": ""}),
        Mistake("Right rows grow and wrong ones shrink; it is the other way round.",
                {"np.where(wrong, alpha, -alpha)": "np.where(wrong, -alpha, alpha)"}),
        Mistake("The weights do not sum to one.", {"w / w.sum()": "w"}),
        Mistake("The error counts rows; it takes their weights.", {"w[wrong].sum() / w.sum()": "wrong.mean()"}),
        Mistake("Only the wrong rows change; the right ones shrink.",
                {"np.where(wrong, alpha, -alpha)": "np.where(wrong, alpha, 0.0)"}),
        Mistake("The factor has the odds the other way round.", {"(1 - error) / error": "error / (1 - error)"}),
    ),
)  # fmt: skip

BOTH = "share * expectation(left, X[below], x, known) + (1 - share) * expectation(right, X[~below], x, known)"

EXPECTATION = Task(
    "Returns one number.",
    known_columns,
    (
        "A leaf gives its number. A known column decides, and only the samples of that branch go on.",
        "At an unknown column both branches count, by the share of the samples that take them.",
        "expectation calls itself, with the samples of the branch.",
    ),
    (
        Mistake("Every column counts as known: at an unknown one both branches count.", {"if j in known:": "if True:"}),
        Mistake("No column counts as known: at a known one x decides.", {"if j in known:": "if False:"}),
        Mistake("Both branches count for a half; they count by the share of the samples.", {"below.mean()": "0.5"}),
        Mistake("All samples go on into both branches; only those that take it count there.",
                {BOTH: "share * expectation(left, X, x, known) + (1 - share) * expectation(right, X, x, known)"}),
        Mistake("The shares are exchanged.", {"share = below.mean()": "share = (~below).mean()"}),
    ),
)  # fmt: skip

SHAPLEY = Task(
    "Returns a number for each column, (d,).",
    explained,
    (
        "A column's change is the expectation with it, less that without it, for some known others.",
        "Average over the number of known others, 0 to d - 1, and over the choices of that many.",
        "Each of comb(d - 1, size) choices of a size counts 1 / (d comb(d - 1, size)).",
    ),
    (
        Mistake("All choices of known columns count equally; the average is over their number first.",
                {"(d * comb(d - 1, size))": "2 ** (d - 1)"}),
        Mistake("The choices are of d - 1 columns, not of d.", {"comb(d - 1, size)": "comb(d, size)"}),
        Mistake("The case in which all other columns are known is missing.",
                {"for size in range(d):": "for size in range(d - 1):"}),
        Mistake("The sign is the wrong one: with the column, less without it.",
                {"phi[j] += change": "phi[j] -= change"}),
        Mistake("The average over the number of known columns is missing: divide by d.",
                {"(d * comb(d - 1, size))": "comb(d - 1, size)"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "split_gains": SPLIT_GAINS,
        "best_split": BEST_SPLIT,
        "leaf_value": LEAF_VALUE,
        "grow": GROW,
        "apply": APPLY,
        "squared_loss": SQUARED_LOSS,
        "logistic_loss": LOGISTIC_LOSS,
        "residuals": RESIDUALS,
        "logistic_residuals": LOGISTIC_RESIDUALS,
        "boost": BOOST,
        "boost_logistic": BOOST_LOGISTIC,
        "predict": PREDICT,
        "newton_gain": NEWTON_GAIN,
        "bin_numbers": BIN_NUMBERS,
        "histogram": HISTOGRAM,
        "histogram_gains": HISTOGRAM_GAINS,
        "reweight": REWEIGHT,
        "expectation": EXPECTATION,
        "shapley": SHAPLEY,
    }
)
