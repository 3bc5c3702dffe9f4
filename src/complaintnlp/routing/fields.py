"""Reading typed values out of a configuration, noting what is wrong instead of raising."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from complaintnlp.routing.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from complaintnlp.routing.problems import Problems
    from complaintnlp.routing.toml_lines import TomlLines

__all__ = ["Section"]

_KINDS = {"text": "text in quotation marks", "list": "a list of texts", "table": "a table"}


class Section:
    """One table of a configuration.

    Every key that is asked for is known; `finish` notes the others as mistakes.

    Parameters
    ----------
    file : str
        The file's name.
    values : dict
        The table.
    lines : TomlLines
        Where things stand.
    problems : Problems
        Where mistakes are noted.
    path : tuple, optional
        Where the table is in the document.
    """

    def __init__(
        self,
        file: str,
        values: dict[str, Any],
        lines: TomlLines,
        problems: Problems,
        path: tuple[str | int, ...] = (),
    ) -> None:
        self.file = file
        self.values = values
        self._lines = lines
        self._problems = problems
        self._path = path
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def keys(self) -> list[str]:
        """Return the keys that are there."""
        return list(self.values)

    def complain(
        self, key: str | None, problem: str, remedy: str, *, holding: str | None = None
    ) -> None:
        """Note a mistake at a key, at an item of its list, or at the table itself."""
        path = self._path if key is None else (*self._path, key)
        self._problems.add(self.file, self._lines.of(path, holding), problem, remedy)

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        return self.values.get(key)

    def _wrong_type(self, key: str, wanted: str) -> None:
        self.complain(key, f"{key} is {self.values[key]!r}", f"it must be {wanted}")

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """Return a text."""
        value = self._get(key)
        if isinstance(value, str) and value.strip():
            return value
        if value is not None:
            self._wrong_type(key, _KINDS["text"])
        elif required:
            self.complain(None, f"{key} is missing", f'add {key} = "…"')
        return default

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self._get(key)
        if value is None:
            return default
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(v, str) and v.strip() for v in values):
            return tuple(values)
        self._wrong_type(key, _KINDS["list"])
        return default

    def dates(self, key: str) -> tuple[str, ...]:
        """Return a list of dates as texts, whether they are in quotation marks or not."""
        value = self._get(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(type(item) in (str, date) for item in value):
            return tuple(map(str, value))
        self._wrong_type(key, "a list of dates such as 2027-01-01")
        return ()

    def choices(self, key: str, allowed: Collection[str], what: str) -> tuple[str, ...]:
        """Return a list of texts, each of which must be allowed."""
        values = self.texts(key)
        for value in values:
            if value not in allowed:
                self.unknown(key, value, allowed, what)
        return tuple(value for value in values if value in allowed)

    def choice(self, key: str, allowed: Collection[str], what: str) -> str | None:
        """Return a text that must be allowed, or None."""
        value = self.text(key)
        if not value:
            return None
        if value in allowed:
            return value
        self.unknown(key, value, allowed, what)
        return None

    def unknown(self, key: str, value: str, allowed: Collection[str], what: str) -> None:
        """Note that a value is none of those allowed."""
        otherwise = f"use one of {' '.join(sorted(allowed))}" if allowed else "there are none"
        remedy = did_you_mean(value, allowed, otherwise)
        self.complain(key, f"{value} is no {what}", remedy, holding=value)

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """Return a number between two others."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self._wrong_type(key, f"a number from {low:g} to {high:g}")
        return default

    def whole_number(self, key: str, default: int, low: int, high: int) -> int:
        """Return a whole number between two others."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong_type(key, f"a whole number from {low} to {high}")
        return default

    def section(self, key: str) -> Section:
        """Return a table; an empty one where there is none."""
        value = self._get(key)
        if value is not None and not isinstance(value, dict):
            self._wrong_type(key, f"{_KINDS['table']}: [{key}]")
            value = None
        return self._inner(value or {}, key)

    def sections(self, key: str) -> list[Section]:
        """Return an array of tables."""
        value = self._get(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [self._inner(item, key, position) for position, item in enumerate(value)]
        self._wrong_type(key, f"tables, each headed [[{key}]]")
        return []

    def _inner(self, values: dict[str, Any], *path: str | int) -> Section:
        return Section(self.file, values, self._lines, self._problems, (*self._path, *path))

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.values:
            if key not in self._asked:
                otherwise = f"remove it, or use one of {', '.join(sorted(self._asked))}"
                remedy = did_you_mean(key, self._asked, otherwise)
                self.complain(key, f"{key} is not a known key", remedy)
