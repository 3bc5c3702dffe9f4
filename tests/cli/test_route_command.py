from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from complaintnlp.cli.route import route_command
from complaintnlp.cli.routing import routing_command

COUNTY = Path(__file__).resolve().parents[2] / "datasets" / "changsha_county" / "routing.toml"
ROWS = "内容,时间\n黄花镇的路灯坏了三天,2025-11-18 10:00\n请问医保怎么交,2025-11-18 10:00\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(ROWS, "utf-8")
    return path


def test_route(archive: Path, tmp_path: Path, small_model: Path) -> None:
    words = [archive, "-o", tmp_path / "out.csv", "--config", COUNTY, "--model", small_model]
    done = CliRunner().invoke(route_command, [*map(str, words), "--at-column", "时间"])
    assert done.exit_code == 0, done.output
    assert "2 rows in" in done.stdout
    assert "mode: " in done.stdout
    assert "unit: " in done.stdout
    assert "time = 时间" in done.stderr
    lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].endswith("unit,supporting_units,street,community,grid,mode,route_reasons")
    assert "黄花镇" in lines[1].split(",", 2)[2]


def test_rejected_rows_are_status_3(archive: Path, tmp_path: Path, small_model: Path) -> None:
    archive.write_text(ROWS + ",2025-11-18\n", "utf-8")
    words = [archive, "-o", tmp_path / "out.csv", "--config", COUNTY, "--model", small_model]
    done = CliRunner().invoke(route_command, [*map(str, words), "--quiet"])
    assert done.exit_code == 3
    assert done.output == ""


def test_check_of_a_right_configuration() -> None:
    done = CliRunner().invoke(routing_command, ["check", str(COUNTY)])
    assert done.exit_code == 0
    assert "right (54 units, 5 rules" in done.stdout


def test_check_says_every_mistake(tmp_path: Path) -> None:
    path = tmp_path / "routing.toml"
    path.write_text('version = 1\ndefault_unit = "甲"\ncity = "乙"\n', "utf-8")
    done = CliRunner().invoke(routing_command, ["check", str(path)])
    assert done.exit_code == 2
    assert f"{path}:1: there are no units; add at least one [[units]]" in done.stderr
    assert f"{path}:3: city is not a known key; remove it" in done.stderr
    assert "2 to correct" in done.stderr


def test_through_the_program_a_mistake_is_status_2_and_no_traceback(
    archive: Path, tmp_path: Path
) -> None:
    config = tmp_path / "routing.toml"
    config.write_text("version = 1\n[[units\n", "utf-8")
    main = [sys.executable, "-c", "from complaintnlp.cli import main; main()"]
    words = ["route", archive, "-o", tmp_path / "out.csv", "--config", config]
    done = subprocess.run(
        [*main, *map(str, words)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert f"{config}:2: is not TOML" in done.stderr
    assert "Traceback" not in done.stderr
