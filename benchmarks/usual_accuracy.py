"""How accurate the usual script is on the same messages, trained on the same others."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.alternatives import Usual
from benchmarks.figures import Figure, figure
from joblib import Parallel, delayed
from real_messages import seven_class_messages
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from complaintnlp.training.groups import near_duplicate_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from real_messages import Message

__all__ = ["usual_figures"]

FOLDS = 5


def usual_figures(
    learned: Sequence[Message], names: dict[str, str], n_jobs: int
) -> dict[str, Figure]:
    """Return what the usual script reaches, by the name of the measure.

    Parameters
    ----------
    learned : sequence of Message
        What it learns from, as ours does; the replied ones are judged, out of fold.
    names : dict of str to str
        The measure of each target's accuracy; ``seven`` and ``defensible`` are two more.
    n_jobs : int
    """
    seven = seven_class_messages()
    everything = np.arange(len(seven))
    predicted = _out_of_fold(_Texts(seven), "category", everything, n_jobs)
    truth = np.array([message.labels["category"] for message in seven])
    figures = [
        figure(
            names["seven"],
            lambda drawn: float(f1_score(truth[drawn], predicted[drawn], average="macro")),
            len(seven),
        )
    ]
    replied = np.flatnonzero([message.source == "replied" for message in learned])
    texts = _Texts(learned)
    judged = [learned[int(place)] for place in replied]
    for target in ("category", "department", "appeal_type"):
        predicted = _out_of_fold(texts, target, replied, n_jobs)
        pairs = list(zip(judged, predicted[replied], strict=True))
        right = np.array([message.labels[target] == label for message, label in pairs])
        figures.append(_share(names[target], right))
        if target == "department":
            defensible = [
                label in (message.labels[target], *message.also) for message, label in pairs
            ]
            figures.append(_share(names["defensible"], np.array(defensible)))
    return {one.name: one for one in figures}


def _share(name: str, right: NDArray[np.bool_]) -> Figure:
    return figure(name, lambda drawn: float(right[drawn].mean()), len(right))


class _Texts:
    """Messages as the script sees them, and which of them are nearly the same, for any target."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages
        self.joined = [" ".join(filter(None, (one.title, one.text))) for one in messages]
        cases = [message.case for message in messages]
        self.groups = near_duplicate_groups(self.joined, cases=cases)


def _out_of_fold(
    learned: _Texts, target: str, judged: NDArray[np.intp], n_jobs: int
) -> NDArray[np.str_]:
    """Return the labels of the judged messages by scripts that saw nothing nearly the same."""
    texts = learned.joined
    labels = np.array([message.labels.get(target, "") for message in learned.messages])
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    folds = [
        (outside[labels[outside] != ""], np.intersect1d(inside, judged))
        for outside, inside in splitter.split(labels, labels, learned.groups)
    ]
    parts = Parallel(n_jobs)(
        delayed(_predicted)(
            [texts[i] for i in outside], labels[outside].tolist(), [texts[i] for i in inside]
        )
        for outside, inside in folds
    )
    predicted = np.full(len(texts), "", dtype=labels.dtype)
    for (_, inside), part in zip(folds, parts, strict=True):
        predicted[inside] = part
    return predicted


def _predicted(texts: list[str], labels: list[str], asked: list[str]) -> list[str]:
    script = Usual()
    with TemporaryDirectory() as folder:
        script.train(texts, labels, Path(folder))
        script.load(Path(folder))
    return script.predict(asked)
