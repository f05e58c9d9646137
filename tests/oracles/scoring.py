"""Scores by their definitions, over sets."""

from __future__ import annotations

from itertools import combinations


def bcubed(gold: list, predicted: list) -> tuple[float, float]:
    n = len(gold)
    precision = recall = 0.0
    for i in range(n):
        mine = {j for j in range(n) if predicted[j] == predicted[i]}
        true = {j for j in range(n) if gold[j] == gold[i]}
        precision += len(mine & true) / len(mine) / n
        recall += len(mine & true) / len(true) / n
    return precision, recall


def pairwise(gold: list, predicted: list) -> tuple[float, float]:
    claimed = {p for p in combinations(range(len(gold)), 2) if predicted[p[0]] == predicted[p[1]]}
    true = {p for p in combinations(range(len(gold)), 2) if gold[p[0]] == gold[p[1]]}
    return len(claimed & true) / len(claimed) if claimed else 1.0, len(claimed & true) / len(true) if true else 1.0


def characters(passages: list) -> set:
    return {("a", i) for p in passages for i in range(p[0], p[1])} | {("b", i) for p in passages for i in range(p[2], p[3])}


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
