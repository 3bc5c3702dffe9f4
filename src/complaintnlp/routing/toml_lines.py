"""Where in a TOML file a value stands: ``tomllib`` reads the values and forgets the lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tomllib

__all__ = ["TomlLines", "syntax_line"]

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_TOKEN = re.compile(r"""\"{3}|'{3}|"(?:\\.|[^"\\])*"|'[^']*'|#.*|[\[\]{}]""")


class TomlLines:
    r"""The lines of a TOML document's tables and keys.

    The document must be valid: read it with ``tomllib`` first.

    Parameters
    ----------
    text : str
        The document.

    Examples
    --------
    >>> lines = TomlLines('version = 1\n[[units]]\nname = "城管局"\ncodes = [\n  "城管",\n]')
    >>> lines.of(("version",)), lines.of(("units", 0)), lines.of(("units", 0, "codes"))
    (1, 2, 4)
    >>> lines.of(("units", 0, "codes"), holding="城管")
    5
    """

    def __init__(self, text: str) -> None:
        self._text = text.splitlines()
        self._lines: dict[Path, int] = {(): 1}
        self._ends: dict[int, int] = {}
        self._scan()

    def of(self, path: Path, holding: str | None = None) -> int:
        """Return the line of a key or table; of an item in its value, if `holding` is given.

        A path that is not in the document has the line of the nearest table around it.
        """
        while path not in self._lines:
            path = path[:-1]
        line = self._lines[path]
        if holding is not None:
            for number in range(line, self._ends.get(line, line) + 1):
                if holding in self._text[number - 1]:
                    return number
        return line

    def _scan(self) -> None:
        table: Path = ()
        counts: dict[Path, int] = {}
        number = 0
        while number < len(self._text):
            line = self._text[number]
            start = number + 1
            if header := _HEADER.match(line):
                table = self._table(_parts(header[2]), counts, is_array=header[1] == "[[")
                self._lines.setdefault(table, start)
            elif key := _KEY.match(line):
                self._lines.setdefault((*table, *_parts(key[1])), start)
                number = self._end_of_value(number, key.end())
                self._ends[start] = number + 1
            number += 1

    def _table(self, parts: Path, counts: dict[Path, int], *, is_array: bool) -> Path:
        """Return the path of a header, in which each array of tables is at its last element."""
        path: Path = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            if is_array and position == len(parts) - 1:
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                path = (*path, counts[path])
        return path

    def _end_of_value(self, number: int, column: int) -> int:
        """Return the number of the last line of the value that begins at a column."""
        depth = 0
        quote = ""
        while True:
            for token in _TOKEN.findall(self._text[number], column):
                if quote or token in ('"""', "'''"):
                    quote = "" if token == quote else quote or token
                elif token in ("[", "{"):
                    depth += 1
                elif token in ("]", "}"):
                    depth -= 1
            if (depth <= 0 and not quote) or number + 1 >= len(self._text):
                return number
            number += 1
            column = 0


def _parts(dotted: str) -> Path:
    return tuple("".join(groups) for groups in _PART.findall(dotted))


def syntax_line(error: tomllib.TOMLDecodeError, text: str) -> int:
    r"""Return the line of a document that a syntax error is about.

    Examples
    --------
    >>> import tomllib
    >>> text = "version = 1\ndefault_unit = "
    >>> try:
    ...     tomllib.loads(text)
    ... except tomllib.TOMLDecodeError as error:
    ...     syntax_line(error, text)
    2
    """
    found = re.search(r"line (\d+)", str(error))
    return int(found[1]) if found else max(1, len(text.splitlines()))
