"""What is installed and run by others is what was tested: everything from elsewhere is named by its hash."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit(path):
    """Bug caught: an action named by a tag, which its owner, or a thief, can move."""
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert lines
    assert [line for line in lines if not re.search(r"uses: [\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", line)] == []


def test_every_locked_version_has_a_hash_that_is_asked_for():
    """Bug caught: a lock file without hashes, or an installation from it that does not look at them."""
    for name in ("run", "dev"):
        lock = (ROOT / "locks" / f"{name}.txt").read_text("utf-8")
        versions = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==.*\\\n +--hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
        assert versions
        assert len(versions) == len(re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==", lock, re.MULTILINE))
    installs = re.findall(r"pip install .*-r locks/\w+\.txt", (ROOT / "Makefile").read_text("utf-8"))
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)
