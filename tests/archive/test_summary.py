from __future__ import annotations

from typing import TYPE_CHECKING

from complaintnlp.archive import relabel

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tests.archive.conftest import Write

    from complaintnlp import Classifier

ROWS = [["1", "停水", "", "停水三天"], ["2", "", "", ""], ["3", "路灯", "", "路灯坏了"]]


def test_rejected_rows_do_not_count_as_labelled(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    summary = relabel([write(ROWS)], tmp_path / "out.csv", model=classifier)
    assert (summary.tally.rows, summary.labelled, summary.tally.rejected) == (3, 2, 1)
    lines = summary.lines()
    assert f"3 rows in {tmp_path / 'out.csv'} (2 labelled in " in lines[0]
    assert lines[2] == f"1 could not be labelled; they are listed in {summary.rejected}"
    assert summary.unlisted() == []


def test_after_a_stream_the_summary_lists_rejected_rows(
    write: Write, classifier: Classifier, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = write(ROWS)
    summary = relabel([path], "-", stream_format="csv", model=classifier)
    capfdbinary.readouterr()
    listed = f"{path}, row 3, column 留言详情: no text"
    assert summary.lines()[2:4] == ["1 could not be labelled:", listed]
    assert summary.unlisted() == [listed]


def test_only_the_first_rejected_rows_are_listed(
    write: Write, classifier: Classifier, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = write([[str(i), "停水", "", ""] for i in range(60)])
    summary = relabel([path], "-", stream_format="csv", model=classifier)
    capfdbinary.readouterr()
    assert len(summary.unlisted()) == 51
    assert summary.unlisted()[-1] == "and 10 more"
