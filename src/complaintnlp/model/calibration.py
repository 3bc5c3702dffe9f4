"""The calibration layer: the logits of all heads become the probabilities of each target.

Every target sees the logits of every head, since the taxonomy couples them: who says 公积金 as a
department says 城乡建设 as a category. The layer is a multinomial logistic regression on
out-of-fold logits (stacked generalization), which also calibrates them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CalibrationLayer", "softmax"]

_DECIMALS = 6


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities that sum to one in each row.

    Examples
    --------
    >>> softmax(np.zeros((1, 4))).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    normalized: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return normalized


@dataclass(frozen=True, eq=False)
class CalibrationLayer:
    """An affine map of the logits of all heads to the scores of all classes.

    Parameters
    ----------
    matrix : ndarray of float64, shape (n_logits, n_classes_in_all)
    bias : ndarray of float64, shape (n_classes_in_all,)
    sizes : tuple of int
        The number of classes of each target.

    References
    ----------
    Wolpert (1992), Stacked generalization. Guo et al. (2017), On calibration of modern neural
    networks (vector and matrix scaling).
    """

    matrix: NDArray[np.float64]
    bias: NDArray[np.float64]
    sizes: tuple[int, ...]

    def scores(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the scores before the softmax, shape (n_messages, n_classes_in_all)."""
        return logits.astype(np.float64) @ self.matrix + self.bias

    def probabilities(self, logits: NDArray[np.float32]) -> list[NDArray[np.float64]]:
        """Return one array of shape (n_messages, n_classes) for each target.

        Rounded to six decimals, where a matrix product of many rows and of one row agree.

        Parameters
        ----------
        logits : ndarray of float32, shape (n_messages, n_logits)

        Returns
        -------
        list of ndarray of float64
        """
        parts = np.split(self.scores(logits), np.cumsum(self.sizes)[:-1], axis=1)
        return [softmax(part).round(_DECIMALS) for part in parts]
