"""Third room: rows of features become logits, probabilities and a prediction.

The model is data: linear heads, a calibration layer and a rule for review, kept in a directory of
plain arrays and text.
"""

from complaintnlp.model.classifier import Classifier
from complaintnlp.model.loading import load
from complaintnlp.model.prediction import Prediction, PredictionBatch, TargetPrediction

__all__ = ["Classifier", "Prediction", "PredictionBatch", "TargetPrediction", "load"]
