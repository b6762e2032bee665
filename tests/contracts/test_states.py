"""Every public estimator: work happens in the iteration, and each state says where it stands."""

import warnings

import numpy as np

from contracts.cases import cases
from groundup.core.estimator.training import Training, scalars

DECOMPOSITIONS = ("cholesky", "eigh", "eigvalsh", "inv", "lstsq", "pinv", "qr", "solve", "svd")


@cases()
def test_nothing_is_factorised_before_the_first_state(case, monkeypatch):
    """Bug caught: a fit in `_prepare`, which no time limit, progress line or Ctrl-C can see."""

    def refused(*args, **kwargs):
        raise AssertionError("factorised before the first state was asked for")

    with monkeypatch.context() as patch:
        for name in DECOMPOSITIONS:
            patch.setattr(np.linalg, name, refused)
        training = Training(case.model(), *case.data())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert next(iter(training)) is training.state


@cases()
def test_states_count_and_show_what_is_watched(case):
    """Bug caught: a counter under another name, a watched field that the states have not, an end that is not told."""
    model = case.model()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        states = list(model.steps(*case.data()))
    steps = np.diff([state.iteration for state in states])
    assert ((steps == 1) | (getattr(model, "n_init", 1) != 1)).all()
    assert all(isinstance(state.converged, bool) for state in states)
    assert not any(state.converged for state in states[:-1])
    for state in states:
        assert model.watched in scalars(state)
        assert "iteration" in scalars(state)
