"""The month that a time cell names, in the notations that exports use."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaintnlp.tables import Cell

__all__ = ["month_of"]

# 2020/1/6 12:09:38, 2020-01-06, 2020.1.6 and 2020年1月6日; or 20200106 without separators.
_DATE = re.compile(r"\s*((?:19|20)\d\d)(?:\s*[-/.年]\s*(\d{1,2})(?!\d)|(\d\d)\d\d(?!\d))", re.ASCII)
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # days as Excel counts them: 1954 to 2119


def month_of(cell: Cell) -> str | None:
    r"""Return the month as ``YYYY-MM``, or None when the cell names none.

    Examples
    --------
    >>> month_of("\n\t\t\t\t\t2020/1/6 12:09:38"), month_of("2019年11月2日"), month_of("20200106")
    ('2020-01', '2019-11', '2020-01')
    >>> month_of(date(2019, 2, 28)), month_of(43836.5), month_of("昨天")
    ('2019-02', '2020-01', None)
    """
    if isinstance(cell, str):
        match = _DATE.match(cell)
        if match is None:
            return None
        month = int(match[2] or match[3])
        return f"{match[1]}-{month:02d}" if 1 <= month <= 12 else None
    if isinstance(cell, date):
        return f"{cell.year}-{cell.month:02d}"
    if isinstance(cell, int | float) and _FIRST_SERIAL <= cell < _LAST_SERIAL:
        return f"{_EPOCH + timedelta(days=int(cell)):%Y-%m}"
    return None
