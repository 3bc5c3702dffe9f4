from __future__ import annotations

import pytest

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
