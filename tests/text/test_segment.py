from __future__ import annotations

import re
import tempfile
from typing import TYPE_CHECKING

import pytest

from complaintnlp import InputError, TableError
from complaintnlp.text import Segmenter
from complaintnlp.text.segment import read_user_dictionary

if TYPE_CHECKING:
    from pathlib import Path

HAN_RUN = re.compile("[\u4e00-\u9fff]+")


@pytest.fixture(scope="module")
def engines() -> tuple[Segmenter, Segmenter]:
    return Segmenter(engine="rjieba"), Segmenter(engine="jieba")


def test_rjieba_and_jieba_give_the_same_words(
    engines: tuple[Segmenter, Segmenter], messages: list[dict[str, str]]
) -> None:
    rust, reference = engines
    for row in messages:
        text = row["留言主题"] + "。" + row["留言详情"]
        assert rust.words(text) == reference.words(text)


def test_one_call_for_a_text_equals_one_call_for_each_run(
    engines: tuple[Segmenter, Segmenter], messages: list[dict[str, str]]
) -> None:
    import jieba

    jieba.setLogLevel(60)
    for row in messages[:300]:
        runs = HAN_RUN.findall(row["留言详情"])
        apart = [word for run in runs for word in jieba.cut(run)]
        together = [w for w in engines[0].cut(" ".join(runs)) if w != " "]
        assert together == apart


def test_user_words_are_private_to_their_segmenter(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("窗户限位器 100 n\n星沙街道\n", "utf-8")
    for engine in ("rjieba", "jieba"):
        own = Segmenter(read_user_dictionary(path), engine=engine)
        assert "窗户限位器" in own.words("没装窗户限位器")
        assert "窗户限位器" not in Segmenter(engine=engine).words("没装窗户限位器")


def test_a_frequency_of_zero_is_as_good_as_none(
    messages: list[dict[str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "words.txt"
    path.write_text("窗户限位器 0 n\n部门 0\n小区 0\n", "utf-8")
    entries = read_user_dictionary(path)
    rust, reference = (Segmenter(entries, engine=engine) for engine in ("rjieba", "jieba"))
    assert reference.words("没装窗户限位器") == ["没装", "窗户限位器"]
    for row in messages[:200]:
        assert rust.words(row["留言详情"]) == reference.words(row["留言详情"])


@pytest.mark.parametrize("digits", ["1000000001", str(1 << 64), "9" * 5000])
def test_huge_frequencies_are_located(tmp_path: Path, digits: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text(f"正常 1000000000 n\n窗户限位器 {digits} n\n", "utf-8")
    with pytest.raises(TableError, match="row 2: the frequency of 窗户限位器 is above"):
        read_user_dictionary(path)


@pytest.mark.parametrize("frequency", [-1, 1 << 64])
def test_impossible_frequencies_are_refused(frequency: int) -> None:
    for engine in ("rjieba", "jieba"):
        with pytest.raises(InputError, match="frequency of '窗户限位器'"):
            Segmenter([("窗户限位器", frequency, None)], engine=engine)


def test_no_cache_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for engine in ("rjieba", "jieba"):
        Segmenter(engine=engine).words("楼道堆放杂物")
    assert list(tmp_path.iterdir()) == []


def test_mistakes_in_a_user_dictionary_are_located(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("正常 5 n\n坏 行 太 多 词\n", "utf-8")
    with pytest.raises(TableError, match="row 2"):
        read_user_dictionary(path)
    with pytest.raises(TableError, match="not a readable"):
        read_user_dictionary(tmp_path / "missing.txt")


def test_unknown_engines_are_refused() -> None:
    with pytest.raises(InputError, match="auto, rjieba, jieba"):
        Segmenter(engine="hanlp")
