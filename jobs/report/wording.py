"""How the pages say things: times no more exact than they are, credits with how sure they are, kinds of passages in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from clustering.text import Moment
from jobs import documents as d
from jobs.compare import UNKNOWN
from jobs.readers.dates import parse

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]")
"""Control characters, overrides of the writing direction, tags: what cannot be seen and moves or hides what stands around it."""
_LONE = re.compile("[\ud800-\udfff]")

KIND_WORDS = {
    "copy": "the same narrative in several outlets",
    "quote": "the same quoted speech",
    "background": "stock wording, used again and again",
    "boilerplate": "furniture of a site",
}
LEVEL_WORDS = {
    "explicit": "the text says so",
    "corroborated": "other articles with the same words say so",
    "inferred": "not certain, the evidence is indirect",
    "conflicting": "not certain, the evidence conflicts",
    "unknown": "nothing says who wrote it",
}
ROLE_WORDS = {
    "copy": "same text as another article", "excerpt": "part of another article's text",
    "rewrite": "partly the same words", "independent": "a text of its own",
}
STATUS_WORDS = {
    "born": "new in this run", "continued": "unchanged since the last run", "grown": "grown since the last run",
    "merged": "merged from several events of the last run", "split": "split off an event of the last run",
    "revived": "back after a pause",
}
CHANGE_WORDS = {
    "born": "new", "continued": "unchanged", "grown": "grown", "merged": "merged", "split": "split", "revived": "revived",
    "ended": "ended", "withdrawn": "withdrawn",
}


def visible(text: str) -> str:
    """Text without characters that hide or reorder others; what is left stands as it was written."""
    return _LONE.sub("\ufffd", _HIDDEN.sub("", text))


@lru_cache(50_000)
def when(published: str | None) -> str:
    """A time as printed in the artifacts, for people: '4 Mar 2024, 07:12 +01:00', '4 Mar 2024 (day only)', 'undated'."""
    if published is None:
        return "undated"
    stamp = parse(published, earliest_year=1)
    at = datetime.fromisoformat(published)
    day = f"{at.day} {at:%b} {at.year}"
    if stamp.precision == "day":
        return f"{day} (day only)"
    zone = "zone unknown" if not stamp.zone_known else "UTC" if not at.utcoffset() else f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5]
    return f"{day}, {at:%H:%M} {zone}"


def day(seconds: float) -> str:
    """An instant's day in UTC."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%b} {at.year}"


def lag(start: Moment | None, moment: Moment | None, *, first: bool) -> tuple[str, bool]:
    """How much later than the first article, in words, and whether that is certain."""
    if moment is None or start is None:
        return "undated", False
    if first:
        return "first dated", True
    hours = (moment.seconds - start.seconds) / 3600
    unsure = (moment.uncertainty_seconds + start.uncertainty_seconds) / 3600
    said = f"+{hours:,.1f} h" if hours < 72 else f"+{hours / 24:,.1f} days"
    exact = unsure < 0.1  # minutes and seconds
    return said if exact else f"{said} ± {unsure:,.0f} h", exact or hours > unsure


def credit(name: str | None, level: str) -> str:
    """Who is credited, and how surely."""
    return f"credited to {name} ({level})" if name else "no agency credited"


def passage(p: d.Passage) -> str:
    """What a passage is, in words."""
    if p.kind == "copy":
        return f"{'wire copy' if p.agency.name else 'copy'}, {credit(p.agency.name, p.agency.level)}"
    return f"{p.kind}: {KIND_WORDS[p.kind]}"


def seen_in(p: d.Passage) -> int:
    """Different outlets a passage occurs in; every unknown outlet differs from all others."""
    return len({o.outlet or f"?{o.article_id}" for o in p.occurrences})


def first_seen(p: d.Passage, outlet: str | None) -> str:
    """Where a passage was earliest seen, or that nobody can tell."""
    if p.earliest_article_id is None:
        return "the timestamps cannot tell where it was earliest"
    return f"earliest seen in {outlet or UNKNOWN}"
