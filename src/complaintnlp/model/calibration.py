"""The calibration layer: the logits of all heads become the probabilities of each target.

Every target sees the logits of every head, since the taxonomy couples them: who says 公积金 as a
department says 城乡建设 as a category. The layer is a multinomial logistic regression on
out-of-fold logits (stacked generalization). A softmax of linear scores grows ever more certain with
the evidence, but labels are never quite certain, so its probabilities are blended with those of a
second, flatter softmax of the same scores, which leaves their order alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CalibrationLayer", "softmax"]

_ROUNDING = 1e6  # to six decimals
# So many multiplications at once: from about twice as many on, BLAS wakes threads that cost more
# than they do, on all cores.
_BLOCK = 1 << 17


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
    blend : ndarray of float64, shape (n_targets, 2)
        For each target the share of the flatter softmax and what its scores are multiplied by.

    References
    ----------
    Wolpert (1992), Stacked generalization. Guo et al. (2017), On calibration of modern neural
    networks (matrix scaling). Zhang, Kailkhura and Han (2020), Mix-n-match: ensemble and
    compositional methods for uncertainty calibration (ensemble temperature scaling).
    """

    matrix: NDArray[np.float64]
    bias: NDArray[np.float64]
    sizes: tuple[int, ...]
    blend: NDArray[np.float64]
    _begin: NDArray[np.int64] = field(init=False)
    _target: NDArray[np.int64] = field(init=False)
    _parts: list[slice] = field(init=False)
    _weight: NDArray[np.float64] = field(init=False)
    _flatness: NDArray[np.float64] = field(init=False)
    _both_matrix: NDArray[np.float64] = field(init=False)
    _both_bias: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        n_classes = sum(self.sizes)
        end = np.cumsum(self.sizes)
        begin = end - self.sizes
        parts = [slice(*bounds) for bounds in zip(begin.tolist(), end.tolist(), strict=True)]
        share, flatness = self.blend.T
        # The two softmaxes of all targets stand side by side: first all sharp ones, then the flat.
        target = np.arange(2 * len(parts)).repeat(2 * self.sizes)
        object.__setattr__(self, "_begin", np.concatenate([begin, begin + n_classes]))
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_weight", np.concatenate([1 - share, share]) * _ROUNDING)
        object.__setattr__(self, "_flatness", flatness.repeat(self.sizes))
        object.__setattr__(self, "_both_matrix", self._both(self.matrix))
        object.__setattr__(self, "_both_bias", self._both(self.bias))

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
        block = max(_BLOCK // max(self._both_matrix.size, 1), 1)
        if len(logits) <= block:
            return self._blended(self._both_scores(logits))
        parts = [self._both_scores(logits[i : i + block]) for i in range(0, len(logits), block)]
        return self._blended(np.concatenate(parts))

    def blended(self, scores: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return what `probabilities` does, from scores of shape (n_messages, n_classes_in_all)."""
        return self._blended(self._both(scores))

    def _both(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores of the sharp softmaxes and, beside them, those of the flat ones."""
        return np.concatenate([scores, scores * self._flatness], axis=-1)

    def _both_scores(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        scores: NDArray[np.float64] = logits.astype(np.float64) @ self._both_matrix
        scores += self._both_bias
        return scores

    def _blended(self, both: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return the blend of the softmaxes that `_both` put side by side, in their place."""
        # One pass over the classes of all targets: a few operations a message, not a few for each.
        n_classes = len(self.bias)
        both -= np.maximum.reduceat(both, self._begin, axis=1).take(self._target, axis=1)
        np.exp(both, out=both)
        weight = self._weight / np.add.reduceat(both, self._begin, axis=1)
        both *= weight.take(self._target, axis=1)
        blended = both[:, :n_classes] + both[:, n_classes:]
        np.rint(blended, out=blended)
        blended /= _ROUNDING
        return [blended[:, part] for part in self._parts]
