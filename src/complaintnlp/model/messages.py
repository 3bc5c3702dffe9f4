"""What callers give as messages, checked where it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import TYPE_CHECKING

from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check_messages", "check_several"]


def check_several(values: object, name: str, *, sized: bool = True) -> None:
    """Raise an `InputError` if `values` is one str, or nothing that holds several.

    Parameters
    ----------
    values : object
        What should be texts or titles.
    name : str
        The argument's name.
    sized : bool, default True
        Whether their number must be known; it is not of an iterator.

    Examples
    --------
    >>> check_several("停水停电", "texts")
    Traceback (most recent call last):
    complaintnlp.errors.InputError: texts is one str; give a list, with a str for each message
    """
    problem = ""
    if isinstance(values, str):
        problem = "is one str"
    elif not isinstance(values, Iterable) or (sized and not isinstance(values, Sized)):
        problem = f"is of type {type(values).__name__}"
    if problem:
        raise InputError(f"{name} {problem}; give a list, with a str for each message")


def check_messages(texts: Sequence[str], titles: Sequence[str | None], first: int = 0) -> None:
    """Raise an `InputError` unless there are as many titles as texts, and all of them are str.

    Parameters
    ----------
    texts : sequence of str
    titles : sequence of str or None
    first : int, default 0
        The number of the first message, where others came before.

    Examples
    --------
    >>> check_messages(["停水", 5], [None, None], first=256)
    Traceback (most recent call last):
    complaintnlp.errors.InputError: message 257: text and title must be str, not int
    """
    if len(texts) != len(titles):
        raise InputError(f"there are {len(texts)} texts and {len(titles)} titles")
    for number, (text, title) in enumerate(zip(texts, titles, strict=True), first):
        if not isinstance(text, str) or not (title is None or isinstance(title, str)):
            wrong = text if not isinstance(text, str) else title
            raise InputError(
                f"message {number}: text and title must be str, not {type(wrong).__name__}"
            )
