"""Writing a model directory: whole beside what is there, then into its place.

The arrays of a loaded model are mapped from its files, perhaps by several processes. So no file is
ever changed: a new one takes its name, and whoever has mapped the old one keeps it.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from complaintnlp.errors import ModelError
from complaintnlp.model.description import DESCRIPTION, DTYPES, FILES, FORMAT_VERSION, WORDS
from complaintnlp.model.directory import as_folder, partial, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from pathlib import Path

    from numpy.typing import NDArray

    from complaintnlp.model.classifier import Classifier

__all__ = ["check_writable", "sync_folder", "write"]

_NAMES = (*FILES, DESCRIPTION)
"""In the order in which they are put in their places."""


def check_writable(directory: str | PathLike[str]) -> None:
    """Say before hours of training whether a model can be written to a directory.

    Parameters
    ----------
    directory : path-like
        It need not exist, and is not made.

    Raises
    ------
    InputError
        If it is no path.
    ModelError
        If it holds other files than a model's, or cannot be written.
    """
    folder = as_folder(directory)
    with _told(folder):
        there = folder.absolute()
        while not there.exists():
            there = there.parent
        if not there.is_dir():
            raise ModelError(folder, f"cannot be written: {there} is a file; give a directory")
        if not os.access(there, os.W_OK | os.X_OK):
            raise ModelError(folder, f"cannot be written: no permission to write in {there}")
        if folder.exists():
            known = {"README.md", *_NAMES, *(partial(folder, name).name for name in _NAMES)}
            strangers = sorted({path.name for path in folder.iterdir()} - known)
            if strangers:
                problem = f"holds other files ({', '.join(strangers[:3])}); give an empty one"
                raise ModelError(folder, problem)


def write(classifier: Classifier, directory: str | PathLike[str]) -> None:
    """Write a classifier; see `Classifier.save`."""
    folder = as_folder(directory)
    check_writable(folder)
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _write_partials(classifier, folder)
        except BaseException:
            with suppress(OSError):
                for name in _NAMES:
                    partial(folder, name).unlink(missing_ok=True)
            raise
        # From here on nothing is removed: what an interruption leaves tells readers to verify.
        for name in _NAMES:
            partial(folder, name).replace(folder / name)
        sync_folder(folder)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in one line why something could not be written."""
    try:
        yield
    except OSError as error:
        problem = f"cannot be written ({error.strerror or error})"
        raise ModelError(folder, problem) from error


def _write_partials(classifier: Classifier, folder: Path) -> None:
    """Write all files under the names that they have until they are put in their places."""
    for name, array in _arrays(classifier).items():
        with _new_file(folder, name) as file:
            np.save(file, np.ascontiguousarray(array, DTYPES[name]), allow_pickle=False)
    with _new_file(folder, WORDS) as file:
        file.write("\n".join(classifier.vectorizer.words_).encode())
    text = json.dumps(_describe(classifier, folder), ensure_ascii=False, indent=1) + "\n"
    with _new_file(folder, DESCRIPTION) as file:
        file.write(text.encode())


@contextmanager
def _new_file(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Open a partial file that is on the disk once it is closed."""
    path = partial(folder, name)
    path.unlink(missing_ok=True)  # left by a save that was cut short
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where folders can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
    files = {name: partial(folder, name) for name in FILES}
    return {
        "format_version": FORMAT_VERSION,
        "targets": {name: list(labels) for name, labels in classifier.classes_.items()},
        "features": vectorizer.settings.to_dict(),
        "user_words": [list(entry) for entry in vectorizer.segmenter.user_words],
        "review": classifier.review.to_dict(),
        "provenance": classifier.provenance,
        "files": {
            name: {"size": path.stat().st_size, "sha256": sha256(path)}
            for name, path in files.items()
        },
    }
