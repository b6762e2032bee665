"""The exercise of naive Bayes: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers

MESSAGES, CLASSES = np.array([[2, 1, 0], [1, 2, 0], [0, 0, 2], [1, 0, 1]]), np.array([0, 0, 1, 1])
ALPHAS = (1.0, 0.5, 2.0, 0.01)


def counts(rng: np.random.Generator, *shape: int) -> Array:
    """Return small whole numbers, some of them zero."""
    return rng.poisson(1.2, shape)


def thetas(rng: np.random.Generator, K: int, d: int) -> Array:
    """Return logarithms of probabilities that sum to one in each row."""
    share = rng.integers(1, 9, (K, d)).astype(float)
    return np.log(share / share.sum(axis=1, keepdims=True)).round(3)


def labeled(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and K."""
    yield case("four messages, three words, two classes", MESSAGES, CLASSES, 2)
    yield case("classes in another order", MESSAGES, np.array([1, 0, 0, 1]), 2)
    yield case("classes of unequal sizes", counts(rng, 6, 3), np.array([2, 0, 0, 1, 0, 0]), 3)
    yield case("a word that nobody uses", np.array([[1, 0], [2, 0], [3, 0]]), np.array([0, 1, 1]), 2)
    yield case("one class", counts(rng, 4, 2), np.zeros(4, dtype=int), 1)
    yield case("as many classes as documents", counts(rng, 3, 4), np.array([1, 2, 0]), 3)
    yield case("twenty documents", counts(rng, 20, 5), np.arange(20) % 3, 3)


def classes(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y and K."""
    yield case("two classes of two documents", CLASSES, 2)
    yield case("three documents of one class, one of the other", np.array([0, 1, 0, 0]), 2)
    yield case("three classes", np.array([2, 0, 1, 2, 2, 1, 2]), 3)
    yield case("one class", np.array([0, 0, 0]), 1)


def counted(rng: np.random.Generator) -> Iterator[Case]:
    """Yield numbers of words in classes, and alpha."""
    yield case("two classes, three words", np.array([[3.0, 3.0, 0.0], [1.0, 0.0, 3.0]]), 1.0)
    yield case("half an occurrence more", np.array([[3.0, 3.0, 0.0], [1.0, 0.0, 3.0]]), 0.5)
    yield case("a class without any word", np.array([[0.0, 0.0], [5.0, 1.0]]), 1.0)
    yield case("three classes, many occurrences", np.array([[100.0, 1.0], [2.0, 300.0], [50.0, 50.0]]), 2.0)
    yield case("one word", np.array([[4.0], [0.0]]), 1.0)
    yield case("fractions of occurrences", np.abs(numbers(rng, 3, 4)), 0.01)


def documents(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, log-priors and log-probabilities of the words."""
    prior = np.log([0.5, 0.5]).round(3)
    yield case("one document, two words", np.array([[1, 2]]), prior, np.array([[-0.5, -1.0], [-1.0, -0.5]]))
    yield case("unequal priors", MESSAGES, np.array([-0.2, -1.7]), thetas(rng, 2, 3))
    yield case("an empty document", np.zeros((1, 2), dtype=int), np.array([-0.3, -1.4]), thetas(rng, 2, 2))
    yield case("three classes", counts(rng, 4, 5), np.array([-1.0, -2.0, -0.7]), thetas(rng, 3, 5))
    yield case("a document of a thousand words", np.array([[600, 400]]), prior, thetas(rng, 2, 2))


def joints(rng: np.random.Generator) -> Iterator[Case]:
    """Yield joint log-probabilities."""
    yield case("two classes, equally probable", np.array([[-1.0, -1.0]]))
    yield case("two documents, two classes", np.array([[-1.0, -2.0], [-3.0, -0.5]]))
    yield case("three classes", -np.abs(numbers(rng, 4, 3)))
    yield case("one class", np.array([[-2.0], [-7.0]]))
    yield case("long documents, whose probabilities underflow", np.array([[-1000.0, -1001.0], [-2300.0, -2000.0]]))
    yield case("a short document next to a long one", np.array([[-1.0, -2.0], [-5000.0, -5002.0]]))
    yield case("as many documents as classes", -np.abs(numbers(rng, 3, 3)))


def scores(rng: np.random.Generator) -> Iterator[Case]:
    """Yield joint log-probabilities without, and with, equal ones."""
    yield case("two documents, two classes", np.array([[-1.0, -2.0], [-3.0, -0.5]]))
    yield case("two classes that are equally probable", np.array([[-4.0, -1.0, -1.0]]))
    yield case("five documents, four classes", -np.abs(numbers(rng, 5, 4)))
    yield case("long documents", np.array([[-1000.0, -999.0], [-2000.0, -2001.0]]))


def explained(rng: np.random.Generator) -> Iterator[Case]:
    """Yield a document, log-probabilities of the words, and two classes."""
    yield case("two words", np.array([1, 1]), np.array([[-0.5, -1.0], [-1.5, -0.5]]), 0, 1)
    yield case("a word that occurs twice, and one that does not", np.array([2, 0, 1]), thetas(rng, 2, 3), 0, 1)
    yield case("the second class against the first", np.array([1, 3, 1]), thetas(rng, 2, 3), 1, 0)
    yield case("two of four classes", np.array([1, 0, 2, 1]), thetas(rng, 4, 4), 3, 1)


def presences(rng: np.random.Generator) -> Iterator[Case]:
    """Yield numbers of documents with each word, numbers of documents, and alpha."""
    yield case("two classes of two documents", np.array([[2.0, 2.0, 0.0], [1.0, 0.0, 2.0]]), np.array([2.0, 2.0]), 1.0)
    yield case("classes of unequal sizes", np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([5.0, 1.0]), 1.0)
    yield case("half a document more", np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([5.0, 1.0]), 0.5)
    yield case("three classes, one word", np.array([[0.0], [4.0], [9.0]]), np.array([3.0, 4.0, 20.0]), 2.0)


def presence_documents(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X of zeros and ones, log-priors, and log-probabilities of a word's presence and absence."""
    for about, n, K, d in (
        ("one document, two words", 1, 2, 2),
        ("three documents", 3, 2, 4),
        ("three classes", 4, 3, 5),
    ):
        p = rng.integers(1, 9, (K, d)) / 10
        prior = np.log(np.arange(1, K + 1) / np.arange(1, K + 1).sum()).round(3)
        yield case(about, rng.integers(0, 2, (n, d)), prior, np.log(p).round(3), np.log(1 - p).round(3))
    p = np.array([[0.9, 0.5], [0.2, 0.5]])
    yield case("a document without any word", np.zeros((1, 2), dtype=int), np.log([0.25, 0.75]).round(3),
               np.log(p).round(3), np.log(1 - p).round(3))  # fmt: skip


def categorical(rng: np.random.Generator) -> Iterator[Case]:
    """Yield a column, y, K, C and alpha."""
    yield case("four rows, two values", np.array([0, 1, 1, 1]), CLASSES, 2, 2, 1.0)
    yield case("a value that does not occur", np.array([0, 2, 2, 0]), CLASSES, 2, 4, 1.0)
    yield case("three classes", np.array([1, 0, 1, 2, 0, 1]), np.array([0, 1, 2, 2, 1, 0]), 3, 3, 0.5)
    yield case("more classes than values", np.array([1, 0, 1, 0]), np.array([0, 1, 2, 3]), 4, 2, 2.0)


def measured(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and K."""
    yield case("four rows, one column", np.array([[1.0], [3.0], [6.0], [8.0]]), CLASSES, 2)
    yield case("classes of unequal sizes", numbers(rng, 6, 2), np.array([0, 1, 1, 1, 0, 1]), 2)
    yield case("three classes", numbers(rng, 9, 3), np.arange(9) % 3, 3)
    yield case("a class of one row", numbers(rng, 5, 2), np.array([1, 0, 0, 0, 0]), 2)
    yield case("columns of unlike sizes", numbers(rng, 8, 2) * [1.0, 100.0] + [0.0, 500.0], np.arange(8) % 2, 2)


def floored(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, K and a share."""
    for k, one in enumerate(measured(rng)):
        yield case(one.about, *one.arguments, (0.1, 0.0, 0.01, 0.5, 0.1)[k])
    yield case(
        "a column that does not vary", np.array([[1.0, 7.0], [3.0, 7.0], [6.0, 7.0], [9.0, 7.0]]), CLASSES, 2, 0.1
    )


def densities(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, log-priors, means and variances."""
    prior = np.log([0.5, 0.5]).round(3)
    yield case("one row, one column", np.array([[1.0]]), prior, np.array([[0.0], [3.0]]), np.array([[1.0], [4.0]]))
    yield case("unequal priors", np.array([[1.0], [2.0]]), np.array([-0.2, -1.7]), np.array([[0.0], [3.0]]),
               np.array([[1.0], [4.0]]))  # fmt: skip
    yield case("three rows, two columns, three classes", numbers(rng, 3, 2), np.array([-1.0, -2.0, -0.7]),
               numbers(rng, 3, 2), 0.5 + np.abs(numbers(rng, 3, 2)))  # fmt: skip
    yield case("a row so far away that its density underflows", np.array([[60.0, 0.0]]), prior,
               np.array([[0.0, 0.0], [1.0, 0.0]]), np.ones((2, 2)))  # fmt: skip
    yield case("ten standard deviations from the means in each of 64 columns", np.full((1, 64), 20.0), prior,
               np.repeat([[0.0], [1.0]], 64, axis=1), np.full((2, 64), 4.0))  # fmt: skip


def batches(rng: np.random.Generator) -> Iterator[Case]:
    """Yield number, mean and variance of two batches."""
    one = np.array([1.0])
    yield case("two rows, and two more", 2, np.array([1.0]), one, 2, np.array([5.0]), one)
    yield case("batches of unequal sizes", 1, np.array([2.0, 0.0]), np.zeros(2), 3, np.array([4.0, 1.0]),
               np.array([0.5, 2.0]))  # fmt: skip
    yield case("equal means", 4, np.array([3.0]), one, 6, np.array([3.0]), 2 * one)
    yield case("means far from zero", 5, np.array([1000.0]), one, 20, np.array([1001.0]), 3 * one)


LOG_OF_SUM = "np.log(N) - np.log(N.sum(axis=1, keepdims=True))"

COUNT = Task(
    "Returns the counts, (K, d): a row for each class, a column for each word.",
    labeled,
    (
        "X[y == k] are the documents of class k; add them up.",
        "np.eye(K)[y] has a one in the column of each document's class, (n, K): what is its transpose times X?",
    ),
    (
        Mistake("It is a mean over the documents of the class; words are added up: a long document counts more.",
                {"np.eye(K)[y].T @ X": "(np.eye(K)[y].T @ X) / np.bincount(y, minlength=K)[:, None]"}),
        Mistake("It counts the documents that have the word; a word that occurs twice in a document counts twice.",
                {"@ X": "@ (X > 0)"}),
        Mistake("Rows and columns are exchanged: classes are rows, words are columns.",
                {"np.eye(K)[y].T @ X": "(np.eye(K)[y].T @ X).T"}),
        Mistake("The sum runs over all documents, whatever their class.",
                {"np.eye(K)[y].T": "np.ones((K, len(y)))"}),
        Mistake("Classes start at 0: class y has row y, not y - 1.", {"[y]": "[y - 1]"}),
    ),
)  # fmt: skip

LOG_PRIOR = Task(
    "Returns the logarithms of the classes' shares of the documents, (K,).",
    classes,
    (
        "np.bincount counts how often each number occurs in y.",
        "Divide by the number of documents, and take the logarithm.",
    ),
    (
        Mistake("All classes have the same prior; it is their share of the documents.",
                {"np.log(np.bincount(y, minlength=K) / len(y))": "np.full(K, -np.log(K))"}),
        Mistake("The prior is forgotten: a log-probability of 0 means certain.",
                {"np.log(np.bincount(y, minlength=K) / len(y))": "np.zeros(K)"}),
        Mistake("The logarithm is missing.", {"np.log(np.bincount(y, minlength=K) / len(y))":
                                             "np.bincount(y, minlength=K) / len(y)"}),
        Mistake("These are the numbers of documents; divide by their sum.", {" / len(y)": ""}),
        Mistake("The shares are smoothed; only the words are.",
                {"np.bincount(y, minlength=K) / len(y)": "(np.bincount(y, minlength=K) + 1) / (len(y) + K)"}),
        Mistake("It uses log2; the chapter's logarithm is the natural one.", {"np.log(": "np.log2("}),
    ),
)  # fmt: skip

SMOOTH = Task(
    "Returns the logarithms of the probabilities of the words in each class, (K, d); each row's exponentials sum to 1.",
    counted,
    (
        "Add alpha to every count, also to those of zero.",
        "The denominator is the sum of the smoothed counts of the class: the words' total plus alpha times d.",
        "log of a quotient is a difference of logarithms; the sums need axis=1, keepdims=True.",
    ),
    (
        Mistake("The denominator lacks the smoothing: alpha is added for each of the d words; divide by the sum of "
                "the smoothed counts.",
                {LOG_OF_SUM: "np.log(N) - np.log((N - alpha).sum(axis=1, keepdims=True))"}),
        Mistake("The denominator has one alpha; each of the d words has one.",
                {LOG_OF_SUM: "np.log(N) - np.log((N - alpha).sum(axis=1, keepdims=True) + alpha)"}),
        Mistake("There is no smoothing: a word that a class has never had has the logarithm -inf.",
                {"N = N + alpha": "N = N + 0.0"}),
        Mistake("alpha is always 1; it is an argument.", {"N + alpha": "N + 1"}),
        Mistake("The smoothing belongs to the counts, before the division; it is added to the probabilities.",
                {"    N = N + alpha\n": "", LOG_OF_SUM: "np.log(N / N.sum(axis=1, keepdims=True) + alpha)"}),
        Mistake("The sum runs over the classes; each class's probabilities sum to one, axis=1.",
                {"N.sum(axis=1, keepdims=True)": "N.sum(axis=0, keepdims=True)"}),
        Mistake("The sum runs over everything; each class has its own.",
                {"N.sum(axis=1, keepdims=True)": "N.sum()"}),
        Mistake("The logarithm is missing.", {LOG_OF_SUM: "N / N.sum(axis=1, keepdims=True)"}),
        Mistake("The denominator has 2 alpha, as for a word that is there or not; here one of d words is drawn.",
                {LOG_OF_SUM: "np.log(N) - np.log((N - alpha).sum(axis=1, keepdims=True) + 2 * alpha)"}),
    ),
)  # fmt: skip

JOINT = Task(
    "Returns joint log-probabilities, (n, K): a row for each document, a column for each class.",
    documents,
    (
        "The probability is a product over the words, each as often as it occurs; its logarithm is a sum.",
        "X @ log_theta.T adds count times log-probability, for all documents and classes; the log-prior comes on top.",
    ),
    (
        Mistake("The prior is forgotten.", {"log_pi + ": ""}),
        Mistake("The prior is counted for each word; it counts once.",
                {"log_pi + ": "log_pi * X.sum(axis=1)[:, None] + "}),
        Mistake("A word counts once, however often it occurs; its exponent is its count.", {"X @": "(X > 0) @"}),
        Mistake("It multiplies probabilities, which underflow for long documents, and takes the logarithm too late.",
                {"log_pi + X @ log_theta.T":
                 "np.log(np.exp(log_pi) * np.prod(np.exp(log_theta)[None] ** X[:, None], axis=2))"}),
        Mistake("The prior is subtracted; a frequent class is more probable.", {"log_pi + ": "-log_pi + "}),
        Mistake("Rows and columns are exchanged: documents are rows, classes are columns.",
                {"log_pi + X @ log_theta.T": "(log_pi + X @ log_theta.T).T"}),
        Mistake("These are probabilities; the logarithms of the words' probabilities are given, not these.",
                {"log_theta.T": "np.exp(log_theta).T"}),
    ),
)  # fmt: skip

LOG_POSTERIOR = Task(
    "Returns log-probabilities, (n, K); each row's exponentials sum to 1, however long the documents are.",
    joints,
    (
        "log P(class | document) = log P(class, document) - log Σ P(class, document) over the classes.",
        "exp(-1000) is 0: subtract the row's largest value first, which changes no difference.",
        "J - largest - log Σ exp(J - largest), with keepdims=True in both.",
    ),
    (
        Mistake("exp underflows for long documents, and log(0) is -inf: subtract the row's largest value first.",
                {"largest = J.max(axis=1, keepdims=True)": "largest = np.zeros((len(J), 1))"}),
        Mistake("The largest of all rows is subtracted: rows far below it underflow.",
                {"J.max(axis=1, keepdims=True)": "J.max()"}),
        Mistake("The sum over the classes is missing: the exponentials do not add up to 1.",
                {" - total": ""}),
        Mistake("The sum runs over the documents; each document's probabilities sum to one, axis=1.",
                {"np.exp(J - largest).sum(axis=1, keepdims=True)": "np.exp(J - largest).sum(axis=0, keepdims=True)"}),
        Mistake("These are probabilities; their logarithms are asked for.",
                {"J - largest - total": "np.exp(J - largest - total)"}),
        Mistake("The logarithm of the sum is added; dividing means to subtract it.",
                {"largest - total": "largest + total"}),
    ),
)  # fmt: skip

PREDICT = Task(
    "Returns the classes, (n,), integers from 0 to K - 1; the smallest where classes are equally probable.",
    scores,
    (
        "argmax finds the place of the largest value, and of equal ones the first.",
        "Which axis holds the classes? Each row is a document, axis=1 runs along it.",
    ),
    (
        Mistake("It is the least probable class.", {"argmax": "argmin"}),
        Mistake("It runs over the documents; classes are columns, axis=1.", {"axis=1": "axis=0"}),
        Mistake("It returns the largest values; the class is their place, argmax.", {"argmax": "max"}),
        Mistake("Of equally probable classes it takes the last; the first is right.",
                {"J.argmax(axis=1)": "J.shape[1] - 1 - J[:, ::-1].argmax(axis=1)"}),
        Mistake("The classes start at 1; Python counts from 0.", {"argmax(axis=1)": "argmax(axis=1) + 1"}),
    ),
)  # fmt: skip

LOG_ODDS = Task(
    "Returns one contribution for each word, (d,); their sum, with the prior's, is the log-odds of the document.",
    explained,
    (
        "An occurrence adds log θ of one class, and subtracts that of the other.",
        "A word that occurs twice contributes twice, one that does not occur nothing.",
    ),
    (
        Mistake("The classes are exchanged: it is k against m.",
                {"log_theta[k] - log_theta[m]": "log_theta[m] - log_theta[k]"}),
        Mistake("A word counts once, however often it occurs.", {"x *": "(x > 0) *"}),
        Mistake("It is the sum over the words; each word's own contribution is asked for.",
                {"x * (log_theta[k] - log_theta[m])": "x @ (log_theta[k] - log_theta[m])"}),
        Mistake("These are the words' log-probabilities in one class; those in the other are to be subtracted.",
                {"(log_theta[k] - log_theta[m])": "log_theta[k]"}),
        Mistake("It is the odds; their logarithm is a difference.",
                {"(log_theta[k] - log_theta[m])": "np.exp(log_theta[k] - log_theta[m])"}),
        Mistake("The counts are missing.", {"x * (log_theta[k] - log_theta[m])": "log_theta[k] - log_theta[m]"}),
    ),
)  # fmt: skip

SMOOTH_COMPLEMENT = Task(
    "Returns weights, (K, d), one for each class and word.",
    counted,
    (
        "N.sum(axis=0) - N counts each word in all classes but one.",
        "smooth gives their log-probabilities; a word that is frequent elsewhere speaks against the class.",
    ),
    (
        Mistake("The sign is missing: what is frequent in the other classes speaks against this one.",
                {"-smooth(": "smooth("}),
        Mistake("These are the class's own counts; those of all other classes are needed.",
                {"N.sum(axis=0) - N": "N"}),
        Mistake("The class's own counts are among those of the others: subtract them.",
                {"N.sum(axis=0) - N": "N.sum(axis=0) + 0 * N"}),
        Mistake("The sum runs over the words; it should run over the classes, axis=0.",
                {"N.sum(axis=0) - N": "N.sum(axis=1, keepdims=True) - N"}),
        Mistake("There is no smoothing.", {"- N, alpha)": "- N, 0.0)"}),
    ),
)  # fmt: skip

SMOOTH_PRESENCE = Task(
    "Returns two arrays, (K, d) each: log-probabilities that the word is there, and that it is not.",
    presences,
    (
        "A word is there or not: two events, and each is counted alpha times more.",
        "So the denominator is the number of documents of the class plus 2 alpha.",
        "n[:, None] - N documents of the class do not have the word.",
    ),
    (
        Mistake("The denominator has one alpha; there are two events, there and not there.", {"2 * alpha": "alpha"}),
        Mistake("The denominator has alpha for every word; each word is there or not, by itself.",
                {"2 * alpha": "alpha * N.shape[1]"}),
        Mistake("The denominator is the number of words; it is the number of documents.",
                {"n[:, None] + 2 * alpha": "N.sum(axis=1, keepdims=True) + 2 * alpha"}),
        Mistake("The absent word is not smoothed.", {"n[:, None] - N + alpha": "n[:, None] - N"}),
        Mistake("There and not there are exchanged.",
                {"np.log(N + alpha) - total, np.log(n[:, None] - N + alpha) - total":
                 "np.log(n[:, None] - N + alpha) - total, np.log(N + alpha) - total"}),
        Mistake("The denominator is not smoothed.", {"n[:, None] + 2 * alpha": "n[:, None]"}),
    ),
)  # fmt: skip

BERNOULLI_JOINT = Task(
    "Returns joint log-probabilities, (n, K).",
    presence_documents,
    (
        "A word that is there adds log_p, one that is not adds log_q.",
        "X is 1 where a word is there, 1 - X where it is not.",
    ),
    (
        Mistake("Absent words are left out; here they count, too.", {" + (1 - X) @ log_q.T": ""}),
        Mistake("The prior is forgotten.", {"log_pi + ": ""}),
        Mistake("Words that are there add log_q, too: it is for those that are not, 1 - X.",
                {"(1 - X) @": "np.ones_like(X) @"}),
        Mistake("log_p and log_q are exchanged.", {"log_p.T + (1 - X) @ log_q.T": "log_q.T + (1 - X) @ log_p.T"}),
        Mistake("Absent words are subtracted.", {"+ (1 - X)": "- (1 - X)"}),
    ),
)  # fmt: skip

SMOOTH_CATEGORIES = Task(
    "Returns log-probabilities of the values in each class, (K, C).",
    categorical,
    (
        "A value is like a word, and each row has one: np.eye(C)[x] is a document of one word.",
        "count and smooth do the rest.",
    ),
    (
        Mistake("Values that do not occur have no column; there are C of them.",
                {"np.eye(C)[x]": "np.eye(C)[:, np.unique(x)][x]"}),
        Mistake("Rows and columns are exchanged: classes are rows, values are columns.",
                {"smooth(count(np.eye(C)[x], y, K), alpha)": "smooth(count(np.eye(C)[x], y, K), alpha).T"}),
        Mistake("There is no smoothing.", {"K), alpha)": "K), 0.0)"}),
        Mistake("alpha is always 1; it is an argument.", {"K), alpha)": "K), 1.0)"}),
        Mistake("It is the probability of a class given the value; that of a value given the class is asked for.",
                {"smooth(count(np.eye(C)[x], y, K), alpha)": "smooth(count(np.eye(K)[y], x, C), alpha).T"}),
    ),
)  # fmt: skip

MEANS = Task(
    "Returns the means, (K, d).",
    measured,
    ("X[y == k] are the rows of class k.", "Their mean over the rows, axis=0, has one value for each column."),
    (
        Mistake("The mean runs over the columns; it should run over the rows, axis=0.",
                {".mean(axis=0)": ".mean(axis=1)[: X.shape[1]]"}),
        Mistake("The mean runs over rows and columns; with axis=0 it leaves one value a column.",
                {".mean(axis=0)": ".mean()"}),
        Mistake("It is the mean of all rows, whatever their class.", {"X[y == k]": "X"}),
        Mistake("It is the sum; divide by the number of rows of the class.", {".mean(axis=0)": ".sum(axis=0)"}),
        Mistake("The sum is divided by the number of all rows, not of the class's.",
                {".mean(axis=0)": ".sum(axis=0) / len(X)"}),
        Mistake("It is the median; the mean makes the likelihood largest.",
                {"X[y == k].mean(axis=0)": "np.median(X[y == k], axis=0)"}),
    ),
)  # fmt: skip

VARIANCES = Task(
    "Returns the variances, (K, d), all of them larger by the share of the largest variance of a column.",
    floored,
    (
        "The variance divides by the number of rows, not by one less: it makes the likelihood largest.",
        "The floor is share times the largest of the variances of the columns of all rows together.",
    ),
    (
        Mistake("It divides by the number of rows less one; the likelihood is largest without.",
                {"X[y == k].var(axis=0)": "(X[y == k].var(axis=0) * sum(y == k) / max(sum(y == k) - 1, 1))"}),
        Mistake("The floor is missing: a column that does not vary has no density.", {") + floor": ")"}),
        Mistake("These are standard deviations; the variance is their square.",
                {"X[y == k].var(axis=0)": "X[y == k].std(axis=0)"}),
        Mistake("Each column has a floor of its own; it is the largest variance that counts.",
                {"X.var(axis=0).max()": "X.var(axis=0)"}),
        Mistake("The floor is the share of the variance of all numbers; take the largest of the columns' variances.",
                {"X.var(axis=0).max()": "X.var()"}),
        Mistake("The floor is the share itself; multiply by the largest variance.",
                {"share * X.var(axis=0).max()": "share"}),
        Mistake("It is a lower limit; the floor is added.",
                {"np.array([X[y == k].var(axis=0) for k in range(K)]) + floor":
                 "np.maximum(np.array([X[y == k].var(axis=0) for k in range(K)]), floor)"}),
        Mistake("It is the variance of all rows, whatever their class.", {"X[y == k].var(axis=0)": "X.var(axis=0)"}),
    ),
)  # fmt: skip

GAUSSIAN_JOINT = Task(
    "Returns joint log-probabilities, (n, K), finite also for rows far from all means.",
    densities,
    (
        "log of the density: -(x - μ)² / 2v - log(2πv) / 2. Never compute the density itself: it underflows.",
        "X[:, None, :] - mu has the shape (n, K, d).",
        "Sum over the columns, the last axis, and add the log-prior.",
    ),
    (
        Mistake("It is the logarithm of a density that has underflowed to 0: write the logarithm by hand.",
                {"log_pi - (squares + np.log(2 * np.pi * v)).sum(axis=2) / 2":
                 "log_pi + np.log(np.exp(-squares / 2) / np.sqrt(2 * np.pi * v)).sum(axis=2)"}),
        Mistake("The densities are multiplied before the logarithm is taken: the product underflows.",
                {"log_pi - (squares + np.log(2 * np.pi * v)).sum(axis=2) / 2":
                 "log_pi + np.log(np.prod(np.exp(-squares / 2) / np.sqrt(2 * np.pi * v), axis=2))"}),
        Mistake("The ½ of the exponent is missing.",
                {"(squares + np.log(2 * np.pi * v)).sum(axis=2) / 2":
                 "(squares + np.log(2 * np.pi * v) / 2).sum(axis=2)"}),
        Mistake("The ½ of the logarithm is missing: 2πv stands under a root.",
                {"(squares + np.log(2 * np.pi * v)).sum(axis=2) / 2":
                 "(squares / 2 + np.log(2 * np.pi * v)).sum(axis=2)"}),
        Mistake("The prior is forgotten.", {"log_pi - ": "-"}),
        Mistake("It divides by the standard deviation; the square is divided by the variance.",
                {"** 2 / v": "** 2 / np.sqrt(v)"}),
        Mistake("log(2πv) is missing: a class with a small variance has the higher density at its mean.",
                {"(squares + np.log(2 * np.pi * v))": "squares"}),
        Mistake("The sign is wrong: the farther from the mean, the less probable.", {"log_pi - ": "log_pi + "}),
    ),
)  # fmt: skip

MERGE = Task(
    "Returns number, mean and variance of all rows: a number, (d,), (d,).",
    batches,
    (
        "The sum of all rows is n mu + n_new mu_new.",
        "Each batch's squares about the common mean are its own variance and the square of the distance of the means.",
        "Both together give step² n n_new / total on top of the two variances.",
    ),
    (
        Mistake("The distance of the means is missing: two batches without spread may lie far apart.",
                {" + step**2 * n * n_new / total": ""}),
        Mistake("It is the mean of the two means; the larger batch weighs more.", {"step * n_new / total": "step / 2"}),
        Mistake("The mean of the first batch is returned; the new rows move it.", {"mu + step * n_new / total": "mu"}),
        Mistake("The variances are averaged as if both batches were equally large.",
                {"n * v + n_new * v_new": "(v + v_new) / 2 * total"}),
        Mistake("The step moves with the old rows' share; the new rows' share is right.",
                {"step * n_new / total": "step * n / total"}),
        Mistake("The distance of the means is not squared.", {"step**2": "step"}),
        Mistake("This is the sum of squares; divide by the number of rows.",
                {"(n * v + n_new * v_new + step**2 * n * n_new / total) / total":
                 "n * v + n_new * v_new + step**2 * n * n_new / total"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "count": COUNT,
        "log_prior": LOG_PRIOR,
        "smooth": SMOOTH,
        "joint": JOINT,
        "log_posterior": LOG_POSTERIOR,
        "predict": PREDICT,
        "log_odds": LOG_ODDS,
        "smooth_complement": SMOOTH_COMPLEMENT,
        "smooth_presence": SMOOTH_PRESENCE,
        "bernoulli_joint": BERNOULLI_JOINT,
        "smooth_categories": SMOOTH_CATEGORIES,
        "means": MEANS,
        "variances": VARIANCES,
        "gaussian_joint": GAUSSIAN_JOINT,
        "merge": MERGE,
    }
)
