from __future__ import annotations

import numpy as np

from complaintnlp.model.calibration import CalibrationLayer, softmax
from complaintnlp.training.blending import blend_layer, fit_blend, out_of_fold_probabilities
from complaintnlp.training.evaluation import calibration_error


def noisy_labels(
    n: int, seed: int
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], np.ndarray]:
    """Return scores that grow very certain, and labels of which one in eight is drawn at random."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 4, n)
    scores = np.eye(4)[truth] * random.gamma(2, 5, (n, 1)) + random.normal(size=(n, 4))
    return scores, np.where(random.random(n) < 0.125, random.integers(0, 4, n), truth)


def test_the_blend_gives_the_ceiling_that_noise_sets() -> None:
    scores, labels = noisy_labels(6000, seed=0)
    layer = CalibrationLayer(np.eye(4), np.zeros(4), (4,), np.array([[0.0, 1.0]]))
    blended = blend_layer(layer, scores[:3000], [np.eye(4)[labels[:3000]]])
    (mended,) = blended.probabilities(scores[3000:].astype(np.float32))
    plain = softmax(scores[3000:])

    def error(probabilities: np.ndarray) -> float:
        right = probabilities.argmax(axis=1) == labels[3000:]
        return calibration_error(probabilities.max(axis=1), right)

    assert error(plain) > 0.05
    assert error(mended) < 0.02
    order = np.argsort(scores[3000:], axis=1)
    assert (np.diff(np.take_along_axis(mended, order, axis=1)) >= 0).all()


def test_few_messages_get_the_plain_softmax() -> None:
    scores, labels = noisy_labels(100, seed=1)
    assert fit_blend(scores, np.eye(4)[labels]) == (1.0, 0.0, 1.0)


def test_no_message_helps_to_fit_its_own_blend() -> None:
    scores, labels = noisy_labels(2000, seed=2)
    wanted = np.eye(4)[labels]
    folds = np.arange(2000) % 2
    layer = CalibrationLayer(np.eye(4), np.zeros(4), (4,), np.array([[0.0, 1.0]]))
    (before,) = out_of_fold_probabilities(layer, scores, [wanted], folds)
    wanted[folds == 0] = np.eye(4)[0]
    (after,) = out_of_fold_probabilities(layer, scores, [wanted], folds)
    assert np.array_equal(before[folds == 0], after[folds == 0])
    assert not np.array_equal(before[folds == 1], after[folds == 1])
