"""The model directory: ``model.json`` and plain arrays and text beside it.

``model.json`` says the format version, what the model is, and for every other file its size and
SHA-256. Nothing in a model directory is code and nothing is unpickled. Raise `FORMAT_VERSION` when
a reader of the old number would misread the new files, and keep reading the old one.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from complaintnlp.errors import ComplaintNLPError, ModelError
from complaintnlp.features import FeatureSettings, Vectorizer
from complaintnlp.model.calibration import CalibrationLayer
from complaintnlp.model.classifier import Classifier
from complaintnlp.model.heads import LinearHeads
from complaintnlp.model.review import ReviewRule
from complaintnlp.text import Segmenter

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

__all__ = ["FORMAT_VERSION", "describe", "read", "verify", "write"]

FORMAT_VERSION = 1
DESCRIPTION = "model.json"
_WORDS = "words.txt"
_DTYPES = {
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
_FILES = (*_DTYPES, _WORDS)


def write(classifier: Classifier, directory: str | PathLike[str]) -> None:
    """Write a classifier; see `Classifier.save`."""
    folder = Path(directory)
    try:
        _make_room(folder)
        for name, array in _arrays(classifier).items():
            np.save(folder / name, np.ascontiguousarray(array, _DTYPES[name]), allow_pickle=False)
        words = "\n".join(classifier.vectorizer.words_)
        (folder / _WORDS).write_text(words, "utf-8", newline="\n")
        description = _describe(classifier, folder)
        text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
        (folder / DESCRIPTION).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise ModelError(folder, f"cannot be written ({error.strerror})") from error


def describe(directory: str | PathLike[str]) -> dict[str, Any]:
    """Return ``model.json`` of a model directory, its format version and file sizes checked.

    Raises
    ------
    ModelError
        If it is no model directory, of another format, or its files are not those it names.
    """
    folder = Path(directory)
    try:
        description: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(folder, f"no {DESCRIPTION} there; give a model's directory") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(folder, f"{DESCRIPTION} is not readable JSON ({error})") from error
    version = description.get("format_version") if isinstance(description, dict) else None
    if version != FORMAT_VERSION:
        raise ModelError(
            folder,
            f"format version {version!r}, this release reads {FORMAT_VERSION}; "
            "train the model again or install the release that wrote it",
        )
    _check_sizes(folder, description)
    return description


def read(directory: str | PathLike[str], *, verify_digests: bool = False) -> Classifier:
    """Read a classifier from a model directory.

    Raises
    ------
    ModelError
        If the directory holds no readable model.
    """
    folder = Path(directory)
    description = describe(folder)
    if verify_digests:
        verify(folder)
    arrays = {name: _read_array(folder, name) for name in _DTYPES}
    try:
        classifier = _assemble(folder, description, arrays)
    except ComplaintNLPError as error:
        raise ModelError(folder, str(error)) from error
    except (KeyError, TypeError, ValueError, IndexError, UnicodeDecodeError) as error:
        raise ModelError(folder, f"{DESCRIPTION} is damaged ({error!r})") from error
    _check_shapes(folder, classifier)
    return classifier


def verify(directory: str | PathLike[str]) -> dict[str, str]:
    """Compare every file with its SHA-256 in ``model.json``.

    Returns
    -------
    dict of str to str
        The digest of each file.

    Raises
    ------
    ModelError
        Naming every file that differs.
    """
    folder = Path(directory)
    recorded = describe(folder)["files"]
    actual = {name: _sha256(folder / name) for name in recorded}
    differing = [name for name, digest in actual.items() if digest != recorded[name]["sha256"]]
    if differing:
        raise ModelError(folder, f"SHA-256 differs: {', '.join(differing)}; get the model again")
    return actual


def _make_room(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    strangers = {path.name for path in folder.iterdir()} - {DESCRIPTION, "README.md", *_FILES}
    if strangers:
        raise ModelError(
            folder, f"holds other files ({', '.join(sorted(strangers)[:3])}); give an empty one"
        )
    (folder / DESCRIPTION).unlink(missing_ok=True)


def _arrays(classifier: Classifier) -> dict[str, NDArray[Any]]:
    heads, calibration = classifier.heads, classifier.calibration
    return {
        "keys.npy": classifier.vectorizer.keys_,
        "idf.npy": classifier.vectorizer.idf_,
        "weights.npy": heads.weights,
        "row_scale.npy": heads.row_scale,
        "column_scale.npy": heads.column_scale,
        "intercept.npy": heads.intercept,
        "calibration_matrix.npy": calibration.matrix,
        "calibration_bias.npy": calibration.bias,
        "calibration_blend.npy": calibration.blend,
    }


def _describe(classifier: Classifier, folder: Path) -> dict[str, Any]:
    vectorizer = classifier.vectorizer
    return {
        "format_version": FORMAT_VERSION,
        "targets": {name: list(labels) for name, labels in classifier.classes_.items()},
        "features": vectorizer.settings.to_dict(),
        "user_words": [list(entry) for entry in vectorizer.segmenter.user_words],
        "review": classifier.review.to_dict(),
        "provenance": classifier.provenance,
        "files": {
            name: {"size": (folder / name).stat().st_size, "sha256": _sha256(folder / name)}
            for name in _FILES
        },
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_sizes(folder: Path, description: dict[str, Any]) -> None:
    recorded = description.get("files")
    if not isinstance(recorded, dict) or set(recorded) != set(_FILES):
        raise ModelError(folder, f"{DESCRIPTION} does not list the files of a model")
    for name in _FILES:
        entry = recorded[name]
        expected = entry.get("size") if isinstance(entry, dict) else None
        try:
            size = (folder / name).stat().st_size
        except OSError:
            raise ModelError(folder, f"{name} is missing; get the model again") from None
        if size != expected:
            raise ModelError(folder, f"{name} has {size} bytes, not {expected}; get it again")


def _read_array(folder: Path, name: str) -> NDArray[Any]:
    try:
        array = np.load(folder / name, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ModelError(folder, f"{name} is not a readable array ({error})") from error
    if array.dtype != _DTYPES[name]:
        raise ModelError(folder, f"{name} is of type {array.dtype}, not {_DTYPES[name].__name__}")
    return np.asarray(array)


def _assemble(
    folder: Path, description: dict[str, Any], arrays: dict[str, NDArray[Any]]
) -> Classifier:
    classes = {name: tuple(labels) for name, labels in description["targets"].items()}
    settings = FeatureSettings.from_dict(description["features"])
    segmenter = Segmenter([tuple(entry) for entry in description["user_words"]])
    words = (folder / _WORDS).read_text("utf-8").split("\n")
    vectorizer = Vectorizer(settings, segmenter)
    return Classifier(
        vectorizer=vectorizer.load(words, arrays["keys.npy"], arrays["idf.npy"]),
        heads=LinearHeads(
            arrays["weights.npy"],
            arrays["row_scale.npy"],
            arrays["column_scale.npy"],
            arrays["intercept.npy"],
        ),
        calibration=CalibrationLayer(
            arrays["calibration_matrix.npy"],
            arrays["calibration_bias.npy"],
            tuple(len(labels) for labels in classes.values()),
            arrays["calibration_blend.npy"],
        ),
        classes_=classes,
        review=ReviewRule.from_dict(description["review"]),
        provenance=description["provenance"],
        digest=_sha256(folder / DESCRIPTION),
    )


def _check_shapes(folder: Path, classifier: Classifier) -> None:
    heads, layer = classifier.heads, classifier.calibration
    n_features, n_logits = heads.weights.shape if heads.weights.ndim == 2 else (-1, -1)
    n_classes = sum(layer.sizes)
    shapes: dict[str, tuple[NDArray[Any], tuple[int, ...]]] = {
        "keys.npy": (classifier.vectorizer.keys_, (n_features,)),
        "idf.npy": (classifier.vectorizer.idf_, (n_features,)),
        "row_scale.npy": (heads.row_scale, (n_features,)),
        "column_scale.npy": (heads.column_scale, (n_logits,)),
        "intercept.npy": (heads.intercept, (n_logits,)),
        "calibration_matrix.npy": (layer.matrix, (n_logits, n_classes)),
        "calibration_bias.npy": (layer.bias, (n_classes,)),
        "calibration_blend.npy": (layer.blend, (len(layer.sizes), 2)),
    }
    for name, (array, shape) in shapes.items():
        if array.shape != shape:
            raise ModelError(folder, f"{name} has the shape {array.shape}, not {shape}")
