"""Where models are: the bundled one, or a directory that the caller names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from complaintnlp.errors import ModelError
from complaintnlp.model.directory import read

if TYPE_CHECKING:
    from os import PathLike

    from complaintnlp.model.classifier import Classifier

__all__ = ["bundled_directory", "load"]


def bundled_directory() -> Path:
    """Return the directory of the model that comes with the library.

    Raises
    ------
    ModelError
        If the installation lacks it.
    """
    package = Path(__file__).resolve().parent.parent
    # In a wheel the model is inside the package; in a source tree it is beside src/.
    for directory in (package / "models" / "default", package.parents[1] / "models" / "default"):
        if directory.is_dir():
            return directory
    raise ModelError("default", "not in this installation; reinstall complaintnlp or name a model")


def load(
    directory: str | PathLike[str] | None = None,
    *,
    verify: bool = False,
    review_risk: float | None = None,
) -> Classifier:
    """Load a model.

    Parameters
    ----------
    directory : path-like, optional
        A directory that `Classifier.save` wrote; the bundled model by default.
    verify : bool, default False
        Compare the SHA-256 of every file. The format version and the sizes are always checked.
    review_risk : float, optional
        The share of wrong labels to allow among the messages that are not sent to review; the
        model's own promise, 0.05, by default.

    Returns
    -------
    Classifier

    Raises
    ------
    ModelError
        If there is no readable model, naming the file and what is wrong with it.
    InputError
        If `directory` is no path, or no threshold was measured for so small a `review_risk`.

    Examples
    --------
    >>> import complaintnlp
    >>> complaintnlp.load().targets
    ('category', 'department', 'appeal_type', 'hazard')
    """
    folder = bundled_directory() if directory is None else directory
    classifier = read(folder, verify_digests=verify)
    return classifier if review_risk is None else classifier.with_review_risk(review_risk)
