"""A batch of messages as arrays: the words' ids, the characters, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from complaintnlp.features.index import KeyIndex
from complaintnlp.text.characters import HAN, SEPARATOR, SPACE, encode
from complaintnlp.text.normalize import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from complaintnlp.text.segment import Segmenter

__all__ = ["END", "UNKNOWN", "TokenBatch", "Tokenizer", "windows"]

UNKNOWN = 0
END = "\n"
_WINDOW = 4  # characters of 16 bits that fill a key
_PRIME = np.uint64(0x100000001B3)
_BMP = 1 << 16
_LEADING = np.array([(1 << 64) - (1 << 64 - 16 * n) for n in range(_WINDOW + 1)], dtype=np.uint64)
"""What keeps the first so many characters of a window."""


@dataclass(frozen=True, slots=True)
class TokenBatch:
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
        Each character of the words and the three after it, 16 bits each, the first one highest.
    """

    word: NDArray[np.int64]
    message: NDArray[np.int64]
    rank: NDArray[np.int64]
    length: NDArray[np.int64]
    end: NDArray[np.int64]
    window: NDArray[np.uint64]

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


@cache
def _segmenter_table() -> NDArray[np.uint16]:
    """Han characters as they are, the end of a field as a line end, all else a space.

    Characters outside the basic plane are clipped to its last place, which is a space: the few in
    use are in names, and the table is small enough to stay in a core's cache.
    """
    table = np.full(_BMP, SPACE, dtype=np.uint16)
    for first, last in HAN:
        if last < _BMP:
            table[first : last + 1] = np.arange(first, last + 1)
    table[ord(SEPARATOR)] = ord(END)
    table.flags.writeable = False
    return table


def windows(codes: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return each character with the three after it as one integer, zeros behind the last.

    Examples
    --------
    >>> [hex(window) for window in windows(np.array([0x505C, 0x6C34], dtype=np.uint16)).tolist()]
    ['0x505c6c3400000000', '0x6c34000000000000']
    """
    padded = np.zeros(len(codes) + _WINDOW - 1, dtype=">u2")
    padded[: len(codes)] = codes
    # The same bytes, read eight at a time from every second one.
    return np.ndarray(len(codes), ">u8", padded, 0, (2,)).astype(np.uint64)


def _word_keys(codes: NDArray[np.uint16], length: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a key for each of the consecutive words that the characters are cut into.

    Looking up keys takes a third of the time of looking up strings in a dict, since a fresh string
    must be hashed first. Up to four characters are the key; more are folded into it.
    """
    start = length.cumsum()
    start -= length
    keys = windows(codes).take(start)
    keys &= _LEADING.take(length, mode="clip")
    place, longer = _WINDOW, (length > _WINDOW).nonzero()[0]
    while len(longer):
        # Multiplied first: else two words that differ by the order of two characters could meet.
        keys[longer] = keys[longer] * _PRIME ^ codes[start[longer] + place]
        place += 1
        longer = longer[length[longer] > place]
    return keys


def _is_basic(word: str) -> bool:
    return all(ord(character) < _BMP for character in word)


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
        codes = encode("".join(known)).astype(np.uint16)
        self._index = KeyIndex(_word_keys(codes, _lengths(known)))

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
        n_fields = 2 * len(texts)
        tokens, han = self._cut(texts, titles)
        length = _lengths(tokens)
        found, content = self._find(han, length)
        kept = content.nonzero()[0]
        word = found.take(kept).astype(np.int64)
        word -= self._end
        end = (word == 0).nonzero()[0]
        np.maximum(word, UNKNOWN, out=word)
        begin = np.zeros(n_fields, dtype=np.int64)
        np.add(end[:-1], 1, out=begin[1:])
        size = end - begin
        size += 1
        rank = np.arange(len(word))
        begin[1::2] = begin[::2] + 1  # a body's words are ranked behind the title's, not its mark
        rank -= begin.repeat(size)
        return TokenBatch(
            word=word,
            message=(np.arange(n_fields) >> 1).repeat(size),
            rank=rank,
            length=length.take(kept),
            end=end,
            window=windows(han[content.repeat(length)]),
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
        han = _segmenter_table().take(join(field or "" for field in fields), mode="clip")
        inked = han != SPACE
        inked[1:] |= inked[:-1]  # of a run of spaces, the first
        inked[:1] = True
        han = han[inked]
        return self.segmenter.cut(han.astype("<u2").tobytes().decode("utf-16-le")), han
