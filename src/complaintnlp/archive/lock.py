"""One run at a time: whoever writes an output holds a lock on its journal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, cast
from weakref import WeakSet

from complaintnlp.archive.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

__all__ = ["RunLock"]


class RunLock:
    """A lock on a file, for as long as a run lasts; none where the system has no locks.

    It is one of `flock`, which belongs to the descriptor that took it. A record lock (`lockf`)
    would end as soon as the process closes any other descriptor of the file, after reading it.

    Parameters
    ----------
    path : Path
        The file; it is made where there is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def take(self) -> None:
        """Take the lock.

        Raises
        ------
        ArchiveError
            When another run has it.
        """
        if fcntl is None:
            return
        self._file = cast("BinaryIO", self._path.open("ab", buffering=0))
        _held.add(self)
        if not (_lock(self._file) and self._is_in_place(self._file)):
            self.release()
            raise ArchiveError(
                f"{self._path}: another run is writing this output; "
                "wait for it to end, or name another output"
            )

    def _is_in_place(self, file: BinaryIO) -> bool:
        """Whether the file is still there: the run that had the lock may just have removed it."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let another run take it."""
        if self._file is not None:
            self._file.close()


def _lock(file: BinaryIO) -> bool:
    """Return False when another descriptor has the lock."""
    assert fcntl is not None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # the file system has no locks
        return True
    return True


_held: WeakSet[RunLock] = WeakSet()


def _leave_to_parent() -> None:
    """Let go, in a worker that was forked: it may outlive a run that is killed."""
    for lock in _held:
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
