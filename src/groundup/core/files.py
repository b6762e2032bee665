"""Files and folders that are whole or not there: written next to their target, flushed to disk, put in its place.

What is being written is called ``.NAME.HEX.part`` and is locked by its process; a part that nobody holds was left by a
process that ended, and goes with the next writing of the same target.
"""

import ctypes
import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where nothing is locked and abandoned parts stay
    fcntl = None  # type: ignore[assignment]

PART = re.compile(r"\..*\.[0-9a-f]{8}\.(part|old)")  # Names of parts.
SHOWN = 50  # Characters of a target's name in the name of its part: names of files have at most 255 bytes.
HERE, EXCHANGE = -100, 2  # Linux: paths relative to the current folder; the two names are exchanged.


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file; whoever reads it finds the earlier content or all of the new, even after a power failure.

    Parameters
    ----------
    path : path
        An existing file is replaced and keeps its permissions, a symbolic link stays one; a pipe or a device is
        written to.
    content : str or bytes
        Text is written as UTF-8.
    """
    content = content.encode("utf-8") if isinstance(content, str) else content
    if is_stream(Path(path)):
        Path(path).write_bytes(content)
        return
    with replacing(path) as part:
        part.write_bytes(content)


def is_stream(path: Path) -> bool:
    """Whether a path is a pipe or a device, which nothing can take the place of."""
    return path.exists() and not (path.is_file() or path.is_dir())


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path for a new file, which takes the place of `path` at the end; after an error nothing has changed."""
    target = Path(path).resolve()
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(target.parent))
    with _part_of(target, folder=False) as part:
        yield part
        with suppress(FileNotFoundError):
            part.chmod(target.stat().st_mode & 0o777)
        flush(part)
        os.replace(part, target)
    flush_folder(target.parent)


@contextmanager
def replacing_folder(path: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Give a new folder, which takes the place of `path` at the end; after an error nothing has changed.

    Parameters
    ----------
    path : Path
        The folder to be replaced, or to be made.
    ours : callable
        Whether a file of the earlier folder, by its path relative to it, is gone with it; all others are kept.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with _part_of(target, folder=True) as part:
        yield part
        with locked(target.parent):
            _link_others(target, part, ours)
            for folder, _, names in os.walk(part):
                for name in names:
                    flush(Path(folder, name))
                flush_folder(Path(folder))
            _put(part, target)
            flush_folder(target.parent)
        shutil.rmtree(part, ignore_errors=True)  # The earlier folder; what stays of it goes with the next writing.


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let other processes that ask for the same folder wait; where there are no locks, let them go on."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, wait=True)
        yield
    finally:
        os.close(handle)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time be at work in a folder; where there are no locks, let all.

    Raises
    ------
    BlockingIOError
        Where another process is at work there.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BlockingIOError(error.errno, "another process is at work there", str(folder)) from error
            except OSError:  # a file system without locks
                pass
        yield
    finally:
        os.close(handle)


def flush(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    if path.is_symlink() or not path.is_file():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk, where the file system offers that."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _part_of(target: Path, *, folder: bool) -> Iterator[Path]:
    """Make and lock an empty part; it is removed unless it has been renamed."""
    _remove_abandoned(target)
    while True:
        part = target.with_name(f".{target.name[:SHOWN]}.{secrets.token_hex(4)}.part")
        if folder:
            part.mkdir()
        handle = os.open(part, os.O_RDONLY if folder else os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        _lock(handle, wait=True)
        if part.exists():
            break
        os.close(handle)  # Another process removed it, for it was not locked yet.
    try:
        yield part
    except BaseException:
        _remove(part)
        raise
    finally:
        os.close(handle)


def _remove_abandoned(target: Path) -> None:
    """Remove the parts that ended processes left, and put back a folder that was being replaced."""
    start = f".{target.name[:SHOWN]}."
    names = os.listdir(target.parent)
    found = [target.with_name(name) for name in names if name.startswith(start) and PART.fullmatch(name)]
    if not found:
        return
    with locked(target.parent):
        for path in found:
            if path.suffix == ".old" and not os.path.lexists(target) and path.exists():
                path.rename(target)
            elif _is_abandoned(path):
                _remove(path)


def _is_abandoned(path: Path) -> bool:
    """Whether no process holds the lock of a part."""
    if fcntl is None:
        return False
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return _lock(handle, wait=False)
    finally:
        os.close(handle)


def _lock(handle: int, *, wait: bool) -> bool:
    """Lock an open file or folder until it is closed, and return whether that was possible."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # held by another process, or a file system without locks
        return False
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _link_others(old: Path, new: Path, ours: Callable[[Path], bool]) -> None:
    """Let the new folder hold those files of the old one that are not replaced.

    They are linked, not moved, so that both folders are whole at any moment.
    """
    for path in sorted(old.rglob("*")) if old.is_dir() else ():
        place = path.relative_to(old)
        if path.is_dir() and not path.is_symlink():
            if ours(place):
                raise IsADirectoryError(errno.EISDIR, "is a folder, where a file is to be written", str(path))
            if not any(path.iterdir()):
                (new / place).mkdir(parents=True, exist_ok=True)
        elif not (ours(place) or os.path.lexists(new / place) or (PART.fullmatch(path.name) and _is_abandoned(path))):
            (new / place).parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, new / place, follow_symlinks=False)
            except OSError:  # a file system without links
                shutil.copy2(path, new / place, follow_symlinks=False)


def _put(new: Path, target: Path) -> None:
    """Put a folder in the place of another, whose content then has the first one's name."""
    if not target.is_dir():
        os.rename(new, target)
    elif not _exchanged(new, target):
        aside = new.with_suffix(".old")
        os.rename(target, aside)
        try:
            os.rename(new, target)
        except BaseException:
            os.rename(aside, target)
            raise
        os.rename(aside, new)


def _exchanged(a: Path, b: Path) -> bool:
    """Exchange the names of two folders in one step, and return whether the system could."""
    if sys.platform not in ("linux", "darwin"):
        return False
    system, names = ctypes.CDLL(None), (os.fsencode(a), os.fsencode(b))
    if hasattr(system, "renameat2"):
        return bool(system.renameat2(HERE, names[0], HERE, names[1], EXCHANGE) == 0)
    return hasattr(system, "renamex_np") and bool(system.renamex_np(*names, EXCHANGE) == 0)  # macOS
