from __future__ import annotations

import pytest

from complaintnlp.routing.toml_lines import TomlLines

DOCUMENT = """\
# version = 0
version = 1
[duty]
hours = "9:00-17:30" # [not.a.table]
years.2027.holidays = [
  2027-01-01,
  2027-01-02,
]
[[rules]]
name = "a"
when = { phrases = ["[[x]]", "["],
  without = ["}"] }

[[rules]]
name = '''
[[rules]]
name = "no key"
'''
"a key".b = 1

[[rules.more]]
x = 1
[[rules.more]]
x = 2
[rules.last]
y = 3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 2),
        (("duty",), 3),
        (("duty", "hours"), 4),
        (("duty", "years", "2027", "holidays"), 5),
        (("rules", 0), 9),
        (("rules", 0, "name"), 10),
        (("rules", 0, "when", "phrases"), 11),
        (("rules", 1), 14),
        (("rules", 1, "name"), 15),
        (("rules", 1, "a key", "b"), 19),
        (("rules", 1, "more", 0, "x"), 22),
        (("rules", 1, "more", 1, "x"), 24),
        (("rules", 1, "last", "y"), 26),
        (("nothing", "here"), 1),
        (("rules", 1, "absent"), 14),
    ],
)
def test_every_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert TomlLines(DOCUMENT).of(path) == line


def test_an_item_of_a_long_list_has_its_line() -> None:
    lines = TomlLines(DOCUMENT)
    assert lines.of(("duty", "years", "2027", "holidays"), holding="2027-01-02") == 7
    assert lines.of(("rules", 0, "when"), holding="}") == 12
    assert lines.of(("rules", 0, "name"), holding="absent") == 10
