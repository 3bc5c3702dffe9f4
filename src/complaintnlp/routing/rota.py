"""The duty rota: which units answer questions online, and when."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.errors import ComplaintNLPError
from complaintnlp.routing.problems import did_you_mean
from complaintnlp.tables import ReadOptions, as_text, open_tables
from complaintnlp.tables.header import normalize_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from complaintnlp.routing.directory import Directory
    from complaintnlp.routing.problems import Problems
    from complaintnlp.routing.workdays import Workdays
    from complaintnlp.tables import Table

__all__ = ["Hours", "Rota", "read_hours", "read_rota"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "day": ("day", "date", "weekday", "日期", "星期", "值班日期", "值班日"),
    "unit": ("unit", "department", "单位", "部门", "值班单位", "值班部门"),
    "hours": ("hours", "时间", "值班时间", "时段"),
}
HOURS_REMEDY = "write it as 9:00-17:30, several spans with a comma between them"
_EVERY = ("工作日", "每个工作日", "workday", "workdays")
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            *("一 monday mon", "二 tuesday tue", "三 wednesday wed", "四 thursday thu"),
            *("五 friday fri", "六 saturday sat", "日 天 sunday sun"),
        )
    )
    for name in names.split()
}
_SPAN = re.compile(r"(\d{1,2})[:：](\d\d)\s*[-–—~至到]\s*(\d{1,2})[:：](\d\d)", re.ASCII)
_SEARCHED = 60  # days ahead in which the next duty is looked for


class Hours(NamedTuple):
    """A span of a day, the end not included."""

    start: time
    end: time


class Rota:
    """Who is on duty when.

    A unit that is on the rota by the day of the week is on duty if that is a working day; by a
    date, it is on duty on that date whatever it is.

    Parameters
    ----------
    workdays : Workdays
        The calendar.

    Examples
    --------
    >>> from complaintnlp.routing.workdays import Workdays
    >>> rota = Rota(Workdays())
    >>> rota.add("县医保局", 1, [Hours(time(9), time(17, 30))])
    >>> tuesday = datetime(2026, 11, 24, 20)
    >>> rota.is_on_duty("县医保局", tuesday), str(rota.next_duty("县医保局", tuesday))
    (False, '2026-12-01 09:00:00')
    """

    def __init__(self, workdays: Workdays) -> None:
        self._workdays = workdays
        self._spans: dict[str, dict[date | int | None, list[Hours]]] = {}

    def __contains__(self, unit: str) -> bool:
        return unit in self._spans

    def add(self, unit: str, day: date | int | None, hours: Sequence[Hours]) -> None:
        """Put a unit on duty.

        Parameters
        ----------
        unit : str
            Its name.
        day : date, int or None
            A date, a day of the week from 0 for Monday, or None for every working day.
        hours : sequence of Hours
            When on that day.
        """
        self._spans.setdefault(unit, {}).setdefault(day, []).extend(hours)

    def is_on_duty(self, unit: str, moment: datetime) -> bool:
        """Tell whether a unit is on duty.

        Raises
        ------
        CalendarError
            When the working days of the year are unknown.
        """
        now = moment.time()
        return any(span.start <= now < span.end for span in self._on(unit, moment.date()))

    def next_duty(self, unit: str, moment: datetime) -> datetime | None:
        """Return when a unit's next duty begins, None if not within 60 days.

        Raises
        ------
        CalendarError
            When the working days of a year on the way there are unknown.
        """
        for ahead in range(_SEARCHED + 1):
            day = moment.date() + timedelta(days=ahead)
            starts = [datetime.combine(day, span.start) for span in self._on(unit, day)]
            later = [start for start in starts if start > moment]
            if later:
                return min(later)
        return None

    def _on(self, unit: str, day: date) -> list[Hours]:
        """Return the spans of a unit on one day."""
        spans = self._spans.get(unit, {})
        dated = spans.get(day, [])
        weekly = spans.get(day.weekday(), []) + spans.get(None, [])
        return dated + weekly if weekly and self._workdays.includes(day) else dated


def read_hours(text: str) -> list[Hours] | None:
    """Return the spans in a text, or None when it is not written as it must be.

    Examples
    --------
    >>> [f"{span.start:%H:%M} {span.end:%H:%M}" for span in read_hours("9:00-12:00, 13:30-17:30")]
    ['09:00 12:00', '13:30 17:30']
    >>> read_hours("9-17") is None
    True
    """
    spans = []
    for part in re.split(r"[,，、;；]", text):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            return None
        try:
            start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        except ValueError:
            return None
        if start >= end:
            return None
        spans.append(Hours(start, end))
    return spans


def read_rota(
    path: Path,
    rota: Rota,
    hours: Sequence[Hours],
    directory: Directory,
    problems: Problems,
) -> None:
    """Read a rota into `rota`, noting every mistake.

    Parameters
    ----------
    path : Path
        A table with a day (date, day of the week, or 工作日), a unit and, if they differ, hours.
    rota : Rota
        What is filled.
    hours : sequence of Hours
        The usual hours.
    directory : Directory
        The units that can be on duty.
    problems : Problems
        Where mistakes are noted.
    """
    wanted = frozenset(normalize_name(name) for names in COLUMNS.values() for name in names)
    try:
        for table in open_tables(str(path), ReadOptions(header_names=wanted)):
            with closing(table):
                _read_table(table, rota, hours, directory, problems)
    except ComplaintNLPError as error:
        problems.add(path, 1, str(error).removeprefix(f"{path}: "), "give a table that is there")


def _read_table(
    table: Table, rota: Rota, hours: Sequence[Hours], directory: Directory, problems: Problems
) -> None:
    places = {normalize_name(column): position for position, column in enumerate(table.columns)}
    found = {
        column: next((places[name] for name in names if name in places), None)
        for column, names in COLUMNS.items()
    }
    for column in ("day", "unit"):
        if found[column] is None:
            problem = f"there is no column {column}, only {', '.join(table.columns)}"
            problems.add(table.name, 1, problem, f"name it one of {', '.join(COLUMNS[column])}")
            return
    names = [name for unit in directory.units for name in (unit.name, *unit.aliases, *unit.codes)]
    for batch in table.batches():
        for number, row in ((batch.number(i), row) for i, row in enumerate(batch.rows)):
            day_cell, unit_cell, hours_cell = (
                "" if position is None else as_text(row[position]).strip()
                for position in found.values()
            )
            if not (day_cell or unit_cell):
                continue
            day, known_day = _read_day(day_cell)
            if not known_day:
                remedy = "write a date (2026-11-24), a day (周二), or 工作日"
                problems.add(table.name, number, f"{day_cell or 'nothing'} is no day", remedy)
            units = directory.answering(unit_cell)
            if not units:
                remedy = did_you_mean(unit_cell, names, "use a name or code of [[units]]")
                problems.add(table.name, number, f"{unit_cell or 'nothing'} is no unit", remedy)
            spans = read_hours(hours_cell) if hours_cell else hours
            if spans is None:
                problems.add(table.name, number, f"{hours_cell} are no hours", HOURS_REMEDY)
            elif known_day:
                for unit in units:
                    rota.add(unit.name, day, spans)


def _read_day(cell: str) -> tuple[date | int | None, bool]:
    """Return a date, a day of the week or None for every working day; and whether it is a day."""
    word = cell.lower()
    if word in _EVERY:
        return None, True
    weekday = _WEEKDAYS.get(re.sub("^(周|星期|礼拜)", "", word))
    if weekday is not None:
        return weekday, True
    match = re.match(
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?$", cell, re.ASCII
    )
    try:
        return (date(int(match[1]), int(match[2]), int(match[3])), True) if match else (None, False)
    except ValueError:
        return None, False
