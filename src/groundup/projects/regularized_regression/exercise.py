"""The exercise of regularised regression: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers

BAKES = np.array([[-2.0, -1], [-1, 1], [1, -1], [2, 1]]), np.array([-5.0, -1, 1, 5])


def samples(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and y, centred; every X has independent columns."""
    yield case("four samples, two features", *BAKES)
    yield case("three samples, one feature", np.array([[-1.0], [0.0], [1.0]]), np.array([-2.0, 1.0, 1.0]))
    yield case("ten samples, three features", *_center(numbers(rng, 10, 3), numbers(rng, 10)))
    X = numbers(rng, 12, 1) + numbers(rng, 12, 4) / 5
    yield case("features that resemble each other", *_center(X, numbers(rng, 12)))


def _center(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (X - X.mean(axis=0)).round(3) + 0.0, (y - y.mean()).round(3) + 0.0


def raw(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and y as they come."""
    yield case("three samples, one feature", np.array([[1.0], [2.0], [6.0]]), np.array([1.0, 3.0, 8.0]))
    yield case("features far from the origin", 10 + numbers(rng, 5, 2), 50 + numbers(rng, 5))
    yield case("more features than samples", numbers(rng, 3, 5), numbers(rng, 3))
    yield case("one sample", np.array([[2.0, 1.0]]), np.array([3.0]))
    yield case("two equal columns", np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]), np.array([1.0, 0.0, 2.0]))
    yield case("a constant column", np.column_stack([numbers(rng, 4), np.full(4, 3.0)]), numbers(rng, 4))


def ridges(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and alpha."""
    for one in raw(rng):
        yield case(f"{one.about}, alpha = 2", *one.arguments, 2.0)
    yield case("a small alpha", 10 + numbers(rng, 8, 3), 5 + numbers(rng, 8), 0.01)
    yield case("a large alpha", numbers(rng, 8, 3), 5 + numbers(rng, 8), 1000.0)


def weighted(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and w, with zeros in w as well."""
    for one in samples(rng):
        yield case(one.about, *one.arguments, numbers(rng, one.arguments[0].shape[1]))
    X, y = BAKES
    yield case("all weights zero", X, y, np.zeros(2))
    yield case("one weight zero, one negative", X, y, np.array([0.0, -1.5]))
    yield case("more features than samples", numbers(rng, 3, 5), numbers(rng, 3), numbers(rng, 5))


MIXES = ((0.5, 1.0), (0.5, 0.5), (2.0, 0.25), (0.1, 1.0), (20.0, 1.0))  # alpha and l1_ratio


def objectives(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, w, alpha and l1_ratio."""
    for one in weighted(rng):
        for alpha, l1_ratio in MIXES:
            yield case(f"{one.about}, alpha = {alpha}, l1_ratio = {l1_ratio}", *one.arguments, alpha, l1_ratio)


def penalties(rng: np.random.Generator) -> Iterator[Case]:
    """Yield w, alpha and l1_ratio."""
    yield case("two weights, lasso", np.array([2.0, -1.0]), 0.5, 1.0)
    yield case("two weights, ridge", np.array([2.0, -1.0]), 0.5, 0.0)
    yield case("two weights, elastic net", np.array([2.0, -1.0]), 0.5, 0.25)
    yield case("weights of zero", np.zeros(3), 1.0, 0.5)
    yield case("one weight", np.array([-3.0]), 2.0, 0.5)
    yield case("eight weights", numbers(rng, 8), 0.3, 0.9)


def shares(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and l1_ratio."""
    for one in samples(rng):
        for l1_ratio in (1.0, 0.5):
            yield case(f"{one.about}, l1_ratio = {l1_ratio}", *one.arguments, l1_ratio)


def thresholds(rng: np.random.Generator) -> Iterator[Case]:
    """Yield v and tau."""
    yield case("one value of each kind", np.array([3.0, 0.5, -0.5, -3.0]), 1.0)
    yield case("values at the threshold, and zero", np.array([1.0, -1.0, 0.0]), 1.0)
    yield case("a threshold of zero", np.array([2.0, -2.0]), 0.0)
    yield case("many values", numbers(rng, 12), 0.4)


def proximals(rng: np.random.Generator) -> Iterator[Case]:
    """Yield v, rate, alpha and l1_ratio."""
    for rate, alpha, l1_ratio in ((1.0, 1.0, 1.0), (0.5, 2.0, 0.5), (2.0, 0.5, 0.25), (0.1, 3.0, 0.0)):
        about = f"rate = {rate}, alpha = {alpha}, l1_ratio = {l1_ratio}"
        yield case(f"four values, {about}", np.array([3.0, 0.5, -0.5, -3.0]), rate, alpha, l1_ratio)
        yield case(f"ten values, {about}", numbers(rng, 10), rate, alpha, l1_ratio)


def sweeps(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, alpha, l1_ratio and a number of steps."""
    for steps in (2, 5):
        for one in samples(rng):
            for alpha, l1_ratio in ((0.5, 1.0), (0.2, 0.5)):
                about = f"{one.about}, alpha = {alpha}, l1_ratio = {l1_ratio}, {steps} steps"
                yield case(about, *one.arguments, alpha, l1_ratio, steps)
    yield case("an alpha at which all weights stay zero", *BAKES, 10.0, 1.0, 3)
    yield case("more features than samples", *_center(numbers(rng, 4, 6), numbers(rng, 4)), 0.1, 1.0, 4)


def long_sweeps(rng: np.random.Generator) -> Iterator[Case]:
    """Yield as `sweeps`, and enough steps for momentum to lead uphill."""
    yield from sweeps(rng)
    X = numbers(rng, 12, 1) + numbers(rng, 12, 4) / 5
    yield case("twenty steps", *_center(X, numbers(rng, 12)), 0.05, 1.0, 20)


def signs(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and y, also such that a weight leaves the path again."""
    yield from samples(rng)
    X = np.array([[1.5, 1.0, 0.0], [-0.5, 0.0, 1.0], [0.0, -1.5, 0.5], [-1.0, 0.5, -1.5]])
    yield case("three features, four samples", X, np.array([1.0, -2.0, -0.5, 1.5]))
    for number in range(3):
        X = numbers(rng, 8, 1) + numbers(rng, 8, 5) / 2
        yield case(f"five features that resemble each other, {number + 1}", *_center(X, numbers(rng, 8)))


YIELDS = "Yields w, (d,), before each of the `steps` {}; w starts at zero."
START = "Start with w = np.zeros(d); in a loop, first yield w, then change it."

CENTER = Task(
    "Returns X without the mean of each column, (n, d), and y without its mean, (n,).",
    raw,
    (
        "Which axis does the mean of each column run over?",
        "X.mean(axis=0) has one mean for each column, (d,); it is subtracted from every row.",
    ),
    (
        Mistake("The mean runs over the whole of X; each column has its own, X.mean(axis=0).",
                {"X.mean(axis=0)": "X.mean()"}),
        Mistake("The mean runs over the rows' entries; each column has its own mean, axis=0.",
                {"X.mean(axis=0)": "X.mean(axis=1, keepdims=True)"}),
        Mistake("y is not centred.", {"y - y.mean()": "y + 0.0"}),
        Mistake("X is divided by its standard deviation as well; that would change what the penalty weighs.",
                {"X - X.mean(axis=0)": "(X - X.mean(axis=0)) / X.std(axis=0)"}),
        Mistake("The means are added.",
                {"X - X.mean(axis=0), y - y.mean()": "X + X.mean(axis=0), y + y.mean()"}),
        Mistake("It takes medians; the best intercept belongs to means.",
                {"X.mean(axis=0), y - y.mean()": "np.median(X, axis=0), y - np.median(y)"}),
    ),
)  # fmt: skip

RIDGE = Task(
    "Returns the weights, (d,), and the intercept, one number.",
    ridges,
    (
        "Centre first: the intercept then does not take part, and is not penalised.",
        "Solve (AᵀA + alpha I) w = Aᵀc with A and c centred; np.eye(d) is I.",
        "The intercept is the mean of y minus the means of the columns times w.",
    ),
    (
        Mistake("The intercept is penalised: centre X and y, so that it does not take part.",
                {"A, c = centre(X, y)": "A, c = np.column_stack([X, np.ones(len(X))]), y",
                 "np.eye(X.shape[1])": "np.eye(X.shape[1] + 1)",
                 "return w, y.mean() - X.mean(axis=0) @ w": "return w[:-1], w[-1]"}),
        Mistake("X and y are not centred: the weights then depend on where the origin is.",
                {"A, c = centre(X, y)": "A, c = X, y"}),
        Mistake("The intercept is the mean of y; the means of the columns times w have to be subtracted.",
                {" - X.mean(axis=0) @ w": ""}),
        Mistake("The intercept adds the means of the columns times w; they have to be subtracted.",
                {" - X.mean(axis=0) @ w": " + X.mean(axis=0) @ w"}),
        Mistake("alpha is multiplied by n: that is right for a mean of squares, and this is their sum.",
                {"alpha * np.eye": "len(X) * alpha * np.eye"}),
        Mistake("alpha is halved or doubled: the objective is |y - Xw|² + alpha |w|² without halves.",
                {"alpha * np.eye": "2 * alpha * np.eye"}),
        Mistake("alpha is squared.", {"alpha * np.eye": "alpha**2 * np.eye"}),
        Mistake("alpha is added to every entry of the matrix; it belongs on the diagonal.",
                {"alpha * np.eye(X.shape[1])": "alpha"}),
        Mistake("The penalty has the wrong sign.", {"+ alpha": "- alpha"}),
    ),
)  # fmt: skip

RIDGE_DUAL = Task(
    "Returns the weights, (d,), without centring: X and y are centred already.",
    ridges,
    (
        "Which matrix of products of samples, (n, n), takes the place of XᵀX?",
        "Solve (XXᵀ + alpha I) a = y for one number a sample; then w = Xᵀa.",
    ),
    (
        Mistake("The penalty is missing: XXᵀ alone may be singular.", {" + alpha * np.eye(len(X))": ""}),
        Mistake("It returns a number for each sample; multiply by Xᵀ.", {"X.T @ np": "np"}),
        Mistake("alpha is multiplied by n: that is right for a mean of squares, and this is their sum.",
                {"alpha * np.eye": "len(X) * alpha * np.eye"}),
        Mistake("alpha is halved or doubled: the objective is |y - Xw|² + alpha |w|² without halves.",
                {"alpha * np.eye": "2 * alpha * np.eye"}),
        Mistake("alpha is added to every entry of the matrix; it belongs on the diagonal.",
                {"alpha * np.eye(len(X))": "alpha"}),
        Mistake("The result is divided by n.", {"len(X)), y)": "len(X)), y) / len(X)"}),
    ),
    tolerance=1e-7,
)  # fmt: skip

SLOPE = Task(
    "Returns minus the gradient, (d,).",
    weighted,
    (
        "Which residual appears, and which product gives its mean with every column?",
        "It is Xᵀ(y - Xw)/n: how much a larger weight would lower the loss.",
    ),
    (
        Mistake("The sign is reversed: this is the gradient, the slope is minus the gradient.",
                {"(y - X @ w)": "(X @ w - y)"}),
        Mistake("The division by n is missing: the loss is a mean.", {" / len(y)": ""}),
        Mistake("There is a factor 2 too many: it cancels against the ½ of the loss.", {"X.T @ (": "2 * X.T @ ("}),
        Mistake("It is divided by 2n; the ½ of the loss cancels.", {"/ len(y)": "/ (2 * len(y))"}),
        Mistake("The predictions are missing in the residual.", {"(y - X @ w)": "y"}),
        Mistake("It contains absolute values of the residuals.", {"(y - X @ w)": "abs(y - X @ w)"}),
    ),
)  # fmt: skip

PENALTY = Task(
    "Returns one number.",
    penalties,
    (
        "It has an L1 part, the sum of absolute values, and an L2 part, half of the sum of squares.",
        "l1_ratio weighs the first, 1 - l1_ratio the second, alpha both.",
    ),
    (
        Mistake("The L1 part is a norm with a root, |w|₂; it is the sum of absolute values.",
                {"abs(w).sum()": "np.sqrt(w @ w)"}),
        Mistake("The L1 part is the sum of the weights without absolute values.", {"abs(w).sum()": "w.sum()"}),
        Mistake("The ½ of the L2 part is missing.", {"(1 - l1_ratio) / 2 *": "(1 - l1_ratio) *"}),
        Mistake("The L2 part has a root; it is half of the sum of squares.", {"(w @ w)": "np.sqrt(w @ w)"}),
        Mistake("alpha weighs only the L1 part: parentheses are missing.",
                {"alpha * (l1_ratio * abs(w).sum() + (1 - l1_ratio) / 2 * (w @ w))":
                 "alpha * l1_ratio * abs(w).sum() + (1 - l1_ratio) / 2 * (w @ w)"}),
        Mistake("l1_ratio and 1 - l1_ratio are exchanged.",
                {"(l1_ratio * abs": "((1 - l1_ratio) * abs", "(1 - l1_ratio) / 2": "l1_ratio / 2"}),
        Mistake("Absolute values are averaged; they are summed.", {"abs(w).sum()": "abs(w).mean()"}),
    ),
)  # fmt: skip

OBJECTIVE = Task(
    "Returns one number.",
    objectives,
    (
        "Half of the mean of the squared residuals, and what does penalty(w, alpha, l1_ratio) add?",
        "The data's part is r @ r / (2 n).",
    ),
    (
        Mistake("The factor ½ of the squared residuals is missing.", {"/ (2 * len(y))": "/ len(y)"}),
        Mistake("The squared residuals are not divided by n.", {"/ (2 * len(y))": "/ 2"}),
        Mistake("The sum is divided by 2 and then multiplied by n: `/ 2 * n` is not `/ (2 * n)`.",
                {"/ (2 * len(y))": "/ 2 * len(y)"}),
        Mistake("The penalty is subtracted.", {"+ penalty": "- penalty"}),
        Mistake("The penalty is missing.", {" + penalty(w, alpha, l1_ratio)": ""}),
        Mistake("The penalty is divided by 2n as well: parentheses are wrong.",
                {"r @ r / (2 * len(y)) + penalty(w, alpha, l1_ratio)":
                 "(r @ r + penalty(w, alpha, l1_ratio)) / (2 * len(y))"}),
    ),
)  # fmt: skip

LARGEST_ALPHA = Task(
    "Returns one number, for an l1_ratio above zero.",
    shares,
    (
        "All weights are zero as long as no slope at zero exceeds alpha * l1_ratio.",
        "The slope at zero is Xᵀy/n. Which of its entries decides?",
    ),
    (
        Mistake("The largest entry decides whatever its sign: the absolute value is missing.",
                {"abs(X.T @ y)": "(X.T @ y)"}),
        Mistake("The division by n is missing: the loss is a mean.", {"(len(y) * l1_ratio)": "l1_ratio"}),
        Mistake("l1_ratio is forgotten: only the L1 part keeps weights at zero.", {"(len(y) * l1_ratio)": "len(y)"}),
        Mistake("It multiplies by l1_ratio; it should divide by it.",
                {"/ (len(y) * l1_ratio)": "/ len(y) * l1_ratio"}),
        Mistake("It takes the smallest entry; the largest weight is the last to become zero.", {".max()": ".min()"}),
        Mistake("There is a factor 2 too many.", {"abs(X": "2 * abs(X"}),
        Mistake("It adds the entries; the largest of them decides.", {".max()": ".sum()"}),
    ),
)  # fmt: skip

SOFT_THRESHOLD = Task(
    "Returns an array of the shape of v.",
    thresholds,
    (
        "What becomes of 3, 0.5 and -3 for tau = 1? They become 2, 0 and -2.",
        "Subtract tau from the absolute value, not below zero, and give the sign back.",
    ),
    (
        Mistake("It cuts off small values and keeps the others: hard thresholding. The others shrink by tau.",
                {"np.maximum(abs(v) - tau, 0)": "abs(v) * (abs(v) > tau)"}),
        Mistake("What would cross zero changes its sign; it has to stay at zero.",
                {"np.maximum(abs(v) - tau, 0)": "(abs(v) - tau)"}),
        Mistake("Negative values move away from zero: take the absolute value first, and give the sign back.",
                {"np.sign(v) * np.maximum(abs(v) - tau, 0)": "np.maximum(v - tau, 0)"}),
        Mistake("The sign is lost.", {"np.sign(v) * ": ""}),
        Mistake("It clips values to the range from -tau to tau; that is what is taken away, not what remains.",
                {"np.sign(v) * np.maximum(abs(v) - tau, 0)": "np.clip(v, -tau, tau)"}),
        Mistake("Values move away from zero: tau is subtracted from the absolute value.", {"- tau": "+ tau"}),
        Mistake("The values shrink by tau / 2.", {"- tau": "- tau / 2"}),
    ),
)  # fmt: skip

PROX = Task(
    "Returns an array of the shape of v.",
    proximals,
    (
        "The L1 part moves v towards zero, the L2 part divides it: which comes first?",
        "Threshold by rate * alpha * l1_ratio, then divide by 1 + rate * alpha * (1 - l1_ratio).",
    ),
    (
        Mistake("The L2 part is missing: divide by 1 + rate * alpha * (1 - l1_ratio).",
                {" / (1 + rate * alpha * (1 - l1_ratio))": ""}),
        Mistake("The rate is missing in the threshold.", {"(v, rate * alpha * l1_ratio)": "(v, alpha * l1_ratio)"}),
        Mistake("The threshold lacks l1_ratio: it weighs only a part of alpha.",
                {"(v, rate * alpha * l1_ratio)": "(v, rate * alpha)"}),
        Mistake("The rate is missing in the L2 part.", {"(1 + rate * alpha": "(1 + alpha"}),
        Mistake("It divides before it thresholds; then the threshold is too large.",
                {"soft_threshold(v, rate * alpha * l1_ratio) / (1 + rate * alpha * (1 - l1_ratio))":
                 "soft_threshold(v / (1 + rate * alpha * (1 - l1_ratio)), rate * alpha * l1_ratio)"}),
        Mistake("The L2 part multiplies; it should divide.", {") / (1 +": ") * (1 +"}),
        Mistake("There is a factor 2 too many in the L2 part: the penalty has a ½ there.",
                {"(1 + rate": "(1 + 2 * rate"}),
    ),
)  # fmt: skip

DUALITY_GAP = Task(
    "Returns one number, at least zero: the chapter's gap, with theta = 1 unless l1_ratio is 1.",
    objectives,
    (
        "With theta = 1 the parts with the residual cancel; what is left has the penalty, -slope·w and a conjugate.",
        "For the lasso, theta = alpha / max(alpha, largest |slope|), and the conjugate is zero.",
        "Else the conjugate is the sum of max(|slope| - alpha l1_ratio, 0)², divided by 2 alpha (1 - l1_ratio).",
    ),
    (
        Mistake("The lasso's residual is not scaled: its slopes then exceed alpha, and the bound does not hold.",
                {"theta = alpha / max(alpha, abs(xi).max())": "theta = 1.0"}),
        Mistake("theta may exceed 1: divide by the larger of alpha and the largest |slope|.",
                {"max(alpha, abs(xi).max())": "abs(xi).max()"}),
        Mistake("The largest slope is taken with its sign; its absolute value is right.",
                {"max(alpha, abs(xi).max())": "max(alpha, xi.max())"}),
        Mistake("The conjugate is missing: it is zero for the lasso only.",
                {"w + conjugate": "w"}),
        Mistake("The square of 1 - theta is missing.", {"(1 - theta) ** 2": "(1 - theta)"}),
        Mistake("The factor ½ of the residual's part is missing.", {"/ (2 * len(y))": "/ len(y)"}),
        Mistake("The residual's part is not divided by n.", {"/ (2 * len(y))": "/ 2"}),
        Mistake("The slope times w is added; it has to be subtracted.", {"- theta * xi @ w": "+ theta * xi @ w"}),
        Mistake("theta is missing in front of the slope times w.", {"- theta * xi @ w": "- xi @ w"}),
        Mistake("The conjugate lacks a factor ½.", {"/ (2 * alpha * (1 - l1_ratio))": "/ (alpha * (1 - l1_ratio))"}),
        Mistake("The threshold of the conjugate lacks l1_ratio.", {"alpha * l1_ratio, 0": "alpha, 0"}),
    ),
)  # fmt: skip

COORDINATE_DESCENT = Task(
    YIELDS.format("sweeps over all weights"),
    sweeps,
    (
        START + " Yield a copy, since single entries of w change.",
        "For weight j, add its own part back to the slope: xi[j] + H[j, j] w[j], with H = XᵀX/n.",
        "Threshold by alpha * l1_ratio, divide by H[j, j] + alpha * (1 - l1_ratio); then update the slope.",
    ),
    (
        Mistake("It yields w itself, which then changes: yield a copy.", {"w.copy()": "w"}),
        Mistake("The slope is not updated after each weight: this is Jacobi's, not Gauss and Seidel's order.",
                {"for _ in range(steps):": "for _ in range(steps):\n        old, kept = w.copy(), xi",
                 "xi, w[j] = xi - H[:, j] * (new - w[j]), new": "xi, w[j] = xi - H[:, j] * (new - w[j]), new",
                 "soft_threshold(xi[j] + H[j, j] * w[j]": "soft_threshold(kept[j] + H[j, j] * old[j]"}),
        Mistake("The weight's own part is not added back to the slope.",
                {"xi[j] + H[j, j] * w[j]": "xi[j]"}),
        Mistake("The division by H[j, j] + alpha (1 - l1_ratio) is missing: columns need not have length 1.",
                {"            new = new / (H[j, j] + alpha * (1 - l1_ratio))\n": ""}),
        Mistake("The L2 part is missing in the division.", {"(H[j, j] + alpha * (1 - l1_ratio))": "H[j, j]"}),
        Mistake("The threshold lacks l1_ratio.", {"w[j], alpha * l1_ratio)": "w[j], alpha)"}),
        Mistake("The threshold is multiplied by n: the loss is a mean here.",
                {"w[j], alpha * l1_ratio)": "w[j], len(y) * alpha * l1_ratio)"}),
        Mistake("The slope changes in the wrong direction.", {"xi - H[:, j]": "xi + H[:, j]"}),
        Mistake("The slope is updated by the new weight instead of by its change.", {"(new - w[j])": "new"}),
    ),
)  # fmt: skip

ISTA = Task(
    YIELDS.format("steps"),
    sweeps,
    (
        START,
        "The step size is 1/L, L the largest eigenvalue of XᵀX/n: the squared spectral norm of X, divided by n.",
        "w + rate * slope is the gradient step; prox comes after it.",
    ),
    (
        Mistake("The step goes up: slope is minus the gradient, so it is added.", {"w + rate *": "w - rate *"}),
        Mistake("The division by n is missing in L.", {"len(y) / np.linalg": "1 / np.linalg"}),
        Mistake("L is the square of the norm.", {"(X, 2) ** 2": "(X, 2)"}),
        Mistake("The norm is the Frobenius norm; the largest singular value, norm(X, 2), is right.",
                {"norm(X, 2)": "norm(X)"}),
        Mistake("The prox is missing: this is gradient descent without a penalty.",
                {"prox(w + rate * slope(X, y, w), rate, alpha, l1_ratio)": "w + rate * slope(X, y, w)"}),
        Mistake("The prox gets the rate 1 instead of the step size.", {", rate, alpha": ", 1.0, alpha"}),
        Mistake("The prox comes before the gradient step.",
                {"prox(w + rate * slope(X, y, w), rate, alpha, l1_ratio)":
                 "(lambda v: v + rate * slope(X, y, v))(prox(w, rate, alpha, l1_ratio))"}),
        Mistake("It steps along a subgradient of the penalty: then no weight becomes exactly zero.",
                {"prox(w + rate * slope(X, y, w), rate, alpha, l1_ratio)":
                 "w + rate * (slope(X, y, w) - alpha * (l1_ratio * np.sign(w) + (1 - l1_ratio) * w))"}),
    ),
)  # fmt: skip

FISTA = Task(
    YIELDS.format("steps"),
    long_sweeps,
    (
        "Keep a point v ahead of w and a number tau; v starts at w = 0, tau at 1. Step from v as ista steps from w.",
        "tau becomes (1 + √(1 + 4 tau²))/2; v = w + (old tau - 1)/(new tau) * (w - last w).",
        "If (v - new w)·(new w - last w) > 0, the momentum led uphill: then v = w and tau = 1 again.",
    ),
    (
        Mistake("The restart is missing: where momentum leads uphill, v = w and tau = 1.",
                {"(v - w) @ (w - last) > 0": "False"}),
        Mistake("Momentum is missing: this is ista.", {"(tau - 1) / tau_next": "0.0"}),
        Mistake("The gradient is taken at w; it belongs to the point ahead.", {"slope(X, y, v)": "slope(X, y, w)"}),
        Mistake("The step starts at w; it starts at the point ahead.", {"prox(v + rate": "prox(w + rate"}),
        Mistake("The factor 4 in tau's root is missing.", {"1 + 4 * tau**2": "1 + tau**2"}),
        Mistake("The momentum is (new tau - 1) / (new tau); the old tau belongs on top.",
                {"(tau - 1) / tau_next": "(tau_next - 1) / tau_next"}),
        Mistake("tau starts again at 1, but v keeps its momentum.", {"v, tau = w, 1.0": "tau = 1.0"}),
        Mistake("It yields the point ahead; w is right.", {"yield w": "yield v"}),
        Mistake("The division by n is missing in the step size.", {"len(y) / np.linalg": "1 / np.linalg"}),
    ),
)  # fmt: skip

ADMM = Task(
    "Yields z, (d,), before each of the `steps` steps; z and u start at zero, and rate is d / trace(XᵀX/n).",
    sweeps,
    (
        "w fits the data while it is held near z - u: solve (H + I/rate) w = c + (z - u)/rate.",
        "z is the prox of w + u; then u collects what still separates w and z.",
    ),
    (
        Mistake("It yields w; z is the copy with exact zeros.",
                {"yield z": "yield w", "z = u = np.zeros(d)": "w = z = u = np.zeros(d)"}),
        Mistake("u has the wrong sign in the system of w.", {"(z - u)": "(z + u)"}),
        Mistake("u is missing where z is made.", {"prox(w + u": "prox(w"}),
        Mistake("u is overwritten; what separates w and z is added to it.", {"u = u + w - z": "u = w - z"}),
        Mistake("u changes in the wrong direction.", {"u = u + w - z": "u = u - w + z"}),
        Mistake("The prox gets the rate 1 instead of rate.", {", rate, alpha": ", 1.0, alpha"}),
        Mistake("The rate multiplies; H + I/rate and (z - u)/rate divide by it.",
                {"np.eye(d) / rate": "np.eye(d) * rate", "(z - u) / rate": "(z - u) * rate"}),
        Mistake("u is updated with the old z.",
                {"        u = u + w - z": "", "        z = prox(w + u, rate, alpha, l1_ratio)":
                 "        z, u = prox(w + u, rate, alpha, l1_ratio), u + w - z"}),
    ),
)  # fmt: skip

LARS = Task(
    "Yields (alpha, w) at every kink, from the largest alpha and w = 0 down to alpha = 0 and least squares.",
    signs,
    (
        "At the largest alpha the feature with the largest |slope| is active; all active |slopes| equal alpha.",
        "Per unit of alpha, the active weights move by the solution of H[active, active] m = sign of their slopes.",
        "The nearest of three ends stops the move: alpha = 0, an active weight reaches 0, another slope reaches alpha.",
        "The slope of feature j reaches ±alpha after (alpha ∓ xi[j]) / (1 ∓ a[j]), with a = H m.",
    ),
    (
        Mistake("A weight that reaches zero has to leave the active ones: this is LARS without the lasso's rule.",
                {" if w[j] * move[j] < 0": " if False"}),
        Mistake("Slopes that reach -alpha are missed: a feature may join with either sign.",
                {"for s in (1, -1)": "for s in (1,)"}),
        Mistake("The direction lacks the signs of the slopes.",
                {"sign = np.sign(xi[active])": "sign = np.ones(len(active))"}),
        Mistake("The farthest end is taken; the nearest one stops the move.", {"min(ends": "max(ends"}),
        Mistake("The slopes change in the wrong direction.", {"xi - gamma * a": "xi + gamma * a"}),
        Mistake("alpha starts without the division by n.",
                {"X.T @ X / len(y), X.T @ y / len(y)": "X.T @ X, X.T @ y"}),
        Mistake("The first feature is the one with the largest slope; its absolute value decides.",
                {"abs(xi).argmax()": "xi.argmax()"}),
        Mistake("The first kink, w = 0 at the largest alpha, is not yielded.",
                {"    yield alpha, w\n    while": "    while"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "centre": CENTER,
        "ridge": RIDGE,
        "ridge_dual": RIDGE_DUAL,
        "slope": SLOPE,
        "penalty": PENALTY,
        "objective": OBJECTIVE,
        "largest_alpha": LARGEST_ALPHA,
        "soft_threshold": SOFT_THRESHOLD,
        "prox": PROX,
        "duality_gap": DUALITY_GAP,
        "coordinate_descent": COORDINATE_DESCENT,
        "ista": ISTA,
        "fista": FISTA,
        "admm": ADMM,
        "lars": LARS,
    }
)
