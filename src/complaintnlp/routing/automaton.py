"""Finding many names in a text at once: an Aho-Corasick automaton over a small alphabet.

The characters that occur in the names are numbered, and each is written as two bytes of which the
first is above and the second below 128, so that no match can begin in the middle of a character.
All other characters are one and the same symbol. That makes the automaton smaller and faster than
one over UTF-8, and since the numbering goes through `fold_table`, traditional and full-width
writing match as well, at no cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from complaintnlp.errors import InputError, MissingExtraError
from complaintnlp.text.characters import SEPARATOR, encode, fold_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["Alphabet", "Automaton"]

_OTHER = 0x8000
_LARGEST = (1 << 14) - 1
_WIDTH = 2  # bytes a character


class Alphabet:
    """The characters of all names that are looked for.

    Parameters
    ----------
    names : iterable of str
        The names.

    Raises
    ------
    InputError
        When the names have more than 16,383 different characters.

    Examples
    --------
    >>> alphabet = Alphabet(["路灯"])
    >>> alphabet.encode("路燈壞了") == alphabet.encode("路灯") + 2 * alphabet.encode("？")
    True
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._characters: NDArray[np.uint32] = np.unique(fold_table()[encode("".join(names))])
        if len(self._characters) > _LARGEST:
            raise InputError(f"the names have more than {_LARGEST:,} different characters")
        numbers = np.arange(1, len(self._characters) + 1, dtype=np.uint16)
        symbols = np.full(len(fold_table()), _OTHER, dtype=np.uint16)
        symbols[self._characters] = (numbers >> 7 | 0x80) << 8 | (numbers & 0x7F)
        self._table: NDArray[np.uint16] = symbols[fold_table()].byteswap()

    def encode(self, text: str) -> bytes:
        """Return the text as symbols, two bytes a character."""
        return self._table[encode(text)].tobytes()

    def encode_many(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Yield each text as symbols; faster than one by one."""
        symbols = self.encode(SEPARATOR.join(texts))
        start = 0
        for text in texts:
            end = start + _WIDTH * len(text)
            yield symbols[start:end]
            start = end + _WIDTH


class Automaton:
    """Find names in texts that were encoded with an alphabet.

    Parameters
    ----------
    names : sequence of str
        What is looked for, none of them empty.
    alphabet : Alphabet
        An alphabet that has their characters.
    longest : bool
        Whether matches are the longest at their place and do not overlap; otherwise every
        occurrence of every name is found.

    Raises
    ------
    MissingExtraError
        When ``ahocorasick_rs`` is not installed.

    References
    ----------
    Aho and Corasick (1975), Efficient string matching: an aid to bibliographic search.

    Examples
    --------
    >>> names = ["星沙", "星沙街道"]
    >>> alphabet = Alphabet(names)
    >>> Automaton(names, alphabet, longest=True).find(alphabet.encode("我住星沙街道"))
    [(1, 2, 6)]
    >>> Automaton(names, alphabet, longest=False).find(alphabet.encode("我住星沙街道"))
    [(0, 2, 4), (1, 2, 6)]
    """

    def __init__(self, names: Sequence[str], alphabet: Alphabet, *, longest: bool) -> None:
        self._names = names
        self._alphabet = alphabet
        self._longest = longest
        # Neighbouring names share their prefixes: building in order is twice as fast.
        self._order = sorted(range(len(names)), key=names.__getitem__)
        ordered = [names[position] for position in self._order]
        self._engine = _build(list(alphabet.encode_many(ordered)), longest=longest)

    def find(self, symbols: bytes) -> list[tuple[int, int, int]]:
        """Return the matches in an encoded text as (position of the name, start, end)."""
        order = self._order
        matches = self._engine.find_matches_as_indexes(symbols, overlapping=not self._longest)
        return [(order[name], start >> 1, end >> 1) for name, start, end in matches]

    def __reduce__(self) -> tuple[Any, ...]:
        # The engine cannot be sent to another process; it is built there again.
        return _rebuild, (self._names, self._alphabet, self._longest)


def _rebuild(names: Sequence[str], alphabet: Alphabet, longest: bool) -> Automaton:
    return Automaton(names, alphabet, longest=longest)


def _build(patterns: list[bytes], *, longest: bool) -> Any:
    try:
        from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind
    except ImportError:
        raise MissingExtraError("routing", "routing") from None
    kind = MatchKind.LeftmostLongest if longest else MatchKind.Standard
    return BytesAhoCorasick(patterns, matchkind=kind, implementation=Implementation.ContiguousNFA)
