"""Relabelling an archive: from input files to one labelled file."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from complaintnlp.archive.file_output import FileOutput
from complaintnlp.archive.inputs import Inputs, Reading, identity
from complaintnlp.archive.labelling import Labeller
from complaintnlp.archive.plan import Plan, label_columns, make_plan
from complaintnlp.archive.report import write_report
from complaintnlp.archive.run import Progress, run
from complaintnlp.archive.stream_output import StreamOutput
from complaintnlp.archive.summary import Summary
from complaintnlp.archive.workers import available_cores
from complaintnlp.archive.workspace import Workspace, check_report
from complaintnlp.errors import InputError
from complaintnlp.model import load
from complaintnlp.tables import STREAM, ColumnNames, Limits, make_sink
from complaintnlp.tables.sources import format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from complaintnlp import Classifier
    from complaintnlp.tables import Row, Sink

__all__ = [
    "Preview",
    "classifier_of",
    "open_output",
    "prepare_workspace",
    "preview",
    "relabel",
    "reloader_of",
]

PREVIEW_ROWS = 5
WITH_DECIMALS = ("csv", "tsv")


@dataclass(frozen=True, slots=True)
class Preview:
    """What `relabel` would do.

    Parameters
    ----------
    plan : Plan
        Which columns are read and written.
    notes : list of str
        How the inputs are read.
    rows : list of list
        The first rows, labelled, in the columns of the output.
    """

    plan: Plan
    notes: list[str]
    rows: list[Row]


def relabel(
    inputs: Sequence[str | PathLike[str]],
    output: str | PathLike[str],
    *,
    model: str | PathLike[str] | Classifier | None = None,
    title_column: str | None = None,
    text_column: str | None = None,
    time_column: str | None = None,
    workers: int | None = None,
    resume: bool = False,
    force: bool = False,
    encoding: str | None = None,
    sheet: str | None = None,
    stream_format: str | None = None,
    raw_cells: bool = False,
    review_risk: float | None = None,
    limits: Limits | None = None,
    report: str | PathLike[str] | None = None,
    on_plan: Callable[[Plan, list[str]], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    r"""Label every row of an archive.

    Every input column and row is kept, in order; the labels are appended. The output appears when
    it is whole. Until then, a journal beside it lets an interrupted run go on with `resume`, and
    the result has the same bytes as that of a run without interruption, with any number of
    workers.

    Parameters
    ----------
    inputs : sequence of str or path-like
        Files (.csv .tsv .jsonl, also packed as .gz, .xlsx .parquet), or ``-``.
    output : str or path-like
        A file of any of these formats, or ``-``.
    model : path-like or Classifier, optional
        The model; the bundled one by default.
    title_column, text_column, time_column : str, optional
        Columns; found by their usual names when not given.
    workers : int, optional
        Processes; as many as there are cores by default.
    resume : bool
        Go on with an interrupted run of the same inputs, model and options.
    force : bool
        Replace an output that exists.
    encoding : str, optional
        Of text inputs; detected by default.
    sheet : str, optional
        Name or number of the one sheet to read; all that have a text column by default.
    stream_format : str, optional
        The format of ``-``.
    raw_cells : bool
        Leave cells that a spreadsheet would run as they are.
    review_risk : float, optional
        Share of wrong labels to allow among rows that are not sent to review.
    limits : Limits, optional
        How much packed inputs may unpack to.
    report : str or path-like, optional
        A page of charts to write, in HTML.
    on_plan : callable, optional
        Called with the plan and the notes before the first row.
    progress : callable, optional
        Called after every chunk.

    Returns
    -------
    Summary

    Raises
    ------
    InputError
        When an argument is wrong, or something would be overwritten.
    TableError
        When an input cannot be read.
    ArchiveError
        When the run was stopped; what was done is kept.

    Notes
    -----
    Workers are forked where that is safe. Elsewhere (Windows, macOS, a program with threads) they
    are new processes, so a script must call this under ``if __name__ == "__main__":``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "in.csv").write_text("编号,内容\n1,路灯坏了三天没人修\n", "utf-8")
    ...     summary = relabel([Path(folder, "in.csv")], Path(folder, "out.csv"))
    >>> summary.tally.rows, summary.complete
    (1, True)
    """
    paths = [os.fspath(path) for path in inputs]
    target = os.fspath(output)
    names = ColumnNames(title_column, text_column, time_column)
    reading = Reading(names, encoding, sheet, stream_format, limits or Limits())
    count = available_cores() if workers is None else workers
    if count < 1:
        raise InputError(f"workers is {count}; it must be 1 or more")
    format_name, _ = format_of(target, stream_format)
    workspace = prepare_workspace(paths, target, report, resume=resume, force=force)
    classifier = classifier_of(model, review_risk)
    with closing(Inputs(paths, reading)) as opened:
        plan = make_plan(
            opened.tables, names, classifier.classes_, label_columns(classifier.classes_)
        )
        sink = make_sink(
            target,
            plan.columns,
            types=plan.types,
            raw_cells=raw_cells,
            stream_format=stream_format,
        )
        notes = opened.notes()
        if on_plan is not None:
            on_plan(plan, notes)
        options = [names.given(), encoding, sheet, raw_cells, review_risk, format_name]
        described: dict[str, Any] = {
            "inputs": [identity(path) for path in paths],
            "model": classifier.digest,
            "columns": plan.columns,
            "options": options,
        }
        labeller = Labeller(
            classifier,
            plan,
            sink,
            as_strings=format_name in WITH_DECIMALS,
            reload=reloader_of(model, review_risk),
        )
        with closing(open_output(workspace, sink, described)) as out:
            out.resume() if resume else out.start()
            done = run(opened, labeller, out, count, progress)
        noticed = tuple(note for note in opened.notes() if note not in notes)
    summary = Summary(
        done.tally,
        plan,
        done.seconds,
        done.labelled,
        target,
        workspace.rejected if workspace and done.tally.rejected else None,
        noticed,
    )
    if report is not None:
        write_report(summary, done.rejected, os.fspath(report))
    return summary


def preview(
    inputs: Sequence[str | PathLike[str]],
    *,
    model: str | PathLike[str] | Classifier | None = None,
    title_column: str | None = None,
    text_column: str | None = None,
    time_column: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    stream_format: str | None = None,
    review_risk: float | None = None,
    limits: Limits | None = None,
) -> Preview:
    """Show what `relabel` would do: the columns that are taken and the first rows, labelled.

    Parameters
    ----------
    inputs, model, title_column, text_column, time_column, encoding, sheet, stream_format, \
review_risk, limits
        As in `relabel`.

    Returns
    -------
    Preview
    """
    names = ColumnNames(title_column, text_column, time_column)
    reading = Reading(names, encoding, sheet, stream_format, limits or Limits())
    classifier = classifier_of(model, review_risk)
    rows: list[Row] = []
    with closing(Inputs([os.fspath(path) for path in inputs], reading)) as opened:
        plan = make_plan(
            opened.tables, names, classifier.classes_, label_columns(classifier.classes_)
        )
        unused = make_sink(STREAM, plan.columns, stream_format="csv")
        labeller = Labeller(classifier, plan, unused, as_strings=True)
        with closing(opened.chunks()) as chunks:
            for chunk in chunks:
                rows += labeller.label(plan.tables[chunk.table], chunk.batch)[0]
                if len(rows) >= PREVIEW_ROWS:
                    break
    return Preview(plan, opened.notes(), rows[:PREVIEW_ROWS])


def classifier_of(
    model: str | PathLike[str] | Classifier | None, review_risk: float | None
) -> Classifier:
    """Return the classifier that a caller means."""
    if model is None or isinstance(model, str | os.PathLike):
        return load(model, review_risk=review_risk)
    return model if review_risk is None else model.with_review_risk(review_risk)


def reloader_of(
    model: str | PathLike[str] | Classifier | None, review_risk: float | None
) -> Callable[[], Classifier] | None:
    """Return what loads the classifier again, if it comes from a directory."""
    if model is None or isinstance(model, str | os.PathLike):
        return partial(load, model, review_risk=review_risk)
    return None


def prepare_workspace(
    inputs: Sequence[str],
    output: str,
    report: str | PathLike[str] | None,
    *,
    resume: bool,
    force: bool,
) -> Workspace | None:
    """Return the files of the run, or None for a stream, after a check that they may be written."""
    if resume and STREAM in (output, *inputs):
        raise InputError("--resume needs files: what came through a stream (-) is gone")
    if report is not None:
        check_report(os.fspath(report), inputs, force=force or resume)
    if output == STREAM:
        return None
    workspace = Workspace(output)
    workspace.check([*inputs, *([] if report is None else [os.fspath(report)])])
    if not force and not (resume and workspace.journal.exists()):
        workspace.refuse_existing(resume=resume)
    return workspace


def open_output(
    workspace: Workspace | None, sink: Sink, described: dict[str, Any]
) -> FileOutput | StreamOutput:
    """Return where the rows go: a file with a journal, or a stream."""
    return StreamOutput(sink) if workspace is None else FileOutput(workspace, sink, described)
