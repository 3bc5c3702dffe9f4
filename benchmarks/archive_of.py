"""Archives of any size, made of the messages in ``datasets/complaints.csv``."""

from __future__ import annotations

import csv
from itertools import cycle, islice
from pathlib import Path

DATASET = Path(__file__).resolve().parents[1] / "datasets" / "complaints.csv"
HEADER = ["留言编号", "留言主题", "留言时间", "留言详情"]

__all__ = ["write_archive"]


def write_archive(path: Path, rows: int, *, blank_every: int = 0) -> Path:
    """Write `rows` messages as csv; every `blank_every`-th has no text.

    Messages repeat, with a number added, so that no two rows are the same.
    """
    with DATASET.open(encoding="utf-8-sig", newline="") as file:
        messages = [(row["留言主题"], row["留言详情"]) for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, (title, text) in enumerate(islice(cycle(messages), rows), start=1):
            blank = blank_every and number % blank_every == 0
            time = f"20{10 + number % 12}/{number % 12 + 1}/{number % 28 + 1} 12:09:38"
            writer.writerow([number, title, time, "" if blank else f"{text}（{number}）"])
    return path
