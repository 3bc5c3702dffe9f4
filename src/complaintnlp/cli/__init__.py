"""Last room: the command line, one thin file a command."""

from complaintnlp.cli.main import main

__all__ = ["main"]
