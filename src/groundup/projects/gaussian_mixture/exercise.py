"""The exercise of Gaussian mixtures: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Seed, Task, case, numbers

LINE = np.array([[0.0], [1.0], [4.0], [6.0]])
PAIR = (np.array([0.5, 0.5]), np.array([[1.0], [4.0]]), np.ones((2, 1, 1)))
MOVE = "        pi, mu, Sigma = maximize(X, R)\n"  # Lines of the textbook's `em`.
SHOW = "        yield pi, mu, Sigma, log_likelihood(X, pi, mu, Sigma)\n"
UNEQUAL = (np.array([0.25, 0.75]), np.array([[0.0], [5.0]]), np.array([[[1.0]], [[4.0]]]))


def covariance(rng: np.random.Generator, d: int) -> Array:
    """Return a covariance matrix with two digits after the point."""
    A = numbers(rng, d, d)
    return np.asarray((A @ A.T + np.eye(d)).round(2))


def mixture(rng: np.random.Generator, K: int, d: int) -> tuple[Array, Array, Array]:
    """Return weights, means and covariances of a random mixture."""
    part = rng.integers(1, 6, K)
    weights = (part / part.sum()).round(2)
    weights[-1] = round(1 - weights[:-1].sum(), 2)
    return weights, numbers(rng, K, d), np.array([covariance(rng, d) for _ in range(K)])


def shares(rng: np.random.Generator, n: int, K: int) -> Array:
    """Return responsibilities with one digit after the point; some are zero."""
    cuts = np.sort(rng.integers(0, 11, (n, K - 1)), axis=1)
    ends = np.column_stack([np.zeros(n, dtype=int), cuts, np.full(n, 10)])
    return np.asarray(np.diff(ends, axis=1) / 10)


def normals(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, a mean and a covariance matrix."""
    yield case("one feature, variance 1", LINE, np.array([1.0]), np.array([[1.0]]))
    yield case("one feature, variance 4", LINE, np.array([4.0]), np.array([[4.0]]))
    yield case("two features that do not vary together", np.array([[0.0, 0.0], [2.0, 1.0]]), np.zeros(2),
               np.array([[4.0, 0.0], [0.0, 0.25]]))  # fmt: skip
    yield case("two features that vary together", numbers(rng, 5, 2), numbers(rng, 2), covariance(rng, 2))
    yield case("one sample, three features", numbers(rng, 1, 3), numbers(rng, 3), covariance(rng, 3))
    yield case("samples far from the mean", 100 + numbers(rng, 3, 2), np.zeros(2), covariance(rng, 2))


def mixtures(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, weights, means and covariances."""
    yield case("four samples on a line, two equal weights", LINE, *PAIR)
    yield case("unequal weights and variances", LINE, *UNEQUAL)
    yield case("three components, two features", numbers(rng, 6, 2), *mixture(rng, 3, 2))
    yield case("one component", numbers(rng, 4, 2), np.array([1.0]), numbers(rng, 1, 2), covariance(rng, 2)[None])
    yield case("one sample", numbers(rng, 1, 2), *mixture(rng, 2, 2))
    yield case("a sample a hundred standard deviations away", np.array([[0.0], [100.0], [-100.0]]), *UNEQUAL)
    yield case("thirty samples, four components", numbers(rng, 30, 3), *mixture(rng, 4, 3))


def joints(rng: np.random.Generator) -> Iterator[Case]:
    """Yield log-probabilities."""
    yield case("two samples, two components", np.array([[-1.0, -2.0], [-3.0, -3.0]]))
    yield case("three components", numbers(rng, 4, 3) - 2)
    yield case("one component", numbers(rng, 3, 1) - 2)
    yield case("log-probabilities below -745, whose exponential is zero", np.array([[-800.0, -801.0], [-2.0, -900.0]]))
    yield case("log-probabilities above 710, whose exponential is infinite", np.array([[720.0, 719.0], [1.0, 0.0]]))
    yield case("a component that counts for nothing", np.array([[-1.5, -1e6], [-2.5, -1e6]]))


def divided(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X and responsibilities."""
    yield case("every sample sure of its component", LINE, np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]))
    yield case("samples that are shared", LINE, np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.0, 1.0]]))
    yield case("two features, two components", numbers(rng, 7, 2), shares(rng, 7, 2))
    yield case("three components", numbers(rng, 12, 2), shares(rng, 12, 3))
    yield case("one component", numbers(rng, 5, 3), np.ones((5, 1)))
    yield case("samples far from the origin", 50 + numbers(rng, 8, 2), shares(rng, 8, 2))


def bounds(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, responsibilities and a mixture; the responsibilities are not those of its E-step."""
    half = np.full((4, 2), 0.5)
    yield case("every sample shared in halves", LINE, half, *PAIR)
    yield case("every sample sure of its component", LINE, np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]), *PAIR)
    yield case("unequal weights", LINE, np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.0, 1.0]]), *UNEQUAL)
    yield case("three components, two features", numbers(rng, 6, 2), shares(rng, 6, 3), *mixture(rng, 3, 2))
    yield case("one component", numbers(rng, 4, 2), np.ones((4, 1)), np.array([1.0]), numbers(rng, 1, 2),
               covariance(rng, 2)[None])  # fmt: skip


def runs(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, a mixture and a number of steps."""
    yield case("four samples on a line, one step", LINE, *PAIR, 1)
    yield case("four samples on a line, three steps", LINE, *PAIR, 3)
    yield case("unequal weights and variances", LINE, *UNEQUAL, 2)
    yield case("three components, two features", numbers(rng, 20, 2), *mixture(rng, 3, 2), 3)
    yield case("no step", LINE, *PAIR, 0)


def counts(rng: np.random.Generator) -> Iterator[Case]:
    """Yield numbers of components and of features."""
    for about, K, d in (
        ("two components, one feature", 2, 1),
        ("one component, two features", 1, 2),
        ("three components, two features", 3, 2),
        ("two components, five features", 2, 5),
        ("ten components, ten features", 10, 10),
    ):
        yield case(about, K, d)


def draws(rng: np.random.Generator) -> Iterator[Case]:
    """Yield a mixture, a number of samples and a generator."""
    yield case("two samples of two components", *PAIR, 2, Seed(0))
    yield case("unequal weights and variances", *UNEQUAL, 8, Seed(1))
    yield case("two features that vary together", *mixture(rng, 2, 2), 6, Seed(2))
    yield case("three components, three features", *mixture(rng, 3, 3), 12, Seed(3))
    yield case("one sample", *mixture(rng, 2, 2), 1, Seed(4))


LOG_DENSITY = Task(
    "Returns the logarithms of the densities, (n,).",
    normals,
    (
        "The density is exp(-z'z / 2) over the root of (2 pi)^d det(Sigma), where z = L⁻¹(x - mu) and Sigma = L L'.",
        "np.linalg.solve(L, (X - mu).T) has a column z for each sample: square it and sum over its first axis.",
        "The root of det(Sigma) is the product of the diagonal of L: its logarithm is the sum of logarithms.",
    ),
    (
        Mistake("The factor ½ of the squared distance is missing.", {"(Z**2).sum(axis=0) / 2": "(Z**2).sum(axis=0)"}),
        Mistake("The determinant is missing: a wide distribution would be as high as a narrow one.",
                {" - log_root": ""}),
        Mistake("The determinant counts fully; the density divides by its root.",
                {"np.log(np.diag(L)).sum()": "2 * np.log(np.diag(L)).sum()"}),
        Mistake("The constant (2π)^(d/2) is missing.", {" - X.shape[1] / 2 * np.log(2 * np.pi)": ""}),
        Mistake("The constant has to the power d/2: each feature brings a factor √(2π).",
                {"X.shape[1] / 2 * np.log(2 * np.pi)": "np.log(2 * np.pi) / 2"}),
        Mistake("It multiplies by Sigma's root where it should solve with it.",
                {"np.linalg.solve(L, (X - mu).T)": "L @ (X - mu).T"}),
        Mistake("It solves with Sigma; its root L measures in standard deviations.",
                {"np.linalg.solve(L, (X - mu).T)": "np.linalg.solve(Sigma, (X - mu).T)"}),
        Mistake("The mean is not subtracted.", {"(X - mu).T": "X.T"}),
        Mistake("It is the density; its logarithm is asked for.",
                {"return -(Z**2).sum(axis=0) / 2 - log_root - X.shape[1] / 2 * np.log(2 * np.pi)":
                 "return np.exp(-(Z**2).sum(axis=0) / 2 - log_root - X.shape[1] / 2 * np.log(2 * np.pi))"}),
    ),
)  # fmt: skip

JOINT = Task(
    "Returns the log-probabilities, (n, K): a row for each sample, a column for each component.",
    mixtures,
    (
        "A sample together with component k has the probability density pi[k] times the density of component k.",
        "The logarithm of a product is a sum. np.column_stack puts K arrays of n numbers side by side.",
    ),
    (
        Mistake("The weights of the components are missing.", {"np.log(pi[k]) + ": ""}),
        Mistake("The weight is added as it is; its logarithm is right.", {"np.log(pi[k])": "pi[k]"}),
        Mistake("The log-density is multiplied by the weight; logarithms add.",
                {"np.log(pi[k]) +": "pi[k] *"}),
        Mistake("Rows and columns are exchanged: samples are rows, components are columns.",
                {"np.column_stack(components)": "np.array(components)"}),
        Mistake("All components have the covariance of the first one.", {"Sigma[k]": "Sigma[0]"}),
        Mistake("These are probabilities; their logarithms are asked for.",
                {"np.column_stack(components)": "np.exp(np.column_stack(components))"}),
    ),
)  # fmt: skip

LOG_MARGINAL = Task(
    "Returns the log-densities of the mixture, (n,).",
    joints,
    (
        "The density of the mixture is the sum of exp(J) over the components; its logarithm is asked for.",
        "For J = -800 every exp(J) is zero. Subtract the largest entry of the row first, and add it in the end.",
    ),
    (
        Mistake("exp(J) is zero for a far sample: subtract the largest entry of each row first, add it in the end.",
                {"largest + np.log(np.exp(J - largest[:, None]).sum(axis=1))": "np.log(np.exp(J).sum(axis=1))"}),
        Mistake("The largest entry is subtracted and not added again.", {"return largest + ": "return "}),
        Mistake("It is the largest component only; the others add to it.",
                {"largest + np.log(np.exp(J - largest[:, None]).sum(axis=1))": "largest"}),
        Mistake("It is a mean over the components; their densities add up.", {".sum(axis=1)": ".mean(axis=1)"}),
        Mistake("It adds the logarithms; the densities themselves add up.",
                {"largest + np.log(np.exp(J - largest[:, None]).sum(axis=1))": "J.sum(axis=1)"}),
        Mistake("It is the density; its logarithm is asked for.",
                {"largest + np.log(np.exp(J - largest[:, None]).sum(axis=1))": "np.exp(J).sum(axis=1)"}),
        Mistake("It subtracts the largest entry of all samples; each row has its own.",
                {"J.max(axis=1)": "np.full(len(J), J.max())"}),
    ),
)  # fmt: skip

EXPECT = Task(
    "Returns the responsibilities, (n, K); each row sums to 1.",
    mixtures,
    (
        "Bayes' rule: the probability of sample and component together over that of the sample.",
        "In logarithms that is a difference: subtract log_marginal(J) from each column of J, then take exp.",
    ),
    (
        Mistake("These are the joint probabilities; divide by their sum over the components.",
                {"np.exp(J - log_marginal(J)[:, None])": "np.exp(J)"}),
        Mistake("It divides by the sum over the samples; the components of each sample compete.",
                {"np.exp(J - log_marginal(J)[:, None])": "np.exp(J) / np.exp(J).sum(axis=0)"}),
        Mistake("These are logarithms of responsibilities.",
                {"np.exp(J - log_marginal(J)[:, None])": "J - log_marginal(J)[:, None]"}),
        Mistake("The weights of the components are forgotten.",
                {"joint(X, pi, mu, Sigma)": "joint(X, np.full(len(pi), 1 / len(pi)), mu, Sigma)"}),
        Mistake("A sample is given wholly to its most probable component: that is k-means, not EM.",
                {"np.exp(J - log_marginal(J)[:, None])": "np.eye(len(pi))[J.argmax(axis=1)]"}),
        Mistake("exp(J) is zero for a far sample, so that 0 is divided by 0; subtract log_marginal(J) before exp.",
                {"np.exp(J - log_marginal(J)[:, None])": "np.exp(J) / np.exp(J).sum(axis=1)[:, None]"}),
    ),
)  # fmt: skip

MAXIMIZE = Task(
    "Returns three arrays: weights (K,), means (K, d), covariance matrices (K, d, d).",
    divided,
    (
        "N[k], the sum of column k of R, is how many samples component k has. The weights are N / n.",
        "The mean of component k is the mean of X with weights R[:, k]: their sum is N[k], not n.",
        "The covariance is the weighted mean of the products of X - mu[k] with itself, about the new mean.",
    ),
    (
        Mistake("The weights are never learned: they should be N / n.",
                {"return N / len(X)": "return np.full(len(N), 1 / len(N))"}),
        Mistake("The weights are the sums N; divide by the number of samples.", {"return N / len(X)": "return N"}),
        Mistake("The means are divided by the number of all samples; the component has N[k].",
                {"R.T @ X / N[:, None]": "R.T @ X / len(X)"}),
        Mistake("The mean is that of the samples whose most probable component it is: responsibilities are weights.",
                {"R.T @ X / N[:, None]":
                 "np.array([X[R.argmax(axis=1) == k].sum(axis=0) / max((R.argmax(axis=1) == k).sum(), 1) "
                 "for k in range(len(N))])"}),
        Mistake("The covariance is divided by the number of all samples; the component has N[k].",
                {"/ N[k]": "/ len(X)"}),
        Mistake("The covariance is not divided by N[k].", {" / N[k]": ""}),
        Mistake("The products of the covariance are not weighted by responsibility.", {"R[:, [k]] * ": ""}),
        Mistake("The covariance is about the mean of all samples; each component has its own.",
                {"(R[:, [k]] * (X - mu[k])).T @ (X - mu[k])":
                 "(R[:, [k]] * (X - X.mean(axis=0))).T @ (X - X.mean(axis=0))"}),
        Mistake("The mean is not subtracted in the covariance.",
                {"(R[:, [k]] * (X - mu[k])).T @ (X - mu[k])": "(R[:, [k]] * X).T @ X"}),
        Mistake("The responsibilities are squared in the covariance: they count once.",
                {"R[:, [k]] *": "R[:, [k]] ** 2 *"}),
    ),
)  # fmt: skip

LOG_LIKELIHOOD = Task(
    "Returns one number.",
    mixtures,
    (
        "log_marginal(joint(...)) has the log-density of each sample.",
        "Samples are independent, so their log-densities add up; here it is their mean.",
    ),
    (
        Mistake("It is the sum; here it is the mean.", {".mean()": ".sum()"}),
        Mistake("The sign is wrong: a likelihood is to be made large.", {"return log": "return -log"}),
        Mistake("It is the most probable component only; the density adds up all of them.",
                {"log_marginal(joint(X, pi, mu, Sigma))": "joint(X, pi, mu, Sigma).max(axis=1)"}),
        Mistake("It adds the log-densities of the components; take the logarithm after the sum.",
                {"log_marginal(joint(X, pi, mu, Sigma))": "joint(X, pi, mu, Sigma).sum(axis=1)"}),
        Mistake("It is the logarithm of the mean density; the mean of the logarithms is asked for.",
                {"log_marginal(joint(X, pi, mu, Sigma)).mean()":
                 "np.log(np.exp(log_marginal(joint(X, pi, mu, Sigma))).mean())"}),
        Mistake("The weights of the components are forgotten.",
                {"joint(X, pi, mu, Sigma)": "joint(X, np.ones(len(pi)), mu, Sigma)"}),
    ),
)  # fmt: skip

LOWER_BOUND = Task(
    "Returns one number.",
    bounds,
    (
        "It is the mean of R · joint, summed over the components, plus the entropy of R.",
        "The entropy of a row of R is -sum(r log r); 0 log 0 counts as 0. What is log(1)?",
    ),
    (
        Mistake("The entropy is missing.", {" + entropy": ""}),
        Mistake("The entropy has the wrong sign.", {" + entropy": " - entropy"}),
        Mistake("0 log 0 is nan: where a responsibility is zero it counts as 0.",
                {"np.where(R > 0, R, 1)": "R"}),
        Mistake("It is the sum; here it is the mean over the samples.", {" / len(X)": ""}),
        Mistake("The entropy is not divided by the number of samples.",
                {"(share.sum() + entropy) / len(X)": "share.sum() / len(X) + entropy"}),
        Mistake("It is the log-likelihood, which the bound equals only for the responsibilities of the E-step.",
                {"(share.sum() + entropy) / len(X)": "log_likelihood(X, pi, mu, Sigma)"}),
    ),
)  # fmt: skip

EM = Task(
    "Yields four values for each step: the new weights, means and covariances, and the mean log-density with them.",
    runs,
    (
        "E-step: R = expect(...). M-step: the new parameters are maximize(X, R).",
        "Both steps use the newest parameters; the log-density that is yielded is that of the new ones.",
    ),
    (
        Mistake("The log-density is that of the parameters before the M-step.",
                {MOVE + SHOW:
                 f"        value = log_likelihood(X, pi, mu, Sigma)\n{MOVE}        yield pi, mu, Sigma, value\n"}),
        Mistake("The parameters are yielded before the M-step; the new ones are asked for.",
                {MOVE + SHOW: SHOW + MOVE}),
        Mistake("The responsibilities are computed once; every step needs new ones.",
                {"    for _ in range(steps):\n        R = expect(X, pi, mu, Sigma)\n":
                 "    R = expect(X, pi, mu, Sigma)\n    for _ in range(steps):\n"}),
        Mistake("The weights are never learned: maximize returns them too.",
                {"        pi, mu, Sigma = maximize(X, R)": "        _, mu, Sigma = maximize(X, R)"}),
        Mistake("The covariances are never learned: maximize returns them too.",
                {"        pi, mu, Sigma = maximize(X, R)": "        pi, mu, _ = maximize(X, R)"}),
        Mistake("There is one step too few.", {"range(steps)": "range(steps - 1)"}),
        Mistake("The lower bound is yielded; the log-density of the new parameters is larger.",
                {"Sigma, log_likelihood(X, pi, mu, Sigma)": "Sigma, lower_bound(X, R, pi, mu, Sigma)"}),
    ),
)  # fmt: skip

FREE_PARAMETERS = Task(
    "Returns one whole number.",
    counts,
    (
        "There are K weights, K means of d numbers, and K symmetric matrices.",
        "The weights sum to 1, so K - 1 of them are free. A symmetric matrix has d (d + 1) / 2 different entries.",
    ),
    (
        Mistake("The weights sum to 1: only K - 1 of them are free.", {"(K - 1)": "K"}),
        Mistake("A covariance matrix is symmetric: d (d + 1) / 2 of its entries are free, not d².",
                {"K * d * (d + 1) // 2": "K * d * d"}),
        Mistake("Each component has a covariance matrix of its own.", {"K * d * (d + 1) // 2": "d * (d + 1) // 2"}),
        Mistake("Only the variances are counted; the covariances are free too.",
                {"K * d * (d + 1) // 2": "K * d"}),
        Mistake("The weights are not counted.", {"(K - 1) + ": ""}),
        Mistake("The means are not counted.", {" + K * d +": " +"}),
    ),
)  # fmt: skip

BIC = Task(
    "Returns one number.",
    mixtures,
    (
        "BIC is -2 times the log-likelihood of all samples, plus log n for each free parameter.",
        "log_likelihood gives the mean of n samples: multiply by n.",
    ),
    (
        Mistake("The mean log-density stands where the sum over all samples is right: multiply by n.",
                {"total = n * log": "total = log"}),
        Mistake("The factor 2 of the log-likelihood is missing.", {"-2 * total": "-total"}),
        Mistake("The sign of the log-likelihood is wrong: a large likelihood makes BIC small.",
                {"-2 * total": "2 * total"}),
        Mistake("The parameters are subtracted; each of them costs.", {" + free": " - free"}),
        Mistake("A parameter costs 2 here, which is AIC; in BIC it costs log n.", {"np.log(n)": "2"}),
        Mistake("A parameter costs n; log n is right.", {"np.log(n)": "n"}),
        Mistake("The parameters cost nothing.", {" + free_parameters(len(pi), d) * np.log(n)": ""}),
    ),
)  # fmt: skip

SAMPLE = Task(
    "Returns n samples, (n, d). rng.choice(K, size=n, p=…) draws the components first, then rng.normal(size=(n, d)) "
    "standard normal numbers.",
    draws,
    (
        "For z with independent standard normal entries, mu + L z has the mean mu and the covariance L L'.",
        "L[k] has a matrix for each sample, (n, d, d), where k are the components that were drawn.",
        'np.einsum("nij,nj->ni", L[k], Z) multiplies each sample by its own matrix.',
    ),
    (
        Mistake("The components are drawn with equal chances; their weights are the chances.", {", p=pi": ""}),
        Mistake("The covariance stands where its root L is right.", {"np.linalg.cholesky(Sigma)": "Sigma"}),
        Mistake("The roots of the entries of Sigma are taken; np.linalg.cholesky is the root of a matrix.",
                {"np.linalg.cholesky(Sigma)": "np.sqrt(np.abs(Sigma))"}),
        Mistake("L is transposed: L z has the covariance L L', and L' z has not.", {"nij,nj->ni": "nji,nj->ni"}),
        Mistake("The mean is missing.", {"mu[k] + ": ""}),
        Mistake("All samples have the covariance of the first component.", {"L[k]": "L[0 * k]"}),
        Mistake("Only the diagonal of L is used: the features then do not vary together.",
                {"np.linalg.cholesky(Sigma)": "np.linalg.cholesky(Sigma * np.eye(Sigma.shape[-1]))"}),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    {
        "log_density": LOG_DENSITY,
        "joint": JOINT,
        "log_marginal": LOG_MARGINAL,
        "expect": EXPECT,
        "maximize": MAXIMIZE,
        "log_likelihood": LOG_LIKELIHOOD,
        "lower_bound": LOWER_BOUND,
        "em": EM,
        "free_parameters": FREE_PARAMETERS,
        "bic": BIC,
        "sample": SAMPLE,
    }
)
