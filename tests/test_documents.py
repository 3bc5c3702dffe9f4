"""What the documents say is what the program does."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

import complaintnlp
from complaintnlp.cli.main import _COMMANDS
from docs.refresh import COMMANDS, DOCUMENTS, READMES, Terminal, renewed
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BUILT = {".venv", "build", "dist"}
PAGES = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*.md")
    if not any(part in BUILT or part.startswith(".") for part in path.relative_to(ROOT).parts)
)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(tmp_path_factory.mktemp("terminal"))


def read(document: str | Path) -> str:
    return (ROOT / document).read_text("utf-8")


def fenced(document: str, language: str = r"\w*") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(document), re.M | re.S)


def named(document: str) -> set[str]:
    """Return the names, options and commands in running text."""
    prose = re.sub(r"^```.*?^```$", "", read(document), flags=re.M | re.S)
    return set(re.findall(r"`([^`\n]+)`", prose))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_shown_is_what_is_printed(document: str, terminal: Terminal) -> None:
    assert read(document) == renewed(document, terminal), "renew it: python docs/refresh.py"


def test_the_readmes_show_something() -> None:
    shown = "".join(fenced("README.md"))
    for told in ("('消防', ", "\n部门  █", " need review (", "\nwrote my_model\n"):
        assert told in shown


def test_both_readmes_hold_the_same_code_and_commands() -> None:
    first, second = READMES
    assert fenced(first) == fenced(second)
    assert named(first) == named(second)


@pytest.mark.parametrize("document", [*READMES, "CONTRIBUTING.md"])
def test_the_test_command_is_the_one_that_is_run(document: str) -> None:
    last = read(".ci/run").splitlines()[-1]
    assert last.endswith("/pytest")
    assert f"{last}\n" in fenced(document, "sh")


def test_the_main_command_is_the_one_that_is_shown() -> None:
    command = fenced("README.md", "sh")[0].rstrip("\n").rpartition(" && .venv/bin/")[2]
    assert any(block.startswith(f"$ {command}\n") for block in fenced("README.md", "console"))


def test_every_command_is_documented() -> None:
    assert {command.split(" ")[0] for command in COMMANDS} - {""} == set(_COMMANDS)
    for readme in READMES:
        for command in _COMMANDS:
            assert f"| `complaintnlp {command} " in read(readme)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", read(page)):
        if "://" not in target:
            assert (ROOT / page.parent / target).exists(), f"{page} links to {target}"


@pytest.mark.parametrize(
    ("target", "english", "chinese"),
    [
        ("category", "**category**", "**类别**"),
        ("department", "**department**", "**部门**"),
        ("appeal_type", "**appeal type**", "**诉求类型**"),
    ],
)
def test_as_many_labels_as_the_readmes_say(target: str, english: str, chinese: str) -> None:
    count = len(complaintnlp.load().classes_[target])
    assert f"{english}, {count})" in read("README.md").replace("\n", " ")
    assert f"{chinese}，{count} " in read("README.zh-CN.md")


def test_as_many_rows_of_labels_as_is_said() -> None:
    for table in ("more", "tokens", "hard_reread", "second_reading"):
        rows = len(read(f"models/labels/{table}.csv").splitlines()) - 1
        assert f"{rows:,}" in read("models/labels/README.md")


@pytest.mark.parametrize("script", sorted(ROOT.glob("benchmarks/*.py")), ids=lambda path: path.stem)
def test_commands_of_benchmarks_find_what_they_import(script: Path) -> None:
    source = script.read_text("utf-8")
    if f"python benchmarks/{script.name}" in source and "from benchmarks." in source:
        assert "sys.path" in source, f"write python -m benchmarks.{script.stem}"


def test_there_is_one_version() -> None:
    assert version("complaintnlp") == complaintnlp.__version__
    assert f"## [{complaintnlp.__version__}]" in read("CHANGELOG.md")
