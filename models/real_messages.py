"""The messages that the bundled model learns from, as corpora with all four targets.

The real ones are in ``../shared/data`` and are never copied into this project; the written ones
are in ``datasets/complaints.csv``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from complaintnlp.training import Corpus

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
WRITTEN = ROOT / "datasets" / "complaints.csv"

TARGETS = ("category", "department", "appeal_type", "hazard")


@dataclass(frozen=True)
class Message:
    """One message, its labels by target ("" where unknown), and where it comes from."""

    source: str
    title: str | None
    text: str
    labels: dict[str, str]
    also: tuple[str, ...] = ()


def _rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(code for code in cell.split("|") if code)


def labelled_messages() -> list[Message]:
    """Return the real messages that were read and labelled: ``replied`` or ``unlabelled``."""
    labels = {row["id"]: row for row in _rows(SHARED / "labels.csv")}
    return [
        Message(
            source,
            row["title"],
            row["text"],
            {
                "category": label["category"],
                "department": label["department"],
                "appeal_type": label["type"],
                "hazard": label["hazard"],
            },
            _codes(label["also"]),
        )
        for source in ("replied", "unlabelled")
        for row in _rows(SHARED / f"messages_{source}.csv")
        if (label := labels.get(row["id"]))
    ]


def seven_class_messages() -> list[Message]:
    """Return the real messages of seven categories: ``tokens`` (segmented) and ``raw``."""
    tokens = [
        Message("tokens", None, row["tokens"], {"category": row["category"]})
        for row in _rows(SHARED / "messages_7class_tokens.csv")
    ]
    raw = [
        Message("raw", row["title"], row["text"], {"category": row["category"]})
        for row in _rows(SHARED / "messages_7class_raw.csv")
    ]
    return tokens + raw


def written_messages() -> list[Message]:
    """Return the messages that were written for this project: ``written``."""
    return [
        Message(
            "written",
            row["留言主题"],
            row["留言详情"],
            {
                "category": row["一级分类"],
                "department": row["责任部门"],
                "appeal_type": row["诉求类型"],
                "hazard": row["安全隐患"],
            },
            _codes(row["可选部门"]),
        )
        for row in _rows(WRITTEN)
    ]


def corpus_of(messages: list[Message], targets: tuple[str, ...] = TARGETS) -> Corpus:
    """Return messages as a corpus."""
    return Corpus(
        [message.text for message in messages],
        [message.title for message in messages],
        {target: [message.labels.get(target, "") for message in messages] for target in targets},
        {"department": [message.also for message in messages]} if "department" in targets else {},
    )
