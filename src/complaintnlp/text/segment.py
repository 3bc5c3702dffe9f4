"""Segmentation: runs of Han characters become jieba's words.

The engine is `rjieba`, jieba in Rust; where it has no wheel, `jieba` itself. Each `Segmenter` owns
its dictionary: nothing that another library does to jieba's global tokenizer reaches it, and it
neither reads nor writes jieba's cache file in the temporary folder.
"""

from __future__ import annotations

from importlib.machinery import ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from complaintnlp.errors import InputError, TableError, one_of
from complaintnlp.text.characters import END
from complaintnlp.text.normalize import han_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["ENGINES", "Segmenter", "read_user_dictionary"]

ENGINES = ("auto", "rjieba", "jieba")
MOST_FREQUENT = 1_000_000_000

Entry = tuple[str, int | None, str | None]


class _Engine(Protocol):
    def cut(self, text: str) -> Sequence[str]: ...


def _rjieba_class() -> Any:
    """Return rjieba's class without running its package, which builds a global dictionary.

    That dictionary takes 0.1 s and anybody may change it; we want one of our own and only one.
    """
    package = find_spec("rjieba")
    for folder in (package.submodule_search_locations or []) if package else []:
        for extension in sorted(Path(folder).glob("rjieba*.so")) + sorted(
            Path(folder).glob("rjieba*.pyd")
        ):
            loader = ExtensionFileLoader("rjieba.rjieba", str(extension))
            spec = spec_from_loader("rjieba.rjieba", loader)
            if spec is not None:
                module = module_from_spec(spec)
                loader.exec_module(module)
                return module.Jieba
    import rjieba

    return rjieba.Jieba


def _open_rjieba(entries: Sequence[Entry]) -> _Engine:
    engine = _rjieba_class()()
    for word, frequency, tag in entries:
        engine.add_word(word, frequency or engine.suggest_freq(word), tag)
    return cast("_Engine", engine)


class _Jieba:
    """A private `jieba.Tokenizer`, filled without its cache file."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        import jieba

        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        for word, frequency, tag in entries:
            tokenizer.add_word(word, frequency or None, tag)
        self._tokenizer = tokenizer

    def cut(self, text: str) -> Sequence[str]:
        return cast("Sequence[str]", self._tokenizer.lcut(text))


_OPEN = {"rjieba": _open_rjieba, "jieba": _Jieba}


def read_user_dictionary(path: str | Path) -> list[Entry]:
    """Read words in the format of jieba's user dictionaries: ``word [frequency] [tag]`` a line.

    A frequency of 0 is as good as none: one that makes the word win is taken.

    Parameters
    ----------
    path : path-like
        A text file in UTF-8.

    Returns
    -------
    list of (str, int or None, str or None)

    Raises
    ------
    TableError
        If the file cannot be read, a line is not in that format, or a frequency is above
        1,000,000,000.
    """
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(path, f"not a readable UTF-8 text file ({error})") from error
    return [_entry(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _entry(path: str | Path, number: int, line: str) -> Entry:
    word, *rest = line.split()
    frequency = _frequency(rest.pop(0)) if rest and rest[0].isdecimal() else None
    if len(rest) > 1:
        raise TableError(path, "a line must be: word [frequency] [tag]", row=number)
    if frequency is not None and frequency > MOST_FREQUENT:
        problem = f"the frequency of {word} is above {MOST_FREQUENT:,}; leave it out or lower it"
        raise TableError(path, problem, row=number)
    return word, frequency, rest[0] if rest else None


def _frequency(digits: str) -> int:
    """Return a number that is too large, but not how much, when there are too many digits."""
    figures = digits.lstrip("0")
    return int(figures or "0") if len(figures) <= len(str(MOST_FREQUENT)) else MOST_FREQUENT + 1


class Segmenter:
    """Cut Chinese text into words.

    Parameters
    ----------
    user_words : iterable of (word, frequency or None, tag or None), optional
        Words to add to jieba's dictionary, as `read_user_dictionary` returns them. A frequency
        of 0 is as good as None.
    engine : {"auto", "rjieba", "jieba"}, default "auto"
        ``auto`` takes rjieba where it is installed.

    Attributes
    ----------
    engine : str
        The engine in use.

    References
    ----------
    https://github.com/fxsjy/jieba

    Examples
    --------
    >>> Segmenter().words("請問2024年医保，在哪里缴？")
    ['请问', '年', '医保', '在', '哪里', '缴']
    """

    def __init__(self, user_words: Iterable[Entry] = (), engine: str = "auto") -> None:
        one_of(engine, ENGINES, "engine")
        if engine == "auto":
            engine = "rjieba" if find_spec("rjieba") else "jieba"
        self.engine = engine
        self.user_words = tuple(user_words)
        for word, frequency, _ in self.user_words:
            if frequency is not None and not 0 <= frequency <= MOST_FREQUENT:
                problem = f"it must be 0 to {MOST_FREQUENT:,}, or None"
                raise InputError(f"the frequency of {word!r} in user_words is wrong: {problem}")
        try:
            self._engine: _Engine = _OPEN[engine](self.user_words)
        except ImportError as error:
            raise InputError(f"engine {engine!r} is not installed: pip install {engine}") from error
        self.cut = self._engine.cut

    def words(self, text: str) -> list[str]:
        """Return the words of one message, Han words only.

        Parameters
        ----------
        text : str
            The message; it is normalised first.

        Returns
        -------
        list of str
        """
        return [word for word in self.cut(han_text([text])) if word not in (" ", END)]
