"""Routing one chunk of an archive."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from complaintnlp.archive.chunks import ChunkLabeller, texts_of, titles_of
from complaintnlp.archive.tally import Tally
from complaintnlp.errors import ComplaintNLPError
from complaintnlp.routing.columns import ROUTE_COLUMNS, cells_of, unrouted_cells
from complaintnlp.routing.facts import facts_of_batch
from complaintnlp.routing.labelled import LabelColumns
from complaintnlp.routing.router import Router
from complaintnlp.routing.times import read_moment
from complaintnlp.tables import Flaw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from complaintnlp import Classifier
    from complaintnlp.archive.plan import Plan, TablePlan
    from complaintnlp.routing.config import Config
    from complaintnlp.routing.facts import Facts
    from complaintnlp.tables import Batch, Row, Sink

__all__ = ["COUNTED", "RouteLabeller"]

COUNTED = ("mode", "unit")
"""The columns whose values the summary counts."""


class RouteLabeller(ChunkLabeller):
    """Append where each message goes.

    Parameters
    ----------
    config : Config
        What the city decides.
    classifier : Classifier or None
        The model, for tables without labels.
    plan : Plan
        Which columns are read and written.
    sink : Sink
        What renders the rows.
    labelled : frozenset of str
        Names of the tables whose own labels are taken.
    reload : callable, optional
        Loads the same classifier in another process.
    """

    def __init__(
        self,
        config: Config,
        classifier: Classifier | None,
        plan: Plan,
        sink: Sink,
        *,
        labelled: frozenset[str],
        reload: Callable[[], Classifier] | None = None,
    ) -> None:
        super().__init__(classifier, plan, sink, reload)
        self._config = config
        self._labelled = labelled
        self._router = Router(config)

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_router": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._router = Router(self._config)

    def _flaws(self, table: TablePlan, batch: Batch) -> dict[int, Flaw]:
        """Return why rows cannot be routed: one that has labels needs no text."""
        return dict(batch.flaws) if table.name in self._labelled else super()._flaws(table, batch)

    def _appended(
        self, table: TablePlan, batch: Batch, flaws: dict[int, Flaw]
    ) -> tuple[list[Row], Tally]:
        cells = self._cells(table, batch, flaws)
        return cells, _counts(cells)

    def _cells(self, table: TablePlan, batch: Batch, flaws: dict[int, Flaw]) -> list[Row]:
        """Return the appended cells of every row; what fails is added to the flaws."""
        kept = [position for position in range(len(batch.rows)) if position not in flaws]
        try:
            routed = dict(zip(kept, self._route(table, batch, kept), strict=True))
        except ComplaintNLPError:
            raise
        except Exception:
            # One message that cannot be read must not cost the others.
            routed = {}
            for position in kept:
                try:
                    (routed[position],) = self._route(table, batch, [position])
                except Exception as error:
                    why = f"routing failed: {type(error).__name__}: {error}"
                    flaws[position] = Flaw("", why)
        routed.update((position, unrouted_cells(flaw.reason)) for position, flaw in flaws.items())
        return [routed[position] for position in range(len(batch.rows))]

    def _route(self, table: TablePlan, batch: Batch, kept: Sequence[int]) -> list[Row]:
        """Return the appended cells of some rows."""
        rows = [batch.rows[position] for position in kept]
        if not rows:
            return []
        texts, titles = texts_of(table, rows), titles_of(table, rows)
        place = table.found.time
        times = [None if place is None else read_moment(row[place]) for row in rows]
        facts = self._facts(table, rows, texts, titles)
        decisions = self._router.route_batch(facts, texts, titles, times)
        return [cells_of(decision) for decision in decisions]

    def _facts(
        self,
        table: TablePlan,
        rows: Sequence[Row],
        texts: Sequence[str],
        titles: Sequence[str | None],
    ) -> list[Facts]:
        if self._classifier is None or table.name in self._labelled:
            labels = LabelColumns(table.columns)
            return [labels.facts(row) for row in rows]
        return facts_of_batch(self._classifier.predict_batch(texts, titles))


def _counts(cells: Sequence[Row]) -> Tally:
    places = {name: ROUTE_COLUMNS.index(name) for name in COUNTED}
    values = {name: [row[place] for row in cells] for name, place in places.items()}
    tally = Tally(review=values["mode"].count("review"))
    tally.labels = {name: Counter(filter(None, column)) for name, column in values.items()}
    return tally
