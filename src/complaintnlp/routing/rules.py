"""A city's own rules, which go before the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from complaintnlp.routing.conditions import Condition, is_empty, read_condition

if TYPE_CHECKING:
    from complaintnlp.routing.conditions import Vocabulary
    from complaintnlp.routing.directory import Directory, Unit
    from complaintnlp.routing.fields import Section

__all__ = ["RULE_MODES", "Rule", "read_rules"]

RULE_MODES = ("urgent", "grid", "dispatch", "review")
"""What a rule can decide; ``online`` is for the rota to say."""


class Rule(NamedTuple):
    """A rule of the city.

    The unit and the mode are each decided by the first rule that holds and says something about
    them; the supporting units of all rules that hold are added.

    Parameters
    ----------
    name : str
        What `Decision.reasons` calls it.
    when : Condition
        When it holds.
    unit : Unit or None
        Who answers.
    department : str or None
        Or which department, whose unit depends on the district.
    supporting : tuple of str
        Names of units or department codes that support.
    mode : str or None
        One of `RULE_MODES`.
    """

    name: str
    when: Condition
    unit: Unit | None = None
    department: str | None = None
    supporting: tuple[str, ...] = ()
    mode: str | None = None


def read_rules(root: Section, vocabulary: Vocabulary, directory: Directory) -> tuple[Rule, ...]:
    """Read ``[[rules]]``."""
    rules: list[Rule] = []
    for section in root.sections("rules"):
        rule = _read_rule(section, vocabulary, directory)
        if any(rule.name == other.name for other in rules):
            section.complain("name", f"two rules are called {rule.name}", "name each differently")
        if is_empty(section.section("when")):
            section.complain(None, f"rule {rule.name} applies to all messages", "add a when = {…}")
        if "unit" in section and "department" in section:
            section.complain("department", "a rule names a unit or a department", "remove one")
        if not {"unit", "department", "supporting", "mode"}.intersection(section.keys()):
            remedy = "add unit, department, supporting or mode"
            section.complain(None, f"rule {rule.name} decides nothing", remedy)
        section.finish()
        rules.append(rule)
    return tuple(rules)


def _read_rule(section: Section, vocabulary: Vocabulary, directory: Directory) -> Rule:
    names = [name for unit in directory.units for name in (unit.name, *unit.aliases)]
    unit = section.choice("unit", names, "unit in [[units]]")
    known = {*names, *vocabulary.departments}
    return Rule(
        section.text("name", required=True),
        read_condition(section.section("when"), vocabulary),
        directory.named(unit) if unit else None,
        section.choice("department", vocabulary.departments, "department code"),
        section.choices("supporting", known, "unit in [[units]] or department code"),
        section.choice("mode", RULE_MODES, "mode that a rule can set"),
    )
