"""Fitting the linear heads: one against the rest, on the rows of the vectorizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from sklearn.svm import LinearSVC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

__all__ = ["HeadTask", "fit_heads", "fit_one", "n_logits"]

HeadTask = tuple["NDArray[np.intp]", "NDArray[np.int64]", int]


def n_logits(n_classes: int) -> int:
    """Return how many logits a head of so many classes has: one is enough for two."""
    return 1 if n_classes == 2 else n_classes


def fit_one(
    rows: csr_matrix, codes: NDArray[np.int64], n_classes: int, seed: int, cost: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the head of one target.

    Parameters
    ----------
    rows : csr_matrix of float32, shape (n_messages, n_features)
    codes : ndarray of int64, shape (n_messages,)
        The class of each message.
    n_classes : int
        Classes that are absent from `codes` get a logit that is always -1.
    seed : int
    cost : float
        Of an error against the margin; the classes are weighed to count alike.

    Returns
    -------
    coefficients : ndarray of float64, shape (n_features, n_logits)
    intercept : ndarray of float64, shape (n_logits,)

    References
    ----------
    Fan et al. (2008), LIBLINEAR: a library for large linear classification.
    """
    width = n_logits(n_classes)
    coefficients = np.zeros((rows.shape[1], width))
    intercept = np.full(width, -1.0)
    present = np.unique(codes)
    if len(present) < 2:
        intercept[present if width > 1 else 0] = 1.0 if width > 1 else 2.0 * present[0] - 1
        return coefficients, intercept
    svc = LinearSVC(C=cost, class_weight="balanced", random_state=seed).fit(rows, codes)
    if width == 1:
        return svc.coef_.T, svc.intercept_
    if len(present) == 2:  # scikit-learn gives one row for two classes, whatever n_classes is
        coefficients[:, present] = np.vstack([-svc.coef_, svc.coef_]).T
        intercept[present] = [-svc.intercept_[0], svc.intercept_[0]]
    else:
        coefficients[:, present] = svc.coef_.T
        intercept[present] = svc.intercept_
    return coefficients, intercept


def fit_heads(
    rows: csr_matrix,
    tasks: Sequence[HeadTask],
    *,
    seed: int,
    cost: float,
    n_jobs: int,
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Fit many heads in parallel.

    Parameters
    ----------
    rows : csr_matrix of float32, shape (n_messages, n_features)
    tasks : sequence of (messages, codes, n_classes)
        The messages to learn from and their classes.
    seed : int
    cost : float
    n_jobs : int

    Returns
    -------
    list of (coefficients, intercept)
    """
    fitted: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = Parallel(n_jobs)(
        delayed(fit_one)(rows[messages], codes, n_classes, seed, cost)
        for messages, codes, n_classes in tasks
    )
    return fitted
