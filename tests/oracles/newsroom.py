"""The truth about duplicate pairs of the newsroom, from its own spans and plain sets."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.command import NEWSROOM, records

SHINGLE_WORDS = 5


def _words(text: str, cuts: list) -> list[str]:
    kept = list(text)
    for start, end in cuts:
        kept[start:end] = " " * (end - start)
    return re.findall(r"\w+(?:[.,]\d+)*", "".join(kept).casefold())


@cache
def true_overlaps(truth: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """(a, b) with a < b -> Jaccard and larger containment of the bodies' shingle sets, for pairs that share anything."""
    cuts = {r["id"]: [s for zone in ("boilerplate", "caption", "dateline", "byline", "headline") for s in r.get(zone, [])]
            for r in records(truth / "spans.jsonl")}
    sets = {}
    for record in records(NEWSROOM):
        words = _words(record["text"], cuts[record["id"]])
        sets[record["id"]] = {tuple(words[i:i + SHINGLE_WORDS]) for i in range(max(1, len(words) - SHINGLE_WORDS + 1))}
    ids = sorted(sets)
    found = {}
    for n, a in enumerate(ids):
        for b in ids[n + 1:]:
            common = len(sets[a] & sets[b])
            if common:
                found[a, b] = (common / len(sets[a] | sets[b]), common / min(len(sets[a]), len(sets[b])))
    return found
