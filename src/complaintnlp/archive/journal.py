"""The journal of a run: which chunks are safely in the output, so that a killed run can go on.

A journal is a file of JSON lines. The first says what the run is: inputs, model and options by
digest. Each line after it says how long one block of the output is, its CRC-32, what was counted
and what was rejected. A block counts as done when its line is whole and the bytes in the partial
output have that CRC; so it does not matter at which instant a kill or a power cut came, nor in
which order the system wrote the two files to disk.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["FINISHED", "JOURNAL_FORMAT", "Journal", "as_written", "differences", "read_journal"]

JOURNAL_FORMAT = 1
FINISHED = "finished"


class Journal:
    """A journal that is being written.

    Parameters
    ----------
    path : Path
        The file.
    end : int
        How much of it is kept; lines are added there.
    """

    def __init__(self, path: Path, end: int) -> None:
        self._file = path.open("ab", buffering=0)
        self._file.truncate(end)

    def add(self, entry: dict[str, Any]) -> None:
        """Add one line."""
        line = json.dumps(entry, ensure_ascii=True, separators=(",", ":")) + "\n"
        self._file.write(line.encode())

    def sync(self) -> None:
        """Wait until the lines are on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_journal(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the whole lines of a journal, each with the offset of its end.

    A line that was cut off ends the journal: what comes after it was never finished.
    """
    end = 0
    with path.open("rb") as file:
        for line in file:
            try:
                entry = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                return
            if not isinstance(entry, dict):
                return
            end += len(line)
            yield entry, end


def as_written(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as a journal gives it back: lists for tuples."""
    plain: dict[str, Any] = json.loads(json.dumps(entry))
    return plain


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return the names of what is not the same in two descriptions of a run.

    Examples
    --------
    >>> differences({"model": "a1", "raw_cells": False}, {"model": "b2", "raw_cells": False})
    ['model']
    """
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]
