"""The exercise of the classification pipeline: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers

TRUTH = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1])  # The chapter's twelve parts,
SAID = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.55, 0.6, 0.7, 0.8, 0.9])  # and their probabilities.

# --- inputs ---------------------------------------------------------------------------------------------------------


def scored(rng: np.random.Generator, n: int, digits: int = 1) -> tuple[Array, Array]:
    """Return classes, some of each, and probabilities with ties."""
    y = rng.integers(0, 2, n)
    y[:2] = 0, 1
    return y, np.clip(0.3 + 0.3 * y + rng.normal(scale=0.2, size=n), 0.05, 0.95).round(digits)


def called(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y and predicted classes."""
    yield case("the worked example", TRUTH, (SAID >= 0.5).astype(int))
    yield case("everything right", np.array([0, 1, 1]), np.array([0, 1, 1]))
    yield case("more misses than false alarms", np.array([1, 1, 1, 0, 0]), np.array([0, 0, 1, 1, 0]))
    yield case("always 0", TRUTH, np.zeros(12, dtype=int))
    yield case("thirty rows", rng.integers(0, 2, 30), rng.integers(0, 2, 30))


def ranked(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y and scores."""
    yield case("the worked example", TRUTH, SAID)
    yield case("a tie of both classes", np.array([0, 1, 1, 0]), np.array([0.2, 0.5, 0.8, 0.5]))
    yield case("scores that are all equal", np.array([0, 1, 1, 0, 0]), np.full(5, 0.5))
    yield case("not in the order of the scores", *scored(rng, 12, 2))
    yield case("thirty rows with many ties", *scored(rng, 30))


def probabilities(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y and probabilities."""
    yield case("the worked example", TRUTH, SAID)
    yield case("sure and right", np.array([0, 1]), np.array([0.0, 1.0]))
    yield case("sure and wrong", np.array([0, 1, 1]), np.array([1.0, 0.0, 0.5]))
    yield case("thirty rows", *scored(rng, 30))


def priced(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y, p, and the costs of a miss and of a false alarm."""
    yield case("the worked example", TRUTH, SAID, 5, 1)
    yield case("equal costs", TRUTH, SAID, 1, 1)
    yield case("a dear false alarm", TRUTH, SAID, 1, 20)
    yield case("the highest probability is a false alarm", np.array([1, 0]), np.array([0.2, 0.9]), 1, 20)
    yield case("ties", *scored(rng, 20), 3, 1)
    yield case("misses that cost nothing", *scored(rng, 10), 0, 1)


def dealt(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y and the number of folds."""
    yield case("the worked example in three folds", TRUTH, 3)
    yield case("two rows of one class, one of the other", np.array([1, 0, 1]), 2)
    yield case("classes one after the other", np.array([0, 0, 0, 1, 1, 1, 1]), 2)
    yield case("three classes in four folds", rng.integers(0, 3, 17), 4)


def blocks(rng: np.random.Generator, n: int, d: int) -> tuple[Array, Array]:
    """Return n rows of d columns, and classes in turn that move the first one."""
    y = np.arange(n) % 2
    X = numbers(rng, n, d)
    X[:, 0] += 2 * y
    return X, y


def choices(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and the number of columns that are kept."""
    X = np.array([[1.0, 5.0, 0.0], [2.0, 1.0, 0.0], [1.0, 6.0, 1.0], [2.0, 2.0, 1.0]])
    yield case("the second column lies apart", X, np.array([0, 1, 0, 1]), 1)
    yield case("two of three", X, np.array([0, 1, 0, 1]), 2)
    yield case("classes of unequal size", X, np.array([0, 1, 1, 1]), 2)
    yield case("five of eight", *blocks(rng, 12, 8), 5)


def near_means(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and new rows."""
    X = np.array([[0.0, 0.0], [0.0, 2.0], [4.0, 0.0], [4.0, 2.0]])
    yield case("two groups", X, np.array([0, 0, 1, 1]), np.array([[1.0, 9.0], [3.0, 1.0], [2.0, 1.0]]))
    yield case("classes of unequal size", X, np.array([0, 1, 1, 1]), np.array([[1.0, 1.0], [0.0, 1.0]]))
    yield case("one column", X[:, :1], np.array([1, 1, 0, 0]), np.array([[1.0], [3.5]]))
    yield case("ten new rows", *blocks(rng, 12, 3), numbers(rng, 10, 3))


def experiments(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, the number of columns, folds, and whether columns are chosen before the split."""
    X, y = blocks(rng, 6, 2)
    fold = np.array([0, 0, 1, 1, 2, 2])
    yield case("within the split", X, y, 1, fold, False)
    yield case("before the split", X, y, 1, fold, True)
    for seed in (1, 2):
        noise = numbers(np.random.default_rng(seed), 20, 30)
        classes = np.arange(20) % 2
        yield case(f"noise within the split, draw {seed}", noise, classes, 5, np.arange(20) // 4, False)
        yield case(f"noise before the split, draw {seed}", noise, classes, 5, np.arange(20) // 4, True)


def shares(rng: np.random.Generator) -> Iterator[Case]:
    """Yield successes, n and z."""
    yield case("nine of twelve", 9, 12, 1.96)
    yield case("none", 0, 12, 1.96)
    yield case("all", 10, 10, 1.96)
    yield case("many rows", 470, 500, 1.0)


def pairs(rng: np.random.Generator) -> Iterator[Case]:
    """Yield how many rows only the first, and only the second model gets right."""
    yield case("seven against one", 7, 1)
    yield case("one against six", 1, 6)
    yield case("equally many", 3, 3)
    yield case("no row differs", 0, 0)
    yield case("many rows", 41, 20)


def tables(rng: np.random.Generator) -> Iterator[Case]:
    """Yield counts, expected and found."""
    yield case("three machines", np.array([50.0, 30.0, 20.0]), np.array([30.0, 30.0, 40.0]))
    yield case("no drift", np.array([5.0, 10.0]), np.array([10.0, 20.0]))
    yield case("tables of unequal size", np.array([50.0, 50.0]), np.array([300.0, 100.0]))
    yield case("six bins", rng.integers(1, 40, 6).astype(float), rng.integers(1, 40, 6).astype(float))


# --- tasks ----------------------------------------------------------------------------------------------------------

EXERCISE = Exercise(
    {
        "confusion": Task(
            "Returns an array of whole numbers, (2, 2).",
            called,
            ("Row k holds the rows whose truth is k.", "Entry k, j counts where y is k and the prediction is j."),
            (
                Mistake("Truth belongs in the rows; here it is in the columns.", {"(y == k)": "(y == j)",
                        "(predicted == j)": "(predicted == k)"}),
                Mistake("These are shares; the matrix holds counts.", {").sum()": ").mean()"}),
                Mistake("The classes are in the wrong order: 0 comes first.",
                        {"for j in (0, 1)] for k in (0, 1)]": "for j in (1, 0)] for k in (1, 0)]"}),
            ),
        ),
        "roc": Task(
            "Returns the false and the true positive rates, (thresholds + 1,) each.",
            ranked,
            ("Each distinct score is a threshold, the highest first; rows with at least that score pass.",
             "Count the rows of each class that pass, divide by all of the class, and put a 0 before."),
            (
                Mistake("The thresholds go from the lowest to the highest.", {"np.unique(s)[::-1]": "np.unique(s)"}),
                Mistake("Rows with just the score of the threshold pass, too.",
                        {"(s[y == 1] >= t)": "(s[y == 1] > t)", "(s[y == 0] >= t)": "(s[y == 0] > t)"}),
                Mistake("False positives are divided by the rows of class 0, not by all.",
                        {"(s[y == 0] >= t).mean()": "(s[y == 0] >= t).sum() / len(y)"}),
                Mistake("The curve lacks its beginning at 0, 0.",
                        {"np.append(0.0, alarms), np.append(0.0, hits)": "alarms, hits"}),
            ),
        ),
        "area": Task(
            "Returns a number between 0 and 1; a pair of equal scores counts half.",
            ranked,
            ("Compare each score of class 1 with each of class 0.", "A tie counts half; divide by all pairs."),
            (
                Mistake("Ties count half; here they do not count.", {" + 0.5 * (ones == zeros).mean()": ""}),
                Mistake("A tie counts half, not whole.", {"0.5 * (ones": "1.0 * (ones"}),
                Mistake("The order is turned round: class 1 should have the higher score.",
                        {"ones > zeros": "ones < zeros"}),
                Mistake("The number of pairs is the product of the numbers of rows.",
                        {"(ones > zeros).mean()": "(ones > zeros).sum() / len(s) ** 2",
                         "(ones == zeros).mean()": "(ones == zeros).sum() / len(s) ** 2"}),
            ),
        ),
        "average_precision": Task(
            "Returns a number between 0 and 1.",
            ranked,
            ("At each threshold: which share of class 1 is found, and which share of the rows taken is of class 1?",
             "Add up precision times the step of recall."),
            (
                Mistake("It starts at the lowest score; recall then falls.", {"np.unique(s)[::-1]": "np.unique(s)"}),
                Mistake("It is multiplied by the recall itself; only its step counts.",
                        {"np.diff(recall, prepend=0) @": "recall @"}),
                Mistake("Recall is divided by all rows; it is a share of class 1.",
                        {"(s[y == 1] >= t).mean()": "y[s >= t].sum() / len(y)"}),
            ),
        ),
        "brier": Task(
            "Returns a number between 0 and 1.",
            probabilities,
            ("The truth is 0 or 1, a probability too.", "Take the mean of the squared differences."),
            (
                Mistake("The square is missing: the mean distance rewards going to 0 and 1.",
                        {"((p - y) ** 2)": "np.abs(p - y)"}),
                Mistake("It sums; the score is a mean.", {".mean()": ".sum()"}),
                Mistake("This is the root of the score.", {"((p - y) ** 2).mean()": "((p - y) ** 2).mean() ** 0.5"}),
            ),
        ),
        "best_threshold": Task(
            "Returns one of the probabilities, or infinity; of equally good ones the lowest.",
            priced,
            ("Try each probability that occurs, and infinity: nobody is called.",
             "A miss is a row of class 1 below the threshold, a false alarm one of class 0 not below it."),
            (
                Mistake("The two costs are exchanged.", {"cost_miss * misses + cost_alarm * alarms":
                        "cost_alarm * misses + cost_miss * alarms"}),
                Mistake("The costs play no part.", {"cost_miss * ": "", "cost_alarm * ": ""}),
                Mistake("No threshold lets nothing pass: infinity is missing.",
                        {"np.append(np.unique(p), np.inf)": "np.unique(p)"}),
                Mistake("It returns the least cost; the threshold is asked for.",
                        {"thresholds[np.argmin(cost_miss * misses + cost_alarm * alarms)]":
                         "(cost_miss * misses + cost_alarm * alarms).min()"}),
            ),
        ),
        "stratified_folds": Task(
            "Returns the fold of each row, (n,), whole numbers; a class goes on where the one before it ended.",
            dealt,
            ("Deal the rows of each class out in turn.", "Go on with the fold after the last one dealt to."),
            (
                Mistake("Every class begins with fold 0, so that small classes pile up there.",
                        {"start += len(rows)": "start += 0"}),
                Mistake("It deals out all rows in turn, whatever their class.",
                        {"np.flatnonzero(y == c)": "np.arange(len(y))"}),
                Mistake("It cuts each class into pieces of neighbours; deal the rows out in turn.",
                        {"(start + np.arange(len(rows))) % k": "np.arange(len(rows)) * k // len(rows)"}),
            ),
        ),
        "chosen": Task(
            "Returns the numbers of k columns, the best first.",
            choices,
            ("Take the mean of each column in either class.", "Sort by the distance of the means, the largest first."),
            (
                Mistake("The sign counts; the distance is meant.", {"np.abs(": "("}),
                Mistake("It takes the nearest means.", {"-apart": "apart"}),
                Mistake("It sums; classes of unequal size need means.",
                        {"X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)":
                         "X[y == 1].sum(axis=0) - X[y == 0].sum(axis=0)"}),
            ),
        ),
        "nearest_mean": Task(
            "Returns a class, 0 or 1, for each new row; 0 where both means are equally near.",
            near_means,
            ("Find the mean of the rows of each class.", "Compare the two squared distances; a tie is class 0."),
            (
                Mistake("The classes are exchanged: the nearer mean is asked for.",
                        {".sum(1) < ((new": ".sum(1) > ((new"}),
                Mistake("A tie is class 0.", {".sum(1) < ((new": ".sum(1) <= ((new"}),
                Mistake("Only the first column counts; sum over all.",
                        {"((new - one) ** 2).sum(1)": "((new - one) ** 2)[:, 0]",
                         "((new - zero) ** 2).sum(1)": "((new - zero) ** 2)[:, 0]"}),
            ),
        ),
        "accuracy_of_chosen": Task(
            "Returns the share of rows that are right.",
            experiments,
            ("For each fold: the other rows fit, its own are predicted.",
             "Choose the columns from the other rows; only with the leak from all."),
            (
                Mistake("The leak: the columns are chosen from all rows, whatever is asked for.",
                        {"chosen(X, y, k) if before else chosen(X[fit], y[fit], k)": "chosen(X, y, k)"}),
                Mistake("The columns are never chosen from all rows, though the leak is asked for.",
                        {"chosen(X, y, k) if before else chosen(X[fit], y[fit], k)": "chosen(X[fit], y[fit], k)"}),
                Mistake("The class means are those of all rows, those that are judged among them.",
                        {"X[fit][:, columns], y[fit], X[test]": "X[:, columns], y, X[test]"}),
            ),
        ),
        "wilson": Task(
            "Returns the two ends, the lower one first.",
            shares,
            ("The middle lies between the share and one half: (share + z²/2n) / (1 + z²/n).",
             "Under the root: share times the rest over n, and z² over 4n²."),
            (
                Mistake("This is Wald's interval, which has no width for none or all.",
                        {" + w / (4 * n)": "",
                         "(share + w / 2 - half) / (1 + w)": "share - half",
                         "(share + w / 2 + half) / (1 + w)": "share + half"}),
                Mistake("The second part under the root is z² over 4n², not over 4n.", {"w / (4 * n)": "w / 4"}),
                Mistake("The width is not divided by 1 + z²/n.",
                        {"(share + w / 2 - half) / (1 + w)": "(share + w / 2) / (1 + w) - half",
                         "(share + w / 2 + half) / (1 + w)": "(share + w / 2) / (1 + w) + half"}),
            ),
        ),
        "mcnemar": Task(
            "Returns a number between 0 and 1.",
            pairs,
            ("Of n fair coins, how likely are at most as few heads as the fewer of the two?",
             "Both sides count: twice that, and at most 1."),
            (
                Mistake("Only one side is counted; take it twice.", {"2 * tail": "tail"}),
                Mistake("It can be above 1.", {"min(1.0, 2 * tail)": "2 * tail"}),
                Mistake("The sum ends one too early: as few heads as found count, too.", {"fewer + 1": "fewer"}),
            ),
        ),
        "psi": Task(
            "Returns a number, at least 0.",
            tables,
            ("Divide both by their sums.", "Add up the differences times the logarithms of the quotients."),
            (
                Mistake("This is the divergence in one direction only.", {"(f - e) * np.log": "f * np.log"}),
                Mistake("Counts of tables of unequal size cannot be compared; take shares.",
                        {"expected / expected.sum(), found / found.sum()": "expected, found"}),
                Mistake("The sign is the wrong one: the sum is never negative.", {"np.log(f / e)": "np.log(e / f)"}),
            ),
        ),
    }
)  # fmt: skip
