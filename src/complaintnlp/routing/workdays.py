"""Which days are working days in China: week-ends, public holidays, make-up working days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.errors import MissingExtraError
from complaintnlp.routing.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaintnlp.routing.fields import Section

__all__ = ["Workdays", "YearPlan", "read_years"]

_SATURDAY = 5


class YearPlan(NamedTuple):
    """The days of one year that are not as the week has them."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()


class Workdays:
    """Tell working days.

    The State Council publishes the holidays of a year in the autumn before; the library
    ``chinesecalendar`` knows them from then on. A year that a configuration lists itself goes
    before what the library knows.

    Parameters
    ----------
    years : mapping of int to YearPlan, optional
        The years that are listed.

    Examples
    --------
    >>> workdays = Workdays()
    >>> workdays.includes(date(2025, 10, 1)), workdays.includes(date(2025, 10, 11))
    (False, True)
    """

    def __init__(self, years: Mapping[int, YearPlan] | None = None) -> None:
        self._years = dict(years or {})
        self._known: dict[date, bool] = {}

    def includes(self, day: date) -> bool:
        """Tell whether a day is a working day.

        Raises
        ------
        CalendarError
            When nobody knows the year.
        """
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._look_up(day)
        return known

    def _look_up(self, day: date) -> bool:
        plan = self._years.get(day.year)
        if plan is None:
            return _published(day)
        if day in plan.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in plan.holidays


def _published(day: date) -> bool:
    """Return what the library says."""
    try:
        import chinese_calendar
    except ImportError:
        missing = MissingExtraError("the calendar of China's holidays", "routing")
        raise CalendarError(day.year, str(missing)) from None
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        remedy = "the installed chinesecalendar does not have it (a newer release may)"
        raise CalendarError(day.year, remedy) from None


def read_years(duty: Section) -> dict[int, YearPlan]:
    """Read ``[duty.years.2027]`` and its like."""
    section = duty.section("years")
    years = {}
    for key in section.keys():  # noqa: SIM118
        inner = section.section(key)
        if not (key.isascii() and key.isdigit() and len(key) == 4):
            section.complain(key, f"{key} is no year", "write it as [duty.years.2027]")
            continue
        holidays, workdays = (_dates(inner, name, int(key)) for name in ("holidays", "workdays"))
        for day in sorted(holidays & workdays):
            inner.complain(
                "workdays",
                f"{day} is a holiday and a working day",
                "remove it from one of the lists",
                holding=str(day),
            )
        inner.finish()
        years[int(key)] = YearPlan(holidays, workdays)
    return years


def _dates(section: Section, key: str, year: int) -> frozenset[date]:
    days = set()
    for text in section.dates(key):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            section.complain(key, f"{text} is no date", f"write {year}-01-01", holding=text)
            continue
        if day.year != year:
            section.complain(key, f"{text} is not in {year}", "move it to its year", holding=text)
        days.add(day)
    return frozenset(days)
