"""Agreement of found passages with true ones, in characters.

plagdet and granularity follow Potthast, Stein, Barron-Cedeno & Rosso (2010), "An evaluation framework for plagiarism
detection", section 3, macro-averaged as in the PAN tasks. A passage here is a quadruple ``(a_start, a_end, b_start, b_end)``
of half-open spans in the two articles of a pair; its characters are those of both sides.

A passage of a run has many members and ends where one of them ends; to a *pair* of articles the shared text may go on in
the next passage. Labels are pairwise, so what a run found is read for each pair before it is scored (:func:`of_pair`):
pieces that follow each other are :func:`joined`, and :func:`trimmed` where the labels say that a match counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import log2
from typing import NamedTuple

import numpy as np

Passage = tuple[int, int, int, int]
Span = tuple[int, int]

GAP_CHARACTERS = 60
"""Some eight words: pieces no further apart on both sides are one passage to a reader. An inserted sentence is longer."""
STRENGTH = ("copy", "quote", "background", "boilerplate")
"""Where two kinds of passage hold the same words, what a pair is said to share: the first."""
_WITHIN = 0.8
_STRAY_CHARACTERS = 3
"""A comma, a space and a quotation mark between a passage and what is ignored beside it."""


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


def joined(passages: Sequence[Passage], gap_characters: int = GAP_CHARACTERS) -> list[Passage]:
    """Pieces that follow each other on both sides, as one passage each, sorted.

    Two pieces belong together when they stand in the same order in both articles and overlap or leave at most
    ``gap_characters`` between them, on both sides; a passage reaches from the first to the last of its pieces. A local
    paragraph on one side and a moved block keep pieces apart.
    """
    pieces = sorted(set(passages))
    group = list(range(len(pieces)))
    for left, right in combinations(range(len(pieces)), 2):  # sorted: the left one begins no later in the first article
        (_, a_end, b_start, b_end), (next_a, _, next_b, _) = pieces[left], pieces[right]
        if b_start <= next_b and next_a - a_end <= gap_characters and next_b - b_end <= gap_characters:
            low, high = sorted((group[left], group[right]))
            group = [low if g == high else g for g in group]
    members = [[piece for piece, g in zip(pieces, group, strict=True) if g == name] for name in sorted(set(group))]
    return sorted((min(p[0] for p in m), max(p[1] for p in m), min(p[2] for p in m), max(p[3] for p in m)) for m in members)


def _trim(span: Span, ignored: Iterable[Span]) -> Span:
    """The span without the ignored characters at its ends."""
    start, end = span
    spans = sorted(ignored)
    for s, e in spans:
        if s - _STRAY_CHARACTERS <= start < e:
            start = min(e, end)
    for s, e in reversed(spans):
        if s < end <= e + _STRAY_CHARACTERS:
            end = max(s, start)
    return start, end


def trimmed(found: Iterable[Passage], true: Sequence[Passage], ignored_a: Sequence[Span],
            ignored_b: Sequence[Span]) -> list[Passage]:
    """What was found, without what counts neither way.

    Parameters
    ----------
    found, true
        Passages of one pair of articles.
    ignored_a, ignored_b
        Spans of the two articles that are neither wanted nor wrong (words too few to count, attributions, furniture).

    Returns
    -------
    list
        Found passages, the ignored ends cut off; one that is mostly ignored and touches no true passage is left out.
    """
    kept = []
    for passage in found:
        a, b = _trim((passage[0], passage[1]), ignored_a), _trim((passage[2], passage[3]), ignored_b)
        whole_a, whole_b = passage[1] - passage[0], passage[3] - passage[2]
        if any(_touch(passage, t) for t in true):
            kept.append((*(a if a[0] < a[1] else passage[:2]), *(b if b[0] < b[1] else passage[2:])))
        elif 2 * (a[1] - a[0]) >= whole_a and 2 * (b[1] - b[0]) >= whole_b:
            kept.append((*a, *b))
    return kept


def of_pair(pieces: Iterable[tuple[Passage, str]], true: Sequence[Passage], ignored_a: Sequence[Span],
            ignored_b: Sequence[Span]) -> list[tuple[Passage, str]]:
    """What a run says that two articles share, as labels would say it: (passage, kind), sorted.

    Pieces of one kind are joined. What counts neither way is trimmed off. A piece that lies within something stronger the
    two share (:data:`STRENGTH`) is left out: a quotation that others share too is part of the copy to two copies.
    """
    by_kind: dict[str, list[Passage]] = {}
    for passage, kind in pieces:
        by_kind.setdefault(kind, []).append(passage)
    out: list[tuple[Passage, str]] = []
    for kind in sorted(by_kind, key=lambda kind: (STRENGTH.index(kind) if kind in STRENGTH else len(STRENGTH), kind)):
        stronger = [p for p, _ in out]
        apart = [p for p in by_kind[kind] if _share(p, stronger) < _WITHIN]
        out += [(p, kind) for p in joined(apart)]
    kept = [(p, kind) for passage, kind in out for p in trimmed([passage], true, ignored_a, ignored_b)]
    return sorted(kept)


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


def boundary_errors(true: Sequence[Passage], found: Sequence[Passage], starts_a: np.ndarray, starts_b: np.ndarray) -> list[int]:
    """How many tokens off the edges of found passages are: four numbers for each true passage that anything finds.

    Parameters
    ----------
    true, found
        Passages of one pair of articles; several that find the same one are taken from the first to the last.
    starts_a, starts_b
        Ascending code points at which the tokens of the two articles begin.
    """
    errors = []
    for passage in true:
        hits = [f for f in found if _touch(passage, f)]
        for side, starts in enumerate((starts_a, starts_b) if hits else ()):
            edges = (min(f[2 * side] for f in hits), max(f[2 * side + 1] for f in hits))
            places = np.searchsorted(starts, [*passage[2 * side : 2 * side + 2], *edges])
            errors += np.abs(places[:2] - places[2:]).tolist()
    return errors


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
