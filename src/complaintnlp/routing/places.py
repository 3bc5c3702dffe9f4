"""Where a message is about: the places it names, and what they agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.routing.automaton import Automaton
from complaintnlp.routing.gazetteer import Grid
from complaintnlp.routing.patterns import find_patterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaintnlp.routing.automaton import Alphabet
    from complaintnlp.routing.gazetteer import Gazetteer
    from complaintnlp.routing.patterns import PatternPlace

__all__ = ["Place", "PlaceFinder", "Whereabouts", "locate"]

_SHOWN = 3  # of the grids or names that a reason lists
_CONSIDERED = 50  # places of one message; a list of a whole city says nothing more


class Place(NamedTuple):
    """A place that a message names.

    Parameters
    ----------
    name : str
        As it is written in the message.
    start, end : int
        Its offsets in the title or the text.
    field : str
        ``title`` or ``text``.
    kind : str
        The gazetteer's kind, or ``district``, ``street``, ``community``, ``estate``, ``address``.
    grids : tuple of Grid
        Where it may be; several for an ambiguous name, none where that is unknown.
    source : str
        ``gazetteer`` or ``pattern``.
    """

    name: str
    start: int
    end: int
    field: str
    kind: str
    grids: tuple[Grid, ...]
    source: str


class Whereabouts(NamedTuple):
    """What the places of a message agree on.

    Parameters
    ----------
    grid : Grid or None
        The common ground, None where there is none.
    reason : str
        How it was found, or why it stays open; empty where no place says anything.
    """

    grid: Grid | None
    reason: str


class PlaceFinder:
    """Find places by name and by form.

    Parameters
    ----------
    gazetteer : Gazetteer
        The names.
    alphabet : Alphabet
        An alphabet that has their characters.

    Examples
    --------
    >>> from complaintnlp.routing.automaton import Alphabet
    >>> from complaintnlp.routing.gazetteer import Gazetteer
    >>> gazetteer = Gazetteer({})
    >>> gazetteer.add(["松雅湖"], Grid("星沙街道", "松雅社区", "XS-02"), "公园")
    >>> alphabet = Alphabet(gazetteer.places)
    >>> text = "松雅湖的路灯不亮，湘龙街道也是"
    >>> places = PlaceFinder(gazetteer, alphabet).find(text, alphabet.encode(text))
    >>> [(place.name, place.start, place.source) for place in places]
    [('松雅湖', 0, 'gazetteer'), ('湘龙街道', 9, 'pattern')]
    """

    def __init__(self, gazetteer: Gazetteer, alphabet: Alphabet) -> None:
        self._places = list(gazetteer.places.values())
        self._kinds = [gazetteer.kinds[name] for name in gazetteer.places]
        names = list(gazetteer.places)
        self._automaton = Automaton(names, alphabet, longest=True) if names else None

    def known(self, symbols: bytes) -> list[tuple[int, int, int]]:
        """Return the gazetteer's names in an encoded text as (number of the name, start, end)."""
        return self._automaton.find(symbols) if self._automaton else []

    def find(self, message: str, symbols: bytes, title_length: int = 0) -> list[Place]:
        """Return the places in a message, in order, none overlapping another.

        Parameters
        ----------
        message : str
            Text, or title and text with one character between them.
        symbols : bytes
            The message, encoded with the alphabet.
        title_length : int
            How many characters the title has.
        """
        known = self.known(symbols)
        kinds = self._kinds
        borders = [end for name, _, end in known if kinds[name] in _AREAS]
        patterns = find_patterns(message, borders)
        if not (known or patterns):
            return []
        places = [
            Place(message[start:end], start, end, "text", kinds[name], self._places[name], _KNOWN)
            for name, start, end in known
        ]
        if patterns:
            formed = [_as_place(message, pattern) for pattern in patterns]
            places = _merge(places, formed, patterns)
        return [_in_field(place, title_length) for place in places] if title_length else places


_KNOWN = "gazetteer"
_AREAS = ("district", "street", "community")


def _in_field(place: Place, title_length: int) -> Place:
    """Return a place of title and text with its offsets in the one that it is in."""
    if place.end <= title_length:
        return place._replace(field="title")
    before = title_length + 1
    return place._replace(start=place.start - before, end=place.end - before)


def _as_place(text: str, pattern: PatternPlace) -> Place:
    name = text[pattern.start : pattern.end]
    grids: tuple[Grid, ...] = ()
    if pattern.kind == "street":
        grids = (Grid(street=name),)
    elif pattern.kind == "community":
        grids = (Grid(community=name),)
    return Place(name, pattern.start, pattern.end, "text", pattern.kind, grids, "pattern")


def _merge(
    known: list[Place], formed: list[Place], patterns: Sequence[PatternPlace]
) -> list[Place]:
    """Keep, of a known name and a form that overlap, the one that says more."""
    places: list[Place] = []
    position = 0
    for place, pattern in zip(formed, patterns, strict=True):
        while position < len(known) and known[position].end <= place.start:
            places.append(known[position])
            position += 1
        inside: list[Place] = []
        while position < len(known) and known[position].start < place.end:
            inside.append(known[position])
            position += 1
        if not inside:
            places.append(place)
        elif inside[-1].end >= place.end:
            # 长沙县星沙街道: what the form has before the known name is not part of it.
            places += inside
        elif pattern.kind == "estate" and inside[-1].end == pattern.suffix:
            # 万科城小区 is the 万科城 of the gazetteer.
            last = inside[-1]
            name = last.name + place.name[pattern.suffix - place.start :]
            places += [*inside[:-1], last._replace(name=name, end=place.end)]
        else:
            # 松雅湖南路8号 is not the lake: the longer name is another place.
            places.append(place)
    return places + known[position:]


def locate(places: Sequence[Place]) -> Whereabouts:
    """Return where a message is about: the grid that most of its places agree with.

    An ambiguous name takes the meaning that the other places support. Where several meanings are
    as good, what they have in common is returned, and the reason says that the rest is open.

    Parameters
    ----------
    places : sequence of Place
        The places of one message.

    Examples
    --------
    >>> twice = (Grid("星沙街道", "凉塘社区", "XS-01"), Grid("泉塘街道", "泉星社区", "QT-04"))
    >>> estate = Place("幸福小区", 3, 7, "text", "小区", twice, "gazetteer")
    >>> street = Place("泉塘街道", 0, 4, "title", "street", (Grid("泉塘街道"),), "gazetteer")
    >>> locate([street, estate]).grid.code
    'QT-04'
    >>> print(locate([estate]).reason)
    地点：“幸福小区”对应 2 处：星沙街道 凉塘社区 网格 XS-01、泉塘街道 泉星社区 网格 QT-04，请核实
    """
    places = [place for place in places[:_CONSIDERED] if place.grids]
    candidates = list(dict.fromkeys(grid for place in places for grid in place.grids))
    best = candidates if len(candidates) < 2 else _best(candidates, places)
    if not best:
        return Whereabouts(None, "")
    names = _shown([f"“{name}”" for name in dict.fromkeys(place.name for place in places)], "")
    if len(best) == 1:
        return Whereabouts(best[0], f"地点：{names} → {best[0]}")
    common = _common(best)
    reason = f"地点：{names}对应 {len(best)} 处：{_shown(list(map(str, best)), '、')}，请核实"
    return Whereabouts(common if any(common) else None, reason)


def _best(candidates: list[Grid], places: Sequence[Place]) -> list[Grid]:
    """Return the meanings that most places agree with, the most exact of them."""
    support = {
        grid: sum(any(_agree(grid, other) for other in place.grids) for place in places)
        for grid in candidates
    }
    most = max(support.values())
    best = [grid for grid in candidates if support[grid] == most]
    # The city's own gazetteer goes before a name that only looks like a place.
    known = {grid for place in places if place.source == _KNOWN for grid in place.grids}
    best = [grid for grid in best if grid in known] or best
    return [grid for grid in best if not any(_covers(other, grid) for other in best)]


def _shown(names: list[str], between: str) -> str:
    return between.join(names[:_SHOWN]) + ("等" if len(names) > _SHOWN else "")


def _agree(one: Grid, other: Grid) -> bool:
    """Tell whether two places may be the same: no level that both know differs."""
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _covers(fine: Grid, coarse: Grid) -> bool:
    """Tell whether one place says all that the other says, and more."""
    return fine != coarse and all(b is None or a == b for a, b in zip(fine, coarse, strict=True))


def _common(grids: Sequence[Grid]) -> Grid:
    """Return the levels on which all grids agree, none below one on which they do not."""
    first = grids[0]
    levels = ("district", "street", "community", "code")
    kept: dict[str, str | None] = {}
    for level in levels:
        value = getattr(first, level)
        if any(getattr(grid, level) != value for grid in grids):
            break
        kept[level] = value
    return Grid(**kept)
