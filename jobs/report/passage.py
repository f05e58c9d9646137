"""The passage page: every variant collated, first and last seen, the evidence for its credit quoted, why it is of its kind."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rapidfuzz.distance import Indel

from jobs import compare
from jobs import documents as d
from jobs.report import links, wording
from jobs.report.index import IndexedRun
from jobs.show import Table, short

VARIANTS_SHOWN = 60
OCCURRENCES_SHOWN = 400
_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_CREDITS = ("dateline", "byline", "credit_line", "contributed", "copyright", "prefix", "mention")


class Variant(NamedTuple):
    """One wording of a passage: (words, whether they differ from the first one's), and who has it."""

    parts: list[tuple[str, bool]]
    occurrences: list[d.Occurrence]


def page(run: IndexedRun, to: links.Links, passage_id: str) -> dict[str, Any]:
    """What the template needs."""
    p = run.passages[passage_id]
    in_time = sorted(p.occurrences, key=lambda o: (run.when(o.article_id), o.article_id, o.start))
    dated = [o for o in in_time if o.article_id in run.moments]
    events = [run.events[id] for id in p.event_ids]
    event_of = {a.article_id: e.event_id for e in events for a in e.articles}
    rows = [(o.article_id, o.outlet, run.articles[o.article_id]["published"], event_of.get(o.article_id), o.start, o.end,
             o.start_utf16, o.end_utf16, o.identity) for o in in_time]
    variants = collate(run, p)
    first = run.articles[p.earliest_article_id]["outlet"] if p.earliest_article_id else None
    changed = [(o.outlet, o.article_id, c.type, c.here, c.there) for o in p.occurrences for c in o.changes if c.type != "wording"]
    return {
        "p": p, "says": wording.passage(p), "outlets": wording.seen_in(p), "level": wording.LEVEL_WORDS[p.agency.level],
        "first": wording.first_seen(p, first), "kind_words": wording.KIND_WORDS[p.kind],
        "span": [(wording.when(run.articles[o.article_id]["published"]), o.outlet or compare.UNKNOWN)
                 for o in (dated[:1] + dated[-1:] if len(dated) > 1 else dated)],
        "variants": variants[:VARIANTS_SHOWN], "variants_left_out": max(0, len(variants) - VARIANTS_SHOWN),
        "events": [(e, to.to(links.event(e.event_id))) for e in events],
        "evidence": _evidence(run, p, events),
        "rows": [{"o": o, "outlet": o.outlet or compare.UNKNOWN, "when": wording.when(row[2]),
                  "page": to.to(links.outlet(o.outlet)) if o.outlet else None,
                  "read": _reading(to, event_of.get(o.article_id), o.article_id, p)} for o, row in
                 zip(in_time[:OCCURRENCES_SHOWN], rows, strict=False)],
        "left_out": max(0, len(rows) - OCCURRENCES_SHOWN),
        "occurrences": Table("occurrences", "Where it stands", (
            "article_id", "outlet", "published", "event_id", "start", "end", "start_utf16", "end_utf16", "identity_share"), rows),
        "changes": Table("changes", "Numbers, quotes, names that differ", ("outlet", "article_id", "type", "here", "there"),
                         sorted(changed, key=lambda c: (c[2], c[1], c[3]))),
        "reference": p.occurrences[0].outlet or compare.UNKNOWN,
    }


def _reading(to: links.Links, event_id: str | None, article_id: str, p: d.Passage) -> str | None:
    """The reader at this occurrence, beside the first one where that is another article."""
    if event_id is None:
        return None
    beside = [article_id] if article_id == p.occurrences[0].article_id else [article_id, p.occurrences[0].article_id]
    return to.to(links.reader(event_id), links.columns(beside, p.passage_id))


def collate(run: IndexedRun, p: d.Passage) -> list[Variant]:
    """The different wordings, most frequent first, which the others are compared with; spaces and case do not count."""
    wordings: dict[str, tuple[str, list[d.Occurrence]]] = {}
    for o in p.occurrences:
        text = " ".join(run.text(o.article_id)[o.start : o.end].split())
        wordings.setdefault(text.casefold(), (text, []))[1].append(o)
    (base, first), *others = sorted(wordings.values(), key=lambda variant: (-len(variant[1]), -len(variant[0]), variant[0]))
    return [Variant([(base, False)], first), *(Variant(differences(base, text), here) for text, here in others)]


def differences(base: str, text: str) -> list[tuple[str, bool]]:
    """``text`` cut into stretches that ``base`` has too, and others.

    An empty stretch stands where words of ``base`` are missing and no others took their place.
    """
    left, right = _WORD.findall(base), _WORD.findall(text)
    steps = list(Indel.opcodes([w.casefold() for w in left], [w.casefold() for w in right]))
    parts: list[tuple[str, bool]] = []
    for place, step in enumerate(steps):
        words = "".join(right[step.dest_start : step.dest_end])
        if step.tag != "delete":
            parts.append((words, step.tag == "insert" and bool(words.strip())))
        elif "".join(left[step.src_start : step.src_end]).strip() and not any(
                beside.tag == "insert" for beside in steps[max(0, place - 1) : place + 2]):
            parts.append(("", True))
    return parts


def _evidence(run: IndexedRun, p: d.Passage, events: list[d.Cluster]) -> list[tuple[str, str, str | None, str]]:
    """(Outlet, type, agency, the words) of what names an agency in the articles it occurs in; photo credits never count."""
    here = {o.article_id for o in p.occurrences}
    found = []
    for a in (a for e in events for a in e.articles if a.article_id in here):
        text = run.text(a.article_id) if a.agency.evidence else ""
        found += [(a.outlet or compare.UNKNOWN, e.type.replace("_", " "), e.agency, short(text[e.start : e.end], 160))
                  for e in a.agency.evidence if e.type in _CREDITS]
    return sorted(found, key=lambda row: (row[0], row[1], row[2] or "", row[3]))
