"""From anyone's labelled table to a calibrated classifier."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from complaintnlp.errors import InputError
from complaintnlp.text import Segmenter
from complaintnlp.text.segment import read_user_dictionary
from complaintnlp.training.fitting import TrainingSettings, fit
from complaintnlp.training.lexicon import read_lexicon
from complaintnlp.training.reading import TableLike, read_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from complaintnlp.features import FeatureSettings
    from complaintnlp.model import Classifier
    from complaintnlp.text.segment import Entry

__all__ = ["train"]


def train(
    table: TableLike,
    targets: Mapping[str, str],
    *,
    title_column: str | None = None,
    text_column: str | None = None,
    also: Mapping[str, str] | None = None,
    encoding: str | None = None,
    seed: int = 0,
    user_dictionary: str | PathLike[str] | None = None,
    lexicon: TableLike | None = None,
    features: FeatureSettings | None = None,
    n_jobs: int = -1,
) -> Classifier:
    """Train a classifier on anyone's table with anyone's labels.

    Parameters
    ----------
    table : path-like, sequence of path-like, or mapping of column names to values
        One or several files, or columns in memory such as a DataFrame's.
    targets : mapping of str to str
        For each target the column of its labels. A target may have any name that does not begin
        with ``_`` and is no other attribute of a `Prediction` (such as ``needs_review``) nor a
        column that relabelling appends (such as ``NAME_confidence``, ``department_2`` or
        ``source``). The labels of ``hazard`` are read as yes or no. The promise about review is
        made for ``department`` if there is one, else for the first.
    title_column, text_column : str, optional
        Found by their usual names when not given.
    also : mapping of str to str, optional
        For each target the column of other right labels, joined by ``|``.
    encoding : str, optional
        Of text files; detected when not given.
    seed : int, default 0
        The same table and seed give the same model, byte for byte.
    user_dictionary : path-like, optional
        Words in the format of jieba's user dictionaries; they are stored in the model.
    lexicon : path-like, sequence of path-like, or mapping of column names to values, optional
        What single words say by your own knowledge, in the columns ``word``, ``concept`` and
        ``weight``; see `Lexicon`. It helps where messages are few and words rare.
    features : FeatureSettings, optional
    n_jobs : int, default -1
        Processes; -1 for all cores.

    Returns
    -------
    Classifier
        Its `provenance` holds sizes and out-of-fold metrics.

    Raises
    ------
    InputError
        If an argument is of the wrong type or value, a target cannot be called so, a column is
        missing, a target has one label only, or there are too few messages.
    TableError
        If a file cannot be read.

    Examples
    --------
    >>> table = {
    ...     "text": ["小区停水三天了", "自来水发黄", "公交车不进站", "公交车乱收费"] * 5,
    ...     "kind": ["水", "水", "车", "车"] * 5,
    ... }
    >>> clf = train(table, targets={"subject": "kind"}, n_jobs=1)
    >>> clf.predict("水压太低").subject.label
    '水'
    """
    settings = TrainingSettings(seed=seed, n_jobs=n_jobs)
    words = _user_words(user_dictionary)
    corpus = read_corpus(
        table,
        targets,
        title_column=title_column,
        text_column=text_column,
        also=also,
        encoding=encoding,
    )
    return fit(
        corpus,
        segmenter=Segmenter(words),
        features=features,
        settings=settings,
        lexicon=None if lexicon is None else read_lexicon(lexicon),
    )


def _user_words(path: str | PathLike[str] | None) -> Sequence[Entry]:
    if not path:
        return ()
    if not isinstance(path, str | PathLike):
        raise InputError(f"user_dictionary must be a path, not {type(path).__name__}")
    return read_user_dictionary(Path(path))
