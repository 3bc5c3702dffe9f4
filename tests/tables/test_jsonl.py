from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.errors import TableError
from complaintnlp.tables import ReadOptions, Table, open_tables
from complaintnlp.tables.jsonl import JsonlSink

if TYPE_CHECKING:
    from pathlib import Path


def open_text(folder: Path, text: str | bytes) -> Table:
    path = folder / "in.jsonl"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_tables(str(path), ReadOptions())[0]


def all_rows(table: Table) -> list[list[Any]]:
    return [row for batch in table.batches() for row in batch.rows]


def test_columns_are_those_of_all_lines(tmp_path: Path) -> None:
    table = open_text(tmp_path, '{"id": 1, "text": "停水"}\n\n{"id": 2, "区": ["星沙"]}\n')
    assert table.columns == ["id", "text", "区"]
    [batch] = table.batches()
    assert batch.rows == [[1, "停水", None], [2, None, ["星沙"]]]
    assert [batch.number(0), batch.number(1)] == [1, 3]


@pytest.mark.parametrize(
    "bad", ['{"id": 3, "text": "停', "[1, 2]", "null", "9" * 5000, "[" * 100_000]
)
def test_a_line_that_is_no_object_is_kept(tmp_path: Path, bad: str) -> None:
    table = open_text(tmp_path, f'{{"id": 1}}\n{bad}\n{{"id": 2}}\n')
    assert table.columns == ["id", "unread_line"]
    [batch] = table.batches()
    assert batch.rows == [[1, None], [None, bad], [2, None]]
    assert batch.flaws[1].column == "unread_line"


@pytest.mark.parametrize(
    "text",
    [
        '[{"text": "停水"}]',
        '[\n{"text": "停水"},\n{"text": "路灯"}\n]\n',
        '\n[{"text": "停水"},\n {"text": "路灯"}]\n',
    ],
)
def test_an_array_is_named_as_such(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError, match=r"is one JSON array; .* one object a line"):
        open_text(tmp_path, text)


@pytest.mark.parametrize(
    "text", ['{"text": "停', '{\n"text": "停水"\n}\n', "编号,内容\n1,停水\n", "1\n"]
)
def test_a_file_without_any_object_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError, match=r"row 1: .*JSON.*; write one JSON object a line"):
        open_text(tmp_path, text)


@pytest.mark.parametrize("bad", ['{"text": "a", "text": "b"}', '{"text": [{"b": 1, "b": 1}]}'])
def test_no_value_of_a_repeated_key_is_lost(tmp_path: Path, bad: str) -> None:
    table = open_text(tmp_path, f'{{"text": "停水"}}\n{bad}\n')
    [batch] = table.batches()
    assert batch.rows == [["停水", None], [None, bad]]
    assert list(batch.flaws) == [1]
    assert re.match("the key '(text|b)' is there more than once", batch.flaws[1].reason)


def test_what_stands_for_no_number_is_nothing(tmp_path: Path) -> None:
    table = open_text(tmp_path, '{"text": NaN, "n": [Infinity, -Infinity, 1.5]}\n')
    assert all_rows(table) == [[None, [None, None, 1.5]]]


def test_undecodable_line_is_flagged_and_kept(tmp_path: Path) -> None:
    lines = '{"id": 1, "text": "路灯坏了三天"}\n{"id": 2, "text": "停水'.encode() + b'\xff"}\n'
    [batch] = open_text(tmp_path, lines).batches()
    assert batch.rows[1] == [2, "停水\\xff"]
    assert batch.flaws == {1: ("text", "not valid UTF-8")}


def test_empty_file(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no JSON object"):
        open_text(tmp_path, "\n\n")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.lists(st.fixed_dictionaries({"id": values, "text": values}), min_size=1, max_size=6))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    cells = [[row["id"], row["text"]] for row in rows]
    text = JsonlSink(["id", "text"]).render(cells)
    assert all_rows(open_text(tmp_path_factory.mktemp("t"), text)) == cells
    assert [json.loads(line) for line in text.split(b"\n")[:-1]] == rows


def test_what_is_not_a_number_is_null() -> None:
    rows = [[float("nan"), [float("inf"), 1.5]]]
    assert JsonlSink(["a", "b"]).render(rows) == b'{"a": null, "b": [null, 1.5]}\n'


def test_half_a_surrogate_pair_survives(tmp_path: Path) -> None:
    table = open_text(tmp_path, '{"text": "笑\\ud83d"}\n')
    assert JsonlSink(["text"]).render(all_rows(table)) == '{"text": "笑\\ud83d"}\n'.encode()


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_an_error_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    problem = ""
    try:
        table = open_text(tmp_path_factory.mktemp("t"), data)
        assert len(all_rows(table)) <= data.count(b"\n") + 1
    except TableError as error:
        problem = str(error)
    assert "\n" not in problem
