from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from complaintnlp.model.combining import Combiner


def test_a_lone_thread_is_answered_at_once() -> None:
    sizes: list[int] = []

    def double(numbers: list[int]) -> list[int]:
        sizes.append(len(numbers))
        return [2 * number for number in numbers]

    combiner = Combiner[int, int]()
    assert [combiner(double, number) for number in range(5)] == [0, 2, 4, 6, 8]
    assert sizes == [1] * 5


def test_calls_that_come_meanwhile_are_answered_together() -> None:
    sizes: list[int] = []

    def double(numbers: list[int]) -> list[int]:
        sizes.append(len(numbers))
        time.sleep(0.002)
        return [2 * number for number in numbers]

    combiner = Combiner[int, int]()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: combiner(double, number), range(400)))
    assert answers == [2 * number for number in range(400)]
    assert sum(sizes) == 400
    assert max(sizes) > 4


def test_an_exception_reaches_only_the_call_that_caused_it() -> None:
    def invert(numbers: list[int]) -> list[float]:
        time.sleep(0.001)
        return [1 / number for number in numbers]

    combiner = Combiner[int, float]()

    def ask(number: int) -> float | None:
        try:
            return combiner(invert, number)
        except ZeroDivisionError:
            return None

    numbers = [number % 7 for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, numbers))
    assert answers == [1 / number if number else None for number in numbers]
    assert combiner(invert, 4) == 0.25


@pytest.mark.skipif(sys.platform != "linux", reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_while_a_thread_is_at_work_does_not_wait_for_it() -> None:
    started, finish = threading.Event(), threading.Event()

    def slow(numbers: list[int]) -> list[int]:
        if numbers == [1]:
            started.set()
            finish.wait(10)
        return numbers

    combiner = Combiner[int, int]()
    thread = threading.Thread(target=combiner, args=(slow, 1))
    thread.start()
    started.wait(10)
    child = os.fork()
    if child == 0:
        os._exit(combiner(slow, 7))
    _, status = os.waitpid(child, 0)
    finish.set()
    thread.join()
    assert os.waitstatus_to_exitcode(status) == 7
