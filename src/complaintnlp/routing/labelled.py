"""Reading the labels that a table already has, as `relabel` or a person wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.routing.facts import Facts
from complaintnlp.tables import as_text
from complaintnlp.tables.header import normalize_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaintnlp.tables import Cell, Row

__all__ = ["LabelColumns"]

_YES = frozenset({"true", "1", "yes", "是", "有"})
_COLUMNS = (
    *("department", "department_confidence", "category", "appeal_type"),
    *("hazard", "hazard_confidence", "needs_review"),
)


class LabelColumns:
    """Where a table has its labels.

    Parameters
    ----------
    columns : sequence of str
        The table's columns. Names are compared without spaces, case and width; of several that
        are then the same, the one written as `relabel` writes it counts, else the first.

    Examples
    --------
    >>> labels = LabelColumns(["text", "department", "hazard", "needs_review"])
    >>> labels.facts(["路灯不亮", "城管", "false", "true"])
    Facts(department='城管', confidence=None, others=(), category='', appeal_type='', hazard=0.0, \
review_reasons=('标签列 needs_review 要求复核',))
    """

    def __init__(self, columns: Sequence[str]) -> None:
        places: dict[str, int] = {}
        for number, column in enumerate(columns):
            places.setdefault(normalize_name(column), number)
        # A table may have a Department of its own beside the department that `relabel` appended.
        places.update((column, number) for number, column in enumerate(columns))
        self._places = [places.get(name) for name in _COLUMNS]

    @property
    def present(self) -> bool:
        """Whether the table says the departments."""
        return self._places[0] is not None

    def facts(self, row: Row) -> Facts:
        """Return the labels of a row."""
        cells = ["" if place is None else _text(row[place]) for place in self._places]
        department, confidence, category, appeal_type, hazard, hazard_confidence, review = cells
        reasons = []
        if not department:
            reasons.append("没有部门标签")
        if review.lower() in _YES:
            reasons.append("标签列 needs_review 要求复核")
        sure = _probability(hazard_confidence)
        sure = 1.0 if sure is None else sure
        return Facts(
            department,
            _probability(confidence),
            (),
            category,
            appeal_type,
            sure if hazard.lower() in _YES else 1 - sure if hazard else 0.0,
            tuple(reasons),
        )


def _text(cell: Cell) -> str:
    return as_text(cell).strip()


def _probability(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
