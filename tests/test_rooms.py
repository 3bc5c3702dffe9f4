"""Data flows one way: a room imports only from the rooms before it."""

from __future__ import annotations

import ast
from itertools import pairwise

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "complaintnlp"
BEFORE: dict[str, set[str]] = {
    "text": {"errors"},
    "features": {"errors", "text"},
    "model": {"errors", "text", "features"},
    "taxonomy": {"errors"},
    "tables": {"errors", "text"},
    "training": {"errors", "text", "features", "model", "tables"},
    "archive": {"errors", "text", "model", "taxonomy", "tables"},
    "routing": {"errors", "text", "model", "taxonomy", "tables", "archive"},
}
BEFORE["cli"] = {*BEFORE, "errors"}


def imported(room: str) -> set[str]:
    """Return the modules that a room imports, at the top of a module or within a function."""
    names: set[str] = set()
    for path in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def drawn() -> dict[str, set[str]]:
    """Return the rooms before each room, as CONTRIBUTING.md draws them."""
    before: dict[str, set[str]] = {room: set() for room in BEFORE}
    lines = (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines()
    for line in (line for line in lines if "→" in line):
        for left, right in pairwise(line.split(" → ")):
            for room in left.split(", "):
                before[right] |= {room, *before[room]}
    return before


def test_the_diagram_shows_every_way() -> None:
    before = drawn()
    for room in BEFORE:
        assert before[room] >= BEFORE[room] - {"errors", room}, room


def test_every_room_has_its_place() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms == set(BEFORE)


@pytest.mark.parametrize("room", BEFORE)
def test_rooms_look_back_only(room: str) -> None:
    names = [name.split(".") for name in imported(room)]
    used = {parts[1] for parts in names if parts[0] == "complaintnlp" and len(parts) > 1}
    others = {*BEFORE, "errors"} - {room}
    assert used & others <= BEFORE[room]


@pytest.mark.parametrize("room", sorted({*BEFORE} - {"training"}))
def test_training_alone_knows_scikit_learn(room: str) -> None:
    assert "sklearn" not in {name.split(".")[0] for name in imported(room)}


@pytest.mark.parametrize("room", sorted({*BEFORE} - {"cli"}))
def test_the_command_line_alone_knows_click(room: str) -> None:
    assert "click" not in {name.split(".")[0] for name in imported(room)}


def test_no_room_unpickles() -> None:
    for room in BEFORE:
        assert not {"pickle", "marshal", "shelve"} & imported(room)
