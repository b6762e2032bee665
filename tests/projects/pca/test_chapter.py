"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import PCA, IncrementalPCA, KernelPCA, TruncatedSVD
from groundup.projects.pca import textbook
from groundup.projects.pca.certificate import most_missed
from groundup.projects.pca.example import FAR, X, degrees, four_stones
from groundup.projects.pca.figures.digits import handwritten
from groundup.projects.pca.solvers.components import log_evidence

CHAPTER = (Path(groundup.__file__).parent / "projects" / "pca" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
MU = np.array([5.0, 3.0])
V = np.array([[3.0, -1.0], [1.0, 3.0]]) / np.sqrt(10)
S = np.array([[10.0, 3.0], [3.0, 2.0]])


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


def cloud(n, deviations, seed=0):
    """Normal rows with the given standard deviations along random axes."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((len(deviations), len(deviations))))[0]
    return rng.standard_normal((n, len(deviations))) * deviations @ turn.T


def eigenvalues(A):
    """Eigenvalues of AᵀA, largest first."""
    return np.linalg.svd(A, compute_uv=False) ** 2


# --- the worked example -----------------------------------------------------------------------------------------------


def test_four_stones_by_hand():
    # a worked example that a pencil contradicts
    worked = four_stones()
    exact = {
        "sum_11": 30, "sum_12": 9, "sum_22": 6, "total": 12, "determinant": 11, "amplitude": 5, "variance_1": 11,
        "variance_2": 1, "share_1": 11 / 12, "error": 3, "kept": 33, "scatter": 36, "noise": 1,
        "mahalanobis": 19.6 / 11 + 0.4, "inferred": 0.6, "filled": 3.6,
        "log_density": -(19.6 / 11 + 0.4 + np.log(11) + 2 * np.log(2 * np.pi)) / 2,
    }  # fmt: skip
    assert {key: worked[key] for key in exact} == pytest.approx(exact, rel=1e-12)
    lists = {
        "mean": [5, 3], "centred_1": [-4, -2], "centred_2": [-1, 1], "centred_3": [2, 1], "centred_4": [3, 0],
        "covariance": [10, 3, 3, 2], "axis_1": [0.9487, 0.3162], "axis_2": [-0.3162, 0.9487],
        "scores_1": [-14, -2, 7, 9], "scores_2": [-2, 4, 1, -3], "rebuilt_1": [0.8, 1.6],
        "power_1": [0.9578, 0.2873], "power_2": [0.9496, 0.3136], "rayleigh_1": [10.9908], "rayleigh_2": [10.9999],
        "uncentred": [0.8768, 0.4808], "uncentred_mean": [2.2], "uncentred_axis": [10.3], "far_right": [30, 9, 9, 6],
    }  # fmt: skip
    assert {key: decimals(worked[key]) for key in lists} == lists
    assert np.abs(np.array(decimals(worked["far_naive"])) - [30, 9, 9, 6]).min() >= 1


def test_numbers_typed_in_the_worked_example():
    # digits that the chapter prints as they stand
    assert_allclose(textbook.axes_of_covariance(S)[1], V)
    v = np.array([10.0, 3.0])
    assert (S @ v).tolist() == [109, 36]
    assert v @ S @ v / (v @ v) == pytest.approx(1198 / 109)
    tangents = [abs(V[:, 1] @ u / (V[:, 0] @ u)) for u in ([1.0, 0.0], v, S @ v)]
    assert_allclose(tangents, [1 / 3, 1 / 33, 1 / 363])
    assert (X.T @ X).tolist() == [[130, 69], [69, 42]]
    W = np.array([[3.0], [1.0]])
    assert (W @ W.T + np.eye(2)).tolist() == S.tolist()


def test_batches_find_the_axes_of_all_rows():
    # a stack without the row of the means, or with another factor
    A = cloud(12, [3.0, 2.0, 1.0]) + 7
    first, rest = A[:5], A[5:]
    step = np.sqrt(5 * 7 / 12) * (rest.mean(axis=0) - first.mean(axis=0))
    _, s, Vt = np.linalg.svd(first - first.mean(axis=0), full_matrices=False)
    stack = np.vstack([s[:, None] * Vt, rest - rest.mean(axis=0), step])
    assert_allclose(stack.T @ stack, 11 * textbook.covariance(A))
    two = IncrementalPCA(3).partial_fit(first).partial_fit(rest)
    assert_allclose(two.explained_variance_, textbook.axes_of_data(A)[0])


# --- theorems ---------------------------------------------------------------------------------------------------------


def test_spread_and_error_add_up_and_the_first_axes_are_best():
    # an error with n - 1 on one side only; an axis that is not the best
    A = cloud(30, [3.0, 2.0, 1.0, 0.5]) + 7
    mu, lam = A.mean(axis=0), textbook.axes_of_data(A)[0]
    total = np.square(A - mu).sum()
    rng = np.random.default_rng(1)
    for k in (1, 2, 3):
        best = 29 * lam[k:].sum()
        axes = textbook.axes_of_data(A)[1][:, :k]
        assert textbook.reconstruction_error(A, mu, axes) == pytest.approx(best)
        for _ in range(20):
            other = np.linalg.qr(rng.standard_normal((4, k)))[0]
            error = textbook.reconstruction_error(A, mu, other)
            assert error + 29 * np.trace(other.T @ textbook.covariance(A) @ other) == pytest.approx(total)
            moved = textbook.reconstruction_error(A, mu + rng.standard_normal(4), axes)
            assert min(error, moved) > best


def test_no_matrix_of_low_rank_is_nearer():
    # Eckart and Young in the wrong norm, or with the first singular value left out
    A = cloud(12, [3.0, 2.0, 1.0, 0.5])
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    near = U[:, :2] * s[:2] @ Vt[:2]
    assert np.linalg.norm(A - near) == pytest.approx(np.hypot(s[2], s[3]))
    assert np.linalg.norm(A - near, 2) == pytest.approx(s[2])
    rng = np.random.default_rng(2)
    for size in (1e-3, 1e-1, 1.0):
        B = (U[:, :2] * s[:2] + size * rng.standard_normal((12, 2))) @ (Vt[:2] + size * rng.standard_normal((2, 4)))
        assert np.linalg.norm(A - B) > np.linalg.norm(A - near)
        assert np.linalg.norm(A - B, 2) > np.linalg.norm(A - near, 2)


def test_linear_autoencoders_of_least_error_are_turned_axes():
    # the corollary with T on the wrong side
    A = cloud(12, [3.0, 2.0, 1.0, 0.5])
    first = np.linalg.svd(A)[2][:2].T
    T = np.array([[2.0, 1.0], [0.0, 0.5]])
    D, E = first @ T, np.linalg.inv(T) @ first.T
    assert np.square(A - A @ E.T @ D.T).sum() == pytest.approx(eigenvalues(A)[2:].sum())


def test_axes_of_nearly_equal_variance_turn_far():
    # the numbers of the statement on axes
    for delta, epsilon, angle in ((1e-3, 5e-4, 22.5), (0.0, 1e-12, 45.0)):
        v = textbook.axes_of_covariance(np.array([[1 + delta, epsilon], [epsilon, 1]]))[1][:, 0]
        assert np.degrees(np.arctan2(v[1], v[0])) == pytest.approx(angle, abs=0.05)


def test_the_least_relevant_axis_explains_nearly_everything():
    # "more than 99 %"
    assert 100 / (100 + 0.1**2 + 0.5**2) > 0.99


def test_uncentred_component_is_near_the_mean():
    # the bound with the other variance, or without the root
    for shift in (1.0, 5.0, 50.0):
        A = cloud(40, [3.0, 2.0, 1.0]) + shift * np.array([1.0, 2.0, 2.0])
        axis, mu = TruncatedSVD(1, random_state=0).fit(A).components_[0], A.mean(axis=0)
        cosine = axis @ mu / np.linalg.norm(mu)
        largest = np.linalg.eigvalsh(np.cov(A.T, bias=True))[-1]
        assert np.sqrt(1 - cosine**2) <= np.sqrt(largest) / np.linalg.norm(mu)


def test_uncentred_component_of_the_digits_is_the_mean_digit():
    # "up to 0.3°"
    X, axis = handwritten().X, TruncatedSVD(1, n_iter=10, random_state=0).fit(handwritten().X).components_[0]
    assert degrees(axis, X.mean(axis=0)) == pytest.approx(0.3, abs=0.05)


def test_likelihood_is_largest_at_the_axes():
    # a noise that is a sum, or a mean over all variances
    A = cloud(50, [3.0, 2.0, 1.0, 0.5])
    mu, lam = A.mean(axis=0), np.linalg.eigvalsh(np.cov(A.T, bias=True))[::-1]
    axes = textbook.axes_of_data(A)[1][:, :2]
    noise = textbook.noise_variance(lam, 2)
    best = textbook.log_density(A, mu, textbook.model_covariance(lam[:2], axes, noise)).mean()
    W = axes * np.sqrt(lam[:2] - noise)
    rng = np.random.default_rng(3)
    for size in (1e-3, 1e-2, 1e-1):
        for _ in range(10):
            other = W + size * rng.standard_normal(W.shape)
            C = other @ other.T + noise * np.exp(size * rng.standard_normal()) * np.eye(4)
            assert textbook.log_density(A, mu + size * rng.standard_normal(4), C).mean() < best
    scores, distance = textbook.transform(A, mu, axes), textbook.reconstruction_error(A[:1], mu, axes)
    squares = (scores[0] ** 2 / lam[:2]).sum() + distance / noise
    log_det = np.log(lam[:2]).sum() + 2 * np.log(noise)
    C = textbook.model_covariance(lam[:2], axes, noise)
    assert textbook.log_density(A[:1], mu, C) == pytest.approx(-(squares + log_det + 4 * np.log(2 * np.pi)) / 2)


def test_a_step_of_em_does_not_decrease_the_likelihood():
    # a step without the covariance of the scores: it decreases
    A = cloud(40, [3.0, 2.0, 1.0, 0.5])
    A[np.random.default_rng(4).random(A.shape) < 0.3] = np.nan
    mu, W, noise = np.zeros(4), np.ones((4, 1)), 1.0
    record = []
    for _ in range(30):
        C = W @ W.T + noise * np.eye(4)
        seen = [~np.isnan(x) for x in A]
        record.append(
            sum(textbook.log_density(x[None, o], mu[o], C[np.ix_(o, o)])[0] for x, o in zip(A, seen, strict=True))
        )
        mu, W, noise = textbook.update_axes(A, *textbook.infer_scores(A, mu, W, noise))
    assert (np.diff(record) > 0).all()


def test_power_iteration_turns_at_the_rate_of_the_theorem():
    # a rate of the variances where that of their squares is meant
    lam, axes = np.array([4.0, 3.0, 1.0]), np.linalg.qr(np.random.default_rng(5).standard_normal((3, 3)))[0]
    matrix = axes * lam @ axes.T
    start = axes @ np.array([0.3, 0.8, 0.5])
    tangent = np.hypot(0.8, 0.5) / 0.3
    for t, (v, rayleigh) in enumerate(textbook.power_iteration(matrix, start, steps=30), start=1):
        cosine = abs(axes[:, 0] @ v)
        sine = np.sqrt(1 - cosine**2)
        assert sine / cosine <= 0.75**t * tangent * (1 + 1e-9)
        assert 0 <= 4 - rayleigh <= 3 * sine**2 + 1e-12
    assert np.ceil(np.log(100) / -np.log(0.99)) == 459
    assert np.ceil(np.log(100) / np.log(11)) == 2


def test_random_range_finder_is_within_its_bound():
    # the bound with p in place of p - 1, or of the norm in place of its square, would be missed or idle
    k, p, draws = 2, 2, 4000
    s = np.array([5.0, 3.0, 1.0, 0.8, 0.6, 0.4, 0.2, 0.1])
    A = np.diag(s)
    rng = np.random.default_rng(6)
    squares, norms = [], []
    for _ in range(draws):
        Omega = rng.standard_normal((8, k + p))
        Q = textbook.range_finder(A, Omega, 0)
        squares.append(np.square(A - Q @ (Q.T @ A)).sum())
        first, others = Omega[:k], Omega[k:]
        deterministic = np.square(s[k:]).sum() + np.square(s[k:, None] * (others @ np.linalg.pinv(first))).sum()
        assert squares[-1] <= deterministic * (1 + 1e-12)
        Q = textbook.range_finder(A, Omega, 1)
        norms.append(np.linalg.norm(A - Q @ (Q.T @ A), 2))
    assert np.mean(squares) <= (1 + k / (p - 1)) * np.square(s[k:]).sum()
    assert np.mean(norms) <= ((1 + k / (p - 1)) * (s[k:] ** 6).sum()) ** (1 / 6)


def test_inverse_of_a_random_matrix_has_the_mean_of_the_proof():
    # k / p or k / (p + 1) in place of k / (p - 1)
    k, p = 3, 6
    rng = np.random.default_rng(7)
    squares = [np.square(np.linalg.pinv(rng.standard_normal((k, k + p)))).sum() for _ in range(20000)]
    assert np.mean(squares) == pytest.approx(k / (p - 1), rel=0.02)


def test_numbers_beside_the_bound():
    # 45.7, 3.6 and 1.7
    factors = [((1 + 10 / 9) * 990) ** (1 / (4 * q + 2)) for q in (0, 1, 3)]
    assert_allclose(factors, [45.7, 3.6, 1.7], rtol=0.02)


def test_missed_variance_is_bounded():
    # a bound that forgets what the axes themselves explain, or the coupling
    rng = np.random.default_rng(8)
    for k in (1, 2, 3):
        for size in (0.0, 0.05, 0.3, 2.0):
            A = cloud(30, [3.0, 2.5, 1.0, 0.5, 0.4])
            H = A.T @ A / np.square(A).sum()
            lam, axes = textbook.axes_of_covariance(H)
            guess = np.linalg.qr(axes[:, :k] + size * rng.standard_normal((5, k)))[0]
            rest = np.linalg.qr(np.hstack([guess, np.eye(5)]))[0][:, k:5]
            B = rest.T @ H @ rest
            sixth = np.trace(np.linalg.matrix_power(B, 6))
            theta = np.linalg.eigvalsh(guess.T @ H @ guess)
            terms = [j ** (5 / 6) * sixth ** (1 / 6) - theta[:j].sum() for j in range(k + 1)]
            bound = max(terms) + np.linalg.svd(rest.T @ H @ guess, compute_uv=False).sum()
            assert lam[:k].sum() - theta.sum() <= bound + 1e-12
            probes = np.full(20, sixth)
            assert lam[:k].sum() - theta.sum() <= most_missed(guess.T, (H @ guess).T, probes) + 1e-12


def test_probes_are_rarely_too_small():
    # 3.4 for another number of probes: the mean of 20 squares of normal numbers, drawn in blocks to save memory
    rng = np.random.default_rng(9)
    missed = sum((np.square(rng.standard_normal((50_000, 20))).mean(axis=1) < 1 / 3.4).sum() for _ in range(20))
    assert missed / 1e6 == pytest.approx(0.00094, abs=0.0001)


def test_kernel_scores_are_those_of_the_mapped_rows():
    # a table centred by rows alone; scores without the root of the eigenvalue
    A = cloud(15, [2.0, 1.0])
    mapped = np.column_stack([A[:, 0] ** 2, A[:, 1] ** 2, np.sqrt(2) * A[:, 0] * A[:, 1]])
    expected = PCA(3, svd_solver="full").fit_transform(mapped)
    assert_allclose(np.abs(textbook.kernel_scores((A @ A.T) ** 2, 3)), np.abs(expected), atol=1e-9)
    model = KernelPCA(3, kernel="poly", gamma=1, coef0=0, degree=2).fit(A)
    assert_allclose(np.abs(model.transform(A)), np.abs(expected), atol=1e-9)


def test_the_formula_of_the_evidence_is_that_of_the_code():
    # a sign, a half or a factor n lost between paper and code
    lam, n, d, k = np.array([5.0, 3.0, 1.0, 0.7, 0.5]), 40, 5, 2
    noise, m = lam[k:].mean(), d * k - k * (k + 1) / 2
    model = np.where(np.arange(d) < k, lam, noise)
    h = [(d - j + 1) / 2 for j in range(1, k + 1)]
    gamma = {2.5: 3 * np.sqrt(np.pi) / 4, 2.0: 1.0}
    value = sum(np.log(gamma[x] / (2 * np.pi**x)) for x in h) - n / 2 * np.log(lam[:k]).sum()
    value += -n * (d - k) / 2 * np.log(noise) + (m + k) / 2 * np.log(2 * np.pi) - k / 2 * np.log(n)
    pairs = [(i, j) for i in range(k) for j in range(i + 1, d)]
    value -= sum(np.log(n * (lam[i] - lam[j]) * (1 / model[j] - 1 / lam[i])) for i, j in pairs) / 2
    assert log_evidence(lam, k, n, d) == pytest.approx(value, rel=1e-12)


# --- numerical stability ----------------------------------------------------------------------------------------------


def lauchli(epsilon):
    """Läuchli's rows and their negatives."""
    L = np.array([[1, 1], [epsilon, 0], [0, epsilon]])
    return np.vstack([L, -L])


@pytest.mark.parametrize("epsilon", [1e-8, 1e-12])
def test_products_drown_small_singular_values(epsilon):
    # a solver "full" that forms products; a claim of the chapter that does not hold
    exact = 0.4 * np.array([2 + epsilon**2, epsilon**2])
    assert_allclose(PCA(svd_solver="full").fit(lauchli(epsilon)).explained_variance_, exact, rtol=1e-6)
    squared = PCA(svd_solver="covariance_eigh").fit(lauchli(epsilon)).explained_variance_
    assert_allclose(squared, [0.8, 0.0], atol=1e-15)


def test_far_from_the_origin():
    # a covariance matrix as a difference of large numbers
    far = X + FAR
    assert_allclose(PCA().fit(far).explained_variance_, [11, 1], rtol=1e-12)
    naive = far.T @ far - 4 * np.outer(far.mean(axis=0), far.mean(axis=0))
    assert np.abs(naive - 3 * S).min() >= 1


def test_whitened_rounding_is_noise_of_variance_one():
    # "divides rounding errors by their own size", and a library that does so
    A = cloud(200, [3.0, 2.0])
    A = np.column_stack([A, A.sum(axis=1)])
    lam, axes = textbook.axes_of_data(A)
    assert lam[2] < 1e-29 * lam[0]
    assert textbook.whiten(textbook.transform(A, A.mean(axis=0), axes), lam)[:, 2].std() > 0.1
    assert (PCA(svd_solver="full", whiten=True).fit_transform(A)[:, 2] == 0).all()


def test_powers_without_normalising_lose_directions():
    # 0.035
    assert pytest.approx(0.035, abs=5e-4) == (2.0**-53) ** (1 / 11)
    rng = np.random.default_rng(10)
    U, W = (np.linalg.qr(rng.standard_normal((6, 6)))[0] for _ in range(2))
    A, Omega = U * [1, 0.02, 1e-3, 1e-3, 1e-3, 1e-3] @ W.T, rng.standard_normal((6, 2))
    columns = A @ Omega
    for _ in range(5):
        columns = A @ (A.T @ columns)
    found = [np.linalg.norm(Q.T @ U[:, 1]) for Q in (np.linalg.qr(columns)[0], textbook.range_finder(A, Omega, 5))]
    assert found[0] < 0.99
    assert found[1] == pytest.approx(1, abs=1e-9)


# --- exercises --------------------------------------------------------------------------------------------------------


def test_answers_with_a_pencil():
    # solutions that do not solve
    points = np.array([[5.0, 5], [1, 3], [4, 6], [2, 2]])
    lam, axes = textbook.axes_of_data(points)
    assert_allclose(points.mean(axis=0), [3, 4])
    assert_allclose(textbook.covariance(points), np.array([[10, 8], [8, 10]]) / 3)
    assert_allclose(lam, [6, 2 / 3])
    assert_allclose(np.abs(axes), np.sqrt(0.5))
    assert textbook.explained_share(lam)[0] == pytest.approx(0.9)
    shares = np.cumsum(textbook.explained_share(np.array([6.0, 3, 2, 1])))
    assert_allclose(shares[:3], [0.5, 0.75, 0.917], atol=5e-4)
    assert textbook.noise_variance(np.array([6.0, 3, 2, 1]), 2) == 1.5
    lam, axes = textbook.axes_of_data(X * [1, 10])
    assert_allclose(lam, [204.62, 5.38], atol=5e-3)
    assert_allclose(axes[:, 0], [0.152, 0.988], atol=5e-4)
    assert lam[0] / lam.sum() == pytest.approx(0.974, abs=5e-4)
    assert np.log(1000) / np.log(4 / 3) == pytest.approx(24.01, abs=5e-3)
    assert np.log(1000) / np.log(3) == pytest.approx(6.29, abs=5e-3)
    assert np.degrees(np.arcsin(np.sqrt(8.25 / 34))) == pytest.approx(29.5, abs=0.05)


def test_answer_on_the_fifth_stone():
    # the variance of a filled entry without the noise
    mean, covariance = textbook.infer_scores(np.array([[7.0, np.nan]]), MU, np.array([[3.0], [1.0]]), 1.0)
    assert mean[0, 0] == pytest.approx(0.6)
    assert covariance[0, 0, 0] == pytest.approx(0.1)
    assert covariance[0, 0, 0] + 1 == pytest.approx(2 - 9 / 10)


def test_answer_on_the_square():
    # the matrices of the solution
    corners = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    for delta in (0.5, 1e-3):
        out = corners + np.array([[delta, delta], [0, 0], [0, 0], [0, 0]])
        assert_allclose(3 * textbook.covariance(out), 4 * np.eye(2) + 2 * delta + 0.75 * delta**2)
        aside = corners + np.array([[delta, -delta], [0, 0], [0, 0], [0, 0]])
        off = np.array([[2 * delta, -0.75 * delta**2], [-0.75 * delta**2, -2 * delta]])
        assert_allclose(3 * textbook.covariance(aside), (4 + 0.75 * delta**2) * np.eye(2) + off)


def test_answer_on_perturbed_axes():
    # the bound without its factor of two is wrong
    rng = np.random.default_rng(11)
    for _ in range(50):
        E = rng.standard_normal((3, 3)) * rng.uniform(0, 0.3)
        E += E.T
        u = textbook.axes_of_covariance(np.diag([3.0, 2.0, 1.0]) + E)[1][:, 0]
        assert np.hypot(u[1], u[2]) <= 2 * np.linalg.norm(E, 2)


def test_answer_on_regression():
    # weights with singular values upside down
    A = cloud(20, [3.0, 2.0, 1.0])
    A -= A.mean(axis=0)
    y = A @ [1.0, -1.0, 2.0] + np.random.default_rng(12).standard_normal(20)
    y -= y.mean()
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    Z = A @ Vt[:2].T
    w = Vt[:2].T @ np.linalg.lstsq(Z, y)[0]
    assert_allclose(w, Vt[:2].T @ (U[:, :2].T @ y / s[:2]))
    assert_allclose(A @ w, U[:, :2] @ (U[:, :2].T @ y))


def test_answer_on_lauchli():
    # certificates that fail where the chapter says they hold
    for solver, variances in (("full", [0.8, 4e-17]), ("covariance_eigh", [0.8, 0.0])):
        model = PCA(svd_solver=solver).fit(lauchli(1e-8))
        assert_allclose(model.explained_variance_, variances, atol=1e-22 if solver == "full" else 1e-15)
        assert model.certificate_.holds


def test_answer_on_noise():
    # the numbers of the solution
    rows = np.random.default_rng(0).standard_normal((100, 50))
    variance = PCA(svd_solver="full").fit(rows).explained_variance_
    assert_allclose(variance[[0, -1]], [2.60, 0.097], atol=5e-3)
    assert_allclose([(1 + np.sqrt(0.5)) ** 2, (1 - np.sqrt(0.5)) ** 2], [2.91, 0.086], atol=5e-3)
    assert (variance > 1).sum() == 21


def test_answer_on_the_missing_width():
    # EM that stops early, or fills with the mean
    gap = X.copy()
    gap[2, 1] = np.nan
    model = PCA(1, svd_solver="em").fit(gap)
    beyond = np.sqrt(model.explained_variance_ - model.noise_variance_)
    W = model.components_.T * beyond
    Z, _ = textbook.infer_scores(gap, model.mean_, W, model.noise_variance_)
    filled = model.mean_[1] + W[1] @ Z[2]
    assert filled == pytest.approx(124 / 37, abs=1e-5)
    assert [filled, np.nanmean(gap[:, 1])] == pytest.approx([3.351, 2.667], abs=5e-4)
    complete = np.polyfit(gap[[0, 1, 3], 0], gap[[0, 1, 3], 1], 1)
    assert np.polyval(complete, 7) == pytest.approx(124 / 37)


def test_the_bugs_are_bugs():
    # a listing without the defect, or a test that does not see it
    names = {"np": np}
    for listing in LISTINGS:
        exec(listing, names)
    assert {"transform", "fit"} <= set(names)
    assert names["transform"](X[:1], V).tolist() == [[0, 0]]
    assert not np.allclose(names["transform"](X, V)[:1], 0)
    far = cloud(20, [3.0, 2.0, 1.0]) + 50
    mu, _, all_axes = names["fit"](far, 3)
    assert_allclose(textbook.reconstruction_error(far, mu, all_axes), 0, atol=1e-20)
    one = textbook.reconstruction_error(far, mu, names["fit"](far, 1)[2])
    assert one > 2 * textbook.reconstruction_error(far, mu, textbook.axes_of_data(far)[1][:, :1])
