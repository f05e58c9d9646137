"""Geometry of the figures: numbers for the templates to draw, in per cent of the width unless said otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import median
from typing import Any, NamedTuple

from jobs import documents as d
from jobs.report.marking import ASIDE, FURNITURE, HUES, OWN, Marked, Marking

_SQUEEZED = 3.0
"""An article longer than this many medians is squeezed into the width, lest it makes threads of all others."""
_LABEL_PERCENT = 3.2
"""A segment as wide as this has room for its number."""
_DAY = 86_400


class Segment(NamedTuple):
    """A run of words in a barcode."""

    x: float
    width: float
    style: str
    """The class that colours it: copy, quote, background and hue, or furniture, aside."""
    number: int | None
    label: bool
    """Whether the number fits."""


class Barcode(NamedTuple):
    """One article's row: its segments (own words are left blank), its extent, whether it is squeezed, and all of it in words."""

    segments: list[Segment]
    extent: float
    squeezed: bool
    words: int
    alternative: str


def barcodes(marking: Marking) -> dict[str, Barcode]:
    """A barcode for each article on one scale: x is the position in the article, in words."""
    lengths = [len(marked.labels) for marked in marking.articles.values()]
    limit = _SQUEEZED * median(lengths) if lengths else 0
    scale = max((n for n in lengths if n <= limit), default=max(lengths, default=0))
    styles = {marking.numbers[p.passage_id]: p.kind for p in marking.passages if p.passage_id in marking.numbers}
    return {id: _barcode(marked, scale, styles) for id, marked in marking.articles.items()}


def _barcode(marked: Marked, scale: int, kinds: Mapping[int, d.Kind]) -> Barcode:
    words = len(marked.labels)
    full = max(scale, words)
    segments = []
    said: list[str] = []
    for label, first, last in marked.runs():
        if label == OWN:
            continue
        width = 100 * (last - first) / full
        style = {FURNITURE: "furniture", ASIDE: "aside"}.get(label) or f"{kinds[label]} hue{label % HUES}"
        number = label if label > 0 else None
        segments.append(Segment(round(100 * first / full, 2), round(width, 2), style, number,
                                number is not None and width >= _LABEL_PERCENT))
        if number is not None and (not said or said[-1] != str(number)):
            said.append(str(number))
    alternative = f"passages in order: {', '.join(said)}" if said else "no shared passage"
    return Barcode(segments, round(100 * words / full, 2) if full else 0.0, words > scale, words, alternative)


@dataclass(frozen=True)
class Scale:
    """A time axis: ticks are (per cent, label)."""

    start: float
    end: float
    ticks: list[tuple[float, str]]

    def x(self, seconds: float) -> float:
        """Where an instant stands, in per cent."""
        return round(100 * (seconds - self.start) / (self.end - self.start), 2)


def time_scale(seconds: Iterable[float]) -> Scale | None:
    """Whole days around the instants, with ten ticks at most; None without any."""
    given = sorted(seconds)
    if not given:
        return None
    start, end = given[0] // _DAY * _DAY, (given[-1] // _DAY + 1) * _DAY
    days = int((end - start) // _DAY)
    step = next(s for s in (1, 2, 7, 14, 28, 91, 182, 365, 3650, days + 1) if days / s <= 10)
    ticks = [(round(100 * day / days, 2), _day(start + day * _DAY, with_year=step > 91)) for day in range(0, days, step)]
    return Scale(start, end, ticks)


def _day(seconds: float, *, with_year: bool) -> str:
    at = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    return f"{at.day} {at:%b %Y}" if with_year else f"{at.day} {at:%b}"


def radius(articles: int) -> float:
    """Pixels of the mark of an event: its area grows with the articles, up to a limit."""
    return round(min(3.0 + 1.7 * sqrt(articles), 15.0), 1)


def shade(share: float | None) -> int:
    """One of six steps from nothing (0) to nearly all (5)."""
    return 0 if share is None or share < 0.005 else min(5, 1 + int(share * 5))


class Bar(NamedTuple):
    """A day of an outlet: x and width in per cent, and (style, y, height) upwards, of a height of 100."""

    x: float
    width: float
    parts: list[tuple[str, float, float]]
    day: str
    articles: int
    words: dict[str, int]


KINDS_UP = ("own", "background", "quote", "copy", "boilerplate")
"""From the bottom of a bar to its top."""


def daily(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Words a day by what they are, from rows with ``day`` (ISO date or None), ``articles`` and the ``_words`` columns."""
    dated = {row["day"]: row for row in rows if row["day"]}
    if not dated:
        return []
    first, last = (datetime.fromisoformat(day) for day in (min(dated), max(dated)))
    days = (last - first).days + 1
    step = -(-days // 120)  # more than 120 days are put together
    sums: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("articles", *KINDS_UP), 0))
    for day, row in dated.items():
        into = sums[(datetime.fromisoformat(day) - first).days // step]
        into["articles"] += row["articles"]
        for kind in KINDS_UP:
            into[kind] += row[f"{kind}_words"]
    tallest = max(sum(into[kind] for kind in KINDS_UP) for into in sums.values()) or 1
    count = -(-days // step)
    bars = []
    for slot, into in sorted(sums.items()):
        parts, top = [], 100.0
        for kind in KINDS_UP:
            height = 100 * into[kind] / tallest
            top -= height
            if height:
                parts.append((kind, round(top, 2), round(height, 2)))
        bars.append(Bar(round(100 * (slot + 0.12) / count, 3), round(76 / count, 3), parts,
                        (first + timedelta(days=slot * step)).date().isoformat(), into["articles"],
                        {kind: into[kind] for kind in KINDS_UP}))
    return bars
