"""Words that a configuration names, and finding all of them in one pass over a text.

A phrase is written as it is said; ``…`` in it stands for up to `GAP` characters, as in
``多次反映…没有解决``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from complaintnlp.routing.automaton import Automaton

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from complaintnlp.routing.automaton import Alphabet

__all__ = ["GAP", "PhraseBook", "phrase_parts"]

GAP = 20
_ELLIPSIS = re.compile(r"…+|\.{3,}")

Span = tuple[int, int]


def phrase_parts(phrase: str) -> tuple[str, ...]:
    """Return the parts of a phrase between its gaps.

    Examples
    --------
    >>> phrase_parts("多次反映…没有解决")
    ('多次反映', '没有解决')
    """
    return tuple(part.strip() for part in _ELLIPSIS.split(phrase) if part.strip())


class PhraseBook:
    """Find phrases.

    Parameters
    ----------
    phrases : iterable of str
        The phrases.
    alphabet : Alphabet
        An alphabet that has their characters.

    Examples
    --------
    >>> from complaintnlp.routing.automaton import Alphabet
    >>> phrases = ["井盖", "多次反映…没有解决"]
    >>> alphabet = Alphabet(phrases)
    >>> text = "我多次反映，至今没有解决"
    >>> PhraseBook(phrases, alphabet).find(alphabet.encode(text))
    {'多次反映…没有解决': (1, 12)}
    """

    def __init__(self, phrases: Iterable[str], alphabet: Alphabet) -> None:
        # By the number of the first part: the phrases that begin with it.
        self._phrases: dict[int, list[tuple[str, tuple[int, ...]]]] = {}
        numbers: dict[str, int] = {}
        for phrase in dict.fromkeys(phrases):
            parts = [numbers.setdefault(part, len(numbers)) for part in phrase_parts(phrase)]
            self._phrases.setdefault(parts[0], []).append((phrase, tuple(parts[1:])))
        self._automaton = Automaton(list(numbers), alphabet, longest=False) if numbers else None

    def find(self, symbols: bytes) -> dict[str, Span]:
        """Return the phrases in an encoded text, each with the start and end of its first place.

        Parameters
        ----------
        symbols : bytes
            The text, encoded with the alphabet.

        Returns
        -------
        dict of str to (int, int)
            In the order of the text.
        """
        matches = self._automaton.find(symbols) if self._automaton else ()
        if not matches:
            return {}
        hits: dict[int, list[Span]] = {}
        for number, start, end in matches:
            hits.setdefault(number, []).append((start, end))
        found: list[tuple[Span, str]] = []
        for number, firsts in hits.items():
            for phrase, rest in self._phrases.get(number, ()):
                if not rest:
                    found.append((firsts[0], phrase))
                elif all(part in hits for part in rest) and (
                    span := _first_span(firsts, rest, hits)
                ):
                    found.append((span, phrase))
        return {phrase: span for span, phrase in sorted(found)}


def _first_span(
    firsts: list[Span], rest: tuple[int, ...], hits: Mapping[int, list[Span]]
) -> Span | None:
    """Return the first place where the parts follow each other with small enough gaps."""
    starts = {end: start for start, end in reversed(firsts)}  # by where the phrase has got to
    for part in rest:
        nexts = hits[part]
        reached: dict[int, int] = {}
        for end, start in starts.items():
            for following in range(bisect_left(nexts, (end, 0)), len(nexts)):
                if nexts[following][0] - end > GAP:
                    break
                reached.setdefault(nexts[following][1], start)
        starts = reached
    return min(((start, end) for end, start in starts.items()), default=None)
