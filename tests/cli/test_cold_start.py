from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def loaded_after(code: str) -> set[str]:
    """Return the modules that a fresh process has loaded after running some code."""
    code = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stderr.split())


def test_the_commands_are_listed_without_numpy() -> None:
    loaded = loaded_after("import complaintnlp, complaintnlp.cli")
    assert "complaintnlp.cli.main" in loaded
    assert not {"numpy", "sklearn", "complaintnlp.model"} & loaded


def test_one_prediction_needs_few_modules(small_model: Path) -> None:
    words = ["predict", "小区停水三天了", "--model", str(small_model)]
    code = f"try:\n    from complaintnlp.cli import main; main({words!r})\nexcept SystemExit: pass"
    heavy = {"scipy", "sklearn", "pandas", "jieba", "joblib", "html"}
    later_rooms = {"complaintnlp.training", "complaintnlp.archive", "complaintnlp.routing"}
    assert not (heavy | later_rooms) & loaded_after(code)
