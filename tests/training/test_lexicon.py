from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

import complaintnlp
from complaintnlp import InputError
from complaintnlp.features import FeatureSettings, Vectorizer
from complaintnlp.text import Segmenter
from complaintnlp.training import Lexicon, read_lexicon
from complaintnlp.training.heads import fit_one

if TYPE_CHECKING:
    from pathlib import Path

MESSAGES = {
    "text": ["水管坏了", "水费太贵", "停水三天", "水压很低", "水表不准"] * 4
    + ["公交晚点", "地铁太挤", "出租车拒载", "班车停运", "司机骂人"] * 4,
    "kind": ["水"] * 20 + ["车"] * 20,
}
WATER = ["水管", "水费", "停水", "水压", "水表", "自来水厂"]
RIDES = ["公交", "地铁", "出租车", "班车", "司机", "网约车"]
LEXICON = {
    "word": [*WATER, *RIDES],
    "concept": ["供水"] * len(WATER) + ["出行"] * len(RIDES),
    "weight": [1] * (len(WATER) + len(RIDES)),
}


@pytest.mark.parametrize(("text", "kind"), [("自来水厂在哪里", "水"), ("网约车在哪里", "车")])
def test_a_word_that_no_message_has_speaks_by_its_concept(text: str, kind: str) -> None:
    plain = FeatureSettings(blocks=("words",), min_df=1)
    knowing = complaintnlp.train(
        MESSAGES, {"kind": "kind"}, lexicon=LEXICON, features=plain, n_jobs=1
    )
    ignorant = complaintnlp.train(MESSAGES, {"kind": "kind"}, features=plain, n_jobs=1)
    assert knowing.predict(text).kind.label == kind
    assert knowing.predict(text).kind.confidence > ignorant.predict(text).kind.confidence
    word = text[: text.index("在")]
    assert word in dict(knowing.explain(text, target="kind"))
    assert word not in dict(ignorant.explain(text, target="kind"))


def test_any_table_is_a_lexicon(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.csv"
    path.write_bytes("备注,weight,concept,word\n,0.5,户籍,准遷證\n,1,户籍,落户\n".encode("gb18030"))
    assert read_lexicon(path).weights == {"准迁证": {"户籍": 0.5}, "落户": {"户籍": 1.0}}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"word": ["水"], "weight": [1]}, "no column 'concept' among word, weight"),
        ({"word": ["水"], "concept": ["供水"], "weight": ["多"]}, "'水' is '多'; give a number"),
        ({"word": ["水"], "concept": ["供水"], "weight": [2]}, "'水' for '供水' is 2.0; it must"),
        ({"word": ["水"], "concept": ["供水"], "weight": ["nan"]}, "above 0 and at most 1"),
        ({"word": [""], "concept": ["供水"], "weight": [1]}, "no word"),
        (5, "table is of type int"),
    ],
)
def test_mistakes_are_explained(table: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        complaintnlp.train(MESSAGES, {"kind": "kind"}, lexicon=table, n_jobs=1)


def test_the_vocabulary_takes_what_is_known_however_rare() -> None:
    texts = [*MESSAGES["text"], "准迁证"]
    few = FeatureSettings(blocks=("words", "pairs"), min_df=3, max_features=6)
    known = ["准迁证", "自来水厂", "的", "water", "水 管", ""]
    vectorizer = Vectorizer(few, Segmenter()).fit(texts, [None] * len(texts), known)
    terms = [vectorizer.term(i) for i in range(len(vectorizer.keys_))]
    assert len(terms) == 6
    assert terms[-2:] == ["准迁证", "自来水厂"]
    assert not {"的", "water", "水 管", ""} & set(vectorizer.words_)
    assert list(vectorizer.idf_) == sorted(vectorizer.idf_)
    no_words = FeatureSettings(blocks=("characters 2",), min_df=1)
    vectorizer = Vectorizer(no_words, Segmenter()).fit(texts, [None] * len(texts), known)
    assert "自来水厂" not in [vectorizer.term(i) for i in range(len(vectorizer.keys_))]


def test_pairs_of_words_are_entries_too() -> None:
    texts = ["读书的公交", "公交读书"]
    both = FeatureSettings(blocks=("words", "lead words", "pairs"), min_df=1)
    vectorizer = Vectorizer(both, Segmenter()).fit(texts, [None] * 2)
    lexicon = Lexicon({"读书 公交": {"公交": 0.5}, "读书": {"学校": 1.0}})
    matrix = lexicon.matrix(vectorizer).toarray()
    spoken = {vectorizer.term(i): row.tolist() for i, row in enumerate(matrix) if row.any()}
    assert lexicon.concepts_ == ("公交", "学校")
    assert spoken == {"读书 公交": [0.5, 0], "读书": [0, 1], "读书 (lead)": [0, 1]}


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_concepts_are_handed_down_to_terms_without_loss(n_classes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    dense = random.random((60, 30)) * (random.random((60, 30)) < 0.3)
    codes = np.arange(60) % n_classes
    rows = csr_matrix(dense.astype(np.float32))
    concepts = csr_matrix((random.random((30, 4)) < 0.3).astype(np.float32))
    machine = LinearSVC(class_weight="balanced", random_state=0, tol=1e-2, max_iter=10_000)
    seen = hstack([rows, rows @ concepts * 2.5], format="csr")
    logits = machine.fit(seen, codes).decision_function(seen).reshape(60, -1)
    ours = halves(rows, codes, n_classes, concepts) - halves(rows, codes, n_classes, None)
    plain = machine.fit(rows, codes).decision_function(rows).reshape(60, -1)
    theirs = logits / logits.std() - plain / plain.std()
    np.testing.assert_allclose(ours, theirs / 2, atol=1e-4)


def halves(
    rows: csr_matrix, codes: np.ndarray, n_classes: int, concepts: csr_matrix | None
) -> np.ndarray:
    coefficients, intercept = fit_one(
        rows, codes, np.ones(60), n_classes, seed=0, cost=1.0, concepts=concepts
    )
    logits: np.ndarray = rows @ coefficients + intercept
    return logits


def test_a_lexicon_needs_words() -> None:
    with pytest.raises(InputError, match="no word"):
        Lexicon({})
