"""A batch of messages as arrays: the words' ids, the characters, and whose they are."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.features.index import KeyIndex
from complaintnlp.text.characters import END, encode_basic
from complaintnlp.text.normalize import han_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from complaintnlp.text.segment import Segmenter

__all__ = ["END", "UNKNOWN", "TokenBatch", "Tokenizer", "windows"]

UNKNOWN = 0
_WINDOW = 4  # characters of 16 bits that fill a key
_CHARACTER = np.dtype("<u2")
_FOUR_CHARACTERS = np.dtype("<u8")
_PRIME = np.uint64(0x100000001B3)
_BMP = 1 << 16
_LEADING = np.array([(1 << 16 * n) - 1 for n in range(_WINDOW + 1)], dtype=np.uint64)
"""What keeps the first so many characters of a window."""


class TokenBatch(NamedTuple):
    """The content words of a batch of messages, in order, with a mark after each field.

    Every message has two fields, title and body. The mark that ends a field stands like a word
    that no vocabulary has, of one character, `END`, which no term has: so no pair and no n-gram
    can reach across it, and no step needs to look for one that does.

    Attributes
    ----------
    word : ndarray of int64, shape (n_words,)
        The id of each content word, from 1; `UNKNOWN` where the vocabulary lacks it.
    message : ndarray of int64, shape (n_words,)
        The number of the message that each word is in.
    rank : ndarray of int64, shape (n_words,)
        How many content words of the message come before, title first.
    length : ndarray of int64, shape (n_words,)
        The number of characters of each word.
    end : ndarray of int64, shape (2 * n_messages,)
        Where in `word` the marks are.
    window : ndarray of uint64, shape (n_characters,)
        Each character of the words and the three after it, 16 bits each, the first one lowest.
    han : ndarray of uint16, shape (n_characters_in_all,)
        The characters of all words, those that are no content too, with `END` after each field.
    """

    word: NDArray[np.int64]
    message: NDArray[np.int64]
    rank: NDArray[np.int64]
    length: NDArray[np.int64]
    end: NDArray[np.int64]
    window: NDArray[np.uint64]
    han: NDArray[np.uint16]

    def coverage(self) -> NDArray[np.float64]:
        """Return the share of known words of each message; 0 where it has no words."""
        if len(self.end) == 2:
            n_words = len(self.word) - 2  # the two marks
            return np.array([np.count_nonzero(self.word) / max(n_words, 1)])
        if not len(self.end):
            return np.zeros(0)
        begin = np.zeros(len(self.end) // 2, dtype=np.int64)
        np.add(self.end[1:-1:2], 1, out=begin[1:])
        n_known = np.add.reduceat(self.word != UNKNOWN, begin, dtype=np.int64)
        sizes = self.end[1::2] - begin
        sizes -= 1  # the mark of the title's end
        share: NDArray[np.float64] = n_known / np.maximum(sizes, 1)
        return share


def windows(codes: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return each character with the three after it as one integer, zeros behind the last.

    Examples
    --------
    >>> [hex(window) for window in windows(np.array([0x505C, 0x6C34], dtype=np.uint16)).tolist()]
    ['0x6c34505c', '0x6c34']
    """
    padded = np.zeros(len(codes) + _WINDOW - 1, dtype=_CHARACTER)
    padded[: len(codes)] = codes
    # The same bytes, read eight at a time from every second one.
    return np.ndarray(len(codes), _FOUR_CHARACTERS, padded, 0, (2,)).astype(np.uint64)


def _word_keys(codes: NDArray[np.uint16], length: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a key for each of the consecutive words that the characters are cut into.

    Looking up keys takes a third of the time of looking up strings in a dict, since a fresh string
    must be hashed first. Up to four characters are the key; more are folded into it.
    """
    start = length.cumsum()
    start -= length
    window = windows(codes)
    keys = window.take(start)
    keys &= _LEADING.take(length, mode="clip")
    place, longer = _WINDOW, (length > _WINDOW).nonzero()[0]
    while len(longer):
        more = window.take(start.take(longer) + place)
        more &= _LEADING.take(length.take(longer) - place, mode="clip")
        # Multiplied first: else two words that differ by the order of two parts could meet.
        keys[longer] = keys.take(longer) * _PRIME ^ more
        place += _WINDOW
        longer = longer[length.take(longer) > place]
    return keys


def _is_basic(word: str) -> bool:
    return all(ord(character) < _BMP for character in word)


def _positions(end: NDArray[np.int64], n_words: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each word's message, and how many words of it come before.

    A body's words are ranked behind the title's, not behind the mark of its end.

    Parameters
    ----------
    end : ndarray of int64, shape (2 * n_messages,)
        Where the marks are.
    n_words : int
        With the marks.

    Examples
    --------
    >>> message, rank = _positions(np.array([1, 3, 4, 6]), 7)
    >>> message.tolist(), rank.tolist()
    ([0, 0, 0, 0, 1, 1, 1], [0, 1, 1, 2, 0, 0, 1])
    """
    rank = np.arange(n_words)
    if len(end) == 2:
        rank[end[0] + 1 :] -= 1
        return np.zeros(n_words, dtype=np.int64), rank
    begin = np.zeros(len(end), dtype=np.int64)
    np.add(end[:-1], 1, out=begin[1:])
    size = end - begin
    size += 1
    begin[1::2] = begin[::2] + 1
    rank -= begin.repeat(size)
    return (np.arange(len(end)) >> 1).repeat(size), rank


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
        # Each key must be there once, and no token is empty or holds a character that is folded.
        stops = [" ", *sorted({word for word in stop_words if word.strip() and _is_basic(word)})]
        self._end = len(stops)
        known = [*stops, END, *words]
        codes = encode_basic("".join(known))
        self._index = KeyIndex(_word_keys(codes, _lengths(known)))
        # By where the index has a word; last, where -1 points to, for words that it has not.
        self._ids = np.arange(-self._end, len(words) + 2)
        self._ids[-1] = UNKNOWN

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
        length = _lengths(tokens)
        found, content = self._find(han, length)
        kept = content.nonzero()[0]
        found = found.take(kept)
        end = (found == self._end).nonzero()[0]
        message, rank = _positions(end, len(kept))
        return TokenBatch(
            word=self._ids.take(found),
            message=message,
            rank=rank,
            length=length.take(kept),
            end=end,
            window=windows(han[content.repeat(length)]),
            han=han,
        )

    def content_words(self, text: str, title: str | None) -> list[str]:
        """Return the content words of one message in order, title first."""
        tokens, han = self._cut([text], [title])
        found, content = self._find(han, _lengths(tokens))
        content[found == self._end] = False
        return [tokens[i] for i in content.nonzero()[0].tolist()]

    def _find(
        self, han: NDArray[np.uint16], length: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Return where in the index each token is, and whether it is a word or a field's end."""
        found = self._index.find(_word_keys(han, length))
        # Seen as unsigned, the -1 of an unknown word is above all stop words.
        content: NDArray[np.bool_] = found.view(np.uint32) >= self._end
        return found, content

    def _cut(
        self, texts: Sequence[str], titles: Sequence[str | None]
    ) -> tuple[Sequence[str], NDArray[np.uint16]]:
        """Return the tokens of all fields, titles and bodies in turn, and their characters."""
        fields = chain.from_iterable(zip(titles, texts, strict=True))
        han = han_text(field or "" for field in fields)
        return self.segmenter.cut(han), encode_basic(han)
