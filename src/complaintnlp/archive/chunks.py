"""What every labeller of chunks shares: rows in, rendered rows out, in any process."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from complaintnlp.archive.months import month_of
from complaintnlp.errors import TableError
from complaintnlp.tables import Flaw, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from complaintnlp import Classifier
    from complaintnlp.archive.plan import Plan, TablePlan
    from complaintnlp.archive.tally import Tally
    from complaintnlp.tables import Batch, Cell, Row, Sink

__all__ = ["Chunk", "ChunkLabeller", "Labelled", "Rejected", "texts_of", "titles_of"]

NO_TEXT = "no text"


class Chunk(NamedTuple):
    """A batch of rows and the position of its table in the plan."""

    table: int
    batch: Batch


class Rejected(NamedTuple):
    """A row that could not be labelled."""

    source: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A chunk with its labels, rendered for the output."""

    payload: bytes
    crc: int
    tally: Tally
    rejected: list[Rejected]


class ChunkLabeller(ABC):
    """Append cells to the rows of chunks; a subclass says which.

    Parameters
    ----------
    classifier : Classifier or None
        The model; None if nothing is predicted.
    plan : Plan
        Which columns are read and written.
    sink : Sink
        What renders the rows.
    reload : callable, optional
        Loads the same classifier in another process.
    """

    def __init__(
        self,
        classifier: Classifier | None,
        plan: Plan,
        sink: Sink,
        reload: Callable[[], Classifier] | None = None,
    ) -> None:
        self._classifier = classifier
        self._plan = plan
        self._sink = sink
        self._reload = None if classifier is None else reload

    @property
    def can_be_sent(self) -> bool:
        """Whether a new process, which shares no memory with this one, can have it."""
        return self._classifier is None or self._reload is not None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_classifier": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._reload is not None:
            self._classifier = self._reload()

    def __call__(self, chunk: Chunk) -> Labelled:
        """Label one chunk."""
        table = self._plan.tables[chunk.table]
        rows, tally, rejected = self.label(table, chunk.batch)
        try:
            payload = self._sink.render(rows)
        except TableError as error:
            first, last = chunk.batch.number(0), chunk.batch.number(len(rows) - 1)
            where = f"rows {first:,} to {last:,} of {table.name}"
            raise TableError(
                error.source, f"{where}: {error.problem}", column=error.column
            ) from error
        return Labelled(payload, zlib.crc32(payload), tally, rejected)

    def label(self, table: TablePlan, batch: Batch) -> tuple[list[Row], Tally, list[Rejected]]:
        """Return the output's rows, their counts, and the rows that were rejected."""
        flaws = self._flaws(table, batch)
        appended, tally = self._appended(table, batch, flaws)
        tally.rows = len(batch.rows)
        tally.rejected = len(flaws)
        tally.months = _months(table, batch)
        rows = [
            [*cells, *added]
            for cells, added in zip(self._taken(table, batch), appended, strict=True)
        ]
        rejected = [
            Rejected(table.name, batch.number(position), *flaws[position])
            for position in sorted(flaws)
        ]
        return rows, tally, rejected

    @abstractmethod
    def _appended(
        self, table: TablePlan, batch: Batch, flaws: dict[int, Flaw]
    ) -> tuple[Sequence[Sequence[Cell]], Tally]:
        """Return the appended cells of every row, and their counts.

        Parameters
        ----------
        table : TablePlan
            How the rows are read.
        batch : Batch
            The rows.
        flaws : dict of int to Flaw
            Why rows cannot be labelled, by their position; those that fail now are added.
        """

    def _flaws(self, table: TablePlan, batch: Batch) -> dict[int, Flaw]:
        """Return why rows cannot be labelled, by their position."""
        blank = Flaw(table.text_name, NO_TEXT)
        texts = texts_of(table, batch.rows)
        empty = {place: blank for place, text in enumerate(texts) if not text or text.isspace()}
        return {**empty, **batch.flaws}

    def _taken(self, table: TablePlan, batch: Batch) -> list[Row]:
        """Return the rows in the output's columns."""
        if table.is_whole and not self._plan.with_source:
            return batch.rows
        source = [table.name] if self._plan.with_source else []
        take = table.take
        return [
            [None if place is None else row[place] for place in take] + source for row in batch.rows
        ]


def texts_of(table: TablePlan, rows: Sequence[Row]) -> list[str]:
    """Return the text of each row; empty where the table has none."""
    place = table.found.text
    return [""] * len(rows) if place is None else [as_text(row[place]) for row in rows]


def titles_of(table: TablePlan, rows: Sequence[Row]) -> list[str | None]:
    """Return the title of each row; None where it has none."""
    place = table.found.title
    return [None] * len(rows) if place is None else [as_text(row[place]) or None for row in rows]


def _months(table: TablePlan, batch: Batch) -> Counter[str]:
    place = table.found.time
    if place is None:
        return Counter()
    return Counter(month for row in batch.rows if (month := month_of(row[place])))
