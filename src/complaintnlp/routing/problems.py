"""Collecting every mistake of a configuration instead of stopping at the first."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.routing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

__all__ = ["Problem", "Problems", "did_you_mean"]


class Problem(NamedTuple):
    """One mistake: where it is, what it is, and what to do.

    Parameters
    ----------
    file : str
        The file as a person would open it.
    line : int
        The line, from 1; in a table, the row as a spreadsheet counts it.
    problem : str
        What is wrong.
    remedy : str
        What to do.
    """

    file: str
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}; {self.remedy}"


class Problems:
    """The mistakes found so far, in several files.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add("rota.csv", 3, "星期八 is no day of the week", "write 周一 to 周日")
    >>> [str(problem) for problem in problems]
    ['rota.csv:3: 星期八 is no day of the week; write 周一 to 周日']
    """

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __iter__(self) -> Iterator[Problem]:
        found = dict.fromkeys(self._found)
        return iter(sorted(found, key=lambda problem: (problem.file, problem.line)))

    def __len__(self) -> int:
        return len(set(self._found))

    def add(self, file: str | PathLike[str], line: int, problem: str, remedy: str) -> None:
        """Note one mistake."""
        self._found.append(Problem(str(file), line, problem, remedy))

    def raise_if_any(self) -> None:
        """Raise a `ConfigError` with all mistakes if there are any."""
        if self._found:
            raise ConfigError(list(self))


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the remedy for an unknown word: the known one that looks most like it.

    Examples
    --------
    >>> did_you_mean("treshold", ["threshold", "at_most"], "remove it")
    'did you mean threshold?'
    >>> did_you_mean("colour", ["threshold", "at_most"], "remove it")
    'remove it'
    """
    # Of a word of two or three characters, one wrong character is already much.
    close = get_close_matches(word, list(known), n=1, cutoff=0.5 if len(word) < 4 else 0.6)
    return f"did you mean {close[0]}?" if close else otherwise
