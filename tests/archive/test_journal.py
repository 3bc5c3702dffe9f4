from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaintnlp.archive.journal import Journal, read_journal

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, *entries: int) -> bytes:
    journal = Journal(path, 0)
    for entry in entries:
        journal.add({"entry": entry})
    journal.close()
    return path.read_bytes()


def test_a_journal_cut_anywhere_ends_with_a_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    content = write(path, 1, 2, 3)
    for cut in range(len(content) + 1):
        path.write_bytes(content[:cut])
        entries = list(read_journal(path))
        assert len(entries) == content[:cut].count(b"\n")
        assert all(content[:end].endswith(b"\n") for _, end in entries)


@pytest.mark.parametrize("tail", [b"\0" * 40 + b"\n", b"[1]\n", b"\xff\n", b"{}"])
def test_garbage_ends_a_journal(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "journal"
    path.write_bytes(write(path, 1) + tail + b'{"entry": 2}\n')
    assert [entry for entry, _ in read_journal(path)] == [{"entry": 1}]


def test_a_journal_goes_on_after_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    write(path, 1, 2, 3)
    [(_, end), *_] = read_journal(path)
    journal = Journal(path, end)
    journal.add({"entry": 4})
    journal.close()
    assert [entry for entry, _ in read_journal(path)] == [{"entry": 1}, {"entry": 4}]
