from __future__ import annotations

from complaintnlp.features.keys import term_words


def test_a_run_of_characters_lies_in_the_words_that_it_touches() -> None:
    message = ["小区", "物业", "收费"]
    assert term_words(ord("收") << 16 | ord("业"), [], message) == ["物业", "收费"]
    assert term_words(ord("业") << 16 | ord("物"), [], message) == ["物业"]


def test_a_run_that_the_message_lacks_is_no_words_merit() -> None:
    assert term_words(ord("水") << 16 | ord("停"), [], ["灯"]) == ["停水"]
    assert term_words(ord("水") << 16 | ord("停"), [], ["路灯", "坏"]) == ["停水"]
