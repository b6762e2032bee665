"""The exercise of the multi-layer perceptron: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Seed, Task, case, numbers

DAYS, GROWTH = np.array([[1.0, 2.0], [2.0, 0.0]]), np.array([[2.0], [1.0]])  # The chapter's two samples,
W1, B1 = np.array([[0.5, 1.0], [0.5, -1.0]]), np.array([-0.5, 0.0])  # and its network.
W2, B2 = np.array([[1.0], [0.5]]), np.array([0.0])
XOR, DIFFERENT = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.eye(2)[[0, 1, 1, 0]]


def network(rng: np.random.Generator, d: int, h: int, K: int) -> tuple[Array, Array, Array, Array]:
    """Return W1, b1, W2 and b2 with few digits."""
    return numbers(rng, d, h), numbers(rng, h), numbers(rng, h, K), numbers(rng, K)


def labels(rng: np.random.Generator, n: int, K: int) -> Array:
    """Return rows with a single one."""
    return np.eye(K)[rng.integers(0, K, n)]


# --- inputs ---------------------------------------------------------------------------------------------------------


def sizes(rng: np.random.Generator) -> Iterator[Case]:
    """Yield d, h, K and a generator."""
    yield case("two inputs, two hidden units, one score", 2, 2, 1, Seed(0))
    yield case("one input", 1, 3, 2, Seed(1))
    yield case("more hidden units than inputs", 3, 8, 4, Seed(2))
    yield case("more inputs than hidden units", 8, 2, 3, Seed(3))


def sums(rng: np.random.Generator) -> Iterator[Case]:
    """Yield sums of units."""
    yield case("positive, negative and zero", np.array([[1.0, -1.0, 0.0]]))
    yield case("two samples", np.array([[1.0, -1.0], [0.5, 2.0]]))
    yield case("large sums", np.array([[1e6, -1e6]]))
    yield case("all negative", -np.abs(numbers(rng, 2, 3)) - 0.1)
    yield case("five samples, three units", numbers(rng, 5, 3))


def networks(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, W1, b1, W2 and b2."""
    yield case("the worked example", DAYS, W1, B1, W2, B2)
    yield case("one sample", DAYS[:1], W1, B1, W2, B2)
    yield case("no active unit", DAYS, -np.ones((2, 2)), B1, W2, np.array([3.0]))
    yield case("five samples, two scores", numbers(rng, 5, 3), *network(rng, 3, 4, 2))
    yield case("one hidden unit", numbers(rng, 4, 2), *network(rng, 2, 1, 3))


def scores(rng: np.random.Generator) -> Iterator[Case]:
    """Yield scores."""
    yield case("one sample, equal scores", np.zeros((1, 2)))
    yield case("two samples, three classes", np.array([[0.0, 1.0, 2.0], [3.0, 3.0, -1.0]]))
    yield case("scores whose exponential overflows", np.array([[1000.0, 0.0], [-1000.0, 0.0]]))
    yield case("five samples, four classes", numbers(rng, 5, 4))


def classes(rng: np.random.Generator) -> Iterator[Case]:
    """Yield scores and rows with a single one."""
    for one in scores(rng):
        Z = one.arguments[0]
        yield case(one.about, Z, np.eye(Z.shape[1])[np.arange(len(Z)) % Z.shape[1]])
    yield case("sure and wrong", np.array([[0.0, 800.0]]), np.array([[1.0, 0.0]]))


def targets(rng: np.random.Generator) -> Iterator[Case]:
    """Yield scores and numbers."""
    yield case("the worked example", np.array([[1.0], [1.5]]), GROWTH)
    yield case("one sample", np.array([[3.0]]), np.array([[1.0]]))
    yield case("all right", GROWTH, GROWTH)
    yield case("five samples, two targets", numbers(rng, 5, 2), numbers(rng, 5, 2))


def passes(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Z1, A1, W2 and D2."""
    for k, one in enumerate(networks(rng)):
        X, w1, b1, w2, b2 = one.arguments
        Z1 = X @ w1 + b1
        A1 = np.maximum(Z1, 0)
        D2 = np.array([[-0.5], [0.25]]) if k == 0 else numbers(rng, len(X), len(b2))
        yield case(one.about, X, Z1, A1, w2, D2)


def penalized(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Y, W1, b1, W2, b2 and lam."""
    yield case("exclusive or, no penalty", XOR, DIFFERENT, *network(rng, 2, 3, 2), 0.0)
    yield case("exclusive or", XOR, DIFFERENT, *network(rng, 2, 3, 2), 0.5)
    yield case("one sample", XOR[1:2], DIFFERENT[1:2], *network(rng, 2, 2, 2), 0.1)
    yield case("six samples, three classes", numbers(rng, 6, 4), labels(rng, 6, 3), *network(rng, 4, 5, 3), 1.0)


def moments(rng: np.random.Generator) -> Iterator[Case]:
    """Yield g, m, v and the two weights of the past."""
    yield case("the first step", np.array([2.0, -1.0]), np.zeros(2), np.zeros(2), 0.9, 0.999)
    yield case("a later step", np.array([1.0]), np.array([0.5]), np.array([4.0]), 0.9, 0.99)
    yield case("no past", np.array([3.0, 0.0]), np.ones(2), np.ones(2), 0.0, 0.0)
    yield case("a matrix", numbers(rng, 2, 3), numbers(rng, 2, 3), np.abs(numbers(rng, 2, 3)), 0.8, 0.95)


def steps(rng: np.random.Generator) -> Iterator[Case]:
    """Yield w, m, v, t, rate, the two weights of the past, and eps."""
    yield case("the first step", np.array([1.0, 1.0]), np.array([0.2, -0.1]), np.array([0.004, 0.001]), 1, 0.1,
               0.9, 0.999, 1e-8)  # fmt: skip
    yield case("a later step", np.array([1.0]), np.array([0.5]), np.array([4.0]), 7, 0.01, 0.9, 0.99, 1e-8)
    yield case("a gradient of zero", np.array([2.0]), np.zeros(1), np.zeros(1), 3, 0.1, 0.9, 0.999, 1e-8)
    yield case("a large eps", numbers(rng, 3), numbers(rng, 3), np.abs(numbers(rng, 3)), 2, 0.5, 0.9, 0.999, 0.5)


def trainings(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Y, parameters, lam, rate, steps, size and a generator."""
    yield case("exclusive or, one step", XOR, DIFFERENT, network(rng, 2, 1, 2), 0.0, 0.1, 1, 4, Seed(0))
    yield case("batches of two", XOR, DIFFERENT, network(rng, 2, 3, 2), 0.1, 0.1, 5, 2, Seed(1))
    yield case("a last batch that is smaller", numbers(rng, 5, 2), labels(rng, 5, 2), network(rng, 2, 3, 2), 0.0, 0.05,
               7, 2, Seed(2))  # fmt: skip
    yield case("no step", XOR, DIFFERENT, network(rng, 2, 3, 2), 0.0, 0.1, 0, 2, Seed(3))


# --- tasks ----------------------------------------------------------------------------------------------------------

ADDED = Mistake("The mean over the samples is missing: divide by their number.", {" / len(Z)": ""})

EXERCISE = Exercise(
    {
        "initialize": Task(
            "Returns W1, (d, h), b1, (h,), W2, (h, K), and b2, (K,); W1 is drawn first.",
            sizes,
            ("Draw with rng.normal(size=…), and multiply by a standard deviation.",
             "The variance is 2 divided by the number of inputs of the layer: d, then h."),
            (
                Mistake("It multiplies by the variance; the standard deviation is its root.",
                        {"np.sqrt(2 / d)": "(2 / d)", "np.sqrt(2 / h)": "(2 / h)"}),
                Mistake("Relu sets half of the variance to zero: 2 / d, not 1 / d.",
                        {"np.sqrt(2 / d)": "np.sqrt(1 / d)", "np.sqrt(2 / h)": "np.sqrt(1 / h)"}),
                Mistake("It divides by the number of outputs of a layer, not by that of its inputs.",
                        {"np.sqrt(2 / h)": "np.sqrt(2 / K)", "np.sqrt(2 / d)": "np.sqrt(2 / h)"}),
            ),
        ),
        "relu": Task(
            "Returns an array of the shape of Z.",
            sums,
            ("Where Z is positive it stays.", "np.maximum compares entry by entry."),
            (
                Mistake("It gives the size of a negative sum; relu gives 0.", {"np.maximum(Z, 0)": "np.abs(Z)"}),
                Mistake("It keeps the negative part.", {"np.maximum(Z, 0)": "np.minimum(Z, 0)"}),
                Mistake("It is the slope of relu; relu itself keeps the positive sums.",
                        {"np.maximum(Z, 0)": "(Z > 0).astype(float)"}),
            ),
        ),
        "relu_slope": Task(
            "Returns an array of ones and zeros of the shape of Z.",
            sums,
            ("Where a sum is positive relu has slope 1.", "At 0 the textbook takes 0."),
            (
                Mistake("At 0 the slope is taken as 0, so that a unit at rest stays at rest.", {"Z > 0": "Z >= 0"}),
                Mistake("It is relu itself; its derivative is 1 or 0.",
                        {"(Z > 0).astype(float)": "np.maximum(Z, 0)"}),
                Mistake("It is -1 for negative sums; there relu is flat, and its slope is 0.",
                        {"(Z > 0).astype(float)": "np.sign(Z)"}),
            ),
        ),
        "forward": Task(
            "Returns Z1, (n, h), A1, (n, h), and Z2, (n, K).",
            networks,
            ("Z1 is X @ W1 + b1.", "Relu bends Z1, and the second layer takes what comes out; scores are not bent."),
            (
                Mistake("The scores are bent too; they may be negative.", {"A1 @ W2 + b2": "relu(A1 @ W2 + b2)"}),
                Mistake("The second layer takes the sums; it has to take the outputs of the units.",
                        {"A1 @ W2": "Z1 @ W2"}),
                Mistake("The biases of the hidden units are missing.", {"X @ W1 + b1": "X @ W1"}),
                Mistake("The biases of the scores are missing.", {"A1 @ W2 + b2": "A1 @ W2"}),
            ),
        ),
        "softmax": Task(
            "Returns an array of the shape of Z, whose rows sum to 1.",
            scores,
            ("Exponentials, divided by their sum in each row.", "First subtract the largest score of each row."),
            (
                Mistake("The exponential overflows: subtract the largest score of each row first.",
                        {"np.exp(Z - Z.max(axis=1, keepdims=True))": "np.exp(Z)"}),
                Mistake("It sums over the samples; each row is a sample of its own, axis=1.",
                        {"powers.sum(axis=1, keepdims=True)": "powers.sum(axis=0, keepdims=True)"}),
                Mistake("The exponentials are not divided by their sum.",
                        {"powers / powers.sum(axis=1, keepdims=True)": "powers"}),
            ),
        ),
        "cross_entropy": Task(
            "Returns one number.",
            classes,
            ("The loss of a row is the log of the sum of exponentials, less the score of the right class.",
             "Subtract the largest score of each row, and take the mean."),
            (
                Mistake("The exponential overflows: subtract the largest score of each row first.",
                        {"Z = Z - Z.max(axis=1, keepdims=True)": "Z = Z + 0"}),
                Mistake("It sums; the chapter takes the mean.", {".mean()": ".sum()"}),
                Mistake("The sign is the wrong one.",
                        {"(np.log(np.exp(Z).sum(axis=1)) - (Y * Z).sum(axis=1))":
                         "((Y * Z).sum(axis=1) - np.log(np.exp(Z).sum(axis=1)))"}),
            ),
        ),
        "cross_entropy_slope": Task(
            "Returns the derivatives by the scores, (n, K).",
            classes,
            ("Softmax and cross-entropy together have a simple derivative: probabilities less Y.",
             "The loss is a mean: divide by the number of rows."),
            (
                ADDED,
                Mistake("The sign is the wrong one: probabilities less Y.", {"softmax(Z) - Y": "Y - softmax(Z)"}),
                Mistake("It is the derivative by the probabilities; that by the scores needs softmax's own too.",
                        {"(softmax(Z) - Y)": "(-Y / softmax(Z))"}),
            ),
        ),
        "squared_error": Task(
            "Returns one number.",
            targets,
            ("Sum the squares over the targets of a row, and take the mean over rows.", "Half of it."),
            (
                Mistake("The errors are not squared.", {"((Z - Y) ** 2)": "np.abs(Z - Y)"}),
                Mistake("The half is missing.", {" / 2": ""}),
                Mistake("It sums over the rows; the chapter takes the mean.", {".mean()": ".sum()"}),
            ),
        ),
        "squared_error_slope": Task(
            "Returns the derivatives by the scores, (n, K).",
            targets,
            ("The square's factor 2 and the half cancel.", "The loss is a mean: divide by the number of rows."),
            (
                ADDED,
                Mistake("The sign is the wrong one: scores less targets.", {"Z - Y": "Y - Z"}),
                Mistake("A factor 2 is too many: the loss has a half.", {"(Z - Y)": "2 * (Z - Y)"}),
            ),
        ),
        "backward": Task(
            "Returns dW1, (d, h), db1, (h,), dW2, (h, K), and db2, (K,).",
            passes,
            ("The score is A1 @ W2 + b2: so dW2 is A1.T @ D2, and db2 sums D2 over the samples.",
             "Go back through W2 (D2 @ W2.T), then through the bend: times relu_slope(Z1).",
             "The first layer is like the second one, with X for A1 and D1 for D2."),
            (
                Mistake("It does not go back through the bend: times relu_slope(Z1).", {" * relu_slope(Z1)": ""}),
                Mistake("Backwards through the bend it takes the value of relu; it needs the slope.",
                        {"relu_slope(Z1)": "relu(Z1)"}),
                Mistake("The slope is taken at the outputs' weights, not at the sums: relu_slope(Z1).",
                        {"relu_slope(Z1)": "relu_slope(D2 @ W2.T)"}),
                Mistake("dW2 is led by the sums; the second layer took the outputs A1.", {"A1.T @ D2": "Z1.T @ D2"}),
                Mistake("The biases' derivatives are means over the samples; D2 has the mean in it: sum.",
                        {"D2.sum(axis=0)": "D2.mean(axis=0)", "D1.sum(axis=0)": "D1.mean(axis=0)"}),
            ),
        ),
        "objective": Task(
            "Returns one number.",
            penalized,
            ("The cross-entropy of the scores of the forward pass.", "Plus lam / 2 times the squares of W1 and W2."),
            (
                Mistake("The half of the penalty is missing.", {"+ lam / 2 *": "+ lam *"}),
                Mistake("The biases are penalised; the penalty is for the weights only.",
                        {"(W2**2).sum()": "(W2**2).sum() + (b1**2).sum() + (b2**2).sum()"}),
                Mistake("The weights of the first layer are not penalised.", {"(W1**2).sum() + ": ""}),
            ),
        ),
        "gradient": Task(
            "Returns derivatives of the objective, in the shapes of W1, b1, W2 and b2.",
            penalized,
            ("Forward, then the slope of the cross-entropy, then backward.", "The penalty adds lam times the weights."),
            (
                Mistake("The penalty has no derivative here: add lam * W1 and lam * W2.",
                        {" + lam * W1": "", " + lam * W2": ""}),
                Mistake("A factor 2 is too many: the penalty has a half.",
                        {"lam * W1": "2 * lam * W1", "lam * W2": "2 * lam * W2"}),
                Mistake("The penalty's sign is the wrong one.",
                        {"+ lam * W1": "- lam * W1", "+ lam * W2": "- lam * W2"}),
                Mistake("The biases are penalised; the penalty is for the weights only.",
                        {"W1, db1, dW2 + lam * W2, db2": "W1, db1 + lam * b1, dW2 + lam * W2, db2 + lam * b2"}),
            ),
        ),
        "adam_moments": Task(
            "Returns m and v, in the shape of g.",
            moments,
            ("A running mean keeps beta of the past and takes 1 - beta of what is new.",
             "m is that of the gradient, v that of its square."),
            (
                Mistake("v is the mean of the gradient's squares, not of the gradient.", {"* g**2": "* g"}),
                Mistake("It adds the whole new value; a mean takes 1 - beta of it.",
                        {"(1 - beta1) * g,": "g,", "(1 - beta2) * g**2": "g**2"}),
                Mistake("The weights are exchanged: beta is that of the past.",
                        {"beta1 * m + (1 - beta1) * g,": "(1 - beta1) * m + beta1 * g,",
                         "beta2 * v + (1 - beta2) * g**2": "(1 - beta2) * v + beta2 * g**2"}),
            ),
        ),
        "adam_step": Task(
            "Returns an array of the shape of w.",
            steps,
            ("Against m, in the unit of the root of v.",
             "The means started at 0: the correction is sqrt(1 - beta2**t) / (1 - beta1**t)."),
            (
                Mistake("The correction for the start at 0 is missing.", {"rate * correction * m": "rate * m"}),
                Mistake("It adds the step; it goes against the gradient.", {"w - rate": "w + rate"}),
                Mistake("It divides by v; the unit of a gradient is the root of v.", {"np.sqrt(v)": "v"}),
                Mistake("Steps are counted from 1; with t - 1 the first correction divides by zero.",
                        {"beta2**t": "beta2 ** (t + 1)", "beta1**t": "beta1 ** (t + 1)"}),
            ),
        ),
        "train": Task(
            "Yields the list of parameters and the objective on all samples, after each step.",
            trainings,
            ("Take the next `size` samples of an order that is drawn when it is used up.",
             "Each parameter has its own m and v; after the step yield the parameters and the objective of all."),
            (
                Mistake("It uses all samples in each step; take those of the batch.",
                        {"gradient(X[batch], Y[batch], *parameters, lam)": "gradient(X, Y, *parameters, lam)"}),
                Mistake("The samples are never shuffled.", {"rng.permutation(len(X))": "np.arange(len(X))"}),
                Mistake("The objective is that of the batch; it is asked for on all samples.",
                        {"objective(X, Y, *parameters, lam)": "objective(X[batch], Y[batch], *parameters, lam)"}),
            ),
        ),
    }
)  # fmt: skip
