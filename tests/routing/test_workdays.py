from __future__ import annotations

import sys
from datetime import date

import pytest

from complaintnlp.routing.errors import CalendarError
from complaintnlp.routing.workdays import Workdays, YearPlan


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 1, 28), False),  # Spring Festival
        (date(2025, 1, 26), True),  # a Sunday worked for it
        (date(2025, 6, 14), False),  # a Saturday
        (date(2025, 6, 13), True),
    ],
)
def test_published_years(day: date, *, expected: bool) -> None:
    assert Workdays().includes(day) is expected


def test_an_unknown_year_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(CalendarError, match=r"2099.*\[duty\.years\.2099\]") as error:
        Workdays().includes(date(2099, 3, 2))
    assert error.value.year == 2099


def test_a_listed_year_goes_before_the_library() -> None:
    plan = YearPlan(frozenset([date(2099, 3, 2)]), frozenset([date(2099, 3, 7)]))
    workdays = Workdays({2099: plan})
    assert not workdays.includes(date(2099, 3, 2))  # a Monday
    assert workdays.includes(date(2099, 3, 3))
    assert workdays.includes(date(2099, 3, 7))  # a Saturday
    assert not workdays.includes(date(2099, 3, 8))


def test_without_the_library_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)
    with pytest.raises(CalendarError, match=r"complaintnlp\[routing\]"):
        Workdays().includes(date(2025, 6, 13))
