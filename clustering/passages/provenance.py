"""What only events, credits and timestamps can tell of a passage: background of a story, who is credited, where first seen.

Three questions with separate evidence, never mixed:

* *Who is credited?* Credits of the articles the passage stands in. A photo credit never counts for text; a mention in
  the prose ("told AFP") counts only inside the shared words, and then as ``inferred`` at most.
* *Where was it seen first?* Only where one article's whole time window lies before all others'
  (:func:`clustering.text.certainly_first`).
* *Is the origin among the articles?* ``observed`` when an article that holds all parts the others share was also seen
  first; ``unseen_common_source`` when no article holds them all; else ``unknown``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pyarrow as pa

from clustering.config import PassagesSettings
from clustering.passages.finding import join_many_ways
from clustering.passages.found import Found
from clustering.passages.kinds import BACKGROUND, COPY, OF_STORY, recycled
from clustering.tables import ARTICLE_CREDITS, PASSAGES, flat, table
from clustering.text import certainly_first, moments

STRONG = ("dateline", "byline", "credit_line", "contributed", "copyright", "prefix")
"""Credit types that name the agency of the text."""
_FAMILY_SHARED = 2
"""Copies that share this many articles are parts of one common text."""
_INHERITED = 0.2
"""An article takes over the credit of copies that cover this share of its text."""

Credit = tuple[str, str, int, int]
"""type, agency, start, end"""


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


def _across_events(found: Found, articles: pa.Table, tokens: pa.Table, groups: pa.Table, events_of: pa.Table,
                   stories_of: pa.Table, settings: PassagesSettings) -> Found:
    """Background of a story: what pairs of different events share when it is little of either article, and the same words
    in pairs of one event that share hardly more. Asked of pairs: inside two copies of one text it stays part of the copy.
    """
    shared = found.alignments
    if shared is None or not len(shared.blocks) or not settings.kinds:
        return found
    group, event, story = groups["group"].to_numpy(), events_of["event"].to_numpy(), stories_of["story"].to_numpy()
    left, right = shared.rows.T
    pair, equal = shared.blocks[:, 0], shared.blocks[:, 5]
    narrative = (shared.kind == COPY) | (shared.kind == BACKGROUND)
    together = np.bincount(pair[narrative], equal[narrative], int(pair.max()) + 1)[pair]
    apart = (event[left] != event[right]) & (story[left] == story[right]) & (group[left] != group[right])
    little = together < settings.recycled_share * np.maximum(1, shared.body)
    standing = (shared.kind == COPY) & apart & little
    again = recycled(shared.blocks, shared.kind == COPY, standing, int(flat(tokens["starts"])[1][-1]), settings)
    if not standing.any():
        return found
    kind, reason = shared.kind.copy(), shared.reason.copy()
    kind[standing | again], reason[standing | again] = BACKGROUND, OF_STORY
    return join_many_ways(replace(shared, kind=kind, reason=reason), articles, tokens, found.skipped, settings)


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
    found = _across_events(found, articles, tokens, groups, events_of, stories_of, settings)
    rows_of: dict[int, list[int]] = defaultdict(list)
    spans_of: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    columns = (found.occurrences[name].to_pylist() for name in ("passage", "row", "start", "end"))
    for passage, row, start, end in zip(*columns, strict=True):
        if row not in rows_of[passage]:
            rows_of[passage].append(row)
        spans_of[passage].append((row, start, end))
    records = found.passages.to_pylist()
    times = moments(articles)
    of_article = _credits_of(credits)
    outlets = articles["outlet_key"].to_pylist()
    names = articles["outlet"].to_pylist()
    copies = {r["passage"]: rows_of[r["passage"]] for r in records if r["kind"] == "copy"}
    for record in records:
        record["earliest_row"] = certainly_first({row: times[row] for row in rows_of[record["passage"]]})
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
    return replace(found, passages=table(PASSAGES, records))


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
