from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import complaintnlp
from complaintnlp import InputError, TableError
from complaintnlp.archive.plan import label_columns
from complaintnlp.features import FeatureSettings
from complaintnlp.training import Corpus, evaluate, near_duplicate_groups, read_corpus
from complaintnlp.training.fitting import TrainingSettings, fit, fit_out_of_fold

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
    clf = complaintnlp.train(table, targets={"k": "kind"}, user_dictionary=words, n_jobs=1)
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


KINDS = {"text": ["停水了", "停电了"] * 8, "kind": ["水", "电"] * 8}
NAMED = {"k": "kind"}


@pytest.mark.parametrize(
    ("table", "arguments", "message"),
    [
        ({**KINDS, "more": ["x"]}, {}, "equally long; there are text 16, kind 16, more 1 values"),
        ({**KINDS, "text": "停水"}, {}, "column text must be a list of values, not of type str"),
        ({**KINDS, "text": 5}, {}, "column text must be a list of values, not of type int"),
        (5, {}, "table is of type int; give a path"),
        (None, {}, "table is of type NoneType; give a path"),
        ([5], {}, "table is of type list; give a path"),
        (KINDS, {"targets": ["kind"]}, "targets must map targets to columns"),
        (KINDS, {"targets": {"k": 1}}, "the column of 'k' is 1; give a str"),
        (KINDS, {"also": ["kind"]}, "also must map targets to columns"),
        (KINDS, {"text_column": 0}, "text_column is 0; give a str"),
        (KINDS, {"n_jobs": 0}, "n_jobs is 0; it must be a number of processes"),
        (KINDS, {"n_jobs": "all"}, "n_jobs is 'all'; it must be an int"),
        (KINDS, {"seed": -1}, "seed is -1; it must be from 0 to 4294967295"),
        (KINDS, {"seed": 2**32}, "it must be from 0 to 4294967295"),
        (KINDS, {"seed": None}, "seed is None; it must be an int"),
        (KINDS, {"user_dictionary": 5}, "user_dictionary must be a path, not int"),
    ],
)
def test_wrong_arguments_are_named(table: object, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        complaintnlp.train(table, **{"targets": NAMED, "n_jobs": 1, **arguments})


def test_settings_are_checked() -> None:
    with pytest.raises(InputError, match="folds is 1; it must be 2 or more"):
        TrainingSettings(folds=1)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["needs_review"], "something of that name"),
        (["targets"], "something of that name"),
        (["to_dict"], "something of that name"),
        (["review_reasons"], "something of that name"),
        (["source"], "something of that name"),
        (["_office"], "must not begin with _"),
        ([""], "a str that is not empty"),
        ([5], "a str that is not empty"),
        (["office", "office_confidence"], "a column of 'office' is called so"),
        (["department_2", "department"], "a column of 'department' is called so"),
        (["department", "department_3"], "a column of 'department' is called so"),
    ],
)
def test_names_that_could_not_be_reached_are_refused(names: list[Any], message: str) -> None:
    targets = dict.fromkeys(names, "kind")
    with pytest.raises(InputError, match=message):
        read_corpus(KINDS, targets)
    with pytest.raises(InputError, match=message):
        Corpus(KINDS["text"], [None] * 16, dict.fromkeys(names, KINDS["kind"]))


@pytest.mark.parametrize(
    "names", [["office", "urgency"], ["office_confidence"], ["department_2", "office_2"], ["科室"]]
)
def test_other_names_are_free_and_give_columns_of_their_own(names: list[str]) -> None:
    corpus = read_corpus(KINDS, dict.fromkeys(names, "kind"))
    columns = 1 + sum(len(label_columns({n: c})) - 1 for n, c in corpus.classes.items())
    assert len(label_columns(corpus.classes)) == columns


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("停水停电", [None] * 4, {}), "texts is one str"),
        ((["停水", 5], [None] * 2, {}), "message 1: text and title must be str, not int"),
        ((["停水"], [None] * 2, {}), "there are 1 texts and 2 titles"),
        ((["停水", "停电"], [None] * 2, {"k": ["水"]}), "k has 1 values, texts 2"),
        ((["停水", "停电"], [None] * 2, {"k": ["水", 5]}), "k is 5; a label must be a str"),
        (
            (["停水", "停电"], [None] * 2, {"hazard": ["0", "1"]}, {"hazard": [("maybe",), ()]}),
            "hazard is 'maybe'; it must be 0 or 1",
        ),
    ],
)
def test_a_corpus_checks_what_it_is_given(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Corpus(*arguments)


@pytest.mark.parametrize(
    ("texts", "threshold", "message"),
    [
        (["停水"], 0, "threshold is 0; it must be above 0"),
        (["停水"], "half", "threshold is 'half'; it must be above 0"),
        ("停水", 0.5, "texts is one str"),
        ([None], 0.5, "message 0: text and title must be str"),
    ],
)
def test_groups_check_what_they_are_given(texts: Any, threshold: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        near_duplicate_groups(texts, threshold)


def test_rows_read_with_damage_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    rows = [f"{i}栋停水,水\n".encode() for i in range(600)]
    rows[7] = b"\xff\xfe\xff,\xe6\xb0\xb4\n"
    rows[550] = "又停水".encode() + b"\xff" + ",水\n".encode()
    rows[3] = "停电,电\n".encode()
    path.write_bytes("内容,科室\n".encode() + b"".join(rows))
    corpus = read_corpus(path, {"k": "科室"}, encoding="utf-8")
    assert len(corpus) == 598
    assert not any("\ufffd" in text or "\\x" in text for text in corpus.texts)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises((TableError, InputError), match="nowhere"):
        complaintnlp.train(tmp_path / "nowhere.csv", targets={"k": "k"})


def test_a_data_frame_is_a_table() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {"text": ["停水", None, "停电", "断电"], "k": ["水", "水", None, "电"]}
    )
    assert read_corpus(table, {"k": "k"}).texts == ["停水", "断电"]
    assert read_corpus(table.astype("string"), {"k": "k"}).texts == ["停水", "断电"]


def test_a_data_frame_without_a_header() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame([["停水", "水"], ["停电", "电"]])
    corpus = read_corpus(table, {"k": "1"}, text_column="0")
    assert corpus.texts == ["停水", "停电"]
    with pytest.raises(InputError, match="no text column among 0, 1"):
        read_corpus(table, {"k": "1"})
    with pytest.raises(InputError, match="no column 'k' among 0, 1"):
        read_corpus(table, {"k": "k"}, text_column="0")


def test_reposts_share_a_group() -> None:
    post = "我们小区三栋的电梯坏了两个多月，物业一直推脱说没有钱修，老人上下楼非常困难"
    groups = near_duplicate_groups(
        [post, "转发：" + post + "！求关注", "学校门口的红绿灯时间太短了"]
    )
    assert groups[0] == groups[1] != groups[2]


def test_messages_of_one_case_share_a_group() -> None:
    texts = ["路灯不亮", "医保在哪里缴费", "公交车不停站", "楼下噪音太大", "学校食堂太贵"]
    cases = ["七号", "", "七号", None, ""]
    groups = near_duplicate_groups(texts, cases=cases)
    assert groups.tolist() == [0, 1, 0, 2, 3]
    labels = {"k": ["甲", "乙", "乙", "乙", "甲"]}
    corpus = Corpus(texts, [None] * 5, labels, cases=cases)
    assert corpus.groups().tolist() == groups.tolist()
    assert corpus.take(np.array([2, 0])).groups().tolist() == [0, 0]
    with pytest.raises(InputError, match="cases has 1 values, texts 2"):
        near_duplicate_groups(texts[:2], cases=["七号"])
    with pytest.raises(InputError, match="cases has 1 values"):
        Corpus(texts, [None] * 5, labels, cases=["七号"])


def test_a_message_is_not_judged_by_what_its_case_taught() -> None:
    random = np.random.default_rng(0)
    words = ["路灯", "医保", "公交", "学校", "噪音", "拆迁", "工资", "社保", "停水", "电梯"]
    texts, labels, cases = [], [], []
    for number in range(120):
        said = "".join(random.permutation(words))
        label = str(random.choice(["甲", "乙"]))
        texts += [said + chr(0x4E00 + 7 * number), chr(0x4E00 + 7 * number)]
        labels += [label, label]
        cases += [str(number)] * 2
    features = FeatureSettings(min_df=1, max_features=5000)

    def accuracy(cases: list[str] | None) -> float:
        corpus = Corpus(texts, [None] * len(texts), {"k": labels}, cases=cases)
        fitted = fit_out_of_fold(corpus, features=features, settings=TrainingSettings(n_jobs=1))
        found = fitted.probabilities["k"].argmax(axis=1)
        return float((found == corpus.codes("k"))[1::2].mean())

    assert accuracy(None) > accuracy(cases) + 0.2


def test_yes_no_and_other_right_labels() -> None:
    corpus = Corpus(
        ["着火", "停水", "漏电"],
        [None] * 3,
        {"hazard": ["是", "0", "TRUE"], "department": ["消防", "公用", "公用"]},
        {"department": [("应急", "公用"), (), ("不认识",)], "hazard": [("否",), (), ()]},
    )
    assert corpus.codes("hazard").tolist() == [1, 0, 1]
    assert corpus.classes["department"] == ("公用", "消防")
    assert corpus.acceptable("hazard").tolist() == [[True, True], [True, False], [False, True]]
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
