"""Pictures of an evaluation; needs matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from complaintnlp.model.prediction import Label

__all__ = ["plot_confusion", "plot_reliability"]

_CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
)


def _use_chinese_font() -> None:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    found = [name for name in _CHINESE_FONTS if name in installed]
    matplotlib.rcParams["font.sans-serif"] = [*found, "DejaVu Sans"]


def plot_confusion(
    classes: Sequence[Label], confusion: NDArray[np.int64], path: str | PathLike[str]
) -> None:
    """Draw a confusion matrix, each row as shares of its label.

    Parameters
    ----------
    classes : sequence of labels
    confusion : ndarray of int64, shape (n_classes, n_classes)
        Rows are labels, columns predictions.
    path : path-like
        A ``.png``, ``.svg`` or ``.pdf``.
    """
    _use_chinese_font()
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    size = max(4.0, 0.35 * len(classes) + 1.5)
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [str(label) for label in classes]
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("predicted")
    axes.set_ylabel("label")
    for row, column in np.argwhere(confusion > 0).tolist():
        colour = "white" if shares[row, column] > 0.5 else "black"
        count = confusion[row, column]
        axes.text(column, row, count, ha="center", va="center", color=colour, fontsize=6)
    figure.savefig(path, dpi=150)


def plot_reliability(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    path: str | PathLike[str],
    bins: int = 10,
) -> None:
    """Draw a reliability diagram: the share of right predictions over the confidence.

    Parameters
    ----------
    confidence : ndarray of float64, shape (n_messages,)
    right : ndarray of bool, shape (n_messages,)
    path : path-like
    bins : int, default 10
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    filled = count > 0
    mean = np.bincount(place, weights=confidence, minlength=bins)[filled] / count[filled]
    share = np.bincount(place, weights=right, minlength=bins)[filled] / count[filled]
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.scatter(mean, share, s=200 * count[filled] / count.max() + 10, alpha=0.7)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share right")
    figure.savefig(path, dpi=150)
