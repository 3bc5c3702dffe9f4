"""How good the bundled model is: ``python benchmarks/accuracy.py``, which also writes its card.

The model is trained again by its recipe, and every real message is judged by heads, layer and
blend that saw neither it nor a message that is nearly the same. What counts are the replied
messages, which were labelled with the official reply in view and read a second time by somebody
who did not know the first labels. Intervals are 95 % bootstrap intervals over messages. Needs
``../shared``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]

from benchmarks.card import write_card, write_readmes  # noqa: E402
from benchmarks.figures import Figure, figure  # noqa: E402
from benchmarks.usual_accuracy import usual_figures  # noqa: E402
from real_messages import (  # noqa: E402
    LEXICON,
    corpus_of,
    second_readings,
    seven_class_messages,
)
from sklearn.metrics import f1_score  # noqa: E402
from sklearn.model_selection import StratifiedGroupKFold  # noqa: E402
from train_default import OUTPUT, messages, train_on  # noqa: E402

from complaintnlp.training import read_lexicon  # noqa: E402
from complaintnlp.training.evaluation import Evaluation, calibration_error, measure  # noqa: E402
from complaintnlp.training.fitting import fit  # noqa: E402

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from real_messages import Message

    from complaintnlp.training.fitting import Fitted

FOLDS = 5
PRECISION = 0.45
PICTURES = ROOT / "models" / "pictures"
NAMES = {
    "category": "category",
    "department": "department",
    "appeal_type": "appeal type",
    "hazard": "hazard",
}
USUAL = {
    "seven": "7 categories, macro-F1, trained on these messages alone (ours: with the lexicon)",
    "category": "category, accuracy",
    "department": "department, first choice",
    "defensible": "department, first choice is defensible",
    "appeal_type": "appeal type, accuracy",
}
"""The measures in which the usual script takes part."""


def recall_at_precision(
    hazard: NDArray[np.float64], truth: NDArray[np.bool_], precision: float = PRECISION
) -> float:
    """Return the largest recall whose precision is at least `precision`."""
    order = np.argsort(-hazard, kind="stable")
    found = np.cumsum(truth[order])
    enough = found / np.arange(1, len(order) + 1) >= precision
    return float(found[enough].max(initial=0) / max(truth.sum(), 1))


class Judged:
    """Real messages of one kind, what was said of them out of fold, and their labels.

    Parameters
    ----------
    fitted : Fitted
    learned : list of Message
        What it was fitted on.
    labelled : dict of int to Message
        The messages to judge by their place among `learned`, with the labels to judge by.
    """

    def __init__(
        self, fitted: Fitted, learned: list[Message], labelled: dict[int, Message]
    ) -> None:
        self.places = np.array(list(labelled))
        self.corpus = corpus_of(list(labelled.values()))
        self.classes = fitted.classifier.classes_
        self.review = fitted.classifier.review
        self.coverage = fitted.coverage[self.places]
        self.probabilities = {t: p[self.places] for t, p in fitted.probabilities.items()}
        self.codes = {t: self.corpus.codes(t, self.classes[t]) for t in self.classes}
        self.acceptable = self.corpus.acceptable("department", self.classes["department"])

    def evaluations(self) -> dict[str, Evaluation]:
        """Return the measures of every target, per class too."""
        return {
            t: measure(
                self.classes[t],
                self.codes[t],
                self.corpus.acceptable(t, self.classes[t]),
                self.probabilities[t],
            )
            for t in self.classes
        }

    def figures(self) -> list[Figure]:
        """Return the table's measures."""
        return [
            self._share(USUAL["category"], "category", self._right("category")),
            self._share(USUAL["department"], "department", self._right("department")),
            self._share(USUAL["defensible"], "department", self._defensible()),
            self._share("department, in the first three", "department", self._in_first_three()),
            self._share(USUAL["appeal_type"], "appeal_type", self._right("appeal_type")),
            self._hazard(),
            *[self._calibration(target) for target in self.classes],
            *self._review(),
        ]

    def _right(self, target: str) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = self.probabilities[target].argmax(axis=1) == self.codes[target]
        return right

    def _defensible(self) -> NDArray[np.bool_]:
        best = self.probabilities["department"].argmax(axis=1)
        defensible: NDArray[np.bool_] = self.acceptable[np.arange(len(best)), best]
        return defensible

    def _in_first_three(self) -> NDArray[np.bool_]:
        order = np.argsort(-self.probabilities["department"], axis=1, kind="stable")[:, :3]
        among: NDArray[np.bool_] = (order == self.codes["department"][:, None]).any(axis=1)
        return among

    def _share(self, name: str, target: str, right: NDArray[np.bool_]) -> Figure:
        known = right[self.codes[target] >= 0]
        return figure(name, lambda drawn: float(known[drawn].mean()), len(known))

    def _hazard(self) -> Figure:
        known = self.codes["hazard"] >= 0
        probability = self.probabilities["hazard"][known, 1]
        truth = self.codes["hazard"][known] == 1
        return figure(
            f"hazard, recall at precision {PRECISION}",
            lambda drawn: recall_at_precision(probability[drawn], truth[drawn]),
            len(truth),
        )

    def _calibration(self, target: str) -> Figure:
        known = self.codes[target] >= 0
        confidence = self.probabilities[target][known].max(axis=1)
        right = self._right(target)[known]
        return figure(
            f"{NAMES[target]}, calibration error",
            lambda drawn: calibration_error(confidence[drawn], right[drawn]),
            len(right),
        )

    def _review(self) -> list[Figure]:
        confidence = self.probabilities[self.review.target].max(axis=1)
        kept = np.array([not reasons for reasons in self.review.reasons(confidence, self.coverage)])
        defensible = self._defensible()
        return [
            figure("not sent to review", lambda drawn: float(kept[drawn].mean()), len(kept)),
            figure(
                "of these, department is defensible",
                lambda drawn: float(defensible[drawn][kept[drawn]].mean()),
                len(kept),
            ),
        ]


def where_readers_agree(replied: dict[int, Message]) -> dict[int, Message]:
    """Return messages with the labels on which two readers agree, and all departments they name."""
    from dataclasses import replace

    second = second_readings()
    agreed = {}
    for place, message in replied.items():
        other = second[message.key]
        labels = {t: label for t, label in message.labels.items() if other.labels[t] == label}
        also = {*message.also, *other.also, other.labels["department"]}
        agreed[place] = replace(message, labels=labels, also=tuple(sorted(also)))
    return agreed


def seven_classes(n_jobs: int) -> Figure:
    """Return macro-F1 of the seven categories, trained on no other messages, by grouped folds."""
    corpus = corpus_of(seven_class_messages(), ("category",))
    codes, groups = corpus.codes("category"), corpus.groups()
    lexicon = read_lexicon(LEXICON)
    predicted = np.zeros_like(codes)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    from complaintnlp.training.fitting import TrainingSettings

    for learn, test in splitter.split(codes, codes, groups):
        classifier = fit(
            corpus.take(learn), settings=TrainingSettings(n_jobs=n_jobs), lexicon=lexicon
        )
        batch = classifier.predict_batch([corpus.texts[i] for i in test])
        predicted[test] = batch.probabilities["category"].argmax(axis=1)
    return figure(
        USUAL["seven"],
        lambda drawn: float(f1_score(codes[drawn], predicted[drawn], average="macro")),
        len(codes),
    )


def draw(evaluations: dict[str, Evaluation], judged: Judged) -> None:
    """Write confusion matrices and reliability diagrams."""
    from complaintnlp.training.plots import plot_confusion, plot_reliability

    PICTURES.mkdir(exist_ok=True)
    for target, evaluation in evaluations.items():
        known = judged.codes[target] >= 0
        probabilities = judged.probabilities[target][known]
        right = probabilities.argmax(axis=1) == judged.codes[target][known]
        plot_confusion(
            evaluation.classes, evaluation.confusion, PICTURES / f"confusion_{target}.png"
        )
        plot_reliability(probabilities.max(axis=1), right, PICTURES / f"reliability_{target}.png")


def main() -> None:
    """Print the tables; write the card and the README's figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument("--save", action="store_true", help="save the model to models/default too")
    arguments = parser.parse_args()
    learned = messages()
    fitted = train_on(learned, n_jobs=arguments.jobs)
    if arguments.save:
        fitted.classifier.save(OUTPUT)
    replied = {i: message for i, message in enumerate(learned) if message.source == "replied"}
    judged = Judged(fitted, learned, replied)
    agreed = Judged(fitted, learned, where_readers_agree(replied))
    first, both = judged.figures(), agreed.figures()
    seven = seven_classes(arguments.jobs)
    usual = usual_figures(learned, USUAL, arguments.jobs)
    evaluations = judged.evaluations()
    draw(evaluations, judged)
    write_card(fitted.classifier, learned, (seven, first, both, usual), evaluations)
    write_readmes((seven, first, both, usual))
    print((OUTPUT / "README.md").read_text("utf-8"))
    print(json.dumps(fitted.classifier.provenance["out_of_fold"], indent=1))


if __name__ == "__main__":
    main()
