"""Which group of the parent run does each group continue? The one it has most articles in common with, one to one.

Articles count alike. Counted by texts (a duplicate group as one) an event would sometimes keep its id with the smaller side of a
split, and more articles would wake up under another id (docs/choices.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

Label = TypeVar("Label", int, str)
"""A group of the later run: its number before ids are given away, its id afterwards."""


class Overlap(NamedTuple, Generic[Label]):
    """What a previous group and a present one have in common."""

    previous: str
    label: Label
    articles: int
    share: float
    """Of the previous group's members that are still live."""


def overlaps(previous: Mapping[str, str], labels: Mapping[str, Label]) -> list[Overlap[Label]]:
    """Every pair of a previous group and a present one with members in common, the largest overlap first.

    Parameters
    ----------
    previous
        Article id -> group id in the parent run.
    labels
        Article id -> group of this run.

    Returns
    -------
    list of Overlap
        Sorted by articles and share, the most first, then by previous id and label: the order in which ids are given away.
    """
    both = sorted(labels.keys() & previous.keys())
    common = Counter((previous[article], labels[article]) for article in both)
    live = Counter(previous[article] for article in both)
    found = [Overlap(group, label, articles, round(articles / live[group], 9)) for (group, label), articles in common.items()]
    return sorted(found, key=lambda o: (-o.articles, -o.share, o.previous, o.label))


def keep_ids(found: list[Overlap[int]]) -> dict[int, str]:
    """Present group -> the previous id it keeps: greedily by overlap, each id and each group once."""
    kept: dict[int, str] = {}
    given: set[str] = set()
    for overlap in found:
        if overlap.label not in kept and overlap.previous not in given:
            kept[overlap.label] = overlap.previous
            given.add(overlap.previous)
    return kept
