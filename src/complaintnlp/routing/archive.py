"""Routing an archive: every row gets its unit, its grid and the reasons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from complaintnlp.archive.chosen_model import choose_model
from complaintnlp.archive.inputs import Reading, identity
from complaintnlp.archive.job import Job
from complaintnlp.archive.plan import make_plan
from complaintnlp.routing.columns import ROUTE_COLUMNS
from complaintnlp.routing.config import read_config
from complaintnlp.routing.labelled import LabelColumns
from complaintnlp.routing.labeller import COUNTED, RouteLabeller
from complaintnlp.tables import ColumnNames, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from complaintnlp import Classifier
    from complaintnlp.archive import Plan, Progress, Summary
    from complaintnlp.archive.inputs import Paths
    from complaintnlp.tables import Table

__all__ = ["route_archive"]


def route_archive(
    inputs: Paths,
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
    names = ColumnNames(title_column, text_column, at_column)
    settings = read_config(config)
    job = Job(
        inputs,
        output,
        Reading(names, encoding, sheet, stream_format, limits or Limits()),
        workers=workers,
        resume=resume,
        force=force,
        raw_cells=raw_cells,
        consulted=settings.files,
        on_plan=on_plan,
        progress=progress,
    )
    with job.open_inputs() as opened:
        labelled = frozenset() if predict else _labelled(opened.tables)
        described: dict[str, Any] = {
            "routing": [identity(str(path)) for path in settings.files],
            "predict": predict,
        }
        classifier, reload = None, None
        if len(labelled) < len(opened.tables):
            chosen = choose_model(model, review_risk, resume=resume)
            classifier, reload = chosen.classifier, chosen.reload
            described |= chosen.identity()
        plan = make_plan(opened.tables, names, COUNTED, dict.fromkeys(ROUTE_COLUMNS))
        labeller = partial(
            RouteLabeller, settings, classifier, plan, labelled=labelled, reload=reload
        )
        notes = [f"{name}: its own labels are taken" for name in labelled]
        return job.run(opened, plan, labeller, described, notes)


def _labelled(tables: Sequence[Table]) -> frozenset[str]:
    """Return the names of the tables that say the departments themselves."""
    return frozenset(table.name for table in tables if LabelColumns(table.columns).present)
