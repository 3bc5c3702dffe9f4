"""What a reader gets from the text alone: ``python benchmarks/text_only_reader.py``.

The department of a replied message is the one that replied, which nobody can know for sure from the
text. How far the text goes was measured on 400 of these messages with readers who did not see the
reply. A model that reads only the text can hardly be expected to do better. Needs ``../shared``.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models"))

from real_messages import (  # noqa: E402
    LABELS,
    TARGETS,
    codes_of,
    labelled_messages,
    labels_of,
    readings,
    second_readings,
)


def main() -> None:
    """Print the table."""
    alone = readings(LABELS / "text_only_reading.csv")
    again = second_readings()
    first = {m.key: m for m in labelled_messages() if m.source == "replied" and m.key in alone}
    print(f"{len(first)} replied messages")
    print("| target | as the first reader | where two readers agree |")
    print("|---|---|---|")
    for target in TARGETS:
        right = {key: labels_of(alone[key])[target] == m.labels[target] for key, m in first.items()}
        agreed = [key for key, m in first.items() if again[key].labels[target] == m.labels[target]]
        shares = sum(right.values()) / len(right), sum(right[k] for k in agreed) / len(agreed)
        print(f"| {target} | {shares[0]:.3f} | {shares[1]:.3f} of {len(agreed)} |")
    chosen = {key: row["department"] for key, row in alone.items()}
    defended = [chosen[key] in (m.labels["department"], *m.also) for key, m in first.items()]
    three = {key: [chosen[key], *codes_of(row["also"])][:3] for key, row in alone.items()}
    named = [m.labels["department"] in three[key] for key, m in first.items()]
    print(f"| department, defensible | {sum(defended) / len(defended):.3f} | |")
    print(f"| department, in the first three | {sum(named) / len(named):.3f} | |")


if __name__ == "__main__":
    main()
