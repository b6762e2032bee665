"""Expectation-maximisation as an iterator of states: E-step and M-step in turn, from several starts.

Source: Dempster, Laird and Rubin, Maximum likelihood from incomplete data via the EM algorithm, J. R. Stat. Soc. B 39
(1977).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from groundup.core.storage import record
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture
from groundup.projects.gaussian_mixture.solvers.maximization import maximize
from groundup.projects.gaussian_mixture.solvers.moments import Moments
from groundup.projects.gaussian_mixture.solvers.squarem import extrapolated

EQUAL = 1e-10  # Log-densities that differ by less, relatively, are equally good: the first run is kept.

Expect = Callable[[Mixture], tuple[Moments, float]]


@record
class Fit:
    """The mixture of a run, and what its E-steps found.

    Parameters
    ----------
    mixture : Mixture
        After the last M-step; after an E-step the one it used; in `EMState.fit` possibly extrapolated.
    bounds : tuple of float
        Mean log-density of the samples at every E-step, but for those of discarded extrapolations.
    run : int
        Number of the start, from 0.
    converged : bool
        Whether the last change was below tol.
    """

    mixture: Mixture
    bounds: tuple[float, ...]
    run: int
    converged: bool


@record
class EMState:
    """An E-step or an M-step.

    Parameters
    ----------
    fit : Fit
        The run so far: at an E-step the parameters that it uses, at an M-step new ones.
    moments : Moments or None
        What an E-step found: sums over the samples, shared out by responsibility; None after an M-step.
    log_likelihood : float
        Mean log-density of the samples at the last E-step.
    change : float
        By how much it differs from that of the E-step before; NaN at the first.
    iteration : int
        Number of steps of this run, E-steps and M-steps.
    run : int
        Number of the start, from 0.
    path : tuple of Mixture
        Results of M-steps from which the next parameters are extrapolated; empty without acceleration.
    best : Fit
        The best of all runs so far, this one included.
    entropy : tuple of int
        Seed of all random numbers, together with the run.
    converged : bool
        Whether this is the last state of the last run, and the best run met the stopping rule.
    """

    fit: Fit
    moments: Moments | None
    log_likelihood: float
    change: float
    iteration: int
    run: int
    path: tuple[Mixture, ...]
    best: Fit
    entropy: tuple[int, ...]
    converged: bool

    @property
    def step(self) -> str:
        """Which step it was, "E" or "M"."""
        return "M" if self.moments is None else "E"


@dataclass(frozen=True)
class Options:
    """How EM starts, and when it ends.

    Parameters
    ----------
    expect : callable
        The E-step.
    start : callable
        Returns the first mixture of a run.
    floor : float
        What an M-step adds to every variance.
    tol : float
        A run has converged when the mean log-density changes by less.
    max_iter, n_init : int
        Largest number of E-steps of a run, and number of runs.
    accelerated : bool
        Whether parameters are extrapolated.
    reached : float, default=nan
        Mean log-density at the last E-step of the fit from whose parameters this one starts.
    """

    expect: Expect
    start: Callable[[np.random.Generator], Mixture]
    floor: float
    tol: float
    max_iter: int
    n_init: int
    accelerated: bool
    reached: float = nan


def runs(kind: Covariance, options: Options, entropy: tuple[int, ...], last: EMState | None) -> Iterator[EMState]:
    """Yield the states of all runs, resuming from `last` if it is given."""
    state = last
    for run in range(last.run if last else 0, options.n_init):
        if state is None or state.run != run:
            fit = Fit(options.start(np.random.default_rng([*entropy, run])), (), run, converged=False)
            best = fit if state is None else state.best
            state = EMState(fit, None, options.reached, nan, 0, run, (), best, entropy, converged=False)
            if options.max_iter == 0:
                yield state
        while state.step == "E" or not (state.fit.converged or len(state.fit.bounds) >= options.max_iter):
            state = after_e(kind, options, state) if state.step == "E" else after_m(options, state)
            yield state


def after_m(options: Options, state: EMState) -> EMState:
    """Return the E-step that follows.

    Where extrapolated parameters are worse than those before, it goes back to the last M-step.
    """
    mixture, path = state.fit.mixture, state.path
    jumped = len(path) == 3
    moments, value = attempted(options, mixture) if jumped else options.expect(mixture)
    if jumped and not value >= state.log_likelihood:
        jumped, mixture = False, path[-1]
        moments, value = options.expect(mixture)
    if len(path) == 3:
        path = ()
    change = value - state.log_likelihood
    stopped = abs(change) < options.tol and not jumped  # after a jump, a small change says little about the next one
    fit = Fit(mixture, (*state.fit.bounds, value), state.run, stopped)
    best = state.best
    if best.run == state.run or value > best.bounds[-1] + EQUAL * max(1.0, abs(value)):
        best = fit
    return replace(
        state,
        fit=fit,
        moments=moments,
        log_likelihood=value,
        change=change,
        iteration=state.iteration + 1,
        path=path,
        best=best,
    )


def after_e(kind: Covariance, options: Options, state: EMState) -> EMState:
    """Return the M-step that follows."""
    assert state.moments is not None
    plain, path = maximize(kind, state.moments, options.floor), state.path
    mixture = plain
    ended = state.fit.converged or len(state.fit.bounds) >= options.max_iter
    if options.accelerated and not ended:
        path = (*path, plain) if path else (state.fit.mixture, plain)
        if len(path) == 3:
            mixture = extrapolated(kind, path, options.floor)
    fit = replace(state.fit, mixture=mixture)
    best = replace(fit, mixture=plain) if state.best.run == state.run else state.best
    converged = ended and state.run == options.n_init - 1 and best.converged
    return replace(
        state, fit=fit, moments=None, iteration=state.iteration + 1, path=path, best=best, converged=converged
    )


def attempted(options: Options, mixture: Mixture) -> tuple[Moments | None, float]:
    """Return what an E-step finds, and a log-density of −∞ where a covariance is not positive definite."""
    try:
        return options.expect(mixture)
    except np.linalg.LinAlgError:
        return None, -np.inf
