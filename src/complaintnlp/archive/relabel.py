"""Relabelling an archive: from input files to one labelled file."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from complaintnlp.archive.chosen_model import choose_model
from complaintnlp.archive.inputs import Inputs, Reading, names_of
from complaintnlp.archive.job import Job
from complaintnlp.archive.labelling import Labeller
from complaintnlp.archive.plan import Plan, label_columns, make_plan
from complaintnlp.tables import STREAM, ColumnNames, Limits, make_sink

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from complaintnlp import Classifier
    from complaintnlp.archive.inputs import Paths
    from complaintnlp.archive.run import Progress
    from complaintnlp.archive.summary import Summary
    from complaintnlp.tables import Row

__all__ = ["Preview", "preview", "relabel"]

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
    inputs: Paths,
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
    inputs : str, path-like, or a sequence of them
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
        Go on with an interrupted run of the same inputs, model and options; the model must come
        from a directory, which tells whether it is the same.
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
    names = ColumnNames(title_column, text_column, time_column)
    job = Job(
        inputs,
        output,
        Reading(names, encoding, sheet, stream_format, limits or Limits()),
        workers=workers,
        resume=resume,
        force=force,
        raw_cells=raw_cells,
        report=report,
        on_plan=on_plan,
        progress=progress,
    )
    chosen = choose_model(model, review_risk, resume=resume)
    with job.open_inputs() as opened:
        plan = _plan_labels(opened, names, chosen.classifier)
        labeller = partial(
            Labeller,
            chosen.classifier,
            plan,
            as_strings=job.format_name in WITH_DECIMALS,
            reload=chosen.reload,
        )
        return job.run(opened, plan, labeller, chosen.identity())


def preview(
    inputs: Paths,
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
    classifier = choose_model(model, review_risk).classifier
    rows: list[Row] = []
    with closing(Inputs(names_of(inputs), reading)) as opened:
        plan = _plan_labels(opened, names, classifier)
        unused = make_sink(STREAM, plan.columns, stream_format="csv")
        labeller = Labeller(classifier, plan, unused, as_strings=True)
        with closing(opened.chunks()) as chunks:
            for chunk in chunks:
                rows += labeller.label(plan.tables[chunk.table], chunk.batch)[0]
                if len(rows) >= PREVIEW_ROWS:
                    break
    return Preview(plan, opened.notes(), rows[:PREVIEW_ROWS])


def _plan_labels(opened: Inputs, names: ColumnNames, classifier: Classifier) -> Plan:
    classes = classifier.classes_
    return make_plan(opened.tables, names, classes, label_columns(classes))
