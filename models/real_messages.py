"""The messages that the bundled model learns from, as corpora with all four targets.

The real ones are in ``../shared/data`` and are never copied into this project; labels of more of
them, by message id, are in ``models/labels``. The written ones are in ``datasets``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

from complaintnlp.training import Corpus

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
LABELS = ROOT / "models" / "labels"
WRITTEN = sorted((ROOT / "datasets").glob("complaints*.csv"))

# A written message of one line leaves more open than it settles: two readers agree on its
# department in 82 %, on that of a longer one in 92 %. It widens the vocabulary, and counts less.
# What its writer wants with it, it hardly says at all.
ONE_LINE = 50
ONE_LINE_WEIGHT = 0.4

LEXICON = ROOT / "datasets" / "lexicon.csv"

TARGETS = ("category", "department", "appeal_type", "hazard")


@dataclass(frozen=True)
class Message:
    """One message, its labels by target ("" where unknown), where it comes from, how it counts.

    A written one may name the key of a real one that it is to be told apart from.
    """

    source: str
    key: str
    title: str | None
    text: str
    labels: dict[str, str]
    also: tuple[str, ...] = ()
    weight: float = 1.0
    told_from: str = ""

    @property
    def case(self) -> str:
        """What it belongs to: of one case, no message may teach where another is judged."""
        return self.told_from or self.key


def _rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def codes_of(cell: str) -> tuple[str, ...]:
    """Return the departments of a cell that joins them."""
    return tuple(code for code in cell.split("|") if code)


def labels_of(row: dict[str, str]) -> dict[str, str]:
    """Return the labels of a reading by target."""
    names = {"category": "category", "department": "department", "appeal_type": "type"}
    return {**{target: row[name] for target, name in names.items()}, "hazard": row["hazard"]}


def readings(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a file of readings by the message that they are of."""
    return {row["id"]: row for row in _rows(path)}


def _unread() -> list[Message]:
    """Return the real messages without labels: ``replied``, ``unlabelled``, ``raw``, ``tokens``."""
    messages = [
        Message(source, prefix + row["id"], row["title"], row["text"], {})
        for source, prefix, name in (
            ("replied", "", "messages_replied"),
            ("unlabelled", "", "messages_unlabelled"),
            ("raw", "raw-", "messages_7class_raw"),
        )
        for row in _rows(SHARED / f"{name}.csv")
    ]
    segmented = _rows(SHARED / "messages_7class_tokens.csv")
    return messages + [
        Message("tokens", f"tokens-{number}", None, row["tokens"], {})
        for number, row in enumerate(segmented, start=1)
    ]


def _agreed(reading: dict[str, str], again: dict[str, str] | None) -> dict[str, str]:
    """Return the labels of a reading, without those that a second reading contradicts."""
    labels = labels_of(reading)
    second = labels_of(again or reading)
    return {target: label for target, label in labels.items() if second[target] == label}


def labelled_messages() -> list[Message]:
    """Return the real messages that were read, with their labels of all four targets.

    Hard ones were read twice. A target on which the two readings differ has no label.
    """
    first = readings(SHARED / "labels.csv")
    first |= readings(LABELS / "more.csv") | readings(LABELS / "tokens.csv")
    again = readings(LABELS / "hard_reread.csv")
    return [
        replace(
            message,
            labels=_agreed(first[message.key], again.get(message.key)),
            also=codes_of(first[message.key]["also"]),
        )
        for message in _unread()
        if message.key in first
    ]


def second_readings() -> dict[str, Message]:
    """Return the replied messages by id as a second reader labelled them, blind to the first."""
    rows = readings(LABELS / "second_reading.csv")
    return {
        message.key: replace(
            message, labels=labels_of(rows[message.key]), also=codes_of(rows[message.key]["also"])
        )
        for message in _unread()
        if message.source == "replied" and message.key in rows
    }


def seven_class_messages() -> list[Message]:
    """Return the segmented messages with the labels that they came with: seven categories."""
    categories = [row["category"] for row in _rows(SHARED / "messages_7class_tokens.csv")]
    segmented = [message for message in _unread() if message.source == "tokens"]
    return [
        replace(message, labels={"category": category})
        for message, category in zip(segmented, categories, strict=True)
    ]


def written_messages() -> list[Message]:
    """Return the messages that were written for this project: ``written``.

    Most of the later volumes were read again; a target on which that differs has no label.
    """
    names = {
        "category": "一级分类",
        "department": "责任部门",
        "type": "诉求类型",
        "hazard": "安全隐患",
    }
    again = readings(LABELS / "written_reread.csv")
    messages = []
    for row in (row for path in WRITTEN for row in _rows(path)):
        key = row["留言编号"]
        labels = _agreed({name: row[column] for name, column in names.items()}, again.get(key))
        also = codes_of(row["可选部门"])
        title, text = row["留言主题"], row["留言详情"]
        weight = 1.0
        if len(title) + len(text) < ONE_LINE:
            labels["appeal_type"], weight = "", ONE_LINE_WEIGHT
        told_from = row.get("对照留言", "")
        messages.append(Message("written", key, title, text, labels, also, weight, told_from))
    return messages


def corpus_of(messages: list[Message], targets: tuple[str, ...] = TARGETS) -> Corpus:
    """Return messages as a corpus; the replied ones, if there are any, are the typical ones.

    They are what a hotline gets, not chosen for anything, and their readers saw the official reply.
    """
    typical = [message.source == "replied" for message in messages]
    return Corpus(
        [message.text for message in messages],
        [message.title for message in messages],
        {target: [message.labels.get(target, "") for message in messages] for target in targets},
        {"department": [message.also for message in messages]} if "department" in targets else {},
        typical if any(typical) else None,
        [message.weight for message in messages],
        [message.case for message in messages],
    )
