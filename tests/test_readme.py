"""What the README shows can be copied and run."""

import re
from pathlib import Path

import pytest

from groundup import projects

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_runs(block):
    """Bug caught: a public name, a parameter or a state's field that was renamed but not in the README."""
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_the_table_of_projects_is_the_list():
    """Bug caught: a project that is finished, or added, and not in the table."""
    assert README.count("| **finished** |") == len(projects.FINISHED)


def test_there_is_a_block():
    """Bug caught: a fence written differently, after which nothing is run."""
    assert len(BLOCKS) == 1
