"""Kill a run at random instants, go on with --resume, and compare with an uninterrupted run.

Every round kills until the run gets through. The output and the list of rejected rows must have
the same bytes each time.

    python -m benchmarks.relabel_kill --rows 90000 --rounds 5
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.archive_of import write_archive

MAIN = "from complaintnlp.cli import main; main()"


def command(source: Path, output: Path, workers: int) -> list[str]:
    """Return the words of one run."""
    words = [sys.executable, "-c", MAIN, "relabel", str(source), "-o", str(output), "--quiet"]
    return [*words, "--workers", str(workers), "--resume"]


def digests(output: Path) -> tuple[str, ...]:
    """Return the SHA-256 of the output and of the list of rejected rows."""
    files = (output, Path(f"{output}.rejected.csv"))
    return tuple(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)


def killed_run(
    words: list[str], output: Path, chance: random.Random, seconds: float, kills: int
) -> int:
    """Start, and kill at a random instant, at most `kills` times; then let it finish."""
    done = 0
    while True:
        process = subprocess.Popen(words)
        try:
            process.wait(None if done >= kills else chance.uniform(0.05, max(seconds / 4, 2)))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += 1
            if output.exists() and not Path(f"{output}.journal").exists():
                return done  # it had just finished
            continue
        if process.returncode not in (0, 3):
            raise SystemExit(f"status {process.returncode}")
        return done


def main() -> int:
    """Run the rounds; return 1 if one of them differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=90_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kills", type=int, default=12, help="at most, in a round")
    parser.add_argument("--suffix", default="csv")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        source = write_archive(Path(folder, "in.csv"), options.rows, blank_every=997)
        whole = Path(folder, f"whole.{options.suffix}")
        started = time.monotonic()
        killed_run(command(source, whole, options.workers), whole, chance, 0, kills=0)
        seconds = time.monotonic() - started
        expected = digests(whole)
        print(f"{options.rows:,} rows to {options.suffix}, uninterrupted: {seconds:.1f} s")
        for number in range(1, options.rounds + 1):
            output = Path(folder, f"killed{number}.{options.suffix}")
            workers = chance.choice([1, 2, options.workers])
            started = time.monotonic()
            words = command(source, output, workers)
            kills = killed_run(words, output, chance, seconds, options.kills)
            same = digests(output) == expected
            left = [path.name for path in output.parent.glob(f"{output.name}.*")]
            clean = left == [f"{output.name}.rejected.csv"]
            took = time.monotonic() - started
            said = "the same bytes" if same else "DIFFERENT BYTES"
            print(f"round {number}: {kills} kills, {workers} workers, {took:.1f} s: {said}")
            if not (same and clean):
                print(f"left behind: {left}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
