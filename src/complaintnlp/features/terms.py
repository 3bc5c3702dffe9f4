"""The blocks of features: each turns the tokens of a batch into terms.

A term is a 64-bit key. The lower 48 bits hold characters (16 bits each) or word ids (24 bits
each), the upper 16 the block's tag; a character 4-gram needs all 64, and its first character is
above every tag. Word ids begin at 1, so a single word leaves the upper half of its bits empty.

A block takes every place of the batch, also those where there is no term since the vocabulary
lacks a word or a field ends: such a key is in no index, and one lookup for all is cheaper than to
pick the places before. `are_terms` tells them apart where terms are learned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.features.tokens import END, UNKNOWN, TokenBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Marks = NDArray[np.unsignedinteger]

__all__ = ["BLOCKS", "Places", "Terms", "are_terms", "term_text", "term_words"]

_TAG_BITS = 48
_WORD_BITS = 24
_CHARACTER_BITS = 16
_WINDOW_BITS = 64
_WORD_MASK = (1 << _WORD_BITS) - 1
_SINGLE_WORDS = range(1, 5)  # the tags of blocks of words, the pairs' are above
_FIRST_HAN = 0x3000


class Places:
    """The places of a batch where terms begin.

    Parameters
    ----------
    tokens : TokenBatch
    lead : int
        How many content words make the lead.
    mark : ndarray of unsigned int, shape (n_words,)
        What a term that begins at a word takes along: its message, and how much it counts there.
    lead_mark : ndarray of unsigned int, shape (n_words,)
        The same for a term of the lead.
    """

    def __init__(self, tokens: TokenBatch, lead: int, mark: Marks, lead_mark: Marks) -> None:
        self.tokens = tokens
        self.lead = lead
        self.mark = mark
        self.lead_mark = lead_mark
        self.in_lead = tokens.rank < lead
        self.key = tokens.word.view(np.uint64)
        self.character_mark = mark.repeat(tokens.length)


class Terms(NamedTuple):
    """The places of a block: the key at each, and the mark it takes along."""

    key: NDArray[np.uint64]
    mark: Marks


Block = Callable[[Places], Terms]


def _tagged(tag: int) -> np.uint64:
    return np.uint64(tag << _TAG_BITS)


def _words(places: Places) -> Terms:
    """Take all words."""
    return Terms(places.key | _tagged(1), places.mark)


def _lead_words(places: Places) -> Terms:
    """Take the first words of each message."""
    return _chosen_words(2, places, places.in_lead, places.lead_mark)


def _title_words(places: Places) -> Terms:
    """Take the words of the title."""
    return _chosen_words(3, places, _in_title(places.tokens), places.mark)


def _tail_words(places: Places) -> Terms:
    """Take the last words of each message, as many as make the lead."""
    tokens = places.tokens
    left = tokens.end[1::2][tokens.message] - np.arange(len(tokens.word))
    left -= _in_title(tokens)  # the mark between title and body is no word
    return _chosen_words(4, places, left <= places.lead, places.mark)


def _in_title(tokens: TokenBatch) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = np.arange(len(tokens.word)) < tokens.end[::2][tokens.message]
    return inside


def _chosen_words(tag: int, places: Places, chosen: NDArray[np.bool_], mark: Marks) -> Terms:
    at = chosen.nonzero()[0]
    return Terms(places.key.take(at) | _tagged(tag), mark.take(at))


def _pairs(tag: int, distance: int) -> Block:
    """Make a block of two known words of one field, `distance` content words apart."""

    def pairs(places: Places) -> Terms:
        n = max(len(places.key) - distance, 0)
        key = places.key[:n] << np.uint64(_WORD_BITS)
        key |= places.key[distance:]
        key |= _tagged(tag)
        for gap in range(1, distance):  # no pair around the mark of a field's end
            across = places.tokens.end - gap
            key[across[(across >= 0) & (across < n)]] = 0
        return Terms(key, places.mark[:n])

    return pairs


def _characters(n: int) -> Block:
    """Make a block of character n-grams of one field, across words."""
    shift = np.uint64(_WINDOW_BITS - n * _CHARACTER_BITS)

    def ngrams(places: Places) -> Terms:
        return Terms(places.tokens.window >> shift, places.character_mark)

    return ngrams


def _lead_characters(tag: int, n: int) -> Block:
    """Make a block of character n-grams that end in the lead."""
    shift = np.uint64(_WINDOW_BITS - n * _CHARACTER_BITS)

    def ngrams(places: Places) -> Terms:
        tokens = places.tokens
        at = places.in_lead.repeat(tokens.length)[n - 1 :].nonzero()[0]
        key = tokens.window.take(at)
        key >>= shift
        key |= _tagged(tag)
        return Terms(key, places.lead_mark.repeat(tokens.length).take(at))

    return ngrams


BLOCKS: dict[str, Block] = {
    "words": _words,
    "lead words": _lead_words,
    "title words": _title_words,
    "tail words": _tail_words,
    "pairs": _pairs(5, 1),
    "skip pairs": _pairs(6, 2),
    "characters 2": _characters(2),
    "characters 3": _characters(3),
    "characters 4": _characters(4),
    "lead characters 2": _lead_characters(7, 2),
    "lead characters 3": _lead_characters(8, 3),
}


def are_terms(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which keys are terms: whole words and characters, none of them a field's end.

    Examples
    --------
    >>> pair, half, across = 5 << 48 | 1 << 24 | 2, 5 << 48 | 1 << 24, ord("停") << 16 | ord(END)
    >>> are_terms(np.array([pair, half, across], dtype=np.uint64)).tolist()
    [True, False, False]
    """
    tag = keys >> np.uint64(_TAG_BITS)
    low, high = ((keys >> np.uint64(shift)) & np.uint64(_WORD_MASK) for shift in (0, _WORD_BITS))
    whole = (low != UNKNOWN) & ((high != UNKNOWN) | (tag <= max(_SINGLE_WORDS)))
    inside = keys != 0
    for shift in range(0, _WINDOW_BITS, _CHARACTER_BITS):
        inside &= ((keys >> np.uint64(shift)) & np.uint64(0xFFFF)) != ord(END)
    terms: NDArray[np.bool_] = np.where(np.isin(tag, list(_WORD_SHAPES)), whole, inside)
    return terms


_WORD_SHAPES = {1: "{}", 2: "{} (lead)", 3: "{} (title)", 4: "{} (end)", 5: "{} {}", 6: "{} … {}"}
_CHARACTER_SHAPES = {7: "{} (lead)", 8: "{} (lead)"}


def _term_parts(key: int, words: Sequence[str]) -> tuple[str, list[str], bool]:
    """Return how a term is shown, its words or characters, and whether they are words."""
    tag = key >> _TAG_BITS
    if tag in _WORD_SHAPES:
        ids = [i for i in ((key >> _WORD_BITS) & _WORD_MASK, key & _WORD_MASK) if i]
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
