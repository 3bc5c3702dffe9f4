"""Finding the header of a sheet, and giving each column a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.text import normalize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["HEADER_WITHIN", "find_header", "normalize_name", "unique_names"]

HEADER_WITHIN = 20
"""A header is looked for in this many rows from the top."""
LOOKED_AT = 1000
"""This many cells of a row are looked at: a damaged row can have millions."""


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


def filled_cells(row: Iterable[object]) -> int:
    """Return how many cells of the row show anything."""
    return sum(map(_shows, row))


def is_blank(row: Iterable[object]) -> bool:
    """Tell whether no cell of the row shows anything."""
    return not any(map(_shows, row))


def _shows(cell: object) -> bool:
    return cell is not None and bool(str(cell).strip())


def find_header(rows: Sequence[Sequence[object]], wanted: Collection[str]) -> int:
    """Return the position of the header among the first rows of a sheet.

    Exports often carry titles above the header. The header is the row that holds the most wanted
    names, then the most cells, where all rows above it can only be titles: they have at most half
    as many filled cells, or at least fewer if the row brings two names and more than they have. A
    row of full width is thus never taken for a title. Without such a row the header is the first
    that has more than half as many filled cells as the fullest.

    Parameters
    ----------
    rows : sequence of rows
        The first rows.
    wanted : collection of str
        Normalized names of the columns that are looked for; if there are none, the header is the
        first row that is not blank.

    Examples
    --------
    >>> find_header([["2019年留言", ""], ["编号", "留言详情"], ["1", "停水"]], {"留言详情"})
    1
    >>> find_header([["编号", "诉求"], ["1", "留言详情"]], {"留言详情"})
    0
    """
    tops = [row[:LOOKED_AT] for row in rows]
    counts = [filled_cells(row) for row in tops]
    header, most, above = None, 0, 0
    for position, (row, count) in enumerate(zip(tops, counts, strict=True)):
        known = len({normalize_name(cell) for cell in row}.intersection(wanted))
        sure = known > max(most, 1) and count > above
        if known and known >= most and (sure or count >= 2 * above):
            header, most = position, known
        above = max(above, count)
    if header is None:
        least = above / 2 if wanted else 0
        header = next((place for place, count in enumerate(counts) if count > least), 0)
    return header


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
