from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from complaintnlp.archive import relabel
from complaintnlp.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.archive.conftest import MakeRows, Write

    from complaintnlp import Classifier


class Page(HTMLParser):
    """What a reader and a browser see: texts, tags and what would be fetched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.fetched: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta",):
            self.open.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_shows_what_was_counted(
    make_rows: MakeRows, write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    rows = make_rows(40)
    rows[7][3] = ""
    rows[8][2] = ""
    report = tmp_path / "report.html"
    summary = relabel([write(rows)], tmp_path / "out.csv", model=classifier, report=report)
    html = report.read_text("utf-8")
    page = Page(html)
    text = "".join(page.texts)
    headings = (
        "复核占比",
        "按月份",
        "按类别",
        "按责任部门",
        "按诉求类型",
        "按安全隐患",
        "置信度分布",
    )
    assert all(heading in text for heading in headings)
    assert "未能标注的行" in text
    assert "没有正文" in text
    assert "共 1 行，全部列在 out.csv.rejected.csv" in text
    assert "另有 1 条没有可识别的时间" in text
    [(label, count)] = summary.tally.labels["category"].most_common(1)
    assert f"{label}：{count}（{count / 40:.1%}）" in text
    assert text.count("2019-0") >= 9
    assert page.fetched == []
    assert "http" not in html.replace("http-equiv", "")


def test_names_from_files_cannot_add_markup(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    path = write([["1", "停水", "2019/1/1", ""]], name="<img src=x onerror=alert(1)>.csv")
    relabel([path], tmp_path / "out.csv", model=classifier, report=tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert page.fetched == []
    assert "<img src=x" in "".join(page.texts)


def test_a_report_replaces_nothing(write: Write, tmp_path: Path, classifier: Classifier) -> None:
    path, report = write(3), tmp_path / "report.html"
    report.write_text("precious")
    for target, match in (
        (report, "exists already"),
        (path, "is an input"),
        (tmp_path / "out.csv", "overwritten by the output"),
        (tmp_path / "no" / "report.html", "does not exist"),
    ):
        with pytest.raises(InputError, match=match):
            relabel([path], tmp_path / "out.csv", model=classifier, report=target)
    assert report.read_text() == "precious"
    assert not (tmp_path / "out.csv").exists()
