"""The driver of all iterative methods: it starts, resumes, counts, notices divergence and stops."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from groundup.core.optimize import descent
from groundup.core.optimize.objective import Iterate, Method, QuadraticForm, drive, initial

FORM = QuadraticForm(np.diag([1.0, 4.0]), np.array([[1.0, 2.0], [4.0, -4.0]]))  # two targets
MINIMUM = np.array([[1.0, 2.0], [1.0, -1.0]])
ZERO = np.zeros((2, 2))


@dataclass(frozen=True)
class State:
    iteration: int
    converged: bool
    iterate: Iterate


def judge(tolerance, iteration, iterate):
    return State(iteration, bool(np.abs(iterate.gradient).max() <= tolerance), iterate)


def method(rate=0.2):
    return Method(partial(initial, FORM, ZERO), partial(descent.gradient_descent, FORM, rate=rate))


def test_it_counts_from_the_start_and_stops_when_judged_converged():
    """Bug caught: a first iterate that is skipped or counted, one step too many after convergence."""
    states = list(drive(method(), partial(judge, 1e-6), 1000))
    assert [state.iteration for state in states] == list(range(len(states)))
    assert [state.converged for state in states] == [False] * (len(states) - 1) + [True]
    assert_array_equal(states[0].iterate.w, ZERO)
    assert np.abs(states[-1].iterate.w - MINIMUM).max() < 1e-6


def test_it_takes_at_most_max_iter_steps_those_before_a_resumption_included():
    """Bug caught: a resumed method that counts from zero again."""
    assert [state.iteration for state in drive(method(), partial(judge, 0.0), 3)] == [0, 1, 2, 3]
    *_, start = drive(method(), partial(judge, 0.0), 3)
    assert [state.iteration for state in drive(method(), partial(judge, 0.0), 5, start)] == [4, 5]
    assert list(drive(method(), partial(judge, 0.0), 3, start)) == []


@pytest.mark.parametrize(
    "following",
    [
        partial(descent.gradient_descent, FORM, rate=0.2),
        partial(descent.steepest_descent, FORM),
        partial(descent.momentum, FORM, rate=0.2, decay=0.5),
        partial(descent.nesterov, FORM, rate=0.2, decay=0.5),
        partial(descent.conjugate_gradients, FORM),
    ],
)
def test_resuming_is_not_stopping(following):
    """Bug caught: momentum or a direction that lives in the loop and not in the iterate."""
    way = Method(partial(initial, FORM, ZERO), following)
    whole = list(islice(drive(way, partial(judge, 0.0), 8), 7))
    for start in whole[:-1]:
        *_, last = drive(way, partial(judge, 0.0), whole[-1].iteration, start)
        assert_array_equal(last.iterate.w, whole[-1].iterate.w)


def test_a_resumed_method_does_not_begin_again():
    """Bug caught: a pass over the data for a first iterate that nobody needs."""

    def never():
        raise AssertionError("began again")

    start = next(drive(method(), partial(judge, 0.0), 3))
    resumed = drive(replace(method(), first=never), partial(judge, 0.0), 3, start)
    assert next(resumed).iteration == 1


def test_it_stops_when_no_step_helps():
    """Bug caught: a line search that fails again and again, up to max_iter."""
    way = Method(partial(initial, FORM, ZERO), lambda iterate: iter([replace(iterate, step=0.0)]))
    states = list(drive(way, partial(judge, 0.0), 1000))
    assert [state.iteration for state in states] == [0, 1]
    assert not states[-1].converged


def test_divergence_is_named():
    """Bug caught: infinite parameters handed out as an answer; a message with the wrong iteration."""
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=r"^gone at (\d+)$") as error:
        list(drive(method(rate=1e100), partial(judge, 0.0), 100, diverged="gone at {}".format))
    values = islice(descent.gradient_descent(FORM, initial(FORM, ZERO), 1e100), 100)
    with np.errstate(all="ignore"):
        first = next(k for k, iterate in enumerate(values, start=1) if not np.isfinite(iterate.value).all())
    assert str(error.value) == f"gone at {first}"


def test_a_column_of_a_quadratic_form_has_its_derivative():
    """Bug caught: a factor ½ in the gradient, columns that are mixed."""
    value, gradient = FORM(MINIMUM)
    assert_array_equal(gradient, ZERO)
    assert_array_equal(value, -(FORM.c * MINIMUM).sum(0) / 2)
    assert_array_equal(FORM.hessian_times(MINIMUM), FORM.c)
