"""The exercise of linear regression: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.projects.common.exercise import Case, Exercise, Mistake, Seed, Task, case, numbers
from groundup.projects.common.linear_exercise import descent_mistakes, with_ones

STATES = "Yields (w, b, loss) before each of the `steps` steps; w and b start at zero."
STATE = "yield w, b, loss(X, y, w, b)"
START = "Start with w = np.zeros(d) and b = 0.0; in a loop, first yield w, b and the loss, then change w and b."


def samples(rng: np.random.Generator, *more: object) -> Iterator[Case]:
    """Yield X, y and further arguments; every X has independent columns, also next to a column of ones."""
    yield case("three samples, one feature", np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 3.0, 2.0]), *more)
    yield case("four samples, two features", numbers(rng, 4, 2), numbers(rng, 4), *more)
    yield case("twelve samples, three features", numbers(rng, 12, 3), numbers(rng, 12), *more)
    yield case("features far from the origin", 10 + numbers(rng, 8, 2), 50 + numbers(rng, 8), *more)
    yield case("the same target for every sample", numbers(rng, 6, 2), np.full(6, 2.0), *more)


def places(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, w and b."""
    for one in samples(rng):
        yield case(one.about, *one.arguments, numbers(rng, one.arguments[0].shape[1]), 0.5)
    X, w = numbers(rng, 5, 2), np.array([2.0, -1.0])
    yield case("targets on the model", X, X @ w + 1.0, w, 1.0)
    yield case("an intercept of zero", X, numbers(rng, 5), w, 0.0)


def any_places(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, w and b, with one sample or more features than samples as well."""
    yield from places(rng)
    yield case("one sample", np.array([[2.0, 1.0]]), np.array([3.0]), np.array([1.0, -1.0]), 0.5)
    yield case("more features than samples", numbers(rng, 2, 5), numbers(rng, 2), numbers(rng, 5), -1.5)
    yield case("large values", 1e6 * numbers(rng, 4, 2), 1e6 * numbers(rng, 4), numbers(rng, 2), 1e6)


def predictions(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, w and b."""
    for one in any_places(rng):
        X, _, w, b = one.arguments
        yield case(one.about, X, w, b)


def dependent(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and y, with columns that depend on each other."""
    X = np.array([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]])
    yield case("a column that is twice another", X, np.array([1.0, 3.0, 2.0]))
    yield from samples(rng)
    yield case("a constant column", np.column_stack([numbers(rng, 5), np.full(5, 3.0)]), numbers(rng, 5))
    yield case("more features than samples", 10 + numbers(rng, 3, 6), numbers(rng, 3))
    yield case("one sample", np.array([[2.0, 1.0]]), np.array([3.0]))


def descents(rng: np.random.Generator, *settings: float) -> Iterator[Case]:
    """Yield X, y, the settings and a number of steps."""
    yield case("one step", np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 3.0, 2.0]), *settings, 1)
    for one in samples(rng, *settings, 2):
        yield case(f"{one.about}, two steps", *one.arguments)
    yield case("eight steps", numbers(rng, 6, 2), numbers(rng, 6), *settings, 8)
    yield case("no step", numbers(rng, 6, 2), numbers(rng, 6), *settings, 0)


def conjugate(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y and no more steps than there are unknowns, after which only rounding errors are left."""
    for one in samples(rng):
        X, y = one.arguments
        if np.ptp(y) > 0:
            yield case(one.about, X, y, X.shape[1] + 1)
    yield case("one step", numbers(rng, 6, 4), numbers(rng, 6), 1)


def epochs(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, y, rate, batch size, epochs and a generator."""
    X, y = numbers(rng, 6, 2), numbers(rng, 6)
    yield case("batches of one sample", X, y, 0.05, 1, 2, Seed(0))
    yield case("batches of two samples", X, y, 0.1, 2, 3, Seed(1))
    yield case("a last batch that is smaller", numbers(rng, 7, 3), numbers(rng, 7), 0.1, 3, 4, Seed(2))
    yield case("one batch of all samples", X, y, 0.1, 6, 3, Seed(3))
    yield case("a batch size above the number of samples", X, y, 0.1, 10, 3, Seed(4))


STEP = "w, b = w - rate * dw, b - rate * db"
UPHILL = "w, b = w + rate * dw, b + rate * db"

PREDICT = Task(
    "Returns one prediction for each sample, (n,).",
    predictions,
    (
        "For one sample it is w1 x1 + … + wd xd + b. Which product of X and w computes all these sums?",
        "X @ w has one number for each sample; b is added to each of them.",
    ),
    (
        Mistake("The intercept b is missing.", {"X @ w + b": "X @ w"}),
        Mistake("The intercept is added to the weights: X @ (w + b).", {"X @ w + b": "X @ (w + b)"}),
        Mistake("The intercept has the wrong sign.", {"X @ w + b": "X @ w - b"}),
        Mistake("X is standardised by its own mean: then a sample alone gets another prediction than among others.",
                {"X @ w": "(X - X.mean(axis=0)) / X.std(axis=0) @ w"}),
    ),
)  # fmt: skip

LOSS = Task(
    "Returns one number.",
    any_places,
    (
        "Compute the residuals r = predict(X, w, b) - y first; the loss is half of the mean of their squares.",
        "The sum of the squares is r @ r. By which number is it divided?",
    ),
    (
        Mistake("The sum is divided by 2 and then multiplied by n: `/ 2 * n` is not `/ (2 * n)`.",
                {"/ (2 * len(y))": "/ 2 * len(y)"}),
        Mistake("The factor ½ is missing: the objective is half of the mean of the squared residuals.",
                {"/ (2 * len(y))": "/ len(y)"}),
        Mistake("The sum is not divided by n, the number of samples.", {"/ (2 * len(y))": "/ 2"}),
        Mistake("The sum of the squares is neither halved nor divided by n.", {" / (2 * len(y))": ""}),
        Mistake("It is the root of the mean square; the objective has no root, and a factor ½.",
                {"r @ r / (2 * len(y))": "np.sqrt(r @ r / len(y))"}),
        Mistake("It adds absolute values of the residuals; the objective adds their squares.",
                {"r @ r / (2 * len(y))": "np.abs(r).sum() / (2 * len(y))"}),
        Mistake("The intercept b is left out of the predictions.", {"predict(X, w, b)": "predict(X, w, 0.0)"}),
    ),
)  # fmt: skip

GRADIENT = Task(
    "Returns the derivatives by w, (d,), and by b, one number.",
    any_places,
    (
        "Differentiate the loss of one sample, (x·w + b - y)² / 2, by one weight and by b; then take the mean.",
        "The derivative by weight j is the mean of r times column j of X, with r = predict(X, w, b) - y. "
        "Which product of X and r computes this for all j?",
    ),
    (
        Mistake("The sign is reversed: the residual is prediction minus target.",
                {"predict(X, w, b) - y": "y - predict(X, w, b)"}),
        Mistake("There is a factor 2 too many: it cancels against the ½ of the objective.",
                {"X.T @ r / len(y), r.mean()": "2 * X.T @ r / len(y), 2 * r.mean()"}),
        Mistake("Neither derivative is divided by n: the loss is a mean.",
                {"X.T @ r / len(y), r.mean()": "X.T @ r, r.sum()"}),
        Mistake("The derivative by w is not divided by n: the loss is a mean.", {"X.T @ r / len(y)": "X.T @ r"}),
        Mistake("The derivative by b is not divided by n: the loss is a mean.", {"r.mean()": "r.sum()"}),
        Mistake("The derivative by b is divided by n twice.", {"r.mean()": "r.mean() / len(y)"}),
        Mistake("The derivative by b is missing: the intercept is a parameter too.", {"r.mean()": "0.0"}),
        Mistake("The mean of a product is not the product of the means: multiply X by the residuals first.",
                {"X.T @ r / len(y)": "X.mean(axis=0) * r.mean()"}),
        Mistake("Absolute values or signs of the residuals stand for the residuals.",
                {"predict(X, w, b) - y": "np.sign(predict(X, w, b) - y)"}),
    ),
)  # fmt: skip

WITH_ONES = with_ones(any_places)

NORMAL_EQUATIONS = Task(
    "Returns the weights, (d,), and the intercept, one number.",
    samples,
    (
        "Append the ones to X: then all parameters, b as the last one, solve one system of linear equations.",
        "The system is AᵀA v = Aᵀy with A = with_ones(X); np.linalg.solve solves it. Then take v apart.",
    ),
    (
        Mistake("The intercept is missing: the line is forced through the origin.",
                {"*w, b = np.linalg.solve(A.T @ A, A.T @ y)": "*w, b = *np.linalg.solve(X.T @ X, X.T @ y), 0.0"}),
        Mistake("The intercept is taken from the front of the solution; its column of ones is the last.",
                {"*w, b =": "b, *w ="}),
        Mistake("The intercept is the mean of y; the mean of the features times w has to be subtracted.",
                {"return np.array(w), b": "return np.array(w), y.mean()"}),
        Mistake("Something is added to AᵀA: that is ridge regression, not least squares.",
                {"A.T @ A,": "A.T @ A + np.eye(A.shape[1]),"}),
        Mistake("The right-hand side is divided by n, but the matrix is not.", {"A.T @ y": "A.T @ y / len(y)"}),
    ),
)  # fmt: skip

GAP = Task(
    "Returns one number, zero at the minimum.",
    places,
    (
        "The loss is a quadratic function: its distance from the minimum follows from its gradient and Hessian.",
        "With A = with_ones(X) and the slope g = Aᵀ(y - predictions), it is g·(AᵀA)⁻¹g, divided by a number.",
        "Divide by 2n, as in the loss; np.linalg.solve(A.T @ A, g) is (AᵀA)⁻¹g.",
    ),
    (
        Mistake("The factor ½ is missing: the loss is half of a mean.", {"/ (2 * len(y))": "/ len(y)"}),
        Mistake("It is not divided by n: the loss is a mean.", {"/ (2 * len(y))": "/ 2"}),
        Mistake("The sum is divided by 2 and then multiplied by n: `/ 2 * n` is not `/ (2 * n)`.",
                {"/ (2 * len(y))": "/ 2 * len(y)"}),
        Mistake("The inverse of AᵀA is missing: this is the squared length of the slope.",
                {"np.linalg.solve(A.T @ A, slope)": "slope"}),
        Mistake("The column of ones is missing: the minimum is also one over the intercept.",
                {"A = with_ones(X)": "A = X"}),
        Mistake("The intercept is left out of the predictions.", {"predict(X, w, b)": "predict(X, w, 0.0)"}),
    ),
)  # fmt: skip

QR_SOLVE = Task(
    "Returns the weights, (d,), and the intercept, one number.",
    samples,
    (
        "Q, R = np.linalg.qr(A) with A = with_ones(X). Which triangular system do the parameters solve?",
        "It is R v = Qᵀy. The last row has one unknown: solve it first, and put it into the row above.",
        "In row j, subtract R[j, j + 1:] @ v[j + 1:] from the right-hand side, then divide by R[j, j].",
    ),
    (
        Mistake("The rows are solved from the first on; only the last row has a single unknown.",
                {"reversed(range(len(R)))": "range(len(R))"}),
        Mistake("The known unknowns are added; they have to be subtracted from the right-hand side.",
                {"c[j] - R": "c[j] + R"}),
        Mistake("The row is not divided by its diagonal element R[j, j].", {") / R[j, j]": ")"}),
        Mistake("Only the right-hand side is divided by R[j, j], not the difference: parentheses are missing.",
                {"(c[j] - R[j, j + 1 :] @ w[j + 1 :]) / R[j, j]": "c[j] / R[j, j] - R[j, j + 1 :] @ w[j + 1 :]"}),
        Mistake("The column of ones is missing: then the last weight is no intercept.",
                {"with_ones(X)": "X"}),
        Mistake("The intercept is taken from the front of the solution; its column of ones is the last.",
                {"return w[:-1], w[-1]": "return w[1:], w[0]"}),
    ),
)  # fmt: skip

SHORTEST_SOLUTION = Task(
    "Returns the weights, (d,), and the intercept, one number; singular values up to 1e-12 of the largest count as "
    "zero.",
    dependent,
    (
        "Centre X and y: the intercept, which does not count as length, then follows from the means.",
        "With X - mean = U diag(σ) Vᵀ, the weights are V diag(1/σ) Uᵀ(y - mean), over the σ that are not zero.",
        "np.linalg.svd(…, full_matrices=False) returns Vᵀ: keep its rows, and the columns of U, of large σ.",
    ),
    (
        Mistake("X is not centred: its length then includes a part of the intercept.",
                {"np.linalg.svd(X - x_mean,": "np.linalg.svd(X,"}),
        Mistake("The intercept is the mean of y; the mean of the features times w has to be subtracted.",
                {"y_mean - x_mean @ w": "y_mean"}),
        Mistake("The intercept adds the mean of the features times w; it has to be subtracted.",
                {"y_mean - x_mean @ w": "y_mean + x_mean @ w"}),
        Mistake("It multiplies by the singular values; it should divide by them.",
                {"/ sigma[large]": "* sigma[large]"}),
        Mistake("It divides by the squares of the singular values.", {"/ sigma[large]": "/ sigma[large] ** 2"}),
        Mistake("The mean runs over the whole of X; each column has its own, X.mean(axis=0).",
                {"X.mean(axis=0)": "np.full(X.shape[1], X.mean())"}),
        Mistake("It divides by singular values that are only rounding errors: leave those near zero out.",
                {"sigma > 1e-12 * sigma[0]": "sigma > 0"}),
    ),
)  # fmt: skip

GRADIENT_DESCENT = Task(
    STATES,
    lambda rng: descents(rng, 0.01),
    (START, "Change w and b at the same time, by rate times the gradient at the old w and b, against it."),
    (
        *descent_mistakes(STATE, STEP, UPHILL),
        Mistake("The intercept never changes.", {STEP: "w = w - rate * dw"}),
        Mistake("The intercept is changed twice in each step.",
                {STEP: "w, b = w - rate * dw, b - 2 * rate * db"}),
        Mistake("The intercept's derivative is taken after w has changed; both belong to the old w and b.",
                {STEP: "w = w - rate * dw\n        b = b - rate * gradient(X, y, w, b)[1]"}),
        Mistake("The step size is missing.", {STEP: "w, b = w - dw, b - db"}),
        Mistake("The start is a weight of one; here all parameters start at zero.",
                {"np.zeros(X.shape[1])": "np.ones(X.shape[1])"}),
        Mistake("It yields the loss only; each state is (w, b, loss).", {STATE: "yield loss(X, y, w, b)"}),
    ),
)  # fmt: skip

STEEPEST_DESCENT = Task(
    STATES,
    lambda rng: descents(rng),
    (
        START,
        "Along the gradient the loss is a parabola in the step size: where is its lowest point?",
        "The step size is n |g|² / |c|²: g is the gradient by w and b, c = X dw + db the change of the predictions.",
    ),
    (
        Mistake("The factor n is missing in the step size.", {"rate = len(y) * (": "rate = ("}),
        Mistake("The part of the intercept is missing in |g|².", {"(dw @ dw + db * db)": "(dw @ dw)"}),
        Mistake("The change of the predictions has to include the intercept's.",
                {"predict(X, dw, db)": "predict(X, dw, 0.0)"}),
        Mistake("The step size is upside down.",
                {"rate = len(y) * (dw @ dw + db * db) / (change @ change)":
                 "rate = (change @ change) / (len(y) * (dw @ dw + db * db))"}),
        *descent_mistakes(STATE, STEP, UPHILL),
        Mistake("The step size is half of what it should be: the lowest point is twice as far.",
                {"rate = len(y)": "rate = 0.5 * len(y)"}),
    ),
)  # fmt: skip

MOMENTUM = Task(
    STATES,
    lambda rng: descents(rng, 0.01, 0.5),
    (START, "Keep the last move next to w and b; it starts at zero.",
     "The new move is beta times the last one minus rate times the gradient; add it to w and b."),
    (
        *descent_mistakes(STATE, "w, b = w + move_w, b + move_b", "w, b = w - move_w, b - move_b"),
        Mistake("The gradient is weighted with 1 - beta; here it is not.",
                {"beta * move_w - rate * dw, beta * move_b - rate * db":
                 "beta * move_w - (1 - beta) * rate * dw, beta * move_b - (1 - beta) * rate * db"}),
        Mistake("The last move is forgotten: without beta times it, this is gradient descent.",
                {"beta * move_w - rate * dw, beta * move_b - rate * db": "-rate * dw, -rate * db"}),
        Mistake("The intercept moves without momentum.", {"beta * move_b - rate * db": "-rate * db"}),
        Mistake("The last move counts in full: the factor beta is missing.",
                {"beta * move_w - rate * dw, beta * move_b - rate * db":
                 "move_w - rate * dw, move_b - rate * db"}),
    ),
)  # fmt: skip

NESTEROV = Task(
    STATES,
    lambda rng: descents(rng, 0.01, 0.5),
    (START, "Keep the last w and b as well. First move on by beta times the last change, w - last w.",
     "Take the gradient at that point ahead, and step from there; then the old w becomes the last one."),
    (
        Mistake("The gradient is taken at w and b; it belongs to the point ahead.",
                {"gradient(X, y, ahead_w, ahead_b)": "gradient(X, y, w, b)"}),
        Mistake("The step starts at w and b; it starts at the point ahead.",
                {"w, b = ahead_w - rate * dw, ahead_b - rate * db": STEP}),
        Mistake("The last w is never kept: the momentum is counted from the start.",
                {"        last_w, last_b = w, b\n        w, b = ahead": "        w, b = ahead"}),
        Mistake("The last w is overwritten after the step: then the momentum is always zero.",
                {"        last_w, last_b = w, b\n        w, b = ahead_w - rate * dw, ahead_b - rate * db":
                 "        w, b = ahead_w - rate * dw, ahead_b - rate * db\n        last_w, last_b = w, b"}),
        Mistake("The gradient is added; it has to be subtracted.",
                {"ahead_w - rate * dw, ahead_b - rate * db": "ahead_w + rate * dw, ahead_b + rate * db"}),
        Mistake("The intercept moves without momentum.", {"b + beta * (b - last_b)": "b"}),
    ),
)  # fmt: skip

STOCHASTIC_GRADIENT_DESCENT = Task(
    "Yields (w, b, loss) before each epoch; w and b start at zero. Every epoch draws rng.permutation(n) once and "
    "takes batches from its front on.",
    epochs,
    ("Two loops: over epochs, and in each epoch over the batches of a new rng.permutation(n).",
     "A batch is order[start:start + batch_size], for start = 0, batch_size, 2 batch_size and so on.",
     "Step with gradient(X[batch], y[batch], w, b), which already divides by the size of the batch."),
    (
        Mistake("The samples are drawn with replacement; each epoch goes once through all of them.",
                {"rng.permutation(len(y))": "rng.integers(len(y), size=len(y))"}),
        Mistake("The order of the samples is not random.", {"rng.permutation(len(y))": "np.arange(len(y))"}),
        Mistake("One permutation serves all epochs; every epoch draws its own.",
                {"    for _ in range(epochs):": "    order = rng.permutation(len(y))\n    for _ in range(epochs):",
                 "        order = rng.permutation(len(y))\n": ""}),
        Mistake("The gradient is divided by the number of all samples; the mean is over the batch.",
                {STEP: "share = len(batch) / len(y)\n            w, b = w - rate * share * dw, b - rate * share * db"}),
        Mistake("The gradient is that of all samples; it should be the batch's.",
                {"gradient(X[batch], y[batch], w, b)": "gradient(X, y, w, b)"}),
        Mistake("The samples that do not fill a batch are left out.",
                {"range(0, len(y), batch_size)": "range(0, len(y) - batch_size + 1, batch_size)"}),
        Mistake("Batches overlap: the next one starts where the last one ends.",
                {"range(0, len(y), batch_size)": "range(0, len(y))"}),
        Mistake("The step goes uphill: its sign is reversed.", {STEP: UPHILL}),
        Mistake("The targets are not taken in the order of the rows: y needs the same indices as X.",
                {"y[batch]": "y[start : start + batch_size]"}),
    ),
)  # fmt: skip

CONJUGATE_GRADIENTS = Task(
    STATES,
    conjugate,
    ("Start at zero: the gradient g is -Aᵀy/n with A = with_ones(X), and the first direction q is -g.",
     "The best step along q is alpha = -(g·q) / (q·Hq) with Hq = Aᵀ(Aq)/n; the gradient then changes by alpha Hq.",
     "The next direction is -g plus a multiple of the old one: the new |g|² divided by the old |g|²."),
    (
        Mistake("The multiple of the old direction is upside down: new |g|² divided by old |g|².",
                {"(g_next @ g_next) / (g @ g)": "(g @ g) / (g_next @ g_next)"}),
        Mistake("The next direction forgets the old one: this is steepest descent.",
                {"-g_next + (g_next @ g_next) / (g @ g) * q": "-g_next"}),
        Mistake("The old direction has the wrong sign.", {"-g_next + (": "-g_next - ("}),
        Mistake("The next direction points uphill: the gradient needs a minus.", {"q = -g_next +": "q = g_next +"}),
        Mistake("The step length has the wrong sign.", {"-(g @ q) / (q @ Hq)": "(g @ q) / (q @ Hq)"}),
        Mistake("The Hessian is Aᵀ A / n; the division by n is missing.",
                {"Hq = A.T @ (A @ q) / n": "Hq = A.T @ (A @ q)"}),
        Mistake("The new gradient is forgotten: g has to become it.", {"        g = g_next": "        g = g"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "predict": PREDICT,
        "loss": LOSS,
        "gradient": GRADIENT,
        "with_ones": WITH_ONES,
        "normal_equations": NORMAL_EQUATIONS,
        "gap": GAP,
        "qr_solve": QR_SOLVE,
        "shortest_solution": SHORTEST_SOLUTION,
        "gradient_descent": GRADIENT_DESCENT,
        "steepest_descent": STEEPEST_DESCENT,
        "momentum": MOMENTUM,
        "nesterov": NESTEROV,
        "stochastic_gradient_descent": STOCHASTIC_GRADIENT_DESCENT,
        "conjugate_gradients": CONJUGATE_GRADIENTS,
    }
)
