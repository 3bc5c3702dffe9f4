"""Writing .xlsx workbooks with XlsxWriter, within Excel's limits."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import MissingExtraError, TableError
from complaintnlp.tables.cells import as_text, encodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from complaintnlp.tables.batch import Cell, Row

__all__ = ["ExcelSink"]

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CHARACTERS = 32_767
MAX_DIGITS = 10**15
DAY = len("2020-01-06")
ELSEWHERE = "write to .csv, .jsonl or .parquet instead"


class ExcelSink:
    """Rows as sheets of a workbook: a new numbered sheet where one is full.

    A workbook cannot be appended to, so `render` gives an intermediate form, one JSON list a row,
    and `assemble` writes the workbook from all of them at the end.

    Parameters
    ----------
    name : str
        The output, for error messages.
    columns : sequence of str
        The header.
    raw_cells : bool
        Whether cells that begin like a formula are written as formulas; text otherwise.
    max_rows : int
        Rows of a sheet, with its header.
    """

    appendable = False

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        *,
        raw_cells: bool = False,
        max_rows: int = MAX_ROWS,
    ) -> None:
        try:
            import xlsxwriter  # noqa: F401
        except ImportError as error:
            raise MissingExtraError("writing .xlsx", "excel") from error
        if len(columns) > MAX_COLUMNS:
            problem = f"{len(columns):,} columns are more than a sheet's {MAX_COLUMNS:,}"
            raise TableError(name, f"{problem}; {ELSEWHERE}")
        self._name = name
        self._columns = [self._stored(column, column[:20]) for column in columns]
        self._raw_cells = raw_cells
        self._max_rows = max_rows

    def header(self) -> bytes:
        """Return nothing: `assemble` writes the headers."""
        return b""

    def render(self, rows: list[Row]) -> bytes:
        """Return the rows in the intermediate form.

        Raises
        ------
        TableError
            When a cell has more text than Excel can hold.
        """
        return "".join(
            json.dumps(list(map(self._stored, row, self._columns)), ensure_ascii=False) + "\n"
            for row in rows
        ).encode()

    def _stored(self, cell: Cell, column: str) -> Cell:
        """Return a cell as JSON: dates are marked, what Excel would round is text."""
        if cell is None or isinstance(cell, bool):
            return cell
        if isinstance(cell, date) and _in_excel(cell):
            return {"date": cell.isoformat()}
        if isinstance(cell, int | float) and abs(cell) < MAX_DIGITS:
            return cell
        text = encodable(as_text(cell))
        if len(text) * 2 > MAX_CHARACTERS and len(text.encode("utf-16-le")) // 2 > MAX_CHARACTERS:
            problem = f"a cell is longer than Excel's {MAX_CHARACTERS:,} characters; {ELSEWHERE}"
            raise TableError(self._name, problem, column=column)
        return text

    def assemble(self, rendered: Iterable[bytes], target: Path) -> None:
        """Write the workbook `target` from everything that was rendered.

        Other temporary files go to the same folder.

        Raises
        ------
        OSError
            When it cannot be written.
        """
        import xlsxwriter
        from xlsxwriter.exceptions import FileCreateError

        options = {
            "constant_memory": True,
            "tmpdir": str(target.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        workbook = xlsxwriter.Workbook(str(target), options)
        try:
            # The same rows must give the same bytes, whenever they are written.
            workbook.set_properties({"created": datetime(2000, 1, 1)})
            workbook.use_zip64()
            sheets = _Sheets(workbook, self._columns, self._max_rows, raw_cells=self._raw_cells)
            for block in rendered:
                for line in block.splitlines():
                    sheets.add(json.loads(line))
            workbook.close()
        except FileCreateError as error:
            raise error.args[0] from error


class _Sheets:
    """The sheets of a workbook that is being written, row by row."""

    def __init__(
        self, workbook: Any, columns: list[str], max_rows: int, *, raw_cells: bool
    ) -> None:
        self._workbook = workbook
        self._columns = columns
        self._max_rows = max_rows
        self._raw_cells = raw_cells
        self._bold = workbook.add_format({"bold": True})
        self._moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._count = 0
        self._open()

    def _open(self) -> None:
        self._count += 1
        name = "messages" if self._count == 1 else f"messages {self._count}"
        self._sheet = self._workbook.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for position, column in enumerate(self._columns):
            self._sheet.write_string(0, position, column, self._bold)
        self._row = 1

    def add(self, cells: list[Cell]) -> None:
        if self._row >= self._max_rows:
            self._open()
        for position, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, str):
                if self._raw_cells and cell.startswith("="):
                    self._sheet.write_formula(self._row, position, cell)
                elif cell:
                    self._sheet.write_string(self._row, position, cell)
            elif isinstance(cell, bool):
                self._sheet.write_boolean(self._row, position, cell)
            elif isinstance(cell, dict):
                moment = datetime.fromisoformat(cell["date"])
                style = self._day if len(cell["date"]) == DAY else self._moment
                self._sheet.write_datetime(self._row, position, moment, style)
            else:
                self._sheet.write_number(self._row, position, cell)
        self._row += 1


def _in_excel(day: date) -> bool:
    """Tell whether Excel's calendar has the day or moment: local time, to the second, from 1900."""
    plain = not isinstance(day, datetime) or (day.tzinfo is None and not day.microsecond)
    return plain and day.year >= 1900
