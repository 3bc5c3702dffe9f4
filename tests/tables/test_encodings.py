from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.errors import InputError, TableError
from complaintnlp.tables import ReadOptions, open_tables
from complaintnlp.tables.encodings import detect_encoding, known_encoding, show_damage
from complaintnlp.tables.sources import TextStream

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = "编号,留言主题,留言详情\n1,路灯不亮,东四路口的路灯坏了三天，夜里看不见台阶。\n"
LEVEL_1 = bytes(
    byte for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFF) for byte in (lead, trail)
).decode("gb2312")
hanzi = st.text(st.sampled_from(LEVEL_1), min_size=8)


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (CHINESE.encode("utf-8"), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("gbk"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (CHINESE.encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode("utf-16-be"), "utf-16-be"),
        (CHINESE.encode("utf-32"), "utf-32"),
        (b"id,text\n1,water\n", "utf-8"),
        (b"", "utf-8"),
    ],
)
def test_detects(encoded: bytes, expected: str) -> None:
    assert detect_encoding(encoded) == expected


@given(hanzi)
def test_gb18030_is_never_taken_for_utf8(text: str) -> None:
    assert detect_encoding(f"内容\n{text}\n".encode("gb18030")) == "gb18030"


@given(hanzi, st.data())
def test_broken_bytes_do_not_change_the_encoding(text: str, data: st.DataObject) -> None:
    whole = bytearray(f"留言编号,留言主题,留言详情\n1,停水,{text}\n".encode())
    for _ in range(3):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0x80, 0xFF))
    assert detect_encoding(bytes(whole)) == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_damage_is_kept_and_the_rest_is_read(encoding: str) -> None:
    broken = "停水".encode(encoding) + b"\xff\xdf\xff" + "\n路灯\n".encode(encoding)
    if encoding == "utf-16-le":
        broken = "停水".encode(encoding) + b"\x00\xd8" + "\n路灯\n".encode(encoding)
    lines = list(TextStream(io.BytesIO(broken), encoding, newline=""))
    assert lines[0].startswith("停水")
    assert show_damage(lines[0]) != lines[0]
    assert lines[1] == "路灯\n"


def test_a_byte_before_a_line_break_does_not_swallow_it() -> None:
    stream = TextStream(io.BytesIO(b"\xcd\xa3\xb3\n\xcb\xae\n"), "gb18030", newline="")
    assert [show_damage(line) for line in stream] == ["停\\xb3\n", "水\n"]


@pytest.mark.parametrize("name", ["base64", "klingon", "", "utf\0", "idna", "punycode"])
def test_unknown_encoding_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="gb18030"):
        known_encoding(name)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf16_with_or_without_its_mark(encoding: str) -> None:
    stream = TextStream(io.BytesIO(CHINESE.encode(encoding)), "UTF16", newline="")
    assert stream.read() == CHINESE
    assert TextStream(io.BytesIO(b""), "utf-16", newline="").read() == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_mark_that_is_wanted_and_missing(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(CHINESE.encode())
    message = rf"in.csv: is not {encoding}: .* looks like utf-8; leave --encoding out"
    with pytest.raises(TableError, match=message):
        open_tables(str(path), ReadOptions(encoding=encoding))
