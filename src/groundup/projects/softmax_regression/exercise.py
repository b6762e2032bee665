"""The exercise of softmax regression: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers
from groundup.projects.common.linear_exercise import descent_mistakes, with_ones

LINE, CLASSES = np.array([[-1.0], [0.0], [1.0]]), np.eye(3)


def scores(rng: np.random.Generator) -> Iterator[Case]:
    """Yield scores, ordinary and extreme ones."""
    yield case("one sample, three classes", np.array([[0.0, 1.0, 2.0]]))
    yield case("two samples, two classes", np.array([[0.0, 0.0], [1.0, -1.0]]))
    yield case("four samples, three classes", numbers(rng, 4, 3))
    yield case("scores whose exponential overflows", np.array([[1000.0, 999.0, 0.0], [-1000.0, -1000.0, -1001.0]]))
    yield case("a score far below the best", np.array([[0.0, -800.0, 1.0]]))
    yield case("one class", numbers(rng, 3, 1))
    yield case("three samples, five classes", numbers(rng, 3, 5))


def samples(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and Y."""
    yield case("three samples, one feature, three classes", LINE, CLASSES)
    yield case("five samples, two features", numbers(rng, 5, 2), np.eye(3)[[0, 1, 2, 1, 0]])
    yield case("two classes", numbers(rng, 4, 2), np.eye(2)[[0, 1, 1, 0]])
    yield case("a class without samples", numbers(rng, 5, 2), np.eye(4)[[0, 2, 3, 2, 0]])
    yield case("features far from the origin", 3 + numbers(rng, 8, 3), np.eye(3)[[0, 1, 2, 1, 0, 2, 2, 1]])


def moderate(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Y, W, b and C."""
    for k, one in enumerate(samples(rng)):
        d, K = one.arguments[0].shape[1], one.arguments[1].shape[1]
        yield case(one.about, *one.arguments, numbers(rng, d, K), numbers(rng, K), (1.0, 2.0, 0.1)[k % 3])
    yield case("the start: all parameters zero", LINE, CLASSES, np.zeros((1, 3)), np.zeros(3), 2.0)
    yield case("one sample", np.array([[2.0, 1.0]]), np.eye(3)[[1]], numbers(rng, 2, 3), numbers(rng, 3), 1.0)


def places(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Y, W, b and C, also with large scores."""
    yield from moderate(rng)
    W = np.array([[-1.0, 0.0, 1.0]])
    yield case("large scores, right and wrong", 1000 * LINE[::-1].copy(), CLASSES, W, np.array([0.0, 500.0, 0.0]), 1.0)


def losses(rng: np.random.Generator) -> Iterator[Case]:
    """Yield scores and rows with a single one."""
    for k, one in enumerate(scores(rng)):
        Z = one.arguments[0]
        n, K = Z.shape
        yield case(one.about, Z, np.eye(K)[(np.arange(n) + k) % K])
    yield case("a large score of a wrong class", np.array([[1000.0, 0.0]]), np.array([[0.0, 1.0]]))


def predictors(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, W and b."""
    for one in places(rng):
        X, _, W, b, _ = one.arguments
        yield case(one.about, X, W, b)


def without_y(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, W, b and C."""
    for one in moderate(rng):
        X, _, W, b, C = one.arguments
        yield case(one.about, X, W, b, C)


def classes(rng: np.random.Generator) -> Iterator[Case]:
    """Yield y and K."""
    yield case("three samples, three classes", np.array([0, 2, 1]), 3)
    yield case("a class that occurs twice", np.array([1, 0, 1, 2]), 3)
    yield case("classes that do not occur", np.array([3, 0]), 5)
    yield case("one class", np.array([0, 0]), 1)


def shares(rng: np.random.Generator) -> Iterator[Case]:
    """Yield probabilities of one sample."""
    yield case("three classes", np.array([0.2, 0.3, 0.5]))
    yield case("two classes", np.array([0.25, 0.75]))
    yield case("a sure class", np.array([0.0, 1.0, 0.0]))
    yield case("five classes", np.array([0.1, 0.1, 0.2, 0.25, 0.35]))


def bounds(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and C."""
    for k, one in enumerate(samples(rng)):
        yield case(one.about, one.arguments[0], (1.0, 2.0, 0.1)[k % 3])


def descents(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Y, C, a rate and a number of steps."""
    yield case("one step", LINE, CLASSES, 1.0, 0.1, 1)
    for one in samples(rng):
        yield case(f"{one.about}, three steps", *one.arguments, 0.5, 0.05, 3)
    yield case("no step", LINE, CLASSES, 1.0, 0.1, 0)


def newtons(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Y, C and a number of steps."""
    yield case("one step", LINE, CLASSES, 1.0, 1)
    for one in samples(rng):
        yield case(f"{one.about}, three steps", *one.arguments, 0.5, 3)
    yield case("no step", LINE, CLASSES, 1.0, 0)


STATE = "yield W, b, loss(X, Y, W, b, C)"
STATES = "Yields (W, b, objective) before each of the `steps` steps; W, (d, K), and b, (K,), start at zero."
START = "Start with W = np.zeros((d, K)) and b = np.zeros(K); in a loop, first yield W, b and the objective, then step."
STEP = "W, b = W - rate * dW, b - rate * db"
NEWTON_STEP = "W, b = W - step[:-1], b - step[-1]"
PENALIZED_B = "The intercepts are penalised; the penalty is for W only."
WRONG_AXIS = "It runs over the samples; each row is a sample of its own, axis=1."

LOG_SUM_EXP = Task(
    "Returns one number for each row, (n,), finite for finite scores.",
    scores,
    (
        "log Σ exp(z) is right on paper; exp overflows at 710. What changes if a number m is subtracted from all z?",
        "log Σ exp(z) = m + log Σ exp(z - m). With m the row's largest score no exponential exceeds 1.",
        "Z.max(axis=1, keepdims=True) has the shape (n, 1), and can be subtracted from Z.",
    ),
    (
        Mistake("exp overflows: subtract the row's largest score first, and add it at the end.",
                {"largest = Z.max(axis=1, keepdims=True)": "largest = np.zeros((len(Z), 1))"}),
        Mistake("The largest score is subtracted, but not added at the end.", {"largest[:, 0] + ": ""}),
        Mistake("The largest score of all rows is subtracted: rows far below it become -inf.",
                {"Z.max(axis=1, keepdims=True)": "np.full((len(Z), 1), Z.max())"}),
        Mistake(WRONG_AXIS,
                {"largest = Z.max(axis=1, keepdims=True)": "Z = Z.T\n    largest = Z.max(axis=1, keepdims=True)"}),
        Mistake("It uses log2; the chapter's logarithm is the natural one.",
                {"largest[:, 0] + np.log(np.exp(Z - largest).sum(axis=1))":
                 "(largest[:, 0] + np.log(np.exp(Z - largest).sum(axis=1))) / np.log(2)"}),
        Mistake("It is a mean of exponentials; they are summed.", {".sum(axis=1)": ".mean(axis=1)"}),
        Mistake("It is the largest score only.",
                {" + np.log(np.exp(Z - largest).sum(axis=1))": ""}),
        Mistake("The logarithm is missing.", {"largest[:, 0] + np.log(np.exp(Z - largest).sum(axis=1))":
                                             "np.exp(Z).sum(axis=1)"}),
    ),
)  # fmt: skip

SOFTMAX = Task(
    "Returns probabilities, (n, K); each row has the sum 1.",
    scores,
    (
        "exp(z) divided by its row's sum is right on paper; adding a number to a row changes nothing.",
        "So subtract the row's largest score first: then no exponential overflows.",
    ),
    (
        Mistake("exp overflows, and inf / inf is nan: subtract the row's largest score first.",
                {"np.exp(Z - Z.max(axis=1, keepdims=True))": "np.exp(Z)"}),
        Mistake("The columns have the sum 1, not the rows: " + WRONG_AXIS[0].lower() + WRONG_AXIS[1:],
                {"np.exp(Z - Z.max(axis=1, keepdims=True))": "np.exp(Z - Z.max(axis=0, keepdims=True))",
                 "powers.sum(axis=1, keepdims=True)": "powers.sum(axis=0, keepdims=True)"}),
        Mistake("The whole array has the sum 1, not each row.",
                {"powers.sum(axis=1, keepdims=True)": "powers.sum()"}),
        Mistake("The division by the row's sum is missing.",
                {"powers / powers.sum(axis=1, keepdims=True)": "powers"}),
        Mistake("softmax is applied twice.",
                {"return powers": "powers = np.exp(powers / powers.sum(axis=1, keepdims=True))\n    return powers"}),
        Mistake("Each score gets its own sigmoid: the rows do not add up to 1.",
                {"powers / powers.sum(axis=1, keepdims=True)": "1 / (1 + np.exp(-Z))"}),
        Mistake("The scores have the wrong sign.", {"np.exp(Z - Z.max(": "np.exp(-Z + Z.min("}),
        Mistake("The largest score of all rows is subtracted: rows far below it become 0 / 0.",
                {"Z.max(axis=1, keepdims=True)": "Z.max()"}),
    ),
)  # fmt: skip

PROBABILITIES = Task(
    "Returns probabilities, (n, K).",
    predictors,
    (
        "The scores of a sample are linear in its features, a column of W for each class.",
        "X @ W + b has the shape (n, K).",
    ),
    (
        Mistake("The intercepts b are missing.", {"X @ W + b": "X @ W"}),
        Mistake("softmax is applied twice.", {"softmax(X @ W + b)": "softmax(softmax(X @ W + b))"}),
        Mistake("These are the scores; softmax turns them into probabilities.", {"softmax(X @ W + b)": "X @ W + b"}),
        Mistake("Each score gets its own sigmoid: the rows do not add up to 1.",
                {"softmax(X @ W + b)": "1 / (1 + np.exp(-(X @ W + b)))"}),
        Mistake("The intercepts are subtracted.", {"W + b": "W - b"}),
    ),
)  # fmt: skip

ONE_HOT = Task(
    "Returns an array of floats, (n, K).",
    classes,
    (
        "Row i has a one in column y[i] and zeros elsewhere.",
        "The rows of np.eye(K) are all rows there can be: pick them by y.",
    ),
    (
        Mistake("Classes start at 0: the one is in column y, not y - 1.", {"[y]": "[y - 1]"}),
        Mistake("There is a column for each class that occurs; K columns are right.",
                {"np.eye(K)[y]": "np.eye(len(np.unique(y)))[np.unique(y, return_inverse=True)[1]]"}),
        Mistake("There are as many columns as the largest class says; K columns are right.",
                {"np.eye(K)": "np.eye(y.max() + 1)"}),
        Mistake("Rows and columns are exchanged: a row for each sample.", {"np.eye(K)[y]": "np.eye(K)[y].T"}),
        Mistake("Zeros and ones are exchanged.", {"np.eye(K)[y]": "1 - np.eye(K)[y]"}),
        Mistake("The array holds integers; np.zeros and np.eye make floats unless told otherwise.",
                {"np.eye(K)": "np.eye(K, dtype=int)"}),
    ),
)  # fmt: skip

CROSS_ENTROPY = Task(
    "Returns one loss for each sample, (n,), finite for finite scores.",
    losses,
    (
        "The loss is minus the logarithm of the probability of the sample's class. Write it by the scores.",
        "-log p of class k is log_sum_exp(Z) minus z of class k; (Y * Z).sum(axis=1) picks that score.",
    ),
    (
        Mistake("It takes the logarithm of a probability that is rounded to 0: use the scores instead.",
                {"log_sum_exp(Z) - (Y * Z).sum(axis=1)": "-np.log((Y * softmax(Z)).sum(axis=1))"}),
        Mistake("0 times the logarithm of 0 is nan: use the scores instead.",
                {"log_sum_exp(Z) - (Y * Z).sum(axis=1)": "-(Y * np.log(softmax(Z))).sum(axis=1)"}),
        Mistake("The sign is reversed: the loss is minus the log-likelihood.",
                {"log_sum_exp(Z) - (Y * Z).sum(axis=1)": "(Y * Z).sum(axis=1) - log_sum_exp(Z)"}),
        Mistake("The score of the sample's class is missing.", {" - (Y * Z).sum(axis=1)": ""}),
        Mistake("It uses log2; the chapter's logarithm is the natural one.",
                {"log_sum_exp(Z) - (Y * Z).sum(axis=1)":
                 "(log_sum_exp(Z) - (Y * Z).sum(axis=1)) / np.log(2)"}),
        Mistake("It adds the scores of all classes; only the sample's own counts.", {"(Y * Z)": "Z"}),
        Mistake("It is divided by the number of classes.", {"(Y * Z).sum(axis=1)": "(Y * Z).mean(axis=1)"}),
        Mistake("It is the probability's distance from 1; the loss is its logarithm.",
                {"log_sum_exp(Z) - (Y * Z).sum(axis=1)": "1 - (Y * softmax(Z)).sum(axis=1)"}),
    ),
)  # fmt: skip

LOSS = Task(
    "Returns one number.",
    places,
    (
        "C weighs the sum of the samples' losses; the penalty has no weight of its own.",
        "The penalty is half of the sum of all squares in W, without b.",
    ),
    (
        Mistake("It is the mean of the losses; here they are summed.", {"Y).sum()": "Y).mean()"}),
        Mistake("The factor ½ of the penalty is missing.", {"(W**2).sum() / 2": "(W**2).sum()"}),
        Mistake("The penalty is missing.", {" + (W**2).sum() / 2": ""}),
        Mistake("The penalty has the wrong sign.", {"+ (W**2)": "- (W**2)"}),
        Mistake(PENALIZED_B, {"(W**2).sum() / 2": "((W**2).sum() + b @ b) / 2"}),
        Mistake("C weighs the penalty; it weighs the data.",
                {"C * cross_entropy(X @ W + b, Y).sum() + (W**2).sum() / 2":
                 "cross_entropy(X @ W + b, Y).sum() + C * (W**2).sum() / 2"}),
        Mistake("C weighs both parts: parentheses are wrong.",
                {"C * cross_entropy(X @ W + b, Y).sum() + (W**2).sum() / 2":
                 "C * (cross_entropy(X @ W + b, Y).sum() + (W**2).sum() / 2)"}),
        Mistake("The penalty has a root; it is half of the sum of squares.",
                {"(W**2).sum() / 2": "np.sqrt((W**2).sum())"}),
        Mistake("The intercepts are missing in the scores.", {"X @ W + b": "X @ W"}),
    ),
)  # fmt: skip

GRADIENT = Task(
    "Returns the derivatives by W, (d, K), and by b, (K,).",
    places,
    (
        "The derivative of a sample's loss by its scores is p - y, a row of K numbers.",
        "Xᵀ times these rows sums over the samples; what does the penalty add, and to which of the two?",
    ),
    (
        Mistake("The penalty's derivative has the wrong sign: it is + W.", {"R + W": "R - W"}),
        Mistake("The penalty's derivative is missing.", {"R + W": "R"}),
        Mistake("The sign is reversed: the residual is probability minus Y.",
                {"probabilities(X, W, b) - Y": "Y - probabilities(X, W, b)"}),
        Mistake(PENALIZED_B, {"C * R.sum(axis=0)": "C * R.sum(axis=0) + b"}),
        Mistake("It is divided by n; the objective is a sum.",
                {"C * X.T @ R + W, C * R.sum(axis=0)": "C * X.T @ R / len(X) + W, C * R.mean(axis=0)"}),
        Mistake("C is missing.", {"C * X.T @ R + W, C * R.sum(axis=0)": "X.T @ R + W, R.sum(axis=0)"}),
        Mistake("C weighs the penalty as well: parentheses are wrong.", {"C * X.T @ R + W": "C * (X.T @ R + W)"}),
        Mistake("The sum of the intercepts' derivative runs over the classes; it runs over the samples, axis=0.",
                {"R.sum(axis=0)": "R.sum(axis=1)"}),
        Mistake("All intercepts get the same derivative: sum over the samples only, axis=0.",
                {"R.sum(axis=0)": "np.full(len(b), R.sum())"}),
        Mistake("There is a factor 2 too many in the penalty: it cancels against its ½.", {"R + W": "R + 2 * W"}),
        Mistake("The residual is multiplied by p (1 - p): that belongs to the squared error.",
                {"probabilities(X, W, b) - Y": "(lambda p: (p - Y) * p * (1 - p))(probabilities(X, W, b))"}),
    ),
)  # fmt: skip

JACOBIAN = Task(
    "Returns a symmetric matrix, (K, K).",
    shares,
    (
        "What is the derivative of p_k by its own score, and by another class's?",
        "p_k (1 - p_k) on the diagonal, -p_k p_l elsewhere: a diagonal matrix minus an outer product.",
    ),
    (
        Mistake("It is only the diagonal, p (1 - p): a score changes the other probabilities as well.",
                {"np.diag(p) - np.outer(p, p)": "np.diag(p * (1 - p))"}),
        Mistake("The sign of p_k p_l is reversed.", {"- np.outer": "+ np.outer"}),
        Mistake("The diagonal matrix of p is missing.", {"np.diag(p) - ": "-"}),
        Mistake("The diagonal holds ones instead of p.", {"np.diag(p)": "np.eye(len(p))"}),
        Mistake("The sign is reversed.", {"np.diag(p) - np.outer(p, p)": "np.outer(p, p) - np.diag(p)"}),
    ),
)  # fmt: skip

WITH_ONES = with_ones(places)

HESSIAN = Task(
    "Returns a symmetric matrix, (dK + K, dK + K); entry j K + k belongs to W[j, k], the last K to b.",
    without_y,
    (
        "Each sample adds C times the Kronecker product of x xᵀ, x with a one appended, with its jacobian.",
        "np.kron(np.outer(x, x), jacobian(p)) is in the right order; the penalty adds ones to the diagonal, not for b.",
    ),
    (
        Mistake("The factors of the Kronecker product are exchanged: that is the order column by column.",
                {"np.kron(np.outer(x, x), jacobian(p))": "np.kron(jacobian(p), np.outer(x, x))"}),
        Mistake(PENALIZED_B, {"np.zeros(K)": "np.ones(K)"}),
        Mistake("The penalty is missing.", {"np.ones(d * K)": "np.zeros(d * K)"}),
        Mistake("C is missing.", {"C * np.kron": "np.kron"}),
        Mistake("The classes are treated as independent: a score changes the other probabilities as well.",
                {"jacobian(p))": "np.diag(p * (1 - p)))"}),
        Mistake("It is divided by n; the objective is a sum.", {"C * np.kron": "C / len(X) * np.kron"}),
        Mistake("C weighs the penalty as well.",
                {"np.diag(np.append(np.ones(d * K)": "C * np.diag(np.append(np.ones(d * K)"}),
        Mistake("Only the last sample counts: the samples' parts add up.", {"H += C": "H = H * 0 + C"}),
    ),
)  # fmt: skip

GRADIENT_DESCENT = Task(
    STATES,
    descents,
    (START, "Change W and b at the same time, by rate times the gradient at the old W and b, against it."),
    (
        *descent_mistakes(STATE, STEP, "W, b = W + rate * dW, b + rate * db"),
        Mistake("The intercepts never change.", {STEP: "W = W - rate * dW"}),
        Mistake("The intercepts' derivative is taken after W has changed; both belong to the old W and b.",
                {STEP: "W = W - rate * dW\n        b = b - rate * gradient(X, Y, W, b, C)[1]"}),
        Mistake("The step size is missing.", {STEP: "W, b = W - dW, b - db"}),
        Mistake("The gradient is divided by n; the objective is a sum.",
                {STEP: "W, b = W - rate * dW / len(X), b - rate * db / len(X)"}),
    ),
)  # fmt: skip

BOUND = Task(
    "Returns a symmetric matrix, (d + 1, d + 1).",
    bounds,
    (
        "The jacobian of the probabilities is never above ½ of the identity: what does the Hessian become?",
        "C AᵀA/2 with A = with_ones(X), plus the penalty's ones on the diagonal, not for the intercept.",
    ),
    (
        Mistake("The factor ½ is missing.", {"A.T @ A / 2": "A.T @ A"}),
        Mistake("The factor is ¼, as for one class against all others; here it is ½.", {"A / 2": "A / 4"}),
        Mistake(PENALIZED_B, {"np.append(np.ones(X.shape[1]), 0.0)": "np.ones(X.shape[1] + 1)"}),
        Mistake("The penalty is missing.", {" + np.diag(penalised)": ""}),
        Mistake("C is missing.", {"C * A.T": "A.T"}),
        Mistake("C weighs the penalty as well: parentheses are wrong.",
                {"np.diag(penalised)": "C * np.diag(penalised)"}),
        Mistake("It is divided by n; the objective is a sum.", {"A / 2": "A / 2 / len(X)"}),
    ),
)  # fmt: skip

BOHNING = Task(
    STATES,
    newtons,
    (START, "Stack the derivatives by W and by b to one array, (d + 1, K): np.vstack does it.",
     "The step solves a system with bound(X, C), for all classes at once; it is the same matrix at every step."),
    (
        *descent_mistakes(STATE, NEWTON_STEP, "W, b = W + step[:-1], b + step[-1]"),
        Mistake("The bound is missing: these are steps of gradient descent.", {"np.linalg.solve(B, g)": "g"}),
        Mistake("It multiplies by the bound; it should solve a system with it.",
                {"np.linalg.solve(B, g)": "B @ g"}),
        Mistake("The intercepts never change.", {NEWTON_STEP: "W = W - step[:-1]"}),
        Mistake("The step is halved.", {"np.linalg.solve(B, g)": "np.linalg.solve(B, g) / 2"}),
    ),
)  # fmt: skip

NEWTON = Task(
    STATES,
    newtons,
    (START, "Stack the derivatives by W and by b to g, (d + 1, K); g.ravel() is in the order of the Hessian.",
     "Solve H step = g.ravel() by np.linalg.lstsq(H, …)[0], which takes the shortest solution; then reshape."),
    (
        *descent_mistakes(STATE, NEWTON_STEP, "W, b = W + step[:-1], b + step[-1]"),
        Mistake("The gradient is laid out column by column; the Hessian's order is row by row.",
                {"g.ravel())[0].reshape(g.shape)": 'g.ravel("F"))[0].reshape(g.shape, order="F")'}),
        Mistake("The step is halved.", {"[0].reshape(g.shape)": "[0].reshape(g.shape) / 2"}),
        Mistake("The intercepts never change.", {NEWTON_STEP: "W = W - step[:-1]"}),
        Mistake("The Hessian is that of the start; it changes with every step.",
                {"    for _ in range(steps):": "    W0, b0 = W, b\n    for _ in range(steps):",
                 "hessian(X, W, b, C)": "hessian(X, W0, b0, C)"}),
        Mistake("The bound stands for the Hessian: these are the smaller steps of bohning.",
                {"np.linalg.lstsq(hessian(X, W, b, C), g.ravel())[0].reshape(g.shape)":
                 "np.linalg.solve(bound(X, C), g)"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "log_sum_exp": LOG_SUM_EXP,
        "softmax": SOFTMAX,
        "probabilities": PROBABILITIES,
        "one_hot": ONE_HOT,
        "cross_entropy": CROSS_ENTROPY,
        "loss": LOSS,
        "gradient": GRADIENT,
        "jacobian": JACOBIAN,
        "with_ones": WITH_ONES,
        "hessian": HESSIAN,
        "gradient_descent": GRADIENT_DESCENT,
        "bound": BOUND,
        "bohning": BOHNING,
        "newton": NEWTON,
    }
)
