"""Feed random and mutated files to the table readers; they must give rows or one clear error.

Each batch of inputs runs in a process of its own, under limits on memory and time, so that a crash
of a library written in C or Rust is seen too. A failure prints the seed that repeats it.

    python -m benchmarks.fuzz_readers --inputs 200000
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from complaintnlp.errors import ComplaintNLPError
from complaintnlp.tables import ReadOptions, make_sink, open_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaintnlp.tables.formats import AssemblingSink

BATCH = 2000
SECONDS = 20
MEMORY = 6 << 30
COLUMNS = ["留言编号", "留言主题", "留言时间", "留言详情"]
TOKENS = [
    *(b'"', b'""', b",", b"\t", b";", b"\r", b"\n", b"\r\n", b"\0", b"\\", b"'", b"=1+1"),
    *(b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\x81\x30\x81", b"\xb3", b"\xe5\x81"),
    *(b"{", b"}", b"[", b"]", b":", b"\\ud83d", b"\\u0000", b"null", b"1e999", b"-0", b"NaN"),
    *(b'<c r="XFD1048576"/>', b"</row>", b"<!DOCTYPE a>", b"&amp;", b"&#0;", b"]]>", b"<f>1</f>"),
    *(b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", b"PAR1", b"PK\x03\x04", b"\x1f\x8b"),
]


def rows() -> list[list[str]]:
    """Return the rows of the well-formed files."""
    texts = ["路灯坏了三天，没人修", '他说"明天来"，没来', "\n\t\t\t\t\t停水\n\t\t", "=1+1", ""]
    return [[str(i), f"第{i}件", "2020/1/6 12:09:38", texts[i % 5]] for i in range(12)]


def seeds(folder: Path) -> dict[str, list[bytes]]:
    """Return well-formed files of every format."""
    made: dict[str, list[bytes]] = {}
    for suffix in ("csv", "tsv", "jsonl", "xlsx", "parquet"):
        sink = make_sink(f"out.{suffix}", COLUMNS)
        blocks = [sink.header(), sink.render(rows())]
        if sink.appendable:
            plain = b"".join(blocks)
            encodings = ("utf-8", "gb18030", "utf-16", "utf-16-le")
            text = plain.decode("utf-8-sig")
            made[suffix] = [plain, *(text.encode(encoding) for encoding in encodings)]
            made[f"{suffix}.gz"] = [gzip.compress(plain, mtime=0)]
        else:
            assembling: AssemblingSink = sink  # type: ignore[assignment]
            target = folder / f"seed.{suffix}"
            assembling.assemble(blocks[1:], target)
            made[suffix] = [target.read_bytes()]
    return made


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return `content` with a few random changes."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 3, 8, 30])):
        place = chance.randrange(len(data) + 1)
        end = min(len(data), place + chance.choice([1, 1, 2, 4, 16, 200]))
        changes: list[Callable[[], bytes]] = [
            lambda length=end - place: chance.randbytes(length),  # type: ignore[misc]
            lambda: chance.choice(TOKENS),
            lambda: b"",
            lambda piece=bytes(data[place:end]): piece * chance.choice([2, 3, 50]),  # type: ignore[misc]
        ]
        data[place:end] = chance.choice(changes)()
    return bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.1 else data)


def mutated_parts(content: bytes, chance: random.Random) -> bytes:
    """Return a workbook with changes inside one of its parts, packed again."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        chosen = chance.choice([name for name in old.namelist() if "docProps" not in name])
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, mutated(part, chance) if name == chosen else part)
    return packed.getvalue()


def one_input(made: dict[str, list[bytes]], chance: random.Random) -> tuple[str, bytes]:
    """Return a suffix and the content of one file."""
    suffix = chance.choice(list(made))
    kind = chance.random()
    if kind < 0.1:
        return suffix, chance.randbytes(chance.randrange(400))
    content = chance.choice(made[suffix])
    if suffix == "xlsx" and kind < 0.8:
        return suffix, mutated_parts(content, chance)
    if suffix.endswith(".gz") and kind < 0.5:
        return suffix, gzip.compress(mutated(gzip.decompress(content), chance), 1, mtime=0)
    return suffix, mutated(content, chance)


def read(path: Path) -> str:
    """Read a file to the end; return what came of it."""
    try:
        for table in open_tables(str(path), ReadOptions(header_names=frozenset({"留言详情"}))):
            for batch in table.batches():
                if any(len(row) != len(table.columns) for row in batch.rows):
                    raise AssertionError("a row is not as long as the header")
    except ComplaintNLPError as error:
        if "\n" in str(error):
            raise AssertionError(f"more than one line: {error}") from error
        return "error"
    return "rows"


def run_batch(seed: int) -> None:
    """Read `BATCH` inputs made from `seed`; print what came of them as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        made = seeds(Path(folder))
        for number in range(BATCH):
            suffix, content = one_input(made, chance)
            path = Path(folder, f"in.{suffix}")
            path.write_bytes(content)
            signal.alarm(SECONDS)
            try:
                counts[f"{suffix} {read(path)}"] += 1
            except BaseException:
                counts[f"{suffix} FAILED"] += 1
                failures.append(f"seed {seed}, input {number}:\n{traceback.format_exc()}")
            signal.alarm(0)
    print(json.dumps([counts, failures]))


def in_a_process(seed: int) -> tuple[Counter[str], list[str]]:
    """Run a batch in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.fuzz_readers", "--batch", str(seed)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        return Counter(), [f"seed {seed}: status {done.returncode}: {done.stderr[-2000:]}"]
    counts, failures = json.loads(done.stdout)
    return Counter(counts), failures


def main() -> int:
    """Run the batches and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, help="run the batch of this seed only")
    options = parser.parse_args()
    if options.batch is not None:
        run_batch(options.batch)
        return 0
    started = time.monotonic()
    counts: Counter[str] = Counter()
    failures: list[str] = []
    batches = range(options.seed, options.seed - (-options.inputs // BATCH))
    with ThreadPoolExecutor(options.workers) as pool:
        for batch_counts, batch_failures in pool.map(in_a_process, batches):
            counts += batch_counts
            failures += batch_failures
    print("\n".join(failures[:20]))
    print(f"{counts.total():,} inputs in {time.monotonic() - started:.0f} s")
    for name, count in sorted(counts.items()):
        print(f"  {name:16} {count:8,}")
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
