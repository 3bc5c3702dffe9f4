"""One run: chunks from the inputs through the labeller to the output."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from complaintnlp.archive.errors import ArchiveError
from complaintnlp.archive.workers import label_chunks
from complaintnlp.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaintnlp.archive.chunks import ChunkLabeller, Rejected
    from complaintnlp.archive.file_output import FileOutput
    from complaintnlp.archive.inputs import Inputs
    from complaintnlp.archive.stream_output import StreamOutput
    from complaintnlp.archive.tally import Tally

__all__ = ["Done", "Progress", "run"]

REJECTED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    rows : int
        Rows in the output so far.
    labelled : int
        Rows that this run labelled.
    share : float, optional
        Share of the inputs that was read; None where that cannot be known.
    seconds : float
        Since the first row.
    assembled : float, optional
        Share of an .xlsx or .parquet output that was written from the labelled rows, at the end.
    """

    rows: int
    labelled: int
    share: float | None
    seconds: float
    assembled: float | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did.

    Parameters
    ----------
    tally : Tally
        Counts over all rows of the output.
    labelled : int
        Rows that this run labelled.
    seconds : float
        How long that took.
    rejected : list of Rejected
        The first rejected rows.
    """

    tally: Tally
    labelled: int
    seconds: float
    rejected: list[Rejected]


def run(
    inputs: Inputs,
    labeller: ChunkLabeller,
    out: FileOutput | StreamOutput,
    workers: int,
    progress: Callable[[Progress], None] | None,
) -> Done:
    """Label everything that is not yet in the output, and put the output in its place.

    Raises
    ------
    TableError
        When an input is damaged; nothing is kept, since the repaired input is another one.
    ArchiveError
        When the run was stopped; what was done is kept.
    """
    started = time.monotonic()
    before = out.tally.labelled

    def tell(assembled: float | None = None) -> None:
        if progress is not None:
            rows, done = out.tally.rows, out.tally.labelled - before
            seconds = time.monotonic() - started
            progress(Progress(rows, done, inputs.share(), seconds, assembled))

    try:
        chunks = islice(inputs.chunks(), out.chunks, None)
        with closing(label_chunks(chunks, labeller, workers)) as labelled:
            for chunk in labelled:
                out.write(chunk)
                tell()
        rejected = list(islice(out.rejected(), REJECTED_SHOWN))
        out.finish(tell)
    except TableError:
        out.discard()
        raise
    except (ArchiveError, OSError, KeyboardInterrupt) as error:
        kept = out.resumable and not inputs.has_stream
        raise ArchiveError(_stopped(error, out.tally.labelled, kept=kept)) from error
    return Done(out.tally, out.tally.labelled - before, time.monotonic() - started, rejected)


def _stopped(error: BaseException, rows: int, *, kept: bool) -> str:
    """Say why a run stopped and what is kept of it."""
    reason = "stopped by Ctrl-C" if isinstance(error, KeyboardInterrupt) else str(error)
    done = f"{reason}; {rows:,} rows were labelled"
    return f"{done} and are kept: add --resume to go on" if kept else done
