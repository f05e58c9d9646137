"""The JSON records of a run, made from its result: one function an artifact, each sorted by id."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from clustering.errors import SamestoryError
from jobs import documents as d
from jobs.independence import independent_texts
from jobs.view import View, number

_LOOSENESS: tuple[Literal["identical", "near_duplicate", "excerpt"], ...] = ("identical", "near_duplicate", "excerpt")
_V = d.SCHEMA_VERSION


def _article_agencies(view: View) -> list[d.ArticleAgency]:
    return [
        d.ArticleAgency(name=row["agency"], level=row["level"], evidence=[d.CreditEvidence(**e) for e in row["evidence"] or []])
        for row in view.result.article_credits.to_pylist()]


def _corrections(view: View) -> dict[str, list[str]]:
    """Article id -> what people said of it: 'must-link with b (the same accident)'."""
    said: dict[str, list[str]] = defaultdict(list)
    impossible = {(link["a"], link["b"]) for link in view.result.impossible_links.to_pylist()}
    for link in view.result.links.to_pylist():
        note = f" ({link['note']})" if link["note"] else ""
        failed = ", not possible: the same text" if (link["a"], link["b"]) in impossible and link["type"] == "cannot-link" else ""
        for here, other in ((link["a"], link["b"]), (link["b"], link["a"])):
            said[here].append(f"{link['type']} with {other}{note}{failed}")
    return said


def clusters(view: View) -> list[d.Cluster]:
    """Events with their articles."""
    titles, urls = view.result.articles["title"].to_pylist(), view.result.articles["url"].to_pylist()
    precisions = view.result.articles["published_precision"].to_pylist()
    agencies, why = _article_agencies(view), view.result.why.to_pylist()
    passages_of: dict[int, set[str]] = defaultdict(set)
    for passage, occurrences in view.occurrences.items():
        for o in occurrences:
            passages_of[view.event_of[o["row"]]].add(view.passage_names[passage])
    independent, corrected = independent_texts(view), _corrections(view)

    def article(row: int) -> d.EventArticle:
        share, reason = view.shares[row], why[row]
        return d.EventArticle(
            article_id=view.article_ids[row], outlet=view.outlets[row], url=urls[row], title=titles[row],
            published=view.published[row], published_precision=precisions[row],
            duplicate_group_id=view.group_names[view.group_of[row]].id, role=reason["role"], words=share["words"],
            copy_share=share["copy_share"], quote_share=share["quote_share"], background_share=share["background_share"],
            boilerplate_share=share["boilerplate_share"], own_share=share["own_share"], agency=agencies[row],
            why=d.Why(nearest_article_id=view.article(reason["nearest_row"]), cosine=number(reason["cosine"]),
                      shared_terms=reason["shared_terms"] or [], margin=number(reason["margin"]),
                      shared_term_weights=reason["shared_term_weights"] or [], dating=reason["dating"],
                      named_days=reason["named_days"] or [], corrections=corrected[view.article_ids[row]],
                      round_up_of=[view.article_ids[r] for r in reason["round_up_rows"] or []]))

    found = []
    for event in view.result.events.to_pylist():
        label = event["event"]
        rows, name = view.event_rows[label], view.event_names[label]
        span = view.span(rows)
        found.append(d.Cluster(
            schema_version=_V, event_id=name.id, story_id=view.story_names[event["story"]].id, title=event["title"],
            keywords=event["keywords"] or [], names=event["names"] or [],
            representative_article_id=view.article_ids[event["representative_row"]],
            first_published=span.first, last_published=span.last, article_count=len(rows),
            outlet_count=view.outlet_count(rows), independent_text_count=independent[label],
            outlets=view.outlet_names(rows), languages=sorted({view.langs[row] for row in rows}), status=name.status,
            previous_ids=name.previous_ids, cohesion=number(event["cohesion"]), stability=number(event["stability"]),
            weakest_article_id=view.article(event["weakest_row"]), articles=[article(row) for row in rows],
            passage_ids=sorted(passages_of[label])))
    if sum(c.article_count for c in found) != len(view.article_ids):
        raise SamestoryError("the events described do not hold every article exactly once")
    return sorted(found, key=lambda c: c.event_id)


def stories(view: View, events: list[d.Cluster]) -> list[d.Story]:
    """Stories with their events in order of time."""
    events_by_id = {e.event_id: e for e in events}
    events_of: dict[int, set[int]] = defaultdict(set)
    for event, rows in view.event_rows.items():
        events_of[view.story_of[rows[0]]].add(event)
    links: dict[int, list[d.StoryLink]] = defaultdict(list)
    for link in view.result.story_links.to_pylist():
        story = view.story_of[view.event_rows[link["left_event"]][0]]
        links[story].append(d.StoryLink(
            left_event_id=view.event_names[link["left_event"]].id, right_event_id=view.event_names[link["right_event"]].id,
            cosine=number(link["cosine"]), gap_days=number(link["gap_days"]), shared_terms=link["shared_terms"] or []))

    found = []
    for story in view.result.stories.to_pylist():
        label = story["story"]
        rows, name = view.story_rows[label], view.story_names[label]
        span = view.span(rows)
        chain = []
        for event in events_of[label]:
            e, at = events_by_id[view.event_names[event].id], view.span(view.event_rows[event]).first_at
            chain.append(((at is None, at or 0, e.event_id), d.StoryEvent(
                event_id=e.event_id, title=e.title, first_published=e.first_published, last_published=e.last_published,
                article_count=e.article_count, outlet_count=e.outlet_count)))
        found.append(d.Story(
            schema_version=_V, story_id=name.id, title=story["title"], keywords=story["keywords"] or [],
            first_published=span.first, last_published=span.last, article_count=len(rows),
            outlet_count=view.outlet_count(rows), event_count=len(chain), outlets=view.outlet_names(rows),
            languages=sorted({view.langs[row] for row in rows}), status=name.status, previous_ids=name.previous_ids,
            events=[event for _, event in sorted(chain, key=lambda pair: pair[0])],
            links=sorted(links[label], key=lambda k: (k.left_event_id, k.right_event_id))))
    return sorted(found, key=lambda s: s.story_id)


def passages(view: View) -> list[d.Passage]:
    """Passages with all their occurrences."""
    found = []
    for passage in view.result.passages.to_pylist():
        here = view.occurrences[passage["passage"]]
        found.append(d.Passage(
            schema_version=_V, passage_id=view.passage_names[passage["passage"]], kind=passage["kind"], reason=passage["reason"],
            event_ids=sorted({view.event_names[view.event_of[o["row"]]].id for o in here}), tokens=passage["tokens"],
            text=view.passage_texts[passage["passage"]], reference_article_id=view.article_ids[passage["reference_row"]],
            agency=d.PassageAgency(name=passage["agency"], level=passage["agency_level"] or "unknown",
                                   evidence=passage["evidence"] or []),
            earliest_article_id=view.article(passage["earliest_row"]), origin=passage["origin"] or "unknown",
            occurrences=[d.Occurrence(
                article_id=view.article_ids[o["row"]], outlet=view.outlets[o["row"]], start=o["start"], end=o["end"],
                start_utf16=o["start_utf16"], end_utf16=o["end_utf16"], identity=number(o["identity"]) or 0.0,
                changes=[d.Change(**change) for change in o["changes"]]) for o in here]))
    return sorted(found, key=lambda p: p.passage_id)


def duplicate_groups(view: View) -> list[d.DuplicateGroup]:
    """Duplicate groups of more than one article."""
    found = []
    for label, rows in view.group_rows.items():
        if len(rows) == 1:
            continue
        name, span = view.group_names[label], view.span(rows)
        relations = {view.relations[row] for row in rows}
        found.append(d.DuplicateGroup(
            schema_version=_V, duplicate_group_id=name.id, event_id=view.event_names[view.event_of[label]].id,
            relation=[r for r in _LOOSENESS if r in relations][-1], representative_article_id=view.article_ids[label],
            first_published=span.first, last_published=span.last, article_count=len(rows),
            outlet_count=view.outlet_count(rows), outlets=view.outlet_names(rows), status=name.status,
            previous_ids=name.previous_ids,
            articles=[d.GroupArticle(article_id=view.article_ids[row], outlet=view.outlets[row], relation=view.relations[row])
                      for row in rows]))
    return sorted(found, key=lambda g: g.duplicate_group_id)


def lineage(view: View) -> list[d.LineageChange]:
    """What became of the parent run's groups."""
    found = [d.LineageChange(schema_version=_V, **(row | {"share": number(row["share"])}))
             for row in view.result.lineage.to_pylist()]
    return sorted(found, key=lambda c: (c.id, c.previous_id or "", c.change))
