from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from complaintnlp.archive.months import month_of

if TYPE_CHECKING:
    from complaintnlp.tables import Cell


@pytest.mark.parametrize(
    "cell",
    [
        "2020/1/6 12:09:38",
        "2020-01-06 12:09:38",
        "2020-01-06T12:09:38Z",
        "\n\t\t\t\t\t2020年1月6日",
        "2020.01.06",
        "20200106",
        "2020-1",
        date(2020, 1, 6),
        datetime(2020, 1, 6, 12, 9, 38),
        43836.5,
    ],
)
def test_notations(cell: Cell) -> None:
    assert month_of(cell) == "2020-01"


@pytest.mark.parametrize(
    "cell", ["", None, "昨天", "2020", "2020/13/1", "13800000000", 7, True, "2020010"]
)
def test_no_month(cell: Cell) -> None:
    assert month_of(cell) is None


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), float("-inf"), 1e300, 10**400])
def test_numbers_that_are_no_days(cell: Cell) -> None:
    assert month_of(cell) is None


def test_the_range_of_excels_days() -> None:
    assert [month_of(day) for day in (19_999.9, 20_000, 79_999.9, 80_000)] == [
        None,
        "1954-10",
        "2119-01",
        None,
    ]
