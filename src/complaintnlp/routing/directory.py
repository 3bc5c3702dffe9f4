"""The directory of a city: which local unit answers for a department, in which district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from complaintnlp.routing.fields import Section

__all__ = ["Directory", "Districts", "Unit", "read_directory", "read_districts"]

DISTRICT = "{district}"
"""In a unit's name, aliases and contact: stands for each of its districts."""

Districts = dict[str, tuple[str, ...]]
"""The districts with their other names."""


class Unit(NamedTuple):
    """A body of the city.

    Parameters
    ----------
    name : str
        Its local name.
    codes : tuple of str
        The departments it is; several for a merged bureau.
    districts : tuple of str
        Where it is responsible; empty for everywhere.
    aliases : tuple of str
        Other names that the configuration may use.
    contact : str
        Telephone, address, or whatever helps.
    """

    name: str
    codes: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit, and why it is only the default one."""

    unit: Unit
    gap: str = ""


class Directory:
    """Look up units by department and district, or by name.

    Parameters
    ----------
    units : iterable of Unit
        All of them.
    default : Unit
        What takes everything that no other unit answers for.

    Examples
    --------
    >>> window = Unit("县群众工作部")
    >>> streets = [Unit("星沙街道办事处", ("属地",), ("星沙街道",))]
    >>> directory = Directory([window, Unit("县城管局", ("城管",)), *streets], window)
    >>> directory.unit_for("属地", "星沙街道").unit.name
    '星沙街道办事处'
    >>> directory.unit_for("属地", None).unit.name, directory.unit_for("属地", None).gap
    ('县群众工作部', '留言没有写明在哪个区域')
    """

    def __init__(self, units: Iterable[Unit], default: Unit) -> None:
        self.units = tuple(units)
        self.default = default
        self._names: dict[str, Unit] = {}
        self._places: dict[tuple[str, str | None], Found] = {}
        self._codes = {code for unit in self.units for code in unit.codes}
        for unit in self.units:
            for name in (unit.name, *unit.aliases):
                self._names.setdefault(name, unit)
            for code in unit.codes:
                for district in unit.districts or (None,):
                    self._places.setdefault((code, district), Found(unit))

    def unit_for(self, code: str, district: str | None) -> Found:
        """Return the unit that answers for a department in a district.

        Parameters
        ----------
        code : str
            The department.
        district : str or None
            The district, if the message says which.
        """
        places = self._places
        found = places.get((code, district)) or places.get((code, None))
        if found:
            return found
        if named := self._names.get(code):
            return Found(named)
        if code not in self._codes:
            return Found(self.default, "没有单位承接这个部门代码")
        gap = "留言没有写明在哪个区域" if district is None else f"{district}没有对应的单位"
        return Found(self.default, gap)

    def named(self, name: str) -> Unit | None:
        """Return the unit of a name or alias."""
        return self._names.get(name)

    def answering(self, name: str) -> tuple[Unit, ...]:
        """Return the units that a name, an alias or a department code stands for."""
        unit = self._names.get(name)
        return (unit,) if unit else tuple(unit for unit in self.units if name in unit.codes)


def read_districts(root: Section) -> Districts:
    """Read ``[districts]``: each name with its other names."""
    section = root.section("districts")
    districts = {name: section.texts(name) for name in section.keys()}  # noqa: SIM118
    owner: dict[str, str] = {}
    for district, aliases in districts.items():
        for name in (district, *aliases):
            if len(name) < 2:
                section.complain(
                    district,
                    f"the name {name} has one character",
                    "write at least two, or it is found in every other word",
                )
            elif owner.setdefault(name, district) != district:
                section.complain(
                    district,
                    f"{name} already stands for {owner[name]}",
                    "give each name to one district",
                    holding=name,
                )
    return districts


def read_directory(root: Section, codes: Collection[str], districts: Districts) -> Directory:
    """Read ``[[units]]`` and ``default_unit``.

    Parameters
    ----------
    root : Section
        The configuration.
    codes : collection of str
        The departments that the model knows.
    districts : dict
        The districts.
    """
    units: list[Unit] = []
    names: dict[str, str] = {}
    places: dict[tuple[str, str], str] = {}
    sections = root.sections("units")
    if not sections:
        root.complain(None, "there are no units", "add at least one [[units]] with name and codes")
    for section in sections:
        template = _read_unit(section, codes, districts)
        expanded = _expand(template, districts)
        _note_repeated_names(section, expanded, names)
        _note_contested_places(section, template, places)
        units += expanded
        section.finish()
    default = root.text("default_unit", required=True)
    found = next((unit for unit in units if default in (unit.name, *unit.aliases)), None)
    if default and units and not found:
        root.unknown("default_unit", default, [unit.name for unit in units], "unit in [[units]]")
    return Directory(units, found or Unit(default))


def _read_unit(section: Section, codes: Collection[str], districts: Districts) -> Unit:
    return Unit(
        section.text("name", required=True),
        section.choices("codes", codes, "department code"),
        section.choices("districts", districts, "district in [districts]"),
        section.texts("aliases"),
        section.text("contact"),
    )


def _expand(unit: Unit, districts: Mapping[str, object]) -> list[Unit]:
    """Return one unit for each district if the name leaves the district open."""
    if DISTRICT not in unit.name:
        return [unit]
    return [
        Unit(
            unit.name.replace(DISTRICT, district),
            unit.codes,
            (district,),
            tuple(alias.replace(DISTRICT, district) for alias in unit.aliases),
            unit.contact.replace(DISTRICT, district),
        )
        for district in unit.districts or districts
    ]


def _note_repeated_names(section: Section, units: list[Unit], names: dict[str, str]) -> None:
    for unit in units:
        words = [("name", unit.name), *(("aliases", alias) for alias in unit.aliases)]
        for key, word in words:
            if word in names:
                problem = f"{word} already stands for {names[word]}"
                section.complain(key, problem, "give each name to one unit", holding=word)
        names.update((word, unit.name) for _, word in words if word)


def _note_contested_places(
    section: Section, unit: Unit, places: dict[tuple[str, str], str]
) -> None:
    """Note a department that two units claim for the same district."""
    for code in unit.codes:
        for district in unit.districts or ("",):
            other = places.setdefault((code, district), unit.name)
            if other != unit.name:
                where = f" in {district}" if district else ""
                section.complain(
                    "codes",
                    f"{code}{where} is already the task of {other}",
                    "give it to one of them, or say the districts of each",
                    holding=code,
                )
