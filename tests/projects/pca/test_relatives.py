"""IncrementalPCA, KernelPCA and TruncatedSVD against scikit-learn."""

import numpy as np
import pytest
import scipy.sparse
import sklearn.decomposition

import groundup

RNG = np.random.default_rng(2)
X = RNG.normal(size=(83, 7)) * 0.8 ** np.arange(7) @ np.linalg.qr(RNG.normal(size=(7, 7)))[0] + 3
NEW = RNG.normal(size=(5, 7)) + 3
SPARSE = scipy.sparse.random_array((150, 90), density=0.1, rng=np.random.default_rng(0), format="csr")


def assert_alike(model, peer, names, rtol=1e-10):
    """Compare attributes relative to the largest entry."""
    for name in names:
        expected = np.asarray(getattr(peer, name))
        size = float(np.abs(expected).max(initial=1e-300))
        np.testing.assert_allclose(getattr(model, name), expected, rtol=rtol, atol=rtol * size, err_msg=name)


BATCHED = (
    "components_", "explained_variance_", "explained_variance_ratio_", "singular_values_", "mean_", "var_",
    "noise_variance_", "n_components_", "n_samples_seen_", "batch_size_",
)  # fmt: skip


@pytest.mark.parametrize("k", [None, 1, 3, 7])
@pytest.mark.parametrize("size", [None, 10, 20, 200])
@pytest.mark.parametrize("whiten", [False, True])
def test_batches_of_scikit_learn(k, size, whiten):
    # a last batch that is too short, a mean that is not corrected, a noise of another batch
    model = groundup.IncrementalPCA(k, batch_size=size, whiten=whiten).fit(X)
    peer = sklearn.decomposition.IncrementalPCA(k, batch_size=size, whiten=whiten).fit(X)
    assert_alike(model, peer, BATCHED)
    np.testing.assert_allclose(model.transform(NEW), peer.transform(NEW), atol=1e-9)


def test_batches_one_by_one_are_a_fit():
    # another path for partial_fit
    model, whole = groundup.IncrementalPCA(3), groundup.IncrementalPCA(3, batch_size=20).fit(X[:80])
    for rows in range(0, 80, 20):
        model.partial_fit(X[rows : rows + 20])
    np.testing.assert_allclose(model.components_, whole.components_, rtol=1e-12, atol=1e-12)
    far = groundup.IncrementalPCA(3, batch_size=20).fit(X + 2.0**30)
    np.testing.assert_allclose(far.components_, groundup.IncrementalPCA(3, batch_size=20).fit(X).components_, atol=1e-6)


KERNELS = {
    "linear": {},
    "rbf": {"gamma": 0.1},
    "poly": {"gamma": 0.1, "degree": 2, "coef0": 0.5},
    "cosine": {},
    "sigmoid": {"gamma": 0.001},
}


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("solver", ["dense", "arpack", "randomized"])
def test_kernels_of_scikit_learn(kernel, solver):
    # a kernel's constant, centring of new rows by their own means, a pre-image without its penalty
    parameters = {"kernel": kernel, "eigen_solver": solver, "fit_inverse_transform": True, "random_state": 0}
    if solver == "randomized":
        parameters["iterated_power"] = 30
    model = groundup.KernelPCA(3, **parameters, **KERNELS[kernel]).fit(X)
    peer = sklearn.decomposition.KernelPCA(3, **{**parameters, "eigen_solver": "dense"}, **KERNELS[kernel]).fit(X)
    assert_alike(model, peer, ("eigenvalues_", "eigenvectors_", "X_transformed_fit_", "dual_coef_", "gamma_"), 1e-8)
    np.testing.assert_allclose(model.transform(NEW), peer.transform(NEW), atol=1e-9)
    np.testing.assert_allclose(
        model.inverse_transform(model.transform(NEW)), peer.inverse_transform(peer.transform(NEW))
    )
    assert model.certificate_.holds


def test_precomputed_and_called_kernels():
    # a table that is computed again, arguments that are not passed on
    def laplace(x, y, width):
        return np.exp(-np.abs(x - y).sum() / width)

    called = groundup.KernelPCA(2, kernel=laplace, kernel_params={"width": 3.0}).fit(X)
    table = np.exp(-np.abs(X[:, None] - X[None]).sum(axis=2) / 3)
    given = groundup.KernelPCA(2, kernel="precomputed").fit(table)
    np.testing.assert_allclose(called.eigenvectors_, given.eigenvectors_, atol=1e-10)
    np.testing.assert_allclose(called.transform(X[:4]), given.transform(table[:4]), atol=1e-10)
    with pytest.raises(ValueError, match="X must be square"):
        groundup.KernelPCA(kernel="precomputed").fit(X)


def test_a_linear_kernel_is_pca_also_far_from_zero():
    # kernel values that differ in their last digits only
    shift = 2.0**36
    model = groundup.KernelPCA(3).fit(X + shift)
    np.testing.assert_allclose(
        np.abs(model.transform(X + shift)), np.abs(groundup.PCA(3).fit(X).transform(X)), atol=1e-4
    )
    weighted = groundup.KernelPCA(3).fit(X, sample_weight=np.where(np.arange(83) < 9, 2.0, 1.0))
    repeated = groundup.KernelPCA(3).fit(np.vstack([X, X[:9]]))
    np.testing.assert_allclose(weighted.transform(NEW), repeated.transform(NEW), atol=1e-10)


def test_zero_eigenvalues():
    # a division by zero, an axis that is kept
    same = np.ones((6, 2))
    kept = groundup.KernelPCA(2).fit(same)
    assert kept.eigenvalues_.tolist() == [0.0, 0.0]
    assert (kept.transform(same) == 0).all()
    assert groundup.KernelPCA().fit(same).transform(same).shape == (6, 0)
    assert groundup.KernelPCA(2, remove_zero_eig=True).fit(same).transform(same).shape == (6, 0)


@pytest.mark.parametrize("algorithm", ["arpack", "randomized"])
@pytest.mark.parametrize("dense", [False, True])
def test_singular_vectors_of_scikit_learn(algorithm, dense):
    # centred rows, a variance of another denominator
    rows = SPARSE.toarray() if dense else SPARSE
    model = groundup.TruncatedSVD(5, algorithm=algorithm, n_iter=60, random_state=0).fit(rows)
    peer = sklearn.decomposition.TruncatedSVD(5, algorithm="arpack").fit(rows)
    names = ("components_", "singular_values_", "explained_variance_", "explained_variance_ratio_")
    assert_alike(model, peer, names, 1e-8)
    np.testing.assert_allclose(model.transform(rows), peer.transform(rows), atol=1e-8)
    assert model.certificate_.holds


def test_the_first_axis_of_rows_that_are_not_centred_is_their_mean():
    # a mean subtracted where it must not be
    rows = RNG.normal(size=(200, 5)) + 50
    axis = groundup.TruncatedSVD(1).fit(rows).components_[0]
    mean = rows.mean(axis=0)
    assert axis @ mean / np.linalg.norm(mean) > 0.9999
