"""Which column is the title, the text and the time: the usual names of the known channels."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from complaintnlp.errors import InputError
from complaintnlp.tables.header import normalize_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["USUAL_NAMES", "ColumnNames", "Columns", "find_columns"]

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    # 红网, 问政湖南 and the contest say 留言, 12345 says 工单 or 诉求, 领导留言板 and letters 来信.
    "title": (
        *("留言主题", "留言标题", "标题", "主题", "诉求标题", "诉求主题", "工单标题", "工单主题"),
        *("来信标题", "来信主题", "信件标题", "信件主题", "帖子标题", "帖子主题", "问题标题"),
        *("投诉标题", "投诉主题", "咨询标题", "事项标题", "事件标题", "案件标题", "事项名称"),
        *("title", "subject", "headline"),
    ),
    "text": (
        *("留言详情", "留言内容", "留言正文", "内容", "正文", "诉求内容", "诉求详情", "诉求描述"),
        *("工单内容", "工单详情", "工单描述", "来信内容", "信件内容", "来电内容", "帖子内容"),
        *("问题描述", "问题内容", "投诉内容", "咨询内容", "反映内容", "事项内容", "事项描述"),
        *("事件内容", "事件描述", "案件描述", "主要内容", "受理内容", "详情", "详细内容", "描述"),
        *("text", "content", "message", "body", "complaint", "description"),
        "留言",  # last: beside a column of another name it may be a number or a subject
    ),
    "time": (
        *("留言时间", "留言日期", "时间", "日期", "受理时间", "来电时间", "诉求时间", "工单时间"),
        *("来信时间", "来信日期", "写信时间", "发帖时间", "发布时间", "发表时间", "提交时间"),
        *("创建时间", "登记时间", "登记日期", "反映时间", "投诉时间", "派单时间", "受理日期"),
        *("time", "date", "datetime", "created_at", "created", "timestamp"),
    ),
}


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The columns that a user named; None is found by the usual names."""

    title: str | None = None
    text: str | None = None
    time: str | None = None

    def given(self) -> dict[str, str]:
        """Return the named ones by role."""
        roles = {"title": self.title, "text": self.text, "time": self.time}
        return {role: name for role, name in roles.items() if name is not None}

    def header_names(self) -> frozenset[str]:
        """Return the normalized names that mark a row as the header."""
        usual = (name for names in USUAL_NAMES.values() for name in names)
        return frozenset(map(normalize_name, (*self.given().values(), *usual)))


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the title, text and time columns in one table; None where there is none."""

    title: int | None
    text: int | None
    time: int | None


def _position(columns: Sequence[str], names: Iterable[str]) -> int | None:
    """Return where the first of `names` is among `columns`."""
    places: dict[str, int] = {}
    for position, column in enumerate(columns):
        places.setdefault(normalize_name(column), position)
    return next((places[name] for name in map(normalize_name, names) if name in places), None)


def find_columns(columns: Sequence[str], names: ColumnNames | None = None) -> Columns:
    """Return the positions of title, text and time.

    A name that the user gave is used where the table has it; otherwise the usual names are tried
    in order. Names are compared without spaces, case and width.

    Parameters
    ----------
    columns : sequence of str
        The table's columns.
    names : ColumnNames, optional
        What the user named.

    Examples
    --------
    >>> find_columns(["留言编号", "留言主题", "留言时间", "留言详情"])
    Columns(title=1, text=3, time=2)
    >>> find_columns(["诉求", "回复"], ColumnNames(text="诉求"))
    Columns(title=None, text=0, time=None)
    """
    given = (names or ColumnNames()).given()
    found = {}
    for role, usual in USUAL_NAMES.items():
        position = _position(columns, [given[role]] if role in given else [])
        found[role] = position if position is not None else _position(columns, usual)
    if found["title"] is not None and found["title"] == found["text"]:
        found["title"] = None
    return Columns(**found)


def text_places(columns: Sequence[str], header_names: Collection[str]) -> list[int]:
    """Return where the text may be: columns that mark the header, without titles and times.

    Examples
    --------
    >>> text_places(["编号", "留言主题", "留言详情"], ColumnNames().header_names())
    [2]
    """
    others = {normalize_name(name) for role in ("title", "time") for name in USUAL_NAMES[role]}
    wanted = set(header_names) - others
    return [place for place, name in enumerate(columns) if normalize_name(name) in wanted]


def require_named(names: ColumnNames, tables: Iterable[Sequence[str]]) -> None:
    """Raise an `InputError` when no table has a column that the user named."""
    present = {normalize_name(column): column for columns in tables for column in columns}
    for role, name in names.given().items():
        if normalize_name(name) not in present:
            raise InputError(missing_column(role, name, list(present.values())))


def missing_column(role: str, name: str | None, columns: Sequence[str]) -> str:
    """Say that a column is missing, which ones there are, and which option names it."""
    has = f"the columns are {', '.join(columns)}" if columns else "there are no columns"
    if name is None:
        return f"no {role} column found; {has}; name one with --{role}-column"
    close = get_close_matches(name, columns, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"there is no column {name}; {has}{hint}"
