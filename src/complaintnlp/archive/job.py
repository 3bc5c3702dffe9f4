"""What every run over an archive does, whatever labels its rows: from files to a summary."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

from complaintnlp.archive.file_output import FileOutput
from complaintnlp.archive.inputs import Inputs, Reading, identity, names_of
from complaintnlp.archive.report import write_report
from complaintnlp.archive.run import Progress, run
from complaintnlp.archive.stream_output import StreamOutput
from complaintnlp.archive.summary import Summary
from complaintnlp.archive.workers import usable_workers
from complaintnlp.archive.workspace import Workspace, check_report
from complaintnlp.errors import InputError
from complaintnlp.tables import STREAM, make_sink
from complaintnlp.tables.sources import format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike

    from complaintnlp.archive.chunks import ChunkLabeller
    from complaintnlp.archive.inputs import Paths
    from complaintnlp.archive.plan import Plan
    from complaintnlp.tables import Sink

__all__ = ["Job"]


class Job:
    """What a caller asks for, checked before anything is read.

    Parameters
    ----------
    inputs, output, report, workers, resume, force, raw_cells, on_plan, progress
        As in `relabel`.
    reading : Reading
        How the inputs are read.
    consulted : iterable of path-like
        Other files that the run reads, which it must not overwrite either.

    Raises
    ------
    InputError
        When an argument is wrong, or something would be overwritten.
    TableError
        When the output is of no known format.
    """

    def __init__(
        self,
        inputs: Paths,
        output: str | PathLike[str],
        reading: Reading,
        *,
        workers: int | None,
        resume: bool,
        force: bool,
        raw_cells: bool,
        consulted: Iterable[str | PathLike[str]] = (),
        report: str | PathLike[str] | None = None,
        on_plan: Callable[[Plan, list[str]], None] | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._paths = names_of(inputs)
        self._consulted = [os.fspath(path) for path in consulted]
        self._target = os.fspath(output)
        self._report = None if report is None else os.fspath(report)
        self._reading = reading
        self._workers = usable_workers(workers)
        self._resume = resume
        self._raw_cells = raw_cells
        self._on_plan = on_plan
        self._progress = progress
        self.format_name, _ = format_of(self._target, reading.stream_format)
        self._workspace = self._checked_workspace(force=force)

    def _checked_workspace(self, *, force: bool) -> Workspace | None:
        """Return the files of the run, or None for a stream; they may be written."""
        if self._resume and STREAM in (self._target, *self._paths):
            raise InputError("--resume needs files: what came through a stream (-) is gone")
        if self._report is not None:
            check_report(self._report, self._paths, force=force or self._resume)
        if self._target == STREAM:
            return None
        workspace = Workspace(self._target)
        report = [] if self._report is None else [self._report]
        workspace.check([*self._paths, *self._consulted, *report])
        if not force and not (self._resume and workspace.journal.exists()):
            workspace.refuse_existing(resume=self._resume)
        return workspace

    def open_inputs(self) -> closing[Inputs]:
        """Open the inputs, for as long as the context lasts."""
        return closing(Inputs(self._paths, self._reading))

    def run(
        self,
        opened: Inputs,
        plan: Plan,
        make_labeller: Callable[[Sink], ChunkLabeller],
        described: dict[str, Any],
        notes: Iterable[str] = (),
    ) -> Summary:
        """Label every row, put the output in its place and write the report.

        Parameters
        ----------
        opened : Inputs
            The opened inputs.
        plan : Plan
            Which columns are read and written.
        make_labeller : callable
            Returns what labels the rows, and renders them with the sink that it is given.
        described : dict
            What else than inputs, columns and options must be the same for `resume`.
        notes : iterable of str
            What to say before the first row, besides how the inputs are read.
        """
        sink = make_sink(
            self._target,
            plan.columns,
            types=plan.types,
            raw_cells=self._raw_cells,
            stream_format=self._reading.stream_format,
        )
        said = [*opened.notes(), *notes]
        if self._on_plan is not None:
            self._on_plan(plan, said)
        labeller = make_labeller(sink)
        with closing(self._output(sink, {**self._described(plan), **described})) as out:
            out.resume() if self._resume else out.start()
            done = run(opened, labeller, out, self._workers, self._progress)
        summary = Summary(
            done.tally,
            plan,
            done.seconds,
            done.labelled,
            self._target,
            self._workspace.rejected if self._workspace and done.tally.rejected else None,
            tuple(note for note in opened.notes() if note not in said),
            done.rejected,
        )
        if self._report is not None:
            write_report(summary, done.rejected, self._report)
        return summary

    def _described(self, plan: Plan) -> dict[str, Any]:
        """Return what tells this run from another."""
        reading = self._reading
        given = [reading.names.given(), reading.encoding, reading.sheet]
        return {
            "inputs": [identity(path) for path in self._paths],
            "columns": plan.columns,
            "options": [*given, self._raw_cells, self.format_name],
        }

    def _output(self, sink: Sink, described: dict[str, Any]) -> FileOutput | StreamOutput:
        """Return where the rows go: a file with a journal, or a stream."""
        if self._workspace is None:
            return StreamOutput(sink)
        return FileOutput(self._workspace, sink, described)
