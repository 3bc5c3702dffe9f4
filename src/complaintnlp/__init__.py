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
from complaintnlp.model import Classifier, Prediction, PredictionBatch, TargetPrediction, load

if TYPE_CHECKING:
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


def __getattr__(name: str) -> object:
    # Training brings scikit-learn, whose import costs more than a thousand predictions.
    if name == "train":
        from complaintnlp.training import train

        return train
    if name == "routing":
        return import_module("complaintnlp.routing")
    raise AttributeError(f"module 'complaintnlp' has no attribute {name!r}")
