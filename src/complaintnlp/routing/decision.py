"""What routing decides about one message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from complaintnlp.routing.gazetteer import Grid
    from complaintnlp.routing.places import Place

__all__ = ["LEAD", "MODES", "SUPPORTING", "Assignment", "Decision", "Mode"]

LEAD = "主办"
SUPPORTING = "协办"

Mode = Literal["online", "grid", "dispatch", "review", "urgent"]

MODES: dict[Mode, str] = {
    "urgent": "someone is in danger: at once, by telephone",
    "review": "the model is not sure: a person decides first",
    "online": "a question that the unit on duty answers now",
    "grid": "small and local: the staff of the grid see to it",
    "dispatch": "passed on to the unit in charge",
}


class Assignment(NamedTuple):
    """A unit and its part in the matter.

    Parameters
    ----------
    name : str
        The unit's local name.
    role : str
        ``主办`` for the lead, ``协办`` for a supporting unit.
    contact : str
        How it is reached, as the directory says.
    """

    name: str
    role: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a message goes.

    Parameters
    ----------
    units : tuple of Assignment
        The lead first, then the supporting units.
    mode : str
        One of `MODES`.
    grid : Grid or None
        Where it happens, as far as the message says.
    reasons : list of str
        Why, in words that a clerk reads.
    places : tuple of Place
        The places that the message names, with their offsets.
    repeated : bool
        The writer has reported it before.
    rules : tuple of str
        The names of the rules that were followed.
    next_duty : datetime or None
        When the unit's next duty begins, for a question outside duty hours.
    """

    units: tuple[Assignment, ...]
    mode: Mode
    grid: Grid | None
    reasons: list[str]
    places: tuple[Place, ...] = ()
    repeated: bool = False
    rules: tuple[str, ...] = ()
    next_duty: datetime | None = None

    @property
    def unit(self) -> str:
        """The name of the lead unit."""
        return self.units[0].name

    @property
    def supporting(self) -> tuple[str, ...]:
        """The names of the supporting units."""
        return tuple(unit.name for unit in self.units[1:])

    def to_dict(self) -> dict[str, Any]:
        """Return everything, JSON-ready."""
        return {
            "unit": self.unit,
            "units": [unit._asdict() for unit in self.units],
            "mode": self.mode,
            "grid": self.grid._asdict() if self.grid else None,
            "places": [
                {**place._asdict(), "grids": [grid._asdict() for grid in place.grids]}
                for place in self.places
            ],
            "repeated": self.repeated,
            "rules": list(self.rules),
            "next_duty": self.next_duty.isoformat() if self.next_duty else None,
            "reasons": list(self.reasons),
        }
