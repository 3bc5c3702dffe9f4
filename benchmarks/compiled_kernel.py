"""What a compiled kernel would give: ``python -m benchmarks.compiled_kernel``.

Much of a single call's time is what numpy needs for each operation, whatever its size. Here all
operations from the words of a message to its logits are one C function, built with the machine's
``cc``, which is held against the library's numpy on real messages: first its logits, then its time.
The library has no such kernel; this says what it forgoes. Needs ``../shared`` and a C compiler.
Writes ``benchmarks/results/compiled_kernel.md``.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.processes import TYPICAL

import complaintnlp
from complaintnlp.features.tokens import _lengths
from complaintnlp.text.normalize import han_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from complaintnlp.features.index import KeyIndex
    from complaintnlp.model import Classifier
    from complaintnlp.model.prediction import Prediction

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models"))
SOURCE = Path(__file__).with_suffix(".c")
RESULT = ROOT / "benchmarks" / "results" / "compiled_kernel.md"
ROUNDS = 7
TOLERANCE = 1e-4

Address = ctypes.c_void_p


class _Index(ctypes.Structure):
    _fields_ = [
        ("keys", Address),
        ("multipliers", Address),
        ("slots", Address),
        ("spread", ctypes.c_uint64),
        ("to_bucket", ctypes.c_uint64),
        ("to_slot", ctypes.c_uint64),
    ]


class _Model(ctypes.Structure):
    _fields_ = [
        ("words", _Index),
        ("terms", _Index),
        ("weights", Address),
        ("frequency", Address),
        ("idf", Address),
        ("row_scale", Address),
        ("column_scale", Address),
        ("intercept", Address),
        ("coefficients", Address),
        ("n_weights", ctypes.c_int64),
        ("n_frequencies", ctypes.c_int64),
        ("n_logits", ctypes.c_int64),
        ("end", ctypes.c_int64),
        ("lead", ctypes.c_int64),
        ("smoothing", ctypes.c_float),
    ]


def _index(index: KeyIndex) -> _Index:
    return _Index(
        index._keys.ctypes.data,
        index._multipliers.ctypes.data,
        index._slots.ctypes.data,
        int(index._spread),
        int(index._to_bucket),
        int(index._to_slot),
    )


class Kernel:
    """The compiled function with a classifier's arrays."""

    def __init__(self, classifier: Classifier, folder: Path) -> None:
        library = folder / "kernel.so"
        command = ["cc", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
        subprocess.run([*command, "-o", str(library), str(SOURCE), "-lm"], check=True)
        self._score = ctypes.CDLL(str(library)).score
        self._score.restype = ctypes.c_double
        self.classifier = classifier
        vectorizer, heads = classifier.vectorizer, classifier.heads
        tokenizer = vectorizer._tokenizer
        weights = vectorizer._weights[np.uint32]
        self._model = _Model(
            _index(tokenizer._index),
            _index(vectorizer._index),
            weights.ctypes.data,
            vectorizer._frequency.ctypes.data,
            vectorizer.idf_.ctypes.data,
            heads.row_scale.ctypes.data,
            heads.column_scale.ctypes.data,
            heads.intercept.ctypes.data,
            heads.weights.ctypes.data,
            len(weights),
            len(vectorizer._frequency),
            heads.weights.shape[1],
            tokenizer._end,
            vectorizer.settings.lead,
            vectorizer.settings.smoothing,
        )
        self._reference = ctypes.byref(self._model)
        self._logits = np.zeros((1, heads.weights.shape[1]), dtype=np.float32)
        self._out = self._logits.ctypes.data

    def logits(self, text: str) -> tuple[NDArray[np.float32], float]:
        """Return the logits and the share of known words."""
        tokens, codes = self.classifier.vectorizer._tokenizer._cut([text], [None])
        length = _lengths(tokens)
        coverage = self._score(
            self._reference,
            Address(codes.ctypes.data),
            Address(length.ctypes.data),
            ctypes.c_int64(len(tokens)),
            Address(self._out),
        )
        return self._logits, coverage

    def predict(self, text: str) -> Prediction:
        """Do what `Classifier.predict` does."""
        logits, coverage = self.logits(text)
        return self.classifier._judge(logits, np.array([coverage]))[0]


def check(kernel: Kernel, texts: list[str]) -> float:
    """Return the largest difference of a logit from the library's."""
    model = kernel.classifier
    expected = model.heads.decision_function(model.vectorizer.transform(texts, [None] * len(texts)))
    found = np.concatenate([kernel.logits(text)[0].copy() for text in texts])
    return float(np.abs(found - expected).max())


def microseconds(call: Callable[[str], object], texts: list[str]) -> list[float]:
    """Return what each call took."""
    taken = []
    for text in texts:
        begin = perf_counter()
        call(text)
        taken.append(1e6 * (perf_counter() - begin))
    return taken


def measure(kernel: Kernel, texts: list[str]) -> dict[str, float]:
    """Return the medians over the messages, in rounds that alternate between the engines."""
    model = kernel.classifier
    han = {text: han_text(["", text]) for text in texts}
    calls: dict[str, Callable[[str], object]] = {
        "a `predict` call, numpy": model.predict,
        "the same with the kernel": kernel.predict,
        "of these, segmenting (rjieba)": lambda text: model.vectorizer.segmenter.cut(han[text]),
    }
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(ROUNDS + 1):
        for name, call in calls.items():
            found = microseconds(call, texts)
            taken[name] += found if number else []
    return {name: median(values) for name, values in taken.items()}


def main() -> None:
    """Print and write the table."""
    from real_messages import labelled_messages

    joined = [f"{message.title}。{message.text}" for message in labelled_messages()]
    texts = [text for text in joined if len(text) in TYPICAL][:1000]
    with tempfile.TemporaryDirectory() as folder:
        kernel = Kernel(complaintnlp.load(), Path(folder))
        difference = check(kernel, texts)
        if difference > TOLERANCE:
            raise SystemExit(f"the kernel's logits differ by {difference:.6f}")
        rows = [f"| {name} | {value:.0f} |" for name, value in measure(kernel, texts).items()]
    lines = [
        "# What a compiled kernel would give",
        "",
        f"`python -m benchmarks.compiled_kernel`: {len(texts)} real messages of {TYPICAL.start} to "
        f"{TYPICAL.stop - 1} characters, one call each, medians of {ROUNDS} alternating rounds; "
        f"the kernel's logits differ from the library's by at most {difference:.0e}.",
        "",
        "| | µs |",
        "|---|---|",
        *rows,
    ]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
