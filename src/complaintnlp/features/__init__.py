"""Second room: words become one sparse row of features a message.

A feature is a term: a word, a pair of words or a run of characters, in the whole message or in
its lead or title. A term is one 64-bit integer, so that a batch of messages is turned into rows by
integer arithmetic and one hash lookup, without a string for each term.
"""

from complaintnlp.features.settings import FeatureSettings
from complaintnlp.features.vectorizer import Rows, Vectorizer

__all__ = ["FeatureSettings", "Rows", "Vectorizer"]
