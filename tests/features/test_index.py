from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp import InputError
from complaintnlp.features.index import KeyIndex
from complaintnlp.features.tokens import Tokenizer
from complaintnlp.text import Segmenter

KEYS = st.integers(0, 2**64 - 1)


@given(st.lists(KEYS, unique=True, max_size=200), st.lists(KEYS, max_size=50))
def test_finds_what_is_there_and_nothing_else(keys: list[int], strangers: list[int]) -> None:
    index = KeyIndex(np.array(keys, dtype=np.uint64))
    asked = keys + strangers
    expected = [keys.index(key) if key in keys else -1 for key in asked]
    assert index.find(np.array(asked, dtype=np.uint64)).tolist() == expected
    places, columns = index.known(np.array(asked, dtype=np.uint64))
    assert places.tolist() == [place for place, column in enumerate(expected) if column >= 0]
    assert columns.tolist() == [column for column in expected if column >= 0]


def test_colliding_keys_are_told_apart() -> None:
    # Multiples of the modular inverse of the multiplier all hash to the lowest slots.
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    keys = np.array([inverse * i % 2**64 for i in range(500)], dtype=np.uint64)
    index = KeyIndex(keys)
    assert index.find(keys).tolist() == list(range(500))


def test_many_keys_are_found_block_by_block() -> None:
    generator = np.random.default_rng(0)
    keys = np.unique(generator.integers(0, 2**64, 50_000, dtype=np.uint64))
    index = KeyIndex(keys[::2])
    places, columns = index.known(np.tile(keys, 2))
    expected = np.arange(0, len(keys), 2)
    assert places.tolist() == [*expected, *(expected + len(keys))]
    assert columns.tolist() == 2 * list(range(len(expected)))


def test_a_key_that_is_there_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        KeyIndex(np.array([5, 7, 5], dtype=np.uint64))


def test_words_of_swapped_characters_have_keys_of_their_own() -> None:
    words = ("甲乙丙丁戊", "甲乙丙戊丁", "甲乙丙丁戊己", "甲乙丙丁己戊", "甲乙丙戊丁己")
    tokenizer = Tokenizer(Segmenter(), words, ())
    assert tokenizer.content_words("甲", None) is not None
