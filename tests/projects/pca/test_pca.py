"""PCA against scikit-learn, far from zero, in single precision, on degenerate rows, with missing entries."""

import itertools
import warnings

import numpy as np
import pytest
import scipy.sparse
import sklearn.decomposition
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import groundup
from groundup.core.exceptions import ConvergenceWarning
from groundup.projects.pca.solvers.components import number_of_axes

RNG = np.random.default_rng(11)
ATTRIBUTES = (
    "components_", "explained_variance_", "explained_variance_ratio_", "singular_values_", "mean_", "noise_variance_",
    "n_components_", "n_samples_",
)  # fmt: skip


def table(n, d, decay=0.8, mean=5.0, seed=0):
    """Rows whose variances fall by a factor, in turned directions."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return rng.normal(size=(n, d)) * decay ** np.arange(d) @ turn + mean


SHAPES = {"tall": table(300, 12), "square": table(40, 40, 0.9), "wide": table(20, 60, 0.9)}


def assert_as_scikit_learn(model, X, rtol, **parameters):
    """Compare all attributes, scores, densities and covariances."""
    peer = sklearn.decomposition.PCA(**parameters).fit(X)
    for name in ATTRIBUTES:
        expected = np.asarray(getattr(peer, name))
        size = float(np.abs(expected).max(initial=1e-300))
        np.testing.assert_allclose(getattr(model, name), expected, rtol=rtol, atol=rtol * size, err_msg=name)
    np.testing.assert_allclose(model.transform(X), peer.transform(X), atol=1e3 * rtol)
    np.testing.assert_allclose(model.inverse_transform(model.transform(X)), peer.inverse_transform(peer.transform(X)))
    if not parameters.get("whiten"):  # scikit-learn's covariance matrix then multiplies by the variances twice
        np.testing.assert_allclose(model.get_covariance(), peer.get_covariance(), atol=1e3 * rtol)
        np.testing.assert_allclose(model.score(X), peer.score(X), rtol=1e-8)
    assert model.get_feature_names_out().tolist() == peer.get_feature_names_out().tolist()
    assert model.certificate_.holds


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize("solver", ["full", "covariance_eigh", "arpack", "randomized", "power"])
def test_numbers_of_scikit_learn(shape, whiten, solver):
    # a sign, a denominator, a noise over another number of axes
    X = SHAPES[shape]
    if solver == "covariance_eigh" and shape == "wide":
        pytest.skip("scikit-learn averages the noise over d - k axes with this solver alone, we over min(n, d) - k")
    model = groundup.PCA(3, svd_solver=solver, whiten=whiten, random_state=0, iterated_power=50).fit(X)
    assert_as_scikit_learn(model, X, 1e-10, n_components=3, svd_solver="full", whiten=whiten)


@pytest.mark.parametrize("asked", [None, 0.5, 0.9, 0.999, 1, "mle"])
def test_number_of_axes(asked):
    # a share that is reached by one axis too many, Minka's evidence without one of its terms
    X = table(200, 9, 0.7) + 0.05 * RNG.normal(size=(200, 9))
    for solver in ("full", "covariance_eigh"):
        model = groundup.PCA(asked, svd_solver=solver).fit(X)
        assert_as_scikit_learn(model, X, 1e-10, n_components=asked, svd_solver=solver)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rank", [1, 3, 6])
def test_minkas_estimate_is_scikit_learns(seed, rank):
    # the same, for spectra with a step
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(80, rank)) @ rng.normal(size=(rank, 8)) + rng.uniform(0.01, 1) * rng.normal(size=(80, 8))
    peer = sklearn.decomposition.PCA("mle", svd_solver="full").fit(X)
    variance = np.linalg.eigvalsh(np.cov(X.T))[::-1]
    assert number_of_axes("mle", variance, variance.sum(), 80, 8) == peer.n_components_


def test_large_tables_by_a_subspace():
    # a subspace whose memory is lost when it is reduced; single precision left in the answer
    X = table(400, 300, 0.9)
    exact = groundup.PCA(8, svd_solver="full").fit(X)
    for parameters, rtol in (
        ({"svd_solver": "arpack"}, 1e-10),
        ({"svd_solver": "randomized", "iterated_power": 30}, 1e-10),
        ({"svd_solver": "randomized"}, 1e-5),
    ):
        model = groundup.PCA(8, random_state=1, **parameters).fit(X)
        np.testing.assert_allclose(model.components_, exact.components_, atol=rtol)
        np.testing.assert_allclose(
            model.explained_variance_, exact.explained_variance_, rtol=1e-7 if rtol == 1e-5 else 1e-11
        )
        assert model.certificate_.holds
        assert model.n_passes_ < (40 if "iterated_power" in parameters or parameters["svd_solver"] == "arpack" else 8)


def test_randomized_captures_no_less_than_scikit_learns():
    # a step too few, on the flat spectrum of noise
    X = np.random.default_rng(0).normal(size=(600, 400))
    model = groundup.PCA(10, svd_solver="randomized", random_state=0).fit(X)
    peer = sklearn.decomposition.PCA(10, svd_solver="randomized", random_state=0).fit(X)
    assert model.explained_variance_.sum() > peer.explained_variance_.sum()
    missed = groundup.PCA(10, svd_solver="full").fit(X).explained_variance_ratio_.sum()
    missed -= model.explained_variance_ratio_.sum()
    assert 0 < missed <= model.certificate_.value


# --- what is easily wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["full", "covariance_eigh", "arpack", "randomized", "power", "oja", "em"])
def test_rows_far_from_zero(solver):
    # transform without centring, products about zero, a mean that is rounded
    X = np.round(table(60, 5, 0.6, 0.0) * 64) / 64
    shift = 2.0**40
    near = groundup.PCA(2, svd_solver=solver, random_state=0).fit(X)
    far = groundup.PCA(2, svd_solver=solver, random_state=0).fit(X + shift)
    np.testing.assert_allclose(far.components_, near.components_, atol=1e-8)
    np.testing.assert_allclose(far.explained_variance_, near.explained_variance_, rtol=1e-8)
    np.testing.assert_allclose(far.transform(X + shift), near.transform(X), atol=1e-8)
    np.testing.assert_allclose(far.transform(X + shift).mean(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("solver", ["covariance_eigh", "arpack"])
def test_sparse_rows_far_from_zero(solver):
    # means subtracted from products, which have lost all digits by then
    X = np.round(table(60, 5, 0.6, 0.0) * 64) / 64
    near = groundup.PCA(2, svd_solver=solver, random_state=0).fit(X)
    rows = scipy.sparse.csr_array(X + 2.0**40)
    far = groundup.PCA(2, svd_solver=solver, random_state=0).fit(rows)
    np.testing.assert_allclose(far.components_, near.components_, atol=1e-9)
    np.testing.assert_allclose(far.transform(rows), near.transform(X), atol=1e-8)


def test_rows_with_a_trend():
    # a mean that is guessed from some of the rows, and not corrected
    X = table(2501, 4, 0.6) + np.arange(2501)[:, None] ** 2 / 1e5
    exact = groundup.PCA(svd_solver="full").fit(X)
    np.testing.assert_allclose(exact.explained_variance_, np.linalg.eigvalsh(np.cov(X.T))[::-1])
    for solver in ("covariance_eigh", "power"):
        model = groundup.PCA(4, svd_solver=solver, random_state=0).fit(X)
        np.testing.assert_allclose(model.explained_variance_, exact.explained_variance_)
        np.testing.assert_allclose(model.mean_, X.mean(axis=0))


def test_small_singular_values_are_those_of_the_rows():
    # eigenvalues of the covariance matrix, in which they drown (Läuchli's matrix)
    size = 1e-9
    X = np.vstack([np.ones(3), size * np.eye(3)])
    X = np.vstack([X, -X])  # of mean zero
    exact = groundup.PCA(svd_solver="full").fit(X).singular_values_
    np.testing.assert_allclose(exact[1:], np.sqrt(2) * size, rtol=1e-6)
    squared = groundup.PCA(svd_solver="covariance_eigh").fit(X).singular_values_
    assert (squared[1:] == 0).all()


@pytest.mark.parametrize("mean", [0.0, 40.0, 1e4])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_mean_costs_no_digits(mean, weighted):
    # a mean that is subtracted from the products where it is large, or with the wrong weights
    X, weight = table(3000, 6), np.arange(3000) % 3.0 if weighted else None
    for solver in ("covariance_eigh", "arpack", "randomized"):
        shifted, about_zero = (
            groundup.PCA(2, svd_solver=solver, random_state=0).fit(rows, sample_weight=weight)
            for rows in (X + mean * np.arange(6), X)
        )
        rtol = 1e-12 if mean < 1e4 else 1e-10  # the entries themselves are rounded
        np.testing.assert_allclose(shifted.explained_variance_, about_zero.explained_variance_, rtol=rtol)


def test_signs_follow_the_largest_entry():
    # signs that depend on the solver or on the order of the rows
    X = table(100, 6)
    for solver in ("full", "covariance_eigh", "arpack", "power", "em"):
        for rows in (X, X[::-1], -X):
            axes = groundup.PCA(3, svd_solver=solver, random_state=0).fit(rows).components_
            assert (axes[np.arange(3), np.abs(axes).argmax(axis=1)] > 0).all()


@pytest.mark.parametrize("solver", ["full", "covariance_eigh", "arpack", "randomized"])
def test_invariances(solver):
    # scaling twice, centring once too often
    X = table(80, 6)
    model = groundup.PCA(3, svd_solver=solver, random_state=0).fit(X)
    scaled = groundup.PCA(3, svd_solver=solver, random_state=0).fit(3 * X - 7)
    np.testing.assert_allclose(scaled.explained_variance_, 9 * model.explained_variance_)
    np.testing.assert_allclose(scaled.components_, model.components_, atol=1e-10)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0]
    turned = groundup.PCA(3, svd_solver=solver, random_state=0).fit(X @ turn)
    np.testing.assert_allclose(np.abs((turned.components_ @ turn.T * model.components_).sum(axis=1)), 1.0)
    explained = np.square(model.transform(X)).sum() + np.square(X - model.inverse_transform(model.transform(X))).sum()
    np.testing.assert_allclose(explained, np.square(X - X.mean(axis=0)).sum())


def test_axes_of_equal_variances_span_their_subspace():
    # a certificate that asks for the axes themselves
    X = np.repeat(np.vstack([np.eye(4), -np.eye(4)]), 3, axis=0)
    for solver in ("full", "covariance_eigh", "power", "em", "arpack"):
        model = groundup.PCA(3, svd_solver=solver, random_state=0).fit(X)
        np.testing.assert_allclose(model.explained_variance_, 6 / 23, rtol=1e-8)
        np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(3), atol=1e-10)
        assert model.certificate_.holds


# --- single precision, files, sparse rows ---------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["full", "covariance_eigh", "arpack", "randomized"])
def test_single_precision_is_no_worse_than_scikit_learns(solver):
    # sums in single precision
    X = table(500, 10, mean=100.0).astype(np.float32)
    exact = groundup.PCA(3, svd_solver="full").fit(X.astype(float))
    model = groundup.PCA(3, svd_solver=solver, random_state=0).fit(X)
    peer = sklearn.decomposition.PCA(3, svd_solver=solver, random_state=0).fit(X)
    assert model.components_.dtype == model.transform(X).dtype == np.float32
    error = np.abs(model.components_ - exact.components_).max()
    assert error <= max(np.abs(peer.components_ - exact.components_).max(), 1e-7)
    np.testing.assert_allclose(model.transform(X), exact.transform(X.astype(float)), atol=1e-5)


@pytest.mark.parametrize("solver", ["full", "covariance_eigh", "randomized", "arpack"])
def test_a_map_is_read_in_passes(solver, tmp_path):
    # a copy of the rows; another answer than in memory
    X = table(400, 100, 0.9)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    one, other = (groundup.PCA(3, svd_solver=solver, random_state=0).fit(rows) for rows in (X, mapped))
    np.testing.assert_allclose(one.components_, other.components_, atol=1e-6 if solver == "randomized" else 0)


@pytest.mark.parametrize("solver", ["covariance_eigh", "arpack", "randomized"])
@pytest.mark.parametrize("shape", [(200, 30), (60, 200)])
def test_sparse_rows_are_centred_in_the_products(solver, shape):
    # a mean that is forgotten, or subtracted from stored entries only
    X = scipy.sparse.random_array(shape, density=0.1, rng=np.random.default_rng(0), format="csr")
    if solver == "covariance_eigh" and shape[0] < shape[1]:
        pytest.skip("scikit-learn averages the noise over another number of axes with this solver alone")
    model = groundup.PCA(4, svd_solver=solver, random_state=0, iterated_power=40).fit(X)
    peer = sklearn.decomposition.PCA(4, svd_solver="full").fit(X.toarray())
    np.testing.assert_allclose(model.components_, peer.components_, atol=1e-9)
    assert model.noise_variance_ == pytest.approx(peer.noise_variance_, rel=1e-9)
    np.testing.assert_allclose(model.transform(X), peer.transform(X.toarray()), atol=1e-9)
    np.testing.assert_allclose(model.score_samples(X), peer.score_samples(X.toarray()), rtol=1e-7)


# --- degenerate rows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["full", "covariance_eigh", "arpack", "randomized", "power", "oja", "em"])
@pytest.mark.parametrize("whiten", [False, True])
def test_rank_deficient_rows_give_zeros(solver, whiten):
    # NaN from a division by a variance of zero, and noise blown up by whitening
    rank_one = np.outer(np.arange(12.0), [1.0, 2.0, 0.0, -1.0])
    constant = np.full((12, 4), 0.1)
    for X, explained in ((rank_one, 1.0), (constant, 0.0)):
        model = groundup.PCA(2, svd_solver=solver, whiten=whiten, random_state=0).fit(X)
        for name in ("components_", "explained_variance_", "explained_variance_ratio_", "singular_values_"):
            assert np.isfinite(getattr(model, name)).all(), name
        np.testing.assert_allclose(model.explained_variance_ratio_, [explained, 0.0], atol=1e-9)
        assert np.isfinite(model.transform(X)).all()
        np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(2), atol=1e-9)
        accuracy = 1e-3 if solver == "oja" else 1e-7
        np.testing.assert_allclose(model.inverse_transform(model.transform(X)), X, atol=accuracy)
        assert not np.isnan(model.score_samples(X)).any()


def test_without_noise_rows_off_the_subspace_have_no_density():
    # infinities, or an inverse of a singular matrix
    X = np.outer(np.arange(12.0), [1.0, 2.0])
    model = groundup.PCA(svd_solver="full").fit(X)
    inside, outside = model.score_samples([[3.0, 6.0], [3.0, 5.0]])
    assert np.isfinite(inside)
    assert outside == -np.inf
    np.testing.assert_allclose(model.get_precision() @ model.get_covariance() @ X.T, X.T, atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 7), st.integers(1, 5), st.integers(0, 2**32 - 1), st.sampled_from([1e-100, 1.0, 1e100]),
    st.sampled_from(["full", "covariance_eigh", "power"]),
)  # fmt: skip
def test_few_distinct_rows(n, d, seed, scale, solver):
    # duplicates, constant columns, more axes than the rank
    X = np.random.default_rng(seed).integers(-1, 2, size=(n, d)) * scale
    squares = np.square(np.linalg.svd(X / scale - X.mean(axis=0) / scale)[1])
    gaps = -np.diff(squares[squares > 1e-12]) / squares[squares > 1e-12][:-1]
    assume(solver != "power" or ((gaps < 1e-13) | (gaps > 0.05)).all())  # it takes 30 steps, divided by the gap
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = groundup.PCA(min(n, d), svd_solver=solver, random_state=0).fit(X)
        scores = model.transform(X)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(model.inverse_transform(scores), X, atol=1e-6 * scale)
    assert model.explained_variance_ratio_.sum() == pytest.approx(float(np.ptp(X, axis=0).any()), abs=1e-9)
    assert (np.diff(model.explained_variance_) <= 1e-9 * model.explained_variance_.max(initial=0.0)).all()


def test_squares_that_leave_the_range_are_refused():
    # infinite variances in silence
    with pytest.raises(ValueError, match="X: column 1 has entries of size"):
        groundup.PCA().fit([[1.0, 1e200], [2.0, -1e200], [3.0, 0.0]])


# --- missing entries ------------------------------------------------------------------------------------------------


def test_missing_entries_are_inferred():
    # means in the place of missing entries, which shrink the variances
    rng = np.random.default_rng(5)
    X = rng.normal(size=(400, 2)) @ rng.normal(size=(2, 6)) + 0.05 * rng.normal(size=(400, 6)) + 3
    holes = np.where(rng.random(X.shape) < 0.2, np.nan, X)
    model = groundup.PCA(2, svd_solver="em").fit(holes)
    exact = groundup.PCA(2, svd_solver="full").fit(X)
    np.testing.assert_allclose(model.components_, exact.components_, atol=0.02)
    np.testing.assert_allclose(model.explained_variance_, exact.explained_variance_, rtol=0.02)
    assert model.noise_variance_ == pytest.approx(exact.noise_variance_, rel=0.1)
    assert model.certificate_.holds
    assert (np.diff(model.history_["loss"]) < 1e-9).all()  # the likelihood never falls
    back = model.inverse_transform(model.transform(holes))
    assert np.abs(back - X)[np.isnan(holes)].mean() < 0.1
    filled = np.where(np.isnan(holes), np.nanmean(holes, axis=0), holes)
    assert np.abs(filled - X)[np.isnan(holes)].mean() > 0.5
    assert np.isfinite(model.score_samples(holes)).all()


def test_missing_entries_are_refused_by_the_others():
    # NaN that spreads through products
    X = table(20, 3)
    X[4, 1] = np.nan
    for solver in ("auto", "full", "covariance_eigh", "arpack", "randomized", "power", "oja"):
        with pytest.raises(ValueError, match="X contains NaN at row 4, column 1"):
            groundup.PCA(2, svd_solver=solver).fit(X)
    X[:, 1] = np.nan
    with pytest.raises(ValueError, match="column 1 has missing entries only"):
        groundup.PCA(1, svd_solver="em").fit(X)


def test_weights_count_rows():
    # weights whose sum leaves no variance
    X = table(20, 3)
    with pytest.raises(ValueError, match=r"sample_weight adds up to 0\.2"):
        groundup.PCA().fit(X, sample_weight=np.full(20, 0.01))
    twice = groundup.PCA().fit(X, sample_weight=np.full(20, 2.0))
    np.testing.assert_allclose(twice.explained_variance_, groundup.PCA().fit(np.vstack([X, X])).explained_variance_)


def test_too_few_steps_are_told():
    # a warning that is missing, or names the wrong remedy
    X = table(200, 100, 0.99)
    for solver in ("arpack", "power", "em"):
        rows = np.where(np.random.default_rng(0).random(X.shape) < 0.1, np.nan, X) if solver == "em" else X
        with pytest.warns(ConvergenceWarning, match="increase max_iter"):
            groundup.PCA(3, svd_solver=solver, max_iter=2, random_state=0).fit(rows)


def test_numbers_of_axes_that_cannot_be():
    # errors from deep inside
    X = table(20, 3)
    for asked, solver in itertools.product((0, 4), ("arpack", "randomized", "power", "oja", "em")):
        with pytest.raises(
            ValueError, match=rf"n_components={asked} must be between 1 and min\(n_samples, n_features\)=3"
        ):
            groundup.PCA(asked, svd_solver=solver).fit(X)
