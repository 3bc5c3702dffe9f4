"""A batch of messages as arrays: the words' ids, the characters, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from complaintnlp.features.index import KeyIndex
from complaintnlp.text.characters import SEPARATOR, SPACE, decode, encode, han_table
from complaintnlp.text.normalize import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from complaintnlp.text.segment import Segmenter

__all__ = ["UNKNOWN", "TokenBatch", "Tokenizer"]

UNKNOWN = 0
_END = "\n"
_PACKED = 4  # characters of 16 bits that a word's key holds as they are
_PRIME = np.uint64(0x100000001B3)


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """The content words of a batch of messages, in order.

    Attributes
    ----------
    n_messages : int
    word : ndarray of int64, shape (n_words,)
        The id of each content word, from 1; `UNKNOWN` where the vocabulary lacks it.
    field : ndarray of int64, shape (n_words,)
        Twice the message's number, plus one in the body.
    rank : ndarray of int64, shape (n_words,)
        How many content words of the message come before, title first.
    character : ndarray of uint64, shape (n_characters,)
        The characters of the content words.
    owner : ndarray of int64, shape (n_characters,)
        The position in `word` of the word that each character is of.
    """

    n_messages: int
    word: NDArray[np.int64]
    field: NDArray[np.int64]
    rank: NDArray[np.int64]
    character: NDArray[np.uint64]
    owner: NDArray[np.int64]


@cache
def _segmenter_table() -> NDArray[np.uint32]:
    """Han characters as they are, the end of a field as a line end, all else a space."""
    table = han_table().copy()
    table[ord(SEPARATOR)] = ord(_END)
    table.flags.writeable = False
    return table


def _word_keys(codes: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a key for each of the consecutive words that the characters are cut into.

    Looking up keys takes a third of the time of looking up strings in a dict, since a fresh string
    must be hashed first. Up to four characters are the key; more are folded into it.
    """
    code = np.zeros(len(codes) + _PACKED, dtype=np.uint64)
    code[: len(codes)] = np.where(codes <= 0xFFFF, codes, 0)
    start = np.cumsum(lengths) - lengths
    keys = code[start] << np.uint64(48)
    for place in range(1, _PACKED):
        inside = code[start + place] << np.uint64(48 - 16 * place)
        keys |= np.where(lengths > place, inside, np.uint64(0))
    place, longer = _PACKED, np.flatnonzero(lengths > _PACKED)
    while len(longer):
        keys[longer] = (keys[longer] ^ code[start[longer] + place]) * _PRIME
        place += 1
        longer = longer[lengths[longer] > place]
    return keys


def _lengths(tokens: Sequence[str]) -> NDArray[np.int64]:
    return np.fromiter(map(len, tokens), np.int64, len(tokens))


class Tokenizer:
    """Turn messages into the ids of their words.

    Parameters
    ----------
    segmenter : Segmenter
    words : sequence of str
        The vocabulary; the first word's id is 1.
    stop_words : sequence of str
        Words that are no content.
    """

    def __init__(
        self, segmenter: Segmenter, words: Sequence[str], stop_words: Sequence[str]
    ) -> None:
        self.segmenter = segmenter
        stops = [_END, " ", *stop_words]
        self._n_stops = len(stops)
        known = [*stops, *words]
        self._index = KeyIndex(_word_keys(encode("".join(known)), _lengths(known)))

    def __call__(self, texts: Sequence[str], titles: Sequence[str | None]) -> TokenBatch:
        """Tokenize a batch.

        Parameters
        ----------
        texts : sequence of str, length n_messages
        titles : sequence of str or None, length n_messages

        Returns
        -------
        TokenBatch
        """
        tokens, han = self._cut(texts, titles)
        lengths = _lengths(tokens)
        found = self._index.find(_word_keys(han, lengths))
        content = (found < 0) | (found >= self._n_stops)
        is_end = found == 0
        field = (np.cumsum(is_end) - is_end)[content]
        start = np.searchsorted(field, np.arange(0, 2 * len(texts), 2))
        return TokenBatch(
            n_messages=len(texts),
            word=np.maximum(found[content].astype(np.int64) - self._n_stops + 1, UNKNOWN),
            field=field,
            rank=np.arange(len(field)) - start[field >> 1],
            character=han[np.repeat(content, lengths)].astype(np.uint64),
            owner=np.repeat(np.arange(len(field)), lengths[content]),
        )

    def content_words(self, text: str, title: str | None) -> list[str]:
        """Return the content words of one message in order, title first."""
        tokens, han = self._cut([text], [title])
        found = self._index.find(_word_keys(han, _lengths(tokens)))
        content = (found < 0) | (found >= self._n_stops)
        return [tokens[i] for i in np.flatnonzero(content).tolist()]

    def _cut(
        self, texts: Sequence[str], titles: Sequence[str | None]
    ) -> tuple[Sequence[str], NDArray[np.uint32]]:
        """Return the tokens of all fields, titles and bodies in turn, and their characters."""
        fields = [part or "" for pair in zip(titles, texts, strict=True) for part in pair]
        han = _segmenter_table()[join(fields)]
        is_space = han == SPACE
        is_space[1:] &= is_space[:-1]
        is_space[:1] = False
        han = han[~is_space]
        return self.segmenter.cut(decode(han)), han
