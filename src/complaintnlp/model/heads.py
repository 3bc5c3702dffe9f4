"""The linear heads: one sparse-dense product gives the logits of all targets.

The product is ours and not scipy's: it reads the small weights where they are mapped, so that no
process holds a copy four times as large, and a cold start need not import scipy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from complaintnlp.features.vectorizer import Rows

__all__ = ["LinearHeads"]

_CHUNK = 64  # terms that are summed by one call of BLAS; too few for it to start threads
_FIRST = np.zeros(1, dtype=np.int64)
_GATHERED = 2048  # terms whose weights are held at once, as many as a core's cache takes


@dataclass(eq=False)
class LinearHeads:
    """Quantised weights of all heads.

    A weight is ``row_scale[i] * weights[i, j] * column_scale[j]``: eight bits a weight keep the
    model small, and the two scales keep the error below a hundredth of each term's largest weight.

    Parameters
    ----------
    weights : ndarray of int8, shape (n_features, n_logits)
    row_scale : ndarray of float32, shape (n_features,)
    column_scale : ndarray of float32, shape (n_logits,)
    intercept : ndarray of float32, shape (n_logits,)
    """

    weights: NDArray[np.int8]
    row_scale: NDArray[np.float32]
    column_scale: NDArray[np.float32]
    intercept: NDArray[np.float32]

    @classmethod
    def quantize(
        cls, coefficients: NDArray[np.floating], intercept: NDArray[np.floating]
    ) -> LinearHeads:
        """Make heads from real-valued weights.

        Parameters
        ----------
        coefficients : ndarray of float, shape (n_features, n_logits)
        intercept : ndarray of float, shape (n_logits,)

        Returns
        -------
        LinearHeads

        Examples
        --------
        >>> heads = LinearHeads.quantize(np.array([[0.5, -2.0], [0.0, 1.0]]), np.zeros(2))
        >>> heads.coefficients(np.array([0, 1])).round(2).tolist()
        [[0.5, -2.0], [0.0, 1.0]]
        """
        column_scale = np.abs(coefficients).max(axis=0, initial=0)
        column_scale[column_scale == 0] = 1
        scaled = coefficients / column_scale
        row_scale = np.abs(scaled).max(axis=1, initial=0) / 127
        row_scale[row_scale == 0] = 1
        return cls(
            np.rint(scaled / row_scale[:, None]).astype(np.int8),
            row_scale.astype(np.float32),
            column_scale.astype(np.float32),
            intercept.astype(np.float32),
        )

    def decision_function(self, rows: Rows) -> NDArray[np.float32]:
        """Return the logits of a batch.

        A message's terms are summed in chunks of its own, always the same way, so that its logits
        do not depend on its company, not even in the last bit.

        Parameters
        ----------
        rows : Rows

        Returns
        -------
        ndarray of float32, shape (n_messages, n_logits)
        """
        if len(rows.indptr) < 2:
            return np.zeros((0, len(self.intercept)), dtype=np.float32)
        begin, n_chunks, place = _layout(rows.indptr)
        column = np.zeros(n_chunks * _CHUNK, dtype=np.int64)
        column[place] = rows.indices
        value = np.zeros(n_chunks * _CHUNK, dtype=np.float32)
        value[place] = rows.data * self.row_scale.take(rows.indices)
        logits: NDArray[np.float32] = np.add.reduceat(self._chunk_sums(column, value), begin)
        logits *= self.column_scale
        logits += self.intercept
        return logits

    def _chunk_sums(
        self, column: NDArray[np.int64], value: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the sum over each chunk of terms, shape (n_chunks, n_logits)."""
        n_logits = self.weights.shape[1]
        values = value.reshape(-1, 1, _CHUNK)
        sums = np.empty((len(values), 1, n_logits), dtype=np.float32)
        for start in range(0, len(column), _GATHERED):
            gathered = self.weights.take(column[start : start + _GATHERED], axis=0)
            chunks = slice(start // _CHUNK, (start + _GATHERED) // _CHUNK)
            weights = gathered.astype(np.float32).reshape(-1, _CHUNK, n_logits)
            np.matmul(values[chunks], weights, out=sums[chunks])
        return sums[:, 0]

    def coefficients(self, columns: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the real-valued weights of some features, shape (n_columns, n_logits)."""
        by_row = self.weights[columns] * self.row_scale[columns, None]
        coefficients: NDArray[np.float32] = by_row * self.column_scale
        return coefficients


def _layout(indptr: NDArray[np.int32]) -> tuple[NDArray[np.int64], int, slice | NDArray[np.int64]]:
    """Return each message's first chunk, the number of all, and the place of each term in them.

    Where a message's last chunk is not full, terms of value zero fill it.
    """
    if len(indptr) == 2:
        n_terms = int(indptr[1])
        return _FIRST, max(-(-n_terms // _CHUNK), 1), slice(n_terms)
    sizes = indptr[1:] - indptr[:-1]
    n_chunks = np.maximum((sizes + (_CHUNK - 1)) // _CHUNK, 1)
    end = n_chunks.cumsum()
    begin = end - n_chunks
    place = (begin * _CHUNK - indptr[:-1]).repeat(sizes)
    place += np.arange(len(place))
    return begin, int(end[-1]), place
