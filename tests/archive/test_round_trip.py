"""Any table of any text comes out of every format with its rows and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaintnlp.archive import relabel
from complaintnlp.errors import TableError
from complaintnlp.tables import ReadOptions, make_sink, open_tables

if TYPE_CHECKING:
    from complaintnlp import Classifier

COLUMNS = ["id", "标题", "内容"]
texts = st.text(st.characters(codec="utf-8"), max_size=15)
rows_of_text = st.lists(
    st.tuples(texts, texts).map(lambda pair: ["x", *pair]), min_size=1, max_size=6
)
TEXT_FORMATS = ["csv", "tsv", "jsonl", "csv.gz", "jsonl.gz"]
FORMATS = [*TEXT_FORMATS, "xlsx", "parquet"]
slow = settings(
    max_examples=40,
    deadline=None,  # a run waits for the disk
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@slow
@given(rows=rows_of_text, first=st.sampled_from(TEXT_FORMATS), last=st.sampled_from(FORMATS))
def test_any_text(
    rows: list[list[str]],
    first: str,
    last: str,
    classifier: Classifier,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if last in ("xlsx", "parquet"):
        pytest.importorskip({"xlsx": "xlsxwriter", "parquet": "pyarrow"}[last])
    folder = tmp_path_factory.mktemp("round")
    sink = make_sink(f"in.{first}", COLUMNS, raw_cells=True)
    path, output = folder / f"in.{first}", folder / f"out.{last}"
    path.write_bytes(sink.header() + sink.render(rows))
    summary = relabel([path], output, model=classifier, workers=1, raw_cells=last != "xlsx")
    [table] = open_tables(str(output), ReadOptions())
    back = [row for batch in table.batches() for row in batch.rows]
    assert [[cell or "" for cell in row[:3]] for row in back] == rows
    assert summary.tally.rows == len(rows)
    blank = [not row[2].strip() for row in rows]
    assert summary.tally.rejected == sum(blank)
    category = table.columns.index("category")
    assert [not row[category] for row in back] == blank


@slow
@given(data=st.data(), suffix=st.sampled_from(["csv", "tsv", "jsonl"]))
def test_damage_never_loses_a_row(
    data: st.DataObject,
    suffix: str,
    classifier: Classifier,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    path = folder / f"in.{suffix}"
    sink = make_sink(str(path), COLUMNS)
    rows = [[str(i), f"第{i}件", f"第{i}号楼停水三天，物业不管"] for i in range(20)]
    content = bytearray(sink.header() + sink.render(rows))
    header = len(sink.header())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(header, len(content) - 1))
        if content[place] >= 0x80:  # inside a cell: the structure stays
            content[place] = data.draw(st.integers(0x80, 0xFF))
    path.write_bytes(content)
    summary = relabel([path], folder / "out.csv", model=classifier, workers=1)
    assert summary.tally.rows == 20
    [table] = open_tables(str(folder / "out.csv"), ReadOptions())
    assert [row[0] for batch in table.batches() for row in batch.rows] == [
        str(i) for i in range(20)
    ]


@slow
@given(content=st.binary(max_size=300), suffix=st.sampled_from(["csv", "tsv", "jsonl"]))
def test_any_bytes_end_in_rows_or_in_one_line(
    content: bytes, suffix: str, classifier: Classifier, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / f"in.{suffix}"
    path.write_bytes("id,内容\n".encode() + content if suffix == "csv" else content)
    problem = ""
    try:
        relabel([path], folder / "out.csv", model=classifier, workers=1)
    except TableError as error:
        problem = str(error)
    assert (folder / "out.csv").exists() is (problem == "")
    assert "\n" not in problem
