"""The ``complaintnlp`` command: which subcommands there are, and how an error is said."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from complaintnlp.cli.console import tolerate
from complaintnlp.errors import ComplaintNLPError, InputError

__all__ = ["main"]

_COMMANDS = {
    "predict": "Predict one message.",
    "relabel": "Label every row of an archive.",
    "train": "Train a model on labelled tables.",
    "evaluate": "Measure a model on a labelled table.",
    "model": "Show or verify a model.",
    "route": "Route every row of an archive.",
    "routing": "Check a routing configuration.",
}


class _LazyGroup(click.Group):
    """Import a subcommand when it is called: a cold start loads what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(
            import_module(f"complaintnlp.cli.{cmd_name}"), f"{cmd_name}_command"
        )
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # else click says "Aborted!", and not who did
            raise ComplaintNLPError("stopped by Ctrl-C") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="complaintnlp")
def _group() -> None:
    """Read Chinese complaints: category, department, appeal type and hazard.

    Add --debug to any command to see the traceback of an error.
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    Status 0: all done; 1: nothing usable was written; 2: wrong usage; 3: done, some rows rejected.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``complaintnlp``; those of the process by default.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    tolerate(sys.stdout, sys.stderr)
    if "train" not in words:
        # Before numpy is imported: predicting needs no threads of BLAS, and they take longer to
        # start than a message to read.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "--debug" in words:
        words.remove("--debug")
        _debug(words)
    try:
        _group.main(words, prog_name="complaintnlp")
    except ComplaintNLPError as error:
        _say(str(error))
        sys.exit(_status_of(error))
    except BrokenPipeError:
        # The reader has gone; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        _say(f"unexpected {type(error).__name__}: {error}; add --debug to see where")
        sys.exit(1)


def _debug(words: list[str]) -> NoReturn:
    """Run the command line; an error is its traceback, and has the status that it always has."""
    try:
        _group.main(words, prog_name="complaintnlp", standalone_mode=False)
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(_status_of(error))
    sys.exit(0)


def _status_of(error: Exception) -> int:
    if isinstance(error, click.ClickException):
        return error.exit_code
    return 2 if isinstance(error, InputError) else 1


def _say(problem: str) -> None:
    click.echo(f"complaintnlp: {problem}", err=True)
