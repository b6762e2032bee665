"""What users call says what goes in, what comes out, and what is refused."""

import inspect
import re

import pytest

import groundup
from groundup import saving
from groundup.core import metrics
from groundup.core.checks import inputs
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.estimator.clusterer import Clusterer
from groundup.core.estimator.detector import Detector
from groundup.core.estimator.regressor import Regressor
from groundup.core.estimator.transformer import Transformer

PUBLIC = [getattr(groundup, name) for name in groundup.__all__]
BASES = [Regressor, ProbabilisticClassifier, Clusterer, Detector, Transformer]


def public_methods(kind):
    """Methods of a class and its bases that a user can call with arguments."""
    methods = [method for name, method in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")]
    return [method for method in methods if len(inspect.signature(method).parameters) > 1]


CALLED = dict.fromkeys(
    [
        *(getattr(metrics, name) for name in metrics.__all__),
        *(getattr(saving, name) for name in ("save", "load", "save_state", "load_state", "read_about")),
        inputs.as_matrix,
        inputs.as_target,
        inputs.as_weight,
        *(function for function in PUBLIC if inspect.isfunction(function)),
        *(method for kind in [*PUBLIC, *BASES] if inspect.isclass(kind) for method in public_methods(kind)),
    ]
)


@pytest.mark.parametrize("function", CALLED, ids=lambda f: f.__qualname__)
def test_a_docstring_names_every_argument_and_its_errors(function):
    # would catch: an argument added without a word, or errors that a caller learns of by running into them
    text = inspect.getdoc(function)
    signature = inspect.signature(function)
    sections = re.split(r"\n(?=\w+\n---+\n)", text)
    named = {section.partition("\n")[0]: section for section in sections[1:]}
    arguments = [name for name in signature.parameters if name != "self"]
    missing = [name for name in arguments if not re.search(rf"^[\w*, ]*\b{name}\b.* : ", named["Parameters"], re.M)]
    assert missing == []
    assert "Raises" in named
    assert {"Returns", "Yields"} & set(named) or signature.return_annotation is None
