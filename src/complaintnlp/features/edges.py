"""The edges of a message: its title and its last words, where people say what they want.

What is asked for, an answer or help, an end to it or a change, is said in function words (吗, 能否,
为什么, 请), which are no content, and mostly in the title and at the end. So the characters there
are taken as they are, with a blank where punctuation, digits or letters were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from complaintnlp.features.tokens import windows
from complaintnlp.text.characters import END

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["REACH", "Edges", "edges"]

REACH = 60
"""So many characters from the end of a field its edge begins: a title is all edge."""

_END = ord(END)


class Edges(NamedTuple):
    """The characters at the edges of a batch, field by field, with the mark after each field.

    Attributes
    ----------
    window : ndarray of uint64, shape (n_characters,)
        Each character and the three after it, as in `TokenBatch`.
    size : ndarray of int64, shape (2 * n_messages,)
        How many characters each field has there, with its mark.
    """

    window: NDArray[np.uint64]
    size: NDArray[np.int64]


def edges(han: NDArray[np.uint16]) -> Edges:
    """Return the edges of all fields.

    Parameters
    ----------
    han : ndarray of uint16, shape (n_characters,)
        All characters of the batch, as `TokenBatch` has them.

    Returns
    -------
    Edges

    Examples
    --------
    >>> from complaintnlp.text.characters import encode_basic
    >>> edges(encode_basic(f"停水{END}何时来水{END}")).size.tolist()
    [3, 5]
    """
    end = (han == _END).nonzero()[0]
    if len(end) == 2:
        title, body = end.tolist()
        parts = (
            han[max(title - REACH, 0) : title + 1],
            han[max(body - REACH, title + 1) : body + 1],
        )
        size = np.array([len(part) for part in parts], dtype=np.int64)
        return Edges(windows(np.concatenate(parts)), size)
    begin = np.zeros(len(end), dtype=np.int64)
    np.add(end[:-1], 1, out=begin[1:])
    start = np.maximum(begin, end - REACH)
    size = end - start
    size += 1
    place = (start - size.cumsum() + size).repeat(size)
    place += np.arange(len(place))
    return Edges(windows(han.take(place)), size)
