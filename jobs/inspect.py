"""``samestory inspect [ID]``: what a run found, or one article, group, event, story, passage or outlet of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from jobs.rundir import KINDS, Run, open_run, run_options
from jobs.show import Facts, Prose, Section, Table, emit, format_option, plural, safe, short

LONGEST_LIST = 10
"""Rows of the lists in a run's summary."""


@click.command()
@click.argument("given", metavar="[ID]", required=False)
@click.option("--boilerplate", is_flag=True, help="ID is an outlet: list what was masked as furniture in its articles, and why.")
@run_options
@format_option
def command(given: str | None, store: Path, run_id: str | None, how: str, *, boilerplate: bool) -> None:
    """Show what a run found, or one thing of it.

    ID is an article, duplicate group (d-), event (e-), story (s-) or passage (p-); a unique beginning is enough.
    """
    run = open_run(store, run_id)
    if boilerplate:
        if given is None:
            raise click.UsageError("--boilerplate needs the name of an outlet")
        emit(masked(run, run.outlet(given)), how)
    elif given is None:
        emit(summary(run), how)
    else:
        found = run.find(given)
        sections = _SHOW[found.kind](run, found.id)
        if given in run.redirects:
            sections = [Prose("redirect", "Followed", [f"{safe(given)} was merged into {found.id}."]), *sections]
        emit(sections, how)


def summary(run: Run) -> list[Section]:
    """Counts, the biggest events and stories, passages per kind, agencies, rejects and warnings."""
    kinds = Counter(p.kind for p in run.passages.values())
    agencies = Counter(a["agency"] for a in run.articles.values() if a["agency"])
    events = sorted(run.events.values(), key=lambda e: (-e.article_count, e.event_id))
    stories = sorted((s for s in run.stories.values() if s.event_count > 1),
                     key=lambda s: (-s.event_count, -s.article_count, s.story_id))
    wire = sum(1 for p in run.passages.values() if p.kind == "copy" and p.agency.name)
    warnings = [*run.run_results.warnings, *(f"{s.name}: {w}" for s in run.run_results.stages for w in s.warnings)]
    sections: list[Section] = [
        Facts("run", "Run", {
            "run_id": run.run_id, "parent_run_id": run.manifest.parent_run_id, "as_of": run.manifest.as_of,
            "articles": len(run.articles), "outlets": len({a["outlet"] for a in run.articles.values() if a["outlet"]}),
            "duplicate_groups": len(run.duplicate_groups), "events": len(run.events),
            "events_of_several_articles": sum(1 for e in events if e.article_count > 1),
            "stories": len(run.stories), "stories_of_several_events": len(stories),
            "passages": {kind: kinds[kind] for kind in KINDS},
            "wire_copy_passages": wire, "rejects": len(run.rejects),
            "changes_since_parent": len(run.lineage) if run.manifest.parent_run_id else None,  # a first run has only births
        }),
        Table("events", "Biggest events", ("event_id", "title", "articles", "outlets", "independent_texts", "first_published"),
              [(e.event_id, e.title, e.article_count, e.outlet_count, e.independent_text_count, e.first_published)
               for e in events[:LONGEST_LIST] if e.article_count > 1], empty="no event has more than one article"),
        Table("stories", "Longest stories", ("story_id", "title", "events", "articles", "first_published", "last_published"),
              [(s.story_id, s.title, s.event_count, s.article_count, s.first_published, s.last_published)
               for s in stories[:LONGEST_LIST]], empty="no story has more than one event"),
        Table("agencies", "Articles credited to", ("agency", "articles"),
              sorted(agencies.items(), key=lambda pair: (-pair[1], pair[0])), empty="no agency is credited"),
    ]
    if run.rejects:
        sections.append(Table("rejects", "Records that could not be used (rejects.jsonl)", ("reason", "records"), sorted(
            Counter(r.reason for r in run.rejects).items(), key=lambda pair: (-pair[1], pair[0]))[:LONGEST_LIST]))
    if warnings:
        sections.append(Prose("warnings", "Warnings", [safe(w) for w in warnings]))
    return sections


def article(run: Run, article_id: str) -> list[Section]:
    """One article."""
    row = run.articles[article_id]
    event = run.events[row["event_id"]]
    here = next(a for a in event.articles if a.article_id == article_id)
    text = run.texts({article_id})[article_id]
    passages = run.passages_of(article_id)
    group = run.duplicate_groups.get(row["duplicate_group_id"])
    text_of = group.representative_article_id if group else article_id
    return [
        Facts("article", "Article", {
            "article_id": article_id, "title": row["title"], "outlet": row["outlet"], "published": row["published"],
            "url": row["url"], "lang": row["lang"], "duplicate_group_id": row["duplicate_group_id"],
            "relation": row["relation"], "event_id": row["event_id"], "event_title": event.title, "story_id": row["story_id"],
            "role": row["role"], "words": row["words"], **{f"{k}_share": row[f"{k}_share"] for k in (*KINDS, "own")},
            "credited_to": row["agency"], "credit_level": row["agency_level"],
        }),
        Table("credit_evidence", "What says so", ("type", "agency", "words"),
              [(e.type, e.agency, short(text[e.start : e.end])) for e in here.agency.evidence],
              empty="nothing in the article names an agency"),
        Facts("why", "Why it is in this event", {
            **({"same_text_as": text_of} if text_of != article_id else {}),
            "nearest_article_id": here.why.nearest_article_id, "cosine": here.why.cosine, "shared_terms": here.why.shared_terms,
            "margin": here.why.margin, "round_up_of": here.why.round_up_of, "corrections": here.why.corrections}),
        Table("passages", "Words it shares with other outlets", (
            "passage_id", "kind", "tokens", "credited_to", "shared_with", "text"), [
              (p.passage_id, p.kind, p.tokens, p.agency.name,
                sorted({o.outlet or "(unknown outlet)" for o in p.occurrences if o.article_id != article_id}), short(p.text))
              for p in passages], empty="none"),
    ]


def event(run: Run, event_id: str) -> list[Section]:
    """One event."""
    e = run.events[event_id]
    return [
        Facts("event", "Event", {
            "event_id": e.event_id, "title": e.title, "keywords": e.keywords, "story_id": e.story_id, "status": e.status,
            "previous_ids": e.previous_ids, "first_published": e.first_published, "last_published": e.last_published,
            "articles": e.article_count, "outlets": e.outlets, "independent_texts": e.independent_text_count,
            "languages": e.languages,
            "representative_article_id": e.representative_article_id, "cohesion": e.cohesion,
            "weakest_article_id": e.weakest_article_id, "passages": dict(Counter(run.passages[p].kind for p in e.passage_ids)),
        }),
        Table("articles", "Articles", (
            "article_id", "outlet", "published", "role", "words", "copy_share", "own_share", "credited_to", "title"), [
              (a.article_id, a.outlet, a.published, a.role, a.words, a.copy_share, a.own_share, a.agency.name, a.title)
              for a in sorted(e.articles, key=lambda a: (run.when(a.article_id), a.article_id))]),
    ]


def story(run: Run, story_id: str) -> list[Section]:
    """One story."""
    s = run.stories[story_id]
    return [
        Facts("story", "Story", {
            "story_id": s.story_id, "title": s.title, "keywords": s.keywords, "status": s.status, "previous_ids": s.previous_ids,
            "first_published": s.first_published, "last_published": s.last_published, "events": s.event_count,
            "articles": s.article_count, "outlets": s.outlets, "languages": s.languages,
        }),
        Table("events", "Events in order of time", ("event_id", "first_published", "articles", "outlets", "title"),
              [(e.event_id, e.first_published, e.article_count, e.outlet_count, e.title) for e in s.events]),
        Table("links", "Why they are one story", ("left_event_id", "right_event_id", "cosine", "gap_days", "shared_terms"),
              [(k.left_event_id, k.right_event_id, k.cosine, k.gap_days, k.shared_terms) for k in s.links],
              empty="a single event"),
    ]


def duplicate_group(run: Run, group_id: str) -> list[Section]:
    """One duplicate group; an article alone has one too."""
    rows = [row for row in run.articles.values() if row["duplicate_group_id"] == group_id]
    group = run.duplicate_groups.get(group_id)
    representative = group.representative_article_id if group else rows[0]["article_id"]
    return [
        Facts("duplicate_group", "Duplicate group" if group else "Duplicate group of a single article", {
            "duplicate_group_id": group_id, "event_id": rows[0]["event_id"], "relation": group.relation if group else None,
            "representative_article_id": representative, "articles": len(rows), "status": group.status if group else None,
        }),
        Table("articles", "Articles", ("article_id", "outlet", "published", "relation", "title"),
              [(r["article_id"], r["outlet"], r["published"], r["relation"], r["title"]) for r in rows]),
    ]


def passage(run: Run, passage_id: str) -> list[Section]:
    """One passage."""
    p = run.passages[passage_id]
    changes = [(o.article_id, o.outlet, c.type, c.here, c.there) for o in p.occurrences for c in o.changes]
    sections: list[Section] = [
        Facts("passage", "Passage", {
            "passage_id": p.passage_id, "kind": p.kind, "reason": p.reason, "tokens": p.tokens, "credited_to": p.agency.name,
            "credit_level": p.agency.level, "evidence": p.agency.evidence, "earliest_seen_in": p.earliest_article_id,
            "origin": p.origin, "event_ids": p.event_ids,
        }),
        Prose("text", "Words", [safe(p.text, lines=True)]),
        Table("occurrences", "Where it stands", ("article_id", "outlet", "published", "start", "end", "identity_share"),
              [(o.article_id, o.outlet, run.articles[o.article_id]["published"], o.start, o.end, o.identity)
               for o in p.occurrences]),
    ]
    if changes:
        sections.append(Table("changes", "What differs from the first occurrence",
                              ("article_id", "outlet", "type", "here", "there"), changes))
    return sections


def masked(run: Run, outlet: str) -> list[Section]:
    """What was masked as boilerplate in an outlet's articles, the most frequent words first."""
    ids = {row["article_id"] for row in run.articles.values() if row["outlet"] == outlet}
    texts = run.texts(ids)
    counts: Counter[tuple[str, str]] = Counter()
    for zone in run.rows("zones.parquet", zone="boilerplate"):
        if zone["article_id"] in ids:
            counts[zone["reason"], short(texts[zone["article_id"]][zone["start"] : zone["end"]])] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    said = [(c["text"], c["note"]) for c in run.manifest.corrections
            if c["type"] == "not-boilerplate" and c["outlet"] == outlet]
    sections: list[Section] = [Table("corrections", "What people said is no furniture", ("words", "note"), said)] if said else []
    return [*sections, Table(
        "boilerplate", f"Masked in {plural(len(ids), 'article')} of {safe(outlet)}", ("times", "reason", "words"),
        [(count, reason, words) for (reason, words), count in ordered], empty="nothing was masked")]


_SHOW = {"article": article, "event": event, "story": story, "duplicate_group": duplicate_group, "passage": passage}
