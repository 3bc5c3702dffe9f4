from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from complaintnlp.routing.automaton import Alphabet
from complaintnlp.routing.gazetteer import Grid, read_gazetteer
from complaintnlp.routing.places import PlaceFinder
from complaintnlp.routing.problems import Problems

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp.routing.gazetteer import Gazetteer

HEADER = "名称,别名,街道,社区,网格编号,类型,区县\n"


def read(folder: Path, text: str, encoding: str = "utf-8") -> tuple[Gazetteer, list[str]]:
    path = folder / "places.csv"
    path.write_text(text, encoding)
    problems = Problems()
    gazetteer = read_gazetteer(path, {"东区": (), "西区": ()}, problems)
    return gazetteer, [str(problem).removeprefix(f"{folder}/") for problem in problems]


def test_names_and_aliases_have_a_place(tmp_path: Path) -> None:
    text = HEADER + "青云湖公园,青云湖|湖心公园、老公园,东城街道,青云社区,DC-01,公园,东区\n"
    gazetteer, problems = read(tmp_path, text)
    grid = Grid("东城街道", "青云社区", "DC-01", "东区")
    assert not problems
    for name in ("青云湖公园", "青云湖", "湖心公园", "老公园"):
        assert gazetteer.places[name] == (grid,)
    assert gazetteer.places["青云社区"] == (grid._replace(code=None),)
    assert gazetteer.places["东城街道"] == (grid._replace(code=None, community=None),)


def test_a_table_from_an_office_program_is_read(tmp_path: Path) -> None:
    gazetteer, problems = read(tmp_path, "地名,街道\n青云湖,东城街道\n", "gb18030")
    assert not problems
    assert gazetteer.places["青云湖"] == (Grid("东城街道"),)


def test_every_mistake_is_found_with_its_row(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path,
        HEADER + "青云湖,,东城街道,青云社区,G1,公园,东区\n"
        ",,东城街道,青云社区,G1,,东区\n"
        "白鹭小学,,,白鹭社区,G2,学校,\n"
        "湖,,东城街道,青云社区,G1,,东区\n"
        "翠园,,西城街道,白鹭社区,G3,小区,西去\n"
        "梅园,,西城街道,白鹭社区,G1,小区,西区\n",
    )
    assert problems == [
        "places.csv:3: the row has no name; write the name",
        "places.csv:4: there is no street; write where the place lies",
        "places.csv:5: the name 湖 has one character; "
        "write at least two, or it is found in every other word",
        "places.csv:6: 西去 is no district in [districts]; did you mean 西区?",
        "places.csv:7: grid G1 is in 西区 西城街道 白鹭社区 here "
        "and in 东区 东城街道 青云社区 in row 2; give each grid to one community",
    ]


def test_a_missing_column_is_said_with_its_usual_names(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "名称,街到\n青云湖,东城街道\n")
    assert problems == [
        "places.csv:1: there is no column street, only 名称, 街到; "
        "name it one of street, 街道, 乡镇, 街镇, 镇街",
    ]


def test_a_hundred_thousand_names(tmp_path: Path) -> None:
    """The promise is a second and 20 µs; benchmarks measure it, this catches a tenfold loss."""
    random.seed(5)
    syllables = "东西南北青白云湖江山花园春秋星月龙凤金玉长安和平幸福新华建设文昌明德"
    lines = [
        f"{''.join(random.choices(syllables, k=5))}{number % 977},,东城街道,青云社区,G1,小区,东区\n"
        for number in range(100_000)
    ]
    path = tmp_path / "places.csv"
    path.write_text(HEADER + "".join(lines), "utf-8")
    started = time.process_time()
    gazetteer = read_gazetteer(path, {"东区": ()}, Problems())
    alphabet = Alphabet(gazetteer.places)
    finder = PlaceFinder(gazetteer, alphabet)
    assert time.process_time() - started < 10
    text = "小区门口的路灯坏了，" * 40 + lines[77].split(",")[0]
    started = time.process_time()
    for _ in range(200):
        found = finder.find(text, alphabet.encode(text))
    assert (time.process_time() - started) / 200 < 400e-6
    assert found[-1].name == lines[77].split(",")[0]
