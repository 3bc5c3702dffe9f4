"""Cells of a workbook that hold an error value: the Excel reader shows them as empty ones."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["ErrorValue", "error_cells"]

BLOCK = 1 << 20
OVERLAP = 1 << 15
"""More than the longest formula, which stands between a cell's place and its value."""

_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]{0,200}\bt\s*=\s*["']e["'][^<>]{0,200})>"""
    rb"""(?:<(?:\w+:)?f\b[^<>]*>[^<>]*</[\w:]+>|<(?:\w+:)?f\b[^<>]*/>)?"""
    rb"""<(?:\w+:)?v>(\#[\w/!?]{1,20})<"""
)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_NAMESPACE = re.compile(r"\{.*?\}")


class ErrorValue(str):
    """What a cell shows whose formula failed, such as ``#NAME?``."""

    __slots__ = ()


def error_cells(stream: BinaryIO, sheet: str) -> dict[tuple[int, int], ErrorValue]:
    """Return the error values of a sheet by row and column, both counted from 0.

    Parameters
    ----------
    stream : binary file
        A workbook that `check_workbook` let pass.
    sheet : str
        The name of the sheet.

    Notes
    -----
    They only explain why a cell is empty: where the parts of a workbook are not to be understood,
    there are none.
    """
    found = {}
    try:
        with zipfile.ZipFile(stream) as parts:
            for block in _blocks(parts, _part_of(parts, sheet)):
                for attributes, value in _ERROR.findall(block):
                    if place := _PLACE.search(attributes):
                        row, column = int(place[2]) - 1, _column(place[1])
                        found[row, column] = ErrorValue(value.decode("ascii", "replace"))
    except Exception:  # zipfile has no error of its own for half of what can be wrong
        return {}
    return found


def _part_of(parts: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds a sheet."""
    target = ""
    for element in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
        plain = {_NAMESPACE.sub("", name): value for name, value in element.attrib.items()}
        if _NAMESPACE.sub("", element.tag) == "sheet" and plain.get("name") == sheet:
            target = plain["id"]
    for element in ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels")):
        if element.get("Id") == target:
            return posixpath.join("/xl", element.attrib["Target"]).removeprefix("/")
    raise KeyError(sheet)


def _blocks(parts: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part in blocks that overlap, so that no cell is cut in two unseen."""
    tail = b""
    with parts.open(name) as stream:
        while block := stream.read(BLOCK):
            yield tail + block
            tail = (tail + block)[-OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
