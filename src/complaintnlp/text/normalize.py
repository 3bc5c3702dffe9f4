"""Normalisation: a pipeline of small steps, each a function from text to text.

The steps work on one message or on many joined by `SEPARATOR`, which no step removes or crosses:
a batch is normalised in a few passes over one long string. The text that a caller gave is never
changed in an output; only features are computed from the normalised one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from complaintnlp.text.characters import (
    CAREFUL,
    DELETED,
    SEPARATOR,
    SPACE,
    TONED,
    decode,
    decode_basic,
    encode,
    encode_basic,
    fold_table,
    kind_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

__all__ = ["STEPS", "han_text", "normalize"]

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"

# Each expression begins with a literal, so that a text without it is skipped at the speed of a
# memory scan, and stops at the next bracket, so that no input makes it slow. They are compiled by
# `re` when a text first needs them: together they take longer than a hundred predictions.
_MARKUP = r"(?i)<(?:/?[a-z]|![a-z-])[^<>]*>"
_PINYIN = rf"\((?<=[{_HAN}]\()(?=[^()]*[{TONED}])[A-Za-zÜü{TONED}]{{1,8}}\)"
_SPACED = rf" (?<=[{_HAN}] )(?<![{_HAN}]{{2}} )(?=[{_HAN}](?![{_HAN}]))"
_SPACES = " {2,}"
_REPEATED = rf"([^\w\s{SEPARATOR}])(?:\s*\1)+"

_LONG = 4096  # characters from which on arrays are faster than a list of the parts


def strip_markup(text: str) -> str:
    """Resolve HTML entities and put a space where a tag or comment was.

    Examples
    --------
    >>> strip_markup("水管<br/>爆了&amp;没人管")
    '水管 爆了&没人管'
    """
    if "&" in text:
        from html import unescape

        text = unescape(text)
    return re.sub(_MARKUP, " ", text) if "<" in text else text


def fold_characters(text: str) -> str:
    r"""Fold width, script, white space and invisible characters by `characters.fold_table`.

    Examples
    --------
    >>> fold_characters("１２３４５熱線\u200b打不通")
    '12345热线打不通'
    """
    return decode(fold(encode(text)))


def drop_pinyin(text: str) -> str:
    """Remove tone-marked pinyin in brackets after a character, the mark of a badly converted page.

    Examples
    --------
    >>> drop_pinyin("网(wǎng)上群众工作(zuò)部(附件A)")
    '网上群众工作部(附件A)'
    """
    return re.sub(_PINYIN, "", text) if "(" in text else text


def join_spaced(text: str) -> str:
    """Close up characters that stand alone between single spaces.

    Examples
    --------
    >>> join_spaced("请 问 医 保 怎么交")
    '请问医保 怎么交'
    """
    return re.sub(_SPACED, "", text) if " " in text else text


def collapse_repeats(text: str) -> str:
    """Keep one of a run of the same punctuation mark, and one of a run of spaces.

    Examples
    --------
    >>> collapse_repeats("没人管！！！！  到底  谁管？？")
    '没人管！ 到底 谁管？'
    """
    return re.sub(_SPACES, " ", re.sub(_REPEATED, r"\1", text))


STEPS: tuple[Callable[[str], str], ...] = (
    strip_markup,
    fold_characters,
    drop_pinyin,
    join_spaced,
    collapse_repeats,
)


def normalize(text: str) -> str:
    """Return the text that features are computed from.

    Parameters
    ----------
    text : str
        One message as it came: any characters, any length.

    Returns
    -------
    str
        The message after all `STEPS`, stripped.

    Examples
    --------
    >>> normalize("網(wǎng)上投訴<br>沒人管！！！")
    '网上投诉 没人管!'
    """
    for step in STEPS:
        text = step(text.replace(SEPARATOR, " "))
    return text.strip()


def han_text(texts: Iterable[str]) -> str:
    """Return what features see of many messages: Han characters, and one blank for all between.

    It is what the steps of `normalize` leave of them, in a few passes over all messages at once.

    Parameters
    ----------
    texts : iterable of str
        The messages.

    Returns
    -------
    str
        Characters of the basic plane; each message ends with `END`.

    Examples
    --------
    >>> han_text(["網(wǎng)上 12345", "路 燈 壞！！"])
    '网上 |路灯坏 |'
    """
    joined = _joined(texts)
    kinds = _kinds(joined)
    if CAREFUL in kinds:
        kinds = _kinds(join_spaced(drop_pinyin(fold_characters(joined))))
    else:
        kinds = join_spaced(kinds.replace(chr(DELETED), "") if chr(DELETED) in kinds else kinds)
    return _with_single_blanks(kinds)


def _with_single_blanks(kinds: str) -> str:
    """Make one blank of each run of what `str.split` takes for white space."""
    if len(kinds) < _LONG:
        # A blank at the beginning is kept: a message must not depend on whether it is the first.
        return " " * kinds[:1].isspace() + " ".join(kinds.split())
    codes = np.maximum(encode_basic(kinds), SPACE)
    kept = codes != SPACE
    kept[1:] |= kept[:-1]
    kept[0] = True
    return decode_basic(codes[kept])


def _kinds(text: str) -> str:
    """Return a text by `kind_table`, character by character."""
    return decode_basic(kind_table().take(encode(text), mode="clip"))


def _joined(texts: Iterable[str]) -> str:
    """Return the messages without markup, each with `SEPARATOR` behind it."""
    parts: list[str] = []
    for text in texts:
        if SEPARATOR in text:
            text = text.replace(SEPARATOR, " ")
        parts.append(strip_markup(text) if "<" in text or "&" in text else text)
    parts.append("")
    return SEPARATOR.join(parts)


def fold(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Fold code points by `fold_table`; `SEPARATOR` stays."""
    folded: NDArray[np.uint32] = fold_table()[codes]
    visible: NDArray[np.uint32] = folded[folded != DELETED]
    return visible
