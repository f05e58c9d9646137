"""What only events, credits and timestamps can tell of a passage: background of a story, who is credited, where first seen.

Three questions with separate evidence, never mixed:

* *Who is credited?* Credits of the articles the passage stands in. A photo credit never counts for text; a mention in
  the prose ("told AFP") counts only inside the shared words, and then as ``inferred`` at most.
* *Where was it seen first?* Only where one article's whole time window lies before all others': a date alone is a
  day wide, an unknown zone fourteen hours either way, an undated article could be anywhere.
* *Is the origin among the articles?* ``observed`` when an article that holds all parts the others share was also seen
  first; ``unseen_common_source`` when no article holds them all; else ``unknown``.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from clustering.config import PassagesSettings
from clustering.passages.found import Found
from clustering.passages.kinds import OF_STORY, REASONS
from clustering.passages.nominate import instants
from clustering.tables import ARTICLE_CREDITS, PASSAGES, flat, table

STRONG = ("dateline", "byline", "credit_line", "contributed", "copyright", "prefix")
"""Credit types that name the agency of the text."""
_SECOND = 1_000_000
_WIDTH = {"day": 86_400 * _SECOND, "minute": 60 * _SECOND, "second": _SECOND}
_UNKNOWN_ZONE = 14 * 3_600 * _SECOND
_FAMILY_SHARED = 2
"""Copies that share this many articles are parts of one common text."""
_INHERITED = 0.2
"""An article takes over the credit of copies that cover this share of its text."""

Credit = tuple[str, str, int, int]
"""type, agency, start, end"""


def windows(articles: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Earliest and latest instant (int64 microseconds) of each article; -1 and the largest number when undated."""
    at = instants(articles)
    width = np.array([_WIDTH.get(p or "day", _WIDTH["day"]) for p in articles["published_precision"].to_pylist()], np.int64)
    slack = np.where(np.array(articles["published_zone_known"].fill_null(False), bool), 0, _UNKNOWN_ZONE)
    dated = at >= 0
    return np.where(dated, at - slack, -1), np.where(dated, at + width + slack, np.iinfo(np.int64).max)


def _credits_of(credits: pa.Table) -> dict[int, list[Credit]]:
    out: dict[int, list[Credit]] = defaultdict(list)
    for c in credits.to_pylist():
        if c["type"] != "photo":
            out[c["row"]].append((c["type"], c["agency"], c["start"], c["end"]))
    return out


def weigh(strong: list[tuple[str, str]], weak: list[str]) -> tuple[str | None, str]:
    """Agency and level from (agency, outlet) of strong evidence and the agencies of weak evidence.

    Two agencies contradict each other and are both shown; one agency named at two outlets is corroborated.
    """
    agencies = sorted({agency for agency, _ in strong})
    if len(agencies) > 1:
        return ", ".join(agencies), "conflicting"
    if agencies:
        return agencies[0], "corroborated" if len({outlet for _, outlet in strong}) > 1 else "explicit"
    named = sorted(set(weak))
    if not named:
        return None, "unknown"
    return ", ".join(named), "inferred" if len(named) == 1 else "conflicting"


def _earliest(rows: list[int], low: np.ndarray, high: np.ndarray) -> int | None:
    """The article whose whole time window lies before all others'."""
    first = min(rows, key=lambda row: (int(high[row]), row))
    return first if all(low[row] >= high[first] for row in rows if row != first) else None


def _origins(copies: dict[int, list[int]], earliest: dict[int, int | None]) -> dict[int, str]:
    """Whether an article that holds every part of the common text was seen first; one entry a copy passage."""
    of_row: dict[int, list[int]] = defaultdict(list)
    for passage, rows in copies.items():
        for row in rows:
            of_row[row].append(passage)
    out = {}
    for passage, rows in copies.items():
        meets: dict[int, int] = defaultdict(int)
        for row in rows:
            for other in of_row[row]:
                meets[other] += 1
        family = [other for other, shared in meets.items() if shared >= min(_FAMILY_SHARED, len(rows))]
        holds: dict[int, int] = defaultdict(int)
        for other in family:
            for row in copies[other]:
                holds[row] += 1
        whole = {row for row, parts in holds.items() if parts == len(family)}
        if not whole:
            out[passage] = "unseen_common_source"
        else:
            out[passage] = "observed" if earliest[passage] in whole else "unknown"
    return out


def settle(found: Found, articles: pa.Table, tokens: pa.Table, credits: pa.Table, groups: pa.Table, events_of: pa.Table,
           stories_of: pa.Table, settings: PassagesSettings) -> Found:
    """The same passages with what events and stories tell: background, agency, earliest article, origin.

    Parameters
    ----------
    found
        What :func:`finding.find` returned.
    articles, tokens, credits, groups, events_of, stories_of
        ARTICLES, TOKENS, CREDITS, GROUPS, EVENTS_OF, STORIES_OF.
    settings
        ``kinds`` off leaves every kind alone.
    """
    rows_of: dict[int, list[int]] = defaultdict(list)
    spans_of: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    size = np.diff(flat(tokens["starts"])[1])
    columns = (found.occurrences[name].to_pylist() for name in ("passage", "row", "start", "end"))
    for passage, row, start, end in zip(*columns, strict=True):
        if row not in rows_of[passage]:
            rows_of[passage].append(row)
        spans_of[passage].append((row, start, end))
    events, stories = events_of["event"].to_pylist(), stories_of["story"].to_pylist()
    of_group = groups["group"].to_pylist()
    records = found.passages.to_pylist()
    for record in records:
        rows = rows_of[record["passage"]]
        small = all(record["tokens"] < settings.recycled_share * size[row] for row in rows)
        apart = len({events[row] for row in rows}) > 1 and len({of_group[row] for row in rows}) > 1
        if settings.kinds and record["kind"] == "copy" and small and apart and len({stories[row] for row in rows}) == 1:
            record["kind"], record["reason"] = "background", REASONS[OF_STORY]

    low, high = windows(articles)
    of_article = _credits_of(credits)
    outlets = articles["outlet_key"].to_pylist()
    names = articles["outlet"].to_pylist()
    copies = {r["passage"]: rows_of[r["passage"]] for r in records if r["kind"] == "copy"}
    for record in records:
        record["earliest_row"] = _earliest(rows_of[record["passage"]], low, high)
    origins = _origins(copies, {r["passage"]: r["earliest_row"] for r in records})
    for record in records:
        if record["passage"] not in copies:
            continue
        strong, weak, evidence = [], [], []
        for row in rows_of[record["passage"]]:
            for kind, agency, _, _ in of_article.get(row, ()):
                if kind in STRONG:
                    strong.append((agency, outlets[row]))
                    evidence.append(f"{kind.replace('_', ' ')} names {agency} at {names[row] or 'an unknown outlet'}")
        for row, start, end in spans_of[record["passage"]]:
            for kind, agency, at, stop in of_article.get(row, ()):
                if kind not in STRONG and start <= at and stop <= end:
                    weak.append(agency)
                    evidence.append(f"the shared words mention {agency}")
        record["agency"], record["agency_level"] = weigh(strong, weak)
        record["evidence"] = list(dict.fromkeys(evidence))
        record["origin"] = origins[record["passage"]]
    return Found(table(PASSAGES, records), found.occurrences, found.changes, found.skipped)




def credit_articles(articles: pa.Table, credits: pa.Table, found: Found) -> pa.Table:
    """Whom each article's text is credited to: its own credits first, else those of the copies that fill much of it.

    Returns an ARTICLE_CREDITS table. Credits taken over from other articles, and mentions inside shared words, are
    ``inferred`` at most; a second outlet that credits the same agency for words this article holds corroborates it.
    """
    kinds = found.passages["kind"].to_pylist()
    agencies, levels = found.passages["agency"].to_pylist(), found.passages["agency_level"].to_pylist()
    copies: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    columns = (found.occurrences[name].to_pylist() for name in ("passage", "row", "start", "end"))
    for passage, row, start, end in zip(*columns, strict=True):
        if kinds[passage] == "copy":
            copies[row].append((passage, start, end))
    of_article = _credits_of(credits)
    texts = articles["text"]
    rows = []
    for row in range(len(articles)):
        own = of_article.get(row, [])
        strong = [c for c in own if c[0] in STRONG]
        named = {agency for _, agency, _, _ in strong}
        evidence = list(strong)
        if named:
            agency, level = weigh([(agency, "") for _, agency, _, _ in strong], [])
            backed = any(levels[p] == "corroborated" and agencies[p] == agency for p, _, _ in copies.get(row, ()))
            level = "corroborated" if level == "explicit" and backed else level
        else:
            inside = [c for c in own if any(s <= c[2] and c[3] <= e for _, s, e in copies.get(row, ()))]
            taken = [("passage", agencies[p], s, e) for p, s, e in copies.get(row, ())
                     if levels[p] in ("explicit", "corroborated") and agencies[p]]
            length = len(texts[row].as_py()) if taken else 1
            if sum(e - s for _, _, s, e in taken) < _INHERITED * length:
                taken = []
            evidence = [*inside, *taken]
            agency, level = weigh([], [agency for _, agency, _, _ in evidence])
        rows.append({"agency": agency, "level": level, "evidence": [
            {"type": kind, "agency": name, "start": start, "end": end}
            for kind, name, start, end in sorted(evidence, key=lambda c: (c[2], c[3], c[0], c[1]))]})
    return table(ARTICLE_CREDITS, rows)
