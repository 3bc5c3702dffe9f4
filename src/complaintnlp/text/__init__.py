"""First room: one message becomes clean text, clean text becomes words.

``normalize`` is the documented pipeline of small steps; `Segmenter` cuts runs of Han characters
into jieba's words.
"""

from complaintnlp.text.normalize import STEPS, normalize
from complaintnlp.text.segment import Segmenter

__all__ = ["STEPS", "Segmenter", "normalize"]
