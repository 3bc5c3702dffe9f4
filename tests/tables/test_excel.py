from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintnlp.errors import InputError, TableError
from complaintnlp.tables import Limits, ReadOptions, Table, open_tables
from complaintnlp.tables.excel_writer import ExcelSink

if TYPE_CHECKING:
    from pathlib import Path

xlsxwriter = pytest.importorskip("xlsxwriter")
calamine = pytest.importorskip("python_calamine")

SHEET = "xl/worksheets/sheet1.xml"
CELLS = b'<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'


def tables_of(path: Path, **options: Any) -> list[Table]:
    names = frozenset({"留言详情", "text"})
    return open_tables(str(path), ReadOptions(header_names=names, **options))


def rows_of(table: Table) -> list[list[Any]]:
    return [row for batch in table.batches() for row in batch.rows]


def write(path: Path, sheets: dict[str, Any]) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1)})  # the same bytes each time
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(y, x, cell, day)
                    else:
                        sheet.write(y, x, cell)
    return path


def replace_sheet(path: Path, xml: bytes) -> Path:
    write(path, {"a": [["text"]]})
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts[SHEET] = xml
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as changed:
        for name, content in parts.items():
            changed.writestr(name, content)
    return path


def sheet_of(cells: bytes, before: bytes = b"") -> bytes:
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return before + b'<worksheet xmlns="%b"><sheetData>%b</sheetData></worksheet>' % (
        namespace,
        cells,
    )


def test_types_and_numbers_of_rows(tmp_path: Path) -> None:
    rows = [
        ["2019年留言"],
        ["留言编号", "留言时间", "留言详情"],
        [188006, datetime(2020, 1, 6, 12, 9, 38), "\n\t\t\t\t\t路灯"],
        [1.5, date(2020, 1, 6), True],
    ]
    [table] = tables_of(write(tmp_path / "a.xlsx", {"a": rows}))
    assert table.columns == ["留言编号", "留言时间", "留言详情"]
    [batch] = table.batches()
    assert batch.first_row == 3
    assert batch.rows[0][0] == 188006
    assert isinstance(batch.rows[0][0], int)
    assert batch.rows[0][2] == "\n\t\t\t\t\t路灯"
    assert batch.rows[1][0] == 1.5
    assert batch.rows[1][2] is True


def test_sheets(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.xlsx", {"一月": [["text"], ["a"]], "空": [], "二月": [["text"], ["b"]]}
    )
    assert [table.name for table in tables_of(path)] == [f"{path} [一月]", f"{path} [二月]"]
    for sheet in ("二月", "3"):
        [table] = tables_of(path, sheet=sheet)
        assert (table.name, rows_of(table)) == (str(path), [["b"]])
    with pytest.raises(InputError, match="no sheet 三月; it has 一月, 空, 二月"):
        tables_of(path, sheet="三月")


def test_blank_rows_at_the_end_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.xlsx", {"a": [["id", "text"], [1, "x"], [], [2, "y"], [" ", ""], ["\n"]]}
    )
    assert rows_of(tables_of(path)[0]) == [[1, "x"], [None, None], [2, "y"]]


def test_a_formula_gives_its_last_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["id", "text"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '="停"&"水"', None, "停水")
    assert rows_of(tables_of(path)[0]) == [[2, "停水"]]


def test_a_text_that_excel_took_for_a_formula_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.add_worksheet("空")
        sheet = workbook.add_worksheet("一 & 二")
        sheet.write_row(1, 1, ["编号", "标题", "留言详情", "备注"])
        sheet.write_row(2, 1, [1, "停水", "停水三天"])
        sheet.write_formula(2, 4, "=1/0", None, "#DIV/0!")
        sheet.write_row(3, 1, [2, "停水"])
        sheet.write_formula(3, 3, "=-小区停水", None, "#NAME?")
        sheet.write_row(4, 1, [3])
        sheet.write_formula(4, 2, "=x", None, "#N/A")
        sheet.write_formula(5, 3, "=x", None, "#REF!")
    for _ in range(2):  # the second time from the file again
        [table] = tables_of(path)
        table.close()
        [batch] = table.batches()
        assert batch.first_row == 3
        assert batch.rows == [
            [1, "停水", "停水三天", None],
            [2, "停水", None, None],
            [3, None, None, None],
            [None, None, None, None],
        ]
        assert {place: flaw.column for place, flaw in batch.flaws.items()} == {
            1: "留言详情",
            3: "留言详情",
        }
        assert "shows the error #NAME?; if it is text" in batch.flaws[1].reason


def test_long_numbers_and_durations_are_shown_in_full(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        hours = workbook.add_format({"num_format": "[h]:mm:ss"})
        sheet.write_row(0, 0, ["id", "text"])
        for row, number in enumerate([20200106120938001, -43012119900101123, 1.5e300, 2.5], 1):
            sheet.write_number(row, 0, number)
        for row, days in enumerate([1.25, 0.5, -0.25], 1):
            sheet.write_number(row, 1, days, hours)
    assert rows_of(tables_of(path)[0]) == [
        [20200106120938000, "30:00:00"],
        [-43012119900101120, "12:00:00"],
        [1.5e300, "-6:00:00"],
        [2.5, None],
    ]


def test_a_table_in_the_middle_of_a_sheet(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"a": [[], [], ["", "id", "text"], ["", 1, "停水"]]})
    [table] = tables_of(path)
    assert table.columns == ["id", "text"]
    [batch] = table.batches()
    assert (batch.first_row, batch.rows) == (4, [[1, "停水"]])


def test_not_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for content in (b"", b"id,text\n", b"PK\x03\x04" + b"\0" * 50):
        path.write_bytes(content)
        with pytest.raises(TableError, match=r"is not a readable .xlsx workbook"):
            tables_of(path)
    with zipfile.ZipFile(path, "w") as empty:
        empty.writestr("readme.txt", "no workbook")
    with pytest.raises(TableError):
        tables_of(path)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = replace_sheet(tmp_path / "a.xlsx", sheet_of(CELLS) + b" " * (64 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(TableError, match="zip bomb"):
        tables_of(path)


def test_sizes_that_lie_are_refused(tmp_path: Path) -> None:
    path = replace_sheet(tmp_path / "a.xlsx", sheet_of(CELLS) + b" " * (8 << 20))
    data = bytearray(path.read_bytes())
    size = (8 << 20) + len(sheet_of(CELLS))
    lie = data.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little"))
    assert lie != data
    path.write_bytes(lie)
    with pytest.raises(TableError):
        tables_of(path)


def test_a_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = replace_sheet(tmp_path / "a.xlsx", sheet_of(CELLS + corner))
    with pytest.raises(TableError, match="spans 17,179,869,184 cells"):
        tables_of(path)


@pytest.mark.parametrize(
    "place", ["A11111111111", "B" + "12" * 40, "AAAAAAAAAAAA1", "a99999999", "XFE1", "C1048577"]
)
@pytest.mark.parametrize("before", ["", ' s="1"', " t='>' "])
def test_a_cell_that_no_sheet_has_is_refused(tmp_path: Path, place: str, before: str) -> None:
    cell = f'<row r="2"><c{before} r = "{place}"><v>1</v></c></row>'.encode()
    path = replace_sheet(tmp_path / "a.xlsx", sheet_of(CELLS + cell))
    with pytest.raises(TableError, match="names a cell that no sheet has"):
        tables_of(path)


def test_text_that_looks_like_a_place_is_text(tmp_path: Path) -> None:
    text = '<font color="99999999999"> r="ZZZ99999999"'
    path = write(tmp_path / "a.xlsx", {"a": [["text"], [text]]})
    assert rows_of(tables_of(path)[0]) == [[text]]


@pytest.mark.parametrize(
    "declared", [b'<!ENTITY e "boom">', b'<!ENTITY e SYSTEM "file:///etc/passwd">']
)
def test_entities_are_refused(tmp_path: Path, declared: bytes) -> None:
    document = b"<!DOCTYPE worksheet [" + declared + b"]>"
    path = replace_sheet(tmp_path / "a.xlsx", sheet_of(CELLS, document))
    with pytest.raises(TableError, match="entities"):
        tables_of(path)


def test_workbook_size_is_limited(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"a": [["text"], ["x"]]})
    with pytest.raises(TableError, match="more than 1,000 bytes"):
        tables_of(path, limits=Limits(workbook_bytes=1000))


def assemble(sink: ExcelSink, rows: list[list[Any]], path: Path) -> Path:
    sink.assemble([sink.render(rows)], path)
    return path


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
cells = texts | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | st.none()


@settings(max_examples=60)
@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]) -> None:
    folder = tmp_path_factory.mktemp("t")
    given_rows = [["x", *row] for row in rows]
    path = assemble(ExcelSink("out.xlsx", ["id", "a", "text"]), given_rows, folder / "out.xlsx")
    [table] = tables_of(path)
    assert [[*row, None][:3] for row in rows_of(table)] == given_rows


def test_formulas_are_text_unless_asked_for(tmp_path: Path) -> None:
    for raw in (False, True):
        sink = ExcelSink("out.xlsx", ["text"], raw_cells=raw)
        path = assemble(sink, [["=1+1"]], tmp_path / "out.xlsx")
        with zipfile.ZipFile(path) as parts:
            assert (b"<f>" in parts.read(SHEET)) is raw


def test_dates_and_long_numbers(tmp_path: Path) -> None:
    moment = datetime(2020, 1, 6, 12, 9, 38)
    sink = ExcelSink("out.xlsx", ["text", "day", "n", "old"])
    row = [moment, date(2020, 1, 6), 430121199001011234, datetime(1800, 1, 1)]
    path = assemble(sink, [row], tmp_path / "out.xlsx")
    expected = [moment, date(2020, 1, 6), "430121199001011234", "1800-01-01 00:00:00"]
    assert rows_of(tables_of(path)[0]) == [expected]


def test_a_full_sheet_is_followed_by_a_numbered_one(tmp_path: Path) -> None:
    sink = ExcelSink("out.xlsx", ["text"], max_rows=3)
    path = assemble(sink, [["a"], ["b"], ["c"], ["d"], ["e"]], tmp_path / "out.xlsx")
    tables = tables_of(path)
    assert [table.name.split(" ", 1)[1] for table in tables] == [
        "[messages]",
        "[messages 2]",
        "[messages 3]",
    ]
    assert [rows_of(table) for table in tables] == [[["a"], ["b"]], [["c"], ["d"]], [["e"]]]


@pytest.mark.parametrize("text", ["长" * 32_768, "😀" * 16_384])
def test_a_cell_that_excel_would_cut_is_refused(text: str) -> None:
    sink = ExcelSink("out.xlsx", ["id", "text"])
    sink.render([["1", text[: 32_767 // (2 if text[0] > "\uffff" else 1)]]])
    with pytest.raises(TableError, match=r"column text: .*32,767 characters; write to .csv"):
        sink.render([["1", text]])


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(TableError, match="16,385 columns"):
        ExcelSink("out.xlsx", [str(i) for i in range(16_385)])


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    sink = ExcelSink("out.xlsx", ["text"])
    first, second = (
        assemble(sink, [["停水"]], tmp_path / f"{i}.xlsx").read_bytes() for i in range(2)
    )
    assert first == second


@settings(max_examples=60)
@given(st.data())
def test_damage_gives_rows_or_an_error_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("t")
    path = write(folder / "a.xlsx", {"a": [["id", "text"], [1, "停水三天"], [2, "路灯"]]})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    problem = ""
    try:
        for table in tables_of(path):
            rows_of(table)
    except (TableError, InputError) as error:
        problem = str(error)
    assert "\n" not in problem


def test_a_stream_is_read_like_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = write(tmp_path / "a.xlsx", {"a": [["text"], ["停水"]]}).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    [table] = open_tables("-", ReadOptions(), stream_format="xlsx")
    assert rows_of(table) == [["停水"]]
