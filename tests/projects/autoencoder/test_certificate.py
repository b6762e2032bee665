"""The certificate of stationarity: useless networks do not have it, good ones do."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

import groundup
from groundup.core.nn.losses import SquaredError
from groundup.core.nn.parameters import in_matrices
from groundup.core.rows import Samples
from groundup.projects.autoencoder.certificate import certify_stationary, rows_to_measure
from groundup.projects.autoencoder.solvers.network import Architecture, coder
from groundup.projects.autoencoder.solvers.objective import PenalizedCoding
from groundup.projects.autoencoder.solvers.scaling import scaling_of
from groundup.projects.autoencoder.solvers.units import UNITS

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)) @ RNG.normal(size=(4, 4))


def fitted(model, rows=X):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(rows)


def test_a_code_that_says_nothing_is_not_certified():
    # a decrease relative to the size of a log-density, which is a matter of units
    useless = fitted(groundup.VariationalAutoencoder(activation="relu", max_iter=30, random_state=0))
    assert np.square(useless.transform(X)).mean() < 0.1
    assert not useless.certificate_.holds


@pytest.mark.parametrize(
    "model",
    [
        groundup.Autoencoder(alpha=1e300, max_iter=3, random_state=0),
        groundup.VariationalAutoencoder(beta=1e300, max_iter=3, random_state=0),
    ],
)
def test_huge_slopes_are_not_certified(model):
    # a square of the gradient that overflows: steps of length 0
    assert not fitted(model).certificate_.holds


def of_rows(samples, sizes, alpha=0.0, contractive=0.0):
    network = coder(Architecture(sizes, "tanh", "tanh"))
    return PenalizedCoding(
        network, SquaredError(), alpha * in_matrices(network.shapes), scaling=scaling_of(samples),
        units=(UNITS["tanh"],) * (len(sizes) - 1), sparse=0.0, activity=0.1, contractive=contractive,
    )  # fmt: skip


def test_a_sample_of_rows_has_its_share_of_the_penalty():
    # a penalty that counts once for 4000 rows as for 12000
    samples = Samples(np.repeat(X, 200, axis=0), np.zeros((12000, 0)))
    objective = of_rows(samples, (4, 3, 2), alpha=3000.0)
    w = objective.network.initial((0,), np.float64)[0]
    part = Samples(samples.X[::3], np.zeros((4000, 0)))
    right = certify_stationary(replace(objective, l2=objective.l2 / 3), part, w, None).value
    assert certify_stationary(objective, samples, w, None).value == pytest.approx(right, rel=1e-12)


def test_few_rows_are_drawn_for_many_times():
    # a step that fits one draw of the noise, and many tables of derivatives in memory
    assert np.bincount(rows_to_measure(60, 10, True)).tolist() == [33] * 60
    assert rows_to_measure(60, 10, False).tolist() == list(range(60))
    assert len(rows_to_measure(10_000, 10, True)) == 3334
    wide = of_rows(Samples(np.ones((9, 200)), np.zeros((9, 0))), (200, 32), contractive=0.1)
    assert wide.numbers_of_a_row == 6400
    assert replace(wide, contractive=0.0).numbers_of_a_row == 200
    assert len(rows_to_measure(10_000, wide.numbers_of_a_row, False)) <= 2**22 / 6400
