from __future__ import annotations

import csv
import io
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.errors import InputError, TableError
from complaintnlp.tables import Batch, Flaw, ReadOptions, Table, open_tables
from complaintnlp.tables.batch import BATCH_ROWS
from complaintnlp.tables.delimited import DelimitedSink
from complaintnlp.tables.records import OVERLONG

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "编号,留言主题,留言详情"


def open_text(folder: Path, text: str | bytes, name: str = "in.csv") -> Table:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_tables(str(path), ReadOptions(header_names=frozenset({"留言详情"})))[0]


def only_batch(table: Table) -> Batch:
    [batch] = table.batches()
    return batch


def test_rows_and_their_numbers(tmp_path: Path) -> None:
    table = open_text(tmp_path, f'{HEADER}\n1,路灯,"坏了,\n没人修"\n2,停水,三天\n')
    assert table.columns == ["编号", "留言主题", "留言详情"]
    batch = only_batch(table)
    assert batch.first_row == 2
    assert batch.rows == [["1", "路灯", "坏了,\n没人修"], ["2", "停水", "三天"]]
    assert not batch.flaws


def test_contest_layout(tmp_path: Path) -> None:
    cell = "\n\t\t\t\t\t\n\t\t\t\t\t路灯坏了\n\t\t\t\t"
    rows = f'1,路灯,"{cell}"\n' + ",,\n" * 40
    table = open_text(tmp_path, f"{HEADER}\n{rows}")
    assert only_batch(table).rows == [["1", "路灯", cell]]
    assert "40 blank rows at the end left out" in table.notes


def test_title_row_above_the_header(tmp_path: Path) -> None:
    table = open_text(tmp_path, f"2019年群众留言,,\n,,\n{HEADER}\n1,a,b\n")
    assert table.columns == ["编号", "留言主题", "留言详情"]
    assert "header in row 3" in table.notes
    assert only_batch(table).first_row == 4


def test_blank_rows_between_rows_are_kept(tmp_path: Path) -> None:
    batch = only_batch(open_text(tmp_path, f"{HEADER}\n1,a,b\n\n,,\n2,c,d\n\n"))
    assert [row[0] for row in batch.rows] == ["1", "", "", "2"]


def test_short_and_long_rows(tmp_path: Path) -> None:
    batch = only_batch(open_text(tmp_path, f"{HEADER}\n1\n2,停水,三天,没人管,急\n3,a,b,,\n"))
    assert batch.rows == [["1", "", ""], ["2", "停水", "三天,没人管,急"], ["3", "a", "b"]]
    assert batch.flaws == {1: Flaw("留言详情", "the row has 5 cells, the header 3")}


def test_a_row_that_holds_a_usual_name_is_a_row(tmp_path: Path) -> None:
    table = open_text(tmp_path, "编号,诉求\n1,停水\n2,留言详情\n3,路灯\n")
    assert table.columns == ["编号", "诉求"]
    assert only_batch(table).rows == [["1", "停水"], ["2", "留言详情"], ["3", "路灯"]]


@pytest.mark.parametrize("cell", ["水" * 1001, '"' + "水,," * 400 + '"'])
def test_a_cell_beyond_all_measure_costs_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    monkeypatch.setattr("complaintnlp.tables.records.CELL_LIMIT", 1000)
    usual = csv.field_size_limit(1000)
    try:
        batch = only_batch(open_text(tmp_path, f"{HEADER}\n1,a,b\n2,路灯,{cell}\n3,c,d\n"))
    finally:
        csv.field_size_limit(usual)
    assert batch.rows == [["1", "a", "b"], ["2", "路灯", cell], ["3", "c", "d"]]
    assert batch.flaws == {1: Flaw("", OVERLONG)}


def test_a_row_of_millions_of_cells_is_no_header_to_read(tmp_path: Path) -> None:
    row = "1,路灯,b" + ",水" * 300_000
    begin = time.process_time()
    batch = only_batch(open_text(tmp_path, f"{HEADER}\n{row}\n2,c,d\n"))
    assert time.process_time() - begin < 2
    assert (len(batch.rows), list(batch.flaws)) == (2, [0])


@pytest.mark.parametrize("before", ["", f"{HEADER}\n1,a,b\n"])
def test_a_line_that_would_fill_the_memory_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    for module in ("delimited", "records"):
        monkeypatch.setattr(f"complaintnlp.tables.{module}.LINE_LIMIT", 1000)
    number = before.count("\n") + 1
    with pytest.raises(TableError, match=f"line {number} is longer than 1,000 .*; split it"):
        list(open_text(tmp_path, f"{before}2,{'水' * 2000},c\n").batches())


@pytest.mark.parametrize("rest", ["2,c,d\n3,e,f\n", '2,c,"d"\n3,e,f\n', ""])
def test_an_unclosed_quotation_mark_costs_one_row(tmp_path: Path, rest: str) -> None:
    batch = only_batch(open_text(tmp_path, f'{HEADER}\n1,"a,b\n{rest}'))
    assert batch.rows[0] == ["1", '"a', "b"]
    assert list(batch.flaws) == [0]
    assert [row[0] for row in batch.rows] == ["1", "2", "3"][: 1 + rest.count("\n")]


def test_undecodable_row_is_flagged_and_kept(tmp_path: Path) -> None:
    lines = [f"{i},路灯,第{i}盏路灯坏了，夜里很黑".encode("gb18030") for i in range(9)]
    lines[4] = lines[4] + b"\xff\xff"
    batch = only_batch(open_text(tmp_path, HEADER.encode("gb18030") + b"\n" + b"\n".join(lines)))
    assert len(batch.rows) == 9
    assert batch.flaws == {4: Flaw("留言详情", "not valid GB18030")}
    assert batch.rows[4][2] == "第4盏路灯坏了，夜里很黑\\xff\\xff"
    assert batch.rows[5][2] == "第5盏路灯坏了，夜里很黑"


def test_other_delimiters_and_line_ends(tmp_path: Path) -> None:
    for text in (
        f"{HEADER}\r1,a,b\r",
        f"{HEADER}\r\n1,a,b",
        f"{HEADER}\n1,a,b\n".replace(",", ";"),
    ):
        assert only_batch(open_text(tmp_path, text)).rows == [["1", "a", "b"]]


def test_batches_are_bounded(tmp_path: Path) -> None:
    rows = "".join(f"{i},a,b\n" for i in range(BATCH_ROWS * 2 + 1))
    batches = list(open_text(tmp_path, f"{HEADER}\n{rows}").batches())
    assert [len(batch.rows) for batch in batches] == [BATCH_ROWS, BATCH_ROWS, 1]
    assert [batch.first_row for batch in batches] == [2, BATCH_ROWS + 2, 2 * BATCH_ROWS + 2]


def test_a_table_can_be_read_again_after_close(tmp_path: Path) -> None:
    table = open_text(tmp_path, f"{HEADER}\n1,a,b\n")
    table.close()
    assert only_batch(table).rows == [["1", "a", "b"]]


def test_standard_input_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(f"{HEADER}\n1,a,b\n".encode("gb18030")))
    monkeypatch.setattr(sys, "stdin", stream)
    [table] = open_tables("-", ReadOptions(), stream_format="csv")
    table.close()
    assert only_batch(table).rows == [["1", "a", "b"]]


def test_empty_file(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="is empty"):
        open_text(tmp_path, "")


@pytest.mark.parametrize(
    ("head", "advice"),
    [
        (b"PK\x03\x04", "name it .xlsx"),
        (b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
        (b"PAR1", "Parquet"),
    ],
)
def test_other_formats_under_the_name_of_csv(tmp_path: Path, head: bytes, advice: str) -> None:
    with pytest.raises(TableError, match=advice):
        open_text(tmp_path, head + b"\0" * 100)


def test_missing_file() -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: No such file or directory; check"):
        open_tables("nowhere.csv", ReadOptions())


cells = st.text(st.characters(codec="utf-8"), max_size=12)


@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8), st.sampled_from(["csv", "tsv"])
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], kind: str
) -> None:
    rows = [["x", *row] for row in rows]
    sink = DelimitedSink(kind, ["id", "a", "b", "留言详情"], raw_cells=True)
    text = sink.header() + sink.render(rows)
    table = open_text(tmp_path_factory.mktemp("t"), text, f"in.{kind}")
    assert [row for batch in table.batches() for row in batch.rows] == rows


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_an_error_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("t")
    problem = ""
    try:
        table = open_text(folder, data)
        for batch in table.batches():
            assert all(len(row) == len(table.columns) for row in batch.rows)
    except TableError as error:
        problem = str(error)
    assert "\n" not in problem
