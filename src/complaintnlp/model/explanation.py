"""Why a label was predicted, in the words of the message.

The whole model is linear up to the softmax, so the score of a label is a sum over terms. Terms
overlap (a word, a pair with its neighbour, runs of its characters), so what each adds is divided
equally among the words that it lies in.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from complaintnlp.features.keys import term_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from complaintnlp.features.vectorizer import Rows
    from complaintnlp.model.classifier import Classifier

__all__ = ["INTERCEPT", "explain"]

INTERCEPT = "(intercept)"


def explain(
    classifier: Classifier, text: str, title: str | None, target: str
) -> list[tuple[str, float]]:
    """Return all words of the message and the intercept with their contributions.

    Parameters
    ----------
    classifier : Classifier
    text : str
    title : str or None
    target : str

    Returns
    -------
    list of (str, float)
        By descending size of the contribution.
    """
    vectorizer = classifier.vectorizer
    rows = vectorizer.transform([text], [title])
    direction, offset = _direction(classifier, rows, target)
    terms = classifier.heads.coefficients(rows.indices) @ direction * rows.data
    words = vectorizer.content_words(text, title)
    contributions: defaultdict[str, float] = defaultdict(float)
    for key, contribution in zip(vectorizer.keys_[rows.indices].tolist(), terms, strict=True):
        inside = term_words(key, vectorizer.words_, words)
        for word in inside:
            contributions[word] += float(contribution) / len(inside)
    contributions[INTERCEPT] += offset
    return sorted(contributions.items(), key=lambda pair: (-abs(pair[1]), pair[0]))


def _direction(
    classifier: Classifier, rows: Rows, target: str
) -> tuple[NDArray[np.float64], float]:
    """Return how the logits make the label's score above the mean, and the constant in it."""
    layer = classifier.calibration
    position = list(classifier.classes_).index(target)
    start = sum(layer.sizes[:position])
    of_target = slice(start, start + layer.sizes[position])
    scores = layer.scores(classifier.heads.decision_function(rows))[0, of_target]
    best = int(scores.argmax())
    matrix = layer.matrix[:, of_target]
    bias = layer.bias[of_target]
    direction = matrix[:, best] - matrix.mean(axis=1)
    constant = bias[best] - bias.mean() + classifier.heads.intercept @ direction
    return direction, float(constant)
