"""From a labelled table to a calibrated classifier."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from complaintnlp.errors import InputError
from complaintnlp.features import FeatureSettings, Vectorizer
from complaintnlp.model import Classifier
from complaintnlp.model.heads import LinearHeads
from complaintnlp.text import Segmenter
from complaintnlp.training.evaluation import summarize
from complaintnlp.training.groups import near_duplicate_groups
from complaintnlp.training.heads import HeadTask, fit_heads, n_logits
from complaintnlp.training.promise import fit_review
from complaintnlp.training.reading import TableLike, read_corpus
from complaintnlp.training.stacking import fit_layer, out_of_fold_probabilities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from complaintnlp.training.corpus import Corpus

__all__ = ["TrainingSettings", "fit", "train"]

_TRANSFORM_BATCH = 1024
_FEWEST_GROUPS = 50


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
    also_weight : float
        How much of a message's label goes to its other right labels.
    n_jobs : int
        Processes; -1 for all cores.
    """

    seed: int = 0
    folds: int = 5
    cost: float = 1.0
    penalty: float = 1e-4
    also_weight: float = 0.0
    n_jobs: int = -1


def train(
    table: TableLike,
    targets: Mapping[str, str],
    *,
    title_column: str | None = None,
    text_column: str | None = None,
    also: Mapping[str, str] | None = None,
    encoding: str | None = None,
    seed: int = 0,
    user_dictionary: str | None = None,
    features: FeatureSettings | None = None,
    n_jobs: int = -1,
) -> Classifier:
    """Train a classifier on anyone's table with anyone's labels.

    Parameters
    ----------
    table : path-like, sequence of path-like, or mapping of column names to values
        One or several files, or columns in memory such as a DataFrame's.
    targets : mapping of str to str
        For each target the column of its labels. The names are free; the labels of ``hazard`` are
        read as yes or no. The promise about review is made for ``department`` if there is one,
        else for the first.
    title_column, text_column : str, optional
        Found by their usual names when not given.
    also : mapping of str to str, optional
        For each target the column of other right labels, joined by ``|``.
    encoding : str, optional
        Of text files; detected when not given.
    seed : int, default 0
        The same table and seed give the same model, byte for byte.
    user_dictionary : path-like, optional
        Words in the format of jieba's user dictionaries; they are stored in the model.
    features : FeatureSettings, optional
    n_jobs : int, default -1
        Processes; -1 for all cores.

    Returns
    -------
    Classifier
        Its `provenance` holds sizes and out-of-fold metrics.

    Raises
    ------
    InputError
        If a column is missing, a target has one label only, or there are too few messages.
    TableError
        If a file cannot be read.

    Examples
    --------
    >>> table = {
    ...     "text": ["小区停水三天了", "自来水发黄", "公交车不进站", "公交车乱收费"] * 5,
    ...     "kind": ["水", "水", "车", "车"] * 5,
    ... }
    >>> clf = train(table, targets={"subject": "kind"}, n_jobs=1)
    >>> clf.predict("水压太低").subject.label
    '水'
    """
    from complaintnlp.text.segment import read_user_dictionary

    corpus = read_corpus(
        table,
        targets,
        title_column=title_column,
        text_column=text_column,
        also=also,
        encoding=encoding,
    )
    words = read_user_dictionary(user_dictionary) if user_dictionary else ()
    return fit(
        corpus,
        segmenter=Segmenter(words),
        features=features,
        settings=TrainingSettings(seed=seed, n_jobs=n_jobs),
    )


def fit(
    corpus: Corpus,
    *,
    segmenter: Segmenter | None = None,
    features: FeatureSettings | None = None,
    settings: TrainingSettings | None = None,
) -> Classifier:
    """Train a classifier on a corpus; see `train`.

    Parameters
    ----------
    corpus : Corpus
    segmenter : Segmenter, optional
    features : FeatureSettings, optional
    settings : TrainingSettings, optional

    Returns
    -------
    Classifier
    """
    settings = settings or TrainingSettings()
    if len(corpus) < 2 * settings.folds:
        raise InputError(
            f"there are {len(corpus)} messages; training needs at least {2 * settings.folds}"
        )
    vectorizer = Vectorizer(features or FeatureSettings(), segmenter or Segmenter())
    vectorizer.fit(corpus.texts, corpus.titles)
    rows, coverage = _matrix(vectorizer, corpus)
    classes = corpus.classes
    codes = {target: corpus.codes(target) for target in classes}
    with threadpool_limits(1):  # sums in one order, so that the same seed gives the same bytes
        folds = _folds(corpus, next(iter(codes.values())), settings)
        logits, heads = _fit_out_of_fold(rows, codes, classes, folds, settings)
        wanted = [_wanted(corpus, target, settings) for target in classes]
        layer = fit_layer(logits, wanted, settings.penalty)
        probabilities = out_of_fold_probabilities(logits, wanted, folds, settings.penalty)
    named = dict(zip(classes, probabilities, strict=True))
    watched = "department" if "department" in classes else next(iter(classes))
    review = fit_review(watched, named[watched], corpus.acceptable(watched), coverage)
    return Classifier(
        vectorizer,
        heads,
        layer,
        classes,
        review,
        provenance=_provenance(corpus, vectorizer, settings, named),
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
    """Return the fold of each message; near-duplicates share one."""
    groups = near_duplicate_groups(corpus.joined())
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
    codes: Mapping[str, NDArray[np.int64]],
    classes: Mapping[str, tuple[Any, ...]],
    folds: NDArray[np.int64],
    settings: TrainingSettings,
) -> tuple[NDArray[np.float32], LinearHeads]:
    """Return the logits of each message by heads that did not see its fold, and the final heads."""
    everything = -1
    tasks: list[HeadTask] = []
    for fold in [*range(settings.folds), everything]:
        for target, code in codes.items():
            learned = np.flatnonzero((code >= 0) & (folds != fold))
            tasks.append((learned, code[learned], len(classes[target])))
    fitted = fit_heads(rows, tasks, seed=settings.seed, cost=settings.cost, n_jobs=settings.n_jobs)
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


def _wanted(corpus: Corpus, target: str, settings: TrainingSettings) -> NDArray[np.float64]:
    """Return the probability that each class should get; a row of zeros where unknown."""
    codes = corpus.codes(target)
    right = corpus.acceptable(target)
    others = right.copy()
    known = np.flatnonzero(codes >= 0)
    others[known, codes[known]] = False
    wanted = np.zeros(right.shape)
    count = others.sum(axis=1, keepdims=True)
    wanted += np.where(count > 0, settings.also_weight * others / np.maximum(count, 1), 0)
    wanted[known, codes[known]] = 1 - wanted[known].sum(axis=1)
    wanted[codes < 0] = 0
    return wanted


def _provenance(
    corpus: Corpus,
    vectorizer: Vectorizer,
    settings: TrainingSettings,
    probabilities: Mapping[str, NDArray[np.float64]],
) -> dict[str, Any]:
    metrics = {
        target: summarize(corpus, target, probability)
        for target, probability in probabilities.items()
    }
    return {
        "messages": len(corpus),
        "terms": len(vectorizer.keys_),
        "seed": settings.seed,
        "folds": settings.folds,
        "out_of_fold": metrics,
    }
