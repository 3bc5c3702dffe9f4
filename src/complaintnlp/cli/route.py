"""``complaintnlp route``: every row of an archive gets its unit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from complaintnlp.cli.options import table_options
from complaintnlp.cli.progress import ProgressBar

if TYPE_CHECKING:
    from complaintnlp.archive import Plan

__all__ = ["route_command"]

REJECTED_STATUS = 3


@click.command("route")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", required=True, help="The routed file, or - for standard output.")
@click.option(
    "--config",
    required=True,
    type=click.Path(dir_okay=False),
    help="The city's routing.toml; `complaintnlp routing check` finds mistakes in it.",
)
@table_options
@click.option("--at-column", metavar="C", help="Column of the time when a message came in.")
@click.option("--predict", is_flag=True, help="Ask the model even where a table has labels.")
@click.option("--model", type=click.Path(file_okay=False), help="A model's directory.")
@click.option("--review-risk", type=float, help="Share of errors to allow without review.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes.  [default: all cores]")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run.")
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@click.option("--sheet", help="The one sheet to read, by name or number.")
@click.option("--format", "stream_format", help="Format of - (csv, tsv, jsonl, xlsx, parquet).")
@click.option("--raw-cells", is_flag=True, help="Do not neutralize cells that look like formulas.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def route_command(
    inputs: tuple[str, ...], output: str, config: str, *, quiet: bool, **options: Any
) -> None:
    """Route every row of the INPUT files, labelled or not.

    Appends unit, supporting_units, street, community, grid, mode and route_reasons. Files and
    status are those of `complaintnlp relabel`; a mistake in the configuration is status 2.
    """
    from complaintnlp.routing.archive import route_archive

    with ProgressBar(shown=not quiet and sys.stderr.isatty()) as bar:
        summary = route_archive(
            inputs,
            output,
            config,
            on_plan=None if quiet else _say_plan,
            progress=bar.update,
            **options,
        )
    if not quiet:
        for line in summary.lines():
            click.echo(line, err=output == "-")
    if not summary.complete:
        sys.exit(REJECTED_STATUS)


def _say_plan(plan: Plan, notes: list[str]) -> None:
    for table in plan.tables:
        click.echo(table.describe(), err=True)
    for note in notes:
        click.echo(note, err=True)
