from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from complaintnlp.tables import Cell, as_text, neutralize
from complaintnlp.tables.delimited import DelimitedSink


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("停水", "停水"),
        (None, ""),
        (False, "false"),
        (7, "7"),
        (0.5, "0.5"),
        (Decimal("1.50"), "1.50"),
        (datetime(2020, 1, 6, 12, 9, 38), "2020-01-06 12:09:38"),
        (date(2020, 1, 6), "2020-01-06"),
        (time(3, 4), "03:04:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (b"\xe5\x81\x9c\xff", "停\\xff"),
        ([{"区": date(2020, 1, 6)}], '[{"区": "2020-01-06"}]'),
    ],
)
def test_as_text(cell: Cell, text: str) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n\t=1",
        "=",
        "-",
        "+86 731",
    ],
)
def test_formulas_are_neutralized(cell: str) -> None:
    assert neutralize([cell]) == ["'" + cell]


@pytest.mark.parametrize("cell", ["", "a=1", "-5", "+8613800000000", "-0.25", "\n\t\t路灯", "'=1"])
def test_other_cells_are_not_touched(cell: str) -> None:
    assert neutralize([cell]) == [cell]


def test_headers_are_neutralized_too_and_raw_cells_opts_out() -> None:
    assert DelimitedSink("csv", ["=a"]).header() == b"\xef\xbb\xbf'=a\r\n"
    assert DelimitedSink("csv", ["=a"], raw_cells=True).header() == b"\xef\xbb\xbf=a\r\n"
