"""Autoencoders: the linear ones against PCA, and what noise, penalties and random codes do."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import groundup
from groundup.core.estimator.training import Training
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 5)) @ (np.diag([4.0, 2.5, 1.0, 0.7, 0.3]) @ RNG.normal(size=(5, 5))) + np.arange(5) * 10
T = np.linspace(0, 3, 80)
ARC = np.column_stack([np.cos(T), np.sin(T)])
LINEAR = {"hidden_layer_sizes": (), "solver": "lbfgs", "max_iter": 2000, "tol": 1e-9, "random_state": 0}


def quietly(model, *data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(*data)


@pytest.mark.parametrize("k", [1, 2, 4])
@pytest.mark.parametrize("tied", [False, True])
def test_linear_one_spans_the_principal_subspace(tied, k):
    # biases that do not centre, a scale for each column, a saddle; the code need not be the scores
    model = groundup.Autoencoder(k, tied=tied, **LINEAR).fit(X)
    pca = groundup.PCA(k).fit(X)
    Q = np.linalg.qr(model.coefs_[-1].T)[0]  # (d, k), of the decoder
    assert_allclose(Q @ Q.T, pca.components_.T @ pca.components_, atol=1e-6)
    difference = model.inverse_transform(model.transform(X)) - pca.inverse_transform(pca.transform(X))
    assert (difference**2).sum() / 80 < 1e-10 * X.var(axis=0).sum()  # within PCA's subspace this is the excess
    assert -1e-12 < model.certificate_.value < 1e-10
    assert_allclose(model.score(X), -((X - pca.inverse_transform(pca.transform(X))) ** 2).sum() / 80, rtol=1e-6)
    assert tied == np.array_equal(model.coefs_[0], model.coefs_[1].T)


def test_deep_linear_one_is_no_better():
    # a rank that is taken from the code alone
    narrow = groundup.Autoencoder(3, **LINEAR | {"hidden_layer_sizes": (2,)}, activation="identity").fit(X)
    assert_allclose(narrow.score(X), groundup.Autoencoder(2, **LINEAR).fit(X).score(X), rtol=1e-6)
    assert narrow.certificate_.holds
    assert "linear" in narrow.certificate_.claim


def test_certificate_fails_far_from_pca():
    # an excess that is measured in another unit
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        model = groundup.Autoencoder(2, **LINEAR | {"max_iter": 2}).fit(X)
    pca = groundup.PCA(2).fit(X)
    best = ((X - pca.inverse_transform(pca.transform(X))) ** 2).sum() / 80
    assert_allclose(model.certificate_.value, (-model.score(X) - best) / X.var(axis=0).sum(), rtol=1e-9)
    assert not model.certificate_.holds


def test_a_bent_code_beats_pca_on_an_arc():
    # hidden layers that are left out
    model = groundup.Autoencoder(1, (8,), solver="lbfgs", max_iter=3000, tol=1e-6, random_state=0).fit(ARC)
    assert -model.score(ARC) < 1e-3
    pca = groundup.PCA(1).fit(ARC)
    assert ((ARC - pca.inverse_transform(pca.transform(ARC))) ** 2).sum() / 80 > 0.05
    code = model.transform(ARC)[:, 0]
    assert (np.diff(code) > 0).all() or (np.diff(code) < 0).all()
    errors = model.reconstruction_errors(ARC)
    assert_allclose(errors, ((ARC - model.inverse_transform(model.transform(ARC))) ** 2).sum(axis=1), atol=1e-12)
    assert model.reconstruction_errors([[0.0, 0.0]])[0] > 100 * errors.max()  # the centre of the circle


def test_units_of_the_columns_do_not_matter():
    # noise, or a step size, in the unit of X
    options = {"hidden_layer_sizes": (6,), "noise": 0.2, "max_iter": 5, "random_state": 0}
    one, other = (quietly(groundup.Autoencoder(2, **options), data) for data in (X, 1024 * X))
    assert_allclose(one.transform(X), other.transform(1024 * X), rtol=1e-9)
    assert_allclose(1024**2 * one.reconstruction_errors(X), other.reconstruction_errors(1024 * X), rtol=1e-9)


def test_noise_makes_reconstructions_robust():
    # noise that stays in predictions, noise in the target
    rng = np.random.default_rng(1)
    noisy = ARC + 0.2 * rng.normal(size=ARC.shape)
    options = {"hidden_layer_sizes": (20,), "max_iter": 1500, "learning_rate_init": 0.01, "n_iter_no_change": 1500,
               "random_state": 0}  # fmt: skip
    errors = []
    for noise in (0.0, 0.4):
        model = quietly(groundup.Autoencoder(2, noise=noise, **options), ARC)
        errors.append(((model.inverse_transform(model.transform(noisy)) - ARC) ** 2).sum(axis=1).mean())
        assert_array_equal(model.transform(noisy), model.transform(noisy))
    assert errors[1] < 0.7 * errors[0]


def test_sparse_and_contractive_codes():
    # penalties that do nothing, or pull the wrong direction
    options = {"hidden_layer_sizes": (), "code_activation": "logistic", "max_iter": 800, "learning_rate_init": 0.02,
               "random_state": 0}  # fmt: skip
    plain = quietly(groundup.Autoencoder(4, **options), X)
    sparse = quietly(groundup.Autoencoder(4, sparse=20.0, activity=0.1, **options), X)
    flat = quietly(groundup.Autoencoder(4, contractive=20.0, **options), X)
    assert abs(sparse.transform(X).mean(axis=0) - 0.1).max() < 0.03
    assert abs(plain.transform(X).mean(axis=0) - 0.1).max() > 0.2
    spread = [model.transform(X).std(axis=0).sum() for model in (plain, flat)]
    assert spread[1] < 0.5 * spread[0]
    assert plain.score(X) > max(sparse.score(X), flat.score(X))


def test_variational_one_reaches_probabilistic_pca():
    # a bound with a term that is missing, the unit of X left out of the density
    options = {"hidden_layer_sizes": (), "learning_rate_init": 0.003, "max_iter": 4000, "n_iter_no_change": 4000,
               "random_state": 0}  # fmt: skip
    model = quietly(groundup.VariationalAutoencoder(2, **options), X)
    best = groundup.PCA(2).fit(X)
    A = X - X.mean(axis=0)
    lam = np.linalg.eigvalsh(A.T @ A / 80)[::-1]
    right = -(5 * np.log(2 * np.pi) + np.log(lam[:2]).sum() + 3 * np.log(lam[2:].mean()) + 5) / 2
    assert right - 0.01 < model.score(X) < right + 1e-9
    assert_allclose(model.noise_variance_, lam[2:].mean(), rtol=0.02)
    Q = np.linalg.qr(model.coefs_[-1].T)[0]
    assert np.linalg.svd(Q.T @ best.components_.T)[1].min() > 0.9999
    drawn = np.cov(model.sample(20_000).T)
    assert abs(drawn - (best.get_covariance() * 79 / 80)).max() < 0.1 * abs(drawn).max()


def test_resumed_is_not_stopped():
    # random numbers of a generator's position
    for model in (
        groundup.Autoencoder(2, (6,), noise=0.2, batch_size=16, max_iter=6, random_state=0),
        groundup.VariationalAutoencoder(2, (6,), batch_size=16, max_iter=6, random_state=0),
    ):
        states = list(model.steps(X))
        resumed = list(model.steps(X, start=states[2]))
        assert_array_equal(resumed[-1].w, states[-1].w)


def test_states_of_another_solver_are_refused():
    # a state whose fields mean something else
    epochs, steps = ({"solver": solver, "max_iter": 2, "random_state": 0} for solver in ("adam", "lbfgs"))
    for one, other in ((epochs, steps), (steps, epochs)):
        state = next(iter(groundup.Autoencoder(2, **one).steps(X)))
        with pytest.raises(ValueError, match="the state is not one of solver"):
            list(groundup.Autoencoder(2, **other).steps(X, start=state))


@pytest.mark.parametrize("wrong", [{"sparse": 1.0}, {"noise": 0.1, "solver": "lbfgs"}])
def test_options_that_do_not_go_together(wrong):
    # an option that is ignored
    with pytest.raises(InvalidParameterError, match="Autoencoder: "):
        groundup.Autoencoder(2, **wrong).fit(X)


def test_single_precision():
    # digits that are lost in the means; double precision results
    far = (X + 1000).astype(np.float32)
    model = groundup.Autoencoder(2, **LINEAR | {"tol": 1e-5}).fit(far)
    assert model.transform(far).dtype == np.float32
    assert model.inverse_transform(model.transform(far)).dtype == np.float32
    assert model.certificate_.value < 1e-5


def test_errors_of_single_precision_do_not_overflow():
    # squares that are formed in single precision
    model = quietly(groundup.Autoencoder(2, max_iter=3, random_state=0), (X * 1e30).astype(np.float32))
    assert -1e64 < model.score((X * 1e30).astype(np.float32)) < -1e55


def test_samples_of_tiny_rows():
    # a standard deviation from a variance that is zero to rounding
    models = [
        quietly(groundup.VariationalAutoencoder(2, (4,), max_iter=3, random_state=0), s * X) for s in (1, 2.0**-800)
    ]
    assert_allclose(2.0**800 * models[1].sample(5), models[0].sample(5), rtol=1e-9)


def test_no_hidden_layers_are_an_empty_list_too():
    # a list that is refused where the tuple is allowed, as in multi-layer perceptrons
    pair = [quietly(groundup.Autoencoder(2, hidden, max_iter=2, random_state=0), X) for hidden in ((), [])]
    assert_array_equal(pair[0].transform(X), pair[1].transform(X))


def test_training_starts_from_a_start():
    # a first state that is not after one epoch
    training = Training(groundup.Autoencoder(2, max_iter=3, random_state=0), X)
    assert [state.iteration for state in training] == [1, 2, 3]
