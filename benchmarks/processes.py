"""What is measured of an engine in a process of its own.

``python -m benchmarks.processes engine NAME MODEL TEXTS`` and the like print one JSON object; the
functions with the same names start such a process and return what it printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks.alternatives import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["cold_start", "measure", "relabel_commands", "size_on_disk"]

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
TYPICAL = range(370, 411)  # characters of the messages that single calls are measured with
THREADS = 16
ROUNDS = 5
BATCH = 256

_MESSAGE = "楼道停放车辆，堵塞了消防通道，请您帮忙解决"
_USUAL_PREDICT = """\
import sys, joblib
print(joblib.load(sys.argv[1] + "/model.joblib").predict([sys.argv[2]]))
"""
_FASTTEXT_PREDICT = """\
import sys
from pathlib import Path
from benchmarks.alternatives import FastText
engine = FastText()
engine.load(Path(sys.argv[1]))
print(engine.predict([sys.argv[2]]))
"""
_USUAL_RELABEL = """\
import csv, sys, joblib
model = joblib.load(sys.argv[1] + "/model.joblib")
rows = list(csv.DictReader(open(sys.argv[2], encoding="utf-8")))
labels = model.predict([row["留言详情"] for row in rows])
out = csv.writer(open(sys.argv[3], "w", encoding="utf-8", newline=""))
out.writerow([*rows[0], "category"])
out.writerows([*row.values(), label] for row, label in zip(rows, labels))
"""


def _environment(*, one_thread: bool) -> dict[str, str]:
    # An installed package is compiled; so must be this one before its start is timed.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPATH"] = str(ROOT)
    return {**kept, **ONE_THREAD} if one_thread else kept


def measure(what: str, *words: str | Path, one_thread: bool = True) -> dict[str, Any]:
    """Return what a measurement printed, made in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.processes", what, *map(str, words)],
        env=_environment(one_thread=one_thread),
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return values


def cold_start(engine: str, directory: Path) -> float:
    """Return the seconds of a process that predicts one message."""
    words = {
        "complaintnlp": ["-m", "complaintnlp", "predict", _MESSAGE],
        "usual": ["-c", _USUAL_PREDICT, str(directory), _MESSAGE],
        "fasttext": ["-c", _FASTTEXT_PREDICT, str(directory), _MESSAGE],
    }[engine]
    environment = _environment(one_thread=False)
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def relabel_commands(usual: Path, source: Path, folder: Path) -> tuple[list[str], list[str]]:
    """Return our command that labels an archive, and the usual script."""
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    main = "from complaintnlp.cli import main; main()"
    return (
        [sys.executable, "-c", main, "relabel", str(source), "-o", str(ours), "--quiet", "--force"],
        [sys.executable, "-c", _USUAL_RELABEL, str(usual), str(source), str(theirs)],
    )


def size_on_disk(directory: Path) -> float:
    """Return the megabytes of a model."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6


def _peak_memory() -> float:
    """Return the most memory this process ever had, in megabytes.

    Not `ru_maxrss`, which begins with the size of the process that forked this one.
    """
    status = Path("/proc/self/status").read_text("utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


def _texts(file: str) -> list[str]:
    texts: list[str] = json.loads(Path(file).read_text("utf-8"))
    return texts


def _engine(name: str, directory: str, texts_file: str) -> dict[str, float]:
    """Measure rate, latency and memory."""
    texts = _texts(texts_file)
    engine = ENGINES[name]()
    engine.load(Path(directory))
    engine.predict(texts[:300])
    engine.predict(texts[:1])
    # The time of the processor: that of the clock, when nobody else uses the core.
    passes = []
    for _ in range(3):
        start = time.process_time()
        engine.predict(texts)
        passes.append(time.process_time() - start)
    calls = []
    typical = [text for text in texts if len(text) in TYPICAL]
    for text in typical * (400 // len(typical) + 1):
        start = time.perf_counter()
        engine.predict([text])
        calls.append(time.perf_counter() - start)
    return {
        "rate": len(texts) / median(passes),
        "p50": median(calls) * 1e3,
        "p99": quantiles(calls, n=100)[98] * 1e3,
        "memory": _peak_memory(),
    }


def _threads(texts_file: str) -> dict[str, Any]:
    """Measure how many times faster many threads call `predict` than one."""
    from concurrent.futures import ThreadPoolExecutor

    import complaintnlp

    classifier = complaintnlp.load()
    texts = _texts(texts_file)

    def run(n_threads: int) -> tuple[float, list[dict[str, Any]]]:
        start = time.perf_counter()
        with ThreadPoolExecutor(n_threads) as pool:
            predictions = list(pool.map(classifier.predict, texts))
        seconds = time.perf_counter() - start
        return seconds, [prediction.to_dict() for prediction in predictions]

    run(THREADS)
    rounds = [(run(1), run(THREADS)) for _ in range(ROUNDS)]
    return {
        "ratio": median(one[0] / many[0] for one, many in rounds),
        "same": all(one[1] == many[1] for one, many in rounds),
    }


def _stages(texts_file: str) -> dict[str, float]:
    """Measure where a message's microseconds go in `predict_batch`."""
    import complaintnlp

    classifier = complaintnlp.load()
    vectorizer = classifier.vectorizer
    tokenizer, segmenter = vectorizer._tokenizer, vectorizer.segmenter
    texts = _texts(texts_file)
    parts = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
    none: list[None] = [None] * BATCH
    runs = [
        "".join(tokenizer._cut(part, none[: len(part)])[0])  # what the segmenter is given
        for part in parts
    ]
    rows = [vectorizer.transform(part, none[: len(part)]) for part in parts]
    logits = [classifier.heads.decision_function(part) for part in rows]

    def microseconds(stage: Callable[[int], object]) -> float:
        taken = []
        for _ in range(2 * ROUNDS):
            start = time.process_time()
            for i in range(len(parts)):
                stage(i)
            taken.append(time.process_time() - start)
        return median(taken) / len(texts) * 1e6

    segment = microseconds(lambda i: segmenter.cut(runs[i]))
    cut = microseconds(lambda i: tokenizer._cut(parts[i], none[: len(parts[i])]))
    tokens = microseconds(lambda i: tokenizer(parts[i], none[: len(parts[i])]))
    to_rows = microseconds(lambda i: vectorizer.transform(parts[i], none[: len(parts[i])]))
    return {
        "segment (rjieba)": segment,
        "normalise and fold": cut - segment,
        "words to ids": tokens - cut,
        "terms to rows": to_rows - tokens,
        "logits": microseconds(lambda i: classifier.heads.decision_function(rows[i])),
        "calibration": microseconds(lambda i: classifier.calibration.probabilities(logits[i])),
        "all of `predict_batch`": microseconds(lambda i: classifier.predict_batch(parts[i])),
    }


_MEASUREMENTS: dict[str, Callable[..., dict[str, Any]]] = {
    "engine": _engine,
    "threads": _threads,
    "stages": _stages,
}

if __name__ == "__main__":
    print(json.dumps(_MEASUREMENTS[sys.argv[1]](*sys.argv[2:])))
