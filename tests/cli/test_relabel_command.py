"""The command as a person runs it: words in, status and lines out."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MAIN = "from complaintnlp.cli import main; main()"
HEADER = "留言编号,留言主题,留言时间,留言详情\n"
ROW = "{i},路灯,2019/1/{day},东四路口的路灯坏了三天没人修，第{i}盏\n"


@pytest.fixture
def command(small_model: Path) -> list[str]:
    return [sys.executable, "-c", MAIN, "relabel", "--model", str(small_model), "--workers", "2"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "in.csv", 30)


def write(path: Path, rows: int) -> Path:
    lines = (ROW.format(i=i, day=i % 28 + 1) for i in range(rows))
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def run(command: list[str], *words: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [*command, *map(str, words)], capture_output=True, text=True, encoding="utf-8", **options
    )


def test_all_rows_labelled(command: list[str], archive: Path, tmp_path: Path) -> None:
    done = run(command, archive, "-o", tmp_path / "out.csv")
    assert done.returncode == 0
    assert "30 rows in" in done.stdout
    assert "need review" in done.stdout
    assert "department: " in done.stdout
    assert "title = 留言主题, text = 留言详情, time = 留言时间" in done.stderr
    assert "\r" not in done.stderr  # no progress bar in a pipe
    assert run(command, archive, "-o", tmp_path / "q.csv", "--quiet").stdout == ""


def test_rejected_rows_are_status_3(command: list[str], archive: Path, tmp_path: Path) -> None:
    archive.write_text(HEADER + "1,路灯,,\n", encoding="utf-8")
    done = run(command, archive, "-o", tmp_path / "out.csv")
    assert done.returncode == 3
    assert "out.csv.rejected.csv" in done.stdout
    assert "in.csv,2,留言详情,no text" in (tmp_path / "out.csv.rejected.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [
        (["{in}"], 2, "Missing option '-o'"),
        (["-o", "{dir}/out.csv"], 2, "Missing argument"),
        (["{in}", "-o", "{dir}/out.doc"], 2, "must end in one of"),
        (["{in}", "-o", "{in}"], 2, "would be overwritten"),
        (["{in}", "-o", "{dir}/out.csv", "--workers", "0"], 2, "workers"),
        (["{in}", "-o", "{dir}/out.csv", "--text-column", "诉求"], 2, "there is no column 诉求"),
        (["{dir}/none.csv", "-o", "{dir}/out.csv"], 2, "No such file"),
        (["{dir}/broken.xlsx", "-o", "{dir}/out.csv"], 1, "readable .xlsx"),
        (["{in}", "-o", "{dir}/out.csv", "--model", "{dir}"], 1, "model"),
    ],
)
def test_errors_are_one_line_without_a_traceback(
    command: list[str], archive: Path, tmp_path: Path, words: list[str], status: int, line: str
) -> None:
    pytest.importorskip("python_calamine")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    done = run(command, *(word.format(**{"in": archive, "dir": tmp_path}) for word in words))
    assert done.returncode == status
    assert line in done.stderr
    assert "Traceback" not in done.stderr
    if "Usage:" not in done.stderr:
        assert done.stderr.count("complaintnlp: ") == 1
    assert not (tmp_path / "out.csv").exists()


def test_dry_run_shows_five_rows(command: list[str], archive: Path, tmp_path: Path) -> None:
    done = run(command, archive, "--dry-run")
    assert done.returncode == 0
    assert done.stdout.count("needs_review: ") == 5
    assert list(tmp_path.iterdir()) == [archive]


def test_streams_with_format(command: list[str], archive: Path) -> None:
    text = archive.read_text("utf-8")
    done = run(command, "-", "-o", "-", "--format", "tsv", input=text.replace(",", "\t"))
    lines = done.stdout.splitlines()
    assert len(lines) == 31
    assert lines[0].endswith("\tneeds_review")
    assert "30 rows in -" in done.stderr


@pytest.mark.parametrize("words", [[], ["--quiet"]], ids=["", "quiet"])
def test_rejected_rows_of_a_stream_are_listed_on_standard_error(
    command: list[str], words: list[str]
) -> None:
    text = HEADER + ROW.format(i=1, day=1) + "2,路灯,,\n"
    done = run(command, "-", "-o", "-", "--format", "csv", *words, input=text)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 3
    listed = "-, row 3, column 留言详情: no text\n"
    if words:
        assert done.stderr == listed
    else:
        assert "2 rows in - (1 labelled in " in done.stderr
        assert f"\n1 could not be labelled:\n{listed}" in done.stderr


def test_a_reader_that_goes_away_gets_one_line(command: list[str], tmp_path: Path) -> None:
    words = [str(write(tmp_path / "big.csv", 9000)), "-o", "-", "--format", "csv", "--quiet"]
    process = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == 1
    assert "standard output was closed by the program that reads it" in said
    assert said.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_a_stream_gets_one_line(command: list[str], archive: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        words = [*command, str(archive), "-o", "-", "--format", "csv", "--quiet"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("journal_bytes", [1, 1000], ids=["at the start", "under way"])
def test_ctrl_c_gets_one_line_and_can_be_resumed(
    command: list[str], tmp_path: Path, journal_bytes: int
) -> None:
    path, output = write(tmp_path / "big.csv", 60_000), tmp_path / "out.csv"
    words = [*command, str(path), "-o", str(output), "--quiet"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True)
    journal = tmp_path / "out.csv.journal"
    while process.poll() is None and not (
        journal.exists() and journal.stat().st_size > journal_bytes
    ):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == 1
    assert "stopped by Ctrl-C" in said
    assert said.count("\n") == 1
    assert run(words[:-1], "--resume").returncode == 0
    assert len(output.read_text("utf-8-sig").splitlines()) == 60_001


def test_progress_on_a_terminal(command: list[str], tmp_path: Path) -> None:
    path = write(tmp_path / "big.csv", 9000)
    main, terminal = pty.openpty()
    words = [*command, str(path), "-o", str(tmp_path / "out.csv")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    seen = b""
    try:
        while block := os.read(main, 4096):
            seen += block
    except OSError:  # the other end is closed
        pass
    os.close(main)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == 0
    shown = seen.decode()
    assert "rows/s" in shown
    assert "left" in shown
    assert "█" in shown
