from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from complaintnlp.archive import workers
from complaintnlp.archive.workers import usable_workers
from complaintnlp.errors import InputError


def test_as_many_workers_as_cores_or_as_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(workers, "available_cores", lambda: 96)
    assert [usable_workers(None), usable_workers(2), usable_workers(200)] == [96, 2, 200]
    with pytest.raises(InputError, match="workers is 0"):
        usable_workers(0)


def test_windows_has_no_more_than_its_pools_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(workers, "available_cores", lambda: 96)
    assert usable_workers(2) == 2
    for count in (usable_workers(None), usable_workers(200)):
        ProcessPoolExecutor(count).shutdown()
    with pytest.raises(ValueError, match="max_workers"):
        ProcessPoolExecutor(count + 1)
