"""Tables of one JSON object a line."""

from __future__ import annotations

import json
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import TableError
from complaintnlp.tables.batch import BATCH_CHARACTERS, BATCH_ROWS, Batch, Flaw
from complaintnlp.tables.cells import as_text
from complaintnlp.tables.encodings import has_damage, show_damage
from complaintnlp.tables.header import unique_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from complaintnlp.tables.batch import Cell, Row, Table
    from complaintnlp.tables.options import ReadOptions
    from complaintnlp.tables.sources import Source, TextStream

__all__ = ["JsonlSink", "JsonlTable", "read_jsonl"]

LINE_LIMIT = 1 << 26
UNREAD = "unread_line"
"""Column that keeps a line which is not a JSON object, or not one without loss."""
INVALID = "not valid JSON"


class _RepeatedKeyError(Exception):
    """An object has a key twice; Python would keep the last and forget the others."""


def _object(pairs: list[tuple[str, Cell]]) -> dict[str, Cell]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(repr(next(key for key in keys if keys.count(key) > 1))[:60])
    return value


def _nothing(_: str) -> None:
    """Return what NaN and Infinity stand for: programs write them where there is no value."""


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_nothing).decode


def _parse(line: str) -> tuple[dict[str, Cell] | None, str]:
    """Return the object on `line`, or None and why there is none."""
    try:
        value = _decode(line)
    except RecursionError:
        return None, "the JSON is nested too deeply"
    except _RepeatedKeyError as error:
        return None, f"the key {error} is there more than once, so one value would be lost"
    except ValueError as error:
        return None, f"{INVALID}: {error}"
    if not isinstance(value, dict):
        return None, "the line is JSON, but not an object"
    return value, ""


def _shown(value: Cell) -> Cell:
    """Return `value` with the marks of undecodable bytes made visible, at any depth."""
    if isinstance(value, str):
        return show_damage(value)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {show_damage(name): _shown(item) for name, item in value.items()}
    return value


class JsonlTable:
    """A file of JSON lines: read once for its columns, and again for its rows."""

    typed = True

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self.name = source.name
        self.schema: dict[str, Any] = {}
        self._source = source
        self._options = options
        self._text: TextStream | None = None
        names: dict[str, None] = {}
        first, last = None, ""
        for number, line, value, problem in self._objects():
            if value is None:
                first, last = first or (number, line, problem), line
            elif not value.keys() <= names.keys():
                names.update(dict.fromkeys(value))
        if not names and first is None:
            raise TableError(self.name, "is empty: there is no JSON object in it")
        if first is not None:
            self._refuse_other_json(*first, last, found=bool(names))
        unread = first is not None
        self._names = list(names)
        self._unread = unread
        extra = unique_names([UNREAD], names) if unread else []
        self.columns = [*map(show_damage, names), *extra]
        self.notes = [f"encoding {self._encoding}"]
        self.close()

    def _refuse_other_json(
        self, number: int, line: str, problem: str, last: str, *, found: bool
    ) -> None:
        """Raise a `TableError` if the unread lines, the first and the last of them, say it all."""
        over_lines = problem.startswith(INVALID) and last.rstrip().endswith("]")
        if line.lstrip().startswith("[") and (over_lines or not found):
            raise TableError(
                self.name,
                "is one JSON array; JSON lines have one object a line "
                "(jq -c '.[]' in.json > out.jsonl makes them)",
            )
        if not found:
            wanted = "no line of the file could be read; write one JSON object a line"
            raise TableError(self.name, f"{problem}; {wanted}", row=number)

    @property
    def _encoding(self) -> str:
        return self._text.taken.removesuffix("-sig") if self._text else ""

    def _objects(self) -> Iterator[tuple[int, str, dict[str, Cell] | None, str]]:
        """Yield line number, line, object and what is wrong, for every line that is not blank."""
        self._source.make_seekable()
        self._text = self._source.open_text(self._options.encoding, newline="\n")
        lines = iter(partial(self._text.readline, LINE_LIMIT), "")
        for number, line in enumerate(lines, start=1):
            if len(line) == LINE_LIMIT:
                problem = f"the line is longer than {LINE_LIMIT:,} characters"
                raise TableError(self.name, problem, row=number)
            if not line.isspace():
                yield number, line, *_parse(line)

    def progress(self) -> float | None:
        """Return the share of the file that has been read."""
        return self._source.progress()

    def close(self) -> None:
        """Close the file."""
        if self._text is not None:
            self._text.close()

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in order; then close the file."""
        try:
            yield from self._batches()
        finally:
            self.close()

    def _batches(self) -> Iterator[Batch]:
        numbers: list[int] = []  # blank lines have one, too
        batch, size = Batch(1, numbers=numbers), 0
        for number, line, value, problem in self._objects():
            numbers.append(number)
            size += len(line)
            self._add(batch, line, value, problem)
            if len(batch.rows) >= BATCH_ROWS or size > BATCH_CHARACTERS:
                yield batch
                numbers = []
                batch, size = Batch(number + 1, numbers=numbers), 0
        if batch.rows:
            yield batch

    def _add(self, batch: Batch, line: str, value: dict[str, Cell] | None, problem: str) -> None:
        position = len(batch.rows)
        row: Row = [None] * len(self.columns)
        if value is not None:
            row[: len(self._names)] = map(value.get, self._names)
        else:
            row[-1] = show_damage(line.rstrip("\r\n"))
            batch.flaws[position] = Flaw(self.columns[-1], problem)
        if has_damage(line):
            column = next(
                (
                    name
                    for name, cell in zip(self.columns, row, strict=True)
                    if has_damage(as_text(cell))
                ),
                "",
            )
            batch.flaws.setdefault(position, Flaw(column, f"not valid {self._encoding.upper()}"))
            row = [_shown(cell) for cell in row]
        batch.rows.append(row)


def _dump(value: Cell) -> str:
    """Return `value` as JSON; it has no word for what is not a number, so that becomes null."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=as_text)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, default=as_text)


def _finite(value: Cell) -> Cell:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    return value


def read_jsonl(source: Source, options: ReadOptions) -> list[Table]:
    """Open a file of JSON lines."""
    return [JsonlTable(source, options)]


class JsonlSink:
    """Rows as one JSON object a line.

    Examples
    --------
    >>> print(JsonlSink(["id", "hazard"]).render([[1, True]]).decode(), end="")
    {"id": 1, "hazard": true}
    """

    appendable = True

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = list(columns)

    def header(self) -> bytes:
        """Return what the file begins with: nothing."""
        return b""

    def render(self, rows: list[Row]) -> bytes:
        """Return the bytes that `rows` add to the file."""
        lines = [_dump(dict(zip(self._columns, row, strict=True))) + "\n" for row in rows]
        # Half a surrogate pair becomes the escape that it was in JSON.
        return "".join(lines).encode("utf-8", "backslashreplace")
