"""Time and memory of `relabel` against the number of rows: csv to csv.

python -m benchmarks.relabel_rows 30000 90000 1000000
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.archive_of import write_archive

MAIN = "from complaintnlp.cli import main; main()"
EVERY = 0.1
MIB = 2**20


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [pid, *map(int, children.read_text().split())]
    except OSError:
        return [pid]


def resident(pid: int) -> int:
    """Return the memory of a process, shared pages divided among those that share them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def measure(words: list[str]) -> tuple[float, int, int]:
    """Run a command; return seconds, the peak of its first process, and that of all together."""
    started = time.monotonic()
    process = subprocess.Popen(words)
    first = together = 0
    while process.poll() is None:
        sizes = [resident(pid) for pid in family(process.pid)]
        first, together = max(first, sizes[0]), max(together, sum(sizes))
        time.sleep(EVERY)
    if process.returncode:
        raise SystemExit(f"status {process.returncode}")
    return time.monotonic() - started, first, together


def main() -> None:
    """Print one line for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=[30_000, 90_000, 1_000_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--suffix", default="csv")
    options = parser.parse_args()
    print(f"{'rows':>10} {'seconds':>8} {'rows/s':>8} {'parent MiB':>11} {'all MiB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for rows in options.rows:
            source = write_archive(Path(folder, "in.csv"), rows)
            output = Path(folder, f"out.{options.suffix}")
            words = [sys.executable, "-c", MAIN, "relabel", str(source), "-o", str(output)]
            words += ["--quiet", "--force", "--workers", str(options.workers)]
            seconds, first, together = measure(words)
            speed = rows / seconds
            print(
                f"{rows:10,} {seconds:8.1f} {speed:8,.0f} "
                f"{first / MIB:11.0f} {together / MIB:8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
