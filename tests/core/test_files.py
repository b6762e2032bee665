"""Files and folders are whole or not there, whoever interrupts, and nothing is left of what was interrupted."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from groundup.core import files
from groundup.core.files import PART, locked, replacing, replacing_folder, write_whole


def names(folder):
    return sorted(os.listdir(folder))


def ours(path):
    return path.as_posix() in ("page", "figures/a.svg", "figures/b.svg")


def half(writing):
    """Write something, and be interrupted."""
    with writing as part:
        (part / "page" if part.is_dir() else part).write_text("half")
        raise KeyboardInterrupt


def whole(path):
    """Write a folder with a page."""
    with replacing_folder(path, ours) as part:
        (part / "page").write_text("new")


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path):
    # would catch: the target opened for writing; a part left after an error
    target = tmp_path / "a.txt"
    write_whole(target, "old")
    with pytest.raises(KeyboardInterrupt):
        half(replacing(target))
    assert target.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]
    write_whole(target, "neü")
    assert target.read_bytes() == "neü".encode()
    write_whole(target, b"\x00")
    assert target.read_bytes() == b"\x00"


def test_permissions_and_links_stay(tmp_path):
    # would catch: a private file made public by its next version, a link to another disk replaced by a file
    target = tmp_path / "real" / "a.txt"
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o600)
    (tmp_path / "link").symlink_to(target)
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o600
    assert names(target.parent) == ["a.txt"]


def test_a_device_is_written_to():
    # would catch: --out /dev/null replaced by a file
    write_whole("/dev/null", "x")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(("place", "error"), [("folder", IsADirectoryError), ("none/a.txt", FileNotFoundError)])
def test_where_no_file_can_be(tmp_path, place, error):
    # would catch: an error that names the part and not what the user asked for
    (tmp_path / "folder").mkdir()
    with pytest.raises(error) as caught:
        write_whole(tmp_path / place, "x")
    assert "part" not in str(caught.value)
    assert names(tmp_path) == ["folder"]


def test_a_folder_takes_the_place_of_another_with_its_strangers(tmp_path):
    # would catch: notes of the user's lost with the old folder; files of the old run left among the new ones
    target = tmp_path / "run"
    (target / "figures").mkdir(parents=True)
    (target / "mine" / "deep").mkdir(parents=True)
    (target / "empty").mkdir()
    for name in ("page", "figures/a.svg", "figures/b.svg", "figures/mine.png", "mine/deep/notes.txt", ".hidden"):
        (target / name).write_text("old")
    (target / "link").symlink_to("mine")
    with replacing_folder(target, ours) as part:
        (part / "figures").mkdir()
        for name in ("page", "figures/a.svg"):
            (part / name).write_text("new")
        assert (target / "page").read_text() == "old"
    found = {p.relative_to(target).as_posix(): p.read_text() for p in sorted(target.rglob("*")) if p.is_file()}
    assert found == {
        ".hidden": "old",
        "figures/a.svg": "new",
        "figures/mine.png": "old",
        "mine/deep/notes.txt": "old",
        "page": "new",
    }
    assert (target / "link").is_symlink()
    assert (target / "empty").is_dir()
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_folder_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch, in_one_step):
    # would catch: the old folder gone before the new one is there, also where a system cannot exchange names
    if not in_one_step:
        monkeypatch.setattr(files, "_exchanged", lambda a, b: False)
    target = tmp_path / "run"
    for content in ("old", "new"):
        with replacing_folder(target, ours) as part:
            (part / "page").write_text(content)
        assert (target / "page").read_text() == content
    with pytest.raises(KeyboardInterrupt):
        half(replacing_folder(target, ours))
    assert (target / "page").read_text() == "new"
    assert names(tmp_path) == ["run"]


def test_an_interrupted_exchange_is_undone(tmp_path, monkeypatch):
    # would catch: no folder at all after Ctrl-C between two renames
    target = tmp_path / "run"
    target.mkdir()
    (target / "page").write_text("old")
    monkeypatch.setattr(files, "_exchanged", lambda a, b: False)
    usual = os.rename

    def rename(source, place):
        if Path(place) == target and Path(source).suffix == ".part":
            raise KeyboardInterrupt
        usual(source, place)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        whole(target)
    assert (target / "page").read_text() == "old"
    assert names(tmp_path) == ["run"]


def test_a_folder_that_was_set_aside_comes_back(tmp_path):
    # would catch: the only whole run removed as a leftover, after a kill between two renames
    (tmp_path / ".run.0123abcd.old").mkdir()
    (tmp_path / ".run.0123abcd.old" / "notes").write_text("old")
    whole(tmp_path / "run")
    assert {name: (tmp_path / "run" / name).read_text() for name in names(tmp_path / "run")} == {
        "notes": "old",
        "page": "new",
    }
    assert names(tmp_path) == ["run"]


def test_a_folder_in_the_place_of_a_file_is_not_destroyed(tmp_path):
    # would catch: a user's folder called page removed
    (tmp_path / "run" / "page").mkdir(parents=True)
    (tmp_path / "run" / "page" / "notes").write_text("mine")
    with (
        pytest.raises(IsADirectoryError, match="is a folder, where a file is to be written"),
        replacing_folder(tmp_path / "run", ours) as part,
    ):
        (part / "page").write_text("new")
    assert (tmp_path / "run" / "page" / "notes").read_text() == "mine"
    assert names(tmp_path) == ["run"]


HANGING = """
import sys, time
from groundup.core.files import replacing, replacing_folder
make = replacing if sys.argv[2] == "file" else lambda path: replacing_folder(path, lambda place: True)
from pathlib import Path
with make(Path(sys.argv[1])) as part:
    print(part, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_parts_of_dead_processes_go_and_those_of_living_ones_stay(tmp_path, kind):
    # would catch: a hidden file for every kill; the part of a run in progress removed by another one
    target = tmp_path / "a"
    write = (lambda: write_whole(target, "x")) if kind == "file" else (lambda: whole(target))

    process = subprocess.Popen([sys.executable, "-c", HANGING, str(target), kind], stdout=subprocess.PIPE, text=True)
    part = Path(process.stdout.readline().strip())
    write()
    assert names(tmp_path) == [part.name, "a"]
    process.send_signal(signal.SIGKILL)
    process.wait()
    write()
    assert names(tmp_path) == ["a"]
    process.stdout.close()


def test_a_long_name_has_a_part_too(tmp_path):
    # would catch: a name that is allowed, with a part whose name is too long
    name = "ü" * 120 + ".txt"
    write_whole(tmp_path / name, "x")
    assert names(tmp_path) == [name]
    assert PART.fullmatch(f".{name}.0123abcd.part")
    assert not PART.fullmatch("part.0123abcd.part")


def test_the_lock_of_a_folder_makes_others_wait(tmp_path):
    # would catch: two runs that take a folder's place at once
    order = []

    def wait():
        with locked(tmp_path):
            order.append("second")

    thread = threading.Thread(target=wait)
    with locked(tmp_path):
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
