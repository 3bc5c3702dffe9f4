"""Train the bundled model: ``python models/train_default.py`` writes ``models/default``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from names import without_names
from real_messages import (
    ROOT,
    Message,
    corpus_of,
    labelled_messages,
    seven_class_messages,
    written_messages,
)

from complaintnlp.training.train import TrainingSettings, fit

if TYPE_CHECKING:
    from complaintnlp.model import Classifier

OUTPUT = ROOT / "models" / "default"


def anonymous(message: Message) -> Message:
    """Return the message without the personal names in it."""
    title = None if message.title is None else without_names(message.title)
    return Message(message.source, title, without_names(message.text), message.labels, message.also)


def train_on(messages: list[Message], n_jobs: int = -1) -> Classifier:
    """Train a classifier by the bundled model's recipe."""
    return fit(
        corpus_of([anonymous(message) for message in messages]),
        settings=TrainingSettings(n_jobs=n_jobs),
    )


def main() -> None:
    """Train on everything and save."""
    classifier = train_on(labelled_messages() + seven_class_messages() + written_messages())
    classifier.save(OUTPUT)
    for target, metrics in classifier.provenance["out_of_fold"].items():
        print(target, metrics)


if __name__ == "__main__":
    main()
