"""Routing one chunk of an archive: rows in, rendered rows out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from complaintnlp.archive.labelling import Labeller, Rejected
from complaintnlp.archive.months import month_of
from complaintnlp.archive.tally import Tally
from complaintnlp.errors import ComplaintNLPError
from complaintnlp.routing.columns import ROUTE_COLUMNS, cells_of, unrouted_cells
from complaintnlp.routing.facts import facts_of_batch
from complaintnlp.routing.labelled import LabelColumns
from complaintnlp.routing.router import Router
from complaintnlp.routing.times import read_moment
from complaintnlp.tables import Flaw, as_text

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

NO_TEXT = "no text"


class RouteLabeller(Labeller):
    """Route chunks.

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
        self._config = config
        self._model = classifier
        self._plan = plan
        self._sink = sink
        self._labelled = labelled
        self._reload = reload
        self._router = Router(config)

    @property
    def can_be_sent(self) -> bool:
        """Whether a new process, which shares no memory with this one, can have it."""
        return self._model is None or self._reload is not None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model": self._model is not None, "_router": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._model = self._reload() if state["_model"] and self._reload else None
        self._router = Router(self._config)

    def label(self, table: TablePlan, batch: Batch) -> tuple[list[Row], Tally, list[Rejected]]:
        """Return the output's rows, their counts, and the rows that were rejected."""
        flaws = dict(batch.flaws)
        if table.name not in self._labelled:
            for position, row in enumerate(batch.rows):
                if not _text(row, table.found.text).strip():
                    flaws.setdefault(position, Flaw(table.text_name, NO_TEXT))
        cells = self._cells(table, batch, flaws)
        taken = self._taken(table, batch)
        rows = [[*row, *added] for row, added in zip(taken, cells, strict=True)]
        rejected = [
            Rejected(table.name, batch.number(position), *flaws[position])
            for position in sorted(flaws)
        ]
        return rows, _count(table, batch, cells, len(rejected)), rejected

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
        found = table.found
        texts = [_text(row, found.text) for row in rows]
        titles = [_text(row, found.title) or None for row in rows]
        times = [None if found.time is None else read_moment(row[found.time]) for row in rows]
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
        if self._model is None or table.name in self._labelled:
            labels = LabelColumns(table.columns)
            return [labels.facts(row) for row in rows]
        return facts_of_batch(self._model.predict_batch(texts, titles))


def _text(row: Row, place: int | None) -> str:
    return "" if place is None else as_text(row[place])


def _count(table: TablePlan, batch: Batch, cells: Sequence[Row], rejected: int) -> Tally:
    places = {name: ROUTE_COLUMNS.index(name) for name in COUNTED}
    values = {name: [row[place] for row in cells] for name, place in places.items()}
    tally = Tally(rows=len(cells), rejected=rejected, review=values["mode"].count("review"))
    tally.labels = {name: Counter(filter(None, column)) for name, column in values.items()}
    if (place := table.found.time) is not None:
        tally.months = Counter(month for row in batch.rows if (month := month_of(row[place])))
    return tally
