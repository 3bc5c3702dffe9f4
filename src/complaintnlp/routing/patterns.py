"""Places that can be told by how they are written: …街道, …镇, …社区, …小区, …路…号.

Chinese writes no spaces, so where a name begins has to be guessed: it reaches back from its suffix
to the nearest character that is no Han character, to a word that cannot be part of a name, or to
the longest length that such names have.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PatternPlace", "find_patterns"]


class _Suffix(NamedTuple):
    kind: str
    shortest: int  # of the stem before the suffix
    longest: int


_NUMBERED = _Suffix("address", 1, 5)
_SUFFIXES = {
    "街道": _Suffix("street", 2, 4),
    "镇": _Suffix("street", 2, 3),
    "社区": _Suffix("community", 2, 5),
    "小区": _Suffix("estate", 2, 6),
}
_DIGIT = "[0-9０-９〇零一二三四五六七八九十百]"
# One class of last characters, then what must stand before: twice as fast as the suffixes.
_LAST = re.compile(
    r"[道区镇号](?:(?<=街道)|(?<=[社小]区)|(?<=镇)(?![静定痛压流江])"
    rf"|(?<={_DIGIT}号)(?!线))"
)
_ROAD = re.compile(rf"(?:大道|[路街巷弄]){_DIGIT}{{1,5}}号$")

# A name does not reach over these words …
_BREAKS = re.compile(
    r".*(?:位于|住在|家住|来自|地处|坐落|省|市|县|区|街道|镇|社区|小区|[在于的了是到从这那该某各每我你您他们])"
)
# … nor over these, unless one character would be left: 和平路 is a name, 路和人民路 is not.
_JOINTS = re.compile(r".*[和与及跟同对向往由被让请去住有至](?=..)")

# What stands before a suffix without naming anything.
_COMMON = frozenset(
    (
        *("本", "该", "此", "贵", "全", "小", "老", "新", "旧", "城", "乡", "村", "集", "古"),
        *("整个", "一个", "两个", "几个", "多个", "各个", "每个", "所有", "有的", "很多", "许多"),
        *("部分", "其他", "其它", "别的", "我们", "你们", "他们", "咱们", "业主", "居民", "学校"),
        *("老旧", "住宅", "商品房", "安置", "安置房", "回迁", "拆迁", "封闭", "高档", "电梯"),
        *("周边", "附近", "隔壁", "旁边", "相邻", "所在", "所属", "当地", "辖区", "特色", "智慧"),
        *("城乡", "村镇", "农村", "城市", "城镇", "政府", "建设", "无物业", "物业", "开发商"),
    )
)


class PatternPlace(NamedTuple):
    """A place that was recognised by its form.

    Parameters
    ----------
    start, end : int
        Where it is in the text.
    kind : str
        ``street``, ``community``, ``estate`` or ``address``.
    suffix : int
        Where its suffix begins.
    """

    start: int
    end: int
    kind: str
    suffix: int


def find_patterns(text: str, borders: Sequence[int] = ()) -> list[PatternPlace]:
    """Return the places that a text names by their usual endings.

    Parameters
    ----------
    text : str
        The text.
    borders : sequence of int, optional
        Ascending: where known names of areas end; no place reaches back over one.

    Returns
    -------
    list of PatternPlace

    Examples
    --------
    >>> text = "我住在湘龙街道，对面的和平路12号就是"
    >>> [text[place.start : place.end] for place in find_patterns(text)]
    ['湘龙街道', '和平路12号']
    """
    places: list[PatternPlace] = []
    last = 0
    for match in _LAST.finditer(text):
        end = match.end()
        at = _suffix_start(text, end)
        if at is None:
            continue
        suffix = _SUFFIXES.get(text[at:end], _NUMBERED)
        border = bisect_right(borders, at)
        low = max(last, at - suffix.longest, borders[border - 1] if border else 0)
        start = _stem_start(text, low, at)
        stem = text[start:at]
        if len(stem) < suffix.shortest or (stem in _COMMON and suffix is not _NUMBERED):
            continue
        places.append(PatternPlace(start, end, suffix.kind, at))
        last = end
    return places


def _suffix_start(text: str, end: int) -> int | None:
    """Return where the suffix that ends at `end` begins; None for a number without a road."""
    last = text[end - 1]
    if last == "号":
        road = _ROAD.search(text, max(0, end - 8), end)
        return road.start() if road else None
    return end - 1 if last == "镇" else end - 2


def _stem_start(text: str, low: int, high: int) -> int:
    """Return where the name that ends at `high` begins, not before `low`."""
    start = high
    while start > low and "\u4e00" <= text[start - 1] <= "\u9fff":
        start -= 1
    for expression in (_BREAKS, _JOINTS):
        if found := expression.match(text, start, high):
            start = found.end()
    return start
