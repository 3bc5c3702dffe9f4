"""What a run will do: which columns are read, and which the output has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import TableError
from complaintnlp.tables import Columns, find_columns, unique_names
from complaintnlp.tables.columns import missing_column, require_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from complaintnlp.model.prediction import Label
    from complaintnlp.tables import ColumnNames, Table

__all__ = ["Plan", "TablePlan", "label_columns", "make_plan"]

SOURCE = "source"
REVIEW = "needs_review"
RANKED = "department"
"""The target whose second and third label are given too."""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How one table is read.

    Parameters
    ----------
    name : str
        The file as the user named it, with the sheet where there are several.
    columns : tuple of str
        Its columns.
    found : Columns
        Positions of title, text and time.
    take : tuple of int or None
        For each input column of the output, the position in this table; None where it has none.
    """

    name: str
    columns: tuple[str, ...]
    found: Columns
    take: tuple[int | None, ...]

    @property
    def text_name(self) -> str:
        """The name of the text column."""
        return "" if self.found.text is None else self.columns[self.found.text]

    @property
    def is_whole(self) -> bool:
        """Whether the output has exactly this table's columns, in order."""
        return self.take == tuple(range(len(self.columns)))

    def describe(self) -> str:
        """Say which columns are taken."""
        taken = (
            f"{role} = {self.columns[position]}" if position is not None else f"no {role}"
            for role, position in (
                ("title", self.found.title),
                ("text", self.found.text),
                ("time", self.found.time),
            )
        )
        return f"{self.name}: {', '.join(taken)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How all tables are read, and what the output looks like.

    Parameters
    ----------
    tables : tuple of TablePlan
        In the order of reading.
    columns : tuple of str
        The output's columns: the union of the inputs', `source` if there are several, the labels'.
    types : dict of str to object
        Types of output columns that are not text.
    added : int
        How many columns hold labels, at the end.
    with_source : bool
        Whether there is a `source` column.
    targets : tuple of str
        What the model predicts.
    """

    tables: tuple[TablePlan, ...]
    columns: tuple[str, ...]
    types: dict[str, Any]
    added: int
    with_source: bool
    targets: tuple[str, ...]


def label_columns(classes: Mapping[str, Sequence[Label]]) -> dict[str, str | None]:
    """Return the columns that are appended, with their types where they are not text.

    Parameters
    ----------
    classes : mapping of str to sequence of labels
        The labels of each target.

    Examples
    --------
    >>> list(label_columns({"category": ["政法"], "hazard": [False, True]}))
    ['category', 'category_confidence', 'hazard', 'hazard_confidence', 'needs_review']
    """
    columns: dict[str, str | None] = {}
    for target, labels in classes.items():
        columns[target] = "bool" if all(isinstance(label, bool) for label in labels) else None
        columns[f"{target}_confidence"] = "double"
        if target == RANKED:
            columns[f"{target}_2"] = columns[f"{target}_3"] = None
    columns[REVIEW] = "bool"
    return columns


def _set_aside(names: Iterable[str], reserved: Iterable[str]) -> list[str]:
    """Rename the input columns that are called like an appended one."""
    reserved = set(reserved)
    names = list(names)
    kept = [name for name in names if name not in reserved]
    renamed = iter(
        unique_names((f"{name}_input" for name in names if name in reserved), {*kept, *reserved})
    )
    return [next(renamed) if name in reserved else name for name in names]


def make_plan(
    tables: Sequence[Table],
    names: ColumnNames,
    targets: Iterable[str],
    appended: Mapping[str, str | None],
) -> Plan:
    """Decide which columns are read and written.

    Parameters
    ----------
    tables : sequence of Table
        The opened inputs.
    names : ColumnNames
        The columns that the user named.
    targets : iterable of str
        What is predicted, and counted in the summary.
    appended : mapping of str to (str or None)
        The columns that are appended, with their types; `label_columns` for labels.

    Raises
    ------
    InputError
        When a column that the user named is in none of the tables.
    TableError
        When a table has no text column.
    """
    require_named(names, (table.columns for table in tables))
    union = list(dict.fromkeys(column for table in tables for column in table.columns))
    with_source = len(tables) > 1
    added = ([SOURCE] if with_source else []) + list(appended)
    inputs = _set_aside(union, added)
    plans = []
    for table in tables:
        found = find_columns(table.columns, names)
        if found.text is None:
            raise TableError(table.name, missing_column("text", names.text, table.columns))
        places = {column: position for position, column in enumerate(table.columns)}
        take = tuple(places.get(column) for column in union)
        plans.append(TablePlan(table.name, tuple(table.columns), found, take))
    types = {new: _type_of(old, tables) for old, new in zip(union, inputs, strict=True)}
    types.update(appended)
    columns = (*inputs, *added)
    return Plan(tuple(plans), columns, types, len(appended), with_source, tuple(targets))


def _type_of(column: str, tables: Sequence[Table]) -> Any:
    """Return the type of a column if all tables that have it agree on one, else None for text."""
    kinds = [table.schema.get(column) for table in tables if column in table.columns]
    return kinds[0] if all(kind == kinds[0] for kind in kinds) else None
