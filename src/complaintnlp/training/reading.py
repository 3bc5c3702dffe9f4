"""From a user's table to a corpus: files of any format the library reads, or columns in memory."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, cast

from complaintnlp.errors import InputError
from complaintnlp.tables import ColumnNames, ReadOptions, as_text, find_columns, open_tables
from complaintnlp.tables.columns import require_named
from complaintnlp.training.corpus import Corpus
from complaintnlp.training.names import check_target_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaintnlp.tables import Table

__all__ = ["TableLike", "cells_of", "read_corpus"]

TableLike = str | PathLike[str] | Sequence[str | PathLike[str]] | Mapping[str, Sequence[Any]] | Any

_Source = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""The name, the columns and the rows of a table."""


def read_corpus(
    table: TableLike,
    targets: Mapping[str, str],
    *,
    title_column: str | None = None,
    text_column: str | None = None,
    also: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> Corpus:
    """Read labelled messages; rows without text, without any label or with damage are left out.

    Parameters
    ----------
    table : path-like, sequence of path-like, or mapping of column names to values
        One or several files, or columns in memory such as a DataFrame's.
    targets : mapping of str to str
        For each target the column of its labels.
    title_column, text_column : str, optional
        Found by their usual names when not given.
    also : mapping of str to str, optional
        For each target the column of other right labels, joined by ``|``.
    encoding : str, optional
        Of text files; detected when not given.

    Returns
    -------
    Corpus

    Raises
    ------
    InputError
        If an argument is of the wrong type or value, a column is missing, or no row is labelled.
    TableError
        If a file cannot be read.

    Examples
    --------
    >>> table = {"text": ["停水了", "停电了", ""], "kind": ["水", "电", "电"]}
    >>> len(read_corpus(table, {"department": "kind"}))
    2
    """
    _check_names(targets, also, title_column, text_column, encoding)
    also = dict(also or {})
    names = ColumnNames(title=title_column, text=text_column)
    # No target's name begins so.
    wanted = {**targets, **{f"_{target}": column for target, column in also.items()}}
    titles: list[str | None] = []
    texts: list[str] = []
    values: dict[str, list[str]] = {key: [] for key in wanted}
    with closing(_sources(table, encoding)) as sources:
        for text, title, labels in _labelled(sources, names, wanted):
            if text and any(labels[target] for target in targets):
                texts.append(text)
                titles.append(title)
                for key, value in labels.items():
                    values[key].append(value)
    if not texts:
        raise InputError("no row has both text and a label")
    return Corpus(
        texts,
        titles,
        {target: values[target] for target in targets},
        {
            target: [tuple(v for v in cell.split("|") if v) for cell in values[f"_{target}"]]
            for target in also
        },
    )


def cells_of(table: TableLike, columns: Sequence[str]) -> Generator[list[str]]:
    """Yield the cells of some columns as text, row by row.

    Parameters
    ----------
    table : path-like, sequence of path-like, or mapping of column names to values
    columns : sequence of str
        Their names.

    Yields
    ------
    list of str
        A cell for each of the columns, "" where there is nothing.

    Raises
    ------
    InputError
        If a column is missing.
    TableError
        If a file cannot be read.

    Examples
    --------
    >>> list(cells_of({"word": ["落户"], "weight": [0.5]}, ["weight", "word"]))
    [['0.5', '落户']]
    """
    with closing(_sources(table, None, columns)) as sources:  # closed at once after a mistake
        for source, names, rows in sources:
            places = [_place(source, names, column) for column in columns]
            for row in rows:
                yield [_cell(row[place]) for place in places]


def _place(source: str, names: Sequence[str], column: str) -> int:
    if column not in names:
        raise InputError(f"{source}: no column {column!r} among {', '.join(names)}")
    return list(names).index(column)


def _check_names(
    targets: Mapping[str, str],
    also: Mapping[str, str] | None,
    title_column: str | None,
    text_column: str | None,
    encoding: str | None,
) -> None:
    for argument, columns in (("targets", targets), ("also", also or {})):
        if not isinstance(columns, Mapping):
            kind = type(columns).__name__
            raise InputError(f"{argument} must map targets to columns, not be of type {kind}")
        for target, column in columns.items():
            if not isinstance(column, str):
                raise InputError(f"{argument}: the column of {target!r} is {column!r}; give a str")
    given = {"title_column": title_column, "text_column": text_column, "encoding": encoding}
    for argument, name in given.items():
        if not (name is None or isinstance(name, str)):
            raise InputError(f"{argument} is {name!r}; give a str")
    if not targets:
        raise InputError("no target; name one, such as category=一级分类")
    check_target_names(targets)
    for target in also or {}:
        if target not in targets:
            raise InputError(f"also: {target!r} is no target; the targets are {', '.join(targets)}")


def _sources(
    table: TableLike, encoding: str | None, header: Iterable[str] = ()
) -> Generator[_Source]:
    """Yield the name, columns and rows of each table, whose header may have the names given."""
    if hasattr(table, "keys"):
        yield _in_memory(cast("Mapping[Any, Sequence[Any]]", table))
        return
    options = ReadOptions(
        encoding=encoding, header_names=ColumnNames().header_names() | set(header)
    )
    for path in _paths(table):
        for opened in open_tables(path, options):
            with closing(opened):
                yield opened.name, opened.columns, _sound_rows(opened)


def _in_memory(table: Mapping[Any, Sequence[Any]]) -> _Source:
    """Return columns in memory as a table; names that are no text, as a DataFrame's may be, are."""
    keys = list(table.keys())
    names = [str(key) for key in keys]
    columns = [_values(name, table[key]) for name, key in zip(names, keys, strict=True)]
    lengths = [len(values) for values in columns]
    if len(set(lengths)) > 1:
        said = ", ".join(f"{name} {length}" for name, length in zip(names, lengths, strict=True))
        raise InputError(f"table: the columns must be equally long; there are {said} values")
    return "table", names, zip(*columns, strict=True)


def _values(name: str, column: Any) -> list[Any]:
    if isinstance(column, str) or not isinstance(column, Iterable):
        kind = type(column).__name__
        raise InputError(f"table: column {name} must be a list of values, not of type {kind}")
    return list(column)


def _paths(table: TableLike) -> list[str]:
    paths = [table] if isinstance(table, str | PathLike) else table
    if isinstance(paths, Iterable):
        paths = list(paths)
        if all(isinstance(path, str | PathLike) for path in paths):
            return [fspath(path) for path in paths]
    kind = type(table).__name__
    raise InputError(f"table is of type {kind}; give a path, a list of paths, or named columns")


def _sound_rows(table: Table) -> Iterator[Sequence[Any]]:
    """Yield the rows that were read without damage."""
    for batch in table.batches():
        for position, row in enumerate(batch.rows):
            if position not in batch.flaws:
                yield row


def _labelled(
    sources: Iterable[_Source],
    names: ColumnNames,
    wanted: Mapping[str, str],
) -> Iterator[tuple[str, str | None, dict[str, str]]]:
    """Yield text, title and labels of every row."""
    seen: list[Sequence[str]] = []
    for source, columns, rows in sources:
        seen.append(columns)
        found = find_columns(columns, names)
        if found.text is None:
            require_named(names, seen)
            raise InputError(
                f"{source}: no text column among {', '.join(columns)}; name it with text_column"
            )
        places = {key: _place(source, columns, column) for key, column in wanted.items()}
        for row in rows:
            title = _cell(row[found.title]) if found.title is not None else None
            labels = {key: _cell(row[place]) for key, place in places.items()}
            yield _cell(row[found.text]), title, labels
    require_named(names, seen)


def _cell(value: Any) -> str:
    """Return a cell as text, empty where there is nothing or a missing number."""
    try:
        is_missing = value is None or bool(value != value)
    except TypeError:  # pandas' NA does not even say whether it is itself
        is_missing = True
    return "" if is_missing else as_text(value).strip()
