"""What became of the groups between two runs, told from their members alone; the ids are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from clustering.lineage.matching import Overlap, overlaps

REVIVAL_GAP_DAYS = 14.0
"""A story or an event silent for longer than this that gains new articles is called revived."""


class Became(NamedTuple):
    """What became of one level: a status and the other ids its members came from for every present group, and the changes."""

    status: dict[str, str]
    """Id -> born, continued, grown, merged, split or revived."""
    previous_ids: dict[str, list[str]]
    """Id -> other ids of the earlier run whose members came here, sorted."""
    changes: list[dict[str, Any]]
    """Rows of LINEAGE. What merely continues, with the same number of articles, leaves no row."""


def became(
    level: str, before: Mapping[str, str], after: Mapping[str, str], seconds: Mapping[str, float | None],
    withdrawn: frozenset[str] = frozenset(),
) -> Became:
    """Compare the groups of two runs.

    Every earlier id ends in exactly one way: it is carried on, it was merged into the present group that holds most of its
    articles, or none of them is left (``ended``, or ``withdrawn`` when all of them were).

    Parameters
    ----------
    level
        What the rows are of: duplicate_group, event or story.
    before, after
        Article id -> group id, in the earlier and in the later run.
    seconds
        Article id -> its time in seconds since 1970 (null without a date), for every article of the later run.
    withdrawn
        Articles that were withdrawn between the two.
    """
    members_before, members = _members(before), _members(after)
    found = overlaps(before, after)
    strongest: dict[str, list[Overlap[str]]] = defaultdict(list)
    merged: dict[str, list[Overlap[str]]] = defaultdict(list)
    placed: set[str] = set()
    for overlap in found:
        strongest[overlap.label].append(overlap)
        if overlap.previous not in placed and overlap.previous not in members:
            merged[overlap.label].append(overlap)
        placed.add(overlap.previous)

    status: dict[str, str] = {}
    previous_ids: dict[str, list[str]] = {}
    changes: list[dict[str, Any]] = []

    def changed(change: str, group: str, previous: str | None, share: float | None) -> None:
        changes.append({"level": level, "change": change, "id": group, "previous_id": previous, "share": share,
                        "articles": len(members.get(group, ())),
                        "previous_articles": len(members_before[previous]) if previous else None})

    for group in sorted(members):
        here = {o.previous: o for o in strongest[group]}
        previous_ids[group] = sorted(previous for previous in here if previous != group)
        for overlap in sorted(merged[group], key=lambda o: o.previous):
            changed("merged", group, overlap.previous, overlap.share)
        if merged[group]:
            status[group] = "merged"
        elif group not in members_before:
            origin = strongest[group][0] if strongest[group] else None
            status[group] = "split" if origin else "born"
            changed(status[group], group, origin.previous if origin else None, origin.share if origin else None)
        else:
            status[group] = _status(members[group], before, seconds)
            if status[group] != "continued" or len(members_before[group]) != len(members[group]):
                changed(status[group], group, group, here[group].share if group in here else 0.0)
    for group in sorted(members_before.keys() - members.keys() - placed):
        changed("withdrawn" if members_before[group] <= withdrawn else "ended", group, group, 0.0)
    return Became(status, previous_ids, changes)


def _members(groups: Mapping[str, str]) -> dict[str, set[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for article, group in groups.items():
        members[group].add(article)
    return members


def _status(members: set[str], before: Mapping[str, str], seconds: Mapping[str, float | None]) -> str:
    if members <= before.keys():
        return "continued"
    old = [at for m in members if m in before and (at := seconds[m]) is not None]
    new = [at for m in members if m not in before and (at := seconds[m]) is not None]
    silent_days = (min(new) - max(old)) / 86_400 if old and new else 0.0
    return "revived" if silent_days > REVIVAL_GAP_DAYS else "grown"
