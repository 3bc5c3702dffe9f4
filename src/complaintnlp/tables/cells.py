"""A cell as text, and as text that no spreadsheet will run."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaintnlp.tables.batch import Cell

__all__ = ["as_text", "encodable", "neutralize"]

FORMULA = frozenset("=+-@")
RISKY = FORMULA | {"\t", "\r"}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)


def as_text(cell: Cell) -> str:
    """Return what a text format stores for `cell`.

    Examples
    --------
    >>> as_text(None), as_text(True), as_text(188006), as_text({"区": "星沙"})
    ('', 'true', '188006', '{"区": "星沙"}')
    >>> as_text(datetime(2020, 1, 6, 12, 9, 38))
    '2020-01-06 12:09:38'
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    if isinstance(cell, dict | list | tuple):
        return json.dumps(cell, ensure_ascii=False, default=as_text)
    return str(cell)


def neutralize(cells: Iterable[str]) -> list[str]:
    """Put an apostrophe before every cell that a spreadsheet would run as a formula.

    Plain numbers stay as they are: ``-5`` is a value. So does a message that begins with a line
    feed, as some exports have them all, unless a formula follows the white space.

    References
    ----------
    OWASP, "CSV Injection".

    Examples
    --------
    >>> neutralize(["=1+1", "@SUM(A1)", "停水", "-5", ""])
    ["'=1+1", "'@SUM(A1)", '停水', '-5', '']
    """
    return ["'" + cell if _is_risky(cell) else cell for cell in cells]


def _is_risky(cell: str) -> bool:
    if cell[:1] == "\n":
        return cell.lstrip()[:1] in FORMULA
    return cell[:1] in RISKY and not _NUMBER.fullmatch(cell)


def encodable(text: str) -> str:
    r"""Return `text` with code points that UTF-8 cannot hold made visible.

    JSON can carry half of a surrogate pair; no other format can.

    Examples
    --------
    >>> print(encodable("笑\ud83d"))
    笑\ud83d
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text
