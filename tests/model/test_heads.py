from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from complaintnlp.model.heads import LinearHeads

if TYPE_CHECKING:
    from complaintnlp import Classifier


@given(st.integers(0, 2**32 - 1))
def test_quantised_weights_are_near_the_real_ones(seed: int) -> None:
    random = np.random.default_rng(seed)
    real = random.standard_t(3, size=(50, 7)) * random.exponential(size=7)
    heads = LinearHeads.quantize(real, np.zeros(7))
    largest = np.abs(real / np.abs(real).max(axis=0)).max(axis=1, keepdims=True)
    error = np.abs(heads.coefficients(np.arange(50)) - real) / np.abs(real).max(axis=0)
    assert (error <= largest / 127 * 0.51).all()


def test_both_ways_to_the_logits_agree_with_scipy(
    small_classifier: Classifier, messages: list[dict[str, str]]
) -> None:
    heads, vectorizer = small_classifier.heads, small_classifier.vectorizer
    texts = [row["留言详情"] for row in messages[:100]]
    rows = vectorizer.transform(texts, [None] * 100)
    matrix = csr_matrix((rows.data, rows.indices, rows.indptr), (100, len(vectorizer.keys_)))
    expected = matrix @ heads.coefficients(np.arange(len(vectorizer.keys_))) + heads.intercept
    together = heads.decision_function(rows)
    np.testing.assert_allclose(together, expected, rtol=1e-4, atol=1e-5)
    for i in range(0, 100, 9):
        alone = heads.decision_function(vectorizer.transform([texts[i]], [None]))
        assert (alone[0] == together[i]).all()
