"""Ours and the alternatives side by side: ``python benchmarks/speed.py``.

One run, one machine, the same messages; each engine in processes of its own. Machines are noisy,
so every figure is the median of rounds that alternate between the engines, and what counts is the
ratio. Needs ``pip install -r benchmarks/requirements.txt`` and ``../shared``. Writes
``benchmarks/results/speed.md`` and the tables between ``<!-- speed -->`` marks in the READMEs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]

from benchmarks.alternatives import ENGINES  # noqa: E402
from benchmarks.archive_of import write_archive  # noqa: E402
from benchmarks.processes import cold_start, measure, relabel_commands, size_on_disk  # noqa: E402
from benchmarks.relabel_rows import measure as run_measured  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "speed.md"
OURS = "complaintnlp"
MESSAGES = 2000
SMALL, LARGE, HUGE = 30_000, 90_000, 1_000_000
_README_BLOCK = re.compile(r"(?<=<!-- speed -->\n).*?(?=<!-- /speed -->)", re.S)


class Row(NamedTuple):
    """One line of the table of measures, named in English and in Chinese."""

    english: str
    chinese: str
    goal: str
    measured: str


def table_of(rows: list[Row], columns: tuple[str, ...], *names: str) -> str:
    """Return some columns of the rows as a table under other names."""
    lines = [names, ("---",) * len(names)]
    lines += [tuple(getattr(row, column) for column in columns) for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def real_texts() -> list[str]:
    """Return raw messages, title and body, of the mean length that hotlines see."""
    from real_messages import labelled_messages

    return [f"{message.title}。{message.text}" for message in labelled_messages()][:MESSAGES]


def seven_classes() -> tuple[list[str], list[str], list[str], list[str]]:
    """Return texts and labels to train on and to test on, near-duplicates on one side."""
    import numpy as np
    from real_messages import seven_class_messages
    from sklearn.model_selection import StratifiedGroupKFold

    from complaintnlp.training import near_duplicate_groups

    messages = [m for m in seven_class_messages() if m.source == "tokens"]
    texts = [message.text for message in messages]
    labels = np.array([message.labels["category"] for message in messages])
    splitter = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    learn, test = next(splitter.split(labels, labels, near_duplicate_groups(texts)))
    return (
        [texts[i] for i in learn],
        labels[learn].tolist(),
        [texts[i] for i in test],
        labels[test].tolist(),
    )


def train_all(folder: Path) -> dict[str, float]:
    """Train every engine on the same messages and return the macro-F1 of each."""
    from sklearn.metrics import f1_score

    learn, labels, test, truth = seven_classes()
    scores = {}
    for name, engine_class in ENGINES.items():
        engine = engine_class()
        engine.train(learn, labels, folder / name)
        engine.load(folder / name)
        scores[name] = float(f1_score(truth, engine.predict(test), average="macro"))
    return scores


def compare_engines(
    folder: Path, texts_file: Path, scores: dict[str, float], rounds: int
) -> tuple[list[Row], list[str]]:
    """Return the measures of engines, and the table of engines."""
    places = {name: folder / name for name in ENGINES}
    places[OURS] = ROOT / "models" / "default"  # all four targets
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in places}
    for _ in range(rounds):
        for name, place in places.items():
            values = measure("engine", name, place, texts_file)
            measured[name].append({**values, "cold": cold_start(name, place)})
    table = [
        "| | 7-class macro-F1 | messages/s | p50 ms | p99 ms | cold s | peak MB | disk MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    middle = {
        name: {key: median(r[key] for r in found) for key in found[0]}
        for name, found in measured.items()
    }
    table += [
        f"| {name} | {scores[name]:.4f} | {m['rate']:,.0f} | {m['p50']:.2f} | {m['p99']:.2f} "
        f"| {m['cold']:.2f} | {m['memory']:.0f} | {size_on_disk(places[name]):.1f} |"
        for name, m in middle.items()
    ]

    def ratio(other: str, key: str) -> float:
        pairs = zip(measured[OURS], measured[other], strict=True)
        return median(ours[key] / theirs[key] for ours, theirs in pairs)

    ours = middle[OURS]
    return [
        Row(
            "`predict_many`, four targets, against the usual script, one target, one core",
            "`predict_many`（四个目标）对常见脚本（一个目标），单核",
            *("× 12", f"× {ratio('usual', 'rate'):.1f}"),
        ),
        Row(
            "the same against fastText fed with `rjieba` tokens",
            "同上，对 fastText（用 `rjieba` 分词）",
            *("× 1.0", f"× {ratio('fasttext', 'rate'):.2f}"),
        ),
        Row(
            "cold process `complaintnlp predict TEXT` against the usual script",
            "冷启动 `complaintnlp predict TEXT` 对常见脚本",
            *("÷ 4", f"÷ {1 / ratio('usual', 'cold'):.1f}"),
        ),
        Row(
            "one `predict` call, p50 / p99",
            "单次 `predict`，p50 / p99",
            *("0.30 / 1 ms", f"{ours['p50']:.2f} / {ours['p99']:.2f} ms"),
        ),
        Row(
            "the same p50 against the usual script's",
            "同上 p50 对常见脚本",
            *("÷ 3.3", f"÷ {1 / ratio('usual', 'p50'):.1f}"),
        ),
        Row("peak memory of one process", "单进程内存峰值", "200 MB", f"{ours['memory']:.0f} MB"),
    ], table


def compare_threads(texts_file: Path) -> Row:
    """Return the measure of threads."""
    found = measure("threads", texts_file, one_thread=False)
    answers = "same answers" if found["same"] else "DIFFERENT ANSWERS"
    return Row(
        f"16 threads calling `predict` against one, {os.cpu_count()} cores",
        f"16 个线程同时调用 `predict` 对单线程，{os.cpu_count()} 核",
        *("× 1.4", f"× {found['ratio']:.1f}, {answers}"),
    )


def compare_relabel(folder: Path, *, million: bool) -> list[Row]:
    """Return the measures of archives."""
    seconds, memory = {}, {}
    for rows in [SMALL, LARGE] + [HUGE] * million:
        source = write_archive(folder / "in.csv", rows)
        ours, theirs = relabel_commands(folder / "usual", source, folder)
        seconds[rows], first, together = run_measured(ours)
        memory[rows] = (first / 2**20, together / 2**20)
        if rows == LARGE:
            usual, _, _ = run_measured(theirs)
    last = max(seconds)
    growth = (seconds[last] / seconds[SMALL]) / (last / SMALL)
    small, large = memory[SMALL], memory[LARGE]
    return [
        Row(
            f"`relabel` CSV to CSV, {LARGE:,} rows, all cores, against the usual script",
            f"`relabel` CSV 到 CSV，{LARGE:,} 行，全部核，对常见脚本",
            *("× 25", f"× {usual / seconds[LARGE]:.0f} ({seconds[LARGE]:.1f} s)"),
        ),
        Row(
            f"memory of `relabel` at {LARGE:,} rows against {SMALL:,}, first process / all",
            f"`relabel` 内存：{LARGE:,} 行对 {SMALL:,} 行，主进程 / 全部进程",
            "the same",
            f"{large[0]:.0f} / {large[1]:.0f} MB against {small[0]:.0f} / {small[1]:.0f} MB",
        ),
        Row(
            f"time a row at {last:,} rows against {SMALL:,}",
            f"每行用时：{last:,} 行对 {SMALL:,} 行",
            *("linear", f"× {growth:.2f}"),
        ),
    ]


def write_results(measures: list[Row], engines: list[str], stages: list[str], note: str) -> None:
    """Write the results and the READMEs' tables."""
    table = table_of(measures, ("english", "goal", "measured"), "measure", "goal", "measured")
    blocks = ["# Speed", note, table, "\n".join(engines), "\n".join(stages)]
    text = "\n\n".join(blocks) + "\n"
    RESULT.write_text(text, "utf-8")
    print(text)
    command = "```sh\npython benchmarks/speed.py\n```"
    english = table_of(measures, ("english", "measured"), "measure", "measured")
    chinese = table_of(measures, ("chinese", "measured"), "指标", "实测")
    _replace_block(ROOT / "README.md", f"{english}\n\n{command}")
    _replace_block(ROOT / "README.zh-CN.md", f"{chinese}\n\n{command}")


def _replace_block(path: Path, block: str) -> None:
    if path.is_file():
        document = path.read_text("utf-8")
        path.write_text(_README_BLOCK.sub(lambda _: f"{block}\n", document), "utf-8")


def main() -> None:
    """Measure everything and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="alternations between the engines")
    parser.add_argument("--million", action="store_true", help="relabel 1,000,000 rows too")
    parser.add_argument("--no-relabel", action="store_true", help="leave the archives out")
    chosen = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)  # the usual script's model names a function of ours
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = real_texts()
        texts_file = folder / "texts.json"
        texts_file.write_text(json.dumps(texts), "utf-8")
        measures, engines = compare_engines(folder, texts_file, train_all(folder), chosen.rounds)
        measures.append(compare_threads(texts_file))
        if not chosen.no_relabel:
            measures += compare_relabel(folder, million=chosen.million)
        stages = ["| stage of `predict_batch` | µs a message |", "|---|---|"]
        stages += [
            f"| {stage} | {microseconds:.1f} |"
            for stage, microseconds in measure("stages", texts_file).items()
        ]
        mean = sum(map(len, texts)) / len(texts)
        note = (
            f"`python benchmarks/speed.py`: {len(texts):,} real messages of {mean:.0f} characters "
            f"on average, {os.cpu_count()} cores, medians of {chosen.rounds} alternating rounds."
        )
        write_results(measures, engines, stages, note)


if __name__ == "__main__":
    main()
