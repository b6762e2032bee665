"""The exercise of logistic regression: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers
from groundup.projects.common.linear_exercise import descent_mistakes, with_ones

HOURS, PASSED = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([0, 1, 0, 1])


def scores(rng: np.random.Generator) -> Iterator[Case]:
    """Yield scores, ordinary and extreme ones."""
    yield case("three scores", np.array([-2.0, 0.0, 2.0]))
    yield case("one score", np.array([0.5]))
    yield case("scores whose exponential overflows", np.array([1000.0, -1000.0, 0.0]))
    yield case("scores near the limits of rounding", np.array([40.0, -40.0, 700.0, -700.0]))
    yield case("ten scores", numbers(rng, 10))


def samples(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and y."""
    yield case("four students, one feature", HOURS, PASSED)
    yield case("six samples, two features", numbers(rng, 6, 2), np.array([0, 1, 1, 0, 0, 1]))
    yield case("classes that a line separates", np.array([[-2.0], [-1.0], [1.0], [3.0]]), np.array([0, 0, 1, 1]))
    yield case("features far from the origin", 5 + numbers(rng, 8, 2), np.array([0, 1, 0, 1, 1, 1, 0, 1]))
    yield case("one class is rare", numbers(rng, 8, 3), np.array([0, 0, 0, 1, 0, 0, 0, 0]))


def moderate(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, w, b and C; no probability is rounded to 0 or 1."""
    for k, one in enumerate(samples(rng)):
        d = one.arguments[0].shape[1]
        yield case(one.about, *one.arguments, (0.5 * numbers(rng, d)).round(2), -0.5, (1.0, 2.0, 0.1)[k % 3])
    yield case("the start: all parameters zero", HOURS, PASSED, np.zeros(1), 0.0, 2.0)
    yield case("one sample", np.array([[2.0, 1.0]]), np.array([1]), np.array([0.5, -1.0]), 0.5, 1.0)
    yield case("more features than samples", numbers(rng, 2, 4), np.array([1, 0]), numbers(rng, 4), 0.5, 0.5)


def places(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, w, b and C, also with large scores."""
    yield from moderate(rng)
    yield case("large scores, right and wrong", 1000 * HOURS, PASSED, np.array([1.0]), -2500.0, 1.0)
    yield case("only one class", HOURS, np.ones(4, dtype=int), np.array([0.5]), 1.0, 1.0)


def losses(rng: np.random.Generator) -> Iterator[Case]:
    """Yield scores and classes."""
    yield case("both classes at the same scores", np.array([-1.0, -1.0, 2.0, 2.0]), np.array([0, 1, 0, 1]))
    yield case("scores of zero", np.zeros(2), np.array([0, 1]))
    yield case("large scores, right and wrong", np.array([1000.0, 1000.0, -1000.0, -1000.0]), np.array([0, 1, 0, 1]))
    yield case("ten samples", numbers(rng, 10), (numbers(rng, 10) > 0).astype(int))


def near(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, w, b and C, near the minimum and far from it."""
    yield case("near the minimum", HOURS, PASSED, np.array([0.5]), -1.0, 1.0)
    yield case("nearer to the minimum", HOURS, PASSED, np.array([0.45]), -1.1, 1.0)
    yield case("near the minimum, two features", np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 3.0]]), PASSED,
               np.array([-0.1, 0.4]), -0.5, 0.5)  # fmt: skip
    yield from moderate(rng)


def without_y(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, w, b and C."""
    for one in moderate(rng):
        X, _, w, b, C = one.arguments
        yield case(one.about, X, w, b, C)


def predictors(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, w and b."""
    for one in places(rng):
        X, _, w, b, _ = one.arguments
        yield case(one.about, X, w, b)


def searches(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, w, b, a direction downhill and C."""
    for scale in (0.1, 20.0, 1.0):
        for one in samples(rng):
            X, y = one.arguments
            half = y - 0.5  # minus the gradient at zero is Xᵀ(y - ½), for C = 1
            yield case(f"{one.about}, {scale} times the steepest direction", X, y, np.zeros(X.shape[1]), 0.0,
                       (scale * X.T @ half).round(3), round(scale * half.sum(), 3), 1.0)  # fmt: skip
    yield case("a step that is far too long", np.array([[1.3], [0.5]]), np.array([1, 1]), np.array([-1.8]), -0.3,
               np.array([177.767]), 170.192, 10.0)  # fmt: skip
    yield case("a step that is far too short", np.array([[0.8], [0.3], [-0.5], [0.1], [2.2]]),
               np.array([1, 0, 0, 0, 1]), np.array([0.4]), 0.0, np.array([0.01]), -0.008, 10.0)  # fmt: skip
    yield case("a step against the intercept", np.array([[-1.1], [-0.6]]), np.array([1, 1]), np.array([0.7]), 0.0,
               np.array([-0.081]), 0.013, 0.1)  # fmt: skip
    yield case("a direction of zero", HOURS, PASSED, np.array([0.5]), -1.0, np.zeros(1), 0.0, 1.0)


def descents(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, C, a rate and a number of steps."""
    yield case("one step", HOURS, PASSED, 1.0, 0.1, 1)
    for one in samples(rng):
        yield case(f"{one.about}, three steps", *one.arguments, 0.5, 0.05, 3)
    yield case("no step", HOURS, PASSED, 1.0, 0.1, 0)


def newtons(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, C and a number of steps that ends before rounding errors decide."""
    yield case("one step", HOURS, PASSED, 1.0, 1)
    for one in samples(rng):
        yield case(f"{one.about}, three steps", *one.arguments, 1.0, 3)
    yield case("a weak penalty, four steps", np.array([[-2.0], [-1.0], [1.0], [3.0]]), np.array([0, 0, 1, 1]), 1e4, 4)
    X = np.array([[-8.8, -0.7], [-9.9, 19.6], [4.6, -17.0], [9.6, 3.4], [13.3, 17.6]])
    yield case("a step of which twice as much is better", X, np.array([1, 1, 0, 1, 0]), 1e4, 8)


STATE = "yield w, b, loss(X, y, w, b, C)"
STATES = "Yields (w, b, objective) before each of the `steps` steps; w and b start at zero."
START = "Start with w = np.zeros(d) and b = 0.0; in a loop, first yield w, b and the objective, then change w and b."
STEP = "w, b = w - rate * dw, b - rate * db"
LONG_STEP = "w, b = w + rate * hw, b + rate * hb"
PENALIZED_B = "The intercept is penalised; the penalty is for w only."

SIGMOID = Task(
    "Returns probabilities of the shape of z.",
    scores,
    (
        "1 / (1 + exp(-z)) is right on paper; for which z does an exponential overflow?",
        "exp(-|z|) never overflows. For z ≥ 0 it is 1 / (1 + exp(-|z|)); what is it for z < 0?",
    ),
    (
        Mistake("The sign of z is reversed: large scores mean probabilities near 1.",
                {"z >= 0": "z < 0"}),
        Mistake("exp(z) / (1 + exp(z)) is nan where exp(z) overflows.",
                {"np.where(z >= 0, 1, small) / (1 + small)": "np.exp(z) / (1 + np.exp(z))"}),
        Mistake("Negative scores need exp(-|z|) on top as well: this is the probability for |z|.",
                {"np.where(z >= 0, 1, small)": "1"}),
        Mistake("It is the hyperbolic tangent, from -1 to 1; probabilities run from 0 to 1.",
                {"np.where(z >= 0, 1, small) / (1 + small)": "np.tanh(z)"}),
        Mistake("It is exp(z) without the division.",
                {"np.where(z >= 0, 1, small) / (1 + small)": "np.exp(z)"}),
    ),
)  # fmt: skip

PROBABILITIES = Task(
    "Returns one probability for each sample, (n,).",
    predictors,
    (
        "The score of a sample is linear in its features; sigmoid turns scores into probabilities.",
        "The scores of all samples are X @ w + b.",
    ),
    (
        Mistake("The intercept b is missing.", {"X @ w + b": "X @ w"}),
        Mistake("These are the scores; sigmoid turns them into probabilities.", {"sigmoid(X @ w + b)": "X @ w + b"}),
        Mistake("These are classes, 0 or 1; probabilities lie between.",
                {"sigmoid(X @ w + b)": "(X @ w + b > 0).astype(float)"}),
        Mistake("sigmoid is applied twice.", {"sigmoid(X @ w + b)": "sigmoid(sigmoid(X @ w + b))"}),
        Mistake("It is the probability of class 0.", {"sigmoid(X @ w + b)": "1 - sigmoid(X @ w + b)"}),
    ),
)  # fmt: skip

CROSS_ENTROPY = Task(
    "Returns one loss for each sample, (n,), finite for every finite score.",
    losses,
    (
        "For class 1 the loss is -log p, for class 0 it is -log(1 - p). Write both by the score z.",
        "-log p = log(1 + exp(-z)). With one formula for both classes: log(1 + exp(z)) - y z.",
        "np.logaddexp(0, z) is log(1 + exp(z)) without overflow.",
    ),
    (
        Mistake("It takes the logarithm of a probability that is rounded to 0: use the score instead.",
                {"np.logaddexp(0, z) - y * z":
                 "-(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z)))"}),
        Mistake("exp(z) overflows: np.logaddexp(0, z) is log(1 + exp(z)) without it.",
                {"np.logaddexp(0, z)": "np.log(1 + np.exp(z))"}),
        Mistake("The sign is reversed: the loss is minus the log-likelihood.",
                {"np.logaddexp(0, z) - y * z": "y * z - np.logaddexp(0, z)"}),
        Mistake("The classes are exchanged.", {"y * z": "(1 - y) * z"}),
        Mistake("The part of class 1, y z, is missing.", {" - y * z": ""}),
        Mistake("It uses log2; the chapter's logarithm is the natural one.",
                {"np.logaddexp(0, z) - y * z": "(np.logaddexp(0, z) - y * z) / np.log(2)"}),
        Mistake("It is the squared error of the probability.",
                {"np.logaddexp(0, z) - y * z": "(sigmoid(z) - y) ** 2"}),
        Mistake("y z is added; it is subtracted.", {"- y * z": "+ y * z"}),
    ),
)  # fmt: skip

LOSS = Task(
    "Returns one number.",
    places,
    (
        "C weighs the sum of the samples' losses; the penalty has no weight of its own.",
        "The penalty is half of the sum of the squares of w, without b.",
    ),
    (
        Mistake("It is the mean of the losses; here they are summed.", {".sum()": ".mean()"}),
        Mistake("The factor ½ of the penalty is missing.", {"w @ w / 2": "w @ w"}),
        Mistake("The penalty is missing.", {" + w @ w / 2": ""}),
        Mistake("The penalty has the wrong sign.", {"+ w @ w": "- w @ w"}),
        Mistake(PENALIZED_B, {"w @ w / 2": "(w @ w + b * b) / 2"}),
        Mistake("C weighs the penalty; it weighs the data.",
                {"C * cross_entropy(X @ w + b, y).sum() + w @ w / 2":
                 "cross_entropy(X @ w + b, y).sum() + C * w @ w / 2"}),
        Mistake("C weighs both parts: parentheses are wrong.",
                {"C * cross_entropy(X @ w + b, y).sum() + w @ w / 2":
                 "C * (cross_entropy(X @ w + b, y).sum() + w @ w / 2)"}),
        Mistake("The penalty has a root; it is half of the sum of squares.", {"w @ w / 2": "np.sqrt(w @ w)"}),
        Mistake("The intercept is missing in the scores.", {"X @ w + b": "X @ w"}),
    ),
)  # fmt: skip

GRADIENT = Task(
    "Returns the derivatives by w, (d,), and by b, one number.",
    places,
    (
        "The derivative of a sample's loss by its score is p - y. What is the score's derivative by w, and by b?",
        "Sum over the samples, with C; then what does the penalty add, and to which of the two?",
    ),
    (
        Mistake("The penalty's derivative has the wrong sign: it is + w.", {"r + w": "r - w"}),
        Mistake("The penalty's derivative is missing.", {"r + w": "r"}),
        Mistake("The sign is reversed: the residual is probability minus class.",
                {"probabilities(X, w, b) - y": "y - probabilities(X, w, b)"}),
        Mistake(PENALIZED_B, {"C * r.sum()": "C * r.sum() + b"}),
        Mistake("It is divided by n; the objective is a sum.",
                {"C * X.T @ r + w, C * r.sum()": "C * X.T @ r / len(y) + w, C * r.mean()"}),
        Mistake("C is missing.", {"C * X.T @ r + w, C * r.sum()": "X.T @ r + w, r.sum()"}),
        Mistake("C weighs the penalty as well: parentheses are wrong.", {"C * X.T @ r + w": "C * (X.T @ r + w)"}),
        Mistake("C is missing in the derivative by b.", {"C * r.sum()": "r.sum()"}),
        Mistake("The derivative by b is missing: the intercept is a parameter too.", {"C * r.sum()": "0.0"}),
        Mistake("There is a factor 2 too many in the penalty: it cancels against its ½.", {"r + w": "r + 2 * w"}),
        Mistake("The residual is multiplied by p (1 - p): that belongs to the squared error.",
                {"probabilities(X, w, b) - y":
                 "(lambda p: (p - y) * p * (1 - p))(probabilities(X, w, b))"}),
    ),
)  # fmt: skip

WITH_ONES = with_ones(moderate)

HESSIAN = Task(
    "Returns a symmetric matrix, (d + 1, d + 1).",
    without_y,
    (
        "With A = with_ones(X), each sample adds C p (1 - p) times the outer product of its row of A with itself.",
        "All of them at once: (A.T * q) @ A with q = p (1 - p). What does the penalty add, and not to b?",
    ),
    (
        Mistake(PENALIZED_B, {"np.append(np.ones(len(w)), 0.0)": "np.ones(len(w) + 1)"}),
        Mistake("The penalty's diagonal of ones is missing.", {" + np.diag(penalised)": ""}),
        Mistake("The weights are p; the sigmoid's derivative is p (1 - p).", {"(p * (1 - p))": "p"}),
        Mistake("The weights p (1 - p) are missing.", {"(A.T * (p * (1 - p)))": "A.T"}),
        Mistake("The weights are squared.", {"(p * (1 - p))": "(p * (1 - p)) ** 2"}),
        Mistake("C is missing.", {"C * (A": "(A"}),
        Mistake("C weighs the penalty as well: parentheses are wrong.",
                {"np.diag(penalised)": "C * np.diag(penalised)"}),
        Mistake("The ones of the intercept are missing: its row and column come last.",
                {"A, p = with_ones(X),": "A, p = np.column_stack([X, np.zeros(len(X))]),"}),
        Mistake("It is divided by n; the objective is a sum.", {"C * (A": "C / len(X) * (A"}),
    ),
)  # fmt: skip

GRADIENT_DESCENT = Task(
    STATES,
    descents,
    (START, "Change w and b at the same time, by rate times the gradient at the old w and b, against it."),
    (
        *descent_mistakes(STATE, STEP, "w, b = w + rate * dw, b + rate * db"),
        Mistake("The intercept never changes.", {STEP: "w = w - rate * dw"}),
        Mistake("The intercept's derivative is taken after w has changed; both belong to the old w and b.",
                {STEP: "w = w - rate * dw\n        b = b - rate * gradient(X, y, w, b, C)[1]"}),
        Mistake("The step size is missing.", {STEP: "w, b = w - dw, b - db"}),
        Mistake("The gradient is divided by n; the objective is a sum.",
                {STEP: "w, b = w - rate * dw / len(y), b - rate * db / len(y)"}),
    ),
)  # fmt: skip

NEWTON_DIRECTION = Task(
    "Returns the change of w, (d,), and of b, one number.",
    moderate,
    (
        "The parabola's gradient is g + H h: for which h is it zero?",
        "g is the gradient by w with that by b appended; np.linalg.solve(H, g) is H⁻¹g.",
    ),
    (
        Mistake("The sign is missing: Newton's step is -H⁻¹g.", {"h = -np": "h = np"}),
        Mistake("H⁻¹ is missing: this is the direction of steepest descent.",
                {"-np.linalg.solve(H, g)": "-g"}),
        Mistake("It multiplies by H; it should solve a system with H.",
                {"np.linalg.solve(H, g)": "(H @ g)"}),
        Mistake("It divides by the diagonal of H only.", {"np.linalg.solve(H, g)": "g / np.diag(H)"}),
        Mistake("The step is halved.", {"h = -np": "h = -0.5 * np"}),
        Mistake("The intercept is taken from the front; its place is the last.",
                {"h[:-1], h[-1]": "h[1:], h[0]"}),
    ),
)  # fmt: skip

LINE_SEARCH = Task(
    "Returns the multiple, one number. It begins at 1. It is too long if the objective is above J + 1e-4 rate slope, "
    "too short if the slope there is below 0.9 slope; then it is doubled, or halfway between the last too short "
    "and the last too long one. It stays where -slope ≤ 1e-14 J.",
    searches,
    (
        "slope is the derivative along the direction at the start: dw·hw + db·hb. It is negative.",
        "Keep short = 0 and long = infinity; a rate that is too long becomes long, one too short becomes short.",
        "As long as nothing was too long, double short; from then on take the middle of short and long.",
    ),
    (
        Mistake("Rates that are too short are accepted: the slope there has to be at least 0.9 times the first.",
                {"dw @ hw + db * hb < 0.9 * slope": "False"}),
        Mistake("Rates that are too long are accepted: the objective has to fall enough.",
                {"> J + 1e-4 * rate * slope": "> np.inf"}),
        Mistake("It lets the objective rise: the slope is negative and is added with its sign.",
                {"J + 1e-4 * rate * slope": "J - 1e-4 * rate * slope"}),
        Mistake("A rate that is too short is never doubled.", {"else 2 * short": "else 1.0 * rate + 1.0"}),
        Mistake("The part of the intercept is missing in the slope.",
                {"slope = dw @ hw + db * hb": "slope = dw @ hw"}),
        Mistake("The intercept stays where it is while the rate is tried.",
                {"if loss(X, y, w + rate * hw, b + rate * hb, C)": "if loss(X, y, w + rate * hw, b, C)"}),
        Mistake("It always takes the whole step.", {"while -slope > 1e-14 * J:": "while False:"}),
    ),
)  # fmt: skip

NEWTON = Task(
    STATES,
    newtons,
    (START, "The direction comes from newton_direction, its multiple from line_search.",
     "Add rate times the direction to w and b: the direction has its sign already."),
    (
        *descent_mistakes(STATE, LONG_STEP, "w, b = w - rate * hw, b - rate * hb"),
        Mistake("The line search is missing: whole steps may overshoot.",
                {"line_search(X, y, w, b, hw, hb, C)": "1.0"}),
        Mistake("The direction is minus the gradient; Newton's is -H⁻¹g.",
                {"hw, hb = newton_direction(X, y, w, b, C)":
                 "hw, hb = (-one for one in gradient(X, y, w, b, C))"}),
        Mistake("The intercept never changes.", {LONG_STEP: "w = w + rate * hw"}),
        Mistake("The direction is that of the start; it changes with every step.",
                {"    for _ in": "    hw, hb = newton_direction(X, y, w, b, C)\n    for _ in",
                 "        hw, hb = newton_direction(X, y, w, b, C)\n": ""}),
    ),
)  # fmt: skip

NEWTON_DECREMENT = Task(
    "Returns one number, at least zero.",
    moderate,
    (
        "g is the gradient by w with that by b appended.",
        "It is the root of g·H⁻¹g; np.linalg.solve(H, g) is H⁻¹g.",
    ),
    (
        Mistake("The root is missing.", {"np.sqrt(g @": "(g @"}),
        Mistake("H⁻¹ is missing: this is the ordinary length of the gradient.",
                {"np.linalg.solve(hessian(X, w, b, C), g)": "g"}),
        Mistake("It multiplies by H; it should solve a system with H.",
                {"np.linalg.solve(hessian(X, w, b, C), g)": "hessian(X, w, b, C) @ g"}),
        Mistake("The factor ½ belongs to the parabola's decrease, not to the decrement.",
                {"np.sqrt(g @": "np.sqrt(0.5 * g @"}),
        Mistake("The intercept's part is missing.",
                {"np.append(*gradient(X, y, w, b, C))": "np.append(gradient(X, y, w, b, C)[0], 0.0)"}),
    ),
)  # fmt: skip

GAP = Task(
    "Returns one number; np.inf where the bound does not hold.",
    near,
    (
        "The parabola falls by nu²/2 to its minimum; the bound makes this a little larger.",
        "longest is the largest √(x·H⁻¹x) of the rows x of with_ones(X).",
        "It is nu²/2 (1 + longest nu), as long as longest nu is below 1.",
    ),
    (
        Mistake("The factor ½ is missing.", {"nu**2 / 2": "nu**2"}),
        Mistake("The factor 1 + longest nu is missing: nu²/2 alone is no bound.",
                {"nu**2 / 2 * (1 + longest * nu)": "nu**2 / 2"}),
        Mistake("Where longest nu is 1 or more, nothing is proved: it is infinite there.",
                {" if longest * nu < 1 else np.inf": ""}),
        Mistake("longest is a root; here it is the square.",
                {"np.sqrt(max(x @ np.linalg.solve(H, x) for x in with_ones(X)))":
                 "max(x @ np.linalg.solve(H, x) for x in with_ones(X))"}),
        Mistake("longest is measured without H⁻¹.", {"x @ np.linalg.solve(H, x)": "x @ x"}),
        Mistake("longest is the shortest row's; the largest is needed.", {"max(x": "min(x"}),
        Mistake("nu is not squared.", {"nu**2 / 2": "nu / 2"}),
        Mistake("The rows lack the one of the intercept.",
                {"for x in with_ones(X)": "for x in np.column_stack([X, np.zeros(len(X))])"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "sigmoid": SIGMOID,
        "probabilities": PROBABILITIES,
        "cross_entropy": CROSS_ENTROPY,
        "loss": LOSS,
        "gradient": GRADIENT,
        "with_ones": WITH_ONES,
        "hessian": HESSIAN,
        "gradient_descent": GRADIENT_DESCENT,
        "newton_direction": NEWTON_DIRECTION,
        "line_search": LINE_SEARCH,
        "newton": NEWTON,
        "newton_decrement": NEWTON_DECREMENT,
        "gap": GAP,
    }
)
