"""What a reader yields: batches of rows, each row a list of cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BATCH_CHARACTERS", "BATCH_ROWS", "Batch", "Cell", "Flaw", "Row", "Table"]

Cell = Any
"""Text, a number, a truth value, a date, or nested JSON; ``None`` where there is nothing."""

Row = list[Cell]

BATCH_ROWS = 500
BATCH_CHARACTERS = 2_000_000


class Flaw(NamedTuple):
    """Why a row cannot be trusted: the column, where it is one, and the reason."""

    column: str
    reason: str


@dataclass(slots=True)
class Batch:
    """Consecutive rows of one table.

    Parameters
    ----------
    first_row : int
        Number of the first row as a person sees it in the file (the header is row 1).
    rows : list of list
        The cells, one list a row, each as long as the table has columns.
    flaws : dict of int to Flaw
        By position in `rows`: the rows that were read with damage.
    numbers : list of int, optional
        Numbers of all rows, where they are not consecutive.
    """

    first_row: int
    rows: list[Row] = field(default_factory=list)
    flaws: dict[int, Flaw] = field(default_factory=dict)
    numbers: list[int] | None = None

    def number(self, position: int) -> int:
        """Return the number of the row at `position`."""
        return self.numbers[position] if self.numbers else self.first_row + position


class Table(Protocol):
    """An opened input: its columns at once, its rows in batches."""

    name: str
    """The file as the user named it, with the sheet where a workbook has several."""

    columns: list[str]
    """Unique column names, in order."""

    notes: list[str]
    """What a person should know about how it is read."""

    typed: bool
    """Whether cells can be something other than text."""

    schema: dict[str, Any]
    """Column types of a format that has them, by column name."""

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in order, `BATCH_ROWS` at a time."""
        ...

    def progress(self) -> float | None:
        """Return the share of the input that has been read, or None where it is unknown."""
        ...

    def close(self) -> None:
        """Let go of what is held open; `batches` opens it again."""
        ...
