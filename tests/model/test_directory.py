from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import complaintnlp
from complaintnlp import InputError, ModelError
from complaintnlp.cli import main
from complaintnlp.model.directory import FORMAT_VERSION, verify

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp import Classifier

TEXT = "小区门口井盖没了，晚上看不见，太危险"
FILES = ["keys.npy", "weights.npy", "calibration_matrix.npy", "words.txt", "model.json"]


@pytest.fixture
def copy(small_model: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_model, tmp_path / "copy")


def test_a_saved_model_predicts_the_same(small_classifier: Classifier, small_model: Path) -> None:
    loaded = complaintnlp.load(small_model, verify=True)
    assert loaded.predict(TEXT).to_dict() == small_classifier.predict(TEXT).to_dict()
    assert loaded.classes_ == small_classifier.classes_
    assert loaded.explain(TEXT) == small_classifier.explain(TEXT)


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


DAMAGES: list[tuple[str, object, str]] = [
    ("targets", [], "'targets' must hold one target or more"),
    ("targets", {}, "'targets' must hold"),
    ("targets", {"department": []}, "'targets' must hold"),
    ("targets", {"department": ["住建", "住建"]}, "'targets' must hold"),
    ("targets", {"department": [1, 2]}, "'targets' must hold"),
    ("features", [], "'features' must hold the settings blocks"),
    ("features", {"lead": 15.5}, "'features' must hold"),
    ("features", {"lead": 2**70}, "'features' must hold"),
    ("features", {"blocks": ["poems"]}, "unknown feature blocks"),
    ("features", {"colour": "red"}, "'features' must hold"),
    ("user_words", [["限位器"]], "'user_words' must hold words"),
    ("user_words", [["限位器", -1, None]], "'user_words' must hold words"),
    ("review", None, "'review' must hold a target"),
    ("review", {"target": "department"}, "'review' must hold"),
    ("provenance", None, "'provenance' must hold"),
    ("files", {}, r"'files' must hold size and SHA-256 of keys\.npy"),
    ("files", [], "'files' must hold"),
]


def change(copy: Path, name: str, value: object) -> None:
    description = json.loads((copy / "model.json").read_text("utf-8"))
    description[name] = value
    (copy / "model.json").write_text(json.dumps(description), "utf-8")


@pytest.mark.parametrize(("name", "value", "message"), DAMAGES)
def test_a_damaged_description_is_explained(
    copy: Path, name: str, value: object, message: str
) -> None:
    change(copy, name, value)
    with pytest.raises(ModelError, match=message):
        complaintnlp.load(copy)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("target", "urgency", "review is of 'urgency', which is none of category, department"),
        ("risk", 0.04321, "'review' must hold a target, a risk, and a threshold for that risk"),
        ("thresholds", [[0.05, "high"]], "'review' must hold"),
        ("min_coverage", float("nan"), "'review' must hold"),
    ],
)
def test_a_rule_of_review_that_cannot_be_followed_is_refused(
    copy: Path, name: str, value: object, message: str
) -> None:
    review = json.loads((copy / "model.json").read_text("utf-8"))["review"]
    change(copy, "review", {**review, name: value})
    with pytest.raises(ModelError, match=message):
        complaintnlp.load(copy)


def test_show_explains_a_damaged_description(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    description = json.loads((copy / "model.json").read_text("utf-8"))
    del description["review"]
    (copy / "model.json").write_text(json.dumps(description), "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["model", "show", str(copy)])
    assert stopped.value.code == 1
    assert "model.json is damaged: 'review' must hold" in capsys.readouterr().err


def test_files_that_are_folders_are_refused(copy: Path) -> None:
    (copy / "words.txt").unlink()
    (copy / "words.txt").mkdir()
    files = json.loads((copy / "model.json").read_text("utf-8"))["files"]
    files["words.txt"]["size"] = (copy / "words.txt").stat().st_size
    change(copy, "files", files)
    with pytest.raises(ModelError, match=r"words\.txt"):
        complaintnlp.load(copy)
    with pytest.raises(ModelError, match=r"words\.txt"):
        verify(copy)


def test_an_array_of_another_shape_is_named(copy: Path) -> None:
    np.save(copy / "weights.npy", np.zeros(7, dtype=np.int8))
    files = json.loads((copy / "model.json").read_text("utf-8"))["files"]
    files["weights.npy"]["size"] = (copy / "weights.npy").stat().st_size
    change(copy, "files", files)
    with pytest.raises(ModelError, match=r"weights\.npy has the shape \(7,\)"):
        complaintnlp.load(copy)


def test_a_directory_must_be_a_path() -> None:
    for wrong in (5, ["a"], 0):
        with pytest.raises(InputError, match="must be a path"):
            complaintnlp.load(wrong)  # type: ignore[arg-type]


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_random_damage_never_gives_anything_but_a_model_error(
    copy: Path, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(FILES))
    whole = (copy / name).read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    # As long as what it replaces, or else the sizes alone would tell.
    other = data.draw(st.binary(min_size=1, max_size=4))
    damaged = whole[:place] + other + whole[place + len(other) :]
    (copy / name).write_bytes(damaged)
    try:
        # Without the digests numbers may be damaged: any prediction will do, but no exception.
        with np.errstate(all="ignore"):
            complaintnlp.load(copy, verify=data.draw(st.booleans())).predict(TEXT).to_dict()
    except ModelError:
        pass
    finally:
        (copy / name).write_bytes(whole)
