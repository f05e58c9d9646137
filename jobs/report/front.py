"""The front page: what the run found in a sentence, running stories on a time line, every event to search, what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, NamedTuple

import pyarrow.compute as pc

from jobs.report import figures, links, wording
from jobs.report.index import EventHead, IndexedRun
from jobs.rundir import KINDS, moment_of
from jobs.show import Table, plural

STORIES_SHOWN = 24
ROWS_SHOWN = 50
"""Events listed without a script; with one the list is searched and grows."""
EVENTS_LISTED = 20_000
"""Events the list holds at most (some 5 MB of page): the largest that have a page."""
CHANGES_SHOWN = 12
KIND_LETTERS = {"copy": "c", "quote": "q", "background": "b", "boilerplate": "f"}
_TELLING = ("merged", "split", "revived", "withdrawn", "grown", "born", "ended")
"""Changes worth a line each, most telling first."""


class Measures(NamedTuple):
    """What articles.parquet says of an event beyond its record."""

    words: int
    copy_words: int
    agencies: list[str]

    @property
    def copy_share(self) -> float | None:
        """Share of its body words that stand in copy passages."""
        return self.copy_words / self.words if self.words else None


def measures(run: IndexedRun) -> dict[str, Measures]:
    """Event -> its measures, for the whole run at once."""
    sums = run.table.group_by("event_id").aggregate([("words", "sum"), ("copy_words", "sum")])
    credited = run.table.filter(pc.field("agency").is_valid()).group_by(["event_id", "agency", "agency_level"]).aggregate([])
    agencies: dict[str, set[str]] = defaultdict(set)
    for row in credited.to_pylist():
        names = row["agency"].split(", ") if row["agency_level"] == "conflicting" else [row["agency"]]
        agencies[row["event_id"]].update(names)
    columns = (sums[name].to_pylist() for name in ("event_id", "words_sum", "copy_words_sum"))
    return {event: Measures(words, copy, sorted(agencies[event])) for event, words, copy in zip(*columns, strict=True)}


def ordered(run: IndexedRun) -> list[EventHead]:
    """All events, largest first."""
    return sorted(run.heads.values(), key=lambda e: (-e.article_count, -e.outlet_count, e.event_id))


def page(run: IndexedRun, to: links.Links, measured: dict[str, Measures]) -> dict[str, Any]:
    """What the template needs."""
    heads = [head for head in ordered(run) if to.to(links.event(head.event_id))][:EVENTS_LISTED]
    return {
        "found": _found(run), "span": _span(run), "facts": _facts(run),
        "timeline": _timeline(run, to, measured),
        "rows": [_row(to, head, measured[head.event_id]) for head in heads[:ROWS_SHOWN]],
        "total": len(run.heads), "listed": len(heads), "index": _index(run, to, heads, measured),
        "outlets": [(name, to.to(links.outlet(name))) for name in run.outlet_names],
        "agencies": sorted({name for m in measured.values() for name in m.agencies}),
        "languages": sorted({lang for head in run.heads.values() for lang in head.languages}),
        "changes": _changes(run, to), "kinds": KIND_LETTERS,
    }


def events_table(run: IndexedRun, measured: dict[str, Measures]) -> Table:
    """Every event, for programs."""
    return Table("events", "Events", (
        "event_id", "story_id", "title", "first_published", "last_published", "articles", "outlets", "independent_texts",
        "words", "copy_words", "copy_share", "agencies", "languages", "status"), [
        (e.event_id, e.story_id, e.title, e.first_published, e.last_published, e.article_count, e.outlet_count,
         e.independent_text_count, m.words, m.copy_words, m.copy_share, m.agencies, e.languages, e.status)
        for e in ordered(run) for m in [measured[e.event_id]]])


def _span(run: IndexedRun) -> str:
    dates = [date for date in run.table["published"].to_pylist() if date]
    if not dates:
        return "undated"
    first, last = (wording.day(run_moment.seconds) for run_moment in _ends(run))
    return first if first == last else f"{first} to {last}"


def _ends(run: IndexedRun) -> tuple[Any, Any]:
    dated = [run.moments[id] for id in run.moments]
    return min(dated), max(dated)


def _found(run: IndexedRun) -> list[str]:
    """The run in two sentences, honest where there is nothing to tell."""
    articles = len(run.table)
    if not articles:
        return ["This run holds no articles.", "There is nothing to compare."]
    several = [e for e in run.heads.values() if e.outlet_count > 1]
    words, copied = (pc.sum(run.table[name]).as_py() for name in ("words", "copy_words"))
    first = (f"{plural(articles, 'article')} from {plural(len(run.outlet_names), 'outlet')} report "
             f"{plural(len(run.heads), 'event')}; {len(several):,} of them {_are(len(several))} told by more than one outlet.")
    if not run.passage_counts["copy"]:
        return [first, "No wire copy is shared: no narrative stands in more than one outlet."]
    credited = Counter(run.table.filter(pc.field("agency").is_valid())["agency"].to_pylist())
    shared = f"{copied / words:.0%} of all words ({copied:,}) stand in copy that outlets share; "
    if not credited:
        return [first, f"{shared}no article is credited to an agency."]
    most, total = max(sorted(credited), key=lambda name: credited[name]), sum(credited.values())
    who = f"{plural(total, 'article')} {_are(total)} credited to an agency, most often {most} ({credited[most]:,})."
    return [first, shared + who]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _facts(run: IndexedRun) -> list[tuple[str, str]]:
    stories = sum(1 for s in run.story_heads if s.event_count > 1)
    return [("articles", f"{len(run.table):,}"), ("outlets", f"{len(run.outlet_names):,}"), ("events", f"{len(run.heads):,}"),
            ("running stories", f"{stories:,}"), *((f"{kind} passages", f"{n:,}") for kind, n in run.passage_counts.items() if n)]


def _timeline(run: IndexedRun, to: links.Links, measured: dict[str, Measures]) -> dict[str, Any] | None:
    heads = sorted((s for s in run.story_heads if s.article_count > 1),
                   key=lambda s: (s.event_count == 1, -s.article_count, s.story_id))[:STORIES_SHOWN]
    stories = [run.stories[head.story_id] for head in heads]
    starts = {e.event_id: _seconds(e.first_published) for s in stories for e in s.events}
    scale = figures.time_scale(at for at in starts.values() if at is not None)
    if scale is None:
        return None
    rows, data = [], []
    for s in stories:
        marks = []
        for e in s.events:
            m, at = measured[e.event_id], starts[e.event_id]
            data.append((s.story_id, s.title, e.event_id, e.title, e.first_published, e.last_published, e.article_count,
                         e.outlet_count, m.copy_share))
            if at is not None:
                marks.append({"x": scale.x(at), "r": figures.radius(e.article_count), "shade": figures.shade(m.copy_share),
                              "href": to.to(links.event(e.event_id)), "event_id": e.event_id, "title": e.title or "untitled",
                              "says": f"{wording.when(e.first_published)}: {plural(e.article_count, 'article')}, "
                                      f"{plural(e.outlet_count, 'outlet')}, {_per_cent(m.copy_share)} copy"})
        largest = max(s.events, key=lambda e: (e.article_count, e.event_id))
        rows.append({"story": s, "marks": marks, "undated": len(s.events) - len(marks),
                     "href": to.to(links.event(largest.event_id))})
    return {"rows": rows, "ticks": scale.ticks, "table": Table("timeline", "Running stories", (
        "story_id", "story_title", "event_id", "event_title", "first_published", "last_published", "articles", "outlets",
        "copy_share"), data)}


def _seconds(published: str | None) -> float | None:
    return moment_of(published).seconds if published else None


def _per_cent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _row(to: links.Links, e: EventHead, m: Measures) -> dict[str, Any]:
    return {"href": to.to(links.event(e.event_id)), "title": e.title or "untitled", "when": wording.when(e.first_published),
            "articles": e.article_count, "outlets": e.outlet_count, "independent": e.independent_text_count,
            "copy": _per_cent(m.copy_share), "shade": figures.shade(m.copy_share), "agencies": ", ".join(m.agencies) or "–",
            "keywords": ", ".join(e.keywords[:5]), "event_id": e.event_id}


def _index(run: IndexedRun, to: links.Links, heads: list[EventHead], measured: dict[str, Measures]) -> dict[str, Any]:
    """The list for the script: columns by position, names by number. One row: link, title, when, first seconds, last seconds,
    articles, outlets, independent texts, copy share, outlet numbers, agencies, languages, kinds of passages, keywords, id.
    """
    names = {name: i for i, name in enumerate(run.outlet_names)}
    rows = []
    for e in heads:
        m = measured[e.event_id]
        rows.append([
            to.to(links.event(e.event_id)), wording.visible(e.title or "untitled"), wording.when(e.first_published),
            _seconds(e.first_published), _seconds(e.last_published), e.article_count, e.outlet_count, e.independent_text_count,
            None if m.copy_share is None else round(m.copy_share, 4), [names[name] for name in e.outlets], m.agencies,
            e.languages,
            "".join(KIND_LETTERS[kind] for kind in KINDS if kind in run.kinds_of.get(e.event_id, ())),
            wording.visible(", ".join(e.keywords[:5])), e.event_id])
    return {"outlets": [wording.visible(name) for name in run.outlet_names], "rows": rows}


def _changes(run: IndexedRun, to: links.Links) -> dict[str, Any] | None:
    """What became of the events since the parent run; None for a first run."""
    if run.manifest.parent_run_id is None:
        return None
    changes = [c for c in run.lineage if c.level == "event"]
    counts = Counter(c.change for c in changes)
    order = {change: i for i, change in enumerate(_TELLING)}
    telling = sorted((c for c in changes if c.change in order), key=lambda c: (order[c.change], -(c.articles or 0), c.id))
    shown: list[dict[str, Any]] = []
    for change in _TELLING:
        for c in [c for c in telling if c.change == change][: CHANGES_SHOWN // 3]:
            head = run.heads.get(c.id)
            title = (head.title or "untitled") if head else c.id
            shown.append({"change": wording.CHANGE_WORDS[c.change], "title": title, "articles": c.articles,
                          "previous_articles": c.previous_articles, "href": to.to(links.event(c.id)) if head else None})
    table = Table("changes", "What changed", ("level", "change", "id", "previous_id", "share", "articles", "previous_articles"), [
        (c.level, c.change, c.id, c.previous_id, c.share, c.articles, c.previous_articles) for c in telling])
    return {"parent": run.manifest.parent_run_id, "shown": shown[:CHANGES_SHOWN], "table": table,
            "counts": [(wording.CHANGE_WORDS[c], counts[c]) for c in ("born", "grown", "continued", "merged", "split", "revived",
                                                                      "ended", "withdrawn") if counts[c]]}
