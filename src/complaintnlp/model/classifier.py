"""The classifier: the rooms joined, from text to prediction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from complaintnlp.errors import InputError
from complaintnlp.model.combining import Combiner
from complaintnlp.model.explanation import explain
from complaintnlp.model.messages import check_messages, check_several
from complaintnlp.model.prediction import Label, Prediction, PredictionBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from complaintnlp.features.vectorizer import Vectorizer
    from complaintnlp.model.calibration import CalibrationLayer
    from complaintnlp.model.heads import LinearHeads
    from complaintnlp.model.review import ReviewRule

__all__ = ["Classifier"]

_BATCH = 256  # of a model with fewer than 2**18 terms, so many messages are sorted as 32 bits


@dataclass(frozen=True, eq=False)
class Classifier:
    """Predict the targets of Chinese complaints.

    Made by `complaintnlp.load` or `complaintnlp.train`; immutable, and safe to call from many
    threads at once.

    Parameters
    ----------
    vectorizer : Vectorizer
        Fitted.
    heads : LinearHeads
    calibration : CalibrationLayer
    classes_ : dict of str to tuple of labels
        The labels of each target.
    review : ReviewRule
    provenance : dict
        Where the model comes from: data, sizes, metrics.
    digest : str
        SHA-256 of the model's description, which holds that of every file; empty before `save`.

    Examples
    --------
    >>> import complaintnlp
    >>> clf = complaintnlp.load()
    >>> clf.predict("楼道停放车辆，堵塞了消防通道，请您帮忙解决").department.label
    '消防'
    """

    vectorizer: Vectorizer
    heads: LinearHeads
    calibration: CalibrationLayer
    classes_: dict[str, tuple[Label, ...]]
    review: ReviewRule
    provenance: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    _combiner: Combiner[tuple[str, str | None], Prediction] = field(
        init=False, repr=False, default_factory=Combiner
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets."""
        return tuple(self.classes_)

    def predict(self, text: str, title: str | None = None) -> Prediction:
        """Predict one message.

        Parameters
        ----------
        text : str
            The message as it came.
        title : str, optional
            Its title.

        Returns
        -------
        Prediction

        Raises
        ------
        InputError
            If the text or title is no string.

        Examples
        --------
        >>> import complaintnlp
        >>> p = complaintnlp.load().predict("请问2024年城乡居民医保什么时候可以缴费，在哪里缴")
        >>> p.department.label, p.appeal_type.label
        ('医保', '咨询')
        """
        check_messages([text], [title])
        return self._combiner(self._answer, (text, title))

    def predict_many(
        self, texts: Iterable[str], titles: Iterable[str | None] | None = None
    ) -> Iterator[Prediction]:
        """Predict many messages, lazily and in order, a bounded number of them in memory.

        Parameters
        ----------
        texts : iterable of str
        titles : iterable of str or None, optional
            As many as there are texts.

        Yields
        ------
        Prediction

        Raises
        ------
        InputError
            If the texts are one string, a text or title is no string, or there are not as many
            titles as texts.

        Examples
        --------
        >>> import complaintnlp
        >>> texts = ["小区停水三天了", "路灯不亮"]
        >>> [str(p.category.label) for p in complaintnlp.load().predict_many(texts)]
        ['城乡建设', '城乡建设']
        """
        check_several(texts, "texts", sized=False)
        if titles is not None:
            check_several(titles, "titles", sized=False)
        pairs = zip(texts, repeat(None) if titles is None else titles, strict=titles is not None)
        return self._predict_pairs(pairs)

    def predict_batch(
        self, texts: Sequence[str], titles: Sequence[str | None] | None = None
    ) -> PredictionBatch:
        """Predict a batch at once: the fast path, whose memory grows with the batch.

        Parameters
        ----------
        texts : sequence of str, length n_messages
        titles : sequence of str or None, length n_messages, optional

        Returns
        -------
        PredictionBatch

        Raises
        ------
        InputError
            If the texts are one string, a text or title is no string, or there are not as many
            titles as texts.
        """
        check_several(texts, "texts")
        titles = [None] * len(texts) if titles is None else titles
        check_several(titles, "titles")
        check_messages(texts, titles)
        return self._predict_batch(texts, titles)

    def explain(
        self, text: str, title: str | None = None, target: str = "department", top: int = 10
    ) -> list[tuple[str, float]]:
        """Return the words that decided, with their contributions to the label's score.

        The score is that of the predicted label above the mean of all labels, before the softmax.
        What a pair or character n-gram adds is divided among the words it lies in, so the
        contributions of all words and of the intercept, ``"(intercept)"``, sum to the score.

        Parameters
        ----------
        text : str
        title : str, optional
        target : str, default "department"
        top : int, default 10
            How many words, by the size of the contribution.

        Returns
        -------
        list of (str, float)

        Raises
        ------
        InputError
            If the model has no such target.

        Examples
        --------
        >>> import complaintnlp
        >>> complaintnlp.load().explain("路灯坏了没人修", target="department", top=1)[0][0]
        '路灯'
        """
        if target not in self.classes_:
            raise InputError(f"no target {target!r}; this model has {', '.join(self.classes_)}")
        check_messages([text], [title])
        return explain(self, text, title, target)[:top]

    def with_review_risk(self, risk: float) -> Classifier:
        """Return the same classifier with another promise about what needs no review."""
        return replace(self, review=self.review.with_risk(risk))

    def save(self, directory: str | PathLike[str]) -> None:
        """Write the model to a directory.

        Parameters
        ----------
        directory : path-like
            Made if missing; a model in it is replaced, and goes on working where it is loaded.

        Raises
        ------
        InputError
            If `directory` is no path.
        ModelError
            If the directory holds something else, or cannot be written.
        """
        from complaintnlp.model.saving import write

        write(self, directory)

    def _predict_batch(self, texts: Sequence[str], titles: Sequence[str | None]) -> PredictionBatch:
        if len(texts) <= _BATCH:
            return self._judge(*self._score(texts, titles))
        texts, titles = list(texts), list(titles)
        parts = [
            self._score(texts[start : start + _BATCH], titles[start : start + _BATCH])
            for start in range(0, len(texts), _BATCH)
        ]
        logits, coverage = zip(*parts, strict=True)
        return self._judge(np.concatenate(logits), np.concatenate(coverage))

    def _score(
        self, texts: Sequence[str], titles: Sequence[str | None]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Return the logits of each message and the share of its words that are known."""
        rows = self.vectorizer.transform(texts, titles)
        return self.heads.decision_function(rows), rows.coverage

    def _judge(self, logits: NDArray[np.float32], coverage: NDArray[np.float64]) -> PredictionBatch:
        """Return what the logits and the share of known words of each message amount to."""
        parts = self.calibration.probabilities(logits)
        probabilities = dict(zip(self.classes_, parts, strict=True))
        confidence = probabilities[self.review.target].max(axis=1, initial=0)
        reasons = self.review.reasons(confidence, coverage)
        return PredictionBatch(self.classes_, probabilities, reasons)

    def _answer(self, pairs: list[tuple[str, str | None]]) -> list[Prediction]:
        batch = self._predict_batch([text for text, _ in pairs], [title for _, title in pairs])
        return [batch[row] for row in range(len(pairs))]

    def _predict_pairs(self, pairs: Iterator[tuple[str, str | None]]) -> Iterator[Prediction]:
        first = 0
        while batch := _next_batch(pairs):
            check_messages([text for text, _ in batch], [title for _, title in batch], first)
            yield from self._answer(batch)
            first += len(batch)


def _next_batch(pairs: Iterator[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    try:
        return list(islice(pairs, _BATCH))
    except ValueError as error:
        if not str(error).startswith("zip()"):
            raise
        raise InputError("texts and titles are not of the same length") from error
