"""``complaintnlp relabel``: every row of an archive gets its labels."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from complaintnlp.archive import preview, relabel
from complaintnlp.cli.options import quiet_option, run_options, table_options
from complaintnlp.cli.running import say_plan, watch
from complaintnlp.tables import STREAM, as_text

__all__ = ["relabel_command"]

SHOWN = 60


@click.command("relabel")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", help="The labelled file, or - for standard output.")
@table_options
@click.option("--time-column", help="Column of the time, for counts by month.")
@run_options
@click.option("--report", type=click.Path(dir_okay=False), help="Write a page of charts (HTML).")
@click.option("--dry-run", is_flag=True, help="Show the columns and five labelled rows only.")
@quiet_option
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
    run = partial(
        relabel,
        inputs,
        output,
        resume=resume,
        force=force,
        raw_cells=raw_cells,
        workers=workers,
        report=report,
        **reading,
    )
    watch(run, to_stream=output == STREAM, quiet=quiet)


def _show(inputs: tuple[str, ...], reading: dict[str, Any]) -> None:
    """Print what would be read and how the first rows are labelled."""
    shown = preview(inputs, **reading)
    say_plan(shown.plan, shown.notes)
    for number, row in enumerate(shown.rows, start=1):
        click.echo(f"\n{number}.")
        for column, cell in zip(shown.plan.columns, row, strict=True):
            text = " ".join(as_text(cell).split())
            click.echo(f"  {column}: {text[:SHOWN]}{'…' if len(text) > SHOWN else ''}")
