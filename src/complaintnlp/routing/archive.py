"""Routing an archive: every row gets its unit, its grid and the reasons."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

from complaintnlp.archive.inputs import Inputs, Reading, identity
from complaintnlp.archive.plan import make_plan
from complaintnlp.archive.relabel import (
    classifier_of,
    open_output,
    prepare_workspace,
    reloader_of,
)
from complaintnlp.archive.run import run
from complaintnlp.archive.summary import Summary
from complaintnlp.archive.workers import available_cores
from complaintnlp.errors import InputError
from complaintnlp.routing.columns import ROUTE_COLUMNS
from complaintnlp.routing.config import read_config
from complaintnlp.routing.labelled import LabelColumns
from complaintnlp.routing.labeller import COUNTED, RouteLabeller
from complaintnlp.tables import ColumnNames, Limits, make_sink
from complaintnlp.tables.sources import format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from complaintnlp import Classifier
    from complaintnlp.archive import Plan, Progress
    from complaintnlp.tables import Table

__all__ = ["route_archive"]


def route_archive(
    inputs: Sequence[str | PathLike[str]],
    output: str | PathLike[str],
    config: str | PathLike[str],
    *,
    model: str | PathLike[str] | Classifier | None = None,
    predict: bool = False,
    title_column: str | None = None,
    text_column: str | None = None,
    at_column: str | None = None,
    workers: int | None = None,
    resume: bool = False,
    force: bool = False,
    encoding: str | None = None,
    sheet: str | None = None,
    stream_format: str | None = None,
    raw_cells: bool = False,
    review_risk: float | None = None,
    limits: Limits | None = None,
    on_plan: Callable[[Plan, list[str]], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Route every row of an archive, labelled or not.

    Every input column and row is kept, in order; `ROUTE_COLUMNS` are appended. A table with a
    column ``department`` is taken as labelled, by `complaintnlp.archive.relabel` or by hand; the
    model labels the others. Journal, workers and rejected rows are those of `relabel`.

    Parameters
    ----------
    inputs, output, model, title_column, text_column, workers, resume, force, encoding, sheet, \
stream_format, raw_cells, review_risk, limits, on_plan, progress
        As in `complaintnlp.archive.relabel`.
    config : path-like
        The routing configuration.
    predict : bool
        Ask the model for labelled tables too.
    at_column : str, optional
        The column that says when a message came in; found by its usual names by default.

    Returns
    -------
    Summary

    Raises
    ------
    ConfigError
        When the configuration has mistakes.
    InputError, TableError, ArchiveError
        As `relabel`.
    """
    paths = [os.fspath(path) for path in inputs]
    target = os.fspath(output)
    names = ColumnNames(title_column, text_column, at_column)
    reading = Reading(names, encoding, sheet, stream_format, limits or Limits())
    count = available_cores() if workers is None else workers
    if count < 1:
        raise InputError(f"workers is {count}; it must be 1 or more")
    format_of(target, stream_format)
    settings = read_config(config)
    workspace = prepare_workspace(paths, target, None, resume=resume, force=force)
    with closing(Inputs(paths, reading)) as opened:
        labelled = frozenset() if predict else _labelled(opened.tables)
        all_labelled = len(labelled) == len(opened.tables)
        classifier = None if all_labelled else classifier_of(model, review_risk)
        plan = make_plan(opened.tables, names, COUNTED, dict.fromkeys(ROUTE_COLUMNS))
        sink = make_sink(
            target,
            plan.columns,
            types=plan.types,
            raw_cells=raw_cells,
            stream_format=stream_format,
        )
        notes = [*opened.notes(), *(f"{name}: its own labels are taken" for name in labelled)]
        if on_plan is not None:
            on_plan(plan, notes)
        described: dict[str, Any] = {
            "inputs": [identity(path) for path in paths],
            "routing": [identity(str(path)) for path in settings.files],
            "model": classifier.digest if classifier else "",
            "columns": plan.columns,
            "options": [names.given(), encoding, sheet, raw_cells, review_risk, predict],
        }
        labeller = RouteLabeller(
            settings,
            classifier,
            plan,
            sink,
            labelled=labelled,
            reload=reloader_of(model, review_risk),
        )
        with closing(open_output(workspace, sink, described)) as out:
            out.resume() if resume else out.start()
            done = run(opened, labeller, out, count, progress)
        noticed = tuple(note for note in opened.notes() if note not in notes)
    rejected = workspace.rejected if workspace and done.tally.rejected else None
    return Summary(done.tally, plan, done.seconds, done.labelled, target, rejected, noticed)


def _labelled(tables: Sequence[Table]) -> frozenset[str]:
    """Return the names of the tables that say the departments themselves."""
    return frozenset(table.name for table in tables if LabelColumns(table.columns).present)
