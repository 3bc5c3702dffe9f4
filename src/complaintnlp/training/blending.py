"""Fitting the blend of a sharp and a flat softmax, so that a confidence is a frequency.

The labels of real messages are never quite certain: of two careful readers one in twenty differs.
A softmax of linear scores knows no such ceiling, and no single temperature gives it one. Two
temperatures do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from complaintnlp.model.calibration import softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from complaintnlp.model.calibration import CalibrationLayer

__all__ = ["blend_layer", "fit_blend", "out_of_fold_probabilities"]

_FEWEST = 200  # messages that three numbers are fitted on; fewer get the plain softmax
_STARTS = ((-2.0, 0.0, -1.0), (-1.0, 0.5, -0.7))
_CERTAIN = 1e-6
_PLAIN = (1.0, 0.0, 1.0)

Blend = tuple[float, float, float]


def fit_blend(scores: NDArray[np.float64], wanted: NDArray[np.float64]) -> Blend:
    """Fit a target's blend to how often its first choice is right.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_messages, n_classes)
        Out of fold.
    wanted : ndarray of float64, shape (n_messages, n_classes)
        The probability of each class; a row of zeros where the label is unknown.

    Returns
    -------
    sharpness : float
        What the scores are multiplied by.
    share : float
        Of the flat softmax.
    flatness : float
        What the sharpened scores are multiplied by for the flat softmax; at most 1.

    References
    ----------
    Zhang, Kailkhura and Han (2020), Mix-n-match: ensemble and compositional methods for
    uncertainty calibration.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> truth = random.integers(0, 3, 3000)
    >>> seen = np.where(random.random(3000) < 0.1, random.integers(0, 3, 3000), truth)
    >>> sharpness, share, flatness = fit_blend(np.eye(3)[truth] * 20, np.eye(3)[seen])
    >>> score = np.array([[20.0, 0.0, 0.0]]) * sharpness
    >>> blended = (1 - share) * softmax(score) + share * softmax(score * flatness)
    >>> bool(0.92 < blended[0, 0] < 0.95)
    True
    """
    known = np.flatnonzero(wanted.sum(axis=1) > 0)
    if len(known) < _FEWEST:
        return _PLAIN
    rows = scores[known]
    best = rows.argmax(axis=1)
    right = wanted[known, best]

    def loss(values: NDArray[np.float64]) -> float:
        sharpness, share, flatness = _read(values)
        sharp = rows * sharpness
        confidence = (1 - share) * softmax(sharp).max(axis=1)
        confidence += share * softmax(sharp * flatness).max(axis=1)
        confidence = np.clip(confidence, _CERTAIN, 1 - _CERTAIN)
        return -float(np.mean(right * np.log(confidence) + (1 - right) * np.log(1 - confidence)))

    tries = [minimize(loss, start, method="Nelder-Mead", tol=1e-4) for start in _STARTS]
    return _read(min(tries, key=lambda result: float(result.fun)).x)


def _read(values: NDArray[np.float64]) -> Blend:
    """Return the blend of three numbers that may be any."""
    sharpness = float(np.exp(np.clip(values[1], -3, 3)))
    share = float(1 / (1 + np.exp(-np.clip(values[0], -20, 20))))
    flatness = float(np.exp(np.clip(values[2] - values[1], -5, 0)))
    return sharpness, share, flatness


def blend_layer(
    layer: CalibrationLayer, scores: NDArray[np.float64], wanted: Sequence[NDArray[np.float64]]
) -> CalibrationLayer:
    """Return the layer with the blends that out-of-fold scores of all targets ask for.

    Parameters
    ----------
    layer : CalibrationLayer
    scores : ndarray of float64, shape (n_messages, n_classes_in_all)
    wanted : sequence of ndarray of float64, shape (n_messages, n_classes)

    Returns
    -------
    CalibrationLayer
    """
    bounds = np.cumsum(layer.sizes)[:-1]
    parts = np.split(scores, bounds, axis=1)
    blends = [fit_blend(part, target) for part, target in zip(parts, wanted, strict=True)]
    sharpness = np.repeat([blend[0] for blend in blends], layer.sizes)
    return replace(
        layer,
        matrix=layer.matrix * sharpness,
        bias=layer.bias * sharpness,
        blend=np.array([blend[1:] for blend in blends]),
    )


def out_of_fold_probabilities(
    layer: CalibrationLayer,
    scores: NDArray[np.float64],
    wanted: Sequence[NDArray[np.float64]],
    folds: NDArray[np.int64],
) -> list[NDArray[np.float64]]:
    """Return probabilities by blends that did not see the message's fold.

    Parameters
    ----------
    layer : CalibrationLayer
        For the sizes of the targets.
    scores : ndarray of float64, shape (n_messages, n_classes_in_all)
        By layers that did not see the message's fold.
    wanted : sequence of ndarray of float64, shape (n_messages, n_classes)
    folds : ndarray of int64, shape (n_messages,)

    Returns
    -------
    list of ndarray of float64, shape (n_messages, n_classes)
    """
    probabilities = [np.zeros_like(target) for target in wanted]
    width = sum(layer.sizes)
    identity = replace(layer, matrix=np.eye(width), bias=np.zeros(width))
    for fold in np.unique(folds):
        inside, outside = folds == fold, folds != fold
        blended = blend_layer(identity, scores[outside], [target[outside] for target in wanted])
        parts = blended.blended(blended.scores(scores[inside].astype(np.float32)))
        for whole, part in zip(probabilities, parts, strict=True):
            whole[inside] = part
    return probabilities
