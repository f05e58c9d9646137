"""Coherence of remainders, slow and obviously right: words, sets and dictionaries."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import combinations

K = 6


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def shingles(tokens: list[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + K]) for i in range(len(tokens) - K + 1)]


def outside(tokens: list[str], repeated: set[tuple[str, ...]]) -> list[str]:
    inside = {i + j for i, s in enumerate(shingles(tokens)) if s in repeated for j in range(K)}
    return [t for i, t in enumerate(tokens) if i not in inside]


def coherence(
    texts: list[str], titles: list[str], outlets: list[str], function_words: set[str],
) -> dict[frozenset[int], float | None]:
    """Mean pairwise cosine of the remainders for each set of articles that share a shingle; None when not comparable."""
    n = len(texts)
    bodies, heads = [words(t) for t in texts], [words(t) for t in titles]
    where: dict[tuple[str, ...], set[int]] = {}
    for row, body in enumerate(bodies):
        for s in shingles(body):
            where.setdefault(s, set()).add(row)
    df = Counter(w for body, head in zip(bodies, heads, strict=True) for w in {*body, *head})
    idf = {w: math.log((n + 200) / (c + 1)) for w, c in df.items()}

    def vector(row: int, home: bool) -> tuple[dict[str, float], bool]:
        repeated = {s for s, rows in where.items() if len(
            {r for r in rows if not home or outlets[r] == outlets[row]} | {row}) > 1 and row in rows}
        rest = outside(bodies[row], repeated) + heads[row]
        tf = Counter(w for w in rest if len(w) > 1 and w not in function_words and idf[w] > 1)
        weights = {w: (1 + math.log(c)) * idf[w] for w, c in tf.items()}
        length = math.sqrt(sum(v * v for v in weights.values()))
        usable = len(rest) >= 12 and length > 0 and (home or len(rest) >= 0.2 * len(bodies[row]))
        return {w: v / length for w, v in weights.items()} if length else {}, usable

    found: dict[frozenset[int], float | None] = {}
    for rows in {frozenset(rows) for rows in where.values() if len(rows) > 1}:
        home = len({outlets[r] for r in rows}) == 1
        vectors = [v for v, usable in (vector(r, home) for r in sorted(rows)) if usable]
        if len(vectors) < 2 or 3 * len(vectors) < len(rows):
            found[rows] = None
            continue
        cosines = [sum(v * b.get(w, 0.0) for w, v in a.items()) for a, b in combinations(vectors, 2)]
        found[rows] = sum(cosines) / len(cosines)
    return found
