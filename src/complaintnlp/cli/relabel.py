"""``complaintnlp relabel``: every row of an archive gets its labels."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from complaintnlp.archive import preview, relabel
from complaintnlp.cli.options import table_options
from complaintnlp.cli.progress import ProgressBar
from complaintnlp.tables import as_text

if TYPE_CHECKING:
    from complaintnlp.archive import Plan

__all__ = ["relabel_command"]

REJECTED_STATUS = 3
SHOWN = 60


@click.command("relabel")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", help="The labelled file, or - for standard output.")
@table_options
@click.option("--time-column", help="Column of the time, for counts by month.")
@click.option("--model", type=click.Path(file_okay=False), help="A model's directory.")
@click.option("--review-risk", type=float, help="Share of errors to allow without review.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes.  [default: all cores]")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run.")
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@click.option("--sheet", help="The one sheet to read, by name or number.")
@click.option("--format", "stream_format", help="Format of - (csv, tsv, jsonl, xlsx, parquet).")
@click.option("--raw-cells", is_flag=True, help="Do not neutralize cells that look like formulas.")
@click.option("--report", type=click.Path(dir_okay=False), help="Write a page of charts (HTML).")
@click.option("--dry-run", is_flag=True, help="Show the columns and five labelled rows only.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def relabel_command(
    inputs: tuple[str, ...],
    output: str | None,
    *,
    resume: bool,
    force: bool,
    raw_cells: bool,
    workers: int | None,
    report: str | None,
    dry_run: bool,
    quiet: bool,
    **reading: Any,
) -> None:
    """Label every row of the INPUT files, keeping all columns and rows.

    Files are .csv, .tsv, .jsonl (each also .gz), .xlsx or .parquet, by suffix; - is a stream.
    Status 0: all rows labelled; 3: some rows could not be, they are listed in
    OUTPUT.rejected.csv; 2: wrong usage; 1: nothing usable was written.
    """
    if dry_run:
        _show(inputs, reading)
        return
    if output is None:
        raise click.UsageError("Missing option '-o' / '--output'.")
    with ProgressBar(shown=not quiet and sys.stderr.isatty()) as bar:
        summary = relabel(
            inputs,
            output,
            resume=resume,
            force=force,
            raw_cells=raw_cells,
            workers=workers,
            report=report,
            on_plan=None if quiet else _say_plan,
            progress=bar.update,
            **reading,
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


def _show(inputs: tuple[str, ...], reading: dict[str, Any]) -> None:
    """Print what would be read and how the first rows are labelled."""
    shown = preview(inputs, **reading)
    _say_plan(shown.plan, shown.notes)
    for number, row in enumerate(shown.rows, start=1):
        click.echo(f"\n{number}.")
        for column, cell in zip(shown.plan.columns, row, strict=True):
            text = " ".join(as_text(cell).split())
            click.echo(f"  {column}: {text[:SHOWN]}{'…' if len(text) > SHOWN else ''}")
