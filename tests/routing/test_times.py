from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.routing.times import read_moment

CHINA = timezone(timedelta(hours=8))
NEW_YORK = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026/11/24 9:05", datetime(2026, 11, 24, 9, 5)),
        ("2026-11-24T20:00:59.5", datetime(2026, 11, 24, 20)),
        ("\n\t\t\t2026/11/24 12:09:38", datetime(2026, 11, 24, 12, 9)),
        ("2026年11月24日 下午3点", datetime(2026, 11, 24, 15)),
        ("2026年11月24日 上午10时5分", datetime(2026, 11, 24, 10, 5)),
        ("20261124 17:30", datetime(2026, 11, 24, 17, 30)),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)),
        (46350.75, datetime(2026, 11, 24, 18)),
        (date(2026, 11, 24), None),
        ("2026-11-24", None),
        ("2026-13-24 10:00", None),
        ("2026-11-24 25:00", None),
        ("2026-11-16:30", None),
        ("", None),
        (None, None),
        (True, None),
        (17, None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_notations(cell: object, expected: datetime | None) -> None:
    assert read_moment(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-11-24T04:09:38Z", datetime(2026, 11, 24, 4, 9, tzinfo=UTC)),
        ("2026-11-24 04:09:38.123456789Z", datetime(2026, 11, 24, 4, 9, tzinfo=UTC)),
        ("2026-11-24T04:09Z", datetime(2026, 11, 24, 4, 9, tzinfo=UTC)),
        ("2026-11-24 04:09:38 UTC", datetime(2026, 11, 24, 4, 9, tzinfo=UTC)),
        ("2026-11-24 12:09:38.123456789+0800", datetime(2026, 11, 24, 12, 9, tzinfo=CHINA)),
        ("2026-11-24T12:09:38+08:00", datetime(2026, 11, 24, 12, 9, tzinfo=CHINA)),
        ("2026-11-24T12:09+08:00", datetime(2026, 11, 24, 12, 9, tzinfo=CHINA)),
        ("2026-11-24 12:09:38+08", datetime(2026, 11, 24, 12, 9, tzinfo=CHINA)),
        ("2026/11/24 12:09 GMT+8", datetime(2026, 11, 24, 12, 9, tzinfo=CHINA)),
        ("2026-11-23 23:09:38-0500", datetime(2026, 11, 23, 23, 9, tzinfo=NEW_YORK)),
        ("2026-11-24 9:00-17:30", datetime(2026, 11, 24, 9)),
        ("2026-11-24 9:00:00-17:30:00", datetime(2026, 11, 24, 9)),
        ("2026-11-24T12:09:38+99:00", None),
    ],
)
def test_time_zones(cell: str, expected: datetime | None) -> None:
    moment = read_moment(cell)
    assert moment == expected
    assert (moment and moment.tzinfo) == (expected and expected.tzinfo)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026年11月30日 晚上7时", datetime(2026, 11, 30, 19)),
        ("2026年11月30日 晚上20点", datetime(2026, 11, 30, 20)),
        ("2026年11月30日 晚上12时", datetime(2026, 12, 1)),
        ("2026年11月30日 晚上12点30", datetime(2026, 12, 1, 0, 30)),
        ("2026年11月30日 晚上1点", datetime(2026, 12, 1, 1)),
        ("2026年11月30日 下午12时", datetime(2026, 11, 30, 12)),
        ("2026年11月30日 上午12时", datetime(2026, 11, 30, 12)),
    ],
)
def test_evenings_end_after_midnight(cell: str, expected: datetime) -> None:
    assert read_moment(cell) == expected


@given(st.text() | st.floats() | st.none() | st.integers())
def test_anything_else_is_no_error(cell: object) -> None:
    read_moment(cell)
