"""Pytest plugin that puts groundup's classes where scikit-learn's stand, before scikit-learn's tests are imported.

A test is *ours* if it fits one of our models (which checks its parameters), calls one of our functions, or fails; the
others say nothing about us.
"""

import functools
import signal
import sys

import pytest
import sklearn.cluster
import sklearn.decomposition
import sklearn.ensemble
import sklearn.feature_extraction.text
import sklearn.inspection
import sklearn.kernel_approximation
import sklearn.linear_model
import sklearn.mixture
import sklearn.naive_bayes
import sklearn.neural_network
import sklearn.svm
import sklearn.tree

import groundup
from groundup.core.estimator.parameters import Parameters
from groundup.data.text.analysis import Analysis

SECONDS = 300  # A test that takes longer fails.
FAMILIES = (
    sklearn.linear_model,
    sklearn.cluster,
    sklearn.decomposition,
    sklearn.mixture,
    sklearn.naive_bayes,
    sklearn.tree,
    sklearn.ensemble,
    sklearn.feature_extraction.text,
    sklearn.inspection,
    sklearn.kernel_approximation,
    sklearn.neural_network,
    sklearn.svm,
)
WORK = ((Parameters, "check_parameters"), (Analysis, "build_analyzer"), (Analysis, "get_stop_words"))
FORESTS = "sklearn.ensemble._forest"  # Random forests need private methods of scikit-learn's own trees.
used = False  # Whether the running test has used our code.


def counted(function):
    """Return `function`, which notes that our code was used."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        global used
        used = True
        return function(*args, **kwargs)

    return call


def pytest_configure():
    """Replace every public name that scikit-learn has as well, in all its modules that hold it."""
    for name in groundup.__all__:
        theirs = next((getattr(family, name) for family in FAMILIES if hasattr(family, name)), None)
        if theirs is None:
            continue
        ours = getattr(groundup, name)
        for module in list(sys.modules.values()):
            known = module.__name__.startswith("sklearn.") and module.__name__ != FORESTS
            if known and getattr(module, name, None) is theirs:
                setattr(module, name, ours if isinstance(ours, type) else counted(ours))
    for owner, name in WORK:
        setattr(owner, name, counted(getattr(owner, name)))


def too_slow(*_):
    pytest.fail(f"takes longer than {SECONDS} seconds", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    global used
    used = False
    signal.signal(signal.SIGALRM, too_slow)
    signal.alarm(SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        item.user_properties.append(("used", used))
