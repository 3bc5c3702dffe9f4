"""Which module reads and writes which format."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, Protocol

from complaintnlp.tables.delimited import DelimitedSink, read_delimited
from complaintnlp.tables.jsonl import JsonlSink, read_jsonl
from complaintnlp.tables.sources import Source, format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from complaintnlp.tables.batch import Row, Table
    from complaintnlp.tables.options import ReadOptions

__all__ = ["Sink", "make_sink", "open_tables"]


class Sink(Protocol):
    """Turns rows into bytes; it can be sent to another process."""

    appendable: bool
    """Whether the rendered blocks, one after the other, are the file."""

    def header(self) -> bytes:
        """Return what the file begins with."""
        ...

    def render(self, rows: list[Row]) -> bytes:
        """Return the bytes that `rows` add."""
        ...


class AssemblingSink(Sink, Protocol):
    """A sink whose file is written from all blocks at the end."""

    def assemble(self, rendered: Iterable[bytes], target: Path) -> None:
        """Write the file `target`."""
        ...


class GzipSink:
    """Another sink's bytes, each block packed as a gzip member of its own."""

    appendable = True

    def __init__(self, plain: Sink) -> None:
        self._plain = plain

    def header(self) -> bytes:
        """Return what the file begins with."""
        return gzip.compress(self._plain.header(), mtime=0)

    def render(self, rows: list[Row]) -> bytes:
        """Return the bytes that `rows` add to the file."""
        return gzip.compress(self._plain.render(rows), compresslevel=6, mtime=0)


def _read_excel(source: Source, options: ReadOptions) -> list[Table]:
    from complaintnlp.tables.excel_reader import read_excel

    return read_excel(source, options)


def _read_parquet(source: Source, options: ReadOptions) -> list[Table]:
    from complaintnlp.tables.parquet import read_parquet

    return read_parquet(source, options)


READERS: dict[str, Callable[[Source, ReadOptions], list[Table]]] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "jsonl": read_jsonl,
    "xlsx": _read_excel,
    "parquet": _read_parquet,
}


def open_tables(
    path: str, options: ReadOptions, *, stream_format: str | None = None
) -> list[Table]:
    """Open an input; a workbook can hold several tables.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    options : ReadOptions
        How it is read.
    stream_format : str, optional
        The format of standard input.

    Raises
    ------
    InputError
        When the suffix is not known.
    TableError
        When the file cannot be read.
    """
    format_name, packed = format_of(path, stream_format)
    source = Source(path, format_name, packed=packed, limits=options.limits)
    try:
        return READERS[format_name](source, options)
    except BaseException:
        source.close()
        raise


def make_sink(
    path: str,
    columns: Sequence[str],
    *,
    types: Mapping[str, Any] | None = None,
    raw_cells: bool = False,
    stream_format: str | None = None,
) -> Sink:
    """Return what renders rows for the output `path`.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard output.
    columns : sequence of str
        The columns.
    types : mapping of str to object, optional
        Types of columns that are not text: Arrow types, ``"bool"`` or ``"double"``.
    raw_cells : bool
        Whether cells that a spreadsheet would run are left as they are.
    stream_format : str, optional
        The format of standard output.
    """
    format_name, packed = format_of(path, stream_format)
    sink: Sink
    if format_name in ("csv", "tsv"):
        sink = DelimitedSink(format_name, columns, raw_cells=raw_cells)
    elif format_name == "jsonl":
        sink = JsonlSink(columns)
    elif format_name == "xlsx":
        from complaintnlp.tables.excel_writer import ExcelSink

        sink = ExcelSink(path, columns, raw_cells=raw_cells)
    else:
        from complaintnlp.tables.parquet import ParquetSink

        sink = ParquetSink(path, columns, types or {})
    return GzipSink(sink) if packed else sink
