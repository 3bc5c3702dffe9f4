"""The bundled model and its card say the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import complaintnlp

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def card() -> str:
    return (ROOT / "models" / "default" / "README.md").read_text("utf-8")


def test_the_card_shows_the_metrics_of_the_model(
    card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.card import provenance_table

    classifier = complaintnlp.load()
    assert provenance_table(classifier) in card
    assert f"{len(classifier.vectorizer.keys_):,} terms" in card
    assert f"## Data: {classifier.provenance['messages']:,} messages" in card
    assert f"below {classifier.review.threshold:.3f}" in card


def test_the_model_is_small_and_holds_no_number() -> None:
    folder = ROOT / "models" / "default"
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 15e6
    words = complaintnlp.load().vectorizer.words_
    assert not [word for word in words if any(character.isdigit() for character in word)]


@pytest.mark.shared
def test_the_card_counts_what_the_recipe_learns_from(
    card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "models"))
    from train_default import messages

    assert f"## Data: {len(messages()):,} messages" in card
    assert "real_messages" in sys.modules
