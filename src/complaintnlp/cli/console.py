"""What a console or a redirect can show: characters that its encoding lacks never stop a command.

A Chinese Windows redirects in GBK, which has neither the light shade of the bars nor an emoji that
someone wrote into a complaint.
"""

from __future__ import annotations

import codecs
import io
import sys
from typing import TextIO

__all__ = ["bar", "tolerate"]

_BLOCKS = ("█", "░")
_ASCII = ("#", ".")


def tolerate(*streams: TextIO) -> None:
    """Let streams show ``?`` for a character that they lack.

    Parameters
    ----------
    streams : text files
        Such as standard output. Those that have an error handler of their own keep it.

    Examples
    --------
    >>> console = io.TextIOWrapper(io.BytesIO(), "gbk")
    >>> tolerate(console)
    >>> print("停水😀", file=console, flush=True)
    >>> console.buffer.getvalue().decode("gbk").rstrip()
    '停水?'
    """
    for stream in streams:
        # A program without a console, as pythonw, has None; one that captures has other classes.
        if not isinstance(stream, io.TextIOWrapper):
            continue
        # Bytes of a file's name pass through UTF-8; other encodings fail on all that they lack.
        is_utf8 = codecs.lookup(stream.encoding).name == "utf-8"
        if stream.errors == "strict" or (stream.errors == "surrogateescape" and not is_utf8):
            stream.reconfigure(errors="replace")


def bar(share: float, width: int, stream: TextIO | None = None) -> str:
    """Draw a share as a bar, of characters that a stream has.

    Parameters
    ----------
    share : float
        From 0 to 1.
    width : int
        Characters of the whole bar.
    stream : text file, optional
        Where it will be shown; standard output by default.

    Examples
    --------
    >>> bar(0.75, 8, io.TextIOWrapper(io.BytesIO(), "utf-8"))
    '██████░░'
    >>> bar(0.75, 8, io.TextIOWrapper(io.BytesIO(), "gbk"))
    '######..'
    """
    full, empty = _BLOCKS if _has(stream or sys.stdout, "".join(_BLOCKS)) else _ASCII
    filled = round(share * width)
    return full * filled + empty * (width - filled)


def _has(stream: TextIO, characters: str) -> bool:
    try:
        characters.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
