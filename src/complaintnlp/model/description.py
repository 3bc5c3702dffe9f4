"""``model.json``: what must be in it, before anything is made of it.

A description may be damaged or come from anywhere. What is wrong with it is said here, once, and
not wherever its values are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from complaintnlp.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["DESCRIPTION", "DTYPES", "FILES", "FORMAT_VERSION", "WORDS", "check_description"]

FORMAT_VERSION = 1
DESCRIPTION = "model.json"
WORDS = "words.txt"
DTYPES = {
    "keys.npy": np.uint64,
    "idf.npy": np.float32,
    "weights.npy": np.int8,
    "row_scale.npy": np.float32,
    "column_scale.npy": np.float32,
    "intercept.npy": np.float32,
    "calibration_matrix.npy": np.float64,
    "calibration_bias.npy": np.float64,
    "calibration_blend.npy": np.float64,
}
FILES = (*DTYPES, WORDS)

_LARGEST = 2**31


def check_description(folder: Path, description: object) -> dict[str, Any]:
    """Return the description if it is one that this release reads.

    Raises
    ------
    ModelError
        If it is of another format, or a field is not what it must be.
    """
    version = description.get("format_version") if isinstance(description, dict) else None
    if not isinstance(description, dict) or version != FORMAT_VERSION:
        raise ModelError(
            folder,
            f"format version {version!r}, this release reads {FORMAT_VERSION}; "
            "train the model again or install the release that wrote it",
        )
    for name, (is_right, content) in _FIELDS.items():
        if not is_right(description.get(name)):
            raise _damaged(folder, f"{name!r} must hold {content}")
    target, targets = description["review"]["target"], description["targets"]
    if target not in targets:
        raise _damaged(folder, f"review is of {target!r}, which is none of {', '.join(targets)}")
    return description


def _damaged(folder: Path, problem: str) -> ModelError:
    return ModelError(folder, f"{DESCRIPTION} is damaged: {problem}; get the model again")


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return -_LARGEST < value < _LARGEST  # which neither NaN nor infinity is


def _is_count(value: object) -> bool:
    return isinstance(value, int) and _is_number(value) and value >= 0


def _are_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _are_labels(value: object) -> bool:
    if not isinstance(value, list) or not all(isinstance(label, str | bool) for label in value):
        return False
    return len(value) > 0 and len(set(value)) == len(value)


def _are_targets(value: object) -> bool:
    return isinstance(value, dict) and len(value) > 0 and all(map(_are_labels, value.values()))


_SETTINGS: dict[str, Callable[[object], bool]] = {
    "blocks": _are_strings,
    "lead": _is_count,
    "lead_gain": _is_number,
    "min_df": _is_count,
    "max_features": _is_count,
    "smoothing": _is_number,
    "stop_words": _are_strings,
}


def _are_features(value: object) -> bool:
    if not isinstance(value, dict) or not set(value) <= set(_SETTINGS):
        return False
    return all(_SETTINGS[name](setting) for name, setting in value.items())


def _is_entry(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 3:
        return False
    word, frequency, tag = value
    return (
        isinstance(word, str)
        and (frequency is None or _is_count(frequency))
        and (tag is None or isinstance(tag, str))
    )


def _are_entries(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_entry, value))


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _is_review(value: object) -> bool:
    if not isinstance(value, dict) or not set(value) >= {*_REVIEW, "thresholds"}:
        return False
    thresholds = value["thresholds"]
    if not isinstance(thresholds, list) or not all(map(_is_pair, thresholds)):
        return False
    in_force = value["risk"] in [risk for risk, _ in thresholds]
    return in_force and all(is_right(value[name]) for name, is_right in _REVIEW.items())


_REVIEW: dict[str, Callable[[object], bool]] = {
    "target": lambda value: isinstance(value, str),
    "min_coverage": _is_number,
    "risk": _is_number,
}


def _is_file(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return isinstance(value.get("size"), int) and isinstance(value.get("sha256"), str)


def _are_files(value: object) -> bool:
    return (
        isinstance(value, dict) and set(value) == set(FILES) and all(map(_is_file, value.values()))
    )


_FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "targets": (_are_targets, "one target or more, each with different labels"),
    "features": (_are_features, f"the settings {', '.join(_SETTINGS)}"),
    "user_words": (_are_entries, "words, each with its frequency and tag"),
    "review": (_is_review, "a target, a risk, and a threshold for that risk"),
    "provenance": (lambda value: isinstance(value, dict), "what the model was made from"),
    "files": (_are_files, f"size and SHA-256 of {', '.join(FILES)}"),
}
