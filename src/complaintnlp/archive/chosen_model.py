"""The model of a run: loaded where that is needed, and told from any other."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from complaintnlp.errors import InputError
from complaintnlp.model import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from complaintnlp import Classifier

__all__ = ["ChosenModel", "choose_model"]


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """The model that a caller means.

    Parameters
    ----------
    classifier : Classifier
        The model.
    reload : callable, optional
        Loads it again in another process, if it comes from a directory.
    """

    classifier: Classifier
    reload: Callable[[], Classifier] | None

    def identity(self) -> dict[str, Any]:
        """Return what tells it from another: its files, and the rule in force for review."""
        return {"model": self.classifier.digest, "review rule": self.classifier.review.to_dict()}


def choose_model(
    model: str | PathLike[str] | Classifier | None,
    review_risk: float | None,
    *,
    resume: bool = False,
) -> ChosenModel:
    """Return the model that a caller means.

    Parameters
    ----------
    model : path-like or Classifier, optional
        The bundled one by default.
    review_risk : float, optional
        Share of wrong labels to allow among rows that are not sent to review.
    resume : bool
        Whether an interrupted run goes on with it.

    Raises
    ------
    InputError
        When a run cannot go on with it, because nothing tells whether it is the same.
    """
    if model is None or isinstance(model, str | os.PathLike):
        reload = partial(load, model, review_risk=review_risk)
        return ChosenModel(reload(), reload)
    if resume and not model.digest:
        raise InputError(
            "resume cannot tell whether this classifier is that of the interrupted run, since it "
            "was not loaded from a directory; start over with force=True, or save it first and "
            "give the directory to both runs"
        )
    chosen = model if review_risk is None else model.with_review_risk(review_risk)
    return ChosenModel(chosen, None)
