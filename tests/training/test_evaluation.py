from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from complaintnlp import InputError
from complaintnlp.training import Corpus, evaluate
from complaintnlp.training.evaluation import calibration_error, measure
from complaintnlp.training.stacking import fit_layer

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp import Classifier


def test_numbers_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(0)
    codes = random.integers(-1, 4, 300)
    probabilities = random.dirichlet(np.ones(5), 300)
    acceptable = np.eye(5, dtype=bool)[np.maximum(codes, 0)]
    measured = measure("甲乙丙丁戊", codes, acceptable, probabilities)
    known = codes >= 0
    predicted = probabilities[known].argmax(axis=1)
    assert measured.accuracy == pytest.approx(accuracy_score(codes[known], predicted))
    assert measured.macro_f1 == pytest.approx(f1_score(codes[known], predicted, average="macro"))
    assert measured.acceptable == measured.accuracy
    assert measured.top3 >= measured.accuracy
    assert measured.confusion.sum() == known.sum() == measured.support.sum()


def test_overconfidence_is_an_error_and_the_layer_mends_it() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 3, 4000)
    logits = (np.eye(3)[truth] + random.normal(size=(4000, 3))) * 8
    wanted = np.eye(3)[truth]
    raw = np.exp(logits - logits.max(axis=1, keepdims=True))
    raw /= raw.sum(axis=1, keepdims=True)
    layer = fit_layer(logits[:2000].astype(np.float32), [wanted[:2000]], penalty=1e-4)
    (mended,) = layer.probabilities(logits[2000:].astype(np.float32))

    def error(probabilities: np.ndarray) -> float:
        return calibration_error(
            probabilities.max(axis=1), probabilities.argmax(axis=1) == truth[2000:]
        )

    assert error(raw[2000:]) > 0.1
    assert error(mended) < 0.04


def test_unknown_targets_and_labels_are_named(small_classifier: Classifier) -> None:
    with pytest.raises(InputError, match="no target office; it has category"):
        evaluate(small_classifier, Corpus(["停水", "停电"], [None] * 2, {"office": ["a", "b"]}))
    with pytest.raises(InputError, match="no label of 'category'"):
        evaluate(small_classifier, Corpus(["停水", "停电"], [None] * 2, {"category": ["a", "b"]}))


def test_a_confusion_matrix_is_drawn(
    small_classifier: Classifier, corpus: Corpus, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    measured = evaluate(small_classifier, corpus.take(np.arange(30)))
    measured["category"].plot_confusion(tmp_path / "confusion.png")
    assert (tmp_path / "confusion.png").read_bytes().startswith(b"\x89PNG")
