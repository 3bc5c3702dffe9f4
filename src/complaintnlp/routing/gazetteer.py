"""The gazetteer: names of places, and the grid that each lies in."""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.errors import ComplaintNLPError
from complaintnlp.routing.problems import did_you_mean
from complaintnlp.tables import ReadOptions, as_text, open_tables
from complaintnlp.tables.header import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from complaintnlp.routing.directory import Districts
    from complaintnlp.routing.problems import Problems
    from complaintnlp.tables import Cell, Table

__all__ = ["COLUMNS", "Gazetteer", "Grid", "read_gazetteer"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "名称", "地名"),
    "aliases": ("aliases", "别名", "又名"),
    "kind": ("kind", "类型", "类别"),
    "street": ("street", "街道", "乡镇", "街镇", "镇街"),
    "community": ("community", "社区", "村", "村社区"),
    "grid": ("grid", "网格", "网格编号", "网格编码", "grid_code", "code"),
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
    (Grid(street='星沙街道', community='凉塘社区', code='XS-01', district='星沙街道'),)
    >>> gazetteer.places["凉塘社区"]
    (Grid(street='星沙街道', community='凉塘社区', code=None, district='星沙街道'),)
    """

    def __init__(self, districts: Districts) -> None:
        self.places: dict[str, tuple[Grid, ...]] = {}
        self.kinds: dict[str, str] = {}
        self._districts = districts
        self._alone: dict[Grid, tuple[Grid]] = {}  # what the names in one grid share
        for district, aliases in districts.items():
            for name in (district, *aliases):
                self.places[name] = (Grid(district=district),)
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
        alone = self._alone.get(grid)
        if alone is None:
            alone = self._alone[grid] = (grid,)
            self._add_areas(grid._replace(code=None))
        for name in names:
            self.put(name, alone, kind)

    def put(self, name: str, alone: tuple[Grid], kind: str) -> None:
        """Add a name of a place in a grid that `add` has seen before: `add`, faster."""
        known = self.places.get(name)
        if known is None:
            self.places[name] = alone
            self.kinds[name] = kind
        elif alone[0] not in known:
            self.places[name] = (*known, *alone)

    def _add_areas(self, area: Grid) -> None:
        """Make the community and the street of a place names of their own."""
        street = area._replace(community=None)
        self._add_area(area.community, area, "community")
        # A district that is a street is known from now on as both, under all its names.
        for name in (area.street, *self._districts.get(area.street or "", ())):
            self._add_area(name, street, "street")

    def _add_area(self, name: str | None, area: Grid, kind: str) -> None:
        if name:
            known = tuple(grid for grid in self.places.get(name, ()) if any(grid[:3]))
            self.places[name] = known if area in known else (*known, area)
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
        with _collection_paused():
            for table in open_tables(str(path), ReadOptions(header_names=wanted)):
                with closing(table):
                    _read_table(table, gazetteer, districts, problems)
    except ComplaintNLPError as error:
        problems.add(path, 1, str(error).removeprefix(f"{path}: "), "give a table that is there")
    return gazetteer


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Keep the garbage collector from visiting 100,000 new places again and again: all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read_table(
    table: Table, gazetteer: Gazetteer, districts: Districts, problems: Problems
) -> None:
    positions = _positions(table, problems)
    if positions is None:
        return
    reader = _RowReader(table.name, gazetteer, districts, problems)
    for batch in table.batches():
        for number, flaw in batch.flaws.items():
            row = batch.number(number)
            problems.add(table.name, row, flaw.reason, "correct the row")
        columns = list(zip(*batch.rows, strict=True))
        cells = zip(
            *(
                repeat("", len(batch.rows)) if place is None else _stripped(columns[place])
                for place in positions
            ),
            strict=True,
        )
        for position, values in enumerate(cells):
            if not reader.take(values):
                reader.check(values, batch.number(position))


def _stripped(column: Sequence[Cell]) -> list[str]:
    """Return the cells of a column as texts without space around them."""
    try:
        return list(map(str.strip, column))
    except TypeError:  # a workbook has numbers too
        return [as_text(cell).strip() for cell in column]


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
        self, name: str, gazetteer: Gazetteer, districts: Districts, problems: Problems
    ) -> None:
        self._name = name
        self._gazetteer = gazetteer
        self._districts = districts
        self._problems = problems
        self._grids: dict[tuple[str, ...], tuple[Grid]] = {}
        self._areas: dict[str, tuple[tuple[str, ...], int]] = {}

    def take(self, cells: tuple[str, ...]) -> bool:
        """Take a row in a grid that is known, with one name: nearly all of a large gazetteer."""
        name, aliases, kind = cells[:3]
        alone = self._grids.get(cells[3:])
        if alone is None or aliases or len(name) < 2:
            return False
        self._gazetteer.put(name, alone, kind)
        return True

    def check(self, cells: tuple[str, ...], row: int) -> None:
        """Take any other row, or note what is wrong with it."""
        if not any(cells):
            return
        name, aliases, kind = cells[:3]
        others = (alias.strip() for alias in aliases.translate(_SEPARATORS).split("|"))
        names = [name, *filter(None, others)]
        grid = self._grid(cells[3:], row)
        if self._are_names(names, row) and grid:
            self._gazetteer.add(names, grid, kind)
            self._grids[cells[3:]] = (grid,)

    def _are_names(self, names: list[str], row: int) -> bool:
        if not names[0]:
            self._problems.add(self._name, row, "the row has no name", "write the name")
        short = [name for name in names if len(name) == 1]
        for name in short:
            remedy = "write at least two, or it is found in every other word"
            self._problems.add(self._name, row, f"the name {name} has one character", remedy)
        return bool(names[0]) and not short

    def _grid(self, levels: tuple[str, ...], row: int) -> Grid | None:
        """Return the grid of a row, or None for one that is wrong."""
        street, community, code, district = levels
        if not street:
            self._problems.add(self._name, row, "there is no street", "write where the place lies")
        if district and district not in self._districts:
            remedy = did_you_mean(district, self._districts, "add it to [districts]")
            self._problems.add(self._name, row, f"{district} is no district in [districts]", remedy)
            return None
        if not street:
            return None
        if code:
            self._note_divided(code, (district, street, community), row)
        if not district and street in self._districts:
            district = street
        return Grid(street, community or None, code or None, district or None)

    def _note_divided(self, code: str, area: tuple[str, ...], row: int) -> None:
        """Note a grid code that is in two communities."""
        first, first_row = self._areas.setdefault(code, (area, row))
        if first != area:
            here, there = (" ".join(filter(None, levels)) for levels in (area, first))
            problem = f"grid {code} is in {here} here and in {there} in row {first_row}"
            self._problems.add(self._name, row, problem, "give each grid to one community")
