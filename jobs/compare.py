"""``samestory compare EVENT | --outlets A B``: who ran what, side by side.

The words are chosen with care: text is *credited to* an agency, *earliest seen in* an outlet, *shared with* another. Order
of time is claimed only outside the uncertainty of the timestamps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from clustering.text import Moment, certainly_first
from jobs import documents as d
from jobs.columns import guarded
from jobs.rundir import KINDS, Run, open_run, run_options
from jobs.show import Credit, Facts, Lag, Part, Prose, Section, Table, emit, format_option, plural, quoted, safe, short

UNKNOWN = "(unknown outlet)"
_HOUR = 3600.0


@click.command()
@click.argument("event", required=False)
@click.option("--outlets", nargs=2, metavar="A B", help="Compare two outlets over the whole run instead.")
@run_options
@format_option
def command(event: str | None, outlets: tuple[str, str] | None, store: Path, run_id: str | None, how: str) -> None:
    """Compare the outlets of an EVENT (e-...), or two outlets over the whole run."""
    if (event is None) == (outlets is None):
        raise click.UsageError("give either an EVENT or --outlets A B")
    run = open_run(store, run_id)
    if event is not None:
        emit(of_event(run, run.events[run.find(event, "event").id]), how)
    elif outlets is not None:
        emit(of_outlets(run, run.outlet(outlets[0]), run.outlet(outlets[1])), how)


def of_event(run: Run, event: d.Cluster) -> list[Section]:
    """Outlets of an event in order of time, then what they share."""
    moments = {a.article_id: run.moments[a.article_id] for a in event.articles if a.article_id in run.moments}
    start = min(moments.values(), default=None)
    rows: list[Any] = []
    for a in sorted(event.articles, key=lambda a: (run.when(a.article_id), a.article_id)):
        counts, moment = run.articles[a.article_id], moments.get(a.article_id)
        lag = _lag(start, moment) if moment and start else Lag(None, None)
        if lag.hours == 0 and not rows:
            lag = Lag(0.0, 0.0)  # the first article itself
        rows.append((a.outlet, a.published, lag, a.words, Part(counts["copy_words"], a.copy_share),
                     Part(counts["quote_words"], a.quote_share), Part(counts["own_words"], a.own_share),
                     Credit(a.agency.name, a.agency.level), a.role, a.article_id))
    passages = [run.passages[passage_id] for passage_id in event.passage_ids]
    first = _earliest(run, event)
    return [
        Facts("event", f"Event {quoted(event.title)}", {
            "event_id": event.event_id, "articles": event.article_count, "outlets": event.outlet_count,
            "independent_texts": event.independent_text_count, "earliest_seen_in": first}),
        Table("articles", "Outlets in order of time", (
            "outlet", "published", "lag", "words", "copy", "quote", "own", "credited_to", "role", "article_id"), rows,
            joined={"lag": ("lag_hours", "lag_uncertainty_hours"), "credited_to": ("credited_to", "credit_level"),
                    **{kind: (f"{kind}_words", f"{kind}_share") for kind in ("copy", "quote", "own")}}),
        Prose("summary", "In words", [*_in_words(passages, "in this event"), _time_in_words(first, event)]),
        _shared(run, passages),
    ]


def of_outlets(run: Run, a: str, b: str) -> list[Section]:
    """Everything two outlets share."""
    rows: list[Any] = []
    for left, right in ((a, b), (b, a)):
        row = run.outlet_pairs.get((guarded(left), guarded(right)))
        if row:
            counts = (int(row[key]) for key in ("events_together", "shared_passages", "shared_words"))
            figures = (float(row[key]) if row[key] else None
                       for key in ("containment", "median_lag_hours", "lag_uncertainty_hours"))
            rows.append((left, right, *counts, *figures))
    both, events = run.passages_between(a, b), run.events_between(a, b)
    return [
        Table("outlets", f"{safe(a)} and {safe(b)}", (
            "outlet_a", "outlet_b", "events_together", "shared_passages", "shared_words", "shared_with_b_share",
            "median_lag_hours", "lag_uncertainty_hours"), rows, empty="they have neither an event nor a passage in common"),
        Prose("summary", "In words", _in_words(both, "between the two")),
        _shared(run, both),
        Table("events", "Events both have", ("event_id", "title", "first_published", "articles", "outlets"),
              [(e.event_id, e.title, e.first_published, e.article_count, e.outlet_count) for e in events]),
    ]


def _lag(start: Moment, moment: Moment) -> Lag:
    """Hours after the first article, and how far both times together are to be believed."""
    return Lag(round((moment.seconds - start.seconds) / _HOUR, 6),
               round((moment.uncertainty_seconds + start.uncertainty_seconds) / _HOUR, 6))


def _in_words(passages: Sequence[d.Passage], where: str) -> list[str]:
    """What is shared, honestly: wire copy first, or that there is none."""
    copies = [p for p in passages if p.kind == "copy"]
    credited = Counter((p.agency.level == "conflicting", p.agency.name) for p in copies if p.agency.name)
    sentences = []
    if credited:
        names = [f"{'conflicting credits ' if conflicting else ''}{safe(name)} ({count})"
                 for (conflicting, name), count in sorted(credited.items(), key=lambda c: (c[0][0], -c[1], c[0][1]))]
        number = plural(sum(credited.values()), "passage")
        sentences.append(f"Wire copy shared {where}: {number}, credited to {'; '.join(names)}.")
    else:
        sentences.append(f"No wire copy shared {where}.")
    if uncredited := len(copies) - sum(credited.values()):
        sentences.append(f"{plural(uncredited, 'copy passage')} shared {where} without a credit to any agency.")
    for kind, what in (("quote", "quoted speech"), ("background", "stock wording"), ("boilerplate", "furniture")):
        if count := sum(1 for p in passages if p.kind == kind):
            sentences.append(f"{plural(count, 'passage')} of {what} shared ({kind}).")
    if not passages:
        sentences.append("No passage of any kind is shared.")
    return sentences


def _shared(run: Run, passages: Sequence[d.Passage]) -> Table:
    """Shared passages, copy first, long ones first."""
    ordered = sorted(passages, key=lambda p: (KINDS.index(p.kind), -p.tokens, p.passage_id))
    rows = []
    for p in ordered:
        earliest = run.articles[p.earliest_article_id]["outlet"] or UNKNOWN if p.earliest_article_id else None
        outlets = Counter(o.outlet or UNKNOWN for o in p.occurrences)
        rows.append((p.passage_id, p.kind, p.tokens, Credit(p.agency.name, p.agency.level), earliest, sorted(outlets),
                     sum(len(o.changes) for o in p.occurrences), short(p.text)))
    return Table("passages", "Shared passages", (
        "passage_id", "kind", "tokens", "credited_to", "earliest_seen_in", "shared_by", "changes", "text"), rows,
        joined={"credited_to": ("credited_to", "credit_level")})


def _earliest(run: Run, event: d.Cluster) -> str | None:
    """The outlet an event is earliest seen in; None when the timestamps cannot tell."""
    if any(a.article_id not in run.moments for a in event.articles):
        return None
    times: dict[tuple[str, str], Moment] = {}
    for a in event.articles:
        outlet = (a.outlet, "") if a.outlet else (UNKNOWN, a.article_id)  # unknown outlets differ from one another
        times[outlet] = min(run.moments[a.article_id], times.get(outlet, run.moments[a.article_id]))
    first = certainly_first(times)
    return first[0] if first else None


def _time_in_words(first: str | None, event: d.Cluster) -> str:
    if event.article_count == 1:
        return "Only one article tells this event: nothing to compare."
    return f"Earliest seen in {safe(first)}." if first else "The timestamps cannot tell which outlet was first."

