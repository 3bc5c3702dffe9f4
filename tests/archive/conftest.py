from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from complaintnlp.model import load

if TYPE_CHECKING:
    from complaintnlp import Classifier

HEADER = ["留言编号", "留言主题", "留言时间", "留言详情"]
MATTERS = ["路灯坏了三天没人修", "小区停水，物业不管", "楼下烧烤摊油烟呛人", "公司拖欠工资两个月"]

Write = Callable[..., Path]
Read = Callable[[Path], list[dict[str, str]]]
MakeRows = Callable[[int], list[list[str]]]


@pytest.fixture(scope="session")
def classifier(small_model: Path) -> Classifier:
    """The small model as a user loads it."""
    return load(small_model)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a csv file of messages."""

    def write_rows(
        rows: int | Sequence[Sequence[str]],
        name: str = "in.csv",
        header: Sequence[str] = HEADER,
        encoding: str = "utf-8",
    ) -> Path:
        if isinstance(rows, int):
            rows = _rows(rows)
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write_rows


@pytest.fixture(scope="session")
def make_rows() -> MakeRows:
    """Make rows of messages that differ, over a year."""
    return _rows


@pytest.fixture(scope="session")
def read() -> Read:
    """Read a csv output as Excel does."""

    def read_rows(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return read_rows


def _rows(count: int) -> list[list[str]]:
    return [
        [str(i), f"第{i}件", f"2019/{i % 12 + 1}/6 12:09:38", f"{MATTERS[i % 4]}，第{i}号楼"]
        for i in range(count)
    ]
