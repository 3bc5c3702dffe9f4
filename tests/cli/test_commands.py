from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from complaintnlp.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(words))
    printed = capsys.readouterr()
    return int(stopped.value.code or 0), printed.out, printed.err


def test_predict_reads_well(capsys: pytest.CaptureFixture[str], small_model: Path) -> None:
    text = "楼道里停满电动车还拉线充电，消防通道全堵了"
    status, out, err = run(capsys, "predict", text, "--model", str(small_model))
    assert (status, err) == (0, "")
    for name in ("类别", "部门", "诉求", "危险", "依据", "其次"):
        assert name in out
    assert "%" in out
    assert "消防" in out


def test_predict_speaks_json(capsys: pytest.CaptureFixture[str], small_model: Path) -> None:
    words = ["predict", "停水三天", "--title", "停水", "--json", "--model", str(small_model)]
    status, out, _ = run(capsys, *words)
    assert status == 0
    values = json.loads(out)
    assert list(values)[-2:] == ["needs_review", "review_reasons"]
    assert set(values["hazard"]) == {"label", "confidence", "ranking"}


def test_train_takes_a_lexicon(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table, lexicon, model = (tmp_path / name for name in ("table.csv", "words.csv", "model"))
    rows = [
        f"{i}栋{w}坏了,{k}" for i in "一二三四五六七八" for w, k in (("水管", "水"), ("路灯", "电"))
    ]
    table.write_text("内容,科室\n" + "\n".join(rows), "utf-8")
    lexicon.write_text("word,concept,weight\n水管,供水,1\n水龙头,供水,1\n路灯,照明,1\n", "utf-8")
    options = ("--target", "office=科室", "--lexicon", str(lexicon), "--jobs", "1")
    assert run(capsys, "train", str(table), "-o", str(model), *options)[0] == 0
    status, out, _ = run(capsys, "model", "show", str(model))
    assert status == 0
    assert "lexicon: 3" in out
    status, out, _ = run(capsys, "predict", "水龙头", "--model", str(model))
    assert status == 0
    assert "水龙头 +" in out
    lexicon.write_text("word,weight\n水管,1\n", "utf-8")
    status, _, err = run(capsys, "train", str(table), "-o", str(model), *options)
    assert status == 2
    assert "no column 'concept'" in err
    lexicon.write_text("word,concept,weight\n水管,供水,多\n路灯,照明,1\n", "utf-8")
    status, _, err = run(capsys, "train", str(table), "-o", str(model), *options)
    assert status == 2
    assert "the weight of '水管' is '多'; give a number" in err


def test_train_evaluate_show_and_verify(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table, model = tmp_path / "table.csv", tmp_path / "model"
    rows = [
        f"{i}栋{what}坏了,{kind}"
        for i in "一二三四五六七八"
        for what, kind in (("水管", "水"), ("路灯", "电"))
    ]
    table.write_text("内容,科室\n" + "\n".join(rows), "utf-8")
    target = ("--target", "office=科室")
    status, out, _ = run(capsys, "train", str(table), "-o", str(model), *target, "--jobs", "1")
    assert status == 0
    assert "16 messages" in out
    assert "office: accuracy" in out
    status, out, _ = run(capsys, "evaluate", str(table), "--model", str(model), *target)
    assert status == 0
    assert "precision" in out
    assert "accuracy: 1.0" in out
    picture = tmp_path / "confusion.svg"
    status, out, _ = run(
        capsys, "evaluate", str(table), "--model", str(model), *target, "--json",
        "--confusion", str(picture),
    )  # fmt: skip
    assert json.loads(out)["office"]["macro_f1"] == 1.0
    assert picture.exists()
    status, out, _ = run(capsys, "model", "show", str(model))
    assert "office: 2 labels: 水 电" in out
    status, out, _ = run(capsys, "model", "verify", str(model))
    assert status == 0
    (model / "words.txt").write_bytes((model / "words.txt").read_bytes()[::-1])
    status, out, err = run(capsys, "model", "verify", str(model))
    assert status == 1
    assert "SHA-256 differs: words.txt" in err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["predict"], 2, "Missing argument 'TEXT'"),
        (["predict", "停水", "--model", "nowhere"], 1, "no model.json there"),
        (["paint"], 2, "No such command 'paint'"),
        (["train", "nowhere.csv", "-o", "m", "--target", "a=b"], 2, "nowhere.csv"),
        (["train", "x.csv", "-o", "m", "--target", "ab"], 2, "write NAME=COLUMN"),
        (["train", "x.docx", "-o", "m", "--target", "a=b"], 2, "x.docx"),
    ],
)
def test_mistakes_are_one_line_and_no_traceback(
    capsys: pytest.CaptureFixture[str], words: list[str], status: int, said: str
) -> None:
    code, _, err = run(capsys, *words)
    assert code == status
    assert said in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1 or err.startswith("Usage:")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["predict", "停水", "--model", "nowhere"], 1, "no model.json there"),
        (["predict"], 2, "Missing parameter: text"),
        (["predict", "停水", "--modle", "nowhere"], 2, "No such option"),
        (["train", "x.docx", "-o", "m", "--target", "a=b"], 2, "x.docx"),
        (["--help"], 0, ""),
    ],
)
def test_debug_shows_the_traceback_and_keeps_the_status(
    capsys: pytest.CaptureFixture[str], words: list[str], status: int, said: str
) -> None:
    code, _, err = run(capsys, *words, "--debug")
    assert code == status
    assert ("Traceback" in err) == (status != 0)
    assert said in err


def test_a_closed_pipe_is_no_error_to_read_about(small_model: Path) -> None:
    command = f"{sys.executable} -m complaintnlp model show --json {small_model} | head -c 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == ""
