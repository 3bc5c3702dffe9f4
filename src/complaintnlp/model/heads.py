"""The linear heads: one sparse-dense product gives the logits of all targets."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from complaintnlp.features.vectorizer import Rows

__all__ = ["LinearHeads"]

_FEW_TERMS = 2048


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

    def __post_init__(self) -> None:
        self._dense: NDArray[np.float32] | None = None

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

        A few messages gather the rows of weights that they need; many share one product. Both add
        the same numbers in the same order, so a message's logits do not depend on its company.

        Parameters
        ----------
        rows : Rows

        Returns
        -------
        ndarray of float32, shape (n_messages, n_logits)
        """
        values = rows.data * self.row_scale[rows.indices]
        if len(values) <= _FEW_TERMS:
            sums = self._gathered(rows, values)
        else:
            sums = self._product(rows, values)
        logits: NDArray[np.float32] = sums * self.column_scale + self.intercept
        return logits

    def coefficients(self, columns: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the real-valued weights of some features, shape (n_columns, n_logits)."""
        by_row = self.weights[columns] * self.row_scale[columns, None]
        coefficients: NDArray[np.float32] = by_row * self.column_scale
        return coefficients

    def _gathered(self, rows: Rows, values: NDArray[np.float32]) -> NDArray[np.float32]:
        terms = self.weights[rows.indices] * values[:, None]
        sums = np.zeros((len(rows.indptr) - 1, self.weights.shape[1]), dtype=np.float32)
        bounds = rows.indptr.tolist()
        for i, (start, end) in enumerate(itertools.pairwise(bounds)):
            np.add.reduce(terms[start:end], axis=0, out=sums[i])
        return sums

    def _product(self, rows: Rows, values: NDArray[np.float32]) -> NDArray[np.float32]:
        # Here and not above: one message needs no scipy, whose import takes longer than numpy's.
        from scipy.sparse import csr_matrix

        if self._dense is None:
            self._dense = self.weights.astype(np.float32)
        shape = (len(rows.indptr) - 1, len(self.weights))
        matrix = csr_matrix((values, rows.indices, rows.indptr), shape=shape)
        sums: NDArray[np.float32] = matrix @ self._dense
        return sums
