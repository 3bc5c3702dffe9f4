"""Reading a moment from a cell, in the notations that exports use."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaintnlp.tables import Cell

__all__ = ["read_moment"]

# Z, UTC, +08:00, +0800, +08 and GMT+8.
_ZONE = (
    r"Z\b|(?:UTC|GMT)(?![-+\w])"
    r"|(?:UTC|GMT)?(?P<sign>[-+])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?(?![\d:])"
)
# 2020/1/6 12:09:38, 2020-01-06T04:09:38Z, 2020年1月6日 12时9分 and 20200106 12:09.
_MOMENT = re.compile(
    r"\s*(?P<year>(?:19|20)\d\d)"
    r"(?:\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2}+)日?"
    r"|(?P<mm>\d\d)(?P<dd>\d\d)(?!\d))"
    r"[\sT]*(?P<half>上午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{1,2})?"
    r"(?P<seconds>:\d\d(?:[.,]\d+)?)?"
    rf"\s*(?P<zone>{_ZONE})?",
    re.ASCII,
)
_EPOCH = datetime(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # days as Excel counts them: 1954 to 2119
_SMALL_HOURS = 5  # the evening of a day ends before this hour of the next


def read_moment(cell: Cell) -> datetime | None:
    r"""Return the moment in a cell, or None when it names none; seconds are left out.

    A date without a time is no moment: nobody can tell whether it was in duty hours. A time zone
    is kept if the cell has one, written as ``Z``, ``UTC`` or ``+08:00``.

    Examples
    --------
    >>> str(read_moment("\n\t\t2020/1/6 12:09:38")), str(read_moment("2019年11月2日 下午3时5分"))
    ('2020-01-06 12:09:00', '2019-11-02 15:05:00')
    >>> str(read_moment("2020-01-06T04:09:38Z")), str(read_moment("2019年11月2日 晚上12点"))
    ('2020-01-06 04:09:00+00:00', '2019-11-03 00:00:00')
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
    if match is None:
        return None
    year, month, day = match["year"], match["month"] or match["mm"], match["day"] or match["dd"]
    days, hour = _days_and_hour(match["half"], int(match["hour"]))
    try:
        start = date(int(year), int(month), int(day)) + timedelta(days)
        return datetime.combine(start, time(hour, int(match["minute"] or 0)), _zone(match))
    except ValueError:
        return None


def _days_and_hour(half: str | None, hour: int) -> tuple[int, int]:
    """Return how many days later it is, and the hour of that day.

    The evening of a day goes on after midnight: 晚上12点 is the end of that day, not its noon.
    """
    if half == "晚上" and hour % 12 < _SMALL_HOURS:
        return 1, hour % 12
    if half in ("下午", "晚上") and hour < 12:
        return 0, hour + 12
    return 0, hour


def _zone(match: re.Match[str]) -> tzinfo | None:
    """Return the time zone; ValueError for one that cannot be."""
    if not match["zone"]:
        return None
    if not match["sign"]:
        return UTC
    if match["sign"] == "-" and not match["seconds"]:
        return None  # 9:00-17:30 is two times, and the first counts
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return timezone(offset if match["sign"] == "+" else -offset)
