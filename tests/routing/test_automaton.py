from __future__ import annotations

import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.errors import InputError
from complaintnlp.routing.automaton import Alphabet, Automaton

WORDS = st.lists(st.text("星沙街道路灯AB１", min_size=1, max_size=4), min_size=1, unique=True)
TEXTS = st.text("星沙街道路灯AB１，\n\ud800😡𠀀", max_size=40)


def occurrences(names: list[str], text: str) -> set[tuple[int, int, int]]:
    folded = text.replace("１", "1")
    return {
        (number, start, start + len(name))
        for number, name in enumerate(names)
        for start in range(len(text))
        if folded.startswith(name.replace("１", "1"), start)
    }


@given(WORDS, TEXTS)
def test_every_occurrence_is_found_with_its_offsets(names: list[str], text: str) -> None:
    alphabet = Alphabet(names)
    found = Automaton(names, alphabet, longest=False).find(alphabet.encode(text))
    assert set(found) == occurrences(names, text)


@given(WORDS, TEXTS)
def test_longest_matches_do_not_overlap_and_none_longer_begins_there(
    names: list[str], text: str
) -> None:
    alphabet = Alphabet(names)
    found = Automaton(names, alphabet, longest=True).find(alphabet.encode(text))
    everywhere = occurrences(names, text)
    assert set(found) <= everywhere
    for (_, _, end), (_, start, _) in pairwise(found):
        assert end <= start
    for _, start, end in found:
        assert end == max(stop for _, begin, stop in everywhere if begin == start)
    assert bool(found) == bool(everywhere)


def test_traditional_and_full_width_writing_match() -> None:
    names = ["县医保局", "A区"]
    alphabet = Alphabet(names)
    found = Automaton(names, alphabet, longest=True).find(alphabet.encode("縣醫保局在Ａ區"))
    assert found == [(0, 0, 4), (1, 5, 7)]


def test_many_texts_are_encoded_as_one_by_one() -> None:
    alphabet = Alphabet(["路灯"])
    texts = ["路灯", "", "坏了\x1e路", "𠀀灯"]
    assert list(alphabet.encode_many(texts)) == [alphabet.encode(text) for text in texts]


def test_it_can_be_sent_to_another_process() -> None:
    alphabet = Alphabet(["路灯"])
    automaton = pickle.loads(pickle.dumps(Automaton(["路灯"], alphabet, longest=True)))  # noqa: S301
    assert automaton.find(alphabet.encode("修路灯")) == [(0, 1, 3)]


def test_too_many_characters_are_refused() -> None:
    with pytest.raises(InputError, match="16,383"):
        Alphabet([chr(code) for code in range(0x4E00, 0x9FFF)])
