"""The reader: an event's articles, cut into pieces on this side, so that the script puts whole strings side by side.

Offsets never leave Python: JavaScript counts UTF-16 units, and a text with emoji would be marked in the wrong places.
"""

from __future__ import annotations

from typing import Any

from jobs import compare
from jobs import documents as d
from jobs.report import links, wording
from jobs.report.event import opening
from jobs.report.index import IndexedRun
from jobs.report.marking import HUES, Marking, changes, pieces


def page(run: IndexedRun, to: links.Links, event_id: str, marking: Marking) -> dict[str, Any]:
    """What the template needs; ``data`` is what the script reads."""
    event = run.events[event_id]
    ordered = sorted(event.articles, key=lambda a: (run.when(a.article_id), a.article_id))
    known = _passages(run, to, marking)
    place = {p["id"]: i for i, p in enumerate(known)}
    return {
        "event": event, "event_page": to.to(links.event(event_id)),
        "data": {
            "open": opening(event, marking), "passages": known,
            "articles": [_article(run, a, marking, place) for a in ordered],
        },
    }


def _passages(run: IndexedRun, to: links.Links, marking: Marking) -> list[dict[str, Any]]:
    """Numbered ones in order of their number, then boilerplate (number 0)."""
    furniture = sorted((p for p in marking.passages if p.passage_id not in marking.numbers), key=lambda p: p.passage_id)
    found = []
    for p in [*marking.numbered(), *furniture]:
        number = marking.numbers.get(p.passage_id, 0)
        first = run.articles[p.earliest_article_id]["outlet"] if p.earliest_article_id else None
        found.append({
            "id": p.passage_id, "n": number, "hue": number % HUES, "kind": p.kind, "says": wording.visible(wording.passage(p)),
            "words": p.tokens, "outlets": wording.seen_in(p), "first": wording.visible(wording.first_seen(p, first)),
            "reason": wording.visible(p.reason or ""), "page": to.to(links.passage(p.passage_id)),
        })
    return found


def _article(run: IndexedRun, a: d.EventArticle, marking: Marking, place: dict[str, int]) -> dict[str, Any]:
    """One article: its pieces are [text, numbers of its passages, zone or 0, number of its change or -1]."""
    text = run.text(a.article_id)
    zones = run.zones([a.article_id])
    spans = zip(*(zones[name].to_pylist() for name in ("start", "end", "zone")), strict=True)
    here = marking.occurrences[a.article_id]
    cut = pieces(len(text), spans, here)
    return {
        "id": a.article_id, "outlet": wording.visible(a.outlet or compare.UNKNOWN), "named": a.outlet is not None,
        "title": wording.visible(a.title or "untitled"), "when": wording.when(a.published), "words": a.words,
        "url": a.url if a.url and a.url.lower().startswith(("http://", "https://")) else None,
        "credit": wording.visible(wording.credit(a.agency.name, a.agency.level)), "group": a.duplicate_group_id,
        "pieces": [[wording.visible(text[piece.start : piece.end]), [place[id] for id in piece.passages], piece.zone or 0,
                    -1 if piece.change is None else piece.change] for piece in cut],
        "changes": [[place[p.passage_id], c.type, wording.visible(c.here), wording.visible(c.there),
                     wording.visible(p.occurrences[0].outlet or compare.UNKNOWN)]
                    for p, c in changes(here)],
    }
