"""Lint, format and types are part of the tests, so that one command passes them all."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(
    "words", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)], ids=" ".join
)
def test_style(words: tuple[str, ...]) -> None:
    if find_spec(words[0]) is None:
        pytest.skip(f'{words[0]} is not installed: pip install -e ".[dev]"')
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
