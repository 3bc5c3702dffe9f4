"""From keys to columns: a perfect hash in three arrays, looked up for a whole batch at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KeyIndex"]

_SPREAD = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio
_BUCKET_BITS = 1  # so many bits fewer than a key each: some two keys share a bucket
_SLOT_BITS = 2  # so many bits more: at most a quarter of the slots is taken
_BLOCK = 1 << 15  # keys looked up at once: their hashes stay in a core's cache
_ATTEMPTS = 20
_TRIALS = 400
_NOTHING = np.zeros(0, dtype=np.int64)


class KeyIndex:
    """Find the position of 64-bit keys in a table.

    A key's first hash names its bucket, and the bucket's own multiplier makes the second hash,
    chosen when the index is built so that no two keys meet in one slot. A lookup is therefore the
    same few array operations for every key, without a loop for those that collide: what one
    message costs is the number of operations, and what many cost is the memory that they touch.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_keys,)
        The keys, each once; a key's position is its column.

    Raises
    ------
    InputError
        If a key is there twice.

    References
    ----------
    Fredman, Komlós and Szemerédi (1984), Storing a sparse table with O(1) worst case access time.
    Belazzougui, Botelho and Dietzfelbinger (2009), Hash, displace, and compress.

    Examples
    --------
    >>> index = KeyIndex(np.array([7, 9], dtype=np.uint64))
    >>> index.find(np.array([9, 8, 7], dtype=np.uint64)).tolist()
    [1, -1, 0]
    """

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        bits = max(len(keys) - 1, 1).bit_length()
        self._keys = keys
        self._to_bucket = np.uint64(64 - max(bits - _BUCKET_BITS, 1))
        self._to_slot = np.uint64(64 - bits - _SLOT_BITS)
        for attempt in range(_ATTEMPTS):
            # Two keys of a bucket that no multiplier parts need another first hash: very rare.
            self._spread = np.uint64(_odd(_SPREAD, attempt))
            if self._fill():
                return
        raise InputError("a key is there twice")

    def _fill(self) -> bool:
        """Choose the multipliers of all buckets at once; return whether that succeeded."""
        self._multipliers = np.ones(1 << (64 - int(self._to_bucket)), dtype=np.uint64)
        # An empty slot shows the first key, which is not the one asked for.
        self._slots = np.zeros(1 << (64 - int(self._to_slot)), dtype=np.int32)
        taken = np.zeros(len(self._slots), dtype=bool)
        hashed = self._keys * self._spread
        bucket = (hashed >> self._to_bucket).view(np.int64)
        pending = np.arange(len(self._keys), dtype=np.int32)
        claim = np.empty(len(self._slots), dtype=np.int32)
        for trial in range(_TRIALS):
            if not len(pending):
                return True
            multiplier = np.uint64(_odd(_SPREAD ^ 0x5DEECE66D, trial))
            slot = (hashed[pending] * multiplier >> self._to_slot).view(np.int64)
            claim[slot] = pending  # of several for one slot, the last one stays
            lost = taken[slot] | (claim[slot] != pending)
            failed = np.zeros(len(self._multipliers), dtype=bool)
            failed[bucket[pending[lost]]] = True
            settled = ~failed[bucket[pending]]
            done = pending[settled]
            self._slots[slot[settled]] = done
            taken[slot[settled]] = True
            self._multipliers[bucket[done]] = multiplier
            pending = pending[~settled]
        return False

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
            return np.full(len(keys), -1, dtype=np.int32)
        column = self._probe(keys)
        column[self._keys.take(column) != keys] = -1
        return column

    def known(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the places of the keys that have a column, and their columns.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n,)

        Returns
        -------
        (ndarray of int64, ndarray of int32), each of shape (n_known,)
        """
        if not len(self._keys):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
        parts = [self._known(keys[i : i + _BLOCK], i) for i in range(0, len(keys), _BLOCK)]
        if len(parts) == 1:
            return parts[0]
        places, columns = zip(*parts, strict=True) if parts else ((_NOTHING,), (_NOTHING,))
        return np.concatenate(places), np.concatenate(columns).astype(np.int32, copy=False)

    def _known(
        self, keys: NDArray[np.uint64], start: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        column = self._probe(keys)
        places = (self._keys.take(column) == keys).nonzero()[0]
        column = column.take(places)
        places += start
        return places, column

    def _probe(self, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return the only column that each key can have."""
        hashed = keys * self._spread
        # Hashes shifted down are small: seen as signed, they are indices without a conversion.
        multiplier = self._multipliers.take((hashed >> self._to_bucket).view(np.int64))
        hashed *= multiplier
        hashed >>= self._to_slot
        return self._slots.take(hashed.view(np.int64))


def _odd(seed: int, number: int) -> int:
    """Return one of a sequence of odd 64-bit numbers (the finalizer of SplitMix64)."""
    value = (seed + number * _SPREAD) % 2**64 if number else seed
    if number:
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
        value ^= value >> 31
    return value | 1
