"""Ours and the alternatives side by side: ``python benchmarks/speed.py [--rows N]``.

One run, one machine, the same messages; each engine in processes of its own on one core. Machines
are noisy, so every figure is the median of several rounds that alternate between the engines, and
what counts is the ratio. Needs ``pip install -r benchmarks/requirements.txt`` and ``../shared``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "models"))
sys.path.append(str(ROOT / "benchmarks"))

from alternatives import ENGINES  # noqa: E402

ROUNDS = 3
BATCH_MESSAGES = 2000
SINGLE_CALLS = 400
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def real_texts() -> list[str]:
    """Return raw messages, title and body, of the mean length that hotlines see."""
    from real_messages import labelled_messages

    return [f"{message.title}。{message.text}" for message in labelled_messages()]


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


def worker(engine_name: str, directory: Path, texts_file: Path) -> None:
    """Measure one engine in this process and print JSON."""
    texts: list[str] = json.loads(texts_file.read_text("utf-8"))
    engine = ENGINES[engine_name]()
    engine.load(directory)
    engine.predict(texts[:50])
    engine.predict(texts[:1])
    start = time.perf_counter()
    engine.predict(texts[:BATCH_MESSAGES])
    batch = time.perf_counter() - start
    calls = []
    for text in texts[:SINGLE_CALLS]:
        start = time.perf_counter()
        engine.predict([text])
        calls.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "rate": min(BATCH_MESSAGES, len(texts)) / batch,
                "p50": median(calls) * 1e3,
                "p99": quantiles(calls, n=100)[98] * 1e3,
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def run_worker(engine: str, directory: Path, texts_file: Path) -> dict[str, float]:
    """Run `worker` in a process of its own, on one thread."""
    words = [sys.executable, __file__, "--worker", engine, str(directory), str(texts_file)]
    done = subprocess.run(
        words, env={**os.environ, **ONE_THREAD}, capture_output=True, check=True, text=True
    )
    values: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return values


def cold_start(engine: str, directory: Path) -> float:
    """Return the seconds of a process that predicts one message."""
    text = "楼道停放车辆，堵塞了消防通道，请您帮忙解决"
    if engine == "complaintnlp":
        words = [sys.executable, "-m", "complaintnlp", "predict", text]
    else:
        code = (
            f"import sys; sys.path.append({str(ROOT / 'benchmarks')!r})\n"
            "from pathlib import Path\nfrom alternatives import ENGINES\n"
            f"e = ENGINES[{engine!r}](); e.load(Path({str(directory)!r})); "
            f"print(e.predict([{text!r}]))"
        )
        words = [sys.executable, "-c", code]
    start = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True, env={**os.environ, **ONE_THREAD})
    return time.perf_counter() - start


def size_on_disk(directory: Path) -> float:
    """Return the megabytes of a model."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6


def threads(texts: list[str]) -> float:
    """Return how many times faster sixteen threads call `predict` than one."""
    from concurrent.futures import ThreadPoolExecutor

    import complaintnlp

    classifier = complaintnlp.load()
    part = texts[:BATCH_MESSAGES]

    def seconds(n_threads: int) -> float:
        start = time.perf_counter()
        with ThreadPoolExecutor(n_threads) as pool:
            for _ in pool.map(classifier.predict, part):
                pass
        return time.perf_counter() - start

    seconds(16)
    return median(seconds(1) / seconds(16) for _ in range(ROUNDS))


def stages(texts: list[str]) -> dict[str, float]:
    """Return where a message's microseconds go in `predict_batch`."""
    import cProfile
    import pstats

    import complaintnlp

    classifier = complaintnlp.load()
    classifier.predict_batch(texts[:300])
    profile = cProfile.Profile()
    part = texts[:BATCH_MESSAGES]
    profile.enable()
    for start in range(0, len(part), 256):
        classifier.predict_batch(part[start : start + 256])
    profile.disable()
    seconds: dict[str, float] = {}
    for (file, _, name), row in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        seconds[f"{Path(file).stem}.{name}"] = row[3]
    named = {
        "segment (rjieba)": sum(s for n, s in seconds.items() if "'cut' of" in n),
        "normalise and fold": seconds["normalize.join"],
        "tokens, with segmenting": seconds["tokens.__call__"],
        "terms, with tokens": seconds["vectorizer._terms"],
        "rows, with terms": seconds["vectorizer.transform"],
        "logits": seconds["heads.decision_function"],
        "calibration": seconds["calibration.probabilities"],
        "review": seconds["review.reasons"],
        "all": seconds["classifier.predict_batch"],
    }
    return {name: value / len(part) * 1e6 for name, value in named.items()}


def relabel_seconds(texts: list[str], rows: int, usual: Path, folder: Path) -> tuple[float, float]:
    """Return the seconds of our `relabel` on all cores and of the usual script."""
    import csv

    source, ours, theirs = (folder / name for name in ("in.csv", "ours.csv", "theirs.csv"))
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["留言编号", "留言详情"])
        writer.writerows([i, texts[i % len(texts)]] for i in range(rows))
    start = time.perf_counter()
    command = [sys.executable, "-m", "complaintnlp", "relabel", str(source), "-o", str(ours)]
    done = subprocess.run([*command, "--quiet"], check=False, capture_output=True)
    assert done.returncode in (0, 3), done.stderr.decode()
    middle = time.perf_counter()
    code = (
        f"import sys; sys.path.append({str(ROOT / 'benchmarks')!r})\n"
        "import csv, joblib\n"
        f"model = joblib.load({str(usual / 'model.joblib')!r})\n"
        f"rows = list(csv.DictReader(open({str(source)!r}, encoding='utf-8')))\n"
        "labels = model.predict([row['留言详情'] for row in rows])\n"
        f"out = csv.writer(open({str(theirs)!r}, 'w', encoding='utf-8', newline=''))\n"
        "out.writerow([*rows[0], 'category'])\n"
        "out.writerows([*row.values(), label] for row, label in zip(rows, labels))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return middle - start, time.perf_counter() - middle


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=90_000, help="of the archive to relabel")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        worker(chosen.worker[0], Path(chosen.worker[1]), Path(chosen.worker[2]))
        return
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name), chosen.rows)


def compare(folder: Path, rows: int) -> None:
    """Train the engines on the same messages, measure them, print the tables."""
    from sklearn.metrics import f1_score

    texts = real_texts()
    texts_file = folder / "texts.json"
    texts_file.write_text(json.dumps(texts[: BATCH_MESSAGES + 50]), "utf-8")
    mean = sum(map(len, texts[:BATCH_MESSAGES])) / BATCH_MESSAGES
    print(f"{BATCH_MESSAGES} real messages of {mean:.0f} characters, one core, median of {ROUNDS}")
    learn, labels, test, truth = seven_classes()
    scores: dict[str, float] = {}
    for engine_name, engine_class in ENGINES.items():
        engine = engine_class()
        engine.train(learn, labels, folder / engine_name)
        engine.load(folder / engine_name)
        scores[engine_name] = f1_score(truth, engine.predict(test), average="macro")
    places = {engine: folder / engine for engine in ENGINES}
    places["complaintnlp"] = ROOT / "models" / "default"  # all four targets
    measured: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
    cold: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    for _ in range(ROUNDS):
        for engine, place in places.items():
            measured[engine].append(run_worker(engine, place, texts_file))
            cold[engine].append(cold_start(engine, place))
    print("| | 7-class macro-F1 | messages/s | p50 ms | p99 ms | cold s | peak MB | disk MB |")
    print("|---|---|---|---|---|---|---|---|")
    for engine, place in places.items():
        middle = {key: median(r[key] for r in measured[engine]) for key in measured[engine][0]}
        print(
            f"| {engine} | {scores[engine]:.4f} | {middle['rate']:.0f} | {middle['p50']:.2f} "
            f"| {middle['p99']:.2f} | {median(cold[engine]):.2f} | {middle['memory']:.0f} "
            f"| {size_on_disk(place):.1f} |"
        )
    for other in ("usual", "fasttext"):
        ratio = median(
            a["rate"] / b["rate"]
            for a, b in zip(measured["complaintnlp"], measured[other], strict=True)
        )
        chill = median(b / a for a, b in zip(cold["complaintnlp"], cold[other], strict=True))
        print(f"against {other}: predict_many x {ratio:.1f}, cold process / {chill:.1f}")
    print(f"16 threads against one, {os.cpu_count()} cores: x {threads(texts):.2f}")
    for stage, microseconds in stages(texts).items():
        print(f"  {microseconds:6.1f} us  {stage}")
    if rows:
        ours, theirs = relabel_seconds(texts, rows, folder / "usual", folder)
        print(
            f"relabel {rows} rows: {ours:.1f} s, usual script {theirs:.1f} s, x {theirs / ours:.1f}"
        )


if __name__ == "__main__":
    main()
