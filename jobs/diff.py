"""``samestory diff [RUN [RUN]]``: what changed between two runs, the last one and its parent by default."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from clustering import lineage
from clustering.errors import InputError
from jobs.documents import LineageChange
from jobs.rundir import Run, open_run, run_ids, store_option
from jobs.show import Facts, Section, Table, emit, format_option

LEVELS = ("duplicate_group", "event", "story")
SHOWN_ROWS = 12
"""Events that people are shown; programs get all of them."""
_ORDER = ("merged", "split", "revived", "grown", "born", "continued", "withdrawn", "ended")


@click.command()
@click.argument("older", metavar="[RUN", required=False)
@click.argument("newer", metavar="[RUN]]", required=False)
@store_option
@format_option
def command(older: str | None, newer: str | None, store: Path, how: str) -> None:
    """Show what changed between two runs.

    Without a RUN the one that stands is compared with the run that it continues; with one, that one is compared with the run
    that stands. RUN is a run id or its beginning.
    """
    later = open_run(store, newer)
    if older is None:
        older = later.manifest.parent_run_id
        if older is None:
            raise InputError(f"run {later.run_id} continues no other; there is nothing to compare it with")
        if older not in run_ids(store):
            raise InputError(f"the run that {later.run_id} continues, {older}, is not kept; name two of `samestory runs`")
    emit(compare(open_run(store, older), later, withdrawn(store, older, later), brief=how == "table"), how)


def withdrawn(store: Path, older: str, later: Run) -> list[LineageChange]:
    """What the runs after ``older``, up to ``later``, say was withdrawn: it is no longer in the older run either."""
    found: list[LineageChange] = []
    known, run = set(run_ids(store)), later
    while True:
        found += [change for change in run.lineage if change.change == "withdrawn"]
        parent = run.manifest.parent_run_id
        if parent is None or parent == older or parent not in known:
            return found
        run = open_run(store, parent)


def compare(older: Run, later: Run, killed: list[LineageChange], *, brief: bool) -> list[Section]:
    """Articles that came and went, what became of the groups, and the events that changed most."""
    articles = frozenset(change.id for change in killed if change.level == "article")
    seconds = {i: later.moments[i].seconds if i in later.moments else None for i in later.articles}
    told = {}
    for level in LEVELS:
        changes = lineage.became(level, _groups(older, level), _groups(later, level), seconds, articles).changes
        known = {change["previous_id"] for change in changes}
        told[level] = changes + [msgspec.to_builtins(c) for c in killed if c.level == level and c.id not in known]
    came, went = later.articles.keys() - older.articles.keys(), older.articles.keys() - later.articles.keys()
    counts = {level: dict(sorted(Counter(change["change"] for change in told[level]).items())) for level in LEVELS}
    rows = sorted((_row(change, older, later) for change in told["event"]), key=_weight)
    several = [row for row in rows if max(row[3], row[4] or 0) > 1]
    shown = several[:SHOWN_ROWS] if brief else rows
    heading = "Events that changed" + (f" (the first {SHOWN_ROWS} of {len(several)})" if len(several) > len(shown) else "")
    return [
        Facts("diff", "What changed", {
            "older_run_id": older.run_id, "newer_run_id": later.run_id, "older_as_of": older.manifest.as_of,
            "newer_as_of": later.manifest.as_of, "new_articles": len(came),
            "withdrawn_articles": len(articles - later.articles.keys()), "settled_articles": len(went - articles),
            "duplicate_groups": counts["duplicate_group"],
            "events": counts["event"], "stories": counts["story"],
        }),
        Table("changes", heading, ("change", "event_id", "previous_event_id", "articles", "previous_articles", "title"), shown,
              empty="no event of several articles changed" if brief else "no event changed"),
    ]


def _groups(run: Run, level: str) -> dict[str, str]:
    return {article: row[f"{level}_id"] for article, row in run.articles.items()}


def _row(change: dict[str, Any], older: Run, later: Run) -> tuple[str, str, str | None, int, int | None, str | None]:
    event = later.events.get(change["id"]) or older.events.get(change["id"])
    return (change["change"], change["id"], change["previous_id"], change["articles"], change["previous_articles"],
            event.title if event else None)


def _weight(row: tuple[str, str, str | None, int, int | None, str | None]) -> tuple[int, int, str, str]:
    change, event_id, previous_id, articles, before, _ = row
    return _ORDER.index(change), -max(articles, before or 0), event_id, previous_id or ""
