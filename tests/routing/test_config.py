from __future__ import annotations

import sys
import zoneinfo
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaintnlp.routing import check
from tests.routing.conftest import COUNTY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.routing.conftest import CityWriter

WRONG = """\
version = 2
timezone = "Asia/Changsha"
defualt_unit = "群众工作部"
default_unit = "群众工作"
unknown = 1

[districts]
"东区" = ["城"]
"西区" = ["东区"]

[places]
gazetteer = "absent.csv"

[duty]
hours = "9-17"
appeal_types = ["询问"]
[duty.years.27]
[duty.years.2027]
holidays = ["2027-13-01", 2026-01-01, 2027-05-01]
workdays = ["2027-05-01"]

[urgent]
threshold = 1.5
words = "漏电"

[supporting]
threshold = "high"
at_most = 1.5

[grid]
lead = "街道"

[[units]]
name = "群众工作部"
[[units]]
name = "住建局"
codes = [
  "住建",
  "住件",
]
[[units]]
name = "房产局"
aliases = ["住建局"]
codes = ["住建"]
districts = "南区"
[[units]]
codes = 5

[[rules]]
name = "空"
[[rules]]
name = "空"
when = { phrases = ["…"], district = ["东区"], departments = ["城官"] }
unit = "住建居"
department = "住建"
mode = "online"
"""


def test_every_mistake_is_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "routing.toml"
    path.write_text(WRONG, "utf-8")
    problems = check(path)
    assert {problem.file for problem in problems} == {str(path)}
    found = [(problem.line, problem.problem, problem.remedy) for problem in problems]
    expected = [
        (1, "version is 2", "this release reads version = 1"),
        (2, "Asia/Changsha is no known time zone", "write it as Asia/Shanghai"),
        (3, "defualt_unit is not a known key", "did you mean default_unit?"),
        (4, "群众工作 is no unit in [[units]]", "did you mean 群众工作部?"),
        (5, "unknown is not a known key", "remove it, or use one of"),
        (8, "the name 城 has one character", "write at least two"),
        (9, "东区 already stands for 东区", "give each name to one district"),
        (12, f"there is no file {tmp_path / 'absent.csv'}", "write its path from this file"),
        (15, "9-17 are no hours", "write it as 9:00-17:30"),
        (16, "询问 is no appeal type", "did you mean 咨询?"),
        (17, "27 is no year", "write it as [duty.years.2027]"),
        (19, "2027-13-01 is no date", "write 2027-01-01"),
        (19, "2026-01-01 is not in 2027", "move it to its year"),
        (20, "2027-05-01 is a holiday and a working day", "remove it from one of the lists"),
        (23, "threshold is 1.5", "it must be a number from 0 to 1"),
        (27, "threshold is 'high'", "it must be a number from 0 to 1"),
        (28, "at_most is 1.5", "it must be a whole number from 0 to 3"),
        (30, "[grid] would take every message", "add a when"),
        (31, "街道 is no department code", "use one of"),
        (39, "住件 is no department code", "did you mean 住建?"),
        (43, "住建局 already stands for 住建局", "give each name to one unit"),
        (44, "住建 is already the task of 住建局", "give it to one of them"),
        (45, "南区 is no district in [districts]", "did you mean"),
        (46, "name is missing", 'add name = "…"'),
        (47, "codes is 5", "it must be a list of texts"),
        (49, "rule 空 applies to all messages", "add a when"),
        (49, "rule 空 decides nothing", "add unit, department, supporting or mode"),
        (52, "two rules are called 空", "name each differently"),
        (53, "… has no words", "write words around"),
        (53, "district is not a known key", "did you mean districts?"),
        (53, "城官 is no department code", "did you mean 城管?"),
        (54, "住建居 is no unit in [[units]]", "did you mean 住建局?"),
        (55, "a rule names a unit or a department", "remove one"),
        (56, "online is no mode that a rule can set", "use one of dispatch grid review urgent"),
    ]
    for line, problem, remedy in expected:
        assert any(
            line == at and problem in said and help_.startswith(remedy) for at, said, help_ in found
        ), (line, problem, [entry for entry in found if entry[0] == line])
    assert len(found) == len(expected), set(found) - {
        entry for entry in found if any(entry[0] == e[0] and e[1] in entry[1] for e in expected)
    }


def test_without_time_zones_the_remedy_is_said(
    city: CityWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = city.path()
    for module in ("tzdata", *(name for name in sys.modules if name.startswith("tzdata."))):
        monkeypatch.setitem(sys.modules, module, None)
    zoneinfo.ZoneInfo.clear_cache()
    zoneinfo.reset_tzpath([])
    try:
        (problem,) = check(path)
    finally:
        zoneinfo.reset_tzpath()
    assert problem.problem == "Asia/Shanghai is no known time zone"
    assert "pip install tzdata" in problem.remedy


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"version = 1\n[[units]\n", 2, "is not TOML"),
        (b"version = 1\nname = 5 5\n", 2, "is not TOML"),
        ("version = 1\n名称".encode("gb18030"), 2, "is not UTF-8"),
        (b"", 1, "there are no units"),
        (b'version = 1\nunits = "a"\n', 2, "units is 'a'"),
    ],
)
def test_a_document_that_is_none(tmp_path: Path, content: bytes, line: int, problem: str) -> None:
    path = tmp_path / "routing.toml"
    path.write_bytes(content)
    assert any(p.line == line and problem in p.problem for p in check(path))


def test_mistakes_of_all_files_are_found_together(city: CityWriter) -> None:
    path = city.path(
        '[places]\ngazetteer = "places.csv"\n[duty]\nrota = "rota.csv"\nhour = "9:00-17:30"\n',
        places="名称,街道\n青,东城街道\n",
        rota="星期,单位\n周八,住建局\n",
    )
    found = [(problem.file.rsplit("/", 1)[1], problem.line) for problem in check(path)]
    assert found == [("places.csv", 2), ("rota.csv", 2), ("routing.toml", 7)]


def test_a_byte_order_mark_is_no_mistake(city: CityWriter) -> None:
    path = city.path()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check(path) == []


def test_another_models_labels_can_be_named(city: CityWriter) -> None:
    units = '[[units]]\nname = "群众工作部"\n[[units]]\nname = "路政科"\ncodes = ["roads"]\n'
    assert check(city.path("", units))
    assert check(city.path('[labels]\ndepartments = ["roads"]\n', units)) == []


def test_the_worked_example_is_right() -> None:
    assert check(COUNTY) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_is_never_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    lines = COUNTY.read_text("utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "text", "cut"]))
        if change == "drop":
            lines[position] = ""
        elif change == "double":
            lines.insert(position, lines[position])
        elif change == "text":
            lines[position] = data.draw(st.text('[]{}="城管 1\\\n', max_size=12))
        else:
            lines[position] = lines[position][: data.draw(st.integers(0, 20))]
    path = tmp_path / "routing.toml"
    path.write_text("\n".join(lines), "utf-8")
    for problem in check(path):
        assert problem.line >= 1
        assert problem.remedy
