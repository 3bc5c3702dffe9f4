"""A measure with its bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Figure", "figure"]

RESAMPLED = 1000

Measure = Callable[["NDArray[np.intp]"], float]


@dataclass
class Figure:
    """A measure with its interval."""

    name: str
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def figure(name: str, of: Measure, n: int) -> Figure:
    """Return a measure of `n` messages with its bootstrap interval.

    Parameters
    ----------
    name : str
    of : callable
        Takes the places of the messages that were drawn and returns the measure of these.
    n : int
    """
    generator = np.random.default_rng(0)
    drawn = [of(generator.integers(0, n, n)) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(name, of(np.arange(n)), float(low), float(high))
