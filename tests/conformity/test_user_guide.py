"""A program of scikit-learn's user guide must run, with the same outcome, when its import line is changed."""

import inspect
import re
from types import SimpleNamespace

import numpy as np
import pytest
import sklearn.cluster
import sklearn.linear_model
from numpy.testing import assert_allclose

import groundup
from conformity import user_guide

KITS = (sklearn.linear_model, sklearn.cluster)
THEIRS = SimpleNamespace(**{name: getattr(kit, name) for kit in KITS for name in kit.__all__})


def numbers(outcome):
    """All numbers of an outcome, in one row."""
    parts = outcome if isinstance(outcome, (tuple, list)) else [outcome]
    nested = [numbers(part) if isinstance(part, (tuple, list)) else np.ravel(part).astype(float) for part in parts]
    return np.concatenate(nested)


@pytest.mark.parametrize("program", user_guide.EXAMPLES, ids=lambda program: program.__name__)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_program_runs_with_only_its_import_changed(program):
    """Bug caught: a parameter, an attribute, a shape or a form of input that scikit-learn has and we have not."""
    assert_allclose(numbers(program(groundup)), numbers(program(THEIRS)), rtol=2e-3, atol=2e-3)


def test_every_program_of_the_file_is_run():
    """Bug caught: programs that are defined and never run."""
    defined = re.findall(r"^def (\w+)\(lib\):", inspect.getsource(user_guide), re.MULTILINE)
    assert [program.__name__ for program in user_guide.EXAMPLES] == defined
    assert len(defined) >= 20
