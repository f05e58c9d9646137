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

import numpy as np
from numba import njit

from clustering.config import PassagesSettings
from clustering.passages.kinds import BACKGROUND, COPY, KINDS, QUOTED
from clustering.passages.positions import Everywhere, Positions, by_count, links, roots_of, touch, unite, united
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
def _stops(there, here, row_there, row_here, flags, gap):  # noqa: ANN001, ANN202
    """Bool[n - 1]: a stretch of links ends between two, by their articles, order, steps and sentences."""
    stop = np.zeros(max(there.size - 1, 0), np.bool_)
    for i in range(stop.size):
        step_there, step_here = there[i + 1] - there[i], here[i + 1] - here[i]
        stop[i] = (row_there[i] != row_there[i + 1] or row_here[i] != row_here[i + 1] or step_here < 1
                   or step_there > 3 * gap + 1 or step_here > 3 * gap + 1)
        if not stop[i] and abs(step_there - step_here) > gap:
            for t in range(there[i] + 1, there[i + 1] + 1):
                stop[i] |= (flags[t] & SENTENCE_START) != 0
            for t in range(here[i] + 1, here[i + 1] + 1):
                stop[i] |= (flags[t] & SENTENCE_START) != 0
    return stop


def _further(everywhere: Everywhere, words: np.ndarray, members: np.ndarray, reach: int) -> list[tuple[np.ndarray, ...]]:
    """Stretches of other articles than ``members`` (rows) with most of ``words`` (tokens of the reference, in order).

    Each is (tokens of the reference, equal tokens of the article, its row repeated), by article and place; ``reach`` is the
    widest step.
    """
    there, here, row = everywhere.places(words, members)
    if here.size < _LEAST:
        return []
    step_there, step_here = np.diff(there), np.diff(here)
    stop = (np.diff(row) != 0) | (step_here < 1) | (step_there < 1) | (step_here > reach) | (step_there > reach)
    out: list[tuple[np.ndarray, ...]] = []
    for first, last in zip(*_intervals(stop, there), strict=True):
        length = here[last - 1] + 1 - here[first]
        if last - first >= max(_LEAST, _HELD * words.size) and last - first >= _DENSITY * length:
            out.append((there[first:last], here[first:last], row[first:last]))
    return out


def _taken(taken: np.ndarray, places: list[tuple[int, int]]) -> bool:
    """Whether one passage has brought in all the places already: the same words, not to be told twice."""
    start, end = places[0]
    of = int(taken[start:end].max())
    return of > 0 and all(np.mean(taken[s:e] == of) >= _HELD for s, e in places)


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


@njit(cache=True, nogil=True)
def _pieces(low, high):  # noqa: ANN001, ANN202
    """Intervals of one article -> stretches and the intervals that cover most of each; neighbours of nearly the same are merged.

    ``low`` and ``high`` int64[n]; returns int64[p, 2] (start, end) and bool[p, n].
    """
    every = np.sort(np.concatenate((low, high)))
    bounds = np.empty(every.size, np.int64)
    n = k = 0
    while k < every.size:  # of edges that lie near each other the one that most intervals have, the first of equals
        first, most, at = every[k], 0, k
        while k < every.size and every[k] <= first + _NEAR:
            same = k
            while same < every.size and every[same] == every[k]:
                same += 1
            if same - k > most:
                most, at = same - k, k
            k = same
        bounds[n] = every[at]
        n += 1
    spans, held = np.empty((n, 2), np.int64), np.zeros((n, low.size), np.bool_)
    out = 0
    for p in range(n - 1):
        start, end = bounds[p], bounds[p + 1]
        inside = everyone = differ = 0
        for m in range(low.size):
            member = 2 * (min(high[m], end) - max(low[m], start)) >= end - start
            before = out > 0 and held[out - 1, m]
            held[out, m] = member
            inside, everyone, differ = inside + member, everyone + (member or before), differ + (member != before)
        if not inside:
            continue
        if out and spans[out - 1, 1] == start and differ * _MANY <= everyone + 1:  # the reference of the passage is a member too
            spans[out - 1, 1] = end
            held[out - 1] |= held[out]
        else:
            spans[out, 0], spans[out, 1] = start, end
            out += 1
    return spans[:out], held[:out]


@njit(cache=True, nogil=True)
def _inside(chosen, first, last, there, start, end):  # noqa: ANN001, ANN202
    """First and one past the last link that lies in [start, end), of each chosen stretch of links."""
    low, high = np.empty(chosen.size, np.int64), np.empty(chosen.size, np.int64)
    for m in range(chosen.size):
        links = there[first[chosen[m]] : last[chosen[m]]]
        low[m] = first[chosen[m]] + np.searchsorted(links, start)
        high[m] = first[chosen[m]] + np.searchsorted(links, end)
    return low, high


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
    held = Positions(blocks, segments, offsets)
    body = (zones & NOT_BODY) == 0
    begins = (flags & SENTENCE_START) != 0
    begins[offsets[:-1][offsets[:-1] < size]] = True  # whatever the first token is, nothing before it is this article's
    why = np.zeros(size, np.uint8)
    rows: list[tuple[int, int, int, int, int, int, int]] = []
    all_there, all_here, base, number = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0, 0
    kinds: list[int] = []
    reasons: list[int] = []
    copied, roots = held.alone(), None
    for layer in range(len(KINDS)):
        chosen = np.flatnonzero(kind == layer)
        if layer != COPY:
            chosen = chosen[united(blocks, held.segments, chosen, copied) < _JOINED]
        if not chosen.size:
            continue
        parent = copied if layer == COPY else held.alone()
        unite(blocks, held.segments, chosen, parent)
        lead, trail = np.zeros(size, np.int16), np.zeros(size, np.int16)
        _edges(blocks, segments, chosen, reason, lead, trail, why)
        marks = np.zeros(held.token.size, np.bool_)
        touch(blocks, held.segments, chosen, marks)
        own = np.flatnonzero(marks).astype(held.token.dtype)
        free = body.copy()
        free[held.token[own]] = False
        there, here = links(roots_of(parent, own), own, held.row[own], held.token.size)
        order = by_count(there, np.arange(there.size), held.token.size)
        for side in (here, there):  # by the rows of both, then by place
            order = by_count(held.row[side], order, offsets.size - 1)
        row_there, row_here = held.row[there[order]], held.row[here[order]]
        there, here = held.token[there[order]].astype(np.int64), held.token[here[order]].astype(np.int64)
        del marks, order
        gap = settings.gap_tokens
        stop, step_there = _stops(there, here, row_there, row_here, flags, gap), np.diff(there)
        first, last = _intervals(stop, there)
        loose = (last - first) < _DENSITY * (there[last - 1] + 1 - there[first])
        stop |= np.repeat(loose, last - first)[1:] & (step_there > _LOOSE)  # scattered words must not hide a dense stretch
        first, last = _intervals(stop, there)
        dense = (last - first >= _LEAST) & (last - first >= _DENSITY * (there[last - 1] + 1 - there[first]))
        first, last = first[dense], last[dense]
        owner = row_there[first]
        everywhere = None
        if layer in _COMPLETED:
            if roots is None:
                every = held.alone()
                unite(blocks, held.segments, np.arange(len(blocks)), every)
                roots = roots_of(every, held.alone())
            everywhere = Everywhere(held, roots, own)
        more_there, more_here, size_now = [there], [here], base + there.size
        taken = np.zeros(size if everywhere else 0, np.int32)  # one more than the passage that brought in each token
        least = settings.min_quote_tokens if layer == QUOTED else min(settings.min_fragment_tokens, settings.min_tokens)
        for begin, finish in _groups(owner):
            low, high = there[first[begin:finish]], there[last[begin:finish] - 1] + 1
            spans, held_by = _pieces(low, high)
            for (start, end), covers in zip(spans.tolist(), held_by, strict=True):
                found: list[tuple[int, int, int, int, int, int, int]] = []
                lows, highs = _inside(np.flatnonzero(covers) + begin, first, last, there, start, end)
                for lo, hi in zip(lows.tolist(), highs.tolist(), strict=True):
                    if hi - lo >= _LEAST:
                        found.append((int(row_here[lo]), int(here[lo]), int(here[hi - 1]) + 1, hi - lo, lo + base, hi + base,
                                      int(there[lo])))
                if not found:
                    continue
                t0 = min(int(there[f[4] - base]) for f in found)
                t1 = max(int(there[f[5] - base - 1]) for f in found) + 1
                if max(t1 - t0, *(f[2] - f[1] for f in found)) < least:
                    continue
                if len({int(outlets[f[0]]) for f in found} | {int(outlets[owner[begin]])}) < 2:
                    continue
                if everywhere:
                    if _taken(taken, [(t0, t1), *((f[1], f[2]) for f in found)]):
                        continue
                    words = np.unique(np.concatenate([there[f[4] - base : f[5] - base] for f in found]))
                    members = np.array([owner[begin], *(f[0] for f in found)])
                    for words_there, words_here, words_row in _further(everywhere, words, members, 3 * gap + 1):
                        more_there.append(words_there)
                        more_here.append(words_here)
                        taken[words_here] = number + 1
                        equal, s = words_here.size, int(words_here[0])
                        found.append((int(words_row[0]), s, int(words_here[-1]) + 1, equal, size_now, size_now + equal,
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
