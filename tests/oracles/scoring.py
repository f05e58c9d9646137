"""Scores by their definitions, over sets."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from math import hypot, log


def bcubed(gold: list, predicted: list) -> tuple[float, float]:
    n = len(gold)
    precision = recall = 0.0
    for i in range(n):
        mine = {j for j in range(n) if predicted[j] == predicted[i]}
        true = {j for j in range(n) if gold[j] == gold[i]}
        precision += len(mine & true) / len(mine) / n
        recall += len(mine & true) / len(true) / n
    return precision, recall


def look_alikes(texts: list, gold: list, least: float) -> list:
    """By dictionaries: the summed unit vectors of each event, and every two events compared."""
    words = [re.findall(r"\w+", text.lower()) for text in texts]
    df = Counter(word for text in words for word in set(text))
    sums: dict = {label: Counter() for label in gold}
    for text, label in zip(words, gold, strict=True):
        vector = {w: (1 + log(tf)) * log((1 + len(texts)) / (1 + df[w])) for w, tf in Counter(text).items()}
        norm = hypot(*vector.values()) or 1.0
        for w, weight in vector.items():
            sums[label][w] += weight / norm

    def cosine(a: dict, b: dict) -> float:
        return sum(weight * b[w] for w, weight in a.items()) / ((hypot(*a.values()) * hypot(*b.values())) or 1.0)

    return [any(round(cosine(sums[label], sums[other]), 6) >= least for other in sums if other != label) for label in gold]


def pairwise(gold: list, predicted: list) -> tuple[float, float]:
    claimed = {p for p in combinations(range(len(gold)), 2) if predicted[p[0]] == predicted[p[1]]}
    true = {p for p in combinations(range(len(gold)), 2) if gold[p[0]] == gold[p[1]]}
    return len(claimed & true) / len(claimed) if claimed else 1.0, len(claimed & true) / len(true) if true else 1.0


def characters(passages: list) -> set:
    return {("a", i) for p in passages for i in range(p[0], p[1])} | {("b", i) for p in passages for i in range(p[2], p[3])}


def joined(pieces: list, gap: int) -> list:
    """Pieces that may follow one another, collected by hand: sets of pieces that merge while any two of them are near."""
    def near(p: tuple, q: tuple) -> bool:
        first, then = sorted((p, q))
        return first[2] <= then[2] and then[0] - first[1] <= gap and then[2] - first[3] <= gap

    sets = [{p} for p in set(pieces)]
    while True:
        found = next(((x, y) for x, y in combinations(sets, 2) if any(near(p, q) for p in x for q in y)), None)
        if found is None:
            return sorted((min(p[0] for p in s), max(p[1] for p in s), min(p[2] for p in s), max(p[3] for p in s)) for s in sets)
        sets = [s for s in sets if s not in found] + [found[0] | found[1]]


def plagdet_parts(true: list, found: list) -> tuple[float, float, float]:
    """Precision, recall and granularity by sets of characters."""
    def touch(s: tuple, r: tuple) -> bool:
        return bool(set(range(s[0], s[1])) & set(range(r[0], r[1]))) and bool(set(range(s[2], s[3])) & set(range(r[2], r[3])))

    def mean(values: list) -> float:
        return sum(values) / len(values) if values else 1.0

    def share(s: tuple, others: list) -> float:
        mine = characters([s])
        return len(mine & characters([o for o in others if touch(s, o)])) / len(mine) if mine else 0.0

    pieces = [sum(touch(s, r) for r in found) for s in true]
    return mean([share(r, true) for r in found]), mean([share(s, found) for s in true]), mean([p for p in pieces if p])
