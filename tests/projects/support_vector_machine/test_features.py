"""Random Fourier features and Nyström's: kernel values, rounding, and what a draw depends on."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.metrics.pairwise import pairwise_kernels, rbf_kernel

from groundup import LinearSVC, Nystroem, RBFSampler, load, save
from groundup.core.exceptions import ConvergenceWarning

RNG = np.random.default_rng(2)
X = RNG.uniform(size=(40, 5))


def test_random_features_approach_the_kernel():
    """Catches frequencies of half the variance, a missing factor √2, and phases in degrees."""
    errors = []
    for count in (1_000, 16_000):
        model = RBFSampler(gamma=0.7, n_components=count, random_state=1).fit(X)
        features = model.transform(X)
        error = np.sqrt(np.square(features @ features.T - rbf_kernel(X, gamma=0.7)).mean())
        assert error == pytest.approx(model.certificate_.value, rel=1e-6)  # all rows are judged
        assert model.certificate_.holds
        errors.append(error)
    assert errors[1] < errors[0] < 0.05
    assert np.sqrt(16_000) * errors[1] < 1.5


def test_wrong_frequencies_are_not_certified():
    """Catches a certificate that does not compare with the kernel."""
    model = RBFSampler(gamma=0.7, n_components=16_000, random_state=1)
    data = model._prepare(X, None, None)
    (state,) = model._iterate(data, None)
    wrong = type(state)(1, state.weights * 2, state.offset, 0.0, True)
    assert not model._finish(data, wrong)["certificate_"].holds


def test_scale_is_one_over_the_variance():
    """Catches the variance of columns in the place of that of entries, and absent zeros of sparse rows."""
    rows = np.where(X > 0.5, X, 0.0)
    weight = np.arange(40) % 3
    for form in (np.asarray, scipy.sparse.csr_array):
        assert RBFSampler(gamma="scale").fit(form(rows))._gamma == pytest.approx(1 / (5 * rows.var()))
        repeated = np.repeat(rows, weight, axis=0)
        assert RBFSampler(gamma="scale").fit(form(rows), None, weight)._gamma == pytest.approx(1 / (5 * repeated.var()))
    assert RBFSampler(gamma="scale").fit(np.ones((3, 2)))._gamma == 1.0


KERNELS = {
    "linear": {},
    "poly": {"degree": 2, "coef0": 0.5},
    "polynomial": {"gamma": 0.3},
    "rbf": {"gamma": 2.0},
    "laplacian": {},
    "chi2": {},
    "cosine": {},
}


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array], ids=["dense", "sparse"])
def test_all_rows_as_components_give_the_kernel(kernel, form):
    """Catches parameters of the kernel that are not passed on, or have other defaults."""
    parameters = KERNELS[kernel]
    model = Nystroem(kernel, n_components=40, random_state=0, **parameters).fit(form(X))
    features = model.transform(form(X))
    np.testing.assert_allclose(features @ features.T, pairwise_kernels(X, metric=kernel, **parameters), atol=1e-7)
    assert model.certificate_.holds


def test_components_are_rows_and_their_kernel_is_exact():
    """Catches components that are not those of the indices, and a root that is not inverted."""
    model = Nystroem(gamma=1.5, n_components=7, random_state=3).fit(X)
    np.testing.assert_array_equal(model.components_, X[model.component_indices_])
    features = model.transform(X)
    exact = rbf_kernel(X, gamma=1.5)
    np.testing.assert_allclose(features @ model.transform(model.components_).T, exact[:, model.component_indices_])
    assert np.linalg.eigvalsh(exact - features @ features.T).min() > -1e-10  # a projection never overestimates


def test_a_singular_table_stays_finite():
    """Catches the inverse root of rounding errors: rank 5 of 30 components, and rows that are nearly equal."""
    model = Nystroem("linear", n_components=30, random_state=0).fit(X)
    features = model.transform(X)
    np.testing.assert_allclose(features @ features.T, X @ X.T, atol=1e-7)
    near = np.vstack([X[:5], X[:5] + 1e-9])
    model = Nystroem(gamma=1.0, n_components=10, random_state=0).fit(near)
    features = model.transform(near)
    np.testing.assert_allclose(features @ features.T, rbf_kernel(near, gamma=1.0), atol=1e-6)


def test_copies_of_a_row_are_one_component():
    """Catches components that say the same twice, and rows of weight zero among them."""
    rows = np.repeat(X[:6], 5, axis=0)
    with pytest.warns(UserWarning, match="20 components of 6 distinct rows"):
        model = Nystroem(n_components=20, random_state=0).fit(rows)
    assert len(np.unique(model.components_, axis=0)) == len(model.components_) == 6
    weight = np.append(np.zeros(20), np.ones(20))
    assert Nystroem(n_components=15, random_state=0).fit(X, None, weight).component_indices_.min() >= 20


def test_heavy_rows_are_drawn_more_often():
    """Catches components drawn without regard to the weights of the rows."""
    weight = np.where(np.arange(40) == 9, 1e9, 1.0)
    assert {int(Nystroem(n_components=1, random_state=seed).fit(X, None, weight).component_indices_[0])
            for seed in range(5)} == {9}  # fmt: skip


def test_precomputed_values():
    """Catches columns of the other rows that are not taken out of the table."""
    table = rbf_kernel(X, gamma=1.5)
    plain = Nystroem(gamma=1.5, n_components=40, random_state=3).fit_transform(X)
    given = Nystroem("precomputed", n_components=40, random_state=3).fit_transform(table)
    np.testing.assert_allclose(given @ given.T, plain @ plain.T, atol=1e-9)
    few = Nystroem("precomputed", n_components=6, random_state=3).fit(table)
    features = few.transform(table)
    np.testing.assert_allclose(features @ features[few.component_indices_].T, table[:, few.component_indices_])
    with pytest.raises(ValueError, match="Don't pass gamma, coef0 or degree"):
        Nystroem("precomputed", gamma=1.0).fit(table)


def test_a_function_is_called_once_a_pair():
    """Catches a table of which both halves are computed, and arguments that are not passed on."""
    calls = []

    def kernel(x, y, scale):
        calls.append(1)
        return scale * x @ y

    model = Nystroem(kernel, n_components=8, kernel_params={"scale": 2.0}, random_state=0).fit(X)
    assert len(calls) == 8 * 9 / 2
    features = model.transform(X)
    np.testing.assert_allclose(features @ features.T, 2 * X @ X.T, atol=1e-6)


def test_a_kernel_that_is_no_inner_product_is_told():
    """Catches silence about features that cannot give negative eigenvalues."""
    with pytest.warns(ConvergenceWarning, match="not certified"):
        Nystroem("sigmoid", n_components=20, gamma=3.0, random_state=0).fit(X)
    with pytest.raises(ValueError, match="Negative values in data passed to Nystroem"):
        Nystroem("chi2", n_components=5).fit(X - 1)


@pytest.mark.parametrize("make", [RBFSampler, Nystroem], ids=["fourier", "nystroem"])
def test_features_make_a_kernel_machine_of_a_linear_one(make, tmp_path):
    """Catches features that keep distances only nearby; also files that forget γ."""
    rng = np.random.default_rng(0)
    angle, radius = rng.uniform(0, 2 * np.pi, 400), np.repeat([1.0, 3.0], 200)
    rows = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.2 * rng.normal(size=(400, 2))
    y = np.repeat([0, 1], 200)
    assert LinearSVC().fit(rows, y).score(rows, y) < 0.7
    model = make(gamma=0.5, n_components=60, random_state=0).fit(rows)
    assert LinearSVC().fit(model.transform(rows), y).score(model.transform(rows), y) == 1.0
    save(model, tmp_path / "features.npz")
    np.testing.assert_array_equal(load(tmp_path / "features.npz").transform(rows), model.transform(rows))
