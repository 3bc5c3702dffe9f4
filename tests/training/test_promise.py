from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintnlp.training.promise import DELTA, threshold_for_risk


def draw(random: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidences, and errors that happen as often as the confidence says."""
    confidence = random.beta(3, 1.2, size=n).round(3)
    return confidence, random.random(n) > confidence


def test_the_promise_is_kept_on_messages_that_were_not_seen() -> None:
    random = np.random.default_rng(1)
    broken = 0
    for _ in range(200):
        threshold = threshold_for_risk(*draw(random, 1500), risk=0.1)
        confidence, wrong = draw(random, 20_000)
        accepted = confidence >= threshold
        broken += bool(accepted.any()) and wrong[accepted].mean() > 0.1
    assert broken <= 200 * DELTA


def test_more_messages_and_a_larger_risk_accept_more() -> None:
    random = np.random.default_rng(2)
    confidence, wrong = draw(random, 20_000)
    few, many = (threshold_for_risk(confidence[:n], wrong[:n], 0.1) for n in (300, 20_000))
    assert many <= few
    assert threshold_for_risk(confidence, wrong, 0.2) < threshold_for_risk(confidence, wrong, 0.1)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.5, 0.9]), st.booleans()), max_size=40))
def test_equal_confidences_stand_or_fall_together(rows: list[tuple[float, bool]]) -> None:
    confidence = np.array([row[0] for row in rows])
    wrong = np.array([row[1] for row in rows], dtype=bool)
    threshold = threshold_for_risk(confidence, wrong, 0.4)
    assert threshold > 1 or threshold in confidence


def test_without_evidence_nothing_is_accepted() -> None:
    assert threshold_for_risk(np.ones(3), np.zeros(3, dtype=bool), 0.05) > 1
    assert threshold_for_risk(np.zeros(0), np.zeros(0, dtype=bool), 0.05) > 1
