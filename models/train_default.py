"""Train the bundled model: ``python models/train_default.py`` writes ``models/default``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from names import without_names
from real_messages import LEXICON, ROOT, Message, corpus_of, labelled_messages, written_messages

from complaintnlp.features import FeatureSettings
from complaintnlp.training import read_lexicon
from complaintnlp.training.fitting import TrainingSettings, fit_out_of_fold

if TYPE_CHECKING:
    from complaintnlp.training.fitting import Fitted

OUTPUT = ROOT / "models" / "default"

# With so many messages, pairs of words and runs of three characters add nothing but time.
FEATURES = FeatureSettings(
    blocks=("words", "lead words", "characters 2", "edge characters"),
    smoothing=1000.0,
    max_features=180_000,
)


def messages() -> list[Message]:
    """Return everything that the bundled model learns from."""
    return labelled_messages() + written_messages()


def anonymous(message: Message) -> Message:
    """Return the message without the personal names in it."""
    title = None if message.title is None else without_names(message.title)
    return replace(message, title=title, text=without_names(message.text))


def train_on(learned: list[Message], n_jobs: int = -1) -> Fitted:
    """Train by the bundled model's recipe."""
    return fit_out_of_fold(
        corpus_of([anonymous(message) for message in learned]),
        features=FEATURES,
        settings=TrainingSettings(n_jobs=n_jobs),
        lexicon=read_lexicon(LEXICON),
    )


def main() -> None:
    """Train on everything and save."""
    classifier = train_on(messages()).classifier
    classifier.save(OUTPUT)
    for target, metrics in classifier.provenance["out_of_fold"].items():
        print(target, metrics)


if __name__ == "__main__":
    main()
