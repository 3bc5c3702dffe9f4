"""Fitting a calibrated classifier to a corpus, and what it says of messages it has not seen."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from complaintnlp.errors import InputError
from complaintnlp.features import FeatureSettings, Vectorizer
from complaintnlp.model import Classifier
from complaintnlp.model.heads import LinearHeads
from complaintnlp.text import Segmenter
from complaintnlp.training.blending import blend_layer, out_of_fold_probabilities
from complaintnlp.training.evaluation import summarize
from complaintnlp.training.heads import HeadTask, fit_heads, n_logits
from complaintnlp.training.promise import fit_review
from complaintnlp.training.stacking import fit_layer, out_of_fold_scores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from complaintnlp.training.corpus import Corpus
    from complaintnlp.training.lexicon import Lexicon

__all__ = ["Fitted", "TrainingSettings", "fit", "fit_out_of_fold"]

_TRANSFORM_BATCH = 1024
_FEWEST_GROUPS = 50
_SEEDS = 2**32


@dataclass(frozen=True)
class TrainingSettings:
    """How a classifier is fitted.

    Parameters
    ----------
    seed : int
        Of the folds and of the optimiser; the same seed gives the same bytes.
    folds : int
        How many folds the out-of-fold logits come from.
    cost : float
        Of an error against the margin of the linear heads.
    penalty : float
        Of the calibration layer's distance from one temperature for each target.
    n_jobs : int
        Processes; -1 for all cores.

    Raises
    ------
    InputError
        If a setting is of the wrong type or out of its range.
    """

    seed: int = 0
    folds: int = 5
    cost: float = 1.0
    penalty: float = 2e-2
    n_jobs: int = -1

    def __post_init__(self) -> None:
        for name in ("seed", "folds", "n_jobs"):
            value = getattr(self, name)
            if not isinstance(value, int):
                raise InputError(f"{name} is {value!r}; it must be an int")
        if not 0 <= self.seed < _SEEDS:
            raise InputError(f"seed is {self.seed}; it must be from 0 to {_SEEDS - 1}")
        if self.folds < 2:
            raise InputError(f"folds is {self.folds}; it must be 2 or more")
        if not self.n_jobs:
            raise InputError("n_jobs is 0; it must be a number of processes, or -1 for all cores")


class Fitted(NamedTuple):
    """A classifier and what it would have said of messages that it had not seen.

    Attributes
    ----------
    classifier : Classifier
    probabilities : dict of str to ndarray of float64, shape (n_messages, n_classes)
        For each target, out of fold: no head, layer or blend behind a row saw the message or one
        that is nearly the same.
    coverage : ndarray of float64, shape (n_messages,)
        The share of each message's terms that the vocabulary knows.
    """

    classifier: Classifier
    probabilities: dict[str, NDArray[np.float64]]
    coverage: NDArray[np.float64]


def fit(
    corpus: Corpus,
    *,
    segmenter: Segmenter | None = None,
    features: FeatureSettings | None = None,
    settings: TrainingSettings | None = None,
    lexicon: Lexicon | None = None,
) -> Classifier:
    """Train a classifier on a corpus; see `train`.

    Parameters
    ----------
    corpus : Corpus
    segmenter : Segmenter, optional
    features : FeatureSettings, optional
    settings : TrainingSettings, optional
    lexicon : Lexicon, optional
        What single words say by a reader's knowledge.

    Returns
    -------
    Classifier
    """
    return fit_out_of_fold(
        corpus, segmenter=segmenter, features=features, settings=settings, lexicon=lexicon
    ).classifier


def fit_out_of_fold(
    corpus: Corpus,
    *,
    segmenter: Segmenter | None = None,
    features: FeatureSettings | None = None,
    settings: TrainingSettings | None = None,
    lexicon: Lexicon | None = None,
) -> Fitted:
    """Train a classifier as `fit` does and keep what measures it.

    Parameters
    ----------
    corpus, segmenter, features, settings, lexicon
        As for `fit`.

    Returns
    -------
    Fitted
    """
    settings = settings or TrainingSettings()
    _check_enough(corpus, settings.folds)
    vectorizer = Vectorizer(features or FeatureSettings(), segmenter or Segmenter())
    vectorizer.fit(corpus.texts, corpus.titles, lexicon.weights if lexicon else ())
    rows, coverage = _matrix(vectorizer, corpus)
    concepts = lexicon.matrix(vectorizer) if lexicon else None
    classes = corpus.classes
    codes = {target: corpus.codes(target) for target in classes}
    with threadpool_limits(1):  # sums in one order, so that the same seed gives the same bytes
        folds = _folds(corpus, next(iter(codes.values())), settings)
        weights = corpus.sample_weights()
        logits, heads = _fit_out_of_fold(rows, weights, codes, classes, folds, settings, concepts)
        wanted = [weights[:, None] * _wanted(corpus, target) for target in classes]
        scores = out_of_fold_scores(logits, wanted, folds, settings.penalty)
        typical = corpus.are_typical()
        counted = [target * typical[:, None] for target in wanted]
        layer = blend_layer(fit_layer(logits, wanted, settings.penalty), scores, counted)
        probabilities = out_of_fold_probabilities(layer, scores, counted, folds)
    named = dict(zip(classes, probabilities, strict=True))
    watched = "department" if "department" in classes else next(iter(classes))
    acceptable = corpus.acceptable(watched)[typical]
    review = fit_review(watched, named[watched][typical], acceptable, coverage[typical])
    provenance = _provenance(corpus, vectorizer, settings, named, lexicon)
    classifier = Classifier(vectorizer, heads, layer, classes, review, provenance=provenance)
    return Fitted(classifier, named, coverage)


def _check_enough(corpus: Corpus, folds: int) -> None:
    """Raise an `InputError` if the messages cannot be spread over the folds."""
    if len(corpus) < 2 * folds:
        raise InputError(f"there are {len(corpus)} messages; training needs at least {2 * folds}")
    first = next(iter(corpus.labels))  # the target that the folds are stratified by
    most = np.unique(corpus.codes(first), return_counts=True)[1].max()
    if most < folds:
        raise InputError(
            f"every label of {first!r} has fewer than {folds} messages; training needs one with "
            f"{folds} or more"
        )


def _matrix(vectorizer: Vectorizer, corpus: Corpus) -> tuple[csr_matrix, NDArray[np.float64]]:
    from scipy.sparse import vstack

    parts, coverage = [], []
    for start in range(0, len(corpus), _TRANSFORM_BATCH):
        part = slice(start, start + _TRANSFORM_BATCH)
        rows = vectorizer.transform(corpus.texts[part], corpus.titles[part])
        shape = (len(rows.indptr) - 1, len(vectorizer.keys_))
        parts.append(csr_matrix((rows.data, rows.indices, rows.indptr), shape=shape))
        coverage.append(rows.coverage)
    return vstack(parts, format="csr"), np.concatenate(coverage)


def _folds(
    corpus: Corpus, codes: NDArray[np.int64], settings: TrainingSettings
) -> NDArray[np.int64]:
    """Return the fold of each message; near-duplicates and messages of one case share one."""
    groups = corpus.groups()
    if groups.max() < _FEWEST_GROUPS:  # a toy: whole classes would be left out with their group
        groups = np.arange(len(corpus))
    splitter = StratifiedGroupKFold(settings.folds, shuffle=True, random_state=settings.seed)
    folds = np.zeros(len(corpus), dtype=np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class smaller than the number of folds
        for fold, (_, inside) in enumerate(splitter.split(codes, codes, groups)):
            folds[inside] = fold
    return folds


def _fit_out_of_fold(
    rows: csr_matrix,
    weights: NDArray[np.float64],
    codes: Mapping[str, NDArray[np.int64]],
    classes: Mapping[str, tuple[Any, ...]],
    folds: NDArray[np.int64],
    settings: TrainingSettings,
    concepts: csr_matrix | None,
) -> tuple[NDArray[np.float32], LinearHeads]:
    """Return the logits of each message by heads that did not see its fold, and the final heads."""
    everything = -1
    tasks: list[HeadTask] = []
    for fold in [*range(settings.folds), everything]:
        for target, code in codes.items():
            learned = np.flatnonzero((code >= 0) & (folds != fold))
            tasks.append((learned, code[learned], len(classes[target])))
    fitted = fit_heads(
        rows,
        weights,
        tasks,
        seed=settings.seed,
        cost=settings.cost,
        n_jobs=settings.n_jobs,
        concepts=concepts,
    )
    width = sum(n_logits(len(labels)) for labels in classes.values())
    logits = np.zeros((rows.shape[0], width), dtype=np.float32)
    for fold in range(settings.folds):
        part = fitted[fold * len(codes) : (fold + 1) * len(codes)]
        coefficients = np.hstack([head[0] for head in part])
        intercept = np.concatenate([head[1] for head in part])
        inside = np.flatnonzero(folds == fold)
        logits[inside] = rows[inside] @ coefficients + intercept
    final = fitted[-len(codes) :]
    heads = LinearHeads.quantize(
        np.hstack([head[0] for head in final]), np.concatenate([head[1] for head in final])
    )
    return logits, heads


def _wanted(corpus: Corpus, target: str) -> NDArray[np.float64]:
    """Return one in the column of each message's label; a row of zeros where it is unknown."""
    codes = corpus.codes(target)
    known = np.flatnonzero(codes >= 0)
    wanted = np.zeros((len(codes), len(corpus.classes[target])))
    wanted[known, codes[known]] = 1
    return wanted


def _provenance(
    corpus: Corpus,
    vectorizer: Vectorizer,
    settings: TrainingSettings,
    probabilities: Mapping[str, NDArray[np.float64]],
    lexicon: Lexicon | None,
) -> dict[str, Any]:
    metrics = {
        target: summarize(corpus, target, probability)
        for target, probability in probabilities.items()
    }
    return {
        "messages": len(corpus),
        "terms": len(vectorizer.keys_),
        "lexicon": len(lexicon.weights) if lexicon else 0,
        "seed": settings.seed,
        "folds": settings.folds,
        "out_of_fold": metrics,
    }
