"""Reading and writing Parquet with pyarrow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import MissingExtraError, TableError
from complaintnlp.tables.batch import BATCH_ROWS, Batch
from complaintnlp.tables.cells import as_text, encodable
from complaintnlp.tables.header import unique_names
from complaintnlp.tables.limits import reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from complaintnlp.tables.batch import Cell, Row, Table
    from complaintnlp.tables.limits import Limits
    from complaintnlp.tables.options import ReadOptions
    from complaintnlp.tables.sources import Source

__all__ = ["ParquetSink", "ParquetTable", "read_parquet"]

ROW_GROUP = 50_000
DECODED_ROWS = 125
"""Decoded at once: a file stores a text only once, however many rows have it."""
BATCH_BYTES = 64 << 20


def _arrow(purpose: str) -> Any:
    try:
        import pyarrow as arrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(purpose, "parquet") from error
    return arrow


class ParquetTable:
    """A Parquet file."""

    typed = True

    def __init__(self, source: Source, limits: Limits) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self._source = source
        self._limits = limits
        self._arrow = _arrow("reading .parquet")
        self._read = self._size = 0
        self._file: Any = None
        self._open()
        assert self._file is not None
        schema = self._file.schema_arrow
        self.columns = unique_names(schema.names)
        self.schema: dict[str, Any] = dict(zip(self.columns, schema.types, strict=True))

    def _open(self) -> None:
        try:
            stream = self._source.open_seekable()
            self._size = stream.seek(0, io.SEEK_END)
            self._file = self._arrow.parquet.ParquetFile(stream)
        except (self._arrow.ArrowException, OSError, ValueError) as error:
            raise TableError(
                self.name, f"is not a readable Parquet file ({reason(error)})"
            ) from error

    def progress(self) -> float | None:
        """Return the share of the rows that were read."""
        total = self._file.metadata.num_rows if self._file else 0
        return self._read / total if total else None

    def close(self) -> None:
        """Close the file."""
        self._file = None
        self._source.close()

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in order; then close the file."""
        if self._file is None:
            self._open()
        first = 1
        try:
            for rows in self._rows():
                yield Batch(first, rows)
                first += len(rows)
        except MemoryError as error:
            problem = "needs more memory than there is; save it as .csv and give that"
            raise TableError(self.name, problem, row=first) from error
        except (self._arrow.ArrowException, OSError, ValueError) as error:
            raise TableError(self.name, f"is damaged ({reason(error)})", row=first) from error
        finally:
            self.close()

    def _rows(self) -> Iterator[list[Row]]:
        """Yield `BATCH_ROWS` rows at a time, fewer where they are long."""
        decoded = held = 0
        rows: list[Row] = []
        for block in self._file.iter_batches(batch_size=DECODED_ROWS):
            decoded += block.nbytes
            held += block.nbytes
            self._limits.check_rows(self.name, self._size, decoded)
            cells = [self._cells(column) for column in block.columns]
            rows += [list(row) for row in zip(*cells, strict=True)]
            self._read += block.num_rows
            if len(rows) >= BATCH_ROWS or held > BATCH_BYTES:
                yield rows
                rows, held = [], 0
        if rows:
            yield rows

    def _cells(self, column: Any) -> list[Cell]:
        """Return a column as Python values; nanoseconds as exact text or whole numbers."""
        kind = column.type
        types = self._arrow.types
        if getattr(kind, "unit", None) == "ns":
            exact = self._arrow.string() if types.is_timestamp(kind) else self._arrow.int64()
            column = column.cast(exact)
        values: list[Cell] = column.to_pylist()
        return values


def read_parquet(source: Source, options: ReadOptions) -> list[Table]:
    """Open a Parquet file."""
    return [ParquetTable(source, options.limits)]


class ParquetSink:
    """Rows as Parquet. Columns of a Parquet input keep their type, others are text.

    A Parquet file cannot be appended to, so `render` gives Arrow's stream format, and `assemble`
    writes the file from all of it at the end.

    Parameters
    ----------
    name : str
        The output, for error messages.
    columns : sequence of str
        Column names.
    types : mapping of str to object
        Arrow types by column name, or the names ``"bool"`` and ``"double"``.
    """

    appendable = False

    def __init__(self, name: str, columns: Sequence[str], types: Mapping[str, Any]) -> None:
        arrow = _arrow("writing .parquet")
        named = {"bool": arrow.bool_(), "double": arrow.float64()}
        self._name = name
        self._schema = arrow.schema(
            [
                (encodable(column), named.get(kind, kind) if kind is not None else arrow.string())
                for column, kind in ((column, types.get(column)) for column in columns)
            ]
        )

    def header(self) -> bytes:
        """Return nothing: `assemble` writes the schema."""
        return b""

    def render(self, rows: list[Row]) -> bytes:
        """Return the rows as an Arrow stream of one record batch."""
        arrow = _arrow("writing .parquet")
        columns = list(zip(*rows, strict=True)) or [()] * len(self._schema)
        arrays = [
            self._array(cells, field) for cells, field in zip(columns, self._schema, strict=True)
        ]
        buffer = io.BytesIO()
        with arrow.ipc.new_stream(buffer, self._schema) as stream:
            stream.write_batch(arrow.record_batch(arrays, schema=self._schema))
        return buffer.getvalue()

    def _array(self, cells: Sequence[Cell], field: Any) -> Any:
        """Return one column as an Arrow array of the field's type."""
        arrow = _arrow("writing .parquet")
        if arrow.types.is_string(field.type):
            texts = [None if cell is None else encodable(as_text(cell)) for cell in cells]
            return arrow.array(texts, arrow.string())
        if any(isinstance(cell, str) for cell in cells):
            return arrow.array(cells, arrow.string()).cast(field.type)
        return arrow.array(cells, field.type)

    def assemble(self, rendered: Iterable[bytes], target: Path) -> None:
        """Write the file `target` from everything that was rendered."""
        arrow = _arrow("writing .parquet")
        with arrow.parquet.ParquetWriter(target, self._schema, compression="zstd") as writer:
            waiting: list[Any] = []
            count = 0
            for block in rendered:
                with arrow.ipc.open_stream(block) as stream:
                    waiting.extend(stream)
                count += waiting[-1].num_rows
                if count >= ROW_GROUP:
                    writer.write_table(arrow.Table.from_batches(waiting, self._schema))
                    waiting, count = [], 0
            if waiting:
                writer.write_table(arrow.Table.from_batches(waiting, self._schema))
