from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from complaintnlp.training.heads import fit_heads, fit_one


def labelled_rows(n_classes: int) -> tuple[csr_matrix, np.ndarray]:
    random = np.random.default_rng(0)
    codes = random.integers(0, n_classes, 300)
    dense = random.random((300, 40)) * (random.random((300, 40)) < 0.3)
    dense[np.arange(300), codes] += 1
    return csr_matrix(dense / np.linalg.norm(dense, axis=1, keepdims=True)), codes


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_a_head_learns_its_classes(n_classes: int) -> None:
    rows, codes = labelled_rows(n_classes)
    coefficients, intercept = fit_one(rows, codes, np.ones(300), n_classes, seed=0, cost=1.0)
    logits = rows @ coefficients + intercept
    predicted = (logits[:, 0] > 0).astype(int) if n_classes == 2 else logits.argmax(axis=1)
    assert (predicted == codes).mean() > 0.9


def test_classes_that_are_absent_are_never_chosen() -> None:
    rows, codes = labelled_rows(2)
    coefficients, intercept = fit_one(rows, codes * 3, np.ones(300), 5, seed=0, cost=1.0)
    logits = rows @ coefficients + intercept
    assert (logits[:, [1, 2, 4]] == -1).all()
    assert (3 * (logits[:, 3] > logits[:, 0]) == codes * 3).mean() > 0.9


def test_one_class_alone_is_always_chosen() -> None:
    rows, codes = labelled_rows(2)
    _, intercept = fit_one(rows, np.ones_like(codes), np.ones(300), 3, seed=0, cost=1.0)
    assert intercept.argmax() == 1
    _, intercept = fit_one(rows, np.zeros_like(codes), np.ones(300), 2, seed=0, cost=1.0)
    assert intercept[0] < 0


def test_a_message_that_counts_little_is_outvoted() -> None:
    rows, codes = labelled_rows(3)
    wrong = (codes + 1) % 3
    both = csr_matrix(np.vstack([rows.toarray()] * 2))
    weights = np.repeat([1.0, 0.1], 300)
    coefficients, intercept = fit_one(
        both, np.concatenate([codes, wrong]), weights, 3, seed=0, cost=1.0
    )
    assert ((rows @ coefficients + intercept).argmax(axis=1) == codes).mean() > 0.9


def test_processes_change_nothing() -> None:
    rows, codes = labelled_rows(4)
    tasks = [(np.arange(200), codes[:200], 4), (np.arange(100, 300), codes[100:], 4)]
    one = fit_heads(rows, np.ones(300), tasks, seed=0, cost=1.0, n_jobs=1)
    two = fit_heads(rows, np.ones(300), tasks, seed=0, cost=1.0, n_jobs=2)
    for left, right in zip(one, two, strict=True):
        assert np.array_equal(left[0], right[0])
        assert np.array_equal(left[1], right[1])
