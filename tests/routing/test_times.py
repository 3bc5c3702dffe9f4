from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.routing.times import read_moment


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


@given(st.text() | st.floats() | st.none() | st.integers())
def test_anything_else_is_no_error(cell: object) -> None:
    read_moment(cell)
