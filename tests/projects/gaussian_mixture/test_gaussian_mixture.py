"""The Gaussian mixture against the textbook, scikit-learn, and what must hold of every fit."""

import tracemalloc
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import load_iris
from sklearn.mixture import GaussianMixture as Reference

from groundup import GaussianMixture
from groundup.core.exceptions import ConvergenceWarning
from groundup.projects.gaussian_mixture import textbook
from groundup.projects.gaussian_mixture.certificate import certify, gradient_norm
from groundup.projects.gaussian_mixture.models import gaussian_mixture as module
from groundup.projects.gaussian_mixture.solvers import expectation
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture, expect
from groundup.projects.gaussian_mixture.solvers.maximization import maximize

KINDS = tuple(COVARIANCES)
IRIS = load_iris().data


def precisions(kind, K, d):
    """Unit matrices in the shape of a kind."""
    return {
        "full": np.tile(np.eye(d), (K, 1, 1)),
        "tied": np.eye(d),
        "diag": np.ones((K, d)),
        "spherical": np.ones(K),
    }[kind]


def start(kind, X=IRIS, rows=(0, 60, 120)):
    """Parameters of a start that needs no random numbers."""
    K = len(rows)
    return {
        "n_components": K,
        "covariance_type": kind,
        "weights_init": np.arange(1, K + 1) / (K * (K + 1) / 2),
        "means_init": X[list(rows)],
        "precisions_init": precisions(kind, K, X.shape[1]),
    }


def quiet(model, X, sample_weight=None):
    """Fit without the warning that iterations ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, sample_weight=sample_weight)


def log_density(model, X):
    """The mean log-density of the seen entries, by SciPy."""
    values = []
    for row in X:
        seen = ~np.isnan(row)
        if not seen.any():
            values.append(0.0)
            continue
        parts = [
            w * multivariate_normal.pdf(row[seen], m[seen], C[np.ix_(seen, seen)], allow_singular=True)
            for w, m, C in zip(model.weights_, model.means_, model.covariances_, strict=True)
        ]
        values.append(np.log(sum(parts)))
    return np.mean(values)


# --- the textbook and scikit-learn ----------------------------------------------------------------------------------


def test_steps_are_those_of_the_textbook():
    """Catches an M-step that never learns the weights, and a factor 1/2 or a determinant lost."""
    pi, mu, Sigma = np.array([0.2, 0.3, 0.5]), IRIS[[0, 60, 120]], np.tile(np.eye(4), (3, 1, 1))
    parameters = start("full") | {"weights_init": pi, "reg_covar": 0.0, "tol": 0.0}
    for steps in (1, 4):
        *_, (weights, means, covariances, value) = textbook.em(IRIS, pi, mu, Sigma, steps)
        model = quiet(GaussianMixture(**parameters, max_iter=steps), IRIS)
        np.testing.assert_allclose(model.weights_, weights, rtol=1e-12)
        np.testing.assert_allclose(model.means_, means, rtol=1e-12)
        np.testing.assert_allclose(model.covariances_, covariances, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(model.score(IRIS), value, rtol=1e-12)
    np.testing.assert_allclose(
        model.predict_proba(IRIS), textbook.expect(IRIS, weights, means, covariances), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(model.bic(IRIS), textbook.bic(IRIS, weights, means, covariances), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_parameters_equal_scikit_learn(kind, dtype):
    """Catches other parameters, another stopping rule, and a last step too many."""
    X = IRIS.astype(dtype)
    parameters = start(kind) | {"tol": 1e-5, "max_iter": 500}
    model, twin = GaussianMixture(**parameters).fit(X), Reference(**parameters).fit(IRIS)
    tolerance = 1e-11 if dtype is np.float64 else 2e-4
    assert model.n_iter_ == twin.n_iter_
    for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"):
        ours, theirs = getattr(model, name), getattr(twin, name)
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * np.abs(theirs).max(), err_msg=name)
    if dtype is np.float64:
        np.testing.assert_allclose(model.lower_bounds_, twin.lower_bounds_, rtol=1e-12)
        np.testing.assert_allclose(model.predict_proba(X), twin.predict_proba(X), atol=1e-12)
        np.testing.assert_allclose(model.score_samples(X), twin.score_samples(X), rtol=1e-10)
        np.testing.assert_allclose([model.bic(X), model.aic(X)], [twin.bic(X), twin.aic(X)], rtol=1e-12)
        assert (model.predict(X) == twin.predict(X)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_free_parameters_are_counted(kind):
    """Catches a covariance counted twice, which moves every choice by BIC."""
    K, d = 3, 4
    expected = {"full": 30, "tied": 10, "diag": 12, "spherical": 3}[kind]
    assert COVARIANCES[kind].free(K, d) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_both_routes_agree(kind, monkeypatch):
    """Catches a wrong constant, or a reference point forgotten, in one of the two E-steps."""
    found = []
    for limit in (1.0, -1.0):
        monkeypatch.setattr(expectation, "QUICK_ERROR", limit)
        model = quiet(GaussianMixture(**start(kind), tol=0.0, max_iter=5), IRIS, np.arange(150) % 4)
        found.append((model.means_, model.covariances_, model.lower_bounds_))
    for quick, accurate in zip(*found, strict=True):
        np.testing.assert_allclose(quick, accurate, rtol=1e-11, atol=1e-13)


# --- what must hold of every fit ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("accelerated", [False, True])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_the_likelihood_never_falls(kind, accelerated, missing):
    """Catches a wrong M-step, which still looks like learning, and an extrapolation that is not checked."""
    generator = np.random.default_rng(3)
    X = np.where(generator.random(IRIS.shape) < missing, np.nan, IRIS)
    parameters = start(kind) | {"reg_covar": 0.0, "tol": 1e-9, "max_iter": 400, "accelerated": accelerated}
    model = quiet(GaussianMixture(**parameters), X)
    steps = np.diff(model.lower_bounds_)
    assert len(steps) > 5
    assert steps.min() > -1e-11
    assert model.certificate_.holds


@pytest.mark.parametrize("kind", KINDS)
def test_acceleration_ends_at_the_same_point_in_fewer_steps(kind):
    """Catches a fixed point that is none, and an option that only costs."""
    generator = np.random.default_rng(0)
    X = np.vstack([generator.normal(size=(200, 2)), generator.normal(size=(200, 2)) + np.array([1.5, 0.5])])
    parameters = start(kind, X, (0, 300)) | {"tol": 1e-10, "max_iter": 5000}
    plain, quick = GaussianMixture(**parameters).fit(X), GaussianMixture(**parameters, accelerated=True).fit(X)
    assert quick.lower_bound_ > plain.lower_bound_ - 1e-7
    assert quick.n_iter_ < plain.n_iter_ / 2


def test_the_certificate_is_the_gradient():
    """Catches a certificate that measures something else: differences of the likelihood say the same."""
    parameters = start("full") | {"reg_covar": 0.0, "tol": 0.0}
    model = quiet(GaussianMixture(**parameters, max_iter=3), IRIS)
    step, gradient = 1e-5, []
    for k in range(3):
        root = np.linalg.cholesky(model.covariances_[k])
        for direction in np.eye(4):
            values = []
            for sign in (1, -1):
                means = model.means_.copy()
                means[k] += sign * step * root @ direction / np.sqrt(model.weights_[k])
                values.append(textbook.log_likelihood(IRIS, model.weights_, means, model.covariances_))
            gradient.append((values[0] - values[1]) / (2 * step))
    sizes = textbook.expect(IRIS, model.weights_, model.means_, model.covariances_).mean(axis=0)
    samples = module.samples_of(IRIS, None, None)
    mixture = Mixture(model.weights_, model.means_ - samples.origin, model.covariances_)
    kind = COVARIANCES["full"]
    after = maximize(kind, expect(kind, mixture, samples, 0.0)[0], 0.0)
    white = [
        np.linalg.solve(np.linalg.cholesky(C), new - old)
        for C, new, old in zip(model.covariances_, after.means, mixture.means, strict=True)
    ]
    expected = np.concatenate([size / np.sqrt(w) * z for size, w, z in zip(sizes, model.weights_, white, strict=True)])
    np.testing.assert_allclose(gradient, expected, atol=1e-8)
    assert model.certificate_.value >= 0.9 * np.linalg.norm(gradient)


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_counts_in_the_certificate(kind):
    """Catches weights, means or covariances left out, and a tolerance that is not that of the stopping rule."""
    model = GaussianMixture(**start(kind)).fit(IRIS)
    mixture, K, d, by = Mixture(model.weights_, model.means_, model.covariances_), 3, 4, 1e-4
    roots = np.linalg.cholesky(COVARIANCES[kind].matrices(model.covariances_, K, d))
    moved = {
        "weights": model.weights_ + by * np.array([1.0, 0.0, -1.0]),
        "means": model.means_ + by * roots[:, :, 0],  # a standard deviation of each, times `by`
        "covariances": model.covariances_ * (1 + by),
    }
    expected = {
        "weights": by * np.sqrt((1 / moved["weights"][[0, 2]]).sum()),
        "means": by,
        "covariances": by * np.sqrt(d / 2),
    }
    for name, value in moved.items():
        found = gradient_norm(COVARIANCES[kind], mixture, replace(mixture, **{name: value}))
        assert found == pytest.approx(expected[name], rel=1e-6), name
    assert certify(0.0, 1e-3).tolerance == pytest.approx(np.sqrt(2e-3))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_a_weight_of_two_is_a_row_twice(kind, missing):
    """Catches weights that reach the means but not the covariances or the weights of components."""
    generator = np.random.default_rng(1)
    X = np.where(generator.random(IRIS.shape) < missing, np.nan, IRIS)
    weight = np.arange(150) % 3
    parameters = start(kind) | {"tol": 0.0, "max_iter": 6}
    weighted, repeated = (
        quiet(GaussianMixture(**parameters), X, weight),
        quiet(GaussianMixture(**parameters), np.repeat(X, weight, axis=0)),
    )
    for name in ("weights_", "means_", "covariances_", "lower_bounds_"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=1e-10, atol=1e-12)
    assert weighted.score(X, sample_weight=weight) == pytest.approx(repeated.score(np.repeat(X, weight, axis=0)))


def test_units_do_not_matter():
    """Catches a floor or a tolerance that is not in the units of the data."""
    scale, shift = np.array([1e-3, 1.0, 1e3, 1e5]), np.array([0.0, 1e9, -1e3, 5.0])
    parameters = start("full") | {"reg_covar": 0.0, "tol": 1e-8, "max_iter": 500}
    model = GaussianMixture(**parameters).fit(IRIS)
    moved = parameters | {
        "means_init": IRIS[[0, 60, 120]] * scale + shift,
        "precisions_init": np.tile(np.diag(scale**-2), (3, 1, 1)),
    }
    other = GaussianMixture(**moved).fit(IRIS * scale + shift)
    assert other.n_iter_ == model.n_iter_
    np.testing.assert_allclose(other.weights_, model.weights_, rtol=1e-5)
    np.testing.assert_allclose(other.covariances_ / np.outer(scale, scale), model.covariances_, rtol=1e-3, atol=1e-5)


def test_small_components_far_apart_keep_their_variance():
    """Catches E[x²] − E[x]²: of variances of 1e-12 at a distance of 100 no digit would be left."""
    generator = np.random.default_rng(0)
    spread = np.array([[1e-6, 1e-5], [1e-5, 1e-6]])
    X = np.vstack([spread[k] * generator.normal(size=(200, 2)) + 100 * k for k in range(2)])
    for kind in ("full", "diag"):
        model = GaussianMixture(2, covariance_type=kind, reg_covar=0.0, random_state=0).fit(X)
        order = np.argsort(model.means_[:, 0])
        variances = model.covariances_ if kind == "diag" else np.diagonal(model.covariances_, axis1=1, axis2=2)
        expected = [X[:200].var(axis=0), X[200:].var(axis=0)]
        np.testing.assert_allclose(variances[order], expected, rtol=1e-6)


def test_the_limit_of_no_variance_is_k_means():
    """Catches responsibilities that do not become 0 and 1: one step is then Lloyd's."""
    centers = IRIS[[0, 60, 120]]
    labels = ((IRIS[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
    parameters = start("spherical") | {"precisions_init": np.full(3, 1e8), "weights_init": [1 / 3] * 3}
    model = quiet(GaussianMixture(**parameters, max_iter=1), IRIS)
    np.testing.assert_allclose(model.means_, [IRIS[labels == k].mean(axis=0) for k in range(3)], rtol=1e-12)


def test_far_rows_have_responsibilities():
    """Catches 0/0 from some 39 standard deviations on, where every density is zero."""
    model = GaussianMixture(2, random_state=0).fit([[0.0], [1.0], [10.0], [11.0]])
    far = np.array([[-50.0], [60.0], [1e6]])
    shares = model.predict_proba(far)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares.max(axis=1) > 0.99).all()
    assert np.isfinite(model.score_samples(far)).all()
    assert model.score_samples([[1e200]])[0] == -np.inf
    with pytest.raises(ValueError, match="so far from every component"):
        model.predict_proba([[1e200]])


# --- missing entries ------------------------------------------------------------------------------------------------


def holes(rate, seed=2):
    """Iris with missing entries, one row without any entry and one column complete."""
    X = IRIS.copy()
    X[np.random.default_rng(seed).random(X.shape) < rate] = np.nan
    X[:, 2] = IRIS[:, 2]
    X[5] = np.nan
    return X


def test_the_likelihood_of_missing_entries_is_that_of_the_others():
    """Catches entries that are filled in, and rows that are left out."""
    X = holes(0.15)
    model = quiet(GaussianMixture(**start("full"), max_iter=5), X)
    np.testing.assert_allclose(model.score(X), log_density(model, X), rtol=1e-10)
    assert model.predict_proba(X)[5] == pytest.approx(model.weights_)


def test_missing_entries_end_where_the_likelihood_has_no_slope():
    """Catches a conditional covariance left out of the M-step: variances would come out too small."""
    X = holes(0.2)
    model = quiet(GaussianMixture(**(start("full") | {"reg_covar": 0.0, "tol": 1e-11, "max_iter": 3000})), X)
    step = 1e-4
    for k in range(3):
        for j in range(4):
            values = []
            for factor in (1 + step, 1 - step):
                covariances = model.covariances_.copy()
                covariances[k, j] *= factor
                covariances[k, :, j] *= factor
                moved = GaussianMixture(3)
                moved.weights_, moved.means_, moved.covariances_ = model.weights_, model.means_, covariances
                values.append(log_density(moved, X))
            assert abs(values[0] - values[1]) / (2 * step) < 2e-4


@pytest.mark.parametrize("kind", KINDS)
def test_without_missing_entries_both_e_steps_agree(kind):
    """Catches a conditional E-step that differs where nothing is missing."""
    samples = module.samples_of(IRIS, None, None)
    mixture = Mixture(np.array([0.2, 0.3, 0.5]), IRIS[[0, 60, 120]] - samples.origin, precisions(kind, 3, 4))
    moments, value = expect(COVARIANCES[kind], mixture, samples, 0.0)
    others, other = module.expect_missing(COVARIANCES[kind], mixture, samples, module.patterns(IRIS))
    assert value == pytest.approx(other, rel=1e-12)
    expected = maximize(COVARIANCES[kind], moments, 0.0)
    found = maximize(COVARIANCES[kind], others, 0.0)
    np.testing.assert_allclose(found.means, expected.means, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.covariances, expected.covariances, rtol=1e-10, atol=1e-12)


def test_a_column_without_entries_is_refused():
    """Catches a column of NaN that ends as a mean of NaN."""
    X = IRIS.copy()
    X[:, 1] = np.nan
    with pytest.raises(ValueError, match="column 1 contains NaN only"):
        GaussianMixture().fit(X)


# --- batches and warm starts ----------------------------------------------------------------------------------------


def test_the_first_batch_is_one_step_of_em():
    """Catches a first batch that is mixed with nothing."""
    parameters = start("full")
    model = GaussianMixture(**parameters).partial_fit(IRIS)
    once = quiet(GaussianMixture(**parameters, max_iter=1), IRIS)
    np.testing.assert_allclose(model.means_, once.means_, rtol=1e-12)
    np.testing.assert_allclose(model.covariances_, once.covariances_, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_batches_come_near_the_fit(kind):
    """Catches shares that do not sum to one, and moments about different points added up."""
    generator = np.random.default_rng(0)
    centers = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 8.0]])
    X = centers[generator.integers(3, size=6000)] + generator.normal(size=(6000, 2)) + 1000
    parameters = start(kind, centers + 1000, (0, 1, 2))
    model = GaussianMixture(**parameters)
    for batch in np.split(X, 60):
        model.partial_fit(batch)
    whole = GaussianMixture(**parameters).fit(X)
    assert model.score(X) > whole.score(X) - 0.01
    np.testing.assert_allclose(model.means_, whole.means_, atol=0.15)


def test_a_warm_start_goes_on():
    """Catches a second fit that starts again."""
    parameters = start("full") | {"tol": 0.0}
    model = GaussianMixture(**parameters, warm_start=True, max_iter=4)
    quiet(quiet(model, IRIS), IRIS)
    whole = quiet(GaussianMixture(**parameters, max_iter=8), IRIS)
    np.testing.assert_allclose(model.means_, whole.means_, rtol=1e-10)


def test_samples_have_the_moments_of_the_mixture():
    """Catches a covariance drawn with the wrong root: L'L in place of LL'."""
    model = GaussianMixture(**start("full"), random_state=1).fit(IRIS)
    X, y = model.sample(200_000)
    for k in range(3):
        mine = X[y == k]
        np.testing.assert_allclose(len(mine) / len(X), model.weights_[k], atol=0.01)
        np.testing.assert_allclose(np.cov(mine.T), model.covariances_[k], atol=0.02)
        np.testing.assert_allclose(mine.mean(axis=0), model.means_[k], atol=0.02)


def test_the_completed_likelihood_adds_the_entropy():
    """Catches the entropy with the wrong sign or factor."""
    model = GaussianMixture(**start("full")).fit(IRIS)
    shares = model.predict_proba(IRIS)
    entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum()
    assert model.icl(IRIS) == pytest.approx(model.bic(IRIS) + 2 * entropy)


# --- degenerate data ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("K", [1, 3])
@pytest.mark.parametrize(
    "X",
    [
        pytest.param(np.repeat([[1.0, 2.0]], 8, axis=0), id="one point"),
        pytest.param(np.repeat([[1.0, 2.0], [3.0, 1.0]], 4, axis=0), id="fewer points than components"),
        pytest.param(np.column_stack([np.arange(9.0), np.full(9, 7.0)]), id="a constant column"),
        pytest.param(np.random.default_rng(0).normal(size=(4, 7)), id="fewer rows than columns"),
        pytest.param(np.random.default_rng(0).normal(size=(30, 2)) + 1e9, id="far from zero"),
        pytest.param(np.vstack([np.random.default_rng(0).normal(size=(30, 2)), [[1e6, 1e6]]]), id="an outlier"),
    ],
)
def test_degenerate_data_end_in_an_answer(kind, K, X):
    """Catches NaN, a component that collapses, and an error from inside the factorisation."""
    model = quiet(GaussianMixture(K, covariance_type=kind, random_state=0), X)
    for name in ("weights_", "means_", "covariances_", "precisions_"):
        assert np.isfinite(getattr(model, name)).all()
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    assert np.isfinite(model.score(X))


@pytest.mark.parametrize("kind", KINDS)
def test_a_collapse_without_floor_is_named(kind):
    """Catches a singular covariance that ends as LinAlgError, or as a likelihood of infinity."""
    X = np.repeat([[1.0, 2.0], [3.0, 1.0]], 4, axis=0)
    with pytest.raises(ValueError, match="ill-defined empirical covariance"):
        GaussianMixture(2, covariance_type=kind, reg_covar=0.0, random_state=0).fit(X)


def test_a_floor_that_rounding_swallows_is_named():
    """Catches a covariance that is singular in double precision: 1e-6 next to 1e12 is nothing."""
    X = np.array([[0.0, 1e6], [0.0, 1e6], [1e6, 0.0]])
    with pytest.raises(ValueError, match="increase reg_covar"):
        GaussianMixture(reg_covar=1e-6).fit(X)
    assert np.isfinite(GaussianMixture(reg_covar=1.0).fit(X).score(X))


ENTRIES = st.sampled_from([0.0, 1.0, 1.0 + 1e-9, -5.0, 100.0])


@settings(max_examples=40, deadline=None)
@given(
    X=st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 1.0 + 1e-9, -5.0, 100.0]), min_size=2, max_size=2), min_size=3, max_size=9
    ),
    kind=st.sampled_from(KINDS),
    K=st.integers(1, 3),
    accelerated=st.booleans(),
)
def test_whatever_the_rows_nothing_is_nan(X, kind, K, accelerated):
    """Catches a degenerate table that no list names."""
    model = quiet(
        GaussianMixture(K, covariance_type=kind, random_state=0, max_iter=20, accelerated=accelerated), np.array(X)
    )
    assert np.isfinite(model.means_).all()
    assert np.isfinite(model.score_samples(X)).all()


# --- what a reader with fresh eyes found ------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [1e-20, 1e-12, 1e305])
@pytest.mark.parametrize("kind", KINDS)
def test_the_unit_of_weights_does_not_matter(unit, kind):
    """Catches a constant added to sums of weights, and weighted sums that overflow."""
    model = GaussianMixture(**start(kind)).fit(IRIS, sample_weight=np.full(150, unit))
    plain = GaussianMixture(**start(kind)).fit(IRIS)
    np.testing.assert_allclose(model.covariances_, plain.covariances_, rtol=1e-12)
    np.testing.assert_allclose(model.lower_bounds_, plain.lower_bounds_, rtol=1e-12)


def line_and_cloud(seed):
    """Components whose columns differ by six orders of magnitude."""
    generator = np.random.default_rng(seed)
    line = generator.normal(size=(60, 1)) * [1, 1e3] + generator.normal(size=(60, 2)) * [0, 1e-3]
    return np.vstack([line, generator.normal(size=(60, 2)) * [1, 1e3] + [2, 0]])


@pytest.mark.parametrize("seed", range(12))
def test_an_extrapolation_that_collapses_is_discarded(seed):
    """Catches an error of the acceleration where plain EM converges."""
    X = line_and_cloud(seed)
    plain = GaussianMixture(2, random_state=0, max_iter=1000).fit(X)
    quick = GaussianMixture(2, random_state=0, max_iter=1000, accelerated=True).fit(X)
    assert quick.lower_bound_ > plain.lower_bound_ - 1e-2


def test_an_accelerated_run_that_is_stopped_keeps_its_last_m_step():
    """Catches an extrapolation that nothing has looked at as the answer: its likelihood may be lower."""
    parameters = start("full") | {"reg_covar": 0.0, "tol": 1e-9, "max_iter": 200, "accelerated": True}
    model = GaussianMixture(**parameters)
    for state in model.steps(IRIS):
        if state.step == "M":
            mixture = state.best.mixture
            origin = module.samples_of(IRIS, None, None).origin
            value = textbook.log_likelihood(IRIS, mixture.weights, mixture.means + origin, mixture.covariances)
            assert value >= state.log_likelihood - 1e-12


@pytest.mark.parametrize("width", [1e-6, 1e-7])
def test_a_small_variance_found_from_a_large_one_keeps_its_digits(width):
    """Catches moments about a point that is far away on the scale of the new variance."""
    X = np.r_[width * np.arange(-5, 5), 100 + width * np.arange(-5, 5)][:, None]
    parameters = {"weights_init": [0.5, 0.5], "means_init": [[0.0], [100.0]], "precisions_init": np.ones((2, 1, 1))}
    model = GaussianMixture(2, **parameters, reg_covar=0.0).partial_fit(X)
    np.testing.assert_allclose(model.covariances_.ravel(), 8.25 * width**2, rtol=1e-6)


def test_batches_that_drift_away_keep_their_variance():
    """Catches moments that stay about the first batch."""
    generator = np.random.default_rng(0)
    model = GaussianMixture(1, reg_covar=0.0, decay=0.5).partial_fit(generator.normal(size=(100, 1)) * 1e-3)
    for _ in range(1000):
        model.partial_fit(generator.normal(size=(20, 1)) * 1e-3 + 1e6)
    np.testing.assert_allclose(model.covariances_, 1e-6, rtol=0.1)


def test_single_precision_answers_as_well_with_a_missing_entry():
    """Catches covariances rounded to single precision that are no longer positive definite."""
    z = np.random.default_rng(0).normal(size=(300, 1))
    X = np.hstack([z, z + 1e-4 * np.random.default_rng(1).normal(size=(300, 1))]).astype(np.float32)
    model = GaussianMixture(1, reg_covar=0.0).fit(X)
    both = np.vstack([X, np.array([[np.nan, 0]], np.float32)])
    np.testing.assert_allclose(model.score_samples(both)[:-1], model.score_samples(X))
    assert np.isfinite(model.score_samples(both)).all()
    assert model.sample(3)[0].shape == (3, 2)


@pytest.mark.parametrize(
    "changes", [{"covariance_type": "diag"}, {"covariance_type": "tied"}, {"n_components": 5}], ids=repr
)
def test_a_changed_model_does_not_go_on_with_the_old_one(changes):
    """Catches parameters of another kind or number in a warm start, and in a batch."""
    model = GaussianMixture(2, random_state=0, warm_start=True).fit(IRIS).set_params(**changes)
    fresh = GaussianMixture(**({"n_components": 2} | changes), random_state=0).fit(IRIS)
    np.testing.assert_allclose(model.fit(IRIS).means_, fresh.means_)
    learned = GaussianMixture(2, random_state=0).partial_fit(IRIS).set_params(**changes)
    with pytest.raises(ValueError, match="partial_fit goes on with 2 components of covariance_type='full'"):
        learned.partial_fit(IRIS)


def test_a_fit_weighs_as_many_batches():
    """Catches one row that outweighs the ten thousand of the fit before."""
    X = np.random.default_rng(0).normal(size=(10_000, 1))
    model = GaussianMixture().fit(X).partial_fit([[1000.0]])
    assert model.means_[0, 0] == pytest.approx(1000 * 10_001**-0.6, rel=0.01)


def test_decay_is_the_share_of_a_batch():
    """Catches another sequence of shares: t ** -decay."""
    model = GaussianMixture(decay=0.7).partial_fit([[0.0], [0.0]])
    for t in (2, 3):
        before = model.means_[0, 0]
        model.partial_fit([[1.0], [1.0]])
        assert model.means_[0, 0] == pytest.approx(before + (1 - before) * t**-0.7)


def test_the_best_of_several_starts_is_kept():
    """Catches the last start, or the worst, as the answer."""
    one = [quiet(GaussianMixture(4, init_params="random_from_data", random_state=7), IRIS)]
    model = quiet(GaussianMixture(4, init_params="random_from_data", random_state=7, n_init=8), IRIS)
    ends: dict[int, float] = {}
    for state in GaussianMixture(4, init_params="random_from_data", random_state=7, n_init=8).steps(IRIS):
        ends[state.run] = state.log_likelihood
    assert len(ends) == 8
    assert model.lower_bound_ == max(ends.values())
    assert model.lower_bound_ > one[0].lower_bound_


@pytest.mark.parametrize("init", ["random", "random_from_data", "k-means++"])
def test_starts_differ_between_seeds(init):
    """Catches a start that does not depend on the seed, at which all components may be equal."""
    first, second = (
        quiet(GaussianMixture(3, init_params=init, random_state=seed, max_iter=1), IRIS).means_ for seed in (0, 1)
    )
    assert np.abs(first - second).max() > 1e-3
    assert np.abs(first[0] - first[1]).max() > 1e-6


def test_a_component_of_weight_zero_keeps_its_mean():
    """Catches 0 · ∞ in a product, and a mean that depends on the route."""
    for precision in (1.0, 1e6):
        parameters = {"weights_init": [1, 0], "means_init": [[0.0], [9.0]]}
        model = GaussianMixture(2, **parameters, precisions_init=np.full((2, 1, 1), precision), max_iter=1)
        with np.errstate(invalid="raise", divide="raise"):
            quiet(model, np.arange(4.0)[:, None])
        assert model.means_[1, 0] == pytest.approx(9.0)


def test_rows_with_a_missing_entry_are_read_in_blocks():
    """Catches all rows of a pattern in memory at once."""
    X = np.random.default_rng(0).normal(size=(60_000, 10))
    X[0, 0] = np.nan
    parameters = start("diag", X, (1, 2, 3)) | {"max_iter": 1}
    tracemalloc.start()
    quiet(GaussianMixture(**parameters), X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * X.nbytes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights_init": [0.5, 0.6, -0.1]}, "range"),
        ({"weights_init": [0.5, 0.6, 0.2]}, "normalized"),
        ({"means_init": [[1.0, 2.0]]}, "should have the shape of"),
        ({"precisions_init": np.zeros((3, 4, 4))}, "positive-definite"),
        ({"weights_init": ["a", "b", "c"]}, "'weights' should be numbers"),
        ({"means_init": [[1.0, 2.0], [3.0]]}, "'means' should be numbers"),
        ({"weights_init": [np.nan, 0.5, 0.5]}, "'weights' should be finite"),
        ({"n_components": 200}, "Expected n_samples >= n_components"),
    ],
)
def test_wrong_starts_are_refused(changes, message):
    """Catches a start that is used although it is none."""
    with pytest.raises(ValueError, match=message):
        GaussianMixture(**(start("full") | changes)).fit(IRIS)
