"""What routing costs: ``python benchmarks/routing.py``.

A gazetteer of 100,000 names is loaded and searched for in messages, and an archive is relabelled
and routed, each the best of several runs, on one core.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import complaintnlp
from complaintnlp.archive import relabel
from complaintnlp.routing.archive import route_archive
from complaintnlp.routing.automaton import Alphabet
from complaintnlp.routing.gazetteer import read_gazetteer
from complaintnlp.routing.places import PlaceFinder
from complaintnlp.routing.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "messages_unlabelled.csv"
WRITTEN = ROOT / "datasets" / "complaints.csv"
COUNTY = ROOT / "datasets" / "changsha_county" / "routing.toml"

NAMES = 100_000
SYLLABLES = (
    "星沙湘龙泉塘长大开福金安春华江黄兴北山高桥井果园路口镇青铺和平幸福阳光城东西南中世纪家碧水云天"
    "锦绣万科恒大保利绿地融创龙湖时代广场花小区苑府邸名都新村公寓学士麓谷梅溪湖洋洞庭松雅榔梨板仓特立"
)
KINDS = ("小区", "花园", "苑", "路", "社区", "村", "广场", "公寓", "大厦", "学校", "市场", "")


def write_gazetteer(path: Path) -> None:
    """Write a table of `NAMES` different names in 5,000 grids."""
    random.seed(1)
    names: dict[str, None] = {}
    while len(names) < NAMES:
        stem = "".join(random.choices(SYLLABLES, k=random.randrange(2, 6)))
        names[stem + random.choice(KINDS)] = None
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["名称", "别名", "街道", "社区", "网格编号", "类型"])
        for number, name in enumerate(names):
            areas = f"第{number // 2000}街道", f"第{number // 200}社区", f"G-{number // 20}"
            writer.writerow([name, "", *areas, "小区"])


def best(task: Callable[[], object], runs: int) -> float:
    """Return the shortest time of the process for a task, in seconds."""
    seconds = []
    for _ in range(runs):
        started = time.process_time()
        task()
        seconds.append(time.process_time() - started)
    return min(seconds)


def load(path: Path) -> tuple[Alphabet, PlaceFinder]:
    """Load a gazetteer as a router does."""
    gazetteer = read_gazetteer(path, {}, Problems())
    alphabet = Alphabet(gazetteer.places)
    return alphabet, PlaceFinder(gazetteer, alphabet)


def measure_gazetteer(folder: Path, texts: list[str], runs: int) -> None:
    """Print what a large gazetteer costs."""
    path = folder / "gazetteer.csv"
    write_gazetteer(path)
    alphabet, finder = load(path)
    print(f"{NAMES:,} names loaded: {best(lambda: load(path), runs):.2f} s")
    micro = 1e6 / len(texts)
    symbols = list(alphabet.encode_many(texts))
    encode = best(lambda: list(alphabet.encode_many(texts)), runs)
    names = best(lambda: [finder.known(s) for s in symbols], runs)
    everything = best(
        lambda: [finder.find(text, s) for text, s in zip(texts, symbols, strict=True)], runs
    )
    print(f"names of the gazetteer: {(encode + names) * micro:.1f} µs a message")
    print(f"with places by their form, merged: {(encode + everything) * micro:.1f} µs a message")


def measure_archive(folder: Path, messages: Path, runs: int) -> None:
    """Print the throughput of relabelling and routing."""
    classifier = complaintnlp.load()
    out = folder / "out.csv"

    def relabelled() -> None:
        relabel([messages], out, model=classifier, workers=1, force=True)

    def routed() -> None:
        route_archive([messages], out, COUNTY, model=classifier, workers=1, force=True)

    labels, routes = best(relabelled, runs), best(routed, runs)
    rows = relabel([messages], out, model=classifier, workers=1, force=True).tally.rows
    print(f"relabel: {rows / labels:,.0f} rows/s; route: {rows / routes:,.0f} rows/s")
    print(f"route has {labels / routes:.2f} of the throughput of relabel")


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description="What routing costs.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    messages = REAL if REAL.is_file() else WRITTEN
    columns = ("title", "text") if REAL.is_file() else ("留言主题", "留言详情")
    with messages.open(encoding="utf-8-sig", newline="") as file:
        texts = [f"{row[columns[0]]}\n{row[columns[1]]}" for row in csv.DictReader(file)]
    mean = sum(map(len, texts)) / len(texts)
    print(f"{len(texts):,} messages of {mean:.0f} characters from {messages.name}")
    with TemporaryDirectory() as name:
        measure_gazetteer(Path(name), texts, runs)
        measure_archive(Path(name), messages, runs)


if __name__ == "__main__":
    main()
