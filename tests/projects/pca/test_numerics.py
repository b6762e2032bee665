"""Ranges, scales and small remainders: where a straightforward formula silently loses all digits."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse

import groundup
from groundup.core.storage import FileFormatError
from groundup.projects.pca.solvers.krylov import orthonormal

RNG = np.random.default_rng(4)
X = RNG.normal(size=(100, 5)) * [5.0, 4.0, 3.0, 2.0, 1.0]
HOLES = np.where(RNG.random(X.shape) < 0.2, np.nan, X)
CONSTANT = np.where(np.isnan(HOLES), np.nan, 0.1)


@pytest.mark.parametrize("solver", ["auto", "covariance_eigh"])
def test_columns_of_very_different_scale_keep_their_variance(solver):
    # eigenvalues of the covariance matrix below its rounding, set to zero although scikit-learn finds them
    rows = np.random.default_rng(0).normal(size=(200, 4)) * [1e-3, 1e9, 0.0, 1.0]
    exact = groundup.PCA(svd_solver="full").fit(rows)
    model = groundup.PCA(svd_solver=solver).fit(rows)
    np.testing.assert_allclose(model.explained_variance_, exact.explained_variance_, rtol=1e-8)
    assert exact.explained_variance_[2] == pytest.approx(1e-6, rel=0.2)
    np.testing.assert_allclose(np.abs(model.components_), np.abs(exact.components_), atol=1e-8)
    np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(4), atol=1e-12)
    assert model.certificate_.holds


@pytest.mark.parametrize("solver", ["auto", "arpack", "covariance_eigh", "power"])
def test_small_noise_is_not_a_difference_of_sums(solver):
    # the noise is 1e-20 of the variance: total less explained is rounding, and the density that of another model
    rng = np.random.default_rng(1)
    rows = 1e4 * rng.normal(size=(400, 2)) @ rng.normal(size=(2, 300)) + 1e-6 * rng.normal(size=(400, 300))
    exact = groundup.PCA(2, svd_solver="full").fit(rows)
    model = groundup.PCA(2, svd_solver=solver, random_state=0).fit(rows)
    assert exact.noise_variance_ == pytest.approx(1e-12, rel=0.05)
    assert model.noise_variance_ == pytest.approx(exact.noise_variance_, rel=1e-4)
    assert model.score(rows) == pytest.approx(exact.score(rows), rel=1e-4)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_minkas_estimate_does_not_depend_on_the_unit(factor):
    # a variance that is compared with a number of its own
    rows = np.random.default_rng(3).normal(size=(30, 6)) * [3.0, 2.0, 1.4, 1.2, 1.0, 1.0]
    expected = groundup.PCA("mle").fit(rows).n_components_
    assert groundup.PCA("mle").fit(factor * rows).n_components_ == expected > 1


def test_minkas_estimate_counts_weights():
    # the number of rows in the place of the number of samples
    rows = np.random.default_rng(3).normal(size=(30, 6)) * [3.0, 2.0, 1.4, 1.2, 1.0, 1.0]
    weighted = groundup.PCA("mle").fit(rows, sample_weight=np.full(30, 20.0))
    assert weighted.n_components_ == groundup.PCA("mle").fit(np.repeat(rows, 20, axis=0)).n_components_ == 5


def test_a_share_in_single_precision_is_a_share():
    # a number that is no Python float, rounded to no axes
    assert groundup.PCA(np.float32(0.9)).fit(X).n_components_ == groundup.PCA(0.9).fit(X).n_components_ == 4


def test_weights_of_any_size_turn_the_axes_of_oja_equally():
    # a step that grows with the unit of the weights
    one = groundup.PCA(2, svd_solver="oja", random_state=0).fit(X)
    many = groundup.PCA(2, svd_solver="oja", random_state=0).fit(X, sample_weight=np.full(100, 2.0**400))
    np.testing.assert_allclose(many.components_, one.components_, rtol=1e-12)


def test_sparse_rows_with_one_column_far_from_zero():
    # products of which the mean is subtracted, as soon as another column has a zero
    rows = np.where(RNG.random((400, 6)) < 0.3, np.round(RNG.normal(size=(400, 6)) * 64) / 64, 0.0)
    rows[:, 0] = np.round(RNG.normal(size=400) * 64) / 64
    rows[:, 1] += np.where(rows[:, 1] != 0, rows[:, 0], 0.0)
    near = groundup.PCA(2, svd_solver="full").fit(rows)
    rows[:, 0] += 2.0**40
    far = groundup.PCA(2).fit(scipy.sparse.csr_array(rows))
    np.testing.assert_allclose(
        far.transform(scipy.sparse.csr_array(rows)), near.transform(rows - [2.0**40, 0, 0, 0, 0, 0]), atol=1e-8
    )
    np.testing.assert_allclose(
        far.score_samples(scipy.sparse.csr_array(rows)), near.score_samples(rows - [2.0**40, 0, 0, 0, 0, 0]), atol=1e-7
    )


# --- resuming -------------------------------------------------------------------------------------------------------


def test_more_steps_are_taken_from_the_last_state():
    # a last state that has lost the subspace
    rows = np.random.default_rng(0).normal(size=(300, 200))
    few, many = (groundup.PCA(5, svd_solver="arpack", max_iter=steps, random_state=0).steps for steps in (2, 2000))
    *_, last = few(rows)
    *_, resumed = many(rows, start=last)
    *_, whole = many(rows)
    assert last.iteration == 2
    assert resumed.iteration == whole.iteration > 3
    np.testing.assert_array_equal(resumed.axes, whole.axes)


SOLVERS = ("full", "arpack", "power", "oja", "em")
ALLOWED = {"full": "'full' or 'covariance_eigh'", "arpack": "'arpack' or 'randomized'"}


@pytest.mark.parametrize("came", SOLVERS)
@pytest.mark.parametrize("taken", SOLVERS)
def test_a_state_of_another_solver_is_refused(came, taken):
    """Catches a memory that another algorithm reads as its own: an answer that is wrong, or an error about shapes."""
    state = next(groundup.PCA(2, svd_solver=came, random_state=0).steps(X))
    model = groundup.PCA(2, svd_solver=taken, random_state=0, max_iter=2)
    if came == taken:
        assert all(later.iteration > state.iteration for later in model.steps(X, start=state))
        if came != "full":
            with pytest.raises(ValueError, match="start is a state of 5 columns, but X has 4"):
                list(model.steps(X[:, :4], start=state))
        return
    given, allowed = ALLOWED.get(came, repr(came)), ALLOWED.get(taken, repr(taken))
    with pytest.raises(ValueError, match=f"a state of svd_solver {given}; allowed are states of svd_solver {allowed}"):
        list(model.steps(X, start=state))
    with pytest.raises(ValueError, match="allowed are states of svd_solver 'arpack' or 'randomized', or None"):
        list(groundup.TruncatedSVD(2).steps(X, start=next(groundup.PCA(2, svd_solver="oja").steps(X))))


# --- missing entries ------------------------------------------------------------------------------------------------


def test_missing_entries_far_from_zero():
    # a mean that cannot be stored: around 2^50 floats are 1/4 apart
    rows = np.round(HOLES)
    near, far = (groundup.PCA(2, svd_solver="em").fit(table) for table in (rows, rows + 2.0**50))
    np.testing.assert_allclose(far.components_, near.components_, atol=1e-12)
    np.testing.assert_allclose(far.explained_variance_, near.explained_variance_, rtol=1e-12)
    np.testing.assert_allclose(far.transform(rows + 2.0**50), near.transform(rows), atol=1e-8)
    np.testing.assert_allclose(far.score_samples(rows + 2.0**50), near.score_samples(rows), atol=1e-8)


def test_constant_columns_with_missing_entries():
    # a mean of rounded sums, whose differences are taken for a variance
    model = groundup.PCA(2, svd_solver="em").fit(CONSTANT)
    assert model.explained_variance_.tolist() == [0.0, 0.0]
    assert (model.transform(CONSTANT) == 0).all()
    assert model.score(CONSTANT) == 0.0
    assert model.score_samples([[0.1, np.nan, 0.1, 0.2, 0.1]]) == [-np.inf]


@pytest.mark.parametrize("factor", [1e200, 1e-200])
def test_squares_of_missing_entries_leave_the_range(factor):
    # an error of the linear algebra that names no remedy
    with pytest.raises(ValueError, match="X: column 0 has entries of size"):
        groundup.PCA(2, svd_solver="em").fit(HOLES * factor)


# --- batches --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1e200, 1e-200])
def test_squares_of_a_batch_leave_the_range(factor):
    # infinite variances, or none, in silence
    with pytest.raises(ValueError, match="X: column 0 has entries of size"):
        groundup.IncrementalPCA(2).partial_fit(X * factor)


def test_a_batch_without_names_is_told_once():
    # columns that are compared twice
    pandas = pytest.importorskip("pandas")
    model = groundup.IncrementalPCA(2).partial_fit(pandas.DataFrame(X, columns=list("abcde")))
    with pytest.warns(UserWarning, match="does not have valid feature names") as told:
        model.partial_fit(X)
    assert len(told) == 1


# --- kernels --------------------------------------------------------------------------------------------------------


def test_kernel_values_that_are_no_numbers():
    # eigenvalues of zero, in silence
    with pytest.raises(ValueError, match="kernel='poly' is nan for row"):
        groundup.KernelPCA(2, kernel="poly", degree=2.5).fit(X)
    with pytest.raises(ValueError, match="the kernel function is nan for row 0"):
        groundup.KernelPCA(2, kernel=lambda x, y: np.nan).fit(X)
    with pytest.raises(ValueError, match="X: column 0 has entries of size"):
        groundup.KernelPCA(2).fit(X * 1e200)
    model = groundup.KernelPCA(2, kernel="poly", degree=2.5, gamma=1e-3).fit(X)
    with pytest.raises(ValueError, match="kernel='poly' is nan for row 1"):
        model.transform(np.vstack([X[:1], -1e3 * X[:1]]))
    with pytest.raises(ValueError, match="kernel='poly' is"):
        groundup.KernelPCA(2, kernel="poly", degree=2.5, gamma=1e-3, fit_inverse_transform=True).fit(1000 * X)


@pytest.mark.parametrize("factor", [1e-200, 1e200])
@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array])
def test_cosines_do_not_depend_on_the_unit(factor, form):
    # lengths that underflow or overflow
    one = groundup.KernelPCA(2, kernel="cosine").fit(form(X))
    other = groundup.KernelPCA(2, kernel="cosine").fit(form(X * factor))
    np.testing.assert_allclose(other.eigenvalues_, one.eigenvalues_)
    np.testing.assert_allclose(one.eigenvalues_, [34.7, 30.5], rtol=0.2)


def test_a_precomputed_table_with_rows_of_weight_zero(tmp_path):
    # values with rows that the fit left out
    weight = np.where(np.arange(100) < 10, 0.0, 1.0)
    model = groundup.KernelPCA(2, kernel="precomputed").fit(X @ X.T, sample_weight=weight)
    expected = groundup.KernelPCA(2).fit(X[10:]).transform(X)
    np.testing.assert_allclose(np.abs(model.transform(X @ X.T)), np.abs(expected), atol=1e-10)
    groundup.save(model, tmp_path / "model.npz")
    loaded = groundup.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(loaded.transform(X @ X.T), model.transform(X @ X.T))


# --- saving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", ["linear", "rbf", "cosine"])
def test_a_model_of_sparse_rows_comes_back(kernel, tmp_path):
    # sparse rows that a file cannot hold
    rows = scipy.sparse.random_array((60, 9), density=0.3, rng=np.random.default_rng(0), format="csr")
    model = groundup.KernelPCA(2, kernel=kernel).fit(rows)
    groundup.save(model, tmp_path / "model.npz")
    loaded = groundup.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(loaded.transform(rows), model.transform(rows))
    none = groundup.PCA(0).fit(X)
    groundup.save(none, tmp_path / "none.npz")
    assert groundup.load(tmp_path / "none.npz").transform(X).shape == (100, 0)


def test_sparse_rows_of_a_file_are_not_believed(tmp_path):
    # entries outside of the rows, which products would read or write
    rows = scipy.sparse.random_array((60, 9), density=0.3, rng=np.random.default_rng(0), format="csr")
    model = groundup.KernelPCA(2).fit(rows)
    good = model.X_fit_
    high, falling = good.indices.copy(), good.indptr.copy()
    high[5] = 9
    falling[[3, 4]] = falling[[4, 3]]
    for bad in (
        replace(good, indices=high),
        replace(good, indices=-high),
        replace(good, indptr=falling),
        replace(good, indptr=good.indptr[:-1]),
        replace(good, data=good.data[:-1]),
        replace(good, data=good.data.astype(complex)),
    ):
        model.X_fit_ = bad
        groundup.save(model, tmp_path / "model.npz")
        with pytest.raises(FileFormatError, match="is damaged: sparse rows"):
            groundup.load(tmp_path / "model.npz")
    model.X_fit_ = replace(good, data=good.data * np.nan)
    with pytest.raises(ValueError, match="X_fit_ with entries that are not finite"):
        groundup.save(model, tmp_path / "model.npz")


def test_densities_are_averaged_by_weight():
    # a mean of the rows, without their weights
    model = groundup.PCA(2).fit(X)
    weight = np.arange(100.0)
    expected = np.average(model.score_samples(X), weights=weight)
    assert model.score(X, sample_weight=weight) == pytest.approx(expected, rel=1e-12)
    assert abs(model.score(X) - expected) > 1e-3


def test_columns_without_a_direction_are_replaced():
    # a block of zeros: its first unit vectors are in the basis already
    basis = np.eye(50)[:, :6]
    whole = np.hstack([basis, orthonormal(np.zeros((50, 3)), basis)])
    np.testing.assert_allclose(whole.T @ whole, np.eye(9), atol=1e-14)


def test_pre_images_count_weights():
    # a penalty that grows with the weight
    weight = np.where(np.arange(100) < 30, 3.0, 1.0)
    repeated = np.vstack([X, X[:30], X[:30]])
    parameters = {"n_components": 3, "kernel": "rbf", "gamma": 0.05, "fit_inverse_transform": True}
    one = groundup.KernelPCA(**parameters).fit(X, sample_weight=weight)
    other = groundup.KernelPCA(**parameters).fit(repeated)
    np.testing.assert_allclose(
        one.inverse_transform(one.transform(X)), other.inverse_transform(other.transform(X)), atol=1e-8
    )


@pytest.mark.parametrize("falls", [1.5, 2.0])
def test_faint_axes_of_randomized_keep_their_digits(falls):
    """Catches single precision where the variances of later axes are below its rounding errors."""
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.normal(size=(n, 40)))[0] for n in (400, 300))
    X = (left * falls ** -np.arange(40)) @ right.T
    model = groundup.PCA(20, svd_solver="randomized", random_state=0).fit(X)
    exact = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)[:20]
    np.testing.assert_allclose(model.singular_values_, exact, rtol=1e-3)


def test_a_certificate_names_its_matrix():
    """Catches the claim of eigenvectors of the covariance matrix for rows that are not centred, and for a kernel."""
    X = np.random.default_rng(0).normal(size=(40, 3)) + 5
    claims = {kind: kind(2).fit(X).certificate_.claim for kind in (groundup.PCA, groundup.KernelPCA)}
    svd = groundup.TruncatedSVD(2, algorithm="arpack").fit(X).certificate_.claim
    assert "covariance matrix" in claims[groundup.PCA]
    assert "kernel table" in claims[groundup.KernelPCA]
    assert "covariance" not in svd
