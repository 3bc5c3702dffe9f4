"""The promise behind `needs_review`: thresholds from out-of-fold confidences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import beta

from complaintnlp.model.review import RISKS, ReviewRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DELTA", "fit_review", "threshold_for_risk"]

DELTA = 0.1
_NEVER = 1.01
_SCOPE_LOSS = 0.01


def threshold_for_risk(
    confidence: NDArray[np.float64], wrong: NDArray[np.bool_], risk: float, delta: float = DELTA
) -> float:
    """Return the lowest confidence from which on predictions keep the promise.

    Selective guaranteed risk: a binary search over thresholds, each tested by an exact binomial
    bound on the share of errors among the accepted at a level corrected for the number of tests.

    Parameters
    ----------
    confidence : ndarray of float64, shape (n_messages,)
        Out-of-fold confidences.
    wrong : ndarray of bool, shape (n_messages,)
        Whether each prediction was wrong.
    risk : float
        The allowed share of wrong predictions among the accepted.
    delta : float
        The probability, over the drawing of the messages, that the promise fails.

    Returns
    -------
    float
        A threshold; above one where no confidence keeps the promise.

    References
    ----------
    Geifman and El-Yaniv (2017), Selective classification for deep neural networks, algorithm 1.

    Examples
    --------
    >>> confidence = np.linspace(0, 1, 1001)
    >>> threshold_for_risk(confidence, confidence < 0.5, 0.05) < 0.5
    True
    """
    if not len(confidence):
        return _NEVER
    order = np.argsort(-confidence, kind="stable")
    ranked, errors = confidence[order], np.cumsum(wrong[order])
    # Predictions of the same confidence stand or fall together.
    ends = np.flatnonzero(np.append(np.diff(ranked) < 0, True))
    level = delta / np.ceil(np.log2(len(ends) + 1))
    low, high, best = 0, len(ends) - 1, _NEVER
    while low <= high:
        middle = (low + high) // 2
        accepted = int(ends[middle]) + 1
        failures = int(errors[ends[middle]])
        bound = beta.ppf(1 - level, failures + 1, accepted - failures)
        if failures < accepted and bound <= risk:
            best, low = float(ranked[ends[middle]]), middle + 1
        else:
            high = middle - 1
    return best


def fit_review(
    target: str,
    probabilities: NDArray[np.float64],
    acceptable: NDArray[np.bool_],
    coverage: NDArray[np.float64],
) -> ReviewRule:
    """Return the rule for review that out-of-fold predictions of one target justify.

    Parameters
    ----------
    target : str
    probabilities : ndarray of float64, shape (n_messages, n_classes)
    acceptable : ndarray of bool, shape (n_messages, n_classes)
        Which labels are right; a row without any is left out.
    coverage : ndarray of float64, shape (n_messages,)

    Returns
    -------
    ReviewRule
    """
    known = acceptable.any(axis=1)
    best = probabilities[known].argmax(axis=1)
    wrong = ~acceptable[known, best]
    confidence = probabilities[known].max(axis=1)
    thresholds = {risk: threshold_for_risk(confidence, wrong, risk) for risk in RISKS}
    return ReviewRule(target, thresholds, float(np.quantile(coverage, _SCOPE_LOSS)))
