"""What a run did, for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaintnlp.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from complaintnlp.archive.chunks import Rejected
    from complaintnlp.archive.plan import Plan
    from complaintnlp.archive.tally import Tally

__all__ = ["Summary"]

TOP = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """What a finished run did.

    Parameters
    ----------
    tally : Tally
        Rows, rejected rows, rows for review, and counts by label, month and confidence.
    plan : Plan
        Which columns were read and written.
    seconds : float
        How long it took, from the first row of this run.
    labelled : int
        Rows that this run labelled; fewer than all when it went on with an earlier one.
    output : str
        Where the rows are.
    rejected : Path, optional
        Where the rejected rows are listed, if there are any.
    notes : tuple of str
        What was noticed while reading.
    first_rejected : sequence of Rejected
        The first rejected rows.
    """

    tally: Tally
    plan: Plan
    seconds: float
    labelled: int
    output: str
    rejected: Path | None = None
    notes: tuple[str, ...] = ()
    first_rejected: Sequence[Rejected] = ()

    @property
    def complete(self) -> bool:
        """Whether every row was labelled."""
        return self.tally.rejected == 0

    def lines(self) -> list[str]:
        """Return the summary as lines of text."""
        tally = self.tally
        rate = self.labelled / self.seconds if self.seconds > 0 else 0.0
        lines = [
            f"{tally.rows:,} rows in {self.output} "
            f"({self.labelled:,} labelled in {self.seconds:.1f} s, {rate:,.0f} rows/s)",
            f"{tally.review:,} need review ({_share(tally.review, tally.rows)})",
        ]
        if tally.rejected:
            place = f"; they are listed in {self.rejected}" if self.rejected else ":"
            lines += [f"{tally.rejected:,} could not be labelled{place}", *self.unlisted()]
        for target in self.plan.targets:
            counts = tally.labels.get(target)
            if counts:
                top = counts.most_common(TOP)
                shown = ", ".join(
                    f"{label} {count:,} ({_share(count, tally.rows)})" for label, count in top
                )
                rest = len(counts) - len(top)
                lines.append(f"{target}: {shown}" + (f", and {rest} more" if rest else ""))
        return [*lines, *self.notes]

    def unlisted(self) -> list[str]:
        """Return the rejected rows as lines of text, if no file lists them: after a stream."""
        if self.rejected is not None:
            return []
        lines = [
            str(TableError(source, reason, row=row, column=column or None))
            for source, row, column, reason in self.first_rejected
        ]
        rest = self.tally.rejected - len(lines)
        return [*lines, f"and {rest:,} more"] if rest else lines


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
