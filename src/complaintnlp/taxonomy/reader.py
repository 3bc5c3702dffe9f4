"""Reading the taxonomy's tables."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["APPEAL_TYPES", "Category", "Department", "categories", "departments"]

APPEAL_TYPES = ("投诉", "举报", "求助", "咨询", "建议", "感谢")


class Category(NamedTuple):
    """One line of the three-level classification of the petition boards."""

    level1: str
    level2: str
    level3: str


class Department(NamedTuple):
    """A department: its code, full name, other names, and what it answers for."""

    code: str
    name: str
    aliases: tuple[str, ...]
    remit: str


def _rows(name: str) -> list[dict[str, str]]:
    text = Path(__file__).with_name(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def categories() -> tuple[Category, ...]:
    """Return the three-level classification.

    Examples
    --------
    >>> len({category.level1 for category in categories()})
    15
    """
    return tuple(Category(**row) for row in _rows("categories.csv"))


@cache
def departments() -> dict[str, Department]:
    """Return the departments by their codes.

    Examples
    --------
    >>> departments()["公用"].name
    '公用事业企业'
    """
    return {
        row["code"]: Department(
            row["code"],
            row["name"],
            tuple(alias for alias in row["aliases"].split("|") if alias),
            row["remit"],
        )
        for row in _rows("departments.csv")
    }
