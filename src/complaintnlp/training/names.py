"""What a target may be called: its name is an attribute of a prediction and a column of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.errors import InputError
from complaintnlp.model import Prediction

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_target_names"]

_ATTRIBUTES = frozenset(name for name in dir(Prediction) if not name.startswith("_"))
_COLUMNS = frozenset({"needs_review", "source"})  # that relabelling appends, whatever the targets
_RANKED = "department"


def check_target_names(targets: Iterable[str]) -> None:
    """Raise an `InputError` if what a target says could not be reached by its name.

    Parameters
    ----------
    targets : iterable of str

    Examples
    --------
    >>> check_target_names(["office", "urgency"])
    >>> check_target_names(["office", "office_confidence"])
    Traceback (most recent call last):
    complaintnlp.errors.InputError: target 'office_confidence': a column of 'office' is called so
    """
    names = list(targets)
    owner = {f"{name}_confidence": name for name in names}
    if _RANKED in names:
        owner |= {f"{_RANKED}_{rank}": _RANKED for rank in (2, 3)}
    for name in names:
        problem = ""
        if not isinstance(name, str) or not name.strip():
            problem = "a name must be a str that is not empty"
        elif name.startswith("_"):
            problem = "a name must not begin with _"
        elif name in _ATTRIBUTES or name in _COLUMNS:
            problem = "every prediction or relabelled table has something of that name"
        elif name in owner:
            problem = f"a column of {owner[name]!r} is called so"
        if problem:
            raise InputError(f"target {name!r}: {problem}")
