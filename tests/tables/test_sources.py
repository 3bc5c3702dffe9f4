from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from complaintnlp.errors import InputError, TableError
from complaintnlp.tables import Limits, ReadOptions, Table, make_sink, open_tables
from complaintnlp.tables.sources import format_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2019.CSV", ("csv", False)),
        ("a.b.tsv.gz", ("tsv", True)),
        ("x.ndjson", ("jsonl", False)),
        ("x.jsonl.gz", ("jsonl", True)),
        ("x.xlsx", ("xlsx", False)),
        ("dir.csv/x.parquet", ("parquet", False)),
    ],
)
def test_formats_by_suffix(path: str, expected: tuple[str, bool]) -> None:
    assert format_of(path) == expected


@pytest.mark.parametrize("path", ["x", "x.doc", "x.xlsx.gz", "x.gz", ".gz", "-"])
def test_other_names_are_refused(path: str) -> None:
    with pytest.raises(InputError, match=r"--format|must end in one of"):
        format_of(path)


def rows_of(table: Table) -> list[list[object]]:
    return [row for batch in table.batches() for row in batch.rows]


def test_gzip_round_trip_is_reproducible(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    sink = make_sink(str(path), ["id", "text"])
    content = sink.header() + sink.render([["1", "停水"]]) + sink.render([["2", "路灯"]])
    again = make_sink(str(path), ["id", "text"])
    assert content == again.header() + again.render([["1", "停水"]]) + again.render([["2", "路灯"]])
    path.write_bytes(content)
    assert gzip.decompress(content).decode("utf-8-sig") == "id,text\r\n1,停水\r\n2,路灯\r\n"
    [table] = open_tables(str(path), ReadOptions())
    assert rows_of(table) == [["1", "停水"], ["2", "路灯"]]


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    line = b"1," + b"x" * 997 + b"\n"
    path.write_bytes(gzip.compress(b"id,text\n" + line * 20_000, compresslevel=9))
    limits = Limits(ratio_from=10 << 20)
    with pytest.raises(TableError, match="zip bomb"):
        list(map(rows_of, open_tables(str(path), ReadOptions(limits=limits))))
    limits = Limits(gzip_bytes=1 << 20)
    with pytest.raises(TableError, match="more than 1,048,576 bytes"):
        list(map(rows_of, open_tables(str(path), ReadOptions(limits=limits))))


READ_STANDARD_INPUT = """
from complaintnlp.errors import TableError
from complaintnlp.tables import Limits, ReadOptions, open_tables
limits = Limits(ratio_from=1 << 20)
try:
    [table] = open_tables("-", ReadOptions(limits=limits), stream_format="csv.gz")
    print(sum(len(batch.rows) for batch in table.batches()))
except TableError as error:
    print(error)
"""


def read_through_a_pipe(content: bytes) -> str:
    done = subprocess.run(
        [sys.executable, "-c", READ_STANDARD_INPUT], input=content, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_packed_standard_input_from_a_pipe() -> None:
    rows = "".join(f"{i},第{i * 7919}号路灯\n" for i in range(30_000))
    assert read_through_a_pipe(gzip.compress(f"id,text\n{rows}".encode())) == "30000\n"


def test_a_gzip_bomb_from_a_pipe_is_refused() -> None:
    bomb = gzip.compress(b"id,text\n" + (b"1," + b"x" * 997 + b"\n") * 5_000)
    assert "zip bomb" in read_through_a_pipe(bomb)


@pytest.mark.parametrize("cut", [20, 200, -4])
def test_a_damaged_gzip_says_so(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.csv.gz"
    rows = "".join(f"{i},第{i * 7919}号路灯\n" for i in range(2000))
    path.write_bytes(gzip.compress(f"id,text\n{rows}".encode())[:cut])
    with pytest.raises(TableError, match="gzip data is damaged"):
        list(map(rows_of, open_tables(str(path), ReadOptions())))


def test_packing_and_suffix_must_agree(tmp_path: Path) -> None:
    packed, plain = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(b"id,text\n"))
    plain.write_bytes(b"id,text\n")
    with pytest.raises(TableError, match=r"add \.gz"):
        open_tables(str(packed), ReadOptions())
    with pytest.raises(TableError, match=r"take \.gz off"):
        open_tables(str(plain), ReadOptions())
