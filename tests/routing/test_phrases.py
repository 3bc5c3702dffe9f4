from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.routing.automaton import Alphabet
from complaintnlp.routing.phrases import GAP, PhraseBook, phrase_parts


def find(phrases: list[str], text: str) -> dict[str, str]:
    alphabet = Alphabet("".join(phrase_parts(phrase)) for phrase in phrases)
    found = PhraseBook(phrases, alphabet).find(alphabet.encode(text))
    return {phrase: text[start:end] for phrase, (start, end) in found.items()}


def test_a_gap_has_a_limit() -> None:
    assert find(["反映…没有"], "反映" + "了" * GAP + "没有")
    assert not find(["反映…没有"], "反映" + "了" * (GAP + 1) + "没有")


@pytest.mark.parametrize("phrase", ["反映…没有", "反映……没有", "反映...没有", "… 反映 … 没有"])
def test_a_gap_is_written_in_several_ways(phrase: str) -> None:
    assert find([phrase], "多次反映至今没有解决") == {phrase: "反映至今没有"}


def test_the_parts_must_come_in_order() -> None:
    assert not find(["反映…没有"], "没有反映")


def test_phrases_in_each_other_are_all_found() -> None:
    phrases = ["消防", "消防通道", "通道…堵"]
    assert find(phrases, "消防通道被堵") == dict(
        zip(phrases, ["消防", "消防通道", "通道被堵"], strict=True)
    )


def test_nothing_is_found_without_phrases() -> None:
    assert PhraseBook([], Alphabet([])).find(b"") == {}


PARTS = st.lists(st.text("甲乙丙", min_size=1, max_size=2), min_size=1, max_size=3)


@given(PARTS, st.text("甲乙丙丁", max_size=60))
def test_it_finds_what_a_regular_expression_finds(parts: list[str], text: str) -> None:
    phrase = "…".join(parts)
    expression = f".{{0,{GAP}}}".join(map(re.escape, parts))
    assert bool(find([phrase], text)) == bool(re.search(expression, text))
