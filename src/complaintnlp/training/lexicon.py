"""What single words say by a reader's knowledge, so that a rare word need not be learned."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from complaintnlp.errors import InputError
from complaintnlp.features.keys import phrases
from complaintnlp.text import normalize
from complaintnlp.training.reading import cells_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaintnlp.features import Vectorizer
    from complaintnlp.training.reading import TableLike

__all__ = ["Lexicon", "read_lexicon"]

_COLUMNS = ("word", "concept", "weight")


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The concepts that words speak for.

    A word of three messages teaches a model little, and a word of none nothing. A lexicon says
    what a person knows of it: that it is a matter of residence permits, say, as a hundred other
    words are. Training learns how much a concept weighs from all of its words, and each of them,
    met or not, gets its share of that. The concepts are free: topics, offices, anything that
    groups words.

    Parameters
    ----------
    weights : mapping of str to mapping of str to float
        For each word, or pair of neighbouring content words with a blank between, its concepts,
        and how strongly it speaks for each, from 0 to 1. Pairs count where the features have the
        block ``pairs``.

    Attributes
    ----------
    concepts_ : tuple of str
        All concepts, sorted.

    Raises
    ------
    InputError
        If there is no word, or a weight is not above 0 and at most 1.

    Examples
    --------
    >>> lexicon = Lexicon({"准迁证": {"户籍": 1.0}, "落户": {"户籍": 0.6, "学区": 0.4}})
    >>> lexicon.concepts_
    ('学区', '户籍')
    """

    weights: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        if not self.weights:
            raise InputError("the lexicon has no word")
        for word, concepts in self.weights.items():
            for concept, weight in concepts.items():
                if not 0 < weight <= 1:
                    raise InputError(
                        f"lexicon: the weight of {word!r} for {concept!r} is {weight!r}; "
                        "it must be above 0 and at most 1"
                    )

    @property
    def concepts_(self) -> tuple[str, ...]:
        """All concepts, sorted."""
        return tuple(sorted({name for concepts in self.weights.values() for name in concepts}))

    def matrix(self, vectorizer: Vectorizer) -> csr_matrix:
        """Return how strongly each term speaks for each concept.

        Parameters
        ----------
        vectorizer : Vectorizer
            Fitted.

        Returns
        -------
        csr_matrix of float32, shape (n_features, n_concepts)
            A row of zeros for terms that are no entry of the lexicon.
        """
        place = {concept: i for i, concept in enumerate(self.concepts_)}
        rows, columns, values = [], [], []
        for row, phrase in enumerate(phrases(vectorizer.keys_, vectorizer.words_)):
            for concept, weight in self.weights.get(phrase, {}).items():
                rows.append(row)
                columns.append(place[concept])
                values.append(weight)
        shape = (len(vectorizer.keys_), len(place))
        return csr_matrix((np.array(values, np.float32), (rows, columns)), shape=shape)


def read_lexicon(table: TableLike) -> Lexicon:
    """Read a lexicon from a table with the columns ``word``, ``concept`` and ``weight``.

    Parameters
    ----------
    table : path-like, sequence of path-like, or mapping of column names to values
        A row for each concept of a word, or of a pair of words with a blank between. They are
        normalised as messages are.

    Returns
    -------
    Lexicon

    Raises
    ------
    InputError
        If a column is missing, or a weight is not above 0 and at most 1.
    TableError
        If a file cannot be read.

    Examples
    --------
    >>> table = {"word": ["准遷證", "落户"], "concept": ["户籍", "户籍"], "weight": [1, 0.5]}
    >>> read_lexicon(table).weights["准迁证"]
    {'户籍': 1.0}
    """
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    with closing(cells_of(table, _COLUMNS)) as rows:
        for word, concept, weight in rows:
            if word and concept:
                weights[normalize(word)][concept] = _number(word, weight)
    return Lexicon(dict(weights))


def _number(word: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise InputError(f"lexicon: the weight of {word!r} is {cell!r}; give a number") from None
