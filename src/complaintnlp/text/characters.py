"""Tables over all code points: what a character folds to, and what features see of it.

Full-width forms become half-width, traditional characters simplified, every kind of white space a
space; control, zero-width and other invisible characters vanish; emoji, icons of private fonts and
broken surrogates become a space. A fold is one array lookup, whether of one message or a thousand.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize as unicode_normalize

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "CAREFUL",
    "DELETED",
    "END",
    "SEPARATOR",
    "SPACE",
    "TONED",
    "decode",
    "decode_basic",
    "encode",
    "encode_basic",
    "fold_table",
    "kind_table",
]

DELETED = 0
SEPARATOR = "\x1e"  # between the messages of a batch; the only control character that stays
SPACE = ord(" ")
_CODE_POINTS = 0x110000
_COMMON = 0x20000  # code points of the first two planes; above them, only rare Han characters
_BASIC = 0x10000  # of the first, the basic plane

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿĀÁǍÀĒÉĚÈŌÓǑÒ\u0300\u0301\u0304\u030c"

# What `kind_table` makes of what is no Han character: both are white space to `str.split`.
_OTHER = 0x1F
CAREFUL = "\x1d"  # what needs another look: a tone-marked letter, a Han character of another plane
END = "|"  # of a message

_WHITE = [(0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680)]
_WHITE += [(0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F)]
_WHITE += [(0x3000, 0x3000), (0x3164, 0x3164), (0xFFA0, 0xFFA0)]

_INVISIBLE = [(0x00, 0x08), (0x0E, 0x1D), (0x1F, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD)]
_INVISIBLE += [(0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F), (0x200B, 0x200F)]
_INVISIBLE += [(0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)]
_INVISIBLE += [(0xFFF0, 0xFFFB), (0xE0000, 0xE0FFF)]

_PICTURES = [(0x2300, 0x23FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF)]
_PICTURES += [(0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFFFC, 0xFFFF), (0xF0000, 0x10FFFF)]

_HAN = [(0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF)]

# Kangxi radicals and compatibility ideographs look like Han characters and are not; PDF
# extraction is full of them.
_LOOKALIKES = [(0x2E80, 0x2FD5), (0xF900, 0xFAD9), (0x2F800, 0x2FA1D)]


def _fill(table: NDArray[np.uint32], ranges: list[tuple[int, int]], value: int) -> None:
    for first, last in ranges:
        table[first : last + 1] = value


def _simplified() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return traditional characters and the simplified form of each."""
    # Not importlib.resources, whose import takes as long as all the rest of this table.
    lines = Path(__file__).with_name("traditional.txt").read_text("utf-8").splitlines()
    traditional, simplified = (line for line in lines if not line.startswith("#"))
    return encode(traditional), encode(simplified)


def _folded(n_codes: int) -> NDArray[np.uint32]:
    """Return what each of the first code points folds to."""
    table = np.arange(n_codes, dtype=np.uint32)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    traditional, simplified = _simplified()
    inside = traditional < n_codes
    traditional, simplified = traditional[inside], simplified[inside]
    table[traditional] = simplified
    # What 薴 becomes, 苧, is itself the traditional form of 苎: both must meet in one character.
    inside = simplified < n_codes
    table[traditional[inside]] = table[simplified[inside]]
    for first, last in _LOOKALIKES:
        for code in range(first, min(last + 1, n_codes)):
            folded = unicode_normalize("NFKC", chr(code))
            if len(folded) == 1 and folded != chr(code):
                table[code] = table[ord(folded)] if ord(folded) < n_codes else ord(folded)
    _fill(table, _PICTURES, SPACE)
    _fill(table, _INVISIBLE, DELETED)
    _fill(table, _WHITE, SPACE)
    return table


@cache
def fold_table() -> NDArray[np.uint32]:
    """Return the table from each code point to the one it folds to (`DELETED` where it vanishes).

    Returns
    -------
    ndarray of uint32, shape (0x110000,)

    Examples
    --------
    >>> chr(fold_table()[ord("網")]), chr(fold_table()[ord("Ａ")]), chr(fold_table()[ord("😡")])
    ('网', 'A', ' ')
    """
    table = _folded(_CODE_POINTS)
    table.flags.writeable = False
    return table


@cache
def kind_table() -> NDArray[np.uint16]:
    """Return the table from each code point to what features see of it, folded.

    A Han character stays, white space is a space, `SEPARATOR` is `END`; what vanishes is `DELETED`.
    All else is 31, but `CAREFUL` where it may matter to its neighbours. So is the last entry, which
    stands for all code points above: small enough for a core's cache, and soon built.

    Returns
    -------
    ndarray of uint16, shape (0x20000,)

    Examples
    --------
    >>> kind_table()[encode("網 。ǎ")].tolist() == [ord("网"), SPACE, 31, 29]
    True
    """
    kinds = np.full(_COMMON, _OTHER, dtype=np.uint16)
    for first, last in _HAN:
        if last < _BASIC:
            kinds[first : last + 1] = np.arange(first, last + 1)
    kinds[encode(TONED)] = ord(CAREFUL)
    kinds[[DELETED, SPACE, ord(SEPARATOR), -1]] = DELETED, SPACE, ord(END), ord(CAREFUL)
    table = kinds.take(_folded(_COMMON), mode="clip")
    table[-1] = ord(CAREFUL)
    table.flags.writeable = False
    return table


def encode_basic(text: str) -> NDArray[np.uint16]:
    """Return the code points of a text of the basic plane."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")


def decode_basic(codes: NDArray[np.uint16]) -> str:
    """Return the text of an array of code points, the inverse of `encode_basic`."""
    return codes.astype("<u2", copy=False).tobytes().decode("utf-16-le", "surrogatepass")


def encode(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text.

    Parameters
    ----------
    text : str
        Any text, lone surrogates included.

    Returns
    -------
    ndarray of uint32, shape (n_characters,)

    Examples
    --------
    >>> decode(encode("路灯"))
    '路灯'
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def decode(codes: NDArray[np.uint32]) -> str:
    """Return the text of an array of code points, the inverse of `encode`."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
