"""One page of charts about a finished run, for people who do not read tables."""

from __future__ import annotations

import os
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from complaintnlp.archive.charts import bars, columns, divided
from complaintnlp.archive.disk import sync_file, told
from complaintnlp.archive.tally import BINS
from complaintnlp.taxonomy import departments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from complaintnlp.archive.chunks import Rejected
    from complaintnlp.archive.summary import Summary

__all__ = ["render_report", "write_report"]

MOST_BARS = 20
NAMES = {
    "category": "类别",
    "department": "责任部门",
    "appeal_type": "诉求类型",
    "hazard": "安全隐患",
}
TRUTH = {"true": "有", "false": "无"}
REASONS = {"no text": "没有正文"}


def write_report(summary: Summary, rejected: Sequence[Rejected], path: str) -> None:
    """Write the page to `path`; it appears when it is whole."""
    target = Path(os.path.realpath(path))
    partial = target.with_name(target.name + ".partial")
    with told(target):
        partial.write_bytes(render_report(summary, rejected).encode("utf-8", "backslashreplace"))
        sync_file(partial)
        partial.replace(target)


def render_report(summary: Summary, rejected: Sequence[Rejected]) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    summary : Summary
        What was counted.
    rejected : sequence of Rejected
        The first rows that could not be labelled.
    """
    style = files("complaintnlp.archive").joinpath("report.css").read_text("utf-8")
    body = [_head(summary), _figures(summary), _review(summary), _months(summary)]
    body += [_labels(summary, target) for target in summary.plan.targets]
    body += [_confidence(summary), _rejected(summary, rejected)]
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>留言标注报告</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"{''.join(body)}</main>\n</body>\n</html>\n"
    )


def _head(summary: Summary) -> str:
    sources = "、".join(table.name for table in summary.plan.tables)
    made = datetime.now().astimezone().strftime("%Y年%m月%d日 %H:%M")
    return (
        f'<h1>留言标注报告</h1>\n<p class="about">数据：{escape(sources)}；'
        f"结果：{escape(summary.output)}；生成于 {made}</p>\n"
    )


def _figures(summary: Summary) -> str:
    tally = summary.tally
    included = "，含未能标注的" if tally.rejected else ""
    figures = [
        ("", tally.rows, "条留言"),
        ("warn", tally.review, f"条需人工复核（{_share(tally.review, tally.rows)}）{included}"),
        ("bad" if tally.rejected else "", tally.rejected, "条未能标注"),
    ]
    if "hazard" in tally.labels:
        hazards = tally.labels["hazard"]["true"]
        figures.append(("bad", hazards, f"条涉及安全隐患（{_share(hazards, tally.rows)}）"))
    cells = (
        f'<div class="figure {kind}"><b>{count:,}</b><span>{text}</span></div>'
        for kind, count, text in figures
    )
    return f'<div class="figures">{"".join(cells)}</div>\n'


def _review(summary: Summary) -> str:
    tally = summary.tally
    parts = [
        ("直接采用", tally.rows - tally.review),
        ("需人工复核", tally.review - tally.rejected),
        ("未能标注", tally.rejected),
    ]
    return _section("复核占比", divided(parts, "复核占比"))


def _months(summary: Summary) -> str:
    counts = summary.tally.months
    if not counts:
        return ""
    items = [(month, counts[month]) for month in _every_month(min(counts), max(counts))]
    unknown = summary.tally.rows - sum(counts.values())
    note = f"另有 {unknown:,} 条没有可识别的时间。" if unknown else ""
    return _section("按月份", columns(items, "每月留言数"), note)


def _every_month(first: str, last: str) -> Iterable[str]:
    """Return all months from `first` to `last`: those without messages count too."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return (f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1))


def _labels(summary: Summary, target: str) -> str:
    counts = summary.tally.labels.get(target)
    if not counts:
        return ""
    ranked = counts.most_common()
    items = [(_readable(target, label), count) for label, count in ranked[:MOST_BARS]]
    rest = ranked[MOST_BARS:]
    note = ""
    if rest:
        items.append(("其余", sum(count for _, count in rest)))
        names = "、".join(f"{_readable(target, label)} {count:,}" for label, count in rest)
        note = f"其余：{names}。"
    name = NAMES.get(target, target)
    return _section(f"按{name}", bars(items, summary.tally.rows, name), note)


def _readable(target: str, label: str) -> str:
    if target == "department" and label in departments():
        return departments()[label].name
    return TRUTH.get(label, label)


def _confidence(summary: Summary) -> str:
    charts = []
    for target, bins in summary.tally.confidence.items():
        name = NAMES.get(target, target)
        items = [(f"{place / BINS:.0%}", count) for place, count in enumerate(bins)]
        chart = columns(items, f"{name}的置信度", counts=False)
        charts.append(f'<div class="small"><h3>{escape(name)}</h3>{chart}</div>')
    note = "横轴是模型对每条留言给出的置信度，纵轴是条数：越靠右，模型越有把握。"
    return _section("置信度分布", f'<div class="pair">{"".join(charts)}</div>', note)


def _rejected(summary: Summary, rejected: Sequence[Rejected]) -> str:
    if not rejected:
        return ""
    rows = "".join(
        f'<tr><td>{escape(row.source)}</td><td class="number">{row.row:,}</td>'
        f"<td>{escape(row.column)}</td><td>{escape(REASONS.get(row.reason, row.reason))}</td></tr>"
        for row in rejected
    )
    table = (
        "<table><thead><tr><th>来源</th><th>行号</th><th>列</th><th>原因</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    note = f"共 {summary.tally.rejected:,} 行"
    if summary.rejected is not None:
        note += f"，全部列在 {summary.rejected.name}"
    return _section("未能标注的行", table, f"{note}。")


def _section(title: str, content: str, note: str = "") -> str:
    added = f'<p class="note">{escape(note)}</p>' if note else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{content}\n{added}</section>\n"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
