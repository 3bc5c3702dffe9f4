"""The inputs of a run, opened, and read one after the other."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complaintnlp.archive.chunks import Chunk
from complaintnlp.errors import InputError
from complaintnlp.tables import STREAM, ColumnNames, Limits, ReadOptions, find_columns, open_tables

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from complaintnlp.tables import Table

    Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

__all__ = ["Inputs", "Reading", "identity", "names_of"]


def names_of(inputs: Paths) -> list[str]:
    """Return the names of the files that a caller gave: one path, or several.

    Examples
    --------
    >>> names_of("a.csv"), names_of([Path("a.csv"), "-"])
    (['a.csv'], ['a.csv', '-'])
    """
    several = [inputs] if isinstance(inputs, str | os.PathLike) else inputs
    return [os.fspath(path) for path in several]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the inputs of a run are read.

    Parameters
    ----------
    names : ColumnNames
        The columns that the user named.
    encoding, sheet, stream_format, limits
        As in `relabel`.
    """

    names: ColumnNames
    encoding: str | None
    sheet: str | None
    stream_format: str | None
    limits: Limits

    def options(self) -> ReadOptions:
        """Return what the readers need to know."""
        return ReadOptions(self.encoding, self.sheet, self.names.header_names(), self.limits)


class Inputs:
    """The opened inputs of a run.

    Parameters
    ----------
    paths : sequence of str
        Files, or ``-``.
    reading : Reading
        How they are read.
    """

    def __init__(self, paths: Sequence[str], reading: Reading) -> None:
        if not paths:
            raise InputError("no input given; name at least one file, or - for standard input")
        if paths.count(STREAM) > 1:
            raise InputError("standard input (-) can be read only once")
        self.tables: list[Table] = []
        self.has_stream = STREAM in paths
        self._left_out: list[str] = []
        self._current = 0
        try:
            for path in paths:
                self._open(path, reading)
                if len(paths) > 1:
                    self.close()
        except BaseException:
            self.close()
            raise

    def _open(self, path: str, reading: Reading) -> None:
        """Open a file; of a workbook with several sheets, those with a text column."""
        opened = open_tables(path, reading.options(), stream_format=reading.stream_format)
        texts = [find_columns(table.columns, reading.names).text for table in opened]
        for table, text in zip(opened, texts, strict=True):
            if text is None and any(text is not None for text in texts):
                self._left_out.append(f"{table.name}: no text column, left out")
            else:
                self.tables.append(table)

    def close(self) -> None:
        """Close what is open; it is opened again when it is read."""
        for table in self.tables:
            table.close()

    def notes(self) -> list[str]:
        """Say how each table is read, and which were left out."""
        read = [f"{table.name}: {note}" for table in self.tables for note in table.notes]
        return [*read, *self._left_out]

    def chunks(self) -> Generator[Chunk, None, None]:
        """Yield the batches of all tables."""
        for position, table in enumerate(self.tables):
            self._current = position
            for batch in table.batches():
                yield Chunk(position, batch)
        self._current = len(self.tables)

    def share(self) -> float | None:
        """Return the share of the inputs that has been read, or None where that is unknown."""
        if self._current == len(self.tables):
            return 1.0
        share = self.tables[self._current].progress()
        return None if share is None else (self._current + share) / len(self.tables)


def identity(path: str) -> list[str | int]:
    """Return what tells one input from another: its name, its size and its SHA-256."""
    if path == STREAM:
        return [path]
    with Path(path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return [path, file.tell(), digest]
