"""Many-way: from alignments of pairs to passages with all their occurrences.

The token *positions* that alignments call equal are joined (union-find); a *column* is one word of the shared text with
every article it stands in. A passage is a maximal run of consecutive columns with the same members, give or take one in
five: few long passages say more than many short ones, and an occurrence marks only what its article has. It is never a
connected component of spans, which chain. A column that holds one article twice is split by the order of its places.
Each kind is joined by itself, so a quotation that two copies and an independent article share is part of the copy to the
first two and a shared quote to all three; a pair that is joined as copy already is not joined again as anything less.
What holds the words of a quote or of background may be known by other kinds only (two articles of one outlet are never
compared, yet a third ties both): alignments of every kind through a passage's columns bring in the further articles that
have most of it, so that its occurrences are complete and "earliest" is asked of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit

from clustering.config import PassagesSettings
from clustering.passages.kinds import BACKGROUND, COPY, KINDS, QUOTED
from clustering.text.tokens import NOT_BODY, SENTENCE_START

_NEAR = 4
"""Edges of members that differ by no more tokens than this are one edge."""
_LEAST = 5
"""Fewest equal tokens an occurrence shares with the reference."""
_LOOSE = 3
"""Where the columns of a pair are scattered, steps wider than this end a stretch."""
_OPENING = 2
"""So many words before a passage that begin its sentence, and that nothing else has, belong to it: "27 people were injured"
against "25 people were injured" shares all but its first word."""
_MANY = 5
"""One member in this many may come or go without ending a passage."""
_JOINED = 0.8
"""A pair whose words are joined as copy to this share is not joined again as something less."""
_COMPLETED = (QUOTED, BACKGROUND)
"""Kinds whose passages take in what other kinds tell. Not copy, for a quotation in it is not the copy; and not furniture,
which would outweigh the copy in the shares."""
_HELD = 0.9
"""Least share of a passage's words in an article that is brought in by alignments of other kinds."""
_DENSITY = 0.5
"""Columns left between other passages' words are no passage of their own."""


@dataclass(frozen=True)
class Occurrences:
    """Places of passages, in token positions of the corpus; sorted by passage, the reference first, then by row."""

    passage: np.ndarray
    """int64[n], numbered from 0 in no particular order."""
    row: np.ndarray
    start: np.ndarray
    """int64[n], first token."""
    end: np.ndarray
    """int64[n], one past the last."""
    equal: np.ndarray
    """int64[n], tokens equal to the reference occurrence."""
    column: np.ndarray
    """int64[n, 2], its slice of ``there`` and ``here``."""
    there: np.ndarray
    """int64[m], token of the reference, in order ..."""
    here: np.ndarray
    """int64[m], ... and the equal token of the occurrence."""
    kind: np.ndarray
    """uint8 of each passage."""
    reason: np.ndarray
    """uint8 of each passage."""


def _alone(size: int) -> np.ndarray:
    """Every position its own parent, in four bytes each where they suffice."""
    return np.arange(size, dtype=np.int32 if size < 1 << 31 else np.int64)


@njit(cache=True, nogil=True)
def _root(parent, a):  # noqa: ANN001, ANN202
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


@njit(cache=True, nogil=True)
def _join(blocks, segments, chosen, parent):  # noqa: ANN001, ANN202
    """Union of the equal positions of the chosen blocks; the smallest position is the root."""
    for q in chosen:
        for s in range(blocks[q, 6], blocks[q, 7]):
            for k in range(segments[s, 2]):
                a, b = _root(parent, segments[s, 0] + k), _root(parent, segments[s, 1] + k)
                if a != b:
                    parent[max(a, b)] = min(a, b)


@njit(cache=True, nogil=True)
def _joined(blocks, segments, chosen, parent):  # noqa: ANN001, ANN202
    """Share of each chosen block's columns that are joined already."""
    out = np.zeros(chosen.size)
    for n in range(chosen.size):
        for s in range(blocks[chosen[n], 6], blocks[chosen[n], 7]):
            for k in range(segments[s, 2]):
                out[n] += _root(parent, segments[s, 0] + k) == _root(parent, segments[s, 1] + k)
        out[n] /= max(1, blocks[chosen[n], 5])
    return out


@njit(cache=True, nogil=True)
def _edges(blocks, segments, chosen, reason, lead, trail, why):  # noqa: ANN001, ANN202
    """How far a block reaches beyond its first and last equal token, kept at that token; the reason at every token."""
    for q in chosen:
        first, last = blocks[q, 6], blocks[q, 7] - 1
        for side in range(2):
            at = segments[first, side]
            lead[at] = max(lead[at], at - blocks[q, 1 + 2 * side])
            at = segments[last, side] + segments[last, 2] - 1
            trail[at] = max(trail[at], blocks[q, 2 + 2 * side] - 1 - at)
            why[blocks[q, 1 + 2 * side] : blocks[q, 2 + 2 * side]] = reason[q]


@njit(cache=True, nogil=True)
def _positions(parent, touched):  # noqa: ANN001, ANN202
    roots = np.empty(touched.size, np.int64)
    for k in range(touched.size):
        roots[k] = _root(parent, touched[k])
    return roots


@njit(cache=True, nogil=True)
def _touch(blocks, segments, chosen, marks):  # noqa: ANN001, ANN202
    for q in chosen:
        for s in range(blocks[q, 6], blocks[q, 7]):
            marks[segments[s, 0] : segments[s, 0] + segments[s, 2]] = True
            marks[segments[s, 1] : segments[s, 1] + segments[s, 2]] = True


class _Further:
    """All places of the words of a layer's columns, by alignments of every kind."""

    def __init__(self, blocks: np.ndarray, segments: np.ndarray, own: np.ndarray, of_row: np.ndarray, reach: int) -> None:
        """``own`` is bool[tokens], the positions that the layer's own alignments touch; ``reach`` the widest step."""
        every = np.arange(len(blocks))
        self._parent, self._of_row, self._reach = _alone(own.size), of_row, reach
        _join(blocks, segments, every, self._parent)
        marks = np.zeros(own.size, np.bool_)
        _touch(blocks, segments, every, marks)
        position = np.flatnonzero(marks)
        roots = _positions(self._parent, position)
        held = np.zeros(own.size, np.bool_)
        held[roots[own[position]]] = True
        position, roots = position[held[roots]], roots[held[roots]]
        order = np.argsort(roots, kind="stable")
        self._position, self._roots = position[order], roots[order]

    def places(self, words: np.ndarray, members: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Stretches of other articles than ``members`` (rows) with most of ``words`` (tokens of the reference, in order).

        Each is (tokens of the reference, equal tokens of the article), by article and place.
        """
        roots = _positions(self._parent, words)
        low, high = np.searchsorted(self._roots, roots, "left"), np.searchsorted(self._roots, roots, "right")
        count = high - low
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        there, here = np.repeat(words, count), self._position[np.repeat(low, count) + within]
        other = ~np.isin(self._of_row[here], members)
        there, here = there[other], here[other]
        if here.size < _LEAST:
            return []
        order = np.lexsort((there, here))
        there, here = there[order], here[order]
        step_there, step_here = np.diff(there), np.diff(here)
        stop = ((np.diff(self._of_row[here]) != 0) | (step_here < 1) | (step_there < 1) | (step_here > self._reach)
                | (step_there > self._reach))
        out = []
        for first, last in zip(*_intervals(stop, there), strict=True):
            length = here[last - 1] + 1 - here[first]
            if last - first >= max(_LEAST, _HELD * words.size) and last - first >= _DENSITY * length:
                out.append((there[first:last], here[first:last]))
        return out


def _taken(taken: np.ndarray, places: list[tuple[int, int]]) -> bool:
    """Whether one passage has brought in all the places already: the same words, not to be told twice."""
    start, end = places[0]
    of = int(taken[start:end].max())
    return of >= 0 and all(np.mean(taken[s:e] == of) >= _HELD for s, e in places)


@njit(cache=True, nogil=True)
def _links(roots, position, row, size):  # noqa: ANN001, ANN202
    """Columns -> (token of the column's first article, equal token of another), an article at most once a column.

    ``roots`` and ``position`` (ascending) int64 below ``size``, ``row`` int32; a column that holds an article twice is two.
    """
    order = _by_count(roots, np.arange(roots.size), size)
    there, here = np.empty(roots.size, np.int64), np.empty(roots.size, np.int64)
    heads = np.empty(64, np.int64)  # the first place of each turn of a column
    n = turns = turn = 0
    for i in range(order.size):
        k = order[i]
        if i == 0 or roots[k] != roots[order[i - 1]]:
            turns = turn = 0
        elif row[k] == row[order[i - 1]]:
            turn += 1
        else:
            turn = 0
        if turn == turns:
            if turns == heads.size:
                heads = np.append(heads, np.empty_like(heads))
            heads[turns] = position[k]
            turns += 1
        else:
            there[n], here[n] = heads[turn], position[k]
            n += 1
    return there[:n], here[:n]


@njit(cache=True, nogil=True)
def _by_count(values, order, limit):  # noqa: ANN001, ANN202
    """``order`` (int64) rearranged by ``values[order]``, which lie in [0, limit), stably: a counting sort."""
    following = np.zeros(limit + 1, np.int64)
    for k in order:
        following[values[k] + 1] += 1
    for v in range(1, following.size):
        following[v] += following[v - 1]
    out = np.empty(order.size, np.int64)
    for k in order:
        out[following[values[k]]] = k
        following[values[k]] += 1
    return out


def _intervals(stop: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and one past the last link of each stretch between the stops."""
    first = np.flatnonzero(np.r_[True, stop])[: there.size]
    return first, np.r_[first[1:], there.size][: there.size]


def _opening(at: int, lead: np.ndarray, free: np.ndarray, begins: np.ndarray) -> int:
    """How many words before a token open what is shared there: those its alignment had, else the first words of its sentence.

    ``free`` is bool a token: of the body, and in no alignment; ``begins`` those that begin a sentence or an article.
    """
    if lead[at] or begins[at]:
        return int(lead[at])
    for step in range(1, min(_OPENING, at) + 1):
        if not free[at - step]:
            return 0
        if begins[at - step]:
            return step
    return 0


def _pieces(low: np.ndarray, high: np.ndarray) -> list[tuple[int, int, np.ndarray]]:
    """Intervals of one article -> stretches (start, end, the intervals that cover most of it), adjacent ones merged."""
    edges, counts = np.unique(np.r_[low, high], return_counts=True)
    bounds: list[int] = []
    k = 0
    while k < edges.size:
        near = int(np.searchsorted(edges, edges[k] + _NEAR, "right"))
        bounds.append(int(edges[k + int(np.argmax(counts[k:near]))]))
        k = near
    out: list[tuple[int, int, np.ndarray]] = []
    for start, end in pairwise(bounds):
        cover = np.minimum(high, end) - np.maximum(low, start)
        members = np.flatnonzero(cover * 2 >= end - start)
        if not members.size:
            continue
        if out and out[-1][1] == start:
            before = out[-1][2]
            everyone = np.union1d(before, members)
            differ = np.setxor1d(before, members).size
            if differ * _MANY <= everyone.size + 1:  # the reference of the passage is a member too
                out[-1] = (out[-1][0], end, everyone)
                continue
        out.append((start, end, members))
    return out


def join(blocks: np.ndarray, segments: np.ndarray, kind: np.ndarray, reason: np.ndarray, offsets: np.ndarray,
         flags: np.ndarray, zones: np.ndarray, outlets: np.ndarray, settings: PassagesSettings) -> Occurrences:
    """All passages of all kinds.

    Parameters
    ----------
    blocks, segments, kind, reason
        The kept blocks with their segments, and what :func:`kinds.name_kinds` said of each.
    offsets
        int64[articles + 1], first token of each article.
    flags, zones
        uint8[tokens].
    outlets
        int64[articles], an equal number for an equal outlet.
    """
    size = int(offsets[-1])
    sentences = np.cumsum((flags & SENTENCE_START) != 0, dtype=np.int32)
    body = (zones & NOT_BODY) == 0
    begins = (flags & SENTENCE_START) != 0
    begins[offsets[:-1][offsets[:-1] < size]] = True  # whatever the first token is, nothing before it is this article's
    of_row = np.repeat(np.arange(offsets.size - 1, dtype=np.int32), np.diff(offsets))
    lead, trail, why = np.zeros(size, np.int16), np.zeros(size, np.int16), np.zeros(size, np.uint8)
    rows: list[tuple[int, int, int, int, int, int, int]] = []
    all_there, all_here, base, number = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0, 0
    kinds: list[int] = []
    reasons: list[int] = []
    copied = _alone(size)
    for layer in range(len(KINDS)):
        chosen = np.flatnonzero(kind == layer)
        if layer != COPY:
            chosen = chosen[_joined(blocks, segments, chosen, copied) < _JOINED]
        if not chosen.size:
            continue
        parent = copied if layer == COPY else _alone(size)
        _join(blocks, segments, chosen, parent)
        lead[:], trail[:] = 0, 0
        _edges(blocks, segments, chosen, reason, lead, trail, why)
        marks = np.zeros(size, np.bool_)
        _touch(blocks, segments, chosen, marks)
        position, free = np.flatnonzero(marks), body & ~marks
        there, here = _links(_positions(parent, position), position, of_row[position], size)
        order = _by_count(there, np.arange(there.size), size)
        for side in (here, there):  # by the rows of both, then by place
            order = _by_count(of_row[side], order, offsets.size - 1)
        there, here = there[order], here[order]
        step_there, step_here = np.diff(there), np.diff(here)
        gap = settings.gap_tokens
        crossed = (np.diff(sentences[there]) > 0) | (np.diff(sentences[here]) > 0)
        stop = ((np.diff(of_row[there]) != 0) | (np.diff(of_row[here]) != 0) | (step_here < 1) | (step_there > 3 * gap + 1)
                | (step_here > 3 * gap + 1) | (crossed & (np.abs(step_there - step_here) > gap)))
        first, last = _intervals(stop, there)
        loose = (last - first) < _DENSITY * (there[last - 1] + 1 - there[first])
        stop |= np.repeat(loose, last - first)[1:] & (step_there > _LOOSE)  # scattered words must not hide a dense stretch
        first, last = _intervals(stop, there)
        dense = (last - first >= _LEAST) & (last - first >= _DENSITY * (there[last - 1] + 1 - there[first]))
        first, last = first[dense], last[dense]
        owner = of_row[there[first]]
        further = _Further(blocks, segments, marks, of_row, 3 * gap + 1) if layer in _COMPLETED else None
        more_there, more_here, size_now = [there], [here], base + there.size
        taken = np.full(size if further is not None else 0, -1, np.int64)  # passage that brought in each token
        least = settings.min_quote_tokens if layer == QUOTED else min(settings.min_fragment_tokens, settings.min_tokens)
        for begin, finish in _groups(owner):
            low, high = there[first[begin:finish]], there[last[begin:finish] - 1] + 1
            for start, end, members in _pieces(low, high):
                found: list[tuple[int, int, int, int, int, int, int]] = []
                for k in members + begin:
                    lo = int(first[k] + np.searchsorted(there[first[k] : last[k]], start))
                    hi = int(first[k] + np.searchsorted(there[first[k] : last[k]], end))
                    if hi - lo >= _LEAST:
                        found.append((int(of_row[here[lo]]), int(here[lo]), int(here[hi - 1]) + 1, hi - lo, lo + base, hi + base,
                                      int(there[lo])))
                if not found:
                    continue
                t0 = min(int(there[f[4] - base]) for f in found)
                t1 = max(int(there[f[5] - base - 1]) for f in found) + 1
                if max(t1 - t0, *(f[2] - f[1] for f in found)) < least:
                    continue
                if len({int(outlets[f[0]]) for f in found} | {int(outlets[owner[begin]])}) < 2:
                    continue
                if further is not None:
                    if _taken(taken, [(t0, t1), *((f[1], f[2]) for f in found)]):
                        continue
                    words = np.unique(np.concatenate([there[f[4] - base : f[5] - base] for f in found]))
                    members = np.array([owner[begin], *(f[0] for f in found)])
                    for words_there, words_here in further.places(words, members):
                        more_there.append(words_there)
                        more_here.append(words_here)
                        taken[words_here] = number
                        equal, s = words_here.size, int(words_here[0])
                        found.append((int(of_row[s]), s, int(words_here[-1]) + 1, equal, size_now, size_now + equal,
                                      int(words_there[0])))
                        size_now += equal
                found.sort()
                # where a sentence begins in one of them, what another has before it is a dateline, and no word of the sentence
                whole = {t0} if any(begins[f[1]] for f in found if f[6] == t0) else set()
                for row, s, e, equal, lo, hi, first_there in [(int(owner[begin]), t0, t1, t1 - t0, 0, 0, t0), *found]:
                    inside = first_there in whole or (begins[first_there] and s != first_there)
                    lead_in = int(lead[s]) if inside else _opening(s, lead, free, begins)
                    rows.append((number, row, s - lead_in, e + int(trail[e - 1]), equal, lo, hi))
                kinds.append(layer)
                reasons.append(int(np.bincount(why[t0:t1]).argmax()))
                number += 1
        all_there += more_there
        all_here += more_here
        base = size_now
    table = np.array(rows, np.int64).reshape(-1, 7)
    return Occurrences(
        table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4], table[:, 5:7], np.concatenate(all_there),
        np.concatenate(all_here), np.array(kinds, np.uint8), np.array(reasons, np.uint8))


def _groups(owner: np.ndarray) -> list[tuple[int, int]]:
    """Slices of equal neighbours."""
    if not owner.size:
        return []
    first = np.flatnonzero(np.r_[True, np.diff(owner) != 0])
    return list(zip(first.tolist(), np.r_[first[1:], owner.size].tolist(), strict=True))
