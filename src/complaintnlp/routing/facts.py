"""What routing needs to know of a prediction, whether it comes from the model or from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaintnlp import Prediction, PredictionBatch

__all__ = ["Facts", "facts_of", "facts_of_batch"]

_RANKED = 4


class Facts(NamedTuple):
    """The labels of one message.

    Parameters
    ----------
    department : str
        The first department.
    confidence : float or None
        Its probability, if known.
    others : tuple of (str, float)
        The departments that rank next, with their probabilities, descending.
    category, appeal_type : str
        Empty where the model has no such target.
    hazard : float
        The probability of danger; 0 where the model has no such target.
    review_reasons : sequence of str
        Why a person must look at the message.
    """

    department: str
    confidence: float | None = None
    others: tuple[tuple[str, float], ...] = ()
    category: str = ""
    appeal_type: str = ""
    hazard: float = 0.0
    review_reasons: Sequence[str] = ()


def facts_of(prediction: Prediction) -> Facts:
    """Return what routing needs of one prediction.

    Raises
    ------
    InputError
        When the model predicts no departments.
    """
    targets = prediction.targets
    _require_department(targets)
    first, *others = prediction.department.ranking[:_RANKED]
    return Facts(
        str(first[0]),
        first[1],
        tuple((str(code), probability) for code, probability in others),
        str(prediction.category.label) if "category" in targets else "",
        str(prediction.appeal_type.label) if "appeal_type" in targets else "",
        dict(prediction.hazard.ranking).get(True, 0.0) if "hazard" in targets else 0.0,
        prediction.review_reasons,
    )


def facts_of_batch(batch: PredictionBatch) -> list[Facts]:
    """Return what routing needs of many predictions, computed by columns.

    Raises
    ------
    InputError
        When the model predicts no departments.
    """
    _require_department(batch.targets)
    count = len(batch)
    probabilities = batch.probabilities["department"]
    codes = [str(label) for label in batch.classes["department"]]
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :_RANKED]
    ranked = np.take_along_axis(probabilities, order, axis=1).tolist()
    rankings = [
        [(codes[label], probability) for label, probability in zip(row, values, strict=True)]
        for row, values in zip(order.tolist(), ranked, strict=True)
    ]
    nothing = [""] * count
    categories = batch.labels("category") if "category" in batch.targets else nothing
    types = batch.labels("appeal_type") if "appeal_type" in batch.targets else nothing
    columns = zip(rankings, categories, types, _hazards(batch), batch.review_reasons, strict=True)
    return [
        Facts(*ranking[0], tuple(ranking[1:]), str(category), str(kind), hazard, reasons)
        for ranking, category, kind, hazard, reasons in columns
    ]


def _hazards(batch: PredictionBatch) -> list[float]:
    labels = batch.classes.get("hazard", ())
    if True not in labels:
        return [0.0] * len(batch)
    column: list[float] = batch.probabilities["hazard"][:, labels.index(True)].tolist()
    return column


def _require_department(targets: Sequence[str]) -> None:
    if "department" not in targets:
        raise InputError(
            f"the model has no target department, only {', '.join(targets)}; "
            "routing needs a model that predicts departments"
        )
