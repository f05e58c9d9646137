"""Slow, obviously right twins of the passages room: sets and difflib instead of kernels."""

from __future__ import annotations

import difflib
from itertools import combinations, pairwise


def shared_runs(words: list[list[int]], width: int) -> dict[tuple[int, int], int]:
    """Different runs of ``width`` words that two texts share, for each pair that shares any."""
    grams = [{tuple(w[i : i + width]) for i in range(len(w) - width + 1)} for w in words]
    return {(i, j): n for i, j in combinations(range(len(words)), 2) if (n := len(grams[i] & grams[j]))}


def blocks(a: list[int], b: list[int], least: int) -> list[tuple[int, int, int]]:
    """difflib's matching blocks of ``least`` words and more: start in a, start in b, length."""
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return [tuple(m) for m in matcher.get_matching_blocks() if m.size >= least]


def common(a: list[int], b: list[int]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        new = [0]
        for j, y in enumerate(b):
            new.append(row[j] + 1 if x == y else max(row[j + 1], new[j]))
        row = new
    return row[-1]


def columns(size: int, equal: list[tuple[int, int]]) -> list[set[int]]:
    """Connected components of positions, by breadth-first search; only those of two and more."""
    near: dict[int, set[int]] = {}
    for i, j in equal:
        near.setdefault(i, set()).add(j)
        near.setdefault(j, set()).add(i)
    seen: set[int] = set()
    out = []
    for start in range(size):
        if start in near and start not in seen:
            component, todo = set(), [start]
            while todo:
                here = todo.pop()
                if here not in component:
                    component.add(here)
                    todo.extend(near[here])
            seen |= component
            out.append(component)
    return out


def share(spans: dict[str, list[tuple[int, int]]], words: list[tuple[int, int]]) -> dict[str, int]:
    """Words by the strongest kind of span over them."""
    out = dict.fromkeys(("copy", "quote", "background", "own"), 0)
    for start, end in words:
        over = [kind for kind in ("copy", "quote", "background") if any(s < end and start < e for s, e in spans.get(kind, []))]
        out[over[0] if over else "own"] += 1
    return out


def stretches(intervals: list[tuple[int, int]], near: int, many: int) -> list[tuple[int, int, list[int]]]:
    """Stretches between the edges of intervals, with those that cover half of each; neighbours that differ little are one.

    Of edges within ``near`` of the first of them the most frequent counts; one member in ``many`` may differ.
    """
    edges = sorted(edge for interval in intervals for edge in interval)
    bounds = []
    while edges:
        close = [edge for edge in edges if edge <= edges[0] + near]
        bounds.append(max(sorted(set(close)), key=close.count))
        edges = edges[len(close) :]
    out: list[tuple[int, int, set[int]]] = []
    for start, end in pairwise(bounds):
        members = {n for n, (low, high) in enumerate(intervals) if 2 * (min(high, end) - max(low, start)) >= end - start}
        if not members:
            continue
        if out and out[-1][1] == start and len(out[-1][2] ^ members) * many <= len(out[-1][2] | members) + 1:
            out[-1] = (out[-1][0], end, out[-1][2] | members)
        else:
            out.append((start, end, members))
    return [(start, end, sorted(members)) for start, end, members in out]
