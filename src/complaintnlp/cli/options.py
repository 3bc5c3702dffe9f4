"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "also_option",
    "model_option",
    "named_columns",
    "quiet_option",
    "run_options",
    "table_options",
    "target_option",
]

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def model_option(command: _Command) -> _Command:
    """Add ``--model``."""
    return click.option("--model", type=click.Path(file_okay=False), help="A model's directory.")(
        command
    )


def table_options(command: _Command) -> _Command:
    """Add what says how a table is read."""
    return _added(
        command,
        click.option("--title-column", metavar="C", help="Found by its usual names by default."),
        click.option("--text-column", metavar="C", help="Found by its usual names by default."),
        click.option("--encoding", metavar="E", help="Of text files; detected by default."),
    )


def run_options(command: _Command) -> _Command:
    """Add what says how a run over an archive goes."""
    return _added(
        command,
        model_option,
        click.option("--review-risk", type=float, help="Share of errors to allow without review."),
        click.option(
            "--workers", type=click.IntRange(min=1), help="Processes.  [default: all cores]"
        ),
        click.option("--resume", is_flag=True, help="Go on with an interrupted run."),
        click.option("--force", is_flag=True, help="Replace an output that exists."),
        click.option("--sheet", help="The one sheet to read, by name or number."),
        click.option(
            "--format", "stream_format", help="Format of - (csv, tsv, jsonl, xlsx, parquet)."
        ),
        click.option(
            "--raw-cells", is_flag=True, help="Do not neutralize cells that look like formulas."
        ),
    )


def quiet_option(command: _Command) -> _Command:
    """Add ``--quiet``."""
    return click.option("--quiet", is_flag=True, help="Print nothing but errors.")(command)


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


def also_option(command: _Command) -> _Command:
    """Add ``--also NAME=COLUMN``."""
    return click.option(
        "--also",
        multiple=True,
        metavar="NAME=COLUMN",
        callback=lambda _context, _parameter, values: named_columns(values),
        help="A target and the column of its other right labels, joined by |.",
    )(command)


def named_columns(values: tuple[str, ...]) -> dict[str, str]:
    """Return ``NAME=COLUMN`` words as a mapping."""
    pairs = [value.partition("=") for value in values]
    columns: dict[str, str] = {}
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise click.BadParameter(f"{name}{equals}{column}: write NAME=COLUMN")
        if name in columns:
            raise click.BadParameter(
                f"{name} is given twice, as {columns[name]} and {column}; keep one"
            )
        columns[name] = column
    return columns


def _added(command: _Command, *options: Callable[[_Command], _Command]) -> _Command:
    """Add options that ``--help`` shows in this order."""
    for option in reversed(options):
        command = option(command)
    return command
