"""What features to make of a message."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from complaintnlp.errors import InputError
from complaintnlp.features.terms import BLOCKS

__all__ = ["FeatureSettings", "default_stop_words"]


def default_stop_words() -> tuple[str, ...]:
    """Return the function words that are left out unless other ones are given.

    Examples
    --------
    >>> "我们" in default_stop_words()
    True
    """
    text = Path(__file__).with_name("stop_words.txt").read_text("utf-8")
    return tuple(sorted({line for line in text.splitlines() if line and line[0] != "#"}))


@dataclass(frozen=True)
class FeatureSettings:
    """The blocks of features and their limits.

    Parameters
    ----------
    blocks : tuple of str
        Names of `terms.BLOCKS`: which terms to take.
    lead : int
        How many content words from the beginning (title first) make the lead.
    lead_gain : float
        How much more a term's occurrence counts at the very beginning; the surplus fades by a
        factor of e every `lead` words.
    min_df : int
        A term is kept if at least so many messages have it.
    max_features : int
        The most frequent so many terms are kept.
    smoothing : float
        Added to the square of a row's length before it is divided by it: a message of few terms
        stays short of length one, so that it speaks with less certainty.
    stop_words : tuple of str
        Words that are dropped before pairs and character n-grams are formed.

    Raises
    ------
    InputError
        If a block is unknown or a limit is not positive.
    """

    blocks: tuple[str, ...] = (
        "words",
        "lead words",
        "pairs",
        "characters 2",
        "characters 3",
        "edge characters",
    )
    lead: int = 15
    lead_gain: float = 2.0
    min_df: int = 5
    max_features: int = 120_000
    smoothing: float = 0.0
    stop_words: tuple[str, ...] = field(default_factory=default_stop_words)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.blocks) - set(BLOCKS))
        if unknown or not self.blocks:
            raise InputError(f"unknown feature blocks {unknown}; there are {', '.join(BLOCKS)}")
        if min(self.lead, self.min_df, self.max_features) < 1:
            raise InputError("lead, min_df and max_features must be positive")
        if not 0 <= self.lead_gain <= 8:
            raise InputError("lead_gain must be between 0 and 8")
        if not self.smoothing >= 0:
            raise InputError("smoothing must not be negative")

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-ready values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> FeatureSettings:
        """Return the settings that `to_dict` wrote."""
        restored: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**restored)
