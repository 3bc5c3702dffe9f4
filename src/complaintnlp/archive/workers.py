"""Chunks through worker processes: in order, and never more of them in memory than needed."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TYPE_CHECKING

from complaintnlp.archive.errors import ArchiveError
from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from complaintnlp.archive.chunks import Chunk, ChunkLabeller, Labelled

__all__ = ["available_cores", "label_chunks", "usable_workers"]

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
KEPT_BLOCK = 32 << 20  # glibc takes no more
KEPT = 256 << 20

AHEAD = 3
"""Chunks that wait or are worked on, for each worker."""
MOST_ON_WINDOWS = 61
"""A process there can wait for 63 others at once, and a pool needs two of them for itself."""

_labeller: ChunkLabeller | None = None


def usable_workers(workers: int | None) -> int:
    """Return how many worker processes there will be: as many as cores when none are given.

    Raises
    ------
    InputError
        When there would be none.
    """
    count = available_cores() if workers is None else workers
    if count < 1:
        raise InputError(f"workers is {count}; it must be 1 or more")
    return min(count, MOST_ON_WINDOWS) if sys.platform == "win32" else count


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def label_chunks(
    chunks: Iterable[Chunk], labeller: ChunkLabeller, workers: int
) -> Generator[Labelled, None, None]:
    """Yield every chunk with its labels, in order.

    Reading ahead, labelling and what the caller does with the results overlap. With one worker,
    or one chunk, everything happens in this process; and so it does where processes share no
    memory and the classifier was not loaded from a directory, from which they could load it too.

    Parameters
    ----------
    chunks : iterable of Chunk
        Read lazily, at most `AHEAD` times `workers` before their results are taken.
    labeller : ChunkLabeller
        What labels them.
    workers : int
        Worker processes.

    Raises
    ------
    ArchiveError
        When a worker process dies.
    """
    chunks = iter(chunks)
    first = list(islice(chunks, 2))
    chunks = chain(first, chunks)
    method = _start_method()
    if workers == 1 or len(first) < 2 or (method == "spawn" and not labeller.can_be_sent):
        yield from map(labeller, chunks)
    else:
        yield from _in_processes(chunks, labeller, workers, method)


def _in_processes(
    chunks: Iterator[Chunk], labeller: ChunkLabeller, workers: int, method: str
) -> Generator[Labelled, None, None]:
    context = multiprocessing.get_context(method)
    pool = ProcessPoolExecutor(workers, context, _start, (labeller, os.getpid()))
    pending: deque[Future[Labelled]] = deque()
    try:
        for chunk in chunks:
            with _uninterrupted():
                pending.append(pool.submit(_label, chunk))
            if len(pending) >= AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        _stop_writing(pool)
        raise ArchiveError(
            "a worker process died, most often for lack of memory; use fewer --workers"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait: a pool that is stopped while it starts its workers can not be shut down."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop_writing(pool: ProcessPoolExecutor) -> None:
    """Free the thread that hands chunks over, which may be writing to workers that are dead.

    Before Python 3.11.5 nothing else does, and the pool waits for it for ever
    (https://github.com/python/cpython/issues/94777).
    """
    reader = getattr(getattr(pool, "_call_queue", None), "_reader", None)
    if sys.version_info < (3, 11, 5) and reader is not None:
        reader.close()


def _start_method() -> str:
    """Fork where that is safe: the workers then share the loaded model and start at once."""
    alone = threading.active_count() == 1
    return "fork" if sys.platform == "linux" and alone else "spawn"


def _start(labeller: ChunkLabeller, parent: int) -> None:
    """Make this process a worker: it leaves Ctrl-C to its parent, and ends when that ends."""
    global _labeller
    _labeller = labeller
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _keep_memory()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _keep_memory() -> None:
    """Let the allocator keep what is freed.

    Every chunk makes the same large arrays anew; giving their pages back to the system in between
    makes three times as many page faults.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, KEPT_BLOCK)
        mallopt(M_TRIM_THRESHOLD, KEPT)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _label(chunk: Chunk) -> Labelled:
    assert _labeller is not None
    return _labeller(chunk)
