"""The exercise of the autoencoder: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Seed, Task, case, numbers

DAYS = np.array([[3.0, 1.0], [1.0, 3.0], [-3.0, -1.0], [-1.0, -3.0]])  # The chapter's four days,
NOTHING, FIRST = np.zeros(2), np.array([[1.0], [0.0]])  # their mean, and where descent begins.

# --- inputs ---------------------------------------------------------------------------------------------------------


def linear(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, mu and W."""
    yield case("the worked example", DAYS, NOTHING, FIRST)
    yield case("one sample", DAYS[:1], NOTHING, FIRST)
    yield case("a mean that is not zero", DAYS + 2, NOTHING + 2, FIRST)
    yield case("weights of zero", DAYS, NOTHING, np.zeros((2, 1)))
    yield case("as many codes as columns", numbers(rng, 5, 2), numbers(rng, 2), numbers(rng, 2, 2))
    yield case("six samples, four columns, two codes", numbers(rng, 6, 4), numbers(rng, 4), numbers(rng, 4, 2))


def codes(rng: np.random.Generator) -> Iterator[Case]:
    """Yield Z, mu and W."""
    yield case("the worked example", np.array([[3.0], [1.0], [-3.0], [-1.0]]), NOTHING, FIRST)
    yield case(
        "one sample, a mean that is not zero", np.array([[2.0]]), np.array([1.0, -1.0]), np.array([[0.5], [1.0]])
    )
    yield case("a code of zero", np.zeros((1, 2)), numbers(rng, 3), numbers(rng, 3, 2))
    yield case("five samples, two codes", numbers(rng, 5, 2), numbers(rng, 4), numbers(rng, 4, 2))


def descents(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, W, rate and steps."""
    yield case("the worked example, one step", DAYS, FIRST, 0.05, 1)
    yield case("five steps", DAYS, FIRST, 0.05, 5)
    yield case("a mean that is not zero", DAYS + 3, FIRST, 0.05, 3)
    yield case("no step", DAYS, FIRST, 0.05, 0)
    yield case("two codes", numbers(rng, 6, 3), numbers(rng, 3, 2), 0.02, 4)


def sums(rng: np.random.Generator) -> Iterator[Case]:
    """Yield weighted sums."""
    yield case("zero", np.zeros((1, 1)))
    yield case("positive and negative", np.array([[1.0, -1.0], [0.5, 2.0]]))
    yield case("four samples, three units", numbers(rng, 4, 3))
    yield case("large sums", np.array([[30.0, -30.0]]))


def encoders(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, W1 and b1."""
    yield case("one sample, one code", np.array([[1.0, 2.0]]), np.array([[1.0], [-0.5]]), np.array([0.5]))
    yield case("no biases", DAYS, FIRST, np.zeros(1))
    yield case("more codes than columns", DAYS, numbers(rng, 2, 3), numbers(rng, 3))
    yield case("five samples, two codes", numbers(rng, 5, 3), numbers(rng, 3, 2), numbers(rng, 2))


def decoders(rng: np.random.Generator) -> Iterator[Case]:
    """Yield H, W2 and b2."""
    yield case("one sample, one code", np.array([[0.5]]), np.array([[2.0, -4.0]]), np.array([0.0, 1.0]))
    yield case("no biases", activities(rng, 2, 2), numbers(rng, 2, 3), np.zeros(3))
    yield case("codes of zero", np.zeros((2, 2)), numbers(rng, 2, 3), numbers(rng, 3))
    yield case("five samples, two codes", activities(rng, 5, 2), numbers(rng, 2, 3), numbers(rng, 3))


def noisy(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, the noise's standard deviation and a generator."""
    yield case("no noise", DAYS, 0.0, Seed(0))
    yield case("noise of one", DAYS, 1.0, Seed(1))
    yield case("one sample", DAYS[:1], 0.5, Seed(3))
    yield case("five samples", numbers(rng, 5, 3), 0.3, Seed(2))


def activities(rng: np.random.Generator, n: int, k: int) -> Array:
    """Return codes between 0 and 1, with few digits."""
    return rng.uniform(0.05, 0.95, (n, k)).round(2)


def sparse(rng: np.random.Generator) -> Iterator[Case]:
    """Yield H and rho."""
    yield case("as active as wanted", np.array([[0.1], [0.3]]), 0.2)
    yield case("one sample", np.array([[0.5, 0.25]]), 0.25)
    yield case("a unit that is nearly always on", np.array([[0.9, 0.1], [0.99, 0.2]]), 0.1)
    yield case("five samples, three units", activities(rng, 5, 3), 0.05)


def contractive(rng: np.random.Generator) -> Iterator[Case]:
    """Yield H and W1."""
    yield case("one sample in the middle", np.array([[0.5]]), np.array([[2.0], [1.0]]))
    yield case("units at their ends", np.array([[0.0, 1.0], [0.5, 0.5]]), numbers(rng, 3, 2))
    yield case("weights of zero", activities(rng, 3, 2), np.zeros((3, 2)))
    yield case("five samples, two units", activities(rng, 5, 2), numbers(rng, 4, 2))


def coder(rng: np.random.Generator, d: int, k: int) -> tuple[Array, Array, Array, Array]:
    """Return W1, b1, W2 and b2 with few digits."""
    return numbers(rng, d, k), numbers(rng, k), numbers(rng, k, d), numbers(rng, d)


def penalized(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, the noisy rows, W1, b1, W2, b2, rho, beta and lam."""
    X = numbers(rng, 5, 3)
    yield case("no noise and no penalty", DAYS, DAYS, *coder(rng, 2, 1), 0.5, 0.0, 0.0)
    yield case("noise", X, X + numbers(rng, 5, 3), *coder(rng, 3, 2), 0.2, 0.0, 0.0)
    yield case("sparse", X, X, *coder(rng, 3, 2), 0.2, 0.5, 0.0)
    yield case("contractive", X, X, *coder(rng, 3, 2), 0.2, 0.0, 0.3)
    yield case("one sample, everything", X[:1], X[:1] + 0.1, *coder(rng, 3, 4), 0.1, 0.4, 0.2)
    yield case("everything", X, X + numbers(rng, 5, 3), *coder(rng, 3, 2), 0.1, 0.4, 0.2)


def posteriors(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Wm, bm, Wv and bv."""
    yield case("one sample", DAYS[:1], FIRST, np.array([0.5]), np.array([[0.0], [1.0]]), np.array([-1.0]))
    yield case("equal variances", DAYS, FIRST, np.zeros(1), np.zeros((2, 1)), np.array([0.5]))
    yield case("no biases", DAYS, numbers(rng, 2, 2), np.zeros(2), numbers(rng, 2, 2), np.zeros(2))
    yield case("four samples, two codes", DAYS, *(numbers(rng, *shape) for shape in ((2, 2), (2,), (2, 2), (2,))))


def moments(rng: np.random.Generator) -> Iterator[Case]:
    """Yield M, V and draws."""
    yield case("a variance of one", np.array([[1.0]]), np.array([[0.0]]), np.array([[0.5]]))
    yield case("a draw of zero", np.array([[2.0]]), np.array([[1.0]]), np.array([[0.0]]))
    yield case("a variance of four", np.array([[0.0]]), np.log([[4.0]]), np.array([[-1.0]]))
    yield case("three samples, two codes", numbers(rng, 3, 2), numbers(rng, 3, 2), numbers(rng, 3, 2))


def distributions(rng: np.random.Generator) -> Iterator[Case]:
    """Yield M and V."""
    yield case("standard normal", np.zeros((1, 2)), np.zeros((1, 2)))
    yield case("only the mean differs", np.array([[2.0]]), np.array([[0.0]]))
    yield case("only the variance differs", np.array([[0.0]]), np.log([[4.0]]))
    yield case("three samples, two codes", numbers(rng, 3, 2), numbers(rng, 3, 2))


def likely(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, the reconstructions and the variance."""
    yield case("exact reconstructions", DAYS, DAYS, 1.0)
    yield case("one sample, a variance of four", np.array([[1.0, 2.0, 2.0]]), np.zeros((1, 3)), 4.0)
    yield case("a small variance", DAYS, DAYS + 0.1, 0.01)
    yield case("four samples", numbers(rng, 4, 3), numbers(rng, 4, 3), 0.5)


def bounds(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, draws, Wm, bm, Wv, bv, W2, b2 and the variance."""
    for about, n, d, k, s2 in (
        ("one sample, one code", 1, 2, 1, 1.0),
        ("four samples, a small variance", 4, 3, 2, 0.25),
        ("as many codes as columns", 5, 2, 2, 2.0),
        ("more codes than columns", 3, 2, 4, 1.0),
    ):
        shapes = (n, d), (n, k), (d, k), (k,), (d, k), (k,), (k, d), (d,)
        yield case(about, *(numbers(rng, *shape) for shape in shapes), s2)


# --- tasks ----------------------------------------------------------------------------------------------------------

CENTER = "The mean is not taken away: the code is of X - mu."
SUMMED = Mistake("It sums over the samples; the chapter takes the mean.", {".mean()": ".sum()"})

EXERCISE = Exercise(
    {
        "encode_linear": Task(
            "Returns the codes, (n, k).",
            linear,
            ("Take the mean away first.", "Each code is a weighted sum: a product with W."),
            (
                Mistake(CENTER, {"(X - mu) @ W": "X @ W"}),
                Mistake("The mean is added; take it away.", {"X - mu": "X + mu"}),
                Mistake("The mean is taken away after the product; it belongs to the columns.",
                        {"(X - mu) @ W": "X @ W - mu.mean()"}),
            ),
        ),
        "decode_linear": Task(
            "Returns the reconstructions, (n, d).",
            codes,
            ("The decoder has the same weights, transposed.", "Add the mean again."),
            (
                Mistake("The mean is missing: add it again.", {"mu + Z @ W.T": "Z @ W.T"}),
                Mistake("The mean is taken away again; the decoder adds it.", {"mu + Z @ W.T": "Z @ W.T - mu"}),
                Mistake("The mean is weighted too; it is added as it is.",
                        {"mu + Z @ W.T": "(Z + mu @ W) @ W.T"}),
            ),
        ),
        "linear_error": Task(
            "Returns one number.",
            linear,
            ("Code, decode, and compare with X.", "Sum the squares over the columns, mean over the samples, half."),
            (
                Mistake("The half is missing.", {" / 2": ""}),
                Mistake("It takes the mean over the columns too; their squares are summed.",
                        {".sum(axis=1).mean()": ".mean()"}),
                Mistake("The errors are not squared.",
                        {"((decode_linear(encode_linear(X, mu, W), mu, W) - X) ** 2)":
                         "np.abs(decode_linear(encode_linear(X, mu, W), mu, W) - X)"}),
                SUMMED,
            ),
        ),
        "linear_gradient": Task(
            "Returns the derivatives, (d, k).",
            linear,
            ("W occurs twice: as the decoder's weights and as the encoder's; the derivatives add up.",
             "As decoder's: R.T @ Z, with R the differences of the reconstructions from X, over the number of samples.",
             "As encoder's: (X - mu).T @ (R @ W)."),
            (
                Mistake("Only the decoder's use of W counts here; the encoder uses it too.",
                        {"R.T @ Z + (X - mu).T @ (R @ W)": "R.T @ Z"}),
                Mistake("Only the encoder's use of W counts here; the decoder uses it too.",
                        {"R.T @ Z + (X - mu).T @ (R @ W)": "(X - mu).T @ (R @ W)"}),
                Mistake("The mean over the samples is missing: divide by their number.", {" / len(X)": ""}),
                Mistake("The sign is the wrong one: reconstructions less X.",
                        {"(decode_linear(Z, mu, W) - X)": "(X - decode_linear(Z, mu, W))"}),
                Mistake("A factor 2 is too many: the error has a half.", {"R.T @ Z": "2 * R.T @ Z",
                                                                          "(X - mu).T @": "2 * (X - mu).T @"}),
                Mistake("In the encoder's part the mean is not taken away.", {"(X - mu).T": "X.T"}),
            ),
        ),
        "linear_descent": Task(
            "Yields weights and error after each step.",
            descents,
            ("The mean of the samples stays as it is.", "Against the gradient; then yield weights and their error."),
            (
                Mistake("It walks along the gradient; the error falls against it.", {"W - rate": "W + rate"}),
                Mistake("The samples are not centred: their mean is X.mean(axis=0).",
                        {"linear_gradient(X, X.mean(axis=0), W)": "linear_gradient(X, np.zeros(X.shape[1]), W)",
                         "linear_error(X, X.mean(axis=0), W)": "linear_error(X, np.zeros(X.shape[1]), W)"}),
                Mistake("It yields one state too many.", {"range(steps)": "range(steps + 1)"}),
            ),
        ),
        "sigmoid": Task(
            "Returns an array of the shape of Z.",
            sums,
            ("One over one plus an exponential.", "It is 1/2 at 0, and near 1 for large sums."),
            (
                Mistake("The sign in the exponential is the wrong one: it must rise with Z.", {"-Z": "Z"}),
                Mistake("It is tanh, which runs from -1 to 1.", {"1 / (1 + np.exp(-Z))": "np.tanh(Z)"}),
                Mistake("It is the slope; the sigmoid itself is asked for.",
                        {"1 / (1 + np.exp(-Z))": "np.exp(-Z) / (1 + np.exp(-Z)) ** 2"}),
            ),
        ),
        "encode": Task(
            "Returns the codes, (n, k), between 0 and 1.",
            encoders,
            ("Weighted sums and biases.", "Bend the sums."),
            (
                Mistake("The sums are not bent.", {"sigmoid(X @ W1 + b1)": "X @ W1 + b1"}),
                Mistake("The biases are missing.", {"X @ W1 + b1": "X @ W1"}),
                Mistake("The biases are added after the bend.", {"sigmoid(X @ W1 + b1)": "sigmoid(X @ W1) + b1"}),
            ),
        ),
        "decode": Task(
            "Returns the reconstructions, (n, d).",
            decoders,
            ("Weighted sums of the codes, and biases.", "Nothing is bent: a row may have any entries."),
            (
                Mistake("The reconstructions are bent; rows may have any entries.",
                        {"H @ W2 + b2": "sigmoid(H @ W2 + b2)"}),
                Mistake("The biases are missing.", {"H @ W2 + b2": "H @ W2"}),
                Mistake("The codes are bent a second time.", {"H @ W2 + b2": "sigmoid(H) @ W2 + b2"}),
            ),
        ),
        "corrupt": Task(
            "Returns noisy rows, (n, d).",
            noisy,
            ("rng.normal(size=…) gives standard normal numbers.", "Multiply them by the standard deviation, and add."),
            (
                Mistake("The rows are multiplied by noise; it is added.",
                        {"X + noise * rng.normal(size=X.shape)": "X * (1 + noise * rng.normal(size=X.shape))"}),
                Mistake("It multiplies by the root of noise, which is a standard deviation already.",
                        {"noise * rng": "np.sqrt(noise) * rng"}),
                Mistake("Every sample gets the same noise.", {"size=X.shape": "size=X.shape[1]"}),
            ),
        ),
        "sparsity": Task(
            "Returns one number, at least 0.",
            sparse,
            ("First the mean activity of each unit, over the samples.",
             "rho log(rho / mean) + (1 - rho) log((1 - rho) / (1 - mean)), summed over the units."),
            (
                Mistake("The divergence is that of single activities; take their mean over the samples first.",
                        {"H.mean(axis=0)": "H"}),
                Mistake("The mean is over the units; it is over the samples, axis=0.", {"axis=0": "axis=1"}),
                Mistake("The part of the inactive state, 1 - rho, is missing.",
                        {" + (1 - rho) * np.log((1 - rho) / (1 - mean))": ""}),
                Mistake("The two distributions are exchanged: rho log(rho / mean).",
                        {"rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))":
                         "mean * np.log(mean / rho) + (1 - mean) * np.log((1 - mean) / (1 - rho))"}),
            ),
        ),
        "sparsity_slope": Task(
            "Returns the derivatives by the codes, (n, k), with equal rows.",
            sparse,
            ("By the mean activity: (1 - rho) / (1 - mean) - rho / mean.",
             "Each sample has a share of 1 / n in the mean."),
            (
                Mistake("Each sample has a share of 1 / n in the mean: divide by the number of samples.",
                        {" / len(H)": ""}),
                Mistake("The sign is the wrong one: a unit that is too active has a positive slope.",
                        {"(1 - rho) / (1 - mean) - rho / mean": "rho / mean - (1 - rho) / (1 - mean)"}),
                Mistake("The part of the inactive state, 1 - rho, is missing.",
                        {"(1 - rho) / (1 - mean) - rho / mean": "-rho / mean"}),
            ),
        ),
        "contraction": Task(
            "Returns one number, at least 0.",
            contractive,
            ("Code j has the derivative h (1 - h) times the weight of column i.",
             "The squares, summed over columns and codes: (h (1 - h))² times the sum of a code's squared weights."),
            (
                Mistake("The slopes of the units are missing: it is the penalty of the weights alone.",
                        {"((H * (1 - H)) ** 2": "(np.ones_like(H)"}),
                Mistake("The slopes h (1 - h) are not squared.", {"((H * (1 - H)) ** 2": "((H * (1 - H))"}),
                Mistake("The half is missing.", {" / 2": ""}),
                SUMMED,
            ),
        ),
        "contraction_slopes": Task(
            "Returns the derivatives by codes, (n, k), and by weights, (d, k).",
            contractive,
            ("h (1 - h) has the derivative 1 - 2 h.",
             "By the codes: the half and the square's 2 cancel; divide by the number of samples.",
             "By the weights: each times the mean of the squared slopes of its code."),
            (
                Mistake("The factor 1 - 2 h is missing: the slope of a unit changes with its code.",
                        {" * (1 - 2 * H)": ""}),
                Mistake("By the weights, the slopes of the units are not squared.", {"(Q**2).mean": "Q.mean"}),
                Mistake("The mean over the samples is missing in the derivatives by the codes.", {" / len(H)": ""}),
                Mistake("A factor 2 is too many: the contraction has a half.",
                        {"return Q": "return 2 * Q", "W1 * (Q**2)": "2 * W1 * (Q**2)"}),
            ),
        ),
        "objective": Task(
            "Returns one number.",
            penalized,
            ("The codes are those of the noisy rows, the error is to the clean ones.",
             "Half of the mean squared distance, plus beta times sparsity and lam times contraction."),
            (
                Mistake("The clean rows are encoded; the network sees the noisy ones.",
                        {"encode(noisy, W1, b1)": "encode(X, W1, b1)"}),
                Mistake("The error is to the noisy rows; noise is not to be reproduced.",
                        {"- X) ** 2": "- noisy) ** 2"}),
                Mistake("The half is missing.", {" / 2": ""}),
                Mistake("The strengths of the penalties are exchanged.",
                        {"beta * sparsity(H, rho)": "lam * sparsity(H, rho)",
                         "lam * contraction(H, W1)": "beta * contraction(H, W1)"}),
            ),
        ),
        "gradient": Task(
            "Returns the derivatives by W1, (d, k), b1, (k,), W2, (k, d), and b2, (d,).",
            penalized,
            ("By the codes: R @ W2.T, plus the slopes of both penalties.",
             "Back through the bend: times H (1 - H); then noisy.T @ D, and the contraction's own part by W1.",
             "The decoder is as in a perceptron: H.T @ R, and the sum of R."),
            (
                Mistake("It does not go back through the bend: times H * (1 - H).", {"dH * H * (1 - H)": "dH"}),
                Mistake("W1 is led by the clean rows; the network saw the noisy ones.", {"noisy.T @ D": "X.T @ D"}),
                Mistake("The contraction depends on W1 directly, too: add lam * by_weights.",
                        {" + lam * by_weights": ""}),
                Mistake("The contraction changes with the codes, too: add lam * by_code.", {" + lam * by_code": ""}),
                Mistake("The sparsity is missing.", {" + beta * sparsity_slope(H, rho)": ""}),
                Mistake("The mean over the samples is missing: divide by their number.", {" / len(X)": ""}),
            ),
        ),
        "posterior": Task(
            "Returns means and logarithms of variances, (n, k) each.",
            posteriors,
            ("Two weighted sums of the same rows.", "Each with weights and biases of its own; nothing is bent."),
            (
                Mistake("It returns variances; their logarithms may be any number.",
                        {"X @ Wv + bv": "np.exp(X @ Wv + bv)"}),
                Mistake("The biases are missing.", {"X @ Wm + bm": "X @ Wm", "X @ Wv + bv": "X @ Wv"}),
                Mistake("Means and variances have weights of their own.", {"X @ Wv + bv": "X @ Wm + bv"}),
            ),
        ),
        "reparametrize": Task(
            "Returns the codes, (n, k).",
            moments,
            ("Mean plus standard deviation times draw.", "V is the logarithm of the variance: the root halves it."),
            (
                Mistake("It multiplies by the variance; the standard deviation is exp(V / 2).", {"V / 2": "V"}),
                Mistake("V is a logarithm: take its exponential.", {"np.exp(V / 2) * E": "V * E"}),
                Mistake("The mean is missing.", {"M + np.exp": "np.exp"}),
            ),
        ),
        "divergence": Task(
            "Returns one number for each sample, (n,), at least 0.",
            distributions,
            ("For each entry (m² + variance - log variance - 1) / 2.", "Sum over the entries of a code."),
            (
                Mistake("The sign of the logarithm is the wrong one.", {"- V - 1": "+ V - 1"}),
                Mistake("V is the logarithm of the variance: the variance is exp(V).", {"np.exp(V)": "V**2"}),
                Mistake("It takes the mean over the entries; divergences add up.", {".sum(axis=1)": ".mean(axis=1)"}),
                Mistake("The half is missing.", {" / 2": ""}),
                Mistake("The - 1 is missing, so that a standard normal code costs something.", {" - V - 1": " - V"}),
            ),
        ),
        "log_likelihood": Task(
            "Returns one number for each sample, (n,).",
            likely,
            ("The logarithm of a normal density around the reconstruction, with the variance s2 in each column.",
             "Minus half of: the squared distance over s2, plus log(2 pi s2) for each column."),
            (
                Mistake("The constant counts once; each column has it.", {"X.shape[1] * np.log": "np.log"}),
                Mistake("The squared distance is to be divided by the variance.", {" / s2": ""}),
                Mistake("The sign is the wrong one: near samples are likely.", {"return -(": "return ("}),
                Mistake("It divides by the root of the variance.", {" / s2": " / np.sqrt(s2)"}),
            ),
        ),
        "bound": Task(
            "Returns one number.",
            bounds,
            ("Means and variances of the codes, codes from the draws, reconstructions.",
             "The log-likelihood less the divergence, the mean over the samples."),
            (
                Mistake("The divergence is added; it lowers the bound.", {"- divergence(M, V)": "+ divergence(M, V)"}),
                Mistake("The means are decoded, not the random codes.", {"reparametrize(M, V, E)": "M"}),
                Mistake("The divergence is missing: without it the bound is none.", {" - divergence(M, V)": ""}),
                SUMMED,
            ),
        ),
        "bound_gradient": Task(
            "Returns the derivatives by Wm, bm, Wv, bv, W2 and b2, in their shapes.",
            bounds,
            ("R holds the derivatives by the reconstructions; dZ = R @ W2.T those by the random codes.",
             "M moves the code as it is, V by E exp(V / 2) / 2; both have a part from the divergence.",
             "Everything is divided by the number of samples."),
            (
                Mistake("The divergence has no part in the derivatives by the means: take M / n away.",
                        {"dZ - M / len(X)": "dZ"}),
                Mistake("The divergence has no part in the derivatives by V.", {" - (np.exp(V) - 1) / 2 / len(X)": ""}),
                Mistake("exp(V / 2) has the derivative exp(V / 2) / 2: a half is missing.",
                        {"np.exp(V / 2) / 2 -": "np.exp(V / 2) -"}),
                Mistake("The sign is the wrong one: the bound rises as the reconstructions come nearer.",
                        {"(X - decode(Z, W2, b2))": "(decode(Z, W2, b2) - X)"}),
                Mistake("The decoder's derivatives are led by the means; it was given the random codes.",
                        {"Z.T @ R": "M.T @ R"}),
                Mistake("The variance around the reconstructions is missing: divide by s2.", {" / s2": ""}),
            ),
        ),
    }
)  # fmt: skip
