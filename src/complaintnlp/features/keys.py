"""The keys of terms: what the 64 bits of each say.

The lower 48 bits hold characters (16 bits each, the first one lowest) or word ids (24 bits each),
the upper 16 the tag of the block that made the term; a character 4-gram needs all 64, and its last
character is above every tag. Word ids begin at 1, so a single word leaves the upper half of its
bits empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from complaintnlp.features.tokens import END, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = [
    "CHARACTER_BITS",
    "TAG_BITS",
    "WORD_BITS",
    "are_terms",
    "phrases",
    "term_text",
    "term_words",
    "word_terms",
]

TAG_BITS = 48
"""The tag is above so many bits."""
WORD_BITS = 24
CHARACTER_BITS = 16
_WINDOW_BITS = 64
_WORD_MASK = (1 << WORD_BITS) - 1
_SINGLE_WORDS = range(1, 5)  # the tags of blocks of words, the pairs' are above
_PHRASES = range(1, 6)  # the tags of words, and of two neighbouring ones
_FIRST_HAN = 0x3000
_BLANK = ord(" ")
_STOP = "，"  # how a blank is shown: it stands where there was no character of a word

# How the terms of each block are shown.
_WORD_SHAPES = {1: "{}", 2: "{} (lead)", 3: "{} (title)", 4: "{} (end)", 5: "{} {}", 6: "{} … {}"}
_CHARACTER_SHAPES = {9: "{} (title)", 10: "{} (end)"}


def are_terms(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which keys are terms: whole words or characters, no field's end, no blank alone.

    Examples
    --------
    >>> pair, half, across = 5 << 48 | 1 << 24 | 2, 5 << 48 | 1 << 24, ord(END) << 16 | ord("停")
    >>> are_terms(np.array([pair, half, across], dtype=np.uint64)).tolist()
    [True, False, False]
    """
    tag = keys >> np.uint64(TAG_BITS)
    low, high = ((keys >> np.uint64(shift)) & np.uint64(_WORD_MASK) for shift in (0, WORD_BITS))
    whole = (low != UNKNOWN) & ((high != UNKNOWN) | (tag <= max(_SINGLE_WORDS)))
    inside = keys != 0
    for shift in range(0, _WINDOW_BITS, CHARACTER_BITS):
        inside &= ((keys >> np.uint64(shift)) & np.uint64(0xFFFF)) != ord(END)
    inside &= keys & np.uint64((1 << TAG_BITS) - 1) != _BLANK
    terms: NDArray[np.bool_] = np.where(np.isin(tag, list(_WORD_SHAPES)), whole, inside)
    return terms


def word_terms(ids: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the key of each word by itself, wherever it stands, as the block "words" has it.

    Examples
    --------
    >>> term_text(int(word_terms(np.array([2]))[0]), ["物业", "收费"])
    '收费'
    """
    return ids.astype(np.uint64) | np.uint64(1 << TAG_BITS)


def phrases(keys: NDArray[np.uint64], words: Sequence[str]) -> Iterator[str]:
    """Yield the word of each term, or its two neighbouring words, "" for other terms.

    Examples
    --------
    >>> keys = np.array([2 << 48 | 1, 5 << 48 | 1 << 24 | 2, ord("水")], dtype=np.uint64)
    >>> list(phrases(keys, ["物业", "收费"]))
    ['物业', '物业 收费', '']
    """
    for key in keys.tolist():
        is_phrase = key >> TAG_BITS in _PHRASES
        yield " ".join(_term_parts(key, words)[1]) if is_phrase else ""


def _term_parts(key: int, words: Sequence[str]) -> tuple[str, list[str], bool]:
    """Return how a term is shown, its words or characters, and whether they are words."""
    tag = key >> TAG_BITS
    if tag in _WORD_SHAPES:
        ids = [i for i in ((key >> WORD_BITS) & _WORD_MASK, key & _WORD_MASK) if i]
        return _WORD_SHAPES[tag], [words[i - 1] for i in ids], True
    shape = _CHARACTER_SHAPES.get(tag, "{}")
    codes = [(key >> shift) & 0xFFFF for shift in (0, 16, 32, 48)]
    characters = [_STOP if code == _BLANK else chr(code) for code in codes]
    shown = [character for character in characters if ord(character) >= _FIRST_HAN]
    return shape, shown, False


def term_text(key: int, words: Sequence[str]) -> str:
    """Return a term as a person reads it.

    Parameters
    ----------
    key : int
        The term.
    words : sequence of str
        The vocabulary; id 1 is its first word.

    Returns
    -------
    str

    Examples
    --------
    >>> term_text((5 << 48) | (1 << 24) | 2, ["物业", "收费"])
    '物业 收费'
    >>> term_text((ord("水") << 16) | ord("停"), [])
    '停水'
    """
    shape, parts, are_words = _term_parts(key, words)
    return shape.format(*(parts if are_words else ["".join(parts)]))


def term_words(key: int, words: Sequence[str], message: Sequence[str]) -> list[str]:
    """Return the words of a message that a term of it lies in.

    Parameters
    ----------
    key : int
        The term.
    words : sequence of str
        The vocabulary.
    message : sequence of str
        The content words of the message, in order.

    Returns
    -------
    list of str

    Examples
    --------
    >>> term_words((ord("收") << 16) | ord("业"), [], ["小区", "物业", "收费"])
    ['物业', '收费']
    """
    _, parts, are_words = _term_parts(key, words)
    if are_words:
        return parts
    run = "".join(parts).strip(_STOP)
    position = "".join(message).find(run)
    if not run or position < 0:
        return [run]
    owner = [word for word in message for _ in word]
    return list(dict.fromkeys(owner[position : position + len(run)]))
