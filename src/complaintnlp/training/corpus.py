"""Labelled messages: what training and evaluation work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from complaintnlp.errors import InputError
from complaintnlp.model.messages import check_messages, check_several
from complaintnlp.training.groups import near_duplicate_groups
from complaintnlp.training.names import check_target_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from complaintnlp.model.prediction import Label

__all__ = ["Corpus"]

_TRUE = frozenset({"1", "true", "yes", "是", "有"})
_FALSE = frozenset({"0", "false", "no", "否", "无"})
YES_NO_TARGETS = frozenset({"hazard"})


@dataclass(frozen=True, eq=False)
class Corpus:
    """Messages and their labels.

    Parameters
    ----------
    texts : sequence of str, length n_messages
    titles : sequence of str or None, length n_messages
    labels : mapping of str to sequence of (str or None), length n_messages each
        The label of each message for each target; None or "" where it is not known. Those of a
        target named ``hazard`` are read as yes or no. A target's name must not begin with ``_``,
        nor be that of another attribute of a `Prediction` or of a column that relabelling appends.
    also : mapping of str to sequence of tuple of str, optional
        Other labels that would have been right too, read as `labels` are.
    typical : sequence of bool, length n_messages, optional
        Which messages are like those that the model will meet, with labels as sure as they get:
        only these set the confidence and the promise about review. All, when not given.
    weights : sequence of float, length n_messages, optional
        How much each message counts in learning; 1 for all of them, when not given.
    cases : sequence of str or None, length n_messages, optional
        What each message belongs to, such as the number of a file: those of one case, as those
        that are nearly alike, are never learned from where one of them is judged. None or "" for
        a message that stands alone.

    Raises
    ------
    InputError
        If lengths or types are wrong, a target cannot be called so, or has fewer than two labels.

    Examples
    --------
    >>> corpus = Corpus(["停水", "停电"], [None, None], {"hazard": ["0", "1"]})
    >>> corpus.classes["hazard"]
    (False, True)
    """

    texts: Sequence[str]
    titles: Sequence[str | None]
    labels: Mapping[str, Sequence[str | None]]
    also: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict)
    typical: Sequence[bool] | None = None
    weights: Sequence[float] | None = None
    cases: Sequence[str | None] | None = None

    def __post_init__(self) -> None:
        check_several(self.texts, "texts")
        check_several(self.titles, "titles")
        check_messages(self.texts, self.titles)
        check_target_names(self.labels)
        columns: dict[str, Sequence[object]] = {**self.labels, **self.also}
        if self.typical is not None:
            columns["typical"] = self.typical
        if self.cases is not None:
            columns["cases"] = self.cases
        if self.weights is not None:
            columns["weights"] = self.weights
            if not all(weight > 0 for weight in self.weights):
                raise InputError("weights must be positive")
        for name, column in columns.items():
            if len(column) != len(self.texts):
                raise InputError(f"{name} has {len(column)} values, texts {len(self.texts)}")
        for target, others in self.also.items():
            for label in chain.from_iterable(others):
                _label(target, label)
        for target, labels in self.classes.items():
            if len(labels) < 2:
                raise InputError(
                    f"target {target!r} has {len(labels)} different labels; it needs at least 2"
                )

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def classes(self) -> dict[str, tuple[Label, ...]]:
        """The labels of each target, sorted."""
        return {
            target: tuple(sorted({_label(target, value) for value in column if value}))
            for target, column in self.labels.items()
        }

    def codes(self, target: str, classes: Sequence[Label] | None = None) -> NDArray[np.int64]:
        """Return the position of each message's label among the classes, -1 where unknown."""
        classes = self.classes[target] if classes is None else classes
        position = {label: i for i, label in enumerate(classes)}
        return np.array(
            [position.get(_label(target, v), -1) if v else -1 for v in self.labels[target]],
            dtype=np.int64,
        )

    def acceptable(self, target: str, classes: Sequence[Label] | None = None) -> NDArray[np.bool_]:
        """Return which labels are right for each message, shape (n_messages, n_classes)."""
        classes = self.classes[target] if classes is None else classes
        codes = self.codes(target, classes)
        right = np.zeros((len(self), len(classes)), dtype=bool)
        known = np.flatnonzero(codes >= 0)
        right[known, codes[known]] = True
        position = {label: i for i, label in enumerate(classes)}
        for row, others in enumerate(self.also.get(target, ())):
            labels = (_label(target, other) for other in others)
            right[row, [position[label] for label in labels if label in position]] = True
        return right

    def are_typical(self) -> NDArray[np.bool_]:
        """Return which messages are typical, shape (n_messages,)."""
        return np.ones(len(self), bool) if self.typical is None else np.array(self.typical, bool)

    def sample_weights(self) -> NDArray[np.float64]:
        """Return how much each message counts, shape (n_messages,)."""
        return np.ones(len(self)) if self.weights is None else np.array(self.weights, np.float64)

    def take(self, rows: NDArray[np.intp]) -> Corpus:
        """Return the corpus of some messages."""
        chosen = rows.tolist()
        return Corpus(
            [self.texts[i] for i in chosen],
            [self.titles[i] for i in chosen],
            {target: [column[i] for i in chosen] for target, column in self.labels.items()},
            {target: [column[i] for i in chosen] for target, column in self.also.items()},
            None if self.typical is None else [self.typical[i] for i in chosen],
            None if self.weights is None else [self.weights[i] for i in chosen],
            None if self.cases is None else [self.cases[i] for i in chosen],
        )

    def groups(self) -> NDArray[np.int64]:
        """Return the group of each message: near-duplicates and messages of one case share one."""
        return near_duplicate_groups(self.joined(), cases=self.cases)

    def joined(self) -> list[str]:
        """Return title and text of each message as one text."""
        return [
            f"{title or ''}\n{text}" for title, text in zip(self.titles, self.texts, strict=True)
        ]


def _label(target: str, value: str) -> Label:
    if not isinstance(value, str):
        raise InputError(f"{target} is {value!r}; a label must be a str, or None where unknown")
    if target not in YES_NO_TARGETS:
        return value
    folded = value.strip().lower()
    if folded in _TRUE or folded in _FALSE:
        return folded in _TRUE
    raise InputError(f"{target} is {value!r}; it must be 0 or 1, true or false, 是 or 否")
