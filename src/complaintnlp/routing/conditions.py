"""When a rule applies: by labels, district and words of the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.routing.phrases import phrase_parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from complaintnlp.routing.facts import Facts
    from complaintnlp.routing.fields import Section

__all__ = ["Condition", "Vocabulary", "read_condition", "read_phrases"]


class Vocabulary(NamedTuple):
    """The labels and districts that a configuration may name."""

    departments: Collection[str]
    categories: Collection[str]
    appeal_types: Collection[str]
    districts: Collection[str]


class Condition(NamedTuple):
    """Everything that is given must hold; of each list, one member is enough.

    Parameters
    ----------
    departments, categories, appeal_types, districts : frozenset of str
        Empty for any.
    phrases : tuple of str
        One of them must be in the message; empty for any.
    without : tuple of str
        None of them may be in the message.

    Examples
    --------
    >>> from complaintnlp.routing.facts import Facts
    >>> condition = Condition(departments=frozenset(["城管"]), phrases=("井盖", "路灯"))
    >>> condition.holds(Facts("城管"), None, {"路灯"}), condition.holds(Facts("城管"), None, set())
    (True, False)
    """

    departments: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    appeal_types: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def holds(self, facts: Facts, district: str | None, said: Collection[str]) -> bool:
        """Tell whether the condition holds.

        Parameters
        ----------
        facts : Facts
            The labels.
        district : str or None
            Where it happens, if known.
        said : collection of str
            The phrases that the message has.
        """
        return (
            (not self.departments or facts.department in self.departments)
            and (not self.categories or facts.category in self.categories)
            and (not self.appeal_types or facts.appeal_type in self.appeal_types)
            and (not self.districts or district in self.districts)
            and (not self.phrases or any(phrase in said for phrase in self.phrases))
            and not any(phrase in said for phrase in self.without)
        )


def read_condition(section: Section, vocabulary: Vocabulary) -> Condition:
    """Read a ``when`` table."""
    condition = Condition(
        frozenset(section.choices("departments", vocabulary.departments, "department code")),
        frozenset(section.choices("categories", vocabulary.categories, "category")),
        frozenset(section.choices("appeal_types", vocabulary.appeal_types, "appeal type")),
        frozenset(section.choices("districts", vocabulary.districts, "district in [districts]")),
        read_phrases(section, "phrases"),
        read_phrases(section, "without"),
    )
    section.finish()
    return condition


def read_phrases(section: Section, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Read a list of phrases."""
    phrases = section.texts(key, default)
    for phrase in phrases:
        if not phrase_parts(phrase):
            section.complain(key, f"{phrase} has no words", "write words around the …")
    return tuple(phrase for phrase in phrases if phrase_parts(phrase))
