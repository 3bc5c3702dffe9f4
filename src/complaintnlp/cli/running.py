"""A run over an archive as a person sees it: the plan, the progress, the summary, the status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from complaintnlp.cli.progress import ProgressBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaintnlp.archive import Plan
    from complaintnlp.archive.summary import Summary

__all__ = ["say_plan", "watch"]

REJECTED_STATUS = 3


def watch(run: Callable[..., Summary], *, to_stream: bool, quiet: bool) -> None:
    """Start a run, say how it goes, and exit with a status if rows were rejected.

    Parameters
    ----------
    run : callable
        Takes ``on_plan`` and ``progress`` as `complaintnlp.archive.relabel` does.
    to_stream : bool
        Whether the rows go to standard output, where nothing else may be said.
    quiet : bool
        Whether to print nothing but errors.
    """
    with ProgressBar(shown=not quiet and sys.stderr.isatty()) as bar:
        summary = run(on_plan=None if quiet else say_plan, progress=bar.update)
    for line in summary.unlisted() if quiet else summary.lines():
        click.echo(line, err=to_stream)
    if not summary.complete:
        sys.exit(REJECTED_STATUS)


def say_plan(plan: Plan, notes: list[str]) -> None:
    """Print which columns are taken, and how the inputs are read."""
    for table in plan.tables:
        click.echo(table.describe(), err=True)
    for note in notes:
        click.echo(note, err=True)
