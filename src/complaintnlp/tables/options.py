"""How inputs are read and outputs written."""

from __future__ import annotations

from dataclasses import dataclass, field

from complaintnlp.tables.limits import Limits

__all__ = ["ReadOptions"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How the inputs of one run are read.

    Parameters
    ----------
    encoding : str, optional
        Of text files; detected when not given.
    sheet : str, optional
        Name or number of the one sheet to read of a workbook; all of them when not given.
    header_names : frozenset of str
        Normalized column names that mark a row as the header.
    limits : Limits
        How much packed files may unpack to.
    """

    encoding: str | None = None
    sheet: str | None = None
    header_names: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
