"""Is this run like the ones before it? Figures of a run, and what is odd about them beside its history.

A scheduled job is looked at when something is wrong, so every warning names what, how much, and what is usual. Nothing here
changes a result; with fewer than ``LEAST_RUNS`` runs before it nothing is called odd.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering import lineage, pipeline
from jobs.show import plural, safe

HISTORY_RUNS = 50
"""How many runs back the comparison looks."""
LEAST_RUNS = 5
SILENT_RUNS, SILENT_CHANCE = 3, 0.01
"""An outlet is silent after three runs without it, if with its usual frequency that had a chance below one in a hundred, and if
it has not been silent for as long before."""
VOLUME_FACTOR, VOLUME_LEAST, VOLUME_QUANTILES = 4.0, 20, (0.05, 0.95)
REJECTS_FACTOR, REJECTS_LEAST = 5.0, 0.01
CHANGED_FACTOR, CHANGED_LEAST = 3.0, 0.02
LARGEST_FACTOR, LARGEST_LEAST = 3.0, 100
BOILERPLATE_CHANGE = 0.15

Measures = dict[tuple[str, str], float]
"""(name, subject) -> value; the subject is an outlet, or empty."""


def measure(result: pipeline.Result, counts: Mapping[str, int], new_articles: Mapping[str, int],
            parent: lineage.Parent | None) -> Measures:
    """What later runs are compared with.

    Parameters
    ----------
    result, counts
        What the run found, and the fates of the records it read.
    new_articles
        Outlet -> articles that are new or updated in this run.
    parent
        What the run before knew.
    """
    sizes = np.bincount(result.events_of["event"].to_numpy(), minlength=1)
    words = sum(pc.sum(result.shares[name]).as_py() or 0 for name in ("words", "boilerplate_words"))
    furniture = pc.sum(result.shares["boilerplate_words"]).as_py() or 0
    found: Measures = {
        ("new_articles", ""): float(sum(new_articles.values())),
        ("rejects_share", ""): counts["rejects"] / counts["read"] if counts["read"] else 0.0,
        ("largest_event", ""): float(sizes.max()),
        ("boilerplate_share", ""): furniture / words if words else 0.0,
    }
    if parent is not None:
        found["changed_ids_share", ""] = _changed_ids(result, parent)
    return found | {("new_articles", outlet): float(number) for outlet, number in new_articles.items()}


def _changed_ids(result: pipeline.Result, parent: lineage.Parent) -> float:
    """Share of the articles of both runs whose event has another id now."""
    named = dict(zip(result.event_ids["label"].to_pylist(), result.event_ids["id"].to_pylist(), strict=True))
    before = parent.members["event"]
    held = dict(zip(before["article_id"].to_pylist(), before["group_id"].to_pylist(), strict=True))
    events = zip(result.articles["article_id"].to_pylist(), result.events_of["event"].to_pylist(), strict=True)
    changed = [held[article] != named[event] for article, event in events if article in held]
    return sum(changed) / len(changed) if changed else 0.0


def as_table(measures: Measures) -> pa.Table:
    """Rows for the store."""
    keys = sorted(measures)
    return pa.table({"name": pa.array([name for name, _ in keys], pa.string()),
                     "subject": pa.array([subject for _, subject in keys], pa.string()),
                     "value": pa.array([measures[key] for key in keys], pa.float64())})


def history(database: duckdb.DuckDBPyConnection, newest: int) -> list[Measures]:
    """What the last runs measured, the newest first."""
    rows = database.execute("SELECT run, name, subject, value FROM measures WHERE run > ?", [newest - HISTORY_RUNS]).fetchall()
    by_run: dict[int, Measures] = defaultdict(dict)
    for run, name, subject, value in rows:
        by_run[run][name, subject] = value
    return [by_run[run] for run in sorted(by_run, reverse=True)]


def warnings(now: Measures, before: list[Measures]) -> list[str]:
    """What is odd about a run, in sentences; ``before`` holds the newest first."""
    if len(before) < LEAST_RUNS:
        return []
    return [*_volume(now, before), *_silent(now, before), *_rejects(now, before), *_changed(now, before),
            *_largest(now, before), *_boilerplate(now, before)]


def _known(name: str, before: list[Measures]) -> list[float]:
    return [run[name, ""] for run in before if (name, "") in run] or [0.0]


def _usual(name: str, before: list[Measures]) -> float:
    return median(_known(name, before))


def _volume(now: Measures, before: list[Measures]) -> list[str]:
    here, usual = now["new_articles", ""], _usual("new_articles", before)
    if max(here, usual) < VOLUME_LEAST or usual / VOLUME_FACTOR <= here <= usual * VOLUME_FACTOR:
        return []
    low, high = np.quantile(_known("new_articles", before), VOLUME_QUANTILES)
    if low <= here <= high:  # an hourly job has its nights
        return []
    return [f"{plural(int(here), 'new article')} in this run, {usual:,.0f} are usual"]


def _silent(now: Measures, before: list[Measures]) -> list[str]:
    """Outlets that used to send something and do not any more."""
    runs = [now, *before]
    said = []
    for outlet in sorted({subject for run in before for name, subject in run if name == "new_articles" and subject}):
        present = [run.get(("new_articles", outlet), 0.0) > 0 for run in runs]
        silent = present.index(True)  # it is in one of them
        usual = sum(present[silent:]) / len(present[silent:])
        longest = max((len(list(absent)) for sent, absent in groupby(present[silent:]) if not sent), default=0)
        unlikely = (1 - usual) ** silent < SILENT_CHANCE and silent > longest
        if silent >= SILENT_RUNS and len(present) - silent >= LEAST_RUNS and unlikely:
            said.append(f"outlet {safe(outlet)} sent nothing for {silent} runs; before that it was in {usual:.0%} of them")
    return said


def _rejects(now: Measures, before: list[Measures]) -> list[str]:
    here, usual = now["rejects_share", ""], _usual("rejects_share", before)
    if here < REJECTS_LEAST or here <= REJECTS_FACTOR * usual:
        return []
    return [f"{here:.1%} of the records could not be used, {usual:.1%} are usual"]


def _changed(now: Measures, before: list[Measures]) -> list[str]:
    here, usual = now.get(("changed_ids_share", ""), 0.0), _usual("changed_ids_share", before)
    if here < CHANGED_LEAST or here <= CHANGED_FACTOR * usual:
        return []
    return [f"{here:.1%} of the articles are in an event of another id than before, {usual:.1%} are usual"]


def _largest(now: Measures, before: list[Measures]) -> list[str]:
    here, most = now["largest_event", ""], max(run.get(("largest_event", ""), 0.0) for run in before)
    if here < LARGEST_LEAST or here <= LARGEST_FACTOR * most:
        return []
    return [f"an event grew to {here:,.0f} articles; the largest one before had {most:,.0f}"]


def _boilerplate(now: Measures, before: list[Measures]) -> list[str]:
    here, usual = now["boilerplate_share", ""], _usual("boilerplate_share", before)
    if abs(here - usual) < BOILERPLATE_CHANGE:
        return []
    return [f"{here:.0%} of all words are furniture, {usual:.0%} are usual"]


def facts(measures: Measures) -> dict[str, Any]:
    """The figures without a subject, for ``run_results.json``."""
    return {name: round(value, 6) for (name, subject), value in sorted(measures.items()) if not subject}
