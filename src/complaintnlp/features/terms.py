"""The blocks of features: each turns the tokens of a batch into terms.

A term is a 64-bit key. The lower 48 bits hold characters (16 bits each, the first one lowest) or
word ids (24 bits each), the upper 16 the block's tag; a character 4-gram needs all 64, and its last
character is above every tag. Word ids begin at 1, so a single word leaves the upper half of its
bits empty.

A block takes every place of the batch, also those where there is no term since the vocabulary
lacks a word or a field ends: such a key is in no index, and one lookup for all is cheaper than to
pick the places before. `are_terms` tells them apart where terms are learned.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.features.tokens import END, UNKNOWN, TokenBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Marks = NDArray[np.unsignedinteger]
    At = slice | NDArray[np.intp]

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
        self.key = tokens.word.view(np.uint64)
        self.character_mark = mark.repeat(tokens.length)
        # A single message's lead is one stretch, and cutting that out costs next to nothing.
        alone = len(tokens.end) == 2
        self.lead_words: At = (
            slice(lead + int(tokens.end[0] < lead)) if alone else (tokens.rank < lead).nonzero()[0]
        )

    def lead_characters(self, n: int) -> tuple[At, Marks]:
        """Return where the n-grams begin that end in the lead, and their marks."""
        length = self.tokens.length
        if isinstance(self.lead_words, slice):
            n_places = max(int(length[self.lead_words].sum()) - n + 1, 0)
            return slice(n_places), self.lead_mark[:1].repeat(n_places)
        in_lead = self.tokens.rank < self.lead
        at = in_lead.repeat(length)[n - 1 :].nonzero()[0]
        return at, self.lead_mark.repeat(length).take(at)


class Terms(NamedTuple):
    """The places of a block: the key at each, and the mark it takes along."""

    key: NDArray[np.uint64]
    mark: Marks


Block = Callable[[Places], Terms]


@cache
def _tagged(tag: int) -> np.uint64:
    return np.uint64(tag << _TAG_BITS)


def _mask(n: int) -> np.uint64:
    """Return what keeps the first `n` characters of a window."""
    return np.uint64((1 << n * _CHARACTER_BITS) - 1)


def _words(places: Places) -> Terms:
    """Take all words."""
    return Terms(places.key | _tagged(1), places.mark)


def _lead_words(places: Places) -> Terms:
    """Take the first words of each message."""
    return _words_at(2, places, places.lead_words, places.lead_mark)


def _title_words(places: Places) -> Terms:
    """Take the words of the title."""
    return _words_at(3, places, _in_title(places.tokens).nonzero()[0], places.mark)


def _tail_words(places: Places) -> Terms:
    """Take the last words of each message, as many as make the lead."""
    tokens = places.tokens
    left = tokens.end[1::2][tokens.message] - np.arange(len(tokens.word))
    left -= _in_title(tokens)  # the mark between title and body is no word
    return _words_at(4, places, (left <= places.lead).nonzero()[0], places.mark)


def _in_title(tokens: TokenBatch) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = np.arange(len(tokens.word)) < tokens.end[::2][tokens.message]
    return inside


def _words_at(tag: int, places: Places, at: At, mark: Marks) -> Terms:
    return Terms(places.key[at] | _tagged(tag), mark[at])


def _pairs(tag: int, distance: int) -> Block:
    """Make a block of two known words of one field, `distance` content words apart."""
    shift = np.uint64(_WORD_BITS)

    def pairs(places: Places) -> Terms:
        n = max(len(places.key) - distance, 0)
        key = places.key[:n] << shift
        key |= places.key[distance:]
        key |= _tagged(tag)
        for gap in range(1, distance):  # no pair around the mark of a field's end
            across = places.tokens.end - gap
            key[across[(across >= 0) & (across < n)]] = 0
        return Terms(key, places.mark[:n])

    return pairs


def _characters(n: int) -> Block:
    """Make a block of character n-grams of one field, across words."""
    mask = _mask(n)

    def ngrams(places: Places) -> Terms:
        return Terms(places.tokens.window & mask, places.character_mark)

    return ngrams


def _lead_characters(tag: int, n: int) -> Block:
    """Make a block of character n-grams that end in the lead."""
    mask = _mask(n)

    def ngrams(places: Places) -> Terms:
        at, marks = places.lead_characters(n)
        key = places.tokens.window[at] & mask
        key |= _tagged(tag)
        return Terms(key, marks)

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
    >>> pair, half, across = 5 << 48 | 1 << 24 | 2, 5 << 48 | 1 << 24, ord(END) << 16 | ord("停")
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
    codes = [(key >> shift) & 0xFFFF for shift in (0, 16, 32, 48)]
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
    run = "".join(parts)
    position = "".join(message).find(run)
    if not run or position < 0:
        return [run]
    owner = [word for word in message for _ in word]
    return list(dict.fromkeys(owner[position : position + len(run)]))
