"""Coherence of remainders, slow and obviously right: words, sets and dictionaries."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import combinations
from statistics import mean, median

from clustering.text.tokens import LINE_START

K = 6


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def shingles(tokens: list[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + K]) for i in range(len(tokens) - K + 1)]


def outside(tokens: list[str], repeated: set[tuple[str, ...]]) -> list[str]:
    inside = {i + j for i, s in enumerate(shingles(tokens)) if s in repeated for j in range(K)}
    return [t for i, t in enumerate(tokens) if i not in inside]


def coherence(
    texts: list[str], titles: list[str], outlets: list[str], langs: list[str], function_words: set[str],
) -> dict[frozenset[int], tuple[float | None, float | None]]:
    """Mean, else median, pairwise cosine of the remainders of each set of articles that share a shingle; None where not asked."""
    bodies, heads = [words(t) for t in texts], [words(t) for t in titles]
    where: dict[tuple[str, ...], set[int]] = {}
    for row, body in enumerate(bodies):
        for s in shingles(body):
            where.setdefault(s, set()).add(row)
    df = Counter((lang, w) for lang, body, head in zip(langs, bodies, heads, strict=True) for w in {*body, *head})
    idf = {(lang, w): math.log((langs.count(lang) + 200) / (c + 1)) for (lang, w), c in df.items()}

    def content(tokens: list[str]) -> list[str]:
        return [w for w in tokens if len(w) > 1 and w not in function_words]

    def vector(row: int, home: bool, several: bool) -> tuple[dict[tuple[str, str], float], bool]:
        lang = langs[row]
        repeated = {s for s, rows in where.items() if len(
            {r for r in rows if not home or outlets[r] == outlets[row]} | {row}) > 1 and row in rows}
        rest = outside(bodies[row], repeated) + heads[row]
        tf = Counter((lang, w) for w in content(rest) if idf[lang, w] > 1)
        weights = {w: (1 + math.log(c)) * idf[w] for w, c in tf.items()}
        length = math.sqrt(sum(v * v for v in weights.values()))
        usable = len(rest) >= 12 and length > 0
        if several and not home:
            usable = usable and len(rest) >= 0.2 * len(bodies[row])
        if several and home:
            heard = [w for w in content(outside(bodies[row], repeated)) if idf[lang, w] > 1]
            usable = usable and len(heard) >= 0.2 * max(1, len(content(bodies[row])))
        return {w: v / length for w, v in weights.items()} if length else {}, usable

    def cosines(rows: frozenset[int], home: bool, several: bool, share: float) -> list[float]:
        vectors = [v for v, usable in (vector(r, home, several) for r in sorted(rows)) if usable]
        if len(vectors) < 2 or len(vectors) < share * len(rows):
            return []
        return [sum(v * b.get(w, 0.0) for w, v in a.items()) for a, b in combinations(vectors, 2)]

    found: dict[frozenset[int], tuple[float | None, float | None]] = {}
    for rows in {frozenset(rows) for rows in where.values() if len(rows) > 1}:
        one = len({outlets[r] for r in rows}) == 1
        values = cosines(rows, home=one, several=not one, share=1 / 3)
        if values or one or len(rows) < 10:
            found[rows] = (sum(values) / len(values) if values else None, None)
            continue
        values = cosines(rows, home=True, several=True, share=1 / 2)
        found[rows] = (None, median(values) if values and sum(values) <= 0.3 * len(values) else None)
    return found


def whole_lines(first, last, base, stop, flags, masked):
    """The run taken to the ends of its first and last line where four fifths of it are masked, token by token."""
    def line(token):
        low = max((t for t in range(base, token + 1) if flags[t] & LINE_START), default=base)
        return low, min((t for t in range(token + 1, stop) if flags[t] & LINE_START), default=stop)

    opening, closing = line(first), line(last - 1)
    return (opening[0] if mean(map(int, masked[slice(*opening)])) >= 0.8 else first,
            closing[1] if mean(map(int, masked[slice(*closing)])) >= 0.8 else last)
