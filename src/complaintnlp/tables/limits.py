"""Limits on what a packed file may unpack to: a small file must not fill a disk or the memory."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from complaintnlp.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["GuardedGzip", "Limits", "check_workbook", "reason"]

BLOCK = 1 << 20
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# The place that a cell or a row names, whatever other attributes come before it.
_PLACE = re.compile(
    rb"""<(?:\w+:)?(?:c|row)\s(?:[^<>"']|"[^"]{0,200}"|'[^']{0,200}')*?\br\s*=\s*["']\s*"""
    rb"""([A-Za-z]*)([0-9]*)"""
)
OVERLAP = 1 << 16
LAST_ROW = 1 << 20
LAST_COLUMN = 1 << 14


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a packed input may unpack to.

    Parameters
    ----------
    ratio : int
        Unpacked bytes for one packed byte. Complaints pack 3 to 20 times; a bomb 1,000 times.
    ratio_from : int
        Unpacked bytes below which the ratio is not looked at.
    gzip_bytes : int
        Unpacked bytes of one ``.gz`` file, which is streamed.
    workbook_bytes : int
        Unpacked bytes of one ``.xlsx`` file, which is held in memory.
    workbook_cells : int
        Cells of the rectangle that a sheet spans, empty ones included.
    rows_ratio : int
        Bytes of all rows for one byte of a ``.parquet`` file. It stores a text that many rows
        have only once, so that a sound file can come near a thousand.
    """

    ratio: int = 200
    ratio_from: int = 32 << 20
    gzip_bytes: int = 1 << 40
    workbook_bytes: int = 4 << 30
    workbook_cells: int = 50_000_000
    rows_ratio: int = 10_000

    def check(self, name: str, packed: int, unpacked: int, most: int) -> None:
        """Raise a `TableError` when `unpacked` bytes are too many."""
        if unpacked > most:
            raise TableError(name, f"unpacks to more than {most:,} bytes; split it first")
        self._check_ratio(name, packed, unpacked, self.ratio, "unpack it yourself")

    def check_rows(self, name: str, packed: int, decoded: int) -> None:
        """Raise a `TableError` when rows of `decoded` bytes are too many for a file."""
        self._check_ratio(name, packed, decoded, self.rows_ratio, "save it as .csv yourself")

    def _check_ratio(self, name: str, packed: int, unpacked: int, ratio: int, remedy: str) -> None:
        if unpacked > self.ratio_from and unpacked > ratio * max(packed, 1):
            raise TableError(
                name,
                f"unpacks to more than {ratio:,} times its size, as a zip bomb does; "
                f"if you trust it, {remedy} and give the unpacked file",
            )


def reason(error: BaseException) -> str:
    """Return what an error of another library says, on one line."""
    return " ".join(str(error).split()) or type(error).__name__


class _Counted:
    """A packed stream that counts what is read from it; a pipe has no position to ask for."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes."""
        data = self._packed.read(size)
        self.count += len(data)
        return data


class GuardedGzip(io.RawIOBase):
    """A gzip stream that is read under limits and whose errors name the file."""

    def __init__(self, packed: BinaryIO, name: str, limits: Limits, *, closes: bool = True) -> None:
        self._packed = packed
        self._closes = closes
        self._counted = _Counted(packed)
        self._plain = gzip.GzipFile(fileobj=cast("BinaryIO", self._counted), mode="rb")
        self._name = name
        self._limits = limits
        self._unpacked = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer`; raise a `TableError` on damage or on a bomb."""
        try:
            count = self._plain.readinto(buffer)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise TableError(
                self._name,
                f"the gzip data is damaged after {self._unpacked:,} bytes ({error}); "
                "copy the file again from where it came",
            ) from error
        self._unpacked += count
        self._limits.check(self._name, self._counted.count, self._unpacked, self._limits.gzip_bytes)
        return count

    def close(self) -> None:
        """Close the packed stream, too, if it is this one's to close."""
        self._plain.close()
        if self._closes:
            self._packed.close()
        super().close()


def check_workbook(stream: BinaryIO, name: str, limits: Limits) -> None:
    """Read a workbook's parts through once, before a parser holds them in memory.

    The sizes in a zip directory can lie, so the parts are unpacked and counted. No part of a real
    workbook declares a document type; one that does wants entities expanded. And one cell in the
    last corner of a sheet would make a parser allocate the whole sheet.

    Raises
    ------
    TableError
        When it is not a workbook, is damaged, or unpacks to too much.
    """
    packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    unpacked = 0
    try:
        with zipfile.ZipFile(stream) as parts:
            for part in parts.infolist():
                bounds = _Bounds()
                for block in _blocks(parts, part):
                    unpacked += len(block)
                    limits.check(name, packed, unpacked, limits.workbook_bytes)
                    if _DECLARATION.search(block.replace(b"\0", b"")):
                        raise TableError(name, "declares XML entities, as no real workbook does")
                    bounds.see(block)
                if bounds.impossible:
                    raise TableError(name, f"{part.filename} names a cell that no sheet has")
                if bounds.area > limits.workbook_cells:
                    raise TableError(
                        name,
                        f"{part.filename} spans {bounds.area:,} cells, nearly all of them empty; "
                        "delete the stray cells far below or to the right and save it again",
                    )
    except TableError:
        raise
    except Exception as error:  # zipfile has no error of its own for half of what can be wrong
        problem = f"is not a readable .xlsx workbook ({reason(error)})"
        raise TableError(name, problem) from error
    stream.seek(0)


def _blocks(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in blocks that overlap, so that nothing is cut in two unseen."""
    tail = b""
    with parts.open(part) as stream:
        while block := stream.read(BLOCK):
            yield tail + block
            tail = block[-OVERLAP:]


class _Bounds:
    """The lowest row and the rightmost column that the cells of a sheet name."""

    def __init__(self) -> None:
        self._row = 0
        self._column = 0

    def see(self, block: bytes) -> None:
        """Take the cells of a block in."""
        places = _PLACE.findall(block)
        # Of any length, cut to nine: a parser whose numbers wrap around sees a place anywhere.
        rows = {digits[:9] for _, digits in places}
        columns = {letters[:9] for letters, _ in places}
        self._row = max(self._row, *(int(digits or b"0") for digits in rows), 0)
        self._column = max(self._column, *map(_column, columns), 0)

    @property
    def area(self) -> int:
        """How many cells the rectangle has."""
        return self._row * self._column

    @property
    def impossible(self) -> bool:
        """Whether no sheet is so large."""
        return self._row > LAST_ROW or self._column > LAST_COLUMN


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
