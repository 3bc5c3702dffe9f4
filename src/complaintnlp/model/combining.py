"""Calls from many threads, answered together.

Most of a call's time is what the interpreter and numpy need for each operation, whatever its size,
and they do one thing at a time. So threads that call at the same time gain nothing from working
side by side, and much from being answered in one batch.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Combiner"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_MOST = 64  # calls in one batch


class _Call(Generic[Asked, Answer]):
    """A call that waits: its answer once there is one, or the turn to lead."""

    __slots__ = ("answer", "asked", "awake", "leads")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answer: Answer | None = None
        self.leads = False
        self.awake = threading.Lock()
        self.awake.acquire()


class Combiner(Generic[Asked, Answer]):
    """Answer calls in batches, each batch in the thread of one of its callers.

    A thread that finds nobody at work works at once, on its own call; calls that come meanwhile
    wait, and the first of them is woken to answer all. So a lone thread never waits. One batch at
    a time: two, though the segmenter needs no interpreter, were a third slower when measured.

    References
    ----------
    Hendler, Incze, Shavit and Tzafrir (2010), Flat combining and the synchronization-parallelism
    tradeoff.

    Examples
    --------
    >>> Combiner()(lambda texts: [len(text) for text in texts], "停水")
    2
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._guard = threading.Lock()
        self._waiting: list[_Call[Asked, Answer]] = []
        self._busy = False

    def __call__(
        self, answer_all: Callable[[list[Asked]], Sequence[Answer]], asked: Asked
    ) -> Answer:
        """Return the answer.

        Parameters
        ----------
        answer_all : callable
            Takes a list of what was asked and returns as many answers, none of them None; the
            same function in every call.
        asked : object
            What this call asks.
        """
        if self._process != os.getpid():
            self._begin()  # the threads that were at work did not come along into a fork
        with self._guard:
            at_once = not self._busy
            self._busy = True
            if not at_once:
                call = _Call[Asked, Answer](asked)
                self._waiting.append(call)
        if at_once:
            try:
                return answer_all([asked])[0]
            finally:
                self._pass_on()
        self._sleep(call)
        if call.leads:
            self._answer(answer_all, call)
        if call.answer is None:
            # Something in the batch went wrong: whoever asked for it shall see the exception.
            return answer_all([asked])[0]
        return call.answer

    def _sleep(self, call: _Call[Asked, Answer]) -> None:
        try:
            call.awake.acquire()
        except BaseException:  # Ctrl-C in the main thread
            with self._guard:
                if call in self._waiting:
                    self._waiting.remove(call)
            if call.leads:
                self._pass_on()
            raise

    def _answer(
        self, answer_all: Callable[[list[Asked]], Sequence[Answer]], leader: _Call[Asked, Answer]
    ) -> None:
        with self._guard:
            calls = [leader, *self._waiting[:_MOST]]
            del self._waiting[:_MOST]
        try:
            answers = answer_all([call.asked for call in calls])
            for call, answer in zip(calls, answers, strict=True):
                call.answer = answer
        except Exception:
            pass  # each asks again, alone
        finally:
            self._pass_on()
            for call in calls[1:]:
                call.awake.release()

    def _pass_on(self) -> None:
        """Let the first that waits lead."""
        with self._guard:
            if not self._waiting:
                self._busy = False
                return
            leader = self._waiting.pop(0)
            leader.leads = True
        leader.awake.release()
