"""The exercise of k-means: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.projects.common.exercise import Case, Exercise, Mistake, Seed, Task, case, numbers

SQUARE = np.array([[0.0, 0.0], [0.0, 2.0], [4.0, 0.0], [4.0, 2.0]])


def centered(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and C."""
    yield case("two samples, two centres", np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0], [3.0, 0.0]]))
    yield case("samples as near to one centre as to another", SQUARE, np.array([[2.0, 0.0], [0.0, 1.0], [4.0, 1.0]]))
    yield case("three centres, two features", numbers(rng, 6, 2), numbers(rng, 3, 2))
    yield case("one sample", numbers(rng, 1, 3), numbers(rng, 4, 3))
    yield case("one centre", numbers(rng, 5, 2), numbers(rng, 1, 2))
    yield case("one feature", numbers(rng, 5, 1), numbers(rng, 2, 1))
    yield case("two equal centres", numbers(rng, 4, 2), np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]))
    yield case("a centre far from all samples", numbers(rng, 5, 2), np.array([[0.0, 0.0], [90.0, 90.0]]))
    yield case("thirty samples, far from the origin", 100 + numbers(rng, 30, 3), 100 + numbers(rng, 5, 3))


def labeled(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, C and labels; not every sample is with its nearest centre."""
    C = np.array([[0.0, 0.0], [4.0, 0.0]])
    yield case("two clusters of two samples", SQUARE, C, np.array([0, 0, 1, 1]))
    yield case("a label that is not the nearest centre's", SQUARE, C, np.array([0, 1, 1, 1]))
    yield case("random labels", numbers(rng, 7, 2), numbers(rng, 3, 2), np.array([0, 1, 2, 1, 1, 0, 2]))
    yield case("an empty cluster", numbers(rng, 6, 2), numbers(rng, 3, 2), np.array([0, 2, 2, 0, 0, 2]))
    yield case("two empty clusters", numbers(rng, 6, 3), numbers(rng, 4, 3), np.array([1, 1, 3, 3, 1, 1]))
    yield case("one sample, two clusters", np.array([[1.0, 5.0]]), numbers(rng, 2, 2), np.array([1]))
    yield case("every sample on its centre, and an empty cluster", SQUARE[[0, 1, 0]],
               np.vstack([SQUARE[:2], [[9.0, 9.0]]]), np.array([0, 1, 0]))  # fmt: skip


def lloyds(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, C and a number of steps."""
    six = np.array([[0.0, 0], [2, 0], [1, 3], [6, 5], [8, 5], [7, 8]])
    yield case("six samples, one step", six, six[:2], 1)
    yield case("six samples, three steps", six, six[:2], 3)
    yield case("a start whose second cluster is empty", six, np.array([[3.0, 3.0], [50.0, 50.0]]), 3)
    yield case("one cluster", numbers(rng, 5, 2), numbers(rng, 1, 2), 2)
    yield case("twenty samples, four clusters", numbers(rng, 20, 2), numbers(rng, 4, 2), 5)
    yield case("no step", six, six[:2], 0)


def chosen(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, C and candidates: rows of X, of which none leaves the same inertia as another."""
    line = np.array([[0.0], [1.0], [10.0], [14.0]])
    yield case("four samples on a line", line, line[:1], np.array([1, 3, 2]))
    yield case("the best candidate comes first", numbers(rng, 8, 2), numbers(rng, 2, 2), np.array([5, 0]))
    yield case("one candidate", numbers(rng, 8, 2), numbers(rng, 2, 2), np.array([4]))
    yield case("a candidate that is far, and alone", np.array([[0.0], [1.0], [6.0], [7.0], [7.5], [20.0]]),
               np.array([[0.0], [19.0]]), np.array([5, 3]))  # fmt: skip
    yield case("many candidates", numbers(rng, 20, 3), numbers(rng, 2, 3), np.array([3, 19, 7, 0, 11]))


def starts(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, K and a generator."""
    X = numbers(rng, 12, 2)
    yield case("one centre", X[:4], 1, Seed(0))
    yield case("two centres", X, 2, Seed(1))
    yield case("five centres", X, 5, Seed(2))
    yield case("eight centres", numbers(rng, 30, 3), 8, Seed(3))


def batches(rng: np.random.Generator) -> Iterator[Case]:
    """Yield a batch, C and counts."""
    C = np.array([[0.0, 0.0], [4.0, 0.0]])
    yield case("the first batch", SQUARE, C, np.zeros(2))
    yield case("one sample for each of two centres that have some", SQUARE[1:3] + 0.5, C, np.array([3.0, 1.0]))
    yield case("a centre that attracts no sample", SQUARE[:2], C, np.array([1.0, 2.0]))
    yield case("one sample", np.array([[1.0, 1.0]]), C, np.array([4.0, 0.0]))
    yield case("ten samples, three centres", numbers(rng, 10, 3), numbers(rng, 3, 3), np.array([5.0, 0.0, 20.0]))


def spectra(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and K."""
    six = np.array([[0.0, 0], [2, 0], [1, 3], [6, 5], [8, 5], [7, 8]])
    yield case("six samples, two clusters", six, 2)
    yield case("one cluster", six, 1)
    yield case("four features, three clusters", 5 + numbers(rng, 9, 4), 3)
    yield case("more clusters than features", six, 4)
    yield case("samples on a line", np.array([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]]), 2)


SQUARED_DISTANCES = Task(
    "Returns the squared distances, (n, K): a row for each sample, a column for each centre.",
    centered,
    (
        "For one sample and one centre it is the sum over the features of (x - c)².",
        "X[:, None, :] has the shape (n, 1, d), C[None, :, :] the shape (1, K, d): what is their difference's?",
        "The difference is (n, K, d): square it and sum over its last axis.",
    ),
    (
        Mistake("It is the distance; here its square is needed, without a root.",
                {"((X[": "np.sqrt(((X[", "axis=2)": "axis=2))"}),
        Mistake("It adds absolute differences; the distance is the sum of their squares.",
                {"((X[:, None, :] - C[None, :, :]) ** 2)": "abs(X[:, None, :] - C[None, :, :])"}),
        Mistake("It is a mean over the features; the squares are summed.", {".sum(": ".mean("}),
        Mistake("Rows and columns are exchanged: samples are rows, centres are columns.",
                {"X[:, None, :] - C[None, :, :]": "X[None, :, :] - C[:, None, :]"}),
        Mistake("The sum runs over the centres; it should run over the features, the last axis.",
                {"axis=2": "axis=1"}),
        Mistake("It is the square of the sum of the differences; square first, then add.",
                {"((X[:, None, :] - C[None, :, :]) ** 2).sum(axis=2)":
                 "(X[:, None, :] - C[None, :, :]).sum(axis=2) ** 2"}),
    ),
)  # fmt: skip

INERTIA = Task(
    "Returns one number.",
    labeled,
    (
        "C[labels] has a row for each sample: its own centre.",
        "Subtract it from X, square, and sum over everything.",
    ),
    (
        Mistake("It is divided by the number of samples; the inertia is a sum.",
                {".sum()": ".sum() / len(X)"}),
        Mistake("It is a mean over samples and features; the inertia is a sum.", {".sum()": ".mean()"}),
        Mistake("It adds distances; the inertia is the sum of their squares.",
                {"((X - C[labels]) ** 2).sum()": "np.sqrt(((X - C[labels]) ** 2).sum(axis=1)).sum()"}),
        Mistake("The root is one too many: the inertia is the sum of the squares itself.",
                {"((X - C[labels]) ** 2).sum()": "np.sqrt(((X - C[labels]) ** 2).sum())"}),
        Mistake("It takes the nearest centre of each sample; labels says to which centre a sample belongs.",
                {"((X - C[labels]) ** 2).sum()": "squared_distances(X, C).min(axis=1).sum()"}),
        Mistake("It adds the distances to all centres; only a sample's own counts.",
                {"((X - C[labels]) ** 2).sum()": "squared_distances(X, C).sum()"}),
        Mistake("It adds absolute differences; the inertia is the sum of their squares.",
                {"((X - C[labels]) ** 2).sum()": "abs(X - C[labels]).sum()"}),
    ),
)  # fmt: skip

ASSIGN = Task(
    "Returns the labels, (n,), integers from 0 to K - 1; the smallest where centres are equally near.",
    centered,
    (
        "squared_distances(X, C) has a row for each sample. Which function finds the place of its smallest value?",
        "argmin takes an axis: the one that it searches, here the columns. Of equal values it takes the first.",
    ),
    (
        Mistake("It is the farthest centre; the nearest one has the smallest distance.", {"argmin": "argmax"}),
        Mistake("Of equally near centres it takes the last; the first is right (`<`, not `<=`).",
                {"squared_distances(X, C).argmin(axis=1)":
                 "len(C) - 1 - squared_distances(X, C)[:, ::-1].argmin(axis=1)"}),
        Mistake("It finds the nearest sample of each centre; the axis is the wrong one.", {"axis=1": "axis=0"}),
        Mistake("It returns the smallest distances; the label is their place, argmin.", {"argmin": "min"}),
        Mistake("The labels start at 1; Python counts from 0.", {"axis=1)": "axis=1) + 1"}),
    ),
)  # fmt: skip

UPDATE = Task(
    "Returns the new centres, (K, d).",
    labeled,
    (
        "X[labels == k] are the samples of cluster k; their mean over the rows is the new centre.",
        "Which k have no sample? The mean of nothing is nan: such a centre stays where it was.",
    ),
    (
        Mistake("An empty cluster becomes nan, the mean of no samples; its centre should stay.",
                {" if k in labels else C[k]": ""}),
        Mistake("An empty cluster's centre becomes zero; it should stay.",
                {"else C[k]": "else np.zeros(X.shape[1])"}),
        Mistake("An empty cluster's centre becomes the mean of all samples; it should stay.",
                {"else C[k]": "else X.mean(axis=0)"}),
        Mistake("Empty clusters disappear: there are K centres before and after.",
                {" if k in labels else C[k] for k in range(len(C))": " for k in np.unique(labels)"}),
        Mistake("The mean runs over samples and features; with axis=0 it leaves one value a feature.",
                {".mean(0)": ".mean()"}),
        Mistake("All features of a centre get the same mean: it should run over the samples only, axis=0.",
                {".mean(0)": ".mean().repeat(X.shape[1])"}),
        Mistake("The mean runs over the features; it should run over the samples, axis=0.",
                {".mean(0)": ".mean(1)"}),
        Mistake("It is the sum of the samples; it has to be divided by their number.", {".mean(0)": ".sum(0)"}),
        Mistake("The sum is divided by the number of all samples, not of the cluster's.",
                {".mean(0)": ".sum(0) / len(X)"}),
        Mistake("It is the median; the mean makes the inertia smallest.",
                {"X[labels == k].mean(0)": "np.median(X[labels == k], axis=0)"}),
        Mistake("It averages the samples and the old centre; the old centre does not count.",
                {"X[labels == k].mean(0)": "np.vstack([X[labels == k], C[k]]).mean(0)"}),
    ),
)  # fmt: skip

RELOCATE = Task(
    "Returns new labels, (n,): each empty cluster, from the first on, takes the sample that is farthest from its own "
    "centre, unless that distance is zero; a sample that was taken is no longer far from anything.",
    labeled,
    (
        "Compute each sample's squared distance to its own centre, and which clusters are empty.",
        "For each empty cluster, argmax of the distances is the sample; give it the label in a copy of labels.",
        "Set the distance of a taken sample to zero, so that the next empty cluster takes another one.",
    ),
    (
        Mistake("It changes the labels that it was given; it should change a copy.", {"labels.copy()": "labels"}),
        Mistake("All empty clusters take the same sample: set the distance of a taken sample to zero.",
                {"labels[i], far[i] = k, 0.0": "labels[i] = k"}),
        Mistake("It takes the nearest sample; the farthest one has the largest distance.", {"argmax": "argmin"}),
        Mistake("It relocates although every sample sits on its centre: nothing can be gained there.",
                {"if far[i] > 0:": "if True:"}),
        Mistake("The labels stay as they are: empty clusters are not filled.", {"if far[i] > 0:": "if False:"}),
        Mistake("It measures the distance to the nearest centre; the sample's own is C[labels].",
                {"((X - C[labels]) ** 2).sum(axis=1)": "squared_distances(X, C).min(axis=1)"}),
        Mistake("It measures the distance to the empty cluster's centre; the sample's own centre counts.",
                {"i = far.argmax()": "i = ((X - C[k]) ** 2).sum(axis=1).argmax()"}),
    ),
)  # fmt: skip

LLOYD = Task(
    "Yields (centres, labels, inertia) after each of the `steps` iterations, all three of the same iteration.",
    lloyds,
    (
        "One iteration: assign, relocate, update. Then yield.",
        "The centres that are yielded are the updated ones, and the inertia belongs to them and to these labels.",
    ),
    (
        Mistake("Empty clusters are not relocated.", {"relocate(X, C, assign(X, C))": "assign(X, C)"}),
        Mistake("It yields the centres from before the update.",
                {"        C = update(X, C, labels)\n": "",
                 "yield C, labels, inertia(X, C, labels)":
                 "yield C, labels, inertia(X, C, labels)\n        C = update(X, C, labels)"}),
        Mistake("The inertia is that of the old centres; it belongs after the update.",
                {"C = update(X, C, labels)\n": "J, C = inertia(X, C, labels), update(X, C, labels)\n",
                 "yield C, labels, inertia(X, C, labels)": "yield C, labels, J"}),
        Mistake("The labels are assigned again after the update; those that the centres are means of are right.",
                {"yield C, labels, inertia(X, C, labels)":
                 "yield C, assign(X, C), inertia(X, C, assign(X, C))"}),
        Mistake("The centres are never updated.", {"        C = update(X, C, labels)\n": ""}),
        Mistake("There is one iteration too few.", {"range(steps)": "range(steps - 1)"}),
    ),
)  # fmt: skip

CHANCES = Task(
    "Returns probabilities, (n,), with the sum 1.",
    centered,
    (
        "Each sample's squared distance to its nearest centre comes first.",
        "Divide by the sum, so that the chances add up to 1.",
    ),
    (
        Mistake("The chances are proportional to the distance; its square is right.",
                {".min(axis=1)": ".min(axis=1) ** 0.5"}),
        Mistake("The chances do not add up to 1: divide by their sum.", {" / D2.sum()": ""}),
        Mistake("They are divided by the largest; divide by the sum.", {"D2.sum()": "D2.max()"}),
        Mistake("It takes the farthest centre; the nearest one counts.", {".min(": ".max("}),
        Mistake("It adds the distances to all centres; only the nearest one counts.", {".min(": ".sum("}),
        Mistake("All samples have the same chance: this is random seeding, not k-means++.",
                {"D2 / D2.sum()": "np.full(len(X), 1 / len(X))"}),
    ),
)  # fmt: skip

BEST_CANDIDATE = Task(
    "Returns one of the candidates, which are row numbers of X; of equally good ones the first.",
    chosen,
    (
        "With candidate i as a further centre, a sample's distance is the smaller of the old one and that to X[i].",
        "Sum these for each candidate; the candidate with the least sum is returned, not its place in the list.",
    ),
    (
        Mistake("It returns the place among the candidates; the candidate itself is a row number of X.",
                {"candidates[np.argmin(costs)]": "np.argmin(costs)"}),
        Mistake("It takes the candidate with the largest inertia.", {"argmin": "argmax"}),
        Mistake("It takes the candidate that is farthest from the centres; the inertia that is left decides.",
                {"np.argmin(costs)": "np.argmax(D2[candidates])"}),
        Mistake("The old centres are forgotten: a sample's distance is the smaller of the old one and the new one.",
                {"np.minimum(D2, ((X - X[i]) ** 2).sum(axis=1)).sum()": "((X - X[i]) ** 2).sum()"}),
        Mistake("It takes the larger of the two distances.", {"np.minimum": "np.maximum"}),
        Mistake("It returns the row of X; its number is asked for.",
                {"candidates[np.argmin(costs)]": "X[candidates[np.argmin(costs)]]"}),
        Mistake("It returns the least inertia; the candidate is asked for.",
                {"candidates[np.argmin(costs)]": "min(costs)"}),
        Mistake("It tries all samples; only the candidates count.",
                {"for i in candidates]": "for i in range(len(X))]",
                 "candidates[np.argmin(costs)]": "np.argmin(costs)"}),
    ),
)  # fmt: skip

KMEANS_PLUS_PLUS = Task(
    "Returns K rows of X, (K, d). The first is row rng.integers(n); for each further one, rng.choice(n, size=…, p=…) "
    "draws 2 + int(log K) candidates by their chances, of which the best is taken.",
    starts,
    (
        "Start with C = X[[rng.integers(len(X))]], which has the shape (1, d).",
        "As long as there are fewer than K rows: draw candidates, take the best, append its row of X to C.",
        "rng.choice(len(X), size=2 + int(np.log(K)), p=chances(X, C)) draws the candidates.",
    ),
    (
        Mistake("There is one candidate only: this is k-means++ without its greedy choice.",
                {"size=2 + int(np.log(K))": "size=1"}),
        Mistake("The number of candidates uses log2 instead of the natural logarithm.", {"np.log(K)": "np.log2(K)"}),
        Mistake("The candidates are drawn with equal chances.", {", p=chances(X, C)": ""}),
        Mistake("The first candidate is taken, not the best.",
                {"best_candidate(X, C, candidates)": "candidates[0]"}),
        Mistake("The first centre is always row 0; it is drawn.", {"rng.integers(len(X))": "0"}),
        Mistake("The chances are those after the first centre; they change with every centre.",
                {"    while len(C) < K:": "    p = chances(X, C)\n    while len(C) < K:", "p=chances(X, C)": "p=p"}),
        Mistake("There is one centre too many.", {"len(C) < K": "len(C) <= K"}),
        Mistake("The farthest sample is taken: a single outlier then always becomes a centre.",
                {"X[best_candidate(X, C, candidates)]": "X[chances(X, C).argmax()]"}),
    ),
)  # fmt: skip

MINIBATCH_STEP = Task(
    "Returns new centres, (K, d), and new counts, (K,): how many samples each centre has attracted so far.",
    batches,
    (
        "Assign the batch first. Then each centre that attracts samples adds their number to its count.",
        "The new mean is C[k] + (sum of the deviations of the new samples from C[k]) / (new count).",
        "Work on copies of C and counts.",
    ),
    (
        Mistake("It changes the centres that it was given; it should change a copy.", {"C.copy()": "C"}),
        Mistake("It changes the counts that it was given; it should change a copy.",
                {"counts.copy()": "counts"}),
        Mistake("It divides by the count from before the batch; the new samples count too.",
                {"        counts[k] += (labels == k).sum()\n": "",
                 "/ counts[k]": "/ max(counts[k], 1)\n        counts[k] += (labels == k).sum()"}),
        Mistake("The count grows by one for each batch; it counts samples.",
                {"+= (labels == k).sum()": "+= 1"}),
        Mistake("Earlier samples are forgotten: the centre becomes the mean of the batch.",
                {"/ counts[k]": "/ (labels == k).sum()"}),
        Mistake("The counts are those of this batch; they add up over batches.",
                {"counts[k] += (labels": "counts[k] = (labels"}),
        Mistake("It adds the samples themselves; their deviations from the centre are right.",
                {"(B[labels == k] - C[k]).sum(axis=0)": "B[labels == k].sum(axis=0)"}),
        Mistake("It adds the mean of the deviations; divide their sum by the count.",
                {"(B[labels == k] - C[k]).sum(axis=0)": "(B[labels == k] - C[k]).mean(axis=0)"}),
    ),
)  # fmt: skip

SPECTRAL_BOUND = Task(
    "Returns one number: the sum of all but the K - 1 largest eigenvalues of the scatter matrix.",
    spectra,
    (
        "Centre X; the scatter matrix is the product of its transpose with itself, (d, d).",
        "np.linalg.eigvalsh returns eigenvalues from small to large: leave the K - 1 largest out.",
    ),
    (
        Mistake("X is not centred: subtract the mean of each column.", {"X - X.mean(axis=0)": "X"}),
        Mistake("It leaves out K eigenvalues; K centres span K - 1 dimensions about the mean.",
                {"[K - 1 :]": "[K:]"}),
        Mistake("It adds the largest eigenvalues; those are what clusters can explain.", {"[K - 1 :]": "[: K - 1]"}),
        Mistake("The eigenvalues are in the wrong order: eigvalsh returns the smallest first.", {"[::-1]": ""}),
        Mistake("The scatter matrix is divided by n; the inertia is a sum, not a mean.",
                {"centred.T @ centred": "centred.T @ centred / len(X)"}),
        Mistake("The mean runs over the whole of X; each column has its own, X.mean(axis=0).",
                {"X.mean(axis=0)": "X.mean()"}),
        Mistake("It adds roots of the eigenvalues.",
                {"eigenvalues[K - 1 :].sum()": "np.sqrt(eigenvalues[K - 1 :].clip(0)).sum()"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "squared_distances": SQUARED_DISTANCES,
        "inertia": INERTIA,
        "assign": ASSIGN,
        "update": UPDATE,
        "relocate": RELOCATE,
        "lloyd": LLOYD,
        "chances": CHANCES,
        "best_candidate": BEST_CANDIDATE,
        "kmeans_plus_plus": KMEANS_PLUS_PLUS,
        "minibatch_step": MINIBATCH_STEP,
        "spectral_bound": SPECTRAL_BOUND,
    }
)
