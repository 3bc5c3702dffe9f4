from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.features.index import KeyIndex

KEYS = st.integers(0, 2**64 - 1)


@given(st.lists(KEYS, unique=True, max_size=200), st.lists(KEYS, max_size=50))
def test_finds_what_is_there_and_nothing_else(keys: list[int], strangers: list[int]) -> None:
    index = KeyIndex(np.array(keys, dtype=np.uint64))
    asked = keys + strangers
    expected = [keys.index(key) if key in keys else -1 for key in asked]
    assert index.find(np.array(asked, dtype=np.uint64)).tolist() == expected


def test_colliding_keys_are_told_apart() -> None:
    # Multiples of the modular inverse of the multiplier all hash to the lowest slots.
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    keys = np.array([inverse * i % 2**64 for i in range(500)], dtype=np.uint64)
    index = KeyIndex(keys)
    assert index.find(keys).tolist() == list(range(500))
