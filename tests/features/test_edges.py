from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import complaintnlp
from complaintnlp.features import FeatureSettings, Vectorizer
from complaintnlp.features.edges import REACH, edges
from complaintnlp.text import Segmenter
from complaintnlp.text.characters import END, encode_basic

FIELDS = st.lists(st.text("停水吗路 ", max_size=2 * REACH), min_size=2, max_size=6).filter(
    lambda fields: len(fields) % 2 == 0
)


@given(FIELDS)
def test_each_field_gives_its_last_characters_and_its_mark(fields: list[str]) -> None:
    window, size = edges(encode_basic("".join(field + END for field in fields)))
    characters = "".join(chr(code & 0xFFFF) for code in window.tolist())
    wanted = [(field + END)[-REACH - 1 :] for field in fields]
    assert characters == "".join(wanted)
    assert size.tolist() == [len(edge) for edge in wanted]


@given(FIELDS)
def test_a_message_has_the_edges_that_it_has_in_company(fields: list[str]) -> None:
    pairs = [fields[i : i + 2] for i in range(0, len(fields), 2)]
    together = edges(encode_basic("".join(field + END for field in fields)))
    alone = [edges(encode_basic("".join(field + END for field in pair))) for pair in pairs]
    assert together.size.tolist() == [n for one in alone for n in one.size.tolist()]
    first_two = 0xFFFFFFFF  # what stands behind a message is another one
    ends = {i for i, key in enumerate(together.window.tolist()) if key & 0xFFFF == ord(END)}
    ours = [key & first_two for key in together.window.tolist()]
    theirs = [key & first_two for one in alone for key in one.window.tolist()]
    assert all(i in ends or a == b for i, (a, b) in enumerate(zip(ours, theirs, strict=True)))


def test_terms_of_the_edges_are_named_after_them_and_keep_function_words() -> None:
    settings = FeatureSettings(blocks=("edge characters",), min_df=1)
    vectorizer = Vectorizer(settings, Segmenter()).fit(["明天来水吗？"], ["停了"])
    terms = {vectorizer.term(i) for i in range(len(vectorizer.keys_))}
    assert {"吗 (end)", "水吗 (end)", "吗， (end)", "了 (title)", "停了 (title)"} <= terms
    assert not any("了明" in term for term in terms)  # no term lies in two fields


def test_what_is_wanted_may_be_said_in_function_words_alone() -> None:
    matters = ["水管漏水", "路灯不亮", "公交车晚点", "垃圾没有清运", "学校招生"] * 4
    table = {
        "text": [f"{matter}，什么时候可以吗" for matter in matters]
        + [f"{matter}，我们都不能这样了" for matter in matters],
        "kind": ["咨询"] * 20 + ["投诉"] * 20,
    }
    clf = complaintnlp.train(
        table,
        {"kind": "kind"},
        features=FeatureSettings(blocks=("words", "edge characters")),
        n_jobs=1,
    )
    assert clf.predict("楼道很脏，什么时候可以吗").kind.label == "咨询"
    assert clf.predict("楼道很脏，我们都不能这样了").kind.label == "投诉"
    assert any("吗" in term for term, _ in clf.explain("楼道很脏，什么时候可以吗", target="kind"))
