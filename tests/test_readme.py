"""What the README shows can be copied and run."""

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_runs(block):
    """Bug caught: a public name, a parameter or a state's field that was renamed but not in the README."""
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_there_is_a_block():
    """Bug caught: a fence written differently, after which nothing is run."""
    assert len(BLOCKS) == 1
