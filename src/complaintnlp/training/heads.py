"""Fitting the linear heads: one against the rest, on the rows of the vectorizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import diags, hstack
from sklearn.svm import LinearSVC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

__all__ = ["HeadTask", "fit_heads", "fit_one", "n_logits"]

_PRIOR = 0.1  # added to each term's count in a class and outside of it
_SCALED_COST = 0.2  # the scaled terms are larger, so that a smaller cost gives the same freedom
_SHARE = 2.5  # how large the concepts of a message are beside its terms: much more, to be unlike
_TINY = 1e-12

HeadTask = tuple["NDArray[np.intp]", "NDArray[np.int64]", int]


def n_logits(n_classes: int) -> int:
    """Return how many logits a head of so many classes has: one is enough for two."""
    return 1 if n_classes == 2 else n_classes


def fit_one(
    rows: csr_matrix,
    codes: NDArray[np.int64],
    weights: NDArray[np.float64],
    n_classes: int,
    seed: int,
    cost: float,
    concepts: csr_matrix | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the head of one target: the mean of two unlike linear machines.

    One is a support vector machine on the rows and on the concepts that a lexicon finds in them;
    the other sees each term scaled by its log-count ratio, so that it trusts terms that one class
    owns. Both are linear in the terms, and so is their mean: two opinions at the price of one.

    Parameters
    ----------
    rows : csr_matrix of float32, shape (n_messages, n_features)
    codes : ndarray of int64, shape (n_messages,)
        The class of each message.
    weights : ndarray of float64, shape (n_messages,)
        How much each message counts.
    n_classes : int
        Classes that are absent from `codes` get a logit that is always -1.
    seed : int
    cost : float
        Of an error against the margin; the classes are weighed to count alike.
    concepts : csr_matrix of float32, shape (n_features, n_concepts), optional
        How strongly each term speaks for each concept; see `Lexicon`.

    Returns
    -------
    coefficients : ndarray of float64, shape (n_features, n_logits)
    intercept : ndarray of float64, shape (n_logits,)

    References
    ----------
    Fan et al. (2008), LIBLINEAR: a library for large linear classification.
    Wang and Manning (2012), Baselines and bigrams: simple, good sentiment and topic classification.
    """
    width = n_logits(n_classes)
    coefficients = np.zeros((rows.shape[1], width))
    intercept = np.full(width, -1.0)
    present = np.unique(codes)
    if len(present) < 2:
        intercept[present if width > 1 else 0] = 1.0 if width > 1 else 2.0 * present[0] - 1
        return coefficients, intercept
    fitted = present if width > 1 else present[1:]
    filled = present if width > 1 else [0]
    machines = [
        _support_vectors(rows, codes, weights, fitted, seed, cost, concepts),
        _scaled_support_vectors(rows, codes, weights, fitted, seed, cost),
    ]
    coefficients[:, filled] = sum(coefficient for coefficient, _ in machines) / len(machines)
    intercept[filled] = sum(constant for _, constant in machines) / len(machines)
    return coefficients, intercept


def _support_vectors(
    rows: csr_matrix,
    codes: NDArray[np.int64],
    weights: NDArray[np.float64],
    classes: NDArray[np.int64],
    seed: int,
    cost: float,
    concepts: csr_matrix | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit each of some classes against the rest.

    What a concept weighs is handed down to its terms, so that nothing of it is left to compute
    when a message comes.
    """
    seen = rows if concepts is None else hstack([rows, rows @ concepts * _SHARE], format="csr")
    machine = _machine(cost, seed).fit(seen, codes, sample_weight=weights)
    coefficients, intercept = machine.coef_.T, machine.intercept_
    if concepts is not None:
        own, shared = np.split(coefficients, [rows.shape[1]])
        coefficients = own + concepts @ (shared * _SHARE)
    if coefficients.shape[1] < len(classes):  # scikit-learn gives one column for two classes
        coefficients = np.hstack([-coefficients, coefficients])
        intercept = np.hstack([-intercept, intercept])
    return _unit_spread(rows, coefficients, intercept)


def _scaled_support_vectors(
    rows: csr_matrix,
    codes: NDArray[np.int64],
    weights: NDArray[np.float64],
    classes: NDArray[np.int64],
    seed: int,
    cost: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit each of some classes against the rest, on terms scaled by their log-count ratios."""
    coefficients = np.zeros((rows.shape[1], len(classes)))
    intercept = np.zeros(len(classes))
    total = rows.T @ weights
    for place, label in enumerate(classes):
        inside = rows.T @ (weights * (codes == label))
        outside = total - inside + _PRIOR
        inside += _PRIOR
        ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
        ratio /= max(float(np.abs(ratio).mean()), _TINY)
        scaled = rows @ diags(ratio.astype(np.float32), format="csr")
        machine = _machine(cost * _SCALED_COST, seed).fit(
            scaled, codes == label, sample_weight=weights
        )
        coefficients[:, place] = machine.coef_[0] * ratio
        intercept[place] = machine.intercept_[0]
    return _unit_spread(rows, coefficients, intercept)


def _machine(cost: float, seed: int) -> LinearSVC:
    # Stopping early costs no accuracy and halves the time.
    return LinearSVC(C=cost, class_weight="balanced", random_state=seed, tol=1e-2, max_iter=10_000)


def _unit_spread(
    rows: csr_matrix, coefficients: NDArray[np.float64], intercept: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scale a machine's logits to a standard deviation of one, so that two can be averaged."""
    spread = max(float(np.std(rows @ coefficients + intercept)), _TINY)
    return coefficients / spread, intercept / spread


def fit_heads(
    rows: csr_matrix,
    weights: NDArray[np.float64],
    tasks: Sequence[HeadTask],
    *,
    seed: int,
    cost: float,
    n_jobs: int,
    concepts: csr_matrix | None = None,
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Fit many heads in parallel.

    Parameters
    ----------
    rows : csr_matrix of float32, shape (n_messages, n_features)
    weights : ndarray of float64, shape (n_messages,)
        How much each message counts.
    tasks : sequence of (messages, codes, n_classes)
        The messages to learn from and their classes.
    seed : int
    cost : float
    n_jobs : int
    concepts : csr_matrix of float32, shape (n_features, n_concepts), optional
        As for `fit_one`.

    Returns
    -------
    list of (coefficients, intercept)
    """
    fitted: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = Parallel(n_jobs)(
        delayed(fit_one)(rows[messages], codes, weights[messages], n_classes, seed, cost, concepts)
        for messages, codes, n_classes in tasks
    )
    return fitted
