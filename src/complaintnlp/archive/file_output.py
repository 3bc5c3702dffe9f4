"""A file as the place where labelled chunks go: it appears only when it is whole."""

from __future__ import annotations

import os
import shutil
import time
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from complaintnlp.archive.chunks import Labelled, Rejected
from complaintnlp.archive.disk import sync_file, told, write_all
from complaintnlp.archive.journal import (
    FINISHED,
    JOURNAL_FORMAT,
    Journal,
    as_written,
    differences,
    read_journal,
)
from complaintnlp.archive.lock import RunLock
from complaintnlp.archive.tally import Tally
from complaintnlp.errors import InputError
from complaintnlp.model.saving import sync_folder
from complaintnlp.tables.delimited import DelimitedSink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from complaintnlp.archive.workspace import Workspace
    from complaintnlp.tables import Sink
    from complaintnlp.tables.formats import AssemblingSink

__all__ = ["FileOutput"]

SYNC_SECONDS = 5.0
"""What a power cut can cost: journal and output are forced to disk this often."""


class FileOutput:
    """A file that is written beside its place and moved there when it is whole.

    Parameters
    ----------
    workspace : Workspace
        The files.
    sink : Sink
        What rendered the chunks.
    run : dict
        What identifies the run, for `--resume`.
    """

    def __init__(self, workspace: Workspace, sink: Sink, run: dict[str, Any]) -> None:
        self._files = workspace
        self._sink = sink
        self._lock = RunLock(workspace.journal)
        self._run = as_written({"journal": JOURNAL_FORMAT, **run})
        self.tally = Tally()
        self.chunks = 0
        self.finished = False

    @property
    def resumable(self) -> bool:
        """Whether a later run can know that its model is the same."""
        return self._run.get("model") != ""

    def start(self) -> None:
        """Begin a new run.

        Raises
        ------
        ArchiveError
            When another run is writing this output.
        """
        with self._told():
            self._lock.take()
            self._begin()

    def resume(self) -> None:
        """Go on with an interrupted run, or begin one when there is none.

        Raises
        ------
        InputError
            When inputs, model or options are not those of the interrupted run.
        ArchiveError
            When another run is writing this output.
        """
        with self._told():
            self._lock.take()
            journal = self._files.journal
            entries = read_journal(journal) if journal.exists() else iter(())
            run, journal_end = next(entries, (None, 0))
            if run is None:
                self._begin()
                return
            self._check_same(run)
            journal_end = self._verify(entries, journal_end)
            if self.finished:
                return
            if self.chunks < 0:
                self.chunks = 0
                self._begin()
            else:
                self._open(journal_end)

    def _check_same(self, run: dict[str, Any]) -> None:
        """Refuse to go on with the run of other inputs, another model or other options."""
        if changed := differences(run, self._run):
            raise InputError(
                f"the unfinished run of {self._files.target} had other {', '.join(changed)}; "
                "give the same again, or start over with --force"
            )

    def _verify(self, entries: Iterator[tuple[dict[str, Any], int]], journal_end: int) -> int:
        """Count the blocks that are whole; cut the partial output after the last of them."""
        self.chunks = -1  # the first block is the header
        if not self._files.partial.exists():
            # Only the last step of a finished run moves it away.
            for entry, _ in entries:
                self.finished = FINISHED in entry and self._files.target.exists()
                self._count(entry)
            if not self.finished:
                self.chunks, self.tally = -1, Tally()
            return journal_end
        with self._files.partial.open("r+b") as partial:
            end = 0
            for entry, entry_end in entries:
                if FINISHED in entry:
                    break
                block = partial.read(entry["bytes"])
                if len(block) != entry["bytes"] or zlib.crc32(block) != entry["crc"]:
                    break
                end += len(block)
                journal_end = entry_end
                self._count(entry)
            partial.truncate(end)
        return journal_end

    def _count(self, entry: dict[str, Any]) -> None:
        if FINISHED in entry:
            return
        self.chunks += 1
        if "tally" in entry:
            self.tally.add(Tally.from_dict(entry["tally"]))

    def _begin(self) -> None:
        """Write what comes before the first chunk."""
        self._files.clear_pieces()
        self._open(0)
        self._journal.add(self._run)
        header = self._sink.header()
        self._append(header, {"bytes": len(header), "crc": zlib.crc32(header)})
        self._sync()

    def _open(self, journal_end: int) -> None:
        self._journal = Journal(self._files.journal, journal_end)
        self._partial = cast("BinaryIO", self._files.partial.open("ab", buffering=0))
        self._synced = time.monotonic()

    def _append(self, block: bytes, entry: dict[str, Any]) -> None:
        write_all(self._partial, block)
        self._journal.add(entry)

    def _sync(self) -> None:
        os.fsync(self._partial.fileno())
        self._journal.sync()
        self._synced = time.monotonic()

    def write(self, labelled: Labelled) -> None:
        """Add one chunk."""
        with self._told():
            entry = {
                "bytes": len(labelled.payload),
                "crc": labelled.crc,
                "tally": labelled.tally.to_dict(),
                "rejected": labelled.rejected,
            }
            self._append(labelled.payload, entry)
            self.tally.add(labelled.tally)
            self.chunks += 1
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self._sync()

    def discard(self) -> None:
        """Remove everything that was written: it is of no use."""
        self._close_files()
        self._files.clear()

    def close(self) -> None:
        """Close the files, and let another run write them; this one can be resumed."""
        self._close_files()
        self._lock.release()

    def _close_files(self) -> None:
        if hasattr(self, "_partial"):
            self._partial.close()
            self._journal.close()

    def finish(self, tell: Callable[[float], None]) -> None:
        """Put the output and the list of rejected rows in their places.

        Parameters
        ----------
        tell : callable
            Called with the share that is done, where the output is assembled from pieces.
        """
        files = self._files
        with self._told():
            if not self.finished:
                self._sync()
                self._journal.add({FINISHED: True})
                self._journal.sync()
                self._close_files()
                whole = files.partial
                if not self._sink.appendable:
                    whole = self._assemble(tell)
                self._place_rejected()
                whole.replace(files.target)
                sync_folder(files.target.parent)
            files.clear()

    def _assemble(self, tell: Callable[[float], None]) -> Path:
        """Write the output from its pieces, in a folder of its own for what the writer needs."""
        folder = self._files.assembly
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        whole = folder / "output"
        try:
            cast("AssemblingSink", self._sink).assemble(self._blocks(tell), whole)
            sync_file(whole)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return whole

    def _entries(self) -> Iterator[dict[str, Any]]:
        return (entry for entry, _ in read_journal(self._files.journal) if "bytes" in entry)

    def _blocks(self, tell: Callable[[float], None]) -> Iterator[bytes]:
        """Yield the rendered chunks again."""
        whole = max(self._files.partial.stat().st_size, 1)
        with self._files.partial.open("rb") as partial:
            for entry in self._entries():
                if block := partial.read(entry["bytes"]):
                    yield block
                    tell(partial.tell() / whole)

    def rejected(self) -> Iterator[Rejected]:
        """Yield the rejected rows; only before `finish`."""
        for entry in self._entries():
            yield from (Rejected(*row) for row in entry.get("rejected", ()))

    def _place_rejected(self) -> None:
        files = self._files
        if not self.tally.rejected:
            files.rejected.unlink(missing_ok=True)
            return
        sink = DelimitedSink("csv", Rejected._fields)
        with files.rejected_partial.open("wb") as file:
            file.write(sink.header())
            for row in self.rejected():
                file.write(sink.render([list(row)]))
        sync_file(files.rejected_partial)
        files.rejected_partial.replace(files.rejected)

    def _told(self) -> AbstractContextManager[None]:
        return told(self._files.target)
