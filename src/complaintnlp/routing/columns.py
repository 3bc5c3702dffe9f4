"""Decisions as the columns that are appended to a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.routing.gazetteer import Grid

if TYPE_CHECKING:
    from complaintnlp.routing.decision import Decision
    from complaintnlp.tables import Row

__all__ = ["ROUTE_COLUMNS", "cells_of", "unrouted_cells"]

ROUTE_COLUMNS = (
    *("unit", "supporting_units", "street", "community", "grid", "mode", "route_reasons"),
)

_NOWHERE = Grid()


def cells_of(decision: Decision) -> Row:
    """Return a decision as the cells of `ROUTE_COLUMNS`.

    Examples
    --------
    >>> from complaintnlp.routing.decision import Assignment, Decision
    >>> units = (Assignment("县消防大队", "主办"), Assignment("县住建局", "协办"))
    >>> cells_of(Decision(units, "urgent", None, ["紧急", "协办"]))
    ['县消防大队', '县住建局', None, None, None, 'urgent', '紧急；协办']
    """
    grid = decision.grid or _NOWHERE
    return [
        decision.unit,
        "|".join(decision.supporting) or None,
        grid.street,
        grid.community,
        grid.code,
        decision.mode,
        "；".join(decision.reasons),
    ]


def unrouted_cells(reason: str) -> Row:
    """Return the cells of a row that cannot be routed: a person must look at it.

    Examples
    --------
    >>> unrouted_cells("no text")
    [None, None, None, None, None, 'review', 'no text']
    """
    return [None, None, None, None, None, "review", reason]
