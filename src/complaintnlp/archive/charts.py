"""Charts as inline SVG: bars, columns and one divided bar. No script, no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["bars", "columns", "divided"]

WIDTH = 720
LABELS = (90, 210)
"""Least and most room for the labels of bars."""
CHARACTER = 13.5
VALUE = 110
ROW = 28
HEIGHT = 220
AXIS = 34
LABELS_BELOW = 12
HALF = 3.7
"""Half the width of a digit: a label that is centred nearer to the edge would be cut."""


def bars(items: Sequence[tuple[str, int]], total: int, title: str) -> str:
    """Return horizontal bars, one a row, each with its count and its share of `total`.

    Examples
    --------
    >>> svg = bars([("城乡建设", 3), ("政法", 1)], 4, "类别")
    >>> "城乡建设" in svg, "75.0%" in svg
    (True, True)
    """
    most = max((count for _, count in items), default=0) or 1
    widest = max((len(label) for label, _ in items), default=0) * CHARACTER + 10
    left = min(max(widest, LABELS[0]), LABELS[1])
    room = WIDTH - left - VALUE
    parts = []
    for row, (label, count) in enumerate(items):
        y = row * ROW
        length = max(room * count / most, 1 if count else 0)
        share = f"{count / total:.1%}" if total else "0%"
        name = escape(label)
        parts.append(
            f"<g><title>{name}：{count:,}（{share}）</title>"
            f'<text x="{left - 10:.0f}" y="{y + 18}" class="label">{name}</text>'
            f'<rect x="{left:.0f}" y="{y + 5}" width="{length:.1f}" height="{ROW - 10}" rx="3"/>'
            f'<text x="{left + length + 8:.1f}" y="{y + 18}" class="value">{count:,}'
            f'<tspan class="share" dx="6">{share}</tspan></text></g>'
        )
    return _svg("bars", len(items) * ROW, title, parts)


def columns(items: Sequence[tuple[str, int]], title: str, *, counts: bool = True) -> str:
    """Return vertical columns with labels below, as many as have room.

    Examples
    --------
    >>> "2020-01：7" in columns([("2020-01", 7), ("2020-02", 9)], "月份")
    True
    """
    most = max((count for _, count in items), default=0) or 1
    step = WIDTH / max(len(items), 1)
    every = -(-len(items) // LABELS_BELOW)
    longest = max((len(label) for label, _ in items), default=0)
    first = next((i for i in range(len(items)) if (i + 0.5) * step >= longest * HALF), 0)
    room = HEIGHT - AXIS - 20
    parts = [f'<line x1="0" y1="{HEIGHT - AXIS}" x2="{WIDTH}" y2="{HEIGHT - AXIS}"/>']
    for place, (label, count) in enumerate(items):
        length = max(room * count / most, 1 if count else 0)
        x, middle, top = place * step, (place + 0.5) * step, HEIGHT - AXIS - length
        parts.append(
            f"<g><title>{escape(label)}：{count:,}</title>"
            f'<rect x="{x + step * 0.12:.1f}" y="{top:.1f}" width="{step * 0.76:.1f}" '
            f'height="{length:.1f}" rx="2"/>'
        )
        if counts and (every == 1 or count == most):
            parts.append(f'<text x="{middle:.1f}" y="{top - 5:.1f}" class="count">{count:,}</text>')
        if place >= first and (place - first) % every == 0 and middle <= WIDTH - longest * HALF:
            below = HEIGHT - AXIS + 18
            parts.append(f'<text x="{middle:.1f}" y="{below}" class="tick">{escape(label)}</text>')
        parts.append("</g>")
    return _svg("columns", HEIGHT, title, parts)


def divided(items: Sequence[tuple[str, int]], title: str) -> str:
    """Return one bar divided into shares, with a legend below.

    Examples
    --------
    >>> divided([("直接采用", 9), ("需复核", 1)], "复核").count("<rect")
    4
    """
    total = sum(count for _, count in items) or 1
    parts = []
    x, legend = 0.0, 0
    for place, (label, count) in enumerate(items):
        width = WIDTH * count / total
        text = f"{escape(label)} {count:,}（{count / total:.1%}）"
        parts.append(
            f'<g class="part{place}"><title>{text}</title>'
            f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="34"/>'
            f'<rect x="{legend}" y="50" width="14" height="14" rx="3"/>'
            f'<text x="{legend + 22}" y="62" class="legend">{text}</text></g>'
        )
        x += width
        legend += WIDTH // max(len(items), 1)
    return _svg("divided", 72, title, parts)


def _svg(kind: str, height: int, title: str, parts: list[str]) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
