"""Reading .xlsx workbooks with calamine."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import InputError, MissingExtraError, TableError
from complaintnlp.tables.batch import BATCH_CHARACTERS, BATCH_ROWS, Batch, Flaw
from complaintnlp.tables.columns import text_places
from complaintnlp.tables.excel_errors import ErrorValue, error_cells
from complaintnlp.tables.header import HEADER_WITHIN, find_header, is_blank, unique_names
from complaintnlp.tables.limits import check_workbook, reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from complaintnlp.tables.batch import Cell, Row, Table
    from complaintnlp.tables.options import ReadOptions
    from complaintnlp.tables.sources import Source

__all__ = ["ExcelTable", "read_excel"]

EXACT = 2.0**53
LONGEST_NUMBER = 1e21
"""Whole numbers below this are shown in full digits: case and identity numbers have up to 20."""


def _load(source: Source, options: ReadOptions) -> tuple[Any, BinaryIO]:
    """Return the workbook, after its parts were counted, and the file."""
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise MissingExtraError("reading .xlsx", "excel") from error
    stream = source.open_seekable()
    check_workbook(stream, source.name, options.limits)
    try:
        return calamine.load_workbook(stream), stream
    except calamine.PasswordError as error:
        problem = "is protected by a password; save it without one"
        raise TableError(source.name, problem) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise TableError(
            source.name, f"is not a readable .xlsx workbook ({reason(error)})"
        ) from error
    except BaseException as error:
        raise _panic(source.name, error) from error


def _panic(name: str, error: BaseException) -> BaseException:
    """Return a `TableError` for a panic of the Rust reader, anything else unchanged."""
    if type(error).__name__ != "PanicException":
        return error
    return TableError(name, "is damaged: the Excel reader gave up on it; save it again as .xlsx")


def _value(cell: Cell) -> Cell:
    """Return a cell as it is meant: Excel keeps every number as a fraction.

    Examples
    --------
    >>> _value(188006.0), _value(2.0200106120938e16), _value("")
    (188006, 20200106120938000, None)
    >>> _value(timedelta(hours=30))
    '30:00:00'
    """
    if type(cell) is float and cell.is_integer() and abs(cell) < LONGEST_NUMBER:
        # Above 2**53 only the digits that are shown are the number's own.
        return int(cell) if abs(cell) < EXACT else int(Decimal(repr(cell)))
    if isinstance(cell, timedelta):
        return _clock(cell)
    return None if cell == "" or isinstance(cell, ErrorValue) else cell


def _clock(duration: timedelta) -> str:
    """Return a duration in hours, minutes and seconds, as Excel shows it."""
    sign = "-" if duration < timedelta(0) else ""
    days, rest = divmod(abs(duration), timedelta(days=1))
    hours, colon, minutes = str(rest).partition(":")
    return f"{sign}{days * 24 + int(hours)}{colon}{minutes}"


class ExcelTable:
    """One sheet of a workbook; it is held in memory while it is read."""

    typed = True

    def __init__(self, source: Source, options: ReadOptions, sheet: str, *, alone: bool) -> None:
        self.name = source.name if alone else f"{source.name} [{sheet}]"
        self.schema: dict[str, Any] = {}
        self._source = source
        self._options = options
        self._sheet_name = sheet
        self._read = 0
        self._rows: list[Row] | None = None
        self._flaws: dict[int, Flaw] = {}
        self.columns: list[str] = []
        self.notes: list[str] = []

    def load(self, workbook: Any, stream: BinaryIO) -> bool:
        """Read the sheet; return whether there is anything in it."""
        try:
            sheet = workbook.get_sheet_by_name(self._sheet_name)
            rows: list[Row] = sheet.to_python(skip_empty_area=True)
            start = sheet.start
        except Exception as error:
            problem = f"sheet {self._sheet_name} cannot be read ({reason(error)})"
            raise TableError(self._source.name, problem) from error
        except BaseException as error:
            raise _panic(self._source.name, error) from error
        broken = _show_errors(rows, start, stream, self._sheet_name)
        used = len(rows)
        while used and is_blank(rows[used - 1]):
            used -= 1
        blank = len(rows) - used
        del rows[used:]
        if not rows or start is None:
            return False
        position = find_header(rows[:HEADER_WITHIN], self._options.header_names)
        self.columns = unique_names(map(_value, rows[position]))
        self._first_row = start[0] + position + 2
        self.notes = [f"header in row {self._first_row - 1}"] if self._first_row > 2 else []
        if blank:
            self.notes.append(f"{blank:,} blank rows at the end left out")
        self._rows = rows[position + 1 :]
        places = text_places(self.columns, self._options.header_names)
        for number in sorted(broken):
            if flaw := _without_text(rows[number], self.columns, places):
                self._flaws[number - position - 1] = flaw
        return True

    def progress(self) -> float | None:
        """Return the share of the rows that were read."""
        return self._read / len(self._rows) if self._rows else None

    def close(self) -> None:
        """Forget the rows."""
        self._rows = None
        self._flaws = {}

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in order, without blank ones at the end."""
        if self._rows is None:
            self.load(*_load(self._source, self._options))
            self._source.close()
        batch, size = Batch(self._first_row), 0
        for position, cells in enumerate(self._rows or ()):
            row = list(map(_value, cells))
            if position in self._flaws:
                batch.flaws[len(batch.rows)] = self._flaws[position]
            batch.rows.append(row)
            size += sum(len(cell) for cell in row if isinstance(cell, str))
            self._read += 1
            if len(batch.rows) >= BATCH_ROWS or size > BATCH_CHARACTERS:
                yield batch
                batch, size = Batch(batch.first_row + len(batch.rows)), 0
        if batch.rows:
            yield batch


def _show_errors(
    rows: list[Row], start: tuple[int, int] | None, stream: BinaryIO, sheet: str
) -> set[int]:
    """Put error values where the reader left cells empty; return the positions of their rows."""
    if start is None or not any("" in row for row in rows):
        return set()
    top, left = start
    broken = set()
    for (y, x), value in error_cells(stream, sheet).items():
        row = rows[y - top] if 0 <= y - top < len(rows) else []
        if 0 <= x - left < len(row) and row[x - left] == "":
            row[x - left] = value
            broken.add(y - top)
    return broken


def _without_text(row: Row, columns: list[str], places: list[int]) -> Flaw | None:
    """Return the error value that stands where the row's text should be, if it has no other."""
    texts = {place: row[place] for place in places if str(row[place]).strip()}
    if not all(isinstance(text, ErrorValue) for text in texts.values()):
        return None
    reason = "the cell shows the error {}; if it is text, type it after an apostrophe"
    return next((Flaw(columns[at], reason.format(text)) for at, text in texts.items()), None)


def _chosen(source: Source, names: list[str], sheet: str | None) -> list[str]:
    """Return the sheets to read: the one that was asked for by name or number, or all."""
    if sheet is None or sheet in names:
        return names if sheet is None else [sheet]
    if sheet.isdecimal() and 1 <= int(sheet) <= len(names):
        return [names[int(sheet) - 1]]
    raise InputError(f"{source.name}: there is no sheet {sheet}; it has {', '.join(names)}")


def read_excel(source: Source, options: ReadOptions) -> list[Table]:
    """Open the sheets of a workbook that are not empty."""
    workbook, stream = _load(source, options)
    names = _chosen(source, list(workbook.sheet_names), options.sheet)
    tables = [ExcelTable(source, options, name, alone=len(names) == 1) for name in names]
    used: list[Table] = [table for table in tables if table.load(workbook, stream)]
    source.close()
    if not used:
        raise TableError(source.name, "is empty: there is no header in any sheet")
    if len(used) == 1:
        used[0].name = source.name
    return used
