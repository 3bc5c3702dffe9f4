"""Finding the header of a sheet, and giving each column a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.text import normalize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["HEADER_WITHIN", "find_header", "normalize_name", "unique_names"]

HEADER_WITHIN = 20
"""A header is looked for in this many rows from the top."""


def normalize_name(name: object) -> str:
    r"""Return a column name as it is compared: simplified, half width, no spaces, no case.

    Examples
    --------
    >>> normalize_name("\n\t\t留言 主题 ")
    '留言主题'
    >>> normalize_name("內容"), normalize_name("Ｔｅｘｔ")
    ('内容', 'text')
    """
    return "".join(normalize("" if name is None else str(name)).split()).casefold()


def is_blank(row: Iterable[object]) -> bool:
    """Tell whether no cell of the row shows anything."""
    return not any(cell if not isinstance(cell, str) else cell.strip() for cell in row)


def names_any(row: Iterable[object], wanted: Collection[str]) -> bool:
    """Tell whether a cell of the row is one of the normalized names."""
    return any(normalize_name(cell) in wanted for cell in row)


def find_header(rows: Sequence[Sequence[object]], wanted: Collection[str]) -> int:
    """Return the position of the header among the first rows of a sheet.

    Exports often carry a merged title above the header. The header is the first row that holds a
    wanted name, or else the first row that is not blank.

    Parameters
    ----------
    rows : sequence of rows
        The first rows.
    wanted : collection of str
        Normalized names of the columns that are looked for.

    Examples
    --------
    >>> find_header([["2019年留言", ""], ["编号", "留言详情"], ["1", "停水"]], {"留言详情"})
    1
    >>> find_header([["a", "b"], ["1", "2"]], {"留言详情"})
    0
    """
    for position, row in enumerate(rows):
        if names_any(row, wanted):
            return position
    return next((position for position, row in enumerate(rows) if not is_blank(row)), 0)


def unique_names(names: Iterable[object], taken: Iterable[str] = ()) -> list[str]:
    """Name every column: blank ones by position, repeated ones by a number.

    Examples
    --------
    >>> unique_names(["备注", "", "备注"])
    ['备注', 'column_2', '备注_2']
    """
    used = set(taken)
    unique: list[str] = []
    for position, name in enumerate(names, start=1):
        base = str(name) if name is not None and str(name).strip() else f"column_{position}"
        candidate, number = base, 1
        while candidate in used:
            number += 1
            candidate = f"{base}_{number}"
        used.add(candidate)
        unique.append(candidate)
    return unique
