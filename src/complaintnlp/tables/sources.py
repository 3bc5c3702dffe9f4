"""Where a table comes from: a file or standard input, packed or not."""

from __future__ import annotations

import io
import stat
import sys
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from complaintnlp.errors import InputError, TableError
from complaintnlp.tables.encodings import (
    ESCAPE,
    detect_encoding,
    known_encoding,
    needs_mark,
    read_head,
    with_order,
)
from complaintnlp.tables.limits import GuardedGzip, Limits

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["FORMATS", "STREAM", "Source", "TextStream", "format_of"]

STREAM = "-"
FORMATS = ("csv", "tsv", "jsonl", "xlsx", "parquet")
TEXT_FORMATS = ("csv", "tsv", "jsonl")

BUFFER = 1 << 18
_ALIASES = {"ndjson": "jsonl", "txt": "tsv", "xlsm": "xlsx", "pq": "parquet"}
_DISGUISES = (
    (b"PK\x03\x04", "xlsx", "is an Excel workbook or a zip archive; name it .xlsx"),
    (b"\xd0\xcf\x11\xe0", None, "is an old Excel file (.xls); open it and save it as .xlsx"),
    (b"PAR1", "parquet", "is a Parquet file; name it .parquet"),
    (b"\x1f\x8b", None, "is packed with gzip; add .gz to its name"),
)


def format_of(path: str, given: str | None = None) -> tuple[str, bool]:
    """Return the format of `path` by its suffix, and whether it is packed with gzip.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for a stream.
    given : str, optional
        The format of a stream, such as ``"csv"`` or ``"jsonl.gz"``.

    Raises
    ------
    InputError
        When the suffix is not known, or a stream has no format.

    Examples
    --------
    >>> format_of("2019.csv.gz")
    ('csv', True)
    >>> format_of("-", "jsonl")
    ('jsonl', False)
    >>> format_of("letters.docx")
    Traceback (most recent call last):
    complaintnlp.errors.InputError: letters.docx: name ends in .docx; it must end in one of \
.csv .tsv .jsonl .xlsx .parquet (.csv.gz .tsv.gz .jsonl.gz)
    """
    if path == STREAM and given is None:
        raise InputError("a stream (-) has no suffix: say its format with --format, such as csv")
    suffixes = given.split(".") if path == STREAM and given else Path(path).name.split(".")[1:]
    parts = [suffix.lower() for suffix in suffixes]
    packed = bool(parts) and parts[-1] == "gz"
    last = (parts[:-1] if packed else parts)[-1:] or [""]
    name = _ALIASES.get(last[0], last[0])
    if name not in FORMATS or (packed and name not in TEXT_FORMATS):
        ending = "." + ".".join(parts[-2:] if packed else parts[-1:]) if parts else "nothing"
        raise InputError(
            f"{path}: name ends in {ending}; it must end in one of "
            f"{' '.join('.' + name for name in FORMATS)} "
            f"({' '.join(f'.{name}.gz' for name in TEXT_FORMATS)})"
        )
    return name, packed


def _plain_file(name: str) -> int:
    """Return the size of a file that can be read again and again, else raise an `InputError`."""
    state = Path(name).stat()
    if not stat.S_ISREG(state.st_mode):
        raise InputError(f"{name} is not a file; give what it yields through - with --format")
    return state.st_size


class _Replay(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO, *, closes: bool) -> None:
        self._head = memoryview(head)
        self._rest = rest
        self._closes = closes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._head:
            count = min(len(buffer), len(self._head))
            buffer[:count] = self._head[:count]
            self._head = self._head[count:]
            return count
        data = self._rest.read1(len(buffer))  # type: ignore[attr-defined]
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if self._closes:
            self._rest.close()
        super().close()


class TextStream(io.TextIOWrapper):
    """Decoded text that remembers which encoding was taken; damage is kept as marks.

    Parameters
    ----------
    stream : binary file
        The bytes.
    encoding : str, optional
        Detected when not given.
    newline : str
        As in `open`.
    closes : bool
        Whether closing this closes the stream.

    Raises
    ------
    UnicodeError
        When the encoding wants a byte-order mark and there is none.
    """

    def __init__(
        self, stream: BinaryIO, encoding: str | None, *, newline: str, closes: bool = True
    ) -> None:
        known = None if encoding is None else known_encoding(encoding)
        head = read_head(stream) if known is None or needs_mark(known) else b""
        if known is None:
            self.taken = detect_encoding(head)
        else:
            self.taken = with_order(known, head) if needs_mark(known) else known
        replay = io.BufferedReader(_Replay(head, stream, closes=closes), BUFFER)
        super().__init__(replay, encoding=self.taken, errors=ESCAPE, newline=newline)
        self._CHUNK_SIZE = BUFFER  # the default of 8 KiB costs a tenth of the reading time


@dataclass(slots=True, weakref_slot=True)
class Source:
    """One input as the user named it.

    Parameters
    ----------
    name : str
        The path, or ``-``.
    format : str
        One of `FORMATS`.
    packed : bool
        Whether it is packed with gzip.
    limits : Limits
        How much it may unpack to.
    """

    name: str
    format: str
    packed: bool = False
    limits: Limits = field(default_factory=Limits)
    _raw: BinaryIO | None = None
    _size: int = 0
    _spool: BinaryIO | None = None

    @property
    def is_stream(self) -> bool:
        """Whether it can be read only once."""
        return self.name == STREAM

    def open(self) -> BinaryIO:
        """Open it for reading in one pass, unpacked, under the limits.

        Raises
        ------
        InputError
            When there is no such file.
        TableError
            When it cannot be read, or is of another format than its name says.
        """
        try:
            if self._spool is not None:
                self._spool.seek(0)
                self._raw = self._spool
            elif self.is_stream:
                self._raw = sys.stdin.buffer
            else:
                self._size = _plain_file(self.name)
                self._raw = Path(self.name).open("rb")  # noqa: SIM115
        except FileNotFoundError as error:
            raise InputError(f"{self.name}: {error.strerror}; check the name") from error
        except OSError as error:
            raise TableError(self.name, f"cannot be read: {error.strerror}") from error
        raw = self._raw
        if not self.is_stream:
            self._refuse_disguise(raw)
        if not self.packed:
            return raw
        guarded = GuardedGzip(raw, self.name, self.limits, closes=not self.is_stream)
        return io.BufferedReader(guarded, BUFFER)

    def open_text(self, encoding: str | None, *, newline: str) -> TextStream:
        """Open it as text."""
        stream = self.open()
        try:
            return TextStream(stream, encoding, newline=newline, closes=not self.is_stream)
        except UnicodeError as error:
            problem = f"is not {encoding}: {error}; leave --encoding out, or name the right one"
            raise TableError(self.name, problem) from error

    def make_seekable(self) -> None:
        """Copy a stream to an unnamed temporary file, so that it can be read in any order."""
        if self.is_stream and self._spool is None:
            spool = tempfile.TemporaryFile()  # noqa: SIM115
            while block := sys.stdin.buffer.read(BUFFER):
                spool.write(block)
            self._size = spool.tell()
            self._spool = spool
            weakref.finalize(self, spool.close)

    def open_seekable(self) -> BinaryIO:
        """Open it so that it can be read in any order and again."""
        self.make_seekable()
        return self.open()

    def progress(self) -> float | None:
        """Return the share of the file that has been read, or None for a stream."""
        if self._raw is None or not self._size or self._raw.closed:
            return None
        return min(1.0, self._raw.tell() / self._size)

    def close(self) -> None:
        """Close the file; standard input stays open, and a copy of it until it is forgotten."""
        if self._raw is not None and not self.is_stream:
            self._raw.close()

    def _refuse_disguise(self, raw: BinaryIO) -> None:
        start = raw.read(8)
        raw.seek(0)
        for magic, format_name, remedy in _DISGUISES:
            ours = format_name == self.format or (magic == b"\x1f\x8b" and self.packed)
            if start.startswith(magic) and not ours:
                raise TableError(self.name, f"is not a .{self.format} file: it {remedy}")
        if self.packed and start and not start.startswith(b"\x1f\x8b"):
            raise TableError(self.name, "is not packed with gzip; take .gz off its name")
