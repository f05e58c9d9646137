"""The event page: who ran the same words, at a glance (the barcode), in figures, and in which direction (the heat map)."""

from __future__ import annotations

from typing import Any

from jobs import compare
from jobs import documents as d
from jobs.report import figures, links, wording
from jobs.report.index import IndexedRun
from jobs.report.marking import HUES, Marking, shared_words
from jobs.show import Prose, Table, short

OUTLETS_IN_HEAT_MAP = 40
COLUMNS_READ = 3
"""Articles the reader opens with."""


def page(run: IndexedRun, to: links.Links, event_id: str, marking: Marking) -> dict[str, Any]:
    """What the template needs."""
    event = run.events[event_id]
    sections = {section.name: section for section in compare.of_event(run, event)}
    articles, summary = sections["articles"], sections["summary"]
    assert isinstance(articles, Table)
    assert isinstance(summary, Prose)
    chosen = opening(event, marking)
    return {
        "event": event, "summary": summary.sentences,
        "story": run.stories[event.story_id], "status": wording.STATUS_WORDS[event.status],
        "rows": _rows(run, to, event, marking, [row[-1] for row in articles.rows], chosen), "articles": articles,
        "reader": to.to(links.reader(event_id), links.columns(chosen)), "reader_page": to.to(links.reader(event_id)),
        "passages": passage_rows(run, to, marking), "passages_table": sections["passages"],
        "furniture": sum(1 for p in marking.passages if p.kind == "boilerplate"),
        "heat": _heat_map(to, event, marking),
        "doubted": _doubted(event), "representative": event.representative_article_id, "hues": range(HUES),
    }


def opening(event: d.Cluster, marking: Marking) -> list[str]:
    """Articles the reader opens with: the one most like all others, then those of other outlets that share most with it."""
    first, *others = sorted(event.articles, key=lambda a: (a.article_id != event.representative_article_id, a.article_id))
    theirs = {p.passage_id for p, _ in marking.occurrences[first.article_id]} & marking.numbers.keys()

    def common(a: d.EventArticle) -> int:
        return sum(o.end - o.start for p, o in marking.occurrences[a.article_id] if p.passage_id in theirs)

    others.sort(key=lambda a: (-common(a), a.article_id))
    chosen = [first]
    for a in others:
        if len(chosen) < COLUMNS_READ and all(a.outlet is None or a.outlet != c.outlet for c in chosen):
            chosen.append(a)
    return [a.article_id for a in chosen]


def _doubted(event: d.Cluster) -> str:
    """The article a correction is offered for first: the one least like the others."""
    others = [a.article_id for a in event.articles if a.article_id != event.representative_article_id]
    return event.weakest_article_id if event.weakest_article_id in others else (others or [event.representative_article_id])[0]


def _rows(
    run: IndexedRun, to: links.Links, event: d.Cluster, marking: Marking, in_time: list[str], chosen: list[str],
) -> list[dict[str, Any]]:
    """The articles in order of time, each with its barcode."""
    codes = figures.barcodes(marking)
    by_id = {a.article_id: a for a in event.articles}
    moments = [run.moments[id] for id in in_time if id in run.moments]
    start = min(moments, default=None)
    rows: list[dict[str, Any]] = []
    for id in in_time:
        a, counts = by_id[id], run.articles[id]
        text = run.text(id)
        said, certain = wording.lag(start, run.moments.get(id), first=not rows)
        rows.append({
            "a": a, "code": codes[id], "outlet": a.outlet or compare.UNKNOWN, "when": wording.when(a.published),
            "outlet_page": to.to(links.outlet(a.outlet)) if a.outlet else None,
            "lag": said, "certain": certain, "chosen": id in chosen,
            "shares": [(kind, counts[f"{kind}_words"], counts[f"{kind}_share"]) for kind in ("copy", "quote", "own")],
            "credit": wording.credit(a.agency.name, a.agency.level), "level": wording.LEVEL_WORDS[a.agency.level],
            "evidence": [(e.type.replace("_", " "), e.agency, short(text[e.start : e.end], 160)) for e in a.agency.evidence],
            "role": wording.ROLE_WORDS[a.role],
            "heat": to.to(links.reader(event.event_id), links.columns([id], view="heat")),
        })
    return rows


def passage_rows(run: IndexedRun, to: links.Links, marking: Marking) -> list[dict[str, Any]]:
    """The numbered passages."""
    rows = []
    for p in marking.numbered():
        number = marking.numbers[p.passage_id]
        first = run.articles[p.earliest_article_id]["outlet"] if p.earliest_article_id else None
        rows.append({
            "p": p, "number": number, "hue": number % HUES, "says": wording.passage(p), "outlets": wording.seen_in(p),
            "page": to.to(links.passage(p.passage_id)), "text": short(p.text, 180), "first": wording.first_seen(p, first),
            "changes": {kind: count for kind in ("number", "quote", "name")
                        if (count := sum(1 for o in p.occurrences for c in o.changes if c.type == kind))}})
    return rows


def _heat_map(to: links.Links, event: d.Cluster, marking: Marking) -> dict[str, Any] | None:
    """Directional: how much of the row's words the column has too; None where fewer than two outlets are known."""
    if len(event.outlets) < 2:
        return None
    sums = dict.fromkeys(event.outlets, 0)
    found = shared_words(event, marking, event.outlets)
    for pair in found:
        sums[pair.outlet_a] += pair.shared_words
    kept = sorted(event.outlets, key=lambda name: (-sums[name], name))[:OUTLETS_IN_HEAT_MAP]
    cells = {(pair.outlet_a, pair.outlet_b): pair for pair in found}
    rows = []
    for a in kept:
        row: list[dict[str, Any] | None] = []
        for b in kept:
            if a == b:
                row.append(None)
                continue
            pair = cells[a, b]
            share = pair.shared_words / pair.words if pair.words else 0.0
            row.append({"per_cent": round(100 * share), "shade": figures.shade(share), "words": pair.shared_words,
                        "of": pair.words})
        rows.append({"name": a, "page": to.to(links.outlet(a)), "cells": row})
    table = Table("heat_map", "Shared words, outlet by outlet", (
        "outlet_a", "outlet_b", "shared_words", "words_of_a", "shared_with_b_share"), [
        (*pair, pair.shared_words / pair.words if pair.words else None) for pair in found
        if pair.outlet_a in kept and pair.outlet_b in kept])
    return {"names": kept, "rows": rows, "left_out": len(event.outlets) - len(kept), "table": table}
