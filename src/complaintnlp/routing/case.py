"""Deciding one message: the steps, each of which adds what it found to the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.routing.decision import LEAD, SUPPORTING, Assignment, Decision
from complaintnlp.routing.errors import CalendarError
from complaintnlp.routing.places import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from complaintnlp.routing.config import Config
    from complaintnlp.routing.decision import Mode
    from complaintnlp.routing.directory import Unit
    from complaintnlp.routing.facts import Facts
    from complaintnlp.routing.places import Place
    from complaintnlp.routing.rules import Rule

__all__ = ["Case"]

_WORDS = 3  # that a reason quotes at most


class Case:
    """One message on its way to a decision.

    Parameters
    ----------
    config : Config
        What the city decides.
    facts : Facts
        What the model says.
    places : sequence of Place
        What the message says of where.
    said : mapping of str to str
        The phrases of the configuration that the message has, as it writes them.
    at : datetime or None
        When it came in.
    explain : callable, optional
        Returns the words by which the model saw danger.
    """

    def __init__(
        self,
        config: Config,
        facts: Facts,
        places: Sequence[Place],
        said: Mapping[str, str],
        at: datetime | None,
        explain: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        self._config = config
        self._facts = facts
        self._places = places
        self._said = said
        self._at = at
        self._explain = explain
        self._reasons: list[str] = []
        self._next_duty: datetime | None = None
        self._grid, self._place_reason = locate(places)
        self._district = self._grid.district if self._grid else None

    def decide(self, *, lenient: bool = False) -> Decision:
        """Take all steps.

        Parameters
        ----------
        lenient : bool
            Whether an unknown calendar is a reason to dispatch instead of an error.
        """
        rules = [
            rule
            for rule in self._config.rules
            if rule.when.holds(self._facts, self._district, self._said)
        ]
        lead, ruled = self._lead(rules)
        if self._place_reason:
            self._reasons.append(self._place_reason)
        repeated = self._is_repeated()
        mode = self._mode(rules, lead, ruled=ruled, lenient=lenient)
        supporting = self._supporting(rules)
        if mode == "grid" and (in_grid := self._unit_in_grid()) and in_grid is not lead:
            self._reasons.append(f"由{in_grid.name}主办，{lead.name}协办")
            supporting.insert(0, lead)
            lead = in_grid
        units = [Assignment(lead.name, LEAD, lead.contact)]
        units += [
            Assignment(unit.name, SUPPORTING, unit.contact)
            for unit in dict.fromkeys(supporting)
            if unit.name != lead.name
        ]
        return Decision(
            tuple(units),
            mode,
            self._grid,
            self._reasons,
            tuple(self._places),
            repeated,
            tuple(rule.name for rule in rules),
            self._next_duty,
        )

    def _lead(self, rules: Sequence[Rule]) -> tuple[Unit, bool]:
        """Return the lead unit, and whether a rule named it."""
        rule = next((rule for rule in rules if rule.unit or rule.department), None)
        if rule and rule.unit:
            self._reasons.append(f"规则「{rule.name}」：由{rule.unit.name}办理")
            return rule.unit, True
        facts = self._facts
        code = rule.department if rule and rule.department else facts.department
        found = self._config.directory.unit_for(code, self._district)
        if rule:
            because = f"规则「{rule.name}」：部门 {code}"
        elif facts.confidence is None:
            because = f"部门 {code}"
        else:
            because = f"部门 {code}（把握 {facts.confidence:.2f}）"
        gap = f"{found.gap}，转" if found.gap else ""
        self._reasons.append(f"{because} → {gap}{found.unit.name}")
        return found.unit, rule is not None

    def _supporting(self, rules: Sequence[Rule]) -> list[Unit]:
        """Return the supporting units: those of the rules, then those that rank next."""
        directory = self._config.directory
        units: list[Unit] = []
        for rule in rules:
            for name in rule.supporting:
                units.append(directory.unit_for(name, self._district).unit)
                self._reasons.append(f"规则「{rule.name}」：协办 {units[-1].name}")
        for code, probability in self._facts.others[: self._config.supporting_at_most]:
            if probability < self._config.supporting_threshold:
                break
            found = directory.unit_for(code, self._district)
            if not found.gap:
                units.append(found.unit)
                self._reasons.append(f"协办：{code}（把握 {probability:.2f}）→ {found.unit.name}")
        return units

    def _is_repeated(self) -> bool:
        said = self._said_of(self._config.repeated_phrases)
        if said:
            self._reasons.append(f"重复反映：{_quoted([max(said, key=len)])}")
        return bool(said)

    def _mode(self, rules: Sequence[Rule], lead: Unit, *, ruled: bool, lenient: bool) -> Mode:
        """Return the mode: danger first, then the city's rules, then doubt, rota and grid."""
        by_rule = next((rule for rule in rules if rule.mode), None)
        if self._is_urgent(by_rule):
            return "urgent"
        if by_rule and by_rule.mode:
            return self._mode_of_rule(by_rule)
        if self._facts.review_reasons:
            self._reasons += [f"需人工复核：{reason}" for reason in self._facts.review_reasons]
            if not ruled:
                return "review"
        if self._is_answered_online(lead, lenient=lenient):
            return "online"
        small = self._config.small_matters
        if small and small.holds(self._facts, self._district, self._said):
            return self._grid_if_known("属于网格事项")
        return "dispatch"

    def _is_urgent(self, by_rule: Rule | None) -> bool:
        if self._facts.hazard >= self._config.urgent_threshold:
            words = self._said_of(self._config.danger_words)
            if not words and self._explain:
                words = list(self._explain())
            because = f"，依据：{_quoted(words[:_WORDS])}" if words else ""
            probability = self._facts.hazard
            self._reasons.append(f"紧急：可能危及人身安全（概率 {probability:.2f}）{because}")
            return True
        if by_rule and by_rule.mode == "urgent":
            self._reasons.append(f"紧急：规则「{by_rule.name}」")
            return True
        return False

    def _mode_of_rule(self, rule: Rule) -> Mode:
        because = f"规则「{rule.name}」"
        if rule.mode == "grid":
            return self._grid_if_known(because)
        if rule.mode == "review":
            self._reasons.append(f"需人工复核：{because}")
            return "review"
        return "dispatch"

    def _grid_if_known(self, because: str) -> Mode:
        if self._grid and self._grid.code:
            self._reasons.append(f"{because}，交网格 {self._grid.code}")
            return "grid"
        self._reasons.append(f"{because}，但网格未能确定，转单位办理")
        return "dispatch"

    def _unit_in_grid(self) -> Unit | None:
        """Return the unit that leads in the grid, if the city has one for this district."""
        lead = self._config.grid_lead
        found = self._config.directory.unit_for(lead, self._district) if lead else None
        return found.unit if found and not found.gap else None

    def _is_answered_online(self, lead: Unit, *, lenient: bool) -> bool:
        """Tell whether the unit answers now; if not, find out when it will."""
        rota, moment = self._config.rota, self._local_time()
        if (
            self._facts.appeal_type not in self._config.questions
            or lead.name not in rota
            or moment is None
        ):
            return False
        try:
            if rota.is_on_duty(lead.name, moment):
                self._reasons.append(f"{lead.name}正在值班（{moment:%Y-%m-%d %H:%M}），在线答复")
                return True
        except CalendarError as error:
            if not lenient:
                raise
            self._reasons.append(f"值班时间无法判断：不知道 {error.year} 年的工作日")
            return False
        try:
            self._next_duty = rota.next_duty(lead.name, moment)
        except CalendarError as error:
            self._reasons.append(f"不在值班时间，{error.year} 年的工作日还不知道")
            return False
        when = f"{self._next_duty:%Y-%m-%d %H:%M}" if self._next_duty else "两个月内没有排班"
        self._reasons.append(f"不在值班时间，{lead.name}下一次值班：{when}")
        return False

    def _local_time(self) -> datetime | None:
        if self._at is None or self._at.tzinfo is None:
            return self._at
        return self._at.astimezone(self._config.zone).replace(tzinfo=None)

    def _said_of(self, phrases: frozenset[str]) -> list[str]:
        """Return those of some phrases that the message has, as it writes them, each once."""
        said = dict.fromkeys(words for phrase, words in self._said.items() if phrase in phrases)
        return [word for word in said if not any(word != o and word in o for o in said)]


def _quoted(words: Sequence[str]) -> str:
    return "".join(f"“{word}”" for word in words)
