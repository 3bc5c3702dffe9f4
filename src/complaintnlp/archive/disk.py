"""Writing so that nothing is lost, and saying in one line why something could not be written."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from complaintnlp.archive.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["sync_file", "told", "write_all"]


@contextmanager
def told(where: str | Path) -> Iterator[None]:
    """Say in one line why something could not be written."""
    try:
        yield
    except BrokenPipeError as error:
        raise ArchiveError(f"{where} was closed by the program that reads it") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        problem = "the disk is full" if full else f"cannot be written: {error.strerror}"
        raise ArchiveError(f"{where}: {problem}") from error


def write_all(file: BinaryIO, block: bytes) -> None:
    """Write the whole block: an unbuffered file may take less at once."""
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]


def sync_file(path: Path) -> None:
    """Wait until the file is on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
