"""The blocks of features: each turns the tokens of a batch into terms.

A block takes every place of the batch, also those where there is no term since the vocabulary
lacks a word or a field ends: such a key is in no index, and one lookup for all is cheaper than to
pick the places before. `are_terms` tells them apart where terms are learned.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.features.edges import edges
from complaintnlp.features.keys import CHARACTER_BITS, TAG_BITS, WORD_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from complaintnlp.features.tokens import TokenBatch

    Marks = NDArray[np.unsignedinteger]
    At = slice | NDArray[np.intp]

__all__ = ["BLOCKS", "Places", "Terms"]

_EDGE_TAGS = np.array([9 << TAG_BITS, 10 << TAG_BITS], dtype=np.uint64)  # of titles, of bodies


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
        The same for a term of the lead or of an edge, which counts alike wherever it stands.
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


class Terms(NamedTuple):
    """The places of a block: the key at each, and the mark it takes along."""

    key: NDArray[np.uint64]
    mark: Marks


Block = Callable[[Places], Terms]


@cache
def _tagged(tag: int) -> np.uint64:
    return np.uint64(tag << TAG_BITS)


def _mask(n: int) -> np.uint64:
    """Return what keeps the first `n` characters of a window."""
    return np.uint64((1 << n * CHARACTER_BITS) - 1)


_EDGE_MASKS = np.array([[_mask(1)], [_mask(2)]])


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
    shift = np.uint64(WORD_BITS)

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


def _edge_characters(places: Places) -> Terms:
    """Take single characters and pairs of them at the edges, function words too."""
    edge = edges(places.tokens.han)
    keys = edge.window & _EDGE_MASKS  # a row of single characters and one of pairs
    tags = _EDGE_TAGS if len(edge.size) == 2 else np.tile(_EDGE_TAGS, len(edge.size) // 2)
    keys |= tags.repeat(edge.size)
    mark = places.lead_mark.take(places.tokens.end).repeat(edge.size)
    return Terms(keys.ravel(), np.concatenate([mark, mark]))


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
    "edge characters": _edge_characters,
}
