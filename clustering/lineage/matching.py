"""Which group of the parent run does each group continue? Weighted overlap of members, one to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

Label = TypeVar("Label", int, str)
"""A group of the later run: its number before ids are given away, its id afterwards."""


class Overlap(NamedTuple, Generic[Label]):
    """What a previous group and a present one have in common."""

    previous: str
    label: Label
    weight: float
    share: float
    """Of the previous group's members that are still live."""


def overlaps(previous: Mapping[str, str], labels: Mapping[str, Label], weights: Mapping[str, float]) -> list[Overlap[Label]]:
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
    common: dict[tuple[str, Label], float] = defaultdict(float)
    live: dict[str, float] = defaultdict(float)
    for article in sorted(labels.keys() & previous.keys()):
        common[previous[article], labels[article]] += weights[article]
        live[previous[article]] += weights[article]
    found = [Overlap(group, label, round(weight, 9), round(weight / live[group], 9)) for (group, label), weight in common.items()]
    return sorted(found, key=lambda o: (-o.weight, -o.share, o.previous, o.label))


def keep_ids(found: list[Overlap[int]]) -> dict[int, str]:
    """Present group -> the previous id it keeps: greedily by overlap, each id and each group once."""
    kept: dict[int, str] = {}
    given: set[str] = set()
    for overlap in found:
        if overlap.label not in kept and overlap.previous not in given:
            kept[overlap.label] = overlap.previous
            given.add(overlap.previous)
    return kept
