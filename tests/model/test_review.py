from __future__ import annotations

import numpy as np
import pytest

from complaintnlp import InputError
from complaintnlp.model.review import NO_WORDS, OUT_OF_SCOPE, ReviewRule

RULE = ReviewRule("department", {0.02: 0.9, 0.05: 0.7}, min_coverage=0.3)


def test_reasons_say_what_is_wrong() -> None:
    confidence = np.array([0.95, 0.6, 0.95, 0.1])
    coverage = np.array([0.9, 0.9, 0.1, 0.0])
    certain, unsure, strange, empty = RULE.reasons(confidence, coverage)
    assert certain == []
    assert len(unsure) == 1
    assert "0.60 低于 0.70" in unsure[0]
    assert strange == [OUT_OF_SCOPE]
    assert empty[0] == NO_WORDS


def test_a_promise_between_two_measured_ones_is_kept_by_the_stricter() -> None:
    assert RULE.with_risk(0.049).threshold == 0.9
    assert RULE.with_risk(0.5).threshold == 0.7
    for risk in (0.01, 0, -1, 1, float("nan")):
        with pytest.raises(InputError, match="review_risk"):
            RULE.with_risk(risk)


def test_a_rule_survives_json() -> None:
    assert ReviewRule.from_dict(RULE.to_dict()) == RULE
