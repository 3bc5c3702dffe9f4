"""Chinese complaint text to category, responsible department, appeal type and hazard.

Examples
--------
>>> import complaintnlp
>>> clf = complaintnlp.load()
>>> clf.predict("小区电梯间窗户低，且没装限位器").category.label
'城乡建设'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from complaintnlp.errors import (
    ComplaintNLPError,
    InputError,
    MissingExtraError,
    ModelError,
    TableError,
)

if TYPE_CHECKING:
    from complaintnlp.model import Classifier, Prediction, PredictionBatch, TargetPrediction, load
    from complaintnlp.training import train

__version__ = "0.1.0"

__all__ = [
    "Classifier",
    "ComplaintNLPError",
    "InputError",
    "MissingExtraError",
    "ModelError",
    "Prediction",
    "PredictionBatch",
    "TableError",
    "TargetPrediction",
    "load",
    "train",
]


# Imported when first asked for: numpy takes most of a cold start, which a command may have to
# prepare or not need, and scikit-learn takes longer than a thousand predictions.
_HOMES = {
    "Classifier": "complaintnlp.model",
    "Prediction": "complaintnlp.model",
    "PredictionBatch": "complaintnlp.model",
    "TargetPrediction": "complaintnlp.model",
    "load": "complaintnlp.model",
    "train": "complaintnlp.training",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        value: object = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    if name == "routing":
        return import_module("complaintnlp.routing")
    raise AttributeError(f"module 'complaintnlp' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
