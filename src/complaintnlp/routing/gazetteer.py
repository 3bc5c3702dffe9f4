"""The gazetteer: names of places, and the grid that each lies in."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.errors import ComplaintNLPError
from complaintnlp.routing.problems import did_you_mean
from complaintnlp.tables import ReadOptions, as_text, open_tables
from complaintnlp.tables.header import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from complaintnlp.routing.directory import Districts
    from complaintnlp.routing.problems import Problems
    from complaintnlp.tables import Row, Table

__all__ = ["COLUMNS", "Gazetteer", "Grid", "read_gazetteer"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "名称", "地名"),
    "aliases": ("aliases", "别名", "又名"),
    "street": ("street", "街道", "乡镇", "街镇", "镇街"),
    "community": ("community", "社区", "村", "村社区"),
    "grid": ("grid", "网格", "网格编号", "网格编码", "grid_code", "code"),
    "kind": ("kind", "类型", "类别"),
    "district": ("district", "区县", "区", "县"),
}
"""The columns with the names that they go by; ``name`` and ``street`` must be there."""

_REQUIRED = ("name", "street")
_SEPARATORS = str.maketrans("、；;，", "||||")


class Grid(NamedTuple):
    """Where something happens, as far as it is known.

    Parameters
    ----------
    street : str or None
        The street office's area (街道), or the town (镇).
    community : str or None
        The community (社区) or village (村).
    code : str or None
        The code of the grid (网格).
    district : str or None
        The district (区县), where the city has several.
    """

    street: str | None = None
    community: str | None = None
    code: str | None = None
    district: str | None = None

    def __str__(self) -> str:
        # In a county the street is the district: it is said once.
        areas = dict.fromkeys([self.district, self.street, self.community])
        parts = [*areas, self.code and f"网格 {self.code}"]
        return " ".join(part for part in parts if part)


class Gazetteer:
    """Names, and where each of them may be.

    Streets, communities and districts are names too: a message that names only the community is
    placed in it.

    Parameters
    ----------
    districts : dict of str to tuple of str
        The districts with their other names.

    Examples
    --------
    >>> gazetteer = Gazetteer({"星沙街道": ()})
    >>> gazetteer.add(["幸福小区"], Grid("星沙街道", "凉塘社区", "XS-01"), "小区")
    >>> gazetteer.places["幸福小区"]
    [Grid(street='星沙街道', community='凉塘社区', code='XS-01', district='星沙街道')]
    >>> gazetteer.places["凉塘社区"]
    [Grid(street='星沙街道', community='凉塘社区', code=None, district='星沙街道')]
    """

    def __init__(self, districts: Districts) -> None:
        self.places: dict[str, list[Grid]] = {}
        self.kinds: dict[str, str] = {}
        self._districts = districts
        self._areas: set[Grid] = set()
        for district, aliases in districts.items():
            for name in (district, *aliases):
                self.places[name] = [Grid(district=district)]
                self.kinds[name] = "district"

    def add(self, names: Iterable[str], grid: Grid, kind: str) -> None:
        """Add a place under all its names.

        Parameters
        ----------
        names : iterable of str
            The name and the other names.
        grid : Grid
            Where it is; a street that is itself a district needs no `district`.
        kind : str
            What it is, such as 小区; may be empty.
        """
        if grid.district is None and grid.street in self._districts:
            grid = grid._replace(district=grid.street)
        for name in names:
            known = self.places.get(name)
            if known is None:
                self.places[name] = [grid]
                self.kinds[name] = kind
            elif grid not in known:
                known.append(grid)
        area = grid._replace(code=None)
        if area not in self._areas:
            self._add_areas(area)

    def _add_areas(self, area: Grid) -> None:
        """Make the community and the street of a place names of their own."""
        self._areas.add(area)
        street = area._replace(community=None)
        for name, place, kind in (
            (area.community, area, "community"),
            (area.street, street, "street"),
        ):
            if name:
                known = self.places.setdefault(name, [])
                # A district that is a street is known from now on as both.
                known[:] = [other for other in known if other != Grid(district=name)]
                if place not in known:
                    known.append(place)
                self.kinds[name] = kind


def read_gazetteer(path: Path, districts: Districts, problems: Problems) -> Gazetteer:
    """Read a gazetteer, noting every mistake in it.

    Parameters
    ----------
    path : Path
        A table with the `COLUMNS`: csv, or any other format of `complaintnlp.tables`.
    districts : dict
        The districts of the city.
    problems : Problems
        Where mistakes are noted.
    """
    gazetteer = Gazetteer(districts)
    wanted = frozenset(normalize_name(name) for names in COLUMNS.values() for name in names)
    try:
        for table in open_tables(str(path), ReadOptions(header_names=wanted)):
            with closing(table):
                _read_table(table, gazetteer, districts, problems)
    except ComplaintNLPError as error:
        problems.add(path, 1, str(error).removeprefix(f"{path}: "), "give a table that is there")
    return gazetteer


def _read_table(
    table: Table, gazetteer: Gazetteer, districts: Districts, problems: Problems
) -> None:
    positions = _positions(table, problems)
    if positions is None:
        return
    reader = _RowReader(table.name, positions, districts, problems)
    for batch in table.batches():
        for number, flaw in batch.flaws.items():
            row = batch.first_row + number
            problems.add(table.name, row, flaw.reason, "correct the row")
        for number, row_cells in enumerate(batch.rows, start=batch.first_row):
            if place := reader.read(row_cells, number):
                gazetteer.add(*place)


def _positions(table: Table, problems: Problems) -> list[int | None] | None:
    """Return where the `COLUMNS` are, or None when a required one is missing."""
    places = {normalize_name(column): position for position, column in enumerate(table.columns)}
    found = {
        column: next((places[name] for name in names if name in places), None)
        for column, names in COLUMNS.items()
    }
    missing = [column for column in _REQUIRED if found[column] is None]
    for column in missing:
        problem = f"there is no column {column}, only {', '.join(table.columns)}"
        problems.add(table.name, 1, problem, f"name it one of {', '.join(COLUMNS[column])}")
    return None if missing else list(found.values())


class _RowReader:
    """Turn the rows of one table into places."""

    def __init__(
        self,
        name: str,
        positions: Sequence[int | None],
        districts: Districts,
        problems: Problems,
    ) -> None:
        self._name = name
        self._positions = positions
        self._districts = districts
        self._problems = problems
        self._areas: dict[str, tuple[str, int]] = {}

    def read(self, row: Row, number: int) -> tuple[list[str], Grid, str] | None:
        """Return names, place and kind of a row, or None for one that is blank or wrong."""
        name, aliases, street, community, code, kind, district = [
            "" if position is None else as_text(row[position]).strip()
            for position in self._positions
        ]
        if not (name or street or community or code):
            return None
        names = [name]
        if aliases:
            names += [
                a for part in aliases.translate(_SEPARATORS).split("|") if (a := part.strip())
            ]
        if not self._is_right(names, street, district, number):
            return None
        if code:
            self._note_divided(code, f"{district} {street} {community}".strip(), number)
        grid = Grid(street or None, community or None, code or None, district or None)
        return names, grid, kind

    def _is_right(self, names: list[str], street: str, district: str, number: int) -> bool:
        add, before = self._problems.add, len(self._problems)
        if not names[0]:
            add(self._name, number, "the row has no name", "write the name of the place")
        if not street:
            add(self._name, number, f"{names[0]} has no street", "write the street it lies in")
        for name in names:
            if len(name) == 1:
                remedy = "write at least two, or it is found in every other word"
                add(self._name, number, f"the name {name} has one character", remedy)
        if district and district not in self._districts:
            remedy = did_you_mean(district, self._districts, "add it to [districts]")
            add(self._name, number, f"{district} is no district in [districts]", remedy)
        return len(self._problems) == before

    def _note_divided(self, code: str, area: str, number: int) -> None:
        """Note a grid code that is in two communities."""
        first, first_row = self._areas.setdefault(code, (area, number))
        if first != area:
            self._problems.add(
                self._name,
                number,
                f"grid {code} is in {area} here and in {first} in row {first_row}",
                "give each grid to one community",
            )
