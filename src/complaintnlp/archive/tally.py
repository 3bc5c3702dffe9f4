"""Counts of what was labelled: added up chunk by chunk, shown at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

__all__ = ["BINS", "Tally"]

BINS = 20
"""Bins of the confidence histogram, of equal width from 0 to 1."""


@dataclass(slots=True)
class Tally:
    """Counts over some rows; two of them add up.

    Parameters
    ----------
    rows, rejected, review : int
        All rows, those that could not be labelled, and those that need review (rejected ones
        included).
    labels : dict of str to Counter
        Rows by label, for each target.
    months : Counter
        Rows by month, where a time column exists.
    confidence : dict of str to list of int
        Rows by confidence in `BINS` equal bins, for each target.
    """

    rows: int = 0
    rejected: int = 0
    review: int = 0
    labels: dict[str, Counter[str]] = field(default_factory=dict)
    months: Counter[str] = field(default_factory=Counter)
    confidence: dict[str, list[int]] = field(default_factory=dict)

    @property
    def labelled(self) -> int:
        """Rows that have labels."""
        return self.rows - self.rejected

    def add(self, other: Tally) -> None:
        """Add another tally to this one.

        Examples
        --------
        >>> total = Tally(rows=2, months=Counter({"2020-01": 2}))
        >>> total.add(Tally(rows=3, months=Counter({"2020-01": 1})))
        >>> total.rows, total.months
        (5, Counter({'2020-01': 3}))
        """
        self.rows += other.rows
        self.rejected += other.rejected
        self.review += other.review
        self.months.update(other.months)
        for target, counts in other.labels.items():
            self.labels.setdefault(target, Counter()).update(counts)
        for target, bins in other.confidence.items():
            mine = self.confidence.setdefault(target, [0] * BINS)
            self.confidence[target] = [a + b for a, b in zip(mine, bins, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts, JSON-ready."""
        return {
            "rows": self.rows,
            "rejected": self.rejected,
            "review": self.review,
            "labels": self.labels,
            "months": self.months,
            "confidence": self.confidence,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Tally:
        """Return the tally that `to_dict` described."""
        return cls(
            values["rows"],
            values["rejected"],
            values["review"],
            {target: Counter(counts) for target, counts in values["labels"].items()},
            Counter(values["months"]),
            values["confidence"],
        )
