"""The blocks of features: each turns the tokens of a batch into terms.

A term is a 64-bit key. The lower 48 bits hold characters (16 bits each) or word ids (24 bits
each), the upper 16 the block's tag; a character 4-gram needs all 64, and its first character is
above every tag. Word ids begin at 1, so a single word leaves the upper half of its bits empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.features.tokens import UNKNOWN, TokenBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["BLOCKS", "LEAD_BLOCKS", "Terms", "term_text", "term_words"]

_TAG_BITS = 48
_WORD_BITS = 24
_CHARACTER_BITS = 16
_FIRST_HAN = 0x3000


class Terms(NamedTuple):
    """The terms of a batch: the message each is in, its key, and the rank of its first word."""

    message: NDArray[np.int64]
    key: NDArray[np.uint64]
    rank: NDArray[np.int64]


Block = Callable[[TokenBatch, int], Terms]


def _words(tag: int, chosen: Callable[[TokenBatch, int], NDArray[np.bool_]]) -> Block:
    """Make a block of the known words that `chosen` picks."""

    def words(batch: TokenBatch, lead: int) -> Terms:
        kept = chosen(batch, lead) & (batch.word != UNKNOWN)
        key = batch.word[kept].astype(np.uint64) | np.uint64(tag << _TAG_BITS)
        return Terms(batch.field[kept] >> 1, key, batch.rank[kept])

    return words


def _everywhere(batch: TokenBatch, lead: int) -> NDArray[np.bool_]:
    return np.ones(len(batch.word), dtype=bool)


def _in_lead(batch: TokenBatch, lead: int) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = batch.rank < lead
    return inside


def _in_title(batch: TokenBatch, lead: int) -> NDArray[np.bool_]:
    even: NDArray[np.bool_] = batch.field & 1 == 0
    return even


def _in_tail(batch: TokenBatch, lead: int) -> NDArray[np.bool_]:
    message = batch.field >> 1
    end = np.searchsorted(message, np.arange(batch.n_messages), side="right")
    inside: NDArray[np.bool_] = end[message] - np.arange(len(message)) <= lead
    return inside


def _pairs(tag: int, distance: int) -> Block:
    """Make a block of two known words of one field, `distance` content words apart."""

    def pairs(batch: TokenBatch, lead: int) -> Terms:
        left, right = batch.word[:-distance], batch.word[distance:]
        field = batch.field[:-distance]
        kept = (left != UNKNOWN) & (right != UNKNOWN) & (field == batch.field[distance:])
        low = (left[kept] << _WORD_BITS | right[kept]).astype(np.uint64)
        key = low | np.uint64(tag << _TAG_BITS)
        return Terms(field[kept] >> 1, key, batch.rank[:-distance][kept])

    return pairs


def _characters(length: int, lead_tag: int | None = None) -> Block:
    """Make a block of character n-grams of one field, across words; of the lead if tagged."""

    def ngrams(batch: TokenBatch, lead: int) -> Terms:
        n = max(len(batch.character) - length + 1, 0)
        code = batch.character & np.uint64(0xFFFF)
        key = code[:n]
        for offset in range(1, length):
            key = key << np.uint64(_CHARACTER_BITS) | code[offset : offset + n]
        first, last = batch.owner[:n], batch.owner[length - 1 : length - 1 + n]
        field = batch.field[first]
        kept = field == batch.field[last]
        if lead_tag is not None:
            kept &= batch.rank[last] < lead
            key = key | np.uint64(lead_tag << _TAG_BITS)
        return Terms(field[kept] >> 1, key[kept], batch.rank[first[kept]])

    return ngrams


BLOCKS: dict[str, Block] = {
    "words": _words(1, _everywhere),
    "lead words": _words(2, _in_lead),
    "title words": _words(3, _in_title),
    "tail words": _words(4, _in_tail),
    "pairs": _pairs(5, 1),
    "skip pairs": _pairs(6, 2),
    "characters 2": _characters(2),
    "characters 3": _characters(3),
    "characters 4": _characters(4),
    "lead characters 2": _characters(2, lead_tag=7),
    "lead characters 3": _characters(3, lead_tag=8),
}
LEAD_BLOCKS = frozenset(name for name in BLOCKS if name.startswith("lead"))

_WORD_SHAPES = {1: "{}", 2: "{} (lead)", 3: "{} (title)", 4: "{} (end)", 5: "{} {}", 6: "{} … {}"}
_CHARACTER_SHAPES = {7: "{} (lead)", 8: "{} (lead)"}


def _term_parts(key: int, words: Sequence[str]) -> tuple[str, list[str], bool]:
    """Return how a term is shown, its words or characters, and whether they are words."""
    tag = key >> _TAG_BITS
    if tag in _WORD_SHAPES:
        mask = (1 << _WORD_BITS) - 1
        ids = [i for i in ((key >> _WORD_BITS) & mask, key & mask) if i]
        return _WORD_SHAPES[tag], [words[i - 1] for i in ids], True
    shape = _CHARACTER_SHAPES.get(tag, "{}")
    codes = [(key >> shift) & 0xFFFF for shift in (48, 32, 16, 0)]
    return shape, [chr(code) for code in codes if code >= _FIRST_HAN], False


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
    >>> term_text((ord("停") << 16) | ord("水"), [])
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
    >>> term_words((ord("业") << 16) | ord("收"), [], ["小区", "物业", "收费"])
    ['物业', '收费']
    """
    _, parts, are_words = _term_parts(key, words)
    if are_words:
        return parts
    owner = [word for word in message for _ in word]
    position = "".join(message).find("".join(parts))
    covered = owner[position : position + len(parts)]
    return list(dict.fromkeys(covered)) or ["".join(parts)]
