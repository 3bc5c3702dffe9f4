from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import complaintnlp
from complaintnlp import InputError, ModelError
from complaintnlp.model.description import DESCRIPTION, FILES
from complaintnlp.model.saving import check_writable

if TYPE_CHECKING:
    from complaintnlp import Classifier

TEXT = "小区门口井盖没了，晚上看不见，太危险"


@pytest.fixture
def model(small_classifier: Classifier, tmp_path: Path) -> Path:
    small_classifier.save(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def other(small_classifier: Classifier) -> Classifier:
    """A classifier whose files are as large as those of `small_classifier`, but differ."""
    heads = small_classifier.heads
    return replace(small_classifier, heads=replace(heads, weights=heads.weights[:, ::-1].copy()))


def test_a_model_is_saved_where_it_was_loaded_from(model: Path) -> None:
    loaded = complaintnlp.load(model)
    before = loaded.predict(TEXT).to_dict()
    loaded.save(model)
    assert loaded.predict(TEXT).to_dict() == before
    assert complaintnlp.load(model, verify=True).predict(TEXT).to_dict() == before


def test_a_loaded_model_outlives_another_in_its_place(model: Path, other: Classifier) -> None:
    loaded = complaintnlp.load(model)
    before = loaded.predict(TEXT).to_dict()
    other.save(model)
    assert loaded.predict(TEXT).to_dict() == before
    after = complaintnlp.load(model, verify=True).predict(TEXT).to_dict()
    assert after == other.predict(TEXT).to_dict() != before


def test_another_process_keeps_the_model_that_it_loaded(model: Path, other: Classifier) -> None:
    code = (
        "import sys, complaintnlp\n"
        f"loaded = complaintnlp.load({str(model)!r})\n"
        "print('loaded', flush=True)\n"
        "sys.stdin.readline()\n"
        f"print(loaded.predict({TEXT!r}).department.confidence)\n"
    )
    expected = complaintnlp.load(model).predict(TEXT).department.confidence
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loaded\n"
        other.save(model)
        said, _ = process.communicate("\n")
    assert process.returncode == 0
    assert float(said) == expected


@pytest.mark.parametrize("written", [0, 3, len(FILES)])
def test_an_interrupted_save_leaves_the_old_model(
    model: Path, other: Classifier, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = complaintnlp.load(model).predict(TEXT).to_dict()
    fsync, calls = os.fsync, iter(range(100))

    def stop(descriptor: int) -> None:
        if next(calls) == written:
            raise KeyboardInterrupt
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        other.save(model)
    assert {path.name for path in model.iterdir()} == {*FILES, DESCRIPTION}
    assert complaintnlp.load(model, verify=True).predict(TEXT).to_dict() == before


@pytest.mark.parametrize("placed", [0, 3, len(FILES)])
def test_a_kill_among_the_renames_never_mixes_two_models(
    model: Path, other: Classifier, placed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = complaintnlp.load(model).predict(TEXT).to_dict()
    replace_file, calls = Path.replace, iter(range(100))

    def stop(path: Path, target: Path) -> Path:
        if next(calls) == placed:
            raise KeyboardInterrupt
        return replace_file(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            other.save(model)
    if placed:  # the weights, in which the two differ, are among the first files
        with pytest.raises(ModelError, match=r"SHA-256 differs: weights\.npy; .* cut short"):
            complaintnlp.load(model)
    else:
        assert complaintnlp.load(model).predict(TEXT).to_dict() == before
    other.save(model)
    assert {path.name for path in model.iterdir()} == {*FILES, DESCRIPTION}
    assert complaintnlp.load(model).predict(TEXT).to_dict() == other.predict(TEXT).to_dict()


def test_a_full_disk_is_said_and_costs_nothing(
    model: Path, other: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("480000 requested and 4096 written")  # as numpy says it, without a number

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(ModelError, match="480000 requested and 4096 written"):
        other.save(model)
    assert {path.name for path in model.iterdir()} == {*FILES, DESCRIPTION}
    complaintnlp.load(model, verify=True)


def test_a_directory_is_checked_and_not_made(tmp_path: Path, model: Path) -> None:
    for fine in (tmp_path / "new" / "model", model):
        check_writable(fine)
    assert not (tmp_path / "new").exists()
    (model / "thesis.docx").write_text("years of work")
    with pytest.raises(ModelError, match=r"holds other files \(thesis\.docx\)"):
        check_writable(model)
    for place in (model / "thesis.docx", model / "thesis.docx" / "model"):
        with pytest.raises(ModelError, match=r"thesis\.docx is a file"):
            check_writable(place)
    with pytest.raises(InputError, match="must be a path, not int"):
        check_writable(5)  # type: ignore[arg-type]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(ModelError, match="no permission"):
        check_writable(tmp_path / "closed" / "model")


def test_training_does_not_begin_where_nothing_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from complaintnlp.cli import main

    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(SystemExit) as stopped:
        main(["train", "nowhere.csv", "-o", str(tmp_path), "--target", "a=b"])
    assert stopped.value.code == 1
    assert "holds other files" in capsys.readouterr().err


def test_the_description_lists_what_is_written(model: Path) -> None:
    description = json.loads((model / DESCRIPTION).read_text("utf-8"))
    assert set(description["files"]) == set(FILES)
