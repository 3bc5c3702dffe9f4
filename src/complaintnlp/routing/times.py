"""Reading a moment from a cell, in the notations that exports use."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaintnlp.tables import Cell

__all__ = ["read_moment"]

# 2020/1/6 12:09:38, 2020-01-06T12:09, 2020年1月6日 12时9分 and 20200106 1209.
_MOMENT = re.compile(
    r"\s*((?:19|20)\d\d)(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?|(\d\d)(\d\d)(?!\d))"
    r"(?:[\sT]*(上午|下午|晚上)?\s*(\d{1,2})\s*[:：时点]\s*(\d{1,2})?)?",
    re.ASCII,
)
_EPOCH = datetime(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # days as Excel counts them: 1954 to 2119


def read_moment(cell: Cell) -> datetime | None:
    r"""Return the moment in a cell, or None when it names none; seconds are left out.

    A date without a time is no moment: nobody can tell whether it was in duty hours.

    Examples
    --------
    >>> str(read_moment("\n\t\t2020/1/6 12:09:38")), str(read_moment("2019年11月2日 下午3时5分"))
    ('2020-01-06 12:09:00', '2019-11-02 15:05:00')
    >>> str(read_moment(43836.5)), read_moment("2020-01-06"), read_moment("昨天")
    ('2020-01-06 12:00:00', None, None)
    """
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, str):
        return _from_text(cell)
    if isinstance(cell, float) and _FIRST_SERIAL <= cell < _LAST_SERIAL and cell % 1:
        return _EPOCH + timedelta(minutes=round(cell * 24 * 60))
    return None


def _from_text(cell: str) -> datetime | None:
    match = _MOMENT.match(cell)
    if match is None or match[7] is None:
        return None
    year, month, day = int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])
    hour, minute = int(match[7]), int(match[8] or 0)
    if match[6] in ("下午", "晚上") and hour < 12:
        hour += 12
    try:
        return datetime.combine(date(year, month, day), time(hour, minute))
    except ValueError:
        return None
