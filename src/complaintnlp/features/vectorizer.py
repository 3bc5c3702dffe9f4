"""The vectorizer: from messages to rows of a sparse matrix."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.errors import InputError
from complaintnlp.features.index import KeyIndex
from complaintnlp.features.keys import are_terms, term_text, word_terms
from complaintnlp.features.terms import BLOCKS, Places
from complaintnlp.features.tokens import END, TokenBatch, Tokenizer
from complaintnlp.text.normalize import han_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from complaintnlp.features.settings import FeatureSettings
    from complaintnlp.features.terms import Marks
    from complaintnlp.text.segment import Segmenter

__all__ = ["Rows", "Vectorizer"]

_FIT_BATCH = 1024
_UNIT = 16  # a term's occurrence far from the beginning weighs so many units
_FAR = 256  # words from the beginning, where the weight has faded to that
_FIRST = np.zeros(1, dtype=np.int64)
_SATURATED = 256 * _UNIT  # a term that is said more often than that counts no more


class Rows(NamedTuple):
    """A sparse matrix in compressed rows, as `scipy.sparse.csr_matrix` has it.

    Attributes
    ----------
    indptr : ndarray of int32, shape (n_messages + 1,)
    indices : ndarray of int32, shape (n_terms,)
        Columns, ascending within a row.
    data : ndarray of float32, shape (n_terms,)
        Sublinear term frequency times inverse document frequency, each row of length one, or less
        where smoothing is on. Terms near the beginning count more: that is where people say what
        it is about.
    coverage : ndarray of float64, shape (n_messages,)
        The share of a message's content words that the vocabulary knows; 0 where it has none.
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
        The terms, the most frequent first; a term's position is its column.
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
        self._blocks = [BLOCKS[name] for name in self.settings.blocks]
        gain = self.settings.lead_gain * np.exp(-np.arange(_FAR) / self.settings.lead)
        weights = np.rint(_UNIT * (1 + gain))
        weights[-1] = _UNIT
        self._weights: dict[type, Marks] = {
            dtype: weights.astype(dtype) for dtype in (np.uint32, np.uint64)
        }
        self._frequency = np.log1p(np.arange(_SATURATED, dtype=np.float32) / _UNIT)
        self._smoothing = np.float32(self.settings.smoothing)
        self._weight_bits = int(weights.max()).bit_length()
        self._weight_mask = (1 << self._weight_bits) - 1
        self._column_mask = (1 << len(keys).bit_length()) - 1
        self._message_shift = self._weight_bits + len(keys).bit_length()
        return self

    def fit(
        self, texts: Sequence[str], titles: Sequence[str | None], known: Iterable[str] = ()
    ) -> Vectorizer:
        """Learn the vocabulary and the inverse document frequencies.

        Parameters
        ----------
        texts : sequence of str, length n_messages
        titles : sequence of str or None, length n_messages
        known : iterable of str, optional
            Words to take into the vocabulary however rare they are.

        Returns
        -------
        Vectorizer
            Itself.

        Raises
        ------
        InputError
            If no term occurs in enough messages.
        """
        known = set(self._possible(known))
        words = sorted(self._frequent_words(texts, titles) | known)
        self.load(words, np.zeros(0, np.uint64), np.zeros(0, np.float32))
        keys, df = self._document_frequencies(texts, titles)
        if not np.any(df >= self.settings.min_df):
            raise InputError(
                f"no word occurs in {self.settings.min_df} messages or more; "
                "give more messages or a lower min_df"
            )
        ids = np.flatnonzero([word in known for word in words]) + 1
        keys, df = self._chosen(keys, df, word_terms(ids))
        idf = np.log((1 + len(texts)) / (1 + df)) + 1
        return self.load(words, keys, idf.astype(np.float32))

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
        tokens = self._tokenizer(texts, titles)
        key, mark = self._terms(tokens)
        places, column = self._index.known(key)
        # One sort of packed integers brings together the occurrences of a term in a message.
        packed: Marks = mark.take(places)
        shifted = column.astype(packed.dtype)
        shifted <<= self._weight_bits
        packed |= shifted
        packed.sort()
        cell: Marks = np.right_shift(packed, self._weight_bits)
        is_first = np.ones(len(cell), dtype=bool)
        np.not_equal(cell[1:], cell[:-1], out=is_first[1:])
        first = is_first.nonzero()[0]
        packed &= self._weight_mask
        units = np.add.reduceat(packed, first, dtype=packed.dtype)
        indptr, column = self._columns(cell.take(first), len(texts))
        data = self._frequency.take(units, mode="clip")
        data *= self.idf_.take(column)
        _scale_rows(data, indptr, self._smoothing)
        return Rows(indptr, column, data, tokens.coverage())

    def term(self, column: int) -> str:
        """Return the term of a column as a person reads it."""
        return term_text(int(self.keys_[column]), self.words_)

    def content_words(self, text: str, title: str | None) -> list[str]:
        """Return the content words of one message in order, title first."""
        return self._tokenizer.content_words(text, title)

    def _terms(self, tokens: TokenBatch) -> tuple[NDArray[np.uint64], Marks]:
        """Return the keys at all places of a batch, and message and weight of each.

        Message and weight are packed so that the column fits between them: in 32 bits where
        these suffice, which halves the time of the sort.
        """
        n_messages = len(tokens.end) // 2
        narrow = self._message_shift + (n_messages - 1).bit_length() <= 32
        dtype = np.uint32 if narrow else np.uint64
        mark: Marks = self._weights[dtype].take(tokens.rank, mode="clip")
        if n_messages == 1:
            lead_mark: Marks = np.full(len(mark), _UNIT, dtype=dtype)
        else:
            lead_mark = tokens.message.astype(dtype)
            lead_mark <<= self._message_shift
            mark |= lead_mark
            lead_mark |= _UNIT
        places = Places(tokens, self.settings.lead, mark, lead_mark)
        keys, marks = zip(*[block(places) for block in self._blocks], strict=True)
        return np.concatenate(keys), np.concatenate(marks)

    def _columns(self, cell: Marks, n_messages: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return where each message's terms begin, and the column of each term."""
        if n_messages == 1:
            return np.array([0, len(cell)], dtype=np.int32), cell.astype(np.int32)
        bounds = np.arange(n_messages + 1, dtype=cell.dtype)
        bounds <<= self._message_shift - self._weight_bits
        indptr = cell.searchsorted(bounds).astype(np.int32)
        cell &= self._column_mask
        return indptr, cell.astype(np.int32)

    def _possible(self, words: Iterable[str]) -> Iterator[str]:
        """Yield the words that a message can have among its content words."""
        others = {"", *self.settings.stop_words}
        for word in words:
            if word not in others and " " not in word and han_text([word]) == word + END:
                yield word

    def _chosen(
        self, keys: NDArray[np.uint64], df: NDArray[np.int64], known: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return the terms to keep and their frequencies: the known ones and the most frequent.

        The most frequent come first: what a message needs of the arrays then lies close together.
        """
        if "words" not in self.settings.blocks:
            known = known[:0]
        unmet = np.setdiff1d(known, keys)
        keys, df = np.concatenate([keys, unmet]), np.append(df, np.zeros(len(unmet), df.dtype))
        order = np.argsort(-df, kind="stable")
        keys, df = keys[order], df[order]
        asked = np.isin(keys, known)
        room = max(self.settings.max_features - len(known), 0)
        kept = asked.copy()
        kept[np.flatnonzero((df >= self.settings.min_df) & ~asked)[:room]] = True
        return keys[kept], df[kept]

    def _frequent_words(self, texts: Sequence[str], titles: Sequence[str | None]) -> set[str]:
        tokenizer = Tokenizer(self.segmenter, (), self.settings.stop_words)
        df: Counter[str] = Counter()
        for text, title in zip(texts, titles, strict=True):
            df.update(set(tokenizer.content_words(text, title)))
        return {word for word, count in df.items() if count >= self.settings.min_df}

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
            key, mark = self._terms(self._tokenizer(texts[part], titles[part]))
            terms = are_terms(key)
            key, message = key[terms], mark[terms] >> self._message_shift
            order = np.lexsort((message, key))
            key, message = key[order], message[order]
            new = np.ones(len(key), dtype=bool)
            new[1:] = (key[1:] != key[:-1]) | (message[1:] != message[:-1])
            keys, counts = np.unique(key[new], return_counts=True)
            yield keys, counts


def _scale_rows(
    data: NDArray[np.float32], indptr: NDArray[np.int32], smoothing: np.float32
) -> None:
    """Divide each row by its Euclidean length, smoothed; an empty row stays empty."""
    if not len(data):
        return
    if len(indptr) == 2:
        lengths = np.add.reduceat(data * data, _FIRST)
    else:
        sizes = indptr[1:] - indptr[:-1]
        filled = sizes.nonzero()[0]
        lengths = np.add.reduceat(data * data, indptr.take(filled))
    lengths += smoothing
    np.sqrt(lengths, out=lengths)
    data /= lengths if len(indptr) == 2 else lengths.repeat(sizes.take(filled))
