"""Which group of the parent run does each group continue? Weighted overlap of members, one to one."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple


class Overlap(NamedTuple):
    """What a previous group and a present one have in common."""

    previous: str
    label: int
    weight: float
    share: float
    """Of the previous group's members that are still live."""


def overlaps(previous: dict[str, str], labels: dict[str, int], weights: dict[str, float]) -> list[Overlap]:
    """Every pair of a previous group and a present one with members in common, the heaviest first.

    Parameters
    ----------
    previous
        Article id -> group id in the parent run.
    labels
        Article id -> group of this run.
    weights
        Article id -> weight of the article.

    Returns
    -------
    list of Overlap
        Sorted by weight and share, heaviest first, then by previous id and label: the order in which ids are given away.
    """
    common: dict[tuple[str, int], float] = defaultdict(float)
    live: dict[str, float] = defaultdict(float)
    for article in sorted(labels.keys() & previous.keys()):
        common[previous[article], labels[article]] += weights[article]
        live[previous[article]] += weights[article]
    found = [Overlap(group, label, round(weight, 9), round(weight / live[group], 9)) for (group, label), weight in common.items()]
    return sorted(found, key=lambda o: (-o.weight, -o.share, o.previous, o.label))


def keep_ids(found: list[Overlap]) -> dict[int, str]:
    """Present group -> the previous id it keeps: greedily by overlap, each id and each group once."""
    kept: dict[int, str] = {}
    given: set[str] = set()
    for overlap in found:
        if overlap.label not in kept and overlap.previous not in given:
            kept[overlap.label] = overlap.previous
            given.add(overlap.previous)
    return kept
