"""Tables of messages in and out: csv, tsv, jsonl, xlsx and parquet, whatever their encoding."""

from complaintnlp.tables.batch import Batch, Cell, Flaw, Row, Table
from complaintnlp.tables.cells import as_text, neutralize
from complaintnlp.tables.columns import ColumnNames, Columns, find_columns
from complaintnlp.tables.formats import Sink, make_sink, open_tables
from complaintnlp.tables.header import unique_names
from complaintnlp.tables.limits import Limits
from complaintnlp.tables.options import ReadOptions
from complaintnlp.tables.sources import FORMATS, STREAM

__all__ = [
    "FORMATS",
    "STREAM",
    "Batch",
    "Cell",
    "ColumnNames",
    "Columns",
    "Flaw",
    "Limits",
    "ReadOptions",
    "Row",
    "Sink",
    "Table",
    "as_text",
    "find_columns",
    "make_sink",
    "neutralize",
    "open_tables",
    "unique_names",
]
