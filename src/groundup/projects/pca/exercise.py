"""The exercise of PCA: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers

STONES = np.array([[1.0, 1.0], [4.0, 4.0], [7.0, 4.0], [8.0, 3.0]])
SLOPED = np.array([[3.0, 4.0], [4.0, -3.0]]) / 5  # two axes, at right angles
SHIFTED = np.array([[10.0, 2.0], [30.0, 6.0], [20.0, 1.0]])
AXES = np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])  # three axes, one a column
HALVES = np.array([[1.0, 1.0], [1.0, -1.0], [1.0, 1.0], [1.0, -1.0]]) / 2  # two axes of four features


def symmetric(rng: np.random.Generator, d: int) -> Array:
    """Return a covariance matrix with few digits."""
    B = numbers(rng, d + 3, d)
    return (B.T @ B + np.diag(np.arange(d) / 10)).round(2)


def samples(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X."""
    yield case("four samples, two features", STONES)
    yield case("as many samples as features", SHIFTED[:2] + 0.5)
    yield case("three samples far from zero", SHIFTED)
    yield case("ten samples, three features", numbers(rng, 10, 3))
    yield case("a feature that hardly varies", (numbers(rng, 8, 3) * [5.0, 1.0, 0.1]).round(2) + 0.0)


def decomposed(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X with more samples than features, and different variances along all axes."""
    yield case("four samples, two features", STONES)
    yield case("samples far from zero", STONES + np.array([100.0, -50.0]))
    yield case("ten samples, three features", numbers(rng, 10, 3))
    yield case("features of different size", (numbers(rng, 12, 4) * [9.0, 3.0, 1.0, 0.3]).round(2) + 0.0)
    yield case("one feature", numbers(rng, 5, 1))


def columns(rng: np.random.Generator) -> Iterator[Case]:
    """Yield axes, each a column, with either sign."""
    yield case("two axes, one to be turned", np.array([[0.6, 0.8], [-0.8, 0.6]]))
    yield case("an axis of negative entries", np.array([[-0.6], [-0.8]]))
    yield case("nothing to turn", AXES)
    yield case("the largest entry is not the first", np.array([[0.1, -0.2], [-0.9, 0.7], [0.4, -0.6]]))
    yield case("five axes", numbers(rng, 6, 5, digits=2))


def covariances(rng: np.random.Generator) -> Iterator[Case]:
    """Yield covariance matrices with different eigenvalues."""
    yield case("two features", np.array([[10.0, 3.0], [3.0, 2.0]]))
    yield case("features that are not correlated, the larger variance second", np.diag([1.0, 4.0]))
    yield case("negative correlation", np.array([[2.0, -1.0], [-1.0, 1.0]]))
    yield case("three features", symmetric(rng, 3))
    yield case("five features", symmetric(rng, 5))


def projected(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, mu and V; mu is not always the mean of X."""
    yield case("two samples, one axis", np.array([[5.0, 5.0], [1.0, 2.0]]), np.array([2.0, 1.0]), SLOPED[:, :1])
    yield case("new samples: the mean is that of others", STONES, np.array([1.0, 1.0]), SLOPED)
    yield case("as many axes as features", numbers(rng, 5, 3), numbers(rng, 3), AXES)
    yield case("two of four axes", numbers(rng, 7, 4), numbers(rng, 4), HALVES)
    yield case("one sample", np.array([[1.0, -2.0, 3.0]]), np.array([0.5, 0.5, 0.5]), AXES[:, :2])


def scored(rng: np.random.Generator) -> Iterator[Case]:
    """Yield Z, mu and V."""
    yield case("two samples, one axis", np.array([[5.0], [-1.0]]), np.array([2.0, 1.0]), SLOPED[:, :1])
    yield case("scores of zero", np.zeros((2, 1)), np.array([3.0, 4.0]), SLOPED[:, 1:])
    yield case("as many axes as features", numbers(rng, 5, 3), numbers(rng, 3), AXES)
    yield case("two of four axes", numbers(rng, 7, 2), numbers(rng, 4), HALVES)


def shares(rng: np.random.Generator) -> Iterator[Case]:
    """Yield variances, the largest first."""
    yield case("two axes", np.array([9.0, 3.0]))
    yield case("one axis", np.array([2.5]))
    yield case("three axes", np.array([5.0, 4.0, 1.0]))
    yield case("an axis without variance", np.array([7.0, 1.0, 0.0]))


def whitened(rng: np.random.Generator) -> Iterator[Case]:
    """Yield Z and variances."""
    yield case("two samples, two axes", np.array([[6.0, 1.0], [-3.0, 2.0]]), np.array([9.0, 4.0]))
    yield case("one axis", np.array([[1.0], [2.0], [-3.0]]), np.array([0.25]))
    yield case("three axes", numbers(rng, 6, 3), np.array([5.0, 2.0, 0.1]))
    yield case("as many samples as axes", numbers(rng, 2, 2), np.array([16.0, 0.5]))


def started(rng: np.random.Generator) -> Iterator[Case]:
    """Yield S, v and a number of steps."""
    yield case("two features, two steps", np.array([[10.0, 3.0], [3.0, 2.0]]), np.array([1.0, 0.0]), 2)
    yield case("a start that is an eigenvector", np.diag([4.0, 1.0]), np.array([0.0, 1.0]), 2)
    yield case("no step", np.diag([4.0, 1.0]), np.array([1.0, 0.0]), 0)
    yield case("a start of another length", np.array([[2.0, -1.0], [-1.0, 1.0]]), np.array([3.0, 1.0]), 3)
    yield case("four features, six steps", symmetric(rng, 4), np.ones(4), 6)


def deflated(rng: np.random.Generator) -> Iterator[Case]:
    """Yield S, its largest eigenvalue and the axis of it, or some number and direction."""
    yield case("two features", np.diag([4.0, 1.0]), 4.0, np.array([1.0, 0.0]))
    yield case("an axis along neither feature", np.array([[2.0, 1.0], [1.0, 2.0]]), 3.0, np.array([0.6, 0.8]))
    S = symmetric(rng, 3)
    yield case("three features", S, 2.5, AXES[:, 1])
    yield case("no variance to take out", S, 0.0, AXES[:, 0])


def streamed(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, V, rate and a number of steps."""
    yield case("four samples, one axis, two steps", STONES, np.array([[1.0], [0.0]]), 0.1, 2)
    yield case("more steps than samples", STONES, np.array([[0.6], [0.8]]), 0.5, 9)
    yield case("two axes", numbers(rng, 6, 3), AXES[:, :2], 0.3, 6)
    yield case("no step", STONES, np.array([[1.0], [0.0]]), 0.1, 0)
    yield case("far from zero", STONES + 50.0, np.array([[1.0], [0.0]]), 0.2, 5)


def ranges(rng: np.random.Generator) -> Iterator[Case]:
    """Yield A, Omega and a number of further multiplications."""
    A = STONES - STONES.mean(axis=0)
    yield case("one column, no further multiplication", A, np.array([[1.0], [2.0]]), 0)
    yield case("one column, one multiplication", A, np.array([[1.0], [2.0]]), 1)
    yield case("two columns of three", numbers(rng, 8, 3), numbers(rng, 3, 2), 1)
    yield case("two columns of five, three multiplications", numbers(rng, 9, 5), numbers(rng, 5, 2), 3)


def sketched(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Omega and a number of further multiplications."""
    yield case("one column", STONES, np.array([[1.0], [2.0]]), 0)
    yield case("one column, far from zero", STONES + 20.0, np.array([[1.0], [2.0]]), 1)
    yield case("two columns of three", numbers(rng, 8, 3), numbers(rng, 3, 2), 1)
    yield case("two columns of five", (3 + numbers(rng, 9, 5)).round(1), numbers(rng, 5, 2), 2)


def left(rng: np.random.Generator) -> Iterator[Case]:
    """Yield variances and a number of axes."""
    yield case("two of four axes", np.array([9.0, 4.0, 2.0, 1.0]), 2)
    yield case("all but one axis", np.array([9.0, 4.0, 2.5]), 2)
    yield case("no axis", np.array([9.0, 4.0, 2.0]), 0)
    yield case("one of five", np.array([5.0, 3.0, 2.0, 1.0, 0.5]), 1)


def noisy(rng: np.random.Generator) -> Iterator[Case]:
    """Yield variances, axes and noise."""
    yield case("one axis of two", np.array([11.0]), SLOPED[:, :1], 1.0)
    yield case("as many axes as features", np.array([5.0, 2.0]), SLOPED, 0.5)
    yield case("no noise", np.array([4.0, 1.0]), AXES[:, :2], 0.0)
    yield case("two axes of four", np.array([6.0, 3.0]), HALVES, 0.7)


def dense(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, mu and C."""
    yield case("two samples, two features", STONES[:2], np.array([5.0, 3.0]), np.array([[10.0, 3.0], [3.0, 2.0]]))
    yield case("a sample at the mean", np.array([[1.0, 2.0]]), np.array([1.0, 2.0]), np.diag([4.0, 0.25]))
    yield case("independent features", numbers(rng, 4, 2), np.zeros(2), np.eye(2))
    yield case("three features", numbers(rng, 6, 3), numbers(rng, 3), symmetric(rng, 3))


def gappy(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X with missing entries, mu, W and noise."""
    fifth = np.array([[7.0, np.nan], [4.0, 2.0]])
    yield case("one entry of one sample missing", fifth, np.array([5.0, 3.0]), np.array([[3.0], [1.0]]), 1.0)
    yield case("nothing missing", STONES, np.array([5.0, 3.0]), np.array([[3.0], [1.0]]), 0.5)
    X = numbers(rng, 5, 3)
    X[[0, 1, 1], [2, 0, 1]] = np.nan
    yield case("two scaled axes", X, numbers(rng, 3), numbers(rng, 3, 2), 0.4)
    yield case("a sample of which nothing is seen", np.array([[np.nan, np.nan], [1.0, 2.0]]), np.zeros(2),
               np.array([[2.0], [1.0]]), 0.3)  # fmt: skip


def completed(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X with missing entries, Z and Phi."""
    X = np.array([[1.0, 2.0], [2.0, 1.0], [4.0, np.nan], [6.0, 7.0]])
    Z = np.array([[-1.0], [-0.5], [0.2], [1.1]])
    yield case("one entry missing, one score", X, Z, np.full((4, 1, 1), 0.25))
    yield case("nothing missing", STONES, Z, np.full((4, 1, 1), 0.5))
    wide = numbers(rng, 8, 3)
    wide[[0, 3, 5], [1, 2, 0]] = np.nan
    roots = numbers(rng, 8, 2, 2)
    spread = (np.einsum("iab,icb->iac", roots, roots) / 5).round(3)
    yield case("two scores, different covariances", wide, numbers(rng, 8, 2), spread)
    yield case("scores that are certain", numbers(rng, 6, 2), numbers(rng, 6, 1), np.zeros((6, 1, 1)))


def kernels(rng: np.random.Generator) -> Iterator[Case]:
    """Yield K and a number of axes; the largest eigenvalues of the centred table differ."""
    B = np.array([[0.0, 1.0], [2.0, 0.5], [5.0, 3.0]])
    yield case("three samples, one axis", B @ B.T, 1)
    C = numbers(rng, 6, 4)
    yield case("three of four axes", (C @ C.T).round(2), 3)
    D = numbers(rng, 7, 2)
    radial = np.exp(-((D[:, None] - D[None]) ** 2).sum(axis=2) / 2).round(3)
    yield case("a radial kernel, two axes", radial, 2)
    yield case("a polynomial kernel, one axis", ((1 + D @ D.T) ** 2).round(3), 1)


MEAN = Task(
    "Returns the means of the features, (d,).",
    samples,
    ("Add the rows up: X.sum(axis=0).", "Divide by the number of rows, len(X)."),
    (
        Mistake("The mean runs over the features; it should run over the samples, axis=0.",
                {"X.sum(axis=0) / len(X)": "X.mean(axis=1)"}),
        Mistake("It is one number for all entries; every feature has a mean of its own.",
                {"X.sum(axis=0) / len(X)": "X.mean()"}),
        Mistake("It is the sum; divide by the number of samples.", {" / len(X)": ""}),
        Mistake("It divides by n - 1; that is for variances. A mean divides by n.", {"len(X)": "(len(X) - 1)"}),
        Mistake("It divides by the number of features.", {"len(X)": "X.shape[1]"}),
    ),
)  # fmt: skip

COVARIANCE = Task(
    "Returns the covariance matrix, (d, d).",
    samples,
    (
        "Centre X first: subtract the mean of each feature.",
        "A.T @ A is (d, d): sums over the samples of products of two features.",
        "Divide by n - 1.",
    ),
    (
        Mistake("X is not centred: subtract the mean.", {"X - mean(X)": "X"}),
        Mistake("It divides by n; the chapter divides by n - 1.", {"(len(X) - 1)": "len(X)"}),
        Mistake("These are sums; divide by n - 1.", {" / (len(X) - 1)": ""}),
        Mistake("The product is (n, n), between samples; between features it is A.T @ A.",
                {"A.T @ A": "A @ A.T"}),
        Mistake("It is the matrix of correlations; covariances keep the units.",
                {"A = X - mean(X)": "A = (X - mean(X)) / X.std(axis=0, ddof=1)"}),
    ),
)  # fmt: skip

FIX_SIGNS = Task(
    "Returns the axes, (d, k), each with its entry of largest size positive.",
    columns,
    (
        "For each column find the row of the entry that is largest in size: np.abs(V).argmax(axis=0).",
        "V[rows, np.arange(k)] picks one entry a column; multiply each column by its sign.",
    ),
    (
        Mistake("It looks for the largest entry, not for the one that is largest in size.",
                {"np.abs(V).argmax": "V.argmax"}),
        Mistake("It makes the first entry positive; the largest in size counts.",
                {"np.abs(V).argmax(axis=0)": "np.zeros(V.shape[1], int)"}),
        Mistake("Axes are columns: the largest entry is sought down each column, and the column is turned.",
                {"np.abs(V).argmax(axis=0)": "np.abs(V).argmax(axis=1)",
                 "np.sign(V[largest, np.arange(V.shape[1])])": "np.sign(V[np.arange(len(V)), largest])[:, None]"}),
        Mistake("The sign is the wrong one: the largest entry becomes negative.", {"return V *": "return -V *"}),
        Mistake("It takes the size of every entry; a whole column is turned, or left.",
                {"V * np.sign(V[largest, np.arange(V.shape[1])])": "np.abs(V)"}),
    ),
)  # fmt: skip

AXES_OF_COVARIANCE = Task(
    "Returns variances, (d,), largest first, and axes, (d, d), one a column.",
    covariances,
    (
        "np.linalg.eigh gives eigenvalues from small to large, and eigenvectors in columns.",
        "Turn both around: [::-1] and [:, ::-1].",
        "The sign rule is the last step.",
    ),
    (
        Mistake("The order is eigh's, smallest first; the largest comes first here.",
                {"lam[::-1], fix_signs(V[:, ::-1])": "lam, fix_signs(V)"}),
        Mistake("The variances are turned around, the axes are not.", {"V[:, ::-1]": "V"}),
        Mistake("The rows of V are turned around; eigenvectors are its columns.", {"V[:, ::-1]": "V[::-1]"}),
        Mistake("The sign rule is missing.", {"fix_signs(V[:, ::-1])": "V[:, ::-1]"}),
        Mistake("Axes are rows here; they should be columns.",
                {"fix_signs(V[:, ::-1])": "fix_signs(V[:, ::-1]).T"}),
        Mistake("It returns roots of the eigenvalues; the eigenvalues themselves are the variances.",
                {"lam[::-1]": "np.sqrt(lam[::-1].clip(0))"}),
    ),
)  # fmt: skip

AXES_OF_DATA = Task(
    "Returns variances and axes, (min(n, d),) and (d, min(n, d)).",
    decomposed,
    (
        "np.linalg.svd(A, full_matrices=False) returns U, s, Vt; s is already sorted.",
        "The rows of Vt are the axes; here they should be columns.",
        "A variance is a squared singular value over n - 1.",
    ),
    (
        Mistake("X is not centred: the first axis then points to the mean.", {"X - mean(X)": "X"}),
        Mistake("These are singular values; their squares over n - 1 are the variances.",
                {"s**2 / (len(X) - 1)": "s"}),
        Mistake("The singular values are not squared.", {"s**2": "s"}),
        Mistake("It divides by n; the chapter divides by n - 1.", {"(len(X) - 1)": "len(X)"}),
        Mistake("It does not divide by n - 1.", {" / (len(X) - 1)": ""}),
        Mistake("Axes are rows of Vt; here each is a column.", {"fix_signs(Vt.T)": "fix_signs(Vt.T).T"}),
        Mistake("The sign rule is missing.", {"fix_signs(Vt.T)": "Vt.T"}),
        Mistake("The sign rule is applied to Vt, whose axes are rows; transpose first.",
                {"fix_signs(Vt.T)": "fix_signs(Vt).T"}),
    ),
)  # fmt: skip

TRANSFORM = Task(
    "Returns the scores, (n, k).",
    projected,
    ("Subtract mu from every row.", "(n, d) @ (d, k) is (n, k)."),
    (
        Mistake("mu is not subtracted.", {"(X - mu)": "X"}),
        Mistake("It subtracts the mean of these samples; mu is that of the samples that the axes were learned from.",
                {"(X - mu)": "(X - mean(X))"}),
        Mistake("mu is subtracted after the product, as if it were a score.",
                {"(X - mu) @ V": "X @ V - mu[: V.shape[1]]"}),
        Mistake("mu is added.", {"X - mu": "X + mu"}),
        Mistake("The scores are divided by their lengths.",
                {"(X - mu) @ V": "(X - mu) @ V / np.linalg.norm(X - mu, axis=1, keepdims=True).clip(1e-12)"}),
    ),
)  # fmt: skip

INVERSE_TRANSFORM = Task(
    "Returns points of the subspace, (n, d).",
    scored,
    ("A score says how far to go along its axis: Z @ V.T.", "Start from mu."),
    (
        Mistake("mu is missing: the subspace passes through it.", {"mu + ": ""}),
        Mistake("mu is subtracted; it was subtracted on the way to the scores, and is added here.",
                {"mu + Z @ V.T": "Z @ V.T - mu"}),
        Mistake("The scores go the wrong way along the axes.", {"mu + Z": "mu - Z"}),
        Mistake("Only the first axis is used.", {"Z @ V.T": "Z[:, :1] @ V[:, :1].T"}),
    ),
)  # fmt: skip

RECONSTRUCTION_ERROR = Task(
    "Returns one number.",
    projected,
    (
        "inverse_transform(transform(X, mu, V), mu, V) are the points that stand for the samples.",
        "Square the differences, and sum over everything.",
    ),
    (
        Mistake("It is divided by the number of samples; the error is a sum.", {".sum()": ".sum() / len(X)"}),
        Mistake("It is a mean over samples and features; the error is a sum.", {".sum()": ".mean()"}),
        Mistake("It adds distances; the error is the sum of their squares.",
                {"((X - inverse_transform(transform(X, mu, V), mu, V)) ** 2).sum()":
                 "np.linalg.norm(X - inverse_transform(transform(X, mu, V), mu, V), axis=1).sum()"}),
        Mistake("The root is one too many: the error is the sum of the squares itself.",
                {"((X - inverse_transform(transform(X, mu, V), mu, V)) ** 2).sum()":
                 "np.linalg.norm(X - inverse_transform(transform(X, mu, V), mu, V))"}),
        Mistake("It adds absolute differences; the error is the sum of their squares.",
                {"((X - inverse_transform(transform(X, mu, V), mu, V)) ** 2).sum()":
                 "np.abs(X - inverse_transform(transform(X, mu, V), mu, V)).sum()"}),
        Mistake("It is what the axes keep, the squares of the scores; the error is what they leave.",
                {"((X - inverse_transform(transform(X, mu, V), mu, V)) ** 2).sum()":
                 "(transform(X, mu, V) ** 2).sum()"}),
    ),
)  # fmt: skip

EXPLAINED_SHARE = Task(
    "Returns shares that add up to one, (d,).",
    shares,
    ("The total variance is the sum of all of them.", "Divide each by it."),
    (
        Mistake("The shares are added up; each axis has its own.", {"lam / lam.sum()": "np.cumsum(lam / lam.sum())"}),
        Mistake("It divides by the largest variance; their sum is right.", {"lam.sum()": "lam.max()"}),
        Mistake("These are per cent; the shares add up to one.", {"lam / lam.sum()": "100 * lam / lam.sum()"}),
        Mistake("These are shares of the standard deviations; variances add up, deviations do not.",
                {"lam / lam.sum()": "np.sqrt(lam) / np.sqrt(lam).sum()"}),
    ),
)  # fmt: skip

WHITEN = Task(
    "Returns scores of variance one, (n, k).",
    whitened,
    ("The standard deviation along an axis is the root of the variance.", "Divide each column by its own."),
    (
        Mistake("It divides by the variance; divide by its root.", {"np.sqrt(lam)": "lam"}),
        Mistake("It multiplies; scores along an axis of large variance are to become smaller.",
                {"Z / np.sqrt(lam)": "Z * np.sqrt(lam)"}),
        Mistake("It divides by the deviation of these scores; lam is given, and may be that of other samples.",
                {"Z / np.sqrt(lam)": "Z / Z.std(axis=0, ddof=1)"}),
        Mistake("One number divides all columns; each has its own variance.", {"np.sqrt(lam)": "np.sqrt(lam.sum())"}),
    ),
)  # fmt: skip

POWER_ITERATION = Task(
    "Yields the axis, (d,), of length one, and its variance, after each of `steps` steps.",
    started,
    (
        "One step: w = S @ v, then v = w / ‖w‖.",
        "The variance along an axis of length one is v @ S @ v.",
        "Yield both after the step, not before.",
    ),
    (
        Mistake("The axis is not normalised.", {"S @ v / np.linalg.norm(S @ v)": "S @ v"}),
        Mistake("It is divided by the largest entry; the length is to be one.",
                {"np.linalg.norm(S @ v)": "np.abs(S @ v).max()"}),
        Mistake("The variance is that of the axis before the step.",
                {"        v = S @ v / np.linalg.norm(S @ v)\n        yield v, v @ S @ v":
                 "        u, v = v, S @ v / np.linalg.norm(S @ v)\n        yield v, u @ S @ u"}),
        Mistake("The second number is the length of S @ v, the variance in the limit only; v @ S @ v is right.",
                {"yield v, v @ S @ v": "yield v, np.linalg.norm(S @ v)"}),
        Mistake("It yields before the step; the start is not one of the states.",
                {"        v = S @ v / np.linalg.norm(S @ v)\n        yield v, v @ S @ v":
                 "        yield v, v @ S @ v\n        v = S @ v / np.linalg.norm(S @ v)"}),
        Mistake("The sum of the entries is made one; the length is to be one.",
                {"np.linalg.norm(S @ v)": "(S @ v).sum()"}),
    ),
)  # fmt: skip

DEFLATE = Task(
    "Returns the matrix without the axis, (d, d).",
    deflated,
    ("The part of S along v is lam times v vᵀ.", "np.outer(v, v) is the (d, d) matrix v vᵀ."),
    (
        Mistake("The axis is taken out without its variance: multiply by lam.", {"lam * np.outer": "np.outer"}),
        Mistake("v @ v is a number; v vᵀ is the outer product.", {"np.outer(v, v)": "(v @ v)"}),
        Mistake("The part is added; it is to be taken out.", {"S - lam": "S + lam"}),
        Mistake("The identity is taken out: all variances fall, not only that of the axis.",
                {"np.outer(v, v)": "np.eye(len(v))"}),
        Mistake("The variance is squared.", {"S - lam *": "S - lam**2 *"}),
    ),
)  # fmt: skip

OJA = Task(
    "Yields the axes, (d, k), after each sample.",
    streamed,
    (
        "Centre X once; take the samples in turn, from the first again after the last.",
        "x @ V are the scores of a sample, (k,); np.outer(x, x @ V) has the shape of V.",
        "The step is rate / (t + 1), so that it becomes smaller; then make the columns orthonormal by QR.",
    ),
    (
        Mistake("X is not centred.", {"X - mean(X)": "X"}),
        Mistake("The step does not become smaller: divide the rate by t + 1.", {"rate / (t + 1)": "rate"}),
        Mistake("The first step is too small: it divides by t + 2.", {"(t + 1)": "(t + 2)"}),
        Mistake("The step falls with the root of t + 1.", {"(t + 1)": "np.sqrt(t + 1)"}),
        Mistake("The columns are not made orthonormal: they grow.",
                {"np.linalg.qr(V + rate": "(V + rate", "np.outer(x, x @ V))[0]": "np.outer(x, x @ V))"}),
        Mistake("The axes turn away from the samples: add the step.", {"V + rate": "V - rate"}),
        Mistake("The sign rule is missing: QR may turn columns around.",
                {"fix_signs(": "("}),
        Mistake("It takes the first sample again and again.", {"A[t % len(A)]": "A[0]"}),
    ),
)  # fmt: skip

RANGE_FINDER = Task(
    "Returns orthonormal columns, (n, l).",
    ranges,
    (
        "A @ Omega has columns in the range of A; np.linalg.qr(...)[0] makes them orthonormal.",
        "One further step: multiply by A.T, make orthonormal, multiply by A, make orthonormal.",
    ),
    (
        Mistake("There is no further multiplication.", {"range(steps)": "range(0)"}),
        Mistake("One multiplication too many is done.", {"range(steps)": "range(steps + 1)"}),
        Mistake("The columns are not orthonormal.", {"Q = np.linalg.qr(A @ Omega)[0]": "Q = A @ Omega",
                 "Q = np.linalg.qr(A @ np.linalg.qr(A.T @ Q)[0])[0]": "Q = A @ (A.T @ Q)"}),
        Mistake("The columns are divided by their lengths, but are not at right angles.",
                {"Q = np.linalg.qr(A @ Omega)[0]": "Q = A @ Omega / np.linalg.norm(A @ Omega, axis=0)",
                 "Q = np.linalg.qr(A @ np.linalg.qr(A.T @ Q)[0])[0]":
                 "Q = A @ (A.T @ Q) / np.linalg.norm(A @ (A.T @ Q), axis=0)"}),
        Mistake("It returns R, the triangular factor; Q is the first of the two.",
                {"return Q": "return np.linalg.qr(A @ Omega)[1]"}),
    ),
)  # fmt: skip

RANDOMIZED_AXES = Task(
    "Returns variances, (l,), and axes, (d, l).",
    sketched,
    (
        "Q = range_finder(A, Omega, steps) of the centred samples; Q.T @ A is small, (l, d).",
        "Its singular values and right singular vectors are nearly those of A.",
        "From there on as in axes_of_data.",
    ),
    (
        Mistake("X is not centred.", {"X - mean(X)": "X"}),
        Mistake("The decomposition is that of the samples themselves; it should be that of the small matrix Q.T @ A.",
                {"range_finder(A, Omega, steps).T @ A": "A"}),
        Mistake("There is no further multiplication.", {"(A, Omega, steps)": "(A, Omega, 0)"}),
        Mistake("These are singular values; their squares over n - 1 are the variances.",
                {"s**2 / (len(X) - 1)": "s"}),
        Mistake("It divides by n; the chapter divides by n - 1.", {"(len(X) - 1)": "len(X)"}),
        Mistake("The sign rule is missing.", {"fix_signs(Vt.T)": "Vt.T"}),
        Mistake("It does not divide by n - 1.", {" / (len(X) - 1)": ""}),
    ),
)  # fmt: skip

NOISE_VARIANCE = Task(
    "Returns one number.",
    left,
    ("lam[k:] are the variances that the first k axes leave.", "It is their mean."),
    (
        Mistake("It is the sum of what is left; divide by the number of axes left.", {".mean()": ".sum()"}),
        Mistake("It is the mean of what the axes explain; take what they leave.",
                {"lam[k:].mean()": "lam[: max(k, 1)].mean()"}),
        Mistake("It divides by the number of all axes; d - k axes are left.",
                {"lam[k:].mean()": "lam[k:].sum() / len(lam)"}),
        Mistake("It begins one axis too early.", {"lam[k:]": "lam[max(k - 1, 0) :]"}),
        Mistake("It is the first variance that is left; take the mean of all of them.", {"lam[k:].mean()": "lam[k]"}),
    ),
)  # fmt: skip

MODEL_COVARIANCE = Task(
    "Returns a covariance matrix, (d, d).",
    noisy,
    (
        "Along axis j the variance is lam[j], in all other directions it is the noise.",
        "noise * np.eye(d) has the noise in all directions; add lam[j] - noise along each axis.",
    ),
    (
        Mistake("The noise counts twice along the axes: subtract it from lam.", {"(lam - noise)": "(lam)"}),
        Mistake("There is no noise in the other directions.", {" + noise * np.eye(len(V))": ""}),
        Mistake("The noise is in every entry; it belongs on the diagonal.",
                {"np.eye(len(V))": "np.ones((len(V), len(V)))"}),
        Mistake("lam has the roots of the variances here; take the variances themselves.",
                {"(lam - noise)": "(np.sqrt(lam) - noise)"}),
        Mistake("The noise is squared: it is a variance already.", {"+ noise * np.eye": "+ noise**2 * np.eye"}),
    ),
)  # fmt: skip

LOG_DENSITY = Task(
    "Returns a number for each sample, (n,).",
    dense,
    (
        "-½ times the sum of (x - mu)ᵀ C⁻¹ (x - mu), d log 2π and log det C.",
        "np.linalg.solve(C, (X - mu).T).T has C⁻¹ (x - mu) in its rows.",
        "np.linalg.slogdet(C)[1] is log det C, and neither overflows nor underflows.",
    ),
    (
        Mistake("The half is missing.", {"np.linalg.slogdet(C)[1]) / 2": "np.linalg.slogdet(C)[1])"}),
        Mistake("log 2π counts once; it counts for each of the d features.", {"len(mu) * np.log": "np.log"}),
        Mistake("The determinant is missing.", {" + np.linalg.slogdet(C)[1]": ""}),
        Mistake("The constant d log 2π is missing.", {" + len(mu) * np.log(2 * np.pi)": ""}),
        Mistake("It multiplies by C; its inverse is right.",
                {"np.linalg.solve(C, (X - mu).T).T": "((X - mu) @ C)"}),
        Mistake("The sign is wrong: the farther from the mean, the less likely.", {"return -(": "return ("}),
        Mistake("It is the density; its logarithm is asked for.",
                {"return -(squares + len(mu) * np.log(2 * np.pi) + np.linalg.slogdet(C)[1]) / 2":
                 "return np.exp(-(squares + len(mu) * np.log(2 * np.pi) + np.linalg.slogdet(C)[1]) / 2)"}),
        Mistake("It is the sum over all samples; each has its own value.", {".sum(axis=1)": ".sum()"}),
    ),
)  # fmt: skip

INFER_SCORES = Task(
    "Returns means, (n, k), and covariances, (n, k, k), of the scores.",
    gappy,
    (
        "For each sample use only the rows of W, and the entries of x - mu, that are seen.",
        "M = W_oᵀ W_o + noise I; the mean solves M z = W_oᵀ (x - mu)_o.",
        "The covariance is noise times the inverse of M.",
    ),
    (
        Mistake("The noise is missing in M: that is least squares.",
                {" + noise * np.eye(W.shape[1])": " + 1e-9 * np.eye(W.shape[1])"}),
        Mistake("M has the identity; it is noise times the identity.",
                {"noise * np.eye(W.shape[1])": "np.eye(W.shape[1])"}),
        Mistake("mu is not subtracted.", {"(X[i] - mu)[seen]": "X[i][seen]"}),
        Mistake("Missing entries count as if they were the mean; leave their rows of W out.",
                {"W[seen].T @ W[seen]": "W.T @ W"}),
        Mistake("The covariance lacks the noise as a factor.", {"noise * np.linalg.inv(M)": "np.linalg.inv(M)"}),
        Mistake("The covariance is M itself; take its inverse.", {"noise * np.linalg.inv(M)": "noise * M"}),
    ),
)  # fmt: skip

UPDATE_AXES = Task(
    "Returns the mean, (d,), the scaled axes, (d, k), and the noise, a number.",
    completed,
    (
        "Each feature is a regression on (1, z) over the samples in which it is seen: put a column of ones before Z.",
        "E zzᵀ is z zᵀ plus the covariance Φ; the column of ones is certain, so Φ gets a row and a column of zeros.",
        "The noise is the mean over the entries seen of the squared error plus wᵀ Φ w.",
    ),
    (
        Mistake("The covariances of the scores are missing in the moments.",
                {"z.T @ z + spread": "z.T @ z"}),
        Mistake("The covariances of the scores are missing in the noise.",
                {" + W1[j] @ spread @ W1[j]": ""}),
        Mistake("It divides by the number of all entries; only those seen count.",
                {"(~np.isnan(X)).sum()": "X.size"}),
        Mistake("It divides by the number of samples; divide by the number of entries seen.",
                {"(~np.isnan(X)).sum()": "len(X)"}),
        Mistake("The noise is a sum; divide by the number of entries seen.", {" / (~np.isnan(X)).sum()": ""}),
        Mistake("The mean is the plain mean of the entries seen; it is part of the regression.",
                {"return W1[:, 0]": "return np.nanmean(X, axis=0)"}),
    ),
)  # fmt: skip

KERNEL_SCORES = Task(
    "Returns scores, (n, k).",
    kernels,
    (
        "Centre the table: subtract row means and column means, add the mean of all entries.",
        "Its eigenvectors are columns of length one; axes_of_covariance finds them, largest eigenvalue first.",
        "A score is an entry of an eigenvector times the root of the eigenvalue.",
    ),
    (
        Mistake("The table is not centred.",
                {"K - K.mean(axis=0) - K.mean(axis=1, keepdims=True) + K.mean()": "K"}),
        Mistake("Only the columns are centred.", {" - K.mean(axis=1, keepdims=True) + K.mean()": ""}),
        Mistake("The eigenvectors are not scaled: multiply by the roots of the eigenvalues.",
                {" * np.sqrt(lam[:k])": ""}),
        Mistake("They are multiplied by the eigenvalues; their roots are right.", {"np.sqrt(lam[:k])": "lam[:k]"}),
        Mistake("They are divided by the roots: these are coefficients, not scores.", {"* np.sqrt": "/ np.sqrt"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "mean": MEAN,
        "covariance": COVARIANCE,
        "fix_signs": FIX_SIGNS,
        "axes_of_covariance": AXES_OF_COVARIANCE,
        "axes_of_data": AXES_OF_DATA,
        "transform": TRANSFORM,
        "inverse_transform": INVERSE_TRANSFORM,
        "reconstruction_error": RECONSTRUCTION_ERROR,
        "explained_share": EXPLAINED_SHARE,
        "whiten": WHITEN,
        "power_iteration": POWER_ITERATION,
        "deflate": DEFLATE,
        "oja": OJA,
        "range_finder": RANGE_FINDER,
        "randomized_axes": RANDOMIZED_AXES,
        "noise_variance": NOISE_VARIANCE,
        "model_covariance": MODEL_COVARIANCE,
        "log_density": LOG_DENSITY,
        "infer_scores": INFER_SCORES,
        "update_axes": UPDATE_AXES,
        "kernel_scores": KERNEL_SCORES,
    }
)
