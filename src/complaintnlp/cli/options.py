"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["named_columns", "table_options", "target_option"]

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def table_options(command: _Command) -> _Command:
    """Add what says how a table is read."""
    for option in (
        click.option("--encoding", metavar="E", help="Of text files; detected by default."),
        click.option("--text-column", metavar="C", help="Found by its usual names by default."),
        click.option("--title-column", metavar="C", help="Found by its usual names by default."),
    ):
        command = option(command)
    return command


def target_option(command: _Command) -> _Command:
    """Add ``--target NAME=COLUMN``, once or more."""
    return click.option(
        "--target",
        "targets",
        multiple=True,
        required=True,
        metavar="NAME=COLUMN",
        callback=lambda _context, _parameter, values: named_columns(values),
        help="A target and the column of its labels, such as category=一级分类; repeatable.",
    )(command)


def named_columns(values: tuple[str, ...]) -> dict[str, str]:
    """Return ``NAME=COLUMN`` words as a mapping."""
    pairs = [value.partition("=") for value in values]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise click.BadParameter(f"{name}{equals}{column}: write NAME=COLUMN")
    return {name: column for name, _, column in pairs}
