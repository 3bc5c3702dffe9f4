"""``complaintnlp routing``: whether a city's configuration is right."""

from __future__ import annotations

import sys

import click

__all__ = ["routing_command"]

WRONG_STATUS = 2


@click.group("routing")
def routing_command() -> None:
    """Check a routing configuration."""


@routing_command.command("check")
@click.argument("config", type=click.Path(dir_okay=False))
def check_command(config: str) -> None:
    """Say every mistake in CONFIG and in the tables that it names.

    Each line is FILE:LINE: what is wrong; what to do. Status 0: all is right; 2: it is not.
    """
    from complaintnlp.routing import Router, check

    problems = check(config)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"{config}: {len(problems)} to correct", err=True)
        sys.exit(WRONG_STATUS)
    settings = Router.from_toml(config).config
    units, names = len(settings.directory.units), len(settings.gazetteer.places)
    click.echo(
        f"{config}: right ({units} units, {len(settings.rules)} rules, {names:,} names of places)"
    )
