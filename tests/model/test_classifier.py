from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import complaintnlp
from complaintnlp import ComplaintNLPError, InputError

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp import Classifier

POEM = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。"


@pytest.fixture(scope="module")
def bundled() -> Classifier:
    return complaintnlp.load(verify=True)


@pytest.mark.parametrize(
    ("text", "departments"),
    [
        ("小区电梯间窗户低，且没装限位器", {"住建", "属地"}),
        ("我家下水管道堵塞了，您能帮忙找人疏通下吗？", {"城管", "公用"}),
        ("楼道停放车辆，堵塞了消防通道，请您帮忙解决", {"消防"}),
        ("请问2024年城乡居民医保什么时候可以缴费，在哪里缴", {"医保"}),
    ],
)
def test_a_new_users_messages(bundled: Classifier, text: str, departments: set[str]) -> None:
    prediction = bundled.predict(text)
    assert prediction.department.label in departments
    assert (prediction.appeal_type.label == "咨询") == text.startswith("请问")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "asdf qwer zxcv",
        "The lift in our building is broken.",
        POEM,
        "😡😡😡",
        "13800001111",
    ],
)
def test_what_is_no_complaint_needs_review(bundled: Classifier, text: str) -> None:
    prediction = bundled.predict(text)
    assert prediction.needs_review
    assert prediction.review_reasons


def test_the_public_names(small_classifier: Classifier) -> None:
    prediction = small_classifier.predict("楼下烧烤店油烟太大", title="油烟扰民")
    for target in ("category", "department", "appeal_type", "hazard"):
        part = getattr(prediction, target)
        labels = [label for label, _ in part.ranking]
        probabilities = [probability for _, probability in part.ranking]
        assert part.label == labels[0]
        assert part.confidence == probabilities[0]
        assert probabilities == sorted(probabilities, reverse=True)
        assert sum(probabilities) == pytest.approx(1, abs=1e-4)
        assert set(labels) == set(small_classifier.classes_[target])
    assert isinstance(prediction.hazard.label, bool)
    assert prediction.needs_review == bool(prediction.review_reasons)
    values = json.loads(json.dumps(prediction.to_dict()))
    assert list(values) == [
        "category",
        "department",
        "appeal_type",
        "hazard",
        "needs_review",
        "review_reasons",
    ]
    assert set(values["department"]) == {"label", "confidence", "ranking"}


def test_a_missing_target_names_those_there_are(small_classifier: Classifier) -> None:
    prediction = small_classifier.predict("停水")
    with pytest.raises(AttributeError, match="category, department, appeal_type, hazard"):
        _ = prediction.urgency
    with pytest.raises(InputError, match="category, department"):
        small_classifier.explain("停水", target="urgency")


def test_many_messages_are_predicted_lazily(small_classifier: Classifier) -> None:
    taken = count()

    def endless() -> object:
        for number in taken:
            yield f"第{number}号楼停水"

    first = list(islice(small_classifier.predict_many(endless()), 3))  # type: ignore[arg-type]
    assert len(first) == 3
    assert next(taken) < 1000


def test_batch_single_and_threads_agree_to_the_last_bit(
    small_classifier: Classifier, messages: list[dict[str, str]]
) -> None:
    texts = [row["留言详情"] for row in messages[:600]]
    titles = [row["留言主题"] for row in messages[:600]]
    many = [p.to_dict() for p in small_classifier.predict_many(texts, titles)]
    one_by_one = [
        small_classifier.predict(*pair).to_dict() for pair in zip(texts, titles, strict=True)
    ]
    with ThreadPoolExecutor(16) as pool:
        threaded = [p.to_dict() for p in pool.map(small_classifier.predict, texts, titles)]
    assert many == one_by_one
    assert many == threaded


@settings(max_examples=60)
@given(st.text(max_size=80), st.none() | st.text(max_size=20))
def test_any_text_gets_an_answer(
    small_classifier: Classifier, text: str, title: str | None
) -> None:
    prediction = small_classifier.predict(text, title)
    assert prediction.department.label in small_classifier.classes_["department"]


def test_wrong_arguments_are_named(small_classifier: Classifier) -> None:
    with pytest.raises(InputError, match=r"message 0: .* not NoneType"):
        small_classifier.predict(None)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="one str"):
        list(small_classifier.predict_many("停水"))
    with pytest.raises(InputError, match="not of the same length"):
        list(small_classifier.predict_many(["停水", "停电"], titles=["水"]))
    with pytest.raises(InputError, match="2 texts and 1 titles"):
        small_classifier.predict_batch(["停水", "停电"], ["水"])


def test_a_wrong_message_is_named_by_its_place_among_all(small_classifier: Classifier) -> None:
    texts: list[object] = ["停水"] * 400
    texts[300] = None
    with pytest.raises(InputError, match=r"message 300: .* not NoneType"):
        list(small_classifier.predict_many(texts))  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["停水停电", 5, None])
def test_what_are_no_messages_is_refused(small_classifier: Classifier, wrong: object) -> None:
    with pytest.raises(InputError, match=r"texts is .*; give a list, with a str for each message"):
        small_classifier.predict_batch(wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"texts is .*; give a list"):
        small_classifier.predict_many(wrong)  # type: ignore[arg-type]
    if wrong is not None:
        with pytest.raises(InputError, match=r"titles is .*; give a list"):
            small_classifier.predict_batch(["停水"], wrong)  # type: ignore[arg-type]
        with pytest.raises(InputError, match=r"titles is .*; give a list"):
            small_classifier.predict_many(["停水"], wrong)  # type: ignore[arg-type]


def test_a_batch_is_no_iterator(small_classifier: Classifier) -> None:
    with pytest.raises(InputError, match="texts is of type list_iterator; give a list"):
        small_classifier.predict_batch(iter(["停水"]))  # type: ignore[arg-type]
    assert len(list(small_classifier.predict_many(iter(["停水"]), iter(["水"])))) == 1


def test_a_promise_is_a_number(small_classifier: Classifier) -> None:
    with pytest.raises(InputError, match="review_risk must be a number, not str"):
        small_classifier.with_review_risk("low")  # type: ignore[arg-type]


def test_an_error_of_the_callers_iterator_is_the_callers(small_classifier: Classifier) -> None:
    def broken() -> object:
        yield "停水"
        raise ValueError("the database went away")

    with pytest.raises(ValueError, match="database") as caught:
        list(small_classifier.predict_many(broken()))  # type: ignore[arg-type]
    assert not isinstance(caught.value, ComplaintNLPError)


def test_contributions_sum_to_the_score(small_classifier: Classifier) -> None:
    text, title = "物业乱收费，电梯三天两头坏，没人管", "物业问题"
    for position, target in enumerate(small_classifier.targets):
        words = small_classifier.explain(text, title, target=target, top=10_000)
        rows = small_classifier.vectorizer.transform([text], [title])
        layer = small_classifier.calibration
        scores = layer.scores(small_classifier.heads.decision_function(rows))[0]
        start = sum(layer.sizes[:position])
        own = scores[start : start + layer.sizes[position]]
        assert sum(value for _, value in words) == pytest.approx(own.max() - own.mean(), abs=1e-4)
        sizes = [abs(value) for _, value in words]
        assert sizes == sorted(sizes, reverse=True)
        assert all(word in f"{title}|{text}" for word, _ in words if word != "(intercept)")


def test_a_stricter_promise_sends_more_to_review(
    bundled: Classifier, messages: list[dict[str, str]]
) -> None:
    texts = [row["留言详情"] for row in messages[:400]]
    shares = [
        bundled.with_review_risk(risk).predict_batch(texts).needs_review.mean()
        for risk in (0.02, 0.05, 0.2)
    ]
    assert shares[0] > shares[1] >= shares[2]
    with pytest.raises(InputError, match="at least"):
        complaintnlp.load(review_risk=0.0001)


def test_columns_of_a_batch_agree_with_its_rows(small_classifier: Classifier) -> None:
    batch = small_classifier.predict_batch(["停水", "学校乱收费", ""])
    for row in range(3):
        for target in batch.targets:
            part = getattr(batch[row], target)
            assert batch.labels(target)[row] == part.label
            assert batch.confidences(target)[row] == part.confidence
            assert batch.top(target, 2)[row] == tuple(label for label, _ in part.ranking[:2])
        assert batch.needs_review[row] == batch[row].needs_review
    assert len(small_classifier.predict_batch([])) == 0


@pytest.mark.parametrize("size", [255, 256, 257, 600])
def test_a_large_batch_answers_as_its_messages_alone(
    bundled: Classifier, messages: list[dict[str, str]], size: int
) -> None:
    texts = [row["留言详情"] for row in messages[:size]]
    titles = [row["留言主题"] or None for row in messages[:size]]
    batch = bundled.predict_batch(texts, titles)
    assert len(batch) == size
    for row in (0, 100, 254, size - 1):
        alone = bundled.predict_batch([texts[row]], [titles[row]])
        for target in batch.targets:
            both = batch.probabilities[target][row], alone.probabilities[target][0]
            np.testing.assert_array_equal(*both)
        assert batch.review_reasons[row] == alone.review_reasons[0]


def test_predicting_imports_neither_scikit_learn_nor_jieba(small_model: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, complaintnlp\n"
        f"complaintnlp.load({str(small_model)!r}).predict('停水')\n"
        "heavy = {'sklearn', 'pandas', 'jieba', 'scipy', 'click'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_probabilities_are_rounded_where_they_are_printed(small_classifier: Classifier) -> None:
    probabilities = small_classifier.predict_batch(["停水"]).probabilities["department"]
    assert (probabilities == np.round(probabilities, 6)).all()
