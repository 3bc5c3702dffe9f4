"""What a caller gets: the prediction of one message, and the table of many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Label", "Prediction", "PredictionBatch", "TargetPrediction"]

Label = str | bool


class TargetPrediction:
    """The prediction of one target.

    Attributes
    ----------
    label : str or bool
        The most probable label.
    confidence : float
        Its calibrated probability.
    ranking : list of (label, float)
        All labels with their probabilities, descending.
    """

    __slots__ = ("_labels", "_probabilities")

    def __init__(self, labels: tuple[Label, ...], probabilities: NDArray[np.float64]) -> None:
        self._labels = labels
        self._probabilities = probabilities

    @property
    def label(self) -> Label:
        """The most probable label."""
        return self._labels[int(self._probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The calibrated probability of `label`."""
        return float(self._probabilities.max())

    @property
    def ranking(self) -> list[tuple[Label, float]]:
        """All labels with their probabilities, descending."""
        order = np.argsort(-self._probabilities, kind="stable").tolist()
        probabilities = self._probabilities.tolist()
        return [(self._labels[i], probabilities[i]) for i in order]

    def to_dict(self) -> dict[str, Any]:
        """Return label, confidence and ranking, JSON-ready."""
        ranking = [list(pair) for pair in self.ranking]
        return {"label": self.label, "confidence": self.confidence, "ranking": ranking}

    def __repr__(self) -> str:
        return f"{self.label} ({self.confidence:.2f})"


class Prediction:
    """The prediction of one message: an attribute for each target, and whether a person must look.

    Attributes
    ----------
    needs_review : bool
        The model's promise does not cover this message.
    review_reasons : list of str
        Why, empty when `needs_review` is False.
    """

    __slots__ = ("_targets", "review_reasons")

    def __init__(self, targets: Mapping[str, TargetPrediction], review_reasons: list[str]) -> None:
        self._targets = dict(targets)
        self.review_reasons = review_reasons

    def __getattr__(self, name: str) -> TargetPrediction:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._targets[name]
        except KeyError:
            known = ", ".join(self._targets)
            raise AttributeError(f"this model has no target {name!r}; it has {known}") from None

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets."""
        return tuple(self._targets)

    @property
    def needs_review(self) -> bool:
        """Whether a person must look at the message."""
        return bool(self.review_reasons)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, JSON-ready."""
        values: dict[str, Any] = {name: part.to_dict() for name, part in self._targets.items()}
        values["needs_review"] = self.needs_review
        values["review_reasons"] = list(self.review_reasons)
        return values

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._targets})

    def __repr__(self) -> str:
        parts = [f"{name}={part!r}" for name, part in self._targets.items()]
        return f"Prediction({', '.join(parts)}, needs_review={self.needs_review})"


@dataclass(frozen=True, eq=False)
class PredictionBatch:
    """The predictions of many messages, column by column.

    Parameters
    ----------
    classes : mapping of str to tuple of labels
        The labels of each target.
    probabilities : mapping of str to ndarray of float64, shape (n_messages, n_classes)
    review_reasons : list of list of str, length n_messages
    """

    classes: Mapping[str, tuple[Label, ...]]
    probabilities: Mapping[str, NDArray[np.float64]]
    review_reasons: list[list[str]]

    def __len__(self) -> int:
        return len(self.review_reasons)

    def __getitem__(self, row: int) -> Prediction:
        targets = {
            name: TargetPrediction(labels, self.probabilities[name][row])
            for name, labels in self.classes.items()
        }
        return Prediction(targets, self.review_reasons[row])

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets."""
        return tuple(self.classes)

    def labels(self, target: str) -> list[Label]:
        """Return the most probable label of each message."""
        classes = self.classes[target]
        return [classes[i] for i in self.probabilities[target].argmax(axis=1).tolist()]

    def confidences(self, target: str) -> NDArray[np.float64]:
        """Return the probability of the most probable label, shape (n_messages,)."""
        best: NDArray[np.float64] = self.probabilities[target].max(axis=1, initial=0)
        return best

    def top(self, target: str, k: int) -> list[tuple[Label, ...]]:
        """Return the `k` most probable labels of each message, descending."""
        classes = self.classes[target]
        order = np.argsort(-self.probabilities[target], axis=1, kind="stable")[:, :k]
        return [tuple(classes[i] for i in row) for row in order.tolist()]

    @cached_property
    def needs_review(self) -> NDArray[np.bool_]:
        """Whether a person must look at each message, shape (n_messages,)."""
        return np.array([bool(reasons) for reasons in self.review_reasons], dtype=bool)
