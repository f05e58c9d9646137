"""A small result made by hand, for tests of what is written and read: five invented articles, hostile on purpose."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from clustering import lineage, tables, text
from clustering.pipeline import Result
from clustering.tables import table
from tests.build import articles

WIRE = ("PORT ALDER (Nordfunk) - The ferry Halcyon ran onto a sandbank at dawn with 214 people on board, and all of them were "
        "brought ashore by noon, the harbour office said on Tuesday.")
QUOTE = "“We counted every head twice before we left the deck”"
STOCK = "the Halcyon, built in 1978 and refitted twice"
EVIL = "\x1b[31mred\x1b[0m \u202egnp.exe\u202c [bold]loud[/bold] \x9b2J\x07"

RECORDS: list[dict[str, Any]] = [
    {"article_id": "a1", "outlet": "Alder Daily", "title": "Ferry aground", "published": "2024-05-07T09:00:00+00:00",
     "text": f"🚢🚢 {WIRE}\n{QUOTE}, the captain said.", "lang": "en", "published_zone_known": True},
    {"article_id": "a2", "outlet": "Harbour Post", "title": '=HYPERLINK("x")', "published": "2024-05-07T12:00:00+00:00",
     "text": WIRE, "lang": "en", "published_zone_known": True},
    {"article_id": "a3", "outlet": "Orrin Echo", "title": EVIL, "published": "2024-05-08", "lang": "en",
     "text": f"Our reporter watched from the pier as the tide came in. {WIRE.replace('214', '241')} {QUOTE}. It was {STOCK}."},
    {"article_id": "a4", "outlet": None, "title": None, "lang": "en",
     "text": f"An inquiry into {STOCK} opens on Monday in the town hall of Port Alder, three judges were named. {EVIL}"},
    {"article_id": "a5", "outlet": "Alder Daily", "title": "", "text": "", "published": "2024-05-01"},
]


def _occurrence(passage: int, row: int, words: str, identity: float = 1.0) -> dict[str, Any]:
    start = RECORDS[row]["text"].index(words)
    return {"passage": passage, "row": row, "start": start, "end": start + len(words), "identity": identity}


def _shares(body: int, copy: int, quote: int, background: int) -> dict[str, int]:
    return {"words": body, "copy_words": copy, "quote_words": quote, "background_words": background,
            "own_words": body - copy - quote - background, "boilerplate_words": 0, "all_words": body}


def hand_result(records: list[dict[str, Any]] | None = None) -> Result:
    """a1, a2 one text; a1-a3 one event; a4 another event of the story; a5 alone and empty."""
    given = articles(*(RECORDS if records is None else records))
    n = len(given)
    tokens = text.tokenise(given["text"])
    count = [len(starts) for starts in tokens["starts"].to_pylist()]
    if n == 0:
        return _empty(given, tokens)
    edited = WIRE.replace("214", "241")
    wire, quote = len(WIRE.split()) - 2, 10
    occurrences = [
        _occurrence(0, 0, WIRE), _occurrence(0, 1, WIRE), _occurrence(0, 2, edited, 0.966667),
        _occurrence(1, 0, QUOTE), _occurrence(1, 2, QUOTE),
        _occurrence(2, 2, STOCK), _occurrence(2, 3, STOCK)]
    number = RECORDS[2]["text"].index("241")
    credit = {"type": "dateline", "agency": "Nordfunk", "start": 0, "end": 21}
    groups = table(tables.GROUPS, {"group": [0, 0, 2, 3, 4], "relation": [
        "representative", "near_duplicate", "representative", "representative", "representative"]})
    events_of = table(tables.EVENTS_OF, {"event": [0, 0, 0, 3, 4]})
    stories_of = table(tables.STORIES_OF, {"story": [0, 0, 0, 0, 4]})
    named = lineage.name(given, groups, events_of, stories_of, None)
    passage = {"agency": None, "agency_level": "unknown", "evidence": [], "earliest_row": None, "origin": "unknown"}
    why = {"role": "independent", "nearest_row": None, "cosine": None, "shared_terms": [], "margin": None,
           "shared_term_weights": [], "dating": "unknown", "named_days": [], "round_up_rows": []}
    return Result(
        articles=given, tokens=tokens,
        zones=table(tables.SPANS, [{"row": 3, "zone": "boilerplate", "start": 0, "end": 10, "reason": "rule: furniture"}]),
        credits=table(tables.CREDITS, [{"row": 1, "agency": "Nordfunk", "type": "dateline", "start": 0, "end": 21}]),
        languages=table(tables.LANGUAGES, {"lang": ["en"] * 4 + ["und"], "source": ["given"] * 4 + ["detected"]}),
        signatures=table(tables.SIGNATURES, {"signature": [[1]] * n}),
        pairs=table(tables.PAIRS, [
            {"left": 0, "right": 1, "channel": "band", "shared_shingles": 24, "jaccard": 0.7, "containment_left": 0.7,
             "containment_right": 1.0, "longest_run": 29, "verdict": "near_duplicate", "reason": "Jaccard 0.700"},
            {"left": 1, "right": 2, "channel": "sample", "shared_shingles": 18, "jaccard": 1 / 3, "containment_left": 0.8,
             "containment_right": float("nan"), "longest_run": 17, "verdict": "rejected", "reason": "Jaccard 0.333 below 0.5"}]),
        groups=groups,
        passages=table(tables.PASSAGES, [
            passage | {"passage": 0, "kind": "copy", "reason": "narrative of one event", "tokens": 29, "reference_row": 0,
                       "sketch": [3, 5, 8],
                       "agency": "Nordfunk", "agency_level": "explicit", "evidence": ["dateline of a2"], "earliest_row": 0,
                       "origin": "unseen_common_source"},
            passage | {"passage": 1, "kind": "quote", "reason": "inside quotation marks", "tokens": 10, "reference_row": 0,
                       "sketch": []},
            passage | {"passage": 2, "kind": "background", "reason": "two events", "tokens": 8, "reference_row": 2,
                       "sketch": [3, 5, 8]}]),
        occurrences=table(tables.OCCURRENCES, occurrences),
        changes=table(tables.CHANGES, [{"passage": 0, "row": 2, "type": "number", "here": "241", "there": "214",
                                        "start": number, "end": number + 3}]),
        shares=table(tables.SHARES, [
            _shares(count[0], wire, quote, 0), _shares(count[1], wire, 0, 0), _shares(count[2], wire, quote, 8),
            _shares(count[3], 0, 0, 8), _shares(0, 0, 0, 0)]),
        article_credits=table(tables.ARTICLE_CREDITS, [
            {"agency": "Nordfunk", "level": "corroborated", "evidence": []},
            {"agency": "Nordfunk", "level": "explicit", "evidence": [credit]},
            *[{"agency": None, "level": "unknown", "evidence": []}] * 3]),
        neighbours=table(tables.NEIGHBOURS, [
            {"left": 0, "right": 2, "cosine": 0.52, "time_weight": 0.9, "opening_weight": 1.0, "weight": 0.5,
             "shared_tokens": 40, "rank": 0, "needed": 0.11, "changed_numbers": 0},
            {"left": 2, "right": 3, "cosine": 0.2, "time_weight": 0.75, "opening_weight": 1.0, "weight": 0.15,
             "shared_tokens": 0, "rank": 1, "needed": 0.11, "changed_numbers": 0}]),
        events_of=events_of, stories_of=stories_of,
        story_links=table(tables.STORY_LINKS, [
            {"left_event": 0, "right_event": 3, "cosine": 0.21, "gap_days": None, "shared_terms": ["halcyon"]}]),
        events=table(tables.EVENTS, [
            {"event": e, "story": s, "title": title, "keywords": words, "names": [], "representative_row": e,
             "weakest_row": weakest, "cohesion": cohesion, "stability": 1.0} for e, s, title, words, weakest, cohesion in (
                 (0, 0, "Ferry aground", ["ferry", "sandbank"], 2, 0.52), (3, 0, EVIL, ["inquiry"], None, None),
                 (4, 4, None, [], None, None))]),
        stories=table(tables.STORIES, [{"story": 0, "title": "Ferry aground", "keywords": ["halcyon"]},
                                       {"story": 4, "title": None, "keywords": []}]),
        why=table(tables.WHY, [
            why | {"role": "copy", "nearest_row": 2, "cosine": 0.52, "shared_terms": ["ferry", "sandbank"], "margin": 0.4},
            why | {"role": "copy", "nearest_row": 2, "cosine": 0.52, "shared_terms": ["ferry"], "margin": 0.4},
            why | {"role": "rewrite", "nearest_row": 0, "cosine": 0.52, "shared_terms": ["ferry"], "margin": 0.35},
            why, why]),
        outlets=table(tables.OUTLETS, [
            {"outlet": name, "articles": 1, "words": 40, "copy_words": 29, "quote_words": 0, "background_words": 0,
             "own_words": 11, "boilerplate_words": 0, "events": 1, "first_in_events": 0, "agencies": ["Nordfunk"]}
            for name in ("Alder Daily", "Harbour Post", "Orrin Echo")]),
        outlet_pairs=table(tables.OUTLET_PAIRS, [
            {"outlet_a": a, "outlet_b": b, "events_together": 1, "shared_passages": 1, "shared_words": 29, "containment": 0.725,
             "median_lag_hours": lag, "lag_uncertainty_hours": 0.01}
            for a, b, lag in (("Alder Daily", "Harbour Post", 3.0), ("Harbour Post", "Alder Daily", -3.0))]),
        group_ids=named.groups, event_ids=named.events, story_ids=named.stories, lineage=named.lineage,
        passage_ids=table(tables.PASSAGE_IDS, {"passage": [0, 1, 2], "id": [f"p-{n}{0:011d}" for n in (1, 2, 3)]}),
    )


def _empty(given: pa.Table, tokens: pa.Table) -> Result:
    """A run over nothing."""
    names = {"zones": "SPANS", "group_ids": "IDS", "event_ids": "IDS", "story_ids": "IDS",
             "impossible_links": "LINKS"}
    return Result(**{
        field: {"articles": given, "tokens": tokens}.get(
            field, table(getattr(tables, names.get(field, field.upper())), []))
        for field in Result.__dataclass_fields__})
