"""When a rule applies: by labels, district and words of the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.routing.phrases import phrase_parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from complaintnlp.routing.facts import Facts
    from complaintnlp.routing.fields import Section

__all__ = ["Condition", "Vocabulary", "is_empty", "read_condition", "read_phrases"]


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
    phrases : frozenset of str
        One of them must be in the message; empty for any.
    without : frozenset of str
        None of them may be in the message.

    Examples
    --------
    >>> from complaintnlp.routing.facts import Facts
    >>> condition = Condition(frozenset(["城管"]), phrases=frozenset(["井盖", "路灯"]))
    >>> condition.holds(Facts("城管"), None, {"路灯"}), condition.holds(Facts("城管"), None, set())
    (True, False)
    """

    departments: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    appeal_types: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

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
            and (not self.phrases or not self.phrases.isdisjoint(said))
            and self.without.isdisjoint(said)
        )


def read_condition(section: Section, vocabulary: Vocabulary) -> Condition:
    """Read a ``when`` table."""
    condition = Condition(
        frozenset(section.choices("departments", vocabulary.departments, "department code")),
        frozenset(section.choices("categories", vocabulary.categories, "category")),
        frozenset(section.choices("appeal_types", vocabulary.appeal_types, "appeal type")),
        frozenset(section.choices("districts", vocabulary.districts, "district in [districts]")),
        frozenset(read_phrases(section, "phrases")),
        frozenset(read_phrases(section, "without")),
    )
    section.finish()
    return condition


def is_empty(section: Section) -> bool:
    """Tell whether a ``when`` table says nothing, so that everything would meet it."""
    return not any(section.values.values())


def read_phrases(section: Section, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Read a list of phrases."""
    phrases = section.texts(key, default)
    for phrase in phrases:
        if not phrase_parts(phrase):
            section.complain(key, f"{phrase} has no words", "write words around the …")
    return tuple(phrase for phrase in phrases if phrase_parts(phrase))
