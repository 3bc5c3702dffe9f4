"""Measuring a classifier: what a table with labels says about its predictions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from complaintnlp.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from complaintnlp.model import Classifier
    from complaintnlp.model.prediction import Label
    from complaintnlp.training.corpus import Corpus

__all__ = [
    "Evaluation",
    "calibration_error",
    "check_picture",
    "evaluate",
    "measure",
    "summarize",
]

_BATCH = 512
_PICTURES = (".png", ".svg", ".pdf")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How the predictions of one target compare with the labels.

    Attributes
    ----------
    classes : tuple of labels
    precision, recall, f1 : ndarray of float64, shape (n_classes,)
    support : ndarray of int64, shape (n_classes,)
        How many messages have each label.
    accuracy : float
    macro_f1 : float
        The mean of `f1` over the labels that occur in the table or in the predictions.
    calibration_error : float
        Expected calibration error of the confidence, in ten bins.
    top3 : float
        The share of messages whose label is among the first three.
    acceptable : float
        The share whose first choice is the label or one of the other right ones.
    confusion : ndarray of int64, shape (n_classes, n_classes)
        Rows are labels, columns predictions.
    """

    classes: tuple[Label, ...]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]
    accuracy: float
    macro_f1: float
    calibration_error: float
    top3: float
    acceptable: float
    confusion: NDArray[np.int64]

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the confusion matrix, JSON-ready."""
        per_class = [
            {
                "label": label,
                "precision": round(float(self.precision[i]), 4),
                "recall": round(float(self.recall[i]), 4),
                "f1": round(float(self.f1[i]), 4),
                "support": int(self.support[i]),
            }
            for i, label in enumerate(self.classes)
        ]
        return {**self.summary(), "classes": per_class}

    def summary(self) -> dict[str, float | int]:
        """Return the single numbers."""
        return {
            "messages": int(self.support.sum()),
            "accuracy": round(self.accuracy, 4),
            "macro_f1": round(self.macro_f1, 4),
            "calibration_error": round(self.calibration_error, 4),
            "top3": round(self.top3, 4),
            "acceptable": round(self.acceptable, 4),
        }

    def plot_confusion(self, path: str | PathLike[str]) -> None:
        """Draw the confusion matrix, each row as shares of its label.

        Parameters
        ----------
        path : path-like
            A ``.png``, ``.svg`` or ``.pdf``.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        InputError
            If it cannot be written there.
        """
        check_picture(path)
        try:
            from complaintnlp.training.plots import plot_confusion
        except ImportError as error:
            raise MissingExtraError("drawing", "plot") from error
        try:
            plot_confusion(self.classes, self.confusion, path)
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from error


def check_picture(path: str | PathLike[str]) -> None:
    """Raise an `InputError` if no picture can have this name, before the work that it shows.

    Parameters
    ----------
    path : path-like

    Examples
    --------
    >>> check_picture("confusion.svg")
    >>> check_picture("confusion.doc")
    Traceback (most recent call last):
    complaintnlp.errors.InputError: confusion.doc: a picture's name must end in .png .svg or .pdf
    """
    picture = Path(path)
    if picture.suffix.lower() not in _PICTURES:
        raise InputError(f"{path}: a picture's name must end in .png .svg or .pdf")
    if not picture.parent.is_dir():
        raise InputError(f"{path}: there is no folder {picture.parent}; make it or choose another")


def calibration_error(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10
) -> float:
    """Return the expected calibration error.

    Parameters
    ----------
    confidence : ndarray of float64, shape (n_messages,)
    right : ndarray of bool, shape (n_messages,)
    bins : int, default 10
        Of equal width.

    Returns
    -------
    float

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian
    binning.

    Examples
    --------
    >>> calibration_error(np.array([1.0, 1.0, 0.5, 0.5]), np.array([True, True, True, False]))
    0.0
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / max(len(confidence), 1))


def measure(
    classes: Sequence[Label],
    codes: NDArray[np.int64],
    acceptable: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
) -> Evaluation:
    """Compare probabilities with labels; messages without a label are left out.

    Parameters
    ----------
    classes : sequence of labels
    codes : ndarray of int64, shape (n_messages,)
        The position of each label among the classes, -1 where unknown.
    acceptable : ndarray of bool, shape (n_messages, n_classes)
    probabilities : ndarray of float64, shape (n_messages, n_classes)

    Returns
    -------
    Evaluation
    """
    known = codes >= 0
    codes, probabilities, acceptable = codes[known], probabilities[known], acceptable[known]
    predicted = probabilities.argmax(axis=1)
    numbers = np.arange(len(classes))
    precision, recall, f1, support = precision_recall_fscore_support(
        codes, predicted, labels=numbers, zero_division=0
    )
    occurring = np.union1d(codes, predicted)
    first_three = np.argsort(-probabilities, axis=1, kind="stable")[:, :3]
    right = predicted == codes
    return Evaluation(
        classes=tuple(classes),
        precision=precision,
        recall=recall,
        f1=f1,
        support=support,
        accuracy=float(right.mean()),
        macro_f1=float(f1[occurring].mean()),
        calibration_error=calibration_error(probabilities.max(axis=1), right),
        top3=float((first_three == codes[:, None]).any(axis=1).mean()),
        acceptable=float(acceptable[np.arange(len(codes)), predicted].mean()),
        confusion=confusion_matrix(codes, predicted, labels=numbers),
    )


def summarize(
    corpus: Corpus, target: str, probabilities: NDArray[np.float64]
) -> dict[str, float | int]:
    """Return the single numbers of one target of a corpus."""
    codes, acceptable = corpus.codes(target), corpus.acceptable(target)
    return measure(corpus.classes[target], codes, acceptable, probabilities).summary()


def evaluate(classifier: Classifier, corpus: Corpus) -> dict[str, Evaluation]:
    """Measure a classifier on labelled messages.

    Parameters
    ----------
    classifier : Classifier
    corpus : Corpus
        With labels for some of the classifier's targets.

    Returns
    -------
    dict of str to Evaluation

    Raises
    ------
    InputError
        If the classifier lacks a target, or a target has no label that it knows.
    """
    unknown = sorted(set(corpus.labels) - set(classifier.targets))
    if unknown:
        raise InputError(
            f"the model has no target {', '.join(unknown)}; it has {', '.join(classifier.targets)}"
        )
    parts: dict[str, list[NDArray[np.float64]]] = {target: [] for target in corpus.labels}
    for start in range(0, len(corpus), _BATCH):
        part = slice(start, start + _BATCH)
        batch = classifier.predict_batch(corpus.texts[part], corpus.titles[part])
        for target, probabilities in parts.items():
            probabilities.append(batch.probabilities[target])
    evaluations = {}
    for target, probabilities in parts.items():
        classes = classifier.classes_[target]
        codes = corpus.codes(target, classes)
        if not (codes >= 0).any():
            raise InputError(f"no label of {target!r} is one that the model knows: {classes}")
        acceptable = corpus.acceptable(target, classes)
        evaluations[target] = measure(classes, codes, acceptable, np.concatenate(probabilities))
    return evaluations
