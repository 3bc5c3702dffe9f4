"""One run at a time writes an output; a second one is refused and changes nothing."""

from __future__ import annotations

import errno
import multiprocessing
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from complaintnlp.archive import ArchiveError, Progress, relabel
from complaintnlp.archive.lock import RunLock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.archive.conftest import Write

    from complaintnlp import Classifier

fcntl = pytest.importorskip("fcntl", reason="this system has no locks")
MAIN = "from complaintnlp.cli import main; main()"
REFUSED = "another run is writing this output; wait for it to end"


@pytest.mark.parametrize("option", ["force", "resume"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_second_run_is_refused_and_the_first_ends_right(
    write: Write, tmp_path: Path, classifier: Classifier, suffix: str, option: str
) -> None:
    if suffix == "xlsx":
        pytest.importorskip("xlsxwriter")
    path, output, whole = write(1200), tmp_path / f"out.{suffix}", tmp_path / f"whole.{suffix}"
    relabel([path], whole, model=classifier, workers=1)
    seen: list[Progress] = []

    def intrude(progress: Progress) -> None:
        seen.append(progress)
        with pytest.raises(ArchiveError, match=REFUSED):
            relabel([path], output, model=classifier, workers=1, **{option: True})  # type: ignore[arg-type]

    relabel([path], output, model=classifier, workers=1, progress=intrude)
    assert output.read_bytes() == whole.read_bytes()
    assert any(progress.assembled for progress in seen) is (suffix == "xlsx")
    assert {item.name for item in tmp_path.iterdir()} == {path.name, output.name, whole.name}


def test_another_process_is_refused_to_the_end(
    write: Write, tmp_path: Path, classifier: Classifier, small_model: Path
) -> None:
    pytest.importorskip("xlsxwriter")
    path, output = write(60), tmp_path / "out.xlsx"
    command = [sys.executable, "-c", MAIN, "relabel", str(path), "-o", str(output), "--force"]
    ends: list[subprocess.CompletedProcess[str]] = []

    def intrude(progress: Progress) -> None:
        if progress.assembled is not None and not ends:
            ends.append(
                subprocess.run(
                    [*command, "--model", str(small_model)],
                    capture_output=True,
                    text=True,
                    check=False,
                )
            )

    relabel([path], output, model=classifier, workers=1, progress=intrude)
    [end] = ends
    assert end.returncode == 1
    assert REFUSED in end.stderr
    assert output.exists()


def test_the_lock_outlives_readers_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    lock, other = RunLock(path), RunLock(path)
    lock.take()
    path.read_bytes()
    with pytest.raises(ArchiveError, match=REFUSED):
        other.take()
    lock.release()
    other.take()
    other.release()


def test_a_file_that_was_removed_in_between_gives_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that held the lock has ended: what it locked is no longer the journal."""
    path = tmp_path / "journal"
    flock = fcntl.flock

    def lock_what_goes(*arguments: object) -> None:
        path.unlink()
        flock(*arguments)

    monkeypatch.setattr(fcntl, "flock", lock_what_goes)
    with pytest.raises(ArchiveError, match=REFUSED):
        RunLock(path).take()


def test_workers_that_outlive_a_killed_run_do_not_hold_its_lock(tmp_path: Path) -> None:
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("processes cannot be forked here")
    lock, next_lock = RunLock(tmp_path / "journal"), RunLock(tmp_path / "journal")
    lock.take()
    context = multiprocessing.get_context("fork")
    started, ended = context.Event(), context.Event()

    def outlive() -> None:
        started.set()
        ended.wait(20)

    worker = context.Process(target=outlive)
    worker.start()
    try:
        assert started.wait(20)
        with pytest.raises(ArchiveError):  # what the worker does releases nothing
            next_lock.take()
        lock.release()
        next_lock.take()
    finally:
        ended.set()
        worker.join()
        next_lock.release()


def test_a_file_system_without_locks_is_written_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    lock = RunLock(tmp_path / "journal")
    lock.take()
    lock.release()


def test_a_system_without_locks_is_written_without_one(
    write: Write, tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaintnlp.archive.lock.fcntl", None)
    path, output = write(20), tmp_path / "out.csv"
    for options in ({}, {"force": True}, {"resume": True}):
        if "resume" in options:
            output.unlink()
        relabel([path], output, model=classifier, **options)  # type: ignore[arg-type]
        assert {item.name for item in tmp_path.iterdir()} == {path.name, output.name}
