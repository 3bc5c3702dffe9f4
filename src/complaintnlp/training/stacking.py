"""Fitting the affine part of the calibration layer on out-of-fold logits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from complaintnlp.model.calibration import CalibrationLayer, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["fit_layer", "out_of_fold_scores"]


def _fit_target(
    logits: NDArray[np.float64],
    wanted: NDArray[np.float64],
    start: NDArray[np.float64],
    penalty: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit a multinomial logistic regression that stays near `start` where the data are silent."""
    width, n_classes = logits.shape[1], wanted.shape[1]
    counts = wanted.sum(axis=1, keepdims=True)
    n = counts.sum()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        matrix = flat[: width * n_classes].reshape(width, n_classes)
        bias = flat[width * n_classes :]
        probabilities = softmax(logits @ matrix + bias)
        away = matrix - start
        value = -np.sum(wanted * np.log(np.maximum(probabilities, 1e-12))) / n
        value += penalty * np.sum(away**2)
        error = (counts * probabilities - wanted) / n
        slope = logits.T @ error + 2 * penalty * away
        return float(value), np.concatenate([slope.ravel(), error.sum(axis=0)])

    first = np.concatenate([start.ravel(), np.zeros(n_classes)])
    best = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return best[: width * n_classes].reshape(width, n_classes), best[width * n_classes :]


def _diagonal(
    width: int,
    n_classes: int,
    offset: int,
    logits: NDArray[np.float64],
    wanted: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the best map of a target's own logits by one temperature."""
    shape = np.zeros((width, n_classes))
    if n_classes == 2:
        shape[offset] = [-1, 1]
    else:
        shape[offset + np.arange(n_classes), np.arange(n_classes)] = 1

    def loss(log_inverse: float) -> float:
        probabilities = softmax(logits @ shape * np.exp(log_inverse))
        return float(-np.sum(wanted * np.log(np.maximum(probabilities, 1e-12))))

    grid = np.linspace(-1, 3, 41)
    best = float(grid[int(np.argmin([loss(value) for value in grid]))])
    scaled: NDArray[np.float64] = shape * np.exp(best)
    return scaled


def fit_layer(
    logits: NDArray[np.float32],
    wanted: Sequence[NDArray[np.float64]],
    penalty: float,
) -> CalibrationLayer:
    """Fit the layer on logits that were computed out of fold.

    Parameters
    ----------
    logits : ndarray of float32, shape (n_messages, n_logits)
        The heads' logits, target by target.
    wanted : sequence of ndarray of float64, shape (n_messages, n_classes)
        For each target the probability of each class, times how much the message counts: a row of
        zeros where the label is unknown.
    penalty : float
        Strength of the ridge that holds the map near one temperature for each target.

    Returns
    -------
    CalibrationLayer
        Without a blend: see `blending.fit_blend`.

    References
    ----------
    Wolpert (1992), Stacked generalization.
    """
    width = logits.shape[1]
    matrices, biases, offset = [], [], 0
    for target in wanted:
        n_classes = target.shape[1]
        known = np.flatnonzero(target.sum(axis=1) > 0)
        rows = logits[known].astype(np.float64)
        start = _diagonal(width, n_classes, offset, rows, target[known])
        matrix, bias = _fit_target(rows, target[known], start, penalty)
        matrices.append(matrix)
        biases.append(bias)
        offset += 1 if n_classes == 2 else n_classes
    sizes = tuple(target.shape[1] for target in wanted)
    plain = np.tile([0.0, 1.0], (len(sizes), 1))
    return CalibrationLayer(np.hstack(matrices), np.concatenate(biases), sizes, plain)


def out_of_fold_scores(
    logits: NDArray[np.float32],
    wanted: Sequence[NDArray[np.float64]],
    folds: NDArray[np.int64],
    penalty: float,
) -> NDArray[np.float64]:
    """Return scores by layers that did not see the message's fold.

    Parameters
    ----------
    logits, wanted, penalty
        As for `fit_layer`.
    folds : ndarray of int64, shape (n_messages,)
        The fold of each message.

    Returns
    -------
    ndarray of float64, shape (n_messages, n_classes_in_all)
    """
    scores = np.zeros((len(logits), sum(target.shape[1] for target in wanted)))
    for fold in np.unique(folds):
        inside, outside = folds == fold, folds != fold
        layer = fit_layer(logits[outside], [target[outside] for target in wanted], penalty)
        scores[inside] = layer.scores(logits[inside])
    return scores
