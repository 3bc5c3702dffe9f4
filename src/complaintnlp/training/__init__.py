"""The only room that imports scikit-learn: from a labelled table to a calibrated classifier."""

from complaintnlp.training.corpus import Corpus
from complaintnlp.training.evaluation import Evaluation, evaluate
from complaintnlp.training.groups import near_duplicate_groups
from complaintnlp.training.lexicon import Lexicon, read_lexicon
from complaintnlp.training.reading import read_corpus
from complaintnlp.training.train import train

__all__ = [
    "Corpus",
    "Evaluation",
    "Lexicon",
    "evaluate",
    "near_duplicate_groups",
    "read_corpus",
    "read_lexicon",
    "train",
]
