"""Slow, obviously right twins of the kernels of clustering.events."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import permutations

import numpy as np
import pyarrow as pa

from clustering.events.dating import PUBLISHED, Dating
from clustering.events.vectors import Vectors
from clustering.text.tokens import CAPITAL, NOT_BODY, SENTENCE_START


def count_terms(tokens: pa.Table, title_tokens: pa.Table, row: int, title_weight: int, lead_weight: int, lead_tokens: int
                ) -> Counter:
    """Weighted counts of one article: keys are hashes, or pairs of hashes."""
    counted: Counter = Counter()
    body = 0
    for table, in_title in ((tokens, False), (title_tokens, True)):
        columns = (table[c][row].as_py() for c in ("hashes", "starts", "ends", "zones"))
        previous = None
        for token, start, end, zones in zip(*columns, strict=True):
            if zones & NOT_BODY:
                previous = None
                continue
            weight = title_weight
            if not in_title:
                weight = 1 + lead_weight * (body < lead_tokens)
                body += 1
            if end - start < 2:
                previous = None
                continue
            counted[token] += weight
            if previous is not None:
                counted[previous, token] += title_weight if in_title else 1
            previous = token
    return counted


def capitalised(tokens: pa.Table) -> dict[int, float]:
    """Share of a word's places inside sentences in which it has a capital."""
    seen: dict[int, list[bool]] = defaultdict(list)
    for row in range(len(tokens)):
        columns = (tokens[c][row].as_py() for c in ("hashes", "starts", "ends", "flags", "zones"))
        for token, start, end, flags, zones in zip(*columns, strict=True):
            if not zones & NOT_BODY and end - start > 1 and not flags & SENTENCE_START:
                seen[token].append(bool(flags & CAPITAL))
    return {token: sum(c) / len(c) for token, c in seen.items()}


def time_weight(dating: Dating, i: int, j: int, kernel: tuple[float, float, float, float]) -> float:
    """The formula of clustering.events.dating, read off its docstring."""
    floor, half_life, undated, of_named = kernel
    named = [dating.named[dating.indptr[v] : dating.indptr[v + 1]] for v in (i, j)]
    x, y = dating.days[i], dating.days[j]

    def weight(gap: float, low: float) -> float:
        return low + (1 - low) / (1 + (gap / half_life) ** 2)

    gaps = [abs(day - other) for days, other in ((named[0], y), (named[1], x)) for day in days if not np.isnan(other)]
    by_name = of_named * weight(min(gaps), floor) if gaps else of_named * floor
    if np.isnan(x) or np.isnan(y):
        return max(undated, by_name)
    return max(weight(abs(x - y), floor if dating.basis[i] == dating.basis[j] == PUBLISHED else max(floor, undated)), by_name)


def heaviest_pairs(matrix: np.ndarray, dating: Dating, k: int, least: float, kernel: tuple[float, float, float, float]) -> dict:
    """{(left, right): (cosine, weight)} by comparing everything with everything."""
    weights: dict[tuple[int, int], tuple[float, float]] = {}
    offers: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for i in range(len(matrix)):
        for j in range(i + 1, len(matrix)):
            cosine = float(sum(a * b for a, b in zip(matrix[i], matrix[j], strict=True)))
            weight = float(np.round(cosine * time_weight(dating, i, j, kernel), 6))
            if cosine >= least and weight >= least:
                weights[i, j] = (float(np.round(cosine, 6)), weight)
                offers[i].append((-weight, j))
                offers[j].append((-weight, i))
    best = {i: {j for _, j in sorted(o)[:k]} for i, o in offers.items()}
    return {(i, j): w for (i, j), w in weights.items() if j in best[i] or i in best[j]}


def among_heaviest(edges: list[tuple[int, int, float]], k: int) -> list[bool]:
    """Whether each edge is among the k heaviest of either end; ties go to the smaller neighbour."""
    around: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for i, j, w in edges:
        around[i].append((-w, j))
        around[j].append((-w, i))
    best = {i: {j for _, j in sorted(a)[:k]} for i, a in around.items()}
    return [j in best[i] or i in best[j] for i, j, _ in edges]


def propagate(edges: list[tuple[int, int, int]], nodes: int, order: list[int], rank: list[int], sweeps: int) -> list[int]:
    """Label propagation with dictionaries; a tie keeps the label, else the smallest rank wins."""
    around: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i, j, w in edges:
        around[i].append((j, w))
        around[j].append((i, w))
    labels = list(range(nodes))
    for _ in range(sweeps):
        before = list(labels)
        for node in order:
            total: Counter = Counter()
            for other, weight in around[node]:
                total[labels[other]] += weight
            if total and max(total.values()) > total[labels[node]]:
                labels[node] = min((label for label in total if total[label] == max(total.values())), key=lambda x: rank[x])
        if labels == before:
            break
    return labels


def b_cubed(found: dict[str, object], gold: dict[str, object]) -> float:
    """B-cubed F1 over the articles of ``gold``."""
    a, b = Counter(found[i] for i in gold), Counter(gold.values())
    both = Counter((found[i], gold[i]) for i in gold)
    precision = sum(both[found[i], gold[i]] / a[found[i]] for i in gold) / len(gold)
    recall = sum(both[found[i], gold[i]] / b[gold[i]] for i in gold) / len(gold)
    return 2 * precision * recall / (precision + recall)


def denied(days: list[float], sure: list[bool], pairs: dict[tuple[int, int], float]) -> set[int]:
    """The texts whose five nearest sure texts of cosine .2 and more agree on a time and are all a month away, text by text."""
    found = set()
    for text, day in enumerate(days):
        near = [(-cosine, b if a == text else a) for (a, b), cosine in pairs.items() if text in (a, b) and cosine >= 0.2]
        company = sorted(days[other] for _, other in sorted((c, o) for c, o in near if sure[o])[:5])
        if not sure[text] or not company:
            continue
        median = company[(len(company) - 1) // 2]
        agreeing = sum(abs(other - median) <= 7 for other in company)
        if agreeing >= 2 and agreeing > len(company) / 2 and all(abs(day - other) > 30 for other in company):
            found.add(text)
    return found


def misdated_twins(days: list[float], sure: list[bool], outlets: str, pairs: dict[tuple[int, int], float]) -> set[int]:
    """Texts of a pair that stands out: each other's likest, of two outlets, three times as alike as the fourth likest of
    either, with nothing half as alike within a month of its date."""
    def company(text: int) -> list[tuple[float, int]]:
        return sorted((-cosine, b if a == text else a) for (a, b), cosine in pairs.items()
                      if text in (a, b) and sure[a] and sure[b])

    found = set()
    for text in range(len(days)):
        near = company(text)
        if not near:
            continue
        most, twin = -near[0][0], near[0][1]
        beyond = max(-near[3][0] if len(near) > 3 else 0, 0.02)
        confirmed = any(-c >= most / 2 and abs(days[other] - days[text]) <= 30 for c, other in near)
        if (company(twin)[0][1] == text and outlets[text] != outlets[twin] and most >= 0.25 and most >= 3 * beyond
                and not confirmed):
            found.add(text)
    return found


def coherence(vectors: Vectors, tokens: pa.Table, row: int, count: int) -> float:
    """Mean cosine between the parts of a text of one vector each, every word weighing what it weighs in the whole."""
    words = tokens["hashes"][row].as_py()
    here = slice(*vectors.indptr[row : row + 2])
    terms = zip(vectors.indices[here], vectors.data[here], strict=True)
    weight = {int(vectors.keys[t]): w for t, w in terms if not vectors.phrase[t]}
    parts = [{w: weight[w] for place, w in enumerate(words) if place * count // len(words) == part and w in weight}
             for part in range(count)]
    cosines = [sum(one[w] * other[w] for w in one.keys() & other.keys())
               / np.sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
               for one, other in permutations(parts, 2) if one and other]
    return float(sum(cosines) / (count * (count - 1)))
