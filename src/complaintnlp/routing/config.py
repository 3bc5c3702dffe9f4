"""A routing configuration: a TOML file and the tables that it names."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaintnlp.routing.conditions import (
    Condition,
    Vocabulary,
    is_empty,
    read_condition,
    read_phrases,
)
from complaintnlp.routing.directory import Directory, read_directory, read_districts
from complaintnlp.routing.fields import Section
from complaintnlp.routing.gazetteer import Gazetteer, read_gazetteer
from complaintnlp.routing.problems import Problem, Problems
from complaintnlp.routing.rota import HOURS_REMEDY, Rota, read_hours, read_rota
from complaintnlp.routing.rules import Rule, read_rules
from complaintnlp.routing.signals import DANGER_WORDS, REPEATED_PHRASES
from complaintnlp.routing.toml_lines import TomlLines, syntax_line
from complaintnlp.routing.workdays import Workdays, read_years
from complaintnlp.taxonomy import APPEAL_TYPES, categories, departments

if TYPE_CHECKING:
    from datetime import tzinfo
    from os import PathLike

    from complaintnlp.routing.directory import Districts

__all__ = ["CONFIG_FORMAT", "Config", "check", "read_config"]

CONFIG_FORMAT = 1
"""Raised when a configuration that was right would be read differently."""

URGENT_THRESHOLD = 0.5
SUPPORTING_THRESHOLD = 0.3
SUPPORTING_AT_MOST = 2
USUAL_HOURS = "9:00-17:30"
QUESTION = ("咨询",)


@dataclass(frozen=True)
class Config:
    """Everything that a city decides about routing.

    Parameters
    ----------
    directory : Directory
        The units.
    gazetteer : Gazetteer
        The places.
    zone : tzinfo
        The time zone of the rota.
    rota : Rota
        Who answers questions online, and when.
    questions : frozenset of str
        The appeal types that are answered online.
    rules : tuple of Rule
        In order.
    small_matters : Condition or None
        What goes to the grid; None for nothing.
    grid_lead : str or None
        The department whose unit leads in the grid, if it is not the one in charge.
    urgent_threshold : float
        The probability of danger from which on a message is urgent.
    danger_words, repeated_phrases : frozenset of str
        By which danger and repetition are told.
    supporting_threshold : float
        The probability from which on a department that ranks next supports.
    supporting_at_most : int
        How many do.
    files : tuple of Path
        What it was read from.
    """

    directory: Directory
    gazetteer: Gazetteer
    zone: tzinfo
    rota: Rota
    questions: frozenset[str] = frozenset(QUESTION)
    rules: tuple[Rule, ...] = ()
    small_matters: Condition | None = None
    grid_lead: str | None = None
    urgent_threshold: float = URGENT_THRESHOLD
    danger_words: frozenset[str] = frozenset(DANGER_WORDS)
    repeated_phrases: frozenset[str] = frozenset(REPEATED_PHRASES)
    supporting_threshold: float = SUPPORTING_THRESHOLD
    supporting_at_most: int = SUPPORTING_AT_MOST
    files: tuple[Path, ...] = ()

    @property
    def phrases(self) -> list[str]:
        """All phrases that are looked for in a message."""
        conditions = [rule.when for rule in self.rules]
        if self.small_matters:
            conditions.append(self.small_matters)
        said = [p for condition in conditions for p in (*condition.phrases, *condition.without)]
        return sorted({*self.danger_words, *self.repeated_phrases, *said})


def read_config(path: str | PathLike[str]) -> Config:
    """Read a configuration.

    Raises
    ------
    ConfigError
        With every mistake in it.
    """
    problems = Problems()
    config = _read(Path(path), problems)
    problems.raise_if_any()
    assert config is not None
    return config


def check(path: str | PathLike[str]) -> list[Problem]:
    """Return every mistake in a configuration and in the tables that it names.

    Parameters
    ----------
    path : path-like
        The TOML file.

    Returns
    -------
    list of Problem
        Empty for a configuration that is right.

    Examples
    --------
    >>> for problem in check("no-such-city.toml"):
    ...     print(problem)
    no-such-city.toml:1: cannot be read: No such file or directory; give a file that is there
    """
    problems = Problems()
    _read(Path(path), problems)
    return list(problems)


def _read(path: Path, problems: Problems) -> Config | None:
    root = _parse(path, problems)
    if root is None:
        return None
    _check_format(root)
    vocabulary, districts = _read_vocabulary(root)
    directory = read_directory(root, vocabulary.departments, districts)
    gazetteer, places_file = _read_places(root, path.parent, districts, problems)
    rota, questions, rota_file = _read_duty(root, path.parent, directory, vocabulary, problems)
    small_matters, grid_lead = _read_grid(root, vocabulary)
    urgent, repeated, supporting = map(root.section, ("urgent", "repeated", "supporting"))
    config = Config(
        directory,
        gazetteer,
        _read_zone(root),
        rota,
        frozenset(questions),
        read_rules(root, vocabulary, directory),
        small_matters,
        grid_lead,
        urgent.number("threshold", URGENT_THRESHOLD, 0, 1),
        frozenset(read_phrases(urgent, "words", DANGER_WORDS)),
        frozenset(read_phrases(repeated, "phrases", REPEATED_PHRASES)),
        supporting.number("threshold", SUPPORTING_THRESHOLD, 0, 1),
        supporting.whole_number("at_most", SUPPORTING_AT_MOST, 0, 3),
        tuple(file for file in (path, places_file, rota_file) if file),
    )
    for section in (urgent, repeated, supporting, root):
        section.finish()
    return config


def _parse(path: Path, problems: Problems) -> Section | None:
    """Return the document's top table, or None when it is no document."""
    text = ""
    try:
        text = path.read_text("utf-8-sig")
        values = tomllib.loads(text)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        problems.add(path, 1, problem, "give a file that is there")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.add(path, line, "is not UTF-8", "save it in the encoding UTF-8")
    except tomllib.TOMLDecodeError as error:
        line = syntax_line(error, text)
        remedy = "correct the line; text stands in quotation marks, lists in [ ]"
        problems.add(path, line, f"is not TOML: {error}", remedy)
    else:
        return Section(str(path), values, TomlLines(text), problems)
    return None


def _check_format(root: Section) -> None:
    version = root.number("version", 0, 0, 1e6)
    if version != CONFIG_FORMAT:
        root.complain(
            "version",
            "version is missing" if not version else f"version is {version:g}",
            f"this release reads version = {CONFIG_FORMAT}",
        )


def _read_vocabulary(root: Section) -> tuple[Vocabulary, Districts]:
    """Read the labels of another model, if the city has its own, and the districts."""
    labels = root.section("labels")
    districts = read_districts(root)
    vocabulary = Vocabulary(
        labels.texts("departments", tuple(departments())),
        labels.texts("categories", tuple(dict.fromkeys(c.level1 for c in categories()))),
        labels.texts("appeal_types", APPEAL_TYPES),
        districts,
    )
    labels.finish()
    return vocabulary, districts


def _read_places(
    root: Section, folder: Path, districts: Districts, problems: Problems
) -> tuple[Gazetteer, Path | None]:
    section = root.section("places")
    name = section.text("gazetteer")
    section.finish()
    if not name:
        return Gazetteer(districts), None
    path = folder / name
    if not path.is_file():
        section.complain("gazetteer", f"there is no file {path}", "write its path from this file")
        return Gazetteer(districts), None
    return read_gazetteer(path, districts, problems), path


def _read_duty(
    root: Section,
    folder: Path,
    directory: Directory,
    vocabulary: Vocabulary,
    problems: Problems,
) -> tuple[Rota, tuple[str, ...], Path | None]:
    section = root.section("duty")
    rota = Rota(Workdays(read_years(section)))
    text = section.text("hours", USUAL_HOURS)
    hours = read_hours(text)
    if hours is None:
        section.complain("hours", f"{text} are no hours", HOURS_REMEDY)
    questions = section.choices("appeal_types", vocabulary.appeal_types, "appeal type") or QUESTION
    name = section.text("rota")
    section.finish()
    if not name:
        return rota, questions, None
    path = folder / name
    if not path.is_file():
        section.complain("rota", f"there is no file {path}", "write its path from this file")
        return rota, questions, None
    read_rota(path, rota, hours or [], directory, problems)
    return rota, questions, path


def _read_grid(root: Section, vocabulary: Vocabulary) -> tuple[Condition | None, str | None]:
    if "grid" not in root:
        return None, None
    section = root.section("grid")
    lead = section.choice("lead", vocabulary.departments, "department code")
    condition = read_condition(section.section("when"), vocabulary)
    if is_empty(section.section("when")):
        section.complain(None, "[grid] would take every message", "add a when = {…}")
    section.finish()
    return condition, lead


def _read_zone(root: Section) -> tzinfo:
    name = root.text("timezone", "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        remedy = "write it as Asia/Shanghai (on Windows, pip install tzdata)"
        root.complain("timezone", f"{name} is no known time zone", remedy)
        return UTC
