"""Labelling one chunk: rows in, rendered rows out. This is what a worker process does."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from complaintnlp.archive.months import month_of
from complaintnlp.archive.plan import RANKED
from complaintnlp.archive.tally import BINS, Tally
from complaintnlp.errors import ComplaintNLPError, TableError
from complaintnlp.tables import Flaw, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from complaintnlp import Classifier, PredictionBatch
    from complaintnlp.archive.plan import Plan, TablePlan
    from complaintnlp.tables import Batch, Cell, Row, Sink

__all__ = ["Chunk", "Labelled", "Labeller", "Rejected"]

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


class Labeller:
    """Label chunks.

    Parameters
    ----------
    classifier : Classifier
        The model.
    plan : Plan
        Which columns are read and written.
    sink : Sink
        What renders the rows.
    as_strings : bool
        Whether the output is csv or tsv, where confidences have four decimals.
    reload : callable, optional
        Loads the same classifier in another process.
    """

    def __init__(
        self,
        classifier: Classifier,
        plan: Plan,
        sink: Sink,
        *,
        as_strings: bool,
        reload: Callable[[], Classifier] | None = None,
    ) -> None:
        self._classifier = classifier
        self._reload = reload
        self._plan = plan
        self._sink = sink
        self._as_strings = as_strings

    @property
    def can_be_sent(self) -> bool:
        """Whether a new process, which shares no memory with this one, can have it."""
        return self._reload is not None

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
        texts = [as_text(row[table.found.text or 0]) for row in batch.rows]
        titles = _titles(table, batch)
        flaws = _flaws(table, batch, texts)
        labels, tally = self._labels(texts, titles, flaws)
        tally.rows = len(texts)
        tally.rejected = len(flaws)
        tally.review += len(flaws)
        tally.months = _months(table, batch)
        rows = [
            [*cells, *added] for cells, added in zip(self._taken(table, batch), labels, strict=True)
        ]
        rejected = [
            Rejected(table.name, batch.number(position), *flaws[position])
            for position in sorted(flaws)
        ]
        return rows, tally, rejected

    def _labels(
        self, texts: list[str], titles: list[str | None], flaws: dict[int, Flaw]
    ) -> tuple[list[tuple[Cell, ...]], Tally]:
        """Return the appended cells of every row; rows with flaws get none, and need review."""
        kept = [position for position in range(len(texts)) if position not in flaws]
        try:
            labels, tally = self._predict([texts[i] for i in kept], [titles[i] for i in kept])
        except ComplaintNLPError:
            raise
        except Exception as error:
            # One message that the model cannot read must not cost the others.
            if len(kept) == 1:
                flaws[kept[0]] = Flaw("", f"the model failed: {type(error).__name__}: {error}")
                return [(*[None] * (self._plan.added - 1), True)], Tally()
            return self._one_by_one(texts, titles, flaws)
        if not flaws:
            return labels, tally
        filled: list[tuple[Cell, ...]] = [(*[None] * (self._plan.added - 1), True)] * len(texts)
        for position, cells in zip(kept, labels, strict=True):
            filled[position] = cells
        return filled, tally

    def _one_by_one(
        self, texts: list[str], titles: list[str | None], flaws: dict[int, Flaw]
    ) -> tuple[list[tuple[Cell, ...]], Tally]:
        """Label rows alone, to find the one that cannot be."""
        tally = Tally()
        labels: list[tuple[Cell, ...]] = []
        for position, (text, title) in enumerate(zip(texts, titles, strict=True)):
            own = {0: flaws[position]} if position in flaws else {}
            cells, counts = self._labels([text], [title], own)
            if own:
                flaws[position] = own[0]
            labels += cells
            tally.add(counts)
        return labels, tally

    def _predict(
        self, texts: list[str], titles: list[str | None]
    ) -> tuple[list[tuple[Cell, ...]], Tally]:
        """Return the appended cells of each message, and their counts."""
        if not texts:
            return [], Tally()
        batch = self._classifier.predict_batch(texts, titles)
        review: list[bool] = batch.needs_review.tolist()
        tally = Tally(review=sum(review))
        columns: list[Sequence[Cell]] = []
        for target in self._plan.targets:
            columns += self._target_cells(batch, target)
            names = map(as_text, batch.labels(target))
            tally.labels[target] = Counter(names)
            tally.confidence[target] = _histogram(batch.confidences(target))
        columns.append(review)
        return list(zip(*columns, strict=True)), tally

    def _target_cells(self, batch: PredictionBatch, target: str) -> list[Sequence[Cell]]:
        """Return the columns of one target: label, confidence, and what ranks next."""
        confidences: list[float] = batch.confidences(target).tolist()
        shown: Sequence[Cell] = (
            [f"{value:.4f}" for value in confidences]
            if self._as_strings
            else [round(value, 4) for value in confidences]
        )
        cells: list[Sequence[Cell]] = [batch.labels(target), shown]
        if target == RANKED:
            ranked = [(*top, None, None, None) for top in batch.top(target, 3)]
            cells += [[top[1] for top in ranked], [top[2] for top in ranked]]
        return cells

    def _taken(self, table: TablePlan, batch: Batch) -> list[Row]:
        """Return the rows in the output's columns."""
        if table.is_whole and not self._plan.with_source:
            return batch.rows
        source = [table.name] if self._plan.with_source else []
        take = table.take
        return [
            [None if place is None else row[place] for place in take] + source for row in batch.rows
        ]


def _flaws(table: TablePlan, batch: Batch, texts: list[str]) -> dict[int, Flaw]:
    """Return why rows cannot be labelled, by their position."""
    blank = Flaw(table.text_name, NO_TEXT)
    empty = {position: blank for position, text in enumerate(texts) if not text or text.isspace()}
    return {**empty, **batch.flaws}


def _titles(table: TablePlan, batch: Batch) -> list[str | None]:
    if table.found.title is None:
        return [None] * len(batch.rows)
    return [as_text(row[table.found.title]) or None for row in batch.rows]


def _months(table: TablePlan, batch: Batch) -> Counter[str]:
    if table.found.time is None:
        return Counter()
    place = table.found.time
    return Counter(month for row in batch.rows if (month := month_of(row[place])))


def _histogram(confidences: Any) -> list[int]:
    bins = (confidences * BINS).astype(int).clip(0, BINS - 1)
    counts: list[int] = [0] * BINS
    for place in bins.tolist():
        counts[place] += 1
    return counts
