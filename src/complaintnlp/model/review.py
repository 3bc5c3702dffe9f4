"""Which messages a person must look at: a promise about the rest, and a sense of scope.

Among the messages that are not sent to review, the share with a wrong label of the watched target
is at most the chosen risk. The threshold on the confidence that keeps the promise is found on
out-of-fold predictions and holds with probability ``1 - DELTA`` over their drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DEFAULT_RISK", "RISKS", "ReviewRule"]

DEFAULT_RISK = 0.05
RISKS = (0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5)

NO_WORDS = "没有可以识别的中文词语"
OUT_OF_SCOPE = "不像投诉、求助或咨询：多数词语是训练数据里没有的"
UNSURE = "把握不足：{target} 的置信度 {confidence:.2f} 低于 {threshold:.2f}"


@dataclass(frozen=True)
class ReviewRule:
    """When a prediction needs review.

    Parameters
    ----------
    target : str
        The target whose errors the promise is about.
    thresholds : dict of float to float
        For each risk, the confidence from which on a prediction keeps the promise; above one
        where no confidence does.
    min_coverage : float
        A message whose share of known terms is lower is out of scope.
    risk : float
        The risk in force, one of the keys of `thresholds`.

    References
    ----------
    Geifman and El-Yaniv (2017), Selective classification for deep neural networks.
    """

    target: str
    thresholds: dict[float, float]
    min_coverage: float
    risk: float = DEFAULT_RISK

    @property
    def threshold(self) -> float:
        """The confidence below which a prediction needs review."""
        return self.thresholds[self.risk]

    def with_risk(self, risk: float) -> ReviewRule:
        """Return the rule for another promise: the largest measured risk that is not above it.

        Raises
        ------
        InputError
            If the risk is no number, no probability, or below all that were measured.

        Examples
        --------
        >>> rule = ReviewRule("department", {0.02: 0.9, 0.05: 0.7}, 0.1)
        >>> rule.with_risk(0.03).threshold
        0.9
        """
        if not isinstance(risk, Real):
            raise InputError(f"review_risk must be a number, not {type(risk).__name__}")
        kept = [known for known in self.thresholds if known <= risk]
        if not kept or not 0 < risk < 1:
            lowest = min(self.thresholds)
            raise InputError(f"review_risk is {risk}; it must be at least {lowest} and below 1")
        return ReviewRule(self.target, self.thresholds, self.min_coverage, max(kept))

    def reasons(
        self, confidence: NDArray[np.float64], coverage: NDArray[np.float64]
    ) -> list[list[str]]:
        """Return the reasons for review of each message, an empty list where there is none.

        Parameters
        ----------
        confidence : ndarray of float64, shape (n_messages,)
            The confidence in the watched target.
        coverage : ndarray of float64, shape (n_messages,)
            The share of known terms.

        Returns
        -------
        list of list of str
        """
        # A loop over numbers, not over arrays: it costs a message a tenth of a microsecond, and a
        # single one is spared what numpy needs for each operation.
        pairs = zip(confidence.tolist(), coverage.tolist(), strict=True)
        return [self._reasons(*pair) for pair in pairs]

    def _reasons(self, confidence: float, coverage: float) -> list[str]:
        reasons = []
        if coverage == 0:
            reasons.append(NO_WORDS)
        elif coverage < self.min_coverage:
            reasons.append(OUT_OF_SCOPE)
        threshold = self.threshold
        if confidence < threshold:
            reasons.append(
                UNSURE.format(target=self.target, confidence=confidence, threshold=threshold)
            )
        return reasons

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as JSON-ready values."""
        return {
            "target": self.target,
            "thresholds": [list(pair) for pair in sorted(self.thresholds.items())],
            "min_coverage": self.min_coverage,
            "risk": self.risk,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ReviewRule:
        """Return the rule that `to_dict` wrote."""
        thresholds = {float(risk): float(threshold) for risk, threshold in values["thresholds"]}
        return cls(values["target"], thresholds, values["min_coverage"], values["risk"])
