"""Routing one chunk of an archive: rows in, rendered rows out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from complaintnlp.archive.labelling import NO_TEXT, Labeller, Rejected
from complaintnlp.archive.months import month_of
from complaintnlp.archive.tally import Tally
from complaintnlp.errors import InputError
from complaintnlp.routing.columns import ROUTE_COLUMNS, cells_of, unrouted_cells
from complaintnlp.routing.facts import facts_of_batch
from complaintnlp.routing.labelled import LabelColumns
from complaintnlp.routing.times import read_moment
from complaintnlp.tables import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaintnlp import Classifier
    from complaintnlp.archive.plan import Plan, TablePlan
    from complaintnlp.routing.facts import Facts
    from complaintnlp.routing.router import Router
    from complaintnlp.tables import Batch, Row, Sink

__all__ = ["COUNTED", "RouteLabeller"]

COUNTED = ("mode", "unit")
"""The columns whose values the summary counts."""

_PLACES = {name: ROUTE_COLUMNS.index(name) for name in COUNTED}


class RouteLabeller(Labeller):
    """Route chunks.

    Parameters
    ----------
    router : Router
        What decides.
    classifier : Classifier or None
        The model, for tables without labels.
    plan : Plan
        Which columns are read and written.
    sink : Sink
        What renders the rows.
    """

    def __init__(
        self, router: Router, classifier: Classifier | None, plan: Plan, sink: Sink
    ) -> None:
        self._router = router
        self._model = classifier
        self._plan = plan
        self._sink = sink

    def label(self, table: TablePlan, batch: Batch) -> tuple[list[Row], Tally, list[Rejected]]:
        """Return the output's rows, their counts, and the rows that were rejected."""
        texts = [as_text(_cell(row, table.found.text)) for row in batch.rows]
        labels = LabelColumns(table.columns)
        needs_model = self._model is not None
        rejected = {
            position: Rejected(table.name, batch.first_row + position, *flaw)
            for position, flaw in batch.flaws.items()
        }
        for position, text in enumerate(texts):
            if needs_model and (not text or text.isspace()):
                row = batch.first_row + position
                rejected.setdefault(position, Rejected(table.name, row, table.text_name, NO_TEXT))
        kept = [position for position in range(len(texts)) if position not in rejected]
        appended = dict(zip(kept, self._route(table, batch, labels, texts, kept), strict=True))
        for position, flaw in rejected.items():
            appended[position] = unrouted_cells(flaw.reason)
        cells = [appended[position] for position in range(len(texts))]
        rows = [[*row, *added] for row, added in zip(self._taken(table, batch), cells, strict=True)]
        tally = _count(cells, len(rejected))
        if table.found.time is not None:
            months = (month_of(row[table.found.time]) for row in batch.rows)
            tally.months = Counter(month for month in months if month)
        return rows, tally, [rejected[position] for position in sorted(rejected)]

    def _route(
        self,
        table: TablePlan,
        batch: Batch,
        labels: LabelColumns,
        texts: Sequence[str],
        kept: Sequence[int],
    ) -> list[Row]:
        """Return the appended cells of the rows that can be routed."""
        rows = [batch.rows[position] for position in kept]
        kept_texts = [texts[position] for position in kept]
        titles = [as_text(_cell(row, table.found.title)) or None for row in rows]
        times = [read_moment(_cell(row, table.found.time)) for row in rows]
        facts = self._facts(table, rows, labels, kept_texts, titles)
        decisions = self._router.route_batch(facts, kept_texts, titles, times)
        return [cells_of(decision) for decision in decisions]

    def _facts(
        self,
        table: TablePlan,
        rows: Sequence[Row],
        labels: LabelColumns,
        texts: Sequence[str],
        titles: Sequence[str | None],
    ) -> list[Facts]:
        if self._model is not None:
            return facts_of_batch(self._model.predict_batch(texts, titles)) if texts else []
        if not labels.present:
            raise InputError(f"{table.name} has no column department, and no model was given")
        return [labels.facts(row) for row in rows]


def _cell(row: Row, place: int | None) -> object:
    return None if place is None else row[place]


def _count(cells: Sequence[Row], rejected: int) -> Tally:
    columns = {name: [row[place] for row in cells] for name, place in _PLACES.items()}
    return Tally(
        rows=len(cells),
        rejected=rejected,
        review=columns["mode"].count("review"),
        labels={
            name: Counter(value for value in values if value) for name, values in columns.items()
        },
    )
