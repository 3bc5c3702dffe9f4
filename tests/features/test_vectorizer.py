from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from complaintnlp import InputError
from complaintnlp.features import FeatureSettings, Vectorizer
from complaintnlp.features.terms import BLOCKS
from complaintnlp.text import Segmenter

if TYPE_CHECKING:
    from complaintnlp import Classifier

TEXTS = [
    "小区停水三天了没人管",
    "公交车不停站，司机骂人",
    "小区物业收费太贵，停水不通知",
    "",
    "公交车停运，没人通知",
]
PLAIN = FeatureSettings(
    blocks=("words", "pairs"), min_df=1, lead_gain=0, stop_words=(), max_features=10**6
)


def dense(vectorizer: Vectorizer, texts: list[str]) -> csr_matrix:
    rows = vectorizer.transform(texts, [None] * len(texts))
    return csr_matrix((rows.data, rows.indices, rows.indptr), (len(texts), len(vectorizer.keys_)))


def test_words_and_pairs_equal_scikit_learn() -> None:
    segmenter = Segmenter()
    vectorizer = Vectorizer(PLAIN, segmenter).fit(TEXTS, [None] * len(TEXTS))
    reference = TfidfVectorizer(
        tokenizer=segmenter.words, token_pattern=None, lowercase=False, ngram_range=(1, 2)
    ).fit(TEXTS)
    ours, theirs = dense(vectorizer, TEXTS), reference.transform(TEXTS)
    names = [vectorizer.term(column) for column in range(ours.shape[1])]
    assert sorted(names) == sorted(reference.vocabulary_)
    # Every count is one here, so log1p(1) is a factor that the unit length takes away.
    order = [reference.vocabulary_[name] for name in names]
    np.testing.assert_allclose(ours.toarray(), theirs[:, order].toarray(), atol=1e-6)


@pytest.mark.parametrize("length", [2, 3, 4])
def test_character_ngrams_cross_words_but_not_fields(length: int) -> None:
    settings = FeatureSettings(blocks=(f"characters {length}",), min_df=1, stop_words=())
    vectorizer = Vectorizer(settings, Segmenter()).fit(["停水，没人管"], ["小区物业"])
    text = {vectorizer.term(column) for column in range(len(vectorizer.keys_))}
    expected = set()
    for field in ("停水没人管", "小区物业"):
        expected |= {field[i : i + length] for i in range(len(field) - length + 1)}
    assert text == expected


@pytest.mark.parametrize(("block", "distance"), [("pairs", 1), ("skip pairs", 2)])
def test_pairs_do_not_cross_fields_or_unknown_words(block: str, distance: int) -> None:
    settings = FeatureSettings(blocks=(block,), min_df=1, stop_words=())
    vectorizer = Vectorizer(settings, Segmenter()).fit(["停水三天没人管"], ["小区物业收费"])
    terms = {vectorizer.term(column) for column in range(len(vectorizer.keys_))}
    fields = [vectorizer.content_words(text, None) for text in ("停水三天没人管", "小区物业收费")]
    joint = " " if distance == 1 else " … "
    expected = {
        joint.join(pair) for words in fields for pair in zip(words, words[distance:], strict=False)
    }
    assert terms == expected


def test_title_and_tail_words_are_those_at_the_ends() -> None:
    settings = FeatureSettings(blocks=("title words", "tail words"), lead=2, min_df=1)
    vectorizer = Vectorizer(settings, Segmenter()).fit(["停水噪音油烟"], ["物业电梯"])
    terms = {vectorizer.term(column) for column in range(len(vectorizer.keys_))}
    assert terms == {"物业 (title)", "电梯 (title)", "噪音 (end)", "油烟 (end)"}


def test_coverage_is_the_share_of_known_words() -> None:
    settings = FeatureSettings(blocks=("words",), min_df=1)
    vectorizer = Vectorizer(settings, Segmenter()).fit(["停水噪音"], [None])
    texts, titles = ["停水油烟", "停水", "油烟", "abc"], ["噪音", None, None, None]
    assert vectorizer.transform(texts, titles).coverage.tolist() == [2 / 3, 1, 0, 0]
    assert vectorizer.transform(texts[:1], titles[:1]).coverage.tolist() == [2 / 3]


def test_rows_have_unit_length_and_ascending_columns(small_classifier: Classifier) -> None:
    rows = small_classifier.vectorizer.transform(TEXTS, ["停水", *[None] * 4])
    for start, end in pairwise(rows.indptr.tolist()):
        if end > start:
            assert np.linalg.norm(rows.data[start:end]) == pytest.approx(1, abs=1e-6)
            assert (np.diff(rows.indices[start:end]) > 0).all()
    assert rows.indptr[4] == rows.indptr[3]
    assert rows.coverage[3] == 0


@settings(max_examples=60)
@given(
    st.lists(st.text(st.sampled_from("停水电梯小区物业收费的了，。 A1\n"), max_size=40), max_size=8)
)
def test_a_row_does_not_depend_on_its_company(
    small_classifier: Classifier, texts: list[str]
) -> None:
    vectorizer = small_classifier.vectorizer
    together = vectorizer.transform(texts, [None] * len(texts))
    for i, text in enumerate(texts):
        alone = vectorizer.transform([text], [None])
        part = slice(together.indptr[i], together.indptr[i + 1])
        assert together.indices[part].tolist() == alone.indices.tolist()
        assert together.data[part].tolist() == alone.data.tolist()
        assert together.coverage[i] == alone.coverage[0]


def test_the_lead_counts_more() -> None:
    settings = FeatureSettings(blocks=("words",), min_df=1, lead_gain=2.0)
    vectorizer = Vectorizer(settings, Segmenter()).fit(["停水噪音"], [None])
    rows = vectorizer.transform(["停水噪音"], [None])
    weight = dict(zip(map(vectorizer.term, rows.indices.tolist()), rows.data, strict=True))
    assert weight["停水"] > weight["噪音"]


def test_vocabulary_holds_no_digit_and_no_rare_term() -> None:
    texts = ["电话13800001111，A7县三组", "我叫张三，电话13800001111"] * 3 + ["罕见的词"]
    vectorizer = Vectorizer(FeatureSettings(min_df=5), Segmenter()).fit(texts, [None] * len(texts))
    terms = [vectorizer.term(column) for column in range(len(vectorizer.keys_))]
    assert terms
    assert not any(
        character.isascii() and character.isalnum() for t in terms for character in t.split(" (")[0]
    )
    assert not any("罕见" in term for term in terms)


def test_settings_are_checked() -> None:
    with pytest.raises(InputError, match="unknown feature blocks"):
        FeatureSettings(blocks=("sentences",))
    with pytest.raises(InputError, match="must be positive"):
        FeatureSettings(min_df=0)
    with pytest.raises(InputError, match="min_df"):
        Vectorizer(FeatureSettings(min_df=5), Segmenter()).fit(["停水"], [None])
    everything = FeatureSettings(blocks=tuple(BLOCKS))
    assert FeatureSettings.from_dict(everything.to_dict()) == everything
