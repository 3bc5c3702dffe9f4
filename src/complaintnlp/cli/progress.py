"""One line on a terminal that says how far a run is."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from complaintnlp.cli.console import bar

if TYPE_CHECKING:
    from types import TracebackType

    from complaintnlp.archive import Progress

__all__ = ["ProgressBar"]

WIDTH = 24
EVERY = 0.1
CLEAR = "\r\033[K"


class ProgressBar:
    """Rows, rows a second and the remaining time, on standard error.

    Parameters
    ----------
    shown : bool
        Whether to print anything.
    """

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._printed = 0.0

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._printed:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()

    def update(self, progress: Progress) -> None:
        """Print the state, ten times a second at most."""
        now = time.monotonic()
        if self._shown and now - self._printed >= EVERY:
            self._printed = now
            sys.stderr.write(CLEAR + line(progress))
            sys.stderr.flush()


def line(progress: Progress) -> str:
    """Return one line of text.

    Examples
    --------
    >>> from complaintnlp.archive import Progress
    >>> line(Progress(rows=41_000, labelled=41_000, share=0.5, seconds=2.0))
    '████████████░░░░░░░░░░░░  50%  41,000 rows  20,500 rows/s  0:02 left'
    >>> line(Progress(rows=41_000, labelled=41_000, share=None, seconds=2.0))
    '41,000 rows  20,500 rows/s  0:02 so far'
    """
    if progress.assembled is not None:
        return f"{_bar(progress.assembled)}  writing the file"
    rate = progress.labelled / progress.seconds if progress.seconds > 0 else 0.0
    counts = f"{progress.rows:,} rows  {rate:,.0f} rows/s"
    if not progress.share:
        return f"{counts}  {_clock(progress.seconds)} so far"
    left = progress.seconds * (1 - progress.share) / progress.share
    return f"{_bar(progress.share)}  {counts}  {_clock(left)} left"


def _bar(share: float) -> str:
    return f"{bar(share, WIDTH, sys.stderr)} {share:4.0%}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
