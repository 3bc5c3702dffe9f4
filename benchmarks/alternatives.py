"""What people use instead, behind one small interface: train, load, predict.

``usual`` is the script that everybody writes: jieba, ``TfidfVectorizer``, ``LinearSVC``, joblib.
``fasttext`` is fastText supervised, fed with rjieba's tokens. Each predicts one target, ours all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ENGINES", "Engine", "cut"]


class Engine(Protocol):
    """A classifier of one target, as a benchmark sees it."""

    def train(self, texts: Sequence[str], labels: Sequence[str], directory: Path) -> None:
        """Fit on labelled texts and write what `load` reads."""

    def load(self, directory: Path) -> None:
        """Read what `train` wrote."""

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text."""


class Ours:
    """`complaintnlp` itself, with all its targets."""

    def train(self, texts: Sequence[str], labels: Sequence[str], directory: Path) -> None:
        """Fit on labelled texts and write what `load` reads."""
        import complaintnlp

        table = {"text": list(texts), "label": list(labels)}
        complaintnlp.train(table, targets={"category": "label"}).save(directory)

    def load(self, directory: Path) -> None:
        """Read what `train` wrote; the bundled model where nothing was trained."""
        import complaintnlp

        self._classifier = complaintnlp.load(directory if directory.is_dir() else None)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the category of each text; the other targets are computed with it."""
        if len(texts) == 1:
            return [str(self._classifier.predict(texts[0]).category.label)]
        return [str(p.category.label) for p in self._classifier.predict_many(texts)]


def cut(text: str) -> list[str]:
    """Return jieba's tokens; a function of a module, which joblib can name."""
    import jieba

    tokens: list[str] = jieba.lcut(text)
    return tokens


class Usual:
    """jieba, TfidfVectorizer and LinearSVC, stored by joblib."""

    def train(self, texts: Sequence[str], labels: Sequence[str], directory: Path) -> None:
        """Fit on labelled texts and write what `load` reads."""
        import joblib
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC

        pipeline = make_pipeline(
            TfidfVectorizer(tokenizer=cut, token_pattern=None, ngram_range=(1, 2)),
            LinearSVC(),
        )
        directory.mkdir(parents=True, exist_ok=True)
        joblib.dump(pipeline.fit(texts, labels), directory / "model.joblib")

    def load(self, directory: Path) -> None:
        """Read what `train` wrote."""
        import joblib

        self._pipeline = joblib.load(directory / "model.joblib")

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text."""
        labels: list[str] = self._pipeline.predict(list(texts)).tolist()
        return labels


class FastText:
    """fastText supervised, on rjieba's tokens."""

    def __init__(self) -> None:
        self._model: Any = None

    @staticmethod
    def _line(text: str) -> str:
        import rjieba

        return " ".join(word for word in rjieba.cut(text) if not word.isspace())

    def train(self, texts: Sequence[str], labels: Sequence[str], directory: Path) -> None:
        """Fit on labelled texts and write what `load` reads."""
        import fasttext

        directory.mkdir(parents=True, exist_ok=True)
        lines = directory / "train.txt"
        lines.write_text(
            "".join(f"__label__{b} {self._line(a)}\n" for a, b in zip(texts, labels, strict=True)),
            "utf-8",
        )
        model = fasttext.train_supervised(
            str(lines), lr=0.5, epoch=25, wordNgrams=2, dim=100, minCount=1, thread=1, seed=0
        )
        lines.unlink()
        model.save_model(str(directory / "model.bin"))

    def load(self, directory: Path) -> None:
        """Read what `train` wrote."""
        import fasttext

        self._model = fasttext.load_model(str(directory / "model.bin"))

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text."""
        # The wrapper's predict breaks on NumPy 2; the model inside it does not.
        inner = self._model.f
        return [
            inner.predict(self._line(text) + "\n", 1, 0.0, "strict")[0][1].removeprefix("__label__")
            for text in texts
        ]


ENGINES: dict[str, type[Engine]] = {"complaintnlp": Ours, "usual": Usual, "fasttext": FastText}
