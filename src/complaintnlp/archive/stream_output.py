"""Standard output as the place where labelled chunks go."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from complaintnlp.archive.disk import told, write_all
from complaintnlp.archive.tally import Tally
from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from complaintnlp.archive.chunks import Labelled, Rejected
    from complaintnlp.tables import Sink
    from complaintnlp.tables.formats import AssemblingSink

__all__ = ["StreamOutput"]

COPY = 1 << 20


class StreamOutput:
    """Standard output. Nothing is kept, so nothing can be resumed.

    Parameters
    ----------
    sink : Sink
        What rendered the chunks.
    """

    resumable = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        # Unbuffered, so that nothing is left to write when the reader has gone.
        self._out = cast("BinaryIO", getattr(sys.stdout.buffer, "raw", sys.stdout.buffer))
        self._spool: list[int] = []
        self._spooled = None if sink.appendable else tempfile.TemporaryFile()  # noqa: SIM115
        self.tally = Tally()
        self.chunks = 0
        self._rejected: list[Rejected] = []

    def start(self) -> None:
        """Write the header."""
        self._put(self._sink.header())

    def _put(self, block: bytes) -> None:
        if self._spooled is not None:
            self._spooled.write(block)
            self._spool.append(len(block))
            return
        with told("standard output"):
            write_all(self._out, block)

    def write(self, labelled: Labelled) -> None:
        """Write one chunk."""
        self._put(labelled.payload)
        self.tally.add(labelled.tally)
        self._rejected += labelled.rejected

    def finish(self, tell: Callable[[float], None]) -> None:
        """Write what could not be written in pieces."""
        if self._spooled is None:
            return
        self._spooled.seek(0)
        spooled = self._spooled
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "output")
            blocks = (spooled.read(size) for size in self._spool if size)
            cast("AssemblingSink", self._sink).assemble(blocks, target)
            with target.open("rb") as file, told("standard output"):
                while block := file.read(COPY):
                    write_all(self._out, block)

    def rejected(self) -> Iterator[Rejected]:
        """Yield the rejected rows."""
        return iter(self._rejected)

    def resume(self) -> None:
        """Refuse: what went through a stream is gone."""
        raise InputError("a stream cannot be resumed")

    def discard(self) -> None:
        """Do nothing: what was written is gone."""

    def close(self) -> None:
        """Let go of the temporary file."""
        if self._spooled is not None:
            self._spooled.close()
