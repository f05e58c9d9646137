"""The outlet page (own words over time, agencies relied on, company kept, furniture learnt), and two outlets side by side."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jobs import compare
from jobs.columns import guarded
from jobs.report import figures, links, wording
from jobs.report.index import IndexedRun
from jobs.show import Prose, Table, short

LONGEST_LIST = 60
_FURNITURE_SHOWN = 20
_TEXTS_READ = 400
"""Articles whose masked words are read for the list of furniture."""
_LONGEST_WORDS = 1_000
_WORDS = ("words", *(f"{kind}_words" for kind in figures.KINDS_UP))


def page(run: IndexedRun, to: links.Links, name: str) -> dict[str, Any]:
    """What the template needs."""
    rows = run.rows_of_outlet(name)
    sums = {column: pc.sum(rows[column]).as_py() or 0 for column in _WORDS}
    daily = _daily(rows)
    bars = figures.daily(daily)
    partners = _partners(run, to, name)
    furniture = _furniture(run, rows["article_id"].to_pylist())
    agencies = sorted(Counter(zip(rows["agency"].to_pylist(), rows["agency_level"].to_pylist(), strict=True)).items(),
                      key=lambda item: (item[0][0] is None, -item[1], item[0]))
    credited = [(agency, level, count) for (agency, level), count in agencies if agency]
    articles = _articles(to, rows)
    return {
        "name": name, "articles_count": len(rows), "sums": sums, "undated": rows["published"].null_count,
        "share": {kind: _share(sums[f"{kind}_words"], sums["words"]) for kind in ("own", "copy", "quote", "background")},
        "bars": bars, "tallest": max((sum(bar.words.values()) for bar in bars), default=0),
        "daily": Table("daily", "Words a day by what they are", ("day", "articles", *_WORDS), [
            tuple(row[column] for column in ("day", "articles", *_WORDS)) for row in daily]),
        "agencies": Table("agencies", "Agencies its articles are credited to", ("agency", "level", "articles"), credited),
        "levels": wording.LEVEL_WORDS, "uncredited": sum(count for (agency, _), count in agencies if not agency),
        "partners": partners[:LONGEST_LIST], "partners_left_out": max(0, len(partners) - LONGEST_LIST),
        "partners_table": Table("outlets", "Whom it shares copy with", (
            "outlet", "events_together", "shared_passages", "shared_words", "share_of_its_words", "median_lag_hours",
            "lag_uncertainty_hours"), [p["row"] for p in partners]),
        "furniture": furniture[:_FURNITURE_SHOWN], "furniture_left_out": max(0, len(furniture) - _FURNITURE_SHOWN),
        "furniture_table": Table("boilerplate", "Furniture learnt", ("times", "reason", "words"), [
            (count, reason, words) for words, reason, count in furniture]),
        "read": min(len(rows), _TEXTS_READ), "articles": articles[:LONGEST_LIST],
        "articles_left_out": max(0, len(articles) - LONGEST_LIST),
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _daily(rows: pa.Table) -> list[dict[str, Any]]:
    """Sums of words a day as printed, undated articles last under None."""
    days = pc.utf8_slice_codeunits(rows["published"], 0, 10)
    sums = rows.select(list(_WORDS)).append_column("day", days).group_by("day").aggregate(
        [*((column, "sum") for column in _WORDS), ([], "count_all")])
    found = [{"day": row["day"], "articles": row["count_all"], **{c: row[f"{c}_sum"] for c in _WORDS}}
             for row in sums.to_pylist()]
    return sorted(found, key=lambda row: (row["day"] is None, row["day"] or ""))


def _partners(run: IndexedRun, to: links.Links, name: str) -> list[dict[str, Any]]:
    """Outlets it shares copy with, most shared words first."""
    found = []
    for other in run.partners(name):
        pair = run.outlet_pairs[guarded(name), guarded(other)]
        share = float(pair["containment"])
        lag = (float(pair[key]) if pair[key] else None for key in ("median_lag_hours", "lag_uncertainty_hours"))
        row = (other, *(int(pair[key]) for key in ("events_together", "shared_passages", "shared_words")), share, *lag)
        found.append({"row": row, "name": other, "page": to.to(links.outlet(other)), "both": to.to(links.outlets(name, other)),
                      "shade": figures.shade(share)})
    return found


def _furniture(run: IndexedRun, article_ids: list[str]) -> list[tuple[str, str, int]]:
    """(Words, reason, times) masked as boilerplate in its articles, most frequent first."""
    ids = article_ids[:_TEXTS_READ]
    zones = run.zones(ids)
    counts: Counter[tuple[str, str]] = Counter()
    masked = zones.filter(pc.field("zone") == "boilerplate")
    for row, start, end, reason in zip(*(masked[c].to_pylist() for c in ("row", "start", "end", "reason")), strict=True):
        counts[" ".join(run.text(ids[row])[start:end].split())[:_LONGEST_WORDS], reason] += 1
    return [(words, reason, count) for (words, reason), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _articles(to: links.Links, rows: pa.Table) -> list[dict[str, Any]]:
    """Its articles, those with most copied words first."""
    wanted = ("article_id", "title", "published", "event_id", "words", "own_words", "copy_words")
    listed = sorted(rows.select(list(wanted)).to_pylist(), key=lambda row: (-row["copy_words"], row["article_id"]))
    return [{"title": row["title"] or "untitled", "when": wording.when(row["published"]), "words": row["words"],
             "own": _share(row["own_words"], row["words"]), "copy": _share(row["copy_words"], row["words"]),
             "event": to.to(links.event(row["event_id"])),
             "read": to.to(links.reader(row["event_id"]), links.columns([row["article_id"]], view="heat"))}
            for row in listed[: LONGEST_LIST + 1]] + [{}] * max(0, len(listed) - LONGEST_LIST - 1)


def pair(run: IndexedRun, to: links.Links, a: str, b: str) -> dict[str, Any]:
    """Two outlets: what ``samestory compare --outlets A B`` says, with links."""
    sections = {section.name: section for section in compare.of_outlets(run, a, b)}
    figures_table, summary, shared, events = (sections[name] for name in ("outlets", "summary", "passages", "events"))
    assert isinstance(figures_table, Table)
    assert isinstance(summary, Prose)
    assert isinstance(shared, Table)
    assert isinstance(events, Table)
    passages = []
    for row in shared.rows[:LONGEST_LIST]:
        p = run.passages[row[0]]
        both = [next(o.article_id for o in p.occurrences if o.outlet == name) for name in (a, b)]
        together = [id for id in p.event_ids if all(run.articles[article]["event_id"] == id for article in both)]
        passages.append({"p": p, "says": wording.passage(p), "text": short(p.text, 200),
                         "page": to.to(links.passage(p.passage_id)),
                         "read": to.to(links.reader(together[0]), links.columns(both, p.passage_id)) if together else None})
    return {
        "a": a, "b": b, "pages": [(name, to.to(links.outlet(name))) for name in (a, b)],
        "figures": figures_table,
        "directions": [dict(zip(figures_table.columns, row, strict=True)) for row in figures_table.rows],
        "summary": summary.sentences, "passages": passages, "passages_table": shared,
        "passages_left_out": max(0, len(shared.rows) - LONGEST_LIST),
        "events": [{"title": row[1] or "untitled", "when": wording.when(row[2]), "articles": row[3], "outlets": row[4],
                    "page": to.to(links.event(row[0]))} for row in events.rows[:LONGEST_LIST]],
        "events_table": events, "events_left_out": max(0, len(events.rows) - LONGEST_LIST),
    }
