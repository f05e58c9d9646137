"""Ids for this run's duplicate groups, events and stories, and the lineage that leads to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from clustering.lineage.history import became
from clustering.lineage.matching import keep_ids, overlaps
from clustering.tables import IDS, LINEAGE, table
from clustering.text import published_seconds

PREFIX = {"duplicate_group": "d-", "event": "e-", "story": "s-"}


@dataclass(frozen=True)
class Parent:
    """What the parent run leaves to the next one."""

    run_id: str
    members: Mapping[str, pa.Table]
    """Level (duplicate_group, event, story) -> MEMBERS table."""
    used_ids: frozenset[str] = frozenset()
    """Every id any run ever gave; none of them is minted again."""
    withdrawn: frozenset[str] = field(default=frozenset())
    """Ids of articles that were withdrawn since."""
    settled: frozenset[str] = frozenset()
    """Ids of articles older than the window, whose events stand."""
    passages: pa.Table | None = None
    """PASSAGE_PLACES; None when nothing is known of passages."""

    def settled_events(self, articles: pa.Table) -> np.ndarray:
        """The settled event of each of the ARTICLES, int32, numbered from 0 in order of their ids; -1 where it is not settled."""
        known = self.members["event"]
        events = dict(zip(known["article_id"].to_pylist(), known["group_id"].to_pylist(), strict=True))
        stand = [events.get(a) if a in self.settled else None for a in articles["article_id"].to_pylist()]
        number = {event: place for place, event in enumerate(sorted({event for event in stand if event is not None}))}
        return np.array([-1 if event is None else number[event] for event in stand], np.int32)


class Named(NamedTuple):
    """IDS tables for the three levels, and LINEAGE."""

    groups: pa.Table
    events: pa.Table
    stories: pa.Table
    lineage: pa.Table


def _mint(level: str, anchor: str, used: set[str]) -> str:
    """A new id from the group's earliest article; counted on until it was never used."""
    for attempt in range(len(used) + 1):
        digest = sha256("\0".join((level, anchor, str(attempt))).encode()).hexdigest()
        candidate = PREFIX[level] + digest[:12]
        if candidate not in used:
            used.add(candidate)
            return candidate
    raise AssertionError("more ids were tried than were ever used")  # cannot happen: attempts outnumber used ids


def _name_level(
    level: str, members_of: Mapping[int, list[str]], weights: Mapping[str, float], seconds: Mapping[str, float | None],
    parent: Parent | None, used: set[str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """IDS and LINEAGE rows of one level; ``members_of`` is label -> article ids, each list sorted by time and id."""
    before: dict[str, str] = {}
    if parent is not None:
        known = parent.members[level]
        before = dict(zip(known["article_id"].to_pylist(), known["group_id"].to_pylist(), strict=True))
    labels = {article: label for label, members in members_of.items() for article in members}
    kept = keep_ids(overlaps(before, labels, weights))
    ids = {label: kept[label] if label in kept else _mint(level, members_of[label][0], used) for label in sorted(members_of)}
    after = {article: ids[label] for article, label in labels.items()}
    told = became(level, before, after, weights, seconds, parent.withdrawn if parent else frozenset())
    rows = [{"label": label, "id": group, "status": told.status[group], "previous_ids": told.previous_ids[group]}
            for label, group in ids.items()]
    return rows, told.changes


def _withdrawn(parent: Parent | None) -> list[dict[str, Any]]:
    """A LINEAGE row for each article of the parent run that was withdrawn: it is gone from everything else."""
    if parent is None:
        return []
    known = set().union(*(members["article_id"].to_pylist() for members in parent.members.values()))
    return [{"level": "article", "change": "withdrawn", "id": article, "previous_id": article, "share": 0.0, "articles": 0,
             "previous_articles": 1} for article in sorted(parent.withdrawn & known)]


def name(articles: pa.Table, groups: pa.Table, events_of: pa.Table, stories_of: pa.Table, parent: Parent | None) -> Named:
    """Give every duplicate group, event and story its id.

    Parameters
    ----------
    articles, groups, events_of, stories_of
        ARTICLES, GROUPS, EVENTS_OF and STORIES_OF: one row an article each.
    parent
        The parent run's memberships; None for a first run, which mints everything.

    Returns
    -------
    Named
        IDS for each level and LINEAGE, which holds a row for each group that changed (what merely continues, with the same
        number of articles, leaves no row) and one for each article of the parent run that was withdrawn.
    """
    article_ids = articles["article_id"].to_pylist()
    seconds = dict(zip(article_ids, published_seconds(articles), strict=True))
    group_labels = groups["group"].to_pylist()
    copies = Counter(group_labels)
    weights = {a: 1.0 / copies[g] for a, g in zip(article_ids, group_labels, strict=True)}
    in_time = sorted(range(len(article_ids)),
                     key=lambda r: (seconds[article_ids[r]] is None, seconds[article_ids[r]] or 0, article_ids[r]))
    used = set(parent.used_ids) if parent else set()
    if parent:
        for members in parent.members.values():
            used.update(members["group_id"].to_pylist())

    named: list[pa.Table] = []
    lineage: list[dict[str, Any]] = []
    for level, labels in (("duplicate_group", group_labels), ("event", events_of["event"].to_pylist()),
                          ("story", stories_of["story"].to_pylist())):
        members_of: dict[int, list[str]] = defaultdict(list)
        for row in in_time:
            members_of[labels[row]].append(article_ids[row])
        ids, changes = _name_level(level, members_of, weights, seconds, parent, used)
        named.append(table(IDS, ids))
        lineage.extend(changes)
    lineage.extend(_withdrawn(parent))
    lineage.sort(key=lambda c: (c["level"], c["id"], c["change"], c["previous_id"] or ""))
    return Named(named[0], named[1], named[2], table(LINEAGE, lineage))
