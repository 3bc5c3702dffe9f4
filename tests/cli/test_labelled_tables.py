"""What ``train`` and ``evaluate`` refuse: each in one line, before any work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaintnlp.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Twelve messages, each with a label of its own."""
    path = tmp_path / "table.csv"
    rows = (f"{place}的路灯坏了,{place}\n" for place in "东西南北上下左右前后里外")
    path.write_text("内容,科室\n" + "".join(rows), "utf-8")
    return path


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--text-column", "无"], "there is no column 无; the columns are 内容, 科室"),
        (["--title-column", "科"], "there is no column 科; the columns are 内容, 科室"),
        (["--also", "foo=科室"], "also: 'foo' is no target; the targets are category"),
        (["--target", "category=内容"], "category is given twice, as 科室 and 内容; keep one"),
    ],
    ids=["text", "title", "also", "twice"],
)
def test_what_would_be_ignored_is_refused(
    capsys: pytest.CaptureFixture[str],
    table: Path,
    small_model: Path,
    command: str,
    words: list[str],
    said: str,
) -> None:
    place = ["--model", str(small_model)] if command == "evaluate" else ["-o", str(table) + ".m"]
    assert said in refused(capsys, command, str(table), *place, "--target", "category=科室", *words)


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        ("c.xyz", "c.xyz: a picture's name must end in .png .svg or .pdf"),
        ("none/c.png", "there is no folder none; make it or choose another"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused(
    capsys: pytest.CaptureFixture[str], table: Path, picture: str, said: str
) -> None:
    words = ["evaluate", str(table), "--target", "category=科室", "--confusion", picture]
    assert said in refused(capsys, *words)


def test_labels_that_occur_once_cannot_be_learned(
    capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path
) -> None:
    words = ["train", str(table), "-o", str(tmp_path / "model"), "--target", "office=科室"]
    said = refused(capsys, *words, "--jobs", "1")
    assert "every label of 'office' has fewer than 5 messages" in said
    assert "training needs one with 5 or more" in said


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what a wrong call says; it prints nothing else."""
    with pytest.raises(SystemExit) as stopped:
        main(list(words))
    printed = capsys.readouterr()
    assert (stopped.value.code, printed.out) == (2, "")
    return printed.err
