"""What a caller can do wrong, each said in one sentence that names the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

__all__ = ["ComplaintNLPError", "InputError", "MissingExtraError", "ModelError", "TableError"]


class ComplaintNLPError(Exception):
    """Base of every error that a caller of this library can cause."""


class InputError(ComplaintNLPError, ValueError):
    """An argument is of the wrong type, shape or value."""


class ModelError(ComplaintNLPError):
    """A model directory cannot be read, is damaged, or is of another format.

    Parameters
    ----------
    directory : path-like
        The model directory.
    problem : str
        What is wrong and, where it helps, what to do.
    """

    def __init__(self, directory: str | PathLike[str], problem: str) -> None:
        self.directory = directory
        self.problem = problem
        super().__init__(f"model {directory}: {problem}")


class TableError(ComplaintNLPError):
    """A table cannot be read or written.

    Parameters
    ----------
    source : str or path-like
        The file, or ``-`` for a stream.
    problem : str
        What is wrong and what to do.
    row : int, optional
        The row as a person sees it in the file (the header is row 1).
    column : str, optional
        The name of the column.
    """

    def __init__(
        self,
        source: str | PathLike[str],
        problem: str,
        *,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.source = source
        self.row = row
        self.column = column
        self.problem = problem
        place = "".join(
            f", {name} {value}"
            for name, value in (("row", row), ("column", column))
            if value is not None
        )
        super().__init__(f"{source}{place}: {problem}")


class MissingExtraError(ComplaintNLPError, ImportError):
    """An optional dependency is needed and not installed.

    Parameters
    ----------
    purpose : str
        What was asked for, such as ``"reading .xlsx"``.
    extra : str
        The extra that brings it, such as ``"excel"``.
    """

    def __init__(self, purpose: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f'{purpose} needs an extra: pip install "complaintnlp[{extra}]"')


def one_of(value: str, allowed: Iterable[str], name: str) -> str:
    """Return `value` if it is allowed, else raise an `InputError` that lists what is.

    Examples
    --------
    >>> one_of("csv", ["csv", "tsv"], "format")
    'csv'
    >>> one_of("doc", ["csv", "tsv"], "format")
    Traceback (most recent call last):
    complaintnlp.errors.InputError: format is 'doc'; it must be one of csv, tsv
    """
    choices = list(allowed)
    if value not in choices:
        raise InputError(f"{name} is {value!r}; it must be one of {', '.join(choices)}")
    return value
