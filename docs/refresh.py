"""Renew what the documents show of the program: ``python docs/refresh.py``.

Both READMEs show real output: what stands below ``$ complaintnlp ...`` in their console blocks and
below ``>>>`` in their Python blocks is replaced by what the program prints now. ``docs/cli.md`` is
written from ``--help``, and the counts in ``datasets/README.md`` from the table itself. The tests
fail when a document says anything else.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from contextlib import chdir, redirect_stdout
from doctest import DocTestParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
REFERENCE = "docs/cli.md"
DATASET = "datasets/README.md"
DOCUMENTS = (*READMES, REFERENCE, DATASET)

COMMANDS = (
    *("", "predict", "relabel", "train", "evaluate", "model", "model show", "model verify"),
    *("route", "routing", "routing check"),
)
LABELS = {
    "category": "一级分类",
    "department": "责任部门",
    "appeal type": "诉求类型",
    "hazard": "安全隐患",
}

_BLOCK = re.compile(r"(?<=^```)(console|python)\n(.*?)(?=^```$)", re.M | re.S)
_COUNTS = re.compile(r"(?<=<!-- counts -->\n).*(?=<!-- /counts -->)", re.S)
# What no two machines agree on: the time a run took, and the metrics of a model fitted on the spot.
_VOLATILE = re.compile(r"\d+\.\d s, [\d,]+ rows/s|\b0\.\d{3}\b")


class Terminal:
    """A folder with the demo archive in it, where commands are typed one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._printed: dict[str, str] = {}
        (folder / "datasets").symlink_to(ROOT / "datasets")

    def run(self, command: str) -> str:
        """Return what ``complaintnlp ...`` prints; the same words are run once only."""
        if command not in self._printed:
            program, *words = shlex.split(command)
            if program != "complaintnlp":
                raise ValueError(f"the documents show complaintnlp only, not {command!r}")
            done = subprocess.run(
                [sys.executable, "-m", "complaintnlp", *words],
                cwd=self._folder,
                env={**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            self._printed[command] = done.stdout
        return self._printed[command]

    def evaluate(self, source: str, names: dict[str, Any]) -> str:
        """Return what one statement prints at the Python prompt."""
        printed = io.StringIO()
        with chdir(self._folder), redirect_stdout(printed):
            exec(compile(source, "<document>", "single"), names)
        return printed.getvalue()


def renewed(document: str, terminal: Terminal) -> str:
    """Return the text that a document should have."""
    if document == REFERENCE:
        return command_reference(terminal)
    text = (ROOT / document).read_text("utf-8")
    if document == DATASET:
        return _COUNTS.sub(label_counts(), text)
    names: dict[str, Any] = {}

    def block(match: re.Match[str]) -> str:
        language, shown = match.groups()
        if language == "console":
            return f"console\n{_renewed_console(shown, terminal)}"
        return f"python\n{_renewed_python(shown, names, terminal)}"

    return _BLOCK.sub(block, text)


def command_reference(terminal: Terminal) -> str:
    """Return ``docs/cli.md``."""
    parts = [
        "# The command line",
        "What `--help` says. This page is written by `docs/refresh.py`.",
        "Every command ends with status 0 when all is done, 1 when nothing usable was written, 2\n"
        "when it was called wrongly, and 3 when it finished and some rows could not be labelled.",
    ]
    for command in COMMANDS:
        words = f"complaintnlp {command}".strip()
        printed = terminal.run(f"{words} --help")
        parts.append(f"## {words}\n\n```text\n{printed.strip()}\n```")
    return "\n\n".join(parts) + "\n"


def label_counts() -> str:
    """Return how many messages of each data set have each label."""
    lines = []
    for path in sorted((ROOT / "datasets").glob("complaints*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        lines += [f"`{path.name}`: {len(rows):,} messages.", ""]
        lines += ["| target | messages by label |", "|---|---|"]
        for target, column in LABELS.items():
            counts = Counter(row[column] for row in rows).most_common()
            shown = " · ".join(f"{label} {count:,}" for label, count in counts)
            lines.append(f"| {target} | {shown} |")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def _renewed_console(shown: str, terminal: Terminal) -> str:
    parts = []
    for part in re.split(r"^\$ ", shown, flags=re.M)[1:]:
        command, _, printed = part.partition("\n")
        parts.append(f"$ {command}\n{_kept(printed, terminal.run(command))}")
    return "".join(parts)


def _renewed_python(shown: str, names: dict[str, Any], terminal: Terminal) -> str:
    parts = []
    for part in DocTestParser().parse(shown):
        if isinstance(part, str):
            parts.append(part)
            continue
        first, *others = part.source.splitlines()
        parts.append("".join([f">>> {first}\n", *(f"... {line}\n" for line in others)]))
        parts.append(_kept(part.want, terminal.evaluate(part.source, names)))
    return "".join(parts)


def _kept(before: str, now: str) -> str:
    """Return what is printed now, unless it differs in nothing but what is volatile."""
    return before if _VOLATILE.sub("", before) == _VOLATILE.sub("", now) else now


def main() -> None:
    """Write every document that is out of date."""
    with TemporaryDirectory() as folder:
        terminal = Terminal(Path(folder))
        for document in DOCUMENTS:
            path = ROOT / document
            text = renewed(document, terminal)
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")
                print(f"renewed {document}")


if __name__ == "__main__":
    main()
