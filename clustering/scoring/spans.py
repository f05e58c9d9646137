"""Agreement of found passages with true ones, in characters.

plagdet and granularity follow Potthast, Stein, Barron-Cedeno & Rosso (2010), "An evaluation framework for plagiarism
detection", section 3, macro-averaged as in the PAN tasks. A passage here is a quadruple ``(a_start, a_end, b_start, b_end)``
of half-open spans in the two articles of a pair; its characters are those of both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2
from typing import NamedTuple

Passage = tuple[int, int, int, int]
Span = tuple[int, int]


class SpanScore(NamedTuple):
    """plagdet = F1 / log2(1 + granularity); a granularity of 1 means one detection for each passage found."""

    plagdet: float
    precision: float
    recall: float
    granularity: float


def _covered(spans: Iterable[Span]) -> int:
    """Characters in the union of the spans."""
    total, reached = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _cut(left: Span, right: Span) -> Span:
    start, end = max(left[0], right[0]), min(left[1], right[1])
    return (start, max(start, end))


def _touch(left: Passage, right: Passage) -> bool:
    """A detection finds a case when the two overlap on both sides."""
    return min(left[1], right[1]) > max(left[0], right[0]) and min(left[3], right[3]) > max(left[2], right[2])


def _share(passage: Passage, others: Sequence[Passage]) -> float:
    """Share of the passage's characters, both sides together, that the others cover."""
    here_a, here_b = (passage[0], passage[1]), (passage[2], passage[3])
    size = here_a[1] - here_a[0] + here_b[1] - here_b[0]
    found = _covered(_cut(here_a, (o[0], o[1])) for o in others) + _covered(_cut(here_b, (o[2], o[3])) for o in others)
    return found / size if size else 0.0


def plagdet(pairs: Iterable[tuple[Sequence[Passage], Sequence[Passage]]]) -> SpanScore:
    """Score found passages against true ones.

    Parameters
    ----------
    pairs
        For each pair of articles, its true passages and the found ones. Pairs without either say nothing.

    Returns
    -------
    SpanScore
        Precision is 1 when nothing was found, recall 1 when there was nothing to find.
    """
    precision: list[float] = []
    recall: list[float] = []
    pieces: list[int] = []
    for true, found in pairs:
        for passage in true:
            hits = [f for f in found if _touch(passage, f)]
            recall.append(_share(passage, hits))
            if hits:
                pieces.append(len(hits))
        precision.extend(_share(passage, [t for t in true if _touch(passage, t)]) for passage in found)
    p = sum(precision) / len(precision) if precision else 1.0
    r = sum(recall) / len(recall) if recall else 1.0
    granularity = sum(pieces) / len(pieces) if pieces else 1.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return SpanScore(f1 / log2(1 + granularity), p, r, granularity)


def character_scores(texts: Iterable[tuple[Sequence[Span], Sequence[Span]]]) -> tuple[float, float, float]:
    """Micro precision, recall and F1 over characters; for each text its true spans and the found ones."""
    right = claimed = true_total = 0
    for true, found in texts:
        t, f = _covered(true), _covered(found)
        claimed += f
        true_total += t
        right += t + f - _covered([*true, *found])
    p = right / claimed if claimed else 1.0
    r = right / true_total if true_total else 1.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0
