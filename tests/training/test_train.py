from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import complaintnlp
from complaintnlp import InputError, TableError
from complaintnlp.features import FeatureSettings
from complaintnlp.training import Corpus, evaluate, near_duplicate_groups, read_corpus
from complaintnlp.training.fitting import TrainingSettings, fit

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp import Classifier

TINY = FeatureSettings(min_df=2, max_features=1500)


def test_the_same_seed_gives_the_same_bytes(corpus: Corpus, tmp_path: Path) -> None:
    part = corpus.take(np.arange(0, len(corpus), 6))
    for name, n_jobs in (("one", 1), ("two", 2)):
        settings = TrainingSettings(seed=7, folds=2, n_jobs=n_jobs)
        fit(part, features=TINY, settings=settings).save(tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes(), path.name


def test_it_learns_more_than_the_largest_class(
    small_classifier: Classifier, corpus: Corpus
) -> None:
    unseen = corpus.take(np.arange(1, len(corpus), 3))
    for measured in evaluate(small_classifier, unseen).values():
        largest = measured.support.max() / measured.support.sum()
        assert measured.accuracy > largest
        assert measured.top3 > 2 * largest or len(measured.classes) == 2


def test_own_labels_own_names_and_a_subset_of_targets(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    water = [f"{where}停水了没人修" for where in "甲乙丙丁戊己庚辛"]
    bus = [f"{where}公交车不停站" for where in "甲乙丙丁戊己庚辛"]
    rows = [f"{text},水" for text in water] + [f"{text},车" for text in bus] + ["没有标签的,"]
    path.write_text("来信,科室\n" + "\n".join(rows) + "\n", "gb18030")
    clf = complaintnlp.train(path, targets={"office": "科室"}, text_column="来信", n_jobs=1)
    assert clf.targets == ("office",)
    assert clf.predict("又停水了").office.label == "水"
    assert clf.provenance["messages"] == 16
    with pytest.raises(AttributeError, match="it has office"):
        _ = clf.predict("又停水了").department


def test_a_user_dictionary_travels_with_the_model(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("限位器\n", "utf-8")
    table = {
        "text": ["窗户限位器坏了", "公交车不停站"] * 6,
        "kind": ["窗", "车"] * 6,
    }
    clf = complaintnlp.train(table, targets={"k": "kind"}, user_dictionary=str(words), n_jobs=1)
    clf.save(tmp_path / "model")
    again = complaintnlp.load(tmp_path / "model")
    assert "限位器" in again.vectorizer.segmenter.words("没装限位器")
    assert "限位器" in again.vectorizer.words_


@pytest.mark.parametrize(
    ("table", "targets", "message"),
    [
        ({"text": ["停水"], "k": ["水"]}, {"k": "missing"}, "no column 'missing' among text, k"),
        ({"body": ["停水"], "k": ["水"]}, {}, "no target"),
        ({"x": ["停水"], "k": ["水"]}, {"k": "k"}, "no text column among x, k"),
        ({"text": ["停水", "停电"], "k": ["水", "水"]}, {"k": "k"}, "1 different labels"),
        ({"text": [""], "k": ["水"]}, {"k": "k"}, "no row has both"),
        (
            {"text": ["停水", "停电"] * 4, "k": ["水", "电"] * 4},
            {"k": "k"},
            "training needs at least",
        ),
        ({"text": ["停水", "停电"], "h": ["maybe", "1"]}, {"hazard": "h"}, "0 or 1"),
    ],
)
def test_mistakes_are_explained(
    table: dict[str, list[str]], targets: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        complaintnlp.train(table, targets=targets, n_jobs=1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises((TableError, InputError), match="nowhere"):
        complaintnlp.train(tmp_path / "nowhere.csv", targets={"k": "k"})


def test_a_data_frame_is_a_table() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {"text": ["停水", None, "停电", "断电"], "k": ["水", "水", None, "电"]}
    )
    assert read_corpus(table, {"k": "k"}).texts == ["停水", "断电"]


def test_reposts_share_a_group() -> None:
    post = "我们小区三栋的电梯坏了两个多月，物业一直推脱说没有钱修，老人上下楼非常困难"
    groups = near_duplicate_groups(
        [post, "转发：" + post + "！求关注", "学校门口的红绿灯时间太短了"]
    )
    assert groups[0] == groups[1] != groups[2]


def test_yes_no_and_other_right_labels() -> None:
    corpus = Corpus(
        ["着火", "停水", "漏电"],
        [None] * 3,
        {"hazard": ["是", "0", "TRUE"], "department": ["消防", "公用", "公用"]},
        {"department": [("应急", "公用"), (), ("不认识",)]},
    )
    assert corpus.codes("hazard").tolist() == [1, 0, 1]
    assert corpus.classes["department"] == ("公用", "消防")
    assert corpus.acceptable("department").tolist() == [[True, True], [True, False], [True, False]]


@pytest.mark.shared
def test_seven_classes_from_real_messages(tmp_path: Path) -> None:
    from tests.conftest import SHARED

    clf = complaintnlp.train(
        SHARED / "data" / "messages_7class_tokens.csv",
        targets={"category": "category"},
        text_column="tokens",
        n_jobs=2,
    )
    assert clf.provenance["out_of_fold"]["category"]["macro_f1"] > 0.92
    raw = read_corpus(SHARED / "data" / "messages_7class_raw.csv", {"category": "category"})
    assert evaluate(clf, raw)["category"].accuracy > 0.85


def test_typical_messages_set_the_confidence(corpus: Corpus) -> None:
    typical = [place % 2 == 0 for place in range(len(corpus))]
    chosen = replace(corpus, typical=typical)
    assert chosen.take(np.arange(3)).typical == [True, False, True]
    settings = TrainingSettings(n_jobs=2)
    of_all, of_some = fit(corpus, settings=settings), fit(chosen, settings=settings)
    assert np.array_equal(of_all.heads.weights, of_some.heads.weights)
    assert not np.array_equal(of_all.calibration.blend, of_some.calibration.blend)
    assert of_all.review.thresholds != of_some.review.thresholds
