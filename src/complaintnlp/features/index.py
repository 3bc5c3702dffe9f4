"""From keys to columns: a hash table in two arrays, looked up for a whole batch at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KeyIndex"]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio
_EMPTY = np.int32(-1)


class KeyIndex:
    """Find the position of 64-bit keys in a table.

    Open addressing with linear probing; the first probe settles nearly every key, the rest are
    looked up again one slot further, all together.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_keys,)
        The keys, each once; a key's position is its column.

    References
    ----------
    Knuth, The Art of Computer Programming, volume 3, 6.4 (multiplicative hashing).

    Examples
    --------
    >>> index = KeyIndex(np.array([7, 9], dtype=np.uint64))
    >>> index.find(np.array([9, 8, 7], dtype=np.uint64)).tolist()
    [1, -1, 0]
    """

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        # At most one slot in eight is taken, so that a strange key mostly meets an empty one.
        bits = max(int(len(keys) * 8 - 1).bit_length(), 4)
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = keys
        self._slots = np.full(1 << bits, _EMPTY, dtype=np.int32)
        self._fill()

    def _home(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        return ((keys * _MULTIPLIER) >> self._shift).astype(np.int64)

    def _fill(self) -> None:
        pending = np.arange(len(self._keys), dtype=np.int32)
        slot = self._home(self._keys)
        while len(pending):
            free = self._slots[slot] == _EMPTY
            self._slots[slot[free]] = pending[free]  # of several for one slot, one wins
            lost = self._slots[slot] != pending
            pending, slot = pending[lost], (slot[lost] + 1) & self._mask

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return the column of each key, -1 where there is none.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n,)

        Returns
        -------
        ndarray of int32, shape (n,)
        """
        if not len(self._keys):
            return np.full(len(keys), _EMPTY)
        slot = self._home(keys)
        found = self._slots[slot]
        # An empty slot's -1 reads the last key, which cannot be equal: it would have been found.
        wrong = np.flatnonzero((self._keys[found] != keys) & (found != _EMPTY))
        while len(wrong):
            slot_wrong = (slot[wrong] + 1) & self._mask
            slot[wrong] = slot_wrong
            candidate = self._slots[slot_wrong]
            found[wrong] = candidate
            wrong = wrong[(self._keys[candidate] != keys[wrong]) & (candidate != _EMPTY)]
        return found
