"""The words two articles share: greedy string tiling, chained over small gaps, with edges that end on a match.

For one pair: runs of ``seed`` tokens that are rare in both articles are extended to maximal equal runs; the longest come
first and no token is used twice (greedy string tiling, Wise 1993), so moved blocks are found. Neighbouring tiles are
joined over gaps up to ``gap`` tokens on both sides, or up to three times that where a third of the gap agrees or where
it lies inside one sentence; an inserted sentence or paragraph therefore ends a block, an inserted clause does not. The
edges grow by an X-drop extension (Zhang et al. 2000) that must end on a match, and then to the edge of the sentence
when that is near on both sides and enough of the words between agree or only one of them is left.

A *block* is one such alignment; its *segments* are the equal runs in it, from which :mod:`columns` joins positions.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.passages.tiling import RARE, find_runs, index_runs, tile
from clustering.text.tokens import SENTENCE_START

_GAP_AGREE = 0.34
_REACH, _BAND, _DROP, _MISS = 25, 6, 3.0, 0.6
_CORE = 8
"""Chains of this many equal tokens keep their place; the edges of longer ones may swallow shorter ones."""
_BEFORE, _AFTER, _AGREE = 8, 5, 0.3
"""A block reaches the sentence edge when it is this many tokens away or less and this share of them agrees; a single word that
differs ("the number of rescued to 190") belongs to the sentence in any case."""
BLOCK = ("pair", "a_start", "a_end", "b_start", "b_end", "equal", "segment", "segment_end")


@njit(cache=True, nogil=True)
def _common(x, x0, x1, y, y0, y1, found):  # noqa: ANN001, ANN202
    """Longest common subsequence of x[x0:x1] and y[y0:y1]; its places go into ``found`` (int32[k, 2])."""
    n, m = x1 - x0, y1 - y0
    if n <= 0 or m <= 0:
        return 0
    best = np.zeros((n + 1, m + 1), np.int32)
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            if x[x0 + i] == y[y0 + j]:
                best[i, j] = best[i + 1, j + 1] + 1
            else:
                best[i, j] = max(best[i + 1, j], best[i, j + 1])
    i = j = k = 0
    while k < best[0, 0]:
        if x[x0 + i] == y[y0 + j]:
            found[k, 0], found[k, 1] = x0 + i, y0 + j
            i, j, k = i + 1, j + 1, k + 1
        elif best[i + 1, j] >= best[i, j + 1]:
            i += 1
        else:
            j += 1
    return k


@njit(cache=True, nogil=True)
def _grow(x, x0, room_x, y, y0, room_y, step, score):  # noqa: ANN001, ANN202
    """X-drop from (x0, y0) in the direction ``step``: how many tokens of x and y the best extension takes."""
    score[: room_x + 1, : room_y + 1] = -1e9
    score[0, 0] = 0.0
    best, best_x, best_y = 0.0, 0, 0
    for i in range(room_x + 1):
        for j in range(max(0, i - _BAND), min(room_y, i + _BAND) + 1):
            s = score[i, j]
            if s < best - _DROP:
                continue
            if i < room_x and j < room_y:
                same = x[x0 + step * i] == y[y0 + step * j]
                value = s + 1.0 if same else s - _MISS
                score[i + 1, j + 1] = max(score[i + 1, j + 1], value)
                if same and value > best:
                    best, best_x, best_y = value, i + 1, j + 1
            if i < room_x:
                score[i + 1, j] = max(score[i + 1, j], s - _MISS)
            if j < room_y:
                score[i, j + 1] = max(score[i, j + 1], s - _MISS)
    return best_x, best_y


@njit(cache=True, nogil=True)
def _one_sentence(flags, start, end):  # noqa: ANN001, ANN202
    """No sentence begins in flags[start:end], the token after a gap included."""
    return not (flags[start:end] & SENTENCE_START).any()


@njit(cache=True, nogil=True)
def _chain(a, b, fa, fb, tiles, m, gap, chain_of, last_of, equal_of, pairs):  # noqa: ANN001, ANN202
    """Number each tile with its chain; a chain steps to the next tile near enough on both sides."""
    chain_of[:m] = -1
    n = 0
    for t in range(m):
        if chain_of[t] >= 0:
            continue
        chain_of[t] = n
        equal = tiles[t, 2]
        here = t
        u = t + 1
        while u < m:
            gap_a = tiles[u, 0] - tiles[here, 0] - tiles[here, 2]
            if gap_a > 3 * gap:
                break
            gap_b = tiles[u, 1] - tiles[here, 1] - tiles[here, 2]
            if chain_of[u] < 0 and gap_a >= 0 and 0 <= gap_b <= 3 * gap:
                wide = max(gap_a, gap_b)
                end_a, end_b = tiles[here, 0] + tiles[here, 2], tiles[here, 1] + tiles[here, 2]
                agree = _common(a, end_a, tiles[u, 0], b, end_b, tiles[u, 1], pairs)
                if wide <= gap or agree >= _GAP_AGREE * wide or (
                        _one_sentence(fa, end_a, tiles[u, 0] + 1) and _one_sentence(fb, end_b, tiles[u, 1] + 1)):
                    chain_of[u] = n
                    equal += agree + tiles[u, 2]
                    here = u
            u += 1
        last_of[n] = here
        equal_of[n] = equal
        n += 1
    return n


@njit(cache=True, nogil=True)
def _near_edge(flags, at, stop, step):  # noqa: ANN001, ANN202
    """Tokens from ``at`` to the edge of its sentence in the direction ``step``, or a large number."""
    for k in range((_BEFORE if step < 0 else _AFTER) + 1):
        here = at + step * k
        if step > 0 and (here == stop or flags[here] & SENTENCE_START):
            return k
        if step < 0 and flags[here] & SENTENCE_START:
            return k
        if here == stop:
            return 99
    return 99


@njit(cache=True, nogil=True)
def _room(used, at, stop, step):  # noqa: ANN001, ANN202
    """Free tokens from ``at`` in the direction ``step``."""
    n = 0
    while n < _REACH and 0 <= at + step * n < stop and not used[at + step * n]:
        n += 1
    return n


@njit(cache=True, nogil=True)
def _put(segments, total, common, n, a0, b0):  # noqa: ANN001, ANN202
    """Append ``n`` single equal tokens; the new number of segments."""
    for k in range(n):
        segments[total + k, 0], segments[total + k, 1], segments[total + k, 2] = a0 + common[k, 0], b0 + common[k, 1], 1
    return total + n


@njit(cache=True, nogil=True)
def align(hashes, flags, offsets, left, right, seed, gap, least, min_identity):  # noqa: ANN001, ANN201
    """Align each pair of rows.

    Parameters
    ----------
    hashes, flags, offsets
        The tokens: uint64 and uint8 of all articles one after the other, and int64[n + 1].
    left, right
        int32[pairs], rows.
    seed, gap, least, min_identity
        Seed tokens; gap tokens; fewest tokens of a block on both sides; smallest share of equal tokens of the longer side.

    Returns
    -------
    blocks
        int64[m, 8] with the columns :data:`BLOCK`; token positions count from the first token of the corpus; each
        block's segments are rows ``segment`` to ``segment_end`` of
    segments
        int64[s, 3]: position in a, position in b, length. Sorted inside a block.
    """
    longest = 1
    for d in range(offsets.size - 1):
        longest = max(longest, offsets[d + 1] - offsets[d])
    size = 64
    while size < 2 * longest:
        size *= 2
    stamp, counted = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    place, head = np.empty(size, np.int32), np.empty(size, np.int32)
    count_a, count_b = np.empty(size, np.int32), np.empty(size, np.int32)
    following, slots, run_hashes = np.empty(longest, np.int32), np.empty(longest, np.int32), np.empty(longest, np.uint64)
    diagonal, diagonal_end = np.full(2 * longest + 1, -1, np.int32), np.empty(2 * longest + 1, np.int32)
    runs, tiles = np.empty((RARE * longest, 3), np.int32), np.empty((longest, 3), np.int32)
    used_a, used_b = np.zeros(longest, np.bool_), np.zeros(longest, np.bool_)
    chain_of, last_of = np.empty(longest + 64, np.int32), np.empty(longest + 64, np.int32)
    equal_of = np.empty(longest + 64, np.int32)
    score = np.empty((_REACH + 1, _REACH + 1))
    common = np.empty((max(_REACH + _BEFORE, 3 * gap) + 1, 2), np.int32)
    blocks, segments = np.empty((256, 8), np.int64), np.empty((1024, 3), np.int64)
    total = segment_total = indexed = 0
    for q in range(left.size):
        a0, b0 = offsets[left[q]], offsets[right[q]]
        a, b = hashes[a0 : offsets[left[q] + 1]], hashes[b0 : offsets[right[q] + 1]]
        fa, fb = flags[a0 : offsets[left[q] + 1]], flags[b0 : offsets[right[q] + 1]]
        if q == 0 or left[q] != left[q - 1]:  # pairs come sorted: an article is indexed once for all it is on the left of
            index_runs(a, seed, run_hashes, stamp, place, count_a, head, following, q)
            indexed = q
        n = find_runs(a, b, seed, run_hashes, slots, stamp, place, count_a, counted, count_b, head, following, diagonal,
                  diagonal_end, indexed, q, runs)
        if n == 0:
            continue
        used_a[: a.size] = False
        used_b[: b.size] = False
        m = tile(runs, n, used_a, used_b, seed, tiles)
        chains = _chain(a, b, fa, fb, tiles, m, gap, chain_of, last_of, equal_of, common)
        used_a[: a.size] = False
        used_b[: b.size] = False
        first_of = np.full(chains, -1, np.int32)
        for t in range(m - 1, -1, -1):
            first_of[chain_of[t]] = t
        order = np.argsort(-equal_of[:chains], kind="mergesort")
        taken = np.zeros(chains, np.bool_)
        for c in order:  # first the cores, so that no edge grows into another block
            first, last = first_of[c], last_of[c]
            x0, x1 = tiles[first, 0], tiles[last, 0] + tiles[last, 2]
            y0, y1 = tiles[first, 1], tiles[last, 1] + tiles[last, 2]
            if equal_of[c] < min(least, _CORE) or used_a[x0:x1].any() or used_b[y0:y1].any():
                continue
            taken[c] = True
            if equal_of[c] >= _CORE:
                used_a[x0:x1] = True
                used_b[y0:y1] = True
        for c in order:
            if not taken[c]:
                continue
            first, last = first_of[c], last_of[c]
            x0, x1 = tiles[first, 0], tiles[last, 0] + tiles[last, 2]
            y0, y1 = tiles[first, 1], tiles[last, 1] + tiles[last, 2]
            if equal_of[c] < _CORE and (used_a[x0:x1].any() or used_b[y0:y1].any()):
                continue
            begin = segment_total
            # the edge before: X-drop, then the sentence
            room_x, room_y = _room(used_a, x0 - 1, a.size, -1), _room(used_b, y0 - 1, b.size, -1)
            dx, dy = _grow(a, x0 - 1, room_x, b, y0 - 1, room_y, -1, score)
            sx, sy = _near_edge(fa, x0 - dx, 0, -1), _near_edge(fb, y0 - dy, 0, -1)
            if max(sx, sy) <= _BEFORE and dx + sx <= room_x and dy + sy <= room_y and max(sx, sy) > 0:
                agree = _common(a, x0 - dx - sx, x0 - dx, b, y0 - dy - sy, y0 - dy, common)
                if agree >= _AGREE * max(sx, sy) or sx == sy == 1:
                    dx, dy = dx + sx, dy + sy
            front = _common(a, x0 - dx, x0, b, y0 - dy, y0, common)
            if segment_total + 4 * _REACH + a.size > segments.shape[0]:
                bigger = np.empty((2 * segments.shape[0] + a.size, 3), np.int64)
                bigger[:segment_total] = segments[:segment_total]
                segments = bigger
            segment_total = _put(segments, segment_total, common, front, a0, b0)
            x0, y0 = x0 - dx, y0 - dy
            # the tiles and what agrees in their gaps
            here = -1
            for t in range(first, last + 1):
                if chain_of[t] != c:
                    continue
                if here >= 0:
                    inner = _common(a, tiles[here, 0] + tiles[here, 2], tiles[t, 0],
                                    b, tiles[here, 1] + tiles[here, 2], tiles[t, 1], common)
                    segment_total = _put(segments, segment_total, common, inner, a0, b0)
                segments[segment_total, 0], segments[segment_total, 1] = a0 + tiles[t, 0], b0 + tiles[t, 1]
                segments[segment_total, 2] = tiles[t, 2]
                segment_total += 1
                here = t
            # the edge after
            room_x, room_y = _room(used_a, x1, a.size, 1), _room(used_b, y1, b.size, 1)
            dx, dy = _grow(a, x1, room_x, b, y1, room_y, 1, score)
            sx, sy = _near_edge(fa, x1 + dx, a.size, 1), _near_edge(fb, y1 + dy, b.size, 1)
            if max(sx, sy) <= _AFTER and dx + sx <= room_x and dy + sy <= room_y and max(sx, sy) > 0:
                agree = _common(a, x1 + dx, x1 + dx + sx, b, y1 + dy, y1 + dy + sy, common)
                if agree >= _AGREE * max(sx, sy) or sx == sy == 1:
                    dx, dy = dx + sx, dy + sy
            back = _common(a, x1, x1 + dx, b, y1, y1 + dy, common)
            segment_total = _put(segments, segment_total, common, back, a0, b0)
            x1, y1 = x1 + dx, y1 + dy
            equal = 0
            for k in range(begin, segment_total):
                equal += segments[k, 2]
            if min(x1 - x0, y1 - y0) < least or equal < min_identity * max(x1 - x0, y1 - y0):
                segment_total = begin
                continue
            used_a[x0:x1] = True
            used_b[y0:y1] = True
            if total == blocks.shape[0]:
                bigger = np.empty((2 * total, 8), np.int64)
                bigger[:total] = blocks
                blocks = bigger
            blocks[total] = q, a0 + x0, a0 + x1, b0 + y0, b0 + y1, equal, begin, segment_total
            total += 1
    return blocks[:total], segments[:segment_total]
