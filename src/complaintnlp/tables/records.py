"""Records of csv and tsv text.

A quotation mark that is never closed, or a cell beyond all measure, costs one record, not all.
"""

from __future__ import annotations

import csv
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from complaintnlp.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaintnlp.tables.sources import TextStream

__all__ = ["LINE_LIMIT", "Records"]

LINE_LIMIT = 1 << 26
CELL_LIMIT = 1 << 24
UNCLOSED = "a quotation mark is never closed"
OVERLONG = f"a cell is longer than {CELL_LIMIT:,} characters; cut it, or leave the row out"

# The module's default of 131,072 characters is below what a cell may hold. The limit is one for
# the whole process, so it is only ever raised.
csv.field_size_limit(max(CELL_LIMIT, csv.field_size_limit()))


class Records:
    """The records of a delimited text, each a list of cells.

    Parameters
    ----------
    text : TextStream
        The text after its first line.
    delimiter : str
        What is between cells.
    name : str
        The file, for error messages.
    first : str
        The first line.

    Attributes
    ----------
    flaw : str
        What is wrong with the last record; empty where nothing is.
    size : int
        Characters that were read; the reader of the records sets it to zero now and then.
    width : int
        How many cells a record should have; 0 while that is not known.
    """

    def __init__(self, text: TextStream, delimiter: str, name: str, first: str) -> None:
        self.flaw = ""
        self.size = 0
        self.width = 0
        self._text = text
        self._delimiter = delimiter
        self._name = name
        self._lines: list[str] = []  # of the record that is being read
        self._returned = deque([first] if first else [])
        self._at_end = False
        self._lines_read = 1
        if len(first) == LINE_LIMIT:
            self._refuse_line()

    def _feed(self) -> Iterator[str]:
        lines = self._lines
        while self._returned:
            lines.append(line := self._returned.popleft())
            yield line
        for line in iter(partial(self._text.readline, LINE_LIMIT), ""):
            self._lines_read += 1
            if len(line) == LINE_LIMIT:
                self._refuse_line()
            self.size += len(line)
            lines.append(line)
            yield line
        self._at_end = True

    def __iter__(self) -> Iterator[list[str]]:
        lines = self._lines
        more = True
        while more:
            more = False
            try:
                for cells in csv.reader(self._feed(), delimiter=self._delimiter):
                    # At the end of the file only an open quotation mark yields one more record.
                    if self._at_end or (len(cells) != self.width and self._swallowed()):
                        more = True
                        break
                    yield cells
                    lines.clear()
            except csv.Error:
                more = bool(lines)
            if more:
                yield self._recovered()
                self.flaw = ""

    def _refuse_line(self) -> None:
        """Raise a `TableError`: so long a line would fill the memory."""
        raise TableError(
            self._name,
            f"line {self._lines_read:,} is longer than {LINE_LIMIT:,} characters; "
            "split it, or take it out",
        )

    def _alone(self, line: str) -> list[str]:
        """Read a line as a record in which quotation marks are ordinary characters."""
        line = line.rstrip("\r\n")
        return line.split(self._delimiter) if line else []

    def _swallowed(self) -> bool:
        """Tell whether a stray quotation mark joined a whole record to those after it."""
        return (
            self.width > 1
            and len(self._lines) > 1
            and all(len(self._alone(line)) == self.width for line in self._lines[:2])
        )

    def _recovered(self) -> list[str]:
        """Return the first line as a record, and give the lines after it back."""
        cells = self._alone(self._lines[0])
        # An open mark takes in line after line up to the limit; an overlong cell is in one.
        overlong = len(self._lines) == 1 and len(self._lines[0]) > CELL_LIMIT
        self.flaw = OVERLONG if overlong else UNCLOSED
        self._returned.extendleft(reversed(self._lines[1:]))
        self._lines.clear()
        self._at_end = False
        return cells
