"""From a user's table to a corpus: files of any format the library reads, or columns in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, cast

from complaintnlp.errors import InputError
from complaintnlp.tables import ColumnNames, ReadOptions, as_text, find_columns, open_tables
from complaintnlp.training.corpus import Corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["TableLike", "read_corpus"]

TableLike = str | PathLike[str] | Sequence[str | PathLike[str]] | Mapping[str, Sequence[Any]] | Any

_Row = Mapping[str, Any]


def read_corpus(
    table: TableLike,
    targets: Mapping[str, str],
    *,
    title_column: str | None = None,
    text_column: str | None = None,
    also: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> Corpus:
    """Read labelled messages; rows without text or without any label are left out.

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
        If a column is missing or no row is labelled.
    TableError
        If a file cannot be read.

    Examples
    --------
    >>> table = {"text": ["停水了", "停电了", ""], "kind": ["水", "电", "电"]}
    >>> len(read_corpus(table, {"department": "kind"}))
    2
    """
    if not targets:
        raise InputError("no target; name one, such as category=一级分类")
    also = dict(also or {})
    names = ColumnNames(title=title_column, text=text_column)
    wanted = {**targets, **{f"also {target}": column for target, column in also.items()}}
    titles: list[str | None] = []
    texts: list[str] = []
    values: dict[str, list[str]] = {key: [] for key in wanted}
    for text, title, labels in _labelled(_sources(table, encoding), names, wanted):
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
            target: [tuple(v for v in cell.split("|") if v) for cell in values[f"also {target}"]]
            for target in also
        },
    )


def _sources(
    table: TableLike, encoding: str | None
) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]:
    """Yield the name, columns and rows of each table."""
    if hasattr(table, "keys"):
        in_memory = cast("Mapping[str, Sequence[Any]]", table)
        columns = list(in_memory.keys())
        yield "table", columns, zip(*(list(in_memory[name]) for name in columns), strict=True)
        return
    options = ReadOptions(encoding=encoding, header_names=ColumnNames().header_names())
    paths = [table] if isinstance(table, str | PathLike) else table
    for path in cast("Sequence[str | PathLike[str]]", paths):
        for opened in open_tables(fspath(path), options):
            rows = (row for batch in opened.batches() for row in batch.rows)
            yield opened.name, opened.columns, rows


def _labelled(
    sources: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]],
    names: ColumnNames,
    wanted: Mapping[str, str],
) -> Iterator[tuple[str, str | None, dict[str, str]]]:
    """Yield text, title and labels of every row."""
    for source, columns, rows in sources:
        found = find_columns(columns, names)
        if found.text is None:
            raise InputError(
                f"{source}: no text column among {', '.join(columns)}; name it with text_column"
            )
        places: dict[str, int] = {}
        for key, column in wanted.items():
            if column not in columns:
                raise InputError(f"{source}: no column {column!r} among {', '.join(columns)}")
            places[key] = list(columns).index(column)
        for row in rows:
            title = _cell(row[found.title]) if found.title is not None else None
            labels = {key: _cell(row[place]) for key, place in places.items()}
            yield _cell(row[found.text]), title, labels


def _cell(value: Any) -> str:
    """Return a cell as text, empty where there is nothing or a missing number."""
    return "" if value is None or value != value else as_text(value).strip()
