"""Group texts that are near-duplicates, so that they never stand on both sides of a split."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from complaintnlp.errors import InputError
from complaintnlp.model.messages import check_messages, check_several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["near_duplicate_groups"]

# Characters that function words are made of. Without them a raw text and the same text with its
# stop words removed read almost alike.
_FUNCTION_CHARACTERS = (
    "的了是在我你您他她它们这那个和与或及而但就都也还又很不没有无被把将给让对为因所以从到向"
    "于之其此并且则虽然如果若只要可能会应该能得着过吗呢吧啊呀么什怎样些哪谁几每各某自己已经"
    "曾再最更太上下中里外前后时候一二三四五六七八九十百千万两多少等第当由至以请望好来去说"
)
_WIDTH = 4
# A text meets this many following texts in every posting list. Copies meet in many lists, so a
# chain of neighbours is enough to join even a large group, at a cost linear in the input.
_NEIGHBOURS = 8
_CHUNK = 100_000


def near_duplicate_groups(
    texts: Sequence[str], threshold: float = 0.5, cases: Sequence[str | None] | None = None
) -> NDArray[np.int64]:
    """Assign near-duplicate texts to the same group.

    A text is the set of its shingles: runs of four Han characters, function characters left out,
    each weighing its inverse document frequency, so that set phrases count for little. Two texts
    are linked when what they share weighs at least `threshold` of the lighter one's total. Groups
    are the connected components. The measure is a containment, not a Jaccard coefficient: a repost
    with a new paragraph, or a text whose stop words were removed, is still found.

    Parameters
    ----------
    texts : sequence of str, length n
        Raw or segmented texts; everything but Han characters is ignored.
    threshold : float, default=0.5
        Smallest weighted containment, in (0, 1], that links two texts.
    cases : sequence of str or None, length n, optional
        What each text belongs to: texts of the same case are linked, however little they share.
        None or "" for a text that stands alone.

    Returns
    -------
    ndarray of int64, shape (n,)
        Group numbers from 0, in order of first appearance. A text without Han characters is a
        group of its own unless it is equal to another.

    Raises
    ------
    InputError
        If the texts are no list of str, `threshold` is not in (0, 1], or there are not as many
        cases as texts.

    References
    ----------
    A. Z. Broder, "On the resemblance and containment of documents", SEQUENCES 1997.

    Examples
    --------
    >>> near_duplicate_groups([
    ...     "我们小区门口的路灯坏了三个月,晚上出门摔倒了好几个老人",
    ...     "学校食堂的饭菜又贵又难吃,家长多次反映没有人管",
    ...     "小区 门口 路灯 坏 三个 月 晚上 出门 摔倒 好几个 老人",
    ... ])
    array([0, 1, 0])
    """
    check_several(texts, "texts")
    check_messages(texts, [None] * len(texts))
    if not (isinstance(threshold, Real) and 0 < threshold <= 1):
        raise InputError(f"threshold is {threshold!r}; it must be above 0 and at most 1")
    if cases is not None and len(cases) != len(texts):
        raise InputError(f"cases has {len(cases)} values, texts {len(texts)}")
    if not len(texts):
        return np.zeros(0, dtype=np.int64)
    shingles = _shingle_matrix(texts)
    left, right = _candidate_pairs(shingles)
    alike = _containment(shingles, left, right) >= threshold
    first, further = _same_case(cases or [])
    left, right = np.append(left[alike], first), np.append(right[alike], further)
    graph = sparse.coo_matrix(
        (np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(texts), len(texts))
    )
    _, labels = connected_components(graph, directed=False)
    return _number_by_appearance(np.asarray(labels))


def _same_case(cases: Sequence[str | None]) -> NDArray[np.int64]:
    """Return for each text that belongs to a case the first one of that, and the text itself."""
    first: dict[str, int] = {}
    links = [(first.setdefault(case, i), i) for i, case in enumerate(cases) if case]
    return np.array(links, dtype=np.int64).reshape(-1, 2).T


def _shingle_matrix(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return the texts as rows of a binary matrix with a column for each distinct shingle."""
    vocabulary: dict[str, int] = {}
    indices: list[int] = []
    indptr = [0]
    for text in texts:
        row = {vocabulary.setdefault(s, len(vocabulary)) for s in _shingles(text)}
        indices.extend(sorted(row))
        indptr.append(len(indices))
    return sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, indptr),
        shape=(len(texts), max(1, len(vocabulary))),
    )


_DROPPED = dict.fromkeys(map(ord, _FUNCTION_CHARACTERS))


def _shingles(text: str) -> list[str]:
    han = "".join(c for c in text.translate(_DROPPED) if "\u4e00" <= c <= "\u9fff")
    if len(han) < _WIDTH:
        return [han or text.strip()]
    return [han[i : i + _WIDTH] for i in range(len(han) - _WIDTH + 1)]


def _candidate_pairs(
    shingles: sparse.csr_matrix,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of rows that are neighbours in at least two posting lists (or in their only)."""
    postings = shingles.tocsc()
    rows = postings.indices.astype(np.int64)
    columns = np.repeat(np.arange(shingles.shape[1]), np.diff(postings.indptr))
    sizes = np.diff(shingles.indptr)
    n = shingles.shape[0]
    keys = [np.zeros(0, dtype=np.int64)]
    for step in range(1, _NEIGHBOURS + 1):
        same = columns[step:] == columns[:-step]
        keys.append(rows[:-step][same] * n + rows[step:][same])
    pairs, counts = np.unique(np.concatenate(keys), return_counts=True)
    left, right = pairs // n, pairs % n
    wanted = counts >= np.minimum(2, np.minimum(sizes[left], sizes[right]))
    return left[wanted], right[wanted]


def _containment(
    shingles: sparse.csr_matrix, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the weight that each pair shares, as a share of the lighter one's."""
    n = shingles.shape[0]
    frequency = np.bincount(shingles.indices, minlength=shingles.shape[1])
    weight = np.log((n + 1.0) / np.maximum(frequency, 1))
    total = shingles @ weight
    weighted: Any = shingles.multiply(weight).tocsr()
    shared = np.zeros(len(left))
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        product = shingles[left[part]].multiply(weighted[right[part]])
        shared[part] = np.asarray(product.sum(axis=1)).ravel()
    lighter: NDArray[np.float64] = np.maximum(np.minimum(total[left], total[right]), 1e-12)
    return shared / lighter


def _number_by_appearance(labels: NDArray[Any]) -> NDArray[np.int64]:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
