r"""Which encoding a text file is in, and reading it without losing a damaged byte.

A byte that does not decode becomes one private code point (U+DC00 plus the byte), which no
well-formed text can contain. The readers find these marks, list the row, and show the byte as
``\xb3``. The rest of the file is read as if nothing had happened.
"""

from __future__ import annotations

import codecs
import re
import threading
from typing import TYPE_CHECKING

from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = [
    "DAMAGE",
    "ESCAPE",
    "detect_encoding",
    "has_damage",
    "known_encoding",
    "needs_mark",
    "read_head",
    "show_damage",
    "with_order",
]

ESCAPE = "complaintnlp.escape"
"""Name of the codec error handler that keeps undecodable bytes as marks."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKED = ("utf-16", "utf-32")
ENOUGH_FOREIGN = 150_000
ENOUGH_BYTES = 16 << 20
BLOCK = 1 << 16

_USUAL = re.compile(r"[\t\n\r -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_MARK = re.compile("[\udc00-\udcff]")


class _Damage(threading.local):
    """How many bytes of this thread's files did not decode so far."""

    count = 0


DAMAGE = _Damage()


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    DAMAGE.count += 1
    # One unit at a time: the bytes after it may be sound, a line break above all.
    wide = "16" in error.encoding or "32" in error.encoding
    end = error.end if wide else error.start + 1
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : end]), end


codecs.register_error(ESCAPE, _escape)


def has_damage(text: str) -> bool:
    """Tell whether `text` holds a mark of an undecodable byte."""
    return _MARK.search(text) is not None


def show_damage(text: str) -> str:
    r"""Replace the marks of undecodable bytes by a visible ``\xNN``.

    Examples
    --------
    >>> print(show_damage("停\udcb3水"))
    停\xb3水
    """
    return _MARK.sub(lambda mark: f"\\x{ord(mark[0]) - 0xDC00:02x}", text)


def known_encoding(name: str) -> str:
    """Return a codec for `name` that drops a byte-order mark; an `InputError` if there is none."""
    try:
        "".encode(name)
        known = codecs.lookup(name).name
        if known not in _MARKED:  # the codecs of domain names take no error handler
            codecs.getincrementaldecoder(known)(ESCAPE).decode(b"a\n", final=True)
    except (LookupError, ValueError):
        raise InputError(
            f"encoding {name!r} is not known; try utf-8, gb18030, big5 or utf-16"
        ) from None
    return "utf-8-sig" if known == "utf-8" else name


def needs_mark(encoding: str) -> bool:
    """Tell whether only a byte-order mark can say how a codec's bytes are to be read."""
    return codecs.lookup(encoding).name in _MARKED


def with_order(encoding: str, head: bytes) -> str:
    r"""Return the codec of a file that begins with `head` and may lack its byte-order mark.

    Raises
    ------
    UnicodeError
        When there is no mark, and the bytes are not such text either.

    Examples
    --------
    >>> with_order("utf-16", "标题,内容\n路灯,不亮\n".encode("utf-16-be"))
    'utf-16-be'
    """
    taken = detect_encoding(head)
    if head and not taken.startswith(codecs.lookup(encoding).name):
        raise UnicodeError(f"it has no byte-order mark, and looks like {taken}")
    return taken if head else encoding


def _quality(head: bytes, encoding: str) -> float:
    """Share of the non-ASCII characters of `head` that decode as `encoding`."""
    text = _decoded(head, encoding)
    foreign = len(text) - sum(map(str.isascii, text))
    return 1.0 - text.count("\ufffd") / foreign if foreign else 1.0


def _decoded(head: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)


def _commonness(head: bytes) -> float:
    """Share of common hanzi (level 1 of GB 2312) among the non-ASCII pairs of GB18030 text."""
    pairs = [char.encode("gb18030") for char in _decoded(head, "gb18030") if not char.isascii()]
    return sum(0xB0 <= pair[0] <= 0xD7 for pair in pairs) / len(pairs) if pairs else 0.0


def _utf16_order(head: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark, if its text is what one would write."""
    if head.count(0) < max(2, len(head) // 500):
        return None
    shares = {
        encoding: len(_USUAL.findall(text)) / max(len(text), 1)
        for encoding in ("utf-16-le", "utf-16-be")
        for text in (_decoded(head, encoding),)
    }
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] > 0.8 else None


def detect_encoding(head: bytes) -> str:
    r"""Return the encoding of a file that begins with `head`.

    A byte-order mark decides; then UTF-8, GB18030 and UTF-16 are considered in this order. Most
    of the non-ASCII characters must decode, not all: one broken row must not change how the
    others are read.

    Parameters
    ----------
    head : bytes
        The first bytes, as `read_head` returns them.

    Returns
    -------
    str
        A Python codec name.

    Examples
    --------
    >>> detect_encoding("路灯不亮".encode())
    'utf-8'
    >>> detect_encoding("路灯不亮".encode("gb18030"))
    'gb18030'
    >>> detect_encoding("标题,内容\n路灯,不亮\n".encode("utf-16-le"))
    'utf-16-le'
    >>> detect_encoding("小区停水三天，无人处理".encode() + b"\xb3")
    'utf-8'
    """
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    # UTF-16 is full of zero bytes, which the other two never have.
    if utf16 := _utf16_order(head):
        return utf16
    # Damaged UTF-8 often is formally valid GB18030, but of rare characters.
    utf8 = _quality(head, "utf-8")
    if utf8 == 1.0 or utf8 >= max(0.5, _commonness(head)):
        return "utf-8"
    return "gb18030" if _quality(head, "gb18030") >= 0.5 else "utf-8"


def read_head(stream: BinaryIO) -> bytes:
    """Read from `stream` until there is enough non-ASCII text to tell the encoding."""
    head = bytearray()
    foreign = 0
    while foreign < ENOUGH_FOREIGN and len(head) < ENOUGH_BYTES:
        block = stream.read(BLOCK)
        if not block:
            break
        head += block
        foreign += len(block.translate(None, bytes(range(128))))
    return bytes(head)
