"""``complaintnlp route``: every row of an archive gets its unit."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from complaintnlp.cli.options import quiet_option, run_options, table_options
from complaintnlp.cli.running import watch

__all__ = ["route_command"]


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
@run_options
@quiet_option
def route_command(
    inputs: tuple[str, ...], output: str, config: str, *, quiet: bool, **options: Any
) -> None:
    """Route every row of the INPUT files, labelled or not.

    Appends unit, supporting_units, street, community, grid, mode and route_reasons. Files and
    status are those of `complaintnlp relabel`; a mistake in the configuration is status 2.
    """
    from complaintnlp.routing.archive import route_archive
    from complaintnlp.tables import STREAM

    run = partial(route_archive, inputs, output, config, **options)
    watch(run, to_stream=output == STREAM, quiet=quiet)
