"""Every block of docs/routing.md is run, or is in the worked example."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from complaintnlp.cli.route import route_command
from tests.routing.conftest import COUNTY

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "routing.md"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", TUTORIAL.read_text("utf-8"), re.S)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def test_the_kinds_of_blocks_are_known() -> None:
    assert {name for name, _ in BLOCKS} == {"", "python", "toml", "console"}


def test_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    # A fence is no part of what is printed before it; a message may go over several lines.
    source = re.sub(r"```\w*", "", "\n".join(blocks("python"))).replace(" \\\n", " ")
    test = doctest.DocTestParser().get_doctest(source, {}, "routing.md", str(TUTORIAL), 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert len(test.examples) > 30
    assert not said, "".join(said)


@pytest.mark.parametrize("block", blocks("toml"))
def test_toml_is_that_of_the_example(block: str) -> None:
    assert block in COUNTY.read_text("utf-8")


@pytest.mark.parametrize("block", blocks("console"))
def test_commands(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shlex.split(block.removeprefix("$ "))
    assert words[:2] == ["complaintnlp", "route"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")
    done = CliRunner().invoke(route_command, [*words[2:], "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "routed.csv").is_file()


def test_installation_is_said_as_the_project_has_it() -> None:
    assert blocks("") == ['pip install "complaintnlp[routing]"\n']
