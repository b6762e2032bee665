"""The exercise of the classification pipeline: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Seed, Task, case, numbers

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


def decisions(rng: np.random.Generator) -> Iterator[Case]:
    """Yield probabilities of classes, and costs by class and decision."""
    two = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    yield case("a miss costs five false alarms", two, np.array([[0.0, 1.0], [5.0, 0.0]]))
    yield case("a third decision: look at it", two, np.array([[0.0, 1.0, 0.15], [5.0, 0.0, 0.15]]))
    yield case("equal costs: the first of equal ones", np.array([[0.5, 0.5]]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    P = rng.dirichlet(np.ones(3), 6).round(2)
    yield case("three classes", P, np.abs(numbers(rng, 3, 3)))


def binned(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y, p and the edges of bins."""
    yield case("three bins of the worked example", TRUTH, SAID, np.array([0.0, 0.32, 0.64, 1.0]))
    yield case("a probability on an edge, and 0", np.array([0, 1, 1]), np.array([0.0, 0.5, 0.8]), np.array([0, 0.5, 1]))
    yield case("an empty bin", np.array([0, 1, 1]), np.array([0.1, 0.9, 0.8]), np.array([0, 0.25, 0.5, 0.75, 1.0]))
    yield case("thirty rows", *scored(rng, 30, 2), np.array([0, 0.2, 0.4, 0.6, 0.8, 1.0]))


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


def nests(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, numbers of columns, outer folds and the number of inner ones."""
    X, y = blocks(rng, 12, 1)
    yield case("one column", X, y, np.array([1]), np.arange(12) // 4, 2)
    for seed in (2, 3, 5, 7):
        noise = numbers(np.random.default_rng(seed), 20, 12)
        yield case(f"noise, draw {seed}", noise, np.arange(20) % 2, np.array([1, 3, 8]), np.arange(20) // 4, 4)
    yield case("two sizes", *blocks(rng, 24, 6), np.array([1, 6]), np.arange(24) // 8, 3)


def shares(rng: np.random.Generator) -> Iterator[Case]:
    """Yield successes, n and z."""
    yield case("nine of twelve", 9, 12, 1.96)
    yield case("none", 0, 12, 1.96)
    yield case("all", 10, 10, 1.96)
    yield case("many rows", 470, 500, 1.0)


def redrawn(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y, scores, the number of draws and a generator."""
    yield case("the worked example", TRUTH, SAID, 50, Seed(0))
    yield case("few rows, so that draws may lack a class", np.array([0, 1, 0]), np.array([0.1, 0.8, 0.9]), 20, Seed(1))
    yield case("another generator", TRUTH, SAID, 50, Seed(2))
    yield case("thirty rows", *scored(rng, 30), 40, Seed(3))


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


def samples(rng: np.random.Generator) -> Iterator[Case]:
    """Yield two samples."""
    yield case("five each", np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([3.0, 4.0, 5.0, 6.0, 7.0]))
    yield case("values that occur in both", np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 2.0, 2.0]))
    yield case("the new one lies below", np.array([5.0, 6.0]), np.array([1.0, 2.0, 7.0]))
    yield case("unequal sizes", numbers(rng, 12), numbers(rng, 7) + 0.5)


def tests(rng: np.random.Generator) -> Iterator[Case]:
    """Yield p-values."""
    yield case("the worked example", np.array([0.03, 0.01, 0.02, 0.4]))
    yield case("one test", np.array([0.2]))
    yield case("large ones", np.array([0.9, 0.6]))
    yield case("eight columns", rng.random(8).round(2) ** 2)


# --- tasks ----------------------------------------------------------------------------------------------------------

EXERCISE = Exercise(
    {
        "confusion": Task(
            "Returns an array of whole numbers, (2, 2).",
            called,
            ("Row k holds the rows whose truth is k.", "Entry k, j counts where y is k and the prediction is j."),
            (
                Mistake("Truth belongs in the rows; here it is in the columns.", {"(y == i)": "(y == j)",
                        "(predicted == j)": "(predicted == i)"}),
                Mistake("These are shares; the matrix holds counts.", {").sum()": ").mean()"}),
                Mistake("The classes are in the wrong order: 0 comes first.",
                        {"for i in (0, 1)])": "for i in (1, 0)])", "for j in (0, 1)]": "for j in (1, 0)]"}),
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
                        {"(y[s >= t] == 1)": "(y[s > t] == 1)", "(y[s >= t] == 0)": "(y[s > t] == 0)"}),
                Mistake("False positives are divided by the rows of class 0, not by all.",
                        {" / (y == 0).sum()": " / len(y)"}),
                Mistake("The curve lacks its beginning at 0, 0.",
                        {"np.append(0.0, alarms), np.append(0.0, hits)": "alarms, hits"}),
            ),
        ),
        "area": Task(
            "Returns a number between 0 and 1.",
            ranked,
            ("Compare each score of class 1 with each of class 0.", "A tie counts half; divide by all pairs."),
            (
                Mistake("Ties count half; here they do not count.",
                        {" + 0.5 * (ones[:, None] == zeros).sum()": ""}),
                Mistake("A tie counts half, not whole.", {"0.5 * (ones": "1.0 * (ones"}),
                Mistake("The order is turned round: class 1 should have the higher score.",
                        {"ones[:, None] > zeros": "ones[:, None] < zeros"}),
                Mistake("The number of pairs is the product of the numbers of rows.",
                        {"len(ones) * len(zeros)": "len(s) ** 2"}),
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
                        {"(recall - recall_before) * ": "recall * "}),
                Mistake("Recall is divided by all rows; it is the share of class 1.", {"/ y.sum()": "/ len(y)"}),
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
            "Returns one of the probabilities, or infinity.",
            priced,
            ("Try each probability that occurs, and infinity: nobody is called.",
             "A miss is a row of class 1 below the threshold, a false alarm one of class 0 not below it."),
            (
                Mistake("The two costs are exchanged.", {"cost_miss * ((p": "cost_alarm * ((p",
                        "cost_alarm * ((p >=": "cost_miss * ((p >="}),
                Mistake("The costs play no part.", {"cost_miss * ": "", "cost_alarm * ": ""}),
                Mistake("No threshold lets nothing pass: infinity is missing.",
                        {"np.append(np.unique(p), np.inf)": "np.unique(p)"}),
                Mistake("It returns the least cost; the threshold is asked for.",
                        {"thresholds[int(np.argmin(costs))]": "min(costs)"}),
            ),
        ),
        "decide": Task(
            "Returns the number of a decision for each row, (n,).",
            decisions,
            ("The expected cost of a decision is a sum over the classes: a product of matrices.",
             "Take the decision with the least one in each row."),
            (
                Mistake("It takes the dearest decision.", {"argmin": "argmax"}),
                Mistake("It takes the likeliest class; the costs play no part.",
                        {"(P @ costs).argmin": "P.argmax"}),
                Mistake("It compares the rows of a decision; compare the decisions of a row.", {"axis=1": "axis=0"}),
            ),
        ),
        "calibration": Task(
            "Returns mean probability, share of class 1, and number of rows of the bins that have rows.",
            binned,
            ("Find the bin of each row; a row on an edge belongs to the bin below, 0 to the first.",
             "For each bin with rows take the mean of p, the mean of y, and the number."),
            (
                Mistake("A probability on an edge belongs to the bin below it.",
                        {"(edges, p)": "(edges, p, side='right')"}),
                Mistake("It gives the middle of each bin; the mean of the probabilities in it is asked for.",
                        {"[p[bins == b].mean() for b in filled]":
                         "[(edges[b] + edges[b + 1]) / 2 for b in filled]"}),
                Mistake("It sums the classes; the share of class 1 is their mean.",
                        {"y[bins == b].mean()": "y[bins == b].sum()"}),
            ),
        ),
        "stratified_folds": Task(
            "Returns the fold of each row, (n,), whole numbers.",
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
            "Returns a class, 0 or 1, for each new row.",
            near_means,
            ("Find the mean of the rows of each class.", "Compare the two squared distances; a tie is class 0."),
            (
                Mistake("The classes are exchanged: the nearer mean is asked for.",
                        {"axis=1) < ((new": "axis=1) > ((new"}),
                Mistake("A tie is class 0.", {"axis=1) < ((new": "axis=1) <= ((new"}),
                Mistake("Only the first column counts; sum over all.",
                        {"((new - one) ** 2).sum(axis=1)": "((new - one) ** 2)[:, 0]",
                         "((new - zero) ** 2).sum(axis=1)": "((new - zero) ** 2)[:, 0]"}),
            ),
        ),
        "accuracy_of_chosen": Task(
            "Returns the share of rows that are right.",
            experiments,
            ("For each fold: the other rows fit, its own are predicted.",
             "Choose the columns from the other rows; only with the leak from all."),
            (
                Mistake("The leak: the columns are chosen from all rows, whatever is asked for.",
                        {"chosen(X, y, k) if before else chosen(X[rest], y[rest], k)": "chosen(X, y, k)"}),
                Mistake("The columns are never chosen from all rows, though the leak is asked for.",
                        {"chosen(X, y, k) if before else chosen(X[rest], y[rest], k)": "chosen(X[rest], y[rest], k)"}),
                Mistake("The class means are those of all rows, those that are judged among them.",
                        {"X[rest][:, columns], y[rest], X[test]": "X[:, columns], y, X[test]"}),
            ),
        ),
        "nested": Task(
            "Returns the share of rows that are right.",
            nests,
            ("Without an outer fold, deal the rest out to inner ones and find the best number of columns.",
             "Choose that many columns from the rest, and judge the rows of the outer fold."),
            (
                Mistake("The number of columns is chosen on all rows; the outer fold must have no part in it.",
                        {"stratified_folds(y[rest], inner)": "stratified_folds(y, inner)",
                         "accuracy_of_chosen(X[rest], y[rest], k, folds, False)":
                         "accuracy_of_chosen(X, y, k, folds, False)"}),
                Mistake("It takes the worst number of columns.", {"np.argmax(scores)": "np.argmin(scores)"}),
                Mistake("The final columns are chosen from all rows, the outer fold among them.",
                        {"chosen(X[rest], y[rest], sizes": "chosen(X, y, sizes"}),
            ),
        ),
        "wilson": Task(
            "Returns the two ends, the lower one first.",
            shares,
            ("The middle lies between the share and one half: (share + z²/2n) / (1 + z²/n).",
             "Under the root: share times the rest over n, and z² over 4n²."),
            (
                Mistake("This is Wald's interval, which has no width for none or all.",
                        {"(share + spread / 2) / (1 + spread)": "share",
                         "z / (1 + spread) * np.sqrt(share * (1 - share) / n + spread / (4 * n))":
                         "z * np.sqrt(share * (1 - share) / n)"}),
                Mistake("The second part under the root is z² over 4n², not over 4n.",
                        {"spread / (4 * n)": "spread / 4"}),
                Mistake("The width is not divided by 1 + z²/n.", {"z / (1 + spread) * np.sqrt": "z * np.sqrt"}),
            ),
        ),
        "bootstrap": Task(
            "Returns the two ends, (2,).",
            redrawn,
            ("Draw as many rows as there are, with rng.integers; leave out draws of a single class.",
             "Take the quantiles at 0.025 and 0.975 of the areas."),
            (
                Mistake("It draws without replacement: every draw is the same rows.",
                        {"rng.integers(len(y), size=len(y))": "rng.permutation(len(y))"}),
                Mistake("Classes and scores must be of the same rows.", {"s[rows]": "s"}),
                Mistake("The quantiles leave 5 % on each side; together it is to be 5 %.",
                        {"[0.025, 0.975]": "[0.05, 0.95]"}),
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
        "distance": Task(
            "Returns a number between 0 and 1.",
            samples,
            ("At each value of either sample: which share of each sample is not above it?",
             "Take the largest absolute difference."),
            (
                Mistake("The sign counts; the largest difference in either direction is meant.",
                        {"np.abs(F - G)": "(F - G)"}),
                Mistake("Values at the place count as not above it.",
                        {"searchsorted(places, side=\"right\") / len(expected)":
                         "searchsorted(places) / len(expected)"}),
                Mistake("It takes the mean difference; the largest is asked for.", {".max()": ".mean()"}),
                Mistake("Both are divided by the number of the first sample.", {"/ len(found)": "/ len(expected)"}),
            ),
        ),
        "holm": Task(
            "Returns the corrected p-values in the order given.",
            tests,
            ("Sort; the smallest is multiplied by the number of tests, the next by one less, and so on.",
             "None may be below the one before it, none above 1; put them back into the old order."),
            (
                Mistake("This is Bonferroni's correction: the larger ones are multiplied by less.",
                        {"np.arange(len(p), 0, -1)": "len(p)"}),
                Mistake("A value below one that is smaller by itself: take the largest so far.",
                        {"np.maximum.accumulate(steps)": "steps"}),
                Mistake("They are sorted; put them back into the order given.",
                        {"corrected[order] =": "corrected[:] ="}),
                Mistake("A probability is at most 1.", {"np.minimum(np.maximum.accumulate(steps), 1)":
                        "np.maximum.accumulate(steps)"}),
            ),
        ),
    }
)  # fmt: skip
