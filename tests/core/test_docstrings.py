"""What users call says what goes in, what comes out, and what is refused."""

import inspect
import re

import pytest

from groundup import saving
from groundup.core import metrics
from groundup.core.checks import inputs
from groundup.core.estimator import base, clusterer, regressor, transformer

CALLED = [
    *(getattr(metrics, name) for name in metrics.__all__),
    *(getattr(saving, name) for name in ("save", "load", "save_state", "load_state", "read_about")),
    inputs.as_matrix,
    inputs.as_target,
    inputs.as_weight,
    base.Estimator.fit,
    regressor.Regressor.predict,
    regressor.Regressor.score,
    clusterer.Clusterer.fit_predict,
    transformer.Transformer.transform,
    transformer.Transformer.fit_transform,
]


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
    assert "Returns" in named or signature.return_annotation is None
