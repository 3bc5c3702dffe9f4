from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.text import STEPS, normalize
from complaintnlp.text.characters import (
    END,
    SEPARATOR,
    decode,
    encode,
    fold_table,
)
from complaintnlp.text.normalize import han_text

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=20)
MESSY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "我家下水道（）()<>&;/ \t\n\u3000\u200b１２ＡＢ網讓ǎāù!！?？。😡" + SEPARATOR
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("小区\r\n停水\t三天", "小区 停水 三天"),
        ("<p class='a'>路灯</p><br/>坏掉&nbsp;了&#33;", "路灯 坏掉 了!"),
        ("１２３４５　ＡＢＣ（投诉）", "12345 ABC(投诉)"),
        ("網路壞了，沒有人來修", "网路坏了,没有人来修"),
        ("網(wǎng)上群眾工作部", "网上群众工作部"),
        ("基層工作的出發(fā)點, 數(shù)據, 問題(tí)", "基层工作的出发点, 数据, 问题"),
        ("中國（guó）夢", "中国梦"),
        ("附件(fujian)和型号(A1)", "附件(fujian)和型号(A1)"),
        ("路 灯 不 亮", "路灯不亮"),
        ("路灯不亮 无人维修", "路灯不亮 无人维修"),
        ("没人管！！！？？？😡😡", "没人管!?"),
        ("零\u200b宽\ufeff字\u00ad符\x00", "零宽字符"),
        ("⼩区⾨口", "小区门口"),
    ],
)
def test_damage_is_repaired(raw: str, clean: str) -> None:
    assert normalize(raw) == clean


@given(MESSY)
def test_nothing_that_people_type_breaks_it(text: str) -> None:
    clean = normalize(text)
    assert clean == clean.strip()
    assert SEPARATOR not in clean
    assert "  " not in clean


@given(HAN)
def test_simplified_text_without_noise_stays(text: str) -> None:
    simple = decode(fold_table()[encode(text)])
    assert normalize(simple) == simple


@given(st.text())
def test_folding_agrees_with_unicode_about_control_and_space(text: str) -> None:
    for character in text:
        folded = chr(int(fold_table()[ord(character)]))
        category = unicodedata.category(character)
        if category in ("Zs", "Zl", "Zp"):
            assert folded == " "
        if category == "Cc" and character != SEPARATOR:
            assert folded in (" ", "\0")


@given(st.lists(MESSY, max_size=6))
def test_features_see_the_han_characters_of_normalised_messages(texts: list[str]) -> None:
    def seen(text: str) -> str:
        for step in STEPS:
            text = step(text.replace(SEPARATOR, " "))
        return re.sub("[^\u3007\u3400-\u4dbf\u4e00-\u9fff]+", " ", text)

    expected = "".join(seen(text) + END for text in texts)
    assert han_text(texts) == expected
    many = "路，" * 3000  # so long that arrays are taken
    assert han_text([*texts, many]) == f"{expected}{'路 ' * 3000}{END}"
