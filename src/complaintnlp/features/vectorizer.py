"""The vectorizer: from messages to rows of a sparse matrix."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.errors import InputError
from complaintnlp.features.index import KeyIndex
from complaintnlp.features.terms import BLOCKS, LEAD_BLOCKS, term_text
from complaintnlp.features.tokens import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from complaintnlp.features.settings import FeatureSettings
    from complaintnlp.text.segment import Segmenter

__all__ = ["Rows", "Vectorizer"]

_FIT_BATCH = 1024
_WEIGHT_BITS = 8
_UNIT = 16  # a term's occurrence far from the beginning weighs so many units
_FAR = 256  # words from the beginning, where the weight has faded to that


class Rows(NamedTuple):
    """A sparse matrix in compressed rows, as `scipy.sparse.csr_matrix` has it.

    Attributes
    ----------
    indptr : ndarray of int32, shape (n_messages + 1,)
    indices : ndarray of int32, shape (n_terms,)
        Columns, ascending within a row.
    data : ndarray of float32, shape (n_terms,)
        Sublinear term frequency times inverse document frequency, each row of length one, or less
        where smoothing is on. Terms
        near the beginning count more: that is where people say what it is about.
    coverage : ndarray of float64, shape (n_messages,)
        The share of a message's terms that the vocabulary knows; 0 where it has no terms.
    """

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    data: NDArray[np.float32]
    coverage: NDArray[np.float64]


class Vectorizer:
    """Turn messages into rows of term weights.

    Parameters
    ----------
    settings : FeatureSettings
    segmenter : Segmenter

    Attributes
    ----------
    words_ : tuple of str
        The vocabulary of words.
    keys_ : ndarray of uint64, shape (n_features,)
        The terms, ascending; a term's position is its column.
    idf_ : ndarray of float32, shape (n_features,)
        Smoothed inverse document frequency.

    References
    ----------
    Salton and Buckley (1988), Term-weighting approaches in automatic text retrieval.
    """

    words_: tuple[str, ...]
    keys_: NDArray[np.uint64]
    idf_: NDArray[np.float32]

    def __init__(self, settings: FeatureSettings, segmenter: Segmenter) -> None:
        self.settings = settings
        self.segmenter = segmenter

    def load(
        self, words: Sequence[str], keys: NDArray[np.uint64], idf: NDArray[np.float32]
    ) -> Vectorizer:
        """Set the fitted attributes and return the vectorizer itself."""
        self.words_ = tuple(words)
        self.keys_ = keys
        self.idf_ = idf
        self._tokenizer = Tokenizer(self.segmenter, self.words_, self.settings.stop_words)
        self._index = KeyIndex(keys)
        self._blocks = [(BLOCKS[name], name in LEAD_BLOCKS) for name in self.settings.blocks]
        gain = self.settings.lead_gain * np.exp(-np.arange(_FAR) / self.settings.lead)
        self._weights = np.rint(_UNIT * (1 + gain)).astype(np.int64)
        self._weights[-1] = _UNIT
        return self

    def fit(self, texts: Sequence[str], titles: Sequence[str | None]) -> Vectorizer:
        """Learn the vocabulary and the inverse document frequencies.

        Parameters
        ----------
        texts : sequence of str, length n_messages
        titles : sequence of str or None, length n_messages

        Returns
        -------
        Vectorizer
            Itself.

        Raises
        ------
        InputError
            If no term occurs in enough messages.
        """
        words = self._frequent_words(texts, titles)
        self.load(words, np.zeros(0, np.uint64), np.zeros(0, np.float32))
        keys, df = self._document_frequencies(texts, titles)
        frequent = np.flatnonzero(df >= self.settings.min_df)
        best = frequent[np.argsort(-df[frequent], kind="stable")[: self.settings.max_features]]
        best.sort()
        if not len(best):
            raise InputError(
                f"no word occurs in {self.settings.min_df} messages or more; "
                "give more messages or a lower min_df"
            )
        idf = np.log((1 + len(texts)) / (1 + df[best])) + 1
        return self.load(words, keys[best], idf.astype(np.float32))

    def transform(self, texts: Sequence[str], titles: Sequence[str | None]) -> Rows:
        """Return one row a message.

        Parameters
        ----------
        texts : sequence of str, length n_messages
        titles : sequence of str or None, length n_messages

        Returns
        -------
        Rows
        """
        message, key, weight = self._terms(texts, titles)
        column = self._index.find(key)
        known = np.flatnonzero(column >= 0)
        coverage = _shares(message, known, len(texts))
        # One sort of packed integers brings together the occurrences of a term in a message.
        packed = (message[known] << 32 | column[known]) << _WEIGHT_BITS | weight[known]
        packed.sort()
        cell = packed >> _WEIGHT_BITS
        first = np.flatnonzero(np.diff(cell, prepend=-1))
        units = np.add.reduceat(packed & ((1 << _WEIGHT_BITS) - 1), first) if len(first) else first
        cell = cell[first]
        column = cell.astype(np.int32)  # the lower half
        indptr = np.searchsorted(cell, np.arange(len(texts) + 1, dtype=np.int64) << 32)
        data = np.log1p(units.astype(np.float32) / _UNIT) * self.idf_[column]
        data = _scale_rows(data, indptr, self.settings.smoothing)
        return Rows(indptr.astype(np.int32), column, data, coverage)

    def term(self, column: int) -> str:
        """Return the term of a column as a person reads it."""
        return term_text(int(self.keys_[column]), self.words_)

    def content_words(self, text: str, title: str | None) -> list[str]:
        """Return the content words of one message in order, title first."""
        return self._tokenizer.content_words(text, title)

    def _terms(
        self, texts: Sequence[str], titles: Sequence[str | None]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]]:
        """Return the message, key and weight of every occurrence of a term."""
        tokens = self._tokenizer(texts, titles)
        parts = []
        for block, is_lead in self._blocks:
            message, key, rank = block(tokens, self.settings.lead)
            weight = self._weights[np.minimum(rank, _FAR - 1)]
            parts.append((message, key, np.full_like(weight, _UNIT) if is_lead else weight))
        messages, keys, weights = zip(*parts, strict=True)
        return np.concatenate(messages), np.concatenate(keys), np.concatenate(weights)

    def _frequent_words(self, texts: Sequence[str], titles: Sequence[str | None]) -> list[str]:
        tokenizer = Tokenizer(self.segmenter, (), self.settings.stop_words)
        df: Counter[str] = Counter()
        for text, title in zip(texts, titles, strict=True):
            df.update(set(tokenizer.content_words(text, title)))
        return sorted(word for word, count in df.items() if count >= self.settings.min_df)

    def _document_frequencies(
        self, texts: Sequence[str], titles: Sequence[str | None]
    ) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        parts = list(self._count_parts(texts, titles))
        keys, inverse = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
        df = np.bincount(inverse, weights=np.concatenate([part[1] for part in parts]))
        return keys, df.astype(np.int64)

    def _count_parts(
        self, texts: Sequence[str], titles: Sequence[str | None]
    ) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
        for start in range(0, len(texts), _FIT_BATCH):
            part = slice(start, start + _FIT_BATCH)
            message, key, _ = self._terms(texts[part], titles[part])
            order = np.lexsort((message, key))
            key, message = key[order], message[order]
            new = np.ones(len(key), dtype=bool)
            new[1:] = (key[1:] != key[:-1]) | (message[1:] != message[:-1])
            keys, counts = np.unique(key[new], return_counts=True)
            yield keys, counts


def _shares(
    message: NDArray[np.int64], known: NDArray[np.intp], n_messages: int
) -> NDArray[np.float64]:
    """Return the share of known terms of each message."""
    terms = np.bincount(message, minlength=n_messages)
    return np.bincount(message[known], minlength=n_messages) / np.maximum(terms, 1)


def _scale_rows(
    data: NDArray[np.float32], indptr: NDArray[np.int64], smoothing: float
) -> NDArray[np.float32]:
    """Divide each row by its Euclidean length, smoothed; an empty row stays empty."""
    if not len(data):
        return data
    sizes = np.diff(indptr)
    filled = np.flatnonzero(sizes)
    squares = np.add.reduceat(data * data, indptr[filled]) + np.float32(smoothing)
    scaled: NDArray[np.float32] = data / np.repeat(np.sqrt(squares), sizes[filled])
    return scaled
