"""Labelling one chunk of an archive with a model."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from complaintnlp.archive.chunks import ChunkLabeller, texts_of, titles_of
from complaintnlp.archive.plan import RANKED
from complaintnlp.archive.tally import BINS, Tally
from complaintnlp.errors import ComplaintNLPError
from complaintnlp.tables import Flaw, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from complaintnlp import Classifier, PredictionBatch
    from complaintnlp.archive.plan import Plan, TablePlan
    from complaintnlp.tables import Batch, Cell, Sink

__all__ = ["Labeller"]


class Labeller(ChunkLabeller):
    """Append the labels of a model.

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

    _classifier: Classifier

    def __init__(
        self,
        classifier: Classifier,
        plan: Plan,
        sink: Sink,
        *,
        as_strings: bool,
        reload: Callable[[], Classifier] | None = None,
    ) -> None:
        super().__init__(classifier, plan, sink, reload)
        self._as_strings = as_strings

    def _appended(
        self, table: TablePlan, batch: Batch, flaws: dict[int, Flaw]
    ) -> tuple[list[tuple[Cell, ...]], Tally]:
        texts, titles = texts_of(table, batch.rows), titles_of(table, batch.rows)
        labels, tally = self._labels(texts, titles, flaws)
        tally.review += len(flaws)
        return labels, tally

    def _labels(
        self, texts: list[str], titles: list[str | None], flaws: dict[int, Flaw]
    ) -> tuple[list[tuple[Cell, ...]], Tally]:
        """Return the appended cells of every row; rows with flaws get none, and need review."""
        kept = [position for position in range(len(texts)) if position not in flaws]
        filled: list[tuple[Cell, ...]] = [(*[None] * (self._plan.added - 1), True)] * len(texts)
        try:
            labels, tally = self._predict([texts[i] for i in kept], [titles[i] for i in kept])
        except ComplaintNLPError:
            raise
        except Exception as error:
            # One message that the model cannot read must not cost the others.
            if len(kept) > 1:
                return self._one_by_one(texts, titles, flaws)
            flaws[kept[0]] = Flaw("", f"the model failed: {type(error).__name__}: {error}")
            return filled, Tally()
        if not flaws:
            return labels, tally
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


def _histogram(confidences: Any) -> list[int]:
    bins = (confidences * BINS).astype(int).clip(0, BINS - 1)
    counts: list[int] = [0] * BINS
    for place in bins.tolist():
        counts[place] += 1
    return counts
