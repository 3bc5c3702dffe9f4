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

from complaintnlp.errors import ComplaintNLPError, InputError, ModelError
from complaintnlp.features import FeatureSettings, Vectorizer
from complaintnlp.model.calibration import CalibrationLayer
from complaintnlp.model.classifier import Classifier
from complaintnlp.model.description import (
    DESCRIPTION,
    DTYPES,
    FILES,
    FORMAT_VERSION,
    WORDS,
    check_description,
)
from complaintnlp.model.heads import LinearHeads
from complaintnlp.model.review import ReviewRule
from complaintnlp.text import Segmenter

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

__all__ = ["FORMAT_VERSION", "as_folder", "describe", "partial", "read", "sha256", "verify"]


def as_folder(directory: str | PathLike[str]) -> Path:
    """Return the path of a model's directory.

    Raises
    ------
    InputError
        If `directory` is no path.
    """
    try:
        return Path(directory)
    except TypeError:
        problem = f"a model's directory must be a path, not {type(directory).__name__}"
        raise InputError(problem) from None


def partial(folder: Path, name: str) -> Path:
    """Return where a file is while it is being written, or was left when that was cut short."""
    return folder / f"{name}.partial"


def describe(directory: str | PathLike[str]) -> dict[str, Any]:
    """Return ``model.json`` of a model directory, its contents and the sizes of files checked.

    Raises
    ------
    ModelError
        If it is no model directory, of another format, or its files are not those it names.
    """
    folder = as_folder(directory)
    try:
        loaded = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(folder, f"no {DESCRIPTION} there; give a model's directory") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(folder, f"{DESCRIPTION} is not readable JSON ({error})") from error
    description = check_description(folder, loaded)
    for name in FILES:
        expected = description["files"][name]["size"]
        try:
            size = (folder / name).stat().st_size
        except OSError:
            raise ModelError(folder, f"{name} is missing; {_remedy(folder)}") from None
        if size != expected:
            problem = f"{name} has {size} bytes, not {expected}; {_remedy(folder)}"
            raise ModelError(folder, problem)
    return description


def read(directory: str | PathLike[str], *, verify_digests: bool = False) -> Classifier:
    """Read a classifier from a model directory.

    Raises
    ------
    ModelError
        If the directory holds no readable model.
    """
    folder = as_folder(directory)
    description = describe(folder)
    if verify_digests or _is_cut_short(folder):
        verify(folder)
    arrays = {name: _read_array(folder, name) for name in DTYPES}
    _check_shapes(folder, arrays, [len(labels) for labels in description["targets"].values()])
    try:
        return _assemble(folder, description, arrays)
    except ComplaintNLPError as error:
        raise ModelError(folder, str(error)) from error
    except OSError as error:
        raise ModelError(folder, f"cannot be read ({error})") from error
    except Exception as error:  # whatever the parts raise on values that they never wrote
        raise ModelError(folder, f"is damaged ({error!r}); get it again") from error


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
    folder = as_folder(directory)
    recorded = describe(folder)["files"]
    try:
        actual = {name: sha256(folder / name) for name in recorded}
    except OSError as error:
        raise ModelError(folder, f"cannot be read ({error})") from error
    differing = [name for name, digest in actual.items() if digest != recorded[name]["sha256"]]
    if differing:
        raise ModelError(folder, f"SHA-256 differs: {', '.join(differing)}; {_remedy(folder)}")
    return actual


def _is_cut_short(folder: Path) -> bool:
    """Whether a save may have put some files in their places and not the others."""
    return partial(folder, DESCRIPTION).exists()


def _remedy(folder: Path) -> str:
    if _is_cut_short(folder):
        return "it was being replaced and that was cut short; save or get the model again"
    return "get the model again"


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_array(folder: Path, name: str) -> NDArray[Any]:
    try:
        array = np.lib.format.open_memmap(folder / name, mode="r")
    except Exception as error:  # numpy's reader of headers raises half a dozen kinds
        raise ModelError(folder, f"{name} is not a readable array ({error})") from error
    if array.dtype != DTYPES[name]:
        raise ModelError(folder, f"{name} is of type {array.dtype}, not {DTYPES[name].__name__}")
    return np.asarray(array)


def _check_shapes(folder: Path, arrays: dict[str, NDArray[Any]], sizes: list[int]) -> None:
    weights = arrays["weights.npy"]
    if weights.ndim != 2 or not weights.size:
        raise ModelError(folder, f"weights.npy has the shape {weights.shape}; get it again")
    n_features, n_logits = weights.shape
    shapes = {
        "keys.npy": (n_features,),
        "idf.npy": (n_features,),
        "row_scale.npy": (n_features,),
        "column_scale.npy": (n_logits,),
        "intercept.npy": (n_logits,),
        "calibration_matrix.npy": (n_logits, sum(sizes)),
        "calibration_bias.npy": (sum(sizes),),
        "calibration_blend.npy": (len(sizes), 2),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ModelError(folder, f"{name} has the shape {arrays[name].shape}, not {shape}")


def _assemble(
    folder: Path, description: dict[str, Any], arrays: dict[str, NDArray[Any]]
) -> Classifier:
    classes = {name: tuple(labels) for name, labels in description["targets"].items()}
    settings = FeatureSettings.from_dict(description["features"])
    segmenter = Segmenter([tuple(entry) for entry in description["user_words"]])
    words = (folder / WORDS).read_text("utf-8").split("\n")
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
        digest=sha256(folder / DESCRIPTION),
    )
