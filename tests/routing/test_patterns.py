from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.routing.patterns import find_patterns


def names(text: str) -> list[str]:
    return [text[place.start : place.end] for place in find_patterns(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我住在观沙岭街道", ["观沙岭街道"]),
        ("岳麓区望城坡街道金星社区的王某", ["望城坡街道", "金星社区"]),
        ("家住云溪小区3栋", ["云溪小区"]),
        ("位于和平路12号", ["和平路12号"]),
        ("去人民路和建设路一百零八号", ["建设路一百零八号"]),
        ("在建设大道１８号附近", ["建设大道１８号"]),
        ("宁乡市花明楼镇", ["花明楼镇"]),
        ("中午去了回龙铺镇政府", ["回龙铺镇"]),
    ],
)
def test_names_end_and_begin_where_a_reader_would_say(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我们小区没有物业", "该小区已经十年", "老旧小区改造", "城镇居民医保", "乡镇卫生院",
        "来点镇静剂", "冰镇啤酒", "这条路坏了", "走路3号线", "社区工作人员", "整个街道都脏",
    ],
)  # fmt: skip
def test_words_that_only_look_like_places_are_none(text: str) -> None:
    assert names(text) == []


def test_a_place_does_not_reach_over_a_known_name() -> None:
    text = "清泉花苑松涛小区"
    assert [text[p.start : p.end] for p in find_patterns(text, [4])] == ["松涛小区"]


@given(st.text("我住在的和星沙街道镇社区小路12号，\n", max_size=80))
def test_places_are_in_order_and_in_the_text(text: str) -> None:
    places = find_patterns(text)
    ends = [0] + [place.end for place in places]
    for before, place in zip(ends, places, strict=False):
        assert before <= place.start < place.suffix < place.end <= len(text)


def test_a_very_long_text_takes_time_in_proportion() -> None:
    import time

    def seconds(count: int) -> float:
        started = time.process_time()
        find_patterns("社区小区街道镇路8号" * count)
        return time.process_time() - started

    seconds(1000)
    assert seconds(20_000) < 60 * max(seconds(1000), 0.002)
