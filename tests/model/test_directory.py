from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import complaintnlp
from complaintnlp import ModelError
from complaintnlp.model.directory import FORMAT_VERSION, verify

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp import Classifier

FILES = ["keys.npy", "weights.npy", "calibration_matrix.npy", "words.txt", "model.json"]


@pytest.fixture
def copy(small_model: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_model, tmp_path / "copy")


def test_a_saved_model_predicts_the_same(small_classifier: Classifier, small_model: Path) -> None:
    loaded = complaintnlp.load(small_model, verify=True)
    text = "小区门口井盖没了，晚上看不见，太危险"
    assert loaded.predict(text).to_dict() == small_classifier.predict(text).to_dict()
    assert loaded.classes_ == small_classifier.classes_
    assert loaded.explain(text) == small_classifier.explain(text)


def test_saving_again_gives_the_same_bytes(small_model: Path, tmp_path: Path) -> None:
    complaintnlp.load(small_model).save(tmp_path / "again")
    for path in small_model.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_saving_replaces_a_model_but_nothing_else(
    small_classifier: Classifier, tmp_path: Path
) -> None:
    small_classifier.save(tmp_path / "model")
    small_classifier.save(tmp_path / "model")
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ModelError, match="holds other files"):
        small_classifier.save(tmp_path)
    with pytest.raises(ModelError, match="cannot be written"):
        small_classifier.save(tmp_path / "thesis.docx")


@pytest.mark.parametrize("name", FILES)
def test_missing_files_are_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelError, match=name):
        complaintnlp.load(copy)


@pytest.mark.parametrize("name", FILES[:4])
def test_changed_files_are_named(copy: Path, name: str) -> None:
    damaged = bytearray((copy / name).read_bytes())
    damaged[-1] ^= 1
    (copy / name).write_bytes(damaged)
    with pytest.raises(ModelError, match=f"SHA-256 differs: {name}"):
        complaintnlp.load(copy, verify=True)
    with pytest.raises(ModelError, match=name):
        verify(copy)
    (copy / name).write_bytes(damaged + b"x")
    with pytest.raises(ModelError, match=f"{name} has"):
        complaintnlp.load(copy)


def test_another_format_is_refused(copy: Path) -> None:
    description = json.loads((copy / "model.json").read_text("utf-8"))
    description["format_version"] = FORMAT_VERSION + 1
    (copy / "model.json").write_text(json.dumps(description), "utf-8")
    with pytest.raises(ModelError, match=f"format version {FORMAT_VERSION + 1}"):
        complaintnlp.load(copy)


def test_nothing_is_unpickled(copy: Path) -> None:
    array = np.array([print], dtype=object)
    np.save(copy / "idf.npy", array, allow_pickle=True)
    description = json.loads((copy / "model.json").read_text("utf-8"))
    description["files"]["idf.npy"]["size"] = (copy / "idf.npy").stat().st_size
    (copy / "model.json").write_text(json.dumps(description), "utf-8")
    with pytest.raises(ModelError, match=r"idf\.npy is not a readable array"):
        complaintnlp.load(copy)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_damage_never_gives_anything_but_a_model_error(
    copy: Path, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(FILES))
    whole = (copy / name).read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:place] + data.draw(st.binary(min_size=1, max_size=4)) + whole[place + 1 :]
    (copy / name).write_bytes(damaged)
    try:
        complaintnlp.load(copy, verify=True)
    except ModelError:
        pass
    finally:
        (copy / name).write_bytes(whole)
