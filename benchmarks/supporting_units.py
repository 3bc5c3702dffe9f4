"""How far the second unit can be trusted: ``python benchmarks/supporting_units.py``.

Real messages are judged out of fold, with their near-duplicates. Of each, the department that
ranks second is right if the reader chose it, or noted it as one that a dispatcher could also have
chosen. The table gives, for each threshold on its probability, how often it is named and how
often it is then right; that is what ``[supporting] threshold`` of a routing configuration
promises.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models"))

from train_default import messages, train_on  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from real_messages import Message

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
RESAMPLED = 2000
_REAL = ("replied", "unlabelled")


def held_out_rankings(n_jobs: int) -> Iterator[tuple[Message, list[float], list[str]]]:
    """Yield real messages with the probabilities and codes of the departments, descending."""
    learned = messages()
    fitted = train_on(learned, n_jobs=n_jobs)
    codes = [str(code) for code in fitted.classifier.classes_["department"]]
    for message, row in zip(learned, fitted.probabilities["department"], strict=True):
        if message.source in _REAL and "department" in message.labels:
            order = np.argsort(-row, kind="stable")
            yield message, row[order].tolist(), [codes[i] for i in order]


def interval(right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a share."""
    generator = np.random.default_rng(0)
    shares = [generator.choice(right, len(right)).mean() for _ in range(RESAMPLED)]
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=-1)
    arguments = parser.parse_args()
    rows = list(held_out_rankings(arguments.jobs))
    second = np.array([values[1] for _, values, _ in rows])
    right = np.array(
        [codes[1] in (m.labels["department"], *m.also) for m, _, codes in rows], dtype=bool
    )
    noted = np.array([bool(m.also) for m, _, _ in rows])
    print(f"{len(rows)} real messages kept out; {noted.mean():.1%} have another right department")
    print("threshold  named  precision of the second unit (95 %)")
    for threshold in THRESHOLDS:
        named = second >= threshold
        precision, (low, high) = right[named].mean(), interval(right[named])
        print(f"{threshold:9.2f} {named.mean():6.1%}  {precision:.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
