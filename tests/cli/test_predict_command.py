"""``complaintnlp predict`` where UTF-8 is not what goes in or comes out."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from complaintnlp.cli import main
from complaintnlp.cli.console import tolerate

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "小区停水三天了，物业说管不了"


class Done(NamedTuple):
    """What a command that has ended left behind."""

    status: int
    out: bytes
    err: bytes


def run(*words: object, console: str = "utf-8", message: bytes = b"") -> Done:
    """Run a command with a console of some encoding, and bytes on its standard input."""
    streams = [io.BytesIO(message), io.BytesIO(), io.BytesIO()]
    texts = [io.TextIOWrapper(stream, console) for stream in streams]
    with pytest.MonkeyPatch.context() as patch:
        for name, text in zip(("stdin", "stdout", "stderr"), texts, strict=True):
            patch.setattr(sys, name, text)
        with pytest.raises(SystemExit) as stopped:
            main(list(map(str, words)))
    for text in texts:
        text.flush()
    return Done(int(stopped.value.code or 0), streams[1].getvalue(), streams[2].getvalue())


@pytest.mark.parametrize("console", ["gbk", "big5"])
def test_a_console_without_the_shades_gets_bars_of_ascii(small_model: Path, console: str) -> None:
    done = run("predict", TEXT, "--model", small_model, console=console)
    assert (done.status, done.err) == (0, b"")
    printed = done.out.decode(console)
    assert "#." in printed
    assert not {"█", "░"} & set(printed)
    usual = run("predict", TEXT, "--model", small_model).out.decode()
    if console == "gbk":  # which has all the rest
        assert usual.replace("█", "#").replace("░", ".") == printed


def test_a_cell_that_the_console_lacks_is_a_question_mark(
    small_model: Path, tmp_path: Path
) -> None:
    table = tmp_path / "in.csv"
    table.write_text("内容\n停水三天😀\n", "utf-8")
    done = run("relabel", table, "--dry-run", "--model", small_model, console="gbk")
    assert done.status == 0
    assert "停水三天?" in done.out.decode("gbk")


def test_an_error_handler_that_was_chosen_is_kept() -> None:
    console = io.TextIOWrapper(io.BytesIO(), "gbk", "xmlcharrefreplace")
    paths = io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape")
    tolerate(console, io.StringIO(), paths)
    assert (console.errors, paths.errors) == ("xmlcharrefreplace", "surrogateescape")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_message_from_standard_input_is_read_in_its_encoding(
    small_model: Path, encoding: str
) -> None:
    done = run("predict", "-", "--json", "--model", small_model, message=TEXT.encode(encoding))
    on_the_line = run("predict", TEXT, "--json", "--model", small_model)
    assert json.loads(done.out) == json.loads(on_the_line.out)


def test_a_message_that_does_not_decode_is_refused(small_model: Path) -> None:
    message = TEXT.encode() + b"\xff\xff\x80"
    done = run("predict", "-", "--model", small_model, message=message)
    assert (done.status, done.out) == (1, b"")
    assert done.err.decode() == (
        f"complaintnlp: standard input: byte {len(TEXT.encode()) + 1} is not valid UTF-8, and no "
        "other encoding fits; convert it to UTF-8\n"
    )
