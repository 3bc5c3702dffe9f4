from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintnlp.errors import TableError
from complaintnlp.tables import Limits, ReadOptions, Table, open_tables
from complaintnlp.tables.parquet import ParquetSink

if TYPE_CHECKING:
    from pathlib import Path

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def open_file(path: Path) -> Table:
    [table] = open_tables(str(path), ReadOptions())
    return table


def rows_of(table: Table) -> list[list[Any]]:
    return [row for batch in table.batches() for row in batch.rows]


def typed() -> Any:
    nanoseconds = pa.array([1578312578000000001, None], pa.timestamp("ns"))
    return pa.table(
        {
            "id": pa.array([1, 2], pa.int32()),
            "text": ["停水", None],
            "when": nanoseconds,
            "clock": pa.array([1, None], pa.time64("ns")),
            "took": pa.array([1, None], pa.duration("ns")),
            "local": pa.array([datetime(2020, 1, 6), None], pa.timestamp("us", tz="Asia/Shanghai")),
            "day": [date(2020, 1, 6), None],
            "cost": [Decimal("1.50"), None],
            "tags": [["水"], []],
            "kind": pa.array(["a", "b"]).dictionary_encode(),
            "place": [{"区": "星沙"}, None],
            "raw": [b"\xff", None],
        }
    )


def test_types_are_kept_from_file_to_file(tmp_path: Path) -> None:
    pq.write_table(typed(), tmp_path / "in.parquet")
    table = open_file(tmp_path / "in.parquet")
    sink = ParquetSink("out", table.columns, table.schema)
    sink.assemble([sink.render(rows_of(table))], tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").equals(typed())


def test_rows_are_numbered_from_one(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [str(i) for i in range(1201)]}), tmp_path / "in.parquet")
    batches = list(open_file(tmp_path / "in.parquet").batches())
    assert [(batch.first_row, len(batch.rows)) for batch in batches] == [
        (1, 500),
        (501, 500),
        (1001, 201),
    ]


def test_other_columns_are_text_and_labels_have_types(tmp_path: Path) -> None:
    sink = ParquetSink(
        "out", ["id", "hazard", "confidence"], {"hazard": "bool", "confidence": "double"}
    )
    sink.assemble([sink.render([[7, True, 0.5], ["x", None, None]])], tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.types == [pa.string(), pa.bool_(), pa.float64()]
    assert table.to_pydict() == {
        "id": ["7", "x"],
        "hazard": [True, None],
        "confidence": [0.5, None],
    }


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"id,text\n1,x\n", b"PAR1" + b"\0" * 40 + b"PAR1"]
)
def test_not_a_parquet_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.parquet").write_bytes(content)
    with pytest.raises(TableError, match="is not a readable Parquet file"):
        open_file(tmp_path / "in.parquet")


LONG = "停水" * 5_000


@pytest.mark.parametrize("cell", [LONG, [LONG], {"a": LONG}], ids=["text", "list", "struct"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, cell: Any) -> None:
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"text": pa.array([cell] * 400)}), path, compression="zstd")
    [table] = open_tables(str(path), ReadOptions(limits=Limits(ratio_from=1 << 20, rows_ratio=300)))
    with pytest.raises(TableError, match=r"times its size, as a zip bomb .* save it as \.csv"):
        next(iter(table.batches()))


def test_long_texts_come_in_smaller_batches_and_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaintnlp.tables.parquet.BATCH_BYTES", 1 << 16)
    table = pa.table(
        {
            "id": list(range(1000)),
            "text": [None if i % 7 == 0 else "停水" * (i % 5) * 100 for i in range(1000)],
            "kind": pa.array(["甲" * 400, "乙"] * 500).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=300)
    batches = list(open_file(tmp_path / "in.parquet").batches())
    assert max(len(batch.rows) for batch in batches) < 200
    assert [batch.first_row for batch in batches][1] == 1 + len(batches[0].rows)
    rows = [row for batch in batches for row in batch.rows]
    assert rows == [list(row.values()) for row in table.to_pylist()]


texts = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    path = tmp_path_factory.mktemp("t") / "out.parquet"
    sink = ParquetSink("out", ["id", "text"], {})
    cells = [list(row) for row in rows]
    sink.assemble([sink.render(cells)], path)
    assert rows_of(open_file(path)) == cells


@settings(max_examples=60)
@given(st.data())
def test_damage_gives_rows_or_an_error_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("t") / "in.parquet"
    pq.write_table(pa.table({"text": ["停水三天", "路灯不亮"] * 20}), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    problem = ""
    try:
        rows_of(open_file(path))
    except TableError as error:
        problem = str(error)
    assert "\n" not in problem
