"""Seconds and memory against size, as one SVG: two panels, both axes logarithmic, drawn without any library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

Points = Sequence[tuple[float, float]]
"""x and y, both above zero."""

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, GAP = 380, 280, 60, 44, 34, 30
COLOURS = ("#1b6ca8", "#c8553d", "#5a8f3c", "#7d5ba6")


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around some values."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _panel(title: str, x_label: str, lines: dict[str, Points], left: float) -> list[str]:
    points = [point for line in lines.values() for point in line]
    x0, x1 = _decades([x for x, _ in points])
    y0, y1 = _decades([y for _, y in points])
    inner_width, inner_height = WIDTH - LEFT - 10, HEIGHT - TOP - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return (left + LEFT + (log10(x) - x0) / (x1 - x0) * inner_width,
                HEIGHT - BOTTOM - (log10(y) - y0) / (y1 - y0) * inner_height)

    drawn = [f'<text x="{left + LEFT}" y="{TOP - 14}" font-weight="bold">{escape(title)}</text>',
             f'<text x="{left + LEFT + inner_width / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>']
    for power in range(x0, x1 + 1):
        x, y = place(10.0**power, 10.0**y0)
        drawn.append(f'<path d="M{x:.1f} {y:.1f}V{TOP}" stroke="#ddd"/>')
        drawn.append(f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{10**power:,}</text>')
    for power in range(y0, y1 + 1):
        x, y = place(10.0**x0, 10.0**power)
        drawn.append(f'<path d="M{x:.1f} {y:.1f}h{inner_width}" stroke="#ddd"/>')
        drawn.append(f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>')
    for colour, (name, line) in zip(COLOURS, lines.items(), strict=False):
        placed = [place(x, y) for x, y in sorted(line)]
        drawn.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in placed)}" fill="none" stroke="{colour}" '
                     'stroke-width="2"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
        x, y = placed[-1]
        drawn.append(f'<text x="{x - 6:.1f}" y="{y - 8:.1f}" text-anchor="end" fill="{colour}">{escape(name)}</text>')
    return drawn


def beside_each_other(panels: Sequence[tuple[str, dict[str, Points]]], x_label: str) -> str:
    """An SVG of some panels: each a title and named lines."""
    width = len(panels) * WIDTH + (len(panels) - 1) * GAP
    drawn = [part for i, (title, lines) in enumerate(panels) for part in _panel(title, x_label, lines, i * (WIDTH + GAP))]
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
            'font-family="sans-serif" font-size="11">')
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *drawn, "</svg>"]) + "\n"
