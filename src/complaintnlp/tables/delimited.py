"""Tables of text with a delimiter: csv and tsv."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import TableError
from complaintnlp.tables.batch import BATCH_CHARACTERS, BATCH_ROWS, Batch, Flaw
from complaintnlp.tables.cells import as_text, neutralize
from complaintnlp.tables.encodings import DAMAGE, has_damage, show_damage
from complaintnlp.tables.header import HEADER_WITHIN, find_header, is_blank, unique_names
from complaintnlp.tables.records import LINE_LIMIT, Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from complaintnlp.tables.batch import Row, Table
    from complaintnlp.tables.options import ReadOptions
    from complaintnlp.tables.sources import Source

__all__ = ["DelimitedSink", "DelimitedTable", "read_delimited"]

DELIMITERS = {"csv": ",", "tsv": "\t"}
_QUOTED = re.compile('["\\r\\n]')


def _delimiter_in(line: str, usual: str) -> str:
    """Return the usual delimiter, or another common one where the first line has only that."""
    return usual if usual in line else next((other for other in "\t;|" if other in line), usual)


class DelimitedTable:
    """A csv or tsv file, read in one pass."""

    typed = False

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self.name = source.name
        self.schema: dict[str, Any] = {}
        self.notes: list[str] = []
        self._source = source
        self._options = options
        self._opened: Iterator[tuple[list[str], str]] | None = None
        self._start()

    def _start(self) -> None:
        self._damage = DAMAGE.count
        self._text = self._source.open_text(self._options.encoding, newline="")
        first = self._text.readline(LINE_LIMIT)
        delimiter = _delimiter_in(first, DELIMITERS[self._source.format])
        self._records = Records(self._text, delimiter, self.name, first)
        records = iter(self._records)
        rows: list[list[str]] = []
        flaws: list[str] = []
        position = 0
        for cells in islice(records, HEADER_WITHIN):
            rows.append(cells)
            flaws.append(self._records.flaw)
            position = find_header(rows, self._options.header_names)
            self._records.width = len(rows[position])
        if not rows:
            raise TableError(self.name, "is empty: there is no header")
        self._delimiter = delimiter
        self.columns = unique_names(map(show_damage, rows[position]))
        self._first_row = position + 2
        self.notes = [f"encoding {self._text.taken.removesuffix('-sig')}"]
        if position:
            self.notes.append(f"header in row {position + 1}")
        top = list(zip(rows, flaws, strict=True))
        self._opened = self._continue(top[position + 1 :], records)

    def _continue(
        self, top: list[tuple[list[str], str]], records: Iterator[list[str]]
    ) -> Iterator[tuple[list[str], str]]:
        yield from top
        for cells in records:
            yield cells, self._records.flaw

    def progress(self) -> float | None:
        """Return the share of the file that has been read."""
        return self._source.progress()

    def close(self) -> None:
        """Close the file, unless it is a stream that cannot be read again."""
        if not self._source.is_stream:
            self._opened = None
            self._text.close()

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in order, without blank ones at the end; then close the file."""
        if self._opened is None:
            self._start()
        try:
            yield from self._batches()
        finally:
            self.close()

    def _batches(self) -> Iterator[Batch]:
        opened, self._opened = self._opened, None
        batch = Batch(self._first_row)
        records, width = self._records, len(self.columns)
        blank = 0
        for cells, flaw in opened or ():
            if not cells or (not cells[0].strip() and is_blank(cells)):
                blank += 1
                continue
            if blank:
                yield from self._fill(batch, blank)
                blank = 0
            position = len(batch.rows)
            if len(cells) != width:
                self._fit(cells, batch, position)
            if flaw:
                batch.flaws[position] = Flaw("", flaw)
            batch.rows.append(cells)
            if position >= BATCH_ROWS - 1 or records.size > BATCH_CHARACTERS:
                yield self._checked(batch)
        if batch.rows:
            yield self._checked(batch)
        if blank:
            self.notes.append(f"{blank:,} blank rows at the end left out")

    def _fill(self, batch: Batch, blank: int) -> Iterator[Batch]:
        """Add the blank rows that turned out not to be at the end."""
        for _ in range(blank):
            batch.rows.append([""] * len(self.columns))
            if len(batch.rows) >= BATCH_ROWS:
                yield self._checked(batch)

    def _fit(self, cells: list[str], batch: Batch, position: int) -> None:
        """Make a row as long as the header; what is too much stays in the last column."""
        width = len(self.columns)
        cells.extend([""] * (width - len(cells)))
        surplus = cells[width:]
        if any(surplus):
            reason = f"the row has {len(cells)} cells, the header {width}"
            batch.flaws[position] = Flaw(self.columns[-1], reason)
            cells[width - 1] = self._delimiter.join(cells[width - 1 :])
        del cells[width:]

    def _checked(self, batch: Batch) -> Batch:
        """Return the batch with undecodable rows flagged, and make `batch` ready for the next."""
        done = Batch(batch.first_row, batch.rows, batch.flaws)
        if DAMAGE.count != self._damage:
            for position, row in enumerate(done.rows):
                for column, cell in zip(self.columns, row, strict=True):
                    if has_damage(cell):
                        done.flaws[position] = Flaw(column, f"not valid {self._encoding}")
                        done.rows[position] = [show_damage(cell) for cell in row]
                        break
        batch.first_row += len(batch.rows)
        batch.rows, batch.flaws = [], {}
        self._records.size = 0
        return done

    @property
    def _encoding(self) -> str:
        return self._text.taken.removesuffix("-sig").upper()


def read_delimited(source: Source, options: ReadOptions) -> list[Table]:
    """Open a csv or tsv file."""
    return [DelimitedTable(source, options)]


class DelimitedSink:
    r"""Rows as csv or tsv.

    Parameters
    ----------
    format_name : str
        ``"csv"`` or ``"tsv"``. The first is written with a byte-order mark, for Excel.
    columns : sequence of str
        The header.
    raw_cells : bool
        Whether cells that a spreadsheet would run are left as they are.

    Examples
    --------
    >>> sink = DelimitedSink("tsv", ["id", "text"])
    >>> sink.header() + sink.render([["1", "=1+1"]])
    b"id\ttext\r\n1\t'=1+1\r\n"
    """

    appendable = True

    def __init__(
        self, format_name: str, columns: Sequence[str], *, raw_cells: bool = False
    ) -> None:
        self._delimiter = DELIMITERS[format_name]
        self._mark = b"\xef\xbb\xbf" if format_name == "csv" else b""
        self._columns = list(columns)
        self._raw_cells = raw_cells

    def header(self) -> bytes:
        """Return what the file begins with."""
        return self._mark + self.render([self._columns])

    def render(self, rows: list[Row]) -> bytes:
        """Return the bytes that `rows` add to the file."""
        texts = [[cell if type(cell) is str else as_text(cell) for cell in row] for row in rows]
        if not self._raw_cells:
            texts = list(map(neutralize, texts))
        return "".join(map(self._line, texts)).encode("utf-8", "backslashreplace")

    def _line(self, cells: list[str]) -> str:
        """Return one record. Nearly all need no quoting, and joining them is ten times faster."""
        line = self._delimiter.join(cells)
        plain = line.count(self._delimiter) == len(cells) - 1 and not _QUOTED.search(line)
        if plain and len(cells) > 1:
            return line + "\r\n"
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=self._delimiter).writerow(cells)
        return buffer.getvalue()
