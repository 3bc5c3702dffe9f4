"""What can be wrong with a routing configuration, or with a question put to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.errors import ComplaintNLPError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaintnlp.routing.problems import Problem

__all__ = ["CalendarError", "ConfigError", "RoutingError"]


class RoutingError(ComplaintNLPError):
    """A message cannot be routed."""


class CalendarError(RoutingError):
    """The working days of a year are not known.

    Parameters
    ----------
    year : int
        The year.
    why : str
        Why it is unknown, and what else could make it known.
    """

    def __init__(self, year: int, why: str) -> None:
        self.year = year
        super().__init__(
            f"the working days of {year} are unknown: {why}; list them in the routing "
            f"configuration under [duty.years.{year}] as holidays and workdays"
        )


class ConfigError(InputError):
    """A routing configuration has mistakes; all of them are listed.

    Parameters
    ----------
    problems : sequence of Problem
        The mistakes, at least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))
