"""Greedy string tiling of two texts (Wise 1993): the longest equal runs first, no token twice.

Three kernels for :mod:`align`, which owns the arrays they work in. The article on the left is indexed once for all pairs it is
on the left of; ``stamp`` and ``counted`` say whose an entry is, so that nothing need be cleared between articles and pairs.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

_ODD = np.uint64(0xD6E8FEB86659FD93)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_S31 = np.uint64(31)
RARE = 4
"""A seed that stands more often than this in either article says nothing about place."""


@njit(cache=True, nogil=True)
def _hash_runs(x, seed, run_hashes):  # noqa: ANN001, ANN202
    """The hash of the ``seed`` tokens that begin at each place, rolled from one place to the next."""
    power = uint64(1)
    for _ in range(seed - 1):
        power *= _ODD
    h = uint64(0)
    for i in range(x.size):
        h = h * _ODD + x[i]
        if i >= seed - 1:
            run_hashes[i - seed + 1] = h * _GOLDEN
            h -= x[i - seed + 1] * power


@njit(cache=True, nogil=True)
def _slot(h, x, at, seed, a, stamp, place, article):  # noqa: ANN001, ANN202
    """Where the run of ``seed`` tokens of x at ``at``, of hash h, is or belongs in the open-addressing table of article a.

    Equal runs meet in it, not only equal hashes.
    """
    mask = stamp.size - 1
    slot = np.int64(h >> _S31) & mask
    while stamp[slot] == article:
        same = True
        for k in range(seed):
            if a[place[slot] + k] != x[at + k]:
                same = False
                break
        if same:
            return slot
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, nogil=True)
def index_runs(a, seed, run_hashes, stamp, place, count_a, head, following, article):  # noqa: ANN001, ANN201
    """The runs of ``seed`` tokens of a in a table: how often each stands there, and its first few places as a chain."""
    _hash_runs(a, seed, run_hashes)
    for i in range(a.size - seed + 1):
        s = _slot(run_hashes[i], a, i, seed, a, stamp, place, article)
        if stamp[s] != article:
            stamp[s], place[s], count_a[s], head[s] = article, i, 0, -1
        count_a[s] += 1
        if count_a[s] <= RARE:
            following[i] = head[s]
            head[s] = i


@njit(cache=True, nogil=True)
def find_runs(a, b, seed, run_hashes, slots, stamp, place, count_a, counted, count_b, head, following,  # noqa: ANN001, ANN201
              diagonal, diagonal_end, article, pair, runs):  # noqa: ANN001
    """Maximal equal runs through a rare seed, as (a, b, length) in ``runs``; at most four a token; returns how many.

    The article on the left is in its table already. Equal texts are one run.
    """
    na, nb = a.size, b.size
    same = 0
    while same < min(na, nb) and a[same] == b[same]:
        same += 1
    if same == na == nb and same >= seed:  # one text twice: it may repeat itself so often that no seed in it is rare
        runs[0, 0], runs[0, 1], runs[0, 2] = 0, 0, same
        return 1
    _hash_runs(b, seed, run_hashes)
    for j in range(nb - seed + 1):
        s = _slot(run_hashes[j], b, j, seed, a, stamp, place, article)
        slots[j] = s if stamp[s] == article and count_a[s] <= RARE else -1
        if slots[j] < 0:
            continue
        if counted[s] != pair:
            counted[s], count_b[s] = pair, 0
        count_b[s] += 1
    n = 0
    for j in range(nb - seed + 1):
        s = slots[j]
        if s < 0 or count_b[s] > RARE:
            continue
        i = head[s]
        while i >= 0:
            d = i - j + nb
            if diagonal[d] != pair or diagonal_end[d] <= j:
                i0, j0, i1, j1 = i, j, i + seed, j + seed
                while i0 > 0 and j0 > 0 and a[i0 - 1] == b[j0 - 1]:
                    i0, j0 = i0 - 1, j0 - 1
                while i1 < na and j1 < nb and a[i1] == b[j1]:
                    i1, j1 = i1 + 1, j1 + 1
                diagonal[d], diagonal_end[d] = pair, j1
                runs[n, 0], runs[n, 1], runs[n, 2] = i0, j0, i1 - i0
                n += 1
            i = following[i]
    return n


@njit(cache=True, nogil=True)
def tile(runs, n, used_a, used_b, seed, tiles):  # noqa: ANN001, ANN201
    """Longest first, no token twice: the longest free part of each run becomes a tile, in order of a."""
    key = np.empty(n, np.int64)
    for r in range(n):
        key[r] = ((1 << 20) - min(runs[r, 2], (1 << 20) - 1)) << 42 | (np.int64(runs[r, 0]) << 21) | runs[r, 1]
    m = 0
    for r in np.argsort(key):
        i, j, length = runs[r, 0], runs[r, 1], runs[r, 2]
        best, best_at, free = 0, 0, 0
        for k in range(length):
            free = 0 if used_a[i + k] or used_b[j + k] else free + 1
            if free > best:
                best, best_at = free, k - free + 1
        if best >= seed:
            used_a[i + best_at : i + best_at + best] = True
            used_b[j + best_at : j + best_at + best] = True
            tiles[m, 0], tiles[m, 1], tiles[m, 2] = i + best_at, j + best_at, best
            m += 1
    order = np.argsort(tiles[:m, 0])
    tiles[:m] = tiles[:m][order]
    return m
