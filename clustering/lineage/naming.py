"""Ids for this run's duplicate groups, events and stories, and the lineage that leads to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import pyarrow as pa

from clustering.lineage.matching import Overlap, keep_ids, overlaps
from clustering.tables import IDS, LINEAGE, table

PREFIX = {"duplicate_group": "d-", "event": "e-", "story": "s-"}
REVIVAL_GAP_DAYS = 14.0
"""A story or an event silent for longer than this that gains new articles is called revived."""


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
    passages: pa.Table | None = None
    """PASSAGE_PLACES; None when nothing is known of passages."""


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


def _status(kept: Overlap | None, merged: list[str], split_from: str | None, *, grew: bool, gap_days: float | None) -> str:
    if kept is None:
        return "split" if split_from else "born"
    if merged:
        return "merged"
    if grew:
        return "revived" if gap_days is not None and gap_days > REVIVAL_GAP_DAYS else "grown"
    return "continued"


def _gap_days(members: list[str], previous: Mapping[str, str], times: Mapping[str, Any]) -> float | None:
    """Days between the last article known before and the first new one; null when dates are missing."""
    old = [times[m] for m in members if m in previous and times[m] is not None]
    new = [times[m] for m in members if m not in previous and times[m] is not None]
    return (min(new) - max(old)).total_seconds() / 86_400 if old and new else None


def _name_level(
    level: str, members_of: Mapping[int, list[str]], weights: dict[str, float], times: Mapping[str, Any],
    parent: Parent | None, used: set[str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Ids and lineage rows of one level; ``members_of`` is label -> article ids, each list sorted by time and id."""
    previous: dict[str, str] = {}
    if parent is not None:
        before = parent.members[level]
        previous = dict(zip(before["article_id"].to_pylist(), before["group_id"].to_pylist(), strict=True))
    size_before = Counter(previous.values())
    labels = {article: label for label, members in members_of.items() for article in members}
    found = overlaps(previous, labels, weights)
    kept = keep_ids(found)
    kept_ids = set(kept.values())
    strongest: dict[int, list[Overlap]] = defaultdict(list)
    for overlap in found:
        strongest[overlap.label].append(overlap)

    ids: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []

    def changed(change: str, group_id: str, previous_id: str | None, share: float | None, articles: int) -> None:
        changes.append({"level": level, "change": change, "id": group_id, "previous_id": previous_id, "share": share,
                        "articles": articles, "previous_articles": size_before[previous_id] if previous_id else None})

    for label in sorted(members_of):
        members = members_of[label]
        here = {o.previous: o for o in strongest[label]}
        own = here.get(kept.get(label, ""))
        merged = sorted(o.previous for o in here.values() if o is not own and o.share > 0.5 and o.previous not in kept_ids)
        split_from = strongest[label][0].previous if own is None and strongest[label] else None
        group_id = own.previous if own else _mint(level, members[0], used)
        grew = any(m not in previous for m in members)
        status = _status(own, merged, split_from, grew=grew, gap_days=_gap_days(members, previous, times))
        ids.append({"label": label, "id": group_id, "status": status,
                    "previous_ids": sorted(p for p in here if p != group_id)})
        if own is None:
            changed(status, group_id, split_from, here[split_from].share if split_from else None, len(members))
        else:
            for ended in merged:
                changed("merged", group_id, ended, here[ended].share, len(members))
            if not merged and (status != "continued" or size_before[own.previous] != len(members)):
                changed(status, group_id, own.previous, own.share, len(members))

    alive = {o.previous for o in found}
    withdrawn = parent.withdrawn if parent else frozenset()
    gone: dict[str, set[str]] = defaultdict(set)
    for article, group in previous.items():
        gone[group].add(article)
    for group in sorted(size_before.keys() - alive):
        changed("withdrawn" if gone[group] <= withdrawn else "ended", group, group, 0.0, 0)
    return ids, changes


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
        IDS for each level and LINEAGE, which holds a row for each group that changed: what merely continues, with the same
        number of articles, leaves no row.
    """
    article_ids = articles["article_id"].to_pylist()
    times = dict(zip(article_ids, articles["published_at"].to_pylist(), strict=True))
    group_labels = groups["group"].to_pylist()
    copies = Counter(group_labels)
    weights = {a: 1.0 / copies[g] for a, g in zip(article_ids, group_labels, strict=True)}
    in_time = sorted(range(len(article_ids)),
                     key=lambda r: (times[article_ids[r]] is None, times[article_ids[r]] or 0, article_ids[r]))
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
        ids, changes = _name_level(level, members_of, weights, times, parent, used)
        named.append(table(IDS, ids))
        lineage.extend(changes)
    lineage.sort(key=lambda c: (c["level"], c["id"], c["change"], c["previous_id"] or ""))
    return Named(named[0], named[1], named[2], table(LINEAGE, lineage))
