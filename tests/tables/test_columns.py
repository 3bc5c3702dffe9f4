from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.errors import InputError
from complaintnlp.tables import ColumnNames, Columns, find_columns
from complaintnlp.tables.columns import missing_column, require_named
from complaintnlp.tables.header import find_header, unique_names


@pytest.mark.parametrize(
    ("columns", "title", "text", "time"),
    [
        ("留言编号 留言用户 留言主题 留言时间 留言详情 一级标签", 2, 4, 3),
        ("工单编号 诉求标题 诉求内容 受理时间 办理结果", 1, 2, 3),
        ("标题 内容 答复内容 日期", 0, 1, 3),
        ("id title text time", 1, 2, 3),
        ("工单标题 工单内容", 0, 1, None),
        ("主题 正文", 0, 1, None),
        ("来信标题 来信内容 来信时间 回复内容", 0, 1, 2),
        ("ID Content", None, 1, None),
    ],
)
def test_known_channels(columns: str, title: int | None, text: int, time: int | None) -> None:
    assert find_columns(columns.split()) == Columns(title, text, time)


def test_replies_are_never_taken_for_the_text() -> None:
    assert find_columns(["答复意见", "回复内容", "答复内容"]).text is None


def test_names_are_compared_without_spaces_case_and_width() -> None:
    assert find_columns(["\n\t\t留言 主题", "ＴＥＸＴ"]) == Columns(0, 1, None)


def test_a_named_column_comes_first_and_is_not_also_the_title() -> None:
    assert find_columns(["主题", "内容", "备注"], ColumnNames(text="备注")) == Columns(0, 2, None)
    assert find_columns(["主题", "备注"], ColumnNames(text="主题")) == Columns(None, 0, None)


def test_a_misspelt_name_gets_a_suggestion() -> None:
    with pytest.raises(InputError, match=r"there is no column 留言祥情; .* did you mean 留言详情"):
        require_named(ColumnNames(text="留言祥情"), [["编号", "留言详情"]])


def test_a_missing_text_column_names_the_option() -> None:
    message = missing_column("text", None, ["编号", "诉求"])
    assert message == (
        "no text column found; the columns are 编号, 诉求; name one with --text-column"
    )


def test_header_and_names() -> None:
    assert find_header([["", ""], ["a", "b"]], frozenset()) == 1
    assert unique_names([None, "a", "a", "a_2", " "]) == [
        "column_1",
        "a",
        "a_2",
        "a_2_2",
        "column_5",
    ]


WANTED = ColumnNames().header_names()


def test_a_bare_name_of_the_message_comes_last() -> None:
    assert find_columns(["编号", "留言"]).text == 1
    assert find_columns(["留言", "描述"]).text == 1


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["编号", "诉求"], ["1", "小区停水三天"], ["2", "内容"]], 0),
        ([["内容", "一月报表", "", ""], ["编号", "留言主题", "留言详情", "时间"]], 1),
        ([["内容", "一月报表", "", ""], ["编号", "区", "留言详情", "姓名"]], 1),
        ([["单位", "日期", ""], ["留言主题", "留言详情", "区"]], 1),
        ([["2019年", None], [None, None], ["编号", "内容"], ["1", "内容"]], 2),
        ([["编号", "内容", ""], ["2", "内容", "x"], ["标题", "内容", "x"]], 0),
        ([["编号", "诉求", ""], ["2", "内容", "x"]], 0),
        ([["2019年", ""], ["编号", "诉求"], ["1", "停水"]], 1),
        ([["内容"], ["内容"], ["标题"]], 0),
    ],
)
def test_only_titles_stand_above_the_header(rows: list[list[str | None]], header: int) -> None:
    assert find_header(rows, WANTED) == header


cells = st.sampled_from(["", " ", "停水", "1", "编号", "内容", "留言详情", "标题", "时间", "留言"])
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=9)
)


@given(tables)
def test_no_row_of_full_width_stands_above_the_header(rows: list[list[str]]) -> None:
    header = find_header(rows, WANTED)
    assert not any(all(cell.strip() for cell in row) for row in rows[:header])
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    assert all(count < filled[header] for count in filled[:header])
