"""A run that is stopped at any instant ends, resumed, with the same bytes."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pytest

from complaintnlp.archive import ArchiveError, Progress, relabel
from complaintnlp.archive.disk import write_all
from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from tests.archive.conftest import MakeRows, Write

    from complaintnlp import Classifier
    from complaintnlp.model import PredictionBatch

ROWS = 3200
MAIN = "from complaintnlp.cli import main; main()"
SUFFIXES = ["csv", "jsonl.gz", "xlsx", "parquet"]


@pytest.fixture
def archive(write: Write, make_rows: MakeRows) -> Path:
    """An input of which some rows have no text."""
    rows = make_rows(ROWS)
    for row in rows[::97]:
        row[3] = ""
    return write(rows)


class Stop:
    """Interrupts a run after some chunks."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, progress: Progress) -> None:
        self.left -= 1
        if self.left <= 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_stopped_by_ctrl_c(
    archive: Path, tmp_path: Path, classifier: Classifier, suffix: str
) -> None:
    if suffix in ("xlsx", "parquet"):
        pytest.importorskip({"xlsx": "xlsxwriter", "parquet": "pyarrow"}[suffix])
    path, output, whole = archive, tmp_path / f"o.{suffix}", tmp_path / f"w.{suffix}"
    expected = relabel([path], whole, model=classifier, workers=2)
    # Of the first 1,500 rows 16 have no text, of the first 2,000 21.
    with pytest.raises(ArchiveError, match=r"stopped by Ctrl-C; 1,484 rows .* --resume"):
        relabel([path], output, model=classifier, workers=2, progress=Stop(3))
    assert not output.exists()
    with pytest.raises(InputError, match=r"unfinished run .* --resume"):
        relabel([path], output, model=classifier)
    with pytest.raises(ArchiveError, match="1,979 rows"):
        relabel([path], output, model=classifier, workers=1, resume=True, progress=Stop(1))
    resumed = relabel([path], output, model=classifier, workers=3, resume=True)
    assert output.read_bytes() == whole.read_bytes()
    rejected = [Path(f"{out}.rejected.csv").read_bytes() for out in (output, whole)]
    assert rejected[0] == rejected[1]
    assert resumed.tally == expected.tally
    assert resumed.labelled == expected.labelled - 1979
    assert not list(tmp_path.glob("*.partial")) + list(tmp_path.glob("*.journal"))


def test_any_state_of_the_two_files_can_be_resumed(
    archive: Path, tmp_path: Path, classifier: Classifier
) -> None:
    path, output, whole = archive, tmp_path / "out.csv", tmp_path / "whole.csv"
    relabel([path], whole, model=classifier, workers=1)
    with pytest.raises(ArchiveError):
        relabel([path], output, model=classifier, workers=1, progress=Stop(5))
    partial, journal = tmp_path / "out.csv.partial", tmp_path / "out.csv.journal"
    states = partial.read_bytes(), journal.read_bytes()
    chance = random.Random(7)
    for _ in range(12):
        for file, content in zip((partial, journal), states, strict=True):
            # A power cut can leave any length of either file, and zeros for what was not written.
            cut = chance.randrange(len(content) + 1)
            zeros = b"\0" * chance.choice([0, 0, 700])
            file.write_bytes(content[:cut] + zeros)
        relabel([path], output, model=classifier, workers=1, resume=True)
        assert output.read_bytes() == whole.read_bytes()
        output.unlink()
        Path(f"{output}.rejected.csv").unlink()


def test_resume_without_an_earlier_run_begins_one(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    summary = relabel([write(10)], tmp_path / "out.csv", model=classifier, resume=True)
    assert summary.labelled == 10


def test_a_run_that_ended_but_for_its_journal(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    path, output = write(20), tmp_path / "out.csv"
    with pytest.raises(ArchiveError):
        relabel([path], output, model=classifier, progress=Stop(1))
    journal = tmp_path / "out.csv.journal"
    partial = tmp_path / "out.csv.partial"
    content = journal.read_bytes() + b'{"finished":true}\n'
    partial.replace(output)
    journal.write_bytes(content)
    before = output.read_bytes()
    summary = relabel([path], output, model=classifier, resume=True)
    assert (summary.tally.rows, output.read_bytes()) == (20, before)
    assert not journal.exists()


def test_another_run_is_not_resumed(write: Write, tmp_path: Path, classifier: Classifier) -> None:
    path, output = write(1200), tmp_path / "out.csv"
    with pytest.raises(ArchiveError):
        relabel([path], output, model=classifier, workers=1, progress=Stop(1))
    with pytest.raises(InputError, match="had other options;"):
        relabel([path], output, model=classifier, resume=True, raw_cells=True)
    with path.open("a") as file:
        file.write("9,x,,停电\n")
    with pytest.raises(InputError, match=r"had other inputs; .* --force"):
        relabel([path], output, model=classifier, resume=True)
    assert relabel([path], output, model=classifier, force=True).tally.rows == 1201


def test_another_promise_about_review_is_another_run(
    write: Write, tmp_path: Path, classifier: Classifier, small_model: Path
) -> None:
    path, output, whole = write(1200), tmp_path / "out.csv", tmp_path / "whole.csv"
    other = classifier.with_review_risk(0.3)
    relabel([path], whole, model=other, workers=1)
    with pytest.raises(ArchiveError):
        relabel([path], output, model=other, workers=1, progress=Stop(1))
    for model in (classifier, small_model):
        with pytest.raises(InputError, match="had other review rule;"):
            relabel([path], output, model=model, workers=1, resume=True)
    # The same promise may be asked for in another way.
    relabel([path], output, model=small_model, review_risk=0.3, workers=1, resume=True)
    assert output.read_bytes() == whole.read_bytes()


def test_a_model_that_was_never_saved_cannot_be_resumed(
    write: Write, tmp_path: Path, small_classifier: Classifier
) -> None:
    path, output = write(1200), tmp_path / "out.csv"
    options = {"model": small_classifier, "workers": 1}
    with pytest.raises(ArchiveError) as stopped:
        relabel([path], output, progress=Stop(1), **options)  # type: ignore[arg-type]
    assert "--resume" not in str(stopped.value)
    with pytest.raises(InputError, match=r"not loaded from a directory.*force=True"):
        relabel([path], output, resume=True, **options)  # type: ignore[arg-type]
    assert relabel([path], output, force=True, **options).complete  # type: ignore[arg-type]


def test_a_full_disk_keeps_what_is_done(
    write: Write, tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, output = write(1200), tmp_path / "out.csv"
    writes = 0

    def fill(file: BinaryIO, block: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes == 3:  # after the header and the first chunk
            write_all(file, block[:100])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_all(file, block)

    monkeypatch.setattr("complaintnlp.archive.file_output.write_all", fill)
    with pytest.raises(ArchiveError, match=r"out\.csv: the disk is full; 500 rows .* --resume"):
        relabel([path], output, model=classifier, workers=1)
    monkeypatch.undo()
    relabel([path], output, model=classifier, workers=1, resume=True)
    relabel([path], tmp_path / "whole.csv", model=classifier, workers=1)
    assert output.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_dying_worker_keeps_what_is_done(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:

    parent = os.getpid()

    class Mortal:
        classes_ = classifier.classes_
        digest = classifier.digest
        review = classifier.review

        def predict_batch(self, texts: list[str], titles: list[str | None]) -> PredictionBatch:
            if os.getpid() != parent and "第1500号楼" in "".join(texts):
                os.kill(os.getpid(), signal.SIGKILL)
            return classifier.predict_batch(texts, titles)

    path, output = write(ROWS), tmp_path / "out.csv"
    with pytest.raises(ArchiveError, match=r"a worker process died.*--resume"):
        relabel([path], output, model=Mortal(), workers=2)  # type: ignore[arg-type]
    relabel([path], output, model=classifier, workers=2, resume=True)
    relabel([path], tmp_path / "whole.csv", model=classifier, workers=1)
    assert output.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_killed_at_random_instants(
    archive: Path, tmp_path: Path, classifier: Classifier, small_model: Path
) -> None:
    path, output = archive, tmp_path / "out.csv"
    whole = tmp_path / "whole.csv"
    relabel([path], whole, model=classifier, workers=1)
    command = [sys.executable, "-c", MAIN, "relabel", str(path), "-o", str(output)]
    command += ["--model", str(small_model), "--workers", "2", "--resume", "--quiet"]
    chance = random.Random(11)
    kills = 0
    while not output.exists():
        process = subprocess.Popen(command)
        # The first kill comes as soon as there is a journal, the others at random.
        deadline = time.monotonic() + chance.uniform(0.3, 1.0) * (1 if kills < 4 else 100)
        while process.poll() is None and time.monotonic() < deadline:
            if not kills and (tmp_path / "out.csv.journal").exists():
                break
            time.sleep(0.002)
        kills += process.poll() is None
        process.kill()
        process.wait()
    assert kills >= 1
    if (tmp_path / "out.csv.journal").exists():  # killed between its last two deeds
        relabel([path], output, model=classifier, resume=True)
    assert output.read_bytes() == whole.read_bytes()
    with pytest.raises(InputError, match="is complete, there is nothing to resume"):
        relabel([path], output, model=classifier, resume=True)
